"""Damage to the Yamaguchi plan: what is done to the document, and what the reader must then say.

Line numbers and texts were read off the document. `at` is the line that the error must name.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Edit:
    """Replaces `old` by `new` on a line of the document."""

    line: int
    old: str
    new: str


@dataclass(frozen=True)
class Drop:
    """Takes lines out, from `line` to `last`."""

    line: int
    last: int


@dataclass(frozen=True)
class Double:
    """Puts lines, from `line` to `last`, a second time below themselves."""

    line: int
    last: int


@dataclass(frozen=True)
class Several:
    """Makes several edits."""

    edits: tuple[Edit, ...]


Change = Edit | Drop | Double | Several


@dataclass(frozen=True)
class Damage:
    """One fault, the line on which it must be reported, and words of the message."""

    name: str
    change: Change
    at: int
    says: str


def damaged(text: str, change: Change) -> str:
    """Return the document with the change; the place must be as the change says."""
    lines = text.split("\n")
    match change:
        case Edit(line, old, new):
            assert old in lines[line - 1], f"{old!r} is not on line {line}: {lines[line - 1]!r}"
            lines[line - 1] = lines[line - 1].replace(old, new, 1)
        case Drop(line, last):
            del lines[line - 1 : last]
        case Double(line, last):
            lines[last:last] = lines[line - 1 : last]
        case Several(edits):
            for edit in edits:
                lines = damaged("\n".join(lines), edit).split("\n")
    return "\n".join(lines)


READER = (
    # the number of a sheet
    Damage("number-row-dropped", Drop(100, 100), 98, "「整理番号」の行がありません"),
    Damage("number-emptied", Edit(100, "I - (1) - ①", ""), 100, "値の欄が一つ要ります"),
    Damage("number-misspelt", Edit(100, "I - (1) - ①", "I (1) ①"), 100, "読めません"),
    Damage("number-of-another-sheet", Edit(113, "②", "①"), 114, "番号「②」が違います"),
    Damage("sheet-doubled", Double(98, 110), 113, "「I-(1)-①」の表が二つあります"),
    # the title
    Damage("title-row-dropped", Drop(101, 101), 98, "「推進項目」の行がありません"),
    Damage("title-without-mark", Edit(101, "① 地域", "地域"), 101, "番号(①など)で始まっていません"),
    Damage("title-with-another-mark", Edit(101, "① 地域", "⑨ 地域"), 101, "番号「⑨」が違います"),
    Damage(
        "note-beside-title-unclosed", Edit(347, "計画】 |", "計画 |"), 347, "注記として読めません"
    ),
    Damage(
        "label-and-names-swapped",
        Edit(129, "担当課 | 協働推進課", "協働推進課 | 担当課"),
        129,
        "課名の順",
    ),
    Damage("department-label-lost", Edit(101, "担当課", ""), 101, "課名の順"),
    Damage(
        "title-and-label-swapped",
        Edit(
            319,
            "① 市民活動団体の実態調査の実施 | 担当課",
            "担当課 | ① 市民活動団体の実態調査の実施",
        ),
        319,
        "課名の順",
    ),
    # names
    Damage(
        "department-misspelt",
        Edit(101, "協働推進課", "協動推進課"),
        101,
        "「協働推進課」ではありませんか",
    ),
    Damage("department-doubled", Edit(129, "協働推進課", "協働推進課・協働推進課"), 129, "二度"),
    Damage("separator-trailing", Edit(102, "行政", "行政・"), 102, "名がありません"),
    Damage("actor-misspelt", Edit(102, "行政", "行征"), 102, "「行政」ではありませんか"),
    Damage("actor-row-dropped", Drop(102, 102), 98, "「実施主体」の行がありません"),
    Damage("actor-row-doubled", Double(102, 102), 103, "「実施主体」の行が二つあります"),
    # boxes
    Damage("box-dropped", Edit(103, "□事業者 ", ""), 103, "推進項目対象"),
    Damage(
        "boxes-swapped", Edit(103, "□事業者 □教育機関", "□教育機関 □事業者"), 103, "推進項目対象"
    ),
    Damage("box-with-unknown-mark", Edit(103, "■市民 ", "▲市民 "), 103, "推進項目対象"),
    Damage("other-named-but-not-marked", Edit(103, "()", "(小学生)"), 103, "印がないのに"),
    Damage("targets-row-dropped", Drop(103, 103), 98, "「推進項目対象」の行がありません"),
    # texts
    Damage("purpose-row-dropped", Drop(104, 104), 98, "「目的」の行がありません"),
    Damage("state-row-doubled", Double(105, 105), 106, "「現状と課題」の行が二つあります"),
    Damage("content-row-dropped", Drop(106, 106), 98, "「推進内容」の行がありません"),
    Damage(
        "criterion-label-misspelt",
        Edit(107, "完了の目安", "完了の目案"),
        98,
        "「完了の目安」の行がありません",
    ),
    Damage("criterion-emptied", Edit(174, "継続", ""), 174, "値の欄が一つ要ります"),
    # schedule
    Damage("year-row-dropped", Drop(108, 108), 98, "「年次計画」の行がありません"),
    Damage("phase-row-dropped", Drop(109, 109), 108, "段階を書く行がありません"),
    Damage("year-misspelt", Edit(108, "H22", "H2O"), 108, "年度「H2O」が読めません"),
    Damage("year-out-of-plan", Edit(108, "H24", "H25"), 108, "計画の期間"),
    Damage("years-swapped", Edit(108, "H20 | H21", "H21 | H20"), 108, "計画の期間"),
    Damage("year-doubled", Edit(108, "H21", "H20"), 108, "計画の期間"),
    Damage("phase-misspelt", Edit(109, "検討", "検当"), 109, "段階「検当」"),
    Damage("phase-doubled", Edit(109, "実施・完了予定", "実施・実施"), 109, "二度"),
    Damage("arrow-of-another-kind", Edit(122, "→ | 一部実施", "⇒ | 一部実施"), 122, "段階「⇒」"),
    Damage("text-below-no-year", Edit(122, "| | 検討", "| x | 検討"), 122, "何として読めばよいか"),
    Damage(
        "schedule-emptied",
        Edit(109, "検討 | 実施・完了予定", " | "),
        108,
        "段階を書く行がありません",
    ),
    # rows, tables, lines that nobody knows
    Damage("row-of-unknown-label", Edit(104, "目的", "もくてき"), 98, "「目的」の行がありません"),
    Damage(
        "line-of-unknown-text",
        Edit(92, "年度別実行計画", "年度別の計画"),
        92,
        "何として読めばよいか",
    ),
    Damage("delimiter-row-dropped", Drop(99, 99), 98, "どの表にも属しません"),
    Damage("row-with-too-many-cells", Edit(107, "| | | | |", "| | | | | 余分 |"), 107, "列数"),
    # headings
    Damage("heading-without-number", Edit(94, "推進方針 I ", "推進方針 "), 94, "見出し"),
    Damage("measure-before-policy", Drop(94, 94), 95, "見出し"),
    # the overview
    Damage("overview-header-renamed", Edit(9, "推進施策", "施策"), 9, "一覧表の見出し"),
    Damage("overview-party-misspelt", Edit(11, "事業者", "事業所"), 11, "主体として読めません"),
    Damage("overview-party-lost", Edit(11, "事業者", " "), 11, "事業者 がありません"),
    Damage("overview-mark-unknown", Edit(15, "□ | □ | ■", "□ | × | ■"), 15, "印「×」"),
    Damage("overview-mark-blank", Edit(15, "□ | □ | ■", "□ | | ■"), 15, "印「」"),
    Damage("overview-row-without-number", Edit(15, "② 市民", "市民"), 15, "番号で始まっていません"),
    Damage("overview-row-doubled", Double(15, 15), 16, "二度あります"),
    Damage("overview-policy-lost", Drop(12, 12), 12, "上の階層がありません"),
    Damage(
        "overview-without-items",
        Drop(12, 52),
        9,
        "項目の行がありません",
    ),
    # notes, brackets and numerals that look like something else
    Damage("note-before-the-end", Edit(565, "【再掲】", "【再掲】。"), 565, "注記として読めません"),
    Damage(
        "note-within-a-note", Edit(101, "【行政改革", "【行政【改革"), 101, "注記として読めません"
    ),
    Damage("two-brackets-of-other", Edit(103, "()", "(a) 追記 (b)"), 103, "推進項目対象"),
    Damage(
        "word-that-begins-like-a-number",
        Edit(94, "推進方針 I 参加", "推進方針 Iターン"),
        94,
        "見出し",
    ),
    # the contact block
    Damage("plan-title-lost", Drop(812, 812), 813, "計画名の行がありません"),
    Damage("telephone-lost", Drop(820, 820), 823, "「TEL」の行がありません"),
    Damage("contact-heading-lost", Drop(814, 814), 823, "お問い合わせ先"),
)


@dataclass(frozen=True)
class Fault:
    """A fault that a reader takes for content: a shape must stop it, naming the line `at`."""

    name: str
    change: Change
    at: int


# What the reader understands but no plan may say.
SHAPES = (
    Fault("first-sheet-of-a-measure-dropped", Drop(98, 110), 100),
    Fault("sheet-numbered-in-another-measure", Edit(100, "I - (1) - ①", "I - (9) - ①"), 100),
    Fault("sheet-numbered-in-another-policy", Edit(100, "I - (1) - ①", "Ⅱ - (9) - ①"), 100),
    Fault(
        "sheets-numbered-the-wrong-way-round",
        Several(
            (
                Edit(100, "①", "②"),
                Edit(101, "① ", "② "),
                Edit(113, "②", "①"),
                Edit(114, "② ", "① "),
            )
        ),
        100,
    ),
    Fault("measure-numbered-with-a-gap", Edit(124, "推進施策 (2)", "推進施策 (7)"), 124),
    Fault("policy-heading-dropped", Drop(312, 313), 312),
    Fault(
        "no-box-marked",
        Several(
            tuple(
                Edit(103, f"■{n} ", f"□{n} ") for n in ("市民", "地域コミュニティ", "市民活動団体")
            )
        ),
        100,
    ),
    Fault("relisted-without-an-original", Edit(565, "② 人材や団体情報", "② 人材と団体情報"), 564),
    Fault(
        "relisting-note-on-an-original",
        Edit(494, "データベース化 |", "データベース化 【再掲】 |"),
        493,
    ),
    Fault(
        "two-originals",
        Edit(114, "② 市民活動の拠点機能の充実・強化", "② 行政の協働相談窓口の設置"),
        719,
    ),
)
