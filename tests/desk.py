"""A release built by the command, and a server that serves it, each in a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMAND = Path(sys.executable).parent / "keikaku"


@dataclass(frozen=True)
class Desk:
    """A working folder with a release in it, from which commands are run."""

    folder: Path

    def run(
        self, *arguments: str, stdin: str | None = None, code: int = 0
    ) -> subprocess.CompletedProcess[str]:
        """Run a command of keikaku; it must end with `code`."""
        done = subprocess.run(  # noqa: S603  (our own command)
            [str(COMMAND), *arguments],
            cwd=self.folder,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            env=_environment(),
        )
        assert done.returncode == code, done.stdout[-2000:] + done.stderr[-2000:]
        return done


def _environment() -> dict[str, str]:
    """What commands are run in: no settings but the judgement that takes less time."""
    own = {key: value for key, value in os.environ.items() if "KEIKAKU" not in key}
    return own | {"KEIKAKU_PYSHACL_PLANS": "0"}


@contextmanager
def served(desk: Desk, *arguments: str) -> Iterator[str]:
    """Serve the desk's release, or what the arguments say, and give the address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(  # noqa: S603  (our own command)
        [str(COMMAND), "serve", "--port", str(port), *arguments],
        cwd=desk.folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert process.poll() is None, "the server ended"
        try:
            if httpx.get(f"{address}/readyz").status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail("the server does not answer")
