"""Things of other authorities that a catalogue names: languages, file types, themes, rights.

Harvesters and the DCAT-AP shapes want to be told the class and a label of each IRI; the tables are
those of the EU's Publications Office and the media types of IANA.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from keikaku.names import DCTERMS, FOAF, KEI, PREFIXES, RDF, RDFS, SHARED, SKOS, SPDX

if TYPE_CHECKING:
    from collections.abc import Iterator

Object = NamedNode | Literal
Statement = tuple[NamedNode, NamedNode, Object]

_EU = "http://publications.europa.eu/resource/authority/"
_IANA = "https://www.iana.org/assignments/media-types/"

JAPANESE = NamedNode(f"{_EU}language/JPN")
ENGLISH = NamedNode(f"{_EU}language/ENG")
THEMES = NamedNode(f"{_EU}data-theme")
GOVERNMENT = NamedNode(f"{_EU}data-theme/GOVE")
PUBLIC = NamedNode(f"{_EU}access-right/PUBLIC")
IRREGULAR = NamedNode(f"{_EU}frequency/IRREG")
STABLE = NamedNode(f"{_EU}planned-availability/STABLE")
SHA256 = SPDX["checksumAlgorithm_sha256"]
ONTOLOGY = NamedNode(KEI.iri.rstrip("#"))
SHAPES = NamedNode(f"{SHARED}shapes")
SPARQL_PROTOCOL = NamedNode("https://www.w3.org/TR/sparql11-protocol/")
OPENAPI = NamedNode("https://spec.openapis.org/oas/v3.1.0")
RECONCILIATION = NamedNode(
    "https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/"
)
CSVW = NamedNode("https://www.w3.org/TR/tabular-data-model/")

_LABELS: dict[NamedNode, tuple[tuple[NamedNode, ...], str, str]] = {
    JAPANESE: ((DCTERMS["LinguisticSystem"],), "日本語", "Japanese"),
    ENGLISH: ((DCTERMS["LinguisticSystem"],), "英語", "English"),
    PUBLIC: ((DCTERMS["RightsStatement"],), "公開", "public"),
    IRREGULAR: ((DCTERMS["Frequency"],), "不定期", "irregular"),
    ONTOLOGY: (
        (DCTERMS["Standard"],),
        "行政計画オントロジー",
        "Ontology of municipal action plans",
    ),
    SHAPES: ((DCTERMS["Standard"],), "行政計画の SHACL 検査", "SHACL shapes of action plans"),
    SPARQL_PROTOCOL: ((DCTERMS["Standard"],), "SPARQL 1.1 プロトコル", "SPARQL 1.1 Protocol"),
    OPENAPI: ((DCTERMS["Standard"],), "OpenAPI 3.1", "OpenAPI 3.1"),
    RECONCILIATION: (
        (DCTERMS["Standard"],),
        "照合サービス API 0.2",
        "Reconciliation Service API 0.2",
    ),
    CSVW: (
        (DCTERMS["Standard"],),
        "ウェブ上の CSV(CSVW)",
        "Model for Tabular Data and Metadata on the Web",
    ),
}
_CONCEPTS: dict[NamedNode, tuple[str, str, str]] = {
    GOVERNMENT: ("政府・公共部門", "Government and public sector", "data-theme"),
    STABLE: ("安定して提供", "stable", "planned-availability"),
}

_TABLES = {
    "access-right": ("アクセス権", "Access right"),
    "data-theme": ("データの主題", "Data theme"),
    "file-type": ("ファイル形式", "File type"),
    "frequency": ("更新頻度", "Frequency"),
    "language": ("言語", "Language"),
    "planned-availability": ("提供の見込み", "Planned availability"),
}


def described() -> Iterator[Statement]:
    """Yield what a catalogue has to say of the borrowed things that every release names.

    The ontology and the shapes say their titles themselves.
    """
    for node, (kinds, ja, en) in _LABELS.items():
        for kind in kinds:
            yield node, RDF["type"], kind
        if not node.value.startswith(SHARED):
            yield from labelled(node, RDFS["label"], ja, en)
            if DCTERMS["Standard"] in kinds:
                yield from labelled(node, DCTERMS["title"], ja, en)
        if node.value.startswith(_EU):
            yield node, SKOS["inScheme"], NamedNode(node.value.rsplit("/", 1)[0])
    for node, (ja, en, table) in _CONCEPTS.items():
        yield node, RDF["type"], SKOS["Concept"]
        yield from labelled(node, SKOS["prefLabel"], ja, en)
        yield from labelled(node, RDFS["label"], ja, en)
        yield node, SKOS["inScheme"], NamedNode(f"{_EU}{table}")
    for name, (ja, en) in _TABLES.items():
        scheme = NamedNode(f"{_EU}{name}")
        yield scheme, RDF["type"], SKOS["ConceptScheme"]
        yield from labelled(scheme, DCTERMS["title"], ja, en)
        yield from labelled(scheme, RDFS["label"], ja, en)
    yield SHA256, RDF["type"], SPDX["ChecksumAlgorithm"]
    yield from labelled(SHA256, RDFS["label"], "SHA-256", "SHA-256")


def media_type(name: str) -> tuple[NamedNode, tuple[Statement, ...]]:
    """Return a media type as IANA's IRI, and what is to be said of it."""
    node = NamedNode(f"{_IANA}{name}")
    return node, (
        (node, RDF["type"], DCTERMS["MediaType"]),
        (node, RDFS["label"], Literal(name)),
    )


def file_type(name: str) -> tuple[NamedNode, tuple[Statement, ...]]:
    """Return a file type of the EU's table, and what is to be said of it."""
    node = NamedNode(f"{_EU}file-type/{name}")
    return node, (
        (node, RDF["type"], DCTERMS["MediaTypeOrExtent"]),
        (node, SKOS["inScheme"], NamedNode(f"{_EU}file-type")),
        (node, RDFS["label"], Literal(name.replace("_", " "))),
    )


def document(address: str) -> tuple[NamedNode, Statement]:
    """Return a page, and that it is one."""
    node = NamedNode(address)
    return node, (node, RDF["type"], FOAF["Document"])


def labelled(node: NamedNode, said: NamedNode, ja: str, en: str) -> Iterator[Statement]:
    """Yield a text in both languages."""
    yield node, said, Literal(ja, language="ja")
    yield node, said, Literal(en, language="en")


def namespace_of(iri: str) -> str:
    """Return the vocabulary that a term belongs to."""
    known = next((space for space in PREFIXES.values() if iri.startswith(space)), None)
    return known or iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]
