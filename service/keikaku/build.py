"""From source to release: the whole flow, one step after the other.

Each plan is made ready by itself: its folder is read (`read_source`), made graphs (`graphs_of`) and
checked (`check_plan`). What comes of it is kept on the disk (`keikaku.prepared`) under the hash of
all that it was made from, so that a plan that has not changed is not made again. The plans of one
city become a portion of the release, and so does what all plans share (`shared_quads`); a release
is written from portions, and never are all quads in memory.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from keikaku.answers.counted import counted_queries
from keikaku.answers.examples import PURPOSES, all_examples
from keikaku.assets import shipped
from keikaku.checks.check import check
from keikaku.errors import (
    DecisionError,
    KeikakuError,
    PlanFileError,
    ReadError,
    ReleaseError,
    SourceError,
)
from keikaku.graph.areas import area_quads
from keikaku.graph.dataset import shapes, shapes_by_file, vocabulary
from keikaku.graph.decide import check_decided, decided
from keikaku.graph.given import GRAPHS_FILE, read_given
from keikaku.graph.infer import infer
from keikaku.graph.lift import lift, plan_names
from keikaku.graph.link.publish import linked, read_links
from keikaku.graph.older import upgraded
from keikaku.names import CityNames, PlanNames
from keikaku.prepared import Made, Prepared, PreparedPlans
from keikaku.processes import divided
from keikaku.records.decisions import DECISIONS_FILE, read_decisions
from keikaku.records.harvested import HARVEST_FILE, read_harvested
from keikaku.records.planfile import FILE_NAME, read_planfile
from keikaku.records.profile import read_profile
from keikaku.records.read import read_plan
from keikaku.release.catalogue.publication import Example, Publisher
from keikaku.release.content import Content
from keikaku.release.portions.portion import KeptPortion, MadePortion
from keikaku.release.shelf import Shelf
from keikaku.release.write import write_release
from keikaku.source.document import read_document
from keikaku.store.embedded import load, step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from pyoxigraph import NamedNode, Quad

    from keikaku.checks.check import Checked
    from keikaku.checks.report import Report
    from keikaku.records.decisions import Decisions
    from keikaku.records.plan import Plan
    from keikaku.records.planfile import PlanFile
    from keikaku.records.profile import AnyProfile
    from keikaku.release.shelf import Release
    from keikaku.settings import Settings
    from keikaku.source.grid import Document

    Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Source:
    """A plan's folder, read: its files by name, its document, its records, its profile.

    The document has nothing in the places that are withheld. What the city decided of its
    discrepancies stands beside, and changes none of them.
    """

    folder: Path
    files: dict[str, bytes]
    document: Document
    plan: Plan
    profile: AnyProfile
    decisions: Decisions | None = None


@dataclass(frozen=True, slots=True)
class GraphSource:
    """A plan's folder whose graphs lie in it as N-Quads; `base` begins its IRIs.

    It has a profile only where the document lies there too, so that the round trip can be made.
    """

    folder: Path
    files: dict[str, bytes]
    planfile: PlanFile
    base: str
    quads: frozenset[Quad]
    profile: AnyProfile | None
    decisions: Decisions | None = None


AnySource = Source | GraphSource


@dataclass(frozen=True, slots=True)
class PlanGraphs:
    """A plan as RDF: the quads of its own graphs and its city's, and the names in them.

    `apart` are links that may not be mixed with the rest, by the name of their dataset.
    """

    source: AnySource
    names: PlanNames
    quads: frozenset[Quad]
    apart: Mapping[str, frozenset[Quad]] = field(default_factory=dict)


def read_source(folder: Path, settings: Settings) -> AnySource:
    """Return the plan that lies in `folder`: plan.toml, and its graphs or else its document.

    Raises PlanFileError, DecisionError, ProfileError, SourceError or ReadError, each with file and
    line.
    """
    planfile = read_planfile(folder)
    if (folder / GRAPHS_FILE).is_file():
        harvested = read_harvested(folder)
        return _read_graphs(folder, planfile, harvested.base if harvested else settings.base)
    return _read_document(folder, planfile, settings)


def _read_graphs(folder: Path, planfile: PlanFile, base: str) -> GraphSource:
    files = {name: (folder / name).read_bytes() for name in (FILE_NAME, GRAPHS_FILE)}
    with _in_folder(folder):
        harvested = (folder / HARVEST_FILE).is_file()
        names = _names(planfile, base)
        quads = read_given(files[GRAPHS_FILE], names, GRAPHS_FILE, harvested=harvested)
    if harvested:  # it may have been taken by a version of the program that took everything
        quads = upgraded(quads, names).quads
    has_document = (folder / planfile.keys.document).is_file()
    profile = read_profile(_profile_path(folder, planfile)) if has_document else None
    return GraphSource(folder, files, planfile, base, quads, profile, read_decisions(folder))


def _names(planfile: PlanFile, base: str) -> PlanNames:
    keys = planfile.keys
    return PlanNames(CityNames(base, keys.municipality.code), keys.plan.name)


def _read_document(folder: Path, planfile: PlanFile, settings: Settings) -> Source:
    profile = read_profile(_profile_path(folder, planfile))
    name = planfile.keys.document
    content = _content(folder / name, settings.max_document_bytes)
    with _in_folder(folder):
        document = read_document(
            content,
            name,
            max_bytes=settings.max_document_bytes,
            options=planfile.keys.source,
        )
        plan = read_plan(document, profile, planfile)
    files = {name: content, FILE_NAME: (folder / FILE_NAME).read_bytes()}
    shown = plan.withheld.published(document)
    return Source(folder, files, shown, plan, profile, read_decisions(folder))


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


def all_folders(settings: Settings, progress: Progress) -> tuple[Path, ...]:
    """Return the folders of our own plans, then of harvested ones of other cities than ours.

    Raises PlanFileError where there is neither.
    """
    harvested = folders_in(settings.harvested.resolve())
    is_hub = harvested and settings.plans.is_dir() and not (settings.plans / FILE_NAME).is_file()
    folders = folders_in(settings.plans.resolve()) if is_hub else plan_folders(settings.plans)
    own = {_city_of(folder, settings.base) for folder in folders} if harvested else set()
    taken = []
    for folder in harvested:
        known = read_harvested(folder)
        if known is None or known.city not in own:
            taken.append(folder)
        else:
            progress(f"{folder.name}: 自分の計画のある市町村なので、集めたものは使いません")
    return (*folders, *taken)


def _city_of(folder: Path, base: str) -> str | None:
    """Return the IRI of a plan's city, None where it cannot be read: that is told later."""
    try:
        return _names(read_planfile(folder), base).city.municipality.value
    except PlanFileError:
        return None


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
        return PlanGraphs(source, _names(source.planfile, source.base), source.quads)
    with _in_folder(source.folder):
        stated = lift(source.plan, source.document, source.files, base)
    return PlanGraphs(source, plan_names(source.plan, base), frozenset(stated))


