"""Harvesting: from the address of a catalogue to checked plan folders, one step after the other.

The catalogue is asked whether it has changed (`_Harvester.site`), its dumps are fetched and held
against what it promises (`_fetched`), cut into plans (`_cut`), and each plan is checked as our own
are before it takes the place of what was kept of it (`_taken`). What fails is refused. The releases
from which plans were taken are asked whether they were withdrawn (`_taken_back`): what a site took
back and has no more is removed.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from pyoxigraph import NamedNode

from keikaku.build import all_folders, folders_in, prepare_each
from keikaku.checks.publish import summary
from keikaku.checks.report import Severity
from keikaku.errors import HarvestError, KeikakuError, PlanFileError
from keikaku.graph.given import GRAPHS_FILE
from keikaku.graph.older import upgraded
from keikaku.harvest.bases import encroaches, is_plain
from keikaku.harvest.catalogue import ACCEPT, is_rdf, offered_by
from keikaku.harvest.fetch import MOST_CATALOGUE_BYTES, Fetched, Fetcher, Seen
from keikaku.harvest.kept import (
    MAKING,
    alone,
    folder_name,
    harvested_plans,
    lasting,
    part_of,
    put,
    read_kept,
    remove,
)
from keikaku.harvest.memory import Memory, Remembered
from keikaku.harvest.planfile import planfile_of
from keikaku.harvest.split import cut
from keikaku.harvest.told import (
    Outcome,
    Told,
    held_still,
    instead_of,
    left_out_of,
    nothing,
    of_whom,
    refused,
    told_of,
)
from keikaku.harvest.withdrawn import KeptReleases, TakenBack, Withdrawals
from keikaku.names import SHARED, CityNames, PlanNames
from keikaku.prepared import PreparedPlans
from keikaku.records.harvested import HARVEST_FILE, Harvested, written_harvested
from keikaku.records.planfile import FILE_NAME, read_planfile
from keikaku.release.dumps import canonical
from keikaku.release.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from keikaku.closed import Bilingual
    from keikaku.harvest.catalogue import Dump, Offered
    from keikaku.harvest.fetch import FetchedFile
    from keikaku.harvest.split import Cut
    from keikaku.prepared import Prepared
    from keikaku.settings import Settings

    Progress = Callable[[str], None]

_STATE = ".harvest.json"
_NAMES = ("", "catalog", ".well-known/void")
"""Where a catalogue may be, below the address that is given."""

_MOST_PAGES = 100


def harvest(
    urls: Iterable[str],
    settings: Settings,
    *,
    allow_private: bool = False,
    again: bool = False,
    progress: Progress = lambda _: None,
) -> list[Told]:
    """Take the plans that other sites offer into the folder of harvested plans; return a report.

    A plan that fails is refused, and what was kept of it stays. What is wrong with one site is
    told, and the others are asked. With `again`, what has not changed is taken anew. Raises
    HarvestError where another harvest is at work on the folder, or it cannot be written.
    """
    told: list[Told] = []
    with (
        alone(settings.harvested),
        Fetcher(settings.contact or settings.site, allow_private=allow_private) as fetcher,
    ):
        harvester = _Harvester(settings, fetcher, progress, again=again)
        for url in dict.fromkeys(urls):
            progress(f"{url}: 目録")
            try:
                told += harvester.site(url)
            except KeikakuError as error:
                told.append(refused(url, error))
            except (ValueError, ArithmeticError) as error:
                told.append(refused(url, _garbled(error)))
    return told


@dataclass(frozen=True, slots=True)
class _Made:
    """A plan's folder that is to be checked, and what is known of where it was taken from.

    `left_out` says what was left out of its graphs.
    """

    folder: Path
    harvested: Harvested
    left_out: Bilingual


class _Harvester:
    """One run over several sites."""

    def __init__(
        self, settings: Settings, fetcher: Fetcher, progress: Progress, *, again: bool
    ) -> None:
        self._settings = settings
        self._fetcher = fetcher
        self._progress = progress
        self._again = again
        self._memory = Memory(settings.harvested / _STATE)
        self._own = frozenset(_own_plans(settings))
        self._bases = {settings.base, SHARED}
        self._of_cities = {
            known.city: (known.catalogue, folder)
            for folder, known in harvested_plans(settings.harvested)
        }
        self._bases |= {known.base for _, known in harvested_plans(settings.harvested)}
        self._withdrawals = Withdrawals(fetcher)
        self._releases = KeptReleases(Shelf(settings.releases))
        self._back: dict[str, TakenBack] = {}

    def site(self, url: str) -> Iterator[Told]:
        """Take what one catalogue offers, and remove what its site has withdrawn."""
        before = self._remembered(url)
        found = self._catalogue(url, before)
        catalogues = {before.at, found.url if found else before.at}
        self._back = self._taken_back(catalogues)
        if self._back:  # what is offered instead counts, whether or not the catalogue has changed
            before = Remembered(before.at)
            found = found or self._catalogue(url, before)
        if found is None:
            yield told_of(
                url, Outcome.UNCHANGED, "目録は前回と同じです。", "the catalogue is the same"
            )
        else:
            yield from self._offered(url, found, before)
        yield from self._still_held(catalogues)

    def _offered(self, url: str, found: Fetched, before: Remembered) -> Iterator[Told]:
        """Take what a catalogue offers that is new or has changed."""
        offered = list(self._pages(found))
        dumps = [
            dump
            for page in offered
            for one in page.dumps
            if not self._withdrawals.known((dump := _nearer(one, page.catalogue, found.url)).url)
        ]
        others = [other for page in offered for other in page.others]
        if not (dumps or self._back):
            yield nothing(found.url, others)
        told: list[Told] = []
        for dump in dumps:
            for one in self._dump(dump, found.url, before):
                told.append(one)
                yield one
        files = {dump.url for dump in dumps}
        if all(one.what not in files or one.outcome is Outcome.SKIPPED for one in told):
            yield from self._removed(told)
            yield from self._no_longer_there(found.url, told)
        # what refused something is asked again next time, changed or not
        if not any(one.outcome is Outcome.REFUSED for one in told):
            known = Seen() if offered[0].next else found.seen  # of later pages it says nothing
            self._remember(url, replace(found, seen=known), dumps)

    def _remembered(self, url: str) -> Remembered:
        """Return what is known of a site, if what was taken of it is still as it was."""
        known = self._memory.of(url)
        folders = (self._settings.harvested / name / GRAPHS_FILE for name in known.folders)
        if self._again:
            return Remembered()
        if known.own - self._own or not all(path.is_file() for path in folders):
            return Remembered(known.at)
        return known

    def _remember(self, url: str, found: Fetched, dumps: Iterable[Dump]) -> None:
        taken = [
            folder.name
            for folder, known in harvested_plans(self._settings.harvested)
            if known.catalogue == found.url
        ]
        known = Remembered(
            found.url,
            found.seen,
            frozenset(taken),
            self._own,
            frozenset(dump.sha256 for dump in dumps if dump.sha256),
        )
        self._memory.keep(url, known)

    def _catalogue(self, url: str, before: Remembered) -> Fetched | None:
        """Return a catalogue, at the address itself or where sites have it; None if unchanged."""
        if "://" not in url:
            return _from_file(Path(url))
        if before.at:
            with suppress(HarvestError):  # it may have moved
                found = self._fetcher.document(before.at, ACCEPT, before.seen)
                if found is None or is_rdf(found.media_type):
                    return found
        problems: list[KeikakuError] = []
        for name in _NAMES:
            address = f"{url.rstrip('/')}/{name}" if name else url
            try:
                found = self._fetcher.document(address, ACCEPT)
            except HarvestError as error:
                problems.append(error)
                continue
            if found and is_rdf(found.media_type):
                return found
        if problems:
            raise problems[0]
        raise HarvestError(
            f"{url} に RDF の目録がありません。", f"there is no catalogue in RDF at {url} or below"
        )

    def _pages(self, found: Fetched | None) -> Iterator[Offered]:
        """Yield what a catalogue offers, page by page where it has pages."""
        seen: set[str] = set()
        while found is not None and len(seen) < _MOST_PAGES:
            seen.add(found.url)
            offered = offered_by(found.body, found.media_type, found.url)
            yield offered
            address = urljoin(found.url, offered.next) if offered.next else ""
            is_new = address.startswith(("http://", "https://")) and address not in seen
            found = self._fetcher.document(address, ACCEPT) if is_new else None

    def _dump(self, dump: Dump, catalogue: str, before: Remembered) -> Iterator[Told]:
        """Take the plans of one dump, unless it is known."""
        if dump.sha256 in before.dumps:
            yield told_of(dump.url, Outcome.UNCHANGED, "前回と同じ内容です。", "the same as before")
            return
        with TemporaryDirectory(dir=self._settings.harvested, prefix=MAKING) as place:
            try:
                path, fetched = self._fetched(dump)
                self._progress(f"{dump.url}: 計画に分ける")
                most = self._settings.max_harvest_bytes
                plans = cut(path, dump.kind, dump.packing, Path(place), most)
                path.unlink()
            except KeikakuError as error:
                yield refused(dump.url, error)
                return
            except (ValueError, ArithmeticError) as error:
                yield refused(dump.url, _garbled(error))
                return
            if not plans:
                yield told_of(dump.url, Outcome.SKIPPED, "計画がありません。", "it holds no plan")
            yield from self._plans(plans, _source(dump, catalogue, fetched), Path(place))

    def _fetched(self, dump: Dump) -> tuple[Path, FetchedFile]:
        """Fetch a dump and hold it against what the catalogue promises of it."""
        most = self._settings.max_harvest_bytes
        if dump.size is not None and dump.size > most:
            raise HarvestError(
                f"{dump.size:,} バイトあり、上限 {most:,} を超えます(max_harvest_bytes)。",
                f"it has {dump.size:,} bytes, more than max_harvest_bytes {most:,}",
            )
        path = part_of(self._settings.harvested, dump.url, dump.sha256)
        self._progress(f"{dump.url}: 取得")
        fetched = self._fetcher.file(dump.url, path, most)
        size = path.stat().st_size
        if dump.size not in (None, size) or dump.sha256 not in ("", fetched.sha256):
            path.unlink()
            raise HarvestError(
                f"目録の記載と違います(大きさ {size:,} / {dump.size}、sha256 {fetched.sha256} / "
                f"{dump.sha256})。前に取り込んだものはそのままです。",
                f"it is not what the catalogue says: {size:,} bytes instead of {dump.size}, sha256 "
                f"{fetched.sha256} instead of {dump.sha256}; what was taken before stays",
            )
        return path, fetched

    def _plans(self, plans: Iterable[Cut], source: Harvested, place: Path) -> Iterator[Told]:
        """Check the plans of a dump, as many at a time as there are processors."""
        made: list[_Made] = []
        for plan in plans:
            names = plan.names
            harvested = source.model_copy(
                update={"base": names.city.base, "plan": names.plan.value}
            )
            told = self._objection(harvested)
            try:
                told = told or self._write(plan, harvested, place, made)
            except KeikakuError as error:
                told = refused(harvested.plan, error)
            except ValueError as error:
                told = refused(harvested.plan, _garbled(error))
            plan.own.unlink()
            if told:
                yield told
        self._progress(f"{source.dump}: 検証")
        prepared = prepare_each([one.folder for one in made], self._settings)
        for one, ready in zip(made, prepared, strict=True):
            yield self._taken(one, ready)

    def _objection(self, harvested: Harvested) -> Told | None:
        """Say why a plan is not even looked at, if it is not."""
        iri, city = harvested.plan, harvested.city
        if not is_plain(harvested.base):
            return told_of(
                iri,
                Outcome.REFUSED,
                f"base「{harvested.base}」の書き方が普通ではありません(大文字、利用者名、既定の"
                "ポート、.. など)。",
                f"the base {harvested.base!r} is not written plainly (capitals, a user name, the "
                "default port, ..)",
            )
        if other := encroaches(harvested.base, self._bases):
            return told_of(
                iri,
                Outcome.REFUSED,
                f"base「{harvested.base}」は {other} の名と紛れます。",
                f"the base {harvested.base!r} is mixed up with names under {other}",
            )
        if iri in self._own:
            return told_of(
                iri,
                Outcome.SKIPPED,
                "自分の計画フォルダにあるので、そちらを使います。",
                "it is among our own plans, which come first",
            )
        if any(own.startswith(f"{city}/") for own in self._own):
            return told_of(
                iri,
                Outcome.REFUSED,
                f"{city} は自分の計画の市町村です。同じ base の市町村は自分の計画だけを使います。",
                f"{city} is the municipality of our own plans, which nobody else speaks of",
            )
        catalogue, folder = self._of_cities.get(city, (harvested.catalogue, None))
        if catalogue != harvested.catalogue:
            return told_of(
                iri,
                Outcome.REFUSED,
                f"{city} の計画は {catalogue} から集めています。こちらにするには"
                f" {folder} を除いてください。",
                f"plans of {city} are taken from {catalogue}; to take them from here, "
                f"remove {folder}",
            )
        return None

    def _write(
        self, plan: Cut, harvested: Harvested, place: Path, made: list[_Made]
    ) -> Told | None:
        """Write a plan's folder among those to be checked, unless the same is kept already."""
        folder = place / folder_name(plan.names)
        found = upgraded(plan.quads(), plan.names)
        planfile = planfile_of(found.quads, plan.names).encode()
        graphs = canonical(found.quads)
        kept = self._settings.harvested / folder.name
        before = read_kept(kept)
        is_same = before == (planfile, graphs, lasting(harvested))
        if is_same and not self._again and harvested.plan not in self._back:
            return told_of(
                harvested.plan, Outcome.UNCHANGED, "前回と同じです。", "the same as before"
            )
        if folder.exists():
            raise HarvestError(
                f"{harvested.plan} が二度入っています。", f"{harvested.plan} is in it twice"
            )
        folder.mkdir()
        (folder / FILE_NAME).write_bytes(planfile)
        (folder / HARVEST_FILE).write_text(written_harvested(harvested), "utf-8")
        (folder / GRAPHS_FILE).write_bytes(graphs)
        made.append(_Made(folder, harvested, left_out_of(found)))
        return None

    def _taken(self, made: _Made, ready: Prepared | KeikakuError) -> Told:
        """Put a checked plan in the place of what was kept of it, unless the checks forbid it."""
        iri = made.harvested.plan
        if isinstance(ready, KeikakuError):
            return refused(iri, ready)
        report = ready.part.report
        if not report.conforms:
            fault = next(iter(report.of(Severity.VIOLATION)))
            stays = (" 前に取り込んだものはそのままです。", "; what was taken stays")
            ja, en = ("", "") if iri in self._back else stays
            return told_of(
                iri,
                Outcome.REFUSED,
                f"{summary(report)}。例: {fault.message.ja}{ja}",
                f"it does not conform to the shapes: {fault.message.en}{en}",
            )
        folder = self._settings.harvested / made.folder.name
        put(made.folder, folder)
        self._of_cities[made.harvested.city] = (made.harvested.catalogue, folder)
        self._bases.add(made.harvested.base)
        said = of_whom(made.harvested)
        back = instead_of(self._back.get(iri))
        if iri in self._back:
            PreparedPlans(self._settings).forget(ready.names, {ready.part.path})
        return told_of(
            iri,
            Outcome.TAKEN,
            f"{summary(report)}{said.ja}{made.left_out.ja}{back.ja}",
            f"checked and taken{said.en}{made.left_out.en}{back.en}",
        )

    def _taken_back(self, catalogues: Collection[str]) -> dict[str, TakenBack]:
        """Return the plans of a site whose release it has withdrawn since, by their IRIs."""
        found = {}
        for folder, known in harvested_plans(self._settings.harvested):
            if known.catalogue in catalogues:
                reason = self._withdrawals.of(known.dump, known.etag)
                if reason:
                    found[known.plan] = TakenBack(folder, known, reason)
        return found

    def _removed(self, told: Iterable[Told]) -> Iterator[Told]:
        """Remove what a site took back, unless what it has instead was taken."""
        taken = {one.what for one in told if one.outcome is Outcome.TAKEN}
        for iri, back in self._back.items():
            if iri not in taken:
                remove(back.folder, back.known)
                PreparedPlans(self._settings).forget(PlanNames.of(NamedNode(iri)))
                yield told_of(
                    iri,
                    Outcome.WITHDRAWN,
                    f"元のサイトが取り下げたので除きました。{back.reason.ja}",
                    f"its site withdrew it, so it is removed: {back.reason.en}",
                )

    def _still_held(self, catalogues: Collection[str]) -> Iterator[Told]:
        """Tell of our own releases that hold what a site withdrew, and how to withdraw them."""
        for held in self._releases.taken:
            if held.catalogues.isdisjoint(catalogues):
                continue
            reasons = [self._withdrawals.of(dump) for dump in held.dumps]
            if reason := next(filter(None, reasons), None):
                yield held_still(held, reason, is_replaceable=self._has_plans())

    def _has_plans(self) -> bool:
        """Tell whether a release can be made of what is left."""
        try:
            return bool(all_folders(self._settings, lambda _: None))
        except PlanFileError:
            return False

    def _no_longer_there(self, catalogue: str, told: Iterable[Told]) -> Iterator[Told]:
        """Tell of plans that a catalogue had and has no more; they are kept."""
        there = {one.what for one in told}
        for folder, known in harvested_plans(self._settings.harvested):
            if known.catalogue == catalogue and known.plan not in there:
                yield told_of(
                    known.plan,
                    Outcome.KEPT,
                    f"{catalogue} にはもうありません。残してあります(除くには {folder} を消す)。",
                    f"{catalogue} has it no more; it is kept until {folder} is removed",
                )


