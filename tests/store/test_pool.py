"""Queries in worker processes: the same answers, and limits that end one query and nothing else."""

from __future__ import annotations

import asyncio
import errno
import gc
import json
import os
import signal
import struct
import tempfile
import threading
import time
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad, QueryResultsFormat, RdfFormat, parse

from finite_work import QUARTER_MINUTE, SORTED
from keikaku.errors import (
    BusyError,
    EngineCrashError,
    EngineError,
    QueryMemoryError,
    QueryRefusedError,
    QuerySyntaxError,
    QueryTimeoutError,
    ReleaseError,
    ResultSizeError,
    SourceError,
)
from keikaku.names import KEI, RDFS
from keikaku.release.dumps import canonical
from keikaku.store import pool as pool_module
from keikaku.store.admission import Bounds
from keikaku.store.base import Dataset, FormatError, Query, Serialized, Streamed
from keikaku.store.embedded import EmbeddedStore, load
from keikaku.store.limits import Limits
from keikaku.store.pool import MOST_STREAMS, Lane, Pool, PooledStore
from keikaku.store.spawn import OnDisk, Zygote
from keikaku.store.wire import DATA, LONGEST, Data, Frames, frame

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Iterator

GRAPHS = ("http://g/1", "http://g/2")
ITEMS = 3_000
QUADS = frozenset(
    Quad(
        NamedNode(f"http://example.org/{n}"),
        RDFS["label"],
        Literal(f"項目{n}"),
        NamedNode(GRAPHS[n % 2]),
    )
    for n in range(ITEMS)
)
MEMORY = 300_000_000
COUNT = "SELECT (COUNT(?s) AS ?n) { ?s rdfs:label ?label }"
ALL = "SELECT * { ?s ?p ?o }"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a loaded store."""
    path = tmp_path_factory.mktemp("pool") / "store"
    load(path, canonical(QUADS))
    return path


class Asked:
    """A pool over a store, and what it came to."""

    def __init__(self, pool: Pool, store: PooledStore, zygote: Zygote) -> None:
        """Keep them."""
        self.pool, self.store, self.zygote = pool, store, zygote

    async def text(self, text: str, **said: Any) -> str:
        """Return a query's answer as CSV."""
        result = await self.store.answer(Query(text, rows=QueryResultsFormat.CSV, **said))
        assert isinstance(result, Serialized)
        return result.body.decode()

    async def works(self) -> None:
        """See that a short query is answered."""
        assert (await self.text(COUNT)).split() == ["n", str(ITEMS)]

    async def settles(self) -> None:
        """Wait until all workers stand ready again."""
        until = time.monotonic() + 60
        while self.pool.idle() < self.pool.limits.workers + 1:
            assert time.monotonic() < until, "the pool does not become whole again"
            await asyncio.sleep(0.01)
        await self.works()

    def workers(self) -> list[int]:
        """Return the processes that the zygote has forked."""
        process = self.zygote._process.pid
        children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
        return [int(child) for child in children.split()]


@asynccontextmanager
async def asked(folder: Path, *, memory: int = MEMORY, **limits: Any) -> AsyncIterator[Asked]:
    pool = Pool(Limits(**{"workers": 2, "seconds": 20.0} | limits))
    zygote = Zygote(Data(Bounds(), memory))
    store = PooledStore(pool, OnDisk(zygote, folder))
    pool.prefer(store.source)
    try:
        yield Asked(pool, store, zygote)
    finally:
        pool.close()
        zygote.close()


