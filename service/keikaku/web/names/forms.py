"""The forms of a document: which one is asked for, and the headers that tell of the others."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Protocol

from fastapi.responses import Response

from keikaku.errors import KeikakuError
from keikaku.web.negotiate import GRAPHS, HTML, acceptable, choose
from keikaku.web.problems import HttpError, respond
from keikaku.web.reader import reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pyoxigraph import RdfFormat

    from keikaku.web.negotiate import Format

SUFFIXES = {
    name: offer for offer in GRAPHS for name in ("ttl", "nt", "rdf", "jsonld") if offer.called(name)
}
"""The forms in RDF by the suffix of their address, the default first."""

CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Content-Location, ETag, Link",
}
_IN_RDF = tuple(kind for offer in GRAPHS for kind in offer.media_types)


class Document(Protocol):
    """Something that can be shown as a page and written as RDF."""

    @property
    def links(self) -> tuple[str, ...]:
        """Further values of the Link header."""

    def page(self) -> Response:
        """Return its page."""

    def rdf(self, kind: RdfFormat) -> bytes:
        """Return its graph in a format."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A document's address without its suffix, and the suffix, as a request has it.

    `for_programs`: those who take anything (`*/*`) get RDF; else they get the page.
    """

    path: str
    suffix: str | None
    accept: str | None
    for_programs: bool = False

    @classmethod
    def of(cls, path: str, accept: str | None, *, for_programs: bool = False) -> Asked:
        """Take the suffix off a path."""
        stem, _, suffix = path.rpartition(".")
        if stem and not stem.endswith("/") and suffix in {"html", *SUFFIXES}:
            return cls(stem, suffix, accept, for_programs)
        return cls(path, None, accept, for_programs)

    @property
    def form(self) -> Format[RdfFormat] | None:
        """The format in RDF that is asked for, None for a page. Raises HttpError if it is none."""
        if self.suffix is not None:
            return SUFFIXES.get(self.suffix)
        types = (*_IN_RDF, HTML) if self.for_programs else (HTML, *_IN_RDF)
        liked = acceptable(self.accept, types)
        if liked is None:
            raise HttpError(
                HTTPStatus.NOT_ACCEPTABLE,
                "求められた形式では出せません。"
                "出せるもの: HTML、Turtle、N-Triples、RDF/XML、JSON-LD",
                "there is HTML, Turtle, N-Triples, RDF/XML and JSON-LD",
            )
        return None if liked == HTML else choose(None, liked, GRAPHS)

    @property
    def wanted(self) -> str | None:
        """What an error is told as: in the form of the suffix, else as the Accept header says."""
        if self.suffix is None:
            return self.accept
        return HTML if self.suffix == "html" else "application/problem+json"


def answered(asked: Asked, at: str, find: Callable[[str], Document]) -> Response:
    """Return a document in the form that is asked for, or the error that finding it raises.

    `at` is the document's address, in no language and without a suffix, as it stands in a URI.
    """
    try:
        document = find(asked.path)
        form = asked.form
        if form is None:
            response = document.page()
        else:
            response = Response(document.rdf(form.kind), media_type=form.content_type)
    except KeikakuError as error:
        return told(error, asked.wanted)
    here = reader().href(f"{at}.html") if form is None else f"{at}.{_suffix(form)}"
    response.headers.update(CORS | {"Vary": "Accept", "Content-Location": here})
    response.headers["Link"] = ", ".join((*_alternates(at, here), *document.links))
    return response


def told(error: KeikakuError, accept: str | None) -> Response:
    """Return an error as a response that any origin may read."""
    response = respond(error, accept)
    response.headers.update(CORS)
    return response


def link(target: str, rel: str, media_type: str | None = None) -> str:
    """Return a value of the Link header (RFC 8288); `target` is a URI."""
    return f'<{target}>; rel="{rel}"' + (f'; type="{media_type}"' if media_type else "")


def _suffix(form: Format[RdfFormat]) -> str:
    return next(name for name, offer in SUFFIXES.items() if offer is form)


def _alternates(at: str, here: str) -> Iterable[str]:
    """Yield links to the other forms; the Turtle also describes the page."""
    page = reader().href(f"{at}.html")
    yield link(reader().href(at), "canonical")
    if here == page:
        yield link(f"{at}.ttl", "describedby", SUFFIXES["ttl"].media_type)
    else:
        yield link(page, "alternate", HTML)
    for name, offer in SUFFIXES.items():
        if here != f"{at}.{name}":
            yield link(f"{at}.{name}", "alternate", offer.media_type)
