"""Which areas were in force on a day: the merger of 2010, against e-Stat's graph of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from keikaku.errors import QuestionError
from keikaku.text import dates_in, parse_date

if TYPE_CHECKING:
    from collections.abc import Callable

    from keikaku.answers.catalogue import Answer
    from keikaku.answers.service import Answers

    Column = Callable[[Answer, str], list[str]]

SAC = "http://data.e-stat.go.jp/lod/sac/"
ESTAT = Path(__file__).parents[3] / "shared" / "linkdata" / "yamaguchi_area.ttl"
BEFORE = {"35203": "C35203-20051001", "35504": "C35504-19700401"}
AFTER = {"35203": "C35203-20100116"}


@pytest.mark.parametrize(
    ("day", "nodes"),
    [
        ("2010-01-15", BEFORE),
        ("2010年1月15日", BEFORE),
        ("平成２２年１月１５日", BEFORE),
        ("2010-01-16", AFTER),
        ("H22.1.16", AFTER),
        ("2026-11-23", AFTER),
    ],
)
def test_the_merger_is_right_on_both_sides(
    answers: Answers, column: Column, day: str, nodes: dict[str, str]
) -> None:
    answer = answers.answer("areas-in-force", {"date": day})
    assert column(answer, "code") == sorted(nodes)
    assert column(answer, "estat") == [f"{SAC}{nodes[code]}" for code in sorted(nodes)]


def test_it_says_on_each_day_what_e_stat_says(answers: Answers, column: Column) -> None:
    if not ESTAT.is_file():
        pytest.skip(f"{ESTAT} is not beside the project")
    said: dict[str, dict[str, str]] = {}
    for quad in parse(path=str(ESTAT), format=RdfFormat.TURTLE):
        assert isinstance(quad.subject, NamedNode)
        value = quad.object.value if isinstance(quad.object, NamedNode | Literal) else ""
        local = quad.predicate.value.rsplit("/", 1)[-1]
        said.setdefault(quad.subject.value, {})[local] = value
    nodes = {iri: one for iri, one in said.items() if "issued" in one}
    assert len(nodes) == 5
    days = sorted({day for one in nodes.values() for day in (one["issued"], one.get("valid", ""))})
    for day in days[2:]:  # from 2000-05-31, when the first node of the city in this file begins
        in_force = {
            iri
            for iri, one in nodes.items()
            if one["issued"] <= day and day < one.get("valid", "9999")
        }
        answer = answers.answer("areas-in-force", {"date": day})
        assert in_force == {iri for iri in column(answer, "estat") if iri in nodes}, day


@pytest.mark.parametrize(
    ("sentence", "areas"),
    [
        ("2010年1月15日に有効な市区町村コード", ["35203-20051001", "35504-19700401"]),
        ("2010年1月15日に有効な市区町村コードは？", ["35203-20051001", "35504-19700401"]),
        ("平成22年1月16日の山口市の区域", ["35203-20100116"]),
        ("平成22年1月16日時点の山口市のコードを教えてください", ["35203-20100116"]),
        ("平成22年1月16日の阿東町の区域は？", []),
        ("平成22年1月15日の阿東町の区域は？", ["35504-19700401"]),
    ],
)
def test_a_sentence_asks_it(
    answers: Answers, column: Column, sentence: str, areas: list[str]
) -> None:
    answer = answers.ask(sentence)
    assert answer.question == "areas-in-force"
    assert [iri.rsplit("/", 1)[-1] for iri in column(answer, "area")] == areas


@pytest.mark.parametrize("text", ["2010-13-01", "平成22年", "昨日", "平成31年5月1日", "22年1月1日"])
def test_what_is_no_date_is_refused(answers: Answers, text: str) -> None:
    with pytest.raises(QuestionError) as refused:
        answers.answer("areas-in-force", {"date": text})
    assert text in refused.value.ja


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2010-01-15", date(2010, 1, 15)),
        ("20100115", date(2010, 1, 15)),
        ("２０１０年１月１５日", date(2010, 1, 15)),
        ("2010/1/5", date(2010, 1, 5)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("R1.5.1", date(2019, 5, 1)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("平成元年1月8日", date(1989, 1, 8)),
        ("大正15年12月25日", date(1926, 12, 25)),
        ("昭和元年12月25日", date(1926, 12, 25)),
    ],
)
def test_dates_are_read_as_people_write_them(text: str, day: date) -> None:
    assert parse_date(text) == day


def test_dates_are_found_in_a_sentence() -> None:
    assert dates_in("平成22年1月16日と2010-13-40と2005年10月1日") == [
        (0, 10, date(2010, 1, 16)),
        (22, 32, date(2005, 10, 1)),
    ]
