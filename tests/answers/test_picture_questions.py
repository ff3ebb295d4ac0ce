"""The questions behind the pictures, against counts made from what was read in the document."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from keikaku.answers.catalogue import Answer
    from keikaku.answers.service import Answers

    Expected = Callable[[str], dict[str, Any]]
    Column = Callable[[Answer, str], list[str]]

YEARS = {f"H{count}": f"平成{count}年度" for count in range(20, 25)}
GROUPS = {"関係課", "全所属"}  # wordings that name no department
NAMED_UNDER_OTHERS = {"中間支援組織"}  # III-(2)-①: その他（中間支援組織）, known as a party


@pytest.fixture
def items(expected: Expected) -> list[dict[str, Any]]:
    """Return the 52 items as they were read."""
    read: list[dict[str, Any]] = expected("items")["item"]
    assert len(read) == 52
    return read


def relisted(item: dict[str, Any]) -> bool:
    """Tell whether the sheet says 再掲."""
    return "再掲" in item["notes"]


def parties(item: dict[str, Any]) -> set[str]:
    """Return whom an item involves."""
    named = {item["other_target"]} & NAMED_UNDER_OTHERS
    return {*item["actors"], *item["targets"], *named}


def phases(item: dict[str, Any]) -> dict[str, list[str]]:
    """Return the phases of each year: an arrow has those of the last year that names any."""
    found: dict[str, list[str]] = {}
    last: list[str] = []
    for year, text in item["schedule"].items():
        last = last if text == "→" else text.split("・")
        found[year] = last
    return found


def counted(answer: Answer, column: Column, *keys: str) -> dict[tuple[str, ...], tuple[int, int]]:
    """Return both counts of an answer, all and without relisted ones, by its key columns."""
    names = zip(*(column(answer, key) for key in keys), strict=True)
    both = zip(map(int, column(answer, "items")), map(int, column(answer, "once")), strict=True)
    return dict(zip(names, both, strict=True))


def numbers(
    pairs: Iterable[tuple[tuple[str, ...], bool]],
) -> dict[tuple[str, ...], tuple[int, int]]:
    """Count keys: all of them, and those of items that are not relisted."""
    every = list(pairs)
    everything = Counter(key for key, _ in every)
    once = Counter(key for key, again in every if not again)
    return {key: (count, once[key]) for key, count in everything.items()}


def test_items_by_department_and_year(
    answers: Answers, items: list[dict[str, Any]], column: Column
) -> None:
    answer = answers.answer("matrix-department-year", {})
    found = counted(answer, column, "departmentName", "yearName")
    wanted = numbers(
        ((department, YEARS[year]), relisted(item))
        for item in items
        for department in item["departments"]
        for year in item["schedule"]
    )
    assert {key: both for key, both in found.items() if both[0]} == wanted
    assert len(found) == 10 * 5
    # read in the document: I-(1)-① alone, 検討 in H20 and 実施・完了予定 in H21, blank after it
    assert [found["行革推進課", name] for name in YEARS.values()] == [
        (1, 1), (1, 1), (0, 0), (0, 0), (0, 0)
    ]  # fmt: skip


def test_departments_stand_by_the_number_of_their_items(answers: Answers, column: Column) -> None:
    answer = answers.answer("matrix-department-year", {})
    order = list(dict.fromkeys(column(answer, "departmentName")))
    assert order[:3] == ["協働推進課", "関係課", "広報広聴課"]  # 47, 10 and 5 items


def test_items_by_party_and_year_with_relisted_ones_and_without(
    answers: Answers, items: list[dict[str, Any]], column: Column
) -> None:
    answer = answers.answer("matrix-party-year", {})
    found = counted(answer, column, "partyName", "yearName")
    wanted = numbers(
        ((party, YEARS[year]), relisted(item))
        for item in items
        for party in parties(item)
        for year in item["schedule"]
    )
    assert {key: both for key, both in found.items() if both[0]} == wanted


def test_items_by_phase_and_year(
    answers: Answers, items: list[dict[str, Any]], column: Column
) -> None:
    answer = answers.answer("phases-by-year", {})
    found = counted(answer, column, "phaseName", "yearName")
    wanted = numbers(
        ((phase, YEARS[year]), relisted(item))
        for item in items
        for year, names in phases(item).items()
        for phase in names
    )
    assert {key: both for key, both in found.items() if both[0]} == wanted
    assert len(found) == 6 * 5
    # read in the document: 実施・完了予定 stands in I-(1)-①, H21, and nowhere else
    assert [found["完了予定", name][0] for name in YEARS.values()] == [0, 1, 0, 0, 0]


def test_pairs_of_departments_with_the_number_of_their_items(
    answers: Answers, items: list[dict[str, Any]], expected: Expected, column: Column
) -> None:
    answer = answers.answer("department-network", {})
    found = {
        frozenset(pair): both
        for pair, both in counted(answer, column, "oneName", "otherName").items()
    }
    assert {pair: both[0] for pair, both in found.items()} == {
        frozenset(pair["departments"]): len(pair["items"])
        for pair in expected("answers")["shared_items"]
    }
    once = Counter(
        frozenset(pair)
        for item in items
        if not relisted(item)
        for pair in combinations(set(item["departments"]) - GROUPS, 2)
    )
    assert {pair: both[1] for pair, both in found.items()} == {pair: once[pair] for pair in found}


def test_pairs_of_parties_with_the_number_of_their_items(
    answers: Answers, items: list[dict[str, Any]], expected: Expected, column: Column
) -> None:
    answer = answers.answer("party-network", {})
    found = {
        frozenset(pair): both
        for pair, both in counted(answer, column, "oneName", "otherName").items()
    }
    wanted = numbers(
        (tuple(sorted(pair)), relisted(item))
        for item in items
        for pair in combinations(parties(item), 2)
    )
    assert found == {frozenset(pair): both for pair, both in wanted.items()}
    for pair in expected("answers")["two_parties"]:
        assert found[frozenset(pair["parties"])][0] == len(pair["items"])


def test_the_most_shared_stands_first(answers: Answers, column: Column) -> None:
    for name in ("department-network", "party-network"):
        counts = list(map(int, column(answers.answer(name, {}), "items")))
        assert counts == sorted(counts, reverse=True)


def test_the_schedule_of_the_plan(
    answers: Answers, items: list[dict[str, Any]], column: Column
) -> None:
    answer = answers.answer("schedule", {})
    written: dict[tuple[str, str], str] = {}
    meant: dict[tuple[str, str], set[str]] = {}
    columns = (column(answer, name) for name in ("number", "yearName", "text", "phaseName"))
    for number, year, text, phase in zip(*columns, strict=True):
        written[number, year] = text
        meant.setdefault((number, year), set()).update({phase} - {""})
    assert written == {
        (item["number"], name): item["schedule"].get(year, "")
        for item in items
        for year, name in YEARS.items()
    }
    assert meant == {
        (item["number"], name): set(phases(item).get(year, ()))
        for item in items
        for year, name in YEARS.items()
    }
    assert list(dict.fromkeys(column(answer, "number"))) == [item["number"] for item in items]


def test_an_arrow_is_told_from_words(answers: Answers, column: Column) -> None:
    answer = answers.answer("schedule", {})
    arrows = zip(column(answer, "text"), column(answer, "arrow"), strict=True)
    assert {(text == "→", arrow == "true") for text, arrow in arrows} == {
        (True, True),
        (False, False),
    }


def test_a_schedule_is_narrowed_down_by_section_and_department(
    answers: Answers, expected: Expected, column: Column
) -> None:
    of_policy = answers.answer("schedule", {"section": "I-(4)"})
    assert list(dict.fromkeys(column(of_policy, "number"))) == ["I-(4)-①", "I-(4)-②", "I-(4)-③"]
    by_department = expected("answers")["items_by_department"]
    of_staff = answers.answer("schedule", {"department": "職員課"})
    assert list(dict.fromkeys(column(of_staff, "number"))) == by_department["職員課"]
    both = answers.answer("schedule", {"department": "職員課", "section": "V"})
    assert list(dict.fromkeys(column(both, "number"))) == ["V-(2)-①", "V-(3)-①"]


def test_a_schedule_names_policy_and_measure(answers: Answers, column: Column) -> None:
    answer = answers.answer("schedule", {"section": "I-(1)"})
    assert set(column(answer, "firstTitle")) == {"参加しやすく、活動しやすい環境づくりを進めます"}
    assert set(column(answer, "secondTitle")) == {"活動(交流)拠点機能の充実"}


def test_a_parameter_is_bound_wherever_its_block_stands(answers: Answers) -> None:
    plan = "https://w3id.org/keikaku/id/352039/kyodo"
    for name in ("schedule", "matrix-party-year", "matrix-department-year", "phases-by-year"):
        question = answers.catalogue.question(name)
        blocks = question.query.count("VALUES ?plan { UNDEF }")
        assert blocks > 1
        bound = answers.answer(name, {"plan": plan})
        assert bound.sparql.count(f"VALUES ?plan {{ <{plan}> }}") == blocks
        assert "VALUES ?plan" not in answers.answer(name, {}).sparql


def test_a_picture_of_two_plans_is_their_sum_and_of_one_its_own(
    two_cities: Answers, answers: Answers, column: Column
) -> None:
    plan = "https://w3id.org/keikaku/id/352021/kyodo"
    for name in ("matrix-party-year", "phases-by-year", "party-network"):
        alone = sum(map(int, column(answers.answer(name, {}), "items")))
        assert sum(map(int, column(two_cities.answer(name, {"plan": plan}), "items"))) == alone
    for name in ("schedule", "matrix-department-year", "department-network"):
        alone = len(answers.answer(name, {}).rows)
        assert len(two_cities.answer(name, {"plan": plan}).rows) == alone
        assert len(two_cities.answer(name, {}).rows) == 2 * alone
