"""Tables of delimited text (CSV, TSV) to blocks, with the physical line of each record."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePath
from typing import TYPE_CHECKING

from keikaku.errors import Problem, SourceError
from keikaku.source.grid import Cell, Document, Grid, Line
from keikaku.source.options import DELIMITERS

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_CELLS = 1_000_000
"""How many cells one file may have."""

_MOST_PROBLEMS = 50
_SAMPLE = 1_000  # records by which the delimiter is found


@dataclass(frozen=True, slots=True)
class _Record:
    """A record: its number in the file and the line that it begins on, both from 1."""

    number: int
    line: int
    fields: tuple[str, ...]

    @property
    def filled(self) -> int:
        return sum(bool(field) for field in self.fields)

    @property
    def last_filled(self) -> int:
        """The place of the last filled field, from 1."""
        return max((n for n, field in enumerate(self.fields, start=1) if field), default=0)


def read_delimited(text: str, name: str, delimiter: str | None = None) -> Document:
    """Return the table of a CSV or TSV file and the lines above its header.

    `delimiter` is a word of DELIMITERS; without it the one is taken under which no record has more
    filled fields than the header. A record with one filled field above the header is a line. A
    record may lack blank fields at its end, or have some more, as Excel and others write it. Raises
    SourceError for records with a filled field beyond the header, and for quotation marks that do
    not close.
    """
    if delimiter is None:
        delimiter = _delimiter_of(text, name)
    records = _records(text, name, DELIMITERS[delimiter])
    body = _body(records)
    blocks: list[Grid | Line] = [
        _line(record, name) for record in records[: len(records) - len(body)] if record.filled
    ]
    if body:
        _check_widths(body, name)
        blocks.append(_grid(body, name))
    return Document(name, tuple(blocks))


def _delimiter_of(text: str, name: str) -> str:
    """Return the delimiter under which the records fit their header best."""
    order = sorted(DELIMITERS, key=lambda word: word != "tab") if _is_tsv(name) else [*DELIMITERS]
    found: dict[str, tuple[bool, bool, int]] = {}
    for word in order:
        try:
            body = _body(_records(text, name, DELIMITERS[word], _SAMPLE))
        except SourceError:
            continue
        width = len(body[0].fields) if body else 1
        fits = width > 1 and all(record.last_filled <= width for record in body)
        even = fits and all(len(record.fields) == width for record in body)
        found[word] = (fits, even, width)
    return max(found, key=lambda word: found[word], default=order[0])


def _is_tsv(name: str) -> bool:
    return PurePath(name).suffix.lower() == ".tsv"


def _records(text: str, name: str, delimiter: str, most: int | None = None) -> list[_Record]:
    """Return the records that are not blank, all or the first few."""
    lines = [f"{line}\n" for line in text.split("\n")]
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    records: list[_Record] = []
    cells, line = 0, 1
    try:
        for number, fields in enumerate(islice(reader, most), start=1):
            cells += len(fields)
            if cells > MOST_CELLS:
                raise _too_many(name)
            record = _Record(number, line, tuple(field.strip() for field in fields))
            if record.filled:
                records.append(record)
            line = reader.line_num + 1
    except csv.Error as error:
        raise SourceError(
            'この行から始まる欄の引用符(")が閉じていないか、欄が長すぎます。'
            '欄の中の " は "" と書いてください。',
            f"the quotation marks of a record that begins here are wrong: {error}; "
            'write a " inside a field as ""',
            file=name,
            line=line,
        ) from error
    return records


def _too_many(name: str) -> SourceError:
    return SourceError(
        f"表の欄が多すぎます(上限 {MOST_CELLS:,})。必要な行だけを残してください。",
        f"the table has more than {MOST_CELLS:,} cells; keep the rows that are needed",
        file=name,
    )


def _body(records: Sequence[_Record]) -> Sequence[_Record]:
    """Return the records from the header on: the first with more than one filled field."""
    start = next((place for place, record in enumerate(records) if record.filled > 1), None)
    return () if start is None else records[start:]


def _check_widths(body: Sequence[_Record], name: str) -> None:
    """Raise SourceError for records with a filled field beyond the header."""
    width = len(body[0].fields)
    problems = [
        Problem(
            f"この行には {record.last_filled} 欄目まで書かれていますが、"
            f"見出し({body[0].line} 行目)は {width} 欄です。"
            "区切りの過不足や、引用符のない区切り文字を確かめてください。",
            f"this row is filled up to cell {record.last_filled}, the header on line "
            f"{body[0].line} has {width} cells; look for missing or unquoted delimiters",
            name,
            record.line,
        )
        for record in body
        if record.last_filled > width
    ]
    if problems:
        raise SourceError.of(problems[:_MOST_PROBLEMS])


def _line(record: _Record, name: str) -> Line:
    text = next(field for field in record.fields if field)
    return Line(text, name, record.line, fragment=f"row={record.number}")


def _grid(body: Sequence[_Record], name: str) -> Grid:
    """Return the table, each row as wide as the header."""
    width = len(body[0].fields)
    return Grid(
        1,
        tuple(
            tuple(
                Cell(
                    text,
                    name,
                    1,
                    row,
                    column,
                    record.line,
                    fragment=f"cell={record.number},{column}",
                    missing=column > len(record.fields),
                )
                for column, text in enumerate(_padded(record.fields, width), start=1)
            )
            for row, record in enumerate(body, start=1)
        ),
    )


def _padded(fields: Sequence[str], width: int) -> tuple[str, ...]:
    return (*fields[:width], *[""] * (width - len(fields)))
