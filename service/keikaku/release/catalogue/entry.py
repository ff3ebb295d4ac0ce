"""The catalogue of a release: DCAT 3 as DCAT-AP 3 wants it, VoID, PROV-O, examples.

`releases/latest` is the dataset that portals list; each release is a version of it with a name of
its own. No licence is named that a city has not granted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad, Triple

from keikaku.names import (
    DCAT,
    DCTERMS,
    FOAF,
    OWL,
    PROV,
    RDF,
    RDFS,
    SCHEMA,
    SKOS,
    VOID,
    XSD,
    catalog_graph,
)
from keikaku.release.catalogue import borrowed
from keikaku.release.catalogue.borrowed import document, labelled
from keikaku.release.catalogue.distributions import distribution, distribution_node
from keikaku.release.catalogue.executables import executables
from keikaku.release.catalogue.offers import offer_of
from keikaku.release.catalogue.publisher import publisher_quads
from keikaku.release.catalogue.services import services
from keikaku.release.catalogue.sources import sources
from keikaku.release.catalogue.void import void

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keikaku.release.catalogue.borrowed import Statement
    from keikaku.release.catalogue.publication import Publication
    from keikaku.release.catalogue.survey import Survey

_CATALOGUE = ("行政計画リンクトデータの目録", "Catalogue of linked data of municipal action plans")
_TITLE = ("行政計画リンクトデータ", "Linked data of municipal action plans")
_NO_TERMS = (
    "もとの文書に利用条件の記載がなく、許諾は確認されていません。このデータは、それを許諾するものでは"
    "ありません。",
    "The documents state no terms of use and no licence is known to have been granted; these data "
    "do not grant one.",
)
_TERMS = (
    "利用条件は、それぞれの計画に示されたものです。",
    "The terms of use are those that are stated with each plan.",
)
KEYWORDS = (
    ("行政計画", "municipal plan"),
    ("実行計画", "action plan"),
    ("市町村", "municipality"),
    ("協働", "collaboration"),
    ("年次計画", "schedule by year"),
    ("リンクトデータ", "linked data"),
)
"""What portals file the data under: no commas, which they would split."""

MOST_TITLES = 20
"""So many plans are named in the description; of more, it tells the number."""


def catalogue(publication: Publication, found: Survey) -> set[Quad]:
    """Return the catalogue's quads for a release whose quads hold what was `found`.

    Who publishes, and what other data are in the release, stands in the publisher's graph, which is
    the release's own; no triple of it is said again.
    """
    graph, publisher = catalog_graph(publication.base), publication.publisher
    told = publisher_quads(publication.base, publisher, publication.harvested)
    triples = {quad.triple for quad in told}
    return {
        Quad(*statement, graph)
        for statement in _statements(publication, found)
        if Triple(*statement) not in triples
    }


def _statements(publication: Publication, found: Survey) -> Iterator[Statement]:
    yield from borrowed.described()
    yield from _catalog(publication, found)
    yield from _pages(publication)
    yield from _rights(publication, found)
    yield from _cities(publication, found)
    yield from _period(publication, found)
    for node in (publication.latest, publication.dataset):
        yield from _dataset(publication, found, node)
    yield from _versions(publication)
    licence = found.licence()
    licences = {each.name: NamedNode(each.licence) for each in publication.linksets if each.licence}
    for name, (size, digest) in sorted(publication.files.items()):
        offer = offer_of(name)
        if offer is not None:
            own = licences.get(name, licence)
            yield from distribution(publication, offer, size, digest, own)
    for source, name in publication.documents.items():
        yield NamedNode(source), SCHEMA["contentUrl"], publication.file(name)
    yield from sources(publication)
    yield from services(publication, tuple(_keywords()))
    yield from void(publication, found)
    yield from executables(publication, found)


def _catalog(publication: Publication, found: Survey) -> Iterator[Statement]:
    catalog = publication.catalog
    yield catalog, RDF["type"], DCAT["Catalog"]
    yield from labelled(catalog, DCTERMS["title"], *_CATALOGUE)
    yield from labelled(catalog, RDFS["label"], *_CATALOGUE)
    yield from labelled(catalog, DCTERMS["description"], *_notice(found))
    yield catalog, DCTERMS["publisher"], publication.shared("publisher")
    yield catalog, DCTERMS["rights"], publication.shared("rights")
    yield catalog, DCTERMS["language"], borrowed.JAPANESE
    yield catalog, DCTERMS["language"], borrowed.ENGLISH
    issued = publication.first or publication.issued
    yield catalog, DCTERMS["issued"], _moment(issued.isoformat(timespec="seconds"))
    yield catalog, DCTERMS["modified"], _moment(publication.issued.isoformat(timespec="seconds"))
    yield catalog, DCAT["themeTaxonomy"], borrowed.THEMES
    for area in _areas(publication, found):
        yield catalog, DCTERMS["spatial"], area
    yield catalog, DCAT["dataset"], publication.latest
    yield catalog, DCAT["dataset"], publication.dataset


def _notice(found: Survey) -> tuple[str, str]:
    said = found.standing().data
    return said.ja, said.en


def _pages(publication: Publication) -> Iterator[Statement]:
    """Yield of what class the pages are that the publisher's graph names."""
    for page in (publication.at("").value, publication.publisher.url):
        if page:
            yield document(page)[1]


