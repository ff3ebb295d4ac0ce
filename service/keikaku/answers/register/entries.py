"""One discrepancy as the register shows it: its readings with their places, what is decided."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from keikaku.answers.borrowed import borrowed
from keikaku.answers.describe import Linked
from keikaku.answers.lexicon import label_of, rows_of
from keikaku.answers.register.conditions import OPEN, OUTCOMES
from keikaku.answers.things.rows import Numbered, number_of, placed, text_of
from keikaku.answers.value_blocks import value_blocks
from keikaku.closed import Bilingual
from keikaku.names import DCTERMS, KEI, OUTCOME, RDFS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from keikaku.answers.lexicon import Lexicon
    from keikaku.store.base import Store, Term

_SAID = """SELECT ?found ?property ?value ?number ?label WHERE {{
  {which}
  VALUES ?property {{ kei:kind kei:about kei:field rdfs:comment }}
  ?found ?property ?value .
  OPTIONAL {{ ?value dcterms:identifier|kei:listedNumber ?number }}
  OPTIONAL {{ ?value rdfs:label ?label }}
}}"""
_READINGS = """SELECT ?found ?cell ?line ?text ?file ?table ?row ?column ?address WHERE {{
  {which}
  ?found oa:hasTarget ?cell .
  ?cell kei:line|kei:position ?line ; rdf:value ?text ; kei:document/schema:name ?file .
  OPTIONAL {{ ?cell kei:table ?table }}
  OPTIONAL {{ ?cell kei:row ?row }}
  OPTIONAL {{ ?cell kei:column ?column }}
  OPTIONAL {{ ?cell kei:address ?address }}
}}"""
_DECISIONS = """SELECT ?found ?decision ?property ?value WHERE {{
  {which}
  ?decision kei:decides ?found ; ?property ?value .
  FILTER (?property IN (kei:outcome, dcterms:creator, dcterms:date, kei:reason, kei:correctedValue,
    kei:field, kei:cell))
}}"""
_KEY = re.compile(r"/discrepancy/[^/]+/([^/]+)")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a cell or line of the document says, and where it is; lines have no table.

    In a document without lines `line` is its place in the order of the document, and `address` is
    what its program shows.
    """

    place: Linked
    text: str
    file: str
    line: int
    table: int | None
    row: int | None
    column: int | None
    address: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the city says of a discrepancy: by whom, when (ISO 8601), why, and what would be right.

    `status` is its outcome's local name; `corrected` is empty unless it corrects; `places` are the
    lines of decisions.toml.
    """

    iri: NamedNode
    status: str
    by: str
    date: str
    reason: Bilingual
    corrected: str
    field: Linked | None
    places: tuple[Linked, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A discrepancy in the register.

    `thing` is the item, section or row that its IRI names, `others` what else it is about; `name`
    is what decisions.toml calls it.
    """

    iri: NamedNode
    plan: NamedNode
    name: str
    kind: Linked
    thing: Numbered | None
    others: tuple[Numbered, ...]
    field: Linked | None
    message: Bilingual
    readings: tuple[Reading, ...]
    decision: Decision | None

    @property
    def status(self) -> str:
        """Open, or the outcome of the decision."""
        return self.decision.status if self.decision else OPEN

    @property
    def order(self) -> tuple[object, ...]:
        """A key to sort by: plan, then item as its number counts, then line, then IRI."""
        lines = [reading.line for reading in self.readings]
        return self.plan.value, _natural(key_of(self.iri)), max(lines, default=0), self.iri.value


@dataclass(slots=True)
class _Found:
    kind: Linked | None = None
    about: dict[NamedNode, tuple[str, set[Literal]]] = field(default_factory=dict)
    of_field: Linked | None = None
    comments: set[Literal] = field(default_factory=set)
    readings: dict[NamedNode, Reading] = field(default_factory=dict)
    decision: NamedNode | None = None
    decided: dict[NamedNode, list[Term]] = field(default_factory=dict)


def entries_of(
    store: Store, lexicon: Lexicon, discrepancies: Iterable[NamedNode]
) -> tuple[Entry, ...]:
    """Return these discrepancies in order, without those that the store does not have."""
    found: dict[NamedNode, _Found] = {}
    for some in value_blocks(discrepancies):
        _take(store, lexicon, f"VALUES ?found {{ {some} }}", found)
    entries = (_entry(iri, one, lexicon) for iri, one in found.items())
    return tuple(sorted((each for each in entries if each), key=lambda each: each.order))


