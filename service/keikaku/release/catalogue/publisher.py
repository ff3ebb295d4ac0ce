"""Who publishes, where, and whose data were taken in: the part of the catalogue that settings make.

It stands in a graph of its own that takes part in a release's id, so that a release of another
publisher, or of plans that were taken from elsewhere, is another one. What depends on the release
itself (its id, its files, its date) is left to the catalogue's own graph.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad

from keikaku.names import (
    DCAT,
    DCTERMS,
    FOAF,
    PROV,
    RDF,
    RDFS,
    VCARD,
    VOID,
    is_iri,
    publisher_graph,
)
from keikaku.release.catalogue.borrowed import labelled
from keikaku.release.catalogue.publication import address, catalog_of, shared_by_catalogues

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from keikaku.records.harvested import Harvested
    from keikaku.release.catalogue.borrowed import Statement
    from keikaku.release.catalogue.publication import Publisher

_OPERATOR = ("このサイトの運営者", "the operator of this site")


def publisher_quads(
    base: str, publisher: Publisher, harvested: Iterable[Harvested] = ()
) -> frozenset[Quad]:
    """Return what the settings and the plans of others say in the catalogue of a release."""
    graph = publisher_graph(base)
    said = (*_publisher(base, publisher), *_sources(base, harvested))
    return frozenset(Quad(*statement, graph) for statement in said)


def _publisher(base: str, said: Publisher) -> Iterator[Statement]:
    agent, contact = (shared_by_catalogues(base, name) for name in ("publisher", "contact"))
    yield catalog_of(base), FOAF["homepage"], address(base, said.site, "")
    yield agent, RDF["type"], FOAF["Agent"]
    names = (
        (Literal(said.name),)
        if said.name
        else tuple(Literal(t, language=g) for t, g in zip(_OPERATOR, ("ja", "en"), strict=True))
    )
    for name in names:
        yield agent, FOAF["name"], name
        yield agent, RDFS["label"], name
        yield contact, VCARD["fn"], name
        yield contact, RDFS["label"], name
    if said.url:
        yield agent, FOAF["homepage"], NamedNode(said.url)
    yield contact, RDF["type"], VCARD["Kind"]
    if said.email:
        yield agent, FOAF["mbox"], NamedNode(f"mailto:{said.email}")
        yield contact, VCARD["hasEmail"], NamedNode(f"mailto:{said.email}")
    yield contact, VCARD["hasURL"], address(base, said.site, "about#report")


def taken_by_source(harvested: Iterable[Harvested]) -> Mapping[str, list[Harvested]]:
    """Return the plans that were taken from others by the IRI of their data, in its order."""
    plans: defaultdict[str, list[Harvested]] = defaultdict(list)
    for plan in harvested:
        if is_iri(plan.source):
            plans[plan.source].append(plan)
    return dict(sorted(plans.items()))


def latest_of(taken: Iterable[Harvested]) -> Harvested:
    """Return the plan of a source by which the source is described: the one taken last."""
    return max(taken, key=lambda plan: (plan.date, plan.plan))


def catalogue_page(said: Harvested) -> str:
    """Return the address of the catalogue that a plan was taken from; none if it lay in a file."""
    is_page = said.catalogue.startswith(("http://", "https://")) and is_iri(said.catalogue)
    return said.catalogue if is_page else ""


def _sources(base: str, harvested: Iterable[Harvested]) -> Iterator[Statement]:
    """Yield the datasets that plans of the release were taken from, as they were stated there."""
    for source, taken in taken_by_source(harvested).items():
        yield from _source(base, NamedNode(source), taken)


def _source(base: str, node: NamedNode, taken: list[Harvested]) -> Iterator[Statement]:
    """Yield what is known of one, most of it as the plan that was taken last has it.

    Its plans may have come on several days and in several files. A catalogue that lay in a file is
    no page for others.
    """
    days = sorted({plan.date for plan in taken})
    said = latest_of(taken)
    title = Literal(said.title or node.value, language="ja")
    yield node, RDF["type"], DCAT["Dataset"]
    yield node, RDF["type"], PROV["Entity"]
    yield node, DCTERMS["title"], title
    yield node, RDFS["label"], title
    yield from labelled(
        node,
        DCTERMS["description"],
        f"{'から '.join(_ends(days))}{'までに' if len(days) > 1 else ' に'}取り込んだデータ。"
        f"そのうち {len(taken)} 計画を含みます。",
        f"Taken over {'from' if len(days) > 1 else 'on'} {' to '.join(_ends(days))}; "
        f"{len(taken)} of its plans are in here.",
    )
    for dump in sorted({plan.dump for plan in taken if is_iri(plan.dump)}):
        yield node, VOID["dataDump"], NamedNode(dump)
    for plan in taken:
        yield node, VOID["rootResource"], NamedNode(plan.plan)
    if page := catalogue_page(said):
        yield node, FOAF["page"], NamedNode(page)
    if said.licence and is_iri(said.licence):
        yield node, DCTERMS["license"], NamedNode(said.licence)
    if said.publisher:
        mark = hashlib.sha256(node.value.encode()).hexdigest()[:16]
        agent = shared_by_catalogues(base, f"source-{mark}")
        yield node, DCTERMS["publisher"], agent
        yield agent, RDF["type"], FOAF["Agent"]
        yield agent, FOAF["name"], Literal(said.publisher, language="ja")
        yield agent, RDFS["label"], Literal(said.publisher, language="ja")


def _ends(days: list[str]) -> tuple[str, ...]:
    """Return the first and the last of some days, one if they are the same."""
    return tuple(dict.fromkeys((days[0], days[-1])))
