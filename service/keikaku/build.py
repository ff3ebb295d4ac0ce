"""From source to release: the whole flow, one step after the other."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from keikaku.answers.examples import PURPOSES, all_examples
from keikaku.assets import shipped
from keikaku.checks.check import check
from keikaku.errors import DecisionError, PlanFileError, ReadError, SourceError
from keikaku.graph.dataset import shapes, shapes_by_file, vocabulary
from keikaku.graph.decide import check_decided, decided
from keikaku.graph.given import GRAPHS_FILE, read_given
from keikaku.graph.infer import infer
from keikaku.graph.lift import lift, plan_names
from keikaku.names import CityNames, PlanNames
from keikaku.records.decisions import DECISIONS_FILE, read_decisions
from keikaku.records.planfile import FILE_NAME, read_planfile
from keikaku.records.profile import read_profile
from keikaku.records.read import read_plan
from keikaku.release.catalogue.publication import Example, Publisher
from keikaku.release.shelf import Shelf
from keikaku.release.write import Content, Part, write_release
from keikaku.source.markdown import read_markdown
from keikaku.source.plaintext import decode
from keikaku.store.embedded import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from pyoxigraph import NamedNode, Quad

    from keikaku.checks.check import Checked
    from keikaku.checks.report import Report
    from keikaku.records.decisions import Decisions
    from keikaku.records.plan import Plan
    from keikaku.records.planfile import PlanFile
    from keikaku.records.profile import Profile
    from keikaku.release.shelf import Release
    from keikaku.settings import Settings
    from keikaku.source.grid import Document


@dataclass(frozen=True, slots=True)
class Source:
    """A plan's folder, read: its files by name, its document, its records, its profile.

    What its city decided of its discrepancies stands beside, and changes none of them.
    """

    folder: Path
    files: dict[str, bytes]
    document: Document
    plan: Plan
    profile: Profile
    decisions: Decisions | None = None


@dataclass(frozen=True, slots=True)
class GraphSource:
    """A plan's folder whose graphs lie in it as N-Quads.

    It has a profile only where the document lies there too, so that the round trip can be made.
    """

    folder: Path
    files: dict[str, bytes]
    planfile: PlanFile
    quads: frozenset[Quad]
    profile: Profile | None
    decisions: Decisions | None = None


AnySource = Source | GraphSource


@dataclass(frozen=True, slots=True)
class PlanGraphs:
    """A plan as RDF: the quads of its own graphs and its city's, and the names in them."""

    source: AnySource
    names: PlanNames
    quads: frozenset[Quad]


def read_source(folder: Path, settings: Settings) -> AnySource:
    """Return the plan that lies in `folder`: plan.toml, and its graphs or else its document.

    Raises PlanFileError, DecisionError, ProfileError, SourceError or ReadError, each with file and
    line.
    """
    planfile = read_planfile(folder)
    if (folder / GRAPHS_FILE).is_file():
        return _read_graphs(folder, planfile, settings.base)
    return _read_document(folder, planfile, settings)


def _read_graphs(folder: Path, planfile: PlanFile, base: str) -> GraphSource:
    files = {name: (folder / name).read_bytes() for name in (FILE_NAME, GRAPHS_FILE)}
    with _in_folder(folder):
        quads = read_given(files[GRAPHS_FILE], _names(planfile, base), GRAPHS_FILE)
    has_document = (folder / planfile.keys.document).is_file()
    profile = read_profile(_profile_path(folder, planfile)) if has_document else None
    return GraphSource(folder, files, planfile, quads, profile, read_decisions(folder))


def _names(planfile: PlanFile, base: str) -> PlanNames:
    keys = planfile.keys
    return PlanNames(CityNames(base, keys.municipality.code), keys.plan.name)


def _read_document(folder: Path, planfile: PlanFile, settings: Settings) -> Source:
    profile = read_profile(_profile_path(folder, planfile))
    name = planfile.keys.document
    content = _content(folder / name, settings.max_document_bytes)
    with _in_folder(folder):
        text = decode(content, name, max_bytes=settings.max_document_bytes)
        document = read_markdown(text, name)
        plan = read_plan(document, profile, planfile)
    files = {name: content, FILE_NAME: (folder / FILE_NAME).read_bytes()}
    return Source(folder, files, document, plan, profile, read_decisions(folder))


