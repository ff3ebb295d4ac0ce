"""What turns the quads of one release into those of another, line by line.

Both releases are canonical N-Quads, sorted by code point, so that two files are compared as they
are read: what is held in memory is a line, or all lines of one subject, of each.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import IO, TYPE_CHECKING, TypeVar, cast

from keikaku.errors import ReleaseError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from keikaku.release.shelf import Release

Sorted = TypeVar("Sorted")

QUADS = "keikaku.nq"


@dataclass(frozen=True, slots=True)
class Subject:
    """All lines of one subject, which is named as in N-Quads; empty where it is unknown."""

    name: bytes
    before: tuple[bytes, ...]
    after: tuple[bytes, ...]


def quads_of(release: Release) -> Path:
    """Return the file of a release's canonical N-Quads, gzipped or not.

    Raises ReleaseError where it is not there.
    """
    names = (QUADS, f"{QUADS}.gz")
    found = [release.folder / name for name in names if (release.folder / name).is_file()]
    if not found:
        raise ReleaseError(
            f"リリース {release.id} の N-Quads({QUADS})がありません。",
            f"release {release.id} has no N-Quads ({QUADS})",
            file=str(release.folder),
        )
    return found[0]


def lines_of(path: Path) -> Iterator[bytes]:
    """Yield the lines of a canonical file, with their ends.

    Raises ReleaseError, with the line, where a line does not come after the one before it.
    """
    last = b""
    with _opened(path) as file:
        for number, line in enumerate(file, start=1):
            if line <= last:
                raise ReleaseError(
                    "N-Quads の行が順に並んでいません。二つを比べられません。",
                    "the lines of these N-Quads are not in order, so that they cannot be compared",
                    file=str(path),
                    line=number,
                )
            yield line
            last = line


def removed(before: Path, after: Path) -> Iterator[bytes]:
    """Yield the lines of `before` that `after` does not have, in order."""
    for _, old, new in merged(lines_of(before), lines_of(after), _whole):
        if old is not None and new is None:
            yield old


def added(before: Path, after: Path) -> Iterator[bytes]:
    """Yield the lines of `after` that `before` does not have, in order."""
    return removed(after, before)


def changed_subjects(before: Path, after: Path) -> Iterator[Subject]:
    """Yield every subject of which the two files do not say the same, in order."""
    for name, old, new in merged(subjects_of(before), subjects_of(after), itemgetter(0)):
        subject = Subject(name, old[1] if old else (), new[1] if new else ())
        if subject.before != subject.after:
            yield subject


def subjects_of(path: Path) -> Iterator[tuple[bytes, tuple[bytes, ...]]]:
    """Yield each subject of a canonical file, as it is written there, with its lines."""
    for name, lines in groupby(lines_of(path), key=_subject):
        yield name, tuple(lines)


def _subject(line: bytes) -> bytes:
    return line.partition(b" ")[0]


def _whole(line: bytes) -> bytes:
    return line


def merged(
    before: Iterator[Sorted], after: Iterator[Sorted], key: Callable[[Sorted], bytes]
) -> Iterator[tuple[bytes, Sorted | None, Sorted | None]]:
    """Yield what two sorted streams hold, by its key: beside each other where both have it."""
    old, new = next(before, None), next(after, None)
    while old is not None or new is not None:
        name = min(key(one) for one in (old, new) if one is not None)
        mine = old if old is not None and key(old) == name else None
        other = new if new is not None and key(new) == name else None
        yield name, mine, other
        old = next(before, None) if mine is not None else old
        new = next(after, None) if other is not None else new


def _opened(path: Path) -> IO[bytes]:
    if path.suffix == ".gz":
        return cast("IO[bytes]", gzip.open(path))
    return path.open("rb")
