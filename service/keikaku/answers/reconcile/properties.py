"""The properties by which matching is narrowed, and whose values can be fetched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from keikaku.answers.lexicon import iri_of
from keikaku.closed import Bilingual
from keikaku.errors import ResultSizeError
from keikaku.store.base import Query, Solutions, terms_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from keikaku.answers.reconcile.names import Entity
    from keikaku.answers.reconcile.release import NamedRelease
    from keikaku.store.base import Store, Term

MOST_VALUES = 5_000
"""How many values of one property are fetched at once."""


@dataclass(frozen=True, slots=True)
class Property:
    """A property: how it is called, the path to its values, and the kinds of thing that have it.

    `kind` is the kind of its values where they are things with names of their own. `belongs` says
    that the index itself knows it: it is where a thing belongs.
    """

    id: str
    label: Bilingual
    path: str
    kinds: tuple[str, ...]
    kind: str | None = None

    @property
    def belongs(self) -> bool:
        """Tell whether its value is the city or the plan that a thing belongs to."""
        return self.kind in ("Municipality", "Plan")


@dataclass(frozen=True, slots=True)
class Value:
    """A value: a text, or a thing with its name."""

    text: str
    iri: str | None = None


def _property(
    name: str, ja: str, en: str, path: str, kinds: Sequence[str], kind: str | None = None
) -> Property:
    return Property(name, Bilingual(ja=ja, en=en), path, tuple(kinds), kind)


_ITEM = ("Item",)
_PARTS = ("Measure", "Policy", "Section")
PROPERTIES = {
    each.id: each
    for each in (
        _property("number", "番号", "number", "dcterms:identifier", (*_ITEM, *_PARTS)),
        _property(
            "municipality",
            "市町村",
            "municipality",
            "kei:inPlan/dcterms:publisher|kei:partOf+/dcterms:publisher|org:unitOf"
            "|dcterms:publisher",
            (*_ITEM, *_PARTS, "Plan", "Department", "DepartmentGroup", "Party", "Phase"),
            "Municipality",
        ),
        _property("plan", "計画", "plan", "kei:inPlan|kei:partOf+", (*_ITEM, *_PARTS), "Plan"),
        _property("policy", "推進方針", "policy", "kei:inPolicy", (*_ITEM,), "Policy"),
        _property("measure", "推進施策", "measure", "kei:inMeasure", _ITEM, "Measure"),
        _property("department", "担当課", "department", "kei:department", _ITEM, "Department"),
        _property(
            "implementedBy", "実施主体", "carried out by", "kei:implementedBy", _ITEM, "Party"
        ),
        _property("targets", "対象", "for whom", "kei:targets", _ITEM, "Party"),
        _property("party", "関わる主体", "party involved", "kei:involves", _ITEM, "Party"),
        _property(
            "year",
            "年度",
            "fiscal year",
            "kei:activeIn|kei:planYear",
            ("Item", "Plan"),
            "FiscalYear",
        ),
        _property("phase", "段階", "phase", "kei:schedule/kei:phase", _ITEM, "Phase"),
        _property("note", "注記", "note", "kei:note", _ITEM),
        _property("purpose", "目的", "purpose", "kei:purpose", _ITEM),
        _property("currentState", "現状と課題", "current state", "kei:currentState", _ITEM),
        _property("content", "推進内容", "content", "kei:content", _ITEM),
        _property(
            "completionCriterion",
            "完了の目安",
            "completion criterion",
            "kei:completionCriterion",
            _ITEM,
        ),
        _property(
            "code",
            "全国地方公共団体コード",
            "municipality code",
            "dcterms:identifier",
            ("Municipality",),
        ),
        _property("start", "初日", "first day", "dcat:startDate", ("FiscalYear",)),
        _property("end", "末日", "last day", "dcat:endDate", ("FiscalYear",)),
        _property("era", "元号の略号", "era code", "skos:notation", ("FiscalYear",)),
    )
}
"""All properties by their ids."""


def values_of(
    release: NamedRelease, entities: Iterable[Entity], wanted: Property
) -> dict[str, list[Value]]:
    """Return the values of a property by the IRI that has them, each once, in their order.

    Raises ResultSizeError where there are more than can be fetched at once.
    """
    entities = [one for one in entities if one.kind in wanted.kinds]
    if wanted.belongs:
        return _belonging(release, entities, wanted)
    subjects = " ".join(str(iri_of(iri)) for iri in dict.fromkeys(one.iri for one in entities))
    found: dict[str, list[Value]] = {}
    if not subjects:
        return found
    kind = f"?value a kei:{wanted.kind} ." if wanted.kind else ""
    query = f"""SELECT DISTINCT ?subject ?value ?label WHERE {{
      VALUES ?subject {{ {subjects} }}
      ?subject {wanted.path} ?value . {kind}
      OPTIONAL {{ ?value rdfs:label ?label . FILTER (LANG(?label) = "ja") }}
    }} ORDER BY ?subject ?value LIMIT {MOST_VALUES + 1}"""
    for subject, value, label in _rows(release.store, query, release.seconds):
        if isinstance(subject, NamedNode) and (made := _value(value, label)):
            values = found.setdefault(subject.value, [])
            if made not in values:
                values.append(made)
    return found


def having(
    store: Store, wanted: Property, iris: Iterable[str], values: Iterable[str], seconds: float
) -> list[str]:
    """Return the things that have one of these values: an IRI, or a text as it is written.

    Raises ResultSizeError where there are too many.
    """
    terms: list[NamedNode | Literal] = []
    if wanted.kind:
        terms += [iri_of(iri) for iri in sorted(set(iris))]
    else:
        terms += [Literal(value) for value in values]
        terms += [Literal(value, language="ja") for value in values]
    if not terms:
        return []
    query = f"""SELECT DISTINCT ?subject WHERE {{
      VALUES ?value {{ {" ".join(map(str, terms))} }}
      ?subject {wanted.path} ?value
    }} ORDER BY ?subject LIMIT {MOST_VALUES + 1}"""
    return [one.value for (one,) in _rows(store, query, seconds) if isinstance(one, NamedNode)]


def _belonging(
    release: NamedRelease, entities: Iterable[Entity], wanted: Property
) -> dict[str, list[Value]]:
    """Return the city or the plan that things belong to, as the index says it."""
    places = {one.iri: one.city if wanted.kind == "Municipality" else one.plan for one in entities}
    known = release.index.entities(filter(None, places.values()))
    return {
        iri: [Value(known[place].label.ja, place)]
        for iri, place in places.items()
        if place in known
    }


def _rows(store: Store, query: str, seconds: float) -> tuple[tuple[Term | None, ...], ...]:
    result = terms_of(store.serialize(Query(query, seconds=seconds)))
    rows = result.rows if isinstance(result, Solutions) else ()
    if len(rows) > MOST_VALUES:
        raise ResultSizeError(
            f"値が {MOST_VALUES:,} 件を超えます。一度に送る件数を減らしてください。",
            f"there are more than {MOST_VALUES:,} values; ask for fewer things at once",
        )
    return rows


def _value(value: object, label: object) -> Value | None:
    if isinstance(value, NamedNode):
        name = label.value if isinstance(label, Literal) else value.value.rsplit("/", 1)[-1]
        return Value(name, value.value)
    return Value(value.value) if isinstance(value, Literal) else None
