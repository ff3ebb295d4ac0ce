"""The timetable of an answer: by label and year what is written and which phases it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from keikaku.web.charts.figures import Cell, cell, text
from keikaku.web.charts.phases import order

if TYPE_CHECKING:
    from keikaku.answers.catalogue import Answer
    from keikaku.answers.question import Drawn


@dataclass(frozen=True, slots=True)
class Planned:
    """A cell of the document: its text as written, and the phases in the order in which it stands.

    `carried` tells an arrow, whose phases are those of an earlier year.
    """

    text: str
    phases: tuple[Cell, ...]
    carried: bool


@dataclass(frozen=True, slots=True)
class Timetable:
    """The rows and years in the order of the answer, and what is planned, by the IRIs of both."""

    rows: tuple[Cell, ...]
    years: tuple[Cell, ...]
    phases: tuple[Cell, ...]
    fields: dict[tuple[str, str], Planned]

    def planned(self, row: Cell, year: Cell) -> Planned | None:
        """Return what is planned, None where the document has nothing."""
        return self.fields.get((row.iri, year.iri))


def timetable_of(answer: Answer, drawn: Drawn) -> Timetable:
    """Return the timetable that an answer's annotation names; it may have a row for each phase."""
    rows: dict[str, Cell] = {}
    years: dict[str, Cell] = {}
    phases: dict[str, Cell] = {}
    written: dict[tuple[str, str], str] = {}
    arrows: set[tuple[str, str]] = set()
    meant: dict[tuple[str, str], dict[str, Cell]] = {}
    for found in answer.rows:
        row, year = cell(answer, found, drawn.label), cell(answer, found, drawn.across or "")
        rows.setdefault(row.iri, row)
        years.setdefault(year.iri, year)
        phase = cell(answer, found, drawn.phase or "")
        said = text(answer, found, drawn.text or "")
        if said:
            written[row.iri, year.iri] = said
        if text(answer, found, drawn.arrow or "") == "true":
            arrows.add((row.iri, year.iri))
        if phase.iri:
            phases.setdefault(phase.iri, phase)
            meant.setdefault((row.iri, year.iri), {})[phase.iri] = phase
    fields = {
        place: Planned(said, _in_order(said, meant.get(place, {})), place in arrows)
        for place, said in written.items()
    }
    return Timetable(tuple(rows.values()), tuple(years.values()), tuple(phases.values()), fields)


def _in_order(said: str, meant: dict[str, Cell]) -> tuple[Cell, ...]:
    """Return the phases of a cell as its words stand; an arrow has none, so as work goes on."""
    places = {part: place for place, part in enumerate(said.split("・"))}

    def key(phase: Cell) -> tuple[int, tuple[int, str]]:
        local = phase.iri.rsplit("/", 1)[-1]
        return places.get(local, len(places)), order(phase.iri)

    return tuple(sorted(meant.values(), key=key))
