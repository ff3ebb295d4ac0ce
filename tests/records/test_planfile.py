from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from keikaku.assets import shipped
from keikaku.build import read_source
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


def test_a_remark_on_words_that_are_not_on_its_line_is_reported(tmp_path: Path) -> None:
    with pytest.raises(ReadError) as caught:
        read_source(folder(tmp_path, GOOD.replace("line = 498", "line = 499")), Settings())
    assert caught.value.problems[0].line == 499


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
