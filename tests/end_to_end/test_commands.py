from __future__ import annotations

import csv
import io
import json
import shutil
import tomllib
from pathlib import Path

import openpyxl
import pytest
import rdflib
from pyoxigraph import RdfFormat, parse

from decided_plan import DECISIONS, decided_copy
from desk import Desk
from keikaku.assets import shipped
from small_plan import AS_IT_IS, PLAN, reworded, settings_in

pytestmark = pytest.mark.xdist_group("site")

EXPECTED = Path(__file__).parents[1] / "expected"


def plan_copy(tmp_path: Path, *edits: tuple[str, str]) -> Path:
    folder = tmp_path / "352039-kyodo"
    shutil.copytree(shipped("plans") / "352039-kyodo", folder)
    text = (folder / "source.md").read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    (folder / "source.md").write_text(text, encoding="utf-8")
    return folder


def report_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def test_check_lists_every_discrepancy_with_its_line(desk: Desk) -> None:
    done = desk.run("check")
    assert "違反 0 件、不整合 46 件" in done.stdout
    assert "21行目 ⇔ 167行目 I-(2)-④" in done.stdout
    found = tomllib.loads((EXPECTED / "discrepancies.toml").read_text(encoding="utf-8"))
    report = (desk.folder / "report" / "352039-kyodo.csv").read_bytes()
    assert report.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(report.decode("utf-8-sig"))))
    assert list(rows[0])[:6] == ["表", "行", "列", "内容", "問題", "どうすればよいか"]
    assert len(rows) == len(found["discrepancy"]) == 46
    assert {row["行番号"] for row in rows} >= {
        str(min(entry["lines"])) for entry in found["discrepancy"]
    }
    assert all(row["どうすればよいか"] for row in rows)


def test_check_writes_a_spreadsheet_and_turtle_of_the_same(desk: Desk) -> None:
    desk.run("check")
    sheet = openpyxl.load_workbook(desk.folder / "report" / "352039-kyodo.xlsx").active
    assert sheet is not None
    assert sheet.max_row == 47
    graph = rdflib.Graph().parse(desk.folder / "report" / "352039-kyodo.ttl")
    kinds = graph.subjects(predicate=rdflib.URIRef("https://w3id.org/keikaku/ns#kind"))
    assert len(set(kinds)) == 46
    conforms = graph.value(predicate=rdflib.SH.conforms, any=False)
    assert conforms is None
    assert True in {value.toPython() for value in graph.objects(predicate=rdflib.SH.conforms)}


def test_an_unreadable_document_is_an_error_with_its_line_and_leaves_the_release(
    desk: Desk, tmp_path: Path
) -> None:
    before = desk.run("releases").stdout
    broken = plan_copy(tmp_path, ("| | 検討 | 実施・完了予定", "| | 検当 | 実施・完了予定"))
    done = desk.run("build", str(broken), code=2)
    assert done.stderr.startswith("352039-kyodo/source.md:109: 段階「検当」は登録されていません。")
    assert done.stderr.count("\n") == 1
    assert desk.run("releases").stdout == before


def test_check_of_an_unreadable_document_writes_the_report_all_the_same(
    desk: Desk, tmp_path: Path
) -> None:
    broken = plan_copy(tmp_path, ("| 実施主体 | 行政 |", "| 実施主体 | 行征 |"))
    done = desk.run("check", str(broken), "--out", str(tmp_path), code=2)
    assert "source.md:102:" in done.stderr
    text = (tmp_path / "352039-kyodo.csv").read_text(encoding="utf-8-sig")
    assert "行征" in text


def test_check_names_each_discrepancy_as_decisions_toml_does(desk: Desk) -> None:
    lines = desk.run("check").stdout.splitlines()
    assert len([line for line in lines if line.endswith("[number/1-2-4]")]) == 1
    rows = report_of(desk.folder / "report" / "352039-kyodo.csv")
    assert {row["回答に書く名"] for row in rows} == {
        line.rpartition("[")[2].removesuffix("]") for line in lines if line.endswith("]")
    }


def test_a_decision_of_nothing_leaves_the_report_with_the_names(desk: Desk, tmp_path: Path) -> None:
    plan = decided_copy(tmp_path, DECISIONS.replace('"number/1-2-4"', '"number/1-2-44"'))
    out = tmp_path / "out"
    done = desk.run("check", str(plan), "--out", str(out), code=2)
    assert "decisions.toml:3: 「number/1-2-44」という不整合はありません" in done.stderr
    rows = {row["回答に書く名"]: row["状態"] for row in report_of(out / "352039-kyodo.csv")}
    assert len(rows) == 46
    assert rows["number/1-2-4"] == "未回答"
    assert rows["target/3-2-1/その他"] == "訂正する"
    (plan / "decisions.toml").write_text("[[decision]]\nby = 1\n", encoding="utf-8")
    assert "decisions.toml" in desk.run("check", str(plan), "--out", str(out), code=2).stderr
    assert len(report_of(out / "352039-kyodo.csv")) == 46


