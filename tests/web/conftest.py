"""A client that calls an application in this process.

starlette.testclient warns when it finds httpx instead of httpx2, and warnings are errors here;
httpx itself brings all that is needed.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import anyio
import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp


class Client:
    """`httpx.Client` without waiting; redirects are not followed, server errors are answers."""

    def __init__(self, app: ASGIApp) -> None:
        """Call `app`."""
        self._transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        for method in ("get", "head", "options", "post", "put", "patch", "delete"):
            setattr(self, method, partial(self.request, method.upper()))

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send one request, as `httpx.request` does."""

        async def send() -> httpx.Response:
            async with httpx.AsyncClient(
                transport=self._transport, base_url="http://testserver"
            ) as client:
                return await client.request(method, path, **options)

        return anyio.run(send)


@pytest.fixture
def client_of() -> Callable[[ASGIApp], Client]:
    """Return what makes a client of an application."""
    return Client
