"""Releases that hold what is withheld at present are not served; what is withdrawn is forgotten."""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import anyio
import httpx
import pytest

from desk import Desk, served
from held_release import NOT_SHOWN, column, new, old, released, table
from keikaku.release.difference.compare import difference
from keikaku.release.held_back.verdict import ReleaseHeldBackError
from keikaku.release.removal import keep_last, withdraw
from keikaku.release.shelf import Shelf
from keikaku.settings import Settings
from keikaku.store.embedded import load
from keikaku.web.current import CurrentAnswers, PinnedReleases
from keikaku.web.differences import Differences
from keikaku.web.forgetting import Forgetting
from keikaku.web.kept import Kept as KeptPages
from keikaku.web.kept import _Page
from keikaku.web.site import site_of_shelf
from keikaku.web.sparql.caching import Kept, ResultCache
from keikaku.web.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from keikaku.release.index import Gone
    from keikaku.release.shelf import Release

HTML = {"Accept": "text/html"}


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """A shelf: a release that holds a withheld column, one without it, one that withholds it."""
    shelf = Shelf(tmp_path / "releases")
    old(shelf, load)
    released(shelf, table(("名称",)), load=load)
    new(shelf, load)
    return shelf


def ids(shelf: Shelf) -> list[str]:
    return [entry.id for entry in shelf.index()]


@pytest.mark.parametrize(
    "path",
    [
        "",
        ".ttl",
        "/",
        "/keikaku.nq",
        "/keikaku.xlsx",
        "/tables/items.csv",
        "/catalog.ttl",
        "/dictionary",
        "/manifest.json",
        "/SHA256SUMS",
        "/citation.bib",
        "/sparql?query=ASK%7B%7D",
        "/no-such-file",
    ],
)
def test_nothing_below_its_address_is_served(
    path: str, shelf: Shelf, client_of: Callable[..., Any]
) -> None:
    client = client_of(site_of_shelf(Settings(releases=shelf.folder)))
    held, free, current = ids(shelf)
    answer = client.get(f"/releases/{held}{path}")
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert answer.headers["content-type"] == "application/problem+json"
    assert held in answer.json()["ja"]
    assert NOT_SHOWN not in answer.text
    for name in (free, current):
        other = client.get(f"/releases/{name}{path}").status_code
        assert (other == HTTPStatus.NOT_FOUND) == (path == "/no-such-file")


def test_a_browser_gets_a_page_that_says_so(shelf: Shelf, client_of: Callable[..., Any]) -> None:
    client = client_of(site_of_shelf(Settings(releases=shelf.folder)))
    answer = client.get(f"/releases/{ids(shelf)[0]}", headers=HTML)
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert "<h1>提供していません</h1>" in answer.text


def test_a_difference_with_it_is_not_served(shelf: Shelf, client_of: Callable[..., Any]) -> None:
    client = client_of(site_of_shelf(Settings(releases=shelf.folder)))
    held, free, current = ids(shelf)
    for path in ("/diff", "/diff/removed.nq", "/diff/added.nq", "/diff/changes.csv"):
        for pair in ({"a": held, "b": current}, {"a": current, "b": held}, {"a": held[:8]}):
            answer = client.get(path, params=pair)
            assert answer.status_code == HTTPStatus.FORBIDDEN, (path, pair)
            assert NOT_SHOWN not in answer.text
        assert client.get(path, params={"a": free}).status_code == HTTPStatus.OK
    page = client.get("/diff", headers=HTML)
    assert page.status_code == HTTPStatus.OK
    assert held not in page.text
    assert free in page.text


def test_lists_say_so_and_do_not_lead_there(shelf: Shelf, client_of: Callable[..., Any]) -> None:
    client = client_of(site_of_shelf(Settings(releases=shelf.folder)))
    held, free, _ = ids(shelf)
    listing = client.get("/releases", headers=HTML).text
    assert f"<code>{held}</code>" in listing
    assert f'href="/releases/{held}"' not in listing
    assert f"a={held}" not in listing
    assert "提供停止" in listing
    assert f'href="/releases/{free}"' in listing
    assert held not in client.get("/sitemap.xml").text
    feed = client.get("/releases/feed.atom").text
    assert f"リリース {held} は、今は公開しないとされている部分を含む" in feed
    page = client.get(f"/releases/{free}", headers=HTML)
    assert held not in page.text
    assert held not in page.headers.get("link", "")