def in_loop(run: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(run())


@pytest.mark.parametrize(
    ("text", "rows", "graphs"),
    [
        (f"{ALL} ORDER BY ?s LIMIT 3", QueryResultsFormat.JSON, None),
        (f"{ALL} ORDER BY ?s LIMIT 3", QueryResultsFormat.XML, None),
        (f"{ALL} ORDER BY ?s LIMIT 3", QueryResultsFormat.CSV, None),
        (f"{ALL} ORDER BY ?s LIMIT 3", QueryResultsFormat.TSV, None),
        ("ASK { ?s ?p '項目7' }", QueryResultsFormat.XML, None),
        ("CONSTRUCT WHERE { <http://example.org/7> ?p ?o }", None, RdfFormat.TURTLE),
        ("CONSTRUCT WHERE { <http://example.org/7> ?p ?o }", None, RdfFormat.N_TRIPLES),
        ("CONSTRUCT WHERE { <http://example.org/7> ?p ?o }", None, RdfFormat.RDF_XML),
        ("DESCRIBE <http://example.org/7>", None, RdfFormat.JSON_LD),
    ],
)
def test_a_worker_answers_with_the_bytes_of_the_engine(
    folder: Path, text: str, rows: QueryResultsFormat | None, graphs: RdfFormat | None
) -> None:
    query = Query(text, rows=rows, graphs=graphs)
    expected = EmbeddedStore.open(folder).serialize(query)

    async def run() -> None:
        async with asked(folder) as it:
            assert await it.store.answer(query) == expected

    in_loop(run)


def test_a_worker_sees_the_dataset_that_is_asked_for(folder: Path) -> None:
    async def run() -> None:
        async with asked(folder) as it:
            text = "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
            assert (await it.text(text)).split() == ["n", "2"]
            one = Dataset(named_graphs=[GRAPHS[0]])
            assert (await it.text(text, dataset=one)).split() == ["n", "1"]

    in_loop(run)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("SELECT * {\n ?s ?p }", QuerySyntaxError),
        ("INSERT DATA { <a:a> <a:a> <a:a> }", QueryRefusedError),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", QueryRefusedError),
        ("CONSTRUCT WHERE { ?s ?p ?o }", FormatError),
    ],
)
def test_a_refusal_comes_back_as_it_was_raised(
    folder: Path, text: str, error: type[Exception]
) -> None:
    query = Query(text, graphs=None)
    with pytest.raises(error) as expected:
        EmbeddedStore.open(folder).serialize(query)

    async def run() -> None:
        async with asked(folder) as it:
            with pytest.raises(error) as caught:
                await it.store.answer(query)
            assert caught.value.problems == expected.value.problems  # type: ignore[attr-defined]
            await it.settles()
            assert not it.pool.kills

    in_loop(run)


def test_a_query_that_passes_its_deadline_ends_and_the_others_go_on(folder: Path) -> None:
    async def run() -> None:
        async with asked(folder, seconds=1.0) as it:
            slow = asyncio.create_task(it.text(QUARTER_MINUTE))
            while not slow.done():
                await it.works()
            with pytest.raises(QueryTimeoutError, match=r"1 秒.*1 seconds"):
                await slow
            assert it.pool.kills == {"timeout": 1}
            await it.settles()

    in_loop(run)


@pytest.mark.parametrize(("wish", "seconds"), [(0.05, "0.05"), (0.5, "0.5"), (99.0, "1")])
def test_a_client_may_ask_for_less_time_but_not_for_more(
    folder: Path, wish: float, seconds: str
) -> None:
    async def run() -> None:
        async with asked(folder, seconds=1.0) as it:
            with pytest.raises(QueryTimeoutError, match=f" {seconds} seconds"):
                await it.text(QUARTER_MINUTE, seconds=wish)

    in_loop(run)


def test_a_query_that_takes_too_much_memory_ends_and_the_others_go_on(folder: Path) -> None:
    async def run() -> None:
        async with asked(folder, memory=100_000_000, seconds=120.0) as it:
            greedy = asyncio.create_task(it.text(SORTED))
            while not greedy.done():
                await it.works()
            with pytest.raises(QueryMemoryError, match=r"メモリ.*memory"):
                await greedy
            assert it.pool.kills == {"memory": 1}
            await it.settles()

    in_loop(run)


def test_a_crash_of_the_engine_is_the_error_of_that_query_alone(folder: Path) -> None:
    async def run() -> None:
        async with asked(folder) as it:
            await it.settles()
            unlucky = asyncio.create_task(it.text(QUARTER_MINUTE))
            while not (busy := [pid for pid in it.workers() if _cpu_ticks(pid) > 10]):
                await asyncio.sleep(0.05)
            os.kill(busy[0], signal.SIGSEGV)
            with pytest.raises(EngineCrashError, match=r"異常終了.*crashed"):
                await unlucky
            assert it.pool.kills == {"crash": 1}
            await it.settles()

    in_loop(run)


