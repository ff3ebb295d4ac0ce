"""What Excel in Japan shows: by ECMA-376 (18.8.30, 18.8.31) and its help, not by the code."""

from __future__ import annotations

from datetime import datetime

import pytest
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, to_excel

from keikaku.source.formatitems import UnknownFormatError
from keikaku.source.numberformat import built_in, is_of_dates, shown, shows_nothing


def number(value: float | str, code: str) -> str:
    return shown(value, code, WINDOWS_EPOCH)


def day(*moment: int, code: str) -> str:
    return shown(to_excel(datetime(*moment)), code, WINDOWS_EPOCH)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (20, "General", "20"),
        (20.0, "", "20"),
        (-7, "G/標準", "-7"),
        (0.1 + 0.2, "General", "0.3"),
        (1234567, "General", "1234567"),
        (3.14159265358979, "General", "3.141592654"),
        (0.00001, "General", "0.00001"),
        (20, '"H"0', "H20"),
        (-1, '"R"0', "-R1"),
        (20, '"平成"0"年度"', "平成20年度"),
        (1234567, "#,##0", "1,234,567"),
        (-1200, "#,##0;△#,##0", "△1,200"),
        (-1200, '#,##0;"▲ "#,##0', "▲ 1,200"),
        (0, "#,##0;-#,##0;-", "-"),
        (-0.4, "0", "0"),
        (0.256, "0%", "26%"),
        (0.256, "0.0%", "25.6%"),
        (3, "00", "03"),
        (0, "#", ""),
        (12.5, "0.00_ ", "12.50"),
        (2.5, "#.##", "2.5"),
        (5, "0.#", "5."),
        (1500000, "#,##0,", "1,500"),
        (1500000, '#,##0,"千円"', "1,500千円"),
        (7530000, "000-0000", "753-0000"),
        (12, '00"_"0', "01_2"),
        (12345, "#,##0_);(#,##0)", "12,345"),
        (-12345, "#,##0_);(#,##0)", "(12,345)"),
        (100000, "[$¥-411]#,##0", "¥100,000"),
        (100000, "[$¥-ja-JP]#,##0", "¥100,000"),
        (-3, "0;[Red]-0", "-3"),
        (-3, "0;[赤]-0", "-3"),
        (3, "[青]0", "3"),
        (0, "0;-0;;@", ""),
        (7, ";;;", "7"),  # what a format hides altogether is not lost
        (1234.567, "0.00E+00", "1.23E+03"),
        (0.5, "# ?/?", "1/2"),
        (2.25, "# ?/4", "2 1/4"),
        (5, '@"課"', "5課"),
    ],
)
def test_a_number_is_shown_by_its_format(value: float, code: str, text: str) -> None:
    assert number(value, code) == text


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (0, '[=1]"○";[=0]""', ""),
        (1, '[=1]"○";[=0]""', "○"),
        (2, '[=1]"○";[=2]"△";"×"', "△"),
        (3, '[=1]"○";[=2]"△";"×"', "×"),
        (0, '[=1]"○";[=0]"－"', "－"),
        (5, '[>=100]"大";"小"', "小"),
        (100, '[>=100]"大";"小"', "大"),
        (-1, '[<0]"減";"増"', "減"),
        (-12, '[<0]"減"0;"増"0', "減12"),
        (12, '[<0]"減"0;"増"0', "増12"),
        (150, '[Red][>100]0;[Blue][<=100]0"以下"', "150"),
        (90, '[Red][>100]0;[Blue][<=100]0"以下"', "90以下"),
    ],
)
def test_a_section_is_chosen_by_its_condition(value: float, code: str, text: str) -> None:
    assert number(value, code) == text


@pytest.mark.parametrize(
    ("code", "text"),
    [("General", "協働"), ("0", "協働"), ('@"課"', "協働課"), ('0;-0;0;"("@")"', "(協働)"),
     ("[$-411]@", "協働"), ("0;-0;0;", "")],
)  # fmt: skip
def test_a_text_is_shown_by_the_section_of_texts(code: str, text: str) -> None:
    assert number("協働", code) == text


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("yyyy/m/d", "2008/4/1"),
        ("m/d/yy", "4/1/08"),
        ('yyyy"年"m"月"d"日"', "2008年4月1日"),
        ("[$-411]ge.m.d", "H20.4.1"),
        ("[$-411]gee.mm.dd", "H20.04.01"),
        ('[$-411]ggge"年"m"月"d"日"', "平成20年4月1日"),
        ("[$-ja-JP-x-gannen]ggge年", "平成20年"),
        ('m"月"d"日"(aaa)', "4月1日(火)"),
        ("aaaa", "火曜日"),
        ("ddd", "Tue"),
        ("[$-411]dddd", "火曜日"),
        ("mmm-yy", "Apr-08"),
        ('yyyy"年"mmmm', "2008年April"),
        ("[$-411]mmmm", "4月"),
        ("yyyy/m/d h:mm", "2008/4/1 9:05"),
        ("h:mm AM/PM", "9:05 AM"),
        ("[$-411]AM/PM h:mm", "午前 9:05"),
        ("[$-F800]dddd, mmmm dd, yyyy", "2008年4月1日"),
        ("[DBNum1][$-411]ggge年m月d日", "平成二十年四月一日"),
        ("[DBNum1]yyyy年", "二〇〇八年"),
        ("[DBNum3]yyyy", "２００８"),
        ("yyyy/m/d;@", "2008/4/1"),
    ],
)
def test_a_date_is_shown_by_its_format(code: str, text: str) -> None:
    assert day(2008, 4, 1, 9, 5, code=code) == text