def test_a_violation_stops_the_release_with_exit_code_1(desk: Desk, tmp_path: Path) -> None:
    before = desk.run("releases").stdout
    broken = plan_copy(tmp_path, ("| 整理番号 | I - (1) - ① |", "| 整理番号 | I - (9) - ① |"))
    done = desk.run("build", str(broken), code=1)
    assert "100行目" in done.stdout
    assert "リリースは作られませんでした" in done.stderr
    assert desk.run("releases").stdout == before


def test_building_again_gives_the_same_release(desk: Desk) -> None:
    before = desk.run("releases").stdout
    done = desk.run("build")
    assert before.split()[1] in done.stdout
    assert desk.run("releases").stdout == before


@pytest.mark.parametrize("kind", ["nq", "nt", "ttl", "trig", "rdf"])
def test_export_writes_every_triple(kind: str, desk: Desk) -> None:
    done = desk.run("export", "--format", kind)
    form = RdfFormat.from_extension(kind)
    assert form is not None
    triples = {(q.subject, q.predicate, q.object) for q in parse(done.stdout.encode(), form)}
    current = desk.run("releases").stdout.split()[1]
    manifest = desk.folder / "releases" / current / "manifest.json"
    assert len(triples) == json.loads(manifest.read_text(encoding="utf-8"))["triples"]


def test_export_writes_json_that_a_web_developer_reads(desk: Desk) -> None:
    graph = "https://w3id.org/keikaku/graph/352039/kyodo/stated"
    document = json.loads(desk.run("export", "--format", "jsonld", "--graph", graph).stdout)
    nodes = {node["id"]: node for node in document["@graph"]}
    item = nodes["https://w3id.org/keikaku/id/352039/kyodo/item/1-4-3"]
    assert item["type"] == "Item"
    assert item["number"] == "I-(4)-③"
    assert item["label"] == {"ja": "行政の協働相談窓口の設置"}
    assert item["position"] == 3
    assert "party:事業者" in item["targets"]
    assert item["purpose"].startswith("地域コミュニティや市民活動団体などと行政をつなぐ")


def test_export_writes_tables(desk: Desk) -> None:
    done = desk.run("export", "--format", "csv", "--table", "items")
    assert len(list(csv.DictReader(io.StringIO(done.stdout)))) == 52
    assert "--table" in desk.run("export", "--format", "csv", code=2).stderr


def test_a_wrong_flag_of_export_is_named(desk: Desk) -> None:
    assert "グラフはありません" in desk.run("export", "--graph", "urn:x", code=2).stderr


def test_a_sentence_that_is_not_understood_is_refused_with_the_nearest(desk: Desk) -> None:
    done = desk.run("ask", "H22に事業者が関わる品目は？", code=2)
    assert "関わる項目" in done.stderr


def test_a_syntax_error_in_a_query_is_one_line(desk: Desk) -> None:
    done = desk.run("query", "SELECT * {", code=2)
    assert done.stderr.count("\n") == 1


def test_without_a_release_the_remedy_is_named(tmp_path: Path, desk: Desk) -> None:
    done = desk.run("query", "ASK {}", "--releases", str(tmp_path / "none"), code=2)
    assert "keikaku build" in done.stderr


def test_a_setting_in_the_file_that_does_not_exist_is_named(desk: Desk) -> None:
    config = desk.folder / "keikaku.toml"
    config.write_text("colour = 1\n", encoding="utf-8")
    try:
        assert "colour" in desk.run("releases", code=2).stderr
    finally:
        config.unlink()


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Desk, str, str]:
    """A folder with two releases of the small plan, the second with another purpose; their ids."""
    desk = Desk(tmp_path_factory.mktemp("changed"))
    settings_in(desk.folder)
    desk.run("build", "plans")
    before = desk.run("releases").stdout.split()[1]
    document = desk.folder / "plans" / PLAN / "source.md"
    document.write_bytes(reworded("みんなでまちをつくります。"))
    desk.run("build", "plans")
    (after,) = {line.split("\t")[0][2:] for line in desk.run("releases").stdout.splitlines()} - {
        before
    }
    return desk, before, after


