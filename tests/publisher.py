"""The publishing API as a process of its own, with a client that has its token."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keikaku.settings import Settings

TOKEN = "a-token-for-tests-only"  # noqa: S105
AUTHORIZATION = {"Authorization": f"Bearer {TOKEN}"}

_PROGRAM = """
import sys
from pathlib import Path
import uvicorn
from keikaku.publish_api.app import publish_app
from keikaku.publish_api.token import hash_of
from keikaku.settings import Settings
plans, releases, most, port, token, wait = sys.argv[1:]
settings = Settings(plans=Path(plans), releases=Path(releases), max_document_bytes=int(most),
                    pyshacl_plans=0, publish_token_hash=hash_of(token))
uvicorn.run(publish_app(settings, float(wait)), port=int(port), log_level="warning")
"""


@dataclass(frozen=True)
class Publisher:
    """A running publishing API: its address, and the process whose session it and its own are."""

    address: str
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """End it and every process that it started, at once and without a word."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def client(self) -> httpx.Client:
        """Return a client that has the token."""
        return httpx.Client(base_url=self.address, headers=AUTHORIZATION, timeout=120)


def start(settings: Settings, wait: float = 60) -> Publisher:
    """Start the service and wait until it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = (settings.plans, settings.releases, settings.max_document_bytes, port, TOKEN, wait)
    process = subprocess.Popen(  # noqa: S603  (our own program)
        [sys.executable, "-c", _PROGRAM, *map(str, arguments)], start_new_session=True
    )
    publisher = Publisher(f"http://127.0.0.1:{port}", process)
    for _ in range(600):
        assert process.poll() is None, "the publishing API ended"
        with suppress(httpx.TransportError):
            if httpx.get(f"{publisher.address}/healthz").status_code == httpx.codes.OK:
                return publisher
        time.sleep(0.05)
    publisher.kill()
    raise AssertionError("the publishing API does not answer")


@contextmanager
def publishing(settings: Settings, wait: float = 60) -> Iterator[httpx.Client]:
    """Give a client of a running publishing API."""
    publisher = start(settings, wait)
    try:
        with publisher.client() as client:
            yield client
    finally:
        publisher.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            publisher.process.wait(10)
        publisher.kill()
