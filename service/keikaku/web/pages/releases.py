"""The releases: their list, a page for each, the current one, the meaning of their columns."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, RedirectResponse, Response
from pyoxigraph import NamedNode, RdfFormat, Triple, parse, serialize

from keikaku.errors import ReleaseError
from keikaku.names import DCAT, DCTERMS, PREFIXES
from keikaku.release.catalogue.offers import ARCHIVE, DICTIONARY, DUMP
from keikaku.release.difference.named import followed
from keikaku.release.shelf import MANIFEST
from keikaku.web.downloads import LATEST, check_parameters, release_of, to_current
from keikaku.web.names.forms import CORS, Asked, answered
from keikaku.web.pages.release_facts import (
    GROUPS,
    OPERATOR,
    citation_of,
    classes_of,
    discrepancies_of,
    files_of,
    graphs_of,
    listed,
    parts_of,
    standing_of,
)
from keikaku.web.pages.release_schema import embedded, schema_of_all, schema_of_release
from keikaku.web.parameters import page_number
from keikaku.web.problems import HttpError
from keikaku.web.reader import reader
from keikaku.web.rendering import page
from keikaku.web.sparql.public import address

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi.responses import HTMLResponse

    from keikaku.release.shelf import Release, Shelf
    from keikaku.web.pages.release_facts import Listed
    from keikaku.web.parts import SiteParts

    Make = Callable[[SiteParts, Release], Response]

PER_PAGE = 50
"""How many releases a page of the list has."""

_FORMS = {
    "文字列": "text",
    "整数": "whole number",
    "西暦(4桁)": "year, four digits",
    "○ または空": "○ or empty",
}
"""The forms of values in a data dictionary, in English."""

_SUFFIXES = (".html", ".ttl", ".nt", ".rdf", ".jsonld")


def releases_routers(site: SiteParts) -> tuple[APIRouter, ...]:
    """Return the routes of the releases, at the root and under the path of the publisher's base."""
    prefixes = dict.fromkeys(("", urlsplit(site.base).path.rstrip("/")))
    return tuple(_releases_router(site, prefix) for prefix in prefixes)


def _releases_router(site: SiteParts, prefix: str) -> APIRouter:
    router = APIRouter(prefix=prefix, include_in_schema=False)

    @router.get("/releases")
    def releases(request: Request) -> HTMLResponse:
        return _list(site, dict(request.query_params), _origin(request, site))

    @router.get("/releases/{name}")
    def release(name: str, request: Request) -> Response:
        check_parameters(dict(request.query_params), {})
        stem, suffix = _cut(name)
        if stem in LATEST:
            return _latest(site.shelf, suffix)
        asked = Asked.of(f"releases/{name}", request.headers.get("accept"))
        at = f"/releases/{quote(stem)}"
        return answered(asked, at, lambda _: _document(site, stem, request))

    for made, make in _MADE.items():
        _add(router, site, made, make)

    @router.get("/.well-known/void")
    def void(request: Request) -> Response:
        asked = Asked.of("releases/void", request.headers.get("accept"), for_programs=True)
        current = site.answers.release
        at = f"/releases/{current}"
        return answered(asked, at, lambda _: _document(site, current, request))

    return router


def _origin(request: Request, site: SiteParts) -> str:
    """Return the address of this site without a slash; raises HttpError if none is known."""
    return address({**request.scope, "path": ""}, site.settings.site)


def _add(router: APIRouter, site: SiteParts, made: str, make: Make) -> None:
    """Add the route of something that is made of a release when it is asked for."""

    @router.get(f"/releases/{{name}}/{made}")
    def document(name: str, request: Request) -> Response:
        check_parameters(dict(request.query_params), {})
        if name in LATEST:
            return to_current(site.shelf, f"/{made}")
        return make(site, release_of(site.shelf, name))


def _cut(name: str) -> tuple[str, str]:
    suffix = next((s for s in _SUFFIXES if name.endswith(s)), "")
    return name.removesuffix(suffix), suffix


def _latest(shelf: Shelf, suffix: str) -> RedirectResponse:
    response = to_current(shelf, suffix)
    response.headers["Vary"] = "Accept"
    return response


