"""The data of other publishers that a release took in: what it is, whose, and from where."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from keikaku.names import DCAT, DCTERMS, FOAF, PROV, RDF, RDFS, VOID, is_iri
from keikaku.release.catalogue.borrowed import document, labelled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keikaku.records.harvested import Harvested
    from keikaku.release.catalogue.borrowed import Statement
    from keikaku.release.catalogue.publication import Publication


def sources(publication: Publication) -> Iterator[Statement]:
    """Yield the datasets that plans of the release were taken from, as they were stated there."""
    plans: defaultdict[str, list[Harvested]] = defaultdict(list)
    for plan in publication.harvested:
        if is_iri(plan.source):
            plans[plan.source].append(plan)
    for number, (source, taken) in enumerate(sorted(plans.items()), start=1):
        node = NamedNode(source)
        for dataset in (publication.dataset, publication.latest):
            yield dataset, DCTERMS["source"], node
            yield dataset, PROV["wasDerivedFrom"], node
        yield from _source(publication, number, node, taken)


def _source(
    publication: Publication, number: int, node: NamedNode, taken: list[Harvested]
) -> Iterator[Statement]:
    """Yield what is known of one, most of it as the plan that was taken last has it.

    Its plans may have come on several days and in several files. A catalogue that lay in a file is
    no page for others.
    """
    days = sorted({plan.date for plan in taken})
    said = max(taken, key=lambda plan: plan.date)
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
    if said.catalogue.startswith(("http://", "https://")) and is_iri(said.catalogue):
        page, is_page = document(said.catalogue)
        yield is_page
        yield node, FOAF["page"], page
    if said.licence and is_iri(said.licence):
        yield node, DCTERMS["license"], NamedNode(said.licence)
        yield NamedNode(said.licence), RDF["type"], DCTERMS["LicenseDocument"]
    if said.publisher:
        agent = publication.part(f"source/{number}/publisher")
        yield node, DCTERMS["publisher"], agent
        yield agent, RDF["type"], FOAF["Agent"]
        yield agent, FOAF["name"], Literal(said.publisher, language="ja")
        yield agent, RDFS["label"], Literal(said.publisher, language="ja")


def _ends(days: list[str]) -> tuple[str, ...]:
    """Return the first and the last of some days, one if they are the same."""
    return tuple(dict.fromkeys((days[0], days[-1])))
