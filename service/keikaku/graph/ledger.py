"""The ledger of a plan's graphs: whatever is said goes in together with the place that says it."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad

from keikaku.names import KEI, RDF, WITHHELD, XSD
from keikaku.records.plan import Said
from keikaku.records.planfile import FILE_NAME
from keikaku.records.withheld import Reason
from keikaku.source.grid import Cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from keikaku.names import PlanNames
    from keikaku.records.withheld import Withheld
    from keikaku.source.grid import Address, Line

Object = NamedNode | Literal


class Ledger:
    """Collects the quads of one plan; nothing enters a graph of statements without its evidence."""

    def __init__(self, names: PlanNames, sources: Mapping[str, int] | None = None) -> None:
        """Begin an empty ledger for the plan that `names` names.

        `sources` numbers the files that can say something; one that is not there is the document.
        """
        self.names = names
        self.sources = sources or {FILE_NAME: 2}
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
        source = self.sources.get(place.file, 1)
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

    def withhold(
        self, withheld: Withheld, order: Mapping[Address, int], lines: Iterable[Line]
    ) -> None:
        """Say which places of the document are withheld, and why, and nothing of what they hold.

        `order` gives the place of each of its `lines` in a document that has no line numbers.
        """
        for region in withheld.regions():
            name = f"{region.table}-{region.first_row}-{region.first_column}"
            node = self._region(name, region.reason)
            for term, number in (
                ("table", region.table),
                ("firstRow", region.first_row),
                ("lastRow", region.last_row),
                ("firstColumn", region.first_column),
                ("lastColumn", region.last_column),
            ):
                self.fact(node, KEI[term], integer(number))
        for line in lines:
            if reason := withheld.lines.get(line.line):
                node = self._region(f"line-{line.line}", reason)
                term, number = ("position", order[line]) if line.where else ("line", line.line)
                self.fact(node, KEI[term], integer(number))
        for sheet in withheld.sheets:
            reason = Reason.HIDDEN if sheet.hidden else Reason.IGNORED
            node = self._region(f"sheet-{sheet.position}", reason)
            self.fact(node, KEI["position"], integer(sheet.position))

    def _region(self, name: str, reason: Reason) -> NamedNode:
        document = self.names.below("source", 1)
        node = NamedNode(f"{document.value}/withheld/{name}")
        self.fact(node, RDF["type"], KEI["WithheldRegion"])
        self.fact(node, KEI["document"], document)
        self.fact(node, KEI["withheldBecause"], WITHHELD[reason])
        return node

    def reading_sha256(self, document: NamedNode) -> str:
        """Return the hash of what is published of a document: its places in canonical N-Quads.

        These are all statements whose subject is a cell, a line or a withheld region of it.
        """
        lines = sorted(
            f"{quad} .\n".encode()
            for quad in self.quads
            if isinstance(quad.subject, NamedNode)
            and quad.subject.value.startswith(f"{document.value}/")
        )
        return hashlib.sha256(b"".join(lines)).hexdigest()

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
