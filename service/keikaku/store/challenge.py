"""Credentials as the server asks for them: Basic or Digest, and none where it asks for none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Generator


class ChallengedAuth(httpx.Auth):
    """Answers a 401 in the way that it names, and from then on speaks first to that server.

    An address that asks for nothing (such as Virtuoso's /sparql beside its /sparql-auth) is told
    nothing, so that public queries run with public rights.
    """

    def __init__(self, user: str, password: str) -> None:
        """Keep the credentials."""
        self._user = user
        self._password = password
        self._schemes: dict[str, httpx.BasicAuth | httpx.DigestAuth] = {}

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send a request, again with credentials where the first answer asks for them."""
        place = f"{request.url.netloc.decode()}{request.url.path}"
        known = self._schemes.get(place)
        if known is not None:
            yield from known.auth_flow(request)
            return
        response = yield request
        scheme = self._asked_for(response)
        if scheme is None:
            return
        self._schemes[place] = scheme
        flow = scheme.auth_flow(request)
        again = next(flow)
        yield flow.send(response) if isinstance(scheme, httpx.DigestAuth) else again

    def _asked_for(self, response: httpx.Response) -> httpx.BasicAuth | httpx.DigestAuth | None:
        if response.status_code != httpx.codes.UNAUTHORIZED or not self._user:
            return None
        asked = {
            header.split(" ", 1)[0].lower()
            for header in response.headers.get_list("www-authenticate")
        }
        if "digest" in asked:
            return httpx.DigestAuth(self._user, self._password)
        return httpx.BasicAuth(self._user, self._password) if "basic" in asked else None