def _cpu_ticks(process: int) -> int:
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return int(fields[11])


def test_the_death_of_the_zygote_is_mended(folder: Path) -> None:
    async def run() -> None:
        async with asked(folder) as it:
            await it.settles()
            os.kill(it.zygote._process.pid, signal.SIGKILL)
            await asyncio.sleep(0.2)
            await it.works()

    in_loop(run)


def test_a_large_result_comes_in_pieces_and_whole(folder: Path) -> None:
    query = Query("SELECT * { ?s ?p ?o . ?s2 ?p ?o2 } LIMIT 40000")

    async def run() -> None:
        async with asked(folder) as it:
            result = await it.store.answer(query)
            assert isinstance(result, Streamed)
            body = b"".join([piece async for piece in result.pieces])
            assert body == EmbeddedStore.open(folder).serialize(query).body
            assert len(body) > 5_000_000
            await it.settles()

    in_loop(run)


def test_a_result_that_is_too_large_is_an_error(folder: Path) -> None:
    async def run() -> None:
        async with asked(folder, result_bytes=500_000) as it:
            with pytest.raises(ResultSizeError, match="500000"):
                await it.store.answer(Query("SELECT * { ?s ?p ?o . ?s2 ?p ?o2 }"))
            await it.settles()

    in_loop(run)


def test_a_large_result_that_breaks_off_raises_where_it_is_read(folder: Path) -> None:
    async def run() -> None:
        async with asked(folder, result_bytes=3_000_000) as it:
            result = await it.store.answer(Query("SELECT * { ?s ?p ?o . ?s2 ?p ?o2 }"))
            assert isinstance(result, Streamed)
            with pytest.raises(ResultSizeError):
                b"".join([piece async for piece in result.pieces])
            await it.settles()

    in_loop(run)


def test_a_large_result_that_nobody_reads_on_frees_its_worker(folder: Path) -> None:
    async def run() -> None:
        async with asked(folder) as it:
            result = await it.store.answer(Query("SELECT * { ?s ?p ?o . ?s2 ?p ?o2 }"))
            assert isinstance(result, Streamed)
            await anext(result.pieces)
            await result.pieces.aclose()  # type: ignore[attr-defined]
            assert it.pool.running(Lane.LONG) == 0
            await it.settles()

    in_loop(run)


def test_a_large_result_that_nobody_waits_for_is_not_gathered(folder: Path) -> None:
    query = Query("SELECT * { ?s ?p ?o . ?s2 ?p ?o2 }")

    async def run() -> None:
        async with asked(folder) as it:
            task = asyncio.create_task(it.store.answer(query))
            await asyncio.sleep(0)
            task.cancel()
            await asyncio.wait([task])
            await it.settles()
            assert it.pool.running(Lane.LONG) == 0
            assert it.pool.kills == {"abandoned": 1}

    in_loop(run)


def test_a_large_result_that_is_fetched_too_slowly_is_cut(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_module, "STREAM_SECONDS", 0.2)
    query = Query("SELECT * { ?s ?p ?o . ?s2 ?p ?o2 } LIMIT 40000")

    async def run() -> None:
        async with asked(folder) as it:
            result = await it.store.answer(query)
            assert isinstance(result, Streamed)
            await asyncio.sleep(0.5)
            with pytest.raises(ResultSizeError, match=r"0\.2 seconds"):
                b"".join([piece async for piece in result.pieces])

    in_loop(run)


