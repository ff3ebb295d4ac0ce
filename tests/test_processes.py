"""Work divided among processes: none waits for ever, none is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from keikaku.errors import KeikakuError
from keikaku.processes import divided


@pytest.fixture(autouse=True)
def _two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)


def test_a_process_that_is_killed_is_an_error_and_no_waiting_for_ever() -> None:
    with pytest.raises(KeikakuError, match="a process was ended"):
        list(divided(_die, "shared", [1, 2, 3]))


def _die(shared: str, part: int) -> str:
    os.kill(os.getpid(), signal.SIGKILL)
    return f"{shared} {part}"


def test_what_is_divided_comes_in_the_order_of_its_parts() -> None:
    assert list(divided(_after, "a", [3, 1, 2])) == ["a3", "a1", "a2"]


def _after(shared: str, part: int) -> str:
    time.sleep(part / 10)
    return f"{shared}{part}"


_WAITING = """
import os, time
from keikaku.processes import divided

def wait(shared, part):
    os.write(1, b"%d\\n" % os.getpid())
    time.sleep(600)

os.cpu_count = lambda: 2
list(divided(wait, None, [1, 2]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends forks with their parent")
def test_whoever_is_killed_leaves_no_process_behind() -> None:
    command = [sys.executable, "-c", _WAITING]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:  # noqa: S603
        assert parent.stdout is not None
        forked = {int(parent.stdout.readline()) for _ in range(2)}
        assert parent.pid not in forked
        parent.kill()
        parent.wait()
        for _ in range(100):
            if not any(_runs(process) for process in forked):
                return
            time.sleep(0.1)
    pytest.fail("forks outlived the process that was killed")


def _runs(process: int) -> bool:
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"
