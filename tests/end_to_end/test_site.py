from __future__ import annotations

import hashlib
import json
import re
import time
from typing import TYPE_CHECKING

import httpx
import pytest
import rdflib

from desk import Desk, served
from keikaku.web.sparql.copies import copies

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("site")

ITEM = "/id/352039/kyodo/item/3-2-1"


def test_an_iri_names_a_thing_and_leads_to_its_document(site: str) -> None:
    answer = httpx.get(site + ITEM)
    assert answer.status_code == httpx.codes.SEE_OTHER
    assert answer.headers["location"] == "/doc/352039/kyodo/item/3-2-1"
    page = httpx.get(site + ITEM, headers={"Accept": "text/html"}, follow_redirects=True)
    assert page.headers["content-type"].startswith("text/html")
    assert "市民活動支援センターの機能充実" in page.text
    assert "552行目" in page.text


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's own JSON-LD reader
@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/turtle", "turtle"),
        ("application/n-triples", "nt"),
        ("application/rdf+xml", "xml"),
        ("application/ld+json", "json-ld"),
    ],
)
def test_a_document_comes_in_the_form_that_is_asked_for(accept: str, kind: str, site: str) -> None:
    answer = httpx.get(site + ITEM, headers={"Accept": accept}, follow_redirects=True)
    assert answer.headers["content-type"].split(";")[0] == accept
    assert "Accept" in answer.headers["vary"]
    graph = rdflib.Graph().parse(data=answer.content, format=kind)
    item = rdflib.URIRef("https://w3id.org/keikaku/id/352039/kyodo/item/3-2-1")
    assert rdflib.Literal("III-(2)-①") in set(graph.objects(item, rdflib.DCTERMS.identifier))


def test_japanese_iris_dereference_raw_and_encoded(site: str) -> None:
    for path in ("/doc/party/事業者", "/doc/party/%E4%BA%8B%E6%A5%AD%E8%80%85"):
        assert "事業者" in httpx.get(site + path, headers={"Accept": "text/html"}).text


def test_what_is_not_known_is_404_in_every_form(site: str) -> None:
    for accept in ("text/html", "text/turtle", "application/json"):
        answer = httpx.get(f"{site}/doc/352039/kyodo/item/9-9-9", headers={"Accept": accept})
        assert answer.status_code == httpx.codes.NOT_FOUND


def test_every_question_has_a_page_with_its_example_answered(site: str) -> None:
    listed = httpx.get(f"{site}/api/questions").json()["questions"]
    assert len(listed) >= 11
    for question in listed:
        page = httpx.get(f"{site}/questions/{question['name']}")
        assert page.status_code == httpx.codes.OK, question["name"]
        assert question["title"]["ja"] in page.text


def test_no_link_of_the_first_page_is_broken_and_none_leads_away(site: str) -> None:
    page = httpx.get(site).text
    links = set(re.findall(r'(?:href|src|action)="([^"#]+)', page))
    assert len(links) > 60
    for link in links:
        assert link.startswith("/"), link
        answer = httpx.get(site + link, follow_redirects=True, headers={"Accept": "text/html,*/*"})
        assert answer.status_code == httpx.codes.OK, link


def test_a_download_is_what_the_manifest_says(site: str, desk: Desk) -> None:
    current = desk.run("releases").stdout.split()[1]
    manifest = httpx.get(f"{site}/releases/{current}/manifest.json").json()
    kept = desk.folder / "releases" / current / "manifest.json"
    assert manifest == json.loads(kept.read_text(encoding="utf-8"))
    for name, said in manifest["files"].items():
        body = httpx.get(f"{site}/releases/{current}/{name}").content
        assert hashlib.sha256(body).hexdigest() == said["sha256"], name


@pytest.mark.parametrize(
    "path", ["../index.jsonl", "%2e%2e/current", "names.sqlite", "store/CURRENT"]
)
def test_nothing_but_the_files_of_the_manifest_can_be_fetched(
    path: str, site: str, desk: Desk
) -> None:
    current = desk.run("releases").stdout.split()[1]
    answer = httpx.get(f"{site}/releases/{current}/{path}", follow_redirects=True)
    assert answer.status_code == httpx.codes.NOT_FOUND


def test_a_sentence_that_is_not_understood_is_a_400_with_a_way_on(site: str) -> None:
    page = httpx.get(f"{site}/ask", params={"q": "今日の天気は"})
    assert page.status_code == httpx.codes.BAD_REQUEST
    assert "近い質問" in page.text


def test_markup_in_a_question_stays_text(site: str) -> None:
    page = httpx.get(site, params={"q": "<script>alert(1)</script>"})
    assert "<script>alert(1)" not in page.text


def test_a_new_release_is_taken_up_without_a_restart(site: str, desk: Desk) -> None:
    current = desk.run("releases").stdout.split()[1]
    wait_until(site, current)
    other = desk.run("build", "--base", "https://data.example.jp/")
    try:
        new = desk.run("releases").stdout.split()
        [name] = [word for word in new if word in other.stdout and word != current]
        wait_until(site, name)
    finally:
        desk.run("releases", "--use", current)
    wait_until(site, current)


