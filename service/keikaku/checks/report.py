"""The report: findings as data, in Japanese and English, each with the places it is about."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from keikaku.checks.coverage import Coverage  # noqa: TC001  (pydantic reads it)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from keikaku.errors import KeikakuError, Problem


class Severity(StrEnum):
    """How grave a finding is.

    An error or a violation stops a release, a discrepancy is published with it.
    """

    ERROR = "error"
    VIOLATION = "violation"
    DISCREPANCY = "discrepancy"

    @property
    def ja(self) -> str:
        """The word for staff."""
        return {"error": "読取りエラー", "violation": "違反", "discrepancy": "不整合"}[self.value]


@dataclass(frozen=True, slots=True)
class Text:
    """A text in Japanese and English."""

    ja: str
    en: str


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the document: its line, its cell if it is one, and what stands there.

    In a document without lines `line` is 0, `where` the address that its program shows and
    `position` its place in the order of the document.
    """

    line: int
    table: int | None = None
    row: int | None = None
    column: int | None = None
    text: str = ""
    file: str = ""
    where: str = ""
    position: int = 0

    @property
    def order(self) -> tuple[str, int, int]:
        """A key to sort by: the order of the document."""
        return self.file, self.line or self.position, self.column or 0

    @property
    def ja(self) -> str:
        """The place as staff find it: 21行目, 計画!B3; empty where it is not known."""
        return self.where or (f"{self.line}行目" if self.line else "")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the city says of a discrepancy: the outcome, who and when (ISO 8601), why, what instead.

    `corrected` is empty unless it corrects.
    """

    outcome: Text
    by: str
    date: str
    reason: Text
    corrected: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: how grave, of what kind, what, where, and what would do.

    `about` are the numbers of the items concerned; `iri` names the discrepancy, or the shape that
    is violated. A discrepancy without an `answer` is open.
    """

    severity: Severity
    kind: Text
    message: Text
    advice: Text
    places: tuple[Place, ...]
    about: tuple[str, ...] = ()
    iri: str = ""
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """All findings of one plan; `focus_nodes` counts what each class of shapes looked at.

    `coverage` says what became of each place of the document, where that is here.
    Of a plan too large for pySHACL it judged a `sample` of so many items, a faster validator all.
    """

    plan: str
    findings: tuple[Finding, ...]
    focus_nodes: dict[str, int]
    coverage: Coverage | None = None
    sample: int | None = None

    @property
    def conforms(self) -> bool:
        """Whether nothing stops a release."""
        return all(finding.severity is Severity.DISCREPANCY for finding in self.findings)

    def of(self, severity: Severity) -> tuple[Finding, ...]:
        """Return the findings of one severity."""
        return tuple(found for found in self.findings if found.severity is severity)

    @property
    def open(self) -> tuple[Finding, ...]:
        """The discrepancies of which the city has said nothing."""
        found = self.of(Severity.DISCREPANCY)
        return tuple(finding for finding in found if finding.answer is None)

    def by_kind(self) -> dict[Text, list[Finding]]:
        """Return the findings by kind, the gravest first, then in the order of the document."""
        groups: dict[Text, list[Finding]] = {}
        for finding in sorted(self.findings, key=_order):
            groups.setdefault(finding.kind, []).append(finding)
        return groups


def report_errors(plan: str, error: KeikakuError) -> Report:
    """Return what a reader could not understand as a report."""
    kind = Text("文書が読み取れない箇所", "what cannot be read")
    advice = Text("文書のこの箇所を直してください。", "Mend this place of the document.")
    findings = tuple(
        Finding(
            Severity.ERROR,
            kind,
            Text(problem.ja, problem.en),
            advice,
            (_place(problem),),
        )
        for problem in error.problems
    )
    return Report(plan, findings, {})


def _place(problem: Problem) -> Place:
    """Return where a reader met a problem."""
    table, row, column = problem.cell or (None, None, problem.column)
    return Place(
        problem.line or 0, table, row, column, file=problem.file or "", where=problem.place or ""
    )


def lines_of(places: Iterable[Place]) -> str:
    """Return where places are, as staff read it: 21行目 ⇔ 167行目, 計画!B3 ⇔ 計画!B9."""
    return " ⇔ ".join(place.ja for place in places if place.ja)


def _order(finding: Finding) -> tuple[int, int]:
    rank = list(Severity).index(finding.severity)
    return rank, min((place.order[1] for place in finding.places), default=0)
