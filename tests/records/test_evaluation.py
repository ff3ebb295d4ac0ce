"""Evaluation sheets of a fictional town, read as a person reads them."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from keikaku.build import Source, read_source
from keikaku.errors import ReadError
from keikaku.settings import Settings
from other_layouts import EVALUATION

if TYPE_CHECKING:
    from pathlib import Path

    from keikaku.records.plan import Plan


@pytest.fixture(scope="module")
def town() -> Plan:
    source = read_source(EVALUATION, Settings())
    assert isinstance(source, Source)
    return source.plan


def test_the_sections_are_those_that_the_sheets_name(town: Plan) -> None:
    read = [(s.kind, s.identifier, s.title.value, s.said.at.line) for s in town.sections]
    assert read == [
        ("Section", "1", "島のくらしを守る", 4),
        ("Policy", "1-1", "交通の確保", 4),
        ("Measure", "1-1-1", "航路の維持", 4),
        ("Measure", "1-1-2", "道路の維持", 23),
        ("Policy", "1-2", "医療の確保", 33),
        ("Measure", "1-2-1", "診療所の充実", 33),
    ]


def test_labels_and_values_are_found_anywhere_in_a_row(town: Plan) -> None:
    ferry, grass, clinic = town.items
    assert (ferry.number.value, ferry.title.value) == ("A-01", "渡船の運航支援")
    assert ferry.printed_number is not None
    assert ferry.printed_number.value == "Ａ－０１"
    assert [unit.value for unit in ferry.departments] == ["企画課", "財政課"]
    assert [party.value for party in ferry.implemented_by] == ["行政", "渡船組合"]
    assert [party.value for party in ferry.targets] == ["市民", "来島者"]
    assert ferry.current_state is not None
    assert ferry.current_state.value == "利用者が減り、運賃では\n費用をまかなえません。"
    assert [note.value for note in ferry.notes] == ["国の補助があります。"]
    assert [party.value for party in grass.targets] == ["市民", "地域コミュニティ"]
    assert (grass.purpose, grass.content) == (None, None)
    assert (clinic.printed_number, clinic.number.value) == (None, "1-2-1-1")
    assert [unit.value for unit in clinic.departments] == ["福祉部"]
    assert clinic.completion_criterion is not None


def test_ten_years_stand_in_two_rows_of_five(town: Plan) -> None:
    ferry, _, clinic = town.items
    assert [(entry.year.value, entry.text.value) for entry in ferry.schedule] == [
        (2011, "検討"), (2012, "検討中"), (2013, "実施"), (2014, "→"), (2015, "→"),
        (2016, "→"), (2017, "見直し"), (2019, "実施"), (2020, "完了予定"),
    ]  # fmt: skip
    assert [phase.value for phase in ferry.schedule[1].phases] == ["検討"]
    assert [entry.year.value for entry in clinic.schedule] == [2013, 2014, 2015]


FAULTS = {
    "label-unknown": ("| 現状と課題 |", "| 現状の課題 |", 9,
                      "読み方 evaluation-sheets.toml の見出しや印"),
    "label-doubled": ("| 事業内容 |", "| 目的 |", 11, "欄が二つあります"),
    "title-missing": ("| 事務事業名 | 町道の草刈り |", "| 事務事業名 | |", 21, "値がありません"),
    "box-unknown": ("■来島者", "■来鳥者", 7, "「来島者」ではありませんか"),
    "year-doubled": ("| H28 | H29 | H30 | R1 | R2 |", "| H28 | H28 | H30 | R1 | R2 |", 17,
                     "列が二つあります"),
    "phase-unknown": ("| 計画 | 検討 |", "| 計画 | 検当 |", 16, "段階「検当」"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_mistake_is_told_with_its_line(fault: str, tmp_path: Path) -> None:
    old, new, line, ja = FAULTS[fault]
    folder = tmp_path / EVALUATION.name
    shutil.copytree(EVALUATION, folder)
    text = (folder / "sheets.md").read_text(encoding="utf-8")
    assert old in text
    (folder / "sheets.md").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ReadError) as caught:
        read_source(folder, Settings())
    told = [problem for problem in caught.value.problems if ja in problem.ja]
    assert told, str(caught.value)
    assert told[0].line == line
