"""Measures how keikaku grows with the number of plans: building, building again, answering.

Run it with `make scale`, or `make scale SIZES='10 100' FOLDER=/tmp/scale`. Each size has a folder
with its plans, its releases and `figures.json`. A step that was measured is not measured again, and
a build that was ended goes on where it was, so that a long run can be made in pieces.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .scale_steps import STEPS, peaks

if TYPE_CHECKING:
    from collections.abc import Sequence

    Figures = dict[str, Any]

SIZES = (10, 100, 1_000, 3_000)
_FIGURES = "figures.json"
_MB = 1_000_000
_SLOW = 1.0


def measured(folder: Path, size: int, steps: Sequence[str] = tuple(STEPS)) -> Figures:
    """Return the figures of one size, measuring what is not measured yet."""
    place = folder / str(size)
    place.mkdir(parents=True, exist_ok=True)
    file = place / _FIGURES
    figures: Figures = json.loads(file.read_text()) if file.is_file() else {"plans": size}
    for step in steps:
        if step in figures.get("steps", {}):
            continue
        sys.stderr.write(f"… {size} plans: {step}\n")
        command = [sys.executable, "-m", __spec__.name, "--step", step, "--sizes", str(size)]
        subprocess.run([*command, "--folder", str(folder)], check=True)  # noqa: S603
        done = json.loads((place / f"{step}.json").read_text())
        figures.setdefault("steps", {})[step] = done
        file.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n")
    return figures


def table(found: Sequence[Figures]) -> str:
    """Return the figures as Markdown: a column for each size."""
    lines = [
        f"{platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}",
        "",
        "| | " + " | ".join(f"{one['plans']:,} plans" for one in found) + " |",
        "|---|" + "---:|" * len(found),
    ]
    for title, say in _ROWS.items():
        lines.append(f"| {title} | " + " | ".join(say(one["steps"]) for one in found) + " |")
    names = list(found[-1]["steps"]["questions"]["asked"])
    lines += ["", "| ms, p50 / p95 (rows) | " + " | ".join(str(one["plans"]) for one in found)]
    lines[-1] += " |"
    lines.append("|---|" + "---:|" * len(found))
    for name in names:
        cells = (_asked(one["steps"]["questions"]["asked"].get(name, {})) for one in found)
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _asked(said: Figures) -> str:
    if "p50" not in said:
        return str(said.get("rows", ""))
    return f"{said['p50'] * 1000:,.0f} / {said['p95'] * 1000:,.0f} ({said['rows']:,})"


def _seconds(step: str, name: str) -> Any:
    return lambda steps: f"{steps[step][name]:,.1f}"


def _memory(step: str, who: str) -> Any:
    return lambda steps: f"{steps[step]['peaks'][who] / _MB:,.0f}"


def _disk(name: str) -> Any:
    return lambda steps: f"{steps['sizes'][name] / _MB:,.1f}"


def _file(name: str) -> Any:
    return lambda steps: f"{steps['sizes']['files'].get(name, 0) / _MB:,.1f}"


_ROWS: dict[str, Any] = {
    "triples (million)": lambda steps: f"{steps['build']['triples'] / _MB:,.2f}",
    "items": lambda steps: f"{steps['build']['items']:,}",
    "build, wall s": _seconds("build", "wall"),
    "build, CPU s": _seconds("build", "cpu"),
    "of it the store, wall s": lambda steps: f"{_store_seconds(steps):,.1f}",
    "build again, nothing changed, s": _seconds("again", "wall"),
    "build again, one plan changed, s": _seconds("changed", "wall"),
    "largest memory, main process, MB": _memory("build", "main"),
    "largest memory, any worker, MB": _memory("build", "worker"),
    "N-Quads, compressed, MB": _file("keikaku.nq.gz"),
    "store, MB": _disk("store"),
    "index of items, MB": _file("items.sqlite"),
    "index of names, MB": _file("names.sqlite"),
    "counts, MB": _file("counts.zip"),
    "tables (CSV), MB": _disk("tables"),
    "the whole release, MB": _disk("release"),
    "plans kept ready, MB": _disk("prepared"),
    "open, s": lambda steps: f"{sum(steps['questions']['open'].values()):,.2f}",
    "memory of a process that answers, MB": _memory("questions", "main"),
}


def _store_seconds(steps: Figures) -> float:
    """Return the time of the last stage, which begins when the store is told of."""
    told = sum(steps["build"]["stages"].values())
    return float(steps["build"]["wall"] - told) if not steps["build"]["resumed"] else 0.0


def main() -> None:
    """Measure, or do the one step that is asked for."""
    parser = argparse.ArgumentParser(description="How keikaku grows with the number of plans.")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--folder", type=Path, default=Path("/tmp/keikaku-scale"))  # noqa: S108
    parser.add_argument("--step", choices=STEPS)
    given = parser.parse_args()
    if given.step:
        [size] = given.sizes
        place = given.folder / str(size)
        figures = STEPS[given.step](place, size)
        figures["peaks"] = peaks()
        (place / f"{given.step}.json").write_text(json.dumps(figures, ensure_ascii=False))
        return
    found = []
    for size in given.sizes:
        found.append(measured(given.folder, size))
        (given.folder / "table.md").write_text(table(found), encoding="utf-8")
    sys.stdout.write(table(found))


if __name__ == "__main__":
    main()
