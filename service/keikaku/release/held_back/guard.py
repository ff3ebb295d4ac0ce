"""The guard of a shelf: it knows which kept releases hold what is withheld at present.

What it found out is remembered in a hidden file beside the releases, so that it reads a release
again only where something else is withheld than before.
"""

from __future__ import annotations

import json
import os
import tempfile
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from keikaku.errors import ReleaseError
from keikaku.release.held_back.judge import judge, tells_regions, withheld_in
from keikaku.release.held_back.regions import NOTHING, Withheld
from keikaku.release.held_back.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from keikaku.release.shelf import Release, Shelf

MEMORY = ".held-back.json"
"""The file in the folder of releases: numbers of tables, rows and columns, no text of a cell."""

_PARTS = ("withheld", "verdicts")
_VERSION = "2"
"""Goes up when releases are judged in another way."""


def nothing_more() -> Withheld:
    """Return that nothing is known but what releases say themselves."""
    return NOTHING


@dataclass(frozen=True, slots=True)
class Seen:
    """What was withheld when a shelf was looked at, and what was found out of each release."""

    withheld: Withheld
    verdicts: dict[str, Verdict]

    def held(self) -> frozenset[str]:
        """Return the ids of the releases that are held back."""
        found = tuple(self.verdicts.items())  # another thread may add to them
        return frozenset(name for name, verdict in found if verdict.is_held)


class Guard:
    """Judges the kept releases of a shelf by what the newest withhold."""

    def __init__(self, shelf: Shelf, present: Callable[[], Withheld] = nothing_more) -> None:
        """Judge nothing yet. `present` tells what the plans' folders withhold as they are now.

        `shelf` gives every release that is kept: it is not one that this guard stands before.
        """
        self._shelf = shelf
        self._present = present
        self._working = Lock()
        self._memory: _Memory | None = None
        self._seen: Seen | None = None

    def look(self) -> tuple[Verdict, ...]:
        """Judge all that is kept by what is withheld by now, and go by that.

        Returns it in the order of publication. Raises ReleaseError where the shelf cannot be read.
        """
        seen = self.weigh()
        self.adopt(seen)
        return tuple(seen.verdicts.values())

    def weigh(self) -> Seen:
        """Judge all that is kept by what is withheld by now, without going by that yet.

        Raises ReleaseError where the shelf cannot be read.
        """
        with self._working:
            memory = self._remembered()
            withheld = self._known(memory) | self._present()
            gone = self._shelf.gone()
            found: dict[str, Verdict] = {}
            for name in self._shelf.published():
                if name not in gone and (verdict := self._judged(name, withheld, memory)):
                    found[name] = verdict
            memory.write(kept=found)
            return Seen(withheld, found)

    def adopt(self, seen: Seen) -> None:
        """Go by what was seen from now on."""
        self._seen = seen

    def of(self, name: str) -> Verdict | None:
        """Return what was found out of a release, None if it may be served."""
        seen = self._seen
        if seen is None:
            self.look()
            seen = self._seen
        verdict = seen.verdicts.get(name) if seen else None
        if verdict is None and seen is not None:
            verdict = self._late(name, seen)
        return verdict if verdict is not None and verdict.is_held else None

    def held(self) -> frozenset[str]:
        """Return the ids of the releases that are held back."""
        return self._seen.held() if self._seen else frozenset()

    def _late(self, name: str, seen: Seen) -> Verdict | None:
        """Judge a release that came to the shelf since it was looked at last."""
        with self._working:
            verdict = self._judged(name, seen.withheld, self._remembered())
            if verdict is not None:
                seen.verdicts[name] = verdict
            return verdict

    def _remembered(self) -> _Memory:
        if self._memory is None:
            self._memory = _Memory.of(self._shelf.folder)
        return self._memory

    def _judged(self, name: str, withheld: Withheld, memory: _Memory) -> Verdict | None:
        """Return what is known of a release, None of one that is damaged and not served anyway."""
        if verdict := memory.verdict(name, withheld):
            return verdict
        try:
            release = self._shelf.release(name)
        except ReleaseError:
            return None
        try:
            verdict = judge(release, withheld)
        except (ReleaseError, OSError, EOFError, zlib.error):
            return Verdict(name, unreadable=True)
        memory.remember_verdict(verdict, withheld)
        return verdict

    def _known(self, memory: _Memory) -> Withheld:
        """Return what the current release and the one that was published last withhold.

        They differ where an older one was made current again: what was withheld since, stays so.
        """
        found = NOTHING
        for release in self._telling():
            said = memory.withheld(release.id)
            if said is None:
                said = _read(release)
                memory.remember_withheld(release.id, said)
            found = found | said
        return found

    def _telling(self) -> tuple[Release, ...]:
        """Return the current release and the newest, of those that tell what they withhold."""
        gone = self._shelf.gone()
        newest = (name for name in reversed(self._shelf.published()) if name not in gone)
        current = (name for name in (self._shelf.current_id(),) if name is not None)
        found = {}
        for names in (current, newest):
            if release := next(filter(None, map(self._that_tells, names)), None):
                found[release.id] = release
        return tuple(found.values())

    def _that_tells(self, name: str) -> Release | None:
        """Return a release that tells what it withholds; None of an older or a damaged one."""
        with suppress(ReleaseError):
            release = self._shelf.release(name)
            return release if tells_regions(release) else None
        return None


