"""What N-Quads say of items, gathered in one pass: labels in memory, the rest on the disk."""

from __future__ import annotations

import json
from collections import defaultdict
from itertools import groupby
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from keikaku.names import DCTERMS, FY, KEI, RDF, RDFS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    Said = dict[str, list[NamedNode | Literal]]

TEXTS = {
    "purpose": KEI["purpose"].value,
    "state": KEI["currentState"].value,
    "content": KEI["content"].value,
    "criterion": KEI["completionCriterion"].value,
}
"""The long texts of an item, as the index calls them."""

STAGING = """
CREATE TEMP TABLE raw_item (iri TEXT PRIMARY KEY, said TEXT) WITHOUT ROWID;
CREATE TEMP TABLE raw_entry (iri TEXT PRIMARY KEY, year INTEGER, said TEXT) WITHOUT ROWID;
CREATE TEMP TABLE raw_place (item TEXT, field TEXT, value TEXT, place INTEGER);
CREATE TEMP TABLE raw_finding (item TEXT, iri TEXT, kind TEXT);
CREATE TEMP TABLE place (code TEXT, plan TEXT, first INTEGER, second INTEGER, third INTEGER,
  last INTEGER, iri TEXT);
"""
"""The tables that `Facts` are kept in while an index is made."""

_RAW_INDEXES = """
CREATE INDEX raw_place_item ON raw_place (item);
CREATE INDEX raw_finding_item ON raw_finding (item);
"""

_LISTS = {
    "departments": KEI["department"].value,
    "actors": KEI["implementedBy"].value,
    "targets": KEI["targets"].value,
    "parties": KEI["involves"].value,
    "notes": KEI["note"].value,
    "within": KEI["partOf"].value,
    "entries": KEI["schedule"].value,
    "relists": KEI["relists"].value,
}
_SINGLE = {
    "number": DCTERMS["identifier"].value,
    "position": KEI["position"].value,
    "plan": KEI["inPlan"].value,
    "policy": KEI["inPolicy"].value,
    "measure": KEI["inMeasure"].value,
    "other": KEI["otherTarget"].value,
    **TEXTS,
}
_TYPE, _LABEL = RDF["type"].value, RDFS["label"].value
_NAMED = frozenset(
    KEI[name].value
    for name in (
        "Plan", "Municipality", "Section", "Policy", "Measure", "Department", "DepartmentGroup",
        "Party", "Phase", "DiscrepancyKind",
    )
)  # fmt: skip
_PRINTED_IN_ORDER = {field: _LISTS[field] for field in ("departments", "actors", "targets")}
_WANTED = frozenset(
    b"<%s>" % predicate.encode()
    for predicate in (
        *_LISTS.values(), *_SINGLE.values(), _TYPE, _LABEL, KEI["level"].value,
        DCTERMS["publisher"].value, KEI["planYear"].value, KEI["fiscalYear"].value,
        KEI["cellText"].value, KEI["phase"].value, KEI["arrow"].value, KEI["about"].value,
        KEI["kind"].value, RDF["subject"].value, RDF["predicate"].value, RDF["object"].value,
    )
)  # fmt: skip
_BATCH = 20_000


def subjects(nquads: Iterable[bytes]) -> Iterator[tuple[str, Said]]:
    """Yield each subject with what is said of it by the predicates that are wanted."""
    for subject, quads in groupby(_wanted(nquads), key=lambda quad: quad[0]):
        said: Said = defaultdict(list)
        for _, predicate, value in quads:
            if value not in said[predicate]:
                said[predicate].append(value)
        yield subject, said


def _wanted(nquads: Iterable[bytes]) -> Iterator[tuple[str, str, NamedNode | Literal]]:
    batch: list[bytes] = []
    for line in nquads:
        if line.split(b" ", 2)[1] in _WANTED:
            batch.append(line)
        if len(batch) >= _BATCH:
            yield from _parsed(batch)
            batch = []
    yield from _parsed(batch)


def _parsed(lines: list[bytes]) -> Iterator[tuple[str, str, NamedNode | Literal]]:
    for quad in parse(b"".join(lines), format=RdfFormat.N_QUADS):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
            yield quad.subject.value, quad.predicate.value, quad.object


