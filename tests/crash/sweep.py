"""Ends the publishing API with kill -9 at a moment of a deposit, and looks at what is left."""

from __future__ import annotations

import shutil
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

import small_plan
from keikaku import prepared
from keikaku.build import build
from keikaku.deposit.workplace import HIDDEN
from keikaku.release.shelf import Shelf
from publisher import start
from small_plan import PLAN, settings_in

if TYPE_CHECKING:
    from pathlib import Path

    from keikaku.settings import Settings
    from publisher import Publisher

OLD, NEW = small_plan.document().encode(), small_plan.reworded("前より強く推進します。")


@dataclass(frozen=True)
class State:
    """What a publisher has: the plan's document, and the current release."""

    document: bytes
    release: str | None


@dataclass(frozen=True)
class Ends:
    """The two states that there may be, and where copies of the plans and the shelf begin."""

    origin: Settings
    old: State
    new: State


def ends_in(folder: Path) -> Ends:
    """Build the old and the new state once, to know their releases."""
    origin, changed = settings_in(folder / "old"), settings_in(folder / "new")
    (changed.plans / PLAN / "source.md").write_bytes(NEW)
    releases = [build(settings).release for settings in (origin, changed)]
    assert all(releases)
    ids = [release.id for release in releases if release]
    return Ends(origin, State(OLD, ids[0]), State(NEW, ids[1]))


def state_of(settings: Settings) -> State:
    """What lies on the disk; the current release and every other on the shelf must be whole."""
    shelf = Shelf(settings.releases)
    for folder in settings.releases.iterdir():
        if folder.is_dir() and not folder.name.startswith("."):
            shelf.release(folder.name)
    current = shelf.current().id
    return State((settings.plans / PLAN / "source.md").read_bytes(), current)


@dataclass(frozen=True)
class Moment:
    """When to kill: so long after sending or after the journal is there; once answered, at once."""

    seconds: float
    after_journal: bool = False

    def wait(self, settings: Settings, sending: threading.Thread) -> None:
        """Return when it has come."""
        journal = settings.plans / HIDDEN / "journal.json"
        while self.after_journal and sending.is_alive() and not journal.exists():
            time.sleep(0.0005)
        sending.join(self.seconds)

    def __str__(self) -> str:
        """Return when it is."""
        return f"{self.seconds:.3f} s after {'the journal' if self.after_journal else 'sending'}"


def seconds_of_a_deposit(ends: Ends, folder: Path) -> float:
    """How long a PUT takes that nobody interrupts."""
    settings = settings_in(folder)
    shutil.copytree(ends.origin.releases, settings.releases)
    answers: list[int] = []
    publisher = start(settings)
    try:
        began = time.monotonic()
        _send(publisher, answers)
        seconds = time.monotonic() - began
    finally:
        publisher.kill()
    assert answers == [httpx.codes.OK]
    assert state_of(settings) == ends.new
    return seconds


def killed_at(moment: Moment, ends: Ends, folder: Path) -> bool:
    """Kill a publishing API at a moment of a PUT; return whether the new state came of it.

    What is found is checked twice: as the kill left it, where document and release may be of
    different states, and after the next start, where they may not.
    """
    settings = settings_in(folder)
    shutil.copytree(ends.origin.releases, settings.releases)
    publisher = start(settings)
    answers: list[int] = []
    sending = threading.Thread(target=_send, args=(publisher, answers))
    sending.start()
    moment.wait(settings, sending)
    publisher.kill()
    sending.join(30)

    left = state_of(settings)
    assert left.document in (OLD, NEW)
    assert left.release in (ends.old.release, ends.new.release)
    assert sorted(p.name for p in (settings.plans / PLAN).iterdir()) == ["plan.toml", "source.md"]

    healed = _healed(settings)
    assert healed in (ends.old, ends.new), f"neither old nor new {moment}: {healed}"
    if httpx.codes.OK in answers:
        assert healed == ends.new, f"a change that was answered is lost {moment}"
    return healed == ends.new


def _healed(settings: Settings) -> State:
    """Start the service again and look: all is of one state, and nothing is left over."""
    publisher = start(settings)
    try:
        state = state_of(settings)
        hidden = {path.name for path in (settings.plans / HIDDEN).iterdir()}
        assert hidden == {"lock", ".gitignore"}, hidden
        assert not list(settings.releases.glob(".unfinished-*"))
        shelf = Shelf(settings.releases)
        folders = {path.name for path in settings.releases.iterdir() if path.is_dir()}
        assert folders - {prepared.HIDDEN} == {entry.id for entry in shelf.index()}
        with publisher.client() as client:
            assert client.get(f"/plans/{PLAN}/source.md").content == state.document
    finally:
        publisher.kill()
    return state


def _send(publisher: Publisher, answers: list[int]) -> None:
    with publisher.client() as client, suppress(httpx.TransportError):
        answers.append(client.put(f"/plans/{PLAN}/source.md", content=NEW).status_code)
