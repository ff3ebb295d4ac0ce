"""Pages know their reader: Japanese at an address, English at the same under /en."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from keikaku.closed import Bilingual
from keikaku.store.embedded import EmbeddedStore
from keikaku.web.app import create_app
from keikaku.web.reader import Reader, in_japanese, reader
from keikaku.web.rendering import address, page, with_query
from keikaku.web.served import Served

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def client(client_of: Callable[..., Any]) -> Any:
    """A site of two pages: one that tells its reader, one that is made from a template."""
    router = APIRouter(include_in_schema=False)

    @router.get("/here/{name}")
    def here(name: str) -> HTMLResponse:
        found = reader()
        return HTMLResponse(f"{name} {found.language} {found.japanese} {found.english}")

    @router.get("/framed")
    def framed() -> HTMLResponse:
        problem = {"status": 200, "title": "OK", "detail": "よい"}
        return page("problem.html", problem=problem, heading=Bilingual(ja="よい", en="Good"))

    store = EmbeddedStore.in_memory([])
    return client_of(create_app(lambda: Served(store), router))


def test_a_page_is_in_japanese_at_its_address(client: Any) -> None:
    response = client.get("/here/事業者?year=H22")
    assert response.text == (
        "事業者 ja /here/%E4%BA%8B%E6%A5%AD%E8%80%85?year=H22"
        " /en/here/%E4%BA%8B%E6%A5%AD%E8%80%85?year=H22"
    )
    assert response.headers["content-language"] == "ja"


def test_the_same_page_is_in_english_under_en(client: Any) -> None:
    response = client.get("/en/here/事業者?year=H22")
    assert response.text.startswith("事業者 en /here/%E4%BA%8B%E6%A5%AD%E8%80%85?year=H22 ")
    assert response.headers["content-language"] == "en"


def test_every_page_leads_to_itself_in_the_other_language(client: Any) -> None:
    assert 'href="/en/framed" hreflang="en"' in client.get("/framed").text
    english = client.get("/en/framed").text
    assert 'href="/framed" hreflang="ja"' in english
    assert '<html lang="en">' in english


def test_links_stay_in_the_language_of_the_page(client: Any) -> None:
    assert 'href="/en/about"' in client.get("/en/framed").text
    assert 'href="/en' not in client.get("/framed").text.replace('href="/en/framed"', "")


def test_an_unknown_address_is_not_found_in_either_language(client: Any) -> None:
    for path in ("/nothing", "/en/nothing", "/english"):
        assert client.get(path, headers={"Accept": "text/html"}).status_code == 404


def test_no_page_leads_to_a_host_that_its_address_names(client: Any) -> None:
    page = client.get("/en//evil.example/x", headers={"Accept": "text/html"}).text
    assert 'href="//' not in page
    assert 'href="/en/evil.example/x"' in page


def test_a_page_lets_the_browser_fetch_nothing_from_another_host(client: Any) -> None:
    policy = client.get("/framed").headers["content-security-policy"]
    assert policy.startswith("default-src 'self';")
    assert "http" not in policy


@pytest.mark.parametrize(
    ("path", "japanese"),
    [("/en", "/"), ("/en/", "/"), ("/en/items", "/items"), ("/entry", "/entry"), ("/", "/")]
    + [
        (path, path) for path in ("/en/metrics", "/en/readyz", "/en/api/ask", "/en/static/site.css")
    ],
)
def test_the_japanese_address_is_that_without_en(path: str, japanese: str) -> None:
    assert in_japanese(path) == japanese


def test_an_iri_has_an_address_on_this_site() -> None:
    assert address("https://w3id.org/keikaku/id/party/市民") == "/doc/party/%E5%B8%82%E6%B0%91"
    assert address("https://w3id.org/keikaku/ns#Item") == "/ns#Item"
    assert address("https://w3id.org/keikaku/shapes#item-title") == "/shapes#item-title"
    assert address("http://xmlns.com/foaf/0.1/name") == "http://xmlns.com/foaf/0.1/name"


def test_what_is_for_programs_has_one_address_in_both_languages() -> None:
    english = Reader(language="en")
    assert english.href("/items?year=H22") == "/en/items?year=H22"
    assert english.href("/") == "/en/"
    assert english.href("/api/openapi.json") == "/api/openapi.json"
    assert Reader().href("/items") == "/items"


def test_a_query_is_written_into_the_address() -> None:
    assert with_query("/items", party="市民", year="") == "/items?party=%E5%B8%82%E6%B0%91"
