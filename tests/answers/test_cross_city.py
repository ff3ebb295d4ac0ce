"""Questions over all cities: the real plan, and the same plan of another publisher's city.

All that two cities can have in common is there twice: titles, numbers, departments.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pyoxigraph import RdfFormat, parse, serialize

from keikaku.answers.service import Answers
from keikaku.errors import QuestionError
from keikaku.names import SHARED
from keikaku.store.embedded import EmbeddedStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyoxigraph import Quad

    from keikaku.answers.catalogue import Answer

    Column = Callable[[Answer, str], list[str]]

BASE = "https://keikaku.example.jp/open/"
OURS = f"{SHARED}id/352039/kyodo"
THEIRS = f"{BASE}id/352021/kyodo"
ITEM = "I-(4)-③"
OTHERS = {"among": "other-plans"}


@pytest.fixture(scope="module")
def hub(plan_quads: frozenset[Quad]) -> Answers:
    """The answers of a hub that has the plan of Yamaguchi, and its like of another publisher."""
    text = serialize(plan_quads, format=RdfFormat.N_QUADS) or b""
    for kind in ("id", "graph"):
        text = text.replace(f"{SHARED}{kind}/352039".encode(), f"{BASE}{kind}/352021".encode())
    text = text.replace('"山口市"@ja'.encode(), '"架空湊市"@ja'.encode())
    text = text.replace(
        '"山口市協働推進プラン"@ja'.encode(), '"架空湊市協働推進プラン"@ja'.encode()
    )
    theirs = parse(text, format=RdfFormat.N_QUADS)
    return Answers.over(EmbeddedStore.in_memory(plan_quads | set(theirs)), "hub")


def plans_in(answer: Answer) -> set[str]:
    """The plans whose items an answer names."""
    iris = {term.value for row in answer.rows for term in row if term and "/item/" in str(term)}
    return {iri.partition("/item/")[0].strip("<") for iri in iris}


def test_items_of_a_party_and_year_by_municipality(hub: Answers, column: Column) -> None:
    """Eleven items of the plan involve businesses in H22, as read in the document."""
    answer = hub.answer("items-by-municipality", {"party": "事業者", "year": "H22"})
    assert column(answer, "municipalityName") == ["山口市", "架空湊市"]
    assert column(answer, "items") == ["11", "11"]
    whole = len(hub.answer("items-in-year", {"year": "H22", "plan": OURS}).rows)
    assert column(answer, "all") == [str(whole)] * 2


def test_a_year_in_which_nobody_plans_has_no_rows(hub: Answers) -> None:
    assert hub.answer("items-by-municipality", {"party": "事業者", "year": "H30"}).rows == ()


def test_the_like_of_an_item_is_found_in_the_other_city_alone(hub: Answers, column: Column) -> None:
    """The document lists I-(4)-③ again as V-(1)-②."""
    answer = hub.answer("items-of-one-title", {"item": f"{OURS}/item/1-4-3", **OTHERS})
    assert column(answer, "other") == [f"{THEIRS}/item/1-4-3", f"{THEIRS}/item/5-1-2"]
    assert set(column(answer, "municipalityName")) == {"架空湊市"}


def test_an_item_listed_again_in_its_own_plan_is_not_another_citys(answers: Answers) -> None:
    """The plan lists items again under the same titles; one plan alone has nothing in common."""
    assert answers.answer("items-of-one-title", OTHERS).rows == ()


def test_every_title_is_found_in_both_cities(hub: Answers, column: Column) -> None:
    answer = hub.answer("items-of-one-title", OTHERS)
    others = column(answer, "other")
    assert len(others) == len(set(others)) == 2 * 52


def test_two_plans_side_by_side(hub: Answers, answers: Answers, column: Column) -> None:
    answer = hub.answer("two-plans", {"plan": OURS, "other": THEIRS})
    assert column(answer, "items") == column(answer, "others")
    rows = zip(
        column(answer, "partyName"),
        column(answer, "yearName"),
        column(answer, "items"),
        strict=True,
    )
    matrix = answers.answer("matrix-party-year", {})
    alone = zip(
        column(matrix, "partyName"),
        column(matrix, "yearName"),
        column(matrix, "items"),
        strict=True,
    )
    shared = set(column(answer, "partyName"))
    assert len(shared) == 7
    assert set(rows) == {row for row in alone if row[0] in shared}


@pytest.mark.parametrize(
    "sentence", ["協働推進課が担当する項目は？", f"{ITEM}の年次計画は？", f"{ITEM}については？"]
)
def test_what_two_cities_have_is_asked_back(hub: Answers, sentence: str) -> None:
    with pytest.raises(QuestionError) as told:
        hub.ask(sentence)
    assert f"(山口市協働推進プラン) <{SHARED}id/352039/" in told.value.ja
    assert f"(架空湊市協働推進プラン) <{BASE}id/352021/" in told.value.ja


@pytest.mark.parametrize(
    ("sentence", "plan"),
    [
        ("架空湊市協働推進プランで協働推進課が担当する項目は？", THEIRS),
        ("山口市協働推進プランで協働推進課が担当する項目は？", OURS),
    ],
)
def test_the_plan_says_which_is_meant(hub: Answers, sentence: str, plan: str) -> None:
    answer = hub.ask(sentence)
    assert len(answer.rows) == 47
    assert plans_in(answer) == {plan}


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("items-by-department", {"department": f"{BASE}id/352021/department/協働推進課"}),
        ("items-by-party-year", {"party": "事業者", "year": "H22", "plan": THEIRS}),
        ("schedule-of-item", {"item": f"{THEIRS}/item/1-4-3"}),
        ("items-in-section", {"section": f"{THEIRS}/policy/1"}),
    ],
)
def test_things_of_another_base_are_chosen_by_iri(
    hub: Answers, name: str, values: dict[str, str]
) -> None:
    answer = hub.answer(name, values)
    assert answer.rows
    assert plans_in(answer) <= {THEIRS}
