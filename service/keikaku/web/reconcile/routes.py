"""The routes of the reconciliation service."""

from __future__ import annotations

import json
from functools import partial
from http import HTTPStatus
from time import monotonic
from typing import TYPE_CHECKING, Any

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from keikaku.answers.reconcile.candidates import candidates
from keikaku.answers.reconcile.ids import id_of, iris_of
from keikaku.answers.reconcile.properties import PROPERTIES, values_of
from keikaku.answers.reconcile.release import NamedRelease
from keikaku.answers.reconcile.written import (
    TYPES,
    as_candidate,
    described,
    type_of,
)
from keikaku.errors import BusyError, KeikakuError
from keikaku.release.listing.names_index import KINDS
from keikaku.web.names.addresses import shown_at
from keikaku.web.problems import HttpError, respond
from keikaku.web.reconcile.given import (
    extension_of,
    most_of,
    parameters_of,
    prefix_of,
    property_of,
    queries_of,
    refused,
    type_called,
)
from keikaku.web.reconcile.manifest import PATH, described_for, manifest
from keikaku.web.rendering import fragment
from keikaku.web.sparql.public import address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from keikaku.answers.reconcile.candidates import Candidate
    from keikaku.answers.reconcile.names import Entity, NameIndex
    from keikaku.web.parts import SiteParts

SUGGESTED = 20
"""How many suggestions are given at once."""

AT_ONCE = 2
"""How many requests are answered at the same time."""

MOST_WAITING = 40
"""How many more may wait."""

SECONDS = 20
"""How long the answer to a batch may take."""

_OPEN = {"Access-Control-Allow-Origin": "*"}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Content-Type, Accept",
    "Access-Control-Max-Age": "86400",
}
_IN_A_FRAME = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "frame-ancestors *; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
}


def reconcile_router(site: SiteParts) -> APIRouter:
    """Return the routes below /reconcile."""
    router = APIRouter(prefix=PATH)
    service, work = _Service(site), Work()
    asking = _answering(service.service, work)
    router.add_api_route("", asking, methods=["GET"], **described_for("get"))
    router.add_api_route("", asking, methods=["POST"], **described_for("post"))
    router.add_api_route("", asking, methods=["HEAD", "OPTIONS"], include_in_schema=False)
    every = ["GET", "HEAD", "OPTIONS"]
    for path, answer, methods in (
        ("/", service.service, [*every, "POST"]),
        ("/suggest/entity", service.suggest_entity, every),
        ("/suggest/type", service.suggest_type, every),
        ("/suggest/property", service.suggest_property, every),
        ("/flyout/entity", service.flyout_entity, every),
        ("/flyout/type", service.flyout_type, every),
        ("/flyout/property", service.flyout_property, every),
        ("/preview", service.preview, every),
        ("/view", service.view, every),
        ("/properties", service.properties, every),
    ):
        route = _answering(answer, work)
        router.add_api_route(path, route, methods=methods, include_in_schema=False)
    return router


def _answering(
    answer: Callable[[Request, dict[str, str]], Response], work: Work
) -> Callable[..., Any]:
    """Return a route that reads its parameters, answers in a thread, and is open to all origins."""

    async def route(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=HTTPStatus.NO_CONTENT, headers=_OPEN | _PREFLIGHT)
        try:
            given = await parameters_of(request)
            if "callback" in given:
                raise refused(
                    "JSONP はありません。どのサイトからも CORS で使えます。",
                    "there is no JSONP; CORS is open to every origin",
                )
            response = await work.run(partial(answer, request, given))
        except KeikakuError as error:
            response = respond(error, "application/problem+json")
        response.headers.update(_OPEN)
        return response

    return route