def _take(store: Store, lexicon: Lexicon, which: str, found: dict[NamedNode, _Found]) -> None:
    for row in rows_of(store, _SAID.format(which=which)):
        _take_said(row, found, lexicon)
    for row in rows_of(store, _READINGS.format(which=which)):
        _take_reading(row, found)
    for iri, decision, term, value in rows_of(store, _DECISIONS.format(which=which)):
        one = found.get(iri) if isinstance(iri, NamedNode) else None
        if one and isinstance(decision, NamedNode) and isinstance(term, NamedNode) and value:
            one.decision = decision
            one.decided.setdefault(term, []).append(value)


def _take_said(
    row: tuple[Term | None, ...], found: dict[NamedNode, _Found], lexicon: Lexicon
) -> None:
    iri, term, value, number, label = row
    if not isinstance(iri, NamedNode):
        return
    one = found.setdefault(iri, _Found())
    if isinstance(value, Literal):
        one.comments.add(value)
    elif isinstance(value, NamedNode) and term == KEI["about"]:
        labels = one.about.setdefault(value, (text_of(number), set()))[1]
        labels.update([label] if isinstance(label, Literal) else ())
    elif isinstance(value, NamedNode) and term == KEI["kind"]:
        one.kind = _called(value, lexicon)
    elif isinstance(value, NamedNode):
        one.of_field = _called(value, lexicon)


def _take_reading(row: tuple[Term | None, ...], found: dict[NamedNode, _Found]) -> None:
    iri, cell, line, text, file, *numbers, address = row
    one = found.get(iri) if isinstance(iri, NamedNode) else None
    if one and isinstance(cell, NamedNode):
        (place,) = placed([cell])
        table, at_row, column = map(number_of, numbers)
        one.readings[cell] = Reading(
            place,
            text_of(text),
            text_of(file),
            number_of(line) or 0,
            table,
            at_row,
            column,
            text_of(address),
        )


def _entry(iri: NamedNode, one: _Found, lexicon: Lexicon) -> Entry | None:
    if one.kind is None:
        return None
    plan, _, name = iri.value.partition("/discrepancy/")
    things = [_numbered(thing, *said, lexicon) for thing, said in one.about.items()]
    own = next((each for each in things if each.iri.value.endswith(f"/{key_of(iri)}")), None)
    thing = own or next(iter(sorted(things, key=lambda each: each.iri.value)), None)
    return Entry(
        iri,
        NamedNode(plan),
        name,
        one.kind,
        thing,
        tuple(sorted((each for each in things if each is not thing), key=_by_number)),
        one.of_field,
        label_of(iri, one.comments),
        tuple(sorted(one.readings.values(), key=lambda reading: (reading.file, reading.line))),
        _decision(one.decision, one.decided, lexicon) if one.decision else None,
    )


def _decision(
    iri: NamedNode, said: dict[NamedNode, list[Term]], lexicon: Lexicon
) -> Decision | None:
    def text(term: NamedNode) -> str:
        return next((text_of(value) for value in said.get(term, ())), "")

    status = text(KEI["outcome"]).removeprefix(OUTCOME.iri)
    fields = [value for value in said.get(KEI["field"], ()) if isinstance(value, NamedNode)]
    reasons = [value for value in said.get(KEI["reason"], ()) if isinstance(value, Literal)]
    if status not in OUTCOMES:
        return None
    return Decision(
        iri,
        status,
        text(DCTERMS["creator"]),
        text(DCTERMS["date"]),
        label_of(iri, reasons),
        text(KEI["correctedValue"]),
        _called(fields[0], lexicon) if fields else None,
        placed(said.get(KEI["cell"], ())),
    )


def _called(term: NamedNode, lexicon: Lexicon) -> Linked:
    if term == RDFS["label"]:
        return Linked(term, _TITLE)
    return Linked(term, lexicon.label(term) or borrowed(term) or label_of(term, ()))


_TITLE = Bilingual(ja="名称", en="title")


def _numbered(
    thing: NamedNode, number: str, labels: Iterable[Literal], lexicon: Lexicon
) -> Numbered:
    known = Numbered.of(thing, lexicon)
    if known.number:
        return known
    return Numbered(thing, number, label_of(thing, labels))


def _by_number(thing: Numbered) -> tuple[tuple[int | str, ...], str]:
    return _natural(thing.iri.value.rsplit("/", 1)[-1]), thing.iri.value


def key_of(discrepancy: NamedNode) -> str:
    """Return the part of a discrepancy's IRI that names an item, a section or a row: 1-2-4."""
    found = _KEY.search(discrepancy.value)
    return found[1] if found else ""


def _natural(key: str) -> tuple[int | str, ...]:
    """Return what orders keys by the value of their figures; words come after."""
    parts = re.split(r"([0-9]+)", key)
    return tuple(f"{int(part):09}" if part.isdecimal() else part for part in parts)
