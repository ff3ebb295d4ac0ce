"""Serves two releases to 32 clients of all habits for a while, and says what it did not hold.

Run it with `make soak`, or `python -m tests.soak --seconds 60`. Promised is: no wrong answer, no
request without a whole answer or a documented error, /healthz always quick, no growth of memory or
descriptors, no zombies, a new release taken up without loss, and an end with exit code 0 that
leaves no process behind. The exit code is 1 if any of it was broken.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
from tests.bench.made_release import put_on_shelf
from tests.process_tree import end_at_sigterm, left_behind, start, stop, tree

from keikaku.release.shelf import Shelf

from .clients import HABITS, Visitor
from .facts import Facts
from .http import Client, LostError
from .tally import Tally
from .watch import Watch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .clients import Habit

COMMAND = Path(sys.executable).parent / "keikaku"
_HOST = "127.0.0.1"
_SWITCHES = (0.3, 0.6)
_LAST_ANSWERS = 100
_ENOUGH = 0.8


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the soak; 1 if a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600, help="how long the clients go on")
    parser.add_argument("--triples", type=int, default=50_000, help="size of each release")
    parser.add_argument("--query-seconds", type=int, default=3, help="deadline of the server")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log", type=Path, help="keep the server's log in this file")
    given = parser.parse_args(arguments)
    end_at_sigterm()
    with tempfile.TemporaryDirectory(prefix="soak-") as temporary:
        return _soak(given, Path(temporary))


def _soak(given: argparse.Namespace, folder: Path) -> int:
    shelf = Shelf(folder / "releases")
    releases = [put_on_shelf(shelf, given.triples, seed) for seed in (given.seed, given.seed + 1)]
    facts = {release.id: Facts.of(release) for release in releases}
    with socket.socket() as free:
        free.bind((_HOST, 0))
        port = free.getsockname()[1]
    log = given.log or folder / "serve.log"
    settings = {
        "KEIKAKU_MAX_QUERY_SECONDS": str(given.query_seconds),
        "KEIKAKU_MAX_QUERY_MEMORY": "200000000",
    }
    command = [str(COMMAND), "serve", "--releases", str(shelf.folder), "--port", str(port)]
    server = start(command, log=log, folder=folder, environment=settings)
    tally, watch = Tally(), Watch(server.pid)
    try:
        _wait_for(port, server, log)
        asyncio.run(_run(given, port, shelf, facts, tally, watch))
        _end(server, tally, given.query_seconds)
    finally:
        stop(server)
    for said in watch.problems(given.seconds):
        tally.broken(said)
    if tally.share("good", "200") < _ENOUGH:
        tally.broken(f"only {tally.share('good', '200'):.0%} of the good queries were answered")
    sys.stdout.write("\n".join((*tally.lines(), *watch.lines())) + "\n")
    return int(bool(tally.promises))


def _wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        if server.poll() is not None:
            raise SystemExit(f"the server ended: {log.read_text(encoding='utf-8')[-1000:]}")
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"http://{_HOST}:{port}/readyz").status_code == httpx.codes.OK:
                return
        time.sleep(0.1)
    raise SystemExit("the server does not get ready")


async def _run(
    given: argparse.Namespace,
    port: int,
    shelf: Shelf,
    facts: dict[str, Facts],
    tally: Tally,
    watch: Watch,
) -> None:
    watching = [
        asyncio.create_task(watch.look()),
        asyncio.create_task(watch.ask_health(_HOST, port)),
    ]
    end = time.monotonic() + given.seconds
    visits = [
        _visit(
            habit,
            Visitor(Client(_HOST, port), random.Random(f"{given.seed}/{n}"), facts, tally, n),  # noqa: S311
            end,
        )
        for n, habit in enumerate(HABITS)
    ]
    switching = _switch(given.seconds, port, shelf, list(facts), tally)
    await asyncio.gather(switching, *visits)
    for task in watching:
        task.cancel()
    await asyncio.gather(*watching, return_exceptions=True)


async def _visit(habit: Habit, visitor: Visitor, end: float) -> None:
    """Follow a habit to the end; the last request gets its answer too."""
    while time.monotonic() < end:
        try:
            async with asyncio.timeout_at(asyncio.get_running_loop().time() + _LAST_ANSWERS):
                await habit(visitor)
        except LostError as error:
            visitor.tally.lost(habit.__name__, str(error))
            await asyncio.sleep(1)
        except OSError as error:
            visitor.tally.lost(habit.__name__, f"no connection: {error}")
            await asyncio.sleep(1)
        except TimeoutError:
            visitor.tally.lost(habit.__name__, "no end")
    await visitor.client.close()


async def _switch(
    seconds: float, port: int, shelf: Shelf, releases: list[str], tally: Tally
) -> None:
    """Make the other release the current one, by the command and by the shelf, and back."""
    began = time.monotonic()
    for part, release, by_command in zip(_SWITCHES, releases, (True, False), strict=True):
        await asyncio.sleep(max(0, began + seconds * part - time.monotonic()))
        if by_command:
            await asyncio.to_thread(_use, shelf, release)
        else:
            with shelf.writing():
                shelf.point_to(shelf.release(release))
        tally.sent("switch")
        taken = await _taken_up(port, release)
        if taken is None:
            tally.broken(f"switch: {release} is not served half a minute after it became current")
        else:
            tally.answers["switch", f"{taken:.1f} s"] += 1


def _use(shelf: Shelf, release: str) -> None:
    command = [str(COMMAND), "releases", "--releases", str(shelf.folder), "--use", release]
    subprocess.run(command, check=True, capture_output=True, env=dict(os.environ))  # noqa: S603


async def _taken_up(port: int, release: str) -> float | None:
    """Return after how many seconds the questions say that they come from a release."""
    began = time.monotonic()
    async with httpx.AsyncClient(timeout=30) as client:
        while time.monotonic() - began < 30:
            with contextlib.suppress(httpx.TransportError):
                answer = await client.get(f"http://{_HOST}:{port}/api/questions")
                if answer.is_success and answer.json()["release"] == release:
                    return time.monotonic() - began
            await asyncio.sleep(0.1)
    return None


def _end(server: subprocess.Popen[bytes], tally: Tally, query_seconds: int) -> None:
    """End the server as a system would, and see that all of it ends."""
    members = len(tree(server.pid))
    began = time.monotonic()
    server.terminate()
    try:
        code = server.wait(query_seconds + 20)
    except subprocess.TimeoutExpired:
        tally.broken(f"SIGTERM: the server goes on after {query_seconds + 20} s")
        return
    if code != 0:
        tally.broken(f"SIGTERM: exit code {code}")
    if left := left_behind(server.pid):
        tally.broken(f"SIGTERM: processes left behind: {left}")
    tally.sent("SIGTERM")
    said = f"{members} processes ended in {time.monotonic() - began:.1f} s with exit code {code}"
    tally.answers["SIGTERM", said] += 1


if __name__ == "__main__":
    sys.exit(main())
