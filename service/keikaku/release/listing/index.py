"""The index of a release's items: what the list of items shows, sorts, counts and searches.

One SQLite file that stands in the release's folder and is only read from then on. What goes into it
is found portion by portion, each in one pass over its canonical N-Quads:

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
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyroaring import BitMap

from keikaku.release.listing.bigrams import TOKENIZER, cut
from keikaku.release.listing.item_facts import TEXTS, Facts, subjects

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


@dataclass(frozen=True, slots=True)
class Row:
    """An item as it goes into the index, but for its number.

    `texts` are cut into pairs of characters, `facets` are what it is counted under.
    """

    order: tuple[str, str, int, int, int, int, str]
    number: str
    title: str
    start: int
    discrepancies: int
    said: str
    facets: tuple[tuple[str, str], ...]
    texts: tuple[str, ...]

    @property
    def iri(self) -> str:
        """The item's IRI."""
        return self.order[-1]


@dataclass(frozen=True, slots=True)
class Listed:
    """What one portion of a release has for the index; its items are in order."""

    rows: tuple[Row, ...]
    things: tuple[tuple[str, str, str, str | None], ...]
    plans: tuple[tuple[str, str, str | None], ...]


def listed(nquads: Iterable[bytes]) -> Listed:
    """Return what canonical N-Quads, given line by line, have for the index.

    The lines of one subject stand together, as canonical N-Quads have them.
    """
    facts = Facts()
    for subject, said in subjects(nquads):
        facts.take(subject, said)
    return Listed(
        tuple(_row(iri, facts) for iri in sorted(facts.items, key=facts.order)),
        tuple((iri, *said) for iri, said in facts.things.items()),
        tuple((iri, json.dumps(years), city) for iri, (years, city) in facts.plans.items()),
    )


def write_items_index(path: Path, portions: Iterable[Listed]) -> None:
    """Write the index of the items of all portions, in this order, to a new file."""
    postings: dict[tuple[str, str], BitMap] = defaultdict(BitMap)
    with closing(sqlite3.connect(path)) as database:
        database.executescript(_TABLES)
        count = 0
        for portion in portions:
            numbered = list(enumerate(portion.rows, start=count + 1))
            count += len(numbered)
            for number, row in numbered:
                for key in row.facets:
                    postings[key].add(number)
            _insert(database, numbered)
            database.executemany("INSERT OR IGNORE INTO thing VALUES (?, ?, ?, ?)", portion.things)
            database.executemany("INSERT OR IGNORE INTO plan VALUES (?, ?, ?)", portion.plans)
        database.executemany(
            "INSERT INTO posting VALUES (?, ?, ?)",
            ((*key, items.serialize()) for key, items in sorted(postings.items())),
        )
        database.commit()
        database.execute("INSERT INTO found (found) VALUES ('optimize')")
        database.commit()


def _insert(database: sqlite3.Connection, numbered: Iterable[tuple[int, Row]]) -> None:
    numbered = tuple(numbered)
    database.executemany(
        "INSERT INTO found (rowid, number, title, notes, other, purpose, state, content, "
        "criterion) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ((number, *row.texts) for number, row in numbered),
    )
    database.executemany(
        "INSERT INTO item VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (number, row.iri, row.number, row.title, row.start, row.discrepancies, row.said)
            for number, row in numbered
        ),
    )


def _row(iri: str, facts: Facts) -> Row:
    order = facts.order(iri)
    said = _completed(iri, facts)
    facets = tuple(sorted(set(_facets(said))))
    texts = (
        said["number"], said["title"], "\n".join(said["notes"]), said["other"],
        *(said[name] for name in TEXTS),
    )  # fmt: skip
    return Row(
        order,
        said.pop("number") or "",
        said.pop("title"),
        min((year for year, _, _, phases, _ in said["schedule"] if phases), default=0),
        len(said["discrepancies"]),
        json.dumps(said, ensure_ascii=False, separators=(",", ":")),
        facets,
        tuple(cut(text) if text else "" for text in texts),
    )


def _completed(iri: str, facts: Facts) -> dict[str, Any]:
    """Return an item with its schedule and findings, its lists in the order printed."""
    said = dict(facts.items[iri])
    for field in ("departments", "actors", "targets", "parties"):
        places = {value: facts.printed.get((iri, field, value), 0) for value in said[field]}
        said[field] = sorted(places, key=lambda value: (places[value], value))
    schedule = (facts.entries[entry] for entry in said.pop("entries") if entry in facts.entries)
    said["schedule"] = sorted([year, *entry] for year, entry in schedule)
    said["relists"] = [[other, _number(other, facts)] for other in said["relists"]]
    findings = sorted(facts.findings.get(iri, ()))
    said["discrepancies"] = [[finding, kind] for kind, finding in findings]
    said["municipality"] = facts.publisher(said["plan"])
    del said["within"], said["position"]
    return said


def _number(item: str, facts: Facts) -> str:
    return (facts.items[item]["number"] or "") if item in facts.items else ""


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
