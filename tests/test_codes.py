"""The code lists, against what 総務省, 国税庁 and e-Stat publish of single municipalities."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from keikaku.codes import (
    KNOWN_UNTIL,
    areas_in_force,
    areas_of,
    check_digit,
    events_of,
    find_municipality,
    is_code,
    is_named,
    lineage,
    municipalities,
    municipality,
    prefecture,
    with_check_digit,
)


def keys(code5: str, on: date) -> list[str]:
    return [area.key for area in areas_of(code5) if area.in_force(on)]


@pytest.mark.parametrize(
    ("code5", "digit"), [("35203", "9"), ("01100", "2"), ("13101", "6"), ("22212", "7")]
)
def test_the_check_digit_is_that_of_the_ministry(code5: str, digit: str) -> None:
    assert check_digit(code5) == digit
    assert is_code(code5 + digit)
    assert not is_code(code5 + str((int(digit) + 1) % 10))


def test_every_code_has_its_check_digit_and_every_corporate_number_its_code() -> None:
    assert len(municipalities()) == 1916
    for one in municipalities():
        assert is_code(one.code)
        assert one.corporate_number is None or one.corporate_number.endswith(one.code)
        home = prefecture(one.prefecture_code)
        assert home is not None
        assert home.name == one.prefecture


def test_yamaguchi_has_what_is_published_of_it() -> None:
    city = municipality("352039")
    assert city is not None
    assert (city.name, city.kana, city.full_name) == ("山口市", "やまぐちし", "山口県山口市")
    assert (city.prefecture_code, city.corporate_number) == ("350001", "2000020352039")
    assert city.english_title == "Yamaguchi City"


def test_those_without_a_corporate_number_are_wards() -> None:
    without = [one for one in municipalities() if one.corporate_number is None]
    assert {one.kind for one in without} == {"ward", "special-ward"}
    assert len(without) == 175 + 23


@pytest.mark.parametrize("name", ["山口市", "山口県山口市", "やまぐちし", " 山口 市 "])
def test_a_municipality_is_found_by_name_and_kana(name: str) -> None:
    assert [one.code for one in find_municipality(name)] == ["352039"]


def test_cities_that_share_a_name_are_all_found() -> None:
    assert {one.code for one in find_municipality("府中市")} == {"132063", "342084"}
    assert {one.code for one in find_municipality("伊達市")} == {"012335", "072133"}
    assert [one.code for one in find_municipality("広島県府中市")] == ["342084"]
    assert find_municipality("やまぐち町") == ()


def test_a_name_is_found_with_either_form_of_ke() -> None:
    assert find_municipality("七ケ宿町") == find_municipality("七ヶ宿町") != ()


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("352039", "352039"),
        ("35203", "352039"),
        ("３５２０３９", "352039"),
        ("1100", "011002"),
        ("10006", "010006"),
        ("352038", None),
        ("山口", None),
    ],
)
def test_what_spreadsheets_make_of_a_code_is_restored(written: str, code: str | None) -> None:
    assert with_check_digit(written) == code


def test_the_merger_of_2010_is_right_on_both_sides() -> None:
    before, after = date(2010, 1, 15), date(2010, 1, 16)
    assert keys("35203", before) == ["35203-20051001"]
    assert keys("35504", before) == ["35504-19700401"]
    assert keys("35203", after) == ["35203-20100116"]
    assert keys("35504", after) == []


def test_an_area_tells_its_events_and_its_e_stat_code() -> None:
    first, second = areas_of("35203")[-2:]
    assert [event.id for event in first.resulted_from] == [866]
    assert [event.id for event in first.changed_by] == [5178]
    assert [event.id for event in second.resulted_from] == [5178]
    assert (first.estat, second.estat) == ("C35203-20051001", "C35203-20100116")
    assert second.valid is None
    assert first.check_digit == "9"


def test_no_area_is_of_the_day_of_an_abolition_and_none_overlap() -> None:
    everywhere = [areas_of(one.code[:5]) for one in municipalities()]
    assert sum(map(len, everywhere)) > 2500
    for areas in everywhere:
        for area in areas:
            assert area.valid is None or area.issued < area.valid
        for earlier, later in pairwise(areas):
            assert earlier.valid is not None
            assert earlier.valid <= later.issued


def test_a_lineage_holds_what_has_merged_and_nothing_else() -> None:
    named = {(area.code5, area.name) for area in lineage("35203")}
    assert named == {
        ("35203", "山口市"),
        ("35381", "徳地町"),
        ("35401", "秋穂町"),
        ("35402", "小郡町"),
        ("35403", "阿知須町"),
        ("35504", "阿東町"),
    }
    assert len({area.code5 for area in lineage("47201")}) < 5


def test_a_period_whose_end_nobody_says_is_in_force_only_while_that_is_known() -> None:
    (area,) = areas_of("28221")
    assert area.end_unknown
    assert area.in_force(KNOWN_UNTIL)
    assert not area.in_force(date(2019, 6, 1))
    assert areas_of("40231") == ()


def test_the_events_of_a_code_come_by_date() -> None:
    assert [(event.id, event.date.isoformat()) for event in events_of("35203")] == [
        (866, "2005-10-01"),
        (5178, "2010-01-16"),
    ]


def test_as_many_municipalities_are_in_force_as_there_were() -> None:
    """After the mergers of 平成: 1,718 municipalities, 23 special wards, 6 in 北方領土."""
    kinds = [area.kind for area in areas_in_force(date(2016, 10, 10))]
    assert len(kinds) - kinds.count("ward") == 1718 + 23 + 6


def test_a_name_has_to_be_one_of_its_code() -> None:
    assert is_named("352039", "山口市")
    assert is_named("282219", "丹波篠山市")
    assert is_named("282219", "篠山市")
    assert is_named("355046", "阿東町")
    assert is_named("999997", "見本市")
    assert not is_named("352021", "山口市")
    assert not is_named("352993", "山口市")
