"""`keikaku upgrade`: plans, profiles and shelves of earlier versions are brought on."""

from __future__ import annotations

import hashlib
import tomllib
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

import small_plan
from held_release import NOT_SHOWN, new, old
from keikaku.assets import shipped
from keikaku.build import build, graphs_of, read_source
from keikaku.cli import main
from keikaku.graph.given import GIVEN, GRAPHS_FILE
from keikaku.graph.older import upgraded
from keikaku.names import KEI, OA, RDF, SCHEMA, XSD
from keikaku.prepared import PreparedPlans, version_of_program
from keikaku.release.dumps import canonical
from keikaku.release.held_back.judge import judge
from keikaku.release.held_back.regions import NOTHING
from keikaku.release.made_ready import HIDDEN
from keikaku.release.removal import withdraw
from keikaku.release.shelf import Shelf
from keikaku.release.tombstones import Tombstones
from keikaku.settings import Settings
from keikaku.upgrade.furniture import shown, upgrade_profile
from keikaku.upgrade.shelf import public_plans
from keikaku.upgrade.told import Kind
from small_plan import BASE, GRAPHS, PLAN, settings_in

if TYPE_CHECKING:
    from pathlib import Path

    from keikaku.names import PlanNames

SOURCE = f"{BASE}id/352039/kyodo/source/1"
COMMENT = "担当は内緒"
READING = KEI["readingSha256"]
EVIDENCE = NamedNode(f"{GRAPHS}evidence")


def cell(table: int, row: int, column: int, text: str, source: str = SOURCE) -> set[Quad]:
    """A cell that nothing names, as format 2 published it."""
    node = NamedNode(f"{source}/cell/{table}-{row}-{column}")
    numbers = {"table": table, "row": row, "column": column, "line": 500}
    return {
        Quad(node, RDF["type"], KEI["SourceCell"], EVIDENCE),
        Quad(node, KEI["document"], NamedNode(source), EVIDENCE),
        Quad(node, RDF["value"], Literal(text), EVIDENCE),
        *(
            Quad(node, KEI[name], Literal(str(value), datatype=XSD["integer"]), EVIDENCE)
            for name, value in numbers.items()
        ),
    }


def of_format_2(quads: frozenset[Quad]) -> frozenset[Quad]:
    """The given graphs of a plan as version 0.1 wrote them: every cell, comments, hashes."""
    own = [NamedNode(f"{GRAPHS}{name}") for name in GIVEN]
    kept = {q for q in quads if q.graph_name in own or q.graph_name.value.endswith("/352039")}
    regions = {q.subject for q in kept if q.object == KEI["WithheldRegion"]}
    hashes = (KEI["readingSha256"], SCHEMA["sha256"])
    kept = {q for q in kept if q.subject not in regions and q.predicate not in hashes}
    documents = {q.subject for q in kept if q.object == KEI["SourceDocument"]}
    kept |= {Quad(one, SCHEMA["sha256"], Literal("0" * 64), EVIDENCE) for one in documents}
    [title] = [q for q in kept if q.predicate == RDF["value"] and "code = " in q.object.value]
    commented = Literal(f"{title.object.value} # {COMMENT}")
    kept = (kept - {title}) | {Quad(title.subject, RDF["value"], commented, EVIDENCE)}
    return frozenset(kept | cell(9, 2, 5, NOT_SHOWN))


@pytest.fixture(scope="module")
def deposited(tmp_path_factory: pytest.TempPathFactory) -> tuple[frozenset[Quad], PlanNames]:
    """The graphs of a plan as version 0.1 had them, and their names."""
    settings = settings_in(tmp_path_factory.mktemp("deposited"))
    graphs = graphs_of(read_source(settings.plans / PLAN, settings), BASE)
    return of_format_2(graphs.quads), graphs.names


@pytest.fixture
def settings(tmp_path: Path, deposited: tuple[frozenset[Quad], PlanNames]) -> Settings:
    """A folder of plans with these graphs in one of them."""
    settings = settings_in(tmp_path, harvested=tmp_path / "harvested")
    (settings.plans / PLAN / GRAPHS_FILE).write_bytes(canonical(deposited[0]))
    (settings.plans / PLAN / "source.md").unlink()
    return settings


