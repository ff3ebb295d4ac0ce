"""Every question of the catalogue, against answers derived by hand from the document."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from rdflib.plugins.sparql import prepareQuery

from keikaku.answers.catalogue import Answer, Catalogue
from keikaku.answers.question_file import QUESTIONS
from keikaku.errors import QuestionError, SettingsError
from keikaku.names import PREFIXES
from keikaku.store.base import Solutions

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from keikaku.answers.service import Answers

    Expected = Callable[[str], dict[str, Any]]
    Column = Callable[[Answer, str], list[str]]

CATALOGUE = Catalogue.load()
OTHER_CITY = "352021"
NAMES = [question.name for question in CATALOGUE]
YEARS = {f"H{count}": f"平成{count}年度" for count in range(20, 25)}


def test_the_catalogue_has_every_file() -> None:
    assert sorted(NAMES) == sorted(path.stem for path in QUESTIONS.glob("*.rq"))
    assert len(NAMES) >= 22


# What every question promises


@pytest.mark.parametrize("name", NAMES)
def test_a_question_is_standard_sparql_as_it_stands_and_when_bound(
    answers: Answers, name: str
) -> None:
    question = CATALOGUE.question(name)
    prepareQuery(question.query, initNs=PREFIXES)
    prepareQuery(question.sparql(question.bind(answers.lexicon, question.example)))


@pytest.mark.parametrize("name", NAMES)
def test_a_file_as_it_stands_gives_the_answer_to_its_example(answers: Answers, name: str) -> None:
    question = CATALOGUE.question(name)
    as_it_stands = answers.store.query(question.query)
    bound = answers.store.query(question.sparql(question.bind(answers.lexicon, question.example)))
    assert isinstance(as_it_stands, Solutions)
    assert as_it_stands == bound
    assert as_it_stands.rows
    assert list(as_it_stands.variables) == list(question.columns)


@pytest.mark.parametrize("name", NAMES)
def test_an_answer_is_the_same_each_time(answers: Answers, name: str) -> None:
    example = CATALOGUE.question(name).example
    assert answers.answer(name, example) == answers.answer(name, example)


OVER_ALL_PLANS = {"items-by-municipality", "items-of-one-title"}
"""Questions that compare plans, and so cannot be narrowed to one."""


@pytest.mark.parametrize("name", sorted(set(NAMES) - OVER_ALL_PLANS))
def test_a_plan_changes_nothing_where_there_is_one(answers: Answers, name: str) -> None:
    question = CATALOGUE.question(name)
    alone = answers.answer(name, question.example)
    named = answers.answer(name, {**question.example, "plan": "山口市協働推進プラン"})
    assert named.rows == alone.rows


@pytest.mark.parametrize("name", NAMES)
def test_a_title_and_description_stand_in_both_languages(name: str) -> None:
    question = CATALOGUE.question(name)
    texts = (question.title, question.description, *question.columns.values())
    assert all(re.search("[ぁ-んァ-ヶ一-龠]|IRI", text.ja) for text in texts)
    assert all(
        text.en.isascii() or "関係課" in text.en or "再掲" in text.en or "見直し" in text.en
        for text in texts
    )


# Answers derived by hand


def test_items_that_involve_a_party_in_a_year(
    answers: Answers, expected: Expected, column: Column
) -> None:
    asked = 0
    for party, years in expected("answers")["items_by_party_year"].items():
        for year, roles in years.items():
            for role, items in roles.items():
                values = {"party": party, "year": year, "role": role}
                answer = answers.answer("items-by-party-year", values)
                assert column(answer, "number") == items
                asked += 1
    assert asked == 7


def test_the_heart_of_it_has_number_title_and_item(answers: Answers) -> None:
    answer = answers.answer("items-by-party-year", {"party": "事業者", "year": "H22"})
    assert list(answer.columns) == ["number", "title", "item"]
    assert answer.shown == ("number", "title")
    assert answer.release == "a-release"
    assert [value.name for value in answer.bound] == ["party", "year", "role"]
    assert answer.notes == ()


def test_the_matrix(answers: Answers, expected: Expected, column: Column) -> None:
    answer = answers.answer("matrix-party-year", {})
    parties, years = column(answer, "partyName"), column(answer, "yearName")
    counts = [int(count) for count in column(answer, "items")]
    matrix = expected("answers")["matrix"]
    assert dict(zip(zip(parties, years, strict=True), counts, strict=True)) == {
        (party, YEARS[year]): count for party, row in matrix.items() for year, count in row.items()
    }
    assert len(answer.rows) == 45
    assert list(dict.fromkeys(parties))[:7] == list(matrix)[:7]


def test_items_of_a_department(answers: Answers, expected: Expected, column: Column) -> None:
    by_department = expected("answers")["items_by_department"]
    assert len(by_department) == 10
    for department, items in by_department.items():
        answer = answers.answer("items-by-department", {"department": department})
        assert column(answer, "number") == items


def test_departments_by_load(answers: Answers, expected: Expected, column: Column) -> None:
    answer = answers.answer("departments-by-load", {})
    counts = zip(column(answer, "departmentName"), column(answer, "items"), strict=True)
    by_department = expected("answers")["items_by_department"]
    assert {name: int(count) for name, count in counts} == {
        name: len(items) for name, items in by_department.items()
    }
    assert column(answer, "departmentName")[0] == "協働推進課"


def test_shared_departments(answers: Answers, expected: Expected, column: Column) -> None:
    answer = answers.answer("shared-departments", {})
    found: dict[frozenset[str], list[str]] = {}
    names = zip(column(answer, "unitName"), column(answer, "otherUnitName"), strict=True)
    for pair, number in zip(names, column(answer, "number"), strict=True):
        found.setdefault(frozenset(pair), []).append(number)
    assert found == {
        frozenset(pair["departments"]): pair["items"]
        for pair in expected("answers")["shared_items"]
    }


def test_shared_departments_of_one_and_of_two(answers: Answers, column: Column) -> None:
    of_one = answers.answer("shared-departments", {"department": "職員課"})
    assert column(of_one, "number") == ["V-(2)-①", "V-(3)-①"]
    of_two = answers.answer(
        "shared-departments", {"department": "生涯学習課", "partner": "協働推進課"}
    )
    assert column(of_two, "number") == ["I-(1)-①"]


def test_first_year_of_implementation(answers: Answers, expected: Expected, column: Column) -> None:
    answer = answers.answer("first-implementation", {})
    first = expected("answers")["first_year"]
    found = zip(column(answer, "number"), column(answer, "yearName"), strict=True)
    assert list(found) == [(number, YEARS[year]) for number, year in first.items()]
    in_h23 = answers.answer("first-implementation", {"year": "H23"})
    assert column(in_h23, "number") == [item for item, year in first.items() if year == "H23"]


def test_items_under_review(answers: Answers, expected: Expected, column: Column) -> None:
    answer = answers.answer("items-under-review", {})
    found = zip(column(answer, "number"), column(answer, "yearName"), strict=True)
    assert list(found) == [
        (item["number"], YEARS[item["year"]]) for item in expected("answers")["review"]
    ]


def test_considered_then_implemented(answers: Answers, expected: Expected, column: Column) -> None:
    answer = answers.answer("consider-then-implement", {})
    columns = (column(answer, name) for name in ("number", "considerName", "implementName"))
    assert list(zip(*columns, strict=True)) == [
        (item["number"], YEARS[item["consider"]], YEARS[item["implement"]])
        for item in expected("answers")["consider_then_implement"]
    ]


def test_items_that_involve_two_parties(
    answers: Answers, expected: Expected, column: Column
) -> None:
    for pair in expected("answers")["two_parties"]:
        one, other = pair["parties"]
        answer = answers.answer("two-parties", {"party1": one, "party2": other})
        assert column(answer, "number") == pair["items"]


def test_relisted_items(answers: Answers, expected: Expected, column: Column) -> None:
    answer = answers.answer("relisted-items", {})
    found = zip(column(answer, "number"), column(answer, "originalNumber"), strict=True)
    assert dict(found) == expected("answers")["relisted"]["originals"]


def test_item_counts(answers: Answers, expected: Expected, column: Column) -> None:
    answer = answers.answer("item-counts", {})
    relisted = expected("answers")["relisted"]
    assert column(answer, "items") == [str(relisted["count"])]
    assert column(answer, "once") == [str(relisted["count_once"])]
    assert column(answer, "relisted") == [str(len(relisted["originals"]))]


def test_discrepancy_counts(answers: Answers, expected: Expected, column: Column) -> None:
    answer = answers.answer("discrepancy-counts", {})
    kinds = (iri.rsplit("/", 1)[-1] for iri in column(answer, "kind"))
    counts = map(int, column(answer, "discrepancies"))
    assert dict(zip(kinds, counts, strict=True)) == expected("answers")["discrepancies_by_kind"]


def test_discrepancies_of_each_kind(answers: Answers, expected: Expected, column: Column) -> None:
    listed = expected("discrepancies")["discrepancy"]
    for kind, count in expected("answers")["discrepancies_by_kind"].items():
        answer = answers.answer("discrepancies-of-kind", {"kind": kind})
        assert len(answer.rows) == count
        keys = [iri.rsplit("/", 1)[-1] for iri in column(answer, "about")]
        assert sorted(keys) == sorted(item["item"] for item in listed if item["kind"] == kind)
    everything = answers.answer("discrepancies-of-kind", {})
    assert len(everything.rows) == expected("answers")["discrepancies"]["total"]


def test_a_discrepancy_shows_its_lines(
    answers: Answers, expected: Expected, column: Column
) -> None:
    answer = answers.answer("discrepancies-of-kind", {"kind": "number"})
    lines = zip(column(answer, "line"), column(answer, "lastLine"), strict=True)
    listed = expected("discrepancies")["discrepancy"]
    assert sorted([int(first), int(last)] for first, last in lines) == sorted(
        item["lines"] for item in listed if item["kind"] == "number"
    )


def test_discrepancies_of_one_item(answers: Answers, column: Column) -> None:
    answer = answers.answer("discrepancies-of-item", {"item": "5-2-2"})
    fields = [iri.split("/discrepancy/")[1] for iri in column(answer, "found")]
    assert sorted(fields) == [
        "damaged-text/5-2-2/completionCriterion",
        "damaged-text/5-2-2/content",
        "relisted-difference/5-2-2/completionCriterion",
        "relisted-difference/5-2-2/content",
        "relisted-difference/5-2-2/note",
        "unnamed-department/5-2-2/関係課",
    ]
    relisted = answers.answer("discrepancies-of-item", {"item": "III-(2)-②"})
    assert "II-(4)-①" in column(relisted, "otherNumber")


def test_what_is_said_about_each_item(answers: Answers, expected: Expected, column: Column) -> None:
    for item in expected("items")["item"]:
        answer = answers.answer("about-item", {"item": item["number"]})
        said: dict[str, list[str]] = {}
        for field, text in zip(column(answer, "fieldName"), column(answer, "text"), strict=True):
            said.setdefault(field, []).append(text)
        assert said["番号"] == [item["number"]]
        assert said["推進項目"] == [item["title"]]
        assert said.get("注記", []) == item["notes"]
        assert said["担当課"] == item["departments"]
        assert said["実施主体"] == item["actors"]
        assert said.get("対象", []) == item["targets"]
        assert said.get("その他の対象", []) == [item["other_target"]] * bool(item["other_target"])
        assert [text.rpartition(" ")[2].rpartition(": ")[2] for text in said["年次計画"]] == list(
            item["schedule"].values()
        )


def test_one_field_of_an_item(answers: Answers, column: Column) -> None:
    answer = answers.answer("about-item", {"item": "1-4-3", "field": "purpose"})
    assert column(answer, "fieldName") == ["目的"]
    assert column(answer, "line") == ["305"]


def test_the_schedule_of_each_item(answers: Answers, expected: Expected, column: Column) -> None:
    for item in expected("items")["item"]:
        answer = answers.answer("schedule-of-item", {"item": item["number"]})
        cells = dict(zip(column(answer, "yearName"), column(answer, "text"), strict=True))
        assert cells == {name: item["schedule"].get(year, "") for year, name in YEARS.items()}


def test_an_arrow_carries_phases_on(answers: Answers, column: Column) -> None:
    answer = answers.answer("schedule-of-item", {"item": "1-4-3"})
    assert column(answer, "phaseName") == ["検討", "実施", "実施", "実施", "実施"]


def test_items_active_in_a_year(answers: Answers, expected: Expected, column: Column) -> None:
    for year in YEARS:
        answer = answers.answer("items-in-year", {"year": year})
        items = [item for item in expected("items")["item"] if year in item["schedule"]]
        assert column(answer, "number") == [item["number"] for item in items]
        assert column(answer, "text") == [item["schedule"][year] for item in items]


def test_items_in_a_phase(answers: Answers, column: Column) -> None:
    answer = answers.answer("items-in-phase-year", {"phase": "完了予定"})
    assert "I-(1)-①" in column(answer, "number")
    assert set(column(answer, "phaseName")) == {"完了予定"}
    both = answers.answer("items-in-phase-year", {"phase": "実施", "year": "H22"})
    assert set(column(both, "phaseName")) == {"実施", "一部実施"}


def test_the_plan_as_a_tree(answers: Answers, expected: Expected, column: Column) -> None:
    answer = answers.answer("plan-overview", {})
    sections = expected("sections")["section"]
    assert column(answer, "title") == [section["title"] for section in sections]
    keys = [item["key"] for item in expected("items")["item"]]
    assert list(map(int, column(answer, "items"))) == [
        sum(key.startswith(f"{section['key']}-") for key in keys) for section in sections
    ]


def test_items_of_a_section(answers: Answers, expected: Expected, column: Column) -> None:
    items = expected("items")["item"]
    for key in ("1", "1-4", "5-3"):
        answer = answers.answer("items-in-section", {"section": key})
        wanted = [item["number"] for item in items if item["key"].startswith(f"{key}-")]
        assert column(answer, "number") == wanted
    everything = answers.answer("items-in-section", {})
    assert column(everything, "number") == [item["number"] for item in items]


def test_items_with_a_word(answers: Answers, column: Column) -> None:
    answer = answers.answer("items-with-word", {"word": "さぼらんて"})
    assert column(answer, "number") == ["II-(4)-①", "III-(2)-②"]


# Roles


def test_a_party_named_under_others_is_a_target(answers: Answers, column: Column) -> None:
    values = {"party": "中間支援組織", "year": "H20"}
    for role in ("either", "target", "actor"):
        answer = answers.answer("items-by-party-year", {**values, "role": role})
        assert column(answer, "number") == ["III-(2)-①"]


def test_a_party_of_any_year(answers: Answers, column: Column) -> None:
    answer = answers.answer("items-by-party", {"party": "事業者"})
    in_h21 = answers.answer("items-by-party-year", {"party": "事業者", "year": "H21"})
    assert set(column(in_h21, "number")) <= set(column(answer, "number"))


# Binding


def test_a_value_is_bound_as_a_term_and_never_as_text(answers: Answers) -> None:
    tricky = 'x" } VALUES ?plan { <http://example.org/> } #'
    answer = answers.answer("items-with-word", {"word": tricky})
    assert answer.rows == ()
    assert r"\"" in answer.sparql
    assert answers.store.query(answer.sparql)


def test_a_word_may_look_like_a_data_block(answers: Answers) -> None:
    answer = answers.answer("items-with-word", {"word": "VALUES ?plan { UNDEF }"})
    assert '"VALUES ?plan { UNDEF }"' in answer.sparql


def test_what_was_asked_stands_in_the_answer(answers: Answers) -> None:
    answer = answers.answer("items-by-party-year", {"party": "businesses", "year": "2010"})
    labels = {value.name: value.value_label for value in answer.bound}
    assert (labels["party"].ja, labels["party"].en) == ("事業者", "businesses")
    assert (labels["year"].ja, labels["year"].en) == ("平成22年度", "FY2010")
    assert "PREFIX kei:" in answer.sparql
    assert "UNDEF" not in answer.sparql


def test_a_year_outside_the_plan_is_no_error(answers: Answers) -> None:
    answer = answers.answer("items-by-party-year", {"party": "事業者", "year": "H30"})
    assert answer.rows == ()
    assert [note.ja for note in answer.notes] == [
        "平成30年度は計画の期間(平成20年度から平成24年度まで)に入っていません。"
    ]


def test_an_empty_value_counts_as_not_given(answers: Answers) -> None:
    answer = answers.answer("items-by-department", {"department": "職員課", "year": "", "plan": ""})
    assert [value.name for value in answer.bound] == ["department"]


def test_cells_name_things(answers: Answers) -> None:
    answer = answers.answer("items-by-party-year", {"party": "事業者", "year": "H22"})
    first = answer.iri(answer.rows[0], "number")
    assert first is not None
    assert first.value.endswith("/item/1-4-3")
    assert answer.labels[first.value].ja == "行政の協働相談窓口の設置"


@pytest.mark.parametrize(
    ("name", "values", "says"),
    [
        ("no-such-question", {}, "items-by-party-year"),
        ("items-by-party-year", {"party": "事業者"}, "year"),
        ("items-by-party-year", {"party": "事業者", "year": "H22", "colour": "赤"}, "role"),
        ("items-by-party-year", {"party": "企業", "year": "H22"}, "事業者"),
        ("items-by-party-year", {"party": "事業者", "year": "いつか"}, "平成22年度"),
        ("items-by-party-year", {"party": "事業者", "year": "H22", "role": "nobody"}, "either"),
        ("items-by-department", {"department": "水道課"}, "協働推進課"),
        ("about-item", {"item": "I-(4)-⑨"}, "I-(4)-"),
        ("items-with-word", {"word": "二\n行"}, "改行"),
        ("items-with-word", {"word": "長" * 101}, "100"),
    ],
)
def test_a_wrong_value_is_refused_with_what_would_do(
    answers: Answers, name: str, values: dict[str, str], says: str
) -> None:
    with pytest.raises(QuestionError) as refused:
        answers.answer(name, values)
    assert says in refused.value.ja
    assert refused.value.en


# Several plans


def test_with_two_plans_an_answer_tells_them_apart(two_cities: Answers, column: Column) -> None:
    values = {"party": "事業者", "year": "H22"}
    answer = two_cities.answer("items-by-party-year", values)
    assert len(answer.rows) == 22
    assert list(answer.columns) == ["number", "title", "item", "planTitle"]
    plan = "https://w3id.org/keikaku/id/352021/kyodo"
    one = two_cities.answer("items-by-party-year", {**values, "plan": plan})
    assert len(one.rows) == 11
    assert all(iri.startswith(plan) for iri in column(one, "item"))


def test_a_name_that_two_cities_have_needs_a_plan_or_an_iri(two_cities: Answers) -> None:
    with pytest.raises(QuestionError) as refused:
        two_cities.answer("items-by-department", {"department": "協働推進課"})
    assert "/352039/department/協働推進課" in refused.value.ja
    assert "/352021/department/協働推進課" in refused.value.ja
    plan = "https://w3id.org/keikaku/id/352021/kyodo"
    values = {"department": "協働推進課", "plan": plan}
    assert len(two_cities.answer("items-by-department", values).rows) == 47


def test_an_item_of_one_plan_is_found_by_its_number(two_cities: Answers) -> None:
    plan = "https://w3id.org/keikaku/id/352021/kyodo"
    for name in ("about-item", "schedule-of-item", "discrepancies-of-item"):
        answer = two_cities.answer(name, {"item": "III-(2)-②", "plan": plan})
        assert answer.rows
        with pytest.raises(QuestionError):
            two_cities.answer(name, {"item": "III-(2)-②"})


@pytest.mark.parametrize(
    ("name", "alone"),
    [
        ("item-counts", 1),
        ("discrepancies-of-kind", 2),
        ("plan-overview", 21),
        ("relisted-items", 5),
        ("consider-then-implement", 37),
        ("shared-departments", 13),
        ("items-in-year", 49),
    ],
)
def test_two_plans_have_twice_the_rows_and_one_has_its_own(
    two_cities: Answers, name: str, alone: int
) -> None:
    example = CATALOGUE.question(name).example
    plan = "https://w3id.org/keikaku/id/352039/kyodo"
    assert len(two_cities.answer(name, example).rows) == 2 * alone
    assert len(two_cities.answer(name, {**example, "plan": plan}).rows) == alone


def test_a_count_over_two_plans_is_their_sum(two_cities: Answers, column: Column) -> None:
    plan = "https://w3id.org/keikaku/id/352039/kyodo"
    for name, counted in (("discrepancy-counts", "discrepancies"), ("matrix-party-year", "items")):
        alone = sum(map(int, column(two_cities.answer(name, {"plan": plan}), counted)))
        together = sum(map(int, column(two_cities.answer(name, {}), counted)))
        assert together == 2 * alone > 0


# Questions that name the graphs of a plan

OF_PLAN = [question.name for question in CATALOGUE if question.graphs]


@pytest.mark.parametrize("name", OF_PLAN)
def test_a_question_of_a_plan_asks_its_graphs_and_finds_there_all_that_the_union_has(
    two_cities: Answers, name: str
) -> None:
    plan = "https://w3id.org/keikaku/id/352039/kyodo"
    given = {**CATALOGUE.question(name).example, "plan": plan}
    answer = two_cities.answer(name, given | ({"other": plan} if "other" in given else {}))
    asked = re.findall(r"^FROM <https://w3id.org/keikaku/graph/(.+)>$", answer.sparql, re.MULTILINE)
    assert {"352039/kyodo/stated", "352039", "concepts", "ontology"} <= set(asked)
    assert not [graph for graph in asked if OTHER_CITY in graph]
    over_all = two_cities.store.query(re.sub(r"(?m)^FROM .*\n", "", answer.sparql))
    assert isinstance(over_all, Solutions)
    places = [over_all.variables.index(column) for column in answer.columns]
    assert [tuple(row[place] for place in places) for row in over_all.rows] == list(answer.rows)
    assert answer.rows


def test_a_question_of_two_plans_asks_the_graphs_of_both(two_cities: Answers) -> None:
    plans = [f"https://w3id.org/keikaku/id/{code}/kyodo" for code in ("352039", OTHER_CITY)]
    answer = two_cities.answer("two-plans", {"plan": plans[0], "other": plans[1]})
    for code in ("352039", OTHER_CITY):
        assert f"FROM <https://w3id.org/keikaku/graph/{code}/kyodo/stated>" in answer.sparql


def test_a_question_of_all_plans_asks_the_union() -> None:
    for name in OF_PLAN:
        assert "FROM" not in CATALOGUE.question(name).sparql(()), name


# Question files that are wrong

GOOD = """#+ title = { ja = "題", en = "title" }
#+ description = { ja = "説明", en = "description" }
#+ group = "party"
#+ example = { party = "事業者" }
#+ [[parameters]]
#+ name = "party"
#+ type = "party"
#+ label = { ja = "主体", en = "party" }
#+ [[sentences]]
#+ patterns = ["{party}の項目"]
#+ [columns]
#+ item = { ja = "項目", en = "item" }
SELECT ?item WHERE { VALUES ?party { party:事業者 } ?item kei:involves ?party }
"""


def test_a_good_question_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "good.rq").write_text(GOOD, encoding="utf-8")
    assert [question.name for question in Catalogue.load(tmp_path)] == ["good"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('group = "party"', 'group = "parties"', "parties"),
        ('group = "party"', 'group = "party"\n#+ colour = "red"', "colour"),
        ('type = "party"', 'type = "politician"', "politician"),
        ("VALUES ?party { party:事業者 }", "", "0 data blocks"),
        ("VALUES ?party {", "VALUES ?party { party:市民 } VALUES ?party {", "2 data blocks"),
        ("?item kei:involves ?party", "?item a kei:Item", "does not use"),
        ('"{party}の項目"', '"{year}の項目"', "year"),
        ('"{party}の項目"', '"項目"', "no value for party"),
        ('example = { party = "事業者" }', "example = {}", "no value for party"),
        ('item = { ja = "項目", en = "item" }', 'thing = { ja = "物", en = "thing" }', "?thing"),
        ('en = "item" }', 'en = "item", link = "plan" }', "plan"),
        ('name = "party"', 'name = "party"\n#+ choices = []\n#+ default = 3', "default"),
        (', en = "title"', "", "title"),
        ('group = "party"', 'group = "party"\n#+ graphs = ["stated"]', "no parameter is a plan"),
    ],
)
def test_a_wrong_question_file_is_refused_by_name(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    assert old in GOOD
    (tmp_path / "wrong.rq").write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(SettingsError, match=re.escape(says)) as refused:
        Catalogue.load(tmp_path)
    assert "wrong.rq" in str(refused.value)
