"""The index of a release's names: what the reconciliation service finds things by.

One SQLite file, made in one pass over the canonical N-Quads:

- `entity`: a row for each thing that has a name, with its kind, labels, number, city, plan, the
  department above it, and how many pairs of letters its names have
- `form`: each normal form of its names (see `keikaku.matching`), for what is the same at once
- `posting`: for each pair of neighbouring letters, each kind, city and plan the things that have
  it, as a Roaring bitmap
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, RdfFormat, parse
from pyroaring import BitMap

from keikaku.matching import normal
from keikaku.names import DCTERMS, KEI, ORG, RDF, RDFS, SKOS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pyoxigraph import Quad

NAMES = "names.sqlite"
"""The file's name in a release's folder."""

NAMES_VERSION = 3
"""Goes up when the tables or the normal forms change; SQLite keeps it as `user_version`."""

KINDS = (
    "Item",
    "Department",
    "DepartmentGroup",
    "Party",
    "Measure",
    "Policy",
    "Section",
    "Plan",
    "Municipality",
    "FiscalYear",
    "Phase",
)
"""The classes whose things are found by name; a thing of several counts as the first."""

_TABLES = f"""
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA user_version = {NAMES_VERSION};
CREATE TABLE entity (id INTEGER PRIMARY KEY, iri TEXT NOT NULL, kind TEXT NOT NULL,
  ja TEXT NOT NULL, en TEXT NOT NULL, number TEXT NOT NULL, city TEXT NOT NULL, plan TEXT NOT NULL,
  above TEXT NOT NULL, others TEXT NOT NULL, pairs INTEGER NOT NULL);
CREATE TABLE form (form TEXT NOT NULL, id INTEGER NOT NULL);
CREATE TABLE posting (what TEXT NOT NULL, value TEXT NOT NULL, things BLOB NOT NULL,
  PRIMARY KEY (what, value)) WITHOUT ROWID;
"""
_LOOKED_UP = """
CREATE UNIQUE INDEX entity_named ON entity (iri);
CREATE INDEX form_found ON form (form, id);
"""
_TYPE, _LABEL = RDF["type"], RDFS["label"]
_OTHERS = (SKOS["altLabel"], SKOS["notation"])
_NUMBER, _ABOVE = DCTERMS["identifier"], ORG["subOrganizationOf"]
_WANTED = frozenset(
    b"<%s>" % each.value.encode() for each in (_TYPE, _LABEL, *_OTHERS, _NUMBER, _ABOVE)
)
_CITY = re.compile(r"^(.*/id/[0-9]{6})/")
_PLAN_OF = re.compile(r"^(.*/id/[0-9]{6}/(?!department/|party/|phase/)[^/]+)/")
_SHORT = 4
_BATCH = 20_000


@dataclass(slots=True)
class _Said:
    """What is said of one thing."""

    kinds: set[str] = field(default_factory=set)
    ja: list[str] = field(default_factory=list)
    en: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    number: str = ""
    above: str = ""


def write_names_index(path: Path, nquads: Iterable[bytes]) -> None:
    """Write the index of the names in canonical N-Quads, given in pieces of lines, to a new file.

    The lines of one subject stand together, as canonical N-Quads have them.
    """
    postings: defaultdict[tuple[str, str], BitMap] = defaultdict(BitMap)
    with closing(sqlite3.connect(path)) as database:
        database.executescript(_TABLES)
        for number, (iri, kind, said) in enumerate(_named(nquads), start=1):
            _write(database, number, iri, kind, said, postings)
        database.executemany(
            "INSERT INTO posting VALUES (?, ?, ?)",
            ((*key, things.serialize()) for key, things in sorted(postings.items())),
        )
        database.executescript(_LOOKED_UP)
        database.commit()


def pairs(name: str) -> set[str]:
    """Return the pairs of neighbouring letters of a name in its barest form.

    Of a short name come the single letters too: a slip in 学校課 leaves no pair as it was.
    """
    bare = normal(name).bare
    letters = set(bare) if len(bare) <= _SHORT else set()
    return letters | {bare[at : at + 2] for at in range(len(bare) - 1)}


def forms(name: str) -> set[str]:
    """Return the normal forms of a name."""
    made = normal(name)
    return {made.folded, made.plain, made.bare, made.stem, made.kanji} - {""}


def _write(
    database: sqlite3.Connection,
    number: int,
    iri: str,
    kind: str,
    said: _Said,
    postings: defaultdict[tuple[str, str], BitMap],
) -> None:
    ja = next(iter(said.ja), "") or next(iter(said.en), "")
    en = next(iter(said.en), "")
    others = [name for name in dict.fromkeys((*said.ja[1:], *said.others)) if name != ja]
    city = iri if kind == "Municipality" else _first(_CITY, iri)
    plan = iri if kind == "Plan" else _first(_PLAN_OF, iri)
    names = [name for name in (ja, en, said.number, *others) if name]
    shared = sorted(set().union(*map(pairs, names)))
    written = json.dumps(others, ensure_ascii=False)
    row = (number, iri, kind, ja, en, said.number, city, plan, said.above, written, len(shared))
    database.execute("INSERT INTO entity VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    found = sorted(set().union(*map(forms, names)))
    database.executemany("INSERT INTO form VALUES (?, ?)", ((form, number) for form in found))
    for pair in shared:
        postings["pair", pair].add(number)
    for what, value in (("kind", kind), ("within", city), ("within", plan)):
        if value:
            postings[what, value].add(number)


def _first(pattern: re.Pattern[str], iri: str) -> str:
    found = pattern.match(iri)
    return found[1] if found else ""


def _named(nquads: Iterable[bytes]) -> Iterator[tuple[str, str, _Said]]:
    """Yield each thing of a kind that is wanted and has a label."""
    for iri, quads in groupby(_wanted(nquads), key=lambda quad: quad.subject):
        if not isinstance(iri, NamedNode):
            continue
        said = _Said()
        for quad in quads:
            _gather(said, quad)
        kind = next((kind for kind in KINDS if kind in said.kinds), None)
        if kind and (said.ja or said.en):
            yield iri.value, kind, said


def _gather(said: _Said, quad: Quad) -> None:
    value = quad.object
    if quad.predicate == _TYPE and value in KEI and isinstance(value, NamedNode):
        said.kinds.add(value.value.removeprefix(KEI.iri))
    elif quad.predicate == _ABOVE and isinstance(value, NamedNode):
        said.above = value.value
    elif not isinstance(value, Literal):
        return
    elif quad.predicate == _LABEL:
        names = {"ja": said.ja, "en": said.en}.get(value.language or "ja", said.others)
        names.append(value.value)
    elif quad.predicate == _NUMBER:
        said.number = value.value
    elif quad.predicate in _OTHERS:
        said.others.append(value.value)


def _wanted(nquads: Iterable[bytes]) -> Iterator[Quad]:
    batch: list[bytes] = []
    for piece in nquads:
        batch += [
            line for line in piece.splitlines(keepends=True) if line.split(b" ", 2)[1] in _WANTED
        ]
        if len(batch) >= _BATCH:
            yield from parse(b"".join(batch), format=RdfFormat.N_QUADS)
            batch = []
    yield from parse(b"".join(batch), format=RdfFormat.N_QUADS)
