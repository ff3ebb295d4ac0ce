"""Pages from templates, in the language of their reader."""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from pyoxigraph import Literal, NamedNode

from keikaku.names import XSD
from keikaku.web.names.addresses import place_of
from keikaku.web.reader import reader

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Protocol

    from keikaku.answers.catalogue import Answer

    class Said(Protocol):
        """A text in both languages."""

        @property
        def ja(self) -> str:
            """The Japanese text."""

        @property
        def en(self) -> str:
            """The English text."""


STATIC = Path(__file__).resolve().parent / "static"
BUILT = STATIC / "built"
"""What the front end's build puts beside our own files."""

POLICY = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; \
object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
"""The Content-Security-Policy of every page: nothing is fetched from another host.

Styles may stand in elements, since the editor and its charts set them.
"""

_HEADERS = {
    "Vary": "Accept",
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}


def page(
    template: str,
    status: HTTPStatus = HTTPStatus.OK,
    *,
    headers: Mapping[str, str] | None = None,
    **given: Any,
) -> HTMLResponse:
    """Return the page that a template makes of what is given."""
    text = _templates().get_template(template).render(_context() | given)
    return HTMLResponse(text, status, {**_HEADERS, **(headers or {})})


def fragment(template: str, **given: Any) -> str:
    """Return a piece of HTML that a template makes of what is given."""
    return _templates().get_template(template).render(_context() | given).strip()


def address(iri: str) -> str:
    """Return the address on this site of something it can show, else the IRI itself."""
    here = reader()
    path = place_of(iri, here.base)
    return here.href(path) if path else iri


def with_query(path: str, **parameters: str) -> str:
    """Return a page's address with the parameters that are not empty."""
    given = {name: value for name, value in parameters.items() if value}
    return reader().href(path) + (f"?{urlencode(given)}" if given else "")


def _context() -> dict[str, Any]:
    here = reader()
    return {
        "lang": here.language,
        "reader": here,
        "t": here.choose,
        "say": _say,
        "href": here.href,
        "tokens": _tokens(),
        "release": None,
        "crumbs": (),
    }


@cache
def _tokens() -> bool:
    """Tell whether the tokens of the design system were built; the page has equal fallbacks."""
    return (BUILT / "tokens.css").is_file()


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("keikaku.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "address": address,
        "cell": _cell,
        "number": "{:,}".format,
        "with_query": with_query,
    }
    return environment


def _say(text: Said) -> str:
    """Return a text in the reader's language."""
    return reader().choose(text.ja, text.en)


def _cell(answer: Answer, row: tuple[Any, ...], column: str) -> dict[str, Any]:
    """Return how a cell of an answer is shown: its text, where it links to, if it is a figure."""
    term = row[tuple(answer.columns).index(column)]
    iri = answer.iri(row, column)
    label = answer.labels.get(iri.value) if iri else None
    if isinstance(term, NamedNode):
        text = _say(label) if label else term.value.rsplit("/", 1)[-1]
    else:
        text = term.value if isinstance(term, Literal) else ""
        if label and label.ja == text:  # the Japanese name of what it links to
            text = _say(label)
    return {
        "text": text,
        "href": address(iri.value) if iri else None,
        "figure": isinstance(term, Literal) and term.datatype == XSD["integer"],
    }
