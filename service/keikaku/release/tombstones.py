"""What is no longer there: things that a release declares gone, and those that only older ones had.

Each release lists the IRIs that it describes, sorted, so that one that went is found in older ones
without loading any. Of a release that was removed only hashes of them are left, since IRIs hold
names; lists that earlier versions left as they were are looked through too.
"""

from __future__ import annotations

import hashlib
import mmap
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from keikaku.closed import Bilingual
from keikaku.errors import ReleaseError
from keikaku.names import DCTERMS, RDFS, SHARED
from keikaku.release.catalogue.offers import RESOURCES
from keikaku.release.shelf import sync

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from keikaku.release.catalogue.survey import Survey
    from keikaku.release.index import Entry
    from keikaku.release.shelf import Release, Shelf

MOST_RELEASES = 500
"""In how many older releases a thing is looked for."""

LEFT = "gone"
"""The folder of the shelf that keeps the lists of hashes of IRIs of releases that were removed."""

_HASHED, _PLAIN = ".sha256", ".txt"
_DIGEST_BYTES = 32


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is known of a thing that is gone.

    `last` is the last release that had it (the current one where it only says that it is gone),
    `date` when that was put on the shelf, and whether it is still `served`; `since` (ISO 8601) is
    the day that plan.toml gives, `replaced_by` the IRIs that stand for it now, `reason` why it
    went.
    """

    iri: str
    last: str
    date: datetime
    served: bool = True
    since: str | None = None
    replaced_by: tuple[str, ...] = ()
    reason: Bilingual | None = None


class Tombstones:
    """The things that the current release of a shelf does not have, and earlier ones had."""

    def __init__(self, shelf: Shelf) -> None:
        """Read nothing yet."""
        self._shelf = shelf

    def of(self, iri: str) -> Tombstone | None:
        """Return what is known of an IRI that is gone; None for one that is there or never was.

        Raises ReleaseError where there is no current release.
        """
        current = self._shelf.current()
        if not iri.startswith((current.manifest["base"], SHARED)) or "\n" in iri:
            return None
        declared = current.manifest.get("gone", {}).get(iri)
        if declared is None and _lists(current.folder / RESOURCES, iri):
            return None
        entries = self._shelf.published()
        last = next(self._releases_with(iri, current, entries), None)
        if declared is None:
            return Tombstone(iri, last.id, last.date, self._serves(last)) if last else None
        last = last or entries[current.id]
        return _declared(iri, declared, last, served=self._serves(last))

    def _serves(self, entry: Entry) -> bool:
        return entry.id not in self._shelf.not_given()

    def _releases_with(
        self, iri: str, current: Release, entries: Mapping[str, Entry]
    ) -> Iterator[Entry]:
        """Yield each older release that has the IRI, the newest first."""
        for entry in list(entries.values())[::-1][:MOST_RELEASES]:
            if entry.id != current.id and any(
                _lists(self._shelf.folder / path, line)
                for path, line in (
                    (Path(entry.id, RESOURCES), iri),
                    (Path(LEFT, f"{entry.id}{_HASHED}"), _digest(iri.encode()).hex()),
                    (Path(LEFT, f"{entry.id}{_PLAIN}"), iri),
                )
            ):
                yield entry


def tombstones_in(found: Survey) -> dict[str, dict[str, str]]:
    """Return what a release declares gone, by IRI, as its manifest keeps it."""
    return {node.value: _said_of(node, found) for node in found.gone()}


def _said_of(node: NamedNode, found: Survey) -> dict[str, str]:
    said: dict[str, str] = {}
    for value in found.values(node, DCTERMS["isReplacedBy"]):
        said["replaced_by"] = value.value
    for value in found.values(node, DCTERMS["modified"]):
        said["date"] = value.value
    for value in found.values(node, RDFS["comment"]):
        if isinstance(value, Literal) and value.language in ("ja", "en"):
            said[value.language] = value.value
    return said


def _declared(iri: str, said: dict[str, str], last: Entry, *, served: bool) -> Tombstone:
    return Tombstone(
        iri,
        last.id,
        last.date,
        served,
        said.get("date"),
        (said["replaced_by"],) if "replaced_by" in said else (),
        Bilingual(ja=said["ja"], en=said["en"]) if "ja" in said and "en" in said else None,
    )


def leave_behind(shelf: Shelf, name: str) -> None:
    """Keep the hashes of the IRIs that a release describes, which is about to be removed.

    A list of the IRIs themselves that was left of it before gives way. Raises ReleaseError where
    they cannot be written.
    """
    folder = shelf.folder / LEFT
    plain = folder / f"{name}{_PLAIN}"
    found = next(
        (path for path in (shelf.folder / name / RESOURCES, plain) if path.is_file()), None
    )
    if found is None:
        return
    try:
        folder.mkdir(exist_ok=True)
        _write_hashes(found, folder / f"{name}{_HASHED}")
        plain.unlink(missing_ok=True)
        sync(folder)
    except OSError as error:
        raise ReleaseError(
            f"{LEFT} フォルダに書けません({error.strerror})。",
            f"the folder {LEFT} cannot be written to: {error.strerror}",
            file=str(folder),
        ) from error


def hash_lists(shelf: Shelf) -> int:
    """Keep hashes where earlier versions left lists of IRIs; return of how many releases.

    Raises ReleaseError where they cannot be written.
    """
    lists = sorted((shelf.folder / LEFT).glob(f"*{_PLAIN}"))
    for path in lists:
        leave_behind(shelf, path.stem)
    return len(lists)


def _write_hashes(source: Path, target: Path) -> None:
    """Write the sorted hashes of the lines of a file; whoever reads there sees all of them."""
    digests = [bytearray() for _ in range(256)]  # by their first byte; packed, as there are many
    with source.open("rb") as file:
        for line in file:
            digest = _digest(line.rstrip(b"\n"))
            digests[digest[0]] += digest
    descriptor, fresh = tempfile.mkstemp(prefix=".", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, 0o644)
            for some in digests:
                places = range(0, len(some), _DIGEST_BYTES)
                for digest in sorted(bytes(some[at : at + _DIGEST_BYTES]) for at in places):
                    file.write(digest.hex().encode() + b"\n")
            file.flush()
            os.fsync(descriptor)
        Path(fresh).replace(target)
    except BaseException:
        Path(fresh).unlink(missing_ok=True)
        raise


def _digest(line: bytes) -> bytes:
    return hashlib.sha256(line).digest()


def _lists(path: Path, wanted: str) -> bool:
    """Tell whether a file of sorted lines has this one; a file that is not there has none."""
    try:
        with path.open("rb") as file:
            if not path.stat().st_size:
                return False
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as lines:
                return _has_line(lines, wanted.encode())
    except FileNotFoundError:
        return False


def _has_line(lines: mmap.mmap, wanted: bytes) -> bool:
    low, high = 0, len(lines)  # each is where a line begins
    while low < high:
        start = lines.rfind(b"\n", low, (low + high) // 2) + 1 or low
        end = lines.find(b"\n", start, high)
        line = lines[start:end]
        if line == wanted:
            return True
        low, high = (end + 1, high) if line < wanted else (low, start)
    return False
