from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, Triple, parse

from item_lists import items_over, listed, numbers
from keikaku.answers.items.facets import FACETS, ORDERS, SORTS
from keikaku.answers.items.highlight import marked, snippet
from keikaku.answers.items.query import PARAMETERS
from keikaku.answers.items.written import as_turtle, table_of
from keikaku.answers.lexicon import rows_of
from keikaku.errors import QuestionError
from keikaku.release.listing.bigrams import folded, terms_of
from keikaku.store.admission import Bounds, admit

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyoxigraph import Quad

    from keikaku.answers.items.listing import CountedFacet, ItemList, Items
    from keikaku.answers.service import Answers

EXPECTED = Path(__file__).resolve().parent.parent / "expected"
SHEETS = tomllib.loads((EXPECTED / "items.toml").read_text(encoding="utf-8"))["item"]
FINDINGS = tomllib.loads((EXPECTED / "discrepancies.toml").read_text(encoding="utf-8"))
SOURCE = EXPECTED.parent.parent / "data" / "plans" / "352039-kyodo" / "source.md"
SOME = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def items(
    plan_quads: frozenset[Quad], answers: Answers, tmp_path_factory: pytest.TempPathFactory
) -> Items:
    """The lists of the plan of Yamaguchi City."""
    return items_over(plan_quads, answers.store, tmp_path_factory.mktemp("items"))


@pytest.fixture(scope="module")
def both(
    quads_of_two_cities: frozenset[Quad],
    two_cities: Answers,
    tmp_path_factory: pytest.TempPathFactory,
) -> Items:
    """The lists of two cities whose departments have the same names."""
    return items_over(quads_of_two_cities, two_cities.store, tmp_path_factory.mktemp("both"))


def counts(made: ItemList, name: str) -> dict[str, int]:
    """The counts of a facet by the Japanese labels of its values."""
    return {value.choice.label.ja: value.count for value in facet_of(made, name).values}


def facet_of(made: ItemList, name: str) -> CountedFacet:
    """A facet of a list."""
    [found] = [facet for facet in made.facets if facet.facet.name == name]
    return found


def of_sparql(answers: Answers, made: ItemList) -> list[str]:
    """The IRIs that the list's SPARQL gives, in order."""
    return [row[2].value for row in rows_of(answers.store, made.sparql)]  # type: ignore[union-attr]


def whole(items: Items, address: str) -> list[str]:
    """The IRIs of a whole list."""
    return [item.iri for item in items.whole(items.query(parse_qsl(address)))]


def test_without_conditions_all_items_come_in_the_order_of_the_document(items: Items) -> None:
    made = listed(items, "per=200")
    assert made.total == 52
    assert numbers(made) == [sheet["number"] for sheet in SHEETS]


def test_businesses_are_involved_in_eleven_items_in_h22(
    items: Items, expected: Callable[[str], dict[str, Any]]
) -> None:
    wanted = expected("answers")["items_by_party_year"]["事業者"]["H22"]
    assert numbers(listed(items, "party=事業者&year=H22")) == wanted["either"]
    assert numbers(listed(items, "target=事業者&year=H22")) == wanted["target"]
    assert numbers(listed(items, "actor=事業者&year=H22")) == wanted["actor"]


@pytest.mark.parametrize("year", ["H22", "h22", "Ｈ２２", "平成22年度", "平成二十二年度", "2010"])
def test_a_year_may_be_written_in_any_way_and_stands_in_one_way_in_addresses(
    items: Items, year: str
) -> None:
    query = items.query([("year", year)])
    assert query.pairs == (("year", "H22"),)


@pytest.mark.parametrize(
    "party", ["事業者", "businesses", "party:事業者", "https://w3id.org/keikaku/id/party/事業者"]
)
def test_a_thing_may_be_named_in_any_way_and_stands_in_one_way_in_addresses(
    items: Items, party: str
) -> None:
    assert items.query([("party", party)]).pairs == (("party", "事業者"),)


