"""Plan folders full of markers: one for each layout and kind of document.

What is published of them is the same in all: an item called SHOWN, and what stands beside it.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tests.withheld.documents import KINDS, SKIPPED, Block, Box, Row, Table, merges

import small_plan
from keikaku.assets import shipped
from keikaku.source.grid import Line
from keikaku.source.markdown import read_markdown
from laid_out import printed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.withheld.documents import Mark
    from tests.withheld.markers import Markers

SHOWN = "広場づくり"
"""The title of an item of every plan, which every face shows."""

SHOWN_LINE, SHOWN_ROW = "架空湊市の計画書です。", "合計"
"""Furniture that a profile says is shown."""

CODE, CITY = "139904", "架空湊市"
NEW_KEYS = True
"""Whether plans use the keys `hidden` and `furniture.shown`, and what can be read only by them."""

_UNREADABLE = ("error", "formula", "date", "covered")


@dataclass(frozen=True)
class Sample:
    """A plan of markers: its layout and the kind of its document; `variant` tells others apart."""

    layout: str
    kind: str
    variant: str = ""

    @property
    def name(self) -> str:
        """The name of the plan in its IRIs, and of its markers."""
        return "-".join(filter(None, (self.layout, self.kind, self.variant)))

    @property
    def folder(self) -> str:
        """The name of its folder."""
        return f"{CODE}-{self.name}"


SAMPLES = (
    *(Sample("register", kind) for kind in KINDS),
    *(Sample("evaluation", kind) for kind in KINDS if kind != "tsv"),
    *(Sample("sheets", kind) for kind in KINDS if kind not in ("csv", "tsv")),
    *((Sample("register", "xlsx", "unreadable"),) if NEW_KEYS else ()),
)


@dataclass
class Written:
    """What a plan's folder is made of; the tests of faults change a part of it."""

    blocks: list[Block]
    profile: str
    planfile: str
    decisions: str = ""
    files: dict[str, bytes] = field(default_factory=dict)


def written(sample: Sample, mark: Mark) -> Written:
    """Return what a sample consists of, with the text that `mark` gives each place."""
    blocks = _LAYOUTS[sample.layout](sample, mark)
    profile = _PROFILES[sample.layout](mark)
    return Written(blocks, profile, _planfile(sample, mark), _decisions(sample, mark))


def write(sample: Sample, made: Written, mark: Mark, plans: Path) -> Path:
    """Write a plan's folder in `plans`, and return it."""
    folder = plans / sample.folder
    folder.mkdir(parents=True)
    document = KINDS[sample.kind](made.blocks, mark)
    (folder / f"plan.{sample.kind}").write_bytes(document)
    (folder / "marked.toml").write_text(made.profile, "utf-8")
    (folder / "plan.toml").write_text(made.planfile, "utf-8")
    if made.decisions:
        (folder / "decisions.toml").write_text(made.decisions, "utf-8")
    return folder


def write_sample(sample: Sample, markers: Markers, plans: Path) -> Path:
    """Write the folder of a sample, and return it."""
    mark = marker_of(markers, sample.name)
    return write(sample, written(sample, mark), mark, plans)


def marker_of(markers: Markers, plan: str) -> Mark:
    """Return what gives the places of a plan their markers; an extension where one is wanted."""

    def text(place: str) -> str:
        one = markers.at(plan, place)
        return one.extension if one.is_extension else one.text

    return text


def _lines(mark: Mark) -> list[Block]:
    """The lines at the top of every document: one that is shown, two of furniture."""
    return [
        SHOWN_LINE,
        f"内部連絡 {mark('line of furniture')}",
        mark("line that the profile names whole"),
    ]


# The register: one row per item


_HEADS = ("方針", "番号", "名称", "担当課", "実施主体", "内容")
_WIDTH = 11


