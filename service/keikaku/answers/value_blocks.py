"""Many terms for the data blocks of a query, in parts that a store takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import NamedNode

LENGTH = 15_000
"""How long the blocks of one query may be, in characters; a store takes queries of 20,000."""


def value_blocks(terms: Iterable[NamedNode], blocks: int = 1) -> Iterator[str]:
    """Yield the terms as texts for `VALUES ?x { … }`; a query repeats each in so many `blocks`."""
    part: list[str] = []
    length = 0
    for term in map(str, terms):
        if part and (length + len(term) + 1) * blocks > LENGTH:
            yield " ".join(part)
            part, length = [], 0
        part.append(term)
        length += len(term) + 1
    if part:
        yield " ".join(part)
