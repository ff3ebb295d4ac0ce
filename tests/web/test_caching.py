"""Caching: RFC 9110 (8.8.3 ETag, 12.5.3 Accept-Encoding, 13 conditional requests), RFC 9111."""

from __future__ import annotations

import asyncio
import gzip
import re
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

import brotli
import pytest
import zstandard
from pyoxigraph import QueryResultsFormat, RdfFormat

from fake_store import FakeStore
from keikaku.errors import QueryTimeoutError
from keikaku.settings import Settings
from keikaku.store.base import Dataset, Query, Serialized, Streamed
from keikaku.store.embedded import EmbeddedStore
from keikaku.web.app import create_app
from keikaku.web.served import Served
from keikaku.web.sparql.asked import Asked, Client, Memory
from keikaku.web.sparql.caching import (
    Kept,
    Passing,
    ResultCache,
    changes,
    digest,
    entity_tag,
    named_in,
)
from keikaku.web.sparql.coding import codings
from keikaku.web.sparql.protocol import Operation
from keikaku.web.sparql.sharing import Shared

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

JSON = "application/sparql-results+json"
FIRST, SECOND = "0123456789abcdef", "fedcba9876543210"
PINNED = f"/releases/{FIRST}/sparql"
NUMBERS = " ".join(map(str, range(60)))
LARGE = f"SELECT * {{ VALUES ?a {{ '市民市民市民市民' }} VALUES ?x {{ {NUMBERS} }} }}"
SMALL = "SELECT ?x { VALUES ?x { '市民' } }"
DECODERS: dict[str, Any] = {
    "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompressobj().decompress(body),
    "gzip": gzip.decompress,
    "identity": bytes,
}


class Site:
    """An application over a store that counts what it is asked, and whose release can change."""

    def __init__(self, client_of: Any, release: str | None = FIRST, **settings: Any) -> None:
        """Serve `release`."""
        engine = EmbeddedStore.in_memory([])
        self.answer: Any = engine.serialize

        async def answer(query: Query) -> Serialized | Streamed:
            result: Serialized | Streamed = self.answer(query)
            return result

        self.store = FakeStore(answer)
        self.release = release
        self.cache = ResultCache(settings.get("cache_bytes", 64_000_000))
        app = create_app(
            lambda: Served(self.store, self.release),
            pinned=lambda name: Served(self.store, name),
            settings=Settings(**settings),
            cache=self.cache,
        )
        self.client = client_of(app)

    @property
    def asked(self) -> int:
        """How many queries the store was asked."""
        return len(self.store.asked)

    def get(self, query: str, path: str = "/sparql", method: str = "GET", **headers: str) -> Any:
        """Ask a query, without any Accept-Encoding but the one given."""
        named = {"Accept-Encoding": "identity"}
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.request(method, f"{path}?query={quote(query)}", headers=named)


@pytest.fixture
def site(client_of: Any) -> Site:
    """A site that serves a release."""
    return Site(client_of)


# ETags and conditional requests


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("form", ["{}", 'W/{}, "x"', '"x" , {}', '"x",W/{}'])
def test_who_has_the_result_gets_a_304_without_a_query(
    client_of: Any, method: str, form: str
) -> None:
    """RFC 9110, 13.1.2 and 15.4.5."""
    got = Site(client_of).get(LARGE)
    tag = got.headers["etag"]
    assert re.fullmatch(r'"[0-9a-f]{32}"', tag)
    other = Site(client_of)  # knows nothing of the first
    again = other.get(LARGE, method=method, If_None_Match=form.format(tag))
    assert (again.status_code, again.content) == (304, b"")
    assert other.asked == 0
    for name in ("etag", "cache-control", "vary", "content-location"):
        assert again.headers[name] == got.headers[name]
    assert "content-type" not in again.headers


def test_a_star_names_what_is_there_and_no_error(site: Site) -> None:
    assert site.get(LARGE, If_None_Match="*").status_code == 304
    assert site.get("SELECT", If_None_Match="*").status_code == 400


