"""Releases of a plan of one table, of which a newer one withholds what an older one published.

Each text is said by a cell; what is withheld is a region, and nothing is said of its cells.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad

from keikaku.names import DCTERMS, KEI, KIND, OA, RDF, RDFS, SCHEMA, WITHHELD, XSD, PlanNames
from keikaku.release.dumps import canonical

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

NAMES = PlanNames.of(NamedNode("https://w3id.org/keikaku/id/352039/kyodo"))
DOCUMENT, SETTINGS = NAMES.below("source", 1), NAMES.below("source", 2)
STATED, EVIDENCE = NAMES.graph("stated"), NAMES.graph("evidence")
Object = NamedNode | Literal


@dataclass
class Table:
    """A table: its texts by row, numbered from 1, and what of it is withheld.

    `properties` are what its columns say of the item of a row, from the second row on: an empty
    name says nothing. Rows and columns of a region are first and last.
    """

    rows: Sequence[Sequence[str]]
    properties: Sequence[str]
    regions: Sequence[tuple[int, int, int, int]] = ()
    number: int = 1
    sheet: str = ""

    def withholds(self, row: int, column: int) -> bool:
        """Whether a cell lies in a region."""
        return any(a <= row <= b and c <= column <= d for a, b, c, d in self.regions)


@dataclass
class Written:
    """The quads of a release of the plan, as they are gathered."""

    tables: Sequence[Table]
    lines: Sequence[str] = ()
    withheld_lines: Sequence[int] = ()
    withheld_sheets: Sequence[int] = ()
    settings: Sequence[str] = ()
    reading: bool = False
    quads: set[Quad] = field(default_factory=set)

    def to(self, path: Path) -> Path:
        """Write the canonical N-Quads."""
        path.write_bytes(canonical(self.all()))
        return path

    def all(self) -> set[Quad]:
        """All quads of the plan."""
        for table in self.tables:
            self._table(table)
        for number, text in enumerate(self.lines, start=1):
            if number not in self.withheld_lines:
                self._line(DOCUMENT, number, text)
        for number in self.withheld_lines:
            self._region(f"line-{number}", {"line": number})
        for number in self.withheld_sheets:
            self._region(f"sheet-{number}", {"position": number})
        for number, text in enumerate(self.settings, start=1):
            self._line(SETTINGS, number, text)
        digest = hashlib.sha256(repr(self).encode()).hexdigest()
        for document, kind in ((DOCUMENT, "text/csv"), (SETTINGS, "application/toml")):
            self.say(document, RDF["type"], KEI["SourceDocument"])
            self.say(document, SCHEMA["encodingFormat"], Literal(kind))
            name = KEI["readingSha256"] if self.reading else SCHEMA["sha256"]
            self.say(document, name, Literal(digest))
        self.say(NAMES.plan, RDF["type"], KEI["Plan"], STATED)
        return self.quads

    def say(
        self, subject: NamedNode, predicate: NamedNode, value: Object, graph: NamedNode = EVIDENCE
    ) -> None:
        """State something."""
        self.quads.add(Quad(subject, predicate, value, graph))

    def _table(self, table: Table) -> None:
        for row, texts in enumerate(table.rows, start=1):
            for column, text in enumerate(texts, start=1):
                if text and not table.withholds(row, column):
                    self._cell(table, row, column, text)
        for first_row, last_row, first_column, last_column in table.regions:
            self._region(
                f"{table.number}-{first_row}-{first_column}",
                {
                    "table": table.number,
                    "firstRow": first_row,
                    "lastRow": last_row,
                    "firstColumn": first_column,
                    "lastColumn": last_column,
                },
            )

    def _cell(self, table: Table, row: int, column: int, text: str) -> None:
        cell = NamedNode(f"{DOCUMENT.value}/cell/{table.number}-{row}-{column}")
        self._place(cell, DOCUMENT, "SourceCell", text)
        for name, number in (("table", table.number), ("row", row), ("column", column)):
            self.say(cell, KEI[name], _integer(number))
        if table.sheet:
            self.say(cell, KEI["sheet"], Literal(table.sheet))
        name = table.properties[column - 1] if row > 1 else ""
        if name:
            self._state(NAMES.below("item", f"{table.number}-{row}"), name, text, cell)

    def _state(self, item: NamedNode, name: str, text: str, cell: NamedNode) -> None:
        value: Object = Literal(text, language="ja")
        predicate = {"label": RDFS["label"], "identifier": DCTERMS["identifier"]}.get(
            name, KEI[name]
        )
        if name == "department":
            value = NAMES.city.department(text)
            label = Literal(text, language="ja")
            self.say(value, RDF["type"], KEI["Department"], NAMES.city.graph)
            self.say(value, RDFS["label"], label, NAMES.city.graph)
        self._evidence(item, RDF["type"], KEI["Item"], cell)
        self._evidence(item, predicate, value, cell)

    def _evidence(
        self, subject: NamedNode, predicate: NamedNode, value: Object, cell: NamedNode
    ) -> None:
        said = f"{subject} {predicate} {value} {cell}"
        evidence = NAMES.below("evidence", hashlib.sha256(said.encode()).hexdigest()[:16])
        self.say(subject, predicate, value, STATED)
        self.say(subject, KEI["cell"], cell)
        self.say(evidence, RDF["type"], KEI["Evidence"])
        self.say(evidence, RDF["subject"], subject)
        self.say(evidence, RDF["predicate"], predicate)
        self.say(evidence, RDF["object"], value)
        self.say(evidence, KEI["cell"], cell)

    def _line(self, document: NamedNode, number: int, text: str) -> None:
        line = NamedNode(f"{document.value}/line/{number}")
        self._place(line, document, "SourceLine", text)
        self.say(line, KEI["line"], _integer(number))

    def _place(self, place: NamedNode, document: NamedNode, kind: str, text: str) -> None:
        self.say(place, RDF["type"], KEI[kind])
        self.say(place, KEI["document"], document)
        self.say(place, RDF["value"], Literal(text))

    def _region(self, name: str, said: dict[str, int]) -> None:
        region = NamedNode(f"{DOCUMENT.value}/withheld/{name}")
        self.say(region, RDF["type"], KEI["WithheldRegion"])
        self.say(region, KEI["document"], DOCUMENT)
        self.say(region, KEI["withheldBecause"], WITHHELD["ignored"])
        for key, number in said.items():
            self.say(region, KEI[key], _integer(number))

    def find(self, name: str, comment: str, cell: str, about: str) -> None:
        """Let a rule find a discrepancy at a cell, about an item."""
        quality = NAMES.graph("quality")
        found = NAMES.below("discrepancy", "damaged-text", name)
        self.say(found, RDF["type"], KEI["Discrepancy"], quality)
        self.say(found, KEI["kind"], KIND["damaged-text"], quality)
        self.say(found, RDFS["comment"], Literal(comment, language="ja"), quality)
        self.say(found, KEI["about"], NAMES.below("item", about), quality)
        self.say(found, OA["hasTarget"], NamedNode(f"{DOCUMENT.value}/cell/{cell}"), quality)

    def conclude(self, subject: str, text: str) -> None:
        """Let a rule conclude a label."""
        self.say(
            NAMES.below(*subject.split("/")),
            RDFS["label"],
            Literal(text, language="ja"),
            NAMES.graph("inferred"),
        )


def _integer(number: int) -> Literal:
    return Literal(str(number), datatype=XSD["integer"])