class Work:
    """Answers in few threads at a time, so that matching leaves the server free for others."""

    def __init__(self) -> None:
        """Have no work yet."""
        self._threads = CapacityLimiter(AT_ONCE)

    async def run(self, answer: Callable[[], Response]) -> Response:
        """Answer in a thread. Raises BusyError where too many wait for one already."""
        if self._threads.statistics().tasks_waiting >= MOST_WAITING:
            raise BusyError(
                "照合が混み合っています。少し待ってからもう一度送ってください。",
                "too many are matching names just now; try again soon",
                seconds=2,
            )
        return await to_thread.run_sync(answer, limiter=self._threads)


class _Service:
    """The service over the current release of a site."""

    def __init__(self, site: SiteParts) -> None:
        self._site = site

    def service(self, request: Request, given: dict[str, str]) -> Response:
        """Answer a batch of queries or a data extension, else tell what the service can do."""
        if given.get("queries"):
            return _json(self._reconciled(given["queries"]))
        if given.get("extend"):
            return _json(self._extended(given["extend"]))
        if request.method == "POST":
            raise refused("queries か extend が要ります。", "queries or extend is wanted")
        host = address({**request.scope, "path": ""}, self._site.settings.site)
        return _json(manifest(host, self._site.base))

    def _reconciled(self, text: str) -> dict[str, Any]:
        wanted = queries_of(text)
        release = self._release()
        found: dict[str, list[Candidate]] = {}
        for key, each in wanted.items():
            release.check_time()
            found[key] = candidates(release, each)
        near = _around(release.index, (one.entity for some in found.values() for one in some))
        return {
            key: {"result": [as_candidate(one, near, self._site.base) for one in some]}
            for key, some in found.items()
        }

    def _extended(self, text: str) -> dict[str, Any]:
        wanted = extension_of(text)
        release = self._release()
        known = {name: self._found(release.index, name) for name in wanted.ids}
        rows: dict[str, dict[str, list[dict[str, str]]]] = {name: {} for name in wanted.ids}
        for called, prop in wanted.properties.items():
            having = values_of(release, filter(None, known.values()), PROPERTIES[prop])
            for name, entity in known.items():
                values = having.get(entity.iri, []) if entity else []
                rows[name][called] = [
                    {"id": id_of(value.iri, self._site.base), "name": value.text}
                    if value.iri
                    else {"str": value.text}
                    for value in values
                ]
        meta = [_meta(called, prop) for called, prop in wanted.properties.items()]
        return {"meta": meta, "rows": rows}

    def suggest_entity(self, _: Request, given: dict[str, str]) -> Response:
        """Suggest things whose names begin with a prefix, and that whose id it is."""
        prefix, skip = prefix_of(given)
        index = self._release().index
        found = index.beginning(prefix, KINDS, skip, SUGGESTED) if prefix.strip() else []
        named = self._found(index, prefix)
        if named and not skip:
            found = [named, *(one for one in found if one != named)]
        near = _around(index, found)
        result = [
            {
                "id": id_of(one.iri, self._site.base),
                "name": one.label.ja,
                "description": described(one, near),
                "notable": [{"id": one.kind, "name": TYPES[one.kind].ja}],
            }
            for one in found
        ]
        return _json({"result": result})

    def suggest_type(self, _: Request, given: dict[str, str]) -> Response:
        """Suggest types."""
        prefix, skip = prefix_of(given)
        fitting = [
            type_of(kind)
            for kind, label in TYPES.items()
            if _begins(prefix, kind, label.ja, label.en)
        ]
        return _json({"result": fitting[skip : skip + SUGGESTED]})

    def suggest_property(self, _: Request, given: dict[str, str]) -> Response:
        """Suggest properties."""
        prefix, skip = prefix_of(given)
        fitting = [
            {"id": each.id, "name": each.label.ja, "description": each.label.en}
            for each in PROPERTIES.values()
            if _begins(prefix, each.id, each.label.ja, each.label.en)
        ]
        return _json({"result": fitting[skip : skip + SUGGESTED]})

    def properties(self, _: Request, given: dict[str, str]) -> Response:
        """Propose the properties that things of a type have."""
        name, limit = given.get("type", ""), most_of(given)
        kind = type_called(name) if name else ""
        fitting = [each for each in PROPERTIES.values() if not kind or kind in each.kinds]
        told: dict[str, Any] = {
            "properties": [{"id": each.id, "name": each.label.ja} for each in fitting[:limit]]
        }
        return _json(told | ({"type": name} if name else {}) | ({"limit": limit} if limit else {}))

    def flyout_entity(self, _: Request, given: dict[str, str]) -> Response:
        """Tell of a thing in a few words."""
        return _json({"id": given.get("id", ""), "html": self._told(given)})

    def flyout_type(self, _: Request, given: dict[str, str]) -> Response:
        """Tell of a type."""
        kind = given.get("id", "")
        if kind not in TYPES:
            raise _unknown(kind)
        return _json({"id": kind, "html": fragment("reconcile/term.html", label=TYPES[kind])})

    def flyout_property(self, _: Request, given: dict[str, str]) -> Response:
        """Tell of a property."""
        found = PROPERTIES[property_of(given.get("id", ""))]
        html = fragment("reconcile/term.html", label=found.label)
        return _json({"id": found.id, "html": html})

    def preview(self, _: Request, given: dict[str, str]) -> Response:
        """Show a thing in a frame of another site."""
        body = fragment("reconcile/preview.html", told=self._told(given))
        return HTMLResponse(body, headers=_IN_A_FRAME)

    def view(self, _: Request, given: dict[str, str]) -> Response:
        """Lead to the page of a thing."""
        entity = self._asked(given)
        return RedirectResponse(shown_at(entity.iri, self._site.base) or "/", HTTPStatus.SEE_OTHER)

    def _told(self, given: dict[str, str]) -> str:
        release = self._release()
        entity = self._asked(given)
        said = []
        for prop in PROPERTIES.values():
            if entity.kind in prop.kinds and prop.id not in _TOO_LONG:
                values = values_of(release, [entity], prop).get(entity.iri, [])
                if values:
                    said.append((prop.label, [value.text for value in values[:8]]))
        what = described(entity, _around(release.index, [entity]))
        return fragment("reconcile/thing.html", entity=entity, what=what, said=said[:7])

    def _asked(self, given: Mapping[str, str]) -> Entity:
        found = self._found(self._release().index, given.get("id", ""))
        if found is None:
            raise _unknown(given.get("id", ""))
        return found

    def _found(self, index: NameIndex, name: str) -> Entity | None:
        iris = iris_of(name, self._site.base)
        known = index.entities(iris)
        return next((known[iri] for iri in iris if iri in known), None)

    def _release(self) -> NamedRelease:
        current = self._site.answers.current()
        until = monotonic() + SECONDS
        return NamedRelease(current.names, current.store, self._site.base, until)


_TOO_LONG = ("purpose", "currentState", "content", "completionCriterion")
"""What a preview leaves out."""


def _around(index: NameIndex, entities: Iterable[Entity]) -> dict[str, Entity]:
    """Return the cities and plans that things belong to."""
    return index.entities({iri for one in entities for iri in (one.city, one.plan) if iri})


def _meta(called: str, prop: str) -> dict[str, Any]:
    found = PROPERTIES[prop]
    kind = {"type": {"id": found.kind, "name": TYPES[found.kind].ja}} if found.kind else {}
    return {"id": called, "name": found.label.ja, **kind}


def _begins(prefix: str, *names: str) -> bool:
    wanted = prefix.strip().casefold()
    return any(name.casefold().startswith(wanted) for name in names)


def _unknown(name: str) -> HttpError:
    return HttpError(
        HTTPStatus.NOT_FOUND,
        f"「{name[:100]}」はこのリリースにありません。",
        f"this release has no {name[:100]!r}",
    )


def _json(body: Mapping[str, Any]) -> Response:
    text = json.dumps(body, ensure_ascii=False)
    return Response(text.encode("utf-8", "replace"), media_type="application/json")
