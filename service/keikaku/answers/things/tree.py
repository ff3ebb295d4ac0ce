"""A plan as a tree: its sections in order, each with the sections and items below it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from keikaku.answers.lexicon import rows_of
from keikaku.answers.things.listing import in_order
from keikaku.answers.things.rows import Numbered, number_of, placed
from keikaku.answers.value_blocks import value_blocks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from keikaku.answers.describe import Linked
    from keikaku.answers.lexicon import Lexicon
    from keikaku.store.base import Store, Term

MOST_SECTIONS = 1000
"""How many rows about sections are read for one tree."""

_SECTIONS = """SELECT DISTINCT ?section ?parent ?position WHERE {{
  ?section kei:partOf+ {top} ; kei:partOf ?parent ; kei:level ?level .
  OPTIONAL {{ ?section kei:position ?position }}
}} LIMIT {most}"""
_ITEMS = """SELECT ?item ?section ?level WHERE {{
  ?item {joined} {top} ; a kei:Item .
  OPTIONAL {{ ?item kei:partOf ?section . ?section kei:level ?level }}
}} LIMIT {most}"""
_PLACES = """SELECT ?thing ?place WHERE {{
  VALUES ?thing {{ {things} }}
  ?evidence rdf:subject ?thing ; rdf:predicate rdfs:label ; kei:cell ?place .
}}"""
_MOST_ITEMS = 10_000


@dataclass(slots=True)
class Branch:
    """A section: the sections below it in order, and the items that stand in it itself."""

    section: Numbered
    places: tuple[Linked, ...] = ()
    branches: list[Branch] = field(default_factory=list)
    items: list[Numbered] = field(default_factory=list)
    position: int = 0

    @property
    def count(self) -> int:
        """How many items there are in it, at any depth."""
        return len(self.items) + sum(branch.count for branch in self.branches)


@dataclass(frozen=True, slots=True)
class Tree:
    """What is below a plan or a section; `places` are the cells that print the items' titles."""

    branches: tuple[Branch, ...]
    items: tuple[Numbered, ...]
    places: dict[NamedNode, tuple[Linked, ...]]


def tree_of(store: Store, lexicon: Lexicon, top: NamedNode, joined: str) -> Tree:
    """Return what is below a plan (`joined` kei:inPlan) or a section (kei:partOf)."""
    branches: dict[NamedNode, Branch] = {}
    parents: dict[NamedNode, NamedNode] = {}
    query = _SECTIONS.format(top=top, most=MOST_SECTIONS)
    for section, parent, position in rows_of(store, query):
        if isinstance(section, NamedNode) and isinstance(parent, NamedNode):
            branch = branches.setdefault(section, Branch(Numbered.of(section, lexicon)))
            branch.position = number_of(position) or 0
            parents[section] = parent
    own, items = _items(store, lexicon, top, joined, branches)
    places = _places(store, [*branches, *items])
    for section, branch in branches.items():
        branch.places = places.get(section, ())
        if above := branches.get(parents[section]):
            above.branches.append(branch)
    for branch in branches.values():
        branch.branches.sort(key=lambda each: each.position)
        branch.items.sort(key=in_order)
    first = (each for section, each in branches.items() if parents[section] not in branches)
    return Tree(
        tuple(sorted(first, key=lambda each: each.position)),
        tuple(sorted(own, key=in_order)),
        {item: places[item] for item in items if item in places},
    )


def _items(
    store: Store,
    lexicon: Lexicon,
    top: NamedNode,
    joined: str,
    branches: dict[NamedNode, Branch],
) -> tuple[list[Numbered], list[NamedNode]]:
    """Put each item into the deepest section it is part of; return those in none, and all."""
    deepest: dict[NamedNode, tuple[int, NamedNode]] = {}
    query = _ITEMS.format(top=top, joined=joined, most=_MOST_ITEMS)
    for item, section, level in rows_of(store, query):
        if isinstance(item, NamedNode):
            found = (number_of(level) or 0, section if isinstance(section, NamedNode) else top)
            deepest[item] = max(deepest.get(item, found), found, key=lambda each: each[0])
    own: list[Numbered] = []
    for item, (_, section) in deepest.items():
        branch = branches.get(section)
        (branch.items if branch else own).append(Numbered.of(item, lexicon))
    return own, list(deepest)


def _places(store: Store, things: Iterable[NamedNode]) -> dict[NamedNode, tuple[Linked, ...]]:
    """Return the cells that print the titles of things, asked for by name.

    Beside a path, an engine would look through the evidence of all plans for them.
    """
    found: dict[NamedNode, list[Term | None]] = {}
    for some in value_blocks(things):
        for thing, place in rows_of(store, _PLACES.format(things=some)):
            if isinstance(thing, NamedNode):
                found.setdefault(thing, []).append(place)
    return {thing: placed(places) for thing, places in found.items()}
