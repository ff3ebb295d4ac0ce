"""Markdown with pipe tables (GFM) to blocks, without losing a character of any cell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from keikaku.errors import SourceError
from keikaku.source.grid import Cell, Document, Grid, Line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

_PIPE = re.compile(r"(?<!\\)\|")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_PARSER = MarkdownIt("commonmark").enable("table")


def read_markdown(text: str, name: str) -> Document:
    """Return the tables and the lines outside tables of `text`.

    Comments (<!-- … -->) are not shown, so they are not read. Raises SourceError for a row with
    more cells than its table has columns (they would be lost), and for a line that looks like a
    table row but belongs to no table.
    """
    shown = _COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), text)
    is_plain, text = shown == text, shown
    lines = text.split("\n")
    grids: dict[int, Grid] = {}
    covered: set[int] = set()
    for number, tokens in enumerate(_tables(_PARSER.parse(text)), start=1):
        first, after = tokens[0].map or (0, 0)
        covered.update(range(first, after))
        grids[first] = _grid(tokens, lines, number, name)
    blocks: list[Grid | Line] = []
    for index, line in enumerate(lines):
        if index in grids:
            blocks.append(grids[index])
        elif index not in covered and line.strip():
            blocks.append(_line(line, index + 1, name))
    return Document(name, tuple(blocks), is_plain=is_plain)


def _tables(tokens: list[Token]) -> Iterator[list[Token]]:
    """Yield the tokens of each table, from table_open to the one before table_close."""
    table: list[Token] | None = None
    for token in tokens:
        if token.type == "table_open":
            table = []
        if table is not None:
            table.append(token)
        if token.type == "table_close" and table is not None:
            yield table
            table = None


def _grid(tokens: list[Token], lines: list[str], number: int, name: str) -> Grid:
    rows: list[tuple[Cell, ...]] = []
    cells: list[Cell] = []
    line = 0
    for token in tokens:
        if token.type == "tr_open":
            cells, line = [], (token.map or (0,))[0] + 1
        elif token.type == "inline":
            column = len(cells) + 1
            missing = column > _written(lines[line - 1])
            text = token.content.strip()
            cells.append(Cell(text, name, number, len(rows) + 1, column, line, missing=missing))
        elif token.type == "tr_close":
            _check_whole(cells, lines[line - 1], name, line)
            rows.append(tuple(cells))
    return Grid(number, tuple(rows))


def _check_whole(cells: list[Cell], line: str, name: str, number: int) -> None:
    """Raise SourceError unless the cells hold every character of their line but its pipes."""
    if _bare("".join(cell.text for cell in cells)) != _bare(line):
        raise SourceError(
            f"この行には、表の列数({len(cells)})より多い欄があります。"
            "見出し行と列の数をそろえてください。",
            f"this row has more cells than its table has columns ({len(cells)})",
            file=name,
            line=number,
        )


def _written(line: str) -> int:
    """Return how many cells a row has as it is written, before it is filled up."""
    row = line.strip().removeprefix("|")
    return len(_PIPE.findall(row)) + (not row.endswith("|") or row.endswith("\\|"))


def _bare(text: str) -> str:
    """Return `text` without white space, pipes and the backslashes that escape pipes."""
    return re.sub(r"\\\||[\s|]", "", text)


def _line(text: str, number: int, name: str) -> Line:
    if text.lstrip().startswith("|"):
        raise SourceError(
            "表の行のように見えますが、どの表にも属しません。"
            "見出し行とその下の |---| の行があるか確かめてください。",
            "this looks like a table row but belongs to no table;"
            " check the header row and the delimiter row |---| below it",
            file=name,
            line=number,
        )
    return Line(text.strip(), name, number)
