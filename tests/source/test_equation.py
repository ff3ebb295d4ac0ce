"""What Word draws of EQ fields, by ISO/IEC 29500-1, 17.16.5.18."""

from __future__ import annotations

import pytest

from keikaku.source.equation import Unshowable, equation


@pytest.mark.parametrize(
    ("instruction", "shown"),
    [
        (r"\o\ac(○,新)", "○新"),
        (r"\o(○,再)", "○再"),
        (r"\o(○;済)", "○済"),
        (r"\o\ac(○,21)", "㉑"),
        (r"\o\ac(◯,１)", "①"),
        (r"\o\ac(○,注)", "㊟"),
        (r"\o\ac(○,\s\do 2(注))", "㊟"),
        (r"\o(□,新)", "🈟"),
        (r"\o(△,再)", "△再"),
        (r"\x(重点)", "重点"),
        (r"\x\to\bo(重点)", "重点"),
        (r"\f(1,2)", "1/2"),
        (r"\f(a+b,2)", "(a+b)/2"),
        (r"3\f(1,2)", "3 1/2"),
        (r"\* jc2 \* &quot;Font:MS Mincho&quot; \* hps10 \o\ad(\s\up 9(きょうどう),協働)", "協働"),
        (r"\o\ad(\s\up 9(きょう),協)\o\ad(\s\up 9(どう),働)", "協働"),
        (r"\o(協働,\s\up 9(きょうどう))", "協働"),
        (r"\b(甲)", "(甲)"),
        (r"\b \bc\[ (甲)", "[甲]"),
        (r"\b\lc\「\rc\」(甲)", "「甲」"),
        (r"x\s\up8(2)", "x²"),
        (r"CO\s\do4(2)", "CO₂"),
        (r"\d\fo10()甲", "甲"),
        (r"\l(1,2)", "1,2"),
        (r"\r(3,x)", "³√(x)"),
        (r"甲\,乙", "甲,乙"),
        (r"\x(甲(乙))", "甲(乙)"),
    ],
)
def test_what_is_drawn_is_told_on_one_line(instruction: str, shown: str) -> None:
    assert equation(instruction.replace("&quot;", '"')) == shown


@pytest.mark.parametrize(
    "instruction",
    [
        r"\o(○,×)",
        r"\o(甲,乙)",
        r"\s(上,下)",
        r"\a(上,下)",
        r"\i(0,1,x)",
        r"\d\ba10()新",
        r"\o(○",
        r"\z(甲)",
        r"\o○",
    ],
)
def test_what_has_no_form_on_one_line_is_not_guessed(instruction: str) -> None:
    with pytest.raises(Unshowable):
        equation(instruction)
