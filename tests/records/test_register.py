"""A register of a fictional city, read as a person reads it, and every mistake in it told."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from keikaku.assets import shipped
from keikaku.build import Source, read_source
from keikaku.errors import ReadError
from keikaku.settings import Settings
from other_layouts import REGISTER

if TYPE_CHECKING:
    from pathlib import Path

    from keikaku.records.plan import Entry, Item, Plan

# Read off tests/plans/139904-kurashi/jigyo.csv by eye.
SECTIONS = [
    ("Section", "1", "1 ともに支えるまち", 3),
    ("Policy", "1-1", "地域福祉の充実", 4),
    ("Measure", "1-1-1", "見守りの輪づくり", 4),
    ("Measure", "1-1-2", "相談窓口の充実", 7),
    ("Policy", "1-2", "学びの支援", 8),
    ("Measure", "1-2-1", "学校と地域", 9),
    ("Section", "2", "2 にぎわうまち", 12),
    ("Policy", "2-1", "商いの振興", 13),
    ("Measure", "2-1-1", "商店街の再生", 13),
    ("Policy", "2-2", "観光", 16),
    ("Measure", "2-2-1", "体験観光", 16),
]
ALONE = "ひとり暮らしの高齢者を地域で見守ります。"
WATCH = "見守り隊を町内ごとに結成し、\n配食と声かけを合わせて行います。"
ITEMS: list[dict[str, Any]] = [
    {
        "place": "1-1-1-1", "line": 4, "number": "101", "printed": "１０１",
        "title": "高齢者見守り隊の結成", "departments": ["福祉部/長寿課"],
        "actors": ["行政", "湊まちづくり会議"], "targets": ["市民", "地域コミュニティ"],
        "purpose": ALONE, "content": WATCH,
        "schedule": {2017: "検討: 検討", 2018: "試行: 試行", 2019: "着手: 着手"},
    },
    {
        "place": "1-1-1-2", "line": 6, "number": "102", "printed": "102",
        "title": "配食サービスの拡大", "departments": ["福祉部/長寿課", "福祉部/総務課"],
        "actors": ["企業"], "targets": ["市民", "企業"], "content": "協力する店を募ります。",
        "schedule": {2017: "検討中: 検討", 2018: "実施: 実施", 2019: "→: "},
    },
    {
        "place": "1-1-2-1", "line": 7, "number": "103", "printed": "103",
        "title": "総合相談窓口の設置", "departments": ["福祉部/総務課"], "actors": ["行政"],
        "targets": ["市民"], "purpose": "たらい回しをなくします。",
        "schedule": {2018: "検討: 検討", 2019: "実施: 実施"},
    },
    {
        "place": "1-2-1-1", "line": 9, "number": "104", "printed": "104",
        "title": "地域学校協働の推進", "departments": ["教育部/学校課", "教育部/総務課"],
        "actors": ["行政", "地域コミュニティ"], "targets": ["市民", "地域コミュニティ"],
        "content": "学校ごとに協働本部を置きます。",
        "schedule": {2017: "○: 実施", 2018: "⇒: ", 2019: "〃: "},
    },
    {
        "place": "1-2-1-2", "line": 10, "number": "105", "printed": "105",
        "title": "登下校の見守り", "departments": ["教育部/学校課"], "actors": ["地域コミュニティ"],
        "targets": ["地域コミュニティ"], "notes": ["再掲でない新規事業"],
        "schedule": {2017: "実施: 実施"},
    },
    {
        "place": "2-1-1-1", "line": 13, "number": "201", "printed": "201",
        "title": "空き店舗の活用", "departments": ["産業部/商工課"],
        "actors": ["企業", "湊観光協会"], "targets": ["企業"],
        "content": "空き店舗に出店する企業を支援します。",
        "schedule": {2017: "検討: 検討", 2018: "◎: 実施 見直し", 2019: "実施・見直し: 実施 見直し"},
    },
    {
        "place": "2-1-1-2", "line": 14, "number": "202", "printed": "202",
        "title": "高齢者見守り隊の結成", "notes": ["再掲"], "departments": ["産業部/商工課"],
        "actors": ["行政", "湊まちづくり会議"], "targets": ["市民", "地域コミュニティ"],
        "purpose": ALONE, "content": WATCH,
        "schedule": {2017: "検討: 検討", 2018: "試行: 試行", 2019: "着手: 着手"},
    },
    {
        "place": "2-2-1-1", "line": 16, "number": "203", "printed": "203",
        "title": "漁業体験の受入れ", "departments": ["産業部/観光課"], "actors": ["湊観光協会"],
        "targets": ["企業"], "purpose": "海の仕事を伝えます。",
        "schedule": {2018: "試行: 試行", 2019: "→: "},
    },
]  # fmt: skip


@pytest.fixture(scope="module")
def register() -> Plan:
    source = read_source(REGISTER, Settings())
    assert isinstance(source, Source)
    return source.plan


def as_expected(item: Item) -> dict[str, Any]:
    said = {
        "place": "-".join(map(str, item.path)),
        "line": item.title.at.line,
        "number": item.number.value,
        "printed": item.printed_number.value if item.printed_number else None,
        "title": item.title.value,
        "notes": [note.value for note in item.notes],
        "departments": [f"{u.division.value}/{u.value}" for u in item.departments],  # type: ignore[attr-defined]
        "actors": [party.value for party in item.implemented_by],
        "targets": [party.value for party in item.targets],
        "purpose": item.purpose.value if item.purpose else None,
        "content": item.content.value if item.content else None,
        "schedule": {entry.year.value: _entry(entry) for entry in item.schedule},
    }
    return {key: value for key, value in said.items() if value}


def _entry(entry: Entry) -> str:
    return f"{entry.text.value}: {' '.join(phase.value for phase in entry.phases)}"


def test_every_row_is_read_as_a_person_reads_it(register: Plan) -> None:
    assert [as_expected(item) for item in register.items] == ITEMS


def test_every_section_is_read_where_it_is_named_first(register: Plan) -> None:
    read = [(s.kind, s.identifier, s.title.value, s.said.at.line) for s in register.sections]
    assert read == SECTIONS
    assert all(section.number is None for section in register.sections)


def test_a_text_that_goes_on_keeps_both_of_its_cells(register: Plan) -> None:
    content = register.items[0].content
    assert content is not None
    assert [at.line for at in (content.at, *content.also)] == [4, 5]


def test_a_year_keeps_the_cell_of_its_header(register: Plan) -> None:
    year = register.items[0].schedule[0].year
    assert (year.at.text, year.at.line) == ("平成２９年度", 2)


def test_a_cell_that_says_nothing_is_kept_as_blank(register: Plan) -> None:
    assert {cell.text for cell in register.items[0].blanks} == {"－"}


def test_title_and_contact_come_from_plan_toml(register: Plan) -> None:
    assert register.title.value == "架空湊市暮らしのまち実施計画(架空)"
    assert register.title.at.file == "plan.toml"
    assert register.title_en is None
    assert register.contact is not None
    assert register.contact.telephone is not None
    assert register.contact.email is None
    lacks = {said.value for said in register.may_lack}
    assert "schema:email" in lacks
    assert "schema:telephone" not in lacks


CSV, TOML = "jigyo.csv", "plan.toml"
FAULTS = {
    "unknown-header": (CSV, ",目的,", ",目当て,", 1, "列「目当て」", "the column '目当て'"),
    "header-doubled": (CSV, ",備考,", ",目的,", 1, "列が二つ", "two columns"),
    "party-unknown-in-header": (CSV,
        ",企業,地域", ",起業,地域", 2, "「企業」ではありませんか", "'企業'"),
    "year-outside": (CSV, "令和元年度,平", "令和２年度,平", 2, "期間(2017〜2019 年度)にありません",
                     "outside the plan's period"),
    "year-missing": (TOML, '"令和元年度"', '"令和2年度"', 1, "2020 年度の列がありません", "2020"),
    "title-missing": (CSV, "103,総合相談窓口の設置", "103,", 7, "名称がありません", "no title"),
    "number-doubled": (CSV, ",203,", ",201,", 16, "番号「201」の項目が二つ",
        "two items have the number 201"),
    "department-unknown": (CSV,
        "商工課,企業", "商行課,企業", 13, "「商工課」ではありませんか", "'商工課'"),
    "division-unknown": (CSV, "産業部,商工課,企業", "産葉部,商工課,企業", 13, "担当部「産葉部」",
        "the division"),
    "actor-unknown": (CSV, "行政・地域コミュニティ",
        "行征・地域コミュニティ", 9, "「行政」ではありませんか", "'行政'"),
    "phase-unknown": (CSV, ",検討中,実施,→",
        ",検討中,実旋,→", 6, "段階「実旋」", "the phase '実旋'"),
    "mark-unknown": (CSV, "企業,○,○,", "企業,○,△,", 6, "印「△」", "the mark '△'"),
    "schedule-empty": (CSV, "新規事業,実施,", "新規事業,,", 10, "年次計画に何も", "is empty"),
    "section-missing": (CSV,
        "大綱1 ともに支えるまち", "", 4, "上の階層の名がありません", "no section"),
    "title-of-plan-missing": (TOML, 'title = { ja', 'title = { en', 9, "計画名がありません",
        "no title"),
    "division-not-said": (CSV, "福祉部,総務課,行政", ",総務課,行政", 7, "教育部、福祉部",
        "which is meant"),
}  # fmt: skip


def spoilt(tmp_path: Path, file: str, old: str, new: str) -> Path:
    folder = tmp_path / REGISTER.name
    shutil.copytree(REGISTER, folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert text.count(old) >= 1, old
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


@pytest.mark.parametrize("fault", FAULTS)
def test_a_mistake_is_told_with_its_place_in_both_languages(fault: str, tmp_path: Path) -> None:
    file, old, new, line, ja, en = FAULTS[fault]
    with pytest.raises(ReadError) as caught:
        read_source(spoilt(tmp_path, file, old, new), Settings())
    told = [problem for problem in caught.value.problems if ja in problem.ja]
    assert told, str(caught.value)
    assert en in told[0].en
    assert told[0].line == line


def test_a_wrong_period_is_told_once(tmp_path: Path) -> None:
    folder = spoilt(tmp_path, TOML, '"平成29年度"', '"平成28年度"')
    with pytest.raises(ReadError) as caught:
        read_source(folder, Settings())
    assert len(caught.value.problems) == 1


def test_a_line_that_says_nothing_is_told_with_what_to_write_in_which_file(tmp_path: Path) -> None:
    stray = "作成: 企画課(案)"
    folder = spoilt(tmp_path, TOML, '"register-hierarchy"', '"own"')
    profile = (shipped("profiles") / "register-hierarchy.toml").read_text(encoding="utf-8")
    (folder / "own.toml").write_text(profile, encoding="utf-8")
    lines = (folder / CSV).read_text(encoding="utf-8")
    (folder / CSV).write_text(f"{stray}\n{lines}", encoding="utf-8")
    with pytest.raises(ReadError) as caught:
        read_source(folder, Settings())
    (told,) = caught.value.problems
    remedy = f'lines = ["{stray}"]'
    assert f"読み方 own.toml の [furniture] に {remedy}" in told.ja
    assert f"add {remedy} to [furniture] in the profile, own.toml" in told.en
    mended = profile.replace("[furniture]\n", f"[furniture]\n{remedy}\n")
    (folder / "own.toml").write_text(mended, encoding="utf-8")
    assert len(read_source(folder, Settings()).plan.items) == len(ITEMS)


def test_continuation_rows_are_refused_where_the_profile_does_not_allow_them(
    tmp_path: Path,
) -> None:
    folder = spoilt(tmp_path, TOML, '"register-hierarchy"', '"strict"')
    profile = (shipped("profiles") / "register-hierarchy.toml").read_text(encoding="utf-8")
    assert 'continuation = "\\n"\n' in profile
    strict = profile.replace('continuation = "\\n"\n', "")
    (folder / "strict.toml").write_text(strict, encoding="utf-8")
    with pytest.raises(ReadError) as caught:
        read_source(folder, Settings())
    assert [problem.line for problem in caught.value.problems] == [5, 15]