def _read(release: Release) -> Withheld:
    """Return what a release withholds. Raises ReleaseError where its N-Quads cannot be read."""
    try:
        return withheld_in(release)
    except (OSError, EOFError, zlib.error) as error:
        raise ReleaseError(
            f"リリース {release.id} の N-Quads が読めないので、何を公開しないかがわかりません。"
            "keikaku build で作り直してください。",
            f"the N-Quads of release {release.id} cannot be read, so that it is not known what is "
            "withheld; make it anew by `keikaku build`",
            file=str(release.folder),
        ) from error


class _Memory:
    """What was found out before, by release and by what was withheld then."""

    def __init__(self, path: Path, said: dict[str, Any]) -> None:
        self._path = path
        self._said = said

    @classmethod
    def of(cls, folder: Path) -> _Memory:
        """Read what is remembered beside releases; what cannot be read counts as nothing."""
        path = folder / MEMORY
        try:
            said = json.loads(path.read_text(encoding="utf-8"))
            if said["version"] != _VERSION:
                raise ValueError(said["version"])
            return cls(path, {**said, **{part: dict(said[part]) for part in _PARTS}})
        except (OSError, ValueError, LookupError, TypeError):
            return cls(path, {"version": _VERSION, **{part: {} for part in _PARTS}})

    def withheld(self, name: str) -> Withheld | None:
        """Return what a release withholds."""
        with suppress(LookupError, TypeError):
            return Withheld.from_json(self._said["withheld"][name])
        return None

    def remember_withheld(self, name: str, withheld: Withheld) -> None:
        """Keep what a release withholds."""
        self._said["withheld"][name] = withheld.as_json()

    def verdict(self, name: str, withheld: Withheld) -> Verdict | None:
        """Return what was found out of a release by what is withheld."""
        with suppress(LookupError, TypeError):
            said = self._said["verdicts"][name]
            if said["by"] == withheld.key:
                return Verdict.from_json(name, said)
        return None

    def remember_verdict(self, verdict: Verdict, withheld: Withheld) -> None:
        """Keep what was found out of a release."""
        self._said["verdicts"][verdict.id] = {"by": withheld.key, **verdict.as_json()}

    def write(self, kept: dict[str, Verdict]) -> None:
        """Write it down for the releases that are kept, where this folder can be written to."""
        for part in _PARTS:
            self._said[part] = {n: said for n, said in self._said[part].items() if n in kept}
        with suppress(OSError):
            descriptor, fresh = tempfile.mkstemp(prefix=MEMORY, dir=self._path.parent)
            try:
                with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                    os.fchmod(descriptor, 0o644)  # the server may run as somebody else
                    json.dump(self._said, file)
                Path(fresh).replace(self._path)
            except BaseException:
                Path(fresh).unlink(missing_ok=True)
                raise
