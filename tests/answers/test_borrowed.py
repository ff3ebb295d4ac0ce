"""Terms of other vocabularies have labels here, and each of them is one of its vocabulary."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode
from rdflib import URIRef
from rdflib.namespace import (
    DCTERMS,
    FOAF,
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

from keikaku.answers.borrowed import borrowed, borrowed_labels, called
from keikaku.answers.inverse import told_from_the_other_end
from keikaku.closed import Bilingual
from keikaku.names import KEI
from keikaku.names import ORG as OURS_ORG
from keikaku.names import SKOS as OURS_SKOS

VOCABULARIES = (
    DCTERMS, FOAF, ORG, OWL, PROV, RDF, RDFS, SDO, SH, SKOS, TIME, VANN, VOID, XSD,
)  # fmt: skip


@pytest.mark.parametrize("vocabulary", VOCABULARIES, ids=lambda found: str(found))
def test_a_term_with_a_label_is_one_of_its_vocabulary(vocabulary: type[DefinedNamespace]) -> None:
    named = [iri for iri in borrowed_labels() if iri.startswith(str(vocabulary))]
    assert named
    assert [iri for iri in named if URIRef(iri) not in vocabulary] == []


def test_every_label_is_in_both_languages() -> None:
    assert len(borrowed_labels()) > 200
    for iri, label in borrowed_labels().items():
        assert label.ja.strip() == label.ja != "", iri
        assert label.en.strip() == label.en != "", iri


def test_a_thing_is_called_by_the_release_then_as_borrowed_then_by_its_iri() -> None:
    concept = OURS_SKOS["Concept"]
    assert borrowed(concept) == called(concept) == Bilingual(ja="概念", en="concept")
    assert called(NamedNode("https://example.org/a/b")).en == "b"
    assert called(NamedNode("https://example.org/a/")).en == "https://example.org/a/"


def test_a_link_is_told_from_its_other_end() -> None:
    label = Bilingual(ja="再掲元", en="relists")
    assert told_from_the_other_end(KEI["relists"], label).en == "relisted by"
    assert told_from_the_other_end(OURS_ORG["unitOf"], label).ja == "部署"
    unknown = told_from_the_other_end(NamedNode("https://example.org/p"), label)
    assert unknown.ja == "「再掲元」でここを指すもの"
