"""`keikaku new`: a city with nothing but a spreadsheet gets to a release."""

from __future__ import annotations

import csv
import io
import tomllib
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from keikaku.build import build, graphs_of, read_source
from keikaku.cli import main
from keikaku.errors import KeikakuError, PlanFileError, SettingsError
from keikaku.names import KEI, RDFS, SHARED, SHARED_PARTIES, SHARED_PHASES
from keikaku.records.planfile import read_planfile
from keikaku.settings import Settings, unknown_in
from keikaku.starting.columns import columns
from keikaku.starting.folder import Wanted, start
from keikaku.starting.sheet import HELP, LISTS, SHEET, as_csv, as_xlsx
from keikaku.starting.stored import stored_plan
from keikaku.store.embedded import EmbeddedStore

if TYPE_CHECKING:
    from pathlib import Path

    from pyoxigraph import NamedNode, Quad

    from keikaku.build import PlanGraphs

MOST = 20_000_000
WANTED = Wanted("352039", "machi", title="山口市まちづくり計画", years="R5-R7")
FILLED = {
    "方針": "つながる",
    "施策": "場をつくる",
    "名称": "交流の場の設置",
    "担当部": "市民部",
    "担当課": "協働推進課・企画経営課",
    "実施主体_行政": "○",
    "対象_市民": "○",
    "R5": "検討",
    "R6": "→",
    "R7": "実施",
}


def fill(path: Path, rows: list[dict[str, str]]) -> None:
    """Write rows into a table as a member of staff would, leaving all else as it is."""
    if path.suffix == ".csv":
        text = path.read_bytes().decode("utf-8-sig")
        header = next(csv.reader(io.StringIO(text)))
        lines = io.StringIO(newline="")
        csv.DictWriter(lines, header, restval="").writerows(rows)
        path.write_bytes((text + lines.getvalue()).encode("utf-8-sig"))
        return
    book = load_workbook(path)
    sheet = book[SHEET]
    places = {cell.value: cell.column for cell in sheet[1]}
    for number, row in enumerate(rows, start=2):
        for header, text in row.items():
            sheet.cell(number, places[header], text)
    book.save(path)


def said(graphs: PlanGraphs, *predicates: NamedNode) -> list[tuple[str, str]]:
    """The label of each subject and the local name of each object of these properties."""
    labels = {q.subject: q.object.value for q in graphs.quads if q.predicate == RDFS["label"]}
    found = [quad for quad in graphs.quads if quad.predicate in predicates]
    return sorted((labels[quad.subject], quad.object.value.rsplit("/", 1)[-1]) for quad in found)


# The folder


def test_what_the_code_list_knows_is_filled_in(tmp_path: Path) -> None:
    folder = start(WANTED, tmp_path, MOST).folder
    assert folder == tmp_path / "352039-machi"
    text = (folder / "plan.toml").read_text(encoding="utf-8")
    keys = tomllib.loads(text)
    assert keys["municipality"] == {
        "code": "352039",
        "name": {"ja": "山口市", "en": "Yamaguchi City"},
    }
    assert keys["plan"] == {
        "name": "machi",
        "title": {"ja": "山口市まちづくり計画"},
        "first_year": "R5",
        "last_year": "R7",
    }
    assert "法人番号 2000020352039" in text


@pytest.mark.parametrize("city", ["352039", "35203", "３５２０３９", "山口市", "山口県山口市"])
def test_a_city_is_named_by_code_or_name(city: str, tmp_path: Path) -> None:
    assert start(replace(WANTED, city=city), tmp_path, MOST).folder.name == "352039-machi"


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"city": "府中市"}, "東京都府中市 132063、広島県府中市 342084"),
        ({"city": "伊達市"}, "012335"),
        ({"city": "やまぐち町"}, "6桁のコード"),
        ({"city": "352038"}, "検査数字"),
        ({"name": "department"}, "department"),
        ({"name": "計画"}, "英小文字"),
        ({"name": "../x"}, "英小文字"),
        ({"years": "H24-H20"}, "期間「H24-H20」"),
        ({"years": "そのうち"}, "期間「そのうち」"),
        ({"profile": "sheets"}, "overview-and-sheets"),
        ({"profile": "overview-and-sheets"}, "--document"),
        ({"parties": ("a/b?",)}, "a/b?"),
    ],
)
def test_what_cannot_be_is_refused_with_what_would_do(
    changed: dict[str, object], says: str, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError) as refused:
        start(replace(WANTED, **changed), tmp_path, MOST)
    assert says in refused.value.ja
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    folder = start(WANTED, tmp_path, MOST).folder
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(PlanFileError) as refused:
        start(replace(WANTED, title="別の題名"), tmp_path, MOST)
    assert "上書きはしません" in refused.value.ja
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]


