"""What other machines follow: an Atom feed of the releases, a sitemap, robots.txt.

https://www.rfc-editor.org/rfc/rfc4287, https://www.sitemaps.org/protocol.html
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response
from pyoxigraph import Literal, NamedNode

from keikaku.answers.lexicon import rows_of
from keikaku.errors import ReleaseError
from keikaku.web.names.addresses import place_of
from keikaku.web.pages.release_facts import OPERATOR, listed
from keikaku.web.problems import HttpError
from keikaku.web.reader import ENGLISH
from keikaku.web.sparql.public import address

if TYPE_CHECKING:
    from datetime import datetime

    from keikaku.answers.service import Answers
    from keikaku.web.pages.release_facts import Listed
    from keikaku.web.parts import SiteParts

MOST_ENTRIES = 50
"""How many releases the feed has."""

PER_SITEMAP = 10_000
"""How many addresses one sitemap has; the protocol allows 50,000."""

_ATOM = "http://www.w3.org/2005/Atom"
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"
_TITLE = "行政計画リンクトデータのリリース (Releases of linked data of municipal action plans)"
_PAGES = (
    "/",
    "/plans",
    "/items",
    "/pictures",
    "/questions",
    "/discrepancies",
    "/sparql",
    "/releases",
    "/ns",
    "/shapes",
    "/about",
)
_SHOWN = "Municipality Plan Policy Measure Section Item Department Party Phase FiscalYear"
_WHERE = (
    "WHERE { VALUES ?class { "
    + " ".join(f"kei:{name}" for name in _SHOWN.split())
    + " } ?thing a ?class }"
)
_COUNT = f"SELECT (COUNT(DISTINCT ?thing) AS ?things) {_WHERE}"
_SOME = f"SELECT DISTINCT ?thing {_WHERE} ORDER BY ?thing "
_ROBOTS = """User-agent: *
Allow: /
Disallow: /sparql?
Disallow: /en/sparql?
Disallow: /api/
Disallow: /items?
Disallow: /en/items?
Disallow: /lookup
Disallow: /en/lookup

