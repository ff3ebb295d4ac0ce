"""decisions.toml: what the city says of the discrepancies that its document was found to have."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import date as day
from enum import StrEnum
from typing import TYPE_CHECKING

from pydantic import Field

from keikaku.closed import Closed, key_line, read_closed, said_on
from keikaku.errors import DecisionError, Problem
from keikaku.names import is_iri
from keikaku.records.plan import Said
from keikaku.source.grid import Line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DECISIONS_FILE = "decisions.toml"
_WIDE_SPACE = "\u3000"
_JAPAN_AHEAD_OF_UTC = timedelta(hours=9)


class Outcome(StrEnum):
    """What was decided of a discrepancy.

    ACCEPTED: it is a slip, and the document stays as it is. EXPLAINED: it is none. CORRECTED: it
    is a slip, and the decision says what would be right.
    """

    ACCEPTED = "accepted"
    EXPLAINED = "explained"
    CORRECTED = "corrected"


class ReasonKeys(Closed):
    """Why it was decided so, in Japanese and perhaps in English."""

    ja: str
    en: str | None = None


class DecisionKeys(Closed):
    """One decision as decisions.toml writes it."""

    discrepancy: str
    outcome: str
    by: str
    date: day
    reason: ReasonKeys
    value: str | None = None
    field: str | None = Field(default=None, pattern=r"^[A-Za-z]+$")


class DecisionKeysFile(Closed):
    """The whole of decisions.toml."""

    decision: tuple[DecisionKeys, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision, every value with the line that says it.

    `discrepancy` is the discrepancy's name below its plan's /discrepancy/, `field` the local name
    of the property that `value` corrects, where the discrepancy does not say it.
    """

    discrepancy: Said[str]
    outcome: Said[str]
    by: Said[str]
    date: Said[str]
    reason: Said[str]
    reason_en: Said[str] | None = None
    value: Said[str] | None = None
    field: Said[str] | None = None


@dataclass(frozen=True, slots=True)
class Decisions:
    """All decisions of a plan, in their order."""

    made: tuple[Decision, ...]


def read_decisions(folder: Path, today: day | None = None) -> Decisions | None:
    """Return the decisions in a plan's folder, None where it has no decisions.toml.

    `today` is the date in Japan. Raises DecisionError with file and line for a key or an outcome
    that there is not, two decisions on one discrepancy, a date to come, a correction without its
    value or a value without a correction, and a text that does not stand in its line as it is.
    """
    path = folder / DECISIONS_FILE
    if not path.exists():
        return None
    keys, text = read_closed(path, DecisionKeysFile, DecisionError)
    today = today or (datetime.now(UTC) + _JAPAN_AHEAD_OF_UTC).date()
    reading = _Reading(text, str(path))
    made = tuple(reading.decision(place, said) for place, said in enumerate(keys.decision))
    reading.check(keys.decision, today)
    return Decisions(made)


