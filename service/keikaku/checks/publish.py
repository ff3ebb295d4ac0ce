"""Writes a report for people: as text, CSV and XLSX, in Japanese."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import TYPE_CHECKING

import xlsxwriter

from keikaku.checks.report import Severity, lines_of

if TYPE_CHECKING:
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
OPEN = "未回答"
_EPOCH = datetime(2000, 1, 1)  # a fixed date, so that equal reports give equal bytes


def as_text(report: Report) -> str:
    """Return the report as staff read it on a terminal: grouped, with line numbers.

    In brackets stands the name of each discrepancy, by which decisions.toml decides it.
    """
    parts = [summary(report)]
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
