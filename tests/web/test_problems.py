"""The one error body: RFC 9457, and a page for a browser."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import pytest
from fastapi import FastAPI

from keikaku import errors
from keikaku.store.base import FormatError
from keikaku.web import problems
from keikaku.web.problems import HttpError

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def app_raising(error: Exception) -> FastAPI:
    app = FastAPI()
    problems.install(app)

    @app.get("/")
    def fail() -> None:
        raise error

    @app.get("/number/{number}")
    def number(number: int) -> int:
        return number

    return app


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.QuerySyntaxError("誤り", "fault"), 400),
        (errors.QueryRefusedError("誤り", "fault"), 400),
        (errors.QuestionError("誤り", "fault"), 400),
        (FormatError("誤り", "fault"), 406),
        (errors.ReleaseError("誤り", "fault"), 503),
        (errors.SettingsError("誤り", "fault"), 500),
        (HttpError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "誤り", "fault"), 413),
    ],
)
def test_an_error_has_its_status_and_says_itself_in_two_languages(
    client_of: Any, error: Exception, status: int
) -> None:
    response = client_of(app_raising(error)).get("/")
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["vary"] == "Accept"
    assert response.json() == {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": "誤り (fault)",
        "ja": "誤り",
        "en": "fault",
    }


def test_every_error_of_ours_has_a_status() -> None:
    def below(kind: type[Exception]) -> set[type[Exception]]:
        return {kind}.union(*(below(child) for child in kind.__subclasses__()))

    known = below(errors.KeikakuError)
    assert len(known) > 8
    assert all(any(base in problems.STATUS for base in kind.__mro__) for kind in known)


def test_the_line_of_a_query_is_a_member_of_its_own(client_of: Any) -> None:
    response = client_of(app_raising(errors.QuerySyntaxError("誤り", "fault", line=3))).get("/")
    assert response.json()["line"] == 3


def test_what_we_did_not_expect_shows_no_internals(client_of: Any) -> None:
    response = client_of(app_raising(RuntimeError("secret /path"))).get("/")
    assert response.status_code == 500
    assert response.json()["title"] == "Internal Server Error"
    assert "secret" not in response.text


def test_what_we_did_not_expect_is_logged(client_of: Any, caplog: pytest.LogCaptureFixture) -> None:
    client_of(app_raising(RuntimeError("secret /path"))).get("/")
    assert "secret /path" in caplog.text


def test_an_unknown_address_is_a_404(client_of: Any) -> None:
    response = client_of(app_raising(RuntimeError())).get("/nowhere")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert "何もありません" in response.json()["detail"]


def test_a_method_that_is_not_taken_is_a_405_with_allow(client_of: Any) -> None:
    response = client_of(app_raising(RuntimeError())).delete("/")
    assert response.status_code == 405
    assert "GET" in response.headers["allow"]
    assert response.json()["status"] == 405


def test_a_value_of_the_wrong_type_is_a_400_that_names_it(client_of: Any) -> None:
    response = client_of(app_raising(RuntimeError())).get("/number/one")
    assert response.status_code == 400
    assert "path number" in response.json()["detail"]


def test_a_browser_gets_a_page(client_of: Any) -> None:
    error = errors.QueryRefusedError("<b>誤り</b>", "fault")
    response = client_of(app_raising(error)).get("/", headers=BROWSER)
    assert response.status_code == 400
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert '<html lang="ja">' in response.text
    assert "&lt;b&gt;誤り&lt;/b&gt;" in response.text
