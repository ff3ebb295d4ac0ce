"""What an editor can propose while a query is written: the terms in use and the things to name.

The terms are those that the release's VoID counts, labelled by the ontology and, where that has
nothing, by what borrowed terms are called here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from keikaku.answers.borrowed import borrowed
from keikaku.store.base import Solutions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keikaku.store.base import Store

MOST_THINGS = 3_000
"""How many things are proposed at most: those of many cities would be too much for a page."""

_LABELLED = """\
  OPTIONAL { ?term rdfs:label ?ja . FILTER (LANG(?ja) = "ja") }
  OPTIONAL { ?term rdfs:label ?en . FILTER (LANG(?en) = "en") }
"""
_CLASSES = f"""\
SELECT ?term ?ja ?en ?uses WHERE {{
  ?partition void:class ?term ; void:entities ?uses .
{_LABELLED}}} ORDER BY DESC(?uses) ?term"""
_PROPERTIES = f"""\
SELECT ?term ?ja ?en ?uses WHERE {{
  ?partition void:property ?term ; void:triples ?uses .
{_LABELLED}}} ORDER BY DESC(?uses) ?term"""
_THINGS = f"""\
SELECT ?term ?ja ?en WHERE {{
  {{
    SELECT DISTINCT ?term WHERE {{
      {{ VALUES ?class {{
          kei:Party kei:Phase kei:DiscrepancyKind kei:Plan kei:Municipality kei:Department
          kei:DepartmentGroup kei:Section }} ?term a ?class }}
      UNION {{ ?plan kei:planYear ?term }}
    }} ORDER BY ?term LIMIT {MOST_THINGS}
  }}
{_LABELLED}}} ORDER BY ?term"""


@dataclass(frozen=True, slots=True)
class Proposed:
    """A term or a thing that can be proposed; an empty label where it has none in a language."""

    iri: str
    ja: str
    en: str


@dataclass(frozen=True, slots=True)
class Completions:
    """The classes and properties of a release, those used most first, and things to name."""

    classes: tuple[Proposed, ...]
    properties: tuple[Proposed, ...]
    things: tuple[Proposed, ...]


def completions(store: Store) -> Completions:
    """Return what can be proposed while a query to a release is written."""
    return Completions(*(tuple(_found(store, text)) for text in (_CLASSES, _PROPERTIES, _THINGS)))


def _found(store: Store, text: str) -> Iterator[Proposed]:
    result = store.query(text)
    if not isinstance(result, Solutions):
        raise TypeError(text)
    before: set[str] = set()
    for term, ja, en, *_ in result.rows:
        if isinstance(term, NamedNode) and term.value not in before:
            before.add(term.value)
            known = borrowed(term)
            yield Proposed(
                term.value,
                ja.value if isinstance(ja, Literal) else known.ja if known else "",
                en.value if isinstance(en, Literal) else known.en if known else "",
            )
