"""The list of items as a page and as a REST operation."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import openpyxl
import pytest
from pyoxigraph import RdfFormat, parse

from item_lists import index_of
from keikaku.answers.catalogue import Catalogue
from keikaku.answers.lexicon import Lexicon
from keikaku.answers.service import Answers
from keikaku.names import DCTERMS
from keikaku.settings import Settings
from keikaku.store.embedded import EmbeddedStore
from keikaku.web import items as items_api
from keikaku.web.app import create_app
from keikaku.web.items import items_api_router
from keikaku.web.pages.items import items_router
from keikaku.web.parts import SiteParts
from keikaku.web.served import Served

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI
    from pyoxigraph import Quad

    from keikaku.release.shelf import Shelf
    from keikaku.web.current import CurrentAnswers

SHEETS = tomllib.loads(
    (Path(__file__).resolve().parent.parent / "expected" / "items.toml").read_text(encoding="utf-8")
)["item"]
HEART = urlencode({"party": "事業者", "year": "H22"})


class _Always:
    """The current answers of a release that never changes."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    def current(self) -> Answers:
        return self._answers


@pytest.fixture(scope="module")
def app(plan_quads: frozenset[Quad], tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """An application that has nothing but the list of items."""
    store = EmbeddedStore.in_memory(plan_quads)
    index = index_of(plan_quads, tmp_path_factory.mktemp("items"))
    answers = Answers(store, Catalogue.load(), Lexicon.read(store), "0123456789abcdef", index)
    site = SiteParts(cast("CurrentAnswers", _Always(answers)), cast("Shelf", None), "", Settings())
    return create_app(lambda: Served(store), items_router(site), items_api_router(site))


@pytest.fixture
def client(app: FastAPI, client_of: Callable[[Any], Any]) -> Any:
    """A client of it."""
    return client_of(app)


class _Page(HTMLParser):
    """The tags of a page, and the texts of the cells that hold numbers."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.numbers: list[str] = []
        self._number = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "td":
            self._number = "number" in (dict(attrs).get("class") or "")
            if self._number:
                self.numbers.append("")

    def handle_endtag(self, tag: str) -> None:
        self._number = self._number and tag != "td"

    def handle_data(self, data: str) -> None:
        if self._number:
            self.numbers[-1] += data

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        """The attributes of the tags that have these."""
        named = {name.rstrip("_"): value for name, value in wanted.items()}
        return [said for name, said in self.tags if name == tag and named.items() <= said.items()]


def read(client: Any, address: str) -> _Page:
    response = client.get(address)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    return _Page(response.text)


def test_the_page_lists_the_items_of_the_document_in_its_order(client: Any) -> None:
    page = read(client, "/items?per=200")
    assert page.numbers == [sheet["number"] for sheet in SHEETS]


def test_a_form_without_any_choice_asks_for_everything(client: Any) -> None:
    page = read(client, "/items?q=&sort=plan&order=asc&per=50")
    assert len(page.numbers) == 50


def test_the_page_of_businesses_in_h22_lists_eleven_items(client: Any) -> None:
    page = read(client, f"/items?{HEART}")
    assert len(page.numbers) == 11
    checked = page.all("input", type="checkbox", checked=None)  # type: ignore[arg-type]
    assert {(box["name"], box["value"]) for box in checked} == {
        ("party", "事業者"),
        ("year", "H22"),
    }


def test_every_facet_has_a_box_with_a_count_for_each_choice(client: Any) -> None:
    names = {box["name"] for box in read(client, "/items").all("input", type="checkbox")}
    assert names == {
        "policy", "measure", "department", "party", "actor", "target", "year", "phase", "note",
        "relisted", "discrepancy",
    }  # fmt: skip  # one city and one plan leave nothing to choose


def test_a_chosen_condition_can_be_taken_away(client: Any) -> None:
    tags = read(client, f"/items?{HEART}&sort=title").all("a", class_="tag")
    left = [parse_qs(urlsplit(tag["href"] or "").query) for tag in tags]
    assert {"party": ["事業者"], "sort": ["title"]} in left
    assert {"year": ["H22"], "sort": ["title"]} in left


def test_hits_are_marked_in_title_and_snippet(client: Any) -> None:
    text = client.get("/items", params={"q": "ｺﾐｭﾆﾃｨ"}).text
    assert "<mark>コミュニティ</mark>活動保険" in text
    assert text.count('class="snippet"') > 3


def test_what_was_searched_for_is_shown_as_text(client: Any) -> None:
    text = client.get("/items", params={"q": '<script>"&'}).text
    assert "<script>&#34;" not in text
    assert 'value="&lt;script&gt;&#34;&amp;"' in text


def test_pages_link_to_each_other_and_keep_the_conditions(client: Any) -> None:
    page = read(client, "/items?per=20&page=2&department=協働推進課")
    for rel, number in (("prev", None), ("next", ["3"])):
        heads = page.all("link", rel=rel)
        links = page.all("a", rel=rel)
        assert [said["href"] for said in heads] == [said["href"] for said in links]
        [link] = links
        query = parse_qs(urlsplit(link["href"] or "").query)
        assert query.get("page") == number
        assert query["department"] == ["協働推進課"]
        assert query["per"] == ["20"]


def test_an_empty_list_offers_lists_with_fewer_conditions(client: Any) -> None:
    response = client.get("/items", params={"policy": "II", "measure": "I-(1)"})
    assert response.status_code == 200
    assert "この条件に合う項目はありません" in response.text
    assert "「推進方針" in response.text


def test_the_english_page_is_english_and_links_to_english_pages(client: Any) -> None:
    page = read(client, f"/en/items?{HEART}")
    assert page.all("html", lang="en")
    links = [said.get("href") or "" for tag, said in page.tags if tag == "a"]
    lists = [link for link in links if "/items?" in link and not link.startswith("/api")]
    assert lists
    # the one list that is not English is the link to this page in Japanese
    assert [link for link in lists if not link.startswith("/en/")] == [f"/items?{HEART}"]


def test_the_downloads_are_the_whole_list_and_the_sparql_is_offered(client: Any) -> None:
    page = read(client, f"/items?{HEART}&per=5")
    links = [said.get("href") or "" for tag, said in page.tags if tag == "a"]
    taken = [link for link in links if link.startswith("/api/items?")]
    assert len(taken) == 4
    for link in taken:
        assert dict(parse_qsl(urlsplit(link).query))["party"] == "事業者"
        assert client.get(link).status_code == 200
    [sparql] = [link for link in links if link.startswith("/sparql?query=")]
    assert "kei:involves party:事業者" in parse_qs(urlsplit(sparql).query)["query"][0]


@pytest.mark.parametrize("path", ["/items", "/en/items", "/api/items"])
def test_what_is_not_known_is_refused_with_what_there_is(client: Any, path: str) -> None:
    response = client.get(
        path, params={"department": "宇宙課"}, headers={"Accept": "text/html, */*;q=0.8"}
    )
    assert response.status_code == 400
    assert "協働推進課" in response.text
    response = client.get(path, params={"colour": "red"})
    assert response.status_code == 400
    assert response.json()["status"] == 400
    assert "department" in response.json()["detail"]


@pytest.mark.parametrize("query", ["%ff=1", "q=%ff", "q=%00", "&".join(["year=H22"] * 400)])
def test_what_is_no_text_or_too_much_is_a_bad_request(client: Any, query: str) -> None:
    for path in ("/items", "/api/items"):
        assert client.get(f"{path}?{query}").status_code == 400


def test_the_list_as_json_has_items_counts_and_its_sparql(client: Any) -> None:
    response = client.get(f"/api/items?{HEART}")
    assert response.headers["content-type"] == "application/json"
    assert response.headers["access-control-allow-origin"] == "*"
    made = response.json()
    assert made["total"] == len(made["items"]) == 11
    assert made["page"] is None
    assert made["items"][0]["number"] == "I-(4)-③"
    assert made["items"][0]["schedule"][0]["code"].startswith("H2")
    assert [one["value"] for one in made["conditions"]] == ["事業者", "H22"]
    assert made["release"] == "0123456789abcdef"
    [years] = [facet for facet in made["facets"] if facet["parameter"] == "year"]
    assert [value["value"] for value in years["values"] if value["chosen"]] == ["H22"]


def test_a_page_is_given_where_page_or_per_is_asked_for(client: Any) -> None:
    made = client.get("/api/items?per=10&page=2").json()
    assert (made["total"], made["page"], made["per"], made["pages"]) == (52, 2, 10, 6)
    assert [item["number"] for item in made["items"]] == [s["number"] for s in SHEETS[10:20]]
    assert client.get("/api/items?per=10&page=7").status_code == 400


@pytest.mark.parametrize("path", ["/api/items?format=csv&{}", "/api/items?format=csv&bom=1&{}"])
def test_the_list_as_csv_has_a_mark_for_spreadsheets_only_where_it_is_asked_for(
    client: Any, path: str
) -> None:
    body = client.get(path.format(HEART)).content
    assert body.startswith(b"\xef\xbb\xbf") == ("bom=1" in path)
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    assert len(rows) == 11
    assert rows[0]["番号"] == "I-(4)-③"
    assert rows[0]["全国地方公共団体コード"] == "352039"


def test_the_list_as_a_spreadsheet_opens(client: Any) -> None:
    response = client.get(f"/api/items?format=xlsx&{HEART}")
    assert "items.xlsx" in response.headers["content-disposition"]
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).worksheets[0]
    assert [cell.value for cell in next(iter(sheet.rows))][:2] == ["全国地方公共団体コード", "ID"]
    assert sheet.max_row == 12


def test_the_list_as_turtle_names_its_items(client: Any) -> None:
    response = client.get(f"/api/items?{HEART}", headers={"Accept": "text/turtle"})
    assert response.headers["content-type"] == "text/turtle; charset=utf-8"
    triples = parse(response.content, format=RdfFormat.TURTLE)
    named = [triple for triple in triples if triple.predicate == DCTERMS["identifier"]]
    assert len(named) == 11


@pytest.mark.parametrize(
    ("query", "accept", "status"),
    [
        ("format=pdf", "*/*", 400),
        ("bom=2", "*/*", 400),
        ("format=csv&format=json", "*/*", 400),
        ("", "image/png", 406),
        ("", "text/csv;q=0.5, application/json;q=0.1", 200),
    ],
)
def test_formats_are_those_there_are(client: Any, query: str, accept: str, status: int) -> None:
    assert client.get(f"/api/items?{query}", headers={"Accept": accept}).status_code == status


def test_a_list_too_long_to_be_given_whole_is_refused_and_offered_by_the_page(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keikaku.answers.items.listing.MOST_WHOLE", 10)
    monkeypatch.setattr("keikaku.web.pages.items.MOST_WHOLE", 10)
    response = client.get("/api/items?format=csv")
    assert response.status_code == 413
    assert "52" in response.json()["detail"]
    assert client.get("/api/items?format=csv&page=1").status_code == 200
    assert "/api/items" not in re.sub(r"<footer.*", "", client.get("/items").text, flags=re.DOTALL)


def test_who_waits_too_long_for_others_is_told_to_come_again(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(items_api, "_PATIENCE", 0.01)
    monkeypatch.setattr(items_api, "_writing", items_api.BoundedSemaphore(1))
    with items_api._writing:
        response = client.get("/api/items?format=csv")
    assert response.status_code == 503
    assert int(response.headers["retry-after"]) > 0


def test_the_operation_describes_its_parameters(client: Any) -> None:
    described = client.get("/api/openapi.json").json()["paths"]["/api/items"]["get"]
    names = [parameter["name"] for parameter in described["parameters"]]
    assert names[:3] == ["municipality", "plan", "policy"]
    assert {"q", "sort", "order", "page", "per", "format", "bom"} <= set(names)
    assert set(described["responses"]["200"]["content"]) == {
        "application/json", "text/csv", "text/turtle",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }  # fmt: skip


def test_head_is_answered_without_a_body(client: Any) -> None:
    response = client.head(f"/api/items?{HEART}")
    assert response.status_code == 200
    assert response.content == b""
