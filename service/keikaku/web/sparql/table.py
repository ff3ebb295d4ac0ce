"""A result as a table for people: its first rows, and how many there are."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import quote

from anyio import to_thread
from pyoxigraph import (
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
)

from keikaku.answers.evidence import computed_labels
from keikaku.errors import EngineError, ResultSizeError
from keikaku.names import KEI, PREFIXES, SHAPE, SHARED, XSD
from keikaku.web.reader import reader
from keikaku.web.sparql.caching import Kept

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from keikaku.store.base import Term
    from keikaku.web.sparql.caching import Passing

    Row = tuple[Term | None, ...]

MAX_ROWS = 1000
"""How many rows a page shows."""

MAX_LABELS = 500
"""How many different things in a table get a label."""

MAX_CELLS = 20_000
"""How many cells; of a table with many columns fewer rows are shown."""

MAX_CHARACTERS = 1_000_000
"""How many characters a page's table has; then fewer rows are shown."""

LONGEST_TEXT = 2_000
"""How many characters of a text a cell shows."""

_LOCAL = re.compile(r"[\w-]+(?:[.][\w-]+)*|")
_PLAIN = {XSD["string"].value, XSD["integer"].value, XSD["boolean"].value, XSD["decimal"].value}


@dataclass(frozen=True, slots=True)
class Cell:
    """What a term looks like: its text, where it links to, and its language or datatype.

    `iri` is the IRI that it names.
    """

    text: str
    href: str | None = None
    note: str = ""
    iri: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The first rows of a result, and how many there are in all.

    `truth` is the answer to an ASK, which has no rows; `labels` are those of IRIs in the rows.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: int
    triples: bool = False
    truth: bool | None = None
    labels: Mapping[str, str] = field(default_factory=dict)


async def table_of(found: Kept | Passing, base: str | None) -> Table:
    """Return the table of a result in SPARQL's TSV or in N-Triples, a line for each row.

    IRIs under `base` and the shared ones link to their pages here; None where there are none.
    """
    head, lines = await _head(found)
    triples = found.content_type.startswith(RdfFormat.N_TRIPLES.media_type.encode())
    read = _triples if triples else _solutions
    return await to_thread.run_sync(read, head, lines, base)


def label_query(table: Table) -> str:
    """Return the query for the labels of what a table names, in the reader's language.

    It is empty where the table names nothing; of many things the first ones get labels.
    """
    named = dict.fromkeys(cell.iri for row in table.rows for cell in row if cell.iri)
    if not named:
        return ""
    nodes = [NamedNode(iri) for iri in islice(named, MAX_LABELS)]
    stored = f"{{ VALUES ?thing {{ {' '.join(map(str, nodes))} }} ?thing rdfs:label ?any }}"
    patterns = " UNION ".join((stored, *computed_labels(nodes)))
    return (
        f"SELECT ?thing (MIN(STR(?any)) AS ?label) WHERE {{ {patterns} "
        f'FILTER (LANG(?any) = "{reader().language}") }} GROUP BY ?thing'
    )


async def labels_of(found: Kept | Passing) -> dict[str, str]:
    """Return what `label_query` asked for."""
    head, _ = await _head(found)
    return await to_thread.run_sync(_labels, head)


def _labels(head: bytes) -> dict[str, str]:
    result = parse_query_results(head, format=QueryResultsFormat.TSV)
    assert isinstance(result, QuerySolutions)  # noqa: S101  (the query is a SELECT)
    return {thing.value: label.value for thing, label in result}


async def _head(found: Kept | Passing) -> tuple[bytes, int]:
    """Return the lines that are shown, and how many there are; the rest is only counted."""
    if isinstance(found, Kept):
        return _first_lines(found.body), found.body.count(b"\n")
    head, lines = bytearray(), 0
    try:
        async for piece in found.pieces:
            if lines <= MAX_ROWS:
                head += piece
            lines += piece.count(b"\n")
    finally:
        await found.close()
    return _first_lines(bytes(head)), lines


