"""Builds the hierarchy of a plan whose rows or sheets name the sections that they belong to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from keikaku.records.plan import Said, Section
from keikaku.text import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keikaku.records.profile import NamedProfile
    from keikaku.records.reading import Reading
    from keikaku.source.grid import Address


@dataclass(slots=True)
class Hierarchy:
    """The sections met so far, by their folded titles, and how many items each has."""

    reading: Reading[NamedProfile]
    sections: dict[tuple[str, ...], Section] = field(default_factory=dict)
    _children: dict[tuple[str, ...], int] = field(default_factory=dict)
    _items: dict[tuple[int, ...], int] = field(default_factory=dict)

    def place(self, named: Sequence[Said[str]]) -> tuple[int, ...]:
        """Return the place of the next item below the sections that are named from the top.

        A section that is not known yet is taken up at its own place among its siblings.
        """
        key: tuple[str, ...] = ()
        path: tuple[int, ...] = ()
        for depth, name in enumerate(named):
            above = self.sections.get(key)
            key = (*key, fold(name.value))
            if key not in self.sections:
                self.sections[key] = self._section(depth, name, key, above)
            path = self.sections[key].path
        self._items[path] = self._items.get(path, 0) + 1
        return (*path, self._items[path])

    def _section(
        self, depth: int, name: Said[str], key: tuple[str, ...], above: Section | None
    ) -> Section:
        level = self.reading.profile.levels[depth]
        count = self._children[key[:-1]] = self._children.get(key[:-1], 0) + 1
        split = level.numerals.leading(name.value) if level.numerals else None
        if level.numerals and not split:
            self.reading.note(
                f"「{name.value}」が番号で始まっていません。",
                f"{name.value!r} does not begin with a number",
                name.at,
            )
        number = Said(split[0], name.at) if split else None
        own = level.numerals.normalised(split[0]) if level.numerals and split else str(count)
        parents = (above.identifier,) if above else ()
        return Section(
            kind=level.class_,
            path=(*(above.path if above else ()), count),
            number=number,
            identifier=self.reading.profile.item.joint.join((*parents, own)),
            title=Said(split[1] if split else name.value, name.at),
        )


@dataclass(slots=True)
class Held:
    """The names of sections that hold for the rows below, from the top."""

    named: list[Said[str] | None]

    def name(self, depth: int, text: str, at: Address) -> None:
        """Go to a section, leaving those below the one before it unless it is the same."""
        before = self.named[depth]
        if before is None or fold(before.value) != fold(text):
            self.named[depth + 1 :] = [None] * (len(self.named) - depth - 1)
        self.named[depth] = Said(text, at)

    def path(self) -> list[Said[str]] | None:
        """Return the names down to the deepest; None where a level between them has none."""
        filled = [name for name in self.named if name is not None]
        whole = self.named[: len(filled)] == filled
        return filled if whole else None
