"""The rich editor in a real browser: it works, speaks the page's language, and asks nobody else."""

from __future__ import annotations

from codecs import BOM_UTF8
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import expect

from browser import PHONE
from keikaku.answers.examples import all_examples
from keikaku.web.rendering import BUILT

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from browser import Visit, Visits

pytestmark = pytest.mark.skipif(
    not (BUILT / "editor.js").is_file(), reason="make frontend did not run: npm is not here"
)
EXAMPLES = {example.name: example.query for example in all_examples()}
PARTIES = """\
SELECT ?party (COUNT(DISTINCT ?item) AS ?items) WHERE { ?item kei:involves ?party }
GROUP BY ?party ORDER BY DESC(?items)"""
JAPANESE = {"run": "実行", "table": "表", "chart": "図", "raw": "応答そのもの"}
ENGLISH = {"run": "Run", "table": "Table", "chart": "Chart", "raw": "Raw response"}


def opened(page_at: Visits, query: str, language: str = "", width: int = 1280) -> Visit:
    return page_at(f"{language}/sparql?edit=1&query={quote(query)}", width=width)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def written(page: Page) -> str:
    """What the editor holds."""
    return str(page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getValue()"))


def test_the_editor_takes_the_place_of_the_form(page_at: Visits) -> None:
    visit = page_at("/sparql")
    assert visit.page.locator(".CodeMirror").is_visible()
    assert not visit.page.locator("#query").is_visible()
    assert (visit.errors, visit.foreign) == ([], [])


def test_the_form_is_there_without_scripts(page_at: Visits) -> None:
    visit = page_at(f"/sparql?query={quote(PARTIES)}", scripts=False)
    assert visit.page.locator("#query").is_visible()
    assert visit.page.locator("table.result tbody tr").count() > 5
    assert visit.page.locator("#copies details").count() == 4


def test_prefixes_are_filled_in(page_at: Visits) -> None:
    query = written(opened(page_at, PARTIES).page)
    assert query.startswith("PREFIX kei: <https://w3id.org/keikaku/ns#>")
    assert "rdfs:" not in query


@pytest.mark.parametrize(
    ("language", "says", "label"), [("", JAPANESE, "事業者"), ("/en", ENGLISH, "businesses")]
)
def test_a_query_is_run_and_its_result_named_and_drawn(
    page_at: Visits, language: str, says: dict[str, str], label: str
) -> None:
    visit = opened(page_at, PARTIES, language)
    page = visit.page
    press(page, says["run"])
    page.wait_for_selector(".rich-results table.result")
    row = page.locator(".rich-results tr", has_text=label)
    assert row.locator("a").first.inner_text() == label
    href = row.locator("a").first.get_attribute("href") or ""
    assert href.startswith(f"{language}/id/party/")
    press(page, says["chart"])
    page.wait_for_selector(".chart svg text")
    assert label in page.locator(".chart svg").text_content()
    assert page.locator(".chart svg").get_attribute("aria-label")
    press(page, says["raw"])
    page.wait_for_selector("pre.raw")
    assert '"bindings"' in page.locator("pre.raw").inner_text()
    assert (visit.errors, visit.foreign) == ([], [])


def test_a_table_is_sorted_and_filtered(page_at: Visits) -> None:
    page = opened(page_at, EXAMPLES["one-row-per-item"]).page
    press(page, "実行")
    page.wait_for_selector(".rich-results table.result")
    cells = page.locator(".rich-results table.result tbody tr td:first-child")
    expect(page.locator(".rich-results .count")).to_have_text("52 件のうち 1–50 件目")
    press(page, "次へ")
    expect(page.locator(".rich-results .count")).to_contain_text("51")
    assert cells.count() == 2
    page.get_by_label("絞り込み").fill("ハンドブック")
    expect(page.locator(".rich-results tbody tr")).to_have_count(1)
    expect(cells).to_have_text(["V-(2)-③"])
    page.get_by_label("絞り込み").fill("")
    press(page, "number")
    expect(page.locator("th[aria-sort=ascending]")).to_have_count(1)
    expect(cells.first).to_have_text("I-(1)-①")


def test_years_stand_along_the_axis_of_a_chart(page_at: Visits) -> None:
    page = opened(page_at, EXAMPLES["years-compared"]).page
    press(page, "実行")
    page.wait_for_selector(".rich-results table.result")
    press(page, "図")
    page.wait_for_selector(".chart svg text")
    assert page.get_by_label("軸").input_value() == "yearName"
    drawn = page.locator(".chart svg").text_content() or ""
    assert drawn.index("H20") < drawn.index("H22") < drawn.index("H24")


@pytest.mark.parametrize(("language", "said"), [("", "読めません"), ("/en", "no SPARQL query")])
def test_an_error_is_said_in_one_language_with_its_line(
    page_at: Visits, language: str, said: str
) -> None:
    page = opened(page_at, "SELECT ?x WHERE {\n  ?x a %% }\nLIMIT 5", language).page
    press(page, (ENGLISH if language else JAPANESE)["run"])
    notice = page.locator(".rich-results [role=alert]")
    notice.wait_for()
    assert said in notice.inner_text()
    assert "  ?x a %% }" in notice.locator(".line.at").inner_text()
    assert page.locator(".fault-line").count() == 1


def test_the_address_leads_to_the_query_in_either_language(page_at: Visits) -> None:
    page = opened(page_at, PARTIES).page
    press(page, "実行")
    page.wait_for_selector(".rich-results table.result")
    asked = parse_qs(urlsplit(page.url).query)
    assert asked == {"query": [written(page)], "edit": ["1"]}
    other = page.locator("a.language")
    assert parse_qs(urlsplit(other.get_attribute("href") or "").query) == asked
    other.click()
    page.wait_for_selector(".CodeMirror")
    assert urlsplit(page.url).path == "/en/sparql"
    assert "kei:involves" in written(page)


def test_a_draft_stays_in_its_tab_and_language(page_at: Visits) -> None:
    page = page_at("/sparql").page
    page.click(".CodeMirror")
    page.keyboard.press("Control+a")
    page.keyboard.type("ASK ")
    page.reload()
    page.wait_for_selector(".CodeMirror")
    assert written(page) == "ASK "
    page.goto(page.url.replace("/sparql", "/en/sparql"))
    page.wait_for_selector(".CodeMirror")
    assert "ASK" not in written(page)
    assert page.evaluate("localStorage.length") == 0


def test_a_downloaded_csv_opens_in_a_spreadsheet(page_at: Visits, tmp_path: Path) -> None:
    page = opened(page_at, EXAMPLES["one-row-per-item"]).page
    press(page, "実行")
    with page.expect_download() as waiting:
        page.locator(".rich-results .downloads").get_by_role("link", name="CSV").click()
    waiting.value.save_as(tmp_path / "result.csv")
    body = (tmp_path / "result.csv").read_bytes()
    assert body.startswith(BOM_UTF8)
    assert "行政の協働相談窓口の設置" in body.decode("utf-8-sig")


def test_the_code_follows_the_query(page_at: Visits) -> None:
    page = opened(page_at, PARTIES).page
    press(page, "実行")
    page.wait_for_selector(".rich-results table.result")
    expect(page.locator("#copies button")).to_have_count(4)
    page.evaluate(
        "document.querySelector('.CodeMirror').CodeMirror.setValue('ASK { ?x a kei:Plan }')"
    )
    press(page, "実行")
    page.wait_for_selector(".truth")
    expect(page.locator("#copies details")).to_have_count(2)
    assert "ASK { ?x a kei:Plan }" in (page.locator("#copies pre").first.text_content() or "")


@pytest.mark.parametrize(
    ("typed", "proposed"),
    [
        ("SELECT * { ?s kei:invol", "kei:involves"),
        ("SELECT * { ?s a kei:Discrepancy", "kei:DiscrepancyKind"),
        ("SELECT * { ?s kei:involves 事業", "party:事業者"),
    ],
)
def test_our_own_terms_are_proposed(page_at: Visits, typed: str, proposed: str) -> None:
    visit = page_at("/sparql")
    page = visit.page
    page.click(".CodeMirror")
    page.keyboard.press("Control+a")
    page.keyboard.type(typed)
    page.locator(".CodeMirror-hint", has_text=proposed).first.click()
    assert proposed in written(page)
    assert (visit.errors, visit.foreign) == ([], [])


def test_every_example_is_shown_by_the_editor(page_at: Visits) -> None:
    visit = page_at("/sparql")
    for name in ("describe-an-item", "is-there-any", "carried-on-phases"):
        visit.page.goto(f"{visit.page.url.split('?')[0]}?edit=1&query={quote(EXAMPLES[name])}")
        visit.page.wait_for_selector(".CodeMirror")
        press(visit.page, "実行")
        visit.page.wait_for_selector(".rich-results .truth, .rich-results table.result")
    assert (visit.errors, visit.foreign) == ([], [])


def test_the_editor_fits_a_phone(page_at: Visits) -> None:
    page = opened(page_at, EXAMPLES["years-compared"], width=PHONE).page
    press(page, "実行")
    page.wait_for_selector(".rich-results table.result")
    press(page, "図")
    page.wait_for_selector(".chart svg text")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