@pytest.mark.parametrize("given", ['"other"', "", "W/", 'nonsense"', '"'])
def test_who_has_something_else_gets_the_result(site: Site, given: str) -> None:
    assert site.get(LARGE, If_None_Match=given).status_code == 200


def test_a_post_is_answered_whatever_the_client_has(site: Site) -> None:
    tag = site.get(LARGE).headers["etag"]
    answer = site.client.post("/sparql", data={"query": LARGE}, headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert "etag" not in answer.headers
    assert answer.headers["cache-control"] == "no-cache"
    assert site.asked == 1  # the result was there from the GET


def test_a_new_release_has_new_etags(site: Site) -> None:
    tag = site.get(LARGE).headers["etag"]
    site.release = SECOND
    again = site.get(LARGE, If_None_Match=tag)
    assert again.status_code == 200
    assert again.headers["etag"] != tag
    assert site.asked == 2


def test_an_etag_is_of_one_coding_and_one_format(site: Site) -> None:
    """RFC 9110, 8.8.3.3."""
    tags = [
        site.get(LARGE, Accept_Encoding=coding, Accept=accept).headers["etag"]
        for coding in ("identity", "br", "gzip", "zstd")
        for accept in (JSON, "text/csv")
    ]
    assert len(set(tags)) == 8


def test_the_same_request_has_the_same_etag_however_it_is_written(site: Site) -> None:
    """Whatever the spelling of Accept and of the parameters, the representation is the same."""
    tags = {
        site.get(LARGE, Accept=JSON).headers["etag"],
        site.get(LARGE, Accept=f"{JSON};q=0.9").headers["etag"],
        site.client.get("/sparql", params={"query": LARGE, "output": "srj"}).headers["etag"],
    }
    assert len(tags) == 2  # one is coded
    assert site.asked == 1


def test_requests_are_told_apart() -> None:
    rows, graphs = QueryResultsFormat.JSON, RdfFormat.TURTLE
    different = [
        Query("ASK {}", rows=rows, graphs=graphs),
        Query("ASK { }", rows=rows, graphs=graphs),
        Query("ASK {}", rows=QueryResultsFormat.XML, graphs=graphs),
        Query("ASK {}", rows=rows, graphs=RdfFormat.N_TRIPLES),
        Query("ASK {}", rows=rows, graphs=None),
        Query("ASK {}", rows=None, graphs=graphs),
        Query("ASK {}", Dataset(("http://g/",), ()), rows, graphs),
        Query("ASK {}", Dataset((), ("http://g/",)), rows, graphs),
    ]
    assert len({digest(query) for query in different}) == len(different)
    assert digest(Query("ASK {}", seconds=3)) == digest(Query("ASK {}"))
    assert entity_tag(("a", b"1"), "br") != entity_tag(("b", b"1"), "br")


@pytest.mark.parametrize(
    ("given", "named"),
    [(b'"t"', True), (b'W/"t"', True), (b'"a", "t"', True), (b"*", True), (b"t", False),
     (b'"a"', False), (b'"at"', False), (b"", False)],
)  # fmt: skip
def test_if_none_match_is_a_list(given: bytes, named: bool) -> None:
    assert named_in(given, b'"t"') is named


# Cache-Control and where a result stays


def test_the_current_release_may_be_kept_a_while(client_of: Any) -> None:
    answer = Site(client_of, cache_seconds=90).get(SMALL)
    assert answer.headers["cache-control"] == "public, max-age=90"
    assert answer.headers["vary"] == "Accept, Accept-Encoding"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "ETag" in answer.headers["access-control-expose-headers"]


def test_a_pinned_release_may_be_kept_forever(site: Site) -> None:
    answer = site.get(SMALL, f"/releases/{SECOND}/sparql")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert site.get(SMALL, f"/releases/{FIRST}/sparql").json() == site.get(SMALL).json()
    assert site.asked == 2  # the current release and the pinned one of the same id are one


def test_an_answer_says_where_it_stays(site: Site) -> None:
    answer = site.get(SMALL)
    location = answer.headers["content-location"]
    assert location == f"/releases/{FIRST}/sparql?query={quote(SMALL)}"
    assert answer.headers["link"] == f'</releases/{FIRST}/sparql>; rel="via"'
    assert site.client.get(location).json() == answer.json()


def test_a_long_query_is_cited_by_its_endpoint_alone(site: Site) -> None:
    answer = site.get(LARGE + " " * 3000)
    assert answer.status_code == 200
    assert "content-location" not in answer.headers
    assert FIRST in answer.headers["link"]


def test_files_without_a_release_are_kept_by_nobody(client_of: Any) -> None:
    site = Site(client_of, release=None)
    for _ in range(2):
        answer = site.get(SMALL)
        assert answer.headers["cache-control"] == "no-cache"
        assert "etag" not in answer.headers
        assert "content-location" not in answer.headers
    assert site.asked == 2


def of_an_engine(site: Site, client_of: Any, **said: Any) -> Site:
    """Let the same store be the current release in an engine, and its pinned one in workers."""
    app = create_app(
        lambda: Served(site.store, FIRST, **said),
        pinned=lambda name: Served(site.store, name),
        settings=Settings(),
        cache=site.cache,
    )
    site.client = client_of(app)
    return site


def test_an_engine_that_changes_under_its_release_is_kept_by_nobody(
    site: Site, client_of: Any
) -> None:
    """Where one dataset is replaced, it answers as the next release before that is known."""
    of_an_engine(site, client_of, lasting=False, engine="http://e/")
    for count in (1, 2):
        answer = site.get(SMALL, If_None_Match="*")
        assert (answer.status_code, site.asked) == (200, count)
        assert answer.headers["cache-control"] == "no-cache"
        for name in ("etag", "content-location", "link"):
            assert name not in answer.headers
    assert site.get(SMALL, f"/releases/{FIRST}/sparql").headers["etag"]
    assert site.asked == 3


def test_an_engine_and_workers_do_not_share_results(site: Site, client_of: Any) -> None:
    of_an_engine(site, client_of, engine="http://e/")
    tags = {site.get(SMALL, path).headers["etag"] for path in ("/sparql", PINNED) * 2}
    assert (len(tags), site.asked) == (2, 2)
    assert site.get(SMALL).headers["content-location"].startswith(PINNED)


@pytest.mark.parametrize("call", ["NOW()", "RAND()", "UUID()", "STRUUID()", "rand()", "Now ( )"])
def test_what_changes_is_kept_by_nobody(site: Site, call: str) -> None:
    query = f"SELECT ({call} AS ?x) {{}}"
    for count in (1, 2):
        answer = site.get(query, If_None_Match="*")
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        assert "etag" not in answer.headers
        assert site.asked == count


def test_a_word_that_only_looks_like_a_function_does_no_harm(site: Site) -> None:
    query = "SELECT (?known AS ?brand) { VALUES ?known { 'NOW()' } } # RAND()"
    tag = site.get(query).headers["etag"]
    assert site.get(query).headers["etag"] == tag
    assert site.get(query, If_None_Match=tag).status_code == 304
    assert site.asked == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ASK { FILTER(NOW() > 1) }", True),
        ("ASK { FILTER('NOW()' = '') }", False),
        ("ASK { <http://e/RAND()> ?p ?o }", False),
        (r"ASK { FILTER(NO\u0057() > 1) }", True),
        ("ASK { SERVICE <http://e/> {} }", True),
        ("ASK { ?service ?uuid ?rand }", False),
        ("ASK {}", False),
    ],
)
def test_a_query_that_changes_is_known(text: str, expected: bool) -> None:
    assert changes(text) is expected


