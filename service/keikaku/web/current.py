"""The answers of the current release, whichever that is by now, and of older ones by name."""

from __future__ import annotations

import logging
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from time import time
from typing import TYPE_CHECKING, Protocol

import anyio
from anyio import to_thread
from cachetools import LRUCache

from keikaku.answers.catalogue import Catalogue
from keikaku.answers.counts import Counts
from keikaku.answers.items.index import ItemIndex
from keikaku.answers.lexicon import Lexicon
from keikaku.answers.notice import Notice
from keikaku.answers.reconcile.names import NameIndex
from keikaku.answers.service import Answers
from keikaku.errors import KeikakuError, ReleaseError
from keikaku.release.held_back.verdict import ReleaseHeldBackError
from keikaku.release.shelf import MANIFEST, Shelf
from keikaku.store.embedded import EmbeddedStore
from keikaku.store.holding import connection_of, engine_store, read_holding
from keikaku.web.problems import HttpError
from keikaku.web.served import Served

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from pathlib import Path

    from anyio.abc import TaskGroup

    from keikaku.answers.catalogue import Answer
    from keikaku.answers.describe import Description
    from keikaku.release.held_back.guard import Guard
    from keikaku.release.shelf import Release
    from keikaku.settings import Settings
    from keikaku.web.workers import Workers

LOOK_EVERY = 0.2
"""How often the server looks for a new release, in seconds."""

RETRY_AFTER = 5
"""After how many seconds a release is tried again that could not be taken up."""

GRACE = 5
"""How long a release that is no longer current stays open for pages under way, in seconds."""

MOST_PINNED = 4
"""How many older releases are kept open."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Opened:
    """A release that can be asked; `name` is its host's name for it.

    `enter` makes ready for requests, `leave` lets go of it when its requests are answered; both
    belong into the event loop.
    """

    name: str
    answers: Answers
    served: Served
    notice: Notice
    enter: Callable[[], None]
    leave: Callable[[], None]


class Host(Protocol):
    """Where the current release is answered from: this server's workers, or another engine."""

    def current(self) -> str | None:
        """Return the name of the release that is current by now."""

    def open(self) -> Opened:
        """Open the current release; it may take a while. Raises ReleaseError or EngineError."""


class EmbeddedHost:
    """The current release of a shelf, answered by the workers of this server."""

    def __init__(self, shelf: Shelf, workers: Workers, guard: Guard | None = None) -> None:
        """Open nothing yet; a `guard` that stands before the shelf is asked to look each time."""
        self._shelf = shelf
        self._workers = workers
        self._guard = guard
        self._catalogue = Catalogue.load()

    def current(self) -> str | None:
        """Return the id of the release that is current by now."""
        return self._shelf.current_id()

    def open(self) -> Opened:
        """Open the current release. Raises ReleaseError."""
        release, adopt = _looked_after(self._shelf.current_release_id(), self._shelf, self._guard)
        here = EmbeddedStore.open(release.store)
        names, notice, indexes = Lexicon.read(here), Notice.read(here), indexes_of(release)
        store = self._workers.open_release(release)  # last: a process that a failure would leave
        return Opened(
            release.id,
            Answers(store, self._catalogue, names, release.id, *indexes),
            Served(store, release.id, release.graphs),
            notice,
            enter=partial(_both, adopt, partial(self._workers.serve, store)),
            leave=partial(self._workers.retire, store),
        )


def indexes_of(release: Release) -> tuple[ItemIndex, NameIndex | None, Counts | None]:
    """Open the indexes of a release's items and names, and its counts. Raises ReleaseError."""
    return ItemIndex.of(release), NameIndex.of(release), Counts.of(release)


class EngineHost:
    """The release that was published last to the server engine of the settings."""

    def __init__(self, shelf: Shelf, settings: Settings, guard: Guard | None = None) -> None:
        """Ask nothing yet; a `guard` that stands before the shelf is asked to look each time."""
        self._shelf = shelf
        self._guard = guard
        self._settings = settings
        self._connection = connection_of(settings)
        self._catalogue = Catalogue.load()

    def current(self) -> str | None:
        """Return a name for what the engine holds by now; it differs by dataset too."""
        served = read_holding(self._settings.releases)
        return f"{served.release} {served.endpoint}" if served else None

    def open(self) -> Opened:
        """Open what the engine holds. Raises ReleaseError or EngineError."""
        store, served = engine_store(self._settings, self._connection)
        release, adopt = _looked_after(served.release, self._shelf, self._guard)
        return Opened(
            f"{served.release} {served.endpoint}",
            Answers(store, self._catalogue, Lexicon.read(store), release.id, *indexes_of(release)),
            Served(
                store,
                release.id,
                release.graphs,
                lasting=served.slot is not None,
                engine=served.endpoint,
            ),
            Notice.read(store),
            enter=adopt,
            leave=_nothing,
        )


def _looked_after(
    name: str, shelf: Shelf, guard: Guard | None
) -> tuple[Release, Callable[[], None]]:
    """Return a release that is to be served, and what lets the guard go by what it withholds.

    Until then the guard goes by the release before, which answers. Raises ReleaseError, a
    ReleaseHeldBackError for one that is held back.
    """
    if guard is None:
        return shelf.release(name), _nothing
    seen = guard.weigh()
    verdict = seen.verdicts.get(name) or guard.of(name)  # an index may lack what is current
    if verdict is not None and verdict.is_held:
        raise verdict.error()
    return Shelf(shelf.folder).release(name), partial(guard.adopt, seen)


