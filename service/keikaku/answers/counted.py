"""The questions whose answers are added up when a release is made, as queries of one portion."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from keikaku.answers.catalogue import Catalogue
from keikaku.errors import SettingsError
from keikaku.release.counts import CountedQuery, OrderKey

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keikaku.answers.question import Counted, Question

_PROJECTION = re.compile(r"SELECT\s[^{}]*?WHERE", re.DOTALL)
_KEY = re.compile(
    r"DESC\(\s*\?(?P<down>\w+)\s*\)"
    r"|\(\s*COALESCE\(\s*\?(?P<maybe>\w+)\s*,\s*(?P<default>\d+)\s*\)\s*\)"
    r"|\?(?P<up>\w+)"
)


@cache
def counted_queries() -> tuple[CountedQuery, ...]:
    """Return the questions of the catalogue that are counted, without any value."""
    return tuple(_counted(one, one.counted) for one in Catalogue.load() if one.counted)


def _counted(question: Question, said: Counted) -> CountedQuery:
    query = question.sparql(())
    order = tuple(_order(question.name, query))
    if not {key.variable for key in order} <= set(question.columns):
        query = _PROJECTION.sub("SELECT * WHERE", query, count=1)  # so that it can be sorted again
    return CountedQuery(question.name, query, frozenset(said.sum), frozenset(said.least), order)


def _order(name: str, query: str) -> Iterator[OrderKey]:
    """Yield what the query sorts by. Raises SettingsError for what is not understood here."""
    text = query.rpartition("ORDER BY")[2].strip()
    place = 0
    for found in _KEY.finditer(text):
        if text[place : found.start()].strip():
            break
        place = found.end()
        variable = found["down"] or found["maybe"] or found["up"]
        default = f'"{found["default"]}"^^<http://www.w3.org/2001/XMLSchema#integer>'
        yield OrderKey(variable, bool(found["down"]), default if found["default"] else None)
    if not place or text[place:].strip():
        raise SettingsError(
            f"質問 {name} の並べ方 ({text}) では集計を作れません。",
            f"question {name} is counted, but its order is not understood: {text}",
        )