def test_errors_are_not_kept(site: Site) -> None:
    for count in (1, 2):
        answer = site.get("SELECT ?x")
        assert (answer.status_code, answer.headers["cache-control"]) == (400, "no-store")
        assert "etag" not in answer.headers
        assert site.asked == count


# The cache in memory


def test_get_head_and_post_share_a_result(site: Site) -> None:
    got = site.get(LARGE)
    head = site.get(LARGE, method="HEAD")
    posted = site.client.post("/sparql", data={"query": LARGE})
    assert head.content == b""
    assert head.headers["content-length"] == str(len(got.content))
    assert posted.json() == got.json()
    assert site.asked == 1


def test_head_alone_says_how_long_the_result_is(site: Site) -> None:
    head = site.get(LARGE, method="HEAD")
    assert head.headers["content-length"] == str(len(site.get(LARGE).content))
    assert site.asked == 1


def test_the_cache_is_bounded_in_bytes(client_of: Any) -> None:
    site = Site(client_of, cache_bytes=20_000)
    for number in range(100):
        site.get(f"SELECT ('{'x' * 500}{number}' AS ?x) {{}}")
        assert site.cache.bytes <= 20_000
    assert 5 < len(site.cache) < 20
    site.get(f"SELECT ('{'x' * 500}99' AS ?x) {{}}")
    assert site.asked == 100  # the last is still there


