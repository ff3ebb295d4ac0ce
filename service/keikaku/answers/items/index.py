"""The index of a release's items, read; one that was opened serves any number of threads."""

from __future__ import annotations

import json
import sqlite3
from array import array
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from weakref import finalize

from pyroaring import BitMap

from keikaku.answers.items.facets import SORTS
from keikaku.closed import Bilingual
from keikaku.errors import QueryTimeoutError, ReleaseError
from keikaku.release.listing.bigrams import expression
from keikaku.release.listing.index import INDEX_VERSION, ITEMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from keikaku.release.shelf import Release

LONGEST_SEARCH = 2.0
"""How long one search in the index may take, in seconds."""

_STEPS = 5_000  # of SQLite's machine between two looks at the clock
_AT_ONCE = 500  # items fetched by one statement
_SORTED = {
    "title": "SELECT id FROM item ORDER BY title",
    "start": "SELECT id FROM item ORDER BY start",
    "discrepancies": "SELECT id FROM item ORDER BY discrepancies",
}


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that items refer to: its IRI, its label, its number if it has one."""

    iri: str
    label: Bilingual
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Year:
    """One year of an item's schedule: the cell as printed, and its phases.

    Of a year of the plan whose cell is empty there is neither `entry` nor `text`.
    """

    year: int
    entry: str | None = None
    text: str = ""
    phases: tuple[Thing, ...] = ()
    arrow: bool = False


@dataclass(frozen=True, slots=True)
class ListedItem:
    """An item as the list shows it; `relists` is an IRI and a number, texts are as printed."""

    iri: str
    number: str
    title: str
    plan: Thing | None
    municipality: Thing | None
    policy: Thing | None
    measure: Thing | None
    departments: tuple[Thing, ...]
    actors: tuple[Thing, ...]
    targets: tuple[Thing, ...]
    parties: tuple[Thing, ...]
    other: str | None
    notes: tuple[str, ...]
    texts: Mapping[str, str]
    years: tuple[Year, ...]
    relists: tuple[tuple[str, str], ...]
    discrepancies: tuple[tuple[str, Thing], ...]


class ItemIndex:
    """The items of one release: found by facets and words, counted, and read in any order."""

    def __init__(self, uri: str) -> None:
        """Read labels and postings. Raises sqlite3.Error where there is no whole index."""
        self._uri = uri
        self._idle: SimpleQueue[sqlite3.Connection] = SimpleQueue()
        self._orders: dict[str, array[int]] = {}
        with self._connection() as database:
            [(version,)] = database.execute("PRAGMA user_version")
            if version != INDEX_VERSION:
                raise sqlite3.DatabaseError(f"version {version}")
            [(self.count,)] = database.execute("SELECT COUNT(*) FROM item")
            self.things = {
                iri: Thing(iri, Bilingual(ja=ja, en=en), number)
                for iri, ja, en, number in database.execute("SELECT * FROM thing")
            }
            self.postings: dict[str, dict[str, BitMap]] = {}
            for facet, value, items in database.execute("SELECT * FROM posting"):
                self.postings.setdefault(facet, {})[value] = BitMap.deserialize(items)
            plans = database.execute("SELECT iri, years, municipality FROM plan").fetchall()
        self.plan_years = {plan: tuple(json.loads(years)) for plan, years, _ in plans}
        self.publishers = {plan: city for plan, _, city in plans if city}
        finalize(self, _close, self._idle)

    @classmethod
    def of(cls, release: Release) -> ItemIndex:
        """Open the index of a release; raises ReleaseError where it has none that can be read."""
        path = release.folder / ITEMS
        try:
            return cls(f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1")
        except (sqlite3.Error, ValueError) as error:
            raise ReleaseError(
                f"リリース {release.id} には今の形の項目一覧がありません。"
                "keikaku build で作り直してください。",
                f"release {release.id} has no list of items of the present form; "
                "make it anew with `keikaku build`",
                file=str(path),
            ) from error

    def everything(self) -> BitMap:
        """Return the numbers of all items."""
        return BitMap(range(1, self.count + 1))

    def having(self, facet: str, values: Iterable[str]) -> BitMap:
        """Return the numbers of the items with any of these values."""
        known = self.postings.get(facet, {})
        return BitMap.union(BitMap(), *(known[value] for value in values if value in known))

    def containing(self, terms: tuple[str, ...]) -> BitMap:
        """Return the numbers of the items with all of these folded terms in their texts.

        Raises QueryTimeoutError if that takes longer than LONGEST_SEARCH.
        """
        rows = self._rows("SELECT rowid FROM found WHERE found MATCH ?", (expression(terms),))
        return BitMap(number for (number,) in rows)

    def ordered(self, items: BitMap, sort: str, *, descending: bool) -> Sequence[int]:
        """Return these items in the order that is asked for, equal ones in the plans' order."""
        if sort == "plan":
            return items.to_array()[::-1] if descending else items.to_array()
        return [item for item in self._order(sort, descending=descending) if item in items]

    def read(self, items: Sequence[int]) -> Iterator[ListedItem]:
        """Yield items by their numbers, in the order of these."""
        for start in range(0, len(items), _AT_ONCE):
            some = list(items[start : start + _AT_ONCE])
            marks = ", ".join("?" * len(some))
            rows = self._rows(
                f"SELECT id, iri, number, title, said FROM item WHERE id IN ({marks})",  # noqa: S608
                some,
            )
            found = {row[0]: row[1:] for row in rows}
            yield from (self._item(*found[number]) for number in some)

    def thing(self, iri: str) -> Thing:
        """Return what is known of an IRI, at least its last part."""
        local = iri.rsplit("/", 1)[-1]
        return self.things.get(iri) or Thing(iri, Bilingual(ja=local, en=local))

    def _item(self, iri: str, number: str, title: str, text: str) -> ListedItem:
        said: dict[str, Any] = json.loads(text)

        def one(field: str) -> Thing | None:
            return self.thing(said[field]) if said[field] else None

        def several(field: str) -> tuple[Thing, ...]:
            return tuple(map(self.thing, said[field]))

        return ListedItem(
            iri=iri,
            number=number,
            title=title,
            plan=one("plan"),
            municipality=one("municipality"),
            policy=one("policy"),
            measure=one("measure"),
            departments=several("departments"),
            actors=several("actors"),
            targets=several("targets"),
            parties=several("parties"),
            other=said["other"],
            notes=tuple(said["notes"]),
            texts={name: said[name] or "" for name in ("purpose", "state", "content", "criterion")},
            years=self._years(said),
            relists=tuple((iri, number) for iri, number in said["relists"]),
            discrepancies=tuple((iri, self.thing(kind)) for iri, kind in said["discrepancies"]),
        )

    def _years(self, said: dict[str, Any]) -> tuple[Year, ...]:
        years = {year: Year(year) for year in self.plan_years.get(said["plan"] or "", ())}
        for year, entry, text, phases, arrow in said["schedule"]:
            years[year] = Year(year, entry, text, tuple(map(self.thing, phases)), arrow)
        return tuple(years[year] for year in sorted(years))

    def _order(self, sort: str, *, descending: bool) -> array[int]:
        """Return all items in an order; it is found out once."""
        if sort not in SORTS:
            raise KeyError(sort)
        key = f"{sort} desc" if descending else sort
        if key not in self._orders:
            direction = " DESC, id" if descending else ", id"
            rows = self._rows(_SORTED[sort] + direction, ())
            self._orders[key] = array("I", (number for (number,) in rows))
        return self._orders[key]

    def _rows(self, statement: str, values: Sequence[object]) -> list[Any]:
        deadline = monotonic() + LONGEST_SEARCH
        with self._connection() as database:
            database.set_progress_handler(lambda: monotonic() > deadline, _STEPS)
            try:
                return database.execute(statement, values).fetchall()
            except sqlite3.OperationalError as error:
                if monotonic() <= deadline:
                    raise
                raise QueryTimeoutError(
                    "検索に時間がかかりすぎたので止めました。語を長くするか、条件を足してください。",
                    "the search took too long and was stopped; use longer words or more conditions",
                ) from error

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


def _close(idle: SimpleQueue[sqlite3.Connection]) -> None:
    while not idle.empty():
        idle.get().close()
