"""Each request: its id, its line in the log, what is counted."""

from __future__ import annotations

import json
import logging
from contextvars import Context
from dataclasses import replace
from io import StringIO
from typing import TYPE_CHECKING, Any

import anyio
import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from keikaku.errors import QueryTimeoutError, SettingsError
from keikaku.settings import Settings
from keikaku.web import problems
from keikaku.web.operation.logs import JsonFormatter
from keikaku.web.operation.metrics import METRICS, Metrics, metrics_endpoint
from keikaku.web.operation.observe import KINDS, Observed
from keikaku.web.operation.trace import current, note, note_query

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from starlette.requests import Request
    from starlette.types import ASGIApp

    from conftest import Client

QUERY = "SELECT ?secret WHERE { ?item rdfs:label '協働' }"
LOG = logging.getLogger("keikaku.test")


async def sparql(request: Request) -> Response:
    note_query(request.query_params["query"])
    note(cache="miss", release="0123456789abcdef")
    await anyio.sleep(float(request.query_params.get("seconds", 0)))
    return PlainTextResponse("結果")


async def deep(_: Request) -> Response:
    await run_in_threadpool(LOG.warning, "in a thread")
    return PlainTextResponse("ok")


async def broken(request: Request) -> Response:
    raise RuntimeError("broken\nby " + request.query_params.get("query", "nothing"))


async def cut(_: Request) -> Response:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"begun"
        raise QueryTimeoutError("時間切れ", "too late")

    return StreamingResponse(pieces())


async def page(_: Request) -> Response:
    return PlainTextResponse("page")


def site(metrics: Metrics) -> Starlette:
    """An application with one route of each temper."""
    return Starlette(
        routes=[
            Route("/sparql", sparql, methods=["GET", "POST"]),
            Route("/id/deep", deep),
            Route("/api/broken", broken),
            Route("/cut", cut),
            Route("/metrics", metrics_endpoint(metrics)),
            Route("/keikaku/doc/352039", page),
            Route("/", page),
        ]
    )


async def bare_broken(*_: Any) -> None:
    """An application that answers nothing."""
    raise RuntimeError("nothing answered")


async def client_left(*_: Any) -> None:
    """An application whose client has left before there was an answer."""


