"""The pages of the questions, and of the box for questions in Japanese."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import openpyxl
import pytest

from keikaku.answers.catalogue import Catalogue
from keikaku.answers.japanese import example_sentences
from keikaku.answers.question import GROUPS
from keikaku.answers.service import Answers
from keikaku.settings import Settings
from keikaku.store.embedded import EmbeddedStore
from keikaku.web.app import create_app
from keikaku.web.pages.ask import ask_router
from keikaku.web.pages.question import question_router
from keikaku.web.served import Served

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyoxigraph import Quad
    from starlette.types import ASGIApp

BROWSER = {"Accept": "text/html"}
QUESTIONS = {question.name: question for question in Catalogue.load()}
HEART = "/questions/items-by-party-year"
ASKED = {"party": "事業者", "year": "H22"}


@pytest.fixture(scope="module")
def app(plan_quads: frozenset[Quad]) -> ASGIApp:
    """A site that has nothing but the questions."""
    store = EmbeddedStore.in_memory(plan_quads)
    answers = Answers.over(store, "a-release")
    parts: Any = SimpleNamespace(
        answers=SimpleNamespace(current=lambda: answers), settings=Settings()
    )
    return create_app(lambda: Served(store), question_router(parts), ask_router(parts))


@pytest.fixture
def client(app: ASGIApp, client_of: Callable[..., Any]) -> Any:
    """A client of it."""
    return client_of(app)


def page_of(client: Any, path: str, status: int = 200, **params: str) -> str:
    response = client.get(path, params=params or None, headers=BROWSER)
    assert response.status_code == status
    assert response.headers["content-type"].startswith("text/html")
    return unescape(response.text)


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_has_a_page_that_answers_its_example(
    client: Any, name: str, prefix: str
) -> None:
    question = QUESTIONS[name]
    text = page_of(client, f"{prefix}/questions/{name}")
    title = question.title.en if prefix else question.title.ja
    assert f"<h1>{title}</h1>" in text
    assert (question.description.en if prefix else question.description.ja) in text
    for parameter in question.parameters:
        if parameter.type == "plan" and parameter.optional:  # there is one plan to choose from
            assert f'name="{parameter.name}"' not in text
            continue
        label = parameter.label.en if prefix else parameter.label.ja
        assert f'<label for="p-{parameter.name}">{label}' in text
        assert f'name="{parameter.name}"' in text
    assert '<h2 id="answer">' in text
    assert "<tbody>" in text
    assert "a-release" in text
    assert ("<svg" in text) == (question.chart is not None)
    assert f"/api/questions/{name}" in text


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_index_has_every_question_by_group(client: Any, prefix: str) -> None:
    text = page_of(client, f"{prefix}/questions")
    for question in QUESTIONS.values():
        assert f'href="{prefix}/questions/{question.name}"' in text
        assert (question.title.en if prefix else question.title.ja) in text
    heads = re.findall("<h2>(.*?)</h2>", text)
    assert heads == [title.en if prefix else title.ja for title in GROUPS.values()]


def test_the_index_finds_questions_by_words(client: Any) -> None:
    text = page_of(client, "/questions", q="再掲　項目")
    assert "/questions/relisted-items" in text
    assert "/questions/plan-overview" not in text
    assert "当たる質問はありません" in page_of(client, "/questions", q="天気")
    assert "relisted-items" in page_of(client, "/en/questions", q="RELISTED")
    assert page_of(client, "/questions", status=400, q="長" * 101)


def test_an_answer_is_a_table_with_its_values_and_links(client: Any) -> None:
    text = page_of(client, HEART, **ASKED)
    assert "11 件" in text
    # read from the document: the items for 事業者 that run in H22
    assert "行政の協働相談窓口の設置" in text
    assert 'href="/doc/352039/kyodo/item/1-4-3"' in text
    assert "主体: 事業者" in text
    assert "年度: 平成22年度" in text
    assert "party: businesses" in page_of(client, f"/en{HEART}", **ASKED)


def test_few_values_are_chosen_many_are_completed(client: Any) -> None:
    text = page_of(client, HEART)
    assert '<select id="p-party"' in text
    assert '<option value="事業者" selected>事業者</option>' in text
    assert '<option value="H22" selected>平成22年度 (H22)</option>' in text
    assert '<option value="H22" selected>FY2010 (H22)</option>' in page_of(client, f"/en{HEART}")
    item = page_of(client, "/questions/about-item")
    assert 'list="p-item-list"' in item
    assert '<option value="I-(1)-①">I-(1)-① 地域交流センターの設置</option>' in item
    assert item.count("<datalist") == 1


def test_what_must_be_given_is_marked(client: Any) -> None:
    text = page_of(client, HEART)
    assert re.search(r'<select id="p-party" name="party" required', text)
    assert re.search(r'<select id="p-role" name="role">', text)
    assert text.count('class="required"') == 2


@pytest.mark.parametrize("year", ["平成22年度", "2010", "FY2010", "fy:2010", "平成２２年度"])
def test_any_way_to_write_a_value_chooses_the_same(client: Any, year: str) -> None:
    text = page_of(client, HEART, party="businesses", year=year)
    assert '<option value="H22" selected>' in text
    assert '<option value="事業者" selected>' in text
    shared = f"http://testserver{HEART}?party={quote('事業者')}&year=H22"
    assert f'<link rel="canonical" href="{shared}">' in text
    assert f'value="{shared}"' in text


@pytest.mark.parametrize("name", [n for n, q in QUESTIONS.items() if q.parameters])
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_value_that_is_not_known_stays_in_the_form_with_what_is_wrong(
    client: Any, name: str, prefix: str
) -> None:
    question = QUESTIONS[name]
    for parameter in question.parameters:
        if parameter.type == "text":
            continue
        given = {**question.example, parameter.name: "そんな<ものは>ない"}
        response = client.get(f"{prefix}/questions/{name}", params=given, headers=BROWSER)
        assert response.status_code == 400
        assert "<ものは>" not in response.text
        text = unescape(response.text)
        assert f'id="p-{parameter.name}-error"' in text
        assert f'aria-describedby="p-{parameter.name}-error"' in text
        assert re.search(r'value="そんな<ものは>ない"', text)
        assert '<h2 id="answer">' not in text


def test_only_the_field_that_is_wrong_is_marked(client: Any) -> None:
    text = page_of(client, HEART, status=400, party="企業", year="H22")
    assert text.count("aria-invalid") == 1
    assert "「企業」という主体はありません。" in text
    assert '<option value="H22" selected>' in text
    english = page_of(client, f"/en{HEART}", status=400, party="企業", year="H22")
    assert "no party is called '企業'" in english


def test_a_missing_value_is_told_beside_its_field(client: Any) -> None:
    text = page_of(client, HEART, status=400, party="事業者", year="")
    assert 'id="p-year-error"' in text
    assert '<option value="事業者" selected>' in text


@pytest.mark.parametrize(
    "query", ["party=事業者&year=H22&colour=赤", "party=事業者&party=市民&year=H22"]
)
def test_a_parameter_that_is_not_known_or_given_twice_is_refused_with_the_form(
    client: Any, query: str
) -> None:
    text = page_of(client, f"{HEART}?{query}", status=400)
    assert 'role="alert"' in text
    assert '<select id="p-party"' in text


def test_what_is_no_question_is_not_found(client: Any) -> None:
    page_of(client, "/questions/no-such-question", status=404)


def test_parameters_that_are_not_utf_8_are_refused(client: Any) -> None:
    page_of(client, f"{HEART}?party=%93%8C", status=400)
    page_of(client, "/ask?q=%93%8C", status=400)


def test_the_csv_of_a_page_is_for_excel(client: Any) -> None:
    text = page_of(client, HEART, **ASKED)
    (address,) = re.findall(r'href="([^"]*format=csv&bom=1)"', text)
    response = client.get(address)
    assert response.content.startswith(b"\xef\xbb\xbf")
    assert 'filename="items-by-party-year.csv"' in response.headers["content-disposition"]
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows[0] == ["番号", "推進項目", "項目の IRI"]
    assert len(rows) == 12
    english = client.get(f"/en{address}").content.decode("utf-8-sig")
    assert english.startswith("number,item,IRI of the item")


def test_the_spreadsheet_of_a_page_is_in_its_language(client: Any) -> None:
    (address,) = re.findall(r'href="([^"]*format=xlsx)"', page_of(client, f"/en{HEART}", **ASKED))
    assert address.startswith("/en/")
    book = openpyxl.load_workbook(io.BytesIO(client.get(address).content))
    assert book.worksheets[0]["A1"].value == "number"


@pytest.mark.parametrize("query", ["format=xml", "format=csv&bom=2", "format=csv&colour=1"])
def test_a_file_that_there_is_not_is_refused(client: Any, query: str) -> None:
    page_of(client, f"{HEART}?party=事業者&year=H22&{query}", status=400)


def test_a_year_outside_the_plan_is_an_empty_answer_with_a_note(client: Any) -> None:
    text = page_of(client, HEART, party="事業者", year="R4")
    assert "令和4年度は計画の期間" in text
    assert "0 件" in text


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_sentence_is_answered_with_what_was_understood(client: Any, prefix: str) -> None:
    text = page_of(client, f"{prefix}/ask", q="平成22年度に事業者が関わる項目は？")
    assert f'href="{prefix}{HEART}?party={quote("事業者")}&year=H22"' in text
    assert ("party: businesses" if prefix else "主体: 事業者") in text
    assert ("11 rows" if prefix else "11 件") in text
    assert 'value="平成22年度に事業者が関わる項目は？"' in text


def test_every_example_sentence_is_answered_by_its_own_question(client: Any) -> None:
    for question in QUESTIONS.values():
        for sentence in example_sentences(question)[:1]:
            assert f"/questions/{question.name}" in page_of(client, "/ask", q=sentence)


def test_a_sentence_that_is_not_understood_offers_the_nearest_as_links(client: Any) -> None:
    text = page_of(client, "/ask", status=400, q="H22に事業者が関わる品目は？")
    (notice,) = re.findall(r'<div class="notice".*?</div>', text, re.DOTALL)
    links = re.findall(r'href="(/ask\?q=[^"]*)"', notice)
    assert links
    assert quote("H22に事業者が関わる項目は？") in links[0]
    for link in links:
        page_of(client, link)


@pytest.mark.parametrize("sentence", ["天気は？" * 100, "\u202e<script>", "😀" * 50, "'\"%00"])
def test_any_text_is_answered_with_a_sentence(client: Any, sentence: str) -> None:
    response = client.get("/ask", params={"q": sentence}, headers=BROWSER)
    assert response.status_code == 400
    assert "<script>" not in response.text.replace("<script type", "")


def test_without_a_sentence_it_shows_what_can_be_asked(client: Any) -> None:
    text = page_of(client, "/ask")
    for title in GROUPS.values():
        assert title.ja in text
    assert "H22に事業者が関わる項目は？" in text


def test_what_an_answer_shows_is_bounded_and_says_so(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keikaku.web.pages.question.MOST_SHOWN", 3)
    text = page_of(client, HEART, **ASKED)
    assert "全 11 件のうち最初の 3 件" in text
