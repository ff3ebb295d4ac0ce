"""The schedule of a plan as a table: the items of each measure, a cell for each year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from keikaku.web.charts.figures import Cell, cell, text
from keikaku.web.charts.phases import look, order
from keikaku.web.charts.timetable import timetable_of

if TYPE_CHECKING:
    from keikaku.answers.catalogue import Answer
    from keikaku.answers.lexicon import Lexicon
    from keikaku.web.charts.timetable import Planned, Timetable


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a cell: what is written, the phase's name and letter, its class in charts.css."""

    text: str
    name: str
    letter: str
    style: str


@dataclass(frozen=True, slots=True)
class Field:
    """A cell of the schedule; `carried` tells one with an arrow."""

    blocks: tuple[Block, ...]
    carried: bool


@dataclass(frozen=True, slots=True)
class Line:
    """An item with its number, and its cell for each year, None where nothing stands."""

    number: str
    item: Cell
    fields: tuple[Field | None, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The items of one measure, or of one policy that has no measures."""

    policy: str
    measure: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class ScheduleTable:
    """The years, the items by policy and measure, and a block for each phase that occurs."""

    years: tuple[Cell, ...]
    groups: tuple[Group, ...]
    key: tuple[Block, ...]

    @property
    def count(self) -> int:
        """The number of items."""
        return sum(len(group.lines) for group in self.groups)


def schedule_table(answer: Answer, lexicon: Lexicon) -> ScheduleTable:
    """Return the table of an answer to the question `schedule`; sections bear their numbers."""
    if answer.chart is None:
        raise TypeError(f"{answer.question} is no schedule")
    table = timetable_of(answer, answer.chart)
    where: dict[str, tuple[str, str, str]] = {}
    for row in answer.rows:
        item = cell(answer, row, "title")
        policy, measure = (
            _titled(cell(answer, row, name), lexicon) for name in ("firstTitle", "secondTitle")
        )
        where[item.iri] = (text(answer, row, "number"), policy, measure)
    lines: dict[tuple[str, str], list[Line]] = {}
    for item in table.rows:
        number, policy, measure = where[item.iri]
        fields = tuple(_field(table.planned(item, year)) for year in table.years)
        lines.setdefault((policy, measure), []).append(Line(number, item, fields))
    groups = tuple(Group(*place, tuple(found)) for place, found in lines.items())
    return ScheduleTable(table.years, groups, _key(table))


def _titled(section: Cell, lexicon: Lexicon) -> str:
    """Return the title of a section with its number before it."""
    thing = lexicon.things.get(section.iri)
    return thing.said if thing else section.name


def _field(planned: Planned | None) -> Field | None:
    """Return a cell: a block for each phase, with its own words where there are as many."""
    if planned is None:
        return None
    parts = planned.text.split("・")
    if planned.carried or len(parts) != len(planned.phases):
        parts = [planned.text] * max(1, len(planned.phases))
    if not planned.phases:
        return Field((Block(planned.text, "", "", "phase-other"),), planned.carried)
    blocks = (_block(part, phase) for part, phase in zip(parts, planned.phases, strict=True))
    return Field(tuple(blocks), planned.carried)


def _block(said: str, phase: Cell) -> Block:
    shown = look(phase.iri, phase.name)
    return Block(said, phase.name, shown.letter, shown.style)


def _key(table: Timetable) -> tuple[Block, ...]:
    phases = sorted(table.phases, key=lambda phase: order(phase.iri))
    return tuple(_block("", phase) for phase in phases)
