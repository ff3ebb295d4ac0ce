"""The catalogue entry of a release: DCAT 3, VoID and PROV-O."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad

from keikaku.names import DCAT, DCTERMS, KEI, PROV, RDF, RDFS, SPDX, VOID, XSD, catalog_graph
from keikaku.release.dumps import MEDIA_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

_IANA = "https://www.iana.org/assignments/media-types/"
_JAPANESE = NamedNode("http://publications.europa.eu/resource/authority/language/JPN")
_TITLE = ("行政計画リンクトデータ", "Linked data of municipal action plans")
_NOTICE = (
    "市の公式サイトではありません。市が公表した文書から第三者が機械的に作成したデータです。",
    "This is not the city's own site: the data were made from documents that the city published.",
)

Object = NamedNode | Literal


def catalogue(
    base: str,
    release: str,
    quads: Iterable[Quad],
    files: Mapping[str, tuple[int, str]],
    issued: datetime,
) -> set[Quad]:
    """Return the catalogue's quads for a release.

    `files` gives the size in bytes and the SHA-256 of each file that is offered for download.
    """
    return {
        Quad(subject, predicate, value, catalog_graph(base))
        for subject, predicate, value in _statements(base, release, set(quads), files, issued)
    }


def _statements(
    base: str,
    release: str,
    quads: set[Quad],
    files: Mapping[str, tuple[int, str]],
    issued: datetime,
) -> Iterator[tuple[NamedNode, NamedNode, Object]]:
    catalog, dataset = NamedNode(f"{base}catalog"), NamedNode(f"{base}releases/{release}")
    yield catalog, RDF["type"], DCAT["Catalog"]
    yield dataset, RDF["type"], DCAT["Dataset"]
    yield dataset, RDF["type"], VOID["Dataset"]
    yield dataset, RDF["type"], PROV["Entity"]
    for node in (catalog, dataset):
        for text, language in zip(_TITLE, ("ja", "en"), strict=True):
            yield node, DCTERMS["title"], Literal(text, language=language)
            yield node, RDFS["label"], Literal(text, language=language)
        for text, language in zip(_NOTICE, ("ja", "en"), strict=True):
            yield node, DCTERMS["description"], Literal(text, language=language)
        yield node, DCTERMS["language"], _JAPANESE
    yield catalog, DCAT["dataset"], dataset
    yield dataset, DCTERMS["identifier"], Literal(release)
    moment = issued.isoformat(timespec="seconds")
    yield dataset, DCTERMS["issued"], Literal(moment, datatype=XSD["dateTime"])
    yield dataset, PROV["generatedAtTime"], Literal(moment, datatype=XSD["dateTime"])
    yield dataset, VOID["sparqlEndpoint"], NamedNode(f"{base}sparql")
    yield dataset, VOID["triples"], _count(len(quads))
    yield from _content(dataset, quads)
    for name, (size, digest) in sorted(files.items()):
        yield from _distribution(dataset, NamedNode(f"{dataset.value}/{name}"), name, size, digest)


def _content(dataset: NamedNode, quads: set[Quad]) -> Iterator[tuple[NamedNode, NamedNode, Object]]:
    """Yield what the quads say of licences, sources and publishers, and a partition per class."""
    classes: Counter[NamedNode] = Counter()
    for quad in quads:
        if not isinstance(quad.object, NamedNode):
            continue
        if quad.predicate in (DCTERMS["license"], DCTERMS["rights"], DCTERMS["publisher"]):
            yield dataset, quad.predicate, quad.object
        if quad.predicate == RDF["type"]:
            classes[quad.object] += 1
            if quad.object == KEI["SourceDocument"] and isinstance(quad.subject, NamedNode):
                yield dataset, PROV["wasDerivedFrom"], quad.subject
    for term, count in classes.items():
        if term in KEI:
            partition = NamedNode(f"{dataset.value}/class/{term.value.rsplit('#', 1)[-1]}")
            yield dataset, VOID["classPartition"], partition
            yield partition, RDF["type"], VOID["Dataset"]
            yield partition, VOID["class"], term
            yield partition, VOID["entities"], _count(count)


def _distribution(
    dataset: NamedNode, file: NamedNode, name: str, size: int, digest: str
) -> Iterator[tuple[NamedNode, NamedNode, Object]]:
    checksum = NamedNode(f"{file.value}/checksum")
    media_type = MEDIA_TYPES[name.rsplit(".", 1)[-1]]
    yield dataset, DCAT["distribution"], file
    yield file, RDF["type"], DCAT["Distribution"]
    yield file, DCTERMS["title"], Literal(name, language="en")
    yield file, RDFS["label"], Literal(name, language="ja")
    yield file, DCAT["downloadURL"], file
    yield file, DCAT["accessURL"], file
    yield file, DCAT["mediaType"], NamedNode(f"{_IANA}{media_type}")
    yield file, DCAT["byteSize"], Literal(str(size), datatype=XSD["nonNegativeInteger"])
    yield file, SPDX["checksum"], checksum
    yield checksum, RDF["type"], SPDX["Checksum"]
    yield checksum, RDFS["label"], Literal(f"{name} の SHA-256", language="ja")
    yield checksum, SPDX["algorithm"], SPDX["checksumAlgorithm_sha256"]
    yield checksum, SPDX["checksumValue"], Literal(digest, datatype=XSD["hexBinary"])
    if name.endswith((".nq", ".nt", ".ttl", ".rdf")):
        yield dataset, VOID["dataDump"], file


def _count(number: int) -> Literal:
    return Literal(str(number), datatype=XSD["integer"])
