"""The shelf: a folder of releases, an append-only index, and the name of the current one."""

from __future__ import annotations

import fcntl
import gzip
import json
import os
import re
import shutil
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from keikaku.errors import ReleaseError
from keikaku.release.index import entries_in, gone_in, published_in, second

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keikaku.release.held_back.verdict import Verdict
    from keikaku.release.index import Entry, Gone

INDEX = "index.jsonl"
CURRENT = "current"
MANIFEST = "manifest.json"
STORE = "store"
_QUADS = "keikaku.nq"
_UNFINISHED = ".unfinished-"
_ID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Release:
    """A finished release: its folder, which is named by its id, and what its manifest says."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def id(self) -> str:
        """The release's name: the beginning of the SHA-256 of its content."""
        return self.folder.name

    @property
    def store(self) -> Path:
        """The folder of the loaded store."""
        return self.folder / STORE

    @property
    def graphs(self) -> dict[str, int]:
        """The triples of each graph in the store but the catalogue's, by its IRI.

        Before format 3 the manifest counted these graphs and no others.
        """
        said = self.manifest["graphs"]
        return {
            graph: one if isinstance(one, int) else one["triples"]
            for graph, one in said.items()
            if isinstance(one, int) or any(file in self.manifest["parts"] for file in one["files"])
        }

    def file(self, name: str) -> Path:
        """Return the path of a file that the manifest lists; raises ReleaseError for another."""
        if name not in self.manifest["files"]:
            raise ReleaseError(
                f"リリース {self.id} にファイル「{name}」はありません。",
                f"release {self.id} has no file {name!r}",
            )
        return self.folder / name

    def lines(self) -> Iterator[bytes]:
        """Yield the lines of its canonical N-Quads; a large release has them compressed only.

        Raises ReleaseError where it has none.
        """
        small = self.folder / _QUADS
        with small.open("rb") if small.is_file() else gzip.open(self.file(f"{_QUADS}.gz")) as file:
            yield from file


class ShelfBusyError(ReleaseError):
    """Another process is writing to the shelf."""


class StandsBefore(Protocol):
    """What knows which kept releases are not to be served."""

    def of(self, name: str) -> Verdict | None:
        """Return what was found out of a release, None if it may be served."""

    def held(self) -> frozenset[str]:
        """Return the ids of the releases that are held back."""


