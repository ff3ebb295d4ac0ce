"""What can go wrong, as one tree; every leaf is said to a person in one line.

KeikakuError
├── SettingsError      a setting, flag or configuration file
├── PlanFileError      plan.toml
├── DecisionError      decisions.toml
├── LinkError          a file of links, or a dataset that is to be linked with
├── ProfileError       a layout profile
├── SourceError        a document that is no readable text or table
├── ReadError          a document whose content cannot be understood; holds every Problem found
├── ReleaseError       a release that cannot be written, found or trusted
├── HarvestError       a catalogue or dump that cannot be taken from another site
├── QueryError         a query that cannot be answered
│   ├── QuerySyntaxError    it is not SPARQL
│   ├── QueryRefusedError   it is SPARQL that this service does not run
│   ├── QueryTimeoutError   it ran to its deadline
│   ├── QueryMemoryError    it needed more memory than a query may have
│   ├── ResultSizeError     its result is larger than a result may be
│   └── BusyError           there are too many other queries just now
├── EngineError        an engine that failed, or does not answer as an engine should
│   └── EngineCrashError    it broke down on this very query
└── QuestionError      a question, or a value in it, that is not known
    └── SentenceError       a question put in Japanese that is not understood
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, where it is, and what would do, in Japanese and English.

    `file` is a file name, `line` and `column` count from 1, `place` is the address in a document
    without lines (計画!B3, p.2), `cell` the table, row and column of a table's cell; each may be
    unknown.
    """

    ja: str
    en: str
    file: str | None = None
    line: int | None = None
    column: int | None = None
    place: str | None = None
    cell: tuple[int, int, int] | None = None

    def __str__(self) -> str:
        """Return `file:line:column: Japanese (English)`, the column only where a file is known."""
        column = self.column if self.file is not None else None
        parts = (self.file, self.place, self.line, column)
        where = ":".join(str(part) for part in parts if part is not None)
        return f"{where}: {self.ja} ({self.en})" if where else f"{self.ja} ({self.en})"


class KeikakuError(Exception):
    """Something that the user can mend, with the place and the remedy."""

    def __init__(
        self,
        ja: str,
        en: str,
        *,
        file: str | None = None,
        line: int | None = None,
        column: int | None = None,
        place: str | None = None,
    ) -> None:
        """Say what was found and what would do, in Japanese and English."""
        self.problems: tuple[Problem, ...] = (Problem(ja, en, file, line, column, place),)
        super().__init__()

    @classmethod
    def of(cls, problems: Sequence[Problem]) -> Self:
        """Return an error that holds several problems, in the order of the document."""
        first = problems[0]
        error = cls(first.ja, first.en, file=first.file, line=first.line, column=first.column)
        error.problems = tuple(problems)
        return error

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how another process makes the same error, whatever its class is made from."""
        return _anew, (type(self), self.__dict__)

    def __str__(self) -> str:
        """Return one line for each problem."""
        return "\n".join(str(problem) for problem in self.problems)

    @property
    def ja(self) -> str:
        """The Japanese sentences, joined."""
        return " ".join(problem.ja for problem in self.problems)

    @property
    def en(self) -> str:
        """The English sentences, joined."""
        return " ".join(problem.en for problem in self.problems)


def _anew(kind: type[KeikakuError], said: dict[str, Any]) -> KeikakuError:
    error = kind.__new__(kind)
    error.__dict__.update(said)
    return error


class SettingsError(KeikakuError):
    """A setting has no such name, or a value that it cannot take."""


class PlanFileError(KeikakuError):
    """A plan.toml is missing, is not TOML, or has a key or value that it cannot have."""


class DecisionError(KeikakuError):
    """A decisions.toml cannot be read, or decides what is not to be decided."""


class LinkError(KeikakuError):
    """A file in links/ cannot be read, or a dataset cannot be fetched, read or linked with."""


class ProfileError(KeikakuError):
    """A layout profile is missing, is not TOML, or has a key or value that it cannot have."""


class SourceError(KeikakuError):
    """A document is not text in UTF-8, is too large, or holds a table that cannot be read whole."""


class HiddenSheetError(SourceError):
    """A workbook has a hidden sheet, and plan.toml does not say whether it is read."""


class ReadError(KeikakuError):
    """The content of a document cannot be understood; `problems` lists all that was found."""


class ReleaseError(KeikakuError):
    """A release cannot be written, is not there, or does not hold what its manifest says."""


class HarvestError(KeikakuError):
    """A catalogue or a dump of another site cannot be taken: what, where from, and why."""


class QueryError(KeikakuError):
    """A query cannot be answered."""


class QuerySyntaxError(QueryError):
    """The text is not a SPARQL query."""


class QueryRefusedError(QueryError):
    """The query is SPARQL that this service does not run."""


class QueryTimeoutError(QueryError):
    """The query ran to its deadline; there is no result, not even a part of one."""


class QueryMemoryError(QueryError):
    """The query needed more memory than a query may have."""


class ResultSizeError(QueryError):
    """The result is larger than a result may be; no part of it counts as one."""


class BusyError(QueryError):
    """There are too many other queries; `seconds` says when to try again."""

    def __init__(self, ja: str, en: str, *, seconds: int) -> None:
        """Keep after how many seconds it makes sense to try again."""
        self.seconds = seconds
        super().__init__(ja, en)


class EngineError(KeikakuError):
    """An engine failed, cannot be reached, or gave an answer that is none."""


class EngineCrashError(EngineError):
    """The engine broke down on this very query."""


class QuestionError(KeikakuError):
    """A question of the catalogue is not known, or a value for one of its parameters is not."""


class SentenceError(QuestionError):
    """A question put in Japanese is not understood, or could be more than one.

    `nearest` are sentences that would be understood, the nearest first; `questions` the names of
    those that it could be; `said` is what is wrong, in Japanese and English, without the former.
    """

    def __init__(
        self, ja: str, en: str, *, nearest: Sequence[str] = (), questions: Sequence[str] = ()
    ) -> None:
        """Keep what may have been meant."""
        self.said = (ja, en)
        self.nearest = tuple(nearest)
        self.questions = tuple(questions)
        lines = " ".join(f"「{sentence}」" for sentence in nearest)
        stop = "" if ja.endswith(("。", "？", "！")) else "。"
        more = (f"{stop}近い質問: {lines}", f"; nearest: {lines}") if nearest else ("", "")
        super().__init__(ja + more[0], en + more[1])
