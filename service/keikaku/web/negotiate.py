"""Content negotiation: which format an Accept header or a parameter asks for.

Written here rather than borrowed: Starlette has none, werkzeug would bring a second web framework
for one class, python-mimeparse gives equals to the last instead of the first, accept-types rests
since 2019. The rules (RFC 9110, 12.5.1) take fewer lines than any of them would need around it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Generic, TypeVar

from pyoxigraph import QueryResultsFormat, RdfFormat

if TYPE_CHECKING:
    from collections.abc import Sequence

Kind = TypeVar("Kind", QueryResultsFormat, RdfFormat)

HTML = "text/html"


@dataclass(frozen=True, slots=True)
class Format(Generic[Kind]):
    """One format on offer: the engine's, its media type, and what else it answers to."""

    kind: Kind
    media_type: str
    names: tuple[str, ...]
    also: tuple[str, ...] = ()

    @property
    def content_type(self) -> str:
        """The value of Content-Type."""
        return content_type(self.media_type)

    @property
    def media_types(self) -> tuple[str, ...]:
        """Its own media type, and the others that it answers to."""
        return (self.media_type, *self.also)

    def called(self, name: str) -> bool:
        """Tell whether `name` is one of the format's names or media types, in any case."""
        wanted = name.strip().lower()
        return wanted in (*self.names, *self.media_types)


def content_type(media_type: str) -> str:
    """Return a media type as the value of Content-Type: text types say their charset."""
    if media_type.startswith("text/") and "charset=" not in media_type:
        return f"{media_type}; charset=utf-8"
    return media_type


def _format(kind: Kind, *names: str, also: tuple[str, ...] = ()) -> Format[Kind]:
    return Format(kind, kind.media_type.partition(";")[0], names, also)


_JSON = ("application/json",)
_XML = ("application/xml", "text/xml")

ROWS = (
    _format(QueryResultsFormat.JSON, "json", "srj", also=_JSON),
    _format(QueryResultsFormat.XML, "xml", "srx", also=_XML),
    _format(QueryResultsFormat.CSV, "csv"),
    _format(QueryResultsFormat.TSV, "tsv"),
)
"""The formats of a table or a truth value, the default first."""

GRAPHS = (
    _format(RdfFormat.TURTLE, "turtle", "ttl", "n3", also=("application/turtle",)),
    _format(RdfFormat.N_TRIPLES, "nt", "ntriples", "n-triples"),
    _format(RdfFormat.RDF_XML, "rdf", "rdfxml", "rdf+xml", "xml", also=_XML),
    _format(RdfFormat.JSON_LD, "jsonld", "json-ld", "json", also=_JSON),
)
"""The formats of a graph, the default first."""


_Rank = tuple[float, int]
_NAMED = 3


@dataclass(frozen=True, slots=True)
class _Range:
    """A media range of an Accept header, without its parameters, and its quality."""

    main: str
    sub: str
    quality: float

    def specificity(self, media_type: str) -> int:
        """Return 0 if the range does not hold `media_type`, else 1 to _NAMED."""
        main, _, sub = media_type.partition("/")
        if (self.main, self.sub) == (main, sub):
            return _NAMED
        if (self.main, self.sub) == (main, "*"):
            return 2
        return int((self.main, self.sub) == ("*", "*"))


_LONGEST = 2000
_ITEM = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*+")+')
_RANGE = re.compile(r"\s*([!#$%&'*+.^_`|~\w-]+)/([!#$%&'*+.^_`|~\w-]+)\s*(;.*)?$", re.ASCII)
_QUALITY = re.compile(r";\s*q\s*=\s*([01](?:\.\d*)?)\s*(?:;|$)", re.IGNORECASE | re.ASCII)


@lru_cache(maxsize=512)
def _ranges(accept: str | None) -> tuple[_Range, ...]:
    """Read an Accept header; what is no media range is passed over, nothing at all is `*/*`.

    What comes after its first 2,000 characters is not read.
    """
    ranges = []
    for item in _ITEM.findall((accept or "")[:_LONGEST]):
        if match := _RANGE.match(item):
            main, sub, parameters = match.groups()
            quality = _QUALITY.search(parameters or "")
            value = min(float(quality[1]), 1.0) if quality else 1.0
            ranges.append(_Range(main.lower(), sub.lower(), value))
    return tuple(ranges) or (_Range("*", "*", 1.0),)


def _rank(ranges: Sequence[_Range], media_type: str) -> _Rank:
    """Return the quality that the most specific range gives to `media_type`, and how specific."""
    specificity, quality = max((item.specificity(media_type), item.quality) for item in ranges)
    return (quality, specificity) if specificity else (0.0, 0)


def _rank_format(ranges: Sequence[_Range], media_types: Sequence[str]) -> _Rank:
    """Rank a format by its media type, or by another that it answers to if that one is named."""
    own, *others = (_rank(ranges, media_type) for media_type in media_types)
    if own[1] == _NAMED:
        return own
    return max([own, *(rank for rank in others if rank[1] == _NAMED)])


def _first_best(ranks: Sequence[_Rank]) -> int | None:
    """Return where the highest rank stands first, or None if no quality is above 0."""
    best = max(ranks)
    return ranks.index(best) if best[0] > 0 else None


def acceptable(accept: str | None, media_types: Sequence[str]) -> str | None:
    """Return the one of `media_types` that an Accept header likes best, or None if it takes none.

    Of equal quality, a type that is named wins over one that a wildcard holds, then the order of
    `media_types` decides. Parameters other than q are passed over: every format here is UTF-8.
    """
    ranges = _ranges(accept)
    at = _first_best([_rank(ranges, media_type) for media_type in media_types])
    return None if at is None else media_types[at]


def choose(
    accept: str | None, name: str | None, offers: Sequence[Format[Kind]]
) -> Format[Kind] | None:
    """Return the format that `name` or, if it is None, an Accept header asks for.

    `name` is the value of a format parameter: a name or media type, or several with commas, of
    which the first that is known here counts (SPARQLWrapper sends such lists).
    """
    if name is not None:
        wanted = name.split(",")
        return next((offer for item in wanted for offer in offers if offer.called(item)), None)
    ranges = _ranges(accept)
    at = _first_best([_rank_format(ranges, offer.media_types) for offer in offers])
    return None if at is None else offers[at]


def prefers_html(accept: str | None) -> bool:
    """Tell whether a browser asks: HTML is named, and liked as well as any format of ours."""
    ranges = _ranges(accept)
    quality, specificity = _rank(ranges, HTML)
    others = (_rank_format(ranges, offer.media_types) for offer in (*ROWS, *GRAPHS))
    return specificity == _NAMED and (quality, specificity) >= max(others) and quality > 0


def prefers_text(accept: str | None) -> bool:
    """Tell whether an error is wanted as plain text: rather than in any kind of JSON."""
    kinds = ("application/problem+json", *ROWS[0].media_types, "text/plain")
    return acceptable(accept, kinds) == "text/plain"
