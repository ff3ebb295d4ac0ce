"""The endpoint's page for people, which needs no script."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from fake_store import FakeStore
from keikaku.answers.catalogue import Catalogue
from keikaku.errors import BusyError, EngineError, QueryTimeoutError
from keikaku.names import PREFIXES, SHARED
from keikaku.settings import Settings
from keikaku.store.base import Query, Serialized, Streamed
from keikaku.store.embedded import EmbeddedStore
from keikaku.web.app import create_app
from keikaku.web.served import Served
from keikaku.web.sparql.table import MAX_CELLS, MAX_ROWS, cell

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
RELEASE = "0123456789abcdef"
INLINE_SCRIPT = re.compile(r"<script(?! type=\"(module\" src=\"/static/|application/json\"))")
PARTY = NamedNode(f"{SHARED}id/party/市民")
QUADS = [
    Quad(PARTY, NamedNode("http://e/says"), Literal("<b>&", language="ja"), NamedNode("http://g/"))
]


class Page(HTMLParser):
    """The texts and attributes of a page."""

    def __init__(self, text: str) -> None:
        """Read `text`."""
        super().__init__()
        self.links: dict[str, str] = {}
        self.texts: dict[str, list[str]] = {}
        self.fields: dict[str, dict[str, str | None]] = {}
        self.rows = 0
        self._open: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self._open.append((tag, dict(attrs)))
        self.rows += tag == "tr"
        if name := dict(attrs).get("name"):
            self.fields[name] = dict(attrs)

    def handle_data(self, data: str) -> None:
        """Note a text under the tag that it stands in."""
        if self._open:
            tag, attributes = self._open[-1]
            self.texts.setdefault(tag, []).append(data)
            if tag == "a":
                self.links[data] = attributes.get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        """Leave a tag, and those in it that need no end."""
        while self._open and self._open.pop()[0] != tag:
            pass


@pytest.fixture
def client(client_of: Any) -> Any:
    """A client of an endpoint over a release."""
    store = EmbeddedStore.in_memory(QUADS)
    return client_of(create_app(lambda: Served(store, RELEASE)))


def browse(client: Any, status: int = 200, path: str = "/sparql", **parameters: str) -> Page:
    response = client.get(path, params=parameters, headers={"Accept": BROWSER})
    assert response.status_code == status
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["cache-control"] == ("no-cache" if status == 200 else "no-store")
    assert response.headers["vary"] == "Accept, Accept-Encoding"
    assert not INLINE_SCRIPT.search(response.text)
    return Page(response.text)


def test_a_browser_without_a_query_gets_a_form(client: Any) -> None:
    page = browse(client)
    assert {"query", "format", "timeout"} <= set(page.fields)
    assert page.rows == 0
    options = {text.strip() for text in page.texts["option"]}
    assert {"JSON", "XML", "CSV", "TSV", "Turtle", "N-Triples", "RDF/XML", "JSON-LD"} < options


def test_the_page_tells_the_prefixes_and_the_limits(client_of: Any) -> None:
    store = EmbeddedStore.in_memory(QUADS)
    settings = Settings(
        max_query_seconds=17,
        max_query_memory=123_000_000,
        max_query_length=4_321,
        max_result_bytes=98_000_000,
        requests_per_minute=55,
    )
    app = create_app(lambda: Served(store, RELEASE), settings=settings)
    text = client_of(app).get("/sparql", headers={"Accept": BROWSER}).text
    for said in ("17 秒", "123 MB", "4,321 文字", "98 MB", "毎分 55 回", "1,000 件"):
        assert said in text
    for name, iri in PREFIXES.items():
        assert f"PREFIX {name}: &lt;{iri}&gt;" in text


def test_a_dozen_examples_load_into_the_form(client: Any) -> None:
    by_title = {question.title.ja: question.query for question in Catalogue.load()}
    links = browse(client).links
    examples = {title: links[title] for title in by_title if title in links}
    assert len(examples) >= 12
    for title, href in examples.items():
        parameters = dict(parse_qsl(urlsplit(href).query))
        assert parameters["query"] == by_title[title].strip()
        page = browse(client, **parameters)
        assert page.texts["textarea"][0].strip() == by_title[title].strip()
        assert page.rows == 0  # it has not run


def test_files_have_examples_that_fit_any_data(client_of: Any) -> None:
    store = EmbeddedStore.in_memory(QUADS, union=False)
    client = client_of(create_app(lambda: Served(store)))
    page = browse(client)
    href = page.links["グラフとトリプル数"]
    query = dict(parse_qsl(urlsplit(href).query))["query"]
    assert "http://g/" in " ".join(browse(client, query=query).texts["a"])


def test_a_result_is_a_table(client: Any) -> None:
    page = browse(client, query="SELECT * { ?s ?p ?o }")
    assert sorted(page.texts["th"]) == ["o", "p", "s"]
    assert page.rows == 2
    assert page.links["party:市民"] == "/id/party/%E5%B8%82%E6%B0%91"
    assert page.links["http://e/says"] == "http://e/says"
    assert "<b>&" in page.texts["td"]
    assert "@ja" in page.texts["span"]
    assert page.texts["textarea"][0].strip() == "SELECT * { ?s ?p ?o }"


def test_a_graph_is_a_table_too(client: Any) -> None:
    page = browse(client, query="CONSTRUCT WHERE { ?s ?p ?o }")
    assert page.texts["th"] == ["subject", "predicate", "object"]
    assert page.rows == 2
    assert {"Turtle", "N-Triples", "RDF/XML", "JSON-LD"} <= set(page.links)


@pytest.mark.parametrize(("query", "said"), [("ASK {}", "はい"), ("ASK { ?a ?a ?a }", "いいえ")])
def test_a_truth_value_is_said(client: Any, query: str, said: str) -> None:
    assert said in " ".join(browse(client, query=query).texts["p"])


def test_a_result_has_links_to_its_other_formats_and_to_where_it_stays(client: Any) -> None:
    page = browse(client, query="SELECT ?o { ?s ?p ?o }", **{"default-graph-uri": "http://g/"})
    for label, content_type in (("CSV", "text/csv; charset=utf-8"), ("XML", "application/sparql")):
        href = page.links[label]
        response = client.get(f"/sparql{href}", headers={"Accept": BROWSER})
        assert response.headers["content-type"].startswith(content_type)
        assert "&" in response.text
    permanent = urlsplit(page.links[f"リリース {RELEASE}"])
    assert permanent.path == f"/releases/{RELEASE}/sparql"
    assert dict(parse_qsl(permanent.query)) == {
        "query": "SELECT ?o { ?s ?p ?o }",
        "default-graph-uri": "http://g/",
    }
    assert page.fields["default-graph-uri"]["value"] == "http://g/"


def rows_of(count: int) -> str:
    return f"SELECT ?x {{ VALUES ?x {{ {' '.join(map(str, range(count)))} }} }}"


@pytest.mark.parametrize(
    ("count", "shown", "said"),
    [
        (MAX_ROWS, MAX_ROWS, "1,000 件"),
        (MAX_ROWS + 1, MAX_ROWS, "全 1,001 件のうち、最初の 1,000 件"),
        (0, 0, "0 件"),
    ],
)
def test_a_table_that_is_cut_says_so(client: Any, count: int, shown: int, said: str) -> None:
    page = browse(client, query=rows_of(count))
    assert page.rows == (shown + 1 if shown else 0)
    assert said in " ".join(page.texts["p"])
    assert ("全 " in " ".join(page.texts["p"])) is (count > MAX_ROWS)


def test_a_graph_that_is_cut_says_so(client: Any) -> None:
    numbers = " ".join(map(str, range(1500)))
    query = f"CONSTRUCT {{ <http://e/> <http://p/> ?x }} {{ VALUES ?x {{ {numbers} }} }}"
    page = browse(client, query=query)
    assert page.rows == MAX_ROWS + 1
    assert "全 1,500 件" in " ".join(page.texts["p"])


def test_a_result_in_pieces_is_counted_to_its_end(client_of: Any) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"?x"
        for number in range(5000):
            yield b'\n"%d"' % number
        yield b"\n"

    async def answer(_: Query) -> Streamed:
        return Streamed(pieces(), "text/tab-separated-values; charset=utf-8")

    client = client_of(create_app(lambda: Served(FakeStore(answer), RELEASE)))
    page = browse(client, query="SELECT ?x {}")
    assert page.rows == MAX_ROWS + 1
    assert "全 5,000 件のうち、最初の 1,000 件" in " ".join(page.texts["p"])


def test_a_fault_is_marked_in_its_line(client: Any) -> None:
    query = "SELECT ?x WHERE {\n  ?x a %% }\nLIMIT 5"
    page = browse(client, 400, query=query)
    assert "SPARQL の問い合わせとして読めません" in page.texts["strong"][0]
    english = browse(client, 400, "/en/sparql", query=query).texts["strong"][0]
    assert "no SPARQL query" in english
    assert len(page.texts["mark"]) == 1
    assert page.texts["textarea"][0].strip() == query
    shown = "".join(page.texts["span"])
    for text in ("SELECT ?x WHERE {", "  ?x a ", "LIMIT 5"):
        assert text in shown
    assert page.texts["mark"][0] in "%} "


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"query": "CLEAR ALL"}, "更新はできません"),
        ({"query": "ASK {}", "timeout": "soon"}, "timeout"),
        ({"query": "ASK { SERVICE <http://e/> {} }"}, "SERVICE"),
        ({"default-graph-uri": "http://g/"}, "query"),
    ],
)
def test_a_refusal_stands_in_the_page(client: Any, parameters: dict[str, str], words: str) -> None:
    assert words in browse(client, 400, **parameters).texts["strong"][0]


def test_a_busy_service_says_when_to_come_back(client_of: Any) -> None:
    async def busy(_: Query) -> Serialized:
        raise BusyError("混雑", "busy", seconds=9)

    client = client_of(create_app(lambda: Served(FakeStore(busy), RELEASE)))
    response = client.get("/sparql", params={"query": "ASK {}"}, headers={"Accept": BROWSER})
    assert (response.status_code, response.headers["retry-after"]) == (503, "9")
    assert "混雑" in response.text


@pytest.mark.parametrize(
    ("error", "status"),
    [(QueryTimeoutError("遅い", "late"), 504), (EngineError("故障", "broken"), 502)],
)
def test_what_stops_a_query_is_said_on_a_page(client_of: Any, error: Any, status: int) -> None:
    async def fail(_: Query) -> Serialized:
        raise error

    client = client_of(create_app(lambda: Served(FakeStore(fail), RELEASE)))
    browse(client, status, query="ASK {}")


def test_a_format_by_name_wins_over_the_page(client: Any) -> None:
    response = client.get(
        "/sparql", params={"query": "ASK {}", "format": "json"}, headers={"Accept": BROWSER}
    )
    assert response.json() == {"head": {}, "boolean": True}
    assert browse(client, query="ASK {}", format="", timeout="").texts["h2"][0].strip() == "結果"


def test_a_long_query_may_come_by_post(client: Any) -> None:
    response = client.post("/sparql", data={"query": "ASK {}"}, headers={"Accept": BROWSER})
    assert "はい" in response.text


def test_what_a_query_says_stays_text(client: Any) -> None:
    query = "SELECT ('<script>alert(1)</script>' AS ?x) { } # </textarea><script>"
    text = client.get("/sparql", params={"query": query}, headers={"Accept": BROWSER}).text
    assert not INLINE_SCRIPT.search(text)
    assert re.search(r"<td>&lt;script&gt;", text)


@pytest.mark.parametrize(
    ("term", "base", "text", "href"),
    [
        (NamedNode(f"{SHARED}id/fy/2010"), SHARED, "fy:2010", "/id/fy/2010"),
        (NamedNode("https://city.example/id/1/a"), "https://city.example/", "1/a", "/id/1/a"),
        (NamedNode(f"{SHARED}ns#Item"), SHARED, "kei:Item", "/ns#Item"),
        (NamedNode("https://other.example/id/1"), SHARED, "https://other.example/id/1",
         "https://other.example/id/1"),
        (NamedNode(f"{SHARED}id/fy/2010"), None, "fy:2010", f"{SHARED}id/fy/2010"),
        (NamedNode("javascript:alert(1)"), SHARED, "javascript:alert(1)", None),
        (None, SHARED, "", None),
    ],
)  # fmt: skip
def test_a_term_links_to_its_page(
    term: NamedNode | None, base: str | None, text: str, href: str | None
) -> None:
    shown = cell(term, base)
    assert (shown.text, shown.href) == (text, href)


def wide(columns: int) -> str:
    names = " ".join(f"?v{number}" for number in range(columns))
    rows = " ".join(f"({number})" for number in range(1000))
    return f"SELECT {names} {{ VALUES (?v0) {{ {rows} }} }}"


def test_of_a_wide_table_fewer_rows_are_shown(client: Any) -> None:
    page = browse(client, query=wide(200))
    assert page.rows == MAX_CELLS // 200 + 1


def test_a_table_that_is_too_wide_is_not_made(client: Any) -> None:
    response = client.get("/sparql", params={"query": wide(2001)}, headers={"Accept": BROWSER})
    assert response.status_code == 413
    assert "CSV" in response.text
