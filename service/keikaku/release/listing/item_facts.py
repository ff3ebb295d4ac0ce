"""What the N-Quads of a portion say of items, gathered in one pass."""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from keikaku.names import DCTERMS, FY, KEI, RDF, RDFS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Said = dict[str, list[NamedNode | Literal]]

TEXTS = {
    "purpose": KEI["purpose"].value,
    "state": KEI["currentState"].value,
    "content": KEI["content"].value,
    "criterion": KEI["completionCriterion"].value,
}
"""The long texts of an item, as the index calls them."""

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
    """What the pass over the quads of a portion has found, by the IRIs that it is said of."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self.items: dict[str, dict[str, Any]] = {}
        self.entries: dict[str, tuple[int, list[Any]]] = {}
        self.findings: dict[str, set[tuple[str, str]]] = defaultdict(set)
        self.printed: dict[tuple[str, str, str], int] = {}
        self.things: dict[str, tuple[str, str, str | None]] = {}
        self.plans: dict[str, tuple[list[int], str | None]] = {}
        self._codes: dict[str, str] = {}
        self._places: dict[str, tuple[int, int]] = {}

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
        self.items[subject] = kept

    def _entry(self, subject: str, said: Said) -> None:
        year = (_one(said, KEI["fiscalYear"].value) or "").removeprefix(FY.iri)
        text = _one(said, KEI["cellText"].value) or ""
        phases = sorted(_all(said, KEI["phase"].value), key=lambda iri: _within(text, iri))
        arrow = _one(said, KEI["arrow"].value) == "true"
        if year.isdecimal():
            self.entries[subject] = (int(year), [subject, text, phases, arrow])

    def _finding(self, subject: str, said: Said) -> None:
        kind = _one(said, KEI["kind"].value) or ""
        for item in _all(said, KEI["about"].value):
            self.findings[item].add((kind, subject))

    def _evidence(self, said: Said) -> None:
        predicate = _one(said, RDF["predicate"].value)
        for field, wanted in _PRINTED_IN_ORDER.items():
            if predicate == wanted:
                item, value = _one(said, RDF["subject"].value), _one(said, RDF["object"].value)
                key, place = (item or "", field, value or ""), _integer(said, "position")
                self.printed[key] = min(place, self.printed.get(key, place))

    def _named(self, subject: str, said: Said, types: set[str]) -> None:
        ja, en = _label(said, "ja"), _label(said, "en")
        number = _one(said, DCTERMS["identifier"].value)
        either = ja or en or subject.rsplit("/", 1)[-1]
        self.things[subject] = (ja or either, en or either, number)
        if said.get(KEI["level"].value):
            self._places[subject] = (_integer(said, "level"), _integer(said, "position"))
        if KEI["Municipality"].value in types:
            self._codes[subject] = number or ""
        if KEI["Plan"].value in types:
            years = _all(said, KEI["planYear"].value)
            self.plans[subject] = (
                sorted(int(year.removeprefix(FY.iri)) for year in years),
                _one(said, DCTERMS["publisher"].value),
            )

    def publisher(self, plan: str | None) -> str | None:
        """Return the municipality whose plan it is."""
        return self.plans.get(plan or "", ([], None))[1]

    def order(self, iri: str) -> tuple[str, str, int, int, int, int, str]:
        """Return the place of an item: by city, plan, sections, and position in the last."""
        said = self.items[iri]
        levels = dict(self._places[part] for part in said["within"] if part in self._places)
        code = self._codes.get(self.publisher(said["plan"]) or "", "")
        first, second, third = (levels.get(level, 0) for level in (1, 2, 3))
        return code, said["plan"] or "", first, second, third, int(said["position"] or 0), iri


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