def test_a_large_result_without_a_place_on_the_disk_is_an_error(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    query = Query("SELECT * { ?s ?p ?o . ?s2 ?p ?o2 } LIMIT 40000")

    async def run() -> None:
        async with asked(folder) as it:
            with monkeypatch.context() as disk:
                disk.setattr(tempfile, "TemporaryFile", full)
                for _ in range(MOST_STREAMS + 1):
                    with pytest.raises(EngineError, match="No space left"):
                        await it.store.answer(query)
            assert isinstance(await it.store.answer(query), Streamed)

    in_loop(run)


def test_a_frame_is_taken_once_even_if_what_takes_it_stops() -> None:
    frames = Frames()
    both = frame(DATA, b"one") + frame(DATA, b"two")
    for _, content in frames.feed(both):
        assert content == b"one"
        break
    assert [content for _, content in frames.feed(frame(DATA, b"three"))] == [b"two", b"three"]


def test_a_frame_that_is_too_long_is_refused_before_it_has_come() -> None:
    with pytest.raises(ValueError, match=str(LONGEST + 1)):
        list(Frames().feed(struct.pack(">cI", DATA, LONGEST + 1)))


def test_one_long_text_comes_in_short_frames(folder: Path) -> None:
    text = "項" * 5000
    query = Query(
        f"SELECT ?d {{ BIND ('{text}' AS ?a) BIND (CONCAT(?a,?a,?a,?a,?a,?a,?a,?a) AS ?b)"
        " BIND (CONCAT(?b,?b,?b,?b,?b,?b,?b,?b) AS ?c) BIND (CONCAT(?c,?c,?c,?c) AS ?d) }",
        rows=QueryResultsFormat.CSV,
    )

    async def run() -> None:
        async with asked(folder) as it:
            result = await it.store.answer(query)
            assert isinstance(result, Streamed)
            body = b"".join([piece async for piece in result.pieces])
            assert len(body) > 5000 * 8 * 8 * 4 * 3

    in_loop(run)


def test_what_is_too_much_to_wait_is_sent_away_with_a_time(folder: Path) -> None:
    async def run() -> None:
        async with asked(folder, waiting=3, seconds=2.0) as it:
            tasks = [asyncio.create_task(it.text(f"{QUARTER_MINUTE} # {n}")) for n in range(12)]
            await asyncio.sleep(0)
            assert sum(task.done() for task in tasks) == 12 - 2 - 3
            results = await asyncio.gather(*tasks, return_exceptions=True)
            kinds = {type(result) for result in results}
            assert kinds == {BusyError, QueryTimeoutError}
            assert all(r.seconds > 0 for r in results if isinstance(r, BusyError))
            await it.settles()

    in_loop(run)


def test_short_queries_go_on_beside_many_long_ones(folder: Path) -> None:
    async def run() -> None:
        async with asked(folder, seconds=8.0) as it:
            heavy = [asyncio.create_task(it.text(f"{QUARTER_MINUTE} # {n}")) for n in range(24)]
            answered = 0
            while not all(task.done() for task in heavy):
                await it.works()
                answered += 1
            assert answered >= 3
            results = await asyncio.gather(*heavy, return_exceptions=True)
            assert {type(result) for result in results} <= {QueryTimeoutError, BusyError}
            assert sum(isinstance(result, QueryTimeoutError) for result in results) >= 4
            await it.settles()

    in_loop(run)


def test_a_client_that_goes_away_frees_its_place(folder: Path) -> None:
    async def run() -> None:
        async with asked(folder) as it:
            tasks = [asyncio.create_task(it.text(f"{QUARTER_MINUTE} # {n}")) for n in range(9)]
            while it.pool.running(Lane.LONG) < 4:
                await asyncio.sleep(0.05)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            assert it.pool.running(Lane.LONG) == it.pool.waiting(Lane.LONG) == 0
            await it.settles()

    in_loop(run)


def test_clients_that_go_away_at_once_kill_no_worker_before_its_patience(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_module, "LOOK_EVERY", 60.0)

    async def run() -> None:
        async with asked(folder) as it:
            await it.settles()
            for number in range(200):
                task = asyncio.create_task(it.text(f"{COUNT} # {number}"))
                await asyncio.sleep(0)
                task.cancel()
            await it.settles()
            assert not it.pool.kills

    in_loop(run)


def test_workers_have_no_network_and_no_core_dumps(folder: Path) -> None:
    async def run() -> None:
        async with asked(folder) as it:
            await it.settles()
            for process in it.workers():
                network = (Path("/proc") / str(process) / "ns/net").readlink()
                assert network != Path("/proc/self/ns/net").readlink()
                limits = (Path("/proc") / str(process) / "limits").read_text(encoding="ascii")
                assert "Max core file size        0 " in limits

    in_loop(run)


@pytest.fixture
def other_endpoint() -> Iterator[tuple[str, list[str]]]:
    """A SPARQL endpoint elsewhere that always has one row, and the paths it was asked."""
    asked_for: list[str] = []
    row = {"there": {"type": "literal", "value": "elsewhere"}}
    body = json.dumps({"head": {"vars": ["there"]}, "results": {"bindings": [row]}}).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked_for.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "application/sparql-results+json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815  (the name that http.server wants)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/sparql", asked_for
        server.shutdown()


def test_only_an_allowed_service_is_asked(
    folder: Path, other_endpoint: tuple[str, list[str]]
) -> None:
    address, asked_for = other_endpoint

    async def run() -> None:
        for allowed in (frozenset[str](), frozenset({address})):
            zygote = Zygote(Data(Bounds(services=allowed), MEMORY))
            pool = Pool(Limits(seconds=5))
            store = PooledStore(pool, OnDisk(zygote, folder))
            it = Asked(pool, store, zygote)
            text = f"SELECT ?there {{ SERVICE <{address}> {{ SELECT ?there {{}} }} }}"
            try:
                if allowed:
                    assert (await it.text(text)).split() == ["there", "elsewhere"]
                else:
                    with pytest.raises(QueryRefusedError):
                        await it.text(text)
                    assert asked_for == []
            finally:
                pool.close()
                zygote.close()

    in_loop(run)
    assert len(asked_for) == 1


def test_a_source_that_retires_ends_when_its_queries_are_answered(folder: Path) -> None:
    async def run() -> None:
        async with asked(folder) as it:
            held = Zygote(Data(Bounds(), MEMORY, folder))
            held.wait()
            store = PooledStore(it.pool, held)
            under_way = asyncio.create_task(store.answer(Query(COUNT)))
            await asyncio.sleep(0)
            it.pool.retire(held)
            result = await under_way
            assert isinstance(result, Serialized)
            assert str(ITEMS).encode() in result.body
            for _ in range(100):
                if held._process.poll() is not None:
                    break
                await asyncio.sleep(0.05)
            assert held._process.poll() == 0

    in_loop(run)


def test_a_store_that_is_gone_is_an_error_of_the_release(folder: Path, tmp_path: Path) -> None:
    async def run() -> None:
        async with asked(folder) as it:
            store = PooledStore(it.pool, OnDisk(it.zygote, tmp_path / "gone"))
            with pytest.raises(ReleaseError):
                await store.answer(Query(COUNT))
            await it.settles()

    in_loop(run)


def test_what_cannot_be_held_is_said_before_any_query(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="gone"):
        Zygote(Data(Bounds(), MEMORY, tmp_path / "gone")).wait()
    path = tmp_path / "data.ttl"
    path.write_text("no turtle", encoding="utf-8")
    with pytest.raises(SourceError, match=r"data\.ttl"):
        Zygote(Data(Bounds(), MEMORY, files=(path,))).wait()


def test_files_are_held_with_their_default_graph_as_the_default_graph(tmp_path: Path) -> None:
    path = tmp_path / "data.trig"
    path.write_text(f"<a:a> a <{KEI.iri}Item> . <g:g> {{ <a:b> a <{KEI.iri}Item> }}", "utf-8")

    async def run() -> None:
        zygote = Zygote(Data(Bounds(), MEMORY, files=(path,)))
        zygote.wait()
        pool = Pool(Limits())
        store = PooledStore(pool, zygote, union=False)
        result = await store.answer(Query("CONSTRUCT WHERE { ?s ?p ?o }"))
        assert isinstance(result, Serialized)
        quads = list(parse(result.body, format=RdfFormat.N_TRIPLES))
        assert [quad.subject for quad in quads] == [NamedNode("a:a")]
        pool.close()
        zygote.close()

    in_loop(run)


def test_a_zygote_that_nobody_closes_ends_with_its_last_holder(folder: Path) -> None:
    zygote = Zygote(Data(Bounds(), MEMORY, folder))
    zygote.wait()
    process = zygote._process
    del zygote
    gc.collect()
    assert process.returncode == -signal.SIGKILL


def test_a_closed_pool_leaves_no_process(folder: Path) -> None:
    processes: list[int] = []

    async def run() -> None:
        async with asked(folder) as it:
            await it.settles()
            processes.extend([it.zygote._process.pid, *it.workers()])

    in_loop(run)
    assert len(processes) >= 4
    assert [pid for pid in processes if Path(f"/proc/{pid}").exists()] == []
