"""What the endpoint's page hands over: CSV for a spreadsheet, code, what the editor proposes."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from codecs import BOM_UTF8
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from pyoxigraph import Literal, NamedNode, Quad

from fake_store import FakeStore
from keikaku.answers.examples import all_examples
from keikaku.names import KEI, PREFIXES, SHARED
from keikaku.store.base import Query, Streamed
from keikaku.store.embedded import EmbeddedStore
from keikaku.web.app import create_app
from keikaku.web.served import Served
from keikaku.web.sparql.copies import copies, declared

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

BROWSER = "text/html,*/*;q=0.8"
RELEASE = "0123456789abcdef"
PARTY = NamedNode(f"{SHARED}id/party/市民")
LABEL = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
CELL = NamedNode(f"{SHARED}id/352039/kyodo/source/1/line/1")
EVIDENCE = NamedNode(f"{SHARED}id/352039/kyodo/evidence/0123456789abcdef")
QUADS = [
    Quad(EVIDENCE, KEI["cell"], CELL, NamedNode("http://g/")),
    Quad(CELL, LABEL, Literal("source.md 1行目", language="ja"), NamedNode("http://g/")),
    Quad(CELL, LABEL, Literal("source.md line 1", language="en"), NamedNode("http://g/")),
    Quad(PARTY, LABEL, Literal("市民", language="ja"), NamedNode("http://g/")),
    Quad(PARTY, LABEL, Literal("citizens", language="en"), NamedNode("http://g/")),
]
QUERY = "SELECT ?thing ?label WHERE { ?thing rdfs:label ?label . FILTER (LANG(?label) = 'ja') }"


@pytest.fixture
def client(client_of: Any) -> Any:
    """A client of an endpoint over a release of one party."""
    store = EmbeddedStore.in_memory(QUADS)
    return client_of(create_app(lambda: Served(store, RELEASE)))


def test_csv_from_a_button_has_a_bom_and_csv_for_programs_has_none(client: Any) -> None:
    asked = {"query": QUERY, "format": "csv"}
    plain = client.get("/sparql", params=asked)
    button = client.get("/sparql", params={**asked, "bom": "1"}, headers={"Accept": BROWSER})
    assert not plain.content.startswith(BOM_UTF8)
    assert button.content == BOM_UTF8 + plain.content
    assert button.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in button.headers["content-disposition"]
    assert client.get("/sparql", params=asked).content == plain.content
    head = client.head("/sparql", params={**asked, "bom": "1"})
    assert (head.status_code, head.content) == (200, b"")


def test_csv_with_a_bom_may_come_in_pieces(client_of: Any) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"x\r\n"
        yield "市民\r\n".encode()

    async def answer(_: Query) -> Streamed:
        return Streamed(pieces(), "text/csv")

    client = client_of(create_app(lambda: Served(FakeStore(answer), RELEASE)))
    response = client.get("/sparql", params={"query": QUERY, "format": "csv", "bom": "1"})
    assert response.content == BOM_UTF8 + "x\r\n市民\r\n".encode()


@pytest.mark.parametrize(
    "wrong", [{"format": "json", "bom": "1"}, {"bom": "1"}, {"format": "csv", "bom": "yes"}]
)
def test_a_bom_goes_with_csv_alone(client: Any, wrong: dict[str, str]) -> None:
    response = client.get("/sparql", params={"query": QUERY, **wrong})
    assert response.status_code == 400
    assert "bom" in response.json()["en"]
    assert "bom" in response.json()["ja"]


def test_a_graph_is_no_csv(client: Any) -> None:
    asked = {"query": "DESCRIBE party:市民", "format": "csv", "bom": "1"}
    assert client.get("/sparql", params=asked).status_code == 406


@pytest.mark.parametrize(("path", "label"), [("/sparql", "市民"), ("/en/sparql", "citizens")])
def test_a_table_names_things_in_the_language_of_the_page(
    client: Any, path: str, label: str
) -> None:
    for _ in range(2):  # whatever is kept of the first must not be in another language
        asked = {"query": "SELECT DISTINCT ?thing { ?thing rdfs:label ?any }"}
        text = client.get(path, params=asked, headers={"Accept": BROWSER}).text
        assert f">{label}</a>" in text
        assert '<span class="note">party:市民</span>' in text


@pytest.mark.parametrize(
    ("path", "label"),
    [("/sparql", "根拠: source.md 1行目"), ("/en/sparql", "Evidence: source.md line 1")],
)
def test_a_table_names_evidence_by_its_cell(client: Any, path: str, label: str) -> None:
    """No label of it is stored."""
    asked = {
        "query": "SELECT ?evidence ?party { ?evidence kei:cell ?c . ?party rdfs:label '市民'@ja }"
    }
    text = client.get(path, params=asked, headers={"Accept": BROWSER}).text
    assert f">{label}</a>" in text
    assert f">{'市民' if path == '/sparql' else 'citizens'}</a>" in text


def test_the_page_is_wholly_in_one_language(client: Any) -> None:
    japanese = client.get("/sparql", headers={"Accept": BROWSER})
    english = client.get("/en/sparql", headers={"Accept": BROWSER})
    assert japanese.headers["etag"] != english.headers["etag"]
    assert (japanese.headers["content-language"], english.headers["content-language"]) == (
        "ja",
        "en",
    )
    assert '<h2 id="examples">例</h2>' in japanese.text
    assert '<h2 id="examples">Examples</h2>' in english.text
    for text in ("SPARQL で問い合わせる", "制限時間", "出典と原文"):
        assert text in japanese.text
        assert text not in english.text
    for example in all_examples():
        assert f">{example.title.en}<" not in japanese.text
        assert f">{example.title.ja}<" not in english.text


def test_the_page_tells_of_the_editor_that_was_not_built(
    client: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setattr("keikaku.web.sparql.editor.BUILT", tmp_path)
    text = client.get("/sparql", headers={"Accept": BROWSER}).text
    assert "make frontend" in text
    assert "built/editor" not in text
    (tmp_path / "editor.js").touch()
    text = client.get("/sparql", headers={"Accept": BROWSER}).text
    assert "make frontend" not in text
    assert '<script type="module" src="/static/built/editor.js">' in text


# The query as code


def test_a_query_declares_the_prefixes_that_it_uses() -> None:
    query = 'SELECT ?x { ?x a kei:Item ; rdfs:label "fy:2008" } # party:行政 <http://e/phase:>'
    assert declared(query) == (
        f"PREFIX kei: <{PREFIXES['kei']}>\nPREFIX rdfs: <{PREFIXES['rdfs']}>\n{query}"
    )
    said = f"prefix kei: <{PREFIXES['kei']}>\nASK {{ ?x a kei:Item }}"
    assert declared(said) == said


HOSTILE = (  # what would break out of the quotes of each language
    "SELECT ?x WHERE { VALUES ?x { \"\"\"a'b\"c\\n)-\"\"\" '''$(id)`id`\\\\''' } } "
    "# )-\" '; echo no"
)


def test_a_query_in_python_is_the_query() -> None:
    for copy in copies(HOSTILE, "http://localhost/sparql")[:2]:
        texts = [
            node.value
            for node in ast.walk(ast.parse(copy.code))
            if isinstance(node, ast.Constant) and "VALUES" in str(node.value)
        ]
        assert [str(text).strip() for text in texts] == [HOSTILE]


def test_a_query_in_a_shell_is_the_query() -> None:
    code = copies(HOSTILE, "http://localhost/sparql")[-1].code
    stranger = f"{sys.executable} -c 'import sys; print(sys.argv)' "
    told = subprocess.run(  # noqa: S603  (what we wrote, with another program in curl's place)
        ["/bin/sh", "-c", code.replace("curl ", stranger, 1)],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    arguments = ast.literal_eval(told)
    assert arguments[arguments.index("--data-urlencode") + 1].strip() == f"query={HOSTILE}"


def test_a_raw_string_in_r_ends_where_the_query_does() -> None:
    code = copies(HOSTILE, "http://localhost/sparql")[2].code
    opening = code.split("(\n", 1)[0]
    dashes = opening.rpartition('"')[2]
    assert code.count(f'){dashes}"') == 1
    assert len(dashes) == 2  # the query has the shorter one in it


def test_the_form_of_a_query_decides_how_it_is_asked() -> None:
    names = {
        form: [copy.name for copy in copies(query, "http://localhost/sparql")]
        for form, query in (
            ("table", "# ASK\nSELECT * {}"),
            ("truth", "prefix e: <http://e/>\nask {}"),
            ("graph", "DESCRIBE kei:Item"),
        )
    }
    assert names["table"] == ["Python (SPARQLWrapper)", "Python (pandas)", "R", "curl"]
    assert names["truth"] == ["Python (SPARQLWrapper)", "curl"]
    assert names["graph"] == ["Python (rdflib)", "curl"]


@pytest.mark.parametrize("name", ["items-by-party-year", "is-there-any", "describe-an-item"])
def test_the_code_runs_as_it_stands(site: str, name: str) -> None:
    query = next(example.query for example in all_examples() if example.name == name)
    found = copies(query, f"{site}/sparql")
    for code in (found[0], found[-1]):
        command = [sys.executable, "-c"] if "Python" in code.name else ["/bin/sh", "-c"]
        done = subprocess.run(  # noqa: S603  (what we wrote)
            [*command, code.code], capture_output=True, text=True, check=True
        )
        said = {"items-by-party-year": "行政の協働相談窓口の設置", "describe-an-item": ""}
        assert said.get(name, "alse") in done.stdout
        assert done.stdout.strip()


# What the editor proposes


def test_the_terms_and_things_of_the_release_are_proposed(site: str) -> None:
    found = httpx.get(f"{site}/sparql/completions.json").raise_for_status().json()
    by_kind = {
        kind: {term["iri"]: (term["ja"], term["en"]) for term in terms}
        for kind, terms in found.items()
    }
    assert by_kind["classes"][f"{SHARED}ns#Item"] == ("推進項目", "item")
    assert f"{SHARED}ns#involves" in by_kind["properties"]
    assert "http://purl.org/dc/terms/identifier" in by_kind["properties"]
    assert by_kind["things"][f"{SHARED}id/party/事業者"] == ("事業者", "businesses")
    assert f"{SHARED}id/fy/2010" in by_kind["things"]
    assert f"{SHARED}id/352039/department/協働推進課" in by_kind["things"]
    assert all(any(labels) for labels in by_kind["classes"].values())


def test_what_is_proposed_may_be_kept_under_the_name_of_its_release(site: str) -> None:
    page = httpx.get(f"{site}/sparql", headers={"Accept": BROWSER}).text
    release = re.findall(r"/releases/([0-9a-f]{16})", page)[0]
    address = f"{site}/sparql/completions.json"
    assert "immutable" in httpx.get(f"{address}?release={release}").headers["cache-control"]
    assert httpx.get(f"{address}?release=other").headers["cache-control"] == "no-cache"
    assert httpx.get(f"{address}?unknown=1").status_code == 400
