"""Which release is current: taken up when it is ready, and nothing that fails ends the looking."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import anyio
import pytest

from keikaku.answers.catalogue import Catalogue
from keikaku.answers.lexicon import Lexicon
from keikaku.answers.notice import Notice
from keikaku.answers.service import Answers
from keikaku.errors import EngineError, ReleaseError
from keikaku.release.shelf import Shelf
from keikaku.release.write import write_release
from keikaku.settings import Settings
from keikaku.store.embedded import EmbeddedStore, load
from keikaku.web import current
from keikaku.web.app import create_app
from keikaku.web.current import CurrentAnswers, EmbeddedHost, Opened, PinnedReleases
from keikaku.web.problems import HttpError
from keikaku.web.served import Served
from keikaku.web.workers import Workers
from small_release import content_of

if TYPE_CHECKING:
    from pathlib import Path


class FakeHost:
    """A host whose next release fails to open in the ways that it is given, then opens."""

    def __init__(self, *failures: Exception) -> None:
        """Fail with each of `failures` once."""
        self.name = "first"
        self.failures = [*failures]
        self.tries = 0

    def current(self) -> str:
        """Return the name of the current release."""
        return self.name

    def open(self) -> Opened:
        """Open it, or fail."""
        self.tries += 1
        if self.name != "first" and self.failures:
            raise self.failures.pop(0)
        store = EmbeddedStore.in_memory([])
        answers = Answers(store, Catalogue.load(), Lexicon.read(store), self.name)
        served = Served(store, self.name)
        return Opened(
            self.name,
            answers,
            served,
            Notice.read(store),
            enter=lambda: None,
            leave=lambda: None,
        )


def followed(host: FakeHost, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return what is current a while after a second release came."""
    monkeypatch.setattr(current, "LOOK_EVERY", 0.01)
    monkeypatch.setattr(current, "RETRY_AFTER", 0.02)
    monkeypatch.setattr(current, "GRACE", 0.0)

    async def run() -> str:
        answers = CurrentAnswers(host)
        async with answers.following():
            host.name = "second"
            for _ in range(100):
                await anyio.sleep(0.01)
                if answers.release == "second":
                    break
        return answers.release

    return anyio.run(run)


def test_a_passing_failure_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    host = FakeHost(EngineError("一時", "for now"), OSError("no processes"), RuntimeError("?"))
    assert followed(host, monkeypatch) == "second"
    assert host.tries == 1 + 4


def test_a_damaged_release_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    host = FakeHost(ReleaseError("破損", "damaged"))
    assert followed(host, monkeypatch) == "first"
    assert host.tries == 2


def test_a_release_whose_index_is_damaged_starts_no_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = Shelf(tmp_path / "releases")
    release = write_release(content_of("a"), shelf, load)
    workers = Workers(Settings(releases=shelf.folder))
    started: list[object] = []
    monkeypatch.setattr(workers, "open_release", started.append)
    for index in release.folder.glob("*.sqlite"):
        index.write_bytes(b"no database" * 1000)
    with pytest.raises(ReleaseError):
        EmbeddedHost(shelf, workers).open()
    assert started == []


def test_a_release_that_was_taken_from_the_shelf_is_gone(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "releases")
    old, new = (write_release(content_of(name), shelf, load) for name in ("a", "b"))
    pinned = PinnedReleases(shelf, Workers(Settings(releases=shelf.folder)))
    kept: set[object] = set()

    async def run() -> None:
        for release in (old, new):
            assert pinned.served(release.id).release == release.id
        shutil.rmtree(old.folder)
        with pytest.raises(HttpError) as caught:
            pinned.served(old.id)
        kept.add(caught.value.status)
        pinned._workers.close()

    anyio.run(run)
    assert kept == {410}


@pytest.mark.parametrize(("engine", "federated"), [("", True), ("http://e/", False)])
def test_only_our_own_engine_says_that_it_asks_others(
    engine: str, federated: bool, client_of: Any
) -> None:
    settings = Settings(services="http://a/b", engine=engine)
    store = EmbeddedStore.in_memory([])
    client = client_of(create_app(lambda: Served(store), settings=settings))
    said = client.get("/sparql", headers={"Accept": "text/turtle"}).text
    assert "sd:Service" in said
    assert ("BasicFederatedQuery" in said) is federated


def test_what_does_not_last_has_no_id_to_be_kept_under() -> None:
    store = EmbeddedStore.in_memory([])
    assert Served(store, "abc").citable == "abc"
    assert Served(store, "abc", lasting=False).citable is None