def _garbled(error: Exception) -> HarvestError:
    """Return the error for what nobody has thought of, such as an address that is none.

    What one site sends must not keep the others from being asked.
    """
    said = f"{type(error).__name__}: {str(error)[:200]}"
    return HarvestError(f"読めないものが送られてきました({said})。", f"it cannot be read ({said})")


def _source(dump: Dump, catalogue: str, fetched: FetchedFile) -> Harvested:
    """Return what is the same of all plans of a dump."""
    return Harvested.model_construct(
        catalogue=catalogue,
        dataset=dump.dataset,
        version=dump.version,
        dump=dump.url,
        sha256=fetched.sha256,
        etag=fetched.seen.etag,
        date=datetime.now(UTC).date().isoformat(),
        title=dump.title,
        publisher=dump.publisher,
        licence=dump.licence,
    )


def _from_file(path: Path) -> Fetched:
    """Return a catalogue that lies on this machine; what it names is fetched from the web."""
    try:
        with path.open("rb") as file:
            body = file.read(MOST_CATALOGUE_BYTES + 1)
    except OSError as error:
        raise HarvestError(
            f"目録が読めません({error.strerror})。http(s):// のアドレスかファイルを書きます。",
            f"it cannot be read ({error.strerror}); give an address with http(s):// or a file",
            file=str(path),
        ) from error
    if len(body) > MOST_CATALOGUE_BYTES:
        raise HarvestError(
            f"目録が大きすぎます(上限 {MOST_CATALOGUE_BYTES:,} バイト)。",
            f"the catalogue has more than {MOST_CATALOGUE_BYTES:,} bytes",
            file=str(path),
        )
    return Fetched(path.resolve().as_uri(), "", body, Seen())


def _own_plans(settings: Settings) -> Iterator[str]:
    """Yield the IRIs of the publisher's own plans, as far as their plan.toml can be read."""
    plans = settings.plans.resolve()
    for folder in (plans,) if (plans / FILE_NAME).is_file() else folders_in(plans):
        try:
            keys = read_planfile(folder).keys
        except KeikakuError:
            continue
        city = CityNames(settings.base, keys.municipality.code)
        yield PlanNames(city, keys.plan.name).plan.value


def _nearer(dump: Dump, catalogue: str, at: str) -> Dump:
    """Return a dump at the address of the site that was asked, if the catalogue is its own.

    A publisher's IRIs may lead elsewhere, or nowhere yet; its site answers for them by their path.
    """
    home, here = catalogue.rpartition("catalog"), at.rpartition("catalog")
    is_site = here[0].startswith(("http://", "https://"))
    if is_site and home[1] and here[1] and not home[2] and dump.url.startswith(home[0]):
        return replace(dump, url=here[0] + dump.url.removeprefix(home[0]))
    return dump
