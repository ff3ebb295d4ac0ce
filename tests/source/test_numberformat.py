"""What Excel shows: the examples were read off a Japanese Excel's cells, not off the code."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from keikaku.source.numberformat import shown_date, shown_number


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (20, "General", "20"),
        (20.0, "General", "20"),
        (0.1 + 0.2, "General", "0.3"),
        (1234567, "General", "1234567"),
        (20, '"H"0', "H20"),
        (20, '"平成"0"年度"', "平成20年度"),
        (1234567, "#,##0", "1,234,567"),
        (-1200, "#,##0;△#,##0", "△1,200"),
        (0, "#,##0;-#,##0;-", "-"),
        (0.256, "0%", "26%"),
        (0.256, "0.0%", "25.6%"),
        (3, "00", "03"),
        (12.5, "0.00_ ", "12.50"),
        (2.5, "#.##", "2.5"),
        (1500000, "#,##0,", "1,500"),
        (100000, "[$¥-411]#,##0", "¥100,000"),
        (-3, "0;[Red]-0", "-3"),
        (0, "0;-0;;@", ""),
        (7, ";;;", "7"),  # what a format hides altogether is not lost
    ],
)
def test_a_number_is_shown_by_its_format(value: float, code: str, shown: str) -> None:
    assert shown_number(value, code) == shown


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("yyyy/m/d", "2008/4/1"),
        ("mm-dd-yy", "2008/4/1"),  # number 14: Excel shows it by the country
        ('yyyy"年"m"月"d"日"', "2008年4月1日"),
        ("[$-411]ge.m.d", "H20.4.1"),
        ('[$-411]ggge"年"m"月"d"日"', "平成20年4月1日"),
        ('m"月"d"日"(aaa)', "4月1日(火)"),
        ("yyyy/m/d h:mm", "2008/4/1 9:05"),
        ("General", "2008-04-01"),
    ],
)
def test_a_date_is_shown_by_its_format(code: str, shown: str) -> None:
    assert shown_date(datetime(2008, 4, 1, 9, 5), code) == shown


def test_the_first_day_of_an_era_is_of_that_era() -> None:
    assert shown_date(date(2019, 5, 1), "[$-411]ge.m.d") == "R1.5.1"
    assert shown_date(date(2019, 4, 30), "[$-411]ge.m.d") == "H31.4.30"


def test_times_and_durations_are_shown() -> None:
    assert shown_date(time(9, 30), "h:mm") == "09:30:00"
    assert shown_date(timedelta(hours=30, minutes=5), "[h]:mm") == "30:05"
