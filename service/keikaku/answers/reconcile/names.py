"""The index of a release's names, read; one that was opened serves any number of threads."""

from __future__ import annotations

import json
import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING
from urllib.parse import quote
from weakref import finalize

from pyroaring import BitMap

from keikaku.closed import Bilingual
from keikaku.errors import ReleaseError
from keikaku.matching import normal
from keikaku.release.listing.names_index import NAMES, NAMES_VERSION, forms, pairs

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from keikaku.release.shelf import Release

MOST_ALIKE = 80
"""How many names that share letters with a query are compared with it."""

_MOST_COUNTED = 400  # things that share most pairs, of which the MOST_ALIKE most alike are taken
_MOST_PAIRS = 80  # of a long name the rarest ones
_MOST_SAME = 200  # things of one name, as departments of many cities are
_LISTED = "(SELECT value FROM json_each(?))"
_ENTITY = "SELECT id, iri, kind, ja, en, number, city, plan, above, others FROM entity"
_SAME = f"SELECT DISTINCT id FROM form WHERE form IN {_LISTED}"  # noqa: S608
_BEGINNING = """SELECT DISTINCT id FROM form WHERE form >= ? AND form < ? LIMIT ?"""
_SHORTEST = f"""SELECT id FROM entity WHERE id IN {_LISTED}
ORDER BY length(ja), ja, iri LIMIT ? OFFSET ?"""  # noqa: S608
_POSTINGS = f"SELECT value, things FROM posting WHERE what = ? AND value IN {_LISTED}"  # noqa: S608
_PAIRS = f"SELECT id, pairs FROM entity WHERE id IN {_LISTED}"  # noqa: S608
_MOST_BEGINNING = 20_000  # forms that begin alike, of which the shortest names are looked for


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing with a name: its kind, its labels, its number.

    `city`, `plan` and `above` (the department that it is part of) are IRIs, or empty.
    """

    iri: str
    kind: str
    label: Bilingual
    number: str
    city: str
    plan: str
    above: str
    others: tuple[str, ...]


class OtherVersionError(sqlite3.DatabaseError):
    """An index that is not of this version: its tables, or the normal forms in it, are others."""


class NameIndex:
    """The names of one release."""

    def __init__(self, uri: str) -> None:
        """Look whether it can be read. Raises sqlite3.Error where there is no whole index."""
        self._uri = uri
        self._idle: SimpleQueue[sqlite3.Connection] = SimpleQueue()
        with self._connection() as database:
            [(version,)] = database.execute("PRAGMA user_version")
            if version != NAMES_VERSION:
                raise OtherVersionError(version)
        finalize(self, _close, self._idle)

    @classmethod
    def of(cls, release: Release) -> NameIndex | None:
        """Open the index of a release; None where an older or newer version made the release.

        Raises ReleaseError where it has one that cannot be read.
        """
        path = release.folder / NAMES
        if not path.exists():
            return None
        try:
            return cls(f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1")
        except OtherVersionError:
            return None
        except sqlite3.Error as error:
            raise ReleaseError(
                f"リリース {release.id} の名称の索引を読めません。"
                "keikaku build で作り直してください。",
                f"the index of names of release {release.id} cannot be read; make it anew with "
                "`keikaku build`",
                file=str(path),
            ) from error

    def entities(self, iris: Iterable[str]) -> dict[str, Entity]:
        """Return the things of these IRIs that the release has."""
        with self._connection() as database:
            rows = database.execute(f"{_ENTITY} WHERE iri IN {_LISTED}", (_list(iris),))
            return {row[1]: _entity(row) for row in rows}

    def alike(
        self, name: str, kinds: Collection[str], within: Collection[str] = ()
    ) -> list[Entity]:
        """Return the things of these kinds whose names are the same or share letters with `name`.

        Those of the same normal form come first, then those that share most pairs of letters, both
        up to a bound. `within` are IRIs of cities and plans to which they belong, if it has any.
        """
        with self._connection() as database:
            among = _union(database, "kind", kinds)
            if within:
                among &= _union(database, "within", within)
            same = [one for one in _same(database, forms(name)) if one in among][:_MOST_SAME]
            near = _near(database, pairs(name), among)
            return _in_order(database, dict.fromkeys((*same, *near)))

    def same(self, name: str, kinds: Collection[str]) -> list[Entity]:
        """Return the things of these kinds that have a normal form in common with `name`."""
        with self._connection() as database:
            among = _union(database, "kind", kinds)
            found = [one for one in _same(database, forms(name)) if one in among]
            return _in_order(database, found[:_MOST_SAME])

    def beginning(self, prefix: str, kinds: Collection[str], skip: int, most: int) -> list[Entity]:
        """Return things one of whose normal forms begins with `prefix`, the shorter names first."""
        made = normal(prefix)
        with self._connection() as database:
            among = _union(database, "kind", kinds)
            found: dict[int, None] = {}
            for start in dict.fromkeys(form for form in (made.folded, made.bare) if form):
                span = (start, f"{start}\U0010ffff", _MOST_BEGINNING)
                found |= {one: None for (one,) in database.execute(_BEGINNING, span)}
            fitting = _list(one for one in found if one in among)
            shown = database.execute(_SHORTEST, (fitting, most, skip))
            return _in_order(database, [number for (number,) in shown])

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        try:
            database = self._idle.get_nowait()
        except Empty:
            database = sqlite3.connect(self._uri, uri=True, check_same_thread=False)
        try:
            yield database
        finally:
            self._idle.put(database)


def _same(database: sqlite3.Connection, wanted: Collection[str]) -> list[int]:
    """Return the things that have one of these normal forms."""
    return [number for (number,) in database.execute(_SAME, (_list(wanted),))]


def _union(database: sqlite3.Connection, what: str, values: Collection[str]) -> BitMap:
    """Return the things that have any of these values."""
    rows = database.execute(_POSTINGS, (what, _list(values)))
    return BitMap().union(*(BitMap.deserialize(things) for _, things in rows))


def _near(database: sqlite3.Connection, wanted: Collection[str], among: BitMap) -> list[int]:
    """Return of some things those whose names are most alike by the pairs of letters they share."""
    rows = database.execute(_POSTINGS, ("pair", _list(wanted)))
    having = sorted((BitMap.deserialize(things) & among for _, things in rows), key=len)
    shared = Shares(having[:_MOST_PAIRS])
    most = shared.most(_MOST_COUNTED)
    sizes = dict(database.execute(_PAIRS, (_list(most),)))
    ordered = sorted(most, key=lambda one: (-shared.of(one) / (len(wanted) + sizes[one]), one))
    return ordered[:MOST_ALIKE]


class Shares:
    """How many of some bitmaps each number is in: the counts bit by bit, each bit a bitmap."""

    def __init__(self, bitmaps: Iterable[BitMap]) -> None:
        """Count what is in the bitmaps."""
        self._bits: list[BitMap] = []
        for carry in bitmaps:
            for place, bit in enumerate(self._bits):
                self._bits[place], carry = bit ^ carry, bit & carry
            if carry:
                self._bits.append(carry)

    def of(self, number: int) -> int:
        """Return how many of the bitmaps have a number."""
        return sum(1 << place for place, bit in enumerate(self._bits) if number in bit)

    def most(self, count: int) -> list[int]:
        """Return the `count` numbers that are in most of them, from the highest bit down."""
        sure, rest = BitMap(), BitMap().union(*self._bits)
        for bit in reversed(self._bits):
            higher = rest & bit
            if len(sure) + len(higher) > count:
                rest = higher
            else:
                sure |= higher
                rest -= higher
        return [*sure, *rest[: max(count - len(sure), 0)]]


def _in_order(database: sqlite3.Connection, wanted: Iterable[int]) -> list[Entity]:
    wanted = list(wanted)
    found = database.execute(f"{_ENTITY} WHERE id IN {_LISTED}", (_list(wanted),))
    rows = {row[0]: _entity(row) for row in found}
    return [rows[number] for number in wanted]


def _list(values: Iterable[str | int]) -> str:
    return json.dumps(tuple(values))


def _entity(row: tuple[int, str, str, str, str, str, str, str, str, str]) -> Entity:
    _, iri, kind, ja, en, number, city, plan, above, others = row
    label = Bilingual(ja=ja, en=en)
    return Entity(iri, kind, label, number, city, plan, above, (*json.loads(others),))


def _close(idle: SimpleQueue[sqlite3.Connection]) -> None:
    while not idle.empty():
        idle.get().close()
