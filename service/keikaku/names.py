"""Names of things: the namespaces, and the IRIs that keikaku mints.

What all cities share (ontology, shapes, parties, phases, fiscal years, kinds of discrepancy) lies
under one fixed address; what is a city's own lies under the publisher's base.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from pyoxigraph import NamedNode

from keikaku.errors import SettingsError

SHARED = "https://w3id.org/keikaku/"


@dataclass(frozen=True, slots=True)
class Namespace:
    """A namespace whose items are terms: `KEI["Item"]`, `FY[2010]`."""

    iri: str

    def __getitem__(self, name: object) -> NamedNode:
        """Return the term called `name`."""
        return _term(self.iri, name)

    def __contains__(self, term: object) -> bool:
        """Tell whether `term` is an IRI in this namespace."""
        return isinstance(term, NamedNode) and term.value.startswith(self.iri)


@lru_cache(maxsize=4096)
def _term(namespace: str, name: object) -> NamedNode:
    """Return a term, which loops over all quads ask for again and again."""
    return NamedNode(f"{namespace}{name}")


KEI = Namespace(f"{SHARED}ns#")
PARTY = Namespace(f"{SHARED}id/party/")
PHASE = Namespace(f"{SHARED}id/phase/")
FY = Namespace(f"{SHARED}id/fy/")
KIND = Namespace(f"{SHARED}id/kind/")
OUTCOME = Namespace(f"{SHARED}id/outcome/")
WITHHELD = Namespace(f"{SHARED}id/withheld/")
SHAPE = Namespace(f"{SHARED}shapes#")

DCAT = Namespace("http://www.w3.org/ns/dcat#")
DCATAP = Namespace("http://data.europa.eu/r5r/")
DCTERMS = Namespace("http://purl.org/dc/terms/")
DQV = Namespace("http://www.w3.org/ns/dqv#")
FOAF = Namespace("http://xmlns.com/foaf/0.1/")
OA = Namespace("http://www.w3.org/ns/oa#")
ORG = Namespace("http://www.w3.org/ns/org#")
OWL = Namespace("http://www.w3.org/2002/07/owl#")
PROV = Namespace("http://www.w3.org/ns/prov#")
RDF = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS = Namespace("http://www.w3.org/2000/01/rdf-schema#")
SCHEMA = Namespace("https://schema.org/")
SH = Namespace("http://www.w3.org/ns/shacl#")
SKOS = Namespace("http://www.w3.org/2004/02/skos/core#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
TIME = Namespace("http://www.w3.org/2006/time#")
VANN = Namespace("http://purl.org/vocab/vann/")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
VOID = Namespace("http://rdfs.org/ns/void#")
XSD = Namespace("http://www.w3.org/2001/XMLSchema#")

PREFIXES: dict[str, str] = {
    "kei": KEI.iri,
    "party": PARTY.iri,
    "phase": PHASE.iri,
    "fy": FY.iri,
    "kind": KIND.iri,
    "outcome": OUTCOME.iri,
    "withheld": WITHHELD.iri,
    "dcat": DCAT.iri,
    "dcatap": DCATAP.iri,
    "dcterms": DCTERMS.iri,
    "dqv": DQV.iri,
    "foaf": FOAF.iri,
    "oa": OA.iri,
    "org": ORG.iri,
    "owl": OWL.iri,
    "prov": PROV.iri,
    "rdf": RDF.iri,
    "rdfs": RDFS.iri,
    "schema": SCHEMA.iri,
    "sh": SH.iri,
    "skos": SKOS.iri,
    "spdx": SPDX.iri,
    "time": TIME.iri,
    "vcard": VCARD.iri,
    "void": VOID.iri,
    "xsd": XSD.iri,
}
"""The prefixes that every query may use without declaring them."""

SHARED_PARTIES = (
    "市民",
    "地域コミュニティ",
    "市民活動団体",
    "事業者",
    "教育機関",
    "行政",
    "その他",
)
"""The parties that all cities share; any other party is a city's own."""

SHARED_PHASES = ("検討", "周知", "一部実施", "実施", "見直し", "完了予定")
"""The phases that all cities share; any other phase is a city's own."""

_FORBIDDEN = re.compile(r'[\x00-\x20<>"{}|\\^`%?#]')