def test_a_site_under_a_base_of_its_own_answers_at_the_path_of_its_iris(tmp_path: Path) -> None:
    """The release knows its base; the server needs no setting, and takes any host's name."""
    own = Desk(tmp_path)
    own.run("build", "--base", "https://data.example.jp/open/keikaku/")
    with served(own) as site:
        for path in ("/open/keikaku/id/352039/kyodo/item/1-4-3", "/id/352039/kyodo/item/1-4-3"):
            answer = httpx.get(
                site + path, headers={"Accept": "text/turtle"}, follow_redirects=True
            )
            assert answer.status_code == httpx.codes.OK, path
            assert (
                "<https://data.example.jp/open/keikaku/id/352039/kyodo/item/1-4-3>" in answer.text
            )
        shared = httpx.get(f"{site}/id/party/事業者", follow_redirects=True)
        assert shared.status_code == httpx.codes.OK
        query = (
            "SELECT ?n { ?i kei:involves party:事業者 ; kei:activeIn fy:2010 ;"
            " dcterms:identifier ?n }"
        )
        rows = httpx.get(f"{site}/sparql", params={"query": query, "format": "csv"}).text
        assert len(rows.splitlines()) == 12


@pytest.mark.parametrize("path", ["/", "/doc/party/事業者", "/questions/item-counts", "/ns"])
def test_what_can_be_got_has_a_head(path: str, site: str) -> None:
    answer = httpx.head(site + path)
    assert answer.status_code == httpx.codes.OK
    assert answer.content == b""


def test_a_blank_field_of_a_form_is_left_out(site: str) -> None:
    page = httpx.get(f"{site}/questions/discrepancies-of-kind", params={"kind": "", "plan": ""})
    assert ">46 件<" in page.text


@pytest.mark.parametrize(
    ("path", "term"), [("/ns", "ns#involves"), ("/shapes", "shapes#"), ("/catalog", "dcat#Catalog")]
)
def test_vocabulary_shapes_and_catalogue_are_documents(path: str, term: str, site: str) -> None:
    answer = httpx.get(site + path, headers={"Accept": "application/n-triples"})
    assert answer.headers["content-type"].startswith("application/n-triples")
    assert term in answer.text


def test_openapi_is_whole(site: str) -> None:
    document = httpx.get(f"{site}/api/openapi.json").json()
    assert "/api/questions/items-by-party-year" in document["paths"]
    for reference in re.findall(r"#/components/schemas/(\w+)", json.dumps(document)):
        assert reference in document["components"]["schemas"]


def wait_until(site: str, release: str) -> None:
    for _ in range(300):
        if httpx.get(f"{site}/api/questions").json()["release"] == release:
            return
        time.sleep(0.1)
    pytest.fail(f"{release} was not taken up")


@pytest.mark.parametrize(
    "path",
    [
        "/releases?page=000000001" + "9" * 4400,
        "/releases?page=2",
        "/discrepancies?page=0000015",
        "/discrepancies?page=99",
        "/plans?page=99",
        "/plans?foo=1",
        "/about?x=1",
        "/?q=%ED%A0%80",
        "/?q=a&q=b",
        "/doc/352039/kyodo/source/1?page=99",
        "/doc/352039/kyodo/source/1?other=1",
        "/diff?a=1&other=1",
    ],
)
def test_a_parameter_that_means_nothing_is_a_bad_request(path: str, site: str) -> None:
    answer = httpx.get(site + path)
    assert answer.status_code == httpx.codes.BAD_REQUEST, answer.text[:200]


@pytest.mark.parametrize(
    "path",
    ["/sitemap-000000001999.xml", "/en/metrics", "/en/readyz"],
)
def test_what_is_not_there_is_not_found(path: str, site: str) -> None:
    assert httpx.get(site + path).status_code == httpx.codes.NOT_FOUND


def test_head_has_the_etag_of_get(site: str) -> None:
    for path in ("/api/items?per=10", "/api/items?per=20", "/api/questions", "/items", "/ns.ttl"):
        got, head = httpx.get(site + path), httpx.head(site + path)
        assert head.headers["etag"] == got.headers["etag"], path
        assert head.content == b""
        again = httpx.get(site + path, headers={"If-None-Match": got.headers["etag"]})
        assert again.status_code == httpx.codes.NOT_MODIFIED


def test_a_redirect_stays_in_the_language_of_the_page(site: str) -> None:
    for path in ("/en/releases/latest", "/en/id/fy/2010"):
        assert httpx.get(site + path).headers["location"].startswith("/en/")


def test_many_empty_lines_before_a_query_cost_no_more_than_others(site: str) -> None:
    """A pattern that could begin at each of them took seconds, in the event loop."""
    query = "\n" * 19_000 + "ASK {}"
    answer = httpx.post(
        f"{site}/sparql", data={"query": query, "edit": "1"}, headers={"Accept": "text/html"}
    )
    assert answer.status_code == httpx.codes.OK
    assert copies("\n" * 250_000 + "ASK {}", "http://here/sparql")[0].name.startswith("Python")


def test_a_page_of_results_is_bounded(site: str) -> None:
    """Each row has a text of 40,960 characters: 700 of them are not all shown, nor whole."""
    doubled = "?t"
    for _ in range(12):
        doubled = f"CONCAT({doubled}, {doubled})" if len(doubled) < 4000 else doubled
    rows = " ".join(f'"{number:010}"' for number in range(700))
    query = f"SELECT ({doubled} AS ?x) WHERE {{ VALUES ?t {{ {rows} }} }}"
    answer = httpx.post(
        f"{site}/sparql", data={"query": query}, headers={"Accept": "text/html"}, timeout=60
    )
    assert answer.status_code == httpx.codes.OK
    assert len(answer.content) < 3_000_000
