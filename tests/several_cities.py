"""The plan of Yamaguchi City, and copies of it in other cities: all their names are the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import RdfFormat, parse, serialize

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import Quad


def in_other_cities(quads: Iterable[Quad], codes: Iterable[str]) -> set[Quad]:
    """Return the quads and copies of them in other cities."""
    every = set(quads)
    text = serialize(every, format=RdfFormat.N_QUADS) or b""
    for code in codes:
        every |= set(parse(text.replace(b"/352039", f"/{code}".encode()), format=RdfFormat.N_QUADS))
    return every
