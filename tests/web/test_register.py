"""The register as a page, on paper and as files; one discrepancy; a message about an error."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

import openpyxl
import pytest
from fastapi import APIRouter, Response
from lxml import html

from keikaku.answers.service import Answers
from keikaku.errors import SettingsError
from keikaku.graph.dataset import vocabulary
from keikaku.names import SHARED
from keikaku.records.decisions import read_decisions
from keikaku.settings import Settings, settings_from
from keikaku.store.embedded import EmbeddedStore
from keikaku.web.app import create_app
from keikaku.web.pages.register import register_router
from keikaku.web.pages.report import report_router
from keikaku.web.pages.things import page_of
from keikaku.web.served import Served

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from keikaku.build import PlanGraphs

PLAN = "/doc/352039/kyodo"
IRI = f"{SHARED}id/352039/kyodo"


@dataclass(frozen=True)
class _Site:
    answers: Any
    shelf: Any
    settings: Settings
    base: str = SHARED


@pytest.fixture(scope="module")
def answers(decided_graphs: PlanGraphs) -> Answers:
    """The answers over the plan with three decisions."""
    store = EmbeddedStore.in_memory(decided_graphs.quads | vocabulary())
    return Answers.over(store, "0123456789abcdef")


def app_of(answers: Answers, settings: Settings) -> Any:
    shelf = SimpleNamespace(published=dict)
    site: Any = _Site(SimpleNamespace(current=lambda: answers), shelf, settings)
    router = APIRouter(include_in_schema=False)

    @router.get("/doc/{path:path}")
    def document(path: str) -> Response:
        description = answers.describe(f"{SHARED}id/{path}")
        shown = page_of(site, description) if description else None
        return shown or Response("generic", 404)

    return create_app(
        lambda: Served(answers.store), router, register_router(site), report_router(site)
    )


@pytest.fixture
def client(answers: Answers, client_of: Callable[..., Any]) -> Any:
    """A client of a site whose operator can be written to."""
    return client_of(app_of(answers, Settings(contact="data@example.jp")))


@pytest.fixture
def read(client: Any) -> Callable[[str], html.HtmlElement]:
    """Return what reads a page."""

    def page(path: str) -> html.HtmlElement:
        response = client.get(path, headers={"Accept": "text/html"})
        assert response.status_code == 200, response.text[-500:]
        return html.fromstring(response.text)

    return page


def text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def rows(page: html.HtmlElement) -> list[html.HtmlElement]:
    return page.xpath('//table[@class="register"]/tbody/tr[not(@class)]')


def test_the_register_shows_what_is_open_with_a_count_of_what_is_decided(read: Any) -> None:
    page = read("/discrepancies")
    assert len(rows(page)) == 43
    assert "未回答 43 件、回答済み 3 件" in text(page.xpath('//*[@role="status"]')[0])
    (row,) = [row for row in rows(page) if row.get("id", "").endswith("/number/1-2-5")]
    said = text(row)
    assert "④ 市民活動交流事業補助金の見直し" in said
    assert "表1 11行 1列・原文 20行目" in said
    assert "表9 2行 2列・原文 180行目" in said
    assert len(row.xpath('.//a[@class="source"]')) == 2
    assert "未回答" in said


def test_everything_and_what_is_decided_can_be_shown(read: Any) -> None:
    assert len(rows(read("/discrepancies?status=all"))) == 46
    page = read("/discrepancies?status=corrected")
    (row,) = rows(page)
    assert "訂正する" in text(row)
    assert "市による正しい値 ■" in text(row)
    assert "一覧表の印の付け忘れ。" in text(row)
    assert "協働推進課、2026-04-02" in text(row)


def test_the_register_speaks_english(read: Any) -> None:
    page = read("/en/discrepancies?status=all")
    assert page.get("lang") == "en"
    assert "different number" in text(page)
    assert "Table 1, row 12, column 1; line 21" in text(page)


def test_the_page_for_print_has_what_a_letter_has(read: Any) -> None:
    page = read("/discrepancies")
    letter = text(page.xpath('//div[contains(@class, "letter")]')[0])
    for word in ("宛先", "日付", "差出人", "リリース 0123456789abcdef", "未回答 43 件"):
        assert word in letter
    assert "確認した者" in text(page.xpath('//div[contains(@class, "signature")]')[0])
    (head,) = page.xpath('//table[@class="register"]/thead')
    assert "山口市協働推進プラン" in text(head)  # a head is repeated on each sheet


def test_the_csv_has_a_byte_order_mark_and_a_row_for_each(client: Any) -> None:
    response = client.get("/discrepancies.csv?status=all")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.content.startswith(b"\xef\xbb\xbf")
    found = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert len(found) == 46
    (row,) = [row for row in found if row["回答に書く名"] == "number/1-2-4"]
    assert (row["状態"], row["回答した者"], row["理由"]) == (
        "認める", "協働推進課", "一覧表の番号が正しい。",
    )  # fmt: skip
    assert (row["項目番号"], row["原文の行番号1"], row["原文の行番号2"]) == ("I-(2)-④", "21", "167")
    assert row["記載2"] == "I - (2) - ④"


def test_the_spreadsheet_and_the_json_have_the_same(client: Any) -> None:
    book = openpyxl.load_workbook(io.BytesIO(client.get("/discrepancies.xlsx").content))
    assert book.worksheets[0].max_row == 43 + 1
    said = json.loads(client.get("/discrepancies.json?status=corrected").content)
    assert said["total"] == 1
    (entry,) = said["discrepancies"]
    assert entry["status"] == "corrected"
    assert entry["decision"]["correctedValue"] == "■"
    assert entry["iri"] == f"{IRI}/discrepancy/target/3-2-1/その他"
    assert said["release"] == "0123456789abcdef"


def test_equal_registers_are_equal_bytes(client: Any) -> None:
    first, second = (client.get("/discrepancies.xlsx").content for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    "path",
    [
        "/discrepancies?colour=red", "/discrepancies?status=x", "/discrepancies?kind=x&kind=y",
        f"/discrepancies?kind={'x' * 501}", "/discrepancies.pdf", "/discrepancies?page=0",
        "/report?iri=a%22b", f"/report?iri=http://a/{'x' * 500}", "/report?value=1",
        f"/report?iri={IRI}/item/1-2-4&cell={IRI}/item/1-2-4",
    ],
)  # fmt: skip
def test_what_is_not_known_is_a_bad_request_in_both_languages(client: Any, path: str) -> None:
    response = client.get(path, headers={"Accept": "application/json"})
    assert response.status_code == 400
    assert re.search(r"[ぁ-ん].*\(.*[a-z]{3}", response.json()["detail"])


def test_the_page_of_an_open_discrepancy_says_how_to_decide(read: Any, tmp_path: Path) -> None:
    page = read(f"{PLAN}/discrepancy/number/1-2-5")
    assert "未回答" in text(page.xpath("//main")[0])
    quotes = [text(each) for each in page.xpath('//blockquote[@class="quote"]')]
    assert quotes == ["④ 市民活動交流事業補助金の見直し", "I - (2) - ⑤"]
    (compare,) = page.xpath('//a[starts-with(@href, "/compare")]/@href')
    given = parse_qs(urlsplit(compare).query)
    assert given == {
        "left": [f"{IRI}/source/1/cell/1-11-1"],
        "right": [f"{IRI}/source/1/cell/9-2-2"],
    }
    (block,) = page.xpath("//textarea[@id='toml']")
    filled = (
        block.text.replace('by = ""', 'by = "協働推進課"')
        .replace("0000-00-00", "2026-04-01")
        .replace('ja = ""', 'ja = "一覧表が正しい。"')
    )
    (tmp_path / "decisions.toml").write_text(filled, encoding="utf-8")
    decisions = read_decisions(tmp_path)
    assert decisions is not None
    assert [each.discrepancy.value for each in decisions.made] == ["number/1-2-5"]


def test_the_page_of_a_decided_one_shows_the_decision_beside_the_readings(read: Any) -> None:
    page = read(quote(f"{PLAN}/discrepancy/target/3-2-1/その他"))
    decision = text(page.xpath('//section[@class="decision"]')[0])
    assert "市による正しい値 ■" in decision
    assert "一覧表の印の付け忘れ。" in decision
    assert next(text(each) for each in page.xpath('//blockquote[@class="quote"]')) == "□"
    assert not page.xpath("//textarea")


def test_the_page_of_an_item_says_what_the_city_decided(read: Any) -> None:
    page = read(quote(f"{PLAN}/item/3-2-1"))
    faults = {text(each) for each in page.xpath('//ul[@class="faults"]/li')}
    assert any("市の回答: 訂正する" in fault for fault in faults)
    assert any(
        "未回答" in text(each)
        for each in read(f"{PLAN}/item/1-4-3").xpath('//ul[@class="faults"]/li')
    )


def test_a_decision_has_a_page_with_the_lines_that_say_it(read: Any) -> None:
    page = read(quote(f"{PLAN}/decision/target/3-2-1/その他"))
    table = page.xpath('//table[@class="sheet"]')[0]
    assert "訂正する" in text(table)
    assert f"{PLAN}/source/3/line/15" in table.xpath('.//a[@class="source"]/@href')


def test_a_message_names_value_source_and_release(read: Any) -> None:
    cell = f"{IRI}/source/1/cell/8-2-2"
    page = read(f"/report?iri={IRI}/item/1-2-4&cell={cell}")
    message = page.xpath("//textarea")[0].text
    for part in (
        f"IRI: {IRI}/item/1-2-4",
        "値: I-(2)-④ コミュニティ活動保険の創設・活用",
        "原文: source.md 167行目(表8 2行 2列)",
        "原文の文字: I - (2) - ④",
        f"欄の IRI: {cell}",
        "リリース: 0123456789abcdef",
    ):
        assert part in message
    mails = page.xpath('//a[starts-with(@href, "mailto:")]/@href')
    assert [mail.split("?")[0] for mail in mails] == [
        "mailto:data@example.jp",
        "mailto:kyodo-s@city.yamaguchi.lg.jp",
    ]
    body = unquote(mails[0].partition("&body=")[2])
    assert body.replace("\r\n", "\n").strip() == message.strip()
    assert "2008年度に始まる計画の文書にある連絡先です" in text(page)


def test_a_message_without_a_value_can_be_made(read: Any) -> None:
    assert "リリース: 0123456789abcdef" in read("/report").xpath("//textarea")[0].text


def test_what_the_release_does_not_have_is_not_found(client: Any) -> None:
    assert client.get(f"/report?iri={IRI}/item/9-9-9").status_code == 404


def test_a_site_without_a_contact_says_so(answers: Answers, client_of: Any) -> None:
    page = html.fromstring(client_of(app_of(answers, Settings())).get("/report").text)
    assert "運営者の連絡先が設定されていません" in text(page)
    assert not page.xpath('//a[starts-with(@href, "mailto:")]')


def test_a_contact_may_be_an_address_on_the_web(answers: Answers, client_of: Any) -> None:
    app = app_of(answers, Settings(contact="https://example.jp/contact"))
    page = html.fromstring(client_of(app).get("/report").text)
    assert page.xpath('//a[@href="https://example.jp/contact"]')


@pytest.mark.parametrize("contact", ["somebody", "a@b@c.jp", "javascript:alert(1)", "a@b.jp?cc=x"])
def test_a_contact_that_is_none_is_refused(contact: str) -> None:
    with pytest.raises(SettingsError, match="contact"):
        settings_from({"contact": contact}, {})


def test_no_page_of_the_register_fetches_anything_from_another_host(client: Any) -> None:
    for path in ("/discrepancies", "/report", f"{PLAN}/discrepancy/number/1-2-5"):
        page = html.fromstring(client.get(path).text)
        fetched = page.xpath('//script/@src | //link[@rel="stylesheet"]/@href | //img/@src')
        assert all(each.startswith("/") for each in fetched)
        assert not page.xpath("//@style | //script[not(@src)] | //style")