def _register(sample: Sample, mark: Mark) -> list[Block]:
    heads: tuple[Row, Row] = (
        (*_HEADS, "内部", "", mark("header that the profile names whole"), "年次計画", ""),
        (*[""] * 6, mark("header of an ignored column"), mark("the last ignored header"), "",
         "H20", "H21"),
    )  # fmt: skip

    def row(*cells: str, hidden: tuple[str | Box | None, ...] = ("", "", "")) -> Row:
        """A row: what is published, and what stands in the three ignored columns."""
        before, years = cells[:-2], cells[-2:]
        return (*before, *[""] * (6 - len(before)), *hidden, *years)

    def told(place: str) -> tuple[str, str, str]:
        return mark(f"ignored cell {place}"), "", ""

    content: str | Box = "広場を整えます。"
    first = row(
        "Ⅰ 参加のまち", "1", SHOWN, "協働課", "行政", "", "検討", "→",
        hidden=(mark("ignored cell"), mark("the last ignored cell"), mark("extension")),
    )  # fmt: skip
    if sample.kind == "docx":
        content = Box("広場を整えます。", way="edited")
    rows: list[Row] = [
        *heads,
        (*first[:5], content, *first[6:]),
        row("", "", "", "", "", "二年目に広げます。", "", "", hidden=told("of a row that goes on")),
        row("", "2", "講座の開催", "協働課", "行政", "", "検討", "", hidden=_merged(sample, mark)),
        *heads,
        row("", "3", "資料の配布", "協働課", "", "", "実施", "→", hidden=_downwards(sample, mark)),
        row("", "4", "冊子の作成", "協働課", "", "", "実施", "→",
            hidden=(None if merges(sample.kind) else "", "", "")),
        row("", "5", "掲示板の更新", "広報課", "", "", "実施", "→"),
        row("※集計", "", mark("row of furniture"), "", mark("row of furniture, right"), "", "", ""),
        row(SHOWN_ROW, "", "5", "", ""),
    ]  # fmt: skip
    if NEW_KEYS:
        rows += [
            row("Ⅱ 安心のまち", "", "", hidden=told("of a row that names a section")),
            row("", "6", "見守りの輪", "協働課", "", "", "実施", "→"),
            row("■学びのまち", "", "", hidden=told("of a heading")),
            row("", "7", "学びの場", "協働課", "", "", "実施", "→"),
        ]
    table = Table(tuple(rows))
    if sample.kind == "xlsx":
        table = _hidden_parts(table, mark)
    if sample.variant == "unreadable":
        table = _unreadable(table, mark)
    return [*_lines(mark), table]


def _merged(sample: Sample, mark: Mark) -> tuple[str | Box | None, ...]:
    if not merges(sample.kind):
        return mark("ignored cell beside a blank one"), "", ""
    return Box(mark("merged ignored cell"), columns=2), None, ""


def _downwards(sample: Sample, mark: Mark) -> tuple[str | Box | None, ...]:
    if not merges(sample.kind):
        return mark("ignored cell above a blank one"), "", ""
    return Box(mark("ignored cell merged downwards"), rows=2), "", ""


def _hidden_parts(table: Table, mark: Mark) -> Table:
    """Add rows and columns that Excel does not show."""
    rows: list[Row] = [(*row, "", "") for row in table.rows]
    heads = ("hidden column", "column without width")
    for number in (place for place, row in enumerate(table.rows) if row[0] == "方針"):
        own = tuple(mark(f"header of a {head}") for head in heads)
        rows[number] = (*rows[number][:_WIDTH], *own)
    for number, row in enumerate(table.rows):
        if row[2] == SHOWN:
            rows[number] = (*rows[number][:_WIDTH], *(mark(f"cell of a {head}") for head in heads))
    places = []
    for number, place in enumerate(("hidden row", "row without height"), start=8):
        title, content, inner = (mark(f"{cell} of a {place}") for cell in ("title", "text", "end"))
        cells = (
            "",
            str(number),
            title,
            "協働課",
            "行政",
            content,
            inner,
            "",
            "",
            "実施",
            "→",
            "",
            "",
        )
        places.append(len(rows))
        rows.append(cells)
    return Table(tuple(rows), (places[0],), (places[1],), (_WIDTH,), (_WIDTH + 1,))


def _unreadable(table: Table, mark: Mark) -> Table:
    """Add items with a cell that cannot be read, in a column that is ignored."""
    rows = list(table.rows)
    for number, way in enumerate(_UNREADABLE, start=10):
        place, covered = mark(f"ignored cell, {way}"), way == "covered"
        box = Box(place, way=way, columns=2 if covered else 1)
        before = ("", str(number), f"読めない欄の隣{number}", "協働課", "行政", "広げます。")
        rows.append((*before, box, None if covered else "", "", "実施", "→", "", ""))
    return replace(table, rows=tuple(rows))


def _register_profile(mark: Mark) -> str:
    hidden = "" if NEW_KEYS else _ignored_headers(mark)
    return f"""\
# {mark("comment of the profile, on its own")}
layout = "register" # {mark("comment of the profile, behind a value")}
title = {{ ja = "印の付いた表", en = "a marked table" }}

[[levels]]
class = "Policy"
column = "方針"
heading = "■"

[columns]
header_rows = 2
number = "番号"
title = "名称"
department = "担当課"
implemented_by = "実施主体"
content = "内容"
ignored = [
    "内部", # {mark("comment of the profile, in a list")}
    "{mark("header that the profile names whole")}",{hidden}
]
continuation = "\\n"

{_furniture(mark)}
{_WORDS}"""