@pytest.mark.parametrize(
    ("moment", "code", "text"),
    [
        ((2019, 6, 1), '[$-ja-JP-x-gannen]ggge"年"', "令和元年"),
        ((1989, 1, 8), '[$-ja-JP-x-gannen]ggge"年"', "平成元年"),
        ((2019, 6, 1), '[$-411]ggge"年"', "令和1年"),
        ((2019, 5, 1), "[$-411]ge.m.d", "R1.5.1"),
        ((2019, 4, 30), "[$-411]ge.m.d", "H31.4.30"),
        ((1989, 1, 7), "[$-411]ge.m.d", "S64.1.7"),
        ((2023, 12, 25), "[DBNum1]m月d日", "十二月二十五日"),
    ],
)
def test_eras_begin_on_their_first_day(moment: tuple[int, ...], code: str, text: str) -> None:
    assert day(*moment, code=code) == text


@pytest.mark.parametrize(
    ("code", "text"),
    [("[DBNum1]General", "千二百三十四"), ("[DBNum1]###0", "一二三四"),
     ("[DBNum2]General", "壱阡弐百参拾四"), ("[DBNum2]###0", "壱弐参四"),
     ("[DBNum3]General", "千２百３十４"), ("[DBNum3]###0", "１２３４"),
     ('[DBNum1]"第"0"号"', "第一二三四号")],
)  # fmt: skip
def test_numerals_are_those_of_the_format(code: str, text: str) -> None:
    assert number(1234, code) == text


@pytest.mark.parametrize(
    ("identity", "text"),
    [(14, "2023/4/1"), (27, "R5.4.1"), (28, "令和5年4月1日"), (29, "令和5年4月1日"),
     (30, "4/1/23"), (31, "2023年4月1日"), (34, "2023年4月"), (35, "4月1日"), (36, "R5.4.1"),
     (50, "R5.4.1"), (51, "令和5年4月1日"), (52, "2023年4月"), (53, "4月1日"),
     (54, "令和5年4月1日"), (55, "2023年4月"), (56, "4月1日"), (57, "R5.4.1"),
     (58, "令和5年4月1日"), (32, "0時00分"), (33, "0時00分00秒")],
)  # fmt: skip
def test_formats_of_japan_need_no_definition(identity: int, text: str) -> None:
    code = built_in(identity)
    assert code is not None
    assert number(45017, code) == text


def test_times_and_what_has_passed_are_shown() -> None:
    assert number(0.395833333333, "h:mm") == "9:30"
    assert number(0.75, "h:mm AM/PM") == "6:00 PM"
    assert number(1.25347222222, "[h]:mm") == "30:05"
    assert number(0.5, "[mm]") == "720"
    assert number(0.5 + 59.6 / 86400, "h:mm:ss") == "12:01:00"


def test_the_system_of_1904_begins_later() -> None:
    assert shown(1, "yyyy/m/d", MAC_EPOCH) == "1904/1/2"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (2, '[=1]"○";[=0]""'),  # Excel shows ####
        (-5, '[>=100]"大";"小"'),
        (-1, "yyyy/m/d"),
        (2_958_466, "yyyy/m/d"),  # the day after 31 December 9999, Excel's last
        (10**9, "yyyy/m/d"),
        (60, "yyyy/m/d"),  # 29 February 1900, which there was not
        (123456789012, "General"),  # 1.23457E+11
        (0.0000123456789, "General"),
        (1, "[ENG]0"),
        (1, "0x"),
        (1, '0"個'),
        (45017, "[$-804]mmmm"),
        (45017, "[$-41E]e"),
        (45017, "[$-411]b"),
        (45017.5, "h:mm:ss.00"),
        (45250, "[DBNum3]m月d日"),
        (1234, "[DBNum1]#,##0"),
        (12345678, "[DBNum1]General"),
        (1, "0;0;0;0;0"),
    ],
)
def test_a_format_that_is_not_wholly_understood_is_an_error(value: float, code: str) -> None:
    with pytest.raises(UnknownFormatError):
        number(value, code)


def test_formats_of_dates_are_known() -> None:
    assert is_of_dates("[$-411]ge")
    assert is_of_dates("[h]:mm")
    assert not is_of_dates('"day"0')
    assert not is_of_dates("[Red]0.00E+00")


def test_a_format_that_shows_nothing_is_told() -> None:
    assert shows_nothing(";;;", "協働")
    assert shows_nothing(";;", 5)
    assert not shows_nothing(";;", "協働")
    assert not shows_nothing('[=0]"";0', 0)
