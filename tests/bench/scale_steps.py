"""The steps of the benchmark of many plans; each runs in a process of its own and is measured."""

from __future__ import annotations

import json
import os
import resource
import statistics
import time
from multiprocessing import get_context
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from keikaku.answers.catalogue import Catalogue
from keikaku.answers.counts import Counts
from keikaku.answers.document import document_of
from keikaku.answers.items.index import ItemIndex
from keikaku.answers.lexicon import Lexicon
from keikaku.answers.reconcile.names import NameIndex
from keikaku.answers.register.conditions import Conditions
from keikaku.answers.register.listing import register_of
from keikaku.answers.service import Answers
from keikaku.build import build
from keikaku.names import FY, PARTY, PHASE, SHARED, CityNames, PlanNames
from keikaku.prepared import HIDDEN
from keikaku.release.shelf import STORE, Shelf
from keikaku.settings import Settings
from keikaku.store.embedded import EmbeddedStore
from keikaku.web.pages.things import page_of

from .plans import PLAN_NAME, made_plan

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from pathlib import Path

    from pyoxigraph import NamedNode

    from keikaku.answers.items.listing import Items
    from keikaku.web.parts import SiteParts

    Figures = dict[str, Any]
    Task = Callable[[], int]

LIMIT = 60.0
"""How long one question may take, in seconds; one that takes longer is not asked again."""

RUNS = 5
_WORD = "協働"
_LISTS = {
    "items": "",
    "items, a word": f"q={_WORD}",
    "items, party and year": "party=事業者&year=H22",
    "items, three words": "q=市民活動 支援 情報",
}


def write_plans(folder: Path, count: int) -> Figures:
    """Write so many made-up plans."""
    for number in range(count):
        made_plan(number).write(plan_folder(folder, number))
    return {}


def plan_folder(folder: Path, number: int) -> Path:
    """Where the plan with this number lies."""
    return folder / "plans" / f"{made_plan(number).code}-{PLAN_NAME}"


def build_all(folder: Path, _: int) -> Figures:
    """Build all plans; if this was begun before and ended, it goes on, and the times are added."""
    partial = folder / "build.partial.json"
    before = json.loads(partial.read_text()) if partial.is_file() else {"wall": 0.0, "cpu": 0.0}
    begun = time.perf_counter()
    stages: dict[str, float] = {}
    last = [begun]

    def progress(text: str) -> None:
        stage, _, _ = text.partition(" ")
        now = time.perf_counter()
        stages[stage] = stages.get(stage, 0.0) + now - last[0]
        last[0] = now
        said = {"wall": before["wall"] + now - begun, "cpu": before["cpu"] + _cpu()}
        partial.write_text(json.dumps(said))

    release = _build(folder, progress)
    return {
        "wall": before["wall"] + time.perf_counter() - begun,
        "cpu": before["cpu"] + _cpu(),
        "resumed": bool(before["wall"]),
        "stages": stages,
        "triples": release.manifest["triples"],
        "items": release.manifest["classes"].get("Item", 0),
    }


def build_again(folder: Path, _: int) -> Figures:
    """Build when nothing has changed."""
    return _timed_build(folder)


def build_changed(folder: Path, _: int) -> Figures:
    """Build when one plan has changed."""
    made_plan(0, seed=2).write(plan_folder(folder, 0))
    return _timed_build(folder)


def _timed_build(folder: Path) -> Figures:
    begun = time.perf_counter()
    _build(folder, lambda _: None)
    return {"wall": time.perf_counter() - begun, "cpu": _cpu()}


def _build(folder: Path, progress: Callable[[str], None]) -> Any:
    settings = Settings(
        plans=folder / "plans", releases=folder / "releases", max_prepared_bytes=1 << 40
    )
    built = build(settings, progress)
    assert built.release is not None
    return built.release


def sizes(folder: Path, _: int) -> Figures:
    """Return how much disk everything takes."""
    release = Shelf(folder / "releases").current()
    files = {path.name: path.stat().st_size for path in release.folder.iterdir() if path.is_file()}
    return {
        "files": files,
        "store": _size(release.folder / STORE),
        "tables": _size(release.folder / "tables"),
        "reports": _size(release.folder / "report"),
        "prepared": _size(folder / "releases" / HIDDEN),
        "release": _size(release.folder),
    }


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def questions(folder: Path, _: int) -> Figures:
    """Open the release, and ask everything of it, of all plans and of one."""
    release = Shelf(folder / "releases").current()
    opened: Figures = {}

    def opening(name: str, open_it: Callable[[], Any]) -> Any:
        begun = time.perf_counter()
        made = open_it()
        opened[name] = time.perf_counter() - begun
        return made

    store = opening("store", lambda: EmbeddedStore.open(release.store))
    lexicon = opening("lexicon", lambda: Lexicon.read(store))
    index = opening("items", lambda: ItemIndex.of(release))
    opening("names", lambda: NameIndex.of(release))
    counts = opening("counts", lambda: Counts.of(release))
    answers = Answers(store, Catalogue.load(), lexicon, release.id, index, counts=counts)
    return {"open": opened, "asked": _asked(_tasks(answers))}


