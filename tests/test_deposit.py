from __future__ import annotations

import errno
import json
import os
import pickle
import shutil
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import NamedNode

import small_plan
from keikaku import prepared
from keikaku.build import GraphSource, build, read_source
from keikaku.commands.serving import publish_api
from keikaku.deposit import exchange
from keikaku.deposit.change import (
    Condition,
    DepositError,
    FileChange,
    GraphChange,
    Payload,
    Reason,
)
from keikaku.deposit.folder import folder_tag, is_file_name
from keikaku.deposit.given import address_of
from keikaku.deposit.transaction import deposit, given_graphs, recover
from keikaku.deposit.workplace import HIDDEN, Workplace
from keikaku.errors import SettingsError
from keikaku.names import SHARED
from keikaku.release.dumps import canonical
from keikaku.release.shelf import Shelf
from small_plan import GRAPHS, PLAN, settings_in

if TYPE_CHECKING:
    from pathlib import Path

    from keikaku.deposit.change import Change
    from keikaku.settings import Settings

NQUADS, TURTLE = "application/n-quads", "text/turtle"
LINKS = NamedNode(f"{GRAPHS}links/example")
CITY = f"<{SHARED}id/352039>"
REFERS = "<http://purl.org/dc/terms/references>"


def link(name: str) -> Payload:
    return Payload(f"{CITY} {REFERS} <https://example.org/{name}> .".encode(), TURTLE)


@pytest.fixture(scope="session")
def small_shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Releases with the one that `keikaku build` makes of the small plan."""
    settings = settings_in(tmp_path_factory.mktemp("small"))
    assert build(settings).release
    return settings.releases


@pytest.fixture
def settings(tmp_path: Path, small_shelf: Path) -> Settings:
    """A publisher's plans, with the small plan in them, and its release."""
    settings = settings_in(tmp_path)
    shutil.copytree(small_shelf, settings.releases)
    return settings


def state(settings: Settings) -> dict[str, bytes]:
    """Every file of the plans, but for what is a publisher's tool."""
    return {
        str(path.relative_to(settings.plans)): path.read_bytes()
        for path in settings.plans.rglob("*")
        if path.is_file() and HIDDEN not in path.parts
    }


def refused(change: Change, settings: Settings, wait: float = 5) -> DepositError:
    """The refusal of a change, which must leave everything as it was."""
    before, current = state(settings), Shelf(settings.releases).current_id()
    with pytest.raises(DepositError) as caught:
        deposit(change, settings, wait)
    assert state(settings) == before
    assert Shelf(settings.releases).current_id() == current
    hidden = settings.plans / HIDDEN
    assert not hidden.is_dir() or {it.name for it in hidden.iterdir()} <= {"lock", ".gitignore"}
    return caught.value


def test_a_document_becomes_a_release_after_the_one_before(settings: Settings) -> None:
    before = Shelf(settings.releases).current_id()
    done = deposit(FileChange(PLAN, {"source.md": small_plan.reworded("言い直し。")}), settings)
    assert not done.created
    assert done.release == Shelf(settings.releases).current_id()
    assert Shelf(settings.releases).index()[-1].predecessor == before
    assert (settings.plans / PLAN / "source.md").read_bytes() == small_plan.reworded("言い直し。")


def test_what_shapes_forbid_is_refused_with_the_report(settings: Settings) -> None:
    error = refused(FileChange(PLAN, {"source.md": small_plan.unmarked()}), settings)
    assert error.reason is Reason.INVALID
    assert error.checked is not None
    assert not error.checked.report.conforms
    assert b"sh:ValidationReport" in error.checked.turtle


