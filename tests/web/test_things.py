"""The pages of things as people read them: the plan's words, its sources, both languages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from fastapi import APIRouter, Response
from lxml import html

from keikaku.answers.describe import describe
from keikaku.answers.lexicon import Lexicon
from keikaku.assets import shipped
from keikaku.names import SHARED
from keikaku.store.embedded import EmbeddedStore
from keikaku.web.app import create_app
from keikaku.web.pages.plans import plans_router
from keikaku.web.pages.source import source_router
from keikaku.web.pages.things import page_of
from keikaku.web.served import Served

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyoxigraph import Quad

    from keikaku.answers.describe import Description

PLAN = "/doc/352039/kyodo"
SOURCE = f"{SHARED}id/352039/kyodo/source/1"
LINES = (shipped("plans") / "352039-kyodo" / "source.md").read_text(encoding="utf-8").split("\n")

PAGES = (
    "/plans",
    "/overview",
    PLAN,
    f"{PLAN}/policy/1",
    f"{PLAN}/measure/1-4",
    f"{PLAN}/item/1-4-3",
    f"{PLAN}/item/5-1-2",
    f"{PLAN}/item/3-2-1",
    f"{PLAN}/item/1-4-3/2010",
    f"{PLAN}/overview/1-4",
    f"{PLAN}/overview/1-4-3",
    f"{PLAN}/source/1",
    f"{PLAN}/source/2",
    f"{PLAN}/source/1/cell/18-5-2",
    f"{PLAN}/source/1/cell/1-1-1",
    f"{PLAN}/source/1/line/94",
    f"{PLAN}/source/2/line/10",
    "/doc/352039",
    "/doc/352039/department/協働推進課",
    "/doc/352039/department/関係課",
    "/doc/352039/party/中間支援組織",
    "/doc/party/行政",
    "/doc/phase/検討",
    "/doc/fy/2010",
    "/doc/fy/1990",
    "/doc/area/35203-20051001",
    "/doc/area/35203-20100116",
    f"/compare?left={SOURCE}/cell/2-8-10&right={SOURCE}/cell/36-5-2",
    f"/compare?left={SOURCE}/cell/1-23-1&right={SOURCE}/line/94",
)


@dataclass(frozen=True)
class _Answers:
    """What the pages ask of the answers of a release."""

    store: EmbeddedStore
    lexicon: Lexicon
    release: str = "a-release"

    def describe(self, iri: str) -> Description | None:
        return describe(self.store, iri)

    def current(self) -> _Answers:
        return self


@dataclass(frozen=True)
class _Site:
    answers: _Answers
    base: str = SHARED


@pytest.fixture(scope="module")
def app(plan_quads: frozenset[Quad]) -> Any:
    """A site of the pages of things over the plan of Yamaguchi City."""
    store = EmbeddedStore.in_memory(plan_quads)
    site: Any = _Site(_Answers(store, Lexicon.read(store)))
    router = APIRouter(include_in_schema=False)

    @router.get("/doc/{path:path}")
    def document(path: str) -> Response:
        description = describe(store, f"{SHARED}id/{path}")
        shown = page_of(site, description) if description else None
        return shown or Response("generic", 404)

    return create_app(lambda: Served(store), router, plans_router(site), source_router(site))


@pytest.fixture
def read(app: Any, client_of: Callable[..., Any]) -> Callable[[str], html.HtmlElement]:
    """Return what reads a page."""

    def page(path: str) -> html.HtmlElement:
        response = client_of(app).get(path, headers={"Accept": "text/html"})
        assert response.status_code == 200, response.text[-500:]
        return html.fromstring(response.text)

    return page


def text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def fields(page: html.HtmlElement) -> dict[str, str]:
    """The rows of an item's sheet as text, without the words that only a screen reader says."""
    found = {}
    for row in page.xpath('//table[@class="sheet"]//tr'):
        for unseen in row.xpath('.//a[@class="source"]'):
            unseen.drop_tree()
        found[text(row.find("th"))] = text(row.find("td"))
    return found


def printed(line: int) -> list[str]:
    return [part.strip() for part in LINES[line - 1].strip().strip("|").split("|")]


def test_an_item_is_shown_as_its_sheet_says(read: Any) -> None:
    page = read(f"{PLAN}/item/1-4-3")
    said = fields(page)
    assert said["整理番号"] == "I - (4) - ③"
    assert said["推進項目"] == "行政の協働相談窓口の設置"
    assert said["担当課"] == "協働推進課"
    assert said["実施主体"] == "行政"
    assert said["推進項目対象"] == "地域コミュニティ、市民活動団体、事業者、教育機関、行政"
    for name, line in (("目的", 305), ("現状と課題", 306), ("推進内容", 307), ("完了の目安", 308)):
        assert [name, said[name]] == printed(line)[:2]


