"""The endpoint's page for people: a query to write, examples, the result as a table.

It needs no script; whatever it shows has an address. Where the front end was built, its editor
takes the place of the form.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from keikaku.answers.examples import PURPOSES, all_examples
from keikaku.closed import Bilingual
from keikaku.names import KEI, PREFIXES, SHAPE, SHARED
from keikaku.store.admission import MAX_STEPS
from keikaku.web.negotiate import GRAPHS, ROWS
from keikaku.web.problems import status_and_headers
from keikaku.web.reader import reader
from keikaku.web.rendering import BUILT, page
from keikaku.web.sparql import protocol
from keikaku.web.sparql.copies import copies
from keikaku.web.sparql.table import MAX_ROWS

if TYPE_CHECKING:
    from fastapi.responses import HTMLResponse

    from keikaku.errors import KeikakuError
    from keikaku.settings import Settings
    from keikaku.web.served import Served
    from keikaku.web.sparql.protocol import Parameters
    from keikaku.web.sparql.table import Table

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

    title: Bilingual
    description: Bilingual
    href: str


@dataclass(frozen=True, slots=True)
class Purpose:
    """The examples of one purpose."""

    title: Bilingual
    examples: tuple[Example, ...]


_ANY_DATA = Bilingual(ja="どのデータにも", en="for any data")
_OF_FILES = (
    (
        Bilingual(ja="グラフとトリプル数", en="graphs and their triples"),
        Bilingual(ja="名前付きグラフごとの大きさ。", en="The size of each named graph."),
        "SELECT ?g (COUNT(*) AS ?triples) WHERE { GRAPH ?g { ?s ?p ?o } }\n"
        "GROUP BY ?g ORDER BY DESC(?triples)",
    ),
    (
        Bilingual(ja="クラスごとの数", en="classes and their members"),
        Bilingual(ja="どのクラスのものがいくつあるか。", en="How many things each class has."),
        "SELECT ?class (COUNT(*) AS ?members) WHERE { ?s a ?class }\n"
        "GROUP BY ?class ORDER BY DESC(?members)",
    ),
    (
        Bilingual(ja="述語ごとの数", en="predicates and their uses"),
        Bilingual(ja="どの述語が何回使われているか。", en="How often each predicate is used."),
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

    def page(
        self,
        parameters: Parameters,
        served: Served,
        endpoint: str,
        *,
        table: Table | None = None,
        error: KeikakuError | None = None,
    ) -> HTMLResponse:
        """Return the page with the query of a request, and what came of it.

        `endpoint` is the absolute address of the endpoint.
        """
        asked = protocol.value(parameters, "query")
        is_release = served.release is not None
        query = asked or (_FIRST if is_release else _FIRST_OF_FILES)
        status, headers = status_and_headers(error) if error else (HTTPStatus.OK, {})
        response = page(
            "editor.html",
            status,
            release=served.release,
            query=query,
            asked=bool(asked),
            timeout=protocol.value(parameters, "timeout"),
            graphs=protocol.dataset_parameters(parameters),
            table=table,
            error=error,
            lines=fault_lines(asked, error) if error else (),
            downloads=_downloads(parameters, table) if table else (),
            permanent=_permanent(parameters, served),
            formats=_LABELS,
            prefixes=PREFIXES,
            purposes=_release_examples() if is_release else _file_examples(),
            copies=copies(query, endpoint) if self._is_short(query) else (),
            rich=(BUILT / "editor.js").is_file(),
            roots=_roots(self._settings.base) if is_release else {},
            completions=f"/sparql/completions.json?release={served.release}" if is_release else "",
            settings=self._settings,
            max_rows=MAX_ROWS,
            max_steps=MAX_STEPS,
        )
        response.headers.update(headers)
        return response

    def _is_short(self, query: str) -> bool:
        return len(query) <= self._settings.max_query_length


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


def _release_examples() -> list[Purpose]:
    """Return the examples by purpose, as they stand in their files."""
    return [
        Purpose(
            PURPOSES[group],
            tuple(_example(item.title, item.description, item.query) for item in examples),
        )
        for group, examples in groupby(all_examples(), key=lambda example: example.group)
    ]


def _file_examples() -> list[Purpose]:
    return [Purpose(_ANY_DATA, tuple(_example(*example) for example in _OF_FILES))]


def _example(title: Bilingual, description: Bilingual, query: str) -> Example:
    href = "?" + urlencode({"query": query.strip(), "edit": "1"})
    return Example(title, description, href)


def _roots(base: str) -> dict[str, str]:
    """Return where on this site things are shown, by what their IRIs begin with."""
    things = {f"{base}id/": reader().href("/id/"), f"{SHARED}id/": reader().href("/id/")}
    terms = {KEI.iri: f"{reader().href('/ns')}#", SHAPE.iri: f"{reader().href('/shapes')}#"}
    return things | terms


def _downloads(parameters: Parameters, table: Table) -> tuple[tuple[str, str], ...]:
    """Return the formats of this result, each with its address."""
    offers = GRAPHS if table.triples else ROWS
    asked = protocol.operation_parameters(parameters)
    links = []
    for offer in offers:
        name = offer.names[0]
        format_ = [("format", name), *([("bom", "1")] if name == "csv" else [])]
        links.append((_LABELS[name], "?" + urlencode([*asked, *format_])))
    return tuple(links)


def _permanent(parameters: Parameters, served: Served) -> str | None:
    """Return the address where the same release answers the same query forever."""
    asked = protocol.operation_parameters(parameters)
    if served.citable is None or not protocol.value(parameters, "query"):
        return None
    return f"/releases/{served.citable}/sparql?{urlencode(asked)}"
