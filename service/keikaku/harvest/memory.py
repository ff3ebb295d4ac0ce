"""What was seen of each site the last time, so that only what has changed is fetched."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from keikaku.harvest.fetch import Seen

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Remembered:
    """A site: where its catalogue was, and what tells whether that has changed.

    `folders` are what was taken of it, `dumps` the SHA-256 of its dumps; `own` are the plans that
    were our own then, and so were not taken.
    """

    at: str = ""
    seen: Seen = field(default_factory=Seen)
    folders: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    dumps: frozenset[str] = frozenset()


_TAKEN_BY = "2"
"""Goes up when plans would have to be taken otherwise, so that all are fetched anew."""


class Memory:
    """A file that remembers sites; what it lacks, or an older version wrote, is fetched anew."""

    def __init__(self, path: Path) -> None:
        """Read the file, if it is there and whole."""
        self._path = path
        try:
            known = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError):
            known = {}
        self._known: dict[str, dict[str, list[str]]] = known if isinstance(known, dict) else {}

    def of(self, url: str) -> Remembered:
        """Return what is known of a site, by the address that was given."""
        known = self._known.get(url)
        try:
            if known["taken_by"] != [_TAKEN_BY]:  # type: ignore[index]
                return Remembered()
            [at], [etag], [modified] = (known[key] for key in ("at", "etag", "modified"))  # type: ignore[index]
            folders, own, dumps = (frozenset(known[key]) for key in ("folders", "own", "dumps"))  # type: ignore[index]
        except (TypeError, KeyError, ValueError):
            return Remembered()
        return Remembered(at, Seen(etag, modified), folders, own, dumps)

    def keep(self, url: str, known: Remembered) -> None:
        """Remember a site."""
        self._known[url] = {
            "taken_by": [_TAKEN_BY],
            "at": [known.at],
            "etag": [known.seen.etag],
            "modified": [known.seen.modified],
            "folders": sorted(known.folders),
            "own": sorted(known.own),
            "dumps": sorted(known.dumps),
        }
        new = self._path.with_name(f"{self._path.name}.new")
        new.write_text(json.dumps(self._known, ensure_ascii=False, indent=1), "utf-8")
        new.replace(self._path)
