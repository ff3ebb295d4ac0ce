"""Answers written out: as a table for a terminal, as CSV, as JSON."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode

if TYPE_CHECKING:
    from keikaku.answers.catalogue import Answer
    from keikaku.store.base import Term

_WIDE = ("W", "F", "A")


def written(answer: Answer, kind: str) -> bytes:
    """Return the answer as `table`, `csv` (UTF-8 without byte order mark) or `json`."""
    return {"table": _table, "csv": as_csv, "json": as_json}[kind](answer)


def as_csv(answer: Answer) -> bytes:
    """Return the answer as CSV (RFC 4180), headed by the names of its variables."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(answer.columns)
    writer.writerows([_text(term) for term in row] for row in answer.rows)
    return text.getvalue().encode()


def as_labelled_csv(answer: Answer, language: str) -> bytes:
    """Return the answer as CSV headed by the labels of its columns in a language."""
    text = io.StringIO()
    writer = csv.writer(text)
    columns = answer.columns.values()
    writer.writerow([column.en if language == "en" else column.ja for column in columns])
    writer.writerows([_text(term) for term in row] for row in answer.rows)
    return text.getvalue().encode()


def as_json(answer: Answer) -> bytes:
    """Return the answer as JSON: question, values, columns, rows, SPARQL, release."""
    document = {
        "question": answer.question,
        "title": answer.title.model_dump(),
        "parameters": {
            bound.name: {"value": _text(bound.value), **bound.value_label.model_dump()}
            for bound in answer.bound
        },
        "columns": [
            {"name": name, "ja": column.ja, "en": column.en}
            for name, column in answer.columns.items()
        ],
        "rows": [
            {name: _json(term, answer) for name, term in zip(answer.columns, row, strict=True)}
            for row in answer.rows
        ],
        "notes": [note.model_dump() for note in answer.notes],
        "sparql": answer.sparql,
        "release": answer.release,
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def _json(term: Term | None, answer: Answer) -> Any:
    if isinstance(term, NamedNode):
        label = answer.labels.get(term.value)
        return {"iri": term.value, "label": label.model_dump() if label else None}
    if isinstance(term, Literal) and term.datatype.value.endswith("#integer"):
        return int(term.value)
    return None if term is None else _text(term)


def _table(answer: Answer) -> bytes:
    places = [tuple(answer.columns).index(name) for name in answer.shown]
    head = [answer.columns[name].ja for name in answer.shown]
    body = [[_shown(row[place], answer) for place in places] for row in answer.rows]
    widths = [max(map(_width, column)) for column in zip(head, *body, strict=True)]
    lines = [_line(row, widths) for row in (head, *body)]
    notes = [note.ja for note in answer.notes]
    return "\n".join([*notes, *lines, f"({len(body)} 件)", "", answer.sparql.rstrip(), ""]).encode()


def _line(row: list[str], widths: list[int]) -> str:
    padded = [text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=True)]
    return "  ".join(padded).rstrip()


def _shown(term: Term | None, answer: Answer) -> str:
    if isinstance(term, NamedNode) and term.value in answer.labels:
        return answer.labels[term.value].ja
    return _text(term)


def _text(term: Term | None) -> str:
    return term.value if isinstance(term, Literal | NamedNode) else ""


def _width(text: str) -> int:
    """Return how many columns of a terminal a text takes; East Asian characters take two."""
    return sum(2 if unicodedata.east_asian_width(sign) in _WIDE else 1 for sign in text)
