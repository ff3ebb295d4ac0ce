"""The files of a release as distributions of DCAT."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Literal

from keikaku.names import DCAT, DCATAP, DCTERMS, RDF, RDFS, SPDX, XSD
from keikaku.release.catalogue import borrowed
from keikaku.release.catalogue.borrowed import file_type, labelled, media_type
from keikaku.release.catalogue.offers import Group

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyoxigraph import NamedNode

    from keikaku.release.catalogue.borrowed import Statement
    from keikaku.release.catalogue.offers import Offer
    from keikaku.release.catalogue.publication import Publication


def distribution_node(publication: Publication, name: str) -> NamedNode:
    """Return the distribution of a file; the file itself is its download address."""
    return publication.part(f"file/{name}")


def distribution(
    publication: Publication, offer: Offer, size: int, digest: str, licence: NamedNode | None
) -> Iterator[Statement]:
    """Yield what is said of one file, which has `size` bytes and the SHA-256 `digest`."""
    node = distribution_node(publication, offer.name)
    yield node, RDF["type"], DCAT["Distribution"]
    yield from labelled(node, DCTERMS["title"], offer.title.ja, offer.title.en)
    yield from labelled(node, RDFS["label"], offer.title.ja, offer.title.en)
    yield from labelled(node, DCTERMS["description"], offer.description.ja, offer.description.en)
    yield node, DCAT["accessURL"], publication.file(offer.name)
    yield node, DCAT["downloadURL"], publication.file(offer.name)
    yield node, DCAT["byteSize"], Literal(str(size), datatype=XSD["nonNegativeInteger"])
    issued = publication.issued.isoformat(timespec="seconds")
    yield node, DCTERMS["issued"], Literal(issued, datatype=XSD["dateTime"])
    yield node, DCTERMS["modified"], Literal(issued, datatype=XSD["dateTime"])
    yield node, DCTERMS["language"], borrowed.JAPANESE
    yield node, DCTERMS["language"], borrowed.ENGLISH
    yield node, DCATAP["availability"], borrowed.STABLE
    yield (
        node,
        DCTERMS["conformsTo"],
        (borrowed.CSVW if offer.group is Group.SPREADSHEET else borrowed.ONTOLOGY),
    )
    if licence is None:
        yield node, DCTERMS["rights"], publication.shared("rights")
    else:
        yield node, DCTERMS["license"], licence
        yield licence, RDF["type"], DCTERMS["LicenseDocument"]
    yield from _formats(node, offer)
    yield from _checksum(publication, node, offer, digest)


def _formats(node: NamedNode, offer: Offer) -> Iterator[Statement]:
    kind, said = file_type(offer.file_type)
    yield node, DCTERMS["format"], kind
    yield from said
    for term, name in (
        ("mediaType", offer.media_type),
        ("compressFormat", offer.compressed),
        ("packageFormat", offer.packed),
    ):
        if name is not None:
            kind, said = media_type(name)
            yield node, DCAT[term], kind
            yield from said


def _checksum(
    publication: Publication, node: NamedNode, offer: Offer, digest: str
) -> Iterator[Statement]:
    checksum = publication.part(f"checksum/{offer.name}")
    yield node, SPDX["checksum"], checksum
    yield checksum, RDF["type"], SPDX["Checksum"]
    yield from labelled(
        checksum, RDFS["label"], f"{offer.name} の SHA-256", f"SHA-256 of {offer.name}"
    )
    yield checksum, SPDX["algorithm"], borrowed.SHA256
    yield checksum, SPDX["checksumValue"], Literal(digest, datatype=XSD["hexBinary"])
