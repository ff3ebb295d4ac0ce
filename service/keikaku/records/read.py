"""Reads a document into a plan, and makes sure that nothing of the document is left over."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from keikaku.errors import Problem, ReadError
from keikaku.records.contact import read_contact
from keikaku.records.overview import is_overview, read_overview
from keikaku.records.plan import (
    Gone,
    Item,
    Licence,
    Municipality,
    Plan,
    Remark,
    Said,
    Section,
)
from keikaku.records.reading import Reading, Unreadable, has_label
from keikaku.records.sheets import read_sheet
from keikaku.source.grid import Cell, Grid, Line, shown

if TYPE_CHECKING:
    from keikaku.records.plan import Contact
    from keikaku.records.planfile import GoneKeys, PlanFile
    from keikaku.records.profile import Profile
    from keikaku.source.grid import Document


def read_plan(document: Document, profile: Profile, planfile: PlanFile) -> Plan:
    """Return the plan that `document` says, read by `profile`.

    Raises ReadError with every problem found: what cannot be understood, what is missing, and any
    cell or line that is neither read into a value nor furniture.
    """
    reading = Reading(profile, planfile.keys, document.name)
    lines = [block for block in document.blocks if isinstance(block, Line)]
    front = _contact(lines, reading)
    overviews = [b for b in document.blocks if isinstance(b, Grid) and is_overview(b, reading)]
    overview = read_overview(overviews, reading)
    sections, items = _body(document, reading)
    remarks = _remarks(document, planfile, reading)
    _furniture(lines, reading)
    _check_nothing_left(document, reading)
    if reading.problems or front is None:
        raise ReadError.of(sorted(reading.problems, key=lambda problem: problem.line or 0))
    title, contact = front
    keys = planfile.keys
    return Plan(
        name=planfile.said(keys.plan.name, "plan", "name"),
        municipality=Municipality(
            code=planfile.said(keys.municipality.code, "municipality", "code"),
            ja=planfile.said(keys.municipality.name.ja, "municipality", "name"),
            en=planfile.said(keys.municipality.name.en, "municipality", "name"),
        ),
        title=title,
        title_en=planfile.said(keys.plan.title.en, "plan", "title"),
        years=_years(planfile),
        contact=contact,
        licence=_licence(planfile),
        sections=sections,
        items=items,
        headings=overview.headings,
        rows=overview.rows,
        columns=overview.columns,
        remarks=remarks,
        own_parties=keys.names.parties,
        unnamed_departments=frozenset(profile.names.unnamed_departments),
        gone=_gone(planfile),
    )


def _contact(lines: list[Line], reading: Reading) -> tuple[Said[str], Contact] | None:
    try:
        return read_contact(lines, reading)
    except Unreadable:
        return None


def _body(document: Document, reading: Reading) -> tuple[tuple[Section, ...], tuple[Item, ...]]:
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
    _check_unique(items, reading)
    return tuple(sections), tuple(items)


def _section(line: Line, above: list[Section], reading: Reading) -> Section | None:
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


def _item(grid: Grid, path: tuple[int, ...], reading: Reading) -> Item | None:
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


def _check_unique(items: list[Item], reading: Reading) -> None:
    seen: dict[str, Item] = {}
    for item in items:
        number = item.number.value
        if number in seen:
            reading.note(
                f"整理番号「{number}」の表が二つあります({shown(seen[number].number.at)} にも)。",
                f"two sheets have the number {number} (also at {shown(seen[number].number.at)})",
                item.number.at,
            )
        seen.setdefault(number, item)
    if not items:
        reading.note("個別の表が一つもありません。", "there is no sheet of any item", None)


def _remarks(document: Document, planfile: PlanFile, reading: Reading) -> tuple[Remark, ...]:
    """Return the damage that plan.toml notes, each at the one place of its line that has it."""
    remarks = []
    for place, keys in enumerate(planfile.keys.remark):
        at = [p for p in document.filled() if p.line == keys.line and keys.quote in p.text]
        line = planfile.line("remark", str(place))
        if len(at) != 1:
            problem = Problem(
                f"plan.toml の {line.line} 行目が挙げる「{keys.quote}」は、この行の"
                f"一つの欄になければなりませんが、{len(at)} か所にあります。",
                f"{keys.quote!r}, which line {line.line} of plan.toml names, must stand in one "
                f"place of this line, it stands in {len(at)}",
                document.name,
                keys.line,
            )
            reading.problems.append(problem)
            continue
        remarks.append(Remark(keys.quote, keys.correction, keys.ja, keys.en, at[0], line))
    return tuple(remarks)


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


def _furniture(lines: list[Line], reading: Reading) -> None:
    furniture = {_spaced(line) for line in reading.profile.furniture.lines}
    reading.take(*(line for line in lines if _spaced(line.text) in furniture))


def _spaced(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _check_nothing_left(document: Document, reading: Reading) -> None:
    for place in document.filled():
        if place in reading.read:
            continue
        if isinstance(place, Cell) and place.table in reading.unreadable_tables:
            continue
        reading.note(
            f"「{place.text[:40]}」を何として読めばよいか分かりません。"
            "読み方(プロファイル)に加えるか、文書を直してください。",
            f"{place.text[:40]!r} is neither a value nor furniture; "
            "add it to the profile or mend the document",
            place,
        )
