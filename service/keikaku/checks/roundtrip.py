"""The round trip: what the graph says, written by the profile's rules, is what the document says.

Text fields, titles, joined names and schedule cells must come back to the character. Rows of boxes,
headings and years come back folded, since the graph does not keep how wide a bracket was or which
kind of box was used.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad

from keikaku.names import DCTERMS, FY, KEI, RDF, RDFS, SCHEMA
from keikaku.records.decisions import DECISIONS_FILE
from keikaku.records.planfile import FILE_NAME
from keikaku.text import fiscal_year_codes, fiscal_year_labels, fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from keikaku.records.profile import Profile

    Rendering = Callable[["_Cell"], tuple[str, ...]]

_TEXTS = {
    KEI["purpose"],
    KEI["currentState"],
    KEI["content"],
    KEI["completionCriterion"],
    KEI["printedNumber"],
}
_CONTACT = {"address": "address", "telephone": "telephone", "faxNumber": "fax", "email": "email"}


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell whose text is not what the graph's values give; `rendered` is empty if nothing is."""

    cell: str
    text: str
    rendered: str


@dataclass(frozen=True, slots=True)
class _Statement:
    subject: NamedNode
    predicate: NamedNode
    value: NamedNode | Literal
    position: int


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell, its text, and what it states, in the order in which it states it."""

    iri: NamedNode
    text: str
    statements: tuple[_Statement, ...]

    def of(self, predicate: NamedNode) -> list[_Statement]:
        return [said for said in self.statements if said.predicate == predicate]


class RoundTrip:
    """Writes the cells of one plan from its graph."""

    def __init__(self, quads: Iterable[Quad], profile: Profile) -> None:
        """Take the plan's graphs with the shared concepts, and the profile it was read by."""
        self._profile = profile
        self._values: defaultdict[tuple[NamedNode, NamedNode], list[NamedNode | Literal]]
        self._values = defaultdict(list)
        for quad in quads:
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
                self._values[quad.subject, quad.predicate].append(quad.object)

    def differences(self) -> list[Difference]:
        """Return each cell that does not come back as it was, and each that nothing writes."""
        found = []
        for cell in self._cells():
            exact = self._exact(cell)
            folded = () if exact else self._folded(cell)
            if cell.text not in exact and fold(cell.text) not in map(fold, folded):
                rendered = next(iter((*exact, *folded)), "")
                found.append(Difference(cell.iri.value, cell.text, rendered))
        return found

    def cell_count(self) -> int:
        """Return how many cells and lines of the document make a statement or hold a mark."""
        return len(self._cells())

    def _cells(self) -> list[_Cell]:
        statements: defaultdict[NamedNode, list[_Statement]] = defaultdict(list)
        for node, predicate in list(self._values):
            if predicate == RDF["object"]:
                cell = self._node(node, KEI["cell"])
                statements[cell].append(
                    _Statement(
                        self._node(node, RDF["subject"]),
                        self._node(node, RDF["predicate"]),
                        self._values[node, RDF["object"]][0],
                        int(self._text(node, KEI["position"])),
                    )
                )
        for (node, predicate), marked in list(self._values.items()):
            if predicate == KEI["cell"] and (node, KEI["listedNumber"]) in self._values:
                for mark in marked:
                    statements[NamedNode(mark.value)] += []
        return [
            _Cell(iri, self._text(iri, RDF["value"]), tuple(sorted(said, key=_by_position)))
            for iri, said in statements.items()
            if self._document(iri) not in (FILE_NAME, DECISIONS_FILE)
        ]

    def _exact(self, cell: _Cell) -> tuple[str, ...]:
        """Return the texts that would do to the character."""
        if not cell.statements:
            return self._profile.marks.off
        for said in cell.statements:
            if said.predicate in _TEXTS and not self._is_section(said.subject):
                return (said.value.value,)
        for predicate in (KEI["department"], KEI["implementedBy"]):
            if names := cell.of(predicate):
                return (self._joined(names),)
        if entries := cell.of(KEI["cellText"]):
            return self._entry(cell, entries[0].subject)
        if cell.of(KEI["listedTarget"]) or cell.of(KEI["unheadedMark"]):
            return self._profile.marks.on
        if titles := cell.of(RDFS["label"]):
            return self._title(cell, titles[0])
        if notes := cell.of(KEI["note"]):
            return ("".join(self._note(note) for note in notes),)
        return self._contact(cell)

    def _folded(self, cell: _Cell) -> tuple[str, ...]:
        """Return the texts that would do but for width, spaces and the kind of box."""
        if cell.of(KEI["targets"]) or cell.of(KEI["otherTarget"]):
            return self._boxes(cell)
        if years := cell.of(KEI["fiscalYear"]):
            year = int(years[0].value.value.removeprefix(FY.iri))
            return (*fiscal_year_codes(year), *fiscal_year_labels(year), str(year))
        if titles := cell.of(KEI["listedTitle"]):
            return (self._listed(cell, titles[0]),)
        if labels := cell.of(RDFS["label"]):
            return (self._heading(labels[0]),)
        return ()

    def _title(self, cell: _Cell, said: _Statement) -> tuple[str, ...]:
        if self._is_section(said.subject):
            return ()
        number = self._text(said.subject, DCTERMS["identifier"])
        if not number:
            return (said.value.value,)
        mark = number.rsplit(self._profile.item.joint, 1)[-1]
        notes = "".join(f" {self._note(note)}" for note in cell.of(KEI["note"]))
        return (f"{mark} {said.value.value}{notes}",)

    def _heading(self, said: _Statement) -> str:
        level = self._text(said.subject, KEI["level"])
        label = self._profile.levels[int(level) - 1].heading if level else ""
        return label + self._text(said.subject, KEI["printedNumber"]) + said.value.value

    def _listed(self, cell: _Cell, said: _Statement) -> str:
        number = self._text(said.subject, KEI["listedNumber"])
        mark = number.rsplit(self._profile.item.joint, 1)[-1]
        notes = "".join(self._note(note) for note in cell.of(KEI["listedNote"]))
        return mark + said.value.value + notes

    def _entry(self, cell: _Cell, entry: NamedNode) -> tuple[str, ...]:
        if self._text(entry, KEI["arrow"]) == "true":
            return self._profile.schedule.arrows
        return (self._joined(cell.of(KEI["phase"])),)

    def _boxes(self, cell: _Cell) -> tuple[str, ...]:
        """Return the row of boxes with each kind of mark that the profile knows."""
        targets = {self._name(said.value) for said in cell.of(KEI["targets"])}
        inside = "".join(said.value.value for said in cell.of(KEI["otherTarget"]))
        marks, names = self._profile.marks, self._profile.names
        return tuple(
            "".join((on if name in targets else off) + name for name in names.boxes) + f"({inside})"
            for on in marks.on
            for off in marks.off
        )

    def _contact(self, cell: _Cell) -> tuple[str, ...]:
        return tuple(
            f"{getattr(self._profile.contact, label)} {said.value.value}"
            for name, label in _CONTACT.items()
            for said in cell.of(SCHEMA[name])
        )

    def _joined(self, statements: list[_Statement]) -> str:
        return self._profile.names.separator.join(self._name(said.value) for said in statements)

    def _note(self, said: _Statement) -> str:
        brackets = self._profile.item.note
        return f"{brackets.open}{said.value.value}{brackets.close}"

    def _name(self, node: NamedNode | Literal) -> str:
        labels = self._values[NamedNode(node.value), RDFS["label"]]
        japanese = [
            label.value for label in labels if isinstance(label, Literal) and label.language == "ja"
        ]
        return japanese[0] if japanese else node.value

    def _is_section(self, node: NamedNode) -> bool:
        return (node, KEI["level"]) in self._values

    def _document(self, cell: NamedNode) -> str:
        return self._text(self._node(cell, KEI["document"]), SCHEMA["name"])

    def _node(self, subject: NamedNode, predicate: NamedNode) -> NamedNode:
        return NamedNode(self._text(subject, predicate))

    def _text(self, subject: NamedNode, predicate: NamedNode) -> str:
        return next((term.value for term in self._values.get((subject, predicate), ())), "")


def _by_position(said: _Statement) -> int:
    return said.position
