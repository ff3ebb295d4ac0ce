"""Checks a wide register, of which most columns are ignored, beside one of what it says alone."""

from __future__ import annotations

import os
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from desk import COMMAND
from process_tree import proportional_bytes, start
from wide_register import WideRegister

_MB = 1_000_000
_ROWS = 400
_CHECKED = {
    "400 rows × 200 columns, 190 ignored, CSV": (WideRegister(_ROWS, 2, 190), "csv"),
    "the same as XLSX": (WideRegister(_ROWS, 2, 190), "xlsx"),
    "the ten columns alone, CSV": (WideRegister(_ROWS, 2), "csv"),
    "407 rows × 12 columns, none ignored, CSV": (WideRegister(407, 4), "csv"),
}


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command took: seconds, and bytes of its largest process and of all at one time.

    Pages that several processes share count once in the latter.
    """

    wall: float
    cpu: float
    largest: int
    together: int


def table_of_wide_registers() -> str:
    """Return what `keikaku check` of each register takes, as Markdown."""
    lines = [
        "",
        "| check of a wide register | wall s | CPU s | largest process MB | all processes MB |",
        "|---|---:|---:|---:|---:|",
    ]
    with tempfile.TemporaryDirectory() as name:
        for number, (title, (register, suffix)) in enumerate(_CHECKED.items()):
            place = Path(name) / str(number)
            register.write(place / "plan", suffix)
            cost = _cost(["check", "plan"], place)
            sizes = " | ".join(f"{size / _MB:.0f}" for size in (cost.largest, cost.together))
            lines.append(f"| {title} | {cost.wall:.1f} | {cost.cpu:.1f} | {sizes} |")
    return "\n".join(lines) + "\n"


def _cost(arguments: list[str], folder: Path) -> Cost:
    """Return what a command of keikaku costs; raises RuntimeError where it does not succeed."""
    begun = time.perf_counter()
    log = folder / "log"
    process = start([str(COMMAND), *arguments], log=log, folder=folder)
    together, ended = [0], threading.Event()

    def watch() -> None:
        while not ended.wait(0.2):
            together.append(proportional_bytes(process.pid))

    watching = threading.Thread(target=watch)
    watching.start()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    ended.set()
    watching.join()
    if process.returncode:
        raise RuntimeError(log.read_text(encoding="utf-8"))
    wall = time.perf_counter() - begun
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024, max(together))