def test_each_department_has_as_many_items_as_the_sheets_give_it(items: Items) -> None:
    wanted = Counter(name for sheet in SHEETS for name in sheet["departments"])
    assert counts(listed(items, ""), "department") == wanted


def test_each_policy_has_as_many_items_as_the_document_puts_below_it(items: Items) -> None:
    wanted = Counter(sheet["number"].split("-")[0] for sheet in SHEETS)
    found = {
        value.choice.value: value.count for value in facet_of(listed(items, ""), "policy").values
    }
    assert found == wanted
    assert listed(items, "policy=II").total == wanted["II"]


def test_each_actor_target_and_note_has_the_items_of_the_sheets(items: Items) -> None:
    made = listed(items, "")
    for facet, field in (("actor", "actors"), ("target", "targets"), ("note", "notes")):
        wanted = Counter(name for sheet in SHEETS for name in sheet[field])
        assert counts(made, facet) == wanted


def test_items_marked_as_listed_again_are_those_of_the_sheets(items: Items) -> None:
    wanted = [sheet["number"] for sheet in SHEETS if "再掲" in sheet["notes"]]
    assert numbers(listed(items, "relisted=yes")) == wanted
    assert numbers(listed(items, "note=再掲")) == wanted
    assert listed(items, "relisted=no").total == 52 - len(wanted)


def test_items_of_a_kind_of_discrepancy_are_those_that_reading_found(items: Items) -> None:
    [entries] = [value for value in FINDINGS.values() if isinstance(value, list)]
    number_of = {sheet["key"]: sheet["number"] for sheet in SHEETS}
    for kind in ("title", "target", "schedule-gap"):
        wanted = {number_of[one["item"]] for one in entries if one["kind"] == kind}
        assert set(numbers(listed(items, f"discrepancy={kind}"))) == wanted
    some = listed(items, "discrepancy=yes").total
    assert listed(items, "discrepancy=no").total == 52 - some
    assert listed(items, "discrepancy=no&discrepancy=yes").total == 52


def test_year_and_phase_mean_that_phase_in_that_very_year(items: Items) -> None:
    for year in ("H20", "H21", "H22"):
        for phase in ("検討", "見直し"):
            made = listed(items, f"year={year}&phase={phase}&per=200")
            for item in made.items:
                [entry] = [one for one in item.years if f"H{one.year - 1988}" == year]
                assert phase in [thing.label.ja for thing in entry.phases]
    written = [sheet["number"] for sheet in SHEETS if "検討" in sheet["schedule"].get("H20", "")]
    assert numbers(listed(items, "year=H20&phase=検討&per=200")) == written


@pytest.mark.parametrize(
    "word",
    ["協働", "防災", "ホームページ", "支援", "団体", "相談窓口", "地域づくり", "ます", "。"],
)
def test_a_word_is_found_wherever_the_sheets_write_it(items: Items, word: str) -> None:
    assert sorted(numbers(listed(items, urlencode({"q": word, "per": "200"})))) == sorted(
        sheet["number"] for sheet in SHEETS if word in text_of_sheet(sheet)
    )


def text_of_sheet(sheet: dict[str, Any]) -> str:
    """What a search looks through, read from the document by the sheet's line."""
    lines = SOURCE.read_text(encoding="utf-8").splitlines()[sheet["line"] - 1 :]
    cells: list[str] = []
    for line in lines[:9]:
        first, *rest = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if first in ("目的", "現状と課題", "推進内容", "完了の目安"):
            cells.append(rest[0])
    said = [sheet["number"], sheet["title"], *sheet["notes"], sheet["other_target"], *cells]
    return "\n".join(said)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("コミュニティ", "ｺﾐｭﾆﾃｨ"),
        ("コミュニティ", "こみゅにてぃ"),
        ("PR", "ｐｒ"),
        ("ホームページ", "ほーむぺーじ"),
        ("I-(1)-①", "i－（１）－1"),
        ("市民 活動", "市民　活動"),
    ],
)
def test_width_kana_and_case_find_the_same(items: Items, one: str, other: str) -> None:
    found = numbers(listed(items, urlencode({"q": one})))
    assert found
    assert found == numbers(listed(items, urlencode({"q": other})))


