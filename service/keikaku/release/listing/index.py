"""The index of a release's items: what the list of items shows, sorts, counts and searches.

One SQLite file, made in one pass over the canonical N-Quads, that stands in the release's folder
and is only read from then on:

- `item`: a row for each item in the order of the plans, numbered from 1; `said` is JSON
- `thing`: the labels of what items refer to
- `posting`: for each value of a facet the numbers of its items, as a Roaring bitmap
- `plan`: the years of each plan, and its municipality
- `found`: the texts, an FTS5 table of pairs of characters (see `bigrams`)
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from contextlib import closing
from typing import TYPE_CHECKING, Any

from pyroaring import BitMap

from keikaku.release.listing.bigrams import TOKENIZER, cut
from keikaku.release.listing.item_facts import STAGING, TEXTS, Facts, subjects

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

ITEMS = "items.sqlite"
"""The file's name in a release's folder."""

INDEX_VERSION = 1
"""Goes up when the tables change; SQLite keeps it as `user_version`."""

_TABLES = f"""
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA user_version = {INDEX_VERSION};
CREATE TABLE item (id INTEGER PRIMARY KEY, iri TEXT NOT NULL, number TEXT NOT NULL,
  title TEXT NOT NULL, start INTEGER NOT NULL, discrepancies INTEGER NOT NULL, said TEXT NOT NULL);
CREATE TABLE thing (iri TEXT PRIMARY KEY, ja TEXT NOT NULL, en TEXT NOT NULL, number TEXT)
  WITHOUT ROWID;
CREATE TABLE plan (iri TEXT PRIMARY KEY, years TEXT NOT NULL, municipality TEXT) WITHOUT ROWID;
CREATE TABLE posting (facet TEXT, value TEXT, items BLOB NOT NULL, PRIMARY KEY (facet, value))
  WITHOUT ROWID;
CREATE VIRTUAL TABLE found USING fts5 (number, title, notes, other, purpose, state, content,
  criterion, content='', columnsize=0, tokenize="{TOKENIZER}");
"""


def write_items_index(path: Path, nquads: Iterable[bytes]) -> None:
    """Write the index of the items in canonical N-Quads, given line by line, to a new file.

    The lines of one subject stand together, as canonical N-Quads have them.
    """
    with closing(sqlite3.connect(path)) as database:
        database.executescript(_TABLES + STAGING)
        gathered = Facts(database)
        for subject, said in subjects(nquads):
            gathered.take(subject, said)
        gathered.put_in_order()
        _Finished(database, gathered).write()
        database.commit()
        database.execute("INSERT INTO found (found) VALUES ('optimize')")
        database.commit()


class _Finished:
    """The tables that stay, written from what was gathered."""

    def __init__(self, database: sqlite3.Connection, gathered: Facts) -> None:
        """Begin with no postings."""
        self._database = database
        self._gathered = gathered
        self._postings: dict[tuple[str, str], BitMap] = defaultdict(BitMap)

    def write(self) -> None:
        """Write items, texts and postings."""
        ordered = self._database.execute(
            "SELECT raw_item.iri, said FROM place JOIN raw_item USING (iri) "
            "ORDER BY code, plan, first, second, third, last, iri"
        )
        for number, (iri, text) in enumerate(ordered, start=1):
            self._write_item(number, iri, self._completed(iri, json.loads(text)))
        self._database.executemany(
            "INSERT INTO posting VALUES (?, ?, ?)",
            ((*key, items.serialize()) for key, items in sorted(self._postings.items())),
        )

    def _completed(self, iri: str, said: dict[str, Any]) -> dict[str, Any]:
        """Return an item with its schedule and findings, its lists in the order printed."""
        places: dict[tuple[str, str], int] = {}
        rows = self._database.execute("SELECT * FROM raw_place WHERE item = ?", (iri,))
        for _, field, value, place in rows:
            places[field, value] = min(place, places.get((field, value), place))
        for field in ("departments", "actors", "targets", "parties"):
            said[field].sort(key=lambda value, field=field: (places.get((field, value), 0), value))
        schedule: list[tuple[int, str]] = []
        for entry in said.pop("entries"):
            schedule += self._database.execute(
                "SELECT year, said FROM raw_entry WHERE iri = ?", (entry,)
            )
        said["schedule"] = sorted([year, *json.loads(text)] for year, text in schedule)
        said["relists"] = [[other, self._number(other)] for other in said["relists"]]
        findings = self._database.execute(
            "SELECT DISTINCT iri, kind FROM raw_finding WHERE item = ? ORDER BY kind, iri", (iri,)
        )
        said["discrepancies"] = [list(finding) for finding in findings]
        said["municipality"] = self._gathered.publishers.get(said["plan"] or "") or None
        del said["within"], said["position"]
        return said

    def _number(self, item: str) -> str:
        row = self._database.execute("SELECT said FROM raw_item WHERE iri = ?", (item,)).fetchone()
        return (json.loads(row[0])["number"] or "") if row else ""

    def _write_item(self, number: int, iri: str, said: dict[str, Any]) -> None:
        for facet, value in set(_facets(said)):
            self._postings[facet, value].add(number)
        texts = (
            said["number"], said["title"], "\n".join(said["notes"]), said["other"],
            *(said[name] for name in TEXTS),
        )  # fmt: skip
        self._database.execute(
            "INSERT INTO found (rowid, number, title, notes, other, purpose, state, content, "
            "criterion) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (number, *(cut(text) if text else "" for text in texts)),
        )
        start = min((year for year, _, _, phases, _ in said["schedule"] if phases), default=0)
        row = (iri, said.pop("number") or "", said.pop("title"), start, len(said["discrepancies"]))
        kept = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
        self._database.execute(
            "INSERT INTO item VALUES (?, ?, ?, ?, ?, ?, ?)", (number, *row, kept)
        )


def _facets(said: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield every facet and value that an item has."""
    for facet in ("plan", "municipality", "policy", "measure"):
        if said[facet]:
            yield facet, said[facet]
    lists = ("departments", "actors", "targets", "parties", "notes")
    for facet, field in zip(("department", "actor", "target", "party", "note"), lists, strict=True):
        yield from ((facet, value) for value in said[field])
    for year, _, _, phases, _ in said["schedule"]:
        for phase in phases:
            yield "year", str(year)
            yield "phase", phase
            yield "phase-in-year", f"{year} {phase}"
    yield "relisted", "yes" if said["relists"] else "no"
    yield "discrepancy", "yes" if said["discrepancies"] else "no"
    yield from (("discrepancy", kind) for _, kind in said["discrepancies"])
