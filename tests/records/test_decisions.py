"""decisions.toml as records: every mistake is found, with its line and what would do."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from decided_plan import DECISIONS
from keikaku.errors import DecisionError
from keikaku.records.decisions import Outcome, read_decisions

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2026, 11, 22)
REASON = '{ ja = "この年度は何も行わない。" }'
BY = 'by = "総務課"\n'
FAULTS = {
    "unknown-key": (BY, f"{BY}since = 1\n", 21, "since", "since"),
    "missing-by": (BY, "", 17, "by", "missing"),
    "missing-reason": (f"reason = {REASON}\n", "", 17, "reason", "missing"),
    "reason-without-japanese": (REASON, '{ en = "Nothing." }', 22, "ja", "missing"),
    "date-that-is-none": ("2026-04-03", '"4月3日"', 21, "4月3日", "date"),
    "date-to-come": ("2026-04-03", "2026-11-23", 21, "まだ来ていません", "yet to come"),
    "misspelt-outcome": ('"explained"', '"explain"', 19, "explained ですか", "is explained meant"),
    "outcome-in-capitals": ('"accepted"', '"ACCEPTED"', 4, "accepted", "accepted"),
    "correction-without-value": ('value = "■"\n', "", 11, "value に書いて", "as `value`"),
    "value-without-correction": (BY, f'{BY}value = "x"\n', 21, "訂正する", "for a correction"),
    "field-without-correction": (BY, f'{BY}field = "note"\n', 21, "訂正する", "for a correction"),
    "field-that-is-no-name": (
        'value = "■"', 'value = "■"\nfield = "kei:targets"', 16, "kei:targets", "field"),
    "two-on-one": (
        '"schedule-gap/2-1-1/2010"', '"number/1-2-4"', 18, "3 行目で答えています", "line 3"),
    "date-not-filled-in": ("2026-04-03", "0000-00-00", 21, "date は 2026-04-01 の形で", "like"),
    "date-with-slashes": ("2026-04-03", "2026/4/3", 21, "いまは 2026/4/3", "2026/4/3 is no date"),
    "date-of-an-era": ("2026-04-03", "令和8年4月3日", 21, "いまは 令和8年4月3日", "is no date"),
    "date-with-more": ("2026-04-03", "2026-04-03 頃", 21, "TOML", "not TOML"),
    "empty-by": (BY, 'by = ""\n', 20, "by が空です", "by is empty"),
    "empty-reason": (REASON, '{ ja = "" }', 22, "reason.ja が空です", "reason.ja is empty"),
    "padded-reason": ('"この年度は', '" この年度は', 22, "reason.ja の「 この", "spaces"),
    "padded-english": (
        '何も行わない。"', '何も行わない。", en = "No. "', 22, "reason.en の「No. 」", "reason.en"),
    "reason-over-two-lines": (
        '"一覧表の印の付け忘れ。"', '"一覧表の\\n印の付け忘れ。"', 14, "改行", "line breaks"),
    "escaped-value": ('value = "■"', 'value = "\\u25a0"', 15, "そのまま", "as it is"),
    "name-that-cannot-be": ('"number/1-2-4"', '"number/1 2 4"', 3, "使えない字", "cannot be"),
    "not-toml": ('[[decision]]\ndiscrepancy = "sch', '[[decision\ndiscrepancy = "sch', 17, "TOML",
                 "TOML"),
}  # fmt: skip


def read(folder: Path, text: str) -> object:
    (folder / "decisions.toml").write_text(text, encoding="utf-8")
    return read_decisions(folder, TODAY)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_mistake_is_told_with_its_line_in_both_languages(fault: str, tmp_path: Path) -> None:
    old, new, line, ja, en = FAULTS[fault]
    assert DECISIONS.count(old) == 1
    with pytest.raises(DecisionError) as caught:
        read(tmp_path, DECISIONS.replace(old, new))
    (problem,) = caught.value.problems
    assert problem.file == str(tmp_path / "decisions.toml")
    assert problem.line == line
    assert ja in problem.ja
    assert en in problem.en


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    wrong = DECISIONS.replace('"accepted"', '"acepted"').replace("2026-04-03", "2027-04-03")
    with pytest.raises(DecisionError) as caught:
        read(tmp_path, wrong)
    assert [problem.line for problem in caught.value.problems] == [4, 21]


def test_each_value_keeps_the_line_that_says_it(tmp_path: Path) -> None:
    (tmp_path / "decisions.toml").write_text(DECISIONS, encoding="utf-8")
    decisions = read_decisions(tmp_path, TODAY)
    assert decisions is not None
    accepted, corrected, explained = decisions.made
    assert accepted.outcome.value == Outcome.ACCEPTED
    assert accepted.reason_en is not None
    assert accepted.reason_en.value == "The overview has the right number."
    assert corrected.value is not None
    assert (corrected.value.value, corrected.value.at.line) == ("■", 15)
    assert (explained.by.value, explained.by.at.line) == ("総務課", 20)
    assert explained.date.value == "2026-04-03"


def test_a_decision_of_today_in_japan_is_not_to_come(tmp_path: Path) -> None:
    text = DECISIONS.replace("2026-04-03", TODAY.isoformat())
    assert read(tmp_path, text) is not None


def test_a_quotation_mark_may_stand_in_single_quotes(tmp_path: Path) -> None:
    assert read(tmp_path, DECISIONS.replace('"一覧表の印の付け忘れ。"', "'印\"■\"の付け忘れ。'"))


def test_a_folder_without_the_file_has_no_decisions(tmp_path: Path) -> None:
    assert read_decisions(tmp_path) is None


def test_english_that_is_left_empty_is_not_given(tmp_path: Path) -> None:
    (tmp_path / "decisions.toml").write_text(
        DECISIONS.replace('en = "The overview has the right number."', 'en = ""'), encoding="utf-8"
    )
    decisions = read_decisions(tmp_path, TODAY)
    assert decisions is not None
    assert decisions.made[0].reason_en is None


def test_a_file_without_decisions_has_none(tmp_path: Path) -> None:
    (tmp_path / "decisions.toml").write_text("# まだありません\n", encoding="utf-8")
    decisions = read_decisions(tmp_path, TODAY)
    assert decisions is not None
    assert decisions.made == ()


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "decisions.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DecisionError, match="UTF-8"):
        read_decisions(tmp_path)