def run(settings: Settings, *more: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """Run the command with these settings."""
    monkeypatch.setenv("KEIKAKU_HARVESTED", str(settings.harvested))
    return main(["upgrade", str(settings.plans), "--releases", str(settings.releases), *more])


def said_of(settings: Settings) -> frozenset[Quad]:
    path = settings.plans / PLAN / GRAPHS_FILE
    return frozenset(parse(path.read_bytes(), format=RdfFormat.N_QUADS))


def test_graphs_lose_what_nothing_names_and_keep_the_rest(
    settings: Settings,
    deposited: tuple[frozenset[Quad], PlanNames],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = deposited[0]
    assert run(settings, monkeypatch=monkeypatch) == 0
    told = capsys.readouterr().out
    assert f"済: {PLAN}/{GRAPHS_FILE}: " in told
    assert "注記 1 " in told
    after = said_of(settings)
    body = (settings.plans / PLAN / GRAPHS_FILE).read_text(encoding="utf-8")
    assert NOT_SHOWN not in body
    assert COMMENT not in body
    assert NOT_SHOWN not in told
    assert COMMENT not in told
    evidence = {q for q in before if q.object == KEI["Evidence"]}
    assert evidence <= after
    assert {q for q in before if q.graph_name != EVIDENCE} <= after
    named = {q.object for q in before if q.predicate == KEI["cell"]}
    places = {q.subject for q in after if q.predicate == KEI["document"]}
    assert named <= places
    assert NamedNode(f"{SOURCE}/cell/9-2-5") not in places
    assert not [q for q in after if q.predicate == SCHEMA["sha256"]]
    for number in (1, 2):
        source = f"{BASE}id/352039/kyodo/source/{number}"
        lines = sorted(line for line in body.splitlines(True) if line.startswith(f"<{source}/"))
        [said] = [q for q in after if q.predicate == READING and q.subject.value == source]
        assert said.object.value == hashlib.sha256("".join(lines).encode()).hexdigest()


def test_a_release_is_made_of_graphs_that_were_brought_on(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(settings, monkeypatch=monkeypatch) == 0
    release = build(settings).release
    assert release is not None
    body = b"".join(release.lines()).decode()
    assert NOT_SHOWN not in body
    assert COMMENT not in body
    assert not judge(release, NOTHING).is_held


def test_a_second_run_has_nothing_to_do(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(settings, monkeypatch=monkeypatch) == 0
    files = {path: path.read_bytes() for path in settings.plans.rglob("*") if path.is_file()}
    capsys.readouterr()
    assert run(settings, monkeypatch=monkeypatch) == 0
    assert capsys.readouterr().out == "することはありません。 (there is nothing to do)\n"
    assert files == {p: p.read_bytes() for p in settings.plans.rglob("*") if p.is_file()}


def test_nothing_of_the_old_graphs_lies_beside_the_new_ones(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(settings, monkeypatch=monkeypatch) == 0
    names = {path.name for path in (settings.plans / PLAN).iterdir()}
    assert names == {"plan.toml", GRAPHS_FILE}


def test_graphs_that_cannot_be_written_stay_as_they_were(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (settings.plans / PLAN / GRAPHS_FILE).read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("keikaku.upgrade.files.shutil.copymode", full)
    assert run(settings, monkeypatch=monkeypatch) == 2
    assert "書き込めません" in capsys.readouterr().err
    assert {p.name for p in (settings.plans / PLAN).iterdir()} == {"plan.toml", GRAPHS_FILE}
    assert (settings.plans / PLAN / GRAPHS_FILE).read_bytes() == before


def test_what_rules_find_a_fault_with_stays(
    deposited: tuple[frozenset[Quad], PlanNames], kyodo_graphs: object
) -> None:
    quads: frozenset[Quad] = kyodo_graphs.quads  # type: ignore[attr-defined]
    names: PlanNames = kyodo_graphs.names  # type: ignore[attr-defined]
    targets = {q.object for q in quads if q.predicate == OA["hasTarget"]}
    assert len(targets) > 40
    after = upgraded(of_format_2(quads), names).quads
    places = {q.subject for q in after if q.predicate == KEI["document"]}
    assert targets <= places
    assert deposited[1] == names


def test_graphs_that_say_what_they_withhold_keep_their_cells(
    deposited: tuple[frozenset[Quad], PlanNames],
) -> None:
    before, names = deposited
    region = Quad(
        NamedNode(f"{SOURCE}/withheld/9-1-4"), RDF["type"], KEI["WithheldRegion"], EVIDENCE
    )
    after = upgraded(before | {region}, names)
    assert (after.cells, after.lines, after.comments) == (0, 0, 1)
    assert cell(9, 2, 5, NOT_SHOWN) <= after.quads


def test_a_document_of_which_nothing_is_dropped_keeps_its_hash(
    deposited: tuple[frozenset[Quad], PlanNames],
) -> None:
    other = f"{BASE}id/352039/kyodo/source/7"
    node = NamedNode(other)
    document = {
        Quad(node, RDF["type"], KEI["SourceDocument"], EVIDENCE),
        Quad(node, SCHEMA["name"], Literal("other.md"), EVIDENCE),
        Quad(node, SCHEMA["sha256"], Literal("1" * 64), EVIDENCE),
    }
    after = upgraded(deposited[0] | document, deposited[1])
    assert document <= after.quads
    hashed = {q.subject for q in after.quads if q.predicate == SCHEMA["sha256"]}
    assert hashed == {node}


PROFILE = """# 庁内の様式の読み方
layout = "register"

[furniture]  # 内容でない行
# 見出しの下の断り書き
lines = [
    "庁内限り*",  # 毎年ある
    "合計",
]
rows = ["計"]

[marks]
on = ["○"]
"""


def test_furniture_is_moved_with_its_comments_and_nothing_else_is() -> None:
    text = shown(PROFILE)
    said, before = tomllib.loads(text), tomllib.loads(PROFILE)
    assert said["furniture"] == {"shown": before["furniture"]}
    assert {**said, "furniture": 0} == {**before, "furniture": 0}
    for comment in (
        "# 庁内の様式の読み方",
        "# 内容でない行",
        "# 見出しの下の断り書き",
        "# 毎年ある",
    ):
        assert comment in text
    assert text.startswith('# 庁内の様式の読み方\nlayout = "register"\n')
    assert text.endswith('[marks]\non = ["○"]\n')


@pytest.mark.parametrize(
    "text",
    [
        'furniture = { rows = ["計"] }\nlayout = "register"\n',
        'furniture.rows = ["計"]\nlayout = "register"\n',
        '[furniture]\nrows = ["計"]\n',
        '[furniture]\nlines = []\nrows = ["計"]',
    ],
)
def test_furniture_is_moved_however_it_is_written(text: str) -> None:
    before = tomllib.loads(text)
    assert tomllib.loads(shown(text)) == {**before, "furniture": {"shown": before["furniture"]}}


PUBLIC = ("第2編", "実行計画", "推進項目一覧表", "※ 『■』が推進項目の対象です。", "年度別実行計画")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A plan's folder with a profile of its own, as version 0.1 had it: furniture was public."""
    settings = settings_in(tmp_path)
    plan = settings.plans / PLAN
    profile = (shipped("profiles") / "overview-and-sheets.toml").read_text(encoding="utf-8")
    own = profile.replace("[furniture.shown]\n", "[furniture]\n")
    assert tomllib.loads(own)["furniture"] == {"lines": [*PUBLIC]}
    (plan / "own.toml").write_text(own, encoding="utf-8")
    text = (plan / "plan.toml").read_text(encoding="utf-8")
    (plan / "plan.toml").write_text(text.replace("overview-and-sheets", "own"), encoding="utf-8")
    return plan


def test_furniture_that_was_public_is_told_and_not_touched(folder: Path) -> None:
    before = (folder / "own.toml").read_bytes()
    [told] = upgrade_profile(folder, keep=False, was_public=True)
    assert told.kind is Kind.DECIDE
    assert all(f"「{line}」" in told.ja for line in PUBLIC)
    assert "keikaku upgrade --keep-furniture" in told.ja
    assert (folder / "own.toml").read_bytes() == before


def test_furniture_that_was_never_public_is_nobodys_business(folder: Path) -> None:
    assert not [*upgrade_profile(folder, keep=False, was_public=False)]


def test_furniture_stays_public_if_that_is_wanted(folder: Path) -> None:
    [told] = upgrade_profile(folder, keep=True, was_public=True)
    assert told.kind is Kind.DONE
    said = tomllib.loads((folder / "own.toml").read_text(encoding="utf-8"))
    assert said["furniture"] == {"shown": {"lines": [*PUBLIC]}}
    for keep in (True, False):
        assert not [*upgrade_profile(folder, keep=keep, was_public=True)]


def test_whoever_has_decided_is_not_asked_again(folder: Path) -> None:
    with (folder / "own.toml").open("a", encoding="utf-8") as file:
        file.write("\n[furniture.shown]\n")
    for keep in (True, False):
        assert not [*upgrade_profile(folder, keep=keep, was_public=True)]


def test_a_profile_that_is_shipped_is_not_looked_at(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    assert not [*upgrade_profile(settings.plans / PLAN, keep=True, was_public=True)]


def test_a_profile_that_is_no_toml_is_told_and_the_next_plan_is_taken(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(
        plans=folder.parent, releases=folder.parents[1] / "releases", harvested=folder / "none"
    )
    (folder / "own.toml").write_text("[furniture\n", encoding="utf-8")
    other = folder.parent / "352021-bosai"
    other.mkdir()
    (other / "plan.toml").write_text("profile = ", encoding="utf-8")
    assert run(settings, monkeypatch=monkeypatch) == 1
    told = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in told] == ["要判断", "要判断"]
    assert "352021-bosai/plan.toml" in told[0]
    assert "own.toml" in told[1]


def test_what_cannot_be_read_of_a_document_is_to_be_decided(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(
        plans=folder.parent, releases=folder.parents[1] / "releases", harvested=folder / "none"
    )
    text = (folder / "plan.toml").read_text(encoding="utf-8").replace('"own"', f'"{SHIPPED}"')
    (folder / "plan.toml").write_text(text, encoding="utf-8")
    (folder / "source.md").write_bytes(small_plan.unreadable())
    assert run(settings, monkeypatch=monkeypatch) == 1
    assert f"要判断: {PLAN}/source.md:37: 段階「検当」" in capsys.readouterr().out


SHIPPED = "overview-and-sheets"


@pytest.fixture
def desk(tmp_path: Path) -> Settings:
    """A small plan beside a shelf with a release of format 2 that holds what the next withholds."""
    settings = settings_in(tmp_path, harvested=tmp_path / "harvested")
    shelf = Shelf(settings.releases)
    old(shelf)
    return settings


def test_a_shelf_is_cleared_and_its_releases_are_named(
    desk: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shelf = Shelf(desk.releases)
    first = shelf.current()
    assert public_plans(shelf) == {PLAN}
    for path in ("plan/aa.zip", "0123456789abcdef/city/bb.zip", "0123456789abcdef/city/.half"):
        (desk.releases / HIDDEN / path).parent.mkdir(parents=True, exist_ok=True)
        (desk.releases / HIDDEN / path).write_bytes(NOT_SHOWN.encode())
    PreparedPlans(desk)
    own = desk.releases / HIDDEN / version_of_program() / "plan" / "cc.zip"
    own.parent.mkdir()
    own.write_bytes(b"ours")
    assert run(desk, monkeypatch=monkeypatch) == 0
    told = capsys.readouterr().out
    assert "済: ほかの版の keikaku が準備した計画のファイル 3 個を消しました" in told
    assert f"次にすること: 現在のリリース {first.id} は前の形式です。keikaku build" in told
    assert [path for path in (desk.releases / HIDDEN).rglob("*") if path.is_file()] == [own]

    new(shelf)
    assert public_plans(shelf) == frozenset()
    assert run(desk, monkeypatch=monkeypatch) == 1
    told = capsys.readouterr().out
    assert f"要判断: リリース {first.id} は提供しません" in told
    assert f"keikaku releases --withdraw {first.id} --reason" in told
    assert NOT_SHOWN not in told
    assert "次にすること" not in told

    withdraw(shelf, first.id, "氏名があったため")
    assert run(desk, monkeypatch=monkeypatch) == 0
    assert "することはありません" in capsys.readouterr().out


def test_lists_of_names_that_an_earlier_version_left_become_hashes(
    desk: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shelf = Shelf(desk.releases)
    first = shelf.current()
    new(shelf)
    withdraw(shelf, first.id, "氏名があったため")
    (desk.releases / "gone" / f"{first.id}.sha256").unlink()
    name = f"{BASE}id/352039/department/{NOT_SHOWN}"
    (desk.releases / "gone" / f"{first.id}.txt").write_text(f"{name}\n", encoding="utf-8")
    assert run(desk, monkeypatch=monkeypatch) == 0
    assert "済: 除いたリリース 1 件の IRI の一覧を" in capsys.readouterr().out
    assert [path.name for path in (desk.releases / "gone").iterdir()] == [f"{first.id}.sha256"]
    stone = Tombstones(shelf).of(name)
    assert stone is not None
    assert stone.last == first.id
    assert run(desk, monkeypatch=monkeypatch) == 0
    assert "することはありません" in capsys.readouterr().out


def test_without_a_shelf_there_is_none_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = settings_in(tmp_path, harvested=tmp_path / "harvested")
    assert run(settings, monkeypatch=monkeypatch) == 0
    assert "することはありません" in capsys.readouterr().out
    assert not settings.releases.exists()


def test_plans_that_are_not_there_are_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "none").mkdir()
    settings = Settings(
        plans=tmp_path / "none", releases=tmp_path / "r", harvested=tmp_path / "harvested"
    )
    assert run(settings, monkeypatch=monkeypatch) == 2
    assert "計画フォルダがありません" in capsys.readouterr().err