def _profile_path(folder: Path, planfile: PlanFile) -> Path:
    """Return the profile that a plan names, from its own folder or of those that are shipped."""
    name = f"{planfile.keys.profile}.toml"
    for path in (folder / name, shipped("profiles") / name):
        if path.is_file() and name not in (FILE_NAME, DECISIONS_FILE):
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
    """Let errors in the files of a plan say in which plan's folder they lie."""
    try:
        yield
    except (SourceError, ReadError, PlanFileError, DecisionError) as error:
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
    folders = folders_in(plans)
    if not folders:
        raise PlanFileError(
            "plan.toml のある計画フォルダがありません。",
            "there is no plan folder with a plan.toml",
            file=str(plans),
        )
    return folders


def folders_in(plans: Path) -> tuple[Path, ...]:
    """Return the plan folders that lie in `plans`, by name; a hidden folder is none."""
    found = (path.parent for path in plans.glob(f"*/{FILE_NAME}"))
    return tuple(sorted(folder for folder in found if not folder.name.startswith(".")))


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


def asserted_of(source: AnySource, base: str) -> PlanGraphs:
    """Return the plan's graphs before any rule has run: what its document or its N-Quads state."""
    if isinstance(source, GraphSource):
        return PlanGraphs(source, _names(source.planfile, base), source.quads)
    with _in_folder(source.folder):
        stated = lift(source.plan, source.document, source.files, base)
    return PlanGraphs(source, plan_names(source.plan, base), frozenset(stated))


def graphs_of(source: AnySource, base: str) -> PlanGraphs:
    """Return the plan's graphs: what it states, what its city decided, what the rules conclude.

    Raises DecisionError where something is decided that the plan does not have.
    """
    asserted = asserted_of(source, base)
    decisions, shared = source.decisions, vocabulary()
    said = decided(decisions, asserted.quads, asserted.names) if decisions else set()
    quads = asserted.quads | said
    quads |= infer(quads, shared, asserted.names)
    if decisions:
        with _in_folder(source.folder):
            check_decided(decisions, quads, shared, asserted.names)
    return replace(asserted, quads=quads)


def check_plan(graphs: PlanGraphs) -> Checked:
    """Return what the checks of shapes, round trip and discrepancies find in a plan."""
    quads = graphs.quads | vocabulary()
    return check(graphs.names.plan, quads, shapes_by_file(), graphs.source.profile)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A plan made ready for a release: its graphs, and its part with what the checks found."""

    graphs: PlanGraphs
    part: Part


def prepare(
    folder: Path, settings: Settings, progress: Callable[[str], None] = lambda _: None
) -> Prepared:
    """Return the plan in `folder`, read, lifted and checked; raises what reading raises."""
    progress(f"{folder.name}: 読取り")
    source = read_source(folder, settings)
    progress(f"{folder.name}: グラフ")
    graphs = graphs_of(source, settings.base)
    progress(f"{folder.name}: 検証")
    part = Part(folder.name, source.files[FILE_NAME], check_plan(graphs))
    return Prepared(graphs, part)


def content_of(plans: Iterable[Prepared], settings: Settings) -> Content:
    """Return the content of a release of these plans.

    Raises PlanFileError if two of them have the same code and name, SettingsError where the
    publisher's site or address is none.
    """
    plans = tuple(plans)
    known: dict[NamedNode, Path] = {}
    for plan in plans:
        _check_name(plan.graphs, known)
    quads = (vocabulary() | shapes()).union(*(plan.graphs.quads for plan in plans))
    publisher = Publisher(settings.publisher_name, settings.publisher_url, settings.publisher_email)
    return Content(
        settings.base,
        frozenset(quads),
        tuple(plan.part for plan in plans),
        publisher,
        examples_to_publish(),
    )


def examples_to_publish() -> tuple[Example, ...]:
    """Return the example queries, which the catalogue of a release holds."""
    return tuple(
        Example(one.name, PURPOSES[one.group], one.title, one.description, one.query)
        for one in all_examples()
    )


def _check_name(graphs: PlanGraphs, known: dict[NamedNode, Path]) -> None:
    """Raise PlanFileError if a plan has the code and name of one before it."""
    folder = graphs.source.folder
    other = known.setdefault(graphs.names.plan, folder)
    if other != folder:
        raise PlanFileError(
            f"同じ code と name の計画が {other.name} にもあります。name を変えてください。",
            f"{other.name} is a plan of the same code and name; change the name",
            file=str(folder / FILE_NAME),
            line=read_planfile(folder).line("plan", "name").line,
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
    plans = [prepare(folder, settings, progress) for folder in plan_folders(settings.plans)]
    content = content_of(plans, settings)
    reports = tuple(part.report for part in content.plans)
    if not all(report.conforms for report in reports):
        return Built(reports, None)
    progress("リリース")
    return Built(reports, write_release(content, Shelf(settings.releases), load))
