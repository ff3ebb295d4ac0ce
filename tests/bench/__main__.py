"""Times the build of the Yamaguchi plan stage by stage, and its questions beside rdflib.

Run it with `make bench`. Every figure is the median of several runs, CPU time beside wall time.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench.pages import table_of_pages
from tests.bench.wide import table_of_wide_registers

from keikaku.answers.catalogue import Catalogue
from keikaku.answers.describe import describe
from keikaku.assets import shipped
from keikaku.build import PlanGraphs, build, graphs_of, read_source
from keikaku.checks.findings import report_of
from keikaku.checks.roundtrip import RoundTrip
from keikaku.checks.validate import as_graph, judge
from keikaku.graph.dataset import shapes, shapes_by_file, vocabulary
from keikaku.graph.infer import infer
from keikaku.graph.lift import lift
from keikaku.names import PREFIXES
from keikaku.release.dumps import FORMATS, canonical, dump
from keikaku.release.tabular import as_xlsx, tables
from keikaku.settings import Settings
from keikaku.standing import UNOFFICIAL
from keikaku.store.embedded import EmbeddedStore, load

if TYPE_CHECKING:
    from collections.abc import Callable

STAGE_RUNS = 3
QUESTION_RUNS = 200
FOLDER = shipped("plans") / "352039-kyodo"


def cpu_seconds() -> float:
    """Return the CPU time used so far by this process and by those it waited for."""
    used = os.times()
    return time.process_time() + used.children_user + used.children_system


def timed(run: Callable[[], Any], runs: int) -> tuple[Any, float, float]:
    """Return the last result and the median wall and CPU seconds."""
    walls, cpus = [], []
    result = None
    for _ in range(runs):
        wall, cpu = time.perf_counter(), cpu_seconds()
        result = run()
        walls.append(time.perf_counter() - wall)
        cpus.append(cpu_seconds() - cpu)
    return result, statistics.median(walls), statistics.median(cpus)


def row(name: str, wall: float, cpu: float, unit: float = 1.0) -> None:
    sys.stdout.write(f"| {name} | {wall * unit:.3f} | {cpu * unit:.3f} |\n")
    sys.stdout.flush()


def head(title: str, unit: str) -> None:
    sys.stdout.write(f"\n| {title} | wall {unit} | CPU {unit} |\n|---|---:|---:|\n")


def stages() -> PlanGraphs:
    head("stage", "s")
    settings = Settings()

    def stage(name: str, run: Callable[[], Any], runs: int = STAGE_RUNS) -> Any:
        result, wall, cpu = timed(run, runs)
        row(name, wall, cpu)
        return result

    source = stage("read the document into records", lambda: read_source(FOLDER, settings))
    graphs = graphs_of(source, settings.base)
    stated = stage(
        "lift into stated graphs",
        lambda: lift(source.plan, source.document, source.files, settings.base),
    )
    stage("infer by rules", lambda: infer(stated, vocabulary(), graphs.names))
    quads, shape_quads = graphs.quads | vocabulary(), shapes()
    plan = graphs.names.plan
    judgement = stage("judge by shapes (pySHACL)", lambda: judge(plan, quads, shapes_by_file()))
    stage("report", lambda: report_of(plan, quads | shape_quads, judgement))
    stage("round trip", lambda: RoundTrip(quads, source.profile).differences())
    for kind in FORMATS:
        stage(f"dump {kind}", lambda kind=kind: dump(quads, kind))
    made = stage("tables", lambda: tables(quads))
    stage("spreadsheet", lambda: as_xlsx(made, UNOFFICIAL))
    nquads = canonical(quads)

    def load_one() -> None:
        with tempfile.TemporaryDirectory() as folder:
            load(Path(folder) / "store", nquads)

    stage("load the store", load_one)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(releases=Path(folder))
        stage("the whole build, document to release", lambda: build(settings), runs=1)
    return graphs


def questions(graphs: PlanGraphs) -> None:
    quads = graphs.quads | vocabulary() | shapes()
    question = Catalogue.load().question("items-by-party-year").query
    item = graphs.names.below("item", "1-4-3")
    memory = EmbeddedStore.in_memory(quads)
    with tempfile.TemporaryDirectory() as folder:
        load(Path(folder) / "store", canonical(quads))
        disk = EmbeddedStore.open(Path(folder) / "store")
        head("answer", "ms")
        for name, store in (("in memory", memory), ("on disk", disk)):
            _, wall, cpu = timed(lambda store=store: store.query(question), QUESTION_RUNS)
            row(f"which items involve 事業者 in H22, {name}", wall, cpu, 1000)
            _, wall, cpu = timed(lambda store=store: describe(store, item.value), QUESTION_RUNS)
            row(f"all about one item (an item page), {name}", wall, cpu, 1000)
    peer = as_graph(quads)
    _, wall, cpu = timed(lambda: list(peer.query(question, initNs=PREFIXES)), 5)
    row("the same question, rdflib in memory", wall, cpu, 1000)


def main() -> None:
    sys.stdout.write(f"{platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}\n")
    questions(stages())
    sys.stdout.write(table_of_wide_registers())
    sys.stdout.write(table_of_pages())


main()
