"""What the readers of a document's parts share: the rules, what was read, and what was wrong."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from keikaku.errors import Problem
from keikaku.records.plan import OwnCode, Said
from keikaku.records.profile import Profile
from keikaku.records.withheld import Withheld, place_of
from keikaku.source.grid import Cell, problem
from keikaku.text import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from keikaku.records.planfile import PlanKeysFile
    from keikaku.records.withheld import Place, Reason
    from keikaku.source.grid import Address, Grid


P_co = TypeVar("P_co", bound=Profile, covariant=True)


class Unreadable(Exception):  # noqa: N818  (an inner signal, caught where a part ends)
    """A part of the document cannot be read further; its problem is noted already."""


@dataclass(slots=True)
class Reading(Generic[P_co]):
    """One reading of one document: rules to read by, places read, problems met."""

    profile: P_co
    keys: PlanKeysFile
    file: str
    problems: list[Problem] = field(default_factory=list)
    read: set[Address] = field(default_factory=set)
    withheld_cells: dict[Place, Reason] = field(default_factory=dict)
    withheld_lines: dict[int, Reason] = field(default_factory=dict)
    unreadable_tables: set[int] = field(default_factory=set)
    told: set[object] = field(default_factory=set)

    @property
    def own_parties(self) -> tuple[OwnCode, ...]:
        """The parties of the city's own, those of plan.toml before those of the profile."""
        plain = tuple(OwnCode(name) for name in self.keys.names.parties)
        declared = (own.as_code() for own in (*self.keys.party, *self.profile.party))
        return _first_of_each((*declared, *plain))

    @property
    def own_phases(self) -> tuple[OwnCode, ...]:
        """The phases of the city's own, those of plan.toml before those of the profile."""
        declared = (*self.keys.phase, *self.profile.phase)
        return _first_of_each(tuple(own.as_code() for own in declared))

    def first_time(self, *what: object) -> bool:
        """Tell whether this is the first time that something is met, so that it is told once."""
        new = what not in self.told
        self.told.add(what)
        return new

    def note(self, ja: str, en: str, at: Address | None) -> None:
        """Note a problem at a place, or of the whole document."""
        self.problems.append(problem(ja, en, at) if at else Problem(ja, en, self.file))

    def stop(self, ja: str, en: str, at: Address | None) -> Unreadable:
        """Note a problem and return what to raise, since nothing more can be read here."""
        self.note(ja, en, at)
        return Unreadable()

    def take(self, *places: Address) -> None:
        """Count places as read."""
        self.read.update(places)

    def withhold(self, reason: Reason, *places: Address) -> None:
        """Count places as withheld, filled or empty; the first reason stays."""
        for place in places:
            if isinstance(place, Cell):
                self.withheld_cells.setdefault(place_of(place), reason)
            else:
                self.withheld_lines.setdefault(place.line, reason)

    @property
    def withheld(self) -> Withheld:
        """What is withheld so far."""
        return Withheld(self.withheld_cells, self.withheld_lines)

    def split_names(self, cell: Cell) -> tuple[Said[str], ...]:
        """Return the names that a cell joins, each with its place; an empty name is a problem."""
        self.take(cell)
        separators = self.profile.names.separator
        names = split_joined(cell.text, separators)
        if not all(name.strip() for name in names):
            self.note(
                f"「{cell.text}」の区切り「{_visible(separators)}」の前後に名がありません。",
                f"a name is missing beside a separator in {cell.text!r}",
                cell,
            )
        return tuple(Said(name.strip(), cell, place) for place, name in enumerate(names, start=1))

    def check_known(
        self, names: Sequence[Said[str]], known: Collection[str] | None, label: str, en: str
    ) -> None:
        """Note a problem for a name that is not known, or that stands twice.

        Where nothing is said of what is `known`, any name is.
        """
        seen: set[str] = set()
        for name in names:
            if known is not None and name.value not in known:
                self.note(*unknown(name.value, known, label, en), name.at)
            if name.value in seen:
                self.note(
                    f"{label}「{name.value}」が二度書かれています。",
                    f"the {en} {name.value!r} is given twice",
                    name.at,
                )
            seen.add(name.value)


AnyReading = Reading[Profile]
"""A reading by whatever kind of profile."""


def split_joined(text: str, separators: Sequence[str]) -> list[str]:
    """Return the names that a text joins; several separators in a row are one, where it has many.

    A lone line break that a narrow cell needs is one of them only where the profile names it.
    """
    if len(separators) == 1:
        return text.split(separators[0])
    return re.split(f"(?:{'|'.join(map(re.escape, separators))})+", text)


def _visible(separators: Sequence[str]) -> str:
    return " ".join(separators).replace("\n", "改行")


def _first_of_each(codes: tuple[OwnCode, ...]) -> tuple[OwnCode, ...]:
    found: dict[str, OwnCode] = {}
    for code in codes:
        found.setdefault(code.name, code)
    return tuple(found.values())


def unknown(name: str, known: Collection[str], label: str, en: str) -> tuple[str, str]:
    """Say in Japanese and English that a name is not known, with the nearest that is."""
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
    hint_ja = f"「{near[0]}」ではありませんか。" if near else f"使えるもの: {'、'.join(known)}"
    hint_en = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
    return (
        f"{label}「{name}」は登録されていません。{hint_ja}",
        f"the {en} {name!r} is not known; {hint_en}",
    )


def is_label(cell: Cell, label: str) -> bool:
    """Tell whether a cell holds a label, whatever its width and spaces."""
    return fold(cell.text) == fold(label)


def has_label(grid: Grid, labels: Collection[str]) -> bool:
    """Tell whether a row of the table, below its header, begins with one of the labels."""
    return any(is_label(row[0], label) for row in grid.rows[1:] for label in labels)
