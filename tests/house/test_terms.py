"""Every term that ontology, shapes and rules use exists: a misspelt one checks nothing, silently.

Borrowed terms are looked up in their vocabularies: in rdflib's defined namespaces, and, where
rdflib has none or an old one (DCAT 2), in the specifications' own files beside the project.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import (
    DCTERMS,
    ORG,
    OWL,
    PROV,
    RDF,
    RDFS,
    SDO,
    SH,
    SKOS,
    TIME,
    VANN,
    VOID,
    XSD,
    DefinedNamespace,
)

from keikaku.assets import shipped
from keikaku.names import (
    FY,
    KEI,
    KIND,
    OA,
    OUTCOME,
    PARTY,
    PHASE,
    PREFIXES,
    SHAPE,
    SHARED,
    WITHHELD,
)
from keikaku.text import PUBLISHED_YEARS

if TYPE_CHECKING:
    from keikaku.names import Namespace

REPOSITORY = Path(__file__).parents[2]
THIRD_PARTY = REPOSITORY.parent / "shared" / "third_party"
ONTOLOGY = sorted(shipped("ontology").glob("*.ttl"))
SHAPES = sorted(shipped("shapes").glob("*.ttl"))
RULES = sorted((shipped("ontology") / "rules").glob("*.rq"))
QUESTIONS = sorted((REPOSITORY / "service" / "keikaku" / "answers" / "questions").glob("*.rq"))
OURS = f"{SHARED}ns"

DEFINED: dict[str, type[DefinedNamespace]] = {
    "dcterms": DCTERMS,
    "org": ORG,
    "owl": OWL,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": SDO,
    "sh": SH,
    "skos": SKOS,
    "time": TIME,
    "vann": VANN,
    "void": VOID,
    "xsd": XSD,
}
SPECIFIED = {"dcat": THIRD_PARTY / "dcat" / "dcat3.ttl", "dqv": THIRD_PARTY / "dqv.ttl"}
OA_TERMS = {  # https://www.w3.org/TR/annotation-vocab/, what of it a quality annotation can need
    "Annotation",
    "Motivation",
    "SpecificResource",
    "assessing",
    "hasBody",
    "hasTarget",
    "motivatedBy",
}
PREFIX_OF = {iri: prefix for prefix, iri in {**PREFIXES, "vann": str(VANN)}.items()}


def terms_of_turtle(path: Path) -> set[str]:
    """Return the IRIs in a Turtle file, and those in its queries."""
    graph = Graph().parse(path, format="turtle")
    terms = {str(term) for triple in graph for term in triple if isinstance(term, URIRef)}
    queries = graph.objects(None, SH.select)
    return terms.union(*(terms_of_query(str(query)) for query in queries))


def terms_of_query(query: str) -> set[str]:
    """Return the IRIs of the prefixed names in a query, strings and comments left out."""
    code = re.sub(r'"(?:[^"\\\n]|\\.)*"', '""', query)
    code = re.sub(r"(^|\s)#.*", "", code)
    names = re.findall(r"(?<![\w<:?$])(\w+):([^\W\d][\w-]*)", code)
    assert {prefix for prefix, _ in names} <= {*PREFIXES, "vann"}, names
    return {PREFIXES[prefix] + local for prefix, local in names}


def terms_of_rule(path: Path) -> set[str]:
    return terms_of_query(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def used() -> set[str]:
    """Every IRI that ontology, shapes and rules use."""
    assert len(ONTOLOGY) >= 3
    assert len(SHAPES) == 11
    assert len(RULES) > 30
    return set().union(*map(terms_of_turtle, ONTOLOGY + SHAPES), *map(terms_of_rule, RULES))


def _below(namespace: str, terms: set[str]) -> set[str]:
    return {term.removeprefix(namespace) for term in terms if term.startswith(namespace)} - {""}


@pytest.mark.parametrize("prefix", sorted(DEFINED))
def test_a_borrowed_term_is_one_of_its_vocabulary(prefix: str, used: set[str]) -> None:
    vocabulary = DEFINED[prefix]
    local_names = _below(str(vocabulary), used)
    unknown = {name for name in local_names if URIRef(f"{vocabulary}{name}") not in vocabulary}
    assert unknown == set()
    assert local_names


@pytest.mark.parametrize("prefix", sorted(SPECIFIED))
def test_a_term_of_dcat_3_or_dqv_is_one_of_its_specification(prefix: str, used: set[str]) -> None:
    if not SPECIFIED[prefix].is_file():
        pytest.skip(f"{SPECIFIED[prefix]} is not beside the project")
    specification = Graph().parse(SPECIFIED[prefix], format="turtle")
    terms = {str(term) for term in specification.subjects() if isinstance(term, URIRef)}
    local_names = _below(PREFIXES[prefix], used)
    assert local_names
    assert local_names <= _below(PREFIXES[prefix], terms)


def test_a_term_of_web_annotations_is_one_of_its_specification(used: set[str]) -> None:
    assert _below(OA.iri, used)
    assert _below(OA.iri, used) <= OA_TERMS


def test_no_vocabulary_is_used_that_is_not_checked(used: set[str]) -> None:
    checked = {*map(str, DEFINED.values()), OA.iri, *(PREFIXES[name] for name in SPECIFIED)}
    licences = "https://creativecommons.org/"
    others = {
        term for term in used if not term.startswith((*checked, SHARED, licences)) and ":" in term
    }
    assert others == set()


def test_every_term_of_ours_that_is_used_is_defined(used: set[str]) -> None:
    ontology = Graph().parse(shipped("ontology") / "keikaku.ttl", format="turtle")
    defined = _below(KEI.iri, {str(term) for term in ontology.subjects()})
    code = sorted((REPOSITORY / "service").rglob("*.py"))
    texts = [path.read_text(encoding="utf-8") for path in (*code, *QUESTIONS)]
    texts += [path.read_text(encoding="utf-8") for path in shipped("ontology").glob("*.jsonld")]
    named = set(re.findall(r'\bKEI\["(\w+)"\]', "".join(texts)))
    named |= set(re.findall(r"\bkei:(\w+)", "".join(texts)))
    assert len(defined) > 50
    assert len(code) > 20
    assert (named | _below(KEI.iri, used)) - defined == set()


@pytest.mark.parametrize(
    "codes",
    [PARTY, PHASE, KIND, OUTCOME, WITHHELD],
    ids=["party", "phase", "kind", "outcome", "withheld"],
)
def test_every_code_that_is_used_is_defined(codes: Namespace, used: set[str]) -> None:
    concepts = Graph().parse(shipped("ontology") / "concepts.ttl", format="turtle")
    defined = _below(codes.iri, {str(term) for term in concepts.subjects()})
    assert len(defined) >= 3
    assert _below(codes.iri, used) <= defined


def test_every_fiscal_year_that_is_used_is_of_the_calendar(used: set[str]) -> None:
    assert {int(year) for year in _below(FY.iri, used)} <= set(PUBLISHED_YEARS)


def test_every_shape_that_is_named_is_there() -> None:
    graph = Graph()
    for path in SHAPES:
        graph.parse(path, format="turtle")
    objects = {str(term) for term in graph.objects() if isinstance(term, URIRef)}
    named = {term for term in objects if term.startswith(SHAPE.iri)}
    assert len(named) > 50
    assert named <= {str(term) for term in graph.subjects()}


def _terms_of_ours() -> list[URIRef]:
    graph = Graph().parse(shipped("ontology") / "keikaku.ttl", format="turtle")
    subjects = {term for term in graph.subjects() if isinstance(term, URIRef)}
    return sorted(term for term in subjects if str(term).startswith(KEI.iri))


def test_every_term_of_ours_has_label_and_definition_in_both_languages() -> None:
    graph = Graph().parse(shipped("ontology") / "keikaku.ttl", format="turtle")
    terms = _terms_of_ours()
    assert len(terms) > 50
    for term in terms:
        assert graph.value(term, RDFS.isDefinedBy, any=False) == URIRef(OURS), term
        for said in (RDFS.label, SKOS.definition):
            texts = [text for text in graph.objects(term, said) if isinstance(text, Literal)]
            assert sorted(str(text.language) for text in texts) == ["en", "ja"], (term, said)
            assert all(text.strip() == str(text) != "" for text in texts), (term, said)


def test_every_definition_is_one_sentence() -> None:
    graph = Graph().parse(shipped("ontology") / "keikaku.ttl", format="turtle")
    for term in _terms_of_ours():
        for text in graph.objects(term, SKOS.definition):
            end = "。" if isinstance(text, Literal) and text.language == "ja" else "."
            assert str(text).endswith(end), text
            assert str(text).count(end) == 1, text


def test_every_term_is_a_class_a_property_or_a_function() -> None:
    graph = Graph().parse(shipped("ontology") / "keikaku.ttl", format="turtle")
    kinds = {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, URIRef(KEI["Function"].value)}
    for term in _terms_of_ours():
        assert len(set(graph.objects(term, RDF.type)) & kinds) == 1, term


def test_the_ontology_has_a_header_with_version_and_prefix() -> None:
    graph = Graph().parse(shipped("ontology") / "keikaku.ttl", format="turtle")
    header = URIRef(OURS)
    assert (header, RDF.type, OWL.Ontology) in graph
    version = graph.value(header, OWL.versionInfo)
    assert graph.value(header, OWL.versionIRI) == URIRef(f"{OURS}/{version}")
    assert str(graph.value(header, VANN.preferredNamespaceUri)) == KEI.iri
    assert PREFIX_OF[KEI.iri] == str(graph.value(header, VANN.preferredNamespacePrefix))


def test_a_misspelt_term_is_found() -> None:
    """The look-up itself works: these are names that the field has been caught with."""
    for namespace, name in ((SH, "dataType"), (SH, "nodeType"), (VANN, "preferredNamespaceURI")):
        assert URIRef(f"{namespace}{name}") not in namespace
    assert terms_of_query('SELECT * { ?a kei:colour "rdf:typo" . # rdfs:lable') == {
        f"{KEI.iri}colour"
    }
