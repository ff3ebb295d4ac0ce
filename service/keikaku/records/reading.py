"""What the readers of a document's parts share: the rules, what was read, and what was wrong."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from keikaku.errors import Problem
from keikaku.records.plan import Said
from keikaku.source.grid import problem
from keikaku.text import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from keikaku.records.planfile import PlanKeysFile
    from keikaku.records.profile import Profile
    from keikaku.source.grid import Address, Cell, Grid


class Unreadable(Exception):  # noqa: N818  (an inner signal, caught where a part ends)
    """A part of the document cannot be read further; its problem is noted already."""


@dataclass(slots=True)
class Reading:
    """One reading of one document: rules to read by, places read, problems met."""

    profile: Profile
    keys: PlanKeysFile
    file: str
    problems: list[Problem] = field(default_factory=list)
    read: set[Address] = field(default_factory=set)
    unreadable_tables: set[int] = field(default_factory=set)

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

    def split_names(self, cell: Cell) -> tuple[Said[str], ...]:
        """Return the names that a cell joins, each with its place; an empty name is a problem."""
        self.take(cell)
        names = cell.text.split(self.profile.names.separator)
        if not all(name.strip() for name in names):
            self.note(
                f"「{cell.text}」の区切り「{self.profile.names.separator}」の前後に名がありません。",
                f"a name is missing beside a separator in {cell.text!r}",
                cell,
            )
        return tuple(Said(name.strip(), cell, place) for place, name in enumerate(names, start=1))

    def check_known(
        self, names: Sequence[Said[str]], known: Collection[str], label: str, en: str
    ) -> None:
        """Note a problem for a name that is not known, or that stands twice."""
        seen: set[str] = set()
        for name in names:
            if name.value not in known:
                self.note(*unknown(name.value, known, label, en), name.at)
            if name.value in seen:
                self.note(
                    f"{label}「{name.value}」が二度書かれています。",
                    f"the {en} {name.value!r} is given twice",
                    name.at,
                )
            seen.add(name.value)


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