class _Reading:
    """Reads one decisions.toml, and gathers what is wrong with it."""

    def __init__(self, text: str, file: str) -> None:
        self._text = text
        self._file = file
        self._problems: list[Problem] = []

    def decision(self, place: int, keys: DecisionKeys) -> Decision:
        """Return the decision at a place, from 0."""

        def said(value: str, *path: str) -> Said[str]:
            line = self._line(place, *path)
            if path != ("date",):
                self._check_text(".".join(path), value, line)
            return Said(value, line)

        english = keys.reason.en or None  # left empty it is not given
        return Decision(
            discrepancy=said(keys.discrepancy, "discrepancy"),
            outcome=said(keys.outcome, "outcome"),
            by=said(keys.by, "by"),
            date=said(keys.date.isoformat(), "date"),
            reason=said(keys.reason.ja, "reason", "ja"),
            reason_en=None if english is None else said(english, "reason", "en"),
            value=None if keys.value is None else said(keys.value, "value"),
            field=None if keys.field is None else said(keys.field, "field"),
        )

    def check(self, decisions: tuple[DecisionKeys, ...], today: day) -> None:
        """Raise DecisionError with all that is wrong, in the order of the file."""
        seen: dict[str, int] = {}
        for place, keys in enumerate(decisions):
            for key, ja, en in _faults(keys, today):
                self._note(self._line(place, key), ja, en)
            line = self._line(place, "discrepancy")
            first = seen.setdefault(keys.discrepancy, line.line)
            if first != line.line:
                self._note(
                    line,
                    f"「{keys.discrepancy}」には {first} 行目で答えています。一つにしてください。",
                    f"{keys.discrepancy!r} is decided on line {first} already; keep one of them",
                )
        if self._problems:
            found = dict.fromkeys(self._problems)
            raise DecisionError.of(sorted(found, key=lambda problem: problem.line or 0))

    def _line(self, place: int, *path: str) -> Line:
        number = key_line(self._text, ("decision", str(place), *path)) or 1
        return Line(said_on(self._text, number), DECISIONS_FILE, number)

    def _check_text(self, key: str, value: str, line: Line) -> None:
        """Note a text that is empty, padded or unprintable, or not to be found in its line."""
        if not value:
            self._note(line, f"{key} が空です。書き入れてください。", f"{key} is empty; fill it in")
        elif value != value.strip() or not value.replace(_WIDE_SPACE, "").isprintable():
            self._note(
                line,
                f"{key} の「{value}」は使えません。前後の空白も改行もない文にしてください。",
                f"{key}: {value!r} cannot be used; write a text without spaces around it or line "
                "breaks",
            )
        elif value not in line.text:
            self._note(
                line,
                f"{key} の値がこの行にそのまま書かれていません。\\ を使わず一行に書いてください"
                "(文に \" があるときは '…' で囲みます)。",
                f"the value of {key} does not stand in this line as it is; write it in one line "
                "and without backslashes (in '…' where it has a \")",
            )

    def _note(self, line: Line, ja: str, en: str) -> None:
        self._problems.append(Problem(ja, en, self._file, line.line))


def _faults(keys: DecisionKeys, today: day) -> Iterator[tuple[str, str, str]]:
    """Yield the key of each value that cannot be, and what is wrong in Japanese and English."""
    if keys.outcome not in set(Outcome):
        near = difflib.get_close_matches(keys.outcome, tuple(Outcome), 1)
        ja = "accepted(認める)、explained(説明する)、corrected(訂正する)のどれかです"
        en = "it is accepted, explained or corrected"
        meant = (f"。{near[0]} ですか", f"; is {near[0]} meant?") if near else ("", "")
        yield (
            "outcome",
            f"「{keys.outcome}」という outcome はありません。{ja}{meant[0]}。",
            f"there is no outcome {keys.outcome!r}; {en}{meant[1]}",
        )
    elif keys.outcome == Outcome.CORRECTED and keys.value is None:
        yield (
            "outcome",
            "訂正する(corrected)ときは、正しい値を value に書いてください。",
            "a correction needs the right value as `value`",
        )
    elif keys.outcome != Outcome.CORRECTED:
        for key in ("value", "field"):
            if getattr(keys, key) is not None:
                yield (
                    key,
                    f"{key} は訂正する(corrected)ときだけ書けます。outcome を確かめてください。",
                    f"{key} is for a correction only; check the outcome",
                )
    if keys.date > today:
        yield (
            "date",
            f"日付 {keys.date} はまだ来ていません。",
            f"the date {keys.date} is yet to come",
        )
    if not is_iri(f"urn:x:{keys.discrepancy}"):
        yield (
            "discrepancy",
            f"「{keys.discrepancy}」は不整合の名になりません(空白などの使えない字があります)。",
            f"{keys.discrepancy!r} is no name of a discrepancy; a character in it cannot be",
        )
