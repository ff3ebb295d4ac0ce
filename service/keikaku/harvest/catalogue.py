"""What a catalogue of another site offers: the dumps of plans among its datasets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, parse

from keikaku.entities import fault_of
from keikaku.errors import HarvestError
from keikaku.names import DCAT, DCTERMS, FOAF, OWL, RDF, SPDX

if TYPE_CHECKING:
    from collections.abc import Iterator

ACCEPT = (
    "text/turtle, application/ld+json;q=0.9, application/rdf+xml;q=0.8, application/n-triples;q=0.7"
)
MOST_OTHERS = 20
"""How many datasets that are none of ours a report names."""

_FORMATS = {
    "text/turtle": RdfFormat.TURTLE,
    "application/turtle": RdfFormat.TURTLE,
    "application/x-turtle": RdfFormat.TURTLE,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/json": RdfFormat.JSON_LD,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/xml": RdfFormat.RDF_XML,
    "text/xml": RdfFormat.RDF_XML,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/n-quads": RdfFormat.N_QUADS,
    "application/trig": RdfFormat.TRIG,
}
_SUFFIXES = {
    "ttl": RdfFormat.TURTLE,
    "jsonld": RdfFormat.JSON_LD,
    "json": RdfFormat.JSON_LD,
    "rdf": RdfFormat.RDF_XML,
    "xml": RdfFormat.RDF_XML,
    "nt": RdfFormat.N_TRIPLES,
}
_HYDRA = "http://www.w3.org/ns/hydra/core#"
_NEXT = (NamedNode(f"{_HYDRA}next"), NamedNode(f"{_HYDRA}nextPage"))
_MOST_DATASETS = 10_000
_MOST_QUADS = 2_000_000
_MOST_LENGTH = 200_000_000  # characters

Node = NamedNode | BlankNode


class Packing(Enum):
    """How a dump may be compressed, by its suffix; the value is the media type's end."""

    NONE = ""
    GZ = "gzip"
    BZ2 = "bzip2"
    XZ = "xz"


@dataclass(frozen=True, slots=True)
class Dump:
    """A dump that keeps graphs apart: its address, its format, how it is packed, its promises.

    `size` in bytes and `sha256` are what the catalogue says, if it says it; `dataset` is what it
    is a dump of, in which `version`.
    """

    url: str
    kind: RdfFormat
    packing: Packing
    size: int | None
    sha256: str
    dataset: str
    version: str
    title: str
    publisher: str
    licence: str


@dataclass(frozen=True, slots=True)
class Other:
    """A dataset without such a dump: its title, and the formats that it has."""

    title: str
    formats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Offered:
    """What a catalogue offers: its IRI, its dumps, the other datasets, and where it goes on."""

    catalogue: str
    dumps: tuple[Dump, ...]
    others: tuple[Other, ...]
    next: str


def is_rdf(media_type: str) -> bool:
    """Tell whether a media type is one in which a catalogue can be read."""
    return media_type in _FORMATS


def offered_by(body: bytes, media_type: str, url: str) -> Offered:
    """Return what a catalogue offers. Raises HarvestError for what is no catalogue in RDF.

    A JSON-LD context of elsewhere is not fetched.
    """
    kind = _FORMATS.get(media_type) or _SUFFIXES.get(urlsplit(url).path.rpartition(".")[2].lower())
    if kind is None:
        raise HarvestError(
            f"{url} は RDF の目録ではありません({media_type or '種類不明'})。",
            f"{url} is no catalogue in RDF ({media_type or 'of no type'})",
        )
    if kind == RdfFormat.RDF_XML and (fault := fault_of(body)):
        raise HarvestError(f"{url}: {fault.ja}", f"{url}: {fault.en}")
    store = Store()
    try:
        store.extend(_bounded(parse(body, format=kind, base_iri=url), url))
    except (SyntaxError, ValueError, OSError) as error:
        raise HarvestError(
            f"{url} の目録が読めません: {error}", f"the catalogue {url} cannot be read: {error}"
        ) from error
    return _Catalogue(store).offered(url)


def _bounded(quads: Iterator[Quad], url: str) -> Iterator[Quad]:
    """Yield quads up to a number and a length: a prefix may make much of a few bytes."""
    length = 0
    for count, quad in enumerate(quads, start=1):
        length += len(str(quad))
        if count > _MOST_QUADS or length > _MOST_LENGTH:
            raise HarvestError(
                f"{url} の目録が大きすぎます(上限 {_MOST_QUADS:,} トリプル、"
                f"{_MOST_LENGTH:,} 文字)。",
                f"the catalogue {url} has more than {_MOST_QUADS:,} triples or {_MOST_LENGTH:,} "
                "characters",
            )
        yield quad