def local_name(text: str) -> str:
    """Return `text` as it stands in an IRI: NFKC, without spaces, never percent-encoded.

    Raises ValueError if nothing is left, or a character that no IRI may hold (RFC 3987, 2.2).
    """
    name = "".join(unicodedata.normalize("NFKC", text).split())
    if not name or _FORBIDDEN.search(name):
        raise ValueError(text)
    return name


def is_iri(text: str) -> bool:
    """Tell whether `text` is an absolute IRI (RFC 3987)."""
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class SharedGraphs:
    """The graphs that all plans and all cities share."""

    ontology: NamedNode
    shapes: NamedNode
    concepts: NamedNode
    areas: NamedNode


SHARED_GRAPHS = SharedGraphs(
    ontology=NamedNode(f"{SHARED}graph/ontology"),
    shapes=NamedNode(f"{SHARED}graph/shapes"),
    concepts=NamedNode(f"{SHARED}graph/concepts"),
    areas=NamedNode(f"{SHARED}graph/areas"),
)


@dataclass(frozen=True, slots=True)
class CityNames:
    """The IRIs of one city under a publisher's base.

    `code` is its six-digit 全国地方公共団体コード.
    """

    base: str
    code: str

    def __post_init__(self) -> None:
        """Refuse a base that is no absolute http(s) IRI ending in a slash."""
        if not (re.fullmatch(r"https?://[^\s<>\"{}|\\^`?#]+/", self.base) and is_iri(self.base)):
            raise SettingsError(
                f"base「{self.base}」は http(s):// で始まり / で終わる IRI ではありません。",
                f"the base {self.base!r} is no http(s) IRI that ends in a slash",
            )

    @property
    def municipality(self) -> NamedNode:
        """The city itself."""
        return NamedNode(f"{self.base}id/{self.code}")

    @property
    def graph(self) -> NamedNode:
        """The graph of the city, its departments and its own parties."""
        return NamedNode(f"{self.base}graph/{self.code}")

    def department(self, *path: str) -> NamedNode:
        """Return a department by name, or by division and name where two share one."""
        return NamedNode(f"{self.municipality.value}/department/{'/'.join(map(local_name, path))}")

    def party(self, name: str) -> NamedNode:
        """Return a party: the shared one of this name, else one that only this city knows."""
        if name in SHARED_PARTIES:
            return PARTY[name]
        return NamedNode(f"{self.municipality.value}/party/{local_name(name)}")

    def phase(self, name: str) -> NamedNode:
        """Return a phase: the shared one of this name, else one that only this city knows."""
        if name in SHARED_PHASES:
            return PHASE[name]
        return NamedNode(f"{self.municipality.value}/phase/{local_name(name)}")


@dataclass(frozen=True, slots=True)
class PlanNames:
    """The IRIs of one plan of a city."""

    city: CityNames
    name: str

    @classmethod
    def of(cls, plan: NamedNode) -> PlanNames:
        """Return the names of a plan by its IRI. Raises ValueError for what is no plan's IRI."""
        found = re.fullmatch(r"(.+/)id/([0-9]{6})/([a-z0-9][a-z0-9-]*)", plan.value)
        if found is None:
            raise ValueError(f"{plan.value} is no plan's IRI")
        return cls(CityNames(found[1], found[2]), found[3])

    @property
    def plan(self) -> NamedNode:
        """The plan itself."""
        return NamedNode(f"{self.city.municipality.value}/{self.name}")

    def below(self, *path: object) -> NamedNode:
        """Anything that belongs to the plan: `below("item", "1-4-3")`."""
        return NamedNode("/".join((self.plan.value, *map(str, path))))

    def graph(self, name: str) -> NamedNode:
        """Return a graph of the plan: stated, overview, inferred, evidence, quality, …."""
        return NamedNode(f"{self.city.base}graph/{self.city.code}/{self.name}/{name}")


def catalog_graph(base: str) -> NamedNode:
    """Return the graph of the catalogue under a publisher's base."""
    return NamedNode(f"{base}graph/catalog")


def publisher_graph(base: str) -> NamedNode:
    """Return the graph of the publisher, and of the sources of plans that others publish."""
    return NamedNode(f"{base}graph/publisher")