def test_diff_tells_what_changed_in_the_language_of_plans(
    changed: tuple[Desk, str, str],
) -> None:
    desk, before, after = changed
    text = desk.run("diff", before[:6], after[:6]).stdout
    assert text == desk.run("diff", "previous", "current").stdout
    assert f"{before} → {after}" in text
    assert "[変わった] I-(1)-① 地域交流センターの設置" in text
    assert "みんなでまちをつくります。」" in text
    assert f"→ 「地域コミュニティ活動や市民活動の活性化を図り、{AS_IT_IS}" not in text
    english = desk.run("diff", "previous", "current", "--language", "en").stdout
    assert "purpose: " in english
    assert "計画の中身に違いはありません" in desk.run("diff", "current", "current").stdout


def test_diff_writes_csv_and_json(changed: tuple[Desk, str, str]) -> None:
    desk, before, _ = changed
    (row,) = csv.DictReader(
        io.StringIO(desk.run("diff", before, "current", "--format", "csv").stdout)
    )
    assert (row["種別"], row["変更"], row["番号"], row["欄"]) == (
        "項目",
        "変わった",
        "I-(1)-①",
        "目的",
    )
    document = json.loads(desk.run("diff", before, "current", "--format", "json").stdout)
    assert [change["act"] for change in document["changes"]] == ["changed"]


def test_diff_writes_what_turns_the_one_release_into_the_other(
    changed: tuple[Desk, str, str],
) -> None:
    desk, before, after = changed
    desk.run("diff", before, after, "--removed", "out/removed.nq", "--added", "out/added.nq")
    gone, new = (
        set((desk.folder / "out" / f"{name}.nq").read_bytes().splitlines(keepends=True))
        for name in ("removed", "added")
    )
    old, fresh = (
        (desk.folder / "releases" / name / "keikaku.nq").read_bytes() for name in (before, after)
    )
    assert gone
    assert b"".join(sorted(set(old.splitlines(keepends=True)) - gone | new)) == fresh
    assert (
        set(desk.run("diff", before, after, "--added", "-").stdout.encode().splitlines(True)) == new
    )


def test_diff_takes_the_folder_of_a_release(changed: tuple[Desk, str, str], tmp_path: Path) -> None:
    desk, before, after = changed
    kept = tmp_path / "kept"
    shutil.copytree(desk.folder / "releases" / before, kept)
    assert "変わった 1" in desk.run("diff", str(kept), after).stdout


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (("ffff", "current"), "「ffff」というリリースはありません。"),
        (("", "current"), "というリリースはありません。"),
        (("current", "./nowhere"), "リリースのフォルダではありません"),
    ],
)
def test_diff_names_what_there_is_where_a_release_is_not_known(
    changed: tuple[Desk, str, str], names: tuple[str, str], says: str
) -> None:
    desk, before, _ = changed
    error = desk.run("diff", *names, code=2).stderr
    assert says in error
    assert error.count("\n") == 1
    if names[1] == "current":
        assert before in error


def test_the_beginning_of_an_id_will_do_and_a_release_keeps_its_date(
    changed: tuple[Desk, str, str], tmp_path: Path
) -> None:
    first, before, after = changed
    desk = Desk(tmp_path / "desk")
    shutil.copytree(first.folder, desk.folder)
    index = desk.folder / "releases" / "index.jsonl"
    lines = [json.loads(line) for line in index.read_text(encoding="utf-8").splitlines()]
    lines[0]["date"], lines[1]["date"] = "2026-04-01T09:00:00+00:00", "2026-04-02T09:00:00+00:00"
    index.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    listed = desk.run("releases", "--use", before[:6]).stdout.splitlines()
    assert listed[0].startswith(f"* {before}\t2026-04-01T09:00:00+00:00\t")
    assert listed[0].endswith("から公開中")
    assert listed[1] == f"  {after}\t2026-04-02T09:00:00+00:00"
    withdrawn = desk.run("releases", "--withdraw", after[:6], "--reason", "誤り").stdout
    assert f"- {after}" in withdrawn
    assert "というリリースはありません" in desk.run("releases", "--use", "xyz", code=2).stderr
    document = desk.folder / "plans" / PLAN / "source.md"
    document.write_bytes(reworded("みんなの力でまちをつくります。"))
    desk.run("build", "plans")
    assert f"{before} → " in desk.run("diff", "previous", "current").stdout


def test_diff_says_that_the_first_release_has_none_before_it(
    changed: tuple[Desk, str, str], tmp_path: Path
) -> None:
    desk, before, _ = changed
    shutil.copytree(desk.folder / "releases", tmp_path / "releases")
    index = tmp_path / "releases" / "index.jsonl"
    first = index.read_text(encoding="utf-8").splitlines()[0]
    index.write_text(f"{first}\n", encoding="utf-8")
    (tmp_path / "releases" / "current").write_text(f"{before}\n", encoding="utf-8")
    done = desk.run("diff", "previous", "current", "--releases", str(index.parent), code=2)
    assert "前のリリースはありません" in done.stderr