def test_words_must_all_be_there_and_a_phrase_in_one_piece(items: Items) -> None:
    both = set(numbers(listed(items, "q=市民 団体&per=200")))
    each = [set(numbers(listed(items, f"q={word}&per=200"))) for word in ("市民", "団体")]
    assert both == each[0] & each[1]
    phrase = set(numbers(listed(items, 'q="市民活動団体"&per=200')))
    assert phrase < both


def choices() -> st.SearchStrategy[str]:
    """Addresses of lists, of any conditions."""
    values = {
        "policy": ["I", "II", "IV"],
        "measure": ["I-(2)", "II-(3)", "IV-(2)"],
        "department": ["協働推進課", "関係課", "職員課", "広報広聴課"],
        "party": ["事業者", "市民", "その他", "中間支援組織"],
        "actor": ["行政", "市民活動団体"],
        "target": ["教育機関", "地域コミュニティ"],
        "year": ["H20", "H22", "2012", "H30"],
        "phase": ["検討", "実施", "見直し", "完了予定"],
        "note": ["再掲", "行政改革大綱推進計画"],
        "relisted": ["yes", "no"],
        "discrepancy": ["yes", "no", "title", "target"],
        "municipality": ["352039"],
        "plan": ["352039/kyodo"],
    }
    words = [
        "",
        "協働",
        "こみゅにてぃ",
        "市民 ｼｴﾝ",
        '"市民活動団体"',
        "a",
        "①",
        "ﾎｰﾑﾍﾟｰｼﾞ",
        "(",
        "[^.]",
    ]

    @st.composite
    def address(draw: st.DrawFn) -> str:
        names = draw(st.lists(st.sampled_from(sorted(values)), max_size=3, unique=True))
        pairs = [
            (name, value)
            for name in names
            for value in draw(
                st.lists(st.sampled_from(values[name]), min_size=1, max_size=3, unique=True)
            )
        ]
        pairs.append(("q", draw(st.sampled_from(words))))
        pairs.append(("sort", draw(st.sampled_from(sorted(SORTS)))))
        pairs.append(("order", draw(st.sampled_from(sorted(ORDERS)))))
        return urlencode(pairs)

    return address()


@given(address=choices())
@SOME
def test_a_list_and_its_sparql_have_the_same_items_in_the_same_order(
    items: Items, answers: Answers, address: str
) -> None:
    made = listed(items, address)
    admit(made.sparql, Bounds())
    assert of_sparql(answers, made) == whole(items, address)
    assert made.total == len(whole(items, address))


@given(address=choices())
@SOME
def test_counts_say_how_many_items_there_would_be(items: Items, address: str) -> None:
    made = listed(items, address)
    for facet in made.facets:
        bare = made.query.without(facet.facet.name)
        for value in facet.values:
            with_it = items.list(bare.adding(facet.facet.name, value.choice))
            assert with_it.total == value.count


@given(address=choices())
@SOME
def test_the_counts_of_values_that_shut_each_other_out_add_up(items: Items, address: str) -> None:
    made = listed(items, address)
    for name in ("policy", "plan", "relisted", "municipality"):
        bare = items.list(made.query.without(name))
        assert sum(value.count for value in facet_of(made, name).values) == bare.total


@given(address=choices())
@SOME
def test_an_address_leads_to_itself(items: Items, address: str) -> None:
    query = items.query(parse_qsl(address))
    again = items.query(parse_qsl(query.query))
    assert again == query
    assert again.query == query.query


