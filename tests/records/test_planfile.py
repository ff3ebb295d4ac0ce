from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from keikaku.assets import shipped
from keikaku.build import Source, read_source
from keikaku.errors import PlanFileError, ProfileError, ReadError, SourceError
from keikaku.records.planfile import read_planfile
from keikaku.records.profile import read_profile
from keikaku.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

GOOD = (shipped("plans") / "352039-kyodo" / "plan.toml").read_text(encoding="utf-8")
FAULTS = {
    "unknown-key": ('document = "source.md"', 'document = "source.md"\ncolour = "red"', "colour"),
    "missing-key": ('name = "kyodo"\n', "", "name"),
    "wrong-check-digit": ('"352039"', '"352038"', "code"),
    "five-digit-code": ('"352039"', '"35203"', "code"),
    "reserved-name": ('name = "kyodo"', 'name = "party"', "name"),
    "name-with-space": ('name = "kyodo"', 'name = "kyo do"', "name"),
    "year-that-is-none": ('first_year = "H20"', 'first_year = "H2O"', "first_year"),
    "years-reversed": ('first_year = "H20"', 'first_year = "H29"', "最初の年度"),
    "hidden-document": ('"source.md"', '".source.md"', "document"),
    "document-in-another-folder": ('"source.md"', '"../source.md"', "document"),
    "not-toml": ("[plan]", "[plan", "TOML"),
}


def folder(tmp_path: Path, text: str) -> Path:
    (tmp_path / "plan.toml").write_text(text, encoding="utf-8")
    document = shipped("plans") / "352039-kyodo" / "source.md"
    (tmp_path / "source.md").write_bytes(document.read_bytes())
    return tmp_path


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_plan_toml_is_reported_with_its_line(fault: str, tmp_path: Path) -> None:
    old, new, says = FAULTS[fault]
    assert old in GOOD
    with pytest.raises(PlanFileError) as caught:
        read_planfile(folder(tmp_path, GOOD.replace(old, new, 1)))
    problem = caught.value.problems[0]
    assert says in problem.ja
    assert problem.file == str(tmp_path / "plan.toml")
    changed = GOOD[: GOOD.index(old)].count("\n") + 1
    assert problem.line is not None
    assert abs(problem.line - changed) <= 2


def test_a_missing_plan_toml_is_reported(tmp_path: Path) -> None:
    with pytest.raises(PlanFileError, match=r"plan\.toml がありません"):
        read_planfile(tmp_path)


def test_an_unknown_profile_is_reported_with_those_there_are(tmp_path: Path) -> None:
    text = GOOD.replace('"overview-and-sheets"', '"sheets"')
    with pytest.raises(PlanFileError, match="overview-and-sheets"):
        read_source(folder(tmp_path, text), Settings())


def test_a_missing_document_is_reported(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="document"):
        read_source(folder(tmp_path, GOOD.replace('"source.md"', '"other.md"')), Settings())


def remarks(tmp_path: Path, old: str, new: str) -> list[tuple[str, int | None]]:
    source = read_source(folder(tmp_path, GOOD.replace(old, new)), Settings())
    assert isinstance(source, Source)
    return [(remark.quote[:5], remark.at.line) for remark in source.plan.remarks]


def test_words_that_stand_once_are_found_whatever_line_their_remark_gives(tmp_path: Path) -> None:
    assert remarks(tmp_path, "line = 253", "line = 3")[0] == ("財団からの", 253)
    assert remarks(tmp_path, "line = 253\n", "")[0] == ("財団からの", 253)


def test_words_that_stand_twice_go_to_their_two_remarks_in_order(tmp_path: Path) -> None:
    moved = remarks(tmp_path, "line = 498", "line = 400")
    assert moved[1:3] == [("さぼらんて", 498), ("さぼらんて", 569)]


def test_a_remark_that_is_mended_is_told_once(tmp_path: Path) -> None:
    text = GOOD.replace(
        'quote = "高まってくる考えられます"', 'quote = "高まってくると考えられます"'
    )
    with pytest.raises(ReadError) as caught:
        read_source(folder(tmp_path, text), Settings())
    (problem,) = caught.value.problems
    assert "どこにもありません" in problem.ja
    assert "take this [[remark]] out" in problem.en
    assert problem.line == 582


def test_one_of_two_remarks_on_the_same_words_that_is_mended_is_told(tmp_path: Path) -> None:
    plan = folder(tmp_path, GOOD)
    document = plan / "source.md"
    text = document.read_text(encoding="utf-8")
    lines = text.split("\n")
    assert "さぼらんて" in lines[497]
    lines[497] = lines[497].replace("さぼらんて", "さぽらんて")
    document.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(ReadError) as caught:
        read_source(plan, Settings())
    (problem,) = caught.value.problems
    assert problem.line == 498
    assert "[[remark]] を除いて" in problem.ja


def test_a_wrong_first_year_is_told_once(tmp_path: Path) -> None:
    with pytest.raises(ReadError) as caught:
        read_source(folder(tmp_path, GOOD.replace('"H20"', '"H19"')), Settings())
    (problem,) = caught.value.problems
    assert "first_year" in problem.ja


@pytest.mark.parametrize(
    ("old", "new", "ja"),
    [
        ('"352039"', '"352038"', "検査数字"),
        ('first_year = "H20"', 'first_year = "H2O"', "のように書きます"),
        ('name = "kyodo"', 'name = "party"', "ほかに使う名"),
        ('name = "kyodo"', "name = 3", "文字列で書きます"),
        ("line = 253", 'line = "x"', "整数で書きます"),
        ("line = 253", "line = 0", "1 以上"),
        ("[[remark]]", '[[party]]\nname = "会社"\nexact = "企業"\n\n[[remark]]', "事業者"),
        ("[[remark]]", '[[phase]]\nname = "実施"\n\n[[remark]]', "共通の一覧にあります"),
    ],
)
def test_the_reason_is_told_in_japanese(old: str, new: str, ja: str, tmp_path: Path) -> None:
    assert old in GOOD
    with pytest.raises(PlanFileError) as caught:
        read_planfile(folder(tmp_path, GOOD.replace(old, new, 1)))
    assert ja in caught.value.problems[0].ja


def test_a_department_that_plan_toml_does_not_name_is_unknown(tmp_path: Path) -> None:
    with pytest.raises(ReadError) as caught:
        read_source(folder(tmp_path, GOOD.replace('    "管財課",\n', "")), Settings())
    assert [problem.line for problem in caught.value.problems] == [114]


def test_a_profile_is_closed(tmp_path: Path) -> None:
    good = (shipped("profiles") / "overview-and-sheets.toml").read_text(encoding="utf-8")
    path = tmp_path / "profile.toml"
    path.write_text(good.replace('purpose = "目的"', 'purposes = "目的"'), encoding="utf-8")
    with pytest.raises(ProfileError) as caught:
        read_profile(path)
    assert caught.value.problems[0].line is not None