def test_a_thing_that_it_had_last_is_told_without_leading_there(
    shelf: Shelf, client_of: Callable[..., Any]
) -> None:
    client = client_of(site_of_shelf(Settings(releases=shelf.folder)))
    held = ids(shelf)[0]
    answer = client.get("/doc/352039/kyodo/source/1/cell/1-2-2", headers=HTML)
    assert answer.status_code == HTTPStatus.GONE
    assert f"/releases/{held}" not in answer.text
    assert held not in answer.headers.get("link", "")
    assert "今は提供していません" in answer.text


def test_a_setting_serves_it_all_the_same(shelf: Shelf, client_of: Callable[..., Any]) -> None:
    client = client_of(site_of_shelf(Settings(releases=shelf.folder, serve_withheld=True)))
    held = ids(shelf)[0]
    assert NOT_SHOWN in client.get(f"/releases/{held}/keikaku.nq").text
    assert f'href="/releases/{held}"' in client.get("/releases", headers=HTML).text


def test_a_site_does_not_begin_with_it(shelf: Shelf) -> None:
    shelf.point_to(shelf.release(ids(shelf)[0]))
    with pytest.raises(ReleaseHeldBackError):
        site_of_shelf(Settings(releases=shelf.folder))


def test_a_new_release_that_withholds_more_holds_older_ones_back(
    shelf: Shelf,
) -> None:
    free = ids(shelf)[1]
    with served(Desk(shelf.folder.parent)) as address:
        assert httpx.get(f"{address}/releases/{free}/keikaku.nq").status_code == HTTPStatus.OK
        query = {"query": "SELECT * { ?s ?p ?o }"}
        asked = httpx.get(f"{address}/releases/{free}/sparql", params=query)
        assert asked.status_code == HTTPStatus.OK
        released(shelf, [*table(("",), ("甲",), ("乙",)), *column(1, 1)], "3", load=load)
        said: list[int] = []

        def is_held() -> bool:
            said.extend(httpx.get(f"{address}{path}").status_code for path in ("/", "/about"))
            answer = httpx.get(f"{address}/releases/{free}")
            return answer.status_code == HTTPStatus.FORBIDDEN

        _wait(is_held)
        said.extend(httpx.get(f"{address}{path}").status_code for path in ("/", "/about"))
        assert set(said) == {HTTPStatus.OK}, "the release that answers is not held back by the next"
        again = httpx.get(f"{address}/releases/{free}/sparql", params=query)
        assert again.status_code == HTTPStatus.FORBIDDEN
        _wait(lambda: metric(address, "keikaku_cache_entries") == 0)


def test_a_running_server_answers_410_at_once_and_keeps_nothing(shelf: Shelf) -> None:
    free, current = ids(shelf)[1:]
    query = {"query": "SELECT * { ?s ?p ?o }"}
    with served(Desk(shelf.folder.parent)) as address:
        tag = httpx.get(f"{address}/releases/{free}/sparql", params=query).headers["etag"]
        file = httpx.get(f"{address}/releases/{free}/keikaku.nq").headers["etag"]
        assert httpx.get(f"{address}/diff", params={"a": free}).status_code == HTTPStatus.OK
        assert metric(address, "keikaku_cache_entries") == 1
        withdraw(shelf, free, "氏名があったため")
        for path, said in (
            (f"/releases/{free}/sparql", {"params": query, "headers": {"If-None-Match": tag}}),
            (f"/releases/{free}/keikaku.nq", {"headers": {"If-None-Match": file}}),
            ("/diff", {"params": {"a": free}}),
            (f"/releases/{free}", {}),
        ):
            answer = httpx.get(f"{address}{path}", **said)  # type: ignore[arg-type]
            assert answer.status_code == HTTPStatus.GONE, path
            assert "氏名があったため" in answer.json()["ja"]
        _wait(lambda: metric(address, "keikaku_cache_entries") == 0)
        assert httpx.get(f"{address}/releases/{current}").status_code == HTTPStatus.OK


def metric(address: str, name: str) -> float:
    lines = httpx.get(f"{address}/metrics").text.splitlines()
    return float(next(line for line in lines if line.startswith(f"{name} ")).split()[1])


