"""What a comparison found, as Markdown tables for README."""

from __future__ import annotations

import os
import platform
import statistics
from pathlib import Path
from typing import TYPE_CHECKING

from .engines import BASELINE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .load import Loop
    from .peers import Comparison


def markdown(found: Comparison) -> str:
    """Return two tables, rates with their ratios and latencies, with what they were measured on."""
    systems = list(found.systems)
    parts = [
        _circumstances(found),
        _table(found, "requests/s (× oxigraph)", systems, _rates),
        _table(found, "median / p99 ms, CPU ms a request", systems, _times),
        _remarks(found),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _circumstances(found: Comparison) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in found.systems.items())
    size, options = found.size, found.options
    return (
        f"{size['triples']:,} triples ({size['plans']} made-up plans), {_machine()}; wrk, "
        f"{options['rounds']} rounds of {options['seconds']} s each, medians. {versions}."
    )


def _machine() -> str:
    info = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    models = [line.split(":")[1].strip() for line in info.splitlines() if "model name" in line]
    model = models[0] if models else platform.machine()
    return f"{os.cpu_count()} cores ({model}), Linux {platform.release()}"


def _table(
    found: Comparison,
    title: str,
    systems: Sequence[str],
    cell: Callable[[Sequence[Loop], Sequence[Loop]], str],
) -> str:
    rows = [
        f"| {title} | " + " | ".join(systems) + " |",
        "| --- |" + " ---: |" * len(systems),
    ]
    for load, measured in found.figures.items():
        cells = (cell(measured.get(name, ()), measured.get(BASELINE, ())) for name in systems)
        rows.append(f"| {_said(load)} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def _said(load: str) -> str:
    kind, manner, clients = load.split(", ")
    return f"{kind}, {manner}, {clients} client{'s' if clients != '1' else ''}"


def _rates(loops: Sequence[Loop], base: Sequence[Loop]) -> str:
    if not loops:
        return "missing"
    rate = _median([loop.rate for loop in loops])
    usual = _median([loop.rate for loop in base]) if base else 0
    ratio = f" ({rate / usual:.2f})" if usual else ""
    return f"{rate:,.1f}{ratio}{_errors(loops)}"


def _times(loops: Sequence[Loop], _: Sequence[Loop]) -> str:
    answered = [loop for loop in loops if loop.median is not None]
    if not answered:
        return "none answered" if loops else "missing"
    medians = [_median([getattr(loop, name) for loop in answered]) for name in ("median", "p99")]
    cpu = _median([loop.cpu or 0 for loop in answered])
    return f"{medians[0]:,.1f} / {medians[1]:,.1f}, {cpu:,.2f}"


def _errors(loops: Sequence[Loop]) -> str:
    names = ("refused", "lost", "late")
    counts = {name: sum(getattr(loop, name) for loop in loops) for name in names}
    told = [f"{count} {name}" for name, count in counts.items() if count]
    if any(loop.repeats for loop in loops):
        told.append("queries repeated")
    return f" [{', '.join(told)}]" if told else ""


def _remarks(found: Comparison) -> str:
    lines = [f"- missing: {name}: {reason}" for name, reason in found.missing.items()]
    lines += [f"- another number of rows: {said}" for said in found.differences[:10]]
    for name, told in found.heavy.items():
        answers = ", ".join(f"{count} × {status}" for status, count in told.statuses.items())
        lines.append(f"- heavy queries at {name}: {told.sent} sent, answered {answers or 'none'}")
    return "\n".join(lines)


def _median(values: Sequence[float]) -> float:
    return statistics.median(values)