@pytest.mark.parametrize(
    ("files", "reason", "says"),
    [
        ({"source.md": small_plan.unreadable()}, Reason.INVALID, "source.md:37: 段階「検当」"),
        ({"source.md": b"\xff\xfe"}, Reason.INVALID, "UTF-8"),
        ({"plan.toml": b"profile = "}, Reason.INVALID, f"{PLAN}/plan.toml:"),
        ({"other.md": b""}, Reason.INVALID, "other.md は使われません"),
        ({"graphs.nq": b"<a> <b> <c> ."}, Reason.INVALID, "RDF として読めません"),
        ({"../x.md": b""}, Reason.MALFORMED, "受け付けません"),
        ({".hidden.md": b""}, Reason.MALFORMED, "受け付けません"),
        ({"notes.txt": b""}, Reason.MALFORMED, "受け付けません"),
    ],
)
def test_files_that_cannot_be_a_plan_are_refused(
    files: dict[str, bytes], reason: Reason, says: str, settings: Settings
) -> None:
    error = refused(FileChange(PLAN, files), settings)
    assert (error.reason, says in str(error)) == (reason, True), str(error)
    assert "staged" not in str(error)


@pytest.mark.parametrize("plan", ["../352039-kyodo", "352039", "kyodo", "352039-Kyodo", ""])
def test_a_plan_has_the_name_of_a_plan(plan: str, settings: Settings) -> None:
    assert refused(FileChange(plan, {"source.md": b""}), settings).reason is Reason.MALFORMED


def test_a_new_plan_is_made_from_its_files_together(settings: Settings) -> None:
    name = "352039-second"
    planfile = small_plan.planfile().replace('name = "kyodo"', 'name = "second"')
    document = {"source.md": small_plan.document().encode()}
    assert refused(FileChange(name, document), settings).reason is Reason.UNKNOWN
    wrong = FileChange(name, document | {"plan.toml": small_plan.planfile().encode()})
    assert "送り先は 352039-second" in str(refused(wrong, settings))
    done = deposit(FileChange(name, document | {"plan.toml": planfile.encode()}, True), settings)
    assert done.created
    assert sorted(done.reports) == [PLAN, name]

    # the city's graph is made by both now
    change = GraphChange(PLAN, (), NamedNode(f"{SHARED}graph/352039"))
    assert refused(change, settings).reason is Reason.CONFLICT


def test_a_plan_that_was_damaged_by_hand_is_a_conflict(settings: Settings) -> None:
    (settings.plans / PLAN / "source.md").write_bytes(small_plan.unreadable())
    error = refused(GraphChange(PLAN, (link("a"),), LINKS), settings)
    assert error.reason is Reason.CONFLICT
    assert "検当" in str(error)


def test_conditions_are_held_against_the_state_at_the_time(settings: Settings) -> None:
    change = FileChange(PLAN, {"source.md": small_plan.document().encode()})
    for condition in (
        Condition(match=frozenset({"0" * 64})),
        Condition(none_match=frozenset({"*"})),
    ):
        error = refused(replace(change, condition=condition), settings)
        assert error.reason is Reason.CONDITION
    assert Condition(match=frozenset({"*"})).holds("a")
    assert not Condition(match=frozenset({"*"})).holds(None)
    assert Condition(none_match=frozenset({"*"})).holds(None)
    assert Condition(none_match=frozenset({"a"})).holds("b")


def test_a_plan_lives_as_graphs_until_its_document_comes_again(settings: Settings) -> None:
    done = deposit(GraphChange(PLAN, (link("a"),), LINKS), settings)
    assert done.created
    folder = settings.plans / PLAN
    assert isinstance(read_source(folder, settings), GraphSource)
    assert (folder / "graphs.nq").read_bytes() == canonical(given_graphs(folder, settings).quads)
    assert b"example.org/a" in (folder / "graphs.nq").read_bytes()

    deposit(FileChange(PLAN, {"source.md": small_plan.document().encode()}), settings)
    assert sorted(path.name for path in folder.iterdir()) == ["plan.toml", "source.md"]
    assert not isinstance(read_source(folder, settings), GraphSource)


def test_graphs_without_a_document_are_a_plan(settings: Settings) -> None:
    given = canonical(given_graphs(settings.plans / PLAN, settings).quads)
    files = {"plan.toml": small_plan.planfile().encode(), "graphs.nq": given}
    of_document = Shelf(settings.releases).current_id()
    assert deposit(FileChange(PLAN, files, whole=True), settings).release == of_document
    assert sorted(path.name for path in (settings.plans / PLAN).iterdir()) == sorted(files)


