"""The services over a release's data: the endpoint, the questions, the matching of names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keikaku.names import DCAT, DCTERMS, RDF, RDFS
from keikaku.release.catalogue import borrowed
from keikaku.release.catalogue.borrowed import document, labelled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import Literal

    from keikaku.release.catalogue.borrowed import Statement
    from keikaku.release.catalogue.publication import Publication

_SERVICES = (
    (
        "sparql",
        ("SPARQL エンドポイント", "SPARQL endpoint"),
        (
            "すべてのグラフの和に、SPARQL 1.1 で問い合わせられます。",
            "Answers SPARQL 1.1 over the union of all graphs.",
        ),
        "sparql",
        "sparql",
        "sparql",
        borrowed.SPARQL_PROTOCOL,
    ),
    (
        "api",
        ("質問の API(REST)", "Questions as a REST API"),
        (
            "用意された質問に、JSON か CSV で答えます。",
            "Answers the prepared questions as JSON or CSV.",
        ),
        "api/questions",
        "api/openapi.json",
        "questions",
        borrowed.OPENAPI,
    ),
    (
        "reconcile",
        ("名称の照合", "Reconciliation of names"),
        (
            "担当課・項目・主体・市町村・年度などの名称を照合します(OpenRefine など)。",
            "Matches names of departments, items, parties, municipalities and years (OpenRefine).",
        ),
        "reconcile",
        "reconcile",
        "about",
        borrowed.RECONCILIATION,
    ),
)


def services(publication: Publication, keywords: Iterable[Literal]) -> Iterator[Statement]:
    """Yield the services, each with what its endpoint and its description are."""
    words = tuple(keywords)
    for name, title, text, endpoint, description, landing, standard in _SERVICES:
        node = publication.shared(name)
        yield publication.catalog, DCAT["service"], node
        yield node, RDF["type"], DCAT["DataService"]
        yield from labelled(node, DCTERMS["title"], *title)
        yield from labelled(node, RDFS["label"], *title)
        yield from labelled(node, DCTERMS["description"], *text)
        yield node, DCAT["endpointURL"], publication.at(endpoint)
        yield node, DCAT["endpointDescription"], publication.at(description)
        yield node, DCTERMS["conformsTo"], standard
        yield node, DCAT["servesDataset"], publication.latest
        yield node, DCAT["servesDataset"], publication.dataset
        yield node, DCTERMS["publisher"], publication.shared("publisher")
        yield node, DCAT["contactPoint"], publication.shared("contact")
        yield node, DCTERMS["accessRights"], borrowed.PUBLIC
        yield node, DCTERMS["rights"], publication.shared("rights")
        yield node, DCTERMS["language"], borrowed.JAPANESE
        yield node, DCTERMS["language"], borrowed.ENGLISH
        yield node, DCAT["theme"], borrowed.GOVERNMENT
        page, is_page = document(publication.at(landing).value)
        yield is_page
        yield node, DCAT["landingPage"], page
        for word in words:
            yield node, DCAT["keyword"], word
