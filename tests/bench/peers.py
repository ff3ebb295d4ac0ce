"""keikaku beside other SPARQL servers: the same queries, the same data, one machine, one run.

Run it with `make peers`, or `python -m tests.bench.peers --triples 100000 --seconds 2 --rounds 1`
for a short one. Each round measures every system at every load, system after system, so that what
else the machine does meets all of them; figures are medians of the rounds. What cannot be measured
is listed as missing, with the reason.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import statistics
import sys
import tempfile
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
from tests.process_tree import end_at_sigterm

from keikaku.release.shelf import Shelf

from .engines import (
    BASELINE,
    DEADLINE,
    JSON,
    Engine,
    MissingError,
    Running,
    keikaku,
    oxigraph,
    rdflib_endpoint,
    running,
    virtuoso,
)
from .load import Heavy, Loop, beside_heavy, closed_loop
from .made_release import put_on_shelf
from .report import markdown
from .workload import Workload, paths

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .workload import Queries

MAKERS = {
    "oxigraph": oxigraph,
    f"oxigraph --timeout-s {DEADLINE}": partial(oxigraph, timeout=DEADLINE),
    "rdflib-endpoint": rdflib_endpoint,
    "virtuoso": virtuoso,
    "keikaku": keikaku,
}
_LOADS = (
    ("question", 1, "distinct"),
    ("question", 16, "distinct"),
    ("item", 1, "distinct"),
    ("item", 16, "distinct"),
    ("counts", 1, "distinct"),
    ("counts", 16, "distinct"),
    ("question", 16, "repeated"),
    ("item", 16, "repeated"),
    ("counts", 16, "repeated"),
)
_MOST_A_SECOND = {"question": 6000, "item": 6000, "counts": 3000}
"""So many distinct queries are made for each second; more than any system answers."""
_CHECKED = {"question": 40, "item": 20, "counts": 2}
_FIRST_CHECKED = 50_000_000


@dataclass(slots=True)
class Comparison:
    """All that was found: systems, figures by load and system, differences, what is missing."""

    size: dict[str, int]
    options: dict[str, Any]
    systems: dict[str, str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    figures: dict[str, dict[str, list[Loop]]] = field(default_factory=dict)
    heavy: dict[str, Heavy] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)

    def add(self, load: str, system: str, loop: Loop) -> None:
        """Keep the figures of one loop."""
        self.figures.setdefault(load, {}).setdefault(system, []).append(loop)
        _say(
            f"{load:32} {system:24} {loop.rate:9.1f}/s  p50 {_ms(loop.median)}  p99 {_ms(loop.p99)}"
            f"  cpu {_ms(loop.cpu)}  refused {loop.refused} lost {loop.lost} late {loop.late}"
            f"{'  QUERIES RAN OUT' if loop.repeats else ''}"
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, and write what was found; 1 if a system answers wrong or keikaku is missing."""
    given = _given(arguments)
    end_at_sigterm()
    with tempfile.TemporaryDirectory(prefix="peers-") as temporary:
        found = compare(given, Path(temporary))
    text = markdown(found)
    sys.stdout.write(text)
    if given.markdown:
        given.markdown.write_text(text, encoding="utf-8")
    if given.json:
        given.json.write_text(json.dumps(_plain(found), ensure_ascii=False, indent=1) + "\n")
    return int(bool(found.differences) or "keikaku" in found.missing)


def _given(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.peers", description=__doc__)
    parser.add_argument("--triples", type=int, default=1_000_000, help="size of the data")
    parser.add_argument("--seconds", type=int, default=10, help="length of each closed loop")
    parser.add_argument("--rounds", type=int, default=3, help="how often each loop is repeated")
    parser.add_argument("--heavy-seconds", type=int, default=40, help="length of the loop beside")
    parser.add_argument("--heavy", type=int, default=64, help="heavy queries at a time")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", choices=tuple(MAKERS), help="these systems only")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--markdown", type=Path, help="write the tables to this file")
    return parser.parse_args(arguments)