def _rights(publication: Publication, found: Survey) -> Iterator[Statement]:
    rights = publication.shared("rights")
    granted = any(found.values(plan, DCTERMS["license"]) for plan in found.plans)
    yield rights, RDF["type"], DCTERMS["RightsStatement"]
    yield from labelled(rights, RDFS["label"], *(_TERMS if granted else _NO_TERMS))


def _cities(publication: Publication, found: Survey) -> Iterator[Statement]:
    for city in _cities_of(found):
        area = _area(publication, city)
        yield city, RDF["type"], FOAF["Agent"]
        yield area, RDF["type"], DCTERMS["Location"]
        for label in found.values(city, RDFS["label"]):
            yield city, FOAF["name"], label
            yield area, SKOS["prefLabel"], label
            yield area, RDFS["label"], label
        for code in found.values(city, DCTERMS["identifier"]):
            yield area, DCTERMS["identifier"], code
        yield area, RDFS["seeAlso"], city


def _cities_of(found: Survey) -> list[NamedNode]:
    """Return the municipalities whose plans these are."""
    cities = {
        city
        for plan in found.plans
        for city in found.values(plan, DCTERMS["publisher"])
        if isinstance(city, NamedNode)
    }
    return sorted(cities, key=str)


def _area(publication: Publication, city: NamedNode) -> NamedNode:
    return publication.shared(f"area-{city.value.rsplit('/', 1)[-1]}")


def _areas(publication: Publication, found: Survey) -> list[NamedNode]:
    return [_area(publication, city) for city in _cities_of(found)]


def _period(publication: Publication, found: Survey) -> Iterator[Statement]:
    """Yield the years of the plans, from the first to the last."""
    days: dict[str, list[str]] = {"startDate": [], "endDate": []}
    for plan in found.plans:
        for period in found.values(plan, DCTERMS["temporal"]):
            for name, known in days.items():
                if isinstance(period, NamedNode):
                    known += [day.value for day in found.values(period, DCAT[name])]
    if all(days.values()):
        node = publication.part("period")
        yield publication.dataset, DCTERMS["temporal"], node
        yield publication.latest, DCTERMS["temporal"], node
        yield node, RDF["type"], DCTERMS["PeriodOfTime"]
        yield node, DCAT["startDate"], Literal(min(days["startDate"]), datatype=XSD["date"])
        yield node, DCAT["endDate"], Literal(max(days["endDate"]), datatype=XSD["date"])