def test_in_two_cities_a_shared_name_means_the_departments_of_both(
    both: Items, two_cities: Answers
) -> None:
    wanted = sum("協働推進課" in sheet["departments"] for sheet in SHEETS)
    made = listed(both, "department=協働推進課")
    assert made.total == 2 * wanted
    for address in (
        "department=協働推進課",
        "department=協働推進課&department=352039/department/職員課&department=関係課",
        "policy=I&measure=I-(2)&plan=山口市協働推進プラン",
        "municipality=山口市&sort=title&order=desc",
    ):
        assert of_sparql(two_cities, listed(both, address)) == whole(both, address)
    assert "VALUES" not in made.sparql
    by_end = listed(both, "department=352039/department/協働推進課&per=200")
    assert by_end.total == wanted
    assert {item.municipality.iri for item in by_end.items if item.municipality} == {
        "https://w3id.org/keikaku/id/352039"
    }
    assert by_end.query.pairs[0] == ("department", "352039/department/協働推進課")


def test_in_two_cities_the_order_is_by_city_and_plan(both: Items, two_cities: Answers) -> None:
    made = listed(both, "")
    assert made.total == 104
    assert of_sparql(two_cities, made) == whole(both, "")
    first = [sheet["number"] for sheet in SHEETS]
    assert [item.number for item in both.whole(made.query)] == first * 2


@pytest.mark.parametrize(
    "address",
    [
        "colour=red",
        "party=宇宙人",
        "department=no such",
        "year=いつか",
        "phase=never",
        "note=なし",
        "discrepancy=maybe",
        "relisted=maybe",
        "municipality=東京",
        "plan=352039/other",
        "policy=I-(1)",
        "measure=I",
        "sort=random",
        "order=up",
        "page=0",
        "page=-1",
        "page=1e3",
        "page=99",
        "page=9999999999999",
        "per=0",
        "per=201",
        "per=ten",
        "q=a&q=b",
        "sort=plan&sort=title",
        "party=<http://x y>",
        'party=http://x/"',
        "party=" + "事" * 501,
        "q=" + "協" * 10_000,
        "q=%00",
        "q=a%01b",
        "q=" + "+".join("一二三四五六七八九"),
        "&".join(f"year={year}" for year in range(1950, 2010)),
    ],
)
def test_what_is_not_known_or_too_much_is_refused_in_two_languages(
    items: Items, address: str
) -> None:
    with pytest.raises(QuestionError) as refused:
        listed(items, address)
    assert refused.value.ja
    assert refused.value.en


@pytest.mark.parametrize(
    "words",
    [
        '"',
        '""',
        '"""',
        "*",
        "a*",
        "NEAR(a b)",
        "a AND b",
        "a OR b",
        "NOT a",
        "title:協働",
        "{title number}:協",
        "^協働",
        "-協働",
        "協働 + 防災",
        "'; DROP TABLE item; --",
        "\\",
        "(((",
        "[a-z",
        "?{1,9}",
        "｛｝",
        "\u200b",
        "\u3099",
        "😀",
        "ﾞ",
    ],
)
def test_signs_of_query_languages_are_searched_for_as_they_are(
    items: Items, answers: Answers, words: str
) -> None:
    address = urlencode({"q": words, "per": "200"})
    try:
        made = listed(items, address)
    except QuestionError:
        assert not words.isprintable()
        return
    assert of_sparql(answers, made) == whole(items, address)
    for item in made.items:
        texts = (item.number, item.title, *item.notes, item.other or "", *item.texts.values())
        assert all(any(term in folded(text) for text in texts) for term in terms_of(words))


@given(st.text(max_size=30))
@SOME
def test_any_search_is_answered_or_refused(items: Items, words: str) -> None:
    try:
        made = listed(items, urlencode({"q": words}, errors="surrogatepass"))
    except QuestionError:
        assert len(words.split()) > 8 or not words.isprintable()
    else:
        assert 0 <= made.total <= 52


