"""Publishing to server engines: whole for readers, checked, and safe to break off."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
import pyoxigraph
import pytest
from pyoxigraph import Literal, NamedNode, Quad

from keikaku import publish as publish_module
from keikaku.answers.catalogue import Catalogue
from keikaku.errors import EngineError, ReleaseError, SettingsError
from keikaku.publish import publish
from keikaku.release.shelf import Shelf
from keikaku.release.write import write_release
from keikaku.settings import Settings
from keikaku.store.base import Solutions
from keikaku.store.connection import Connection
from keikaku.store.embedded import load
from keikaku.store.holding import FILE, engine_store, read_holding
from keikaku.store.publishing import Depot, Place
from small_release import content_of
from store.engines import Engine, free_pair, free_port, oxigraph, oxigraph_at, virtuoso, virtuoso_at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from keikaku.release.shelf import Release

pytestmark = pytest.mark.xdist_group("engines")

BASE = "http://example.org/"
THING = NamedNode("http://example.org/id/thing")
MARK, IS = (NamedNode(f"http://example.org/ns#{name}") for name in ("mark", "is"))
MARKS = """SELECT ?a ?b {
  GRAPH <http://example.org/graph/1> { ?s <http://example.org/ns#mark> ?a }
  GRAPH <http://example.org/graph/2> { ?s <http://example.org/ns#mark> ?b } }"""
UNION = """SELECT (COUNT(*) AS ?n) (MIN(STR(?o)) AS ?first) (MAX(STR(?o)) AS ?last) {
  ?s <http://example.org/ns#mark> ?o }"""


def release_of(shelf: Shelf, name: str, *extra: Quad, size: int = 500) -> Release:
    """A release that says its name in each of two graphs, among `size` other triples."""
    graphs = [NamedNode(f"http://example.org/graph/{number}") for number in (1, 2)]
    quads = {Quad(THING, MARK, Literal(f"{name}{graph.value[-1]}"), graph) for graph in graphs}
    quads |= {
        Quad(
            NamedNode(f"http://example.org/id/{name}/{number}"),
            IS,
            Literal(f"年度{number}", language="ja"),
            graphs[number % 2],
        )
        for number in range(size)
    }
    content = replace(content_of(), base=BASE, quads=frozenset(quads) | frozenset(extra))
    return write_release(content, shelf, load)


def settings_of(folder: Path, engine: Engine) -> Settings:
    return Settings(
        releases=folder,
        engine=engine.query,
        engine_update=engine.update,
        engine_graphs=engine.graphs,
        engine_user=engine.user,
        engine_password=engine.password,
        max_query_seconds=1,
    )


def seen(settings: Settings, connection: Connection) -> tuple[str, str]:
    """The marks that one query of one reader sees."""
    store, _ = engine_store(settings, connection)
    result = store.query(MARKS)
    assert isinstance(result, Solutions)
    ((first, second),) = result.rows
    return first.value, second.value  # type: ignore[union-attr]


@contextmanager
def readers(settings: Settings) -> Iterator[list[tuple[str, str]]]:
    """Readers who ask all the time; what they saw, or an error, comes to light at the end."""
    sightings: list[tuple[str, str]] = []
    errors: list[Exception] = []
    done = threading.Event()

    def read(connection: Connection) -> None:
        while not done.is_set():
            try:
                sightings.append(seen(settings, connection))
            except Exception as error:  # noqa: BLE001  (whatever it is, the test shows it)
                errors.append(error)
            time.sleep(0.02)  # the engine shares the machine with the tests

    with Connection(settings.engine_user, settings.engine_password) as connection:
        threads = [threading.Thread(target=read, args=(connection,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        try:
            yield sightings
        finally:
            done.set()
            for thread in threads:
                thread.join()
    assert not errors, errors[0]


def check_whole(sightings: list[tuple[str, str]], *names: str) -> None:
    """Every reader saw one release or another, no mixture; and each of them was seen."""
    assert set(sightings) == {(f"{name}1", f"{name}2") for name in names}


@pytest.fixture(autouse=True)
def quick_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Readers here turn to another dataset at once."""
    monkeypatch.setattr(publish_module, "TAKING_UP", 0.0)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "releases")


@pytest.fixture
def connection() -> Iterator[Connection]:
    with Connection("dba", "dba") as connection:
        yield connection


@pytest.fixture
def one_oxigraph(tmp_path: Path) -> Iterator[Engine]:
    """One dataset."""
    folder = tmp_path / "oxigraph"
    folder.mkdir()
    with oxigraph(folder) as engine:
        yield engine


@pytest.fixture
def two_oxigraphs(tmp_path: Path) -> Iterator[Engine]:
    """Two datasets that take turns."""
    common = free_pair()
    with ExitStack() as stack:
        for slot in (1, 2):
            folder = tmp_path / f"oxigraph-{slot}"
            folder.mkdir()
            stack.enter_context(oxigraph(folder, port=int(f"{common}{slot}")))
        yield oxigraph_at(common + "{slot}")


@pytest.fixture(scope="module")
def virtuosos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, Engine]]:
    """Two Virtuosos, whose addresses differ by 1 and 2 at the end of the port."""
    common = free_pair()
    folders = [tmp_path_factory.mktemp("virtuoso") for _ in range(2)]
    with ExitStack() as stack, ThreadPoolExecutor(2) as pool:
        started = [
            pool.submit(stack.enter_context, virtuoso(folder, int(f"{common}{slot}")))
            for slot, folder in enumerate(folders, 1)
        ]
        first, second = (future.result() for future in started)
        yield first, second


@pytest.fixture
def two_virtuosos(virtuosos: tuple[Engine, Engine], connection: Connection) -> Iterator[Engine]:
    """Two Virtuosos that take turns, empty again afterwards."""
    first, second = virtuosos
    yield virtuoso_at(first.query.split(":")[2].split("/")[0][:-1] + "{slot}")
    for engine in (first, second):
        emptied(engine, connection)


def emptied(engine: Engine, connection: Connection) -> None:
    for graph in Depot(place_of(engine), connection).counts():
        if graph.startswith((BASE, "urn:keikaku:")):
            auth = httpx.DigestAuth(engine.user, engine.password)
            httpx.delete(engine.graphs, params={"graph": graph}, auth=auth).raise_for_status()


def place_of(engine: Engine) -> Place:
    return Place(engine.query, engine.update, engine.graphs, None)


def test_one_dataset_changes_as_a_whole(
    one_oxigraph: Engine, shelf: Shelf, connection: Connection
) -> None:
    settings = settings_of(shelf.folder, one_oxigraph)
    first, second = release_of(shelf, "甲", size=3000), release_of(shelf, "乙", size=3000)
    publish(settings, first)
    with readers(settings) as sightings:
        for release in (second, first, second):
            served = publish(settings, release)
            assert served == read_holding(shelf.folder)
            assert (served.release, served.slot) == (release.id, None)
    check_whole(sightings, "甲", "乙")
    assert seen(settings, connection) == ("乙1", "乙2")


def test_a_dataset_of_one_is_filled_by_updates_alone(
    one_oxigraph: Engine, shelf: Shelf, connection: Connection
) -> None:
    settings = replace(settings_of(shelf.folder, one_oxigraph), engine_graphs="")
    for name in ("甲", "乙"):
        publish(settings, release_of(shelf, name))
        assert seen(settings, connection) == (f"{name}1", f"{name}2")
        result = engine_store(settings, connection)[0].query(UNION)
        assert [term.value for term in result.rows[0]] == ["2", f"{name}1", f"{name}2"]  # type: ignore[union-attr]


def test_two_datasets_take_turns(
    two_oxigraphs: Engine, shelf: Shelf, connection: Connection
) -> None:
    settings = settings_of(shelf.folder, two_oxigraphs)
    first, second = release_of(shelf, "甲"), release_of(shelf, "乙")
    assert publish(settings, first).slot == 1
    with readers(settings) as sightings:
        slots = [publish(settings, release).slot for release in (second, first, second)]
    assert slots == [2, 1, 2]
    check_whole(sightings, "甲", "乙")
    assert seen(settings, connection) == ("乙1", "乙2")


def test_a_dataset_is_not_emptied_under_a_reader(
    two_oxigraphs: Engine, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A query that began before the last switch has its time."""
    settings = settings_of(shelf.folder, two_oxigraphs)
    release = release_of(shelf, "甲")
    publish(settings, release)
    waited: list[float] = []
    monkeypatch.setattr(publish_module, "TAKING_UP", 10.0)
    monkeypatch.setattr(publish_module.time, "sleep", waited.append)
    publish(settings, release)
    [seconds] = waited
    assert 1 + 10 - 5 < seconds <= 1 + 10


def test_a_reader_who_is_late_to_turn_is_not_shown_an_empty_dataset(
    two_oxigraphs: Engine, shelf: Shelf, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that has not yet seen the last switch, with a query that takes its time."""
    monkeypatch.setattr(publish_module, "TAKING_UP", 1.0)
    settings = settings_of(shelf.folder, two_oxigraphs)
    publish(settings, release_of(shelf, "甲"))
    late, _ = engine_store(settings, connection)
    publish(settings, release_of(shelf, "乙"))
    since = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(publish, settings, release_of(shelf, "丙"))
        while time.monotonic() - since < 1.5:  # it may ask until 1, and be answered until 2
            result = late.query(MARKS)
            assert isinstance(result, Solutions)
            assert [term.value for term in result.rows[0]] == ["甲1", "甲2"]  # type: ignore[union-attr]
        assert done.result().slot == 1


def test_two_virtuosos_take_turns(
    two_virtuosos: Engine, shelf: Shelf, connection: Connection
) -> None:
    settings = settings_of(shelf.folder, two_virtuosos)
    first, second = release_of(shelf, "甲"), release_of(shelf, "乙")
    publish(settings, first)
    with readers(settings) as sightings:
        publish(settings, second)
        assert publish(settings, first).slot == 1
    check_whole(sightings, "甲", "乙")
    assert seen(settings, connection) == ("甲1", "甲2")


def test_one_virtuoso_takes_a_first_release_only(
    virtuosos: tuple[Engine, Engine], shelf: Shelf, connection: Connection
) -> None:
    engine, _ = virtuosos
    settings = settings_of(shelf.folder, engine)
    try:
        publish(settings, release_of(shelf, "甲"))
        with pytest.raises(EngineError, match=r"\{slot\}"):
            publish(settings, release_of(shelf, "乙"))
        assert seen(settings, connection) == ("甲1", "甲2")
    finally:
        emptied(engine, connection)


def test_an_engine_that_cannot_replace_at_once_is_told_to_be_two(
    one_oxigraph: Engine, shelf: Shelf
) -> None:
    settings = replace(settings_of(shelf.folder, one_oxigraph), engine_update="")
    publish(settings, release_of(shelf, "甲"))
    with pytest.raises(EngineError, match=r"\{slot\}"):
        publish(settings, release_of(shelf, "乙"))


def test_a_count_that_differs_keeps_the_release_from_readers(
    two_oxigraphs: Engine, shelf: Shelf, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An engine that loses a triple of a graph, here by an update from elsewhere."""
    settings = settings_of(shelf.folder, two_oxigraphs)
    publish(settings, release_of(shelf, "甲"))
    put = Depot.put

    def put_and_lose(depot: Depot, source: pyoxigraph.Store, base: str) -> None:
        put(depot, source, base)
        loss = f"DELETE WHERE {{ GRAPH <{BASE}graph/2> {{ ?s <{BASE}ns#mark> ?o }} }}"
        httpx.post(depot.place.update, data={"update": loss}).raise_for_status()

    monkeypatch.setattr(Depot, "put", put_and_lose)
    with pytest.raises(EngineError, match="graph/2 has 251 triples in the release and 250"):
        publish(settings, release_of(shelf, "乙"))
    assert seen(settings, connection) == ("甲1", "甲2")


def failing(settings: Settings, release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    question = next(iter(Catalogue.load()))
    lucky = replace(question, parameters=(), example={}, query="SELECT (RAND() AS ?number) {}")
    with monkeypatch.context() as patch:
        patch.setattr(Catalogue, "load", classmethod(lambda cls: cls([lucky])))
        with pytest.raises(EngineError, match=f"the question {question.name}"):
            publish(settings, release)


def test_an_answer_that_differs_keeps_the_release_from_readers(
    two_oxigraphs: Engine, shelf: Shelf, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(shelf.folder, two_oxigraphs)
    publish(settings, release_of(shelf, "甲"))
    before = read_holding(shelf.folder)
    failing(settings, release_of(shelf, "乙"), monkeypatch)
    assert read_holding(shelf.folder) == before
    assert seen(settings, connection) == ("甲1", "甲2")


def test_in_one_dataset_an_answer_that_differs_brings_the_old_release_back(
    one_oxigraph: Engine, shelf: Shelf, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(shelf.folder, one_oxigraph)
    publish(settings, release_of(shelf, "甲"))
    before = read_holding(shelf.folder)
    failing(settings, release_of(shelf, "乙"), monkeypatch)
    assert read_holding(shelf.folder) == before
    assert seen(settings, connection) == ("甲1", "甲2")


SLOWLY = """
import sys, time
from pathlib import Path
from keikaku import publish as publish_module
from keikaku.publish import publish
from keikaku.release.shelf import Shelf
from keikaku.settings import settings_from
from keikaku.store import publishing
publishing._PIECE = 5
publish_module.TAKING_UP = 0.0
settings = settings_from({}, config=Path("none"))
publish(settings, Shelf(settings.releases).release(sys.argv[1]))
"""


def start_publishing(settings: Settings, release: Release) -> subprocess.Popen[bytes]:
    """Publish in a process of its own, in very small pieces."""
    names = ("releases", "engine", "engine_update", "engine_graphs", "max_query_seconds")
    given = {f"KEIKAKU_{name.upper()}": str(getattr(settings, name)) for name in names}
    command = [sys.executable, "-c", SLOWLY, release.id]
    return subprocess.Popen(command, env={**os.environ, **given})  # noqa: S603


def test_publishing_that_is_killed_leaves_the_old_release_and_starts_anew(
    two_oxigraphs: Engine, shelf: Shelf, connection: Connection
) -> None:
    settings = settings_of(shelf.folder, two_oxigraphs)
    publish(settings, release_of(shelf, "甲"))
    second = release_of(shelf, "乙", size=4000)
    idle = Depot(Place.of(settings, 2), connection)
    process = start_publishing(settings, second)
    while sum(idle.counts().values()) < 100:
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    assert "urn:keikaku:filling" in idle.counts()
    assert sum(idle.counts().values()) < 4000
    assert seen(settings, connection) == ("甲1", "甲2")
    publish(settings, second)
    assert "urn:keikaku:filling" not in idle.counts()
    assert seen(settings, connection) == ("乙1", "乙2")


def test_a_first_filling_that_is_killed_is_no_obstacle(
    one_oxigraph: Engine, shelf: Shelf, connection: Connection
) -> None:
    """Not even where the engine could not replace a release that is read."""
    settings = replace(settings_of(shelf.folder, one_oxigraph), engine_update="")
    release = release_of(shelf, "甲", size=4000)
    depot = Depot(Place.of(settings, 1), connection)
    process = start_publishing(settings, release)
    while sum(depot.counts().values()) < 100:
        assert process.poll() is None
        time.sleep(0.01)
    process.kill()
    process.wait(10)
    with pytest.raises(ReleaseError, match="keikaku publish"):
        engine_store(settings, connection)
    publish(settings, release)
    assert seen(settings, connection) == ("甲1", "甲2")


def test_graphs_of_others_are_left_alone(one_oxigraph: Engine, shelf: Shelf) -> None:
    text = "INSERT DATA { GRAPH <http://other/> { <a:a> <a:b> <a:c> } }"
    httpx.post(one_oxigraph.update, data={"update": text}).raise_for_status()
    with pytest.raises(EngineError, match="not keikaku's, http://other/"):
        publish(settings_of(shelf.folder, one_oxigraph), release_of(shelf, "甲"))
    assert read_holding(shelf.folder) is None


def test_an_engine_that_ignores_from_is_refused(tmp_path: Path, shelf: Shelf) -> None:
    release = release_of(shelf, "甲")
    with (
        oxigraph(tmp_path, "--union-default-graph") as engine,
        pytest.raises(EngineError, match="without --union-default-graph"),
    ):
        publish(settings_of(shelf.folder, engine), release)


def test_two_do_not_publish_at_a_time(one_oxigraph: Engine, shelf: Shelf) -> None:
    release = release_of(shelf, "甲")
    with shelf.writing(), pytest.raises(ReleaseError, match="another keikaku"):
        publish(settings_of(shelf.folder, one_oxigraph), release)


@pytest.mark.parametrize(
    ("engine", "update", "graphs", "words"),
    [
        ("", "http://e/u", "", "needs the setting engine"),
        ("http://e/q", "", "", "needs the setting engine"),
        ("http://e/{slot}/q", "http://e/u", "", "in all of"),
        ("http://e/q", "http://e/{slot}/u", "http://e/{slot}/g", "in all of"),
    ],
)
def test_settings_that_do_not_fit_are_refused(
    shelf: Shelf, engine: str, update: str, graphs: str, words: str
) -> None:
    settings = Settings(
        releases=shelf.folder, engine=engine, engine_update=update, engine_graphs=graphs
    )
    with pytest.raises(SettingsError, match=words):
        publish(settings, release_of(shelf, "甲"))


def test_an_engine_that_is_not_there_changes_nothing(shelf: Shelf) -> None:
    settings = settings_of(shelf.folder, oxigraph_at(free_port()))
    with pytest.raises(EngineError, match="check that it runs"):
        publish(settings, release_of(shelf, "甲"))
    assert read_holding(shelf.folder) is None


def test_a_server_asks_where_the_settings_and_the_file_agree(
    one_oxigraph: Engine, shelf: Shelf, connection: Connection
) -> None:
    settings = settings_of(shelf.folder, one_oxigraph)
    with pytest.raises(ReleaseError, match="nothing was published"):
        engine_store(settings, connection)
    publish(settings, release_of(shelf, "甲"))
    store, served = engine_store(settings, connection)
    assert store.ready()
    assert served.release == shelf.current_id()
    with pytest.raises(ReleaseError, match="nothing was published"):
        engine_store(replace(settings, engine="http://127.0.0.1:9/"), connection)
    (shelf.folder / FILE).write_text("{", encoding="utf-8")
    with pytest.raises(ReleaseError, match="cannot be read"):
        engine_store(settings, connection)
