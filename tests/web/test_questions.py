"""The questions over HTTP."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from fastapi import FastAPI

from keikaku.answers.service import Answers
from keikaku.store.embedded import EmbeddedStore
from keikaku.web import problems
from keikaku.web.questions import questions_router

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyoxigraph import Quad

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEART = "/api/questions/items-by-party-year"
ASKED = {"party": "事業者", "year": "H22"}


@pytest.fixture(scope="session")
def app(plan_quads: frozenset[Quad]) -> FastAPI:
    """Return an application that has nothing but the questions."""
    app = FastAPI()
    problems.install(app)
    app.include_router(
        questions_router(Answers.over(EmbeddedStore.in_memory(plan_quads), "a-release"))
    )
    return app


@pytest.fixture
def client(app: FastAPI, client_of: Callable[[Any], Any]) -> Any:
    """Return a client of it."""
    return client_of(app)


def test_the_questions_are_listed(client: Any) -> None:
    listed = client.get("/api/questions").json()
    assert len(listed["questions"]) >= 22
    assert listed["release"] == "a-release"
    (heart,) = [item for item in listed["questions"] if item["href"] == HEART]
    assert heart["title"]["ja"] == "主体が関わる項目(年度)"
    assert heart["sentences"][0] == "H22に事業者が関わる項目は？"
    assert [item["name"] for item in heart["parameters"]] == ["party", "year", "role", "plan"]


def test_every_listed_question_answers_its_example(client: Any) -> None:
    for question in client.get("/api/questions").json()["questions"]:
        response = client.get(question["href"], params=question["example"])
        assert response.status_code == 200
        assert response.json()["rows"]


def test_an_answer_is_json(client: Any) -> None:
    response = client.get(HEART, params=ASKED)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    answer = response.json()
    assert answer["question"] == "items-by-party-year"
    assert answer["release"] == "a-release"
    assert [column["name"] for column in answer["columns"]] == ["number", "title", "item"]
    assert len(answer["rows"]) == 11
    first = answer["rows"][0]
    assert first["number"] == "I-(4)-③"
    assert first["item"] == {
        "iri": "https://w3id.org/keikaku/id/352039/kyodo/item/1-4-3",
        "label": {"ja": "行政の協働相談窓口の設置", "en": "行政の協働相談窓口の設置"},
    }
    assert "kei:involves" in answer["sparql"]
    assert answer["parameters"]["party"]["en"] == "businesses"


@pytest.mark.parametrize(
    ("params", "accept"),
    [({"format": "csv"}, "application/json"), ({}, "text/csv"), ({}, "text/csv, */*;q=0.1")],
)
def test_an_answer_is_csv_without_a_byte_order_mark(
    client: Any, params: dict[str, str], accept: str
) -> None:
    response = client.get(HEART, params=ASKED | params, headers={"Accept": accept})
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.headers["vary"] == "Accept"
    assert response.content.startswith(b"number,title,item")
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert len(rows) == 11
    assert rows[0]["number"] == "I-(4)-③"


def test_json_is_what_is_sent_where_nothing_is_asked_for(client: Any) -> None:
    for accept in ("*/*", "application/json;q=0.5, text/html"):
        response = client.get(HEART, params=ASKED, headers={"Accept": accept})
        assert response.headers["content-type"] == "application/json"


def test_a_byte_order_mark_is_given_to_who_asks_for_it(client: Any) -> None:
    marked = client.get(HEART, params=ASKED | {"format": "csv", "bom": "1"}).content
    assert marked == b"\xef\xbb\xbf" + client.get(HEART, params=ASKED | {"format": "csv"}).content
    assert client.get(HEART, params=ASKED | {"format": "csv", "bom": "0"}).status_code == 400


@pytest.mark.parametrize(("params", "accept"), [({"format": "xlsx"}, "*/*"), ({}, XLSX)])
def test_an_answer_is_a_spreadsheet_that_says_what_it_is(
    client: Any, params: dict[str, str], accept: str
) -> None:
    response = client.get(HEART, params=ASKED | params, headers={"Accept": accept})
    assert response.headers["content-type"] == XLSX
    assert response.headers["content-disposition"] == (
        'attachment; filename="items-by-party-year.xlsx"'
    )
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    answer, about = book.worksheets
    rows = list(answer.iter_rows(values_only=True))
    assert rows[0] == ("番号", "推進項目", "項目の IRI")
    assert len(rows) == 12
    assert rows[1][:2] == ("I-(4)-③", "行政の協働相談窓口の設置")
    said = {row[0]: row[1] for row in about.iter_rows(values_only=True)}
    assert said["ID"] == "items-by-party-year"
    assert said["主体 party"] == "事業者 / businesses"
    assert said["リリース Release"] == "a-release"
    assert "kei:involves" in said["SPARQL"]
    assert any(
        "公式サイト" in str(cell) for row in about.iter_rows(values_only=True) for cell in row
    )


def test_a_number_in_a_spreadsheet_is_a_number(client: Any) -> None:
    path = "/api/questions/departments-by-load?format=xlsx"
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(path).content)).worksheets[0]
    assert all(isinstance(row[2], int) for row in sheet.iter_rows(min_row=2, values_only=True))


def test_what_is_not_on_offer_is_not_acceptable(client: Any) -> None:
    response = client.get(HEART, params=ASKED, headers={"Accept": "image/png"})
    assert response.status_code == 406


@pytest.mark.parametrize(
    ("params", "says"),
    [
        ({"party": "事業者"}, "year"),
        (ASKED | {"colour": "赤"}, "role"),
        (ASKED | {"party": "企業"}, "事業者"),
        (ASKED | {"role": "nobody"}, "either"),
        (ASKED | {"format": "xml"}, "csv"),
        (ASKED | {"party": 'https://w3id.org/keikaku/id/party/"'}, "IRI"),
        (ASKED | {"party": "party:事業者\n"}, "IRI"),
        ({"party": ["事業者", "市民"], "year": "H22"}, "once"),
    ],
)
def test_a_wrong_parameter_is_a_problem_that_says_what_would_do(
    client: Any, params: dict[str, Any], says: str
) -> None:
    response = client.get(HEART, params=params)
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["access-control-allow-origin"] == "*"
    assert says in response.json()["detail"]


def test_what_is_not_utf_8_is_a_problem(client: Any) -> None:
    assert client.get(f"{HEART}?party=%93%8C&year=H22").status_code == 400


def test_an_unknown_question_is_not_found(client: Any) -> None:
    response = client.get("/api/questions/no-such-question")
    assert response.status_code == 404
    assert "items-by-party-year" in response.json()["detail"]


def test_a_question_in_japanese_is_answered(client: Any) -> None:
    response = client.get("/api/ask", params={"q": "平成22年度に事業者が関わる項目は？"})
    assert response.json()["rows"] == client.get(HEART, params=ASKED).json()["rows"]
    as_csv = client.get("/api/ask", params={"q": "再掲の項目は？", "format": "csv"})
    assert as_csv.text.count("\n") == 6


@pytest.mark.parametrize(
    ("params", "says"),
    [({}, "q="), ({"q": ""}, "q="), ({"q": "天気は？"}, "近い質問"), ({"question": "x"}, "q")],
)
def test_what_cannot_be_asked_is_a_problem(client: Any, params: dict[str, str], says: str) -> None:
    response = client.get("/api/ask", params=params)
    assert response.status_code == 400
    assert says in response.json()["detail"]


def test_a_year_outside_the_plan_is_an_empty_answer_with_a_note(client: Any) -> None:
    answer = client.get(HEART, params=ASKED | {"year": "R4"}).json()
    assert answer["rows"] == []
    assert "FY2022" in answer["notes"][0]["en"]


def test_anyone_may_read(client: Any) -> None:
    for path in ("/api/questions", HEART + "?party=事業者&year=H22", "/api/ask?q=再掲の項目は"):
        assert client.get(path).headers["access-control-allow-origin"] == "*"


def test_head_has_headers_and_no_body(client: Any) -> None:
    head, get = (client.request(method, HEART, params=ASKED) for method in ("HEAD", "GET"))
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["content-type"] == get.headers["content-type"]
    assert head.headers["content-length"] == get.headers["content-length"]


def test_another_method_is_not_allowed(client: Any) -> None:
    response = client.post(HEART, params=ASKED)
    assert response.status_code == 405
    assert response.headers["allow"]


def test_openapi_has_an_operation_for_each_question(client: Any) -> None:
    document = client.get("/openapi.json").json()
    listed = client.get("/api/questions").json()["questions"]
    for question in listed:
        operation = document["paths"][question["href"]]["get"]
        assert operation["operationId"] == question["name"]
        assert question["title"]["ja"] in operation["summary"]
        assert question["description"]["en"] in operation["description"]
        described = {item["name"]: item for item in operation["parameters"]}
        names = {item["name"] for item in question["parameters"]}
        assert set(described) == names | {"format", "bom"}
        for name, example in question["example"].items():
            assert described[name]["example"] == example
        for parameter in question["parameters"]:
            choices = [choice["value"] for choice in parameter["choices"]]
            assert described[parameter["name"]]["schema"].get("enum", []) == choices
            assert described[parameter["name"]]["required"] == parameter["required"]
    assert "head" not in document["paths"][HEART]
    assert document["paths"]["/api/ask"]["get"]["parameters"][0]["examples"]
    operations = [
        item["operationId"] for path in document["paths"].values() for item in path.values()
    ]
    assert len(operations) == len(set(operations)) == len(listed) + 2
