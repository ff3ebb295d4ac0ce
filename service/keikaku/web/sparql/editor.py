"""The endpoint's page for people: a query to write, examples, the result as a table.

It needs no script; whatever it shows has an address.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from itertools import groupby, islice
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from keikaku.answers.catalogue import Catalogue
from keikaku.names import PREFIXES
from keikaku.store.admission import MAX_STEPS
from keikaku.web.negotiate import GRAPHS, ROWS
from keikaku.web.problems import status_and_headers
from keikaku.web.rendering import page
from keikaku.web.sparql import protocol
from keikaku.web.sparql.table import MAX_ROWS

if TYPE_CHECKING:
    from fastapi.responses import HTMLResponse

    from keikaku.errors import KeikakuError
    from keikaku.settings import Settings
    from keikaku.web.served import Served
    from keikaku.web.sparql.protocol import Parameters
    from keikaku.web.sparql.table import Table

_EXAMPLES_OF_A_GROUP = 2
_AROUND = 1  # lines shown before and after the one with the fault
_FIRST = """\
SELECT ?number ?title WHERE {
  ?item a kei:Item ; kei:involves party:事業者 ; kei:activeIn fy:2010 ;
        dcterms:identifier ?number ; rdfs:label ?title }
ORDER BY ?number"""
_FIRST_OF_FILES = "SELECT * WHERE { ?s ?p ?o } LIMIT 100"
_LABELS = {
    "json": "JSON",
    "xml": "XML",
    "csv": "CSV",
    "tsv": "TSV",
    "turtle": "Turtle",
    "nt": "N-Triples",
    "rdf": "RDF/XML",
    "jsonld": "JSON-LD",
}


@dataclass(frozen=True, slots=True)
class Example:
    """A query that can be loaded into the form."""

    ja: str
    en: str
    href: str


_OF_FILES = (
    (
        "グラフとトリプル数",
        "graphs and their triples",
        "SELECT ?g (COUNT(*) AS ?triples) WHERE { GRAPH ?g { ?s ?p ?o } }\n"
        "GROUP BY ?g ORDER BY DESC(?triples)",
    ),
    (
        "クラスごとの数",
        "classes and their members",
        "SELECT ?class (COUNT(*) AS ?members) WHERE { ?s a ?class }\n"
        "GROUP BY ?class ORDER BY DESC(?members)",
    ),
    (
        "述語ごとの数",
        "predicates and their uses",
        "SELECT ?p (COUNT(*) AS ?uses) WHERE { ?s ?p ?o }\nGROUP BY ?p ORDER BY DESC(?uses)",
    ),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a query as a fault is shown in it: with what stands before and after its place."""

    number: int
    before: str
    fault: str = ""
    after: str = ""


class Editor:
    """Makes the page."""

    def __init__(self, settings: Settings) -> None:
        """Tell people of the limits that `settings` set."""
        self._settings = settings
        self._examples: tuple[Example, ...] | None = None

    def page(
        self,
        parameters: Parameters,
        served: Served,
        *,
        table: Table | None = None,
        error: KeikakuError | None = None,
    ) -> HTMLResponse:
        """Return the page with the query of a request, and what came of it."""
        query = protocol.value(parameters, "query")
        is_release = served.release is not None
        status, headers = status_and_headers(error) if error else (HTTPStatus.OK, {})
        response = page(
            "editor.html",
            status,
            release=served.release,
            query=query or (_FIRST if is_release else _FIRST_OF_FILES),
            timeout=protocol.value(parameters, "timeout"),
            graphs=protocol.dataset_parameters(parameters),
            table=table,
            error=error,
            lines=fault_lines(query, error) if error else (),
            downloads=_downloads(parameters, table) if table else (),
            permanent=_permanent(parameters, served),
            formats=_LABELS,
            prefixes=PREFIXES,
            examples=self._release_examples() if is_release else _file_examples(),
            settings=self._settings,
            max_rows=MAX_ROWS,
            max_steps=MAX_STEPS,
        )
        response.headers.update(headers)
        return response

    def _release_examples(self) -> tuple[Example, ...]:
        if self._examples is None:
            self._examples = tuple(_catalogue_examples(Catalogue.load()))
        return self._examples


def fault_lines(query: str, error: KeikakuError) -> tuple[Line, ...]:
    """Return the line of a query that an error names, with its place marked, and those around."""
    at, column = error.problems[0].line, error.problems[0].column
    lines = query.split("\n")
    if not at or at > len(lines):
        return ()
    place = max(min(column or 1, len(lines[at - 1])) - 1, 0)
    shown = []
    for number in range(max(at - _AROUND, 1), min(at + _AROUND, len(lines)) + 1):
        text = lines[number - 1].rstrip("\r")
        if number == at:
            shown.append(
                Line(number, text[:place], text[place : place + 1] or " ", text[place + 1 :])
            )
        else:
            shown.append(Line(number, text))
    return tuple(shown)


def _catalogue_examples(catalogue: Catalogue) -> list[Example]:
    """Return a few questions of each group, as they stand in their files."""
    return [
        _example(question.title.ja, question.title.en, question.query)
        for _, group in groupby(catalogue, key=lambda question: question.group)
        for question in islice(group, _EXAMPLES_OF_A_GROUP)
    ]


def _file_examples() -> tuple[Example, ...]:
    return tuple(_example(*example) for example in _OF_FILES)


def _example(ja: str, en: str, query: str) -> Example:
    return Example(ja, en, "?" + urlencode({"query": query.strip(), "edit": "1"}))


def _downloads(parameters: Parameters, table: Table) -> tuple[tuple[str, str], ...]:
    """Return the formats of this result, each with its address."""
    offers = GRAPHS if table.triples else ROWS
    names = [offer.names[0] for offer in offers]
    asked = protocol.operation_parameters(parameters)
    return tuple((_LABELS[name], "?" + urlencode([*asked, ("format", name)])) for name in names)


def _permanent(parameters: Parameters, served: Served) -> str | None:
    """Return the address where the same release answers the same query forever."""
    asked = protocol.operation_parameters(parameters)
    if served.citable is None or not protocol.value(parameters, "query"):
        return None
    return f"/releases/{served.citable}/sparql?{urlencode(asked)}"