@pytest.fixture
def lines() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """What was logged, parsed line by line."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    logger = logging.getLogger("keikaku")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logger.removeHandler(handler)
    logger.setLevel(level)


@pytest.fixture
def observed(client_of: Callable[[ASGIApp], Client]) -> Callable[..., Client]:
    """A client of the site under some settings; its address is 127.0.0.1."""

    def make(**settings: Any) -> Client:
        metrics = Metrics()
        app = problems_in(site(metrics))
        return client_of(Observed(app, replace(Settings(), **settings), metrics))

    return make


def problems_in(app: Starlette) -> Starlette:
    """Let an application answer its errors as ours do."""
    problems.install(app)  # type: ignore[arg-type]
    return app


def test_a_line_says_what_happened_and_nothing_that_the_client_wrote(
    observed: Callable[..., Client], lines: Callable[[], list[dict[str, Any]]]
) -> None:
    response = observed().get("/sparql", params={"query": QUERY, "token": "hush"})
    [line] = lines()
    assert line.pop("time").endswith("+00:00")
    assert 0 <= line.pop("ms") < 10_000
    assert line == {
        "level": "info",
        "event": "request",
        "request": response.headers["x-request-id"],
        "method": "GET",
        "kind": "sparql",
        "status": 200,
        "bytes": 6,
        "cache": "miss",
        "release": "0123456789abcdef",
        "query": line["query"],
    }
    assert len(line["query"]) == 12
    assert not any(word in json.dumps(line) for word in ("secret", "hush", "127.0.0.1"))


def test_the_same_query_has_the_same_hash(
    observed: Callable[..., Client], lines: Callable[[], list[dict[str, Any]]]
) -> None:
    client = observed()
    for query in (QUERY, QUERY, QUERY + " "):
        client.get("/sparql", params={"query": query})
    first, second, third = (line["query"] for line in lines())
    assert first == second != third


def test_text_and_address_stand_in_the_log_when_asked(
    observed: Callable[..., Client], lines: Callable[[], list[dict[str, Any]]]
) -> None:
    client = observed(log_queries=True, log_addresses=True)
    client.get("/sparql", params={"query": QUERY})
    [line] = lines()
    assert line["text"] == QUERY
    assert line["client"] == "127.0.0.1"


def test_no_line_is_written_where_none_is_wanted(
    observed: Callable[..., Client], lines: Callable[[], list[dict[str, Any]]]
) -> None:
    assert observed(log_requests=False).get("/").text == "page"
    assert lines() == []


def test_a_slow_query_has_a_line_of_its_own_even_where_requests_have_none(
    observed: Callable[..., Client], lines: Callable[[], list[dict[str, Any]]]
) -> None:
    client = observed(log_requests=False, slow_query_seconds=0)
    client.get("/sparql", params={"query": QUERY, "seconds": 0.05})
    client.get("/")
    [line] = lines()
    assert (line["event"], line["level"], line["kind"]) == ("slow query", "warning", "sparql")
    assert line["ms"] >= 50
    assert "text" not in line
    assert "keikaku_slow_queries_total 1.0" in client.get("/metrics").text
    quick = observed(log_requests=False, slow_query_seconds=1)
    quick.get("/sparql", params={"query": QUERY})
    assert len(lines()) == 1


def test_lines_of_other_modules_carry_the_request_from_threads_too(
    observed: Callable[..., Client], lines: Callable[[], list[dict[str, Any]]]
) -> None:
    response = observed().get("/id/deep")
    inner, outer = lines()
    assert inner["event"] == "in a thread"
    assert inner["request"] == outer["request"] == response.headers["x-request-id"]
    Context().run(LOG.warning, "outside")
    assert "request" not in lines()[-1]
    assert Context().run(current) is None


def test_every_request_has_another_id_and_scripts_may_read_it(
    observed: Callable[..., Client],
) -> None:
    client = observed()
    answers = [client.get("/") for _ in range(20)]
    assert len({answer.headers["x-request-id"] for answer in answers}) == 20
    assert "x-request-id" in answers[0].headers["access-control-expose-headers"].lower()


@pytest.mark.parametrize("given", ["abc-1.2_X", "a" * 64])
def test_an_id_from_a_trusted_proxy_is_kept(given: str, observed: Callable[..., Client]) -> None:
    client = observed(trusted_proxies="10.0.0.0/8 127.0.0.1")
    assert client.get("/", headers={"X-Request-Id": given}).headers["x-request-id"] == given
    assert observed().get("/", headers={"X-Request-Id": given}).headers["x-request-id"] != given


@pytest.mark.parametrize("given", ["", "a" * 65, 'a"b', "a b", "日本".encode(), "a\x1b[2J"])
def test_an_id_that_is_none_is_not_kept(given: Any, observed: Callable[..., Client]) -> None:
    client = observed(trusted_proxies="127.0.0.1")
    kept = client.get("/", headers={"X-Request-Id": given}).headers["x-request-id"]
    assert len(kept) == 16
    assert int(kept, 16) >= 0


def test_the_address_of_a_client_comes_from_a_trusted_proxy_and_cannot_be_forged(
    observed: Callable[..., Client], lines: Callable[[], list[dict[str, Any]]]
) -> None:
    forged = {"X-Forwarded-For": "198.51.100.1, 203.0.113.9, 10.1.2.3"}
    observed(log_addresses=True, trusted_proxies="127.0.0.1 10.0.0.0/8").get("/", headers=forged)
    observed(log_addresses=True, trusted_proxies="10.0.0.0/8").get("/", headers=forged)
    observed(log_addresses=True).get("/", headers=forged)
    assert [line["client"] for line in lines()] == ["203.0.113.9", "127.0.0.1", "127.0.0.1"]


@pytest.mark.parametrize("proxies", ["*", "localhost", "10.0.0.1/8", "127.0.0.1 proxy"])
def test_only_addresses_can_be_trusted(proxies: str, observed: Callable[..., Client]) -> None:
    with pytest.raises(SettingsError):
        observed(trusted_proxies=proxies)


def test_what_nobody_answered_is_answered_with_our_error(
    client_of: Callable[[ASGIApp], Client], lines: Callable[[], list[dict[str, Any]]]
) -> None:
    response = client_of(Observed(bare_broken, Settings(), Metrics())).get("/")
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["access-control-allow-origin"] == "*"
    error, request = lines()
    assert "nothing answered" in error["traceback"]
    assert error["request"] == request["request"] == response.headers["x-request-id"]
    assert (request["status"], request["error"]) == (500, "RuntimeError")


def test_an_error_is_logged_once_in_one_line(
    observed: Callable[..., Client], lines: Callable[[], list[dict[str, Any]]]
) -> None:
    assert observed().get("/api/broken").status_code == 500
    error, request = lines()
    assert error["error"] == "RuntimeError"
    assert (request["kind"], request["status"]) == ("question", 500)


def test_a_response_that_breaks_off_is_cut_and_said_so(
    lines: Callable[[], list[dict[str, Any]]],
) -> None:
    metrics = Metrics()
    app = Observed(problems_in(site(metrics)), Settings(), metrics)

    async def send() -> None:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://x"
        ) as client:
            await client.get("/cut")

    with pytest.raises(QueryTimeoutError):
        anyio.run(send)
    line = lines()[-1]
    assert (line["status"], line["complete"], line["bytes"]) == (200, False, 5)
    assert line["error"] == "QueryTimeoutError"


def test_a_client_that_left_is_no_success(lines: Callable[[], list[dict[str, Any]]]) -> None:
    metrics = Metrics()
    scope = {"type": "http", "method": "BREW", "path": "/sparql", "headers": []}

    async def call() -> None:
        await Observed(client_left, Settings(), metrics)(scope, None, None)  # type: ignore[arg-type]

    anyio.run(call)
    assert (lines()[0]["status"], lines()[0]["method"]) == (499, "other")


def scraped(client: Client, **headers: str) -> dict[str, dict[tuple[str, ...], float]]:
    """Return the samples of /metrics by name and labels, read by Prometheus's own parser."""
    text = client.get("/metrics", headers=headers).text
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sample.labels.values())] = sample.value
    return found


