"""The places of documents in a release, read line by line from its canonical N-Quads.

All lines of one subject follow each other there, so that one subject is held in memory at a time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from pyoxigraph import Literal, RdfFormat, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SOURCE = b"/source/"
_LINE = re.compile(
    rb"<([^<>]*/source/[0-9]+)(?:/(cell|line|withheld)/([^<>]*))?> "
    rb"<(?:https://w3id\.org/keikaku/ns|http://www\.w3\.org/1999/02/22-rdf-syntax-ns|"
    rb"https://schema\.org/)[#]?([A-Za-z0-9]+)> "
    rb'(?:<([^<>]*)>|("(?:[^"\\]|\\.)*")(?:\^\^<[^<>]*>|@[A-Za-z0-9-]+)?) <[^<>]*> \.'
)
"""A statement on a document, or on a cell, line or region of one: IRI, kind, name, what, value."""

DOCUMENT, CELL, LINE, WITHHELD = "document", "cell", "line", "withheld"


@dataclass(slots=True)
class Place:
    """A document, or a cell, line or withheld region of one, with what its statements say.

    `document` is its IRI without the base, `name` what follows it in the place's own.
    """

    kind: str
    document: str
    name: str
    said: dict[str, bytes] = field(default_factory=dict)

    def number(self, name: str) -> int | None:
        """Return a number that is said of it."""
        value = self.said.get(name, b"").strip(b'"')
        return int(value) if value.isdigit() else None

    def text(self, name: str) -> str | None:
        """Return a text that is said of it."""
        return _text(self.said[name]) if name in self.said else None

    @property
    def table(self) -> int | None:
        """The number of its table."""
        return self.number("table")

    @property
    def row(self) -> int | None:
        """The number of its row."""
        return self.number("row")

    @property
    def column(self) -> int | None:
        """The number of its column."""
        return self.number("column")

    @property
    def line(self) -> int | None:
        """The number of its line."""
        return self.number("line")

    @property
    def position(self) -> int | None:
        """Its place in a document without lines."""
        return self.number("position")

    @property
    def sheet(self) -> str | None:
        """The name of the sheet that it stands on."""
        return self.text("sheet")

    @property
    def is_filled(self) -> bool:
        """Whether it has a text."""
        return self.said.get("value", b'""') != b'""'


@lru_cache(maxsize=4096)
def _text(literal: bytes) -> str:
    """Return what a literal of N-Quads says."""
    [quad] = parse(b"<s:s> <p:p> " + literal + b" .", format=RdfFormat.N_QUADS)
    return quad.object.value if isinstance(quad.object, Literal) else ""


def places_in(lines: Iterable[bytes], base: str) -> Iterator[Place]:
    """Yield the places in canonical N-Quads whose own IRIs begin with `base`."""
    prefix, place, subject = base.encode(), None, b""
    for line in lines:
        if _SOURCE not in line or not (found := _LINE.match(line)):
            continue
        document, kind, name, predicate, iri, literal = found.groups()
        if place is None or not line.startswith(subject):
            if place is not None:
                yield place
            subject = line[: line.index(b" ") + 1]
            place = Place(
                kind.decode() if kind else DOCUMENT,
                document.removeprefix(prefix).decode(),
                (name or b"").decode(),
            )
        place.said[predicate.decode()] = literal if literal is not None else iri
    if place is not None:
        yield place