def graphs_of(source: AnySource, base: str) -> PlanGraphs:
    """Return the plan's graphs: what it states, what its city decided, what the rules conclude.

    The links that people have accepted stand in graphs of their own. Raises DecisionError where
    something is decided, and LinkError where something is linked, that the plan does not have.
    """
    asserted = asserted_of(source, base)
    decisions, shared = source.decisions, vocabulary()
    said = decided(decisions, asserted.quads, asserted.names) if decisions else set()
    links = linked(read_links(source.folder), asserted.quads, asserted.names)
    quads = asserted.quads | said | links.quads
    quads |= infer(quads, shared, asserted.names)
    if decisions:
        with _in_folder(source.folder):
            check_decided(decisions, quads, shared, asserted.names)
    return replace(asserted, quads=quads, apart=links.apart)


def check_plan(graphs: PlanGraphs, *, swiftly: bool = False) -> Checked:
    """Return what the checks of shapes, round trip and discrepancies find in a plan."""
    quads = graphs.quads | vocabulary() | area_quads((graphs.names.city.code,))
    source = graphs.source
    document = source.document if isinstance(source, Source) else None
    return check(
        graphs.names.plan,
        quads,
        shapes_by_file(),
        source.profile,
        document,
        offered=bool(_offered(source)),
        swiftly=swiftly,
    )


def prepare(folder: Path, settings: Settings, *, among: int = 1) -> Prepared:
    """Return the plan in `folder`, read, lifted and checked; raises what reading raises.

    It is one `among` so many, of which it depends how it is judged. A plan that was made ready
    before, and has not changed since, is not made again.
    """
    swiftly = settings.judges_swiftly(among)

    def made() -> Made:
        source = read_source(folder, settings)
        graphs = graphs_of(source, settings.base)
        checked = check_plan(graphs, swiftly=swiftly)
        path = folder / HARVEST_FILE
        harvest = path.read_bytes() if path.is_file() else b""
        documents = _offered(source)
        return Made(graphs.names, graphs.quads, graphs.apart, checked, harvest, documents)

    return PreparedPlans(settings).plan(folder, made, swiftly=swiftly)


def _offered(source: AnySource) -> dict[str, bytes]:
    """Return the documents of a plan that are offered for download."""
    if isinstance(source, GraphSource) or not source.plan.publish_document:
        return {}
    return {source.document.name: source.files[source.document.name]}


