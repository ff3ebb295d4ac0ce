"""The register of discrepancies against those that a reader found."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from pyoxigraph import NamedNode
from rdflib import Graph, URIRef
from rdflib.namespace import RDFS

from keikaku.answers.register import listing
from keikaku.answers.register.conditions import ALL, DECIDED, OUTCOMES, STATUSES, Conditions
from keikaku.answers.register.listing import entry_of, register_of, whole_register
from keikaku.answers.service import Answers
from keikaku.assets import shipped
from keikaku.errors import QuestionError
from keikaku.graph.dataset import vocabulary
from keikaku.names import KIND, OUTCOME, SHARED
from keikaku.store.embedded import EmbeddedStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from keikaku.answers.register.listing import Register
    from keikaku.build import PlanGraphs

PLAN = f"{SHARED}id/352039/kyodo"
ONE_ROW = {"schedule-gap"}  # a reader named one row, where both cells stand


@pytest.fixture(scope="module")
def decided(decided_graphs: PlanGraphs) -> Answers:
    """The answers over the plan with three decisions."""
    store = EmbeddedStore.in_memory(decided_graphs.quads | vocabulary())
    return Answers.over(store, "decided")


@pytest.fixture(scope="module")
def found(expected: Callable[[str], dict[str, Any]]) -> list[dict[str, Any]]:
    """The discrepancies that a reader found."""
    return list(expected("discrepancies")["discrepancy"])


def register(answers: Answers, **given: str) -> Register:
    return register_of(answers, Conditions.of(given, answers.lexicon))


def test_every_discrepancy_that_a_reader_found_is_listed_with_its_readings(
    answers: Answers, found: list[dict[str, Any]]
) -> None:
    listed = Counter(
        (
            entry.kind.iri.value.removeprefix(KIND.iri),
            tuple(sorted(reading.line for reading in entry.readings)),
        )
        for entry in register(answers).entries
    )
    assert listed == Counter(
        (each["kind"], tuple(sorted(each["lines"] * (2 if each["kind"] in ONE_ROW else 1))))
        for each in found
    )


def test_they_stand_by_item_in_the_order_of_the_document(
    answers: Answers, found: list[dict[str, Any]]
) -> None:
    (plan,) = register(answers).by_plan
    keys = [
        tuple(map(int, group.thing.iri.value.rsplit("/", 1)[-1].split("-")))
        for group in plan.things
        if group.thing
    ]
    assert keys == sorted(set(keys))
    assert plan.count == len(found) == 46
    assert plan.plan.label.ja == "山口市協働推進プラン"


def test_a_reading_says_where_it_stands(answers: Answers) -> None:
    entry = entry_of(answers, NamedNode(f"{PLAN}/discrepancy/number/1-2-4"))
    assert entry is not None
    overview, sheet = entry.readings
    assert (overview.text, overview.line) == ("⑤ コミュニティ活動保険の創設・活用", 21)
    assert (sheet.text, sheet.line, sheet.column) == ("I - (2) - ④", 167, 2)
    assert (overview.file, overview.table, overview.column) == ("source.md", 1, 1)
    assert entry.field is not None
    assert entry.field.label.ja == "番号"
    assert entry.thing is not None
    assert entry.thing.number == "I-(2)-④"
    assert entry.name == "number/1-2-4"


def test_kinds_are_counted(answers: Answers, found: list[dict[str, Any]]) -> None:
    kinds = {choice.value: choice.count for choice in register(answers).kinds}
    assert kinds == Counter(each["kind"] for each in found)


def test_a_kind_and_a_department_leave_what_is_theirs(
    answers: Answers, found: list[dict[str, Any]], expected: Callable[[str], dict[str, Any]]
) -> None:
    assert register(answers, kind="target").total == sum(e["kind"] == "target" for e in found)
    assert register(answers, kind="対象の相違").total == register(answers, kind="target").total
    theirs = {e["key"] for e in expected("items")["item"] if "職員課" in e["departments"]}
    wanted = sum(e["item"] in theirs or e.get("other") in theirs for e in found)
    assert wanted
    assert register(answers, department="職員課").total == wanted
    assert register(answers, department="352039/department/職員課").total == wanted


def test_what_is_decided_leaves_the_list_of_what_is_open(decided: Answers) -> None:
    shown = register(decided)
    assert shown.total == len(shown.entries) == 43
    assert shown.statuses == {
        "open": 43, "decided": 3, "accepted": 1, "explained": 1, "corrected": 1, "all": 46,
    }  # fmt: skip
    assert "number/1-2-4" not in {entry.name for entry in shown.entries}


def test_a_decision_is_shown_with_who_when_why_and_what_is_right(decided: Answers) -> None:
    shown = register(decided, status=DECIDED)
    assert [entry.name for entry in shown.entries] == [
        "number/1-2-4",
        "schedule-gap/2-1-1/2010",
        "target/3-2-1/その他",
    ]
    decision = shown.entries[2].decision
    assert decision is not None
    assert (decision.status, decision.by, decision.date) == (
        "corrected", "協働推進課", "2026-04-02",
    )  # fmt: skip
    assert (decision.reason.ja, decision.corrected) == ("一覧表の印の付け忘れ。", "■")
    assert shown.entries[2].readings[0].text == "□"
    assert [entry.name for entry in register(decided, status="explained").entries] == [
        "schedule-gap/2-1-1/2010"
    ]


def test_two_cities_stand_apart_and_one_can_be_chosen(two_cities: Answers) -> None:
    whole = register(two_cities)
    assert [plan.count for plan in whole.by_plan] == [46, 46]
    assert {choice.value: choice.count for choice in whole.plans} == {
        "352021/kyodo": 46,
        "352039/kyodo": 46,
    }
    one = register(two_cities, plan="352021/kyodo")
    assert one.total == 46
    assert {entry.plan.value for entry in one.entries} == {f"{SHARED}id/352021/kyodo"}


def test_pages_are_bounded_and_together_the_whole(
    answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PER_PAGE", 20)
    pages = [register(answers, page=str(number)) for number in (1, 2, 3)]
    assert [len(page.entries) for page in pages] == [20, 20, 6]
    assert len({entry.iri.value for page in pages for entry in page.entries}) == 46
    assert pages[0].pages == 3
    with pytest.raises(QuestionError, match="no page 4"):
        register(answers, page="4")


def test_a_file_of_too_many_is_refused(answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MOST_WHOLE", 45)
    with pytest.raises(QuestionError, match="choose a plan"):
        whole_register(answers, Conditions(status=ALL))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("status", "closed"), ("kind", "typo"), ("plan", "352039/bosai"), ("department", "宇宙課"),
        ("page", "0"), ("page", "x"), ("page", "99999999"), ("plan", "http://a/\"b"),
    ],
)  # fmt: skip
def test_an_unknown_value_is_refused(answers: Answers, name: str, value: str) -> None:
    with pytest.raises(QuestionError):
        register(answers, **{name: value})


def test_conditions_come_back_from_their_parameters(answers: Answers) -> None:
    given = {
        "status": "all",
        "kind": "target",
        "plan": "352039/kyodo",
        "department": "352039/department/協働推進課",
        "page": "2",
    }
    conditions = Conditions.of(given, answers.lexicon)
    assert conditions.parameters == given
    assert Conditions().parameters == {}


def test_outcomes_are_called_as_the_concepts_are() -> None:
    concepts = Graph().parse(shipped("ontology") / "concepts.ttl", format="turtle")
    for name, label in OUTCOMES.items():
        labels = concepts.objects(URIRef(f"{OUTCOME.iri}{name}"), RDFS.label)
        assert {str(each) for each in labels} == {label.ja, label.en}
        assert STATUSES[name] == label
