"""A real server on a free port of this machine."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import uvicorn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import ASGIApp


@contextmanager
def live(app: ASGIApp, **options: Any) -> Iterator[tuple[str, int]]:
    """Serve `app` with uvicorn, and give the host and port."""
    # asyncio turns Nagle's delay of 40 ms off only for sockets that say that they are TCP
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, log_level="critical", lifespan="off", **options)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        while not server.started:
            time.sleep(0.01)
        host, port = listening.getsockname()
        yield host, port
        server.should_exit = True
        thread.join()