Sitemap: {site}/sitemap.xml
"""

register_namespace("", _SITEMAP)
register_namespace("xhtml", _XHTML)


def feeds_router(site: SiteParts) -> APIRouter:
    """Return the routes of feed, sitemaps and robots.txt."""
    router = APIRouter(include_in_schema=False)
    places = _Places(site)

    @router.get("/releases/feed.atom")
    def feed(request: Request) -> Response:
        return _xml(_feed(site, _origin(request, site)), "application/atom+xml")

    @router.get("/sitemap.xml")
    def sitemap(request: Request) -> Response:
        origin = _origin(request, site)
        parts = places.parts()
        if parts == 1:
            return _xml(_urls(places.part(1), origin), "application/xml")
        return _xml(_parts(parts, origin), "application/xml")

    @router.get("/sitemap-{number}.xml")
    def part(number: str, request: Request) -> Response:
        known = {str(part + 1) for part in range(places.parts())}
        if number not in known:
            raise HttpError(
                HTTPStatus.NOT_FOUND,
                "この番号のサイトマップはありません。",
                "there is no sitemap of this number",
            )
        return _xml(_urls(places.part(int(number)), _origin(request, site)), "application/xml")

    @router.get("/robots.txt")
    def robots(request: Request) -> Response:
        text = _ROBOTS.format(site=_origin(request, site))
        return PlainTextResponse(text, headers={"Cache-Control": "no-cache"})

    return router


def _origin(request: Request, site: SiteParts) -> str:
    """Return the address of this site without a slash; raises HttpError if none is known."""
    return address({**request.scope, "path": ""}, site.settings.site)


def _xml(root: Element, media_type: str) -> Response:
    body = tostring(root, encoding="utf-8", xml_declaration=True)
    headers = {"Cache-Control": "no-cache", "Access-Control-Allow-Origin": "*"}
    return Response(body, headers=headers, media_type=f"{media_type}; charset=utf-8")


def _feed(site: SiteParts, origin: str) -> Element:
    every = listed(site.shelf)
    feed = Element("feed", {"xmlns": _ATOM, "xml:lang": "ja"})
    _say(feed, "id", f"{site.base}releases")
    _say(feed, "title", _TITLE)
    _say(feed, "updated", max(_changed(one) for one in every).isoformat())
    author = SubElement(feed, "author")
    _say(author, "name", site.settings.publisher_name or OPERATOR.ja)
    for rel, path, kind in (
        ("self", "/releases/feed.atom", "application/atom+xml"),
        ("alternate", "/releases", "text/html"),
    ):
        _link(feed, rel, origin + path, kind)
    for one in every[:MOST_ENTRIES]:
        _entry(SubElement(feed, "entry"), one, site, origin)
    return feed


def _entry(element: Element, one: Listed, site: SiteParts, origin: str) -> None:
    name = one.entry.id
    _say(element, "id", f"{site.base}releases/{name}")
    _say(element, "title", f"リリース {name} (release {name})")
    _say(element, "published", one.entry.date.isoformat())
    _say(element, "updated", _changed(one).isoformat())
    _link(element, "alternate", f"{origin}/releases/{name}", "text/html")
    _say(element, "summary", _summary(one, site))


def _changed(one: Listed) -> datetime:
    """Return when a release was published, became the current one again or was removed."""
    return one.gone.date if one.gone else one.since or one.entry.date


def _summary(one: Listed, site: SiteParts) -> str:
    if one.gone:
        error = one.gone.error()
        return f"{error.ja} ({error.en})"
    try:
        manifest = site.shelf.release(one.entry.id).manifest
    except ReleaseError as error:
        return f"{error.ja} ({error.en})"
    items = manifest["classes"].get("Item", 0)
    found = manifest["classes"].get("Discrepancy", 0)
    return (
        f"{manifest['triples']:,} トリプル、項目 {items:,} 件、食い違い {found:,} 件 "
        f"({manifest['triples']:,} triples, {items:,} items, {found:,} discrepancies)"
    )


def _say(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text


def _link(parent: Element, rel: str, target: str, kind: str) -> None:
    SubElement(parent, "link", {"rel": rel, "type": kind, "href": target})


@dataclass(slots=True)
class _Counted:
    release: str = ""
    things: int = 0


class _Places:
    """The addresses of the pages of the current release, in parts that fit into a sitemap."""

    def __init__(self, site: SiteParts) -> None:
        """Count nothing yet."""
        self._site = site
        self._counted = _Counted()

    def parts(self) -> int:
        """Return how many sitemaps there are."""
        current = self._site.answers.current()
        if self._counted.release != current.release:
            ((number,),) = rows_of(current.store, _COUNT)
            things = int(number.value) if isinstance(number, Literal) else 0
            self._counted = _Counted(current.release, things)
        return max(1, -(-(self._counted.things + len(self._pages(current))) // PER_SITEMAP))

    def part(self, number: int) -> list[str]:
        """Return the paths of one sitemap, from 1: the pages first, then the things."""
        current = self._site.answers.current()
        pages = self._pages(current)
        start, end = (number - 1) * PER_SITEMAP, number * PER_SITEMAP
        offset, limit = max(0, start - len(pages)), end - max(start, len(pages))
        things = rows_of(current.store, f"{_SOME}LIMIT {max(limit, 0)} OFFSET {offset}")
        found = (
            place_of(thing.value, self._site.base)
            for (thing,) in things
            if isinstance(thing, NamedNode)
        )
        return [*pages[start:end], *(path for path in found if path)]

    def _pages(self, current: Answers) -> list[str]:
        releases = (one for one in listed(self._site.shelf) if one.is_served)
        return [
            *_PAGES,
            *(f"/questions/{question.name}" for question in current.catalogue),
            *(f"/releases/{one.entry.id}" for one in releases),
        ]


def _urls(paths: list[str], origin: str) -> Element:
    urls = Element(f"{{{_SITEMAP}}}urlset")
    for path in paths:
        url = SubElement(urls, f"{{{_SITEMAP}}}url")
        SubElement(url, f"{{{_SITEMAP}}}loc").text = origin + path
        for language, prefix in (("ja", ""), ("en", ENGLISH)):
            href = f"{origin}{prefix}{path}"
            SubElement(
                url,
                f"{{{_XHTML}}}link",
                {"rel": "alternate", "hreflang": language, "href": href},
            )
    return urls


def _parts(count: int, origin: str) -> Element:
    index = Element(f"{{{_SITEMAP}}}sitemapindex")
    for number in range(1, count + 1):
        part = SubElement(index, f"{{{_SITEMAP}}}sitemap")
        SubElement(part, f"{{{_SITEMAP}}}loc").text = f"{origin}/sitemap-{number}.xml"
    return index