def test_graphs_whose_document_lies_beside_them_make_the_round_trip(settings: Settings) -> None:
    quads = canonical(given_graphs(settings.plans / PLAN, settings).quads).decode()
    other = quads.replace(f'{small_plan.AS_IT_IS}"@ja', 'そうは書いてありません。"@ja')
    assert other != quads
    error = refused(GraphChange(PLAN, (Payload(other.encode(), NQUADS),)), settings)
    assert error.checked is not None
    kinds = {found.kind.ja for found in error.checked.report.findings}
    assert "読取りの往復の相違" in kinds


@pytest.mark.parametrize(
    ("payload", "graph", "reason", "says"),
    [
        (b"_:b <x:p> <x:o> .", LINKS, Reason.INVALID, "空白ノード"),
        (b"<x:s> <x:p> [] .", LINKS, Reason.INVALID, "空白ノード"),
        (b"<x:s> <x:p> <<( <x:a> <x:b> <x:c> )>> .", LINKS, Reason.INVALID, "三つ組を値"),
        (b"<x:s> <x:p> ", LINKS, Reason.MALFORMED, "RDF として読めません"),
        (b"<x:s> <x:p> <x:o> .", None, Reason.INVALID, "どのグラフの文か"),
        (b"<x:s> <x:p> <x:o> <x:g> .", None, Reason.INVALID, "この計画のグラフではありません"),
        (
            f"<x:s> <x:p> <x:o> <{SHARED}graph/concepts> .".encode(),
            None,
            Reason.INVALID,
            "この計画のグラフではありません",
        ),
        (
            f"<x:s> <x:p> <x:o> <{SHARED}graph/352039/other/stated> .".encode(),
            None,
            Reason.INVALID,
            "この計画のグラフではありません",
        ),
        (f"<x:s> <x:p> <x:o> <{GRAPHS}inferred> .".encode(), None, Reason.INVALID, "規則が作る"),
        (f"<x:s> <x:p> <x:o> <{GRAPHS}located> .".encode(), None, Reason.INVALID, "規則が作る"),
        (f"<x:s> <x:p> <x:o> <{GRAPHS}quality> .".encode(), None, Reason.INVALID, "規則が作る"),
        (f"<x:s> <x:p> <x:o> <{GRAPHS}thoughts> .".encode(), None, Reason.INVALID, "この名の"),
        (
            f"<x:s> <x:p> <x:o> <{GRAPHS}stated> .\n<x:s> <x:p> <x:o> <{LINKS.value}> .".encode(),
            None,
            Reason.INVALID,
            "二つのグラフ",
        ),
    ],
)
def test_what_no_graph_of_a_plan_may_hold_is_refused(
    payload: bytes, graph: NamedNode | None, reason: Reason, says: str, settings: Settings
) -> None:
    sent = Payload(payload, TURTLE if graph else NQUADS)
    error = refused(GraphChange(PLAN, (sent,), graph, merge=True), settings)
    assert (error.reason, says in str(error)) == (reason, True), str(error)


def test_a_graph_that_is_not_there_cannot_be_taken_away(settings: Settings) -> None:
    assert refused(GraphChange(PLAN, (), LINKS, existing=True), settings).reason is Reason.UNKNOWN
    unknown = GraphChange("352039-none", (link("a"),), LINKS)
    assert refused(unknown, settings).reason is Reason.UNKNOWN


def test_a_second_depositor_waits_and_then_is_sent_away(settings: Settings) -> None:
    place = Workplace(settings.plans, Shelf(settings.releases))
    change = FileChange(PLAN, {"source.md": small_plan.document().encode()})
    with place.working(1), pytest.raises(DepositError) as caught:
        deposit(change, settings, wait=0.2)
    assert caught.value.reason is Reason.BUSY


def test_a_build_at_the_same_time_sends_a_deposit_away(settings: Settings) -> None:
    shelf = Shelf(settings.releases)
    change = FileChange(PLAN, {"source.md": small_plan.reworded("言い直し。")})
    with shelf.writing():
        assert refused(change, settings).reason is Reason.BUSY