class _Catalogue:
    """A catalogue as RDF."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def offered(self, url: str) -> Offered:
        """Return what it offers; a dump that several datasets have is that of the version."""
        catalogues = [node for node in self._typed("Catalog") if isinstance(node, NamedNode)]
        listed = {one for node in catalogues for one in self._objects(node, DCAT["dataset"])}
        datasets = sorted(listed or set(self._typed("Dataset")), key=self._place)[:_MOST_DATASETS]
        dumps: dict[str, Dump] = {}
        others = []
        for dataset in datasets:
            distributions = self._objects(dataset, DCAT["distribution"])
            found = sorted(
                (dump for node in distributions if (dump := self._dump(dataset, node))), key=_cost
            )
            if found:
                dumps.setdefault(found[0].sha256 or found[0].url, found[0])
            else:
                others.append(self._other(dataset, distributions))
        return Offered(
            str(min(node.value for node in catalogues)) if catalogues else url,
            tuple(dumps.values()),
            tuple(sorted(others, key=lambda other: other.title)),
            self._next(),
        )

    def _place(self, dataset: Node) -> tuple[bool, str]:
        """Return where a dataset stands among the others: one that is a version comes first."""
        return not self._objects(dataset, DCAT["isVersionOf"]), str(dataset)

    def _dump(self, dataset: Node, node: Node) -> Dump | None:
        """Return a distribution as a dump that keeps graphs apart, if it is one."""
        url = self._iri(node, DCAT["downloadURL"]) or self._iri(node, DCAT["accessURL"])
        said = self._format(node)
        kind, packing = _kind_of(url, said.lower())
        if kind is None or packing is None:
            return None
        checksum = next(iter(self._objects(node, SPDX["checksum"])), None)
        digest = self._text(checksum, SPDX["checksumValue"]) if checksum else ""
        size = self._text(node, DCAT["byteSize"])
        publisher = next(iter(self._objects(dataset, DCTERMS["publisher"])), None)
        return Dump(
            url,
            kind,
            packing,
            int(float(size)) if re.fullmatch(r"[0-9]{1,15}(\.0*)?", size) else None,
            digest.lower() if re.fullmatch(r"[0-9a-fA-F]{64}", digest) else "",
            dataset.value if isinstance(dataset, NamedNode) else "",
            self._text(dataset, DCAT["version"]) or self._text(dataset, OWL["versionInfo"]),
            self._text(dataset, DCTERMS["title"]),
            self._text(publisher, FOAF["name"]) if publisher else "",
            self._iri(node, DCTERMS["license"]) or self._iri(dataset, DCTERMS["license"]),
        )

    def _other(self, dataset: Node, distributions: list[Node]) -> Other:
        title = self._text(dataset, DCTERMS["title"]) or dataset.value
        formats = {self._called(node) for node in distributions}
        return Other(title[:100], tuple(sorted(filter(None, formats))))

    def _called(self, distribution: Node) -> str:
        """Return a distribution's format as people call it: CSV."""
        name = self._format(distribution).split()[:1]
        return name[0].rpartition("/")[2][:20].upper() if name else ""

    def _format(self, node: Node) -> str:
        """Return what a distribution says of its format: names, media types and their IRIs."""
        terms = (DCTERMS["format"], DCAT["mediaType"], DCAT["compressFormat"])
        return " ".join(
            filter(None, (self._iri(node, term) or self._text(node, term) for term in terms))
        )

    def _next(self) -> str:
        for term in _NEXT:
            for quad in self._store.quads_for_pattern(None, term, None):
                if isinstance(quad.object, NamedNode | Literal):
                    return quad.object.value
        return ""

    def _typed(self, name: str) -> Iterator[Node]:
        for quad in self._store.quads_for_pattern(None, RDF["type"], DCAT[name]):
            if isinstance(quad.subject, NamedNode | BlankNode):
                yield quad.subject

    def _objects(self, subject: Node, predicate: NamedNode) -> list[Node]:
        found = self._store.quads_for_pattern(subject, predicate, None)
        return [quad.object for quad in found if isinstance(quad.object, NamedNode | BlankNode)]

    def _iri(self, subject: Node, predicate: NamedNode) -> str:
        found = self._objects(subject, predicate)
        return next((one.value for one in found if isinstance(one, NamedNode)), "")

    def _text(self, subject: Node, predicate: NamedNode) -> str:
        """Return a text, the Japanese one before others."""
        found = [
            quad.object
            for quad in self._store.quads_for_pattern(subject, predicate, None)
            if isinstance(quad.object, Literal)
        ]
        found.sort(key=lambda one: (one.language != "ja", one.language != "en", one.value))
        return found[0].value if found else ""


def _kind_of(url: str, said: str) -> tuple[RdfFormat | None, Packing | None]:
    """Return the format of a dump and how it is packed; None for what cannot be used."""
    if not url:
        return None, None
    try:
        name = urlsplit(url).path.rpartition("/")[2].lower()
    except ValueError:
        return None, None
    packing = next(
        (one for one in Packing if one.name != "NONE" and name.endswith(f".{one.name.lower()}")),
        Packing.NONE,
    )
    if packing is Packing.NONE and re.search(r"\.(zip|zst|7z|br)$|/(zip|zstd)\b", f"{name} {said}"):
        return None, None
    if packing is Packing.NONE and re.search(r"/(?:x-)?(gzip|bzip2|xz)\b", said):
        packing = next(one for one in Packing if one.value and f"{one.value}" in said)
    stem = name.removesuffix(f".{packing.name.lower()}")
    if stem.endswith(".nq") or "n-quads" in said or "rdf_n_quads" in said:
        return RdfFormat.N_QUADS, packing
    if stem.endswith(".trig") or "application/trig" in said or "rdf_trig" in said:
        return RdfFormat.TRIG, packing
    return None, None


def _cost(dump: Dump) -> tuple[bool, bool, str]:
    """Return what makes one dump of a dataset better than another: N-Quads, packed."""
    return dump.kind != RdfFormat.N_QUADS, dump.packing is Packing.NONE, dump.url