def test_hits_are_marked_where_they_stand_in_the_original() -> None:
    pieces = marked("地域ｺﾐｭﾆﾃｨの コミュニ\nティ", terms_of("こみゅにてぃ"))
    assert [(piece.text, piece.hit) for piece in pieces] == [
        ("地域", False),
        ("ｺﾐｭﾆﾃｨ", True),
        ("の ", False),
        ("コミュニ\nティ", True),
    ]


def test_a_snippet_shows_the_first_hit_of_the_text_that_has_most_terms() -> None:
    found = snippet({"a": "市民", "b": "あ" * 60 + "市民と団体" + "い" * 90}, ("市民", "団体"))
    assert found is not None
    assert found.field == "b"
    assert [piece.text for piece in found.pieces if piece.hit] == ["市民", "団体"]
    assert found.pieces[0].text == "…"
    assert found.pieces[-1].text == "…"


@given(text=st.text(max_size=40), words=st.text(max_size=6))
@SOME
def test_pieces_put_together_are_the_text(text: str, words: str) -> None:
    pieces = marked(text, terms_of(words))
    assert "".join(piece.text for piece in pieces) == text


def test_an_empty_list_says_how_many_there_would_be_without_each_condition(items: Items) -> None:
    query = items.query([("policy", "II"), ("measure", "I-(1)"), ("q", "地域交流センター")])
    assert items.list(query).total == 0
    relaxed = {one.facet: one.count for one in items.relaxed(query)}
    in_measure = [sheet for sheet in SHEETS if sheet["number"].startswith("I-(1)-")]
    found = ["地域交流センター" in text_of_sheet(sheet) for sheet in in_measure]
    assert relaxed["policy"] == sum(found) > 0
    assert "q" not in relaxed  # II and I-(1) have nothing in common
    assert list(relaxed.values()) == sorted(relaxed.values(), reverse=True)


def test_a_search_for_a_name_offers_what_is_called_so(items: Items) -> None:
    found = items.suggested(items.query([("q", "協働推進課")]))
    assert [(facet.name, choice.value) for facet, choice in found] == [("department", "協働推進課")]
    assert items.suggested(items.query([("q", "協働推進課"), ("department", "協働推進課")])) == ()


def test_pages_follow_each_other_without_gap_or_repetition(items: Items) -> None:
    pages = [listed(items, f"per=20&page={page}") for page in (1, 2, 3)]
    assert [made.pages for made in pages] == [3, 3, 3]
    assert [number for made in pages for number in numbers(made)] == [
        sheet["number"] for sheet in SHEETS
    ]


def test_the_turtle_of_a_list_says_nothing_but_what_the_release_says(
    items: Items, plan_quads: frozenset[Quad]
) -> None:
    known = {Triple(quad.subject, quad.predicate, quad.object) for quad in plan_quads}
    said = {
        quad.triple for quad in parse(as_turtle(items.whole(items.query([]))), RdfFormat.TURTLE)
    }
    assert said <= known
    assert len(said) > 52 * 15


def test_the_table_of_a_list_has_a_row_for_each_item_as_printed(items: Items) -> None:
    table = table_of(items.whole(items.query([])))
    at = {name: place for place, name in enumerate(table.columns)}
    assert table.columns[:3] == ("全国地方公共団体コード", "ID", "地方公共団体名")
    for row, sheet in zip(table.rows, SHEETS, strict=True):
        assert row[at["番号"]] == sheet["number"]
        assert row[at["担当課"]] == "・".join(sheet["departments"])
        for year in ("H20", "H21", "H22", "H23", "H24"):
            assert row[at[year]] == sheet["schedule"].get(year, "")


def test_every_parameter_is_a_facet_or_one_of_the_list() -> None:
    assert set(PARAMETERS) - set(FACETS) == {"q", "sort", "order", "page", "per"}
