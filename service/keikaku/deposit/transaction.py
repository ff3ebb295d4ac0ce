"""The deposit itself: a change to one plan becomes a checked release, or nothing changes."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from keikaku.build import asserted_of, content_of, folders_in, prepare, read_source
from keikaku.checks.report import Severity
from keikaku.deposit.change import DepositError, FileChange, Published, Reason
from keikaku.deposit.folder import (
    check_files,
    check_names,
    folder_tag,
    is_document,
    plan_files,
    tag_of,
)
from keikaku.deposit.given import changed, graph_of
from keikaku.deposit.workplace import Workplace
from keikaku.errors import KeikakuError, ReleaseError
from keikaku.graph.given import GRAPHS_FILE
from keikaku.release.dumps import canonical
from keikaku.release.shelf import Shelf, ShelfBusyError
from keikaku.release.write import check_content, write_release
from keikaku.store.embedded import load, step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from keikaku.build import PlanGraphs
    from keikaku.deposit.change import Change, Condition, GraphChange
    from keikaku.errors import Problem
    from keikaku.prepared import Prepared
    from keikaku.release.write import Content
    from keikaku.settings import Settings

WAIT_SECONDS = 60.0
"""How long a deposit waits for the one before it."""


def deposit(change: Change, settings: Settings, wait: float = WAIT_SECONDS) -> Published:
    """Make a change to a plan, check it, and publish it as the current release.

    Raises DepositError, with its reason: then the plans and the current release are as they were.
    """
    check_names(change.plan, change.files if isinstance(change, FileChange) else ())
    shelf = Shelf(settings.releases)
    place = Workplace(settings.plans, shelf)
    with _told(), place.working(wait):
        created, files = _files_after(change, place, settings)
        staged = place.stage(change.plan, files)
        content = _checked(staged, change, place, settings)
        with _written():
            release = write_release(
                content,
                shelf,
                load,
                landing=lambda name: place.landing(staged, name),
                step_store=step,
            )
    return Published(
        created,
        release.id,
        release.manifest["triples"],
        {part.name: part.report for part in content.plans},
    )


def recover(settings: Settings, wait: float = WAIT_SECONDS) -> None:
    """Bring a deposit that was ended in the middle to its end; raises DepositError if it cannot."""
    shelf = Shelf(settings.releases)
    with _told(), Workplace(settings.plans, shelf).working(wait):  # taking up work does it
        if shelf.folder.is_dir():
            with suppress(ShelfBusyError), shelf.writing():
                pass  # so does this, for a release that was not finished


def given_graphs(folder: Path, settings: Settings) -> PlanGraphs:
    """Return the graphs of a plan before any rule has run; raises what reading raises."""
    return asserted_of(read_source(folder, settings), settings.base)


@contextmanager
def _told() -> Iterator[None]:
    """Let a failure of the file system be told as a refusal."""
    try:
        yield
    except OSError as error:
        raise DepositError(
            Reason.UNWRITABLE,
            f"書き込めません({error.strerror})。何も変わっていません。",
            f"it cannot be written: {error.strerror}; nothing has changed",
            file=str(error.filename) if error.filename else None,
        ) from error


@contextmanager
def _written() -> Iterator[None]:
    """Let a release that cannot be written be told as a refusal."""
    try:
        yield
    except ShelfBusyError as error:
        raise DepositError.because(Reason.BUSY, error.problems) from error
    except ReleaseError as error:
        raise DepositError.because(Reason.UNWRITABLE, error.problems) from error


def _files_after(
    change: Change, place: Workplace, settings: Settings
) -> tuple[bool, Mapping[str, bytes | None]]:
    """Return whether the change makes something new, and the files to write or take away."""
    folder = place.plans / change.plan
    if isinstance(change, FileChange):
        return _sent_files(change, folder)
    if not folder.is_dir():
        raise _unknown(change.plan)
    with _as_conflict(change.plan):
        plan = given_graphs(folder, settings)
    return _changed_graphs(change, plan, place)


def _sent_files(change: FileChange, folder: Path) -> tuple[bool, Mapping[str, bytes | None]]:
    there = plan_files(folder) if folder.is_dir() else {}
    name, *others = change.files
    if change.whole or others:
        tag = folder_tag(folder)
    else:
        tag = tag_of(there[name]) if name in there else None
    _demand(change.condition, tag)
    if not (there or others):
        raise _unknown(change.plan)
    files: dict[str, bytes | None] = dict.fromkeys(there) if change.whole else {}
    if any(map(is_document, change.files)):
        files[GRAPHS_FILE] = None  # the document is read again
    return tag is None, files | dict(change.files)


def _changed_graphs(
    change: GraphChange, plan: PlanGraphs, place: Workplace
) -> tuple[bool, Mapping[str, bytes | None]]:
    _demand_own_city(change, plan, place)
    there = graph_of(plan.quads, change.graph)
    _demand(change.condition, tag_of(canonical(there)) if there else None)
    if change.existing and not there:
        raise DepositError(
            Reason.UNKNOWN,
            f"グラフ {change.graph} はありません。",
            f"there is no graph {change.graph}",
        )
    return not there, {GRAPHS_FILE: changed(plan, change)}


def _demand_own_city(change: GraphChange, plan: PlanGraphs, place: Workplace) -> None:
    """Refuse to write the graph of a city by itself where several plans make it."""
    if change.graph != plan.names.city.graph:
        return
    plans = [folder.name for folder in folders_in(place.plans)]
    sharing = [name for name in plans if name.startswith(f"{plan.names.city.code}-")]
    if len(sharing) > 1:
        raise DepositError(
            Reason.CONFLICT,
            f"市のグラフは {'、'.join(sharing)} が共に作っています。計画のグラフと一緒に"
            "送ってください。",
            f"the graph of the city is made by {', '.join(sharing)} together; send it with the "
            "graphs of a plan",
        )


def _demand(condition: Condition, tag: str | None) -> None:
    if not condition.holds(tag):
        raise DepositError(
            Reason.CONDITION,
            "条件(If-Match、If-None-Match)に合いません。ほかの人が先に変えたようです。",
            "the condition (If-Match, If-None-Match) does not hold; somebody else was first",
        )


def _unknown(plan: str) -> DepositError:
    return DepositError(
        Reason.UNKNOWN,
        f"計画 {plan} はありません。新しい計画は plan.toml と文書を一緒に送ってください"
        f"(multipart/form-data で /plans/{plan} へ)。",
        f"there is no plan {plan}; send plan.toml and the document of a new plan together, as "
        f"multipart/form-data to /plans/{plan}",
    )


def _checked(staged: Path, change: Change, place: Workplace, settings: Settings) -> Content:
    """Return the content of the release to come; raises DepositError if any plan forbids it."""
    others = [folder for folder in folders_in(place.plans) if folder.name != staged.name]
    among = len(others) + 1
    with _as_invalid(staged):
        check_files(staged, change.files if isinstance(change, FileChange) else {})
        plans = [_conforming(prepare(staged, settings, among=among), Reason.INVALID)]
    for folder in others:
        with _as_conflict(folder.name):
            plans.append(_conforming(prepare(folder, settings, among=among), Reason.CONFLICT))
    with _as_invalid(staged):
        content = content_of(sorted(plans, key=lambda plan: plan.part.name), settings)
        check_content(content)
    return content


def _conforming(plan: Prepared, reason: Reason) -> Prepared:
    report = plan.part.report
    if report.conforms:
        return plan
    counts = {severity: len(report.of(severity)) for severity in Severity}
    ja = "、".join(f"{severity.ja} {count} 件" for severity, count in counts.items() if count)
    en = ", ".join(f"{count} of {severity.value}" for severity, count in counts.items() if count)
    error = DepositError(
        reason,
        f"{plan.part.name} は検査に通りません: {ja}。",
        f"{plan.part.name} does not pass the checks: {en}",
    )
    error.checked = plan.part.checked
    raise error


@contextmanager
def _as_invalid(staged: Path) -> Iterator[None]:
    """Let what cannot be read or published be a refusal that names files as they were sent."""
    try:
        yield
    except DepositError:
        raise
    except KeikakuError as error:
        raise DepositError.because(Reason.INVALID, _as_sent(error, staged)) from error


@contextmanager
def _as_conflict(plan: str) -> Iterator[None]:
    """Let a plan that lies there already and cannot be read be a conflict."""
    try:
        yield
    except DepositError:
        raise
    except KeikakuError as error:
        raise DepositError(
            Reason.CONFLICT,
            f"計画 {plan} が読めないため、公開できません: {error.ja}",
            f"the plan {plan} cannot be read, so that nothing is published: {error.en}",
        ) from error


def _as_sent(error: KeikakuError, staged: Path) -> list[Problem]:
    """Return the problems with the names of files as the publisher knows them."""
    here = f"{staged.parent}/"
    return [
        replace(problem, file=problem.file and problem.file.removeprefix(here))
        for problem in error.problems
    ]