def test_a_result_above_a_quarter_of_the_cache_is_not_kept(client_of: Any) -> None:
    site = Site(client_of, cache_bytes=40_000)
    site.answer = lambda query: Serialized(query.text.encode() * 100, JSON)
    for text, kept in (("ASK{}" + " " * 90, 1), ("ASK{}" + " " * 110, 0)):
        before = len(site.cache)
        assert site.get(text, Accept_Encoding="br").status_code == 200
        assert len(site.cache) - before == kept


def test_codings_count_in_the_size_of_the_cache(site: Site) -> None:
    site.get(LARGE)
    plain = site.cache.bytes
    coded = site.get(LARGE, Accept_Encoding="gzip")
    assert site.cache.bytes - plain == int(coded.headers["content-length"])


def test_a_cache_of_no_bytes_keeps_nothing(client_of: Any) -> None:
    site = Site(client_of, cache_bytes=0)
    for _ in range(2):
        assert site.get(SMALL, Accept_Encoding="br").json()["head"]["vars"] == ["x"]
    assert site.asked == 2
    assert site.cache.bytes == 0


def test_hits_and_misses_are_counted(site: Site) -> None:
    for query in (SMALL, SMALL, LARGE, SMALL):
        site.get(query)
    assert (site.cache.hits, site.cache.misses) == (2, 2)


def test_a_request_of_mere_padding_is_not_remembered() -> None:
    operation = Operation("ASK {}", Dataset())
    memory, client = Memory(), Client("GET", None, None, None)
    for size, remembered in ((500, True), (100_000, False)):
        query_string = b"query=ASK{}&x=".ljust(size, b"x")
        memory.remember(query_string, client, Asked.of(operation, None, query_string))
        assert (memory.recall(query_string, client) is not None) is remembered


# Content codings


