"""From source to release: the whole flow, one step after the other."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from keikaku.assets import shipped
from keikaku.checks.check import check
from keikaku.errors import PlanFileError, ReadError, SourceError
from keikaku.graph.dataset import shapes, shapes_by_file, vocabulary
from keikaku.graph.infer import infer
from keikaku.graph.lift import lift, plan_names
from keikaku.records.planfile import FILE_NAME, read_planfile
from keikaku.records.profile import read_profile
from keikaku.records.read import read_plan
from keikaku.release.shelf import Shelf
from keikaku.release.write import Content, Part, write_release
from keikaku.source.markdown import read_markdown
from keikaku.source.plaintext import decode
from keikaku.store.embedded import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pyoxigraph import NamedNode, Quad

    from keikaku.checks.check import Checked
    from keikaku.checks.report import Report
    from keikaku.names import PlanNames
    from keikaku.records.plan import Plan
    from keikaku.records.planfile import PlanFile
    from keikaku.records.profile import Profile
    from keikaku.release.shelf import Release
    from keikaku.settings import Settings
    from keikaku.source.grid import Document


@dataclass(frozen=True, slots=True)
class Source:
    """A plan's folder, read: its files by name, its document, its records, its profile."""

    folder: Path
    files: dict[str, bytes]
    document: Document
    plan: Plan
    profile: Profile


@dataclass(frozen=True, slots=True)
class PlanGraphs:
    """A plan as RDF: the quads of its own graphs and its city's, and the names in them."""

    source: Source
    names: PlanNames
    quads: frozenset[Quad]


def read_source(folder: Path, settings: Settings) -> Source:
    """Return the plan that lies in `folder`: plan.toml and the document that it names.

    Raises PlanFileError, ProfileError, SourceError or ReadError, each with file and line.
    """
    planfile = read_planfile(folder)
    profile = read_profile(_profile_path(folder, planfile))
    name = planfile.keys.document
    content = _content(folder / name, settings.max_document_bytes)
    with _in_folder(folder):
        text = decode(content, name, max_bytes=settings.max_document_bytes)
        document = read_markdown(text, name)
        plan = read_plan(document, profile, planfile)
    files = {name: content, FILE_NAME: (folder / FILE_NAME).read_bytes()}
    return Source(folder, files, document, plan, profile)


def _profile_path(folder: Path, planfile: PlanFile) -> Path:
    """Return the profile that a plan names, from its own folder or of those that are shipped."""
    name = f"{planfile.keys.profile}.toml"
    for path in (folder / name, shipped("profiles") / name):
        if path.is_file() and name != FILE_NAME:
            return path
    known = ", ".join(sorted(path.stem for path in shipped("profiles").glob("*.toml")))
    raise PlanFileError(
        f"読み方「{planfile.keys.profile}」がありません。あるもの: {known}",
        f"there is no profile {planfile.keys.profile!r}; there are: {known}",
        file=str(folder / FILE_NAME),
        line=planfile.line("profile").line,
    )


@contextmanager
def _in_folder(folder: Path) -> Iterator[None]:
    """Let errors in a document say in which plan's folder it lies."""
    try:
        yield
    except (SourceError, ReadError) as error:
        problems = [
            replace(problem, file=f"{folder.name}/{problem.file}") for problem in error.problems
        ]
        raise type(error).of(problems) from error


def plan_folders(plans: Path) -> tuple[Path, ...]:
    """Return the plan folders at `plans`, which may be one itself.

    Raises PlanFileError where there is none.
    """
    plans = plans.resolve()
    if (plans / FILE_NAME).is_file():
        return (plans,)
    folders = tuple(sorted(path.parent for path in plans.glob(f"*/{FILE_NAME}")))
    if not folders:
        raise PlanFileError(
            "plan.toml のある計画フォルダがありません。",
            "there is no plan folder with a plan.toml",
            file=str(plans),
        )
    return folders


def _content(path: Path, most: int) -> bytes:
    """Return the bytes of a document, a few more than `most` where it is larger."""
    if not path.is_file():
        raise SourceError(
            "文書がありません。plan.toml の document を確かめてください。",
            "there is no such document; check `document` in plan.toml",
            file=str(path),
        )
    try:
        with path.open("rb") as file:
            return file.read(most + 1)
    except OSError as error:
        raise SourceError(
            f"文書が読めません({error.strerror})。",
            f"the document cannot be read: {error.strerror}",
            file=str(path),
        ) from error


def graphs_of(source: Source, base: str) -> PlanGraphs:
    """Return the plan's graphs: what it states, and what the rules conclude."""
    names = plan_names(source.plan, base)
    stated = lift(source.plan, source.document, source.files, base)
    return PlanGraphs(source, names, frozenset(stated | infer(stated, vocabulary(), names)))


def check_plan(graphs: PlanGraphs) -> Checked:
    """Return what the checks of shapes, round trip and discrepancies find in a plan."""
    quads = graphs.quads | vocabulary()
    return check(graphs.names.plan, quads, shapes_by_file(), graphs.source.profile)


def _check_name(source: Source, known: dict[NamedNode, Path], base: str) -> None:
    """Raise PlanFileError if a plan has the code and name of one before it."""
    plan = plan_names(source.plan, base).plan
    other = known.setdefault(plan, source.folder)
    if other != source.folder:
        raise PlanFileError(
            f"同じ code と name の計画が {other.name} にもあります。name を変えてください。",
            f"{other.name} is a plan of the same code and name; change the name",
            file=str(source.folder / FILE_NAME),
            line=source.plan.name.at.line,
        )


@dataclass(frozen=True, slots=True)
class Built:
    """What a build came to: a report for each plan, and the release unless a report forbids it."""

    reports: tuple[Report, ...]
    release: Release | None


def build(settings: Settings, progress: Callable[[str], None] = lambda _: None) -> Built:
    """Build every plan in the plans folder into a release and make it the current one.

    `progress` is told each stage. A violation in any plan stops the release. Raises whatever
    reading and writing raise. Unless a release is made, the last good one stays current.
    """
    quads, parts = set(vocabulary() | shapes()), []
    known: dict[NamedNode, Path] = {}
    for folder in plan_folders(settings.plans):
        progress(f"{folder.name}: 読取り")
        source = read_source(folder, settings)
        _check_name(source, known, settings.base)
        progress(f"{folder.name}: グラフ")
        graphs = graphs_of(source, settings.base)
        progress(f"{folder.name}: 検証")
        parts.append(Part(folder.name, source.files[FILE_NAME], check_plan(graphs)))
        quads |= graphs.quads
    reports = tuple(part.report for part in parts)
    if not all(report.conforms for report in reports):
        return Built(reports, None)
    progress("リリース")
    content = Content(settings.base, frozenset(quads), tuple(parts))
    return Built(reports, write_release(content, Shelf(settings.releases), load))
