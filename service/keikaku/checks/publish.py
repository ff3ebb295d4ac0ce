"""Writes a report for people: as text, CSV and XLSX, in Japanese."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

import xlsxwriter

from keikaku.checks.report import Severity, lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keikaku.checks.coverage import ColumnCount, Coverage
    from keikaku.checks.report import Answer, Finding, Place, Report

COLUMNS = (
    "表",
    "行",
    "列",
    "内容",
    "問題",
    "どうすればよいか",
    "重大さ",
    "種類",
    "項目",
    "行番号",
    "もう一方の行番号",
    "もう一方の内容",
    "状態",
    "回答した者",
    "回答の日",
    "理由",
    "市による正しい値",
    "回答に書く名",
)
_WIDTHS = (6, 6, 6, 50, 50, 50, 12, 24, 20, 10, 10, 50, 10, 20, 12, 40, 30, 40)
_HEADING = 20
"""How many characters of what heads a column are told."""

_MOST_REMOVED = 30
"""How many places of struck-out or deleted text are told one by one."""

OPEN = "未回答"
_EPOCH = datetime(2000, 1, 1)  # a fixed date, so that equal reports give equal bytes


def as_text(report: Report) -> str:
    """Return the report as staff read it on a terminal: grouped, with line numbers.

    In brackets stands the name of each discrepancy, by which decisions.toml decides it.
    """
    parts = [summary(report), *(coverage_lines(report.coverage) if report.coverage else ())]
    for kind, findings in report.by_kind().items():
        parts.append(f"\n■ {kind.ja} ({findings[0].severity.ja} {len(findings)} 件)")
        parts += [_line(finding) for finding in findings]
        parts.append(f"  → {findings[0].advice.ja}")
    if report.sample is not None:
        parts.append(
            "\n※ 大きな計画なので、計画の全体は速い検証プログラム(shacl)で検査し、"
            f"そのうち {report.sample} 項目を pySHACL でも検査しました。"
        )
    return "\n".join(parts) + "\n"


def summary(report: Report) -> str:
    """Return how much was found, and how many of the discrepancies the city has answered."""
    found = len(report.of(Severity.DISCREPANCY))
    counts = "、".join(
        f"{severity.ja} {len(report.of(severity))} 件"
        for severity in Severity
        if severity is not Severity.ERROR or report.of(severity)
    )
    answered = found - len(report.open)
    told = f"({OPEN} {len(report.open)} 件、回答済み {answered} 件)" if found else ""
    return f"{report.plan}: {counts}{told}"


def coverage_lines(coverage: Coverage) -> Iterator[str]:
    """Yield how much of the document is published, withheld and empty, in all and by column."""
    total = _amounts(coverage.published, coverage.withheld, coverage.empty)
    sheets = f"、読まないシート {coverage.sheets}" if coverage.sheets else ""
    yield f"文書の欄: {total}{sheets}"
    if warning := offered_whole(coverage):
        yield warning
    for is_hidden, group in groupby(coverage.columns, key=_is_withheld):
        columns = list(group)
        if is_hidden:
            for tables, some in groupby(columns, key=lambda column: column.tables):
                yield _withheld_columns(tables, list(some))
        else:
            yield from (_column(column) for column in columns)
    yield from _removed_lines(coverage)


def _removed_lines(coverage: Coverage) -> Iterator[str]:
    """Yield where something is struck out or deleted, and how many passages, never which."""
    if not coverage.removed:
        return
    total = sum(removed.passages for removed in coverage.removed)
    yield f"消された文字(取り消し線、変更履歴の削除)は読みません: {total:,} か所"
    for removed in coverage.removed[:_MOST_REMOVED]:
        yield f"  {removed.place}" + (f": {removed.passages}" if removed.passages > 1 else "")
    left = len(coverage.removed) - _MOST_REMOVED
    if left > 0:
        yield f"  ほか {left:,} 欄"


def offered_whole(coverage: Coverage) -> str:
    """Return a warning where a file is offered that holds what is withheld, else nothing."""
    if not coverage.offered or not (coverage.withheld or coverage.sheets):
        return ""
    return (
        "注意: publish_document = true なので、文書のファイルをそのまま配ります。公開しない欄の"
        "文字も、ファイルの中では誰でも読めます。"
    )


def _is_withheld(column: ColumnCount) -> bool:
    return not column.published and column.withheld > 0


def _withheld_columns(tables: tuple[int, int], columns: list[ColumnCount]) -> str:
    first, last = columns[0].name, columns[-1].name
    name = first if first == last else f"{first}〜{last}"
    count = sum(column.withheld for column in columns)
    empty = sum(column.empty for column in columns)
    return f"  {_tables(tables)} {name} 列: {_amounts(0, count, empty)}"


def _column(column: ColumnCount) -> str:
    heading = "".join(column.heading.split())[:_HEADING]
    named = f"{column.name} 列「{heading}」" if heading else f"{column.name} 列"
    said = _amounts(column.published, column.withheld, column.empty)
    return f"  {_tables(column.tables)} {named}: {said}"


def _tables(tables: tuple[int, int]) -> str:
    first, last = tables
    return f"表{first}" if first == last else f"表{first}〜{last}"


def _amounts(published: int, withheld: int, empty: int) -> str:
    return f"公開 {published:,}、公開しない {withheld:,}、空 {empty:,}"


def _line(finding: Finding) -> str:
    about = f" {'・'.join(finding.about)}" if finding.about else ""
    where = lines_of(finding.places)
    said = f"{finding.message.ja}{_said(finding.answer)}"
    name = f" [{name_of(finding)}]" if name_of(finding) else ""
    return f"  {where}{about}: {said}{name}" if where else f" {about}: {said}{name}"


def name_of(finding: Finding) -> str:
    """Return the name by which decisions.toml decides a discrepancy; nothing for what is none."""
    return finding.iri.partition("/discrepancy/")[2]


def _said(answer: Answer | None) -> str:
    """Return a decision as it stands after the message of its discrepancy."""
    if answer is None:
        return ""
    right = f" 正しい値「{answer.corrected}」。" if answer.corrected else ""
    who = f"{answer.by} {answer.date}"
    return f" 【{answer.outcome.ja} {who}】{right}{answer.reason.ja}"


def rows(report: Report) -> list[tuple[str | int, ...]]:
    """Return a row for each finding, under COLUMNS."""
    return [_row(finding) for group in report.by_kind().values() for finding in group]


def _row(finding: Finding) -> tuple[str | int, ...]:
    first, *others = finding.places or (None,)
    return (
        *_address(first),
        first.text if first else "",
        finding.message.ja,
        finding.advice.ja,
        finding.severity.ja,
        finding.kind.ja,
        "・".join(finding.about),
        (first.where or first.line) if first else "",
        "、".join(place.where or str(place.line) for place in others if place),
        "\n".join(place.text for place in others if place),
        *_answer(finding),
    )


def _columns(report: Report) -> tuple[str, ...]:
    """Return the headers; a document without lines has addresses in their place."""
    if not any(place.where for finding in report.findings for place in finding.places):
        return COLUMNS
    return tuple(title.replace("行番号", "所在") for title in COLUMNS)


def _answer(finding: Finding) -> tuple[str, ...]:
    """Return the columns of the decision, and the name by which decisions.toml would decide."""
    name, answer = name_of(finding), finding.answer
    if answer is None:
        return (OPEN if finding.severity is Severity.DISCREPANCY else "", "", "", "", "", name)
    return (
        answer.outcome.ja,
        answer.by,
        answer.date,
        answer.reason.ja,
        answer.corrected,
        name,
    )


def _address(place: Place | None) -> tuple[str | int, str | int, str | int]:
    if place is None:
        return "", "", ""
    return place.table or "", place.row or "", place.column or ""


def as_csv(report: Report) -> bytes:
    """Return the report as CSV (RFC 4180, UTF-8 with a byte order mark, which Excel needs)."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_columns(report))
    writer.writerows(rows(report))
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(report: Report) -> bytes:
    """Return the report as a spreadsheet; equal reports give equal bytes."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"title": f"{report.plan} 正誤表", "created": _EPOCH})
        sheet = book.add_worksheet("検査結果")
        head = book.add_format({"bold": True, "bg_color": "#E6E6E6", "text_wrap": True})
        body = book.add_format({"text_wrap": True, "valign": "top"})
        for column, (title, width) in enumerate(zip(_columns(report), _WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, title, head)
        for number, row in enumerate(rows(report), start=1):
            for column, value in enumerate(row):
                if isinstance(value, int):
                    sheet.write_number(number, column, value, body)
                else:
                    sheet.write_string(number, column, value, body)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(report.findings), len(COLUMNS) - 1)
    return buffer.getvalue()
