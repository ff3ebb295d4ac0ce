"""The server: uvicorn, set up for the open internet."""

from __future__ import annotations

import logging
import signal
import socket
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import uvicorn

from keikaku.errors import SettingsError
from keikaku.web.operation.connection import Connection
from keikaku.web.operation.logs import configure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import ASGIApp

    from keikaku.settings import Settings

KEEP_ALIVE_SECONDS = 20
"""How long an idle connection stays; a proxy keeps its own for less, or it meets a closed one."""

GRACE_SECONDS = 5
"""How much longer than a query a request may take to end after SIGTERM."""

BACKLOG = 2048
"""How many connections may wait to be accepted."""

_log = logging.getLogger(__name__)


def run(app: ASGIApp, settings: Settings, *, port: int | None = None) -> None:
    """Serve `app` until SIGTERM or SIGINT; requests under way are finished first.

    `port` is the setting's unless another is given. Raises SettingsError where it cannot be served.
    """
    configure(settings)
    port = settings.port if port is None else port
    _check(settings.host, port)
    server = uvicorn.Server(_config(app, settings, port))
    said = {"host": settings.host, "port": port}
    _log.info("starting", extra={"fields": said})
    try:
        with _stopping(server), suppress(KeyboardInterrupt):
            server.run()
    except SystemExit as error:  # uvicorn has logged why
        raise SettingsError(
            f"{settings.host}:{port} で公開できませんでした。",
            f"it cannot be served at {settings.host}:{port}",
        ) from error
    _log.info("stopped", extra={"fields": said})


def _config(app: ASGIApp, settings: Settings, port: int) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=settings.host,
        port=port,
        http=Connection,
        ws="none",
        interface="asgi3",
        lifespan="on",  # what follows new releases must not end without a word
        log_config=None,  # ours is in force
        access_log=False,
        proxy_headers=False,  # Observed believes the proxies that are set, and no other
        server_header=False,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=settings.max_query_seconds + GRACE_SECONDS,
    )


def _check(host: str, port: int) -> None:
    """See whether the address can be listened on; uvicorn then binds a socket of its own.

    It has to: on a socket that was handed to it, Nagle's algorithm would stay on.
    """
    try:
        for family, kind, protocol, _, address in socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        ):
            with socket.socket(family, kind, protocol) as tried:
                tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    tried.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                tried.bind(address)
    except OSError as error:
        raise SettingsError(
            f"{host}:{port} で待ち受けられません（{error.strerror}）。",
            f"it cannot be served at {host}:{port}: {error.strerror}",
        ) from error


@contextmanager
def _stopping(server: uvicorn.Server) -> Iterator[None]:
    """Let SIGTERM stop the server, not the process: uvicorn raises the signal again at its end."""
    before = signal.signal(signal.SIGTERM, server.handle_exit)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