def test_a_city_shows_its_codes_and_where_it_comes_from(read: Any) -> None:
    page = read("/doc/352039")
    facts = [text(value) for value in page.xpath('//dl[@class="pairs"]/dd')]
    assert facts == ["352039", "やまぐちし", "山口県", "2000020352039"]
    rows = [[text(cell) for cell in row] for row in page.xpath('//main//tr[td[@class="no"]]')]
    merged = "阿東町(35504)が山口市(35203)に編入"
    assert ["35504", "阿東町", "1970年4月1日", "2010年1月15日", merged] in rows
    assert ["35203", "山口市", "2005年10月1日", "2010年1月15日", merged] in rows
    assert ["35203", "山口市", "2010年1月16日", "現在", ""] in rows


def test_an_area_shows_its_first_and_its_last_day(read: Any) -> None:
    said = text(read("/doc/area/35203-20051001").xpath("//main")[0])
    assert "2005年10月1日 から 2010年1月15日 まで" in said
    assert "C35203-20051001" in said


def test_a_schedule_is_a_table_by_year_with_words_as_written(read: Any) -> None:
    rows = read(f"{PLAN}/item/1-4-3").xpath('//table[@class="years"]/tbody/tr')
    assert [text(row.xpath('.//*[@class="printed"]')[0]) for row in rows] == printed(310)[1:]
    assert [text(row.find("th")) for row in rows] == [f"平成{year}年度" for year in range(20, 25)]
    assert "前の年度から引き続く" in text(rows[2])
    assert "前の年度から引き続く" not in text(rows[1])


def test_a_year_without_an_entry_is_shown_as_blank(read: Any) -> None:
    rows = read(f"{PLAN}/item/1-3-3").xpath('//table[@class="years"]/tbody/tr')
    assert ["空欄" in text(row) for row in rows] == [True, False, False, True, True]


def test_relisting_is_told_from_both_ends(read: Any) -> None:
    again = read(f"{PLAN}/item/5-1-2")
    assert "再掲元" in text(again.xpath('//dl[@class="pairs"]')[0])
    assert again.xpath(f'//dd/a[@href="{PLAN}/item/1-4-3"]')
    first = read(f"{PLAN}/item/1-4-3")
    assert "再掲先" in text(first.xpath('//dl[@class="pairs"]')[0])
    assert first.xpath(f'//dd/a[@href="{PLAN}/item/5-1-2"]')
    assert "【再掲】" in fields(again)["推進項目"]


def test_an_item_leads_to_its_plan_policy_and_measure_and_to_its_neighbours(read: Any) -> None:
    page = read(f"{PLAN}/item/1-4-3")
    way = page.xpath('//nav[contains(@class, "crumbs")]//a/@href')
    assert way == ["/", PLAN, f"{PLAN}/policy/1", f"{PLAN}/measure/1-4"]
    assert page.xpath('//a[@rel="prev"]/@href') == [f"{PLAN}/item/1-4-2"]
    assert page.xpath('//a[@rel="next"]/@href') == [f"{PLAN}/item/2-1-1"]


def test_beside_every_field_of_a_sheet_a_mark_opens_its_cell(read: Any) -> None:
    rows = read(f"{PLAN}/item/1-4-3").xpath('//table[@class="sheet"]//tr')
    marks = [row.xpath('.//a[@class="source"]/@href') for row in rows]
    cells = ["2-2", "3-2", "3-6", "4-2", "5-2", "6-2", "7-2", "8-2", "9-2"]
    assert marks == [[f"{PLAN}/source/1/cell/18-{cell}"] for cell in cells]


def test_a_cell_is_shown_in_the_table_of_the_document_at_its_line(read: Any) -> None:
    page = read(f"{PLAN}/source/1/cell/18-5-2")
    assert text(page.find(".//h1")) == "表18 5行目 2列目、原文 304 行目"
    marked = page.xpath('//td[@id="cell"]/mark')
    assert [text(cell) for cell in marked] == [" ".join(printed(304)[1].split())]
    for row in page.xpath('//div[contains(@class, "source-table")]//tbody/tr')[1:]:
        for unseen in row.xpath('.//*[@class="unseen"]'):
            unseen.drop_tree()
        line = int(text(row.find("th")))
        expected = [" ".join(each.split()) for each in printed(line)]
        assert [text(cell) for cell in row.findall("td")] == expected


def test_a_cell_leads_to_what_it_says_and_to_a_report(read: Any) -> None:
    page = read(f"{PLAN}/source/1/cell/18-5-2")
    rows = page.xpath('//table[@class="statements"]/tbody/tr')
    assert [text(row.findall("td")[2]) for row in rows] == [
        "地域コミュニティ",
        "市民活動団体",
        "事業者",
        "教育機関",
        "行政",
    ]
    iri = quote(f"{SOURCE}/cell/18-5-2", safe="")
    assert page.xpath(f'//a[@href="/report?iri={iri}&cell={iri}"]')


def test_an_empty_cell_of_the_header_row_is_no_heading(read: Any) -> None:
    page = read(f"{PLAN}/source/1/cell/18-5-2")
    head = page.xpath('//div[contains(@class, "source-table")]//tr[@class="head"]')[0]
    assert {cell.get("class") for cell in head.findall("td")} == {"blank"}