def compare(given: argparse.Namespace, folder: Path) -> Comparison:
    """Make the data, and measure every system that is to be measured."""
    shelf = Shelf(folder / "releases")
    release = put_on_shelf(shelf, given.triples, given.seed)
    plans = len(release.manifest["plans"])
    size = {"triples": release.manifest["triples"], "plans": plans}
    _say(f"{size['triples']:,} triples in {plans} plans")
    options = {name: getattr(given, name) for name in ("seconds", "rounds", "heavy", "seed")}
    found = Comparison(size, options | {"heavy_seconds": given.heavy_seconds})
    engines = []
    for name in given.only or MAKERS:
        try:
            engines.append(MAKERS[name](shelf, release, folder))
        except MissingError as error:
            _miss(found, name, error)
    work = Workload(plans, given.seed)
    _measure_calm(found, engines, work, given, folder)
    for engine in engines:
        if engine.name not in found.missing:
            _measure_beside_heavy(found, engine, work, given, folder)
    return found


def _measure_calm(
    found: Comparison,
    engines: Sequence[Engine],
    work: Workload,
    given: argparse.Namespace,
    folder: Path,
) -> None:
    with contextlib.ExitStack() as stack:
        systems = []
        for engine in engines:
            try:
                systems.append(stack.enter_context(running(engine)))
                found.systems[engine.name] = engine.version
            except MissingError as error:
                _miss(found, engine.name, error)
        kinds = work.kinds()
        found.differences = _differences(systems, kinds)
        first = 0
        for turn in range(given.rounds):
            for kind, clients, manner in _LOADS:
                count = _MOST_A_SECOND[kind] * given.seconds if manner == "distinct" else 1
                for system in systems[turn % len(systems) :] + systems[: turn % len(systems)]:
                    requests = list(paths(_path(system), kinds[kind], first, count))
                    system.settle()
                    loop = closed_loop(
                        system, requests, folder, clients=clients, seconds=given.seconds
                    )
                    found.add(f"{kind}, {manner}, {clients}", system.name, loop)
                first += count


def _measure_beside_heavy(
    found: Comparison, engine: Engine, work: Workload, given: argparse.Namespace, folder: Path
) -> None:
    """Measure light queries beside heavy ones, with a server that is started for it."""
    try:
        with running(engine) as system:
            count = _MOST_A_SECOND["question"] * given.heavy_seconds
            queries = work.kinds()["question"]
            requests = list(paths(_path(system), queries, 2 * _FIRST_CHECKED, count))
            loop, told = beside_heavy(
                system, requests, folder, connections=given.heavy, seconds=given.heavy_seconds
            )
    except MissingError as error:
        _miss(found, f"{engine.name} beside heavy queries", error)
        return
    found.heavy[engine.name] = told
    found.add(f"question, beside {given.heavy} heavy, 1", engine.name, loop)
    _say(f"  heavy: {told.sent} sent, answers {dict(told.statuses)}")


def _differences(systems: Sequence[Running], kinds: dict[str, Queries]) -> list[str]:
    """Ask every system the same queries; say where one gives another number of rows."""
    differences = []
    for kind, queries in kinds.items():
        for number in range(_FIRST_CHECKED, _FIRST_CHECKED + _CHECKED[kind]):
            rows = {system.name: _rows(system, queries(number)) for system in systems}
            if len(set(rows.values())) > 1:
                differences.append(f"{kind} {number - _FIRST_CHECKED}: {rows}")
    _say(f"the same answers: {'yes' if not differences else differences[:5]}")
    return differences


def _rows(system: Running, query: str) -> int | str:
    try:
        answer = httpx.get(
            system.url, params={"query": query}, headers={"Accept": JSON}, timeout=60
        )
    except httpx.TransportError as error:
        return type(error).__name__
    if answer.status_code != httpx.codes.OK:
        return f"status {answer.status_code}"
    return len(answer.json()["results"]["bindings"])


def _path(system: Running) -> str:
    return system.engine.path


def _miss(found: Comparison, name: str, error: MissingError) -> None:
    found.missing[name] = str(error)
    _say(f"MISSING {name}: {error}")


def _plain(found: Comparison) -> dict[str, Any]:
    """Return what was found as JSON has it, with the medians of the rounds."""
    figures = {
        load: {
            system: {
                "rate": statistics.median(loop.rate for loop in loops),
                "rounds": [asdict(loop) for loop in loops],
            }
            for system, loops in systems.items()
        }
        for load, systems in found.figures.items()
    }
    heavy = {
        name: {"sent": told.sent, "answers": dict(told.statuses)}
        for name, told in found.heavy.items()
    }
    kept = ("size", "options", "systems", "missing", "differences")
    return {
        "baseline": BASELINE,
        **{name: getattr(found, name) for name in kept},
        "figures": figures,
        "heavy": heavy,
    }


def _ms(value: float | None) -> str:
    return "    none" if value is None else f"{value:8.2f}"


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