def _first_lines(body: bytes) -> bytes:
    """Return as many lines as hold a line of names and the rows that are shown."""
    lines = body.split(b"\n", MAX_ROWS + 1)
    return body[: len(body) - len(lines[-1])] if len(lines) > MAX_ROWS + 1 else body


def _solutions(head: bytes, lines: int, base: str | None) -> Table:
    if head.split(b"\n", 1)[0].count(b"\t") >= MAX_CELLS // 10:
        raise ResultSizeError(
            "列が多すぎて頁には示せません。CSV などで受け取ってください。",
            "there are too many columns for a page; fetch it as CSV, for instance",
        )
    result = parse_query_results(head, format=QueryResultsFormat.TSV)
    if isinstance(result, QueryBoolean):
        return Table((), (), 0, truth=bool(result))
    assert isinstance(result, QuerySolutions)  # noqa: S101  (the only other kind there is)
    columns = tuple(variable.value for variable in result.variables)
    shown = islice(result, MAX_CELLS // max(len(columns), 1))
    return Table(columns, _cells((tuple(row) for row in shown), base), lines - 1)


def _triples(head: bytes, lines: int, base: str | None) -> Table:
    quads = islice(parse(head, format=RdfFormat.N_TRIPLES), MAX_ROWS)
    rows = ((quad.subject, quad.predicate, quad.object) for quad in quads)
    try:
        cells = _cells(rows, base)
    except SyntaxError:
        del quads, rows  # they must end in this thread
        raise EngineError(
            "結果に、読み戻せない値があります。Turtle で受け取ってください。",
            "the result has a value that cannot be read back; fetch it as Turtle",
        ) from None
    return Table(("subject", "predicate", "object"), cells, lines, triples=True)


def _cells(rows: Iterable[Row], base: str | None) -> tuple[tuple[Cell, ...], ...]:
    """Return what rows look like, as many as have MAX_CHARACTERS or are one."""
    shown: list[tuple[Cell, ...]] = []
    characters = 0
    for row in rows:
        shown.append(tuple(cell(term, base) for term in row))
        characters += sum(len(one.text) for one in shown[-1])
        if characters > MAX_CHARACTERS:
            break
    return tuple(shown)


def cell(term: Term | None, base: str | None) -> Cell:
    """Return what a term looks like; a text longer than LONGEST_TEXT is cut, and says so."""
    whole = _cell(term, base)
    if len(whole.text) <= LONGEST_TEXT:
        return whole
    return replace(whole, text=f"{whole.text[:LONGEST_TEXT]}… ({len(whole.text):,})")


def _cell(term: Term | None, base: str | None) -> Cell:
    if term is None:
        return Cell("")
    if isinstance(term, NamedNode):
        return _named(term.value, base)
    if isinstance(term, Literal):
        datatype = term.datatype.value
        if term.language:
            return Cell(term.value, note=f"@{term.language}")
        note = "" if datatype in _PLAIN else f"^^{_shortened(datatype)}"
        return Cell(term.value, note=note)
    return Cell(f"<<( {term} )>>" if isinstance(term, Triple) else str(term))


def _named(iri: str, base: str | None) -> Cell:
    if base is not None:
        for root in (f"{base}id/", f"{SHARED}id/"):
            if path := iri.removeprefix(root) if iri.startswith(root) else "":
                href = reader().href(f"/id/{quote(path)}")
                return Cell(_shortened(iri, path), href, iri=iri)
        for namespace, page in ((KEI, "/ns"), (SHAPE, "/shapes")):
            if iri.startswith(namespace.iri):
                href = f"{reader().href(page)}#{iri.removeprefix(namespace.iri)}"
                return Cell(_shortened(iri), href, iri=iri)
    is_address = iri.startswith(("http://", "https://"))
    return Cell(_shortened(iri), iri if is_address else None, iri=iri)


def _shortened(iri: str, otherwise: str | None = None) -> str:
    """Return an IRI with a prefix that needs no declaration, else as it is or `otherwise`."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and _LOCAL.fullmatch(local := iri[len(namespace) :]):
            return f"{prefix}:{local}"
    return otherwise or iri