def test_requests_are_counted_by_kind_method_and_status(observed: Callable[..., Client]) -> None:
    client = observed(base="https://data.example.jp/keikaku/")
    client.get("/sparql", params={"query": QUERY})
    client.post("/sparql", params={"query": QUERY})
    client.get("/keikaku/doc/352039")
    client.get("/keikakus/doc/352039")
    client.get("/nothing/" + "x" * 50)
    client.head("/")
    samples = scraped(client)
    assert samples["keikaku_requests_total"] == {
        ("sparql", "GET", "200"): 1,
        ("sparql", "POST", "200"): 1,
        ("resource", "GET", "200"): 1,
        ("other", "GET", "404"): 2,
        ("page", "HEAD", "200"): 1,
    }
    assert samples["keikaku_request_seconds_count"][("sparql",)] == 2
    assert samples["keikaku_response_bytes_total"][("sparql",)] == 12
    assert samples["keikaku_response_bytes_total"][("page",)] == 0
    assert samples["keikaku_requests_open"] == {(): 1}  # this very request
    assert samples["keikaku_process_resident_memory_bytes"][()] > 1_000_000
    assert all(name.startswith("keikaku_") for name in samples)
    assert not any(name.endswith("_created") for name in samples)


def test_the_kinds_are_few() -> None:
    assert len(set(KINDS.values()) | {"other"}) == 8


def test_two_applications_count_apart(observed: Callable[..., Client]) -> None:
    one, other = observed(), observed()
    one.get("/")
    assert ("page", "GET", "200") in scraped(one)["keikaku_requests_total"]
    assert "keikaku_requests_total" not in scraped(other)


def test_what_is_watched_is_read_when_asked_and_one_that_fails_hides_no_other(
    client_of: Callable[[ASGIApp], Client],
) -> None:
    metrics = Metrics()
    client = client_of(site(metrics))
    waiting = [3]
    metrics.watch("keikaku_queries_waiting", lambda: waiting[0])
    metrics.watch("keikaku_workers_running", lambda: {"short": 2, "long": 1})
    metrics.watch("keikaku_cache_hits_total", lambda: 7)
    metrics.watch("keikaku_release_info", lambda: {'a"\n': 1})
    metrics.watch("keikaku_cache_bytes", lambda: 1 // 0)
    metrics.count("keikaku_workers_killed_total", "deadline")
    metrics.count("keikaku_workers_killed_total", "deadline", by=2)
    waiting[0] = 5
    samples = scraped(client)
    assert samples["keikaku_queries_waiting"] == {(): 5}
    assert samples["keikaku_workers_running"] == {("short",): 2, ("long",): 1}
    assert samples["keikaku_cache_hits_total"] == {(): 7}
    assert samples["keikaku_cache_misses_total"] == {(): 0}
    assert samples["keikaku_release_info"] == {('a"\n',): 1}
    assert samples["keikaku_workers_killed_total"] == {("deadline",): 3}
    assert "keikaku_cache_bytes" not in samples
    assert "keikaku_workers_spare" not in samples


def test_a_metric_that_is_not_in_the_table_is_refused() -> None:
    metrics = Metrics()
    for wrong in ("keikaku_typo", "keikaku_request_seconds"):
        with pytest.raises(KeyError):
            metrics.watch(wrong, lambda: 1)
        with pytest.raises(KeyError):
            metrics.count(wrong)


def test_the_table_follows_the_customs_of_prometheus() -> None:
    for name, metric in METRICS.items():
        assert name.startswith("keikaku_")
        assert (metric.type == "counter") == name.endswith("_total"), name
        assert metric.help
        assert "\n" not in metric.help


def test_metrics_come_in_the_format_that_is_asked_for(
    client_of: Callable[[ASGIApp], Client],
) -> None:
    client = client_of(site(Metrics()))
    assert client.get("/metrics").headers["content-type"].startswith("text/plain; version=0.0.4")
    open_metrics = client.get("/metrics", headers={"Accept": "application/openmetrics-text"})
    assert open_metrics.headers["content-type"].startswith("application/openmetrics-text")
    assert open_metrics.text.endswith("# EOF\n")
