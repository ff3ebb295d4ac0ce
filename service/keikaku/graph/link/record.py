"""Records: what linking needs to know of a thing, be it of a plan or of another dataset."""

from __future__ import annotations

import re
from dataclasses import dataclass

KINDS = ("item", "measure", "department", "party")
"""The kinds of a plan's things that can be linked with a dataset's records."""

MOST_RECORDS = 200_000
"""How many records a dataset may have."""

LONGEST_NAME = 500
"""How long a name may be, in characters; a longer text is no name."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text in Japanese and English."""

    ja: str
    en: str


@dataclass(frozen=True, slots=True)
class Record:
    """A thing with its names and codes.

    `key` tells it from the others of its dataset, also in a later edition. `code` is the number
    that the dataset gives it, `municipality` the code of the city it belongs to, as it is written,
    where it is known. `group` is the text that says for whom it is, `place` where it stands (file
    and line), `kind` is one of KINDS for a plan's own things.
    """

    iri: str
    name: str
    key: str
    code: str = ""
    municipality: str = ""
    group: str = ""
    place: str = ""
    kind: str = ""


def tidy(text: str, most: int = LONGEST_NAME) -> str:
    """Return a text in one line, without characters that cannot be seen, cut where it is long."""
    shown = "".join(
        letter if letter.isprintable() else " " for letter in text.replace("\ufeff", "")
    )
    line = " ".join(shown.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def plain_number(code: str) -> str:
    """Return a number as it is once a spreadsheet has taken its leading zeros: 00123 is 123."""
    digits = code.strip()
    return digits.lstrip("0") or "0" if re.fullmatch(r"[0-9]+", digits) else digits


def municipality_codes(code: str) -> frozenset[str]:
    """Return the five-digit codes that a code may mean, which may have lost its first zero.

    The last of six digits is a check digit.

    >>> sorted(municipality_codes("222127")), sorted(municipality_codes("１１００２"))
    (['22212'], ['01100', '11002'])
    """
    digits = "".join(str(int(letter)) for letter in code if letter.isdecimal())
    match len(digits):
        case 6:
            return frozenset({digits[:5]})
        case 5:
            whole = f"0{digits}"
            lost = {whole[:5]} if _check_digit(whole[:5]) == whole[5] else set()
            return frozenset({digits} | lost)
        case 4:
            return frozenset({f"0{digits}"})
        case _:
            return frozenset()


def _check_digit(code: str) -> str:
    """Return the check digit of a five-digit code (総務省: weights 6 to 2, modulus 11)."""
    total = sum(int(digit) * weight for digit, weight in zip(code, (6, 5, 4, 3, 2), strict=True))
    return str((11 - total % 11) % 10)
