from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from japanera import EraDate  # type: ignore[import-untyped]

from keikaku.text import (
    ERAS,
    FISCAL_YEARS,
    fiscal_year_codes,
    fiscal_year_interval,
    fiscal_year_labels,
    fiscal_year_of,
    fiscal_years_in,
    fold,
    parse_fiscal_year,
    parse_fiscal_years,
    unrepresentable,
)

FIRST_DAYS = {
    ("明治", "M"): date(1868, 1, 25),
    ("大正", "T"): date(1912, 7, 30),
    ("昭和", "S"): date(1926, 12, 25),
    ("平成", "H"): date(1989, 1, 8),
    ("令和", "R"): date(2019, 5, 1),
}
"""The calendar itself: each era and its first day."""

years = st.integers(1868, 2060)


def era_on(day: date) -> tuple[str, str, int]:
    """Return name, letter and year of the era on a day, by the calendar."""
    (name, letter), first = max(
        (item for item in FIRST_DAYS.items() if item[1] <= day), key=lambda item: item[1]
    )
    return name, letter, day.year - first.year + 1


def wide(text: str) -> str:
    """Return ASCII letters, digits and signs in full width."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def kanji(number: int) -> str:
    """Write 1 to 99 in words: 二十, 二十四."""
    tens, ones = divmod(number, 10)
    ten = "" if not tens else "十" if tens == 1 else f"{digits(tens)}十"
    return ten + (digits(ones) if ones else "")


def digits(number: int) -> str:
    """Write a number digit by digit: 二四, 二〇."""
    return "".join("〇一二三四五六七八九"[int(digit)] for digit in str(number))


@st.composite
def notations(draw: st.DrawFn, units: tuple[str, ...] = ("", "年", "年度")) -> tuple[str, int]:
    """Return some way to write a fiscal year, and the year."""
    year = draw(years)
    (name, letter), first = draw(
        st.sampled_from([era for era in FIRST_DAYS.items() if 0 <= year - era[1].year < 99])
    )
    count = year - first.year + 1
    numbers = [str(count), f"{count:02}", kanji(count), digits(count), *["元"] * (count == 1)]
    prefix, number = draw(
        st.tuples(
            st.sampled_from([name, name[0], letter, letter.lower()]), st.sampled_from(numbers)
        )
        | st.tuples(st.sampled_from(["", "FY", "fy"]), st.just(str(year)))
        | st.just(("", digits(year)))
    )
    space = st.sampled_from(["", "", " ", "\u3000"])
    parts = filter(None, (prefix, number, draw(st.sampled_from(units))))
    text = "".join(part + draw(space) for part in parts).rstrip()
    return wide(text) if draw(st.booleans()) else text, year


# Folding


@given(st.text())
@example("a\u00a8")
@example("か\u3000\u3099")
@example("ｶ\u309b")
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
@example("x\u00a8y")
def test_folded_text_has_no_white_space(text: str) -> None:
    assert not any(character.isspace() for character in fold(text))


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E)))
def test_folding_is_blind_to_width_and_spaces(text: str) -> None:
    assert fold(wide(text)) == fold("\u3000".join(text)) == text.replace(" ", "")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ｶﾞｲﾄﾞ", "ガイド"),
        ("市民\u3000活動\n課", "市民活動課"),
        ("㈱", "(株)"),
        ("①", "1"),
        ("か\u3099", "が"),
    ],
)
def test_folding_is_blind_to_compatibility_forms(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("A", "a"), ("あ", "ア"), ("高", "髙"), ("ー", "－")])
def test_folding_keeps_case_kana_and_variants_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


# Damaged text


def test_a_simplified_chinese_character_is_the_mark_of_damage() -> None:
    assert unrepresentable("お轻轻松講座") == ("轻",)


def test_damaged_characters_come_once_each_in_the_order_of_the_text() -> None:
    assert unrepresentable("们轻\ufffd轻们") == ("们", "轻", "\ufffd")


def test_a_private_use_character_is_damage_though_code_page_932_gives_it_a_number() -> None:
    assert unrepresentable("市\ue000民") == ("\ue000",)


@pytest.mark.parametrize("text", [*"①㈱髙﨑～〜∥‖－−—―¥‾彅𠮟", "か\u3099", "か\u309a"])
def test_what_japanese_text_is_written_with_is_no_damage(text: str) -> None:
    assert unrepresentable(text) == ()


def test_line_breaks_and_tabs_are_no_damage() -> None:
    assert unrepresentable("一\r\n二\t三\x0c四\u2028五\x85六") == ()


@pytest.mark.parametrize("codec", ["cp932", "euc_jis_2004"])
def test_text_in_a_japanese_encoding_is_never_damaged(codec: str) -> None:
    assigned = (c for c in map(chr, range(0x30000)) if unicodedata.category(c) != "Co")
    characters = [character for character in assigned if character.encode(codec, "ignore")]
    assert len(characters) > 7000
    assert unrepresentable("".join(characters)) == ()


@given(st.text(st.characters(exclude_categories=["Cs", "Co", "M"])))
def test_only_what_neither_encoding_takes_is_damage(text: str) -> None:
    for character in unrepresentable(text):
        for codec in ("cp932", "euc_jis_2004"):
            with pytest.raises(UnicodeEncodeError):
                character.encode(codec)


# Reading one fiscal year


@settings(max_examples=500)
@given(notations())
def test_every_notation_reads_as_its_year(notation: tuple[str, int]) -> None:
    text, year = notation
    assert parse_fiscal_year(text) == year


@given(notations())
def test_spaces_between_any_two_characters_make_no_difference(notation: tuple[str, int]) -> None:
    text, year = notation
    assert parse_fiscal_year("\u3000" + " ".join(text)) == year


@pytest.mark.parametrize(
    "text",
    [
        "H20",
        "Ｈ２０",
        "h20",
        "H20年度",
        "平20",
        "平成20年度",
        "平成２０年度",
        "平成20年",
        "㍻20年度",
        "平成二十年度",
        "平成二〇年度",
        "2008",
        "2008年度",
        "２００８年度",
        "FY2008",
        "二〇〇八年度",
    ],
)
def test_2008_in_every_dress(text: str) -> None:
    assert parse_fiscal_year(text) == 2008


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("平成元年度", 1989),
        ("令和元年度", 2019),
        ("R元", 2019),
        ("R1", 2019),
        ("平成31年度", 2019),
        ("令2", 2020),
        ("平成33年度", 2021),
        ("昭和64年度", 1989),
        ("昭和元年度", 1926),
        ("大正15年度", 1926),
        ("大正元年度", 1912),
        ("明治45年度", 1912),
        ("明治元年度", 1868),
        ("H99", 2087),
    ],
)
def test_the_edges_of_the_eras_read_as_counted(text: str, year: int) -> None:
    assert parse_fiscal_year(text) == year


@pytest.mark.parametrize(
    "text",
    [
        "",
        "平成",
        "年度",
        "20",
        "20年度",
        "FY20",
        "H0",
        "平成０年度",
        "平成〇年度",
        "平成100年度",
        "平成百年度",
        "平成二十百年度",
        "平成２十年度",
        "H2008",
        "1867",
        "2101",
        "02008",
        "令和99年度",
        "平成20年度末",
        "平成20年4月",
        "平成20年度～",
        "H20～H24",
        "X20",
        "慶応3年度",
    ],
)
def test_anything_else_is_refused_and_named(text: str) -> None:
    named = "平成 has no year" if text in ("平成100年度", "H2008") else re.escape(repr(fold(text)))
    with pytest.raises(ValueError, match=named):
        parse_fiscal_year(text)


@given(st.text())
def test_any_text_is_a_year_within_bounds_or_refused(text: str) -> None:
    try:
        year = parse_fiscal_year(text)
    except ValueError:
        return
    assert year in FISCAL_YEARS


# Names of a fiscal year


@pytest.mark.parametrize(
    ("year", "labels", "codes"),
    [
        (1868, ("明治元年度",), ("M1",)),
        (1912, ("明治45年度",), ("M45",)),
        (1913, ("大正2年度",), ("T2",)),
        (1926, ("大正15年度",), ("T15",)),
        (1927, ("昭和2年度",), ("S2",)),
        (1988, ("昭和63年度",), ("S63",)),
        (1989, ("平成元年度",), ("H1",)),
        (2008, ("平成20年度",), ("H20",)),
        (2018, ("平成30年度",), ("H30",)),
        (2019, ("平成31年度", "令和元年度"), ("H31", "R1")),
        (2020, ("令和2年度",), ("R2",)),
        (2029, ("令和11年度",), ("R11",)),
    ],
)
def test_a_fiscal_year_is_called_by_the_era_on_1_april(
    year: int, labels: tuple[str, ...], codes: tuple[str, ...]
) -> None:
    assert fiscal_year_labels(year) == labels
    assert fiscal_year_codes(year) == codes


@pytest.mark.parametrize("year", range(1868, 2061))
def test_the_first_label_and_code_follow_the_calendar(year: int) -> None:
    name, letter, count = era_on(date(year, 4, 1))
    assert fiscal_year_labels(year)[0] == f"{name}{'元' if count == 1 else count}年度"
    assert fiscal_year_codes(year)[0] == f"{letter}{count}"


@pytest.mark.parametrize("year", range(1868, 2061))
def test_labels_and_codes_read_back_as_their_year(year: int) -> None:
    names = (*fiscal_year_labels(year), *fiscal_year_codes(year))
    assert {parse_fiscal_year(name) for name in names} == {year}


def test_only_2019_has_two_labels() -> None:
    assert [year for year in FISCAL_YEARS if len(fiscal_year_labels(year)) != 1] == [2019]


@pytest.mark.parametrize("year", [1867, 2101])
def test_years_out_of_bounds_have_no_label(year: int) -> None:
    with pytest.raises(ValueError, match=str(year)):
        fiscal_year_labels(year)
    with pytest.raises(ValueError, match=str(year)):
        fiscal_year_codes(year)


@given(st.dates(date(1873, 1, 1), date(2060, 12, 31)))  # Japan counts Gregorian days from 1873
def test_era_years_agree_with_japanera(day: date) -> None:
    theirs = EraDate.from_date(day).era
    ours = next(era for era in ERAS if era.ja == theirs.kanji)
    count = theirs.calc_relative_year(day)
    assert (ours.first_year, ours.year(count)) == (theirs.since.year, day.year)
    assert ours.ja in era_on(day)


# The interval


@pytest.mark.parametrize("year", [1988, 1989, 2008, 2019, 2020])
def test_a_fiscal_year_runs_from_1_april_to_31_march(year: int) -> None:
    assert fiscal_year_interval(year) == (date(year, 4, 1), date(year + 1, 3, 31))


@given(years)
def test_fiscal_years_follow_each_other_without_a_gap(year: int) -> None:
    assert fiscal_year_interval(year)[1] + timedelta(days=1) == fiscal_year_interval(year + 1)[0]


@given(st.dates(date(1868, 4, 1), date(2060, 12, 31)))
@example(date(2009, 3, 31))
@example(date(2009, 4, 1))
def test_a_day_lies_within_its_fiscal_year(day: date) -> None:
    first, last = fiscal_year_interval(fiscal_year_of(day))
    assert first <= day <= last


def test_one_fiscal_year_holds_the_last_day_of_heisei_and_the_first_of_reiwa() -> None:
    assert fiscal_year_of(date(2019, 4, 30)) == fiscal_year_of(date(2019, 5, 1)) == 2019


# Reading a range


@pytest.mark.parametrize(
    "text",
    [
        "H20~H24",
        "H20～24",
        "Ｈ２０－Ｈ２４",
        "平成20年度から平成24年度",
        "平成20年度から平成24年度まで",
        "平成20～24年度",
        "平成二十〜二十四年度まで",
        "平成20年度 － 24年度",
        "2008-2012",
        "2008～2012年度",
        "平成20年度—2012年度",
        "平成20–2012",
    ],
)
def test_2008_to_2012_in_every_dress(text: str) -> None:
    assert parse_fiscal_years(text) == range(2008, 2013)


def test_a_range_may_cross_eras() -> None:
    assert parse_fiscal_years("平成30年度～令和4年度") == range(2018, 2023)
    assert parse_fiscal_years("平成31年度～令和元年度") == range(2019, 2020)


@given(
    notations(), notations(), st.sampled_from("-－‐–—―−ー~～〜") | st.just("から"), st.booleans()
)
def test_any_two_notations_make_a_range_or_run_backwards(
    first: tuple[str, int], last: tuple[str, int], to: str, until: bool
) -> None:
    text = f"{first[0]}{to}{last[0]}{'まで' * until}"
    if first[1] > last[1]:
        with pytest.raises(ValueError, match="backwards"):
            parse_fiscal_years(text)
    else:
        assert parse_fiscal_years(text) == range(first[1], last[1] + 1)


@pytest.mark.parametrize(
    "text", ["H21～H20", "平成21～20年度", "令和元年度～平成30年度", "2009-2008"]
)
def test_a_range_that_runs_backwards_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="backwards"):
        parse_fiscal_years(text)


@given(notations())
def test_one_year_is_a_range_of_one(notation: tuple[str, int]) -> None:
    text, year = notation
    assert list(parse_fiscal_years(text)) == [year]


@given(st.integers(1, 99), st.integers(1, 99))
def test_an_end_without_an_era_has_the_era_of_the_start(first: int, last: int) -> None:
    assume(first <= last)
    assert parse_fiscal_years(f"平成{first}～{last}年度") == range(1988 + first, 1989 + last)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "～",
        "H20～",
        "～H24",
        "H20まで",
        "H20から",
        "20～24年度",
        "2008～12",
        "H20～FY24",
        "H20～H22～H24",
    ],
)
def test_half_a_range_and_more_than_one_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no fiscal year|is 12,|is 20,"):
        parse_fiscal_years(text)


# Mentions in a sentence


def mentions(sentence: str) -> list[tuple[str, int]]:
    """Return the mentions as they are written, with their years."""
    return [(sentence[start:end], year) for start, end, year in fiscal_years_in(sentence)]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Ｈ２２に事業者が関わる項目は？", [("Ｈ２２", 2010)]),
        ("平成２２ 年度に始まる項目", [("平成２２ 年度", 2010)]),
        (
            "①平成二十年度と、FY2009と、R元の項目",
            [("平成二十年度", 2008), ("FY2009", 2009), ("R元", 2019)],
        ),
        ("㍻20年度の予算", [("㍻20年度", 2008)]),
        ("平20年度、２００９年", [("平20年度", 2008), ("２００９年", 2009)]),
        ("㈱は平成33年度末に", [("平成33年度", 2021)]),
        ("H20・H21の両年", [("H20", 2008), ("H21", 2009)]),
        ("平成20年度（2008年度）", [("平成20年度", 2008), ("2008年度", 2008)]),
        ("H20一覧表", [("H20", 2008)]),
    ],
)
def test_mentions_are_found_where_they_stand(
    sentence: str, expected: list[tuple[str, int]]
) -> None:
    assert mentions(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("H20～H24の項目", [("H20", 2008), ("H24", 2012)]),
        ("平成20 ～ ２４年度に", [("平成20", 2008), ("２４年度", 2012)]),
        ("平成20年度から24年度まで", [("平成20年度", 2008), ("24年度", 2012)]),
        ("2008～2012年度に", [("2008", 2008), ("2012年度", 2012)]),
        ("H20から30人", [("H20", 2008)]),
        ("H20-1の項目", [("H20", 2008)]),
        ("平成20年度から10年", [("平成20年度", 2008)]),
        ("H24～H20", [("H24", 2012), ("H20", 2008)]),
        ("H20～2012", [("H20", 2008), ("2012", 2012)]),
    ],
)
def test_both_ends_of_a_range_are_mentions(sentence: str, expected: list[tuple[str, int]]) -> None:
    assert mentions(sentence) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "市内20地域で2008人が参加",
        "20年度と前年度",
        "最大3年、拡大２年度、公平20年度",
        "最大20人、平20",
        "平成二十",
        "平成21年2月、2009年 ３月、平成二十一年十一月",
        "H21.2.5とR3/4/1",
        "昭和50年代、S五十五年代、1990年代、5年間、2000年間",
        "H2OとR2D2とCH20とFY20",
        "平成100年度、H0、1867年度、12008年度",
        "第1-4-3項、No.2008",
    ],
)
def test_what_only_looks_like_a_year_is_no_mention(sentence: str) -> None:
    assert mentions(sentence) == []


@given(
    notations(units=("年", "年度")),
    st.sampled_from(["", "市は", "、", "（"]),
    st.sampled_from(["", "に", "、", "末"]),
)
def test_any_notation_with_its_unit_is_found_in_a_sentence(
    notation: tuple[str, int], before: str, after: str
) -> None:
    text, year = notation
    assert fiscal_years_in(f"{before}{text}{after}") == [(len(before), len(before + text), year)]


@given(st.text(st.sampled_from("平成令和元年度月FYHR20１９十二〇～から・ \u3000㍻①に")))
def test_mentions_lie_in_order_and_within_the_sentence(sentence: str) -> None:
    found = fiscal_years_in(sentence)
    places = [place for start, end, _ in found for place in (start, end)]
    assert places == sorted(places)
    assert all(
        0 <= start < end <= len(sentence) and year in FISCAL_YEARS for start, end, year in found
    )
