"""What the editor proposes, as JSON: made once for each release.

The address names the release, so that a browser may keep the answer as long as it likes.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from keikaku.answers.completions import completions
from keikaku.web.parameters import given_once
from keikaku.web.sparql.caching import FOREVER

if TYPE_CHECKING:
    from keikaku.answers.service import Answers
    from keikaku.web.parts import SiteParts


def completing_router(site: SiteParts) -> APIRouter:
    """Return the route of what the editor proposes."""
    router = APIRouter(include_in_schema=False)

    last = _Last()

    @router.get("/sparql/completions.json")
    def proposed(request: Request) -> Response:
        current = site.answers.current()
        asked = given_once(request, ("release",)).get("release")
        kept = FOREVER if asked == current.release else "no-cache"
        return Response(
            last.of(current), headers={"Cache-Control": kept}, media_type="application/json"
        )

    return router


class _Last:
    """What is proposed for the release that was asked for last."""

    def __init__(self) -> None:
        self._made: tuple[Answers, bytes] | None = None

    def of(self, current: Answers) -> bytes:
        """Return what is proposed for a release."""
        made = self._made
        if made is None or made[0] is not current:
            body = json.dumps(asdict(completions(current.store)), ensure_ascii=False).encode()
            self._made = made = (current, body)
        return made[1]
