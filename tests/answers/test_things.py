"""What the pages of things show: schedules, lists, trees, and the tables of the document."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pyoxigraph import NamedNode

from keikaku.answers.describe import describe
from keikaku.answers.lexicon import Lexicon
from keikaku.answers.things.city import city_of
from keikaku.answers.things.document import blocks_of, documents_of
from keikaku.answers.things.item import faults_of, neighbours_of, overview_of, schedule_of
from keikaku.answers.things.listing import MOST_ITEMS, items_of, items_scheduled, listed
from keikaku.answers.things.overview import overview_tables
from keikaku.answers.things.place import counterparts_of, file_of, place_in, statements_of
from keikaku.answers.things.rows import place_of
from keikaku.answers.things.shelf import plans_of
from keikaku.answers.things.tables import table_of
from keikaku.answers.things.tree import tree_of
from keikaku.assets import shipped
from keikaku.names import FY, KEI, PARTY, PHASE, SHARED
from keikaku.store.embedded import EmbeddedStore

if TYPE_CHECKING:
    from pyoxigraph import Quad

    from keikaku.store.base import Store

PLAN = NamedNode(f"{SHARED}id/352039/kyodo")
DOCUMENT = NamedNode(f"{PLAN.value}/source/1")
LINES = (shipped("plans") / "352039-kyodo" / "source.md").read_text(encoding="utf-8").split("\n")


@pytest.fixture(scope="module")
def store(plan_quads: frozenset[Quad]) -> Store:
    """The plan of Yamaguchi City in memory."""
    return EmbeddedStore.in_memory(plan_quads)


@pytest.fixture(scope="module")
def lexicon(store: Store) -> Lexicon:
    """The names of the plan."""
    return Lexicon.read(store)


def item(number: str) -> NamedNode:
    return NamedNode(f"{PLAN.value}/item/{number}")


def cell(address: str) -> NamedNode:
    return NamedNode(f"{DOCUMENT.value}/cell/{address}")


def printed(line: int) -> list[str]:
    """The cells of a row of a table on a line of the document."""
    return [part.strip() for part in LINES[line - 1].strip().strip("|").split("|")]


def test_a_schedule_has_the_words_as_written_and_arrows_as_carried_on(
    store: Store, lexicon: Lexicon
) -> None:
    found = schedule_of(store, lexicon, item("1-4-3"))  # line 310
    assert [(entry.year, entry.text) for entry in found] == list(
        zip(range(2008, 2013), ["検討", "実施", "→", "→", "→"], strict=True)
    )
    assert [entry.carried for entry in found] == [False, False, True, True, True]
    phases = [[phase.label.ja for phase in entry.phases.values()] for entry in found]
    assert phases == [["検討"], ["実施"], ["実施"], ["実施"], ["実施"]]
    assert [place.iri for entry in found for place in entry.places] == [
        cell(f"18-11-{column}") for column in range(2, 7)
    ]


def test_a_compound_is_two_phases_in_the_order_of_its_words(store: Store, lexicon: Lexicon) -> None:
    found = schedule_of(store, lexicon, item("1-2-2"))
    assert [entry.text for entry in found] == ["実施", "→", "→", "見直し・実施", "実施"]
    assert [phase.label.ja for phase in found[3].phases.values()] == ["見直し", "実施"]


def test_a_blank_cell_has_no_entry(store: Store, lexicon: Lexicon) -> None:
    found = schedule_of(store, lexicon, item("1-3-3"))  # | | | 実施 | → | | |
    assert [(entry.year, entry.text) for entry in found] == [(2009, "実施"), (2010, "→")]


def test_an_item_stands_between_those_before_and_after_it_in_the_document(
    store: Store, lexicon: Lexicon
) -> None:
    found = neighbours_of(store, lexicon, item("1-4-3"), PLAN)
    assert found.before is not None
    assert found.before.number == "I-(4)-②"
    assert found.after is not None
    assert found.after.number == "II-(1)-①"
    assert neighbours_of(store, lexicon, item("1-1-1"), PLAN).before is None
    assert neighbours_of(store, lexicon, item("5-3-1"), PLAN).after is None


def test_the_overview_of_an_item_has_its_marks_in_the_order_of_the_columns(
    store: Store, lexicon: Lexicon
) -> None:
    found = overview_of(store, lexicon, item("5-1-2"))
    assert found is not None
    targets = found.properties[KEI["listedTarget"]]
    # ② 行政の協働相談窓口の設置【再掲】 | | | □ | ■ | ■ | ■ | ■ | ■ | ■ | □ |
    assert [value.places[0].iri for value in targets] == [
        cell(f"2-26-{column}") for column in range(5, 11)
    ]
    assert [value.label.ja for value in targets if value.label] == [
        "地域コミュニティ",
        "市民活動団体",
        "事業者",
        "教育機関",
        "行政",
        "その他",
    ]


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("行革推進課", ["I-(1)-①"]),
        ("管財課", ["I-(1)-②"]),
        ("職員課", ["IV-(1)-①", "V-(2)-①", "V-(3)-①"]),
    ],
)
def test_a_department_has_the_items_whose_sheets_name_it(
    store: Store, lexicon: Lexicon, name: str, numbers: list[str]
) -> None:
    department = NamedNode(f"{SHARED}id/352039/department/{name}")
    found = items_of(store, lexicon, department, KEI["department"])
    assert [each.item.number for each in found.items] == numbers
    assert (found.count, found.more, found.whole) == (len(numbers), 0, True)


def test_departments_stand_in_the_order_of_the_sheet(store: Store, lexicon: Lexicon) -> None:
    found = listed(store, lexicon, [item("1-1-1")])
    assert [each.label.ja for each in found.items[0].departments.values()] == [
        "協働推進課",
        "生涯学習課",
        "行革推進課",
    ]
    assert found.items[0].notes == ["行政改革大綱推進計画"]


def test_a_party_that_is_both_has_both_roles_each_with_its_cell(
    store: Store, lexicon: Lexicon
) -> None:
    roles = (KEI["implementedBy"], KEI["targets"])
    found = items_of(store, lexicon, PARTY["行政"], *roles)
    both = next(each for each in found.items if each.item.number == "I-(4)-③")
    assert [[place.iri for place in both.roles[role]] for role in roles] == [
        [cell("18-4-2")],
        [cell("18-5-2")],
    ]
    assert found.count == 52


def test_a_long_list_says_how_many_more_there_are(store: Store, lexicon: Lexicon) -> None:
    names = [NamedNode(f"{PLAN.value}/item/9-9-{number}") for number in range(MOST_ITEMS + 5)]
    found = listed(store, lexicon, names)
    assert (len(found.items), found.count, found.more) == (MOST_ITEMS, MOST_ITEMS + 5, 5)


def test_a_phase_has_the_items_that_are_in_it_by_word_or_by_arrow(
    store: Store, lexicon: Lexicon
) -> None:
    found = items_scheduled(store, lexicon, KEI["phase"], PHASE["検討"])
    third = next(each for each in found.items if each.item.number == "I-(4)-①")
    # | | 検討 | → | → | 実施 | → |
    in_phase = [year for year, entry in third.schedule.items() if PHASE["検討"] in entry.phases]
    assert sorted(in_phase) == [2008, 2009, 2010]


def test_a_year_has_the_items_with_an_entry_for_it(store: Store, lexicon: Lexicon) -> None:
    found = items_scheduled(store, lexicon, KEI["fiscalYear"], FY[2010])
    numbers = {each.item.number for each in found.items}
    assert "I-(1)-①" not in numbers  # | | 検討 | 実施・完了予定 | | | |
    assert {"I-(1)-②", "I-(3)-③"} <= numbers


def test_a_plan_is_a_tree_of_policies_measures_and_items(store: Store, lexicon: Lexicon) -> None:
    tree = tree_of(store, lexicon, PLAN, "kei:inPlan")
    assert [branch.section.number for branch in tree.branches] == ["I", "II", "III", "IV", "V"]
    assert [len(branch.branches) for branch in tree.branches] == [4, 4, 2, 3, 3]
    fourth = tree.branches[0].branches[3]
    assert fourth.section.label.ja == "中間支援機能(相談・コーディネート機能)の充実"
    assert [place.iri.value for place in fourth.places] == [f"{DOCUMENT.value}/line/271"]
    assert [each.number for each in fourth.items] == ["I-(4)-①", "I-(4)-②", "I-(4)-③"]
    assert (sum(branch.count for branch in tree.branches), tree.items) == (52, ())


def test_a_table_is_put_together_as_the_document_has_it(store: Store) -> None:
    table = table_of(store, DOCUMENT, 18)
    assert [row.line for row in table.rows] == [None, *range(301, 311)]
    for row in table.rows[1:]:
        assert row.line is not None
        assert [each.text if each else "" for each in row.cells] == printed(row.line)
    assert not any(table.rows[0].cells)
    assert not table.cut


def test_the_overview_table_has_every_mark_of_the_document(store: Store, lexicon: Lexicon) -> None:
    overview = overview_tables(store, lexicon, PLAN)
    assert [table.number for table in overview.tables] == [1, 2]
    for table in overview.tables:
        for row in table.rows:
            assert row.line is not None
            assert [each.text if each else "" for each in row.cells] == printed(row.line)
    assert len(overview.rows) == 52 + 21
    fourth = overview.rows[cell("1-11-1")]  # line 20: printed as ④, its sheet as ⑤
    assert fourth.listed is not None
    assert fourth.listed.number == "I-(2)-⑤"


def test_of_a_long_table_the_rows_around_the_cell_are_shown_with_the_header(store: Store) -> None:
    table = table_of(store, DOCUMENT, 1, around=30, most=8)
    numbers = [row.number for row in table.rows]
    assert table.cut
    assert numbers[:2] == [1, 2]
    assert 30 in numbers
    assert len(numbers) <= 9


def test_a_cell_knows_its_place_and_what_it_is_evidence_of(store: Store, lexicon: Lexicon) -> None:
    description = describe(store, cell("18-5-2").value)
    assert description is not None
    place = place_in(description)
    assert place is not None
    assert (place.table, place.row, place.column, place.line) == (18, 5, 2, 304)
    assert file_of(store, place.document) == "source.md"
    said = statements_of(store, lexicon, place.iri)
    assert {each.property for each in said} == {KEI["targets"]}
    assert [each.value.label.ja for each in said if each.value.label] == [
        "地域コミュニティ",
        "市民活動団体",
        "事業者",
        "教育機関",
        "行政",
    ]


def test_an_address_in_words_says_table_row_and_column_or_the_line() -> None:
    found = place_of(cell("3-2-1"))
    assert found is not None
    assert found.label.ja == "表3 2行目 1列目"
    assert found.label.en == "table 3, row 2, column 1"
    line = place_of(NamedNode(f"{DOCUMENT.value}/line/94"))
    assert line is not None
    assert line.label.ja == "原文 94行目"


def test_a_cell_of_the_overview_faces_the_cell_of_the_sheet_and_the_other_way(
    store: Store,
) -> None:
    title, sheet = cell("1-23-1"), cell("18-3-2")
    assert sheet in {other.iri for other in counterparts_of(store, title)}
    assert title in {other.iri for other in counterparts_of(store, sheet)}


def test_a_year_of_a_relisted_item_faces_the_same_year_of_the_other(store: Store) -> None:
    assert [other.iri for other in counterparts_of(store, cell("18-11-4"))] == [cell("48-11-4")]


def test_a_discrepancy_names_the_two_cells_that_differ(store: Store, lexicon: Lexicon) -> None:
    targets = {
        place.iri for each in faults_of(store, lexicon, item("1-2-4")) for place in each.targets
    }
    assert {cell("1-12-1"), cell("8-2-2")} <= targets


def test_a_document_is_its_lines_and_tables_in_order(store: Store) -> None:
    blocks = blocks_of(store, DOCUMENT)
    assert [(block.line, block.table, block.text) for block in blocks[:5]] == [
        (3, None, "第2編"),
        (5, None, "実行計画"),
        (7, None, "推進項目一覧表"),
        (9, 1, "推進方針 推進施策"),
        (54, 2, "推進方針 推進施策"),
    ]
    assert sum(block.table is not None for block in blocks) == 2 + 52


def test_plans_and_documents_and_cities_are_listed(store: Store, lexicon: Lexicon) -> None:
    shelf = plans_of(store, lexicon, 1)
    assert [(each.plan.label.ja, each.items) for each in shelf.plans] == [
        ("山口市協働推進プラン", 52)
    ]
    assert plans_of(store, lexicon, 2).plans == ()
    assert DOCUMENT in {each.iri for each in documents_of(store, PLAN)}
    city = city_of(store, lexicon, NamedNode(f"{SHARED}id/352039"))
    assert [each.items for each in city.plans] == [52]
    assert len(city.departments) == 8
    assert city.departments[0].thing.label.ja == "協働推進課"
