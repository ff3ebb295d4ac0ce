"""From an IRI to its address on this site, and from an address to the IRIs it may stand for.

An IRI is answered by its path whatever host the server runs on: those that all cities share, and
those of the publisher under the path of its base.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote, urlencode

from keikaku.names import KEI, SHAPE, SHARED
from keikaku.web.reader import reader

_DOCUMENTS = ("catalog", "graph", "ns", "releases", "shapes")
"""First steps of IRIs that are documents themselves, at the same path."""

_PAGES = ("about", "api", "questions", "reconcile", "sparql")
"""First steps of pages and services of the publisher's that the catalogue names."""

_SAFE = "/:@!$&'()*+,;=-._~"
_OTHERS = re.compile(r"(https?)://([^/?#\s]+/(?:[^?#\s]*/)?)id/([0-9]{6}(?:/[^?#\s]*)?)")
_ELSEWHERE = re.compile(r"(https?)/([^/]+/(?:.*/)?)doc/([0-9]{6}(?:/.*)?)")
"""Things of other publishers, and the paths at which this site shows those that it harvested."""


def roots(base: str) -> tuple[str, ...]:
    """Return what the IRIs of this site begin with: the publisher's base, and what is shared."""
    return tuple(dict.fromkeys((base, SHARED)))


def place_of(iri: str, base: str) -> str | None:
    """Return the path, in no language, at which this site shows what an IRI names, if it can.

    That is a thing of ours, or one of a publisher whose plans were harvested.
    """
    return own_place_of(iri, base) or elsewhere(iri)


def elsewhere(iri: str) -> str | None:
    """Return the path at which a thing of another publisher is shown, if it is one."""
    found = _OTHERS.fullmatch(iri)
    if found is None:
        return None
    scheme, base, below = found.groups()
    return f"/elsewhere/{scheme}/{quoted(base)}doc/{quoted(below)}"


def iri_elsewhere(path: str) -> str | None:
    """Return the IRI of what is shown at a path below /elsewhere/, None if it is of nothing."""
    found = _ELSEWHERE.fullmatch(path)
    return f"{found[1]}://{found[2]}id/{found[3]}" if found else None


def own_place_of(iri: str, base: str) -> str | None:
    """Return the path, in no language, at which this site answers for an IRI, if it is ours."""
    for namespace, path in ((KEI, "/ns"), (SHAPE, "/shapes")):
        if iri.startswith(namespace.iri):
            return f"{path}#{quoted(iri.removeprefix(namespace.iri))}"
    for root in roots(base):
        below = iri.removeprefix(root)
        if below == iri:
            continue
        first, rest = _steps(below)
        if first == "id" and rest:
            return f"/doc/{quoted(rest)}"
        if first in _DOCUMENTS or (first in _PAGES and root == base):
            return f"/{as_uri(below)}"
    return None


def shown_at(iri: str, base: str) -> str | None:
    """Return the address of a page about any IRI in the reader's language; None if it has none."""
    path = place_of(iri, base)
    if path is None and iri.startswith(("http://", "https://")):
        path = f"/lookup?{urlencode({'iri': iri})}"
    return reader().href(path) if path else None


def iris_at(base: str, below: str) -> tuple[str, ...]:
    """Return the IRIs that a path below the roots can stand for, the likeliest first."""
    return tuple(f"{root}{below}" for root in roots(base))


def quoted(path: str) -> str:
    """Return a path of an IRI as it stands in a URI (RFC 3987, 3.1)."""
    return quote(path, safe=_SAFE)


def as_uri(iri: str) -> str:
    """Return an IRI as a URI, as headers need it."""
    return quote(iri, safe=_SAFE + "#?%[]")


def composed(path: str) -> str:
    """Return a path in NFC, in which all IRIs of this site are written."""
    return unicodedata.normalize("NFC", path)


def narrowed(path: str) -> str:
    """Return a path without differences of width or spaces: what may have been meant."""
    return "".join(unicodedata.normalize("NFKC", path).split())


def _steps(below: str) -> tuple[str, str]:
    """Return the first step of a path and what follows it."""
    first = below.partition("#")[0].partition("/")[0]
    return first, below[len(first) + 1 :]
