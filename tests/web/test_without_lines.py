"""The site over a plan whose document is a workbook, which has addresses and no lines."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from http import HTTPStatus
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
import rdflib
from fastapi import APIRouter, Response
from lxml import html

from keikaku.answers.examples import all_examples
from keikaku.answers.service import Answers
from keikaku.checks.findings import report_of
from keikaku.checks.publish import as_csv, as_text
from keikaku.checks.validate import Judgement
from keikaku.graph.dataset import vocabulary
from keikaku.names import SHARED
from keikaku.settings import Settings
from keikaku.store.base import Solutions
from keikaku.store.embedded import EmbeddedStore
from keikaku.web.app import create_app
from keikaku.web.pages.register import register_router
from keikaku.web.pages.report import report_router
from keikaku.web.pages.source import source_router
from keikaku.web.pages.things import page_of
from keikaku.web.served import Served
from laid_out import graphs_laid_out

if TYPE_CHECKING:
    from collections.abc import Callable

    from keikaku.build import PlanGraphs


@dataclass(frozen=True)
class _Site:
    answers: Any
    shelf: Any
    settings: Settings
    base: str = SHARED


SOURCE = "/doc/352039/kyodo/source/1"
DAMAGED = "'個別 の表'!B133"


@pytest.fixture(scope="module")
def graphs(tmp_path_factory: pytest.TempPathFactory) -> PlanGraphs:
    """The graphs of the plan, laid out as a workbook."""
    return graphs_laid_out(tmp_path_factory.mktemp("laid") / "plan.xlsx", "plan.xlsx")


@pytest.fixture(scope="module")
def answers(graphs: PlanGraphs) -> Answers:
    """The answers over the workbook."""
    return Answers.over(EmbeddedStore.in_memory(graphs.quads | vocabulary()), "a" * 16)


@pytest.fixture(scope="module")
def by_lines(kyodo_graphs: PlanGraphs) -> Answers:
    """The answers over the document that has lines."""
    return Answers.over(EmbeddedStore.in_memory(kyodo_graphs.quads | vocabulary()), "b" * 16)


@pytest.fixture
def client(answers: Answers, client_of: Callable[..., Any]) -> Any:
    """A client of the pages."""
    shelf = SimpleNamespace(published=dict)
    site: Any = _Site(SimpleNamespace(current=lambda: answers), shelf, Settings())
    router = APIRouter(include_in_schema=False)

    @router.get("/doc/{path:path}")
    def document(path: str) -> Response:
        description = answers.describe(f"{SHARED}id/{path}")
        shown = page_of(site, description) if description else None
        return shown or Response("generic", 404)

    routers = (router, source_router(site), register_router(site), report_router(site))
    return client_of(create_app(lambda: Served(answers.store), *routers))


def page(client: Any, path: str) -> Any:
    answer = client.get(quote(path, safe="/?=&%:"), headers={"Accept": "text/html"})
    assert answer.status_code == 200, answer.text[:300]
    return html.fromstring(answer.text)


def words(tree: Any, path: str) -> list[str]:
    return [" ".join(each.text_content().split()) for each in tree.xpath(path)]


def damaged(answers: Answers) -> str:
    """The IRI of the cell with the first damaged sentence."""
    query = f'SELECT ?cell WHERE {{ ?cell kei:address "{DAMAGED}" }}'
    ((cell,),) = answers.store.query(query).rows
    return cell.value


def test_the_page_of_the_document_lists_tables_and_lines_by_their_address(client: Any) -> None:
    at = words(page(client, SOURCE), "//ol[contains(@class, 'blocks')]//span[@class='line']")
    assert at[:5] == [f"一覧表!A{row}" for row in (1, 2, 3, 4, 48)]  # 43 rows and a blank one


def test_the_plans_page_leads_to_every_file_it_is_read_from_and_to_its_own_register(
    client: Any,
) -> None:
    """The workbook says the items, plan.toml the plan itself."""
    page = html.fromstring(client.get("/doc/352039/kyodo").text)
    row = page.xpath("//tr[th[text()='もとの文書']]")[0]
    named = {link.text_content().split()[-1]: link.get("href") for link in row.xpath(".//a")}
    assert {"plan.xlsx", "plan.toml"} <= set(named)
    assert SOURCE in named.values()
    [register] = {each for each in page.xpath("//main//a/@href") if "/discrepancies" in each}
    assert client.get(register).status_code == HTTPStatus.OK
    assert "plan=" in register


def test_a_cell_is_called_by_its_address_and_shown_among_merged_cells(
    client: Any, answers: Answers
) -> None:
    tree = page(
        client, damaged(answers).removeprefix(f"{SHARED}id").replace("/352039", "/doc/352039")
    )
    assert DAMAGED in words(tree, "//h1")[0]
    here = tree.xpath("//td[@class='here']")[0]
    assert here.get("colspan") == "5"
    assert words(tree, "//tr[td[@class='here']]/th")[0].startswith("原文 133")


def test_two_cells_stand_side_by_side_by_their_addresses(client: Any, answers: Answers) -> None:
    iri = damaged(answers)
    tree = page(client, f"/compare?left={quote(iri, safe='')}&right={quote(iri, safe='')}")
    assert all(DAMAGED in title for title in words(tree, "//h2"))


def test_the_register_tells_where_each_reading_stands(client: Any) -> None:
    where = words(page(client, "/discrepancies"), "//span[@class='where']")
    assert any("一覧表!" in each for each in where)
    assert not any("行目" in each for each in where)


def test_a_message_about_a_cell_names_its_address(client: Any, answers: Answers) -> None:
    iri = quote(damaged(answers), safe="")
    answer = client.get(f"/report?iri={iri}&cell={iri}", headers={"Accept": "text/html"})
    assert f"plan.xlsx {DAMAGED}" in html.fromstring(answer.text).text_content()


def test_the_report_of_checks_gives_addresses_in_place_of_lines(graphs: PlanGraphs) -> None:
    quads = graphs.quads | vocabulary()
    report = report_of(graphs.names.plan, quads, Judgement((), rdflib.Graph(), {}))
    rows = list(csv.DictReader(io.StringIO(as_csv(report).decode("utf-8-sig"))))
    assert "行番号" not in rows[0]
    assert all("!" in row["所在"] for row in rows)
    assert any("!" in row["もう一方の所在"] for row in rows)
    assert DAMAGED in as_text(report)
    assert "行目 ⇔" not in as_text(report)


def test_every_question_gives_as_many_rows_as_over_lines(
    answers: Answers, by_lines: Answers
) -> None:
    asked = [each for each in answers.catalogue if "plan" not in " ".join(each.example)]
    assert {"discrepancies-of-kind", "about-item"} < {each.name for each in asked}
    assert len(asked) > 10
    for question in asked:
        values = question.example
        rows = [len(each.answer(question.name, values).rows) for each in (answers, by_lines)]
        assert rows[0] == rows[1], question.name


def test_a_question_shows_the_address_where_there_is_no_line(answers: Answers) -> None:
    answer = answers.answer("discrepancies-of-item", {"item": "I-(2)-④"})
    place = list(answer.columns).index("line")
    assert all("!" in str(row[place]) for row in answer.rows)


def test_every_example_gives_as_many_rows_as_over_lines(
    answers: Answers, by_lines: Answers
) -> None:
    for example in (one for one in all_examples() if not one.service):
        found = [each.store.query(example.query) for each in (answers, by_lines)]
        if isinstance(found[0], Solutions):
            assert len(list(found[0].rows)) == len(list(found[1].rows)), example.name