def test_the_two_cells_of_a_discrepancy_stand_side_by_side(read: Any) -> None:
    page = read(f"/compare?left={SOURCE}/cell/2-8-10&right={SOURCE}/cell/36-5-2")
    left, right = page.xpath('//div[@class="compare"]/section')
    assert text(left.xpath('.//td[@id="left"]/mark')[0]) == printed(62)[9] == "□"
    assert text(right.xpath('.//td[@id="right"]/mark')[0]) == printed(554)[1]
    assert "違います" in text(page.find(".//main"))


def test_what_is_no_place_cannot_be_compared(app: Any, client_of: Callable[..., Any]) -> None:
    client = client_of(app)
    good = f"{SOURCE}/cell/2-8-10"
    unknown = client.get("/compare", params={"left": good, "right": f"{SOURCE}/cell/999-1-1"})
    assert unknown.status_code == 404
    item = client.get("/compare", params={"left": good, "right": f"{SHARED}id/352039"})
    assert item.status_code == 404
    no_iri = client.get("/compare", params={"left": good, "right": 'x"> ?s'})
    assert no_iri.status_code == 400
    assert client.get("/compare", params={"left": good}).status_code == 400
    assert client.get("/compare", params={"left": good, "right": "x" * 501}).status_code == 400


def test_a_page_that_is_none_is_refused(app: Any, client_of: Callable[..., Any]) -> None:
    client = client_of(app)
    for query in ("page=0", "page=x", "page=99999999"):
        assert client.get(f"/plans?{query}").status_code == 400
    for query in ("page=0", "page=x", "page=１"):
        assert client.get(f"{PLAN}/source/1?{query}").status_code == 400
    assert client.get("/overview?plan=nothing").status_code == 400


def test_a_plan_shows_every_item_with_its_schedule_and_the_age_of_its_contact(read: Any) -> None:
    page = read(PLAN)
    items = page.xpath('//table[@class="plan"]//th[@class="item"]/a[not(@class)]/@href')
    assert len(items) == len(set(items)) == 52
    assert "文書が作られた当時のもの" in text(page.find(".//main"))
    assert "083-934-2965" in text(page.find(".//main"))
    row = page.xpath(f'//a[@href="{PLAN}/item/1-2-2"]/ancestor::tr')[0]
    words = [
        text(cell.xpath('.//span[@lang="ja"]')[0])
        for cell in row.xpath('td[contains(@class, "when")]')
    ]
    assert words == ["実施", "→", "→", "見直し・実施", "実施"]


def test_counts_of_a_party_lead_to_the_list_of_items(read: Any) -> None:
    page = read("/doc/party/事業者")
    row = page.xpath('//table[@class="counts"]/tbody/tr')[2]
    assert text(row.find("th")) == "平成22年度"
    found = [(text(link), link.get("href")) for link in row.findall("td/a")]
    name = quote("事業者")
    assert found == [
        ("4", f"/items?actor={name}&year=H22"),
        ("11", f"/items?target={name}&year=H22"),
        ("11", f"/items?party={name}&year=H22"),
    ]


def test_a_measure_and_a_plan_lead_to_their_items_in_the_list(read: Any) -> None:
    measure = read(f"{PLAN}/measure/1-4").xpath('//main//a[starts-with(@href, "/items")]/@href')
    assert set(measure) == {"/items?measure=I-%284%29"}
    plan = read(PLAN).xpath('//main//a[starts-with(@href, "/items")]/@href')
    assert set(plan) >= {"/items?plan=352039%2Fkyodo"}


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["", "/en"])
def test_no_page_shows_an_iri_where_there_is_a_label(read: Any, path: str, language: str) -> None:
    page = read(language + path)
    for link in page.xpath("//a"):
        shown = text(link)
        assert shown or link.get("aria-label"), html.tostring(link)
        assert "://" not in shown
        assert not re.search(r"\.(ttl|jsonld|rdf|nt)$", shown)
    assert not [name for name in page.xpath("//th | //dt | //h1 | //h2") if "://" in text(name)]


@pytest.mark.parametrize("path", PAGES)
def test_an_english_page_leads_to_english_pages(read: Any, path: str) -> None:
    page = read(f"/en{path}")
    foreign = ("/static/", "/api/", "/releases/", "#")
    for link in page.xpath("//main//a[not(@rel='external')]/@href"):
        suffix = re.search(r"\.(ttl|jsonld|rdf|nt)$", link)
        assert suffix or link.startswith(("/en/", *foreign)), link


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_one_heading_of_the_first_level_and_no_id_twice(read: Any, path: str) -> None:
    page = read(path)
    assert len(page.xpath("//h1")) == 1
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    levels = [int(heading.tag[1]) for heading in page.xpath("//h1 | //h2 | //h3 | //h4")]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert not page.xpath("//table[not(caption)]")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_bounded(app: Any, client_of: Callable[..., Any], path: str) -> None:
    response = client_of(app).get(path, headers={"Accept": "text/html"})
    assert len(response.content) < 300_000
    assert response.text.count("<a ") <= 550


def test_a_class_without_a_page_of_its_own_is_left_to_the_generic_one(
    app: Any, client_of: Callable[..., Any]
) -> None:
    response = client_of(app).get("/doc/kind/title", headers={"Accept": "text/html"})
    assert (response.status_code, response.text) == (404, "generic")
