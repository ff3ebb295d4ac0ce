"""Whole answers get an ETag and are not sent twice; what has its own way is left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from keikaku.web.conditional import LARGEST, Conditional
from keikaku.web.kept import Kept

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from conftest import Client


def app_of(response: Response) -> ASGIApp:
    """An application that gives always the same answer."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await response(scope, receive, send)

    return app


def test_a_whole_answer_has_a_strong_etag_and_is_304_next_time(client_of: type[Client]) -> None:
    client = client_of(Conditional(app_of(PlainTextResponse("計画"))))
    first = client.get("/x")
    assert first.text == "計画"
    assert first.headers["cache-control"] == "no-cache"
    again = client.get("/x", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (httpx.codes.NOT_MODIFIED, b"")
    assert client.get("/x", headers={"If-None-Match": "*"}).status_code == 304
    head = client.head("/x")
    assert head.content == b""
    assert head.headers["content-length"] == str(len("計画".encode()))


@pytest.mark.parametrize(
    "response",
    [
        PlainTextResponse("a", 404),
        PlainTextResponse("a", headers={"Cache-Control": "no-store"}),
        StreamingResponse(iter([b"a", b"b"])),
        PlainTextResponse("a" * (LARGEST + 1)),
    ],
    ids=["error", "no-store", "stream", "large"],
)
def test_what_is_no_small_whole_answer_is_left_alone(
    response: Response, client_of: type[Client]
) -> None:
    answer = client_of(Conditional(app_of(response))).get("/x", headers={"If-None-Match": "*"})
    assert answer.status_code == response.status_code
    assert "etag" not in answer.headers
    assert answer.content


def test_an_etag_of_its_own_stays(client_of: type[Client]) -> None:
    own = PlainTextResponse("a", headers={"ETag": '"own"', "Cache-Control": "immutable"})
    answer = client_of(Conditional(app_of(own))).get("/x")
    assert answer.headers["etag"] == '"own"'
    assert answer.headers["cache-control"] == "immutable"


def counting(answers: list[str], body: str = "a") -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        answers.append(scope["path"])
        await PlainTextResponse(body)(scope, receive, send)

    return app


def test_a_page_is_made_once_for_each_request_that_differs(client_of: type[Client]) -> None:
    made: list[str] = []
    client = client_of(Kept(counting(made), lambda: "r", 1_000_000))
    for path in ("/doc/a", "/doc/a", "/doc/a?x=1", "/doc/b"):
        assert client.get(path).text == "a"
    client.get("/doc/a", headers={"Accept": "text/turtle"})
    assert made == ["/doc/a", "/doc/a", "/doc/b", "/doc/a"]


def test_nothing_is_kept_that_depends_on_more_than_the_release(client_of: type[Client]) -> None:
    made: list[str] = []
    client = client_of(Kept(counting(made), lambda: "r", 1_000_000))
    for _ in range(2):
        client.get("/releases")
        client.get("/healthz")
    assert len(made) == 4
    changing = client_of(Kept(counting(made), lambda: None, 1_000_000))
    for _ in range(2):
        changing.get("/doc/a")
    assert len(made) == 6


def test_pages_take_no_more_than_their_bytes(client_of: type[Client]) -> None:
    made: list[str] = []
    kept = Kept(counting(made, "a" * 8_000), lambda: "r", 100_000)
    client = client_of(kept)
    for number in range(30):
        client.get(f"/doc/{number}")
    assert 0 < kept.bytes <= 100_000
    large = Kept(counting(made, "a" * 50_000), lambda: "r", 100_000)
    client_of(large).get("/doc/a")
    assert large.bytes == 0