def _ignored_headers(mark: Mark) -> str:
    places = ("header of a hidden column", "header of a column without width")
    return "".join(f' "{mark(place)}",' for place in places)


# Evaluation sheets: one table per item


def _evaluation(sample: Sample, mark: Mark) -> list[Block]:
    def form(number: int, title: str, content: str | Box, *more: Row) -> Table:
        rows: list[Row] = [
            ("番号", str(number), "事業名", title, ""),
            (SHOWN_ROW, "", "", "", ""),
            ("担当課", "協働課・広報課", "実施主体", "行政", ""),
            ("事業内容", content, "", "", ""),
            *more,
            ("年度", "H20", "H21", "", ""),
            ("", "検討", "", "", ""),
        ]
        return Table(tuple(rows), headless=True)

    blocks: Row = ("内部評価", mark("ignored block"), "", mark("ignored block, further right"), "")
    more: Row = ("", mark("ignored block, second row"), mark("extension"), "", "")
    content: str | Box = "広場を整えます。"
    if sample.kind == "docx":
        content = Box("広場を整えます。", way="edited")
    inner = [blocks, more]
    if merges(sample.kind):
        merged = Box(mark("merged ignored cell"), columns=2)
        inner.append(("内部評価", merged, None, "", ""))
    first = form(1, SHOWN, content, *inner, ("※庁内", mark("row of furniture"), "", "", ""))
    if sample.kind == "xlsx":
        rows = [*first.rows]
        label = "庁内メモ" if NEW_KEYS else "内部評価"
        rows.insert(4, (label, mark("cell of a hidden row"), "", "", ""))
        first = Table(tuple(rows), hidden_rows=(4,))
    if sample.kind == "csv":  # it has one table
        return [*_lines(mark), first]
    last: Row = ("内部評価", mark("ignored block of the last sheet"), "", "", "")
    return [*_lines(mark), first, form(2, "講座の開催", "二年目に広げます。", last)]


def _evaluation_profile(mark: Mark) -> str:
    return f"""\
# {mark("comment of the profile, on its own")}
layout = "evaluation" # {mark("comment of the profile, behind a value")}
title = {{ ja = "印の付いたシート", en = "marked sheets" }}

[sheet]
number = "番号"
title = "事業名"
department = "担当課"
implemented_by = "実施主体"
content = "事業内容"
schedule = "年度"
ignored = [
    "内部評価", # {mark("comment of the profile, in a list")}
]

{_furniture(mark)}
{_WORDS}"""


# Overview and sheets, as Yamaguchi City has them


def _sheets(sample: Sample, mark: Mark) -> list[Block]:
    text = small_plan.edited("□事業者", "■事業者")
    document = read_markdown(text.replace("地域交流センターの設置", SHOWN), "plan.md")
    blocks: list[Block] = []
    for block in document.blocks:
        if isinstance(block, Line):
            blocks.append(block.text)
            continue
        if sample.kind == "md":
            rows = tuple(tuple(cell.text for cell in row) for row in block.rows)
            blocks.append(Table(rows))
            continue
        table = printed(block)
        cells: list[list[str | Box | None]] = [[""] * table.columns for _ in range(table.rows)]
        for cell in table.cells:
            cells[cell.row][cell.column] = Box(cell.text, columns=cell.columns)
            for covered in range(cell.column + 1, cell.column + cell.columns):
                cells[cell.row][covered] = None
        blocks.append(Table(tuple(map(tuple, cells))))
    if sample.kind == "docx":
        blocks = [_with_edits(block) for block in blocks]
    return [*_lines(mark), *blocks, f"内部連絡 {mark('line of furniture at the end')}"]


def _with_edits(block: Block) -> Block:
    """Return a table whose cell of the first purpose holds what Word does not print."""
    if isinstance(block, str):
        return block
    rows = [list(row) for row in block.rows]
    for row in rows:
        for column, cell in enumerate(row):
            if isinstance(cell, Box) and small_plan.AS_IT_IS in cell.text:
                row[column] = replace(cell, way="edited")
    return replace(block, rows=tuple(map(tuple, rows)))


def _sheets_profile(mark: Mark) -> str:
    text = (shipped("profiles") / "overview-and-sheets.toml").read_text("utf-8")
    furniture = tomllib.loads(text)["furniture"]
    lines = furniture.get("shown", furniture)["lines"]
    before = text[: text.index("\n[furniture")].replace(
        "[item]", f"[item] # {mark('comment of the profile, behind a header')}"
    )
    return f"""\
{before}
# {mark("comment of the profile, on its own")}
{_furniture(mark, more=json.dumps(lines, ensure_ascii=False)[1:-1])}"""


# What all of them have


