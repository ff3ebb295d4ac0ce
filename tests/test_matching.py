"""Names match in spite of width, letters, kana, brackets, suffixes and slips; others do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keikaku.matching import LEAST, LONGEST, compare, normal

SAME = 100.0
SPELLING, MARKS, SUFFIX_LEFT_OUT, OTHER_SUFFIX = 97.0, 94.0, 88.0, 85.0
OKURIGANA, OTHER_KIND = 83.0, 72.0


@pytest.mark.parametrize(
    ("one", "other", "score"),
    [
        ("協働推進課", "協働推進課", SAME),
        ("ホームページ", "ﾎｰﾑﾍﾟｰｼﾞ", SAME),
        ("ＰＲ", "pr", SAME),
        ("協働　推進課", "協働推進課", SAME),
        ("広報広聴課", "廣報廣聽課", SPELLING),
        ("学習", "學習", SPELLING),
        ("さぽらんて", "サポランテ", SPELLING),
        ("霞ヶ関", "霞が関", SPELLING),
        ("霞ケ関", "霞ヶ関", SPELLING),
        ("リーダー", "リ－ダ－", SPELLING),
        ("（仮称）港センター", "港センター", SPELLING),
        ("第二次計画", "第2次計画", SPELLING),
        ("平成二十二年度計画", "H22計画", SPELLING),
        ("令和元年度予算", "2019年度予算", SPELLING),
        ("調査・研究", "調査研究", MARKS),
        ("広報広聴課", "【新設】広報広聴課", MARKS),
        ("市民（個人）", "市民", MARKS),
        ("港センター", "仮称港センター", SPELLING),
        ("港センター（假稱）", "港センター", SPELLING),
        ("市制百二十周年", "市制百二十周年 ", SAME),
        ("協働推進課", "協働推進室", OTHER_SUFFIX),
        ("管財課", "管財係", OTHER_SUFFIX),
        ("協働推進課", "協働推進", SUFFIX_LEFT_OUT),
        ("総務部", "総務局", OTHER_KIND),
        ("総務部", "総務課", OTHER_KIND),
        ("生涯学習課", "生涯学習センター", OTHER_KIND),
        ("手引の作成", "手引きの作成", OKURIGANA),
        ("取組の推進", "取り組みの推進", OKURIGANA),
    ],
)
def test_names_match_at_the_closest_tier(one: str, other: str, score: float) -> None:
    for found in (compare(one, other), compare(other, one)):
        assert found is not None
        assert found.score == score
        assert all(reason.ja and reason.en for reason in found.reasons)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("協働推進課", "協動推進課"),
        ("企画経営課", "経営企画課"),
        ("地域交流センターの設置", "地域交流センタの設置"),
        ("自治会等自治振興交付金の創設・活用", "自治会等自治振興交付金"),
        ("協働ラウンドテーブル（情報交換・交流・協議の場）の開催", "協働ラウンドテーブル"),
    ],
)
def test_a_slip_or_a_cut_is_a_match_below_that_of_spelling(one: str, other: str) -> None:
    found = compare(one, other)
    assert found is not None
    assert LEAST <= found.score < MARKS


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("財政課", "税務課"),
        ("協働推進課", "道路河川課"),
        ("市報の充実・活用", "審議会等の委員のデータベース化"),
        ("", "協働推進課"),
        ("", ""),
        ("・・・", "協働推進課"),
        ("会議", "議会"),
        ("I-(1)-①", "II-(3)-③ 活動事例集、協働事例集の作成"),
        ("平成22年度", "平成23年度の予算"),
    ],
)
def test_other_names_do_not_match(one: str, other: str) -> None:
    assert compare(one, other) is None
    assert compare(other, one) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("第1期山口市協働推進プラン", "第2期山口市協働推進プラン"),
        ("第一期山口市協働推進プラン", "第2期山口市協働推進プラン"),
        ("平成22年度予算の概要について", "平成23年度予算の概要について"),
        ("東部地域交流センターの設置", "西部地域交流センターの設置"),
        ("I-(1)-①", "I-(4)-①"),
        ("旧庁舎の活用に関する調査研究", "新庁舎の活用に関する調査研究"),
    ],
)
def test_a_number_or_a_side_tells_two_things_apart(one: str, other: str) -> None:
    found = compare(one, other)
    assert found is None or found.score < OTHER_KIND


@given(
    *[st.text("十百一二〇年月第平令和元H20-ー（）【】仮称稱ヶケがカ・ 課室係部センター\u3099ｶﾞ①İß")]
    * 2
)
def test_any_two_names_are_compared_alike_in_both_directions(one: str, other: str) -> None:
    there, back = compare(one, other), compare(other, one)
    if there is None or back is None:
        assert there is back
    else:
        assert there.score == pytest.approx(back.score)
        assert LEAST <= there.score <= SAME
        assert all(reason.ja and reason.en for reason in there.reasons)


def test_a_suffix_alone_is_not_taken_away() -> None:
    assert normal("課").stem == "課"
    assert normal("本部").stem == "本部"


def test_a_name_of_any_length_is_compared_by_its_beginning() -> None:
    assert compare("協" * 1_000_000, "協" * LONGEST) is not None


@pytest.mark.parametrize(
    "name",
    [
        "\ud800",
        "二十十年",
        "一〇十年",
        "十十十年",
        "\0",
        "(((((",
        "年" * 500,
        "１" * 500,
        "🏯",
        "ｶﾞ" * 99,
    ],
)
def test_any_text_has_a_normal_form(name: str) -> None:
    assert compare(name, name) is None or compare(name, name).score == SAME  # type: ignore[union-attr]
