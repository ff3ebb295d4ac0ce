"""A portion of a release: its lines, and what they have for everything that a release holds.

What all plans share is a portion, and all plans of one city are one. It is made from the portion's
own quads; of others it needs to know nothing but `beside`, the vocabulary that names things.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import asdict, astuple, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from pyoxigraph import Store

from keikaku.release.catalogue.survey import as_json, from_json, survey_of_portion
from keikaku.release.counts import Tally, tally
from keikaku.release.dumps import canonical
from keikaku.release.listing.index import Listed, Row, listed
from keikaku.release.portions.archive import names_in, read_made, write_archive
from keikaku.release.portions.graphs import GraphSum, by_owner, compressed, sums
from keikaku.release.portions.merge import check_once
from keikaku.release.tabular import Rows, rows_in, table_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from pyoxigraph import Quad

    from keikaku.release.catalogue.survey import Survey
    from keikaku.release.counts import CountedQuery
    from keikaku.release.tabular import Row as TableRow

_LINES, _SUBJECTS, _ABOUT, _ITEMS = "lines.nq", "subjects.txt", "about.json", "items.json"


class Portion(Protocol):
    """A portion, in memory or on the disk; each thing is read when it is asked for."""

    @property
    def key(self) -> str:
        """A hash: portions of the same key are the same."""

    @property
    def first(self) -> bytes:
        """The first of its lines."""

    def lines(self) -> bytes:
        """Return its canonical N-Quads. Raises ReleaseError if a triple stands in two graphs."""

    def graphs(self) -> Mapping[str, GraphSum]:
        """Return each of its graphs in numbers, by its IRI."""

    @property
    def owners(self) -> tuple[str, ...]:
        """The plans and cities whose graphs it has, as `owner_of` names them, in order."""

    def part(self, owner: str) -> bytes:
        """Return the canonical N-Quads of an owner's graphs, as gzip has them."""

    @property
    def subjects(self) -> Subjects:
        """What it describes: sorted lines, an IRI each."""

    def survey(self) -> Survey:
        """Return what it holds."""

    def rows(self) -> Mapping[str, Rows]:
        """Return its rows of the tables."""

    def listed(self) -> Listed:
        """Return what it has for the index of items."""

    def tally(self, name: str) -> Tally | None:
        """Return its rows of a counted question, None where it has none."""


@dataclass(frozen=True, slots=True)
class Subjects:
    """The IRIs that a portion describes, as sorted lines."""

    portion: MadePortion | KeptPortion
    first: bytes

    def lines(self) -> bytes:
        """Return the lines."""
        return self.portion.subject_lines()


@dataclass(frozen=True)
class MadePortion:
    """A portion in memory, made from its quads."""

    quads: frozenset[Quad]
    beside: frozenset[Quad] = frozenset()
    counted: tuple[CountedQuery, ...] = ()

    @cached_property
    def _store(self) -> Store:
        store = Store()
        store.extend(self.quads | self.beside)
        return store

    @cached_property
    def _lines(self) -> bytes:
        lines = canonical(self.quads)
        check_once(lines)
        return lines

    @cached_property
    def _subjects(self) -> bytes:
        named = {str(quad.subject)[1:-1] for quad in self.quads}
        return b"".join(sorted(f"{iri}\n".encode() for iri in named))

    @property
    def key(self) -> str:
        """A hash: portions of the same key are the same."""
        return hashlib.sha256(self._lines).hexdigest()

    @property
    def first(self) -> bytes:
        """The first of its lines."""
        return _first(self._lines)

    def lines(self) -> bytes:
        """Return its canonical N-Quads. Raises ReleaseError if a triple stands in two graphs."""
        return self._lines

    def graphs(self) -> Mapping[str, GraphSum]:
        """Return each of its graphs in numbers, by its IRI."""
        return self._graphs

    @cached_property
    def _graphs(self) -> Mapping[str, GraphSum]:
        return sums(self._lines)

    @cached_property
    def _parts(self) -> Mapping[str, bytes]:
        return {owner: compressed(own) for owner, own in by_owner(self._lines)}

    @property
    def owners(self) -> tuple[str, ...]:
        """The plans and cities whose graphs it has, as `owner_of` names them, in order."""
        return tuple(self._parts)

    def part(self, owner: str) -> bytes:
        """Return the canonical N-Quads of an owner's graphs, as gzip has them."""
        return self._parts[owner]

    @property
    def subjects(self) -> Subjects:
        """What it describes: sorted lines, an IRI each."""
        return Subjects(self, _first(self._subjects))

    def subject_lines(self) -> bytes:
        """Return the lines of what it describes."""
        return self._subjects

    def survey(self) -> Survey:
        """Return what it holds."""
        return survey_of_portion(self.quads)

    def rows(self) -> Mapping[str, Rows]:
        """Return its rows of the tables."""
        return rows_in(self._store)

    def listed(self) -> Listed:
        """Return what it has for the index of items."""
        return listed(self._lines.splitlines(keepends=True))

    def tally(self, name: str) -> Tally | None:
        """Return its rows of a counted question, None where it has none."""
        return next((tally(one, self._store) for one in self.counted if one.name == name), None)

    def keep(self, path: Path) -> None:
        """Write all that is made of it into one file, which a KeptPortion reads."""
        rows = self.rows()
        about = {
            "first": self.first.decode(),
            "first_subject": _first(self._subjects).decode(),
            "survey": as_json(self.survey()),
            "graphs": {graph: astuple(said) for graph, said in self.graphs().items()},
            "owners": self.owners,
            "tables": {name: {"years": r.years, "rows": len(r.rows)} for name, r in rows.items()},
        }
        write_archive(
            path,
            {
                _LINES: self._lines,
                _SUBJECTS: self._subjects,
                _ABOUT: _json(about),
                _ITEMS: _json(asdict(self.listed())),
                **{_part(number): self.part(owner) for number, owner in enumerate(self.owners)},
                **{_table(name): _json(list(found.rows)) for name, found in rows.items()},
                **{
                    _count(one.name): _json(asdict(tally(one, self._store))) for one in self.counted
                },
            },
        )


