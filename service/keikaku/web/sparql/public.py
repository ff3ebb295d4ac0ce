"""The address of this site, as its clients know it."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.datastructures import Headers

from keikaku.web.problems import HttpError

if TYPE_CHECKING:
    from starlette.types import Scope

_HOST = re.compile(r"[A-Za-z0-9._~-]+(?::\d{1,5})?|\[[0-9A-Fa-f:.]+\](?::\d{1,5})?", re.ASCII)


def address(scope: Scope, site: str) -> str:
    """Return the absolute IRI of what was asked for, without its query.

    `site` is the public address that is set; where none is, the Host header counts, so that
    nothing with this address in it may be kept by shared caches. Raises HttpError if neither says.
    """
    path: str = scope["path"]
    if site:
        return site.rstrip("/") + path
    host = Headers(scope=scope).get("host", "")
    if not _HOST.fullmatch(host):
        raise HttpError(
            HTTPStatus.BAD_REQUEST,
            "Host ヘッダーに、このサーバーの名前がありません。",
            "the Host header does not name this server",
        )
    return f"{scope.get('scheme', 'http')}://{host}{path}"