def test_a_disk_that_takes_no_more_leaves_the_old_state(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = FileChange(PLAN, {"source.md": small_plan.reworded("言い直し。")})
    before = sorted(path.name for path in settings.releases.iterdir())
    index = Shelf(settings.releases).index()
    steps = ((Workplace, "stage"), (Shelf, "point_to"), (Shelf, "_name_current"))
    for owner, name in steps:
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, full_disk)
            assert refused(change, settings).reason is Reason.UNWRITABLE
    assert Shelf(settings.releases).index() == index
    assert sorted(path.name for path in settings.releases.iterdir()) == before


def full_disk(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def ended(change: Change, settings: Settings, at: str) -> None:
    """Make a deposit in a process that is gone when it comes to `at`, without any tidying."""
    program = (
        "import os, pickle, sys\n"
        "from keikaku.deposit.workplace import Workplace\n"
        "from keikaku.release.shelf import Shelf\n"
        "from keikaku.deposit.transaction import deposit\n"
        f"{at} = lambda *_, **__: os._exit(9)\n"
        "change, settings = pickle.load(sys.stdin.buffer)\n"
        "deposit(change, settings)\n"
    )
    done = subprocess.run(  # noqa: S603  (our own program)
        [sys.executable, "-c", program], input=pickle.dumps((change, settings)), check=False
    )
    assert done.returncode == 9


@pytest.mark.parametrize(
    ("at", "is_new"),
    [
        ("Shelf.put", False),
        ("Shelf.point_to", False),
        ("Shelf._name_current", True),
        ("Workplace._take_place", True),
    ],
)
def test_a_deposit_that_was_ended_is_undone_or_done(
    at: str, is_new: bool, settings: Settings
) -> None:
    shelf, old = Shelf(settings.releases), state(settings)
    before, document = shelf.current_id(), small_plan.reworded("言い直し。")
    ended(FileChange(PLAN, {"source.md": document}), settings, at)
    assert json.loads((settings.plans / HIDDEN / "journal.json").read_text())["plan"] == PLAN
    recover(settings)
    assert not (settings.plans / HIDDEN / "journal.json").exists()
    assert (shelf.current_id() != before) == is_new
    assert (state(settings) != old) == is_new
    if is_new:
        assert state(settings)[f"{PLAN}/source.md"] == document
    on_shelf = {path.name for path in settings.releases.iterdir() if path.is_dir()}
    assert on_shelf - {prepared.HIDDEN} == {entry.id for entry in shelf.index()}
    assert shelf.current()


def test_what_was_edited_after_a_deposit_was_ended_is_not_lost(settings: Settings) -> None:
    document = small_plan.reworded("言い直し。")
    ended(FileChange(PLAN, {"source.md": document}), settings, "Workplace._clear_journal")
    by_hand = settings.plans / PLAN / "source.md"
    assert by_hand.read_bytes() == document
    by_hand.write_bytes(small_plan.reworded("手で直した。"))
    recover(settings)
    assert by_hand.read_bytes() == small_plan.reworded("手で直した。")


def test_folders_change_places_also_where_the_system_cannot_do_it_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live, fresh, aside = (tmp_path / name for name in ("live", "fresh", "aside"))
    for at_once in (True, False):
        live.mkdir(exist_ok=True)
        (live / "old").touch()
        fresh.mkdir(exist_ok=True)
        (fresh / "new").touch()
        tag = folder_tag(fresh)
        with monkeypatch.context() as patch:
            if not at_once:
                patch.setattr(exchange, "_exchanged", lambda *_: False)
            exchange.replace_folder(live, fresh, aside)
        assert folder_tag(live) == tag
        (live / "new").unlink()
        for left in (fresh / "old", fresh / "new"):
            left.unlink(missing_ok=True)


def test_a_link_in_a_plans_folder_is_not_written_through(
    settings: Settings, tmp_path: Path
) -> None:
    outside = tmp_path / "outside.md"
    outside.write_text("not ours")
    (settings.plans / PLAN / "source.md").unlink()
    (settings.plans / PLAN / "source.md").symlink_to(outside)
    deposit(FileChange(PLAN, {"source.md": small_plan.document().encode()}), settings)
    assert outside.read_text() == "not ours"
    assert not (settings.plans / PLAN / "source.md").is_symlink()


def test_a_deposit_that_no_reader_would_see_is_not_taken(settings: Settings) -> None:
    """A server engine holds what `keikaku publish` put there."""
    with pytest.raises(SettingsError, match="keikaku publish"):
        publish_api(replace(settings, engine="http://127.0.0.1:9/"), {})


def test_names_and_addresses() -> None:
    assert is_file_name("計画.md")
    assert not is_file_name("a/b.md")
    assert not is_file_name("a\\b.md")
    assert not is_file_name("\x00.md")
    assert not is_file_name("長" * 100 + ".md")
    stated = address_of(f"{GRAPHS}stated", SHARED)
    assert stated is not None
    assert (stated.code, stated.plan, stated.is_given) == ("352039", "kyodo", True)
    assert address_of(f"{SHARED}graph/concepts", SHARED) is None
    assert address_of("https://example.org/graph/352039/kyodo/stated", SHARED) is None


def test_an_error_travels_between_processes() -> None:
    error = DepositError(Reason.BUSY, "後で", "later", file="x", line=3)
    again = pickle.loads(pickle.dumps(error))  # noqa: S301  (our own)
    assert (again.reason, again.problems) == (error.reason, error.problems)


RETITLED = small_plan.edited("地域交流センターの設置", "地域交流センターの設立").encode()
"""The document with a title in the overview that the sheet does not have."""

DECISION = """[[decision]]
discrepancy = "title/1-1-1"
outcome = "accepted"
by = "協働推進課"
date = 2026-04-01
reason = { ja = "個別の表が正しい。" }
""".encode()


def published(settings: Settings, graph: str) -> list[bytes]:
    """The lines of the current release that stand in a graph of the plan."""
    dump = Shelf(settings.releases).current().file("keikaku.nq").read_bytes()
    return [line for line in dump.splitlines() if line.endswith(f"{graph}> .".encode())]


def test_decisions_are_deposited_with_the_document_and_stay_when_graphs_change(
    settings: Settings,
) -> None:
    before = deposit(FileChange(PLAN, {"source.md": RETITLED}), settings).release
    assert not published(settings, "kyodo/decisions")
    after = deposit(FileChange(PLAN, {"decisions.toml": DECISION}), settings).release
    assert after != before
    decisions = published(settings, "kyodo/decisions")
    assert len(decisions) == 6
    deposit(GraphChange(PLAN, (link("a"),), LINKS), settings)
    assert isinstance(read_source(settings.plans / PLAN, settings), GraphSource)
    assert published(settings, "kyodo/decisions") == decisions
    assert b"decision" not in (settings.plans / PLAN / "graphs.nq").read_bytes()
    deposit(FileChange(PLAN, {"decisions.toml": b"# none\n"}), settings)
    assert not published(settings, "kyodo/decisions")


def test_a_decision_on_what_is_no_discrepancy_is_refused_with_its_line(settings: Settings) -> None:
    error = refused(FileChange(PLAN, {"decisions.toml": DECISION}), settings)
    assert error.reason is Reason.INVALID
    assert f"{PLAN}/decisions.toml:2: 「title/1-1-1」" in str(error)
    assert "staged" not in str(error)


def test_a_mistake_in_decisions_is_refused_with_its_line(settings: Settings) -> None:
    wrong = DECISION.replace(b"accepted", b"acepted")
    error = refused(FileChange(PLAN, {"decisions.toml": wrong}), settings)
    assert f"{PLAN}/decisions.toml:3: 「acepted」" in str(error)


def test_the_graph_of_decisions_is_not_written_as_rdf(settings: Settings) -> None:
    graph = NamedNode(f"{GRAPHS}decisions")
    error = refused(GraphChange(PLAN, (link("a"),), graph), settings)
    assert "decisions.toml" in str(error)
