"""Answers to the questions that count over everything, added up when a release is made.

Asked of all plans at once, such a question takes an engine seconds to minutes, and its answer is
always the same. So the question's own SPARQL is asked of each portion, a city with its plans, and
the rows are put together: those that are alike but for their counts become one, with the sums. What
is written is the answer as the engine would give it, in its order.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from pyoxigraph import QuerySolutions, RdfFormat, parse

from keikaku.errors import ReleaseError
from keikaku.names import PREFIXES, XSD
from keikaku.release.portions.archive import write_archive

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from pyoxigraph import BlankNode, Literal, NamedNode, Store, Triple

    Term = NamedNode | BlankNode | Literal | Triple

COUNTS = "counts.zip"
"""The file's name in a release's folder."""

Row = tuple[str | None, ...]
"""A row of terms as N-Triples writes them."""

_ANYTHING = "<urn:x-keikaku:anything>"


@dataclass(frozen=True, slots=True)
class OrderKey:
    """What rows are sorted by: a variable, the other way round or not, what stands for none."""

    variable: str
    descending: bool = False
    default: str | None = None


@dataclass(frozen=True, slots=True)
class CountedQuery:
    """A query whose rows can be added up: those that differ in nothing else become one.

    Of the variables in `sums` it has the sum, of those in `least` the least.
    """

    name: str
    query: str
    sums: frozenset[str]
    least: frozenset[str]
    order: tuple[OrderKey, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """What a query gives: its variables and rows."""

    name: str
    variables: tuple[str, ...]
    rows: tuple[Row, ...]


def tally(query: CountedQuery, store: Store) -> Tally:
    """Return the rows that a query has in one portion."""
    result = store.query(query.query, prefixes=PREFIXES, use_default_graph_as_union=True)
    if not isinstance(result, QuerySolutions):
        raise ReleaseError(
            f"質問 {query.name} が SELECT ではありません。", f"question {query.name} is no SELECT"
        )
    variables = tuple(variable.value for variable in result.variables)
    rows = tuple(tuple(None if t is None else str(t) for t in row) for row in result)
    return Tally(query.name, variables, rows)


def added_up(query: CountedQuery, tallies: Iterable[Tally]) -> Tally:
    """Return the rows that a query has in all portions together, in its order."""
    tallies = iter(tallies)
    first = next(tallies, None)
    if first is None:
        return Tally(query.name, (), ())
    variables = first.variables
    counted = query.sums | query.least
    others = [at for at, name in enumerate(variables) if name not in counted]
    found: dict[Row, Row] = {}
    for one in chain([first], tallies):
        keyed = {tuple(row[at] for at in others): row for row in one.rows}
        if len(keyed) < len(one.rows):
            raise ReleaseError(
                f"質問 {query.name} の答えは足し合わせられません。",
                f"the answers to question {query.name} cannot be added up: rows are alike",
            )
        for key, row in keyed.items():
            found[key] = _together(query, variables, found[key], row) if key in found else row
    return Tally(query.name, variables, tuple(_in_order(query, variables, list(found.values()))))


def _together(query: CountedQuery, variables: Sequence[str], one: Row, other: Row) -> Row:
    """Return one row for two that are alike but for their counts."""
    return tuple(
        _joined(mine, its, sums=name in query.sums) if name in query.sums | query.least else mine
        for name, mine, its in zip(variables, one, other, strict=True)
    )


def _joined(one: str | None, other: str | None, *, sums: bool) -> str | None:
    if one is None or other is None:
        return one if other is None else other
    values = _number(one), _number(other)
    return _integer(sum(values) if sums else min(values))


def _number(term: str) -> int:
    return int(term.split('"')[1])


def _integer(value: int) -> str:
    return f'"{value}"^^{XSD["integer"]}'


def _in_order(query: CountedQuery, variables: Sequence[str], rows: list[Row]) -> list[Row]:
    """Return the rows as ORDER BY sorts them: unbound, IRIs, literals; numbers as numbers."""
    for key in reversed(query.order):
        at = variables.index(key.variable)
        rows.sort(key=lambda row: _sorted(row[at], key.default), reverse=key.descending)
    return rows


def _sorted(term: str | None, default: str | None) -> tuple[int, int, str]:
    term = default if term is None else term
    if term is None:
        return 0, 0, ""
    if term.startswith("<"):
        return 1, 0, term[1:-1]
    if term.endswith(_INTEGER):
        return 2, _number(term), ""
    return 3, 0, _text(term)


_INTEGER = f'"^^{XSD["integer"]}'


def _text(term: str) -> str:
    """Return what a literal says."""
    body = term[1 : term.rindex('"')]
    return body if "\\" not in body else json.loads(f'"{body}"')


def write_counts(path: Path, answers: Iterable[Tally]) -> None:
    """Write answers to a new file."""
    write_archive(path, {f"{made.name}.json": _columns(made) for made in answers})


def _columns(made: Tally) -> bytes:
    """Return rows as columns: the different terms, and for each row which of them; -1 is none."""
    columns: list[dict[str, Any]] = []
    for column in zip(*made.rows, strict=True):
        places: dict[str, int] = {}
        at = [-1 if term is None else places.setdefault(term, len(places)) for term in column]
        columns.append({"terms": list(places), "at": at})
    said = {"variables": made.variables, "rows": len(made.rows), "columns": columns}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def rows_in(body: bytes) -> tuple[tuple[str, ...], list[tuple[Term | None, ...]]]:
    """Return the variables and the rows of a question's answer as it was written."""
    said = json.loads(body)
    columns = []
    for column in said["columns"]:
        terms: list[Term | None] = [*_terms(column["terms"]), None]
        columns.append([terms[at] for at in column["at"]])
    return tuple(said["variables"]), list(zip(*columns, strict=True))


def _terms(written: Sequence[str]) -> Iterable[Term]:
    lines = "".join(f"{_ANYTHING} {_ANYTHING} {term} .\n" for term in written)
    return (quad.object for quad in parse(lines, format=RdfFormat.N_TRIPLES))