def test_a_title_with_quotes_and_backslashes_stands_as_it_is(tmp_path: Path) -> None:
    title = '「"引用"」\\と改行なし'
    folder = start(replace(WANTED, title=title), tmp_path, MOST).folder
    keys = tomllib.loads((folder / "plan.toml").read_text(encoding="utf-8"))
    assert keys["plan"]["title"]["ja"] == title


@pytest.mark.parametrize("title", ['まち"未来"計画', "まち\\未来計画", "「まち」'未来'計画"])
def test_a_title_with_quotes_has_its_line_as_evidence(tmp_path: Path, title: str) -> None:
    folder = start(replace(WANTED, title=title), tmp_path, MOST).folder
    planfile = read_planfile(folder)
    assert planfile.said(title, "plan", "title").value == title
    assert title in planfile.line("plan", "title").text


def test_a_title_that_is_not_on_its_line_as_it_is_is_told(tmp_path: Path) -> None:
    folder = start(WANTED, tmp_path, MOST).folder
    file = folder / "plan.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(WANTED.title or "", 'まち\\"未来\\"計画'), encoding="utf-8")
    fill(folder / "plan.xlsx", [FILLED])
    with pytest.raises(PlanFileError, match="逆斜線") as told:
        read_source(folder, Settings())
    number = next(n for n, line in enumerate(text.split("\n"), 1) if line.startswith("title"))
    assert told.value.problems[0].line == number


@pytest.mark.parametrize("profile", ["overview-and-sheets", "register-hierarchy"])
@pytest.mark.parametrize("title", ["市の計画", None])
def test_a_title_that_is_given_is_not_lost_whatever_document_it_is_of(
    tmp_path: Path, profile: str, title: str | None
) -> None:
    document = tmp_path / "plan.md"
    document.write_text("# 計画\n", encoding="utf-8")
    wanted = replace(WANTED, title=title, document=document, profile=profile)
    folder = start(wanted, tmp_path / "plans", MOST).folder
    text = (folder / "plan.toml").read_text(encoding="utf-8")
    said = tomllib.loads(text)["plan"].get("title")
    assert said == ({"ja": title} if title else None)
    assert ("文書から読みます" in text) == (title is None and profile == "overview-and-sheets")


def test_a_code_that_no_list_has_is_taken_and_its_name_asked_for(tmp_path: Path) -> None:
    folder = start(replace(WANTED, city="999997"), tmp_path, MOST).folder
    keys = tomllib.loads((folder / "plan.toml").read_text(encoding="utf-8"))
    assert keys["municipality"] == {"code": "999997"}
    with pytest.raises(PlanFileError) as missing:
        read_source(folder, Settings())
    assert "municipality.name" in missing.value.ja


def test_a_plan_without_a_title_asks_for_it(tmp_path: Path) -> None:
    folder = start(replace(WANTED, title=None), tmp_path, MOST).folder
    fill(folder / "plan.xlsx", [FILLED])
    with pytest.raises(KeikakuError) as missing:
        read_source(folder, Settings())
    assert "title" in missing.value.ja


# The table


def test_the_workbook_offers_the_code_lists_and_says_how_to_fill_it_in() -> None:
    book = load_workbook(io.BytesIO(as_xlsx(columns(range(2008, 2013), ["中間支援組織"]))))
    assert book.sheetnames == [SHEET, HELP, LISTS]
    sheet = book[SHEET]
    headers = [cell.value for cell in sheet[1]]
    assert sheet.max_row == 1
    assert sheet.freeze_panes == "G2"
    offered = {
        headers[area.min_col - 1]: rule.formula1
        for rule in sheet.data_validations.dataValidation
        for area in rule.sqref.ranges
        if rule.type == "list"
    }
    assert offered["H20"] == f'"{",".join((*SHARED_PHASES, "→"))}"'
    parties = (*SHARED_PARTIES, "中間支援組織")
    marks = [f"{prefix}{party}" for prefix in ("実施主体_", "対象_") for party in parties]
    assert all(offered[header] == '"○"' for header in marks)
    assert headers[:6] == ["全国地方公共団体コード", "ID", "地方公共団体名", "方針", "施策", "名称"]
    assert headers[-5:] == ["H20", "H21", "H22", "H23", "H24"]


def test_equal_tables_are_equal_bytes() -> None:
    assert as_xlsx(columns(range(2008, 2013))) == as_xlsx(columns(range(2008, 2013)))


