"""The round trip: what the graph says, written by the profile's rules, is what the document says.

Text fields, titles, joined names and schedule cells must come back to the character. Rows of boxes,
headings and years come back folded, since the graph does not keep how wide a bracket was or which
kind of box was used. Where a layout has several separators, the cell's own are taken.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad

from keikaku.names import DCTERMS, FY, KEI, ORG, RDF, RDFS, SCHEMA
from keikaku.records.cells import is_year
from keikaku.records.decisions import DECISIONS_FILE
from keikaku.records.named import boxes_in, is_boxes
from keikaku.records.planfile import FILE_NAME
from keikaku.records.profile import EvaluationProfile, RegisterProfile, SheetsProfile
from keikaku.records.reading import split_joined
from keikaku.text import fiscal_year_codes, fiscal_year_labels, fold, parse_fiscal_year

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from keikaku.records.profile import AnyProfile

    Rendering = Callable[["_Cell"], tuple[str, ...]]
    _Triple = tuple[NamedNode, NamedNode, NamedNode | Literal]

_TEXTS = {
    KEI["purpose"],
    KEI["currentState"],
    KEI["content"],
    KEI["completionCriterion"],
    KEI["printedNumber"],
}
_MEMBERSHIP = (KEI["inMeasure"], KEI["inPolicy"], KEI["partOf"])
_DIVISION = ORG["subOrganizationOf"]  # stands for what a cell says of a division
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

    @property
    def triple(self) -> _Triple:
        return self.subject, self.predicate, self.value


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

    def __init__(self, quads: Iterable[Quad], profile: AnyProfile) -> None:
        """Take the plan's graphs with the shared concepts, and the profile it was read by."""
        self._profile = profile
        self._values: defaultdict[tuple[NamedNode, NamedNode], list[NamedNode | Literal]]
        self._values = defaultdict(list)
        for quad in quads:
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
                self._values[quad.subject, quad.predicate].append(quad.object)
        self._pieces: defaultdict[_Triple, list[tuple[int, NamedNode]]] = defaultdict(list)

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
            if predicate == RDF["object"] and (node, KEI["cell"]) in self._values:  # no link
                cell = self._node(node, KEI["cell"])
                said = _Statement(
                    self._node(node, RDF["subject"]),
                    self._node(node, RDF["predicate"]),
                    self._values[node, RDF["object"]][0],
                    int(self._text(node, KEI["position"])),
                )
                statements[cell].append(said)
                self._pieces[said.triple].append((said.position, cell))
        for (node, predicate), marked in list(self._values.items()):
            if predicate != KEI["cell"]:
                continue
            types = self._values.get((node, RDF["type"]), ())
            if (node, KEI["listedNumber"]) in self._values or KEI["Item"] in types:
                for mark in marked:
                    statements[NamedNode(mark.value)] += []
            elif KEI["Department"] in types:
                for mark in marked:
                    statements[NamedNode(mark.value)].append(_Statement(node, _DIVISION, node, 0))
        return [
            _Cell(iri, self._text(iri, RDF["value"]), tuple(sorted(said, key=_by_position)))
            for iri, said in statements.items()
            if self._document(iri) not in (FILE_NAME, DECISIONS_FILE)
        ]

    def _exact(self, cell: _Cell) -> tuple[str, ...]:
        """Return the texts that would do to the character."""
        if not cell.statements:
            return (*self._profile.marks.off, *self._profile.marks.blank)
        for said in cell.statements:
            if said.predicate in _TEXTS and not self._is_section(said.subject):
                return self._text_of(cell, said)
        if names := self._named(cell):
            return names
        if entries := cell.of(KEI["cellText"]):
            return self._entry(cell, entries[0].subject)
        if cell.of(KEI["listedTarget"]) or cell.of(KEI["unheadedMark"]):
            return self._profile.marks.on
        if titles := cell.of(RDFS["label"]):
            return self._title(cell, titles[0])
        if notes := cell.of(KEI["note"]):
            return self._notes(notes)
        if isinstance(self._profile, SheetsProfile):
            return self._contact(cell, self._profile)
        return tuple(said.value.value for said in cell.of(KEI["otherTarget"]))

    def _named(self, cell: _Cell) -> tuple[str, ...]:
        """Return the names of departments, divisions or parties that a cell holds."""
        if names := cell.of(KEI["department"]):
            return self._departments(cell, names)
        if divisions := cell.of(_DIVISION):
            return self._as_joined(cell, {self._name(said.value) for said in divisions})
        if names := cell.of(KEI["implementedBy"]):
            return self._parties(cell, names)
        if isinstance(self._profile, SheetsProfile):
            return ()
        return self._parties(cell, names) if (names := cell.of(KEI["targets"])) else ()

    def _folded(self, cell: _Cell) -> tuple[str, ...]:
        """Return the texts that would do but for width, spaces and the kind of box."""
        if cell.of(KEI["targets"]) or cell.of(KEI["otherTarget"]) or cell.of(KEI["implementedBy"]):
            return self._boxes(cell)
        if years := cell.of(KEI["fiscalYear"]):
            year = int(years[0].value.value.removeprefix(FY.iri))
            same = is_year(cell.text) and parse_fiscal_year(cell.text) == year
            own = (cell.text,) if same else ()
            return (*own, *fiscal_year_codes(year), *fiscal_year_labels(year), str(year))
        if titles := cell.of(KEI["listedTitle"]):
            return (self._listed(cell, titles[0]),)
        if labels := cell.of(RDFS["label"]):
            return self._heading(labels[0].subject)
        for predicate in _MEMBERSHIP:
            for said in cell.of(predicate):
                if isinstance(said.value, NamedNode) and self._is_section(said.value):
                    return self._heading(said.value)
        return ()

    def _text_of(self, cell: _Cell, said: _Statement) -> tuple[str, ...]:
        """Return a text, or the piece of it that a cell holds where it goes on in others."""
        pieces = [piece for _, piece in sorted(self._pieces[said.triple], key=lambda pair: pair[0])]
        if len(pieces) > 1 and not isinstance(self._profile, SheetsProfile):
            whole = self._joint.join(self._text(piece, RDF["value"]) for piece in pieces)
            return (cell.text,) if whole == said.value.value else ()
        return (said.value.value,)

    @property
    def _joint(self) -> str:
        """What joins the pieces of a text that goes on in other cells."""
        if isinstance(self._profile, RegisterProfile):
            joint = self._profile.columns.continuation
            return "\n" if joint is None else joint
        if isinstance(self._profile, EvaluationProfile):
            return self._profile.sheet.continuation or "\n"
        return ""

    def _title(self, cell: _Cell, said: _Statement) -> tuple[str, ...]:
        if self._is_section(said.subject):
            return ()
        number = self._text(said.subject, DCTERMS["identifier"])
        if not number:
            return (said.value.value,)
        each = [self._note(note) for note in cell.of(KEI["note"])]
        notes = "".join(f" {note}" for note in each)
        if isinstance(self._profile, SheetsProfile):
            mark = number.rsplit(self._profile.item.joint, 1)[-1]
            return tuple(  # the space may be left out, or lost where a line of a PDF is broken
                f"{mark}{behind}{said.value.value}" + "".join(f"{before}{note}" for note in each)
                for behind in (" ", "")
                for before in (" ", "")
            )
        title = said.value.value
        as_printed = cell.text.startswith(title) and fold(cell.text) == fold(title + notes)
        return (cell.text,) if as_printed else (f"{title}{notes}",)

    def _heading(self, section: NamedNode) -> tuple[str, ...]:
        level = self._text(section, KEI["level"])
        heading = self._profile.levels[int(level) - 1].heading if level else ""
        own = self._text(section, KEI["printedNumber"]) + self._label(section)
        return (f"{heading or ''}{own}", own)

    def _notes(self, notes: list[_Statement]) -> tuple[str, ...]:
        bracketed = "".join(map(self._note, notes))
        lines = "\n".join(note.value.value for note in notes)
        return (bracketed,) if isinstance(self._profile, SheetsProfile) else (lines, bracketed)

    def _listed(self, cell: _Cell, said: _Statement) -> str:
        number = self._text(said.subject, KEI["listedNumber"])
        mark = number.rsplit(self._profile.item.joint, 1)[-1]
        notes = "".join(self._note(note) for note in cell.of(KEI["listedNote"]))
        return mark + said.value.value + notes

    def _entry(self, cell: _Cell, entry: NamedNode) -> tuple[str, ...]:
        if self._text(entry, KEI["arrow"]) == "true":
            return self._profile.schedule.arrows
        phases = [said for said in cell.of(KEI["phase"]) if said.subject == entry]
        names, rules = tuple(self._name(said.value) for said in phases), self._profile.schedule
        words = [
            word
            for meant in (rules.words, rules.marks)
            for word, named in meant.items()
            if named == names and fold(word) == fold(cell.text)
        ]
        return (self._joined(cell, phases), *(cell.text for _ in words))

    def _departments(self, cell: _Cell, said: list[_Statement]) -> tuple[str, ...]:
        """Return departments joined, alone and each with its division in front."""
        joint = self._profile.names.division_joint
        if joint is None:
            return (self._joined(cell, said),)
        parts = split_joined(cell.text, self._profile.names.separator)
        units = [part.rpartition(joint) for part in parts]
        named = {self._name(each.value) for each in said}
        above = {self._name(each.value) for each in cell.of(_DIVISION)}
        own = {unit.strip() for _, _, unit in units} == named
        whole = {division.strip() for division, _, _ in units if division} == above
        return (cell.text,) if own and whole else (self._joined(cell, said),)

    def _parties(self, cell: _Cell, said: list[_Statement]) -> tuple[str, ...]:
        """Return parties joined; one alone may head the column in which the cell is a mark."""
        if isinstance(self._profile, SheetsProfile):
            return (self._joined(cell, said),)
        if is_boxes(cell.text, self._profile) and cell.text not in self._profile.marks.on:
            return ()
        heads = all(self._heads(each.value, cell) for each in said)
        return (self._joined(cell, said), *(self._profile.marks.on if heads else ()))

    def _heads(self, party: NamedNode | Literal, cell: _Cell) -> bool:
        """Tell whether a party stands in the header of the column that a cell is in."""
        headers = self._values.get((NamedNode(party.value), KEI["cell"]), ())
        columns = {self._text(NamedNode(head.value), KEI["column"]) for head in headers}
        return self._text(cell.iri, KEI["column"]) in columns

    def _boxes(self, cell: _Cell) -> tuple[str, ...]:
        """Return the row of boxes with each kind of mark that the profile knows."""
        said = (*cell.of(KEI["targets"]), *cell.of(KEI["implementedBy"]))
        targets = {self._name(each.value) for each in said}
        inside = "".join(said.value.value for said in cell.of(KEI["otherTarget"]))
        marks, names, after = self._profile.marks, self._profile.names.boxes, f"({inside})"
        if not isinstance(self._profile, SheetsProfile):
            names, after = tuple(name for _, name in boxes_in(cell.text, self._profile)), ""
        return tuple(
            "".join((on if name in targets else off) + name for name in names) + after
            for on in marks.on
            for off in marks.off
        )

    def _contact(self, cell: _Cell, profile: SheetsProfile) -> tuple[str, ...]:
        return tuple(
            f"{getattr(profile.contact, label)} {said.value.value}"
            for name, label in _CONTACT.items()
            for said in cell.of(SCHEMA[name])
        )

    def _joined(self, cell: _Cell, statements: list[_Statement]) -> str:
        """Return names joined: by the separator, or as the cell does where there are several."""
        separators, names = self._profile.names.separator, [self._name(s.value) for s in statements]
        if len(separators) > 1:
            return next(iter(self._as_joined(cell, names)), separators[0].join(names))
        return separators[0].join(names)

    def _as_joined(self, cell: _Cell, names: Collection[str]) -> tuple[str, ...]:
        """Return the cell's text if it joins just these names, in their order if they have one."""
        parts = [part.strip() for part in split_joined(cell.text, self._profile.names.separator)]
        same = set(parts) == names if isinstance(names, set) else parts == names
        return (cell.text,) if same else ()

    def _note(self, said: _Statement) -> str:
        brackets = self._profile.item.note
        return f"{brackets.open}{said.value.value}{brackets.close}" if brackets else ""

    def _name(self, node: NamedNode | Literal) -> str:
        return self._label(NamedNode(node.value)) or node.value

    def _label(self, node: NamedNode) -> str:
        labels = self._values.get((node, RDFS["label"]), ())
        japanese = [
            label.value for label in labels if isinstance(label, Literal) and label.language == "ja"
        ]
        return japanese[0] if japanese else ""

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
