"""Every published example, on the release; a few against the document, as a person reads it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import Literal, NamedNode
from rdflib.plugins.sparql import prepareQuery

from keikaku.answers.examples import PURPOSES, Example, all_examples
from keikaku.answers.service import Answers
from keikaku.errors import QueryRefusedError
from keikaku.graph.dataset import shapes
from keikaku.names import PREFIXES
from keikaku.store.base import Boolean, Solutions, Triples
from keikaku.store.embedded import EmbeddedStore

if TYPE_CHECKING:
    from pyoxigraph import Quad

EXAMPLES = {example.name: example for example in all_examples()}
JAPANESE = re.compile("[ぁ-んァ-ヶ一-龠]")
QUOTED = re.compile("関係課|再掲|見直し|実施主体")


@pytest.fixture(scope="module")
def answers(plan_quads: frozenset[Quad]) -> Answers:
    """The answers over all graphs that a release has of the plan, shapes included."""
    return Answers.over(EmbeddedStore.in_memory(plan_quads | shapes()), "a-release")


@pytest.fixture(params=EXAMPLES)
def example(request: pytest.FixtureRequest) -> Example:
    """Each example."""
    return EXAMPLES[request.param]


def rows(answers: Answers, name: str) -> list[tuple[str, ...]]:
    """The rows of an example as texts; an IRI is its last step."""
    result = answers.store.query(EXAMPLES[name].query)
    assert isinstance(result, Solutions)
    return [tuple(_text(term) for term in row) for row in result.rows]


def _text(term: object) -> str:
    if isinstance(term, NamedNode):
        return re.split("[/#]", term.value)[-1]
    return term.value if isinstance(term, Literal) else ""


def test_there_are_many_examples_for_every_purpose() -> None:
    assert len(EXAMPLES) >= 25
    assert {example.group for example in EXAMPLES.values()} == set(PURPOSES)


def test_an_example_that_asks_others_says_so_and_names_them(example: Example) -> None:
    assert (example.group == "federation") == bool(example.service) == ("SERVICE" in example.query)
    if example.service:
        assert f"SERVICE <{example.service}>" in example.query
        assert "services" in example.description.ja


def test_the_forms_of_sparql_are_all_shown() -> None:
    queries = " ".join(example.query for example in EXAMPLES.values())
    for word in ("ASK", "CONSTRUCT", "DESCRIBE", "VALUES", "GRAPH", "OPTIONAL", "NOT EXISTS"):
        assert word in queries
    for word in ("UNION", "GROUP_CONCAT", "HAVING", "COUNT", "kei:partOf+", "BIND"):
        assert word in queries


def test_an_example_is_described_in_both_languages(example: Example) -> None:
    for text in (example.title, example.description, PURPOSES[example.group]):
        assert JAPANESE.search(text.ja)
        assert text.en
        assert not JAPANESE.search(QUOTED.sub("", text.en))


def test_an_example_is_standard_sparql(example: Example) -> None:
    prepareQuery(example.query, initNs=PREFIXES)


def test_an_example_has_an_answer(answers: Answers, example: Example) -> None:
    if example.service:
        with pytest.raises(QueryRefusedError):  # allowed and answered in end_to_end/test_two_sites
            answers.store.query(example.query)
        return
    result = answers.store.query(example.query)
    if isinstance(result, Solutions):
        assert result.rows
    elif isinstance(result, Triples):
        assert result.triples
    else:
        assert isinstance(result, Boolean)


# Checked against the document by reading it


def test_the_cells_of_an_item_stand_in_its_table(answers: Answers) -> None:
    found = rows(answers, "cells-of-a-table")
    texts = {(row, column): (text, line) for row, column, text, line, _ in found}
    assert texts["2", "2"] == ("I - (4) - ③", "301")
    assert texts["3", "2"] == ("③ 行政の協働相談窓口の設置", "302")
    assert texts["3", "6"] == ("協働推進課", "302")
    assert [texts["11", str(column)][0] for column in range(2, 7)] == [
        "検討", "実施", "→", "→", "→",
    ]  # fmt: skip


def test_a_value_leads_to_the_cell_that_says_it(answers: Answers) -> None:
    found = {row[:3] for row in rows(answers, "values-and-their-cells")}
    assert ("identifier", "I-(4)-③", "301") in found
    assert ("department", "協働推進課", "302") in found
    assert ("implementedBy", "行政", "303") in found
    assert ("targets", "教育機関", "304") in found
    assert not any(row[:2] == ("targets", "市民") for row in found)


def test_an_arrow_leads_back_to_the_word_before_it(answers: Answers) -> None:
    found = {row[1:] for row in rows(answers, "carried-on-phases") if row[0] == "I-(4)-③"}
    assert found == {(year, "→", "実施", "H21", "実施") for year in ("H22", "H23", "H24")}


def test_both_readings_of_a_discrepancy_are_there(answers: Answers) -> None:
    found = rows(answers, "discrepancies-and-readings")
    readings = {row[2] for row in found if row[0] == "名称の相違" and row[1] == "V-(2)-③"}
    assert readings == {"③ 職員ハンドブック(手引き)の作成", "③ 職員ハンドブックの作成"}
    relisted = [row for row in found if row[0] == "再掲と元の項目の相違"]
    assert all(len(set(row[1].split(", "))) == 2 for row in relisted)


def test_titles_of_overview_and_sheet_stand_side_by_side(answers: Answers) -> None:
    found = {row[0]: row[1:3] for row in rows(answers, "overview-beside-sheet")}
    assert found["IV-(1)-②"] == (
        "パブリック・コメント(意見募集)実施指針の周知",
        "パブリック・コメント実施指針の周知",
    )
    assert "I-(4)-③" not in found


def test_the_items_of_all_policies_are_those_of_the_plan(answers: Answers) -> None:
    found = rows(answers, "discrepancies-per-policy")
    assert [row[0] for row in found] == ["I", "II", "III", "IV", "V"]
    assert [int(row[2]) for row in found] == [16, 15, 5, 8, 8]


def test_two_items_have_nothing_planned_in_the_last_year(answers: Answers) -> None:
    assert [row[0] for row in rows(answers, "not-in-the-last-year")] == ["I-(1)-①", "I-(3)-③"]


def test_a_criterion_that_is_used_twice_names_its_items(answers: Answers) -> None:
    found = {frozenset(row[2].split(", ")) for row in rows(answers, "same-completion-criterion")}
    assert frozenset({"II-(2)-⑤", "II-(2)-⑥"}) in found
    assert frozenset({"V-(1)-④", "V-(2)-①"}) in found


def test_no_item_of_an_educational_institution_begins_in_the_first_year(answers: Answers) -> None:
    assert answers.store.query(EXAMPLES["is-there-any"].query) == Boolean(value=False)


def test_the_way_up_ends_at_the_plan(answers: Answers) -> None:
    found = {(row[0], row[1], row[2]) for row in rows(answers, "sections-above-an-item")}
    assert ("1", "I", "参加しやすく、活動しやすい環境づくりを進めます") in found
    assert ("", "", "山口市協働推進プラン") in found
    assert len(found) == 3


def test_a_fiscal_year_begins_in_april(answers: Answers) -> None:
    found = rows(answers, "fiscal-years")
    assert found[0][1:4] == ("H20", "2008-04-01", "2009-03-31")
    assert [row[1] for row in found] == ["H20", "H21", "H22", "H23", "H24"]