def test_csv_has_the_same_columns_and_the_mark_for_excel() -> None:
    layout = columns(range(2023, 2026))
    content = as_csv(layout)
    assert content.startswith(b"\xef\xbb\xbf")
    header = next(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert header == [column.header for column in layout]


@pytest.mark.parametrize("table", ["xlsx", "csv"])
def test_a_filled_table_becomes_a_release(table: str, tmp_path: Path) -> None:
    started = start(replace(WANTED, table=table), tmp_path / "plans", MOST)
    fill(started.folder / f"plan.{table}", [FILLED, {"名称": "交流の場の運営", "R7": "実施"}])
    source = read_source(started.folder, Settings())
    graphs = graphs_of(source, SHARED)
    first, second = "交流の場の設置", "交流の場の運営"
    assert said(graphs, KEI["department"]) == [(first, "企画経営課"), (first, "協働推進課")]
    assert said(graphs, KEI["implementedBy"]) == [(first, "行政")]
    assert said(graphs, KEI["targets"]) == [(first, "市民")]
    assert said(graphs, KEI["inMeasure"]) == [(first, "1-1"), (second, "1-1")]
    built = build(
        Settings(plans=tmp_path / "plans", releases=tmp_path / "releases", pyshacl_plans=0)
    )
    assert built.release is not None


def test_an_empty_table_says_that_it_is_to_be_filled_in(tmp_path: Path) -> None:
    folder = start(WANTED, tmp_path, MOST).folder
    with pytest.raises(KeikakuError):
        read_source(folder, Settings())


def test_a_filled_table_is_known_and_its_own_parties_are_collected(tmp_path: Path) -> None:
    first = start(replace(WANTED, parties=("まちづくり協議会",)), tmp_path / "a", MOST).folder
    fill(first / "plan.xlsx", [{**FILLED, "実施主体_まちづくり協議会": "○"}])
    again = replace(WANTED, document=first / "plan.xlsx")
    started = start(again, tmp_path / "b", MOST)
    assert started.given.profile == "table"
    assert started.given.parties == ("まちづくり協議会",)
    source = read_source(started.folder, Settings())
    assert len(source.plan.items) == 1


def test_a_table_on_a_sheet_of_another_name_is_read_too(tmp_path: Path) -> None:
    first = start(WANTED, tmp_path / "a", MOST).folder
    fill(first / "plan.xlsx", [FILLED])
    book = load_workbook(first / "plan.xlsx")
    book[SHEET].title = "R5 計画"
    del book[HELP]
    del book[LISTS]
    book.save(tmp_path / "own.xlsx")
    folder = start(replace(WANTED, document=tmp_path / "own.xlsx"), tmp_path / "b", MOST).folder
    source = read_source(folder, Settings())
    assert len(source.plan.items) == 1


@pytest.mark.parametrize("profile", [None, "table"])
def test_a_hidden_sheet_is_asked_of_when_plan_toml_is_there(
    tmp_path: Path, profile: str | None
) -> None:
    """Only plan.toml can say whether it is read; beside a sheet of ours nothing is asked."""
    document = tmp_path / "own.xlsx"
    book = load_workbook(io.BytesIO(as_xlsx(columns((2023,), ()))))
    sheet = book.create_sheet("覚え書き")
    sheet["A1"] = "内々の覚え"
    sheet.sheet_state = "hidden"
    if profile is not None:
        book["計画"].title = "一覧"
    book.save(document)
    wanted = replace(WANTED, document=document, profile=profile)
    folder = start(wanted, tmp_path / "plans", MOST).folder
    keys = tomllib.loads((folder / "plan.toml").read_text(encoding="utf-8"))
    assert keys["profile"] == "table"
    assert keys.get("source") == (None if profile else {"sheets": ["計画"]})


def test_another_document_wants_its_profile(tmp_path: Path) -> None:
    document = tmp_path / "plan.md"
    document.write_text("# 計画\n", encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        start(replace(WANTED, document=document), tmp_path / "plans", MOST)
    assert "overview-and-sheets" in refused.value.ja
    chosen = replace(WANTED, document=document, profile="overview-and-sheets")
    folder = start(chosen, tmp_path / "plans", MOST).folder
    keys = tomllib.loads((folder / "plan.toml").read_text(encoding="utf-8"))
    assert (keys["document"], keys["profile"]) == ("plan.md", "overview-and-sheets")
    assert (folder / "plan.md").read_bytes() == document.read_bytes()


def test_a_document_that_is_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        start(replace(WANTED, document=tmp_path / "none.xlsx"), tmp_path, MOST)
    assert "none.xlsx" in str(refused.value)


def test_departments_that_may_be_one_are_hinted_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = start(WANTED, tmp_path / "plans", MOST).folder
    fill(
        folder / "plan.xlsx",
        [
            {"名称": "交流の場の設置", "担当課": "協働推進課・管財課", "R5": "実施"},
            {"名称": "交流の場の運営", "担当課": "協働推進室", "R6": "実施"},
        ],
    )
    monkeypatch.chdir(tmp_path)
    assert main(["check"]) == 0
    told = capsys.readouterr().out
    assert "「協働推進課」と「協働推進室」は似ています" in told
    assert told.count("似ています") == 1


def test_a_mistake_in_a_workbook_is_reported_at_its_cell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = start(WANTED, tmp_path / "plans", MOST).folder
    fill(folder / "plan.xlsx", [FILLED, {"施策": "人をつなぐ", "R6": "実施"}])
    monkeypatch.chdir(tmp_path)
    assert main(["check", "--out", "found"]) == 2
    assert "!F3: この行には名称がありません" in capsys.readouterr().err
    text = (tmp_path / "found" / "352039-machi.csv").read_text(encoding="utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["表"], row["行"], row["列"], row["所在"]) == ("1", "3", "6", f"{SHEET}!F3")


# There and back


STATED = (
    RDFS["label"],
    *(
        KEI[name]
        for name in (
            "printedNumber", "department", "implementedBy", "targets", "otherTarget", "purpose",
            "currentState", "content", "completionCriterion", "note", "cellText", "fiscalYear",
            "phase",
        )
    ),
)  # fmt: skip


def values_by_number(quads: frozenset[Quad]) -> dict[str, set[tuple[str, str]]]:
    """What the stated graph says of each item, by its number; of its schedule too."""
    stated = [quad for quad in quads if quad.graph_name.value.endswith("/stated")]
    numbers = {q.subject: q.object.value for q in stated if q.predicate == KEI["printedNumber"]}
    items = {q.subject for q in stated if q.object == KEI["Item"]}
    entries = {q.object: q.subject for q in stated if q.predicate == KEI["schedule"]}
    found: dict[str, set[tuple[str, str]]] = {numbers[item]: set() for item in items}
    years = {q.subject: q.object.value for q in stated if q.predicate == KEI["fiscalYear"]}
    for quad in stated:
        item = entries.get(quad.subject, quad.subject)
        if item in items and quad.predicate in STATED:
            year = f" {years[quad.subject]}" if quad.subject in entries else ""
            said_so = (f"{quad.predicate.value}{year}", quad.object.value)
            found[numbers[item]].add(said_so)
    return found


@pytest.mark.parametrize("table", [as_xlsx, as_csv])
def test_the_plan_of_yamaguchi_comes_back_from_the_table_with_the_same_values(
    table: object, plan_quads: frozenset[Quad], tmp_path: Path
) -> None:
    stored = stored_plan(EmbeddedStore.in_memory(plan_quads), None)
    assert len(stored.rows) == 52
    assert set(stored.own_parties) == {"中間支援組織", "協働のまちづくり推進委員会"}
    document = tmp_path / ("plan.xlsx" if table is as_xlsx else "plan.csv")
    document.write_bytes(table(columns(stored.years, stored.own_parties), stored.rows))
    wanted = Wanted("山口市", "kyodo", "山口市協働推進プラン", "H20-H24", document)
    folder = start(wanted, tmp_path / "plans", MOST).folder
    again = graphs_of(read_source(folder, Settings()), SHARED)
    before, after = values_by_number(plan_quads), values_by_number(again.quads)
    assert before.keys() == after.keys()
    for number, values in before.items():
        assert after[number] == values, number


# On the command line


def test_new_says_what_to_do_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["new", "山口市", "machi", "--title", "計画", "--years", "R5-R7"]) == 0
    told = capsys.readouterr().out
    assert "plans/352039-machi/plan.xlsx に項目を一行ずつ書く" in told
    assert "keikaku check" in told
    assert (tmp_path / "plans" / "352039-machi" / "plan.xlsx").is_file()
    assert main(["new", "山口市", "machi"]) == 2
    assert "上書きはしません" in capsys.readouterr().err


def test_a_misspelt_variable_is_said_to_do_nothing() -> None:
    found = unknown_in({"KEIKAKU_RELEASE": "x", "KEIKAKU_PORT": "1", "HOME": "/", "KEIKAKU_QQ": ""})
    assert found == (("KEIKAKU_QQ", None), ("KEIKAKU_RELEASE", "KEIKAKU_RELEASES"))
