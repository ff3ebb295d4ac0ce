"""The numerals by which plans number their sections and items."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

_ROMAN = {"I": 1, "V": 5, "X": 10}
_PATTERNS = {
    "roman": "[IVXⅠ-Ⅻ]+",
    "parenthesised": r"[(（][0-9０-９]+[)）]",
    "circled": "[①-⑳㉑-㉟㊱-㊿]",
    "plain": "[0-9０-９]+",
}


class Numerals(StrEnum):
    """A way of writing numbers: I or Ⅱ, (1) or （1）, ①, 1."""

    ROMAN = "roman"
    PARENTHESISED = "parenthesised"
    CIRCLED = "circled"
    PLAIN = "plain"

    @property
    def pattern(self) -> str:
        """A regular expression, without groups, for one number."""
        return _PATTERNS[self.value]

    def normalised(self, printed: str) -> str:
        """Return the number in ASCII; a circled digit stays as it is."""
        return printed if self is Numerals.CIRCLED else unicodedata.normalize("NFKC", printed)

    def value_of(self, printed: str) -> int:
        """Return what the number counts."""
        text = unicodedata.normalize("NFKC", printed).strip("()")
        return _roman(text) if self is Numerals.ROMAN else int(text)

    def leading(self, text: str) -> tuple[str, str] | None:
        """Return the number that `text` begins with and the rest, or None if it has none.

        A Roman or a plain number is part of a word (3年) unless white space follows.
        """
        between = r"\s+" if self in (Numerals.ROMAN, Numerals.PLAIN) else r"\s*"
        found = re.fullmatch(rf"({self.pattern}){between}(\S.*)", text, re.DOTALL)
        return (found.group(1), found.group(2)) if found else None


def _roman(text: str) -> int:
    values = [_ROMAN[letter] for letter in text]
    return sum(
        -value if value < max(values[place:]) else value for place, value in enumerate(values)
    )
