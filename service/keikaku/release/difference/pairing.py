"""Which thing of one release is which of the other.

The IRI of an item holds its number: where one is put in between, all that follow are renumbered,
and an IRI names another thing than before. So what is stated (dcterms:replaces) comes first, then
an equal title, then an equal IRI.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from keikaku.names import DCTERMS, KEI
from keikaku.release.difference.changes import KINDS
from keikaku.release.difference.veil import SAID
from keikaku.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from collections.abc import Set as AbstractSet

    from keikaku.release.difference.readings import Readings

_BY_TITLE = ("section", "item", "row")
"""The kinds of things whose IRIs hold their numbers."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A thing as each release names it; one that came has no old IRI, one that went no new one."""

    kind: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Pairing:
    """The pairs of two releases; `same` gives the new IRI of what had another."""

    pairs: tuple[Pair, ...]
    same: Mapping[str, str]


def pair(old: Readings, new: Readings, changed: frozenset[str]) -> Pairing:
    """Pair the things of which two releases do not say the same, and what has such things as parts.

    `changed` are the IRIs of the former; what else is known was looked up for its name.
    """
    pairs: list[Pair] = []
    same: dict[str, str] = {}
    relevant = changed | (old.known.keys() & new.known.keys())
    for kind in KINDS:
        pairs += _Matching(kind, old, new, relevant).pairs(same)
        same |= {one.old: one.new for one in pairs if one.old and one.new and one.old != one.new}
    return Pairing(tuple(pairs), same)


class _Matching:
    """The things of one kind in two releases, taken away as they find each other."""

    def __init__(self, kind: str, old: Readings, new: Readings, relevant: AbstractSet[str]) -> None:
        self._kind = kind
        self._old = old
        self._new = new
        self._left = _of_kind(kind, old, relevant)
        self._right = _of_kind(kind, new, relevant)
        self._found: list[Pair] = []

    def pairs(self, same: Mapping[str, str]) -> list[Pair]:
        """Return the pairs, given what has become another thing among the kinds before this one."""
        for iri in sorted(self._right):
            for replaced in self._new.known[iri].nodes(DCTERMS["replaces"]):
                self._take(replaced.value, iri)
        if self._kind in _BY_TITLE:
            for iri in self._left & self._right:
                if _title(self._old, iri) == _title(self._new, iri):
                    self._take(iri, iri)
            for key in (_title_and_notes, _title):
                self._match(partial(key, self._old), partial(key, self._new))
        if self._kind == "discrepancy":
            self._match(partial(_finding, self._old, same), partial(_finding, self._new, {}))
        for iri in self._left & self._right:
            self._take(iri, iri)
        went = [Pair(self._kind, iri, None) for iri in self._left]
        came = [Pair(self._kind, None, iri) for iri in self._right]
        return [*self._found, *went, *came]

    def _take(self, old: str, new: str) -> None:
        if old in self._left and new in self._right:
            self._left.remove(old)
            self._right.remove(new)
            self._found.append(Pair(self._kind, old, new))

    def _match(self, old_key: Callable[[str], object], new_key: Callable[[str], object]) -> None:
        """Pair what has an equal key, in the order of the IRIs."""
        waiting: defaultdict[object, list[str]] = defaultdict(list)
        for iri in sorted(self._left, key=natural):
            waiting[old_key(iri)].append(iri)
        for iri in sorted(self._right, key=natural):
            if candidates := waiting[new_key(iri)]:
                self._take(candidates.pop(0), iri)


def natural(iri: str) -> list[tuple[int, str]]:
    """Return a sort key by which item 1-2-10 stands after 1-2-9."""
    parts = re.split(r"(\d+)", iri)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


def _of_kind(kind: str, readings: Readings, relevant: AbstractSet[str]) -> set[str]:
    known = readings.known
    return {iri for iri in relevant if iri in known and known[iri].kind == kind}


def _title(readings: Readings, iri: str) -> object:
    """Return what tells a thing of a plan from others: its plan, its class, its title."""
    found, label = readings.known[iri], readings.thing(iri).label
    if label == SAID:
        return object()  # it is like no other
    return found.plan, frozenset(found.types), fold(label.ja)


def _title_and_notes(readings: Readings, iri: str) -> object:
    notes = {fold(note.value) for note in readings.known[iri].texts(KEI["note"])}
    return _title(readings, iri), frozenset(notes)


def _finding(readings: Readings, same: Mapping[str, str], iri: str) -> object:
    """Return what tells a discrepancy from others: its kind, its field, and what it is about."""
    found = readings.known[iri]
    about = {same.get(thing.value, thing.value) for thing in found.nodes(KEI["about"])}
    return found.nodes(KEI["kind"]), frozenset(found.nodes(KEI["field"])), frozenset(about)
