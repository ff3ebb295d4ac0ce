"""The ledger of a plan's graphs: whatever is said goes in together with the place that says it."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad

from keikaku.names import KEI, RDF, XSD
from keikaku.records.plan import Said
from keikaku.records.planfile import FILE_NAME
from keikaku.source.grid import Cell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keikaku.names import PlanNames
    from keikaku.source.grid import Address

Object = NamedNode | Literal


class Ledger:
    """Collects the quads of one plan; nothing enters a graph of statements without its evidence."""

    def __init__(self, names: PlanNames, sources: Mapping[str, int] | None = None) -> None:
        """Begin an empty ledger for the plan that `names` names.

        `sources` numbers the files that can say something; one that is not there is the document.
        """
        self.names = names
        self._sources = sources or {FILE_NAME: 2}
        self.quads: set[Quad] = set()
        self.said_at: defaultdict[Address, list[tuple[NamedNode, NamedNode, Object]]]
        self.said_at = defaultdict(list)
        self._evidence = names.graph("evidence")

    def say(
        self,
        graph: str,
        subject: NamedNode,
        predicate: NamedNode,
        value: Object,
        at: Said[str] | Said[int] | Said[bool] | Address,
    ) -> None:
        """State a triple in `graph`, with evidence that the place `at` says it.

        A value that goes on in several places has a piece of evidence for each, in their order.
        """
        places = (at.at, *at.also) if isinstance(at, Said) else (at,)
        first = at.place if isinstance(at, Said) else 1
        self.quads.add(Quad(subject, predicate, value, self.names.graph(graph)))
        for position, place in enumerate(places, start=first):
            self.mention(subject, place)
            self.said_at[place].append((subject, predicate, value))
            self._witness(subject, predicate, value, place, position)

    def mention(self, subject: NamedNode, place: Address) -> None:
        """Record that a place says something of `subject`, be it no statement."""
        self.fact(subject, KEI["cell"], self.place(place))

    def fact(self, subject: NamedNode, predicate: NamedNode, value: Object) -> None:
        """Record something about the source itself, in the graph of evidence."""
        self.quads.add(Quad(subject, predicate, value, self._evidence))

    def place(self, place: Address) -> NamedNode:
        """Return the IRI of a cell or line."""
        source = self._sources.get(place.file, 1)
        if isinstance(place, Cell):
            address = f"{place.table}-{place.row}-{place.column}"
            return self.names.below("source", source, "cell", address)
        return self.names.below("source", source, "line", place.line)

    def publish(self, place: Address, position: int | None = None) -> None:
        """Describe a cell or line: where it is, and its text.

        `position` is its place in the order of a document without lines.
        """
        node = self.place(place)
        is_cell = isinstance(place, Cell)
        source = node.value.rsplit("/", 2)[0]
        self.fact(node, RDF["type"], KEI["SourceCell" if is_cell else "SourceLine"])
        self.fact(node, KEI["document"], NamedNode(source))
        if place.line is not None and not place.where:
            self.fact(node, KEI["line"], integer(place.line))
        elif position is not None:
            self.fact(node, KEI["position"], integer(position))
        for name, said in (
            ("address", place.where),
            ("sheet", place.sheet),
            ("fragment", place.fragment),
        ):
            if said:
                self.fact(node, KEI[name], Literal(said))
        if place.page is not None:
            self.fact(node, KEI["page"], integer(place.page))
        self.fact(node, RDF["value"], Literal(place.text))
        if isinstance(place, Cell):
            self._publish_cell(node, place)

    def _publish_cell(self, node: NamedNode, cell: Cell) -> None:
        self.fact(node, KEI["table"], integer(cell.table))
        self.fact(node, KEI["row"], integer(cell.row))
        self.fact(node, KEI["column"], integer(cell.column))
        for name, span in (("rowSpan", cell.rows), ("columnSpan", cell.columns)):
            if span > 1:
                self.fact(node, KEI[name], integer(span))

    def _witness(
        self,
        subject: NamedNode,
        predicate: NamedNode,
        value: Object,
        place: Address,
        position: int,
    ) -> None:
        cell = self.place(place)
        statement = f"{subject} {predicate} {value} {cell}"
        digest = hashlib.sha256(statement.encode()).hexdigest()[:16]
        evidence = self.names.below("evidence", digest)
        self.fact(evidence, RDF["type"], KEI["Evidence"])
        self.fact(evidence, RDF["subject"], subject)
        self.fact(evidence, RDF["predicate"], predicate)
        self.fact(evidence, RDF["object"], value)
        self.fact(evidence, KEI["cell"], cell)
        self.fact(evidence, KEI["position"], integer(position))


def integer(number: int) -> Literal:
    """Return a number as xsd:integer."""
    return Literal(str(number), datatype=XSD["integer"])


def ja(text: str) -> Literal:
    """Return a Japanese text."""
    return Literal(text, language="ja")


def en(text: str) -> Literal:
    """Return an English text."""
    return Literal(text, language="en")
