"""A made-up register of a made-up city: as many rows and ignored columns as wished.

What is said stands in eight columns and one for each year: sections of two levels, the title,
担当課, 実施主体, 対象, what is done, when it is done with, and the phase of each year. The rest are
columns of figures that the profile names as ignored. Some items list an earlier one again, some
schedules have a gap or end too early, some share their criterion, so that there is something for
the rules to find. The same wishes give the same bytes; nothing in it is taken from a real plan.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO, StringIO
from itertools import product
from typing import TYPE_CHECKING

import xlsxwriter

from keikaku.records.planfile import FILE_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FIRST_YEAR = 5  # of Reiwa
SAID = ("基本目標", "施策", "事業名", "担当課", "実施主体", "対象", "事業内容", "完了の目安")
"""The headers of the columns that are said, but for those of the years."""


def _words(text: str) -> list[str]:
    return text.split()


_GOALS = ("支えあう", "学びあう", "にぎわう", "安らげる", "つながる")
_MEASURES = ("暮らしの支え", "人の育ち", "地域の力", "まちの備え")
_TOPICS = _words(
    "見守り 読み聞かせ 朝市 防災訓練 路線バス 空き家 図書室 森林 用水路 健康相談 広報紙 公民館 "
    "放課後教室 観光案内 ごみの減量 花壇 祭り 消防団 子育て広場 移住相談 文化財"
)
_ACTIONS = _words(
    "推進 充実 見直し 支援 調査 活用 周知 育成 整備 点検 記録 再編 試行 相談 開放 更新 表彰 "
    "交流 講座 連携"
)
_OFFICES = _words(
    "企画課 総務課 財政課 税務課 市民課 福祉課 長寿課 こども課 健康課 環境課 農林課 商工課 観光課 "
    "建設課 都市計画課 水道課 学校教育課 生涯学習課 文化財課 防災課"
)
_ACTORS = ("行政", "行政・事業者", "市民・行政", "市民活動団体", "地域コミュニティ・行政")
_TARGETS = ("市民", "事業者", "市民・地域コミュニティ", "教育機関", "市民活動団体・市民")
_SCHEDULES = (
    ("検討", "実施", "→", "→", "→"),
    ("検討", "→", "一部実施", "実施", "→"),
    ("実施", "→", "→", "→", "見直し"),
    ("検討・一部実施", "実施", "→", "見直し", "→"),
    ("検討", "周知", "実施", "→", "→"),
    ("検討", "", "実施", "→", "完了予定"),
    ("実施", "→", "完了予定", "", ""),
    ("検討", "実施", "", "", ""),
)
_SUBJECTS = [f"{topic}の{action}" for topic, action in product(_TOPICS, _ACTIONS)]
_BEFORE = 31  # how many rows lie between an item and the one that lists it again


@dataclass(frozen=True, slots=True)
class WideRegister:
    """How many rows, years (up to five) and ignored columns a register has."""

    rows: int
    years: int = 4
    ignored: int = 0

    @property
    def columns(self) -> int:
        """How many columns it has."""
        return len(SAID) + self.years + self.ignored

    def table(self) -> Iterator[tuple[str, ...]]:
        """Yield the header and the rows."""
        years = (f"令和{FIRST_YEAR + place}年度" for place in range(self.years))
        yield (*SAID, *years, *self._figures_headed())
        for row in range(self.rows):
            subject = self._subject(row)
            yield (*self._said(row, subject), *self._schedule(row), *self._figures(row))

    def _subject(self, row: int) -> str:
        """Return what a row is about; one of forty is about what an earlier one is."""
        turn, place = divmod(row - _BEFORE if self._is_relisted(row) else row, len(_SUBJECTS))
        return _SUBJECTS[place] + (f"その{turn + 1}" if turn else "")

    def _is_relisted(self, row: int) -> bool:
        return row % 40 == 39 and row > _BEFORE

    def _said(self, row: int, subject: str) -> tuple[str, ...]:
        goal, measure = self._sections(row)
        office = _OFFICES[row % len(_OFFICES)]
        other = _OFFICES[(row + 7) % len(_OFFICES)]
        return (
            f"{_GOALS[goal]}まち",
            f"{_GOALS[goal]}まちの{_MEASURES[measure]}",
            subject + ("【再掲】" if self._is_relisted(row) else ""),
            f"{office}・{other}" if row % 4 == 0 else office,
            _ACTORS[row % len(_ACTORS)],
            _TARGETS[row % 7 % len(_TARGETS)],
            f"{subject}に取り組み、{office}が地域の声を聴きながら進め方を定めます。"
            f"{row + 1}番目の事業として、毎年度その成果を確かめ、次の年度に生かします。",
            f"{subject if row % 5 else '取組'}が市内に広まったとき",
        )

    def _sections(self, row: int) -> tuple[int, int]:
        """Return which goal a row stands under, and which measure of it."""
        whole = row * len(_GOALS) * len(_MEASURES) // self.rows
        return divmod(whole, len(_MEASURES))

    def _schedule(self, row: int) -> tuple[str, ...]:
        return _SCHEDULES[row * row % 31 % len(_SCHEDULES)][: self.years]

    def _figures_headed(self) -> Iterator[str]:
        return (f"積算{column + 1}" for column in range(self.ignored))

    def _figures(self, row: int) -> Iterator[str]:
        return (f"{(row * 31 + column * 17) % 9000 + 1000}千円" for column in range(self.ignored))

    def csv(self) -> bytes:
        """Return it as CSV."""
        text = StringIO()
        csv.writer(text, lineterminator="\n").writerows(self.table())
        return text.getvalue().encode()

    def xlsx(self) -> bytes:
        """Return it as a workbook of one sheet."""
        buffer = BytesIO()
        with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
            book.set_properties({"created": datetime(2026, 4, 1, tzinfo=UTC).replace(tzinfo=None)})
            sheet = book.add_worksheet("事業一覧")
            for number, row in enumerate(self.table()):
                for column, text in enumerate(row):
                    sheet.write_string(number, column, text)
        return buffer.getvalue()

    def write(self, folder: Path, suffix: str = "csv") -> None:
        """Write the plan's folder, with its own profile and the document as CSV or XLSX."""
        folder.mkdir(parents=True, exist_ok=True)
        name = f"jigyo.{suffix}"
        (folder / FILE_NAME).write_text(self._plan_toml(name), encoding="utf-8")
        (folder / "wide.toml").write_text(self._profile(), encoding="utf-8")
        (folder / name).write_bytes(self.csv() if suffix == "csv" else self.xlsx())

    def _plan_toml(self, document: str) -> str:
        offices = ", ".join(f'"{office}"' for office in _OFFICES)
        return f"""profile = "wide"
document = "{document}"

[plan]
name = "jigyo"
title = {{ ja = "架空瀬市実施計画(架空)" }}
first_year = "R{FIRST_YEAR}"
last_year = "R{FIRST_YEAR + self.years - 1}"

[municipality]
code = "139912"
name = {{ ja = "架空瀬市", en = "Kakuuse City (fictional)" }}

[names]
departments = [{offices}]
"""

    def _profile(self) -> str:
        ignored = ", ".join(f'"{head}"' for head in self._figures_headed())
        return f"""layout = "register"
title = {{ ja = "広い一覧表(架空)", en = "a wide register (fictional)" }}

[[levels]]
class = "Policy"
column = "基本目標"

[[levels]]
class = "Measure"
column = "施策"

[item]
note = {{ open = "【", close = "】" }}

[columns]
title = "事業名"
department = "担当課"
implemented_by = "実施主体"
targets = "対象"
content = "事業内容"
completion_criterion = "完了の目安"
ignored = [{ignored}]

[names]
separator = "・"

[schedule]
arrows = ["→"]
"""
