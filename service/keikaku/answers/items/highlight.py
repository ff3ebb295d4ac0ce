"""Where the words of a search stand in a text, though it is written in another width or kana."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from keikaku.release.listing.bigrams import folded_with_places

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

BEFORE, AFTER = 24, 56
"""How many characters of a text a snippet shows before and after the first hit."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text, and whether it is a word that was searched for."""

    text: str
    hit: bool


@dataclass(frozen=True, slots=True)
class Snippet:
    """Part of a text with a hit in it; `field` names the text."""

    field: str
    pieces: tuple[Piece, ...]


def marked(text: str, terms: tuple[str, ...]) -> tuple[Piece, ...]:
    """Return the text in pieces, the hits of the folded terms marked."""
    return tuple(_pieces(text, _hits(text, terms), 0, len(text)))


def snippet(texts: Mapping[str, str], terms: tuple[str, ...]) -> Snippet | None:
    """Return what stands about the first hit, in the text that has most of the terms."""
    best: tuple[int, str, list[tuple[int, int]]] | None = None
    for field, text in texts.items():
        plain = folded_with_places(text)[0]
        count = sum(term in plain for term in terms)
        if count and (best is None or count > best[0]):
            best = (count, field, _hits(text, terms))
    if best is None:
        return None
    _, field, hits = best
    text = texts[field]
    start, end = max(0, hits[0][0] - BEFORE), min(len(text), hits[0][1] + AFTER)
    pieces = [
        Piece("…", hit=False) if start else None,
        *_pieces(text, hits, start, end),
        Piece("…", hit=False) if end < len(text) else None,
    ]
    return Snippet(field, tuple(piece for piece in pieces if piece))


def _hits(text: str, terms: tuple[str, ...]) -> list[tuple[int, int]]:
    """Return where hits begin and end in `text`, in order; what touches is one."""
    plain, places = folded_with_places(text)
    found = []
    for term in terms:
        at = plain.find(term)
        while at >= 0:
            found.append((places[at][0], places[at + len(term) - 1][1]))
            at = plain.find(term, at + 1)
    joined: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _pieces(text: str, hits: list[tuple[int, int]], start: int, end: int) -> Iterator[Piece]:
    """Yield `text[start:end]` in pieces."""
    at = start
    for hit_start, hit_end in hits:
        first, last = max(hit_start, at), min(hit_end, end)
        if first >= last:
            continue
        if at < first:
            yield Piece(text[at:first], hit=False)
        yield Piece(text[first:last], hit=True)
        at = last
    if at < end:
        yield Piece(text[at:end], hit=False)