def _wait(holds: Callable[[], bool]) -> None:
    for _ in range(100):
        if holds():
            return
        time.sleep(0.1)
    pytest.fail("it did not come to be")


def test_what_is_withdrawn_is_told_to_all_that_keep_something(shelf: Shelf) -> None:
    told: list[str] = []
    withdrawn: list[Gone] = []
    forgetting = Forgetting(shelf, [told.append], lambda _, gone: withdrawn.append(gone), -11)
    forgetting.look()
    assert told == []
    first = ids(shelf)[0]
    withdraw(shelf, first, "氏名があったため")
    forgetting.look()
    assert told == [first]
    assert [gone.reason for gone in withdrawn] == ["氏名があったため"]
    forgetting.look()
    assert told == [first]


def test_what_was_under_way_is_forgotten_too(shelf: Shelf) -> None:
    told: list[str] = []
    forgetting = Forgetting(shelf, [told.append], lambda *_: None, 60)
    first = ids(shelf)[0]
    withdraw(shelf, first, "氏名があったため")
    for _ in range(3):
        forgetting.look()
    assert told == [first] * 3


def test_a_release_that_is_back_is_not_forgotten_any_more(shelf: Shelf) -> None:
    told: list[str] = []
    forgetting = Forgetting(shelf, [told.append], lambda *_: None, 60)
    first, *_ = ids(shelf)
    keep_last(shelf, 1)
    forgetting.look()
    assert told.count(first) == 1
    assert old(shelf, load).id == first
    forgetting.look()
    assert told.count(first) == 1


def test_the_caches_forget_one_release_and_no_other() -> None:
    cache = ResultCache(1_000_000)
    for release in ("a" * 16, "b" * 16, f"{'a' * 16}http://engine/"):
        kept = Kept.of_body((release, b"1"), b"text/csv", b"x")
        cache._keep((release, b"1"), kept)
    cache.forget("a" * 16)
    assert [key[0] for key in cache._kept] == ["b" * 16]

    async def app(*_: object) -> None:
        return None

    pages = KeptPages(app, lambda: "a" * 16, 1_000_000)
    for release in ("a" * 16, "b" * 16):
        pages._pages[release, "ja", "/"] = _Page([], b"x")
    pages.forget("a" * 16)
    assert [key[0] for key in pages._pages] == ["b" * 16]


def test_differences_with_it_are_forgotten(shelf: Shelf) -> None:
    first, second, third = map(shelf.release, ids(shelf))
    differences = Differences(shelf)
    for before, after in ((first, second), (first, third), (second, third)):
        differences.between(before, after)
    differences.forget(first.id)
    assert {pair[:2] for pair in differences._kept} == {(second.id, third.id)}
    assert difference(second, third)


def test_a_pinned_release_is_let_go_of(shelf: Shelf) -> None:
    pinned = PinnedReleases(shelf, Workers(Settings(releases=shelf.folder)))
    name = ids(shelf)[1]

    async def run() -> None:
        pinned.served(name)
        assert name in pinned._open
        pinned.forget(name)
        assert name not in pinned._open
        pinned.forget(name)
        pinned._workers.close()

    anyio.run(run)


class OneRelease:
    """A host of one release, which can be opened without a store."""

    def __init__(self, release: Release) -> None:
        """Host this one."""
        self.release = release

    def current(self) -> str:
        """Return its id."""
        return self.release.id

    def open(self) -> Any:
        """Open it."""
        answers = type("Answers", (), {"release": self.release.id})()
        opened = {"name": self.release.id, "answers": answers, "served": "store", "notice": "said"}
        return type("Opened", (), opened)()


def test_a_release_that_answers_and_is_withdrawn_answers_no_more(shelf: Shelf) -> None:
    first, second, _ = map(shelf.release, ids(shelf))
    host = OneRelease(first)
    answers = CurrentAnswers(host)
    withdraw(shelf, first.id, "氏名があったため")
    error = shelf.gone()[first.id].error()
    answers.withdraw(second.id, error)
    assert answers.served() == "store"
    answers.withdraw(first.id, error)
    for ask in (answers.served, answers.current, lambda: answers.catalogue):
        with pytest.raises(type(error), match="氏名があったため"):
            ask()
    assert (answers.release, answers.notice()) == (first.id, "said")
