"""Many plans: what has not changed is not made again, one bad plan loses nothing of the others."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pyoxigraph
import pytest

import keikaku.build
from bench.plans import made_plan
from keikaku.build import Built, build, prepare
from keikaku.checks.validate import judge
from keikaku.errors import KeikakuError, ReleaseError
from keikaku.graph.dataset import shapes_by_file, vocabulary
from keikaku.names import KEI, RDF
from keikaku.prepared import HIDDEN, PreparedPlans
from keikaku.release import files
from keikaku.release.dumps import canonical
from keikaku.release.portions.merge import merged
from keikaku.release.portions.step import keys_in
from keikaku.release.removal import withdraw
from keikaku.release.shelf import Shelf
from keikaku.settings import Settings
from keikaku.store import embedded

if TYPE_CHECKING:
    from pathlib import Path

    from pyoxigraph import NamedNode, Quad

    from keikaku.build import PlanGraphs
    from keikaku.release.shelf import Release


class Watch:
    """Which plans were made ready, and how stores were written."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        """Write down what the processes do that are forked from here."""
        self._log = folder / "log"
        for name in ("read_source", "load", "step"):
            monkeypatch.setattr(keikaku.build, name, self._noted(getattr(keikaku.build, name)))

    def _noted(self, work: object) -> object:
        def noting(*given: object) -> object:
            said = getattr(given[0], "name", "")
            with self._log.open("a") as log:
                log.write(f"{work.__name__} {said}\n")  # type: ignore[attr-defined]
            return work(*given)  # type: ignore[operator]

        return noting

    def done(self) -> list[str]:
        """What was done since the last time, in order of the alphabet."""
        lines = self._log.read_text().splitlines() if self._log.is_file() else []
        self._log.unlink(missing_ok=True)
        return sorted(lines)


def settings_in(place: Path) -> Settings:
    """Settings for the plans in a folder, which are judged by pySHACL only where it is needed."""
    return Settings(plans=place / "plans", releases=place / "releases", pyshacl_plans=0)


@pytest.fixture(scope="module")
def two_plans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two plans and the release that was made of them."""
    place = tmp_path_factory.mktemp("many")
    settings = settings_in(place)
    for number in range(2):
        write(settings, number)
    with pytest.MonkeyPatch.context() as monkeypatch:
        _all_is_large(monkeypatch)
        build(settings)
    return place


@pytest.fixture
def place(two_plans: Path, tmp_path: Path) -> Path:
    """The two plans and their release, for one test alone."""
    shutil.copytree(two_plans, tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.fixture
def settings(place: Path) -> Settings:
    return settings_in(place)


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch, place: Path) -> Watch:
    """Any release is a large one here."""
    _all_is_large(monkeypatch)
    return Watch(monkeypatch, place)


def _all_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LARGE", 0)


def write(settings: Settings, number: int, seed: int = 1) -> None:
    made_plan(number, seed).write(settings.plans / f"{number}-kyodo")


def made(built: Built) -> Release:
    assert built.release is not None
    return built.release


def quads_in(release: Release) -> set[Quad]:
    """What the store holds but for the catalogue, which tells the time."""
    store = pyoxigraph.Store.read_only(str(release.store))
    return {quad for quad in store if not str(quad.graph_name).endswith("graph/catalog>")}


def test_one_bad_plan_is_told_of_and_the_others_are_kept(settings: Settings, watch: Watch) -> None:
    write(settings, 1, seed=2)
    for number in (2, 3):
        write(settings, number)
        (settings.plans / f"{number}-kyodo" / "plan.toml").write_text("x = 1\n")
    with pytest.raises(KeikakuError) as told:
        build(settings)
    assert {problem.file.split("/")[-2] for problem in told.value.problems if problem.file} == {
        "2-kyodo",
        "3-kyodo",
    }
    assert "read_source 1-kyodo" in watch.done()
    for number in (2, 3):
        shutil.rmtree(settings.plans / f"{number}-kyodo")
    release = made(build(settings))
    assert watch.done() == ["step store"]
    assert len(release.manifest["plans"]) == 2


def test_what_has_not_changed_is_not_made_again(settings: Settings, watch: Watch) -> None:
    before = build(settings)
    assert watch.done() == []
    write(settings, 1, seed=2)
    after = build(settings)
    assert watch.done() == ["read_source 1-kyodo", "step store"]
    assert made(after).id != made(before).id


def test_a_store_made_from_the_one_before_holds_what_a_loaded_one_holds(
    settings: Settings, watch: Watch, place: Path
) -> None:
    write(settings, 1, seed=2)
    stepped = made(build(settings))
    assert "step store" in watch.done()
    fresh = replace(settings, releases=place / "fresh")
    fresh.releases.mkdir()
    shutil.copytree(settings.releases / HIDDEN, fresh.releases / HIDDEN)
    loaded = made(build(fresh))
    assert watch.done() == ["load store"]
    assert stepped.id == loaded.id
    assert quads_in(stepped) == quads_in(loaded)
    stores = [pyoxigraph.Store.read_only(str(one.store)) for one in (stepped, loaded)]
    graphs = [set(map(str, store.named_graphs())) for store in stores]
    assert graphs[0] == graphs[1]


