"""Which thing a name means, however it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from keikaku.answers.lexicon import number_key, plain
from keikaku.errors import QuestionError
from keikaku.names import FY, PARTY, PHASE, SHARED

if TYPE_CHECKING:
    from keikaku.answers.service import Answers

CITY = f"{SHARED}id/352039"
PLAN = f"{CITY}/kyodo"


@pytest.mark.parametrize(
    ("kind", "text", "iri"),
    [
        ("party", "事業者", PARTY["事業者"].value),
        ("party", " 事業者　", PARTY["事業者"].value),
        ("party", "businesses", PARTY["事業者"].value),
        ("party", "Businesses", PARTY["事業者"].value),
        ("party", "party:事業者", PARTY["事業者"].value),
        ("party", PARTY["事業者"].value, PARTY["事業者"].value),
        (
            "party",
            "https://w3id.org/keikaku/id/party/%E4%BA%8B%E6%A5%AD%E8%80%85",
            PARTY["事業者"].value,
        ),
        ("party", "中間支援組織", f"{CITY}/party/中間支援組織"),
        ("department", "協働推進課", f"{CITY}/department/協働推進課"),
        ("department", "関係課", f"{CITY}/department/関係課"),
        ("phase", "一部実施", PHASE["一部実施"].value),
        ("phase", "review", PHASE["見直し"].value),
        ("kind", "番号の相違", f"{SHARED}id/kind/number"),
        ("kind", "kind:number", f"{SHARED}id/kind/number"),
        ("kind", "unheaded-mark", f"{SHARED}id/kind/unheaded-mark"),
        ("plan", "山口市協働推進プラン", PLAN),
        ("plan", "kyodo", PLAN),
        ("item", "I-(1)-①", f"{PLAN}/item/1-1-1"),
        ("item", "Ⅰ－（１）－①", f"{PLAN}/item/1-1-1"),
        ("item", "I - (1) - ①", f"{PLAN}/item/1-1-1"),
        ("item", "ⅰ‐(1)‐①", f"{PLAN}/item/1-1-1"),
        ("item", "1-1-1", f"{PLAN}/item/1-1-1"),
        ("item", "IV-(2)-③", f"{PLAN}/item/4-2-3"),
        ("item", "4-2-3", f"{PLAN}/item/4-2-3"),
        ("item", "地域交流センターの設置", f"{PLAN}/item/1-1-1"),
        ("item", "評価方法 仕組みづくりの検討", f"{PLAN}/item/4-3-1"),
        ("section", "I", f"{PLAN}/policy/1"),
        ("section", "Ⅳ", f"{PLAN}/policy/4"),
        ("section", "I-(4)", f"{PLAN}/measure/1-4"),
        ("section", "資金確保支援機能の充実", f"{PLAN}/measure/1-3"),
    ],
)
def test_a_name_means_a_thing(answers: Answers, kind: str, text: str, iri: str) -> None:
    assert answers.lexicon.resolve(kind, text).value == iri


@pytest.mark.parametrize(
    "text",
    [
        *("H22", "Ｈ２２", "平成22年度", "平成二十二年度", "平22", "2010", "２０１０", "2010年度"),
        *("FY2010", "fy:2010", "https://w3id.org/keikaku/id/fy/2010"),
    ],
)
def test_a_fiscal_year_is_written_in_many_ways(answers: Answers, text: str) -> None:
    assert answers.lexicon.resolve("fiscal-year", text) == FY[2010]


def test_every_item_is_found_by_its_number_its_key_and_its_iri(answers: Answers) -> None:
    items = answers.lexicon.of_type("item")
    assert len(items) == 52
    for item in items:
        assert item.number is not None
        key = item.iri.value.rsplit("/", 1)[-1]
        for text in (item.number, key, item.iri.value):
            assert answers.lexicon.resolve("item", text) == item.iri


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("party", "企業"),
        ("party", "協働推進課"),
        ("party", "department:協働推進課"),
        ("department", "party:事業者"),
        ("fiscal-year", "22"),
        ("fiscal-year", "来年度"),
        ("fiscal-year", "fy:22"),
        ("fiscal-year", "party:事業者"),
        ("item", "IX-(1)-①"),
        ("item", "I-(1)"),
        ("section", "VI"),
        ("plan", "防災計画"),
        ("kind", "番号"),
        ("item", "https://example.org/item/1-1-1"),
    ],
)
def test_an_unknown_name_is_refused_with_what_there_is(
    answers: Answers, kind: str, text: str
) -> None:
    with pytest.raises(QuestionError) as refused:
        answers.lexicon.resolve(kind, text)
    assert text in refused.value.ja
    assert any(word in refused.value.ja for word in ("あるもの", "近いもの", "計画の年度"))
    assert any(word in refused.value.en for word in ("there are", "nearest", "Years"))


@pytest.mark.parametrize(
    "text",
    [
        'https://w3id.org/keikaku/id/party/"事業者"',
        "https://w3id.org/keikaku/id/party/事業 者",
        "https://w3id.org/keikaku/id/party/事業者\n",
        "https://w3id.org/keikaku/id/party/事業者\t",
        "https://w3id.org/keikaku/id/party/%0A",
        "https://w3id.org/keikaku/id/party/<事業者>",
        "party:事業者 }",
        "party:事業者\u2028",
    ],
)
@pytest.mark.parametrize("kind", ["party", "fiscal-year", "item"])
def test_what_no_iri_may_hold_is_refused(answers: Answers, kind: str, text: str) -> None:
    with pytest.raises(QuestionError, match="IRI"):
        answers.lexicon.resolve(kind, text)


def test_a_title_that_two_items_have_is_refused_with_both(answers: Answers) -> None:
    with pytest.raises(QuestionError) as refused:
        answers.lexicon.resolve("item", "行政の協働相談窓口の設置")
    assert f"{PLAN}/item/1-4-3" in refused.value.ja
    assert f"{PLAN}/item/5-1-2" in refused.value.en


def test_a_plan_says_which_city_is_meant(two_cities: Answers) -> None:
    lexicon = two_cities.lexicon
    for plan in lexicon.of_type("plan"):
        city = plan.iri.value.rsplit("/", 1)[0]
        department = lexicon.resolve("department", "協働推進課", plan.iri)
        assert department.value == f"{city}/department/協働推進課"
        item = lexicon.resolve("item", "1-1-1", plan.iri)
        assert item.value == f"{plan.iri.value}/item/1-1-1"
        assert lexicon.resolve("party", "事業者", plan.iri) == PARTY["事業者"]


def test_labels_stand_in_both_languages(answers: Answers) -> None:
    lexicon = answers.lexicon
    for term, ja, en in (
        (PARTY["事業者"], "事業者", "businesses"),
        (FY[2010], "平成22年度", "FY2010"),
        (FY[2019], "平成31年度・令和元年度", "FY2019"),
    ):
        label = lexicon.label(term)
        assert label is not None
        assert (label.ja, label.en) == (ja, en)
    assert lexicon.label(PARTY["企業"]) is None
    assert lexicon.label(FY["いつか"]) is None


def test_the_years_of_a_plan(answers: Answers) -> None:
    assert answers.lexicon.plan_years == {PLAN: (2008, 2009, 2010, 2011, 2012)}
    assert answers.lexicon.of_type("fiscal-year")[0].label.en == "FY2008"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("I-(1)-①", (1, 1, 1)),
        ("Ⅳ－（３）－②", (4, 3, 2)),
        ("IX-(10)-⑪", (9, 10, 11)),
        ("I(1)①", (1, 1, 1)),
        ("12-3-4", (12, 3, 4)),
        ("II", (2,)),
        ("第1", None),
        ("", None),
        ("1-", None),
    ],
)
def test_the_parts_of_a_printed_number(text: str, key: tuple[int, ...] | None) -> None:
    assert number_key(text) == key


def test_plain_text_has_no_width_case_spaces_or_commas() -> None:
    assert plain("Ｈ２２ に、事業者が　関わる項目は？") == "h22に事業者が関わる項目は"
    assert plain(plain("İ、ｶﾞ。")) == plain("İ、ｶﾞ。")


def test_mentions_stand_where_they_say(answers: Answers) -> None:
    text = plain("H22に市民活動団体が関わる、I-(4)-③と地域交流センターの設置")
    found = {(text[item.start : item.end], item.type, item.value)
             for item in answers.lexicon.mentions(text)}  # fmt: skip
    assert {
        ("h22", "fiscal-year", "H22"),
        ("市民", "party", "市民"),
        ("市民活動団体", "party", "市民活動団体"),
        ("i-(4)-3", "item", "I-(4)-③"),
        ("地域交流センターの設置", "item", "I-(1)-①"),
    } <= found


def test_a_number_within_a_longer_one_is_no_mention(answers: Answers) -> None:
    assert not [item for item in answers.lexicon.mentions(plain("VI-(1)-①")) if item.type == "item"]
