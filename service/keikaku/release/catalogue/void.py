"""The release as VoID: partitions by class and by property, vocabularies, examples, links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from keikaku.names import DCTERMS, FOAF, RDF, RDFS, VOID, XSD
from keikaku.release.catalogue.borrowed import labelled, namespace_of
from keikaku.release.catalogue.offers import Group, offer_of
from keikaku.release.catalogue.publication import curie

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keikaku.release.catalogue.borrowed import Statement
    from keikaku.release.catalogue.publication import Publication
    from keikaku.release.catalogue.survey import Survey
    from keikaku.release.parts import PartDump


def void(publication: Publication, found: Survey) -> Iterator[Statement]:
    """Yield the description of the release as a dataset of RDF."""
    dataset = publication.dataset
    yield dataset, VOID["sparqlEndpoint"], publication.at("sparql")
    yield dataset, VOID["triples"], _count(found.triples)
    yield dataset, VOID["classes"], _count(len(found.classes))
    yield dataset, VOID["properties"], _count(len(found.properties))
    yield dataset, VOID["distinctSubjects"], _count(found.subjects)
    yield dataset, VOID["uriSpace"], Literal(f"{publication.base}id/")
    yield dataset, FOAF["homepage"], publication.at(f"releases/{publication.id}.html")
    for iri in sorted(found.examples.values()):
        yield dataset, VOID["exampleResource"], NamedNode(iri)
    for plan in found.plans:
        yield dataset, VOID["rootResource"], plan
    for name in publication.files:
        offer = offer_of(name)
        if offer is not None and offer.group is Group.GRAPH:
            yield dataset, VOID["dataDump"], publication.file(name)
    for term in {namespace_of(iri) for iri in (*found.classes, *found.properties)}:
        yield dataset, VOID["vocabulary"], NamedNode(term)
    yield from _partitions(publication, found)
    yield from _linksets(publication)
    yield from _parts(publication, found)


def _partitions(publication: Publication, found: Survey) -> Iterator[Statement]:
    dataset = publication.dataset
    for iri, count in found.classes.items():
        node = publication.part(f"class/{_key(iri)}")
        yield dataset, VOID["classPartition"], node
        yield node, VOID["class"], NamedNode(iri)
        yield node, VOID["entities"], _count(count)
        yield from _named(node, f"{curie(iri)} のもの", f"instances of {curie(iri)}")
    for iri, count in found.properties.items():
        node = publication.part(f"property/{_key(iri)}")
        yield dataset, VOID["propertyPartition"], node
        yield node, VOID["property"], NamedNode(iri)
        yield node, VOID["triples"], _count(count)
        yield from _named(node, f"{curie(iri)} の文", f"triples with {curie(iri)}")


def _linksets(publication: Publication) -> Iterator[Statement]:
    for linkset in publication.linksets:
        node = publication.part(f"links/{linkset.target}")
        other = publication.part(f"target/{linkset.target}")
        yield publication.dataset, VOID["subset"], node
        yield node, RDF["type"], VOID["Linkset"]
        yield from labelled(node, RDFS["label"], linkset.ja, linkset.en)
        yield node, VOID["triples"], _count(sum(linkset.relations.values()))
        yield node, VOID["subjectsTarget"], publication.dataset
        yield node, VOID["objectsTarget"], other
        yield node, VOID["dataDump"], publication.file(linkset.name)
        if linkset.licence:
            yield node, DCTERMS["license"], NamedNode(linkset.licence)
        yield from _named(other, linkset.target, linkset.target)
        yield other, DCTERMS["title"], Literal(linkset.target)
        for iri in linkset.relations:
            yield node, VOID["linkPredicate"], NamedNode(iri)


def _parts(publication: Publication, found: Survey) -> Iterator[Statement]:
    """Yield the dumps of single plans and cities: subsets, for they are no other form of the whole.

    A harvester that takes every distribution would take all twice.
    """
    for part in publication.parts:
        node = publication.part(f"part/{part.name.removesuffix('.nq.gz')}")
        yield publication.dataset, VOID["subset"], node
        yield from _named(node, *_called(part, found))
        yield node, VOID["triples"], _count(part.triples)
        yield node, VOID["dataDump"], publication.file(part.name)
        if part.is_plan:
            yield node, VOID["rootResource"], NamedNode(part.iri)


def _called(part: PartDump, found: Survey) -> tuple[str, str]:
    """Return what a part is called: by the plan or the city that it is of."""
    if not part.iri:
        return "すべての計画に共通するグラフ", "graphs that all plans share"
    labels = {
        label.language: label.value
        for label in found.values(NamedNode(part.iri), RDFS["label"])
        if isinstance(label, Literal)
    }
    ja = labels.get("ja", part.iri)
    en = labels.get("en", ja)
    return (
        (f"計画「{ja}」", f"plan {en}") if part.is_plan else (f"{ja} のグラフ", f"graphs of {en}")
    )


def _named(node: NamedNode, ja: str, en: str) -> Iterator[Statement]:
    yield node, RDF["type"], VOID["Dataset"]
    yield from labelled(node, RDFS["label"], ja, en)


def _key(iri: str) -> str:
    """Return a name for a term in the IRI of its partition: kei/Item."""
    return curie(iri, "/")


def _count(number: int) -> Literal:
    return Literal(str(number), datatype=XSD["integer"])
