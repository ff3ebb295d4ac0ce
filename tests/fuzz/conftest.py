"""A server over a small made-up release, and how much is tried."""

from __future__ import annotations

import os
import socket
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from hypothesis import HealthCheck, settings

from bench.made_release import put_on_shelf
from keikaku.release.shelf import Shelf
from process_tree import start, stop

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMMAND = Path(sys.executable).parent / "keikaku"
_SHARED = {
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
    "print_blob": True,
}
settings.register_profile(
    "fuzz-small", max_examples=100, derandomize=True, database=None, **_SHARED
)
settings.register_profile(
    "fuzz-large", max_examples=int(os.environ.get("FUZZ_EXAMPLES", "2000")), **_SHARED
)


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """The address and port of a server whose queries may take two seconds."""
    folder = tmp_path_factory.mktemp("fuzz")
    shelf = Shelf(folder / "releases")
    put_on_shelf(shelf, 50_000)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = start(
        [str(_COMMAND), "serve", "--releases", str(shelf.folder), "--port", str(port)],
        log=folder / "serve.log",
        folder=folder,
        environment={"KEIKAKU_MAX_QUERY_SECONDS": "2"},
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/readyz")
        yield "127.0.0.1", port
        assert server.poll() is None, (folder / "serve.log").read_text(encoding="utf-8")[-2000:]
    finally:
        stop(server)


def _wait_for(address: str) -> None:
    for _ in range(300):
        try:
            if httpx.get(address).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    pytest.fail("the server does not answer")