def _furniture(mark: Mark, more: str = "") -> str:
    lines = f"{more}," if more else ""
    whole = mark("line that the profile names whole")
    if not NEW_KEYS:
        return f"""\
[furniture]
lines = [{lines} "{SHOWN_LINE}", "内部連絡*", "{whole}"]
rows = ["※*", "{SHOWN_ROW}"]
"""
    return f"""\
[furniture]
lines = ["内部連絡*", "{whole}"]
rows = ["※*"]

[furniture.shown]
lines = [{lines} "{SHOWN_LINE}"]
rows = ["{SHOWN_ROW}"]
"""


_WORDS = """
[marks]
on = ["○"]
off = ["×"]
blank = ["－"]

[names]
separator = ["・", "、"]

[schedule]
arrows = ["→"]
"""


def _planfile(sample: Sample, mark: Mark) -> str:
    source, names = [], "[names]\n"
    if NEW_KEYS:
        source.append('hidden = "withhold"')
    if sample.kind == "xlsx":
        skipped = ", ".join(f'"{mark(f"name of a {place}")}"' for place in SKIPPED)
        source.append(f"skip_sheets = [{skipped}] # {mark('comment behind the names of sheets')}")
    title = f'ja = "{CITY}計画 # 印({sample.name})", en = "A plan # with marks ({sample.name})"'
    contact = '[contact]\nname = "協働課"\n' if sample.layout != "sheets" else ""
    if sample.layout == "sheets":
        title = f'en = "A plan # with marks ({sample.name})"'
        names = '[names]\nparties = ["中間支援組織", "協働のまちづくり推進委員会"]\n'
    text = small_plan.AS_IT_IS if sample.layout == "sheets" else "広場を整えます。"
    years = ("H20", "H24") if sample.layout == "sheets" else ("H20", "H21")
    return f"""\
# {mark("comment of plan.toml, on its own")}
profile = "marked" # {mark("comment of plan.toml, behind the profile")}
document = "plan.{sample.kind}"

[source] # {mark("comment of plan.toml, behind a header")}
{chr(10).join(source)}

[plan]
name = "{sample.name}" # {mark("comment of plan.toml, behind the name")}
title = {{ {title} }} # {mark("comment of plan.toml, behind a table")}
first_year = '{years[0]}' # {mark("comment of plan.toml, behind a year")}
last_year = "{years[1]}"

[municipality]
code = "{CODE}" # 番号 {mark("comment of plan.toml, behind the code")}
name = {{ ja = "{CITY}", en = "Kakuu-Minato City" }}
# {mark("comment of plan.toml, between tables")}

{names}departments = [ # {mark("comment of plan.toml, behind a bracket")}
    "協働課", "広報課", # {mark("comment of plan.toml, in a list")}
    "協働推進課", "生涯学習課", "行革推進課", "管財課", "施設維持課",
    # {mark("comment of plan.toml, on its own in a list")}
]

{contact}
[[remark]] # {mark("comment of plan.toml, behind a remark")}
quote = "{text[-5:]}" # {mark("comment of plan.toml, behind a quotation")}
correction = "整える。"
ja = "文の終わりが違います。"
en = "The sentence ends otherwise."

[[withdrawn]] # {mark("comment of plan.toml, behind what is withdrawn")}
old = "item/9-9" # {mark("comment of plan.toml, behind an old name")}
date = 2020-01-01 # {mark("comment of plan.toml, behind a date")}
ja = "取りやめました。" # {mark("comment of plan.toml, behind a reason")}
en = "It was given up."
"""


_DECIDED = {
    "register": "damaged-text/1-1/content",
    "evaluation": "damaged-text/1/content",
    "sheets": "target/1-1-1/事業者",
}


def _decisions(sample: Sample, mark: Mark) -> str:
    return f"""\
# {mark("comment of decisions.toml, on its own")}
[[decision]] # {mark("comment of decisions.toml, behind a header")}
discrepancy = "{_DECIDED[sample.layout]}" # {mark("comment of decisions.toml, behind a name")}
outcome = "explained" # {mark("comment of decisions.toml, behind the outcome")}
by = '協働課' # {mark("comment of decisions.toml, behind a person")}
date = 2026-04-01 # {mark("comment of decisions.toml, behind a date")}
reason = {{ ja = "後に # 引き継ぎます。" }} # {mark("comment of decisions.toml, behind reasons")}
"""


_LAYOUTS: dict[str, Callable[[Sample, Mark], list[Block]]] = {
    "register": _register,
    "evaluation": _evaluation,
    "sheets": _sheets,
}
_PROFILES: dict[str, Callable[[Mark], str]] = {
    "register": _register_profile,
    "evaluation": _evaluation_profile,
    "sheets": _sheets_profile,
}