class Facts:
    """What the pass over the quads has found."""

    def __init__(self, database: sqlite3.Connection) -> None:
        """Keep items and what belongs to them in temporary tables of `database`."""
        self._database = database
        self._places: dict[str, tuple[int, int]] = {}
        self.codes: dict[str, str] = {}
        self.publishers: dict[str, str] = {}

    def take(self, subject: str, said: Said) -> None:
        """Keep what is said of one subject, if the list of items needs it."""
        types = {term.value for term in said.get(_TYPE, ())}
        if KEI["Item"].value in types:
            self._item(subject, said)
        elif KEI["ScheduleEntry"].value in types:
            self._entry(subject, said)
        elif KEI["Discrepancy"].value in types:
            self._finding(subject, said)
        elif KEI["Evidence"].value in types:
            self._evidence(said)
        elif types & _NAMED:
            self._named(subject, said, types)

    def _item(self, subject: str, said: Said) -> None:
        kept: dict[str, Any] = {name: _one(said, term) for name, term in _SINGLE.items()}
        kept |= {name: _all(said, term) for name, term in _LISTS.items()}
        kept["title"] = _label(said, "ja") or ""
        self._insert("raw_item", subject, json.dumps(kept, ensure_ascii=False))

    def _entry(self, subject: str, said: Said) -> None:
        year = (_one(said, KEI["fiscalYear"].value) or "").removeprefix(FY.iri)
        text = _one(said, KEI["cellText"].value) or ""
        phases = sorted(_all(said, KEI["phase"].value), key=lambda iri: _within(text, iri))
        arrow = _one(said, KEI["arrow"].value) == "true"
        kept = json.dumps([subject, text, phases, arrow], ensure_ascii=False)
        if year.isdecimal():
            self._insert("raw_entry", subject, int(year), kept)

    def _finding(self, subject: str, said: Said) -> None:
        kind = _one(said, KEI["kind"].value) or ""
        for item in _all(said, KEI["about"].value):
            self._insert("raw_finding", item, subject, kind)

    def _evidence(self, said: Said) -> None:
        predicate = _one(said, RDF["predicate"].value)
        for field, wanted in _PRINTED_IN_ORDER.items():
            if predicate == wanted:
                item, value = _one(said, RDF["subject"].value), _one(said, RDF["object"].value)
                self._insert("raw_place", item, field, value, _integer(said, "position"))

    def _named(self, subject: str, said: Said, types: set[str]) -> None:
        ja, en = _label(said, "ja"), _label(said, "en")
        number = _one(said, DCTERMS["identifier"].value)
        either = ja or en or subject.rsplit("/", 1)[-1]
        self._insert("thing", subject, ja or either, en or either, number)
        if said.get(KEI["level"].value):
            self._places[subject] = (_integer(said, "level"), _integer(said, "position"))
        if KEI["Municipality"].value in types:
            self.codes[subject] = number or ""
        if KEI["Plan"].value in types:
            self._plan(subject, said)

    def _plan(self, subject: str, said: Said) -> None:
        years = sorted(int(year.removeprefix(FY.iri)) for year in _all(said, KEI["planYear"].value))
        publisher = _one(said, DCTERMS["publisher"].value)
        self.publishers[subject] = publisher or ""
        self._insert("plan", subject, json.dumps(years), publisher)

    def put_in_order(self) -> None:
        """Find the place of every item: by city, plan, sections, and position in the last."""
        self._database.executescript(_RAW_INDEXES)
        for iri, text in self._database.execute("SELECT iri, said FROM raw_item"):
            said = json.loads(text)
            levels = dict(self._places[part] for part in said["within"] if part in self._places)
            plan = said["plan"] or ""
            code = self.codes.get(self.publishers.get(plan, ""), "")
            sections = (levels.get(level, 0) for level in (1, 2, 3))
            self._insert("place", code, plan, *sections, int(said["position"] or 0), iri)

    def _insert(self, table: str, *values: object) -> None:
        marks = ", ".join("?" * len(values))
        statement = f"INSERT OR IGNORE INTO {table} VALUES ({marks})"  # noqa: S608 - our own names
        self._database.execute(statement, values)


def _one(said: Said, predicate: str) -> str | None:
    values = _all(said, predicate)
    return values[0] if values else None


def _all(said: Said, predicate: str) -> list[str]:
    return sorted(term.value for term in said.get(predicate, ()))


def _integer(said: Said, name: str) -> int:
    text = _one(said, KEI[name].value) or ""
    return int(text) if text.isdecimal() else 0


def _label(said: Said, language: str) -> str | None:
    labels = (term for term in said.get(_LABEL, ()) if isinstance(term, Literal))
    return min((label.value for label in labels if label.language == language), default=None)


def _within(text: str, iri: str) -> int:
    """Return where a phase's name stands in a cell; one that an arrow carries on comes by name."""
    return text.find(iri.rsplit("/", 1)[-1])
