"""The figures of an answer, as its annotation names them: labels, counts, years, phases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from keikaku.names import FY
from keikaku.text import fiscal_year_codes
from keikaku.web.reader import reader

if TYPE_CHECKING:
    from keikaku.answers.catalogue import Answer
    from keikaku.store.base import Term

Row = tuple["Term | None", ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a column: what it is called here, briefly, and the IRI that tells it apart."""

    iri: str
    name: str
    short: str


def cell(answer: Answer, row: Row, column: str) -> Cell:
    """Return what stands in a column, in the reader's language where the release has it."""
    term = row[tuple(answer.columns).index(column)]
    text = term.value if isinstance(term, Literal | NamedNode) else ""
    iri = answer.iri(row, column)
    if iri is None:
        return Cell(text, text, text)
    label = answer.labels.get(iri.value)
    if iri in FY:
        year = int(iri.value.removeprefix(FY.iri))
        code = "・".join(fiscal_year_codes(year))
        name = reader().choose(label.ja, label.en) if label else text
        return Cell(iri.value, name, reader().choose(code, f"FY{year}"))
    same = label is not None and (label.ja == text or isinstance(term, NamedNode))
    name = reader().choose(label.ja, label.en) if label and same else text
    return Cell(iri.value, name, name)


def count(answer: Answer, row: Row, column: str) -> int:
    """Return the number that stands in a column, 0 where there is none."""
    term = row[tuple(answer.columns).index(column)]
    return int(term.value) if isinstance(term, Literal) else 0


def text(answer: Answer, row: Row, column: str) -> str:
    """Return the text that stands in a column as it is, "" where there is none."""
    term = row[tuple(answer.columns).index(column)]
    return term.value if isinstance(term, Literal) else ""
