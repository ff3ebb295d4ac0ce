"""The question that the project is judged by: the same rows in four ways, and by a real client."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from SPARQLWrapper import JSON, SPARQLWrapper

if TYPE_CHECKING:
    from desk import Desk

pytestmark = pytest.mark.xdist_group("site")

FOUR_LINES = """SELECT ?number ?title WHERE {
  ?item a kei:Item ; kei:involves party:事業者 ; kei:activeIn fy:2010 ;
        dcterms:identifier ?number ; rdfs:label ?title }"""
EXPECTED = Path(__file__).parents[1] / "expected"


@pytest.fixture(scope="module")
def expected() -> set[tuple[str, str]]:
    """The eleven rows, as a person found them in the document."""
    answers = tomllib.loads((EXPECTED / "answers.toml").read_text(encoding="utf-8"))
    items = tomllib.loads((EXPECTED / "items.toml").read_text(encoding="utf-8"))["item"]
    titles = {item["number"]: item["title"] for item in items}
    numbers = answers["items_by_party_year"]["事業者"]["H22"]["either"]
    assert len(numbers) == 11
    return {(number, titles[number]) for number in numbers}


def pairs(text: str) -> set[tuple[str, str]]:
    return {(row["number"], row["title"]) for row in csv.DictReader(io.StringIO(text))}


def test_sparql_on_the_command_line(desk: Desk, expected: set[tuple[str, str]]) -> None:
    assert pairs(desk.run("query", FOUR_LINES, "--format", "csv").stdout) == expected


def test_sparql_from_standard_input_and_from_a_file(
    desk: Desk, expected: set[tuple[str, str]]
) -> None:
    assert pairs(desk.run("query", "-", stdin=FOUR_LINES).stdout) == expected
    (desk.folder / "four.rq").write_text(FOUR_LINES, encoding="utf-8")
    assert pairs(desk.run("query", "four.rq").stdout) == expected


def test_the_japanese_sentence(desk: Desk, expected: set[tuple[str, str]]) -> None:
    sentence = "H22に事業者が関わる項目は？"
    assert pairs(desk.run("ask", sentence, "--format", "csv").stdout) == expected
    shown = desk.run("ask", sentence).stdout
    assert set(re.findall(r"^([IV]+-\(\d\)-.)", shown, re.MULTILINE)) == {n for n, _ in expected}
    assert "SELECT ?number" in shown


def test_the_question_by_name(desk: Desk, expected: set[tuple[str, str]]) -> None:
    values = ("party=事業者", "year=平成22年度")
    done = desk.run("ask", "--question", "items-by-party-year", *values, "--format", "csv")
    assert pairs(done.stdout) == expected


def test_rest(site: str, expected: set[tuple[str, str]]) -> None:
    answer = httpx.get(
        f"{site}/api/questions/items-by-party-year", params={"party": "事業者", "year": "2010"}
    ).json()
    assert {(row["number"], row["title"]) for row in answer["rows"]} == expected
    asked = httpx.get(
        f"{site}/api/ask", params={"q": "Ｈ２２に事業者が関わる項目は？", "format": "csv"}
    )
    assert pairs(asked.text) == expected


def test_a_real_client_at_the_endpoint(site: str, expected: set[tuple[str, str]]) -> None:
    client = SPARQLWrapper(f"{site}/sparql", returnFormat=JSON)
    client.setQuery(FOUR_LINES)
    rows = client.queryAndConvert()["results"]["bindings"]
    assert {(row["number"]["value"], row["title"]["value"]) for row in rows} == expected


def test_the_first_page_shows_the_plan_the_question_and_its_answer(
    site: str, expected: set[tuple[str, str]]
) -> None:
    page = httpx.get(site).text
    assert "山口市協働推進プラン" in page
    assert "H22に事業者が関わる項目は？" in page
    for number, title in expected:
        assert number in page
        assert title in page
    assert "市の公式サイトではありません" in page
