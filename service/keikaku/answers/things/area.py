"""The areas of a code by date, with what changed them: where a city comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from keikaku.answers.describe import Linked
from keikaku.answers.lexicon import label_of, rows_of
from keikaku.answers.things.rows import text_of
from keikaku.names import XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from keikaku.closed import Bilingual
    from keikaku.store.base import Store, Term

_AREAS = """SELECT ?area ?code ?begins ?ends ?known ?label ?event ?said WHERE {{
  {{ ?area skos:notation {code} ; a kei:Area }}
  UNION {{ ?of skos:notation {code} ; prov:wasDerivedFrom ?area }}
  ?area dcterms:identifier ?code ; dcterms:issued ?begins ; rdfs:label ?label .
  OPTIONAL {{ ?area dcterms:valid ?ends }}
  OPTIONAL {{ ?area kei:knownUntil ?known }}
  OPTIONAL {{ ?area prov:wasInvalidatedBy ?event . ?event rdfs:label ?said }}
}} ORDER BY ?begins ?code LIMIT 2000"""


@dataclass(frozen=True, slots=True)
class Period:
    """An area: its code, its first and its last day, and what ended it.

    `last` is None for one that is in force; `known` is the day until which that is known, where
    nobody says when it ended.
    """

    area: Linked
    code: str
    first: date
    last: date | None
    known: date | None
    ended_by: tuple[Linked, ...]


def areas_of_code(store: Store, code: str) -> tuple[Period, ...]:
    """Return the areas of a six-digit code and those that have merged into it, by first day."""
    rows = rows_of(store, _AREAS.format(code=Literal(code)))
    by_area: dict[NamedNode, list[tuple[Term | None, ...]]] = {}
    for row in rows:
        if isinstance(row[0], NamedNode):
            by_area.setdefault(row[0], []).append(row)
    return tuple(_period(area, found) for area, found in by_area.items())


def _period(area: NamedNode, rows: list[tuple[Term | None, ...]]) -> Period:
    _, code, begins, ends, known, *_ = rows[0]
    last = _day(ends)
    return Period(
        area=Linked(area, _label(area, (row[5] for row in rows))),
        code=text_of(code),
        first=_day(begins) or date.min,
        last=last - timedelta(days=1) if last else None,
        known=_day(known),
        ended_by=tuple(_events(rows)),
    )


def _events(rows: Iterable[tuple[Term | None, ...]]) -> Iterator[Linked]:
    said: dict[NamedNode, list[Term | None]] = {}
    for row in rows:
        if isinstance(row[6], NamedNode):
            said.setdefault(row[6], []).append(row[7])
    for event, labels in said.items():
        yield Linked(event, _label(event, labels))


def _label(thing: NamedNode, labels: Iterable[Term | None]) -> Bilingual:
    return label_of(thing, {label for label in labels if isinstance(label, Literal)})


def _day(term: Term | None) -> date | None:
    if isinstance(term, Literal) and term.datatype == XSD["date"]:
        return date.fromisoformat(term.value)
    return None
