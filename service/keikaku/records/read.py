"""Reads a document into a plan, and makes sure that nothing of the document is left over."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from keikaku.errors import Problem, ReadError
from keikaku.records.contact import read_contact
from keikaku.records.evaluation import read_evaluations
from keikaku.records.hidden import hidden_rule, undecided, withhold_hidden
from keikaku.records.named import MAY_LACK
from keikaku.records.overview import Overview, is_overview, read_overview
from keikaku.records.plan import (
    Contact,
    Gone,
    Item,
    Licence,
    Municipality,
    Plan,
    Said,
    Section,
    Unit,
)
from keikaku.records.planfile import FILE_NAME
from keikaku.records.profile import EvaluationProfile, RegisterProfile, SheetsProfile
from keikaku.records.reading import Reading, Unreadable, has_label
from keikaku.records.register import is_furniture, read_register
from keikaku.records.remarks import read_remarks
from keikaku.records.sheets import read_sheet
from keikaku.records.signs import unread_signs
from keikaku.records.withheld import Reason
from keikaku.source.grid import Cell, Grid, Line, problem, sheet_column, shown

if TYPE_CHECKING:
    from keikaku.records.named import Named
    from keikaku.records.planfile import GoneKeys, PlanFile
    from keikaku.records.profile import AnyProfile
    from keikaku.records.reading import AnyReading
    from keikaku.records.withheld import Withheld
    from keikaku.source.grid import Document

_CONTACT = ("address", "telephone", "fax", "email")
_CONTACT_TERMS = {"fax": "schema:faxNumber"}
_MOST_FAULTS = 50
_SHOWN = 40
"""How many characters of a text are told where it cannot be read."""


@dataclass(frozen=True, slots=True)
class _Content:
    """What a document says, in whatever layout, but for what its plan.toml gives."""

    title: Said[str] | None
    contact: Contact | None
    sections: tuple[Section, ...]
    items: tuple[Item, ...]
    overview: Overview
    may_lack: tuple[str, ...] = ()
    own_numbers: bool = False


def read_plan(document: Document, profile: AnyProfile, planfile: PlanFile) -> Plan:
    """Return the plan that `document` says, read by `profile`.

    Its `withheld` places are those of which nothing is published. Raises ReadError with every
    problem found: what cannot be understood, what is missing, and any cell or line that is neither
    read into a value nor furniture. What is hidden and of which nobody says whether it is read, and
    then what the document itself does not tell, come alone: the rest may follow from them.
    """
    reading, content = _read(document, profile, planfile)
    withheld = replace(reading.withheld, sheets=document.unread)
    for first in (
        undecided(document, withheld, reading),
        _faults(document, withheld),
        unread_signs(document, withheld, profile.furniture),
    ):
        if first:
            raise ReadError.of(first[:_MOST_FAULTS])
    remarks = read_remarks(withheld.without(document), planfile, reading)
    _check_nothing_left(document, reading)
    if reading.problems or content.title is None:
        raise ReadError.of(sorted(reading.problems, key=lambda problem: problem.line or 0))
    keys = planfile.keys
    return Plan(
        name=planfile.said(keys.plan.name, "plan", "name"),
        municipality=Municipality(
            code=planfile.said(keys.municipality.code, "municipality", "code"),
            ja=planfile.said(keys.municipality.name.ja, "municipality", "name"),
            en=planfile.said(keys.municipality.name.en, "municipality", "name"),
        ),
        title=content.title,
        title_en=planfile.said(keys.plan.title.en, "plan", "title") if keys.plan.title.en else None,
        years=_years(planfile),
        contact=content.contact,
        licence=_licence(planfile),
        sections=content.sections,
        items=content.items,
        headings=content.overview.headings,
        rows=content.overview.rows,
        columns=content.overview.columns,
        remarks=remarks,
        own_parties=reading.own_parties,
        own_phases=reading.own_phases,
        unnamed_departments=frozenset(profile.names.unnamed_departments),
        may_lack=tuple(Said(term, planfile.line("profile")) for term in content.may_lack),
        own_numbers=Said(True, planfile.line("profile")) if content.own_numbers else None,
        official=_official(planfile),
        gone=_gone(planfile),
        withheld=withheld,
        publish_document=keys.source.publish_document,
    )


def _read(
    document: Document, profile: AnyProfile, planfile: PlanFile
) -> tuple[AnyReading, _Content]:
    """Read the document by the layout of its profile; problems are noted in the reading."""
    reading: AnyReading
    if isinstance(profile, SheetsProfile):
        reading = sheets = Reading(profile, planfile.keys, document.name)
        document = withhold_hidden(document, reading)
        content = _sheets(document, planfile, sheets)
    elif isinstance(profile, RegisterProfile):
        reading = register = Reading(profile, planfile.keys, document.name)
        document = withhold_hidden(document, reading)
        content = _named(read_register(document, register), planfile, reading)
    else:
        reading = evaluation = Reading(profile, planfile.keys, document.name)
        document = withhold_hidden(document, reading)
        content = _named(read_evaluations(document, evaluation), planfile, reading)
    _check_unique(content.items, reading)
    _check_divisions(content.items, reading)
    _withhold_notes(_lines(document), reading)
    _furniture(_lines(document), reading)
    return reading, content


def _faults(document: Document, withheld: Withheld) -> list[Problem]:
    """Return what the document itself does not tell, but in its withheld places."""
    return [
        problem(*place.fault, place)
        for place in document.places()
        if place.fault and not withheld.covers(place)
    ]


def _lines(document: Document) -> list[Line]:
    """Return the lines outside the tables, but for those that are emptied."""
    return [block for block in document.blocks if isinstance(block, Line) and block.text]


def _sheets(document: Document, planfile: PlanFile, reading: Reading[SheetsProfile]) -> _Content:
    """Read a document that prints its title and its contact, overview tables and sheets."""
    front = _contact(_lines(document), reading)
    overviews = [b for b in document.blocks if isinstance(b, Grid) and is_overview(b, reading)]
    overview = read_overview(overviews, reading)
    sections, items = _body(document, reading)
    title, contact = front or (None, None)
    given = planfile.keys.plan.title.ja
    if title and given not in (None, title.value):
        _note_in_planfile(
            f"文書には「{title.value}」とあります。title の ja を除いてください。",
            f"the document prints {title.value!r}; take out `ja` of the title",
            planfile,
            reading,
        )
    return _Content(title, contact, sections, items, overview)


def _named(named: Named, planfile: PlanFile, reading: AnyReading) -> _Content:
    """Add to what a register or evaluation sheets say the title and contact of plan.toml."""
    keys = planfile.keys
    title = planfile.said(keys.plan.title.ja, "plan", "title") if keys.plan.title.ja else None
    if title is None:
        _note_in_planfile(
            '計画名がありません。[plan] に title = { ja = "…" } と書いてください。',
            'the plan has no title; give it as title = { ja = "…" } in [plan]',
            planfile,
            reading,
        )
    contact, lacks = _contact_of(planfile)
    if not named.items and reading.first_time("no items") and not reading.problems:
        reading.note("項目が一つもありません。", "there is no item", None)
    overview = Overview((), (), named.columns)
    may_lack = (*MAY_LACK, *lacks)
    return _Content(title, contact, named.sections, named.items, overview, may_lack, True)


def _contact_of(planfile: PlanFile) -> tuple[Contact | None, tuple[str, ...]]:
    """Return the contact of plan.toml, and which properties it leaves out."""
    keys = planfile.keys.contact
    if keys is None:
        return None, ("schema:contactPoint",)
    given = {name: getattr(keys, name) for name in _CONTACT}
    said = {
        name: planfile.said(value, "contact", name)
        for name, value in given.items()
        if value is not None
    }
    lacks = [_CONTACT_TERMS.get(name, f"schema:{name}") for name in _CONTACT if name not in said]
    return Contact(name=planfile.said(keys.name, "contact", "name"), **said), tuple(lacks)


def _note_in_planfile(ja: str, en: str, planfile: PlanFile, reading: AnyReading) -> None:
    line = planfile.line("plan", "title").line
    reading.problems.append(Problem(ja, en, FILE_NAME, line))


def _contact(
    lines: list[Line], reading: Reading[SheetsProfile]
) -> tuple[Said[str], Contact] | None:
    try:
        return read_contact(lines, reading)
    except Unreadable:
        return None


def _body(
    document: Document, reading: Reading[SheetsProfile]
) -> tuple[tuple[Section, ...], tuple[Item, ...]]:
    """Return the sections and items, each placed by the headings above it."""
    sections: list[Section] = []
    items: list[Item] = []
    above: list[Section] = []
    count = 0
    for block in document.blocks:
        if isinstance(block, Line):
            if section := _section(block, above, reading):
                above[len(section.path) - 1 :] = [section]
                sections.append(section)
                count = 0
        elif has_label(block, reading.profile.sheet.model_dump().values()):
            count += 1
            place = above[-1].path if above else ()
            if item := _item(block, (*place, count), reading):
                items.append(item)
    if not items and not reading.problems:
        reading.note("個別の表が一つもありません。", "there is no sheet of any item", None)
    return tuple(sections), tuple(items)


def _section(line: Line, above: list[Section], reading: Reading[SheetsProfile]) -> Section | None:
    """Return the section whose heading `line` is, if it is one, below the sections `above`."""
    for depth, level in enumerate(reading.profile.levels):
        if not line.text.startswith(level.heading):
            continue
        reading.take(line)
        split = level.numerals.leading(line.text.removeprefix(level.heading).lstrip())
        if not split or depth > len(above):
            reading.note(
                f"見出し「{line.text}」が読めません。番号と名称、上の階層の見出しを確かめてください。",
                f"the heading {line.text!r} cannot be read; check its number, its title and the "
                "heading above it",
                line,
            )
            return None
        number, title = split
        parents = [section.identifier for section in above[:depth]][-1:]
        return Section(
            kind=level.class_,
            path=_next_place(above, depth),
            number=Said(number, line),
            identifier=reading.profile.item.joint.join(
                (*parents, level.numerals.normalised(number))
            ),
            title=Said(title, line),
        )
    return None


def _next_place(above: list[Section], depth: int) -> tuple[int, ...]:
    """Return the place of the next section at `depth`, counted within its parent."""
    if depth < len(above):
        *parent, count = above[depth].path
        return (*parent, count + 1)
    return (*(above[-1].path if above else ()), 1)


def _item(grid: Grid, path: tuple[int, ...], reading: Reading[SheetsProfile]) -> Item | None:
    if len(path) != len(reading.profile.levels) + 1:
        reading.note(
            "個別の表の上に、方針と施策の見出しがありません。",
            "no headings stand above this sheet",
            grid.start,
        )
    try:
        return read_sheet(grid, path, reading)
    except Unreadable:
        reading.unreadable_tables.add(grid.number)
        return None


def _check_unique(items: tuple[Item, ...], reading: AnyReading) -> None:
    seen: dict[str, Item] = {}
    for item in items:
        number = item.number.value
        if number in seen:
            other = shown(seen[number].number.at)
            reading.note(
                f"番号「{number}」の項目が二つあります({other} にも)。"
                if reading.profile.layout != "sheets"
                else f"整理番号「{number}」の表が二つあります({other} にも)。",
                f"two items have the number {number} (also at {other})",
                item.number.at,
            )
        seen.setdefault(number, item)


def _check_divisions(items: tuple[Item, ...], reading: AnyReading) -> None:
    """Note a department without a division where two divisions have one of its name."""
    units = [unit for item in items for unit in item.departments if isinstance(unit, Unit)]
    divisions: dict[str, set[str]] = {}
    for unit in units:
        if unit.division:
            divisions.setdefault(unit.value, set()).add(unit.division.value)
    for unit in units:
        above = sorted(divisions.get(unit.value, ()))
        if unit.division is None and len(above) > 1:
            reading.note(
                f"「{unit.value}」は {'、'.join(above)} にあります。どの部かを書いてください。",
                f"{', '.join(above)} each have a {unit.value!r}; say which is meant",
                unit.at,
            )


def _years(planfile: PlanFile) -> tuple[Said[int], ...]:
    plan = planfile.keys.plan
    first = planfile.line("plan", "first_year")
    last = planfile.line("plan", "last_year")
    return tuple(
        Said(year, first if year == plan.first_year else last)
        for year in range(plan.first_year, plan.last_year + 1)
    )


def _licence(planfile: PlanFile) -> Licence | None:
    rights = planfile.keys.rights
    if rights is None:
        return None
    return Licence(
        planfile.said(rights.licence, "rights", "licence"),
        planfile.said(rights.granted_by, "rights", "granted_by"),
    )


def _official(planfile: PlanFile) -> Said[bool] | None:
    return Said(True, planfile.line("plan", "official")) if planfile.keys.plan.official else None


def _gone(planfile: PlanFile) -> tuple[Gone, ...]:
    """Return what plan.toml says is renumbered, then what it says is withdrawn."""
    return (
        *(
            _one_gone(planfile, ("renumbered", str(place)), keys, keys.new)
            for place, keys in enumerate(planfile.keys.renumbered)
        ),
        *(
            _one_gone(planfile, ("withdrawn", str(place)), keys, None)
            for place, keys in enumerate(planfile.keys.withdrawn)
        ),
    )


def _one_gone(planfile: PlanFile, table: tuple[str, str], keys: GoneKeys, new: str | None) -> Gone:
    return Gone(
        planfile.said(keys.old, *table, "old"),
        None if new is None else planfile.said(new, *table, "new"),
        planfile.said(keys.date.isoformat(), *table, "date"),
        planfile.said(keys.ja, *table, "ja"),
        planfile.said(keys.en, *table, "en"),
    )


def _withhold_notes(lines: list[Line], reading: AnyReading) -> None:
    """Withhold the notes of cells that are withheld, for the same reason."""
    for line in lines:
        if line.cell in reading.withheld_cells and line not in reading.read:
            reading.withhold(reading.withheld_cells[line.cell], line)


def _furniture(lines: list[Line], reading: AnyReading) -> None:
    """Take the lines that say nothing of the content, and withhold those that are not shown."""
    furniture = reading.profile.furniture
    for line in lines:
        if line in reading.read:
            continue
        if is_furniture(line.text, furniture.shown.lines):
            reading.take(line)
        elif is_furniture(line.text, furniture.lines):
            reading.withhold(Reason.FURNITURE, line)


def _check_nothing_left(document: Document, reading: AnyReading) -> None:
    """Note each place that was not read, without its text where that may be withheld."""
    read = {place.table for place in reading.read if isinstance(place, Cell)}
    read |= {table for table, _, _ in reading.withheld_cells} | reading.unreadable_tables
    withheld = reading.withheld
    closed = _closed_columns(document, withheld)
    for place in document.filled():
        if place in reading.read or withheld.covers(place):
            continue
        if isinstance(place, Cell) and place.table in reading.unreadable_tables:
            continue
        if isinstance(place, Cell) and place.table not in read:
            _whole_table(place, reading)
            continue
        if isinstance(place, Cell) and _leaves_out(reading):
            _without_text(place, reading)
            continue
        if isinstance(place, Line) and (place.sheet, sheet_column(place)) in closed:
            _alone_without_text(place, reading)
            continue
        ja, en = _remedy(place, reading)
        reading.note(
            f"「{place.text[:_SHOWN]}」を何として読めばよいか分かりません。{ja}",
            f"{place.text[:_SHOWN]!r} is neither a value nor furniture; {en}",
            place,
        )


def _leaves_out(reading: AnyReading) -> bool:
    """Tell whether the document has cells of which no message may tell the text."""
    profile = reading.profile
    fields = getattr(profile, "columns", None) or getattr(profile, "sheet", None)
    return bool(getattr(fields, "ignored", ())) or hidden_rule(reading) == "withhold"


def _closed_columns(document: Document, withheld: Withheld) -> set[tuple[str, str]]:
    """Return the columns of worksheets in which anything is withheld, by sheet and letters."""
    return {
        (cell.sheet, sheet_column(cell))
        for cell in document.places()
        if isinstance(cell, Cell) and sheet_column(cell) and withheld.covers(cell)
    }


def _without_text(at: Cell, reading: AnyReading) -> None:
    """Note, once a row, cells that are not read, where an ignored one may be among them."""
    if reading.first_time("row", at.table, at.row):
        file = f"{reading.keys.profile}.toml"
        reading.note(
            f"この行に、何として読めばよいか分からない欄があります。読み方 {file} の見出しや印を"
            "確かめるか、文書を直してください。",
            f"this row has cells that are neither a value nor furniture; look at the headers and "
            f"marks in the profile, {file}, or mend the document",
            at,
        )


def _alone_without_text(at: Line, reading: AnyReading) -> None:
    """Note a cell alone in its row that is not read, in a column of which cells are withheld."""
    file = f"{reading.keys.profile}.toml"
    reading.note(
        f"ここにある文字を何として読めばよいか分かりません。内容でなければ、読み方 {file} の"
        "[furniture] の lines に書き足します。内容なら、文書か読み方を直してください。",
        f"what stands here is neither a value nor furniture; if it says nothing of the content, "
        f"add it to `lines` under [furniture] in the profile, {file}; else mend the document or "
        "the profile",
        at,
    )


def _whole_table(at: Cell, reading: AnyReading) -> None:
    """Note, once, a table of which nothing was read: what it holds may not be for messages."""
    if reading.first_time("table", at.table):
        file = f"{reading.keys.profile}.toml"
        reading.note(
            f"ここから始まる表を、何として読めばよいか分かりません。読み方 {file} の見出しを"
            "確かめてください。",
            f"nothing of the table that begins here is read; look at the headers in the profile, "
            f"{file}",
            at,
        )


def _remedy(place: Cell | Line, reading: AnyReading) -> tuple[str, str]:
    """Say what would do with a place that is not read: in which file to write what."""
    file = f"{reading.keys.profile}.toml"
    if isinstance(place, Cell) and not isinstance(reading.profile, EvaluationProfile):
        return (
            f"読み方 {file} の見出しや印を確かめるか、文書を直してください。",
            f"look at the headers and marks in the profile, {file}, or mend the document",
        )
    key = "rows" if isinstance(place, Cell) else "lines"
    whole = len(place.text) <= _SHOWN and "\n" not in place.text
    text = place.text if whole else f"{place.text.splitlines()[0][:_SHOWN]}*"
    line = f"{key} = [{json.dumps(text, ensure_ascii=False)}]"
    return (
        f"内容でなければ、読み方 {file} の [furniture] に {line} と書き足します(同梱の読み方は、"
        "計画のフォルダに写したものが先に使われます)。内容なら、文書か読み方を直してください。",
        f"if it says nothing of the content, add {line} to [furniture] in the profile, {file} (of "
        "a profile that ships with keikaku a copy in the plan's folder comes first); else mend the "
        "document or the profile",
    )
