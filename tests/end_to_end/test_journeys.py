"""Three people walk through the site: staff of a city, a researcher, a linker."""

from __future__ import annotations

import csv
import hashlib
import io
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

import httpx
import pytest
from rdflib import Graph, Namespace, URIRef

from keikaku.web.rendering import BUILT

if TYPE_CHECKING:
    from pathlib import Path

    from browser import Visits

pytestmark = pytest.mark.xdist_group("browser")

DCAT = Namespace("http://www.w3.org/ns/dcat#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
KEI = Namespace("https://w3id.org/keikaku/ns#")
BOM = b"\xef\xbb\xbf"


def test_staff_go_from_the_first_page_to_the_printed_list_and_a_source_cell(
    page_at: Visits, tmp_path: Path
) -> None:
    """The first finding is that of コミュニティ活動保険: ⑤ in the overview, ④ on its sheet."""
    visit = page_at("/")
    page = visit.page
    page.get_by_role("link", name="正誤表を印刷する").click()
    page.wait_for_url("**/discrepancies")
    assert page.locator("table.register tr[id]").count() == 46
    first = page.locator("table.register tr[id]").first
    assert "⑤ コミュニティ活動保険の創設・活用" in first.inner_text()
    assert "I - (2) - ④" in first.inner_text()
    assert "原文 21行目" in first.inner_text()

    first.locator("a.source").first.click()  # the source opens over the list
    window = page.locator("dialog[open]")
    window.wait_for()
    marked = window.locator(".here")
    assert "⑤ コミュニティ活動保険の創設・活用" in marked.inner_text()
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0

    page.emulate_media(media="print")
    assert not page.locator("header.site nav").is_visible()
    assert not page.locator("form.filters").is_visible()
    assert page.locator(".letter").is_visible()
    printed = tmp_path / "errata.pdf"
    page.pdf(path=printed, format="A4")
    assert printed.read_bytes().startswith(b"%PDF")
    assert visit.errors == []
    assert visit.foreign == []


def test_without_javascript_the_mark_leads_to_the_page_of_the_cell(page_at: Visits) -> None:
    page = page_at("/discrepancies", scripts=False).page
    page.locator("table.register tr[id] a.source").first.click()
    assert "/source/1/cell/1-12-1" in page.url
    assert "⑤ コミュニティ活動保険の創設・活用" in page.locator(".here").inner_text()


@pytest.mark.skipif(
    not (BUILT / "editor.js").exists(), reason="the editor is not built (make frontend, with npm)"
)
def test_a_researcher_goes_from_a_question_to_a_chart_a_link_and_a_spreadsheet(
    page_at: Visits, site: str, tmp_path: Path
) -> None:
    visit = page_at(f"/questions/items-by-party-year?party={quote('事業者')}&year=H22")
    page = visit.page
    assert page.locator("main table tbody tr").count() == 11
    page.get_by_text("この答えの SPARQL", exact=True).click()
    page.get_by_role("link", name="エディタで開く").click()

    query = (
        "SELECT ?year (COUNT(DISTINCT ?item) AS ?items) WHERE {\n"
        "  ?item kei:involves party:事業者 ; kei:activeIn ?y . ?y rdfs:label ?year\n"
        "  FILTER (LANG(?year) = 'ja') }\nGROUP BY ?year ORDER BY ?year"
    )
    page.locator(".CodeMirror").wait_for()
    page.evaluate(
        "query => document.querySelector('.CodeMirror').CodeMirror.setValue(query)", query
    )
    page.get_by_role("button", name="実行", exact=True).click()
    table = page.locator(".rich-results table")
    table.wait_for()
    rows = [row.split("\t") for row in table.locator("tbody").inner_text().splitlines() if row]
    assert len(rows) == 5  # H20 to H24
    assert any("11" in cell for row in rows for cell in row)

    page.get_by_role("button", name="図", exact=True).click()
    page.locator(".rich-results canvas, .rich-results svg").first.wait_for()

    assert unquote(urlsplit(page.url).query).startswith("query=")  # the address is the link
    shared = page_at(page.url.removeprefix(site))
    assert "GROUP BY ?year" in shared.text

    page.get_by_role("button", name="表", exact=True).click()
    with page.expect_download() as coming:
        page.locator(".rich-results").get_by_role("link", name="CSV", exact=True).click()
    body = _saved(coming.value, tmp_path)
    assert body.startswith(BOM)
    table_of = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    assert table_of[0] == ["year", "items"]
    assert ["平成22年度", "11"] in table_of
    assert visit.errors == []
    assert visit.foreign == []


def _saved(download: object, folder: Path) -> bytes:
    target = folder / "result.csv"
    download.save_as(target)  # type: ignore[attr-defined]
    return target.read_bytes()


def test_a_linker_goes_from_the_catalogue_to_a_dump_and_to_an_iri_of_it(site: str) -> None:
    with httpx.Client(base_url=site, follow_redirects=False) as client:
        catalogue = Graph().parse(data=client.get("/catalog.ttl").text, format="turtle")
        dump = next(
            file
            for file in catalogue.objects(None, DCAT.distribution)
            if str(catalogue.value(file, DCAT.downloadURL)).endswith("keikaku.nt")
            and "/latest/" not in str(catalogue.value(file, DCAT.downloadURL))
        )
        address = str(catalogue.value(dump, DCAT.downloadURL))
        digest = catalogue.value(catalogue.value(dump, SPDX.checksum), SPDX.checksumValue)
        body = client.get(urlsplit(address).path).content
        assert hashlib.sha256(body).hexdigest() == str(digest)
        assert len(body) == int(str(catalogue.value(dump, DCAT.byteSize)))

        told = Graph().parse(data=body, format="nt")
        item = next(
            thing
            for thing in told.subjects(KEI.completionCriterion)
            if (thing, KEI.involves, URIRef("https://w3id.org/keikaku/id/party/事業者")) in told
        )
        named = client.get(urlsplit(str(item)).path, headers={"Accept": "text/turtle"})
        assert named.status_code == httpx.codes.SEE_OTHER
        document = client.get(named.headers["Location"], headers={"Accept": "text/turtle"})
        assert document.headers["Content-Type"] == "text/turtle; charset=utf-8"
        there = Graph().parse(data=document.text, format="turtle")
        for predicate in (KEI.involves, KEI.department, KEI.completionCriterion):
            assert set(there.objects(item, predicate)) == set(told.objects(item, predicate))