def _both(one: Callable[[], None], other: Callable[[], None]) -> None:
    one()
    other()


def _nothing() -> None:
    """Do nothing: the engine holds its data by itself."""


class CurrentAnswers:
    """The answers of whichever release is current.

    A new release is opened beside the old one and taken up when it is ready; requests under way
    finish on the old.
    """

    def __init__(self, host: Host) -> None:
        """Open the current release. Raises ReleaseError where there is none.

        `since` is when it was taken up, in seconds since 1970.
        """
        self._host = host
        self._opened = host.open()
        self.since = time()
        self._refused: str | None = None
        self._withdrawn: ReleaseError | None = None

    @asynccontextmanager
    async def following(self) -> AsyncIterator[None]:
        """Take up new releases as long as this context lasts."""
        self._opened.enter()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._follow, tasks)
            yield
            tasks.cancel_scope.cancel()

    async def _follow(self, tasks: TaskGroup) -> None:
        while True:
            await anyio.sleep(LOOK_EVERY)
            try:
                name = self._host.current()
                if name not in (self._opened.name, self._refused, None):
                    tasks.start_soon(_leave_later, await self._take_up(name))
            except KeikakuError as error:
                _log.error("%s", error)
                await anyio.sleep(RETRY_AFTER)
            except Exception:  # noqa: BLE001 - the old release goes on, whatever is wrong
                _log.exception("a new release cannot be taken up")
                await anyio.sleep(RETRY_AFTER)

    async def _take_up(self, name: str) -> Opened:
        """Open the new release, and return the old one; a damaged one is not tried again."""
        try:
            opened = await to_thread.run_sync(self._host.open)
        except ReleaseError:
            self._refused = name
            raise
        opened.enter()
        before, self._opened, self.since = self._opened, opened, time()
        self._withdrawn = None
        return before

    def withdraw(self, name: str, error: ReleaseError) -> None:
        """Answer with `error` as long as the release that answers is the one of this id.

        That lasts until the one that is current instead is taken up.
        """
        if self._opened.answers.release == name:
            self._withdrawn = error

    def current(self) -> Answers:
        """Return the answers of the current release. Raises ReleaseGoneError if it is withdrawn."""
        if self._withdrawn:
            raise self._withdrawn
        return self._opened.answers

    def served(self) -> Served:
        """Return the store of the current release. Raises ReleaseGoneError if it is withdrawn."""
        if self._withdrawn:
            raise self._withdrawn
        return self._opened.served

    def notice(self) -> Notice:
        """Return what every page says of the current release's data."""
        return self._opened.notice

    @property
    def catalogue(self) -> Catalogue:
        """The questions."""
        return self.current().catalogue

    @property
    def lexicon(self) -> Lexicon:
        """The names of the current release."""
        return self.current().lexicon

    @property
    def release(self) -> str:
        """The id of the release that answers."""
        return self._opened.answers.release

    def ask(self, sentence: str) -> Answer:
        """Answer a question put in Japanese. Raises QuestionError."""
        return self.current().ask(sentence)

    def answer(self, name: str, values: Mapping[str, str]) -> Answer:
        """Answer a question of the catalogue. Raises QuestionError."""
        return self.current().answer(name, values)

    def describe(self, iri: str) -> Description | None:
        """Return what the current release says of a thing. Raises QuestionError."""
        return self.current().describe(iri)


async def _leave_later(opened: Opened) -> None:
    """Let go of a release when the pages that are being written of it are done."""
    await anyio.sleep(GRACE)
    opened.leave()


class PinnedReleases:
    """The releases of a shelf by their ids, read from disk; the last few asked for stay open."""

    def __init__(self, shelf: Shelf, workers: Workers) -> None:
        """Open nothing yet."""
        self._shelf = shelf
        self._workers = workers
        self._open = _Kept(MOST_PINNED)

    def forget(self, name: str) -> None:
        """Let go of a release."""
        if name in self._open:
            self._open.pop(name).leave()

    def served(self, name: str) -> Served:
        """Return a release's store.

        Raises HttpError where it is unknown or no longer kept, ReleaseHeldBackError where it is
        held back.
        """
        found: _Pinned | None = self._open.get(name)
        away = found is not None and not found.manifest.exists()  # it was taken from the shelf
        if away or name in self._shelf.held_back():
            self.forget(name)
            found = None
        if found is None:
            release = self._release(name)
            store = self._workers.open_on_disk(release)
            served = Served(store, name, release.graphs)
            leave = partial(self._workers.retire, store)
            found = self._open[name] = _Pinned(served, release.folder / MANIFEST, leave)
        return found.served

    def _release(self, name: str) -> Release:
        if name not in {entry.id for entry in self._shelf.index()}:
            raise HttpError(
                HTTPStatus.NOT_FOUND,
                "このアドレスにリリースはありません。",
                "there is no release at this address",
            )
        try:
            return self._shelf.release(name)
        except ReleaseHeldBackError:
            raise
        except ReleaseError as error:
            raise HttpError(HTTPStatus.GONE, error.ja, error.en) from error


@dataclass(frozen=True, slots=True)
class _Pinned:
    served: Served
    manifest: Path
    leave: Callable[[], None]


class _Kept(LRUCache[str, _Pinned]):
    """Releases that are open, by id; the one not asked for longest gives way."""

    def popitem(self) -> tuple[str, _Pinned]:
        """Let go of the one not asked for longest."""
        name, pinned = super().popitem()
        pinned.leave()
        return name, pinned