class Shelf:
    """A folder of releases; only one process at a time writes to it."""

    def __init__(self, folder: Path, guard: StandsBefore | None = None) -> None:
        """Use `folder`; it is made when the first release is written.

        With a `guard` no release is given that is held back.
        """
        self.folder = folder
        self._guard = guard

    def index(self) -> list[Entry]:
        """Return each time that a release became the current one, the oldest first.

        A line that was cut off by a failure of the machine is passed over.
        """
        return entries_in(self._read(INDEX))

    def published(self) -> dict[str, Entry]:
        """Return each release as it was first put on the shelf, in this order, by id."""
        return published_in(self._read(INDEX))

    def index_stamp(self) -> tuple[int, int]:
        """Return what is another whenever something was written into the index."""
        try:
            said = (self.folder / INDEX).stat()
        except OSError:
            return 0, 0
        return said.st_mtime_ns, said.st_size

    def current_since(self) -> datetime | None:
        """Return when the current release became so, which may be later than its publication."""
        current = self.current_id()
        dates = [entry.date for entry in self.index() if entry.id == current]
        return dates[-1] if dates else None

    def gone(self) -> dict[str, Gone]:
        """Return the releases that were removed and are not back, by id."""
        return gone_in(self._read(INDEX))

    def held_back(self) -> frozenset[str]:
        """Return the ids of the releases that are kept and not given."""
        return self._guard.held() if self._guard else frozenset()

    def not_given(self) -> frozenset[str]:
        """Return the ids of the releases that were removed or are held back."""
        return self.held_back() | self.gone().keys()

    def current_id(self) -> str | None:
        """Return the id of the current release, or None where there is none yet."""
        return self._read(CURRENT).strip() or None

    def _read(self, name: str) -> str:
        try:
            return (self.folder / name).read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise ReleaseError(
                f"リリースの置き場所が読めません({error.strerror})。",
                f"the folder of releases cannot be read: {error.strerror}",
                file=str(self.folder / name),
            ) from error

    def current(self) -> Release:
        """Return the current release; raises ReleaseError where there is none."""
        return self.release(self.current_release_id())

    def current_release_id(self) -> str:
        """Return the id of the current release; raises ReleaseError where there is none."""
        name = self.current_id()
        if name is None:
            raise ReleaseError(
                f"{self.folder} にリリースがありません。先に keikaku build を実行してください。",
                f"there is no release in {self.folder}; run `keikaku build` first",
            )
        return name

    def release(self, name: str) -> Release:
        """Return a release by its id; raises ReleaseError where it is not or not whole.

        It is a ReleaseGoneError where the release was removed, a ReleaseHeldBackError where this
        shelf has a guard and the release holds what is withheld at present.
        """
        folder = self.folder / name
        try:
            if not _ID.fullmatch(name):
                raise ValueError(name)
            manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            release = Release(folder, manifest)
            _check_whole(release)
        except (OSError, ValueError, LookupError, TypeError) as error:
            if removed := self.gone().get(name):
                raise removed.error() from error
            raise ReleaseError(
                f"リリース {name} がないか、壊れています。keikaku build で作り直せます。",
                f"there is no release {name}, or it is damaged; `keikaku build` makes it anew",
                file=str(folder),
            ) from error
        if self._guard and (verdict := self._guard.of(name)):
            raise verdict.error()
        return release

    def has(self, name: str) -> bool:
        """Tell whether a whole release of this id is on the shelf."""
        try:
            self.release(name)
        except ReleaseError:
            return False
        return True

    def make(self) -> None:
        """Make the folder unless it is there; raises ReleaseError where something else is."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except FileExistsError as error:
            raise ReleaseError(
                "リリースの置き場所がフォルダではありません。",
                "the folder of releases is no folder",
                file=str(self.folder),
            ) from error

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Keep every other writer out, and clear away what an interrupted one left."""
        self.make()
        with (self.folder / ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise ShelfBusyError(
                    "別の keikaku がこの場所にリリースを書いています。"
                    "終わってから実行してください。",
                    "another keikaku is writing a release here; try again when it has finished",
                    file=str(self.folder),
                ) from error
            for leftover in self.folder.glob(f"{_UNFINISHED}*"):
                shutil.rmtree(leftover)
            yield

    @contextmanager
    def workshop(self) -> Iterator[Path]:
        """Give a folder to make a release in; it is removed unless it was put on the shelf."""
        folder = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=self.folder))
        folder.chmod(0o755)
        try:
            yield folder
        finally:
            if folder.exists():
                shutil.rmtree(folder)

    def put(self, workshop: Path, name: str) -> Release:
        """Put a finished folder on the shelf under `name`; a damaged one of that name gives way."""
        folder = self.folder / name
        if folder.exists():
            shutil.rmtree(folder)
        for path in workshop.rglob("*"):
            if path.is_file():
                sync(path)
        workshop.rename(folder)
        sync(self.folder)
        return self.release(name)

    def point_to(self, release: Release, now: datetime | None = None) -> None:
        """Make a release the current one and write it into the index, unless it is current."""
        before = self.current_id()
        if before == release.id:
            return
        length = len(self._read(INDEX).encode())
        self._enter(release.id, before, now or datetime.now(UTC))
        try:
            self._name_current(release)
        except OSError:
            with suppress(OSError):
                os.truncate(self.folder / INDEX, length)  # or it would list what was refused
            raise

    def point_to_none(self) -> None:
        """Let no release be the current one, until another is made."""
        (self.folder / CURRENT).unlink(missing_ok=True)
        sync(self.folder)

    def half_pointed(self) -> Release | None:
        """Return the release that a writer had entered when it was ended, and not yet named."""
        last, current = self.index()[-1:], self.current_id()
        if last and last[0].id != current and last[0].predecessor == current:
            return None if last[0].id in self.gone() else self.release(last[0].id)
        return None

    def _name_current(self, release: Release) -> None:
        fresh = self.folder / f".{CURRENT}"
        fresh.write_text(release.id + "\n", encoding="utf-8")
        sync(fresh)
        fresh.replace(self.folder / CURRENT)
        sync(self.folder)

    def _enter(self, name: str, before: str | None, now: datetime) -> None:
        """Add a line to the index, unless a writer that was ended before pointing has done so."""
        last = self.index()[-1:]
        entered = [(entry.id, entry.predecessor) for entry in last] == [(name, before)]
        if not entered or name in self.gone():
            self._append({"id": name, "date": second(now), "predecessor": before})

    def put_aside(self, name: str) -> Path | None:
        """Take a release's folder off the shelf at one blow, and return where it lies now, if any.

        The next writer clears it away.
        """
        folder, aside = self.folder / name, self.folder / f"{_UNFINISHED}{name}"
        if not folder.is_dir():
            return None
        folder.rename(aside)
        sync(self.folder)
        return aside

    def enter_gone(self, gone: Gone) -> None:
        """Write into the index that a release was removed."""
        self._append({"id": gone.id, "date": second(gone.date), "gone": gone.reason})

    def _append(self, said: dict[str, str | None]) -> None:
        """Add a line to the index."""
        cut_off = self._read(INDEX)[-1:] not in ("", "\n")
        with (self.folder / INDEX).open("a", encoding="utf-8") as index:
            index.write("\n" * cut_off + json.dumps(said, ensure_ascii=False) + "\n")
            index.flush()
            os.fsync(index.fileno())


def _check_whole(release: Release) -> None:
    """Raise ValueError or OSError unless every file has its size and the store is there."""
    for name, said in release.manifest["files"].items():
        if (release.folder / name).stat().st_size != said["bytes"]:
            raise ValueError(name)
    for name in release.manifest.get("indexes", ()):  # releases of format 1 have none
        (release.folder / name).stat()
    if not any(release.store.iterdir()):
        raise ValueError(STORE)


def sync(path: Path) -> None:
    """Make sure that a file or folder is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
