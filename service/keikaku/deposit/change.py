"""What a deposit changes, on which condition, what comes of it, and why it can be refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Self

from pyoxigraph import RdfFormat

from keikaku.errors import KeikakuError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pyoxigraph import NamedNode

    from keikaku.checks.check import Checked
    from keikaku.checks.report import Report
    from keikaku.errors import Problem


@dataclass(frozen=True, slots=True)
class Condition:
    """Which state the thing to change must be in: tags as If-Match and If-None-Match name them.

    `*` stands for anything that is there. None is no condition.
    """

    match: frozenset[str] | None = None
    none_match: frozenset[str] | None = None

    def holds(self, tag: str | None) -> bool:
        """Tell whether it holds of a thing with this tag; None is the tag of what is not there."""
        if self.match is not None and not _among(tag, self.match):
            return False
        return self.none_match is None or not _among(tag, self.none_match)


def _among(tag: str | None, tags: frozenset[str]) -> bool:
    return tag is not None and ("*" in tags or tag in tags)


ANY_STATE = Condition()


@dataclass(frozen=True, slots=True)
class FileChange:
    """Files for a plan's folder; with `whole` it holds no other file of the plan afterwards."""

    plan: str
    files: Mapping[str, bytes]
    whole: bool = False
    condition: Condition = ANY_STATE


@dataclass(frozen=True, slots=True)
class Payload:
    """RDF as it was sent: the bytes, and the media type of their format."""

    body: bytes
    media_type: str

    @property
    def kind(self) -> RdfFormat:
        """The format; raises ValueError for a media type that is of none."""
        kind = RdfFormat.from_media_type(self.media_type)
        if kind is None:
            raise ValueError(self.media_type)
        return kind


@dataclass(frozen=True, slots=True)
class GraphChange:
    """RDF for one graph of a plan, or without `graph` for all that are given.

    It takes the place of what was there, or with `merge` is added to it. With `existing` there
    must be something to change.
    """

    plan: str
    payloads: tuple[Payload, ...]
    graph: NamedNode | None = None
    merge: bool = False
    existing: bool = False
    condition: Condition = ANY_STATE


Change = FileChange | GraphChange


@dataclass(frozen=True, slots=True)
class Published:
    """What a deposit came to: the release, its plans' reports, and whether something is new."""

    created: bool
    release: str
    triples: int
    reports: Mapping[str, Report] = field(default_factory=dict)


class Reason(Enum):
    """Why a deposit is refused."""

    UNKNOWN = auto()
    CONFLICT = auto()
    CONDITION = auto()
    MALFORMED = auto()
    INVALID = auto()
    BUSY = auto()
    UNWRITABLE = auto()
    UNFINISHED = auto()


class DepositError(KeikakuError):
    """A deposit is refused or failed; the plans and the current release are as they were.

    `checked` has what the checks found, if they came to be made. Of the reasons, only UNFINISHED
    says that the release is made and the plans follow when the service starts again.
    """

    def __init__(
        self, reason: Reason, ja: str, en: str, *, file: str | None = None, line: int | None = None
    ) -> None:
        """Keep the reason."""
        self.reason = reason
        self.checked: Checked | None = None
        super().__init__(ja, en, file=file, line=line)

    @classmethod
    def because(
        cls, reason: Reason, problems: Sequence[Problem], checked: Checked | None = None
    ) -> Self:
        """Return an error for this reason that holds several problems."""
        error = cls(reason, problems[0].ja, problems[0].en)
        error.problems, error.checked = tuple(problems), checked
        return error

    def __reduce__(self) -> tuple[Any, ...]:
        """Let it travel from the process that made the deposit."""
        return type(self).because, (self.reason, self.problems, self.checked)