def _tasks(answers: Answers) -> dict[str, Task]:
    plan = made_plan(1)
    names = PlanNames(CityNames(SHARED, plan.code), PLAN_NAME)
    values = {
        "party": PARTY["事業者"].value,
        "department": names.city.department(plan.departments[0]).value,
        "fiscal-year": FY[plan.years[1]].value,
        "phase": PHASE["実施"].value,
        "item": names.below("item", "1-1-1").value,
        "section": names.below("measure", "1-1").value,
        "text": _WORD,
        "plan": names.plan.value,
        "date": "2011-01-01",
    }
    tasks: dict[str, Task] = {}
    for question in answers.catalogue:
        needed = {
            one.name: one.choices[0].value
            if one.type == "choice"
            else values.get(one.type, question.example.get(one.name, ""))
            for one in question.parameters
            if one.required
        }
        tasks[question.name] = _question(answers, question.name, needed)
        if question.counted:
            engine = Answers(answers.store, answers.catalogue, answers.lexicon, answers.release)
            tasks[f"{question.name}, by SPARQL"] = _question(engine, question.name, needed)
        if any(one.name == "plan" for one in question.parameters):
            within = {**needed, "plan": values["plan"]}
            tasks[f"{question.name}, one plan"] = _question(answers, question.name, within)
    for name, address in _LISTS.items():
        tasks[name] = _list(answers.items, address)
    things = {
        "item": names.below("item", "1-1-1"),
        "plan": names.plan,
        "measure": names.below("measure", "1-1"),
        "department": names.city.department(plan.departments[0]),
        "party": PARTY["事業者"],
        "phase": PHASE["実施"],
        "document": names.below("source", 1),
        "cell": names.below("source", 1, "cell", "7-9-2"),
    }
    for name, thing in things.items():
        tasks[f"page of a {name}"] = _page(answers, thing)
        tasks[f"RDF of a {name}"] = _document(answers, thing)
    tasks["list of discrepancies"] = _register(answers, {})
    tasks["list of discrepancies, one plan"] = _register(answers, {"plan": names.plan.value})
    return tasks


def _page(answers: Answers, thing: NamedNode) -> Task:
    """Make a page of a thing; its size in bytes is what it has instead of rows."""
    site = cast("SiteParts", SimpleNamespace(answers=SimpleNamespace(current=lambda: answers)))

    def made() -> int:
        description = answers.describe(thing.value)
        response = page_of(site, description) if description else None
        return len(response.body) if response else 0

    return made


def _document(answers: Answers, thing: NamedNode) -> Task:
    def made() -> int:
        document = document_of(answers.store, thing)
        return len(document.triples) if document else 0

    return made


def _register(answers: Answers, asked: dict[str, str]) -> Task:
    conditions = Conditions.of(asked, answers.lexicon)
    return lambda: register_of(answers, conditions).total


def _question(answers: Answers, name: str, values: dict[str, str]) -> Task:
    return lambda: len(answers.answer(name, values).rows)


def _list(items: Items, address: str) -> Task:
    given = [tuple(part.split("=", 1)) for part in address.split("&") if part]
    return lambda: items.list(items.query(given)).total


def _asked(tasks: dict[str, Task]) -> Figures:
    """Run every task in a process that is ended where it takes too long."""
    found: Figures = {}
    forked = get_context("fork")
    for name, task in tasks.items():
        here, there = forked.Pipe(duplex=False)
        process = forked.Process(target=_run, args=(task, there), daemon=True)
        process.start()
        there.close()
        times: list[float] = []
        rows: int | str = "too long"
        while len(times) < RUNS and here.poll(LIMIT):
            try:
                seconds, rows = here.recv()
            except EOFError:
                rows = "failed"
                break
            times.append(seconds)
            if sum(times) > LIMIT:
                break
        process.kill()
        process.join()
        here.close()
        found[name] = {"rows": rows, "first": times[0] if times else None, **_quantiles(times)}
    return found


def _quantiles(times: list[float]) -> dict[str, float]:
    if not times:
        return {}
    ordered = sorted(times)
    return {"p50": statistics.median(ordered), "p95": ordered[round(0.95 * (len(ordered) - 1))]}


def _run(task: Task, to: Connection) -> None:
    for _ in range(RUNS):
        begun = time.perf_counter()
        rows = task()
        to.send((time.perf_counter() - begun, rows))


def _cpu() -> float:
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def peaks() -> dict[str, int]:
    """Return the largest memory of this process and of any that it waited for, in bytes."""
    return {
        name: resource.getrusage(who).ru_maxrss * 1024
        for name, who in (("main", resource.RUSAGE_SELF), ("worker", resource.RUSAGE_CHILDREN))
    }


STEPS: dict[str, Callable[[Path, int], Figures]] = {
    "plans": write_plans,
    "build": build_all,
    "again": build_again,
    "changed": build_changed,
    "sizes": sizes,
    "questions": questions,
}
"""The steps, in their order."""
