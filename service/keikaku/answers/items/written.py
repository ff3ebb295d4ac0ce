"""A list of items written out: as CSV, as a spreadsheet, as JSON, as Turtle.

The columns of CSV and spreadsheet are those of the release's table of items, with the discrepancies
at the end. Turtle holds the statements of the release that the list shows, and no others.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from keikaku.names import DCTERMS, FY, KEI, PREFIXES, RDF, RDFS, XSD
from keikaku.release.listing.item_facts import TEXTS
from keikaku.release.tabular import IDENTITY, SEPARATOR, Table, as_xlsx
from keikaku.text import fiscal_year_codes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from keikaku.answers.items.index import ListedItem, Thing, Year
    from keikaku.answers.items.listing import CountedFacet, ItemList
    from keikaku.answers.items.query import ItemQuery
    from keikaku.standing import Standing

_COLUMNS = (
    "計画", "番号", "推進方針", "推進施策", "推進項目", "注記", "担当課", "実施主体", "対象",
    "その他の対象", "目的", "現状と課題", "推進内容", "完了の目安", "再掲元", "IRI",
)  # fmt: skip
_FINDINGS = "不整合"


def table_of(items: Iterable[ListedItem]) -> Table:
    """Return a list of items as a table, a column for each year that it has."""
    listed = tuple(items)
    years = sorted({year.year for item in listed for year in item.years})
    heads = (SEPARATOR.join(fiscal_year_codes(year)) for year in years)
    rows = tuple((*_cells(item), *_cells_of_years(item, years), _findings(item)) for item in listed)
    return Table("items", "推進項目", (*IDENTITY, *_COLUMNS, *heads, _FINDINGS), rows)


def as_csv(items: Iterable[ListedItem]) -> bytes:
    """Return a list of items as CSV (RFC 4180, UTF-8 without a byte order mark)."""
    return table_of(items).as_csv()


def as_spreadsheet(items: Iterable[ListedItem], whose: Standing) -> bytes:
    """Return a list of items as an .xlsx file, which says whose data they are."""
    return as_xlsx([table_of(items)], whose)


def as_json(items: Iterable[ListedItem], made: ItemList, *, whole: bool) -> bytes:
    """Return a list of items as JSON, with the counts of its facets and its SPARQL.

    `items` are those of the page that was made, or all of them where it is `whole`.
    """
    document = {
        "total": made.total,
        "page": None if whole else made.query.page,
        "per": None if whole else made.query.per,
        "pages": 1 if whole else made.pages,
        "conditions": [
            {"parameter": name, "value": choice.value, **choice.label.model_dump()}
            for name, choices in made.query.chosen.items()
            for choice in choices
        ],
        "q": made.query.words or None,
        "sort": made.query.sort,
        "order": made.query.order,
        "items": [_item(item) for item in items],
        "facets": [_facet(facet, made.query) for facet in made.facets],
        "sparql": made.sparql,
        "release": made.release,
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def as_turtle(items: Iterable[ListedItem]) -> bytes:
    """Return what the release says of the items, with the labels of what they refer to."""
    triples = dict.fromkeys(triple for item in items for triple in _triples(item))
    return serialize(triples, format=RdfFormat.TURTLE, prefixes=PREFIXES) or b""


def _cells(item: ListedItem) -> tuple[str, ...]:
    city = item.municipality
    return (
        city.number or "" if city else "",
        item.iri.removeprefix(f"{city.iri}/") if city else item.iri,
        city.label.ja if city else "",
        _said(item.plan),
        item.number,
        _said(item.policy),
        _said(item.measure),
        item.title,
        SEPARATOR.join(item.notes),
        *(_joined(things) for things in (item.departments, item.actors, item.targets)),
        item.other or "",
        *(item.texts[name] for name in TEXTS),
        SEPARATOR.join(number for _, number in item.relists),
        item.iri,
    )


def _cells_of_years(item: ListedItem, years: list[int]) -> tuple[str, ...]:
    texts = {year.year: year.text for year in item.years}
    return tuple(texts.get(year, "") for year in years)


def _findings(item: ListedItem) -> str:
    return SEPARATOR.join(dict.fromkeys(kind.label.ja for _, kind in item.discrepancies))


def _said(thing: Thing | None) -> str:
    return thing.label.ja if thing else ""


def _joined(things: Iterable[Thing]) -> str:
    return SEPARATOR.join(thing.label.ja for thing in things)


def _item(item: ListedItem) -> dict[str, Any]:
    return {
        "iri": item.iri,
        "number": item.number,
        "title": item.title,
        "plan": _thing(item.plan),
        "municipality": _thing(item.municipality),
        "policy": _thing(item.policy),
        "measure": _thing(item.measure),
        "departments": [_thing(thing) for thing in item.departments],
        "actors": [_thing(thing) for thing in item.actors],
        "targets": [_thing(thing) for thing in item.targets],
        "otherTarget": item.other,
        "involves": [_thing(thing) for thing in item.parties],
        "notes": list(item.notes),
        "purpose": item.texts["purpose"],
        "currentState": item.texts["state"],
        "content": item.texts["content"],
        "completionCriterion": item.texts["criterion"],
        "schedule": [_year(year) for year in item.years if year.entry],
        "relists": [{"iri": iri, "number": number} for iri, number in item.relists],
        "discrepancies": [{"iri": iri, "kind": _thing(kind)} for iri, kind in item.discrepancies],
    }


def _thing(thing: Thing | None) -> dict[str, str] | None:
    if thing is None:
        return None
    number = {"number": thing.number} if thing.number else {}
    return {"iri": thing.iri, "ja": thing.label.ja, "en": thing.label.en, **number}


def _year(year: Year) -> dict[str, Any]:
    return {
        "year": year.year,
        "code": SEPARATOR.join(fiscal_year_codes(year.year)),
        "text": year.text,
        "carriedOn": year.arrow,
        "phases": [_thing(phase) for phase in year.phases],
    }


def _facet(counted: CountedFacet, query: ItemQuery) -> dict[str, Any]:
    return {
        "parameter": counted.facet.name,
        **counted.facet.label.model_dump(),
        "values": [
            {
                "value": value.choice.value,
                **value.choice.label.model_dump(),
                "count": value.count,
                "chosen": query.has(counted.facet.name, value.choice),
            }
            for value in counted.values
        ],
        "more": counted.more,
    }


def _triples(item: ListedItem) -> Iterator[Triple]:
    this = NamedNode(item.iri)
    yield Triple(this, RDF["type"], KEI["Item"])
    if item.number:
        yield Triple(this, DCTERMS["identifier"], Literal(item.number))
    if item.title:
        yield Triple(this, RDFS["label"], Literal(item.title, language="ja"))
    said = {name: (item.texts[name],) for name in TEXTS} | {"other": (item.other,)}
    properties = {**TEXTS, "other": KEI["otherTarget"].value}
    for name, texts in (*said.items(), ("note", item.notes)):
        term = NamedNode(properties.get(name, KEI["note"].value))
        yield from (Triple(this, term, Literal(text, language="ja")) for text in texts if text)
    for term, things in _references(item):
        for thing in things:
            yield Triple(this, term, NamedNode(thing.iri))
            yield from _labels(thing)
    for other, _ in item.relists:
        yield Triple(this, KEI["relists"], NamedNode(other))
    for year in item.years:
        yield from _schedule(this, year)
    for finding, kind in item.discrepancies:
        yield Triple(NamedNode(finding), RDF["type"], KEI["Discrepancy"])
        yield Triple(NamedNode(finding), KEI["about"], this)
        yield Triple(NamedNode(finding), KEI["kind"], NamedNode(kind.iri))
        yield from _labels(kind)


def _references(item: ListedItem) -> tuple[tuple[NamedNode, tuple[Thing, ...]], ...]:
    return (
        (KEI["inPlan"], (item.plan,) if item.plan else ()),
        (KEI["inPolicy"], (item.policy,) if item.policy else ()),
        (KEI["inMeasure"], (item.measure,) if item.measure else ()),
        (KEI["department"], item.departments),
        (KEI["implementedBy"], item.actors),
        (KEI["targets"], item.targets),
        (KEI["involves"], item.parties),
    )


def _schedule(item: NamedNode, year: Year) -> Iterator[Triple]:
    if year.entry is None:
        return
    entry = NamedNode(year.entry)
    yield Triple(item, KEI["schedule"], entry)
    yield Triple(entry, KEI["fiscalYear"], FY[year.year])
    yield Triple(entry, KEI["cellText"], Literal(year.text, datatype=XSD["string"]))
    for phase in year.phases:
        yield Triple(entry, KEI["phase"], NamedNode(phase.iri))
        yield from _labels(phase)


def _labels(thing: Thing) -> Iterator[Triple]:
    yield Triple(NamedNode(thing.iri), RDFS["label"], Literal(thing.label.ja, language="ja"))
    if thing.label.en != thing.label.ja:
        yield Triple(NamedNode(thing.iri), RDFS["label"], Literal(thing.label.en, language="en"))
