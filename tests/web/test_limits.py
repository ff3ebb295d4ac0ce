"""How often one client may ask."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from starlette.responses import PlainTextResponse

from keikaku.settings import Settings
from keikaku.web.operation import limits
from keikaku.web.operation.limits import Buckets, Limited, client_of
from keikaku.web.operation.metrics import Metrics
from keikaku.web.operation.operate import operated

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp

    from conftest import Client

CLIENT = "198.51.100.7"


class Clock:
    """A clock that stands until it is moved."""

    now = 1000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


async def answer(scope: Any, receive: Any, send: Any) -> None:
    await PlainTextResponse("ok")(scope, receive, send)


def test_a_bucket_holds_a_quarter_of_a_minute_and_ten_at_least() -> None:
    assert Buckets(120).size == 30
    assert Buckets(4).size == 10


def test_a_bucket_empties_and_fills_evenly() -> None:
    clock = Clock()
    buckets = Buckets(60, clock)
    standings = [buckets.take(CLIENT) for _ in range(17)]
    assert [standing.passes for standing in standings] == [True] * 15 + [False] * 2
    assert [standing.remaining for standing in standings[:15]] == list(range(14, -1, -1))
    assert standings[0].seconds_to_full == 1
    assert standings[-1].seconds_to_full == 15
    assert standings[-1].seconds_to_next == 1
    clock.now += 0.5
    assert not buckets.take(CLIENT).passes
    clock.now += 0.5
    assert buckets.take(CLIENT).passes
    assert not buckets.take(CLIENT).passes
    clock.now += 3600
    assert buckets.take(CLIENT).remaining == 14


def test_over_a_minute_no_client_has_more_than_its_share_and_one_bucket() -> None:
    clock = Clock()
    buckets = Buckets(60, clock)
    passed = 0
    for _ in range(600):
        passed += buckets.take(CLIENT).passes
        clock.now += 0.1
    assert 60 <= passed <= 60 + buckets.size


def test_waiting_as_long_as_said_is_enough() -> None:
    clock = Clock()
    buckets = Buckets(7, clock)
    while (standing := buckets.take(CLIENT)).passes:
        pass
    clock.now += standing.seconds_to_next
    assert buckets.take(CLIENT).passes


def test_one_client_does_not_use_up_another() -> None:
    buckets = Buckets(40, Clock())
    for _ in range(20):
        buckets.take(CLIENT)
    assert not buckets.take(CLIENT).passes
    assert buckets.take("198.51.100.8").passes


def test_the_table_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_CLIENTS", 100)
    buckets = Buckets(60, Clock())
    for number in range(1000):
        buckets.take(str(number))
    assert len(buckets) == 100


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("x" * 64 + "1", "x" * 64 + "2", True),
        ("unknown:", "::1", False),
    ],
)
def test_a_client_is_an_ipv4_address_or_an_ipv6_network(one: str, other: str, same: bool) -> None:
    first, second = (client_of({"client": (host, 1)}) for host in (one, other))
    assert (first == second) is same


def test_a_client_without_an_address_is_one_client() -> None:
    assert client_of({"client": None}) == client_of({}) == ""


@pytest.fixture
def limited(client_of: Callable[[ASGIApp], Client]) -> Client:
    """A client of an application that it may ask ten times."""
    return client_of(Limited(answer, Buckets(10, Clock())))


def test_each_answer_says_how_the_client_stands(limited: Client) -> None:
    first, second = limited.get("/sparql"), limited.get("/")
    assert first.headers["x-ratelimit-limit"] == "10"
    assert first.headers["x-ratelimit-remaining"] == "9"
    assert second.headers["x-ratelimit-remaining"] == "8"
    assert second.headers["x-ratelimit-reset"] == "12"
    assert "x-ratelimit-remaining" in first.headers["access-control-expose-headers"].lower()


def test_too_many_are_refused_with_our_error(limited: Client) -> None:
    answers = [limited.get("/sparql") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    refused = answers[-1]
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.headers["access-control-allow-origin"] == "*"
    assert refused.headers["retry-after"] == "6"
    assert refused.headers["x-ratelimit-remaining"] == "0"
    assert json.loads(refused.text)["status"] == 429
    page = limited.get("/", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["content-type"]) == (429, "text/html; charset=utf-8")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/static/site.css"])
def test_some_paths_are_never_refused(path: str, limited: Client) -> None:
    answers = [limited.get(path) for _ in range(20)]
    assert {answer.status_code for answer in answers} == {200}
    assert "x-ratelimit-limit" not in answers[0].headers


def test_without_the_setting_nobody_is_limited(client_of: Callable[[ASGIApp], Client]) -> None:
    client = client_of(operated(answer, Settings(), Metrics()))
    answers = [client.get("/") for _ in range(50)]
    assert {answer.status_code for answer in answers} == {200}
    assert "x-ratelimit-limit" not in answers[0].headers


def test_with_the_setting_each_forwarded_client_has_a_bucket_and_refusals_are_seen(
    client_of: Callable[[ASGIApp], Client],
) -> None:
    settings = replace(Settings(), requests_per_minute=40, trusted_proxies="127.0.0.1")
    client = client_of(operated(answer, settings, Metrics()))

    def asked(forwarded: str) -> int:
        return client.get("/", headers={"X-Forwarded-For": forwarded}).status_code

    assert [asked(f"192.0.2.{number}, {CLIENT}") for number in range(11)] == [200] * 10 + [429]
    assert asked("192.0.2.9") == 200
    refused = client.get("/", headers={"X-Forwarded-For": CLIENT})
    assert refused.status_code == 429
    assert len(refused.headers["x-request-id"]) == 16
