"""The token of the publishing API: made once, kept as its hash, asked for with every request."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.datastructures import Headers

from keikaku.errors import SettingsError
from keikaku.web.problems import HttpError, respond

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

OPEN_PATHS = ("/healthz",)
"""What answers without a token: a supervisor asks whether the service is alive."""

_BYTES = 32
_HASH = re.compile(r"[0-9a-f]{64}")
_BEARER = re.compile(r"bearer +(\S+) *", re.IGNORECASE)


def new_token() -> tuple[str, str]:
    """Return a new token of 256 bits, and the hash of it that goes into the settings."""
    token = secrets.token_urlsafe(_BYTES)
    return token, hash_of(token)


def hash_of(token: str) -> str:
    """Return the hash of a token; a token has so much entropy that it needs no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def checked_hash(said: str) -> str:
    """Return the hash that the settings give; raises SettingsError without one, or for another."""
    said = said.strip().lower()
    if not said:
        raise SettingsError(
            "publish_token_hash がないため、公開 API は使えません。keikaku token で作れます。",
            "there is no publishing API without publish_token_hash; `keikaku token` makes one",
        )
    if not _HASH.fullmatch(said):
        raise SettingsError(
            "publish_token_hash が SHA-256(16進 64 桁)ではありません。トークンそのものではなく、"
            "keikaku token が示すハッシュを書いてください。",
            "publish_token_hash is no SHA-256 (64 hexadecimal digits); it is not the token itself "
            "but the hash that `keikaku token` shows",
        )
    return said


class TokenGuard:
    """Lets a request through to the application only with the token."""

    def __init__(self, app: ASGIApp, token_hash: str) -> None:
        """Guard `app`; `token_hash` is the hash of the only token that opens it."""
        self._app = app
        self._hash = token_hash.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it before its body is read."""
        if scope["type"] == "http" and scope["path"] not in OPEN_PATHS:
            headers = Headers(scope=scope)
            refusal = self._refusal(headers.get("authorization"))
            if refusal:
                await respond(refusal, headers.get("accept"))(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _refusal(self, authorization: str | None) -> HttpError | None:
        found = _BEARER.fullmatch(authorization or "")
        if found is None:
            return _unauthorized("", "トークンが要ります。", "a token is needed")
        if hmac.compare_digest(hash_of(found[1]).encode(), self._hash):
            return None
        return _unauthorized(
            ', error="invalid_token"', "トークンが違います。", "this is not the token"
        )


def _unauthorized(challenge: str, ja: str, en: str) -> HttpError:
    header = {"WWW-Authenticate": f'Bearer realm="keikaku"{challenge}'}
    return HttpError(HTTPStatus.UNAUTHORIZED, f"{ja}Authorization: Bearer <token>", en, header)
