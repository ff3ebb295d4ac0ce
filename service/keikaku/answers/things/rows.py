"""Rows of terms read as things, numbers and texts, and where in a document they stand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from keikaku.answers.describe import Linked
from keikaku.answers.lexicon import label_of
from keikaku.closed import Bilingual
from keikaku.names import FY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from keikaku.answers.lexicon import Lexicon
    from keikaku.store.base import Term

Row = tuple["Term | None", ...]

_CELL = re.compile(r"/source/([0-9]+)/cell/([0-9]+)-([0-9]+)-([0-9]+)$")
_LINE = re.compile(r"/source/([0-9]+)/line/([0-9]+)$")


def text_of(term: Term | None) -> str:
    """Return the text of a literal or an IRI, of anything else none."""
    return term.value if isinstance(term, Literal | NamedNode) else ""


def number_of(term: Term | None) -> int | None:
    """Return the integer that a literal says, None for anything else."""
    return int(term.value) if isinstance(term, Literal) and term.value.isdecimal() else None


def named(term: Term | None, lexicon: Lexicon) -> Linked | None:
    """Return a thing with the name that the lexicon has for it; None for no IRI."""
    if not isinstance(term, NamedNode):
        return None
    return Linked(term, lexicon.label(term) or label_of(term, ()))


def year_of(term: Term | None) -> int | None:
    """Return the calendar year in which a fiscal year begins, None for anything else."""
    text = text_of(term)
    local = text.removeprefix(FY.iri)
    return int(local) if local != text and local.isdecimal() else None


def place_of(term: Term | None) -> Linked | None:
    """Return a cell or line with its address in words, which its IRI says (design, IRIs)."""
    if not isinstance(term, NamedNode):
        return None
    if cell := _CELL.search(term.value):
        _, table, row, column = cell.groups()
        return Linked(
            term,
            Bilingual(
                ja=f"表{table} {row}行目 {column}列目",
                en=f"table {table}, row {row}, column {column}",
            ),
        )
    if line := _LINE.search(term.value):
        return Linked(term, Bilingual(ja=f"原文 {line[2]}行目", en=f"line {line[2]}"))
    return Linked(term, label_of(term, ()))


def placed(terms: Iterable[Term | None]) -> tuple[Linked, ...]:
    """Return cells and lines in the order of the document, each once."""
    found = {place.iri.value: place for place in map(place_of, terms) if place}
    return tuple(found[iri] for iri in sorted(found, key=reading_order))


def reading_order(iri: str) -> tuple[tuple[int, ...], str]:
    """Return what orders cells and lines as the document has them: figures by their value."""
    return tuple(int(part) for part in re.findall(r"[0-9]+", iri)), iri


@dataclass(frozen=True, slots=True)
class Numbered:
    """An item or a section: its IRI, its number, its title."""

    iri: NamedNode
    number: str
    label: Bilingual

    @classmethod
    def of(cls, term: NamedNode, lexicon: Lexicon) -> Numbered:
        """Return a thing with the number and the name that the lexicon has for it."""
        thing = lexicon.things.get(term.value)
        return cls(term, (thing and thing.number) or "", lexicon.label(term) or label_of(term, ()))
