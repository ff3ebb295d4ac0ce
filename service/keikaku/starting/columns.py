"""The columns of the table that a plan can be written in, as the profile `table` reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from keikaku.names import SHARED_PARTIES, SHARED_PHASES
from keikaku.text import fiscal_year_codes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PROFILE = "table"
MARK = "○"
ARROW = "→"
CODE, NUMBER, CITY, POLICY, MEASURE, TITLE = (
    "全国地方公共団体コード",
    "ID",
    "地方公共団体名",
    "方針",
    "施策",
    "名称",
)
DIVISION, DEPARTMENT = "担当部", "担当課"
ACTOR, TARGET, OTHER = "実施主体_", "対象_", "対象_その他の内容"
PURPOSE, STATE, CONTENT, CRITERION = "目的", "現状と課題", "内容", "完了の目安"
NOTE = "注記"

Row = dict[str, str]
"""A row of the table: text by column; what is not in it is blank."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its header, its width in characters, what may be chosen in it, and its help.

    `strict` says that nothing but a choice may be written.
    """

    header: str
    width: int
    help: str
    choices: tuple[str, ...] = ()
    strict: bool = False


def columns(years: Iterable[int], own_parties: Sequence[str] = ()) -> tuple[Column, ...]:
    """Return the columns of a plan of these fiscal years; the city's own parties have some too."""
    parties = (*SHARED_PARTIES, *own_parties)
    return (
        Column(CODE, 12, "6桁の数字。空欄でもかまいません。"),
        Column(NUMBER, 10, "項目の番号。市の付け方のまま書きます。ほかの行と同じにはできません。"),
        Column(CITY, 14, "市町村の名。空欄でもかまいません。"),
        Column(POLICY, 22, "計画の大きな区分。空欄なら上の行と同じになります。"),
        Column(MEASURE, 22, "方針の下の区分。空欄なら上の行と同じになります。"),
        Column(TITLE, 30, "項目の名称。必ず書きます。"),
        Column(DIVISION, 14, "担当する部。空欄でもかまいません。"),
        Column(DEPARTMENT, 18, "担当する課。二つ以上は ・ でつなぎます。"),
        *(_party(f"{ACTOR}{party}", f"{party}が実施するとき ○ を選びます。") for party in parties),
        *(
            _party(f"{TARGET}{party}", f"{party}のための項目のとき ○ を選びます。")
            for party in parties
        ),
        Column(OTHER, 18, "対象_その他 に ○ があるとき、だれのことかを書きます。"),
        Column(PURPOSE, 40, "何のための項目か。"),
        Column(STATE, 40, "いまの状況と課題。"),
        Column(CONTENT, 40, "何をするか。"),
        Column(CRITERION, 30, "何をもって完了とするか。"),
        Column(NOTE, 18, "再掲 など。一行に一つ書きます。"),
        *(_year(year) for year in years),
    )


def _party(header: str, said: str) -> Column:
    return Column(header, 8, said, (MARK,), strict=True)


def _year(year: int) -> Column:
    said = (
        "その年度に行う段階を選びます。二つなら「検討・一部実施」のようにつなぎます。"
        "→ は前の年度の続き、空欄は何もしない年度です。どれか一つの年度は必ず書きます。"
    )
    return Column(fiscal_year_codes(year)[-1], 10, said, (*SHARED_PHASES, ARROW))
