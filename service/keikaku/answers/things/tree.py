"""A plan as a tree: its sections in order, each with the sections and items below it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from keikaku.answers.lexicon import rows_of
from keikaku.answers.things.listing import in_order
from keikaku.answers.things.rows import Numbered, number_of, placed

if TYPE_CHECKING:
    from keikaku.answers.describe import Linked
    from keikaku.answers.lexicon import Lexicon
    from keikaku.store.base import Store

MOST_SECTIONS = 1000
"""How many rows about sections are read for one tree."""

_SECTIONS = """SELECT DISTINCT ?section ?parent ?position ?place WHERE {{
  ?section kei:partOf+ {top} . ?section a kei:Section ; kei:partOf ?parent .
  OPTIONAL {{ ?section kei:position ?position }}
  OPTIONAL {{ ?evidence rdf:subject ?section ; rdf:predicate rdfs:label ; kei:cell ?place }}
}} LIMIT {most}"""
_ITEMS = """SELECT ?item ?section ?level ?place WHERE {{
  ?item {joined} {top} ; a kei:Item .
  OPTIONAL {{ ?item kei:partOf ?section . ?section kei:level ?level }}
  OPTIONAL {{ ?evidence rdf:subject ?item ; rdf:predicate rdfs:label ; kei:cell ?place }}
}} LIMIT {most}"""
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
    for section, parent, position, place in rows_of(
        store, _SECTIONS.format(top=top, most=MOST_SECTIONS)
    ):
        if isinstance(section, NamedNode) and isinstance(parent, NamedNode):
            branch = branches.setdefault(section, Branch(Numbered.of(section, lexicon)))
            branch.position = number_of(position) or 0
            branch.places = placed([*(known.iri for known in branch.places), place])
            parents[section] = parent
    for section, branch in branches.items():
        if above := branches.get(parents[section]):
            above.branches.append(branch)
    own, places = _items(store, lexicon, top, joined, branches)
    for branch in branches.values():
        branch.branches.sort(key=lambda each: each.position)
        branch.items.sort(key=in_order)
    first = (each for section, each in branches.items() if parents[section] not in branches)
    return Tree(
        tuple(sorted(first, key=lambda each: each.position)),
        tuple(sorted(own, key=in_order)),
        places,
    )


def _items(
    store: Store,
    lexicon: Lexicon,
    top: NamedNode,
    joined: str,
    branches: dict[NamedNode, Branch],
) -> tuple[list[Numbered], dict[NamedNode, tuple[Linked, ...]]]:
    """Put each item into the deepest section it is part of; return those that are in none."""
    deepest: dict[NamedNode, tuple[int, NamedNode]] = {}
    places: dict[NamedNode, tuple[Linked, ...]] = {}
    query = _ITEMS.format(top=top, joined=joined, most=_MOST_ITEMS)
    for item, section, level, place in rows_of(store, query):
        if isinstance(item, NamedNode):
            found = (number_of(level) or 0, section if isinstance(section, NamedNode) else top)
            deepest[item] = max(deepest.get(item, found), found, key=lambda each: each[0])
            places[item] = placed([*(known.iri for known in places.get(item, ())), place])
    own: list[Numbered] = []
    for item, (_, section) in deepest.items():
        branch = branches.get(section)
        (branch.items if branch else own).append(Numbered.of(item, lexicon))
    return own, places