@dataclass(frozen=True)
class KeptPortion:
    """A portion that `MadePortion.keep` wrote."""

    path: Path

    @cached_property
    def _about(self) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(read_made(self.path, _ABOUT))
        del said["survey"]  # it is large, and wanted once
        return said

    @property
    def key(self) -> str:
        """A hash: portions of the same key are the same."""
        return self.path.stem

    @property
    def first(self) -> bytes:
        """The first of its lines."""
        return str(self._about["first"]).encode()

    def lines(self) -> bytes:
        """Return its canonical N-Quads."""
        return read_made(self.path, _LINES)

    def graphs(self) -> Mapping[str, GraphSum]:
        """Return each of its graphs in numbers, by its IRI."""
        return {graph: GraphSum(*said) for graph, said in self._about["graphs"].items()}

    @property
    def owners(self) -> tuple[str, ...]:
        """The plans and cities whose graphs it has, as `owner_of` names them, in order."""
        return tuple(self._about["owners"])

    def part(self, owner: str) -> bytes:
        """Return the canonical N-Quads of an owner's graphs, as gzip has them."""
        return read_made(self.path, _part(self.owners.index(owner)))

    @property
    def subjects(self) -> Subjects:
        """What it describes: sorted lines, an IRI each."""
        return Subjects(self, str(self._about["first_subject"]).encode())

    def subject_lines(self) -> bytes:
        """Return the lines of what it describes."""
        return read_made(self.path, _SUBJECTS)

    def survey(self) -> Survey:
        """Return what it holds."""
        return from_json(json.loads(read_made(self.path, _ABOUT))["survey"])

    def rows(self) -> Mapping[str, Rows]:
        """Return its rows of the tables, which are read whenever they are gone through."""
        return {
            name: Rows(tuple(said["years"]), KeptRows(self.path, _table(name), said["rows"]))
            for name, said in self._about["tables"].items()
        }

    def listed(self) -> Listed:
        """Return what it has for the index of items."""
        said = json.loads(read_made(self.path, _ITEMS))
        return Listed(
            tuple(_row(row) for row in said["rows"]),
            tuple(map(tuple, said["things"])),
            tuple(map(tuple, said["plans"])),
        )

    def tally(self, name: str) -> Tally | None:
        """Return its rows of a counted question, None where it has none."""
        try:
            said = json.loads(read_made(self.path, _count(name)))
        except KeyError:
            return None
        return Tally(name, tuple(said["variables"]), tuple(map(tuple, said["rows"])))


@dataclass(frozen=True, slots=True)
class KeptRows:
    """The rows of one table in a kept portion."""

    path: Path
    name: str
    count: int

    def __iter__(self) -> Iterator[TableRow]:
        """Read the rows."""
        for identity, values in json.loads(read_made(self.path, self.name)):
            yield tuple(identity), values

    def __len__(self) -> int:
        """Return how many rows there are, without reading them."""
        return self.count

    def __contains__(self, row: object) -> bool:
        """Tell whether a row is among them."""
        return any(row == other for other in self)


def is_kept(path: Path) -> bool:
    """Tell whether a whole portion was kept at `path`."""
    try:
        found = set(names_in(path))
    except (OSError, zipfile.BadZipFile):
        return False
    wanted = {_LINES, _SUBJECTS, _ABOUT, _ITEMS, _part(0), *map(_table, table_names())}
    return found.issuperset(wanted)


def _row(said: dict[str, Any]) -> Row:
    said["order"] = tuple(said["order"])
    said["facets"] = tuple(map(tuple, said["facets"]))
    said["texts"] = tuple(said["texts"])
    return Row(**said)


def _part(number: int) -> str:
    return f"part-{number}.nq.gz"


def _table(name: str) -> str:
    return f"table-{name}.json"


def _count(name: str) -> str:
    return f"count-{name}.json"


def _first(lines: bytes) -> bytes:
    return lines[: lines.find(b"\n") + 1]


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def tables_in(portions: Iterable[Portion]) -> dict[str, list[Rows]]:
    """Return the rows of the tables, portion after portion."""
    found: dict[str, list[Rows]] = {name: [] for name in table_names()}
    for portion in portions:
        for name, rows in portion.rows().items():
            found[name].append(rows)
    return found