def prepare_all(
    folders: Sequence[Path], settings: Settings, progress: Progress
) -> tuple[Prepared, ...]:
    """Return the plans in all the folders, divided among the processors.

    What is wrong in one of them is raised when all others are ready, so that their work is kept.
    """
    PreparedPlans(settings)  # so that all processes go by the program as it is now
    ready: list[Prepared] = []
    wrong: list[KeikakuError] = []
    for number, plan in enumerate(prepare_each(folders, settings), start=1):
        progress(f"計画 {number} / {len(folders)}: {folders[number - 1].name}")
        if isinstance(plan, Prepared):
            ready.append(plan)
        else:
            wrong.append(plan)
    if wrong:
        raise type(wrong[0]).of([problem for error in wrong for problem in error.problems])
    return tuple(ready)


def prepare_each(folders: Sequence[Path], settings: Settings) -> Iterator[Prepared | KeikakuError]:
    """Yield the plan of each folder or what is wrong with it, divided among the processors."""
    work = _Preparing(settings, len(folders))
    return divided(_prepared, work, folders)


@dataclass(frozen=True, slots=True)
class _Preparing:
    """How plans are made ready."""

    settings: Settings
    among: int


def _prepared(work: _Preparing, folder: Path) -> Prepared | KeikakuError:
    try:
        return prepare(folder, work.settings, among=work.among)
    except ReleaseError:
        raise  # the disk is full, or the program itself is at fault: this ends the build
    except KeikakuError as error:
        return error


def content_of(
    plans: Iterable[Prepared], settings: Settings, progress: Progress = lambda _: None
) -> Content:
    """Return the content of a release of these plans, a portion for each city.

    Raises PlanFileError if two of them have the same code and name, SettingsError where the
    publisher's site or address is none.
    """
    plans = tuple(plans)
    known: dict[NamedNode, Path] = {}
    cities: defaultdict[CityNames, list[Prepared]] = defaultdict(list)
    for plan in plans:
        _check_name(plan, known)
        cities[plan.names.city].append(plan)
    publisher = Publisher(
        settings.publisher_name, settings.publisher_url, settings.publisher_email, settings.site
    )
    ordered = sorted(cities, key=lambda city: (city.code, city.base))
    portions = []
    for portion in divided(_portion, settings, [tuple(cities[city]) for city in ordered]):
        portions.append(portion)
        progress(f"市町村 {len(portions)} / {len(ordered)}: {ordered[len(portions) - 1].code}")
    return Content(
        settings.base,
        frozenset(shared_quads(city.code for city in cities)),
        tuple(plan.part for plan in plans),
        publisher,
        examples_to_publish(),
        tuple(portions),
        counted_queries(),
    )


def shared_quads(codes: Iterable[str]) -> set[Quad]:
    """Return what all plans of a release share: vocabulary, shapes, the areas of its cities."""
    return vocabulary() | shapes() | area_quads(codes)


def _portion(settings: Settings, plans: tuple[Prepared, ...]) -> KeptPortion:
    """Return the portion of a city with these plans."""

    def made() -> MadePortion:
        beside = vocabulary() | area_quads((plans[0].names.city.code,))
        return MadePortion(
            frozenset(quad for plan in plans for quad in plan.quads()),
            frozenset(beside),
            counted_queries(),
        )

    return PreparedPlans(settings).city(plans, made)


def examples_to_publish() -> tuple[Example, ...]:
    """Return the example queries, which the catalogue of a release holds."""
    return tuple(
        Example(one.name, PURPOSES[one.group], one.title, one.description, one.query)
        for one in all_examples()
    )


def _check_name(plan: Prepared, known: dict[NamedNode, Path]) -> None:
    """Raise PlanFileError if a plan has the code and name of one before it."""
    folder = plan.folder
    other = known.setdefault(plan.names.plan, folder)
    if other != folder:
        raise PlanFileError(
            f"同じ code と name の計画が {other.name} にもあります。name を変えてください。",
            f"{other.name} is a plan of the same code and name; change the name",
            file=str(folder / FILE_NAME),
            line=read_planfile(folder).line("plan", "name").line,
        )


@dataclass(frozen=True, slots=True)
class Built:
    """What a build came to: its plans, and the release unless the report of one forbids it."""

    plans: tuple[Prepared, ...]
    release: Release | None

    @property
    def reports(self) -> Iterator[Report]:
        """The report of each plan, read one after the other."""
        return (plan.part.report for plan in self.plans)


def build(settings: Settings, progress: Progress = lambda _: None) -> Built:
    """Build every plan in the plans folder into a release and make it the current one.

    `progress` is told each stage. A violation in any plan stops the release. Raises whatever
    reading and writing raise. Unless a release is made, the last good one stays current.
    """
    plans = prepare_all(all_folders(settings, progress), settings, progress)
    if not all(plan.part.report.conforms for plan in plans):
        return Built(plans, None)
    content = content_of(plans, settings, progress)
    progress("リリース")
    release = write_release(
        content, Shelf(settings.releases), load, progress=progress, step_store=step
    )
    cities = {city.path for city in content.portions if isinstance(city, KeptPortion)}
    PreparedPlans(settings).tidy(cities | {plan.part.path for plan in plans})
    return Built(plans, release)