@pytest.mark.parametrize(
    ("accept_encoding", "expected"),
    [
        ("br", "br"),
        ("zstd", "zstd"),
        ("gzip", "gzip"),
        ("x-gzip", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=1.0, br;q=0.5", "gzip"),
        ("GZIP", "gzip"),
        ("*", "br"),
        ("br;q=0, *", "zstd"),
        ("identity, gzip;q=0.5", "identity"),
        ("identity;q=0.5, gzip", "gzip"),
        ("identity;q=0, gzip", "gzip"),
        ("deflate", "identity"),
        ("", "identity"),
        ("br;q=0", "identity"),
        ("br ; q=0.3 , gzip;q=0.2", "br"),
        ("nonsense;;;,gzip", "gzip"),
    ],
)
def test_a_coding_is_negotiated(site: Site, accept_encoding: str, expected: str) -> None:
    plain = site.get(LARGE)
    answer = site.get(LARGE, Accept_Encoding=accept_encoding)
    assert answer.headers.get("content-encoding", "identity") == expected
    assert answer.json() == plain.json()
    assert "content-encoding" not in plain.headers
    assert answer.headers["vary"] == "Accept, Accept-Encoding"


@pytest.mark.parametrize("refused", ["identity;q=0", "*;q=0", "identity;q=0, br;q=0"])
def test_a_client_that_takes_no_coding_gets_a_406(site: Site, refused: str) -> None:
    """RFC 9110, 12.5.3: unless identity is explicitly refused, it is acceptable."""
    assert site.get(LARGE, Accept_Encoding=refused).status_code == 406
    assert site.get(LARGE, Accept_Encoding=refused).headers["content-type"].startswith("appl")


def test_small_results_are_sent_as_they_are_unless_that_is_refused(site: Site) -> None:
    assert "content-encoding" not in site.get(SMALL, Accept_Encoding="br").headers
    refused = site.get(SMALL, Accept_Encoding="br, identity;q=0")
    assert refused.headers["content-encoding"] == "br"
    assert refused.json() == site.get(SMALL).json()


def test_no_header_means_no_coding() -> None:
    assert codings(None).of(10_000) == "identity"


def test_a_result_is_coded_once(client_of: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    compress = brotli.compress

    def counting(body: bytes, **options: Any) -> bytes:
        calls.append(threading.get_ident())
        return bytes(compress(body, **options))

    monkeypatch.setattr(brotli, "compress", counting)
    site = Site(client_of)
    for _ in range(3):
        site.get(LARGE, Accept_Encoding="br")
    assert calls == [threading.get_ident()]
    site.answer = lambda _: Serialized(b"x" * 70_000, JSON)
    for _ in range(3):
        site.get("ASK{}", Accept_Encoding="br")
    assert len(calls) == 2
    assert calls[1] != threading.get_ident()  # a large one, off the event loop


# Results in pieces


async def pieces(count: int) -> AsyncIterator[bytes]:
    for number in range(count):
        await asyncio.sleep(0)
        yield b"%d," % number * 1000


@pytest.mark.parametrize("coding", ["identity", "br", "zstd", "gzip"])
def test_pieces_are_coded_and_kept_in_passing(site: Site, coding: str) -> None:
    whole = b"".join(b"%d," % number * 1000 for number in range(20))
    site.answer = lambda _: Streamed(pieces(20), JSON)
    for chunked in (True, False):
        answer = site.client.request(
            "GET", "/sparql?query=ASK{}", headers={"Accept-Encoding": coding}
        )
        assert answer.content == whole
        assert answer.headers.get("content-encoding", "identity") == coding
        assert ("content-length" not in answer.headers) is chunked
        weak = chunked and coding != "identity"
        assert answer.headers["etag"].startswith('W/"') is weak
        headers = {"Accept-Encoding": coding, "If-None-Match": answer.headers["etag"]}
        again = site.client.get("/sparql?query=ASK{}", headers=headers)
        assert again.status_code == 304
    assert site.asked == 1


def test_pieces_that_are_too_many_are_not_kept(client_of: Any) -> None:
    site = Site(client_of, cache_bytes=40_000)
    site.answer = lambda _: Streamed(pieces(20), JSON)
    for count in (1, 2):
        assert site.get("ASK{}").status_code == 200
        assert site.asked == count
    assert len(site.cache) == 0


# Requests at the same time


def counted(results: list[Any]) -> tuple[list[Query], Any]:
    """Return the queries that were asked, and a function that answers them one after another."""
    asked: list[Query] = []

    async def ask(query: Query) -> Any:
        asked.append(query)
        result = results[len(asked) - 1]
        await asyncio.sleep(0.02)
        if isinstance(result, Exception):
            raise result
        return result

    return asked, ask


def test_the_same_query_at_the_same_time_is_asked_once() -> None:
    asked, ask = counted([Serialized(b"1", JSON)])

    async def all_at_once() -> list[Any]:
        cache = ResultCache(1_000_000)
        query = Query("ASK {}")
        return await asyncio.gather(*(cache.answer(("r", b"d"), query, ask) for _ in range(5)))

    found = asyncio.run(all_at_once())
    assert {id(kept) for kept in found} == {id(found[0])}
    assert found[0].body == b"1"
    assert len(asked) == 1


def test_an_error_at_the_same_time_is_everybodys() -> None:
    asked, ask = counted([QueryTimeoutError("遅い", "late")])

    async def all_at_once() -> list[Any]:
        cache = ResultCache(1_000_000)
        answers = (cache.answer(("r", b"d"), Query("ASK {}"), ask) for _ in range(3))
        return await asyncio.gather(*answers, return_exceptions=True)

    assert [type(error) for error in asyncio.run(all_at_once())] == [QueryTimeoutError] * 3
    assert len(asked) == 1


def test_who_waits_longer_does_not_get_the_shorter_deadline() -> None:
    asked, ask = counted([QueryTimeoutError("遅い", "late"), Serialized(b"1", JSON)])

    async def both() -> list[Any]:
        cache = ResultCache(1_000_000)
        answers = (
            cache.answer(("r", b"d"), Query("ASK {}", seconds=seconds), ask)
            for seconds in (0.01, None)
        )
        return await asyncio.gather(*answers, return_exceptions=True)

    short, long = asyncio.run(both())
    assert isinstance(short, QueryTimeoutError)
    assert isinstance(long, Kept)
    assert len(asked) == 2


def test_what_changes_is_asked_for_each() -> None:
    asked, ask = counted([Serialized(b"1", JSON), Serialized(b"2", JSON)])

    async def both() -> list[Any]:
        cache = ResultCache(1_000_000)
        query = Query("SELECT (RAND() AS ?x) {}")
        return await asyncio.gather(*(cache.answer(("r", b"d"), query, ask) for _ in range(2)))

    assert {kept.body for kept in asyncio.run(both())} == {b"1", b"2"}
    assert len(asked) == 2


def test_pieces_go_to_one_and_the_others_ask_again() -> None:
    asked, ask = counted([Streamed(pieces(2), JSON) for _ in range(3)])

    async def read(cache: ResultCache) -> bytes:
        found = await cache.answer(("r", b"d"), Query("ASK {}"), ask)
        assert isinstance(found, Passing)
        return b"".join([piece async for piece in found.pieces])

    async def all_at_once() -> list[bytes]:
        cache = ResultCache(1_000_000)
        return await asyncio.gather(*(read(cache) for _ in range(3)))

    assert asyncio.run(all_at_once()) == [b"0," * 1000 + b"1," * 1000] * 3
    assert len(asked) == 3


class Pieces:
    """Pieces that know whether they were closed."""

    def __init__(self) -> None:
        """Be open."""
        self.closed = False

    def __aiter__(self) -> Pieces:
        """Return itself."""
        return self

    async def __anext__(self) -> bytes:
        """Give one more piece."""
        return b"x"

    async def aclose(self) -> None:
        """Note it."""
        self.closed = True


def test_work_goes_on_when_who_began_it_leaves_and_others_wait() -> None:
    async def story() -> None:
        shared: Shared[int] = Shared()

        async def work() -> int:
            await asyncio.sleep(0.05)
            return 7

        first = asyncio.create_task(shared.do("n", work))
        second = asyncio.create_task(shared.do("n", work))
        await asyncio.sleep(0.01)
        first.cancel()
        assert await second == 7
        assert first.cancelled()
        assert len(shared) == 0

    asyncio.run(story())


def test_work_that_nobody_waits_for_is_cancelled() -> None:
    async def story() -> None:
        shared: Shared[int] = Shared()
        cancelled = asyncio.Event()

        async def work() -> int:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                cancelled.set()
                raise
            return 7

        waiting = [asyncio.create_task(shared.do("n", work)) for _ in range(2)]
        await asyncio.sleep(0.01)
        for task in waiting:
            task.cancel()
        await asyncio.wait(waiting)
        assert cancelled.is_set()
        assert len(shared) == 0

    asyncio.run(story())


def test_pieces_that_come_too_late_are_closed() -> None:
    async def story() -> None:
        cache = ResultCache(1_000_000)
        late = Pieces()

        async def ask(_: Query) -> Streamed:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                return Streamed(late, JSON)  # it was ready at this very moment
            raise AssertionError

        waiting = asyncio.create_task(cache.answer(("r", b"d"), Query("ASK {}"), ask))
        await asyncio.sleep(0.01)
        waiting.cancel()
        await asyncio.wait([waiting])
        assert late.closed

    asyncio.run(story())


def test_the_address_that_cites_a_result_is_readable(site: Site) -> None:
    assert SMALL in unquote(site.get(SMALL).headers["content-location"])
