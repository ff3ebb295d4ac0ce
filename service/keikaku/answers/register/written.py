"""The register to take away: as CSV, as a spreadsheet, as JSON."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import xlsxwriter

from keikaku.answers.register.conditions import STATUSES
from keikaku.closed import Bilingual

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from keikaku.answers.describe import Linked
    from keikaku.answers.register.entries import Entry, Reading
    from keikaku.answers.things.rows import Numbered
    from keikaku.standing import Standing

Value = str | int

_EPOCH = datetime(2000, 1, 1)  # a fixed date, so that equal registers give equal bytes
_READINGS = 2
_OF_READING = (("記載", "reading", 50), ("表", "table", 6), ("行", "row", 6), ("列", "column", 6),
               ("原文の行番号", "source line", 10))  # fmt: skip
_BEFORE = (
    ("番号", "no.", 6),
    ("計画", "plan", 24),
    ("項目番号", "item number", 12),
    ("項目", "item", 36),
    ("種類", "kind", 20),
    ("欄", "field", 14),
)
_AFTER = (
    ("内容", "message", 60),
    ("状態", "status", 10),
    ("回答した者", "decided by", 20),
    ("回答の日", "decided on", 12),
    ("理由", "reason", 40),
    ("市による正しい値", "corrected value", 30),
    ("回答に書く名", "name in decisions.toml", 36),
    ("IRI", "IRI", 60),
)
_COLUMNS = (
    *_BEFORE,
    *(
        (f"{ja}{place}", f"{en} {place}", width)
        for place in range(1, _READINGS + 1)
        for ja, en, width in _OF_READING
    ),
    *_AFTER,
)


def as_csv(entries: Sequence[Entry], plans: Mapping[str, Bilingual], language: str) -> bytes:
    """Return the register as CSV (RFC 4180), UTF-8 without byte order mark.

    `plans` has the plans' titles by IRI; `language` (ja, en) is that of heads and words.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_heads(language))
    writer.writerows(_rows(entries, plans, language))
    return text.getvalue().encode()


def as_xlsx(
    entries: Sequence[Entry],
    plans: Mapping[str, Bilingual],
    language: str,
    release: str,
    whose: Standing,
) -> bytes:
    """Return the register as a spreadsheet; equal registers give equal bytes."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": _in(_TITLE, language), "created": _EPOCH})
        head = book.add_format({"bold": True, "bg_color": "#E6E6E6", "text_wrap": True})
        body = book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(_in(_TITLE, language))
        for column, (_, _, width) in enumerate(_COLUMNS):
            sheet.set_column(column, column, width)
        for row, cells in enumerate([_heads(language), *_rows(entries, plans, language)]):
            for column, value in enumerate(cells):
                shape = body if row else head
                if isinstance(value, int):
                    sheet.write_number(row, column, value, shape)
                else:
                    sheet.write_string(row, column, value, shape)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(entries), len(_COLUMNS) - 1)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        about = book.add_worksheet("このデータについて About")
        about.set_column(0, 0, 100)
        for row, line in enumerate((whose.data.ja, whose.data.en, f"リリース Release {release}")):
            about.write_string(row, 0, line)
    return buffer.getvalue()


def as_json(entries: Sequence[Entry], conditions: Mapping[str, str], release: str) -> bytes:
    """Return the register as JSON: conditions, how many there are, entries, release."""
    document = {
        "conditions": dict(conditions),
        "total": len(entries),
        "discrepancies": [_entry(entry) for entry in entries],
        "release": release,
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


_TITLE = Bilingual(ja="正誤表", en="Discrepancies")


def _in(text: Bilingual, language: str) -> str:
    return text.en if language == "en" else text.ja


def _heads(language: str) -> list[Value]:
    return [en if language == "en" else ja for ja, en, _ in _COLUMNS]


def _rows(
    entries: Sequence[Entry], plans: Mapping[str, Bilingual], language: str
) -> list[list[Value]]:
    return [_row(number, entry, plans, language) for number, entry in enumerate(entries, start=1)]


def _row(number: int, entry: Entry, plans: Mapping[str, Bilingual], language: str) -> list[Value]:
    title = plans.get(entry.plan.value)
    readings = [_cells(reading) for reading in entry.readings[:_READINGS]]
    readings += [[""] * len(_OF_READING)] * (_READINGS - len(readings))
    decision = entry.decision
    return [
        number,
        _in(title, language) if title else entry.plan.value,
        entry.thing.number if entry.thing else "",
        _in(entry.thing.label, language) if entry.thing else "",
        _in(entry.kind.label, language),
        _in(entry.field.label, language) if entry.field else "",
        *(value for cells in readings for value in cells),
        _in(entry.message, language),
        _in(STATUSES[entry.status], language),
        decision.by if decision else "",
        decision.date if decision else "",
        _in(decision.reason, language) if decision else "",
        decision.corrected if decision else "",
        entry.name,
        entry.iri.value,
    ]


def _cells(reading: Reading) -> list[Value]:
    return [
        reading.text,
        reading.table or "",
        reading.row or "",
        reading.column or "",
        reading.address or reading.line,
    ]


def _entry(entry: Entry) -> dict[str, Any]:
    decision = entry.decision
    return {
        "iri": entry.iri.value,
        "name": entry.name,
        "plan": entry.plan.value,
        "kind": _linked(entry.kind),
        "field": _linked(entry.field) if entry.field else None,
        "about": [_numbered(each) for each in (entry.thing, *entry.others) if each],
        "message": entry.message.model_dump(),
        "readings": [
            {
                "cell": reading.place.iri.value,
                "text": reading.text,
                "file": reading.file,
                "line": None if reading.address else reading.line,
                **({"address": reading.address} if reading.address else {}),
                "table": reading.table,
                "row": reading.row,
                "column": reading.column,
            }
            for reading in entry.readings
        ],
        "status": entry.status,
        "decision": {
            "iri": decision.iri.value,
            "by": decision.by,
            "date": decision.date,
            "reason": decision.reason.model_dump(),
            "field": _linked(decision.field) if decision.field else None,
            "correctedValue": decision.corrected or None,
        }
        if decision
        else None,
    }


def _linked(thing: Linked) -> dict[str, str]:
    return {"iri": thing.iri.value, **thing.label.model_dump()}


def _numbered(thing: Numbered) -> dict[str, str]:
    return {"iri": thing.iri.value, "number": thing.number, **thing.label.model_dump()}