def _list(site: SiteParts, given: dict[str, str], origin: str) -> HTMLResponse:
    number = given.pop("page", "1")
    check_parameters(given, {})
    every = listed(site.shelf)
    pages = max(1, -(-len(every) // PER_PAGE))
    at = page_number(number, pages)
    shown = [_opened(site.shelf, one) for one in every[(at - 1) * PER_PAGE : at * PER_PAGE]]
    return page(
        "releases/list.html",
        release=site.answers.release,
        shown=shown,
        number_of_page=at,
        pages=pages,
        schema=embedded(schema_of_all(site.base, origin)),
        sheets=_sheets(site),
    )


def _sheets(site: SiteParts) -> str:
    """Return the file with all tables: a large release has them as CSV only."""
    try:
        files = site.shelf.release(site.answers.release).manifest["files"]
    except ReleaseError:
        files = {}
    return f"{DUMP}.xlsx" if f"{DUMP}.xlsx" in files or not files else ARCHIVE


def _opened(shelf: Shelf, one: Listed) -> Listed:
    try:
        return replace(one, release=shelf.release(one.entry.id)) if one.is_served else one
    except ReleaseError:  # a damaged one is listed, without its counts
        return one


def _sums(_: SiteParts, release: Release) -> Response:
    """Return the checksums of all files as sha256sum reads them."""
    files = release.manifest["files"]
    return PlainTextResponse("".join(f"{said['sha256']}  {n}\n" for n, said in files.items()))


def _bibtex(site: SiteParts, release: Release) -> Response:
    said = citation_of(release, _entry(site.shelf, release.id).entry.date).bibtex
    return Response(said, media_type="application/x-bibtex; charset=utf-8")


def _csl(site: SiteParts, release: Release) -> Response:
    said = citation_of(release, _entry(site.shelf, release.id).entry.date).csl
    return Response(said, media_type="application/vnd.citationstyles.csl+json")


def _entry(shelf: Shelf, name: str) -> Listed:
    return next(one for one in listed(shelf) if one.entry.id == name)


def _manifest(_: SiteParts, release: Release) -> Response:
    """Return what the release says of itself: its files, its counts, its publisher."""
    body = (release.folder / MANIFEST).read_bytes()
    return Response(body, media_type="application/json", headers=CORS)


def _document(site: SiteParts, name: str, request: Request) -> ReleaseDocument:
    return ReleaseDocument(site, release_of(site.shelf, name), request)


@dataclass(frozen=True, slots=True)
class ReleaseDocument:
    """A release as a document: its page, and its entry of the catalogue as RDF."""

    site: SiteParts
    release: Release
    request: Request

    @property
    def links(self) -> tuple[str, ...]:
        """Further values of the Link header: the versions before and after, and the licence."""
        before, after = self._neighbours()
        found = [f'</releases/{before}>; rel="predecessor-version"'] if before else []
        if after:
            found.append(f'</releases/{after}>; rel="successor-version"')
        return (*found, '</releases/latest>; rel="latest-version"')

    def _neighbours(self) -> tuple[str | None, str | None]:
        """Return the release before this one and the first after it, of those that are given."""
        before, away = followed(self.site.shelf), self.site.shelf.not_given()
        name = self.release.id
        after = (one for one, other in before.items() if other == name and one not in away)
        return before.get(name), next(after, None)

    def page(self) -> HTMLResponse:
        """Return its page."""
        entry = _entry(self.site.shelf, self.release.id)
        before, after = self._neighbours()
        manifest, origin = self.release.manifest, _origin(self.request, self.site)
        return page(
            "releases/release.html",
            release=self.site.answers.release,
            shown=self.release,
            entry=entry,
            before=before,
            after=after,
            groups=[(GROUPS[group], files) for group, files in files_of(self.release).items()],
            parts=parts_of(self.release),
            classes=classes_of(self.release),
            graphs=graphs_of(self.release),
            plans=[(plan, discrepancies_of(plan)) for plan in manifest["plans"]],
            reports=[name for name in manifest["files"] if name.startswith("report/")],
            has_dictionary=DICTIONARY in manifest["files"],
            citation=citation_of(self.release, entry.entry.date),
            publisher=(manifest.get("publisher") or {}),
            standing=standing_of(self.release),
            licence=manifest.get("licence"),
            operator=OPERATOR,
            schema=embedded(schema_of_release(self.release, entry, origin)),
            here=f"{origin}/releases/{self.release.id}",
            crumbs=_crumbs(self.release.id),
        )

    def rdf(self, kind: RdfFormat) -> bytes:
        """Return the catalogue entry with the release that came after, in a format."""
        path = self.release.file("catalog.ttl")
        triples = [quad.triple for quad in parse(path=str(path), format=RdfFormat.TURTLE)]
        _, after = self._neighbours()
        if after:
            base = f"{self.release.manifest['base']}releases/"
            this, that = NamedNode(f"{base}{self.release.id}"), NamedNode(f"{base}{after}")
            triples += [
                Triple(this, DCTERMS["isReplacedBy"], that),
                Triple(this, DCAT["nextVersion"], that),
            ]
        return serialize(triples, format=kind, prefixes=PREFIXES) or b""


def _crumbs(name: str, *, below: bool = False) -> list[tuple[str, str | None]]:
    """Return the way to a release, or to its dictionary `below` it."""
    here = reader()
    list_of_all = (here.choose("データ", "Data"), here.href("/releases"))
    if not below:
        return [list_of_all, (name, None)]
    dictionary = here.choose("データ項目定義書", "Data dictionary")
    return [list_of_all, (name, here.href(f"/releases/{name}")), (dictionary, None)]


def _dictionary(site: SiteParts, release: Release) -> HTMLResponse:
    if DICTIONARY not in release.manifest["files"]:
        raise HttpError(
            HTTPStatus.NOT_FOUND,
            "このリリースにはデータ項目定義書がありません。",
            "this release has no data dictionary",
        )
    text = release.file(DICTIONARY).read_text(encoding="utf-8")
    header, *rows = csv.reader(io.StringIO(text))
    tables: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in rows:
        said = dict(zip(header, row, strict=True))
        tables.setdefault((said["表"], said["ファイル"]), []).append(said)
    return page(
        "releases/dictionary.html",
        release=site.answers.release,
        shown=release,
        tables=tables,
        forms=_FORMS,
        crumbs=_crumbs(release.id, below=True),
    )


_MADE: dict[str, Make] = {
    "dictionary": _dictionary,
    MANIFEST: _manifest,
    "SHA256SUMS": _sums,
    "citation.bib": _bibtex,
    "citation.json": _csl,
}
"""What is made of a release when it is asked for, by the last step of its address."""
