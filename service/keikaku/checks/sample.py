"""Cuts from a large plan a small one that is whole: some items, and all that hangs on them.

What belongs to an item goes with it: its entries, its rows in the overview, its evidence and
discrepancies, the cells that say something of it. All else stays: plan, sections, city, vocabulary.
So the sample conforms to the shapes wherever the whole plan does.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyoxigraph import Literal

from keikaku.names import KEI, OA, RDF

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from pyoxigraph import BlankNode, NamedNode, Quad, Triple

    Term = NamedNode | BlankNode | Literal | Triple

ITEMS = 40
"""How many items a sample has, where no more are asked for."""

_OF_A_SECTION = 8
_UNUSED_PLACES = 200
_TYPE, _ITEM = RDF["type"], KEI["Item"]
_SCHEDULE, _PART_OF = KEI["schedule"], KEI["partOf"]
_POSITION, _LEVEL = KEI["position"], KEI["level"]
_BELONGS = {KEI["listsItem"], KEI["about"], KEI["decides"], RDF["subject"]}
"""Properties from what belongs to something to that."""
_POINTS = {KEI["cell"], KEI["unheadedMark"], OA["hasTarget"]}
"""Properties from what a cell says something of to that cell."""
_PLACES = {KEI["SourceCell"], KEI["SourceLine"]}


@dataclass(slots=True)
class _Plan:
    """What has to be known of a plan: its items, what belongs to what, and what points to what."""

    items: set[Term] = field(default_factory=set)
    places: set[Term] = field(default_factory=set)
    position: dict[Term, int] = field(default_factory=dict)
    level: dict[Term, int] = field(default_factory=dict)
    parts_of: defaultdict[Term, list[Term]] = field(default_factory=lambda: defaultdict(list))
    owners: defaultdict[Term, set[Term]] = field(default_factory=lambda: defaultdict(set))
    pointing: defaultdict[Term, set[Term]] = field(default_factory=lambda: defaultdict(set))
    named: defaultdict[Term, set[Term]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def of(cls, quads: Collection[Quad]) -> _Plan:
        plan = cls()
        for quad in quads:
            plan._note(quad.subject, quad.predicate, quad.object)
        for quad in quads:  # now that the items are known
            if quad.object in plan.items and quad.subject not in plan.owners:
                plan.named[quad.subject].add(quad.object)
        return plan

    def _note(self, subject: Term, predicate: NamedNode, value: Term) -> None:
        if predicate in _POINTS:
            self.pointing[value].add(subject)
        elif predicate in _BELONGS:
            self.owners[subject].add(value)
        elif predicate == _SCHEDULE:
            self.owners[value].add(subject)
        elif predicate == _TYPE and value == _ITEM:
            self.items.add(subject)
        elif predicate == _TYPE and value in _PLACES:
            self.places.add(subject)
        elif predicate == _POSITION:
            self.position[subject] = _number(value)
        elif predicate == _LEVEL:
            self.level[subject] = _number(value)
        elif predicate == _PART_OF:
            self.parts_of[subject].append(value)

    def items_of(self, node: Term) -> set[Term]:
        """Return the items that something belongs to, a cell to those that it says something of."""
        found: set[Term] = set()
        seen, rest = {node}, [node]
        while rest:
            one = rest.pop()
            if one in self.items:
                found.add(one)
                continue
            above = self.owners.get(one) or (
                self.pointing.get(one, set()) if one in self.places else set()
            )
            rest += above - seen
            seen |= above
        return found

    def section(self, item: Term) -> Term | None:
        """Return the deepest section that an item is part of, None where it is in none."""
        within = [part for part in self.parts_of.get(item, ()) if part in self.level]
        return max(within, key=lambda part: (self.level[part], str(part)), default=None)


def _number(value: Term) -> int:
    """Return a number, 0 for what is none: that is for the shapes to tell."""
    text = value.value if isinstance(value, Literal) else ""
    return int(text) if text.isascii() and text.isdecimal() else 0


def sample(quads: Collection[Quad], nodes: Iterable[Term] = ()) -> tuple[frozenset[Quad], int]:
    """Return the quads of a sample, always the same of the same plan, and how many items it has.

    It has the items that `nodes` belong to besides.
    """
    plan = _Plan.of(quads)
    by_section = _by_section(plan)
    wanted = {item for node in nodes for item in plan.items_of(node)} | _chosen(by_section)
    wanted |= {
        item for node, named in plan.named.items() if node not in plan.items for item in named
    }
    kept = _whole(wanted, plan, by_section)
    gone = _gone(kept, plan)
    return frozenset(quad for quad in quads if quad.subject not in gone), len(kept)


def _by_section(plan: _Plan) -> dict[Term, list[Term]]:
    """Return the items of each section in their order; an item outside of all is by itself."""
    groups: defaultdict[Term, list[Term]] = defaultdict(list)
    for item in plan.items:
        groups[plan.section(item) or item].append(item)
    for items in groups.values():
        items.sort(key=lambda item: (plan.position.get(item, 0), str(item)))
    return dict(groups)


def _chosen(by_section: Mapping[Term, list[Term]]) -> set[Term]:
    """Return the first items of sections that are drawn by the hash of their names."""
    chosen: set[Term] = set()
    for section in sorted(by_section, key=_drawn):
        chosen.update(by_section[section][: min(_OF_A_SECTION, ITEMS - len(chosen))])
    return chosen


def _drawn(node: Term) -> bytes:
    return hashlib.sha256(str(node).encode()).digest()


def _whole(wanted: Iterable[Term], plan: _Plan, by_section: Mapping[Term, list[Term]]) -> set[Term]:
    """Return the items with those that come before them in their section and that they name."""
    kept: set[Term] = set()
    rest = list(wanted)
    while rest:
        item = rest.pop()
        if item in kept:
            continue
        kept.add(item)
        beside = by_section[plan.section(item) or item]
        rest += beside[: beside.index(item)]
        rest += plan.named.get(item, ())
    return kept


def _gone(kept: Collection[Term], plan: _Plan) -> set[Term]:
    """Return what is not in the sample: the other items, and all that belongs to one of them."""
    gone = plan.items - set(kept)
    belonging: defaultdict[Term, list[Term]] = defaultdict(list)
    for node, owners in plan.owners.items():
        for owner in owners:
            belonging[owner].append(node)
    rest = list(gone)
    while rest:
        below = set(belonging.get(rest.pop(), ())) - gone
        gone |= below
        rest += below
    unused = [place for place in plan.places if not plan.pointing.get(place)]
    gone.update(sorted(unused, key=_drawn)[_UNUSED_PLACES:])
    gone.update(place for place in plan.places if (by := plan.pointing.get(place)) and by <= gone)
    return gone
