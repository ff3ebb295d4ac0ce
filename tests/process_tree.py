"""A started process and all that it starts: its processor time, memory, descriptors, zombies.

Everything is read from /proc. A process belongs to the tree if its parents lead to the root, or if
it is in the root's session: so one whose parent has died is still found.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_TICK = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class _Process:
    """One line of /proc/<pid>/stat: what is needed of it."""

    pid: int
    state: str
    parent: int
    session: int
    ticks: int
    pages: int


def start(
    command: Sequence[str], *, log: Path, folder: Path, environment: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start a command in a session of its own; what it says goes to the end of `log`."""
    with log.open("ab") as out:
        return subprocess.Popen(  # noqa: S603 - the commands are the tests' own
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
        )


def end_at_sigterm() -> None:
    """Let SIGTERM end this program as an exception does, so that what it started is stopped."""
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))


def stop(process: subprocess.Popen[bytes], seconds: float = 15) -> int:
    """End a process by SIGTERM, after `seconds` its whole tree by SIGKILL; return its exit code."""
    process.terminate()
    try:
        code = process.wait(seconds)
    except subprocess.TimeoutExpired:
        code = -signal.SIGKILL
    for member in tree(process.pid):
        _kill(member.pid)
    process.wait(seconds)
    return code


def tree(root: int) -> list[_Process]:
    """Return the processes of the tree, the root among them while it lives."""
    everyone = _everyone()
    inside = {root}
    found: list[_Process] = []
    for process in sorted(everyone, key=lambda one: one.pid):
        if process.pid in inside or process.session == root or process.parent in inside:
            inside.add(process.pid)
            found.append(process)
    rest = [one for one in everyone if one not in found]
    while more := [one for one in rest if one.parent in inside]:  # pids that wrapped around
        inside.update(one.pid for one in more)
        found += more
        rest = [one for one in rest if one not in more]
    return found


def cpu_seconds(root: int) -> float:
    """Return the processor time used so far, that of children waited for included."""
    return sum(one.ticks for one in tree(root)) / _TICK


def memory_bytes(root: int) -> int:
    """Return the resident memory of the tree; pages that processes share count for each."""
    return sum(one.pages for one in tree(root)) * _PAGE


def proportional_bytes(root: int) -> int:
    """Return the resident memory of the tree; a page that processes share counts once."""
    return sum(_proportional(one.pid) for one in tree(root))


def descriptors(root: int) -> int:
    """Return the number of open descriptors of the tree."""
    return sum(_descriptors(one.pid) for one in tree(root))


def zombies(root: int) -> set[int]:
    """Return the processes of the tree that have ended, and wait for their parent to notice."""
    return {one.pid for one in tree(root) if one.state == "Z"}


def left_behind(root: int, seconds: float = 5) -> list[int]:
    """Return the processes that outlive the root by more than `seconds`."""
    end = time.monotonic() + seconds
    while (found := [one.pid for one in tree(root) if one.state != "Z"]) and time.monotonic() < end:
        time.sleep(0.1)
    return found


def _everyone() -> list[_Process]:
    pids = (int(name) for name in os.listdir("/proc") if name.isdecimal())  # noqa: PTH208 - fast
    return [found for pid in pids if (found := _read(pid))]


def _read(pid: int) -> _Process | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    said = text.rpartition(")")[2].split()
    state, parent, session = said[0], int(said[1]), int(said[3])
    return _Process(pid, state, parent, session, sum(map(int, said[11:15])), int(said[21]))


def _proportional(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8")
    except OSError:
        return 0
    found = (line.split()[1] for line in text.splitlines() if line.startswith("Pss:"))
    return int(next(found, "0")) * 1024


def _descriptors(pid: int) -> int:
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208 - fast
    except OSError:
        return 0


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
