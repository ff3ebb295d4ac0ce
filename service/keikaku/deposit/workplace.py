"""The workplace of deposits: a hidden folder among the plans, its lock and its journal.

A deposit is prepared here, on the file system of the plans, and takes effect in this order: the
journal names the plan and the release to come; the release goes on the shelf and becomes the
current one; the plan's folder takes its place; the journal goes. The current release decides: a
deposit that was ended is carried to its end if its release is current, and undone if it is not.
"""

from __future__ import annotations

import fcntl
import json
import shutil
import time
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from keikaku.deposit.change import DepositError, Reason
from keikaku.deposit.exchange import replace_folder
from keikaku.deposit.folder import folder_tag
from keikaku.errors import ReleaseError
from keikaku.release.shelf import sync

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from io import TextIOWrapper
    from pathlib import Path

    from keikaku.release.shelf import Shelf

    Lock = Callable[[], AbstractContextManager[None]]

HIDDEN = ".publishing"
_JOURNAL = "journal.json"
_POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class _Intent:
    """What the journal says: the plan, the tag of its new folder, the release to come."""

    plan: str
    tag: str
    release: str
    known: bool


class Workplace:
    """The place beside the plans where a deposit is prepared; one process at a time works there."""

    def __init__(self, plans: Path, shelf: Shelf) -> None:
        """Work for these plans and this shelf; nothing is made before `working`."""
        self.plans = plans.resolve()
        self._shelf = shelf
        self._hidden = self.plans / HIDDEN
        self._journal = self._hidden / _JOURNAL

    @contextmanager
    def working(self, seconds: float) -> Iterator[None]:
        """Keep every other depositor out, having brought one that was ended to its end.

        Raises DepositError if another is still at work after `seconds`.
        """
        self._hidden.mkdir(exist_ok=True)
        (self._hidden / ".gitignore").write_text("*\n", encoding="utf-8")
        with (self._hidden / "lock").open("w") as lock:
            _wait_for(lock, seconds)
            self._point_on()
            self._settle(self._shelf.writing)
            try:
                yield
            finally:
                if not self._journal.exists():
                    self._clear()

    def stage(self, plan: str, files: Mapping[str, bytes | None]) -> Path:
        """Return a copy of a plan's folder with `files` changed; None takes a file away."""
        folder = self._hidden / "staged" / plan
        live = self.plans / plan
        if live.is_dir():
            shutil.copytree(live, folder, symlinks=True)
        else:
            folder.mkdir(parents=True)
        for name, content in files.items():
            (folder / name).unlink(missing_ok=True)  # it may be a link that leads out of here
            if content is not None:
                (folder / name).write_bytes(content)
        for path in (*folder.rglob("*"), folder, folder.parent):
            if not path.is_symlink():
                sync(path)
        return folder

    @contextmanager
    def landing(self, staged: Path, release: str) -> Iterator[None]:
        """Let the staged folder take its place with the release that becomes current meanwhile."""
        tag = folder_tag(staged) or ""
        self._write(_Intent(staged.name, tag, release, known=self._shelf.has(release)))
        try:
            yield
        finally:
            # also after a failure that came when the release was current already
            self._settle(nullcontext)

    def _write(self, intent: _Intent) -> None:
        fresh = self._journal.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(intent)), encoding="utf-8")
        sync(fresh)
        fresh.replace(self._journal)
        sync(self._hidden)

    def _point_on(self) -> None:
        """Make the release current that a killed deposit had entered in the index already."""
        if not self._journal.exists():
            return
        release = self._shelf.half_pointed()
        intent = _Intent(**json.loads(self._journal.read_text(encoding="utf-8")))
        if release is not None and release.id == intent.release:
            with self._shelf.writing():
                self._shelf.point_to(release)

    def _settle(self, shelf_lock: Lock) -> None:
        """Bring what the journal tells of to its end, if there is anything."""
        if not self._journal.exists():
            self._clear()
            return
        intent = _Intent(**json.loads(self._journal.read_text(encoding="utf-8")))
        if self._shelf.current_id() == intent.release:
            self._take_place(intent)
        elif not intent.known:
            self._take_back(intent.release, shelf_lock)
        self._clear_journal()
        self._clear()

    def _take_place(self, intent: _Intent) -> None:
        live, staged = self.plans / intent.plan, self._hidden / "staged" / intent.plan
        if folder_tag(staged) != intent.tag:
            return  # it has taken its place
        aside = self._hidden / "aside"
        aside.mkdir(exist_ok=True)
        try:
            replace_folder(live, staged, aside / intent.plan)
            sync(self.plans)
        except OSError as error:
            raise DepositError(
                Reason.UNFINISHED,
                f"リリース {intent.release} は公開しましたが、計画フォルダを入れ替えられません"
                f"({error.strerror})。直してから、もう一度起動してください。",
                f"release {intent.release} is published but the plan's folder cannot be replaced: "
                f"{error.strerror}; mend that and start again",
                file=str(live),
            ) from error

    def _take_back(self, release: str, shelf_lock: Lock) -> None:
        """Remove a release that went on the shelf but was never entered in its index."""
        entered = {entry.id for entry in self._shelf.index()}
        folder = self._shelf.folder / release
        if release not in entered and folder.is_dir():
            with suppress(ReleaseError), shelf_lock():
                shutil.rmtree(folder)

    def _clear_journal(self) -> None:
        self._journal.unlink()
        sync(self._hidden)

    def _clear(self) -> None:
        for leftover in ("staged", "aside"):
            shutil.rmtree(self._hidden / leftover, ignore_errors=True)
        self._journal.with_suffix(".new").unlink(missing_ok=True)


def _wait_for(lock: TextIOWrapper, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() < deadline:
                time.sleep(_POLL_SECONDS)
                continue
            raise DepositError(
                Reason.BUSY,
                "ほかの変更を公開しているところです。しばらくしてから送ってください。",
                "another change is being published; send this one again later",
            ) from error
        return
