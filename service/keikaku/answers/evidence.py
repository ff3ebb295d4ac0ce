"""What a piece of evidence is called: by the cell or line that it points to.

There are thousands, so that a release stores no labels of them; older releases do.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from keikaku.answers.lexicon import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from keikaku.store.base import Store, Term

_EVIDENCE = re.compile(r"/evidence/[0-9a-f]{16}\Z")
_PLACES = """SELECT ?evidence ?place WHERE {{
  VALUES ?evidence {{ {evidence} }}
  ?evidence kei:cell ?cell . ?cell rdfs:label ?place .
}}"""
_CALLED = {"ja": "根拠: ", "en": "Evidence: "}

_COMPUTED = """{{ VALUES ?thing {{ {evidence} }} ?thing kei:cell/rdfs:label ?place
  BIND (IF(LANG(?place) = "ja", "{ja}", "{en}") AS ?begins)
  BIND (STRLANG(CONCAT(?begins, ?place), LANG(?place)) AS ?any) }}"""


def is_evidence(term: Term) -> bool:
    """Tell whether a term is named like a piece of evidence."""
    return isinstance(term, NamedNode) and _EVIDENCE.search(term.value) is not None


def evidence_labels(store: Store, terms: Iterable[Term]) -> dict[NamedNode, list[Literal]]:
    """Return the labels of those of the terms that are named like evidence, if there are any."""
    wanted = sorted({str(term) for term in terms if is_evidence(term)})
    labels: dict[NamedNode, list[Literal]] = {}
    rows = rows_of(store, _PLACES.format(evidence=" ".join(wanted))) if wanted else ()
    for evidence, place in rows:
        if isinstance(evidence, NamedNode) and isinstance(place, Literal):
            known = labels.setdefault(evidence, [])
            if (begins := _CALLED.get(place.language or "")) is not None:
                known.append(Literal(f"{begins}{place.value}", language=place.language))
    return labels


def computed_labels(terms: Iterable[Term]) -> Iterator[str]:
    """Yield the pattern by which a query calls `?thing` `?any`, if one of the terms is evidence."""
    evidence = " ".join(str(term) for term in terms if is_evidence(term))
    if evidence:
        yield _COMPUTED.format(evidence=evidence, **_CALLED)