def test_the_release_before_is_untouched_by_a_step(settings: Settings, watch: Watch) -> None:
    before = made(build(settings))
    held = quads_in(before)
    write(settings, 3)
    after = made(build(settings))
    assert "step store" in watch.done()
    assert quads_in(before) == held
    gone = held - quads_in(after)
    assert not [quad for quad in gone if "/kyodo" in quad.subject.value]
    (settings.plans / "3-kyodo" / "plan.toml").unlink()
    again = made(build(settings))
    assert again.id == before.id
    assert quads_in(again) == held


def test_a_large_release_has_the_same_id_and_lines_as_a_small_one(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = replace(settings_in(place), plans=place / "plans" / "0-kyodo")
    settings = replace(one, releases=place / "small")
    small = made(build(settings))
    monkeypatch.setattr(files, "LARGE", 0)
    moved = place / "large"
    moved.mkdir()
    (settings.releases / HIDDEN).rename(moved / HIDDEN)
    large = made(build(replace(one, releases=moved)))
    assert small.id == large.id
    lines = b"".join(large.lines())
    assert lines == small.file("keikaku.nq").read_bytes() == b"".join(small.lines())
    assert "keikaku.nq" not in large.manifest["files"]
    only_small = set(small.manifest["files"]) - set(large.manifest["files"])
    assert {name.split(".", 1)[1] for name in only_small} >= {"nq", "ttl", "jsonld", "xlsx"}
    for name in set(large.manifest["files"]) - {"catalog.ttl", "keikaku.nq.gz"}:
        assert large.file(name).read_bytes() == small.file(name).read_bytes(), name
    for said in ("triples", "graphs", "classes", "plans"):
        assert large.manifest[said] == small.manifest[said]


def test_the_lines_of_a_release_are_those_of_its_plans_and_the_shared_graphs(
    settings: Settings,
) -> None:
    plans = [prepare(folder, settings) for folder in sorted(settings.plans.glob("[01]-*"))]
    content = keikaku.build.content_of(plans, settings)
    together = (content.quads | content.told).union(*(plan.quads() for plan in plans))
    assert b"".join(merged(content.whole).pieces()) == canonical(together)


def test_what_is_kept_may_be_damaged_or_lost(settings: Settings, watch: Watch) -> None:
    before = made(build(settings))
    kept = settings.releases / HIDDEN
    paths = sorted(kept.glob("*/*/*.zip"), key=lambda path: path.stat().st_mtime_ns)
    for path in paths:
        path.write_bytes(path.read_bytes()[:100])
    assert made(build(settings)).id == before.id
    assert watch.done() == ["read_source 0-kyodo", "read_source 1-kyodo"]


def test_only_what_the_current_release_is_made_of_outlives_a_withdrawal(
    settings: Settings, watch: Watch
) -> None:
    shelf = Shelf(settings.releases)
    first = shelf.current().id
    write(settings, 1, seed=2)
    after = made(build(settings))
    watch.done()
    kept = settings.releases / HIDDEN
    assert len([*kept.rglob("*.zip")]) == 3 + 3, "a plan and its city are there twice"
    withdraw(shelf, first, "氏名があったため")
    left = [*kept.rglob("*.zip")]
    assert len(left) == 2 + 2
    assert {path.stem for path in left} <= keys_in(after.folder)
    assert made(build(settings)).id == after.id
    assert watch.done() == [], "the plans are kept, and so is the release"


def test_a_flipped_bit_in_what_is_kept_is_told_and_the_next_run_makes_it_anew(
    settings: Settings,
) -> None:
    folder = settings.plans / "0-kyodo"
    before = prepare(folder, settings)
    lines, kept = sorted(map(str, before.quads())), before.part.path
    body = bytearray(kept.read_bytes())
    body[len(body) // 3] ^= 1  # most of an archive are its lines
    kept.write_bytes(body)
    with pytest.raises(ReleaseError, match="もう一度実行"):
        list(prepare(folder, settings).quads())
    assert not kept.exists()
    assert sorted(map(str, prepare(folder, settings).quads())) == lines


def test_what_was_not_used_for_longest_goes_first(tmp_path: Path) -> None:
    settings = Settings(plans=tmp_path / "plans", releases=tmp_path / "releases")
    folder = tmp_path / "releases" / HIDDEN / "plan"
    folder.mkdir(parents=True)
    for age, name in enumerate("cab"):
        (folder / f"{name}.zip").write_bytes(bytes(100))
        os.utime(folder / f"{name}.zip", (1000 - age, 1000 - age))
    being_written, left = folder / ".new", folder / ".old"
    for path in (being_written, left):
        path.touch()
    os.utime(left, (1000, 1000))
    PreparedPlans(settings).tidy()
    assert sorted(path.name for path in folder.iterdir()) == [".new", "a.zip", "b.zip", "c.zip"]
    being_written.unlink()
    bounded = replace(settings, max_prepared_bytes=250)
    PreparedPlans(bounded).tidy()
    assert sorted(path.name for path in folder.iterdir()) == ["a.zip", "c.zip"]


def test_another_base_or_file_makes_another_plan(settings: Settings) -> None:
    folder = settings.plans / "0-kyodo"
    keys = {prepare(folder, settings).key}
    other = replace(settings, base="https://example.jp/")
    keys.add(prepare(folder, other).key)
    (folder / "note.txt").write_text("x")
    keys.add(prepare(folder, settings).key)
    (folder / "note.txt").unlink()
    keys.add(prepare(folder, settings).key)
    assert len(keys) == 3


def test_what_was_judged_swiftly_does_not_pass_for_thoroughly_judged(settings: Settings) -> None:
    folder = settings.plans / "0-kyodo"
    swiftly, thorough = replace(settings, pyshacl_plans=0), replace(settings, pyshacl_plans=10)
    keys = [prepare(folder, each).key for each in (swiftly, thorough, swiftly)]
    assert keys[0] != keys[1]
    assert keys[2] == keys[1], "what pySHACL judged will do for both"


def test_what_a_build_uses_is_not_tidied_away(settings: Settings) -> None:
    built = build(replace(settings, max_prepared_bytes=0))
    assert len(list(built.reports)) == 2


@pytest.mark.usefixtures("watch")
def test_a_full_disk_stops_the_build_and_leaves_the_release(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = made(build(settings))
    write(settings, 1, seed=5)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("keikaku.prepared.write_archive", full)
    with pytest.raises(KeikakuError, match="No space left"):
        build(settings)
    assert (settings.releases / "current").read_text().strip() == before.id


def test_both_judgements_of_a_faultless_plan_are_the_same(
    plan_quads: frozenset[Quad], kyodo_graphs: PlanGraphs
) -> None:
    slow = judge(kyodo_graphs.names.plan, plan_quads, shapes_by_file())
    swift = judge(kyodo_graphs.names.plan, plan_quads, shapes_by_file(), swiftly=True)
    assert swift.violations == slow.violations == ()
    assert swift.focus_nodes == slow.focus_nodes
    assert swift.report.isomorphic(slow.report)


def test_a_plan_with_a_fault_is_judged_by_pyshacl(
    plan_quads: frozenset[Quad], kyodo_graphs: PlanGraphs
) -> None:
    position = KEI["position"]
    item = min(
        (q.subject for q in plan_quads if q.predicate == RDF["type"] and q.object == KEI["Item"]),
        key=str,
    )
    broken = frozenset(q for q in plan_quads if (q.subject, q.predicate) != (item, position))
    swift = judge(kyodo_graphs.names.plan, broken, shapes_by_file(), swiftly=True)
    assert swift.violations
    told = {(one.shape, one.focus, one.value, one.path) for one in swift.violations}
    slow = judge(kyodo_graphs.names.plan, broken, shapes_by_file()).violations
    assert told == {(one.shape, one.focus, one.value, one.path) for one in slow}


def test_a_graph_without_a_plan_does_not_pass_swiftly(kyodo_graphs: PlanGraphs) -> None:
    with pytest.raises(KeikakuError, match="Item"):
        judge(kyodo_graphs.names.plan, vocabulary(), shapes_by_file(), swiftly=True)


def test_where_the_sample_disagrees_nothing_is_published(
    monkeypatch: pytest.MonkeyPatch, plan_quads: frozenset[Quad], kyodo_graphs: PlanGraphs
) -> None:
    class Blind:
        conforms = True

        def validate_text(self, *_: object, **__: object) -> Blind:
            return self

    monkeypatch.setattr("keikaku.checks.validate._compiled", lambda _: Blind())
    monkeypatch.setattr("keikaku.checks.validate._is_sample", lambda _: True)
    phase: NamedNode = KEI["position"]
    broken = frozenset(q for q in plan_quads if q.predicate != phase)
    with pytest.raises(KeikakuError, match="disagree"):
        judge(kyodo_graphs.names.plan, broken, shapes_by_file(), swiftly=True)


def test_where_only_the_swift_validator_finds_something_nothing_is_published(
    monkeypatch: pytest.MonkeyPatch, plan_quads: frozenset[Quad], kyodo_graphs: PlanGraphs
) -> None:
    class Alarmed:
        conforms = False
        results = ()

        def validate_text(self, *_: object, **__: object) -> Alarmed:
            return self

    monkeypatch.setattr("keikaku.checks.validate._compiled", lambda _: Alarmed())
    with pytest.raises(KeikakuError, match="disagree"):
        judge(kyodo_graphs.names.plan, plan_quads, shapes_by_file(), swiftly=True)


def test_a_piece_of_many_megabytes_is_loaded_as_a_whole_file_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plan_quads: frozenset[Quad]
) -> None:
    monkeypatch.setattr(embedded, "_PIECE", 100_000)
    (tmp_path / "all.nq").write_bytes(canonical(plan_quads))
    with (tmp_path / "all.nq").open("rb") as file:
        embedded.load(tmp_path / "store", file)
    assert set(pyoxigraph.Store.read_only(str(tmp_path / "store"))) == plan_quads