def _dataset(publication: Publication, found: Survey, node: NamedNode) -> Iterator[Statement]:
    """Yield what is said of this release, and of the data whichever release is current."""
    version = node == publication.dataset
    title = tuple(f"{text} {publication.id}" if version else text for text in _TITLE)
    yield node, RDF["type"], DCAT["Dataset"]
    yield from labelled(node, DCTERMS["title"], title[0], title[1])
    yield from labelled(node, RDFS["label"], title[0], title[1])
    yield from labelled(node, DCTERMS["description"], *_described(found))
    yield node, DCTERMS["identifier"], Literal(publication.id if version else node.value)
    issued = publication.issued if version else publication.first or publication.issued
    yield node, DCTERMS["issued"], _moment(issued.isoformat(timespec="seconds"))
    yield node, DCTERMS["modified"], _moment(publication.issued.isoformat(timespec="seconds"))
    yield node, DCAT["version"], Literal(publication.id)
    yield node, OWL["versionInfo"], Literal(publication.id)
    yield node, DCTERMS["language"], borrowed.JAPANESE
    yield node, DCTERMS["language"], borrowed.ENGLISH
    yield node, DCTERMS["accessRights"], borrowed.PUBLIC
    yield node, DCTERMS["accrualPeriodicity"], borrowed.IRREGULAR
    yield node, DCAT["theme"], borrowed.GOVERNMENT
    yield node, DCTERMS["publisher"], publication.shared("publisher")
    yield node, DCAT["contactPoint"], publication.shared("contact")
    yield node, DCTERMS["conformsTo"], borrowed.ONTOLOGY
    yield node, DCTERMS["conformsTo"], borrowed.SHAPES
    name = publication.id if version else "latest"
    page, is_page = document(publication.at(f"releases/{name}.html").value)
    yield is_page
    yield node, DCAT["landingPage"], page
    for word in _keywords():
        yield node, DCAT["keyword"], word
    for city in _cities_of(found):
        yield node, DCTERMS["creator"], city
    for area in _areas(publication, found):
        yield node, DCTERMS["spatial"], area
    for source in sorted(found.documents, key=str):
        yield node, PROV["wasDerivedFrom"], source
    for name in publication.files:
        if offer_of(name) is not None:
            yield node, DCAT["distribution"], distribution_node(publication, name)


def _described(found: Survey) -> tuple[str, str]:
    """Return the description in Japanese and English, plans by their titles."""
    titles = {
        language: [
            label.value
            for plan in sorted(found.plans, key=str)
            for label in found.values(plan, RDFS["label"])
            if isinstance(label, Literal) and label.language == language
        ]
        for language in ("ja", "en")
    }
    ja, en = notice = _notice(found)
    said, more = titles["ja"][:MOST_TITLES], len(titles["ja"]) - MOST_TITLES
    if said:
        others = f"ほか {more:,} 件の計画" if more > 0 else ""
        ja = f"{'、'.join(said)}{others}の方針・施策・項目・年次計画と、それを述べる原文の欄。{ja}"
    said, more = titles["en"][:MOST_TITLES], len(titles["en"]) - MOST_TITLES
    if said:
        others = f"; and {more:,} more plans" if more > 0 else ""
        en = f"Policies, measures, items and schedules of {'; '.join(said)}{others}, with their "
        en += f"source cells. {notice[1]}"
    return ja, en


def _versions(publication: Publication) -> Iterator[Statement]:
    dataset, latest = publication.dataset, publication.latest
    moment = _moment(publication.issued.isoformat(timespec="seconds"))
    yield dataset, RDF["type"], VOID["Dataset"]
    yield dataset, RDF["type"], PROV["Entity"]
    yield dataset, PROV["generatedAtTime"], moment
    yield latest, DCAT["hasVersion"], dataset
    yield latest, DCAT["hasCurrentVersion"], dataset
    yield dataset, DCAT["isVersionOf"], latest
    if publication.before:
        before = NamedNode(f"{publication.base}releases/{publication.before}")
        yield dataset, DCAT["previousVersion"], before
        yield dataset, DCTERMS["replaces"], before
        yield dataset, PROV["wasRevisionOf"], before


def _keywords() -> Iterator[Literal]:
    for ja, en in KEYWORDS:
        yield Literal(ja, language="ja")
        yield Literal(en, language="en")


def _moment(text: str) -> Literal:
    return Literal(text, datatype=XSD["dateTime"])
