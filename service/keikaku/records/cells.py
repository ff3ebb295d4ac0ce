"""What single cells say, in any layout: names, phases, years, notes, texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keikaku.records.plan import Said, Unit
from keikaku.records.reading import unknown
from keikaku.text import fold, parse_fiscal_year

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keikaku.records.profile import Note
    from keikaku.records.reading import AnyReading
    from keikaku.source.grid import Address, Cell


def known_parties(reading: AnyReading) -> tuple[str, ...]:
    """Return the parties that a document may name."""
    return (*reading.profile.names.boxes, *(own.name for own in reading.own_parties))


def known_phases(reading: AnyReading) -> tuple[str, ...]:
    """Return the phases that a document may name."""
    own = tuple(own.name for own in reading.own_phases)
    return (*reading.profile.schedule.phases, *own)


def known_departments(reading: AnyReading) -> tuple[str, ...] | None:
    """Return the departments that a document may name, None where it may name any."""
    named = reading.keys.names.departments
    return None if named is None else named + reading.profile.names.unnamed_departments


def is_blank(cell: Cell, reading: AnyReading) -> bool:
    """Tell whether a cell is empty, or holds a mark that says that nothing is stated."""
    return not cell.text or fold(cell.text) in {fold(mark) for mark in reading.profile.marks.blank}


def read_text(cells: Sequence[Cell], joint: str, reading: AnyReading) -> Said[str] | None:
    """Return the text of one cell, or of several that go on from each other."""
    if not cells:
        return None
    reading.take(*cells)
    first, *rest = cells
    return Said(joint.join(cell.text for cell in cells), first, also=tuple(rest))


def read_names(
    cells: Sequence[Cell], known: Sequence[str] | None, label: str, en: str, reading: AnyReading
) -> tuple[Said[str], ...]:
    """Return the names that cells join; one that is not known or stands twice is a problem."""
    names = tuple(name for cell in cells for name in reading.split_names(cell) if name.value)
    reading.check_known(names, known, label, en)
    return names


def read_units(
    departments: Sequence[Cell], divisions: Sequence[Cell], reading: AnyReading
) -> tuple[Unit, ...]:
    """Return the departments that cells name, each with its division.

    One division holds for all departments beside it; several are those of as many departments. A
    division without a department is in charge itself.
    """
    above = read_names(divisions, reading.keys.names.divisions, "担当部", "division", reading)
    named = [name for cell in departments for name in reading.split_names(cell) if name.value]
    split = [_divided(name, reading) for name in named]
    known = known_departments(reading)
    for unit in split:
        alone = unit.value in (reading.keys.names.divisions or ())
        if known is not None and unit.value not in known and not alone:
            reading.note(*unknown(unit.value, known, "担当課", "department"), unit.at)
    _check_once(split, reading)
    if not split:
        return tuple(Unit(name.value, name.at, name.place) for name in above)
    if len(above) > 1 and len(above) != len(split):
        reading.note(
            f"担当部が {len(above)}、担当課が {len(split)} あり、どの課がどの部か分かりません。"
            "部を一つにするか、課と同じ数だけ順に書いてください。",
            f"{len(above)} divisions stand beside {len(split)} departments; name one division, or "
            "one for each department in the same order",
            above[0].at,
        )
        return tuple(split)
    beside = above if len(above) == len(split) else above * len(split)
    if not beside:
        return tuple(split)
    return tuple(
        Unit(unit.value, unit.at, unit.place, division=unit.division or division)
        for unit, division in zip(split, beside, strict=True)
    )


def _divided(name: Said[str], reading: AnyReading) -> Unit:
    """Return the department of a name such as 市民部 協働課, if the profile lets names be so."""
    joint = reading.profile.names.division_joint
    division, found, own = name.value.rpartition(joint) if joint else ("", "", name.value)
    if not found or not division.strip() or not own.strip():
        return Unit(name.value, name.at, name.place)
    above = Said(division.strip(), name.at, name.place)
    reading.check_known((above,), reading.keys.names.divisions, "担当部", "division")
    return Unit(own.strip(), name.at, name.place, division=above)


def _check_once(units: Sequence[Unit], reading: AnyReading) -> None:
    seen: set[tuple[str, str]] = set()
    for unit in units:
        key = (unit.division.value if unit.division else "", unit.value)
        if key in seen:
            reading.note(
                f"担当課「{unit.value}」が二度書かれています。",
                f"the department {unit.value!r} is given twice",
                unit.at,
            )
        seen.add(key)


def split_notes(text: str, brackets: Note | None) -> tuple[str, tuple[str, ...]]:
    """Return `text` without the bracketed notes at its end, and the notes."""
    notes: list[str] = []
    rest = text.strip()
    while brackets and rest.endswith(brackets.close):
        title, opening, note = rest[: -len(brackets.close)].rpartition(brackets.open)
        if not opening or brackets.close in note or not note.strip():
            break
        notes.insert(0, note.strip())
        rest = title.rstrip()
    return rest, tuple(notes)


def check_brackets(title: str, at: Address, brackets: Note | None, reading: AnyReading) -> None:
    """Note a problem if a bracket of notes is left in a title."""
    if brackets and (brackets.open in title or brackets.close in title):
        reading.note(
            f"名称「{title}」の{brackets.open}{brackets.close}が注記として読めません。"
            "注記は名称の後に置いてください。",
            f"the brackets in the title {title!r} are no note; notes stand after the title",
            at,
        )


def read_notes(
    cells: Sequence[Cell], brackets: Note | None, reading: AnyReading
) -> list[Said[str]]:
    """Return the notes in cells that are for them: one a line, in brackets or without."""
    notes = []
    for cell in cells:
        reading.take(cell)
        rest, inside = split_notes(cell.text, brackets)
        lines = [line.strip() for line in rest.split("\n") if line.strip()]
        notes += [Said(note, cell, place) for place, note in enumerate((*lines, *inside), start=1)]
    return notes


def year_of(cell: Cell, reading: AnyReading) -> int:
    """Return the fiscal year that a cell names; raises Unreadable where it names none."""
    reading.take(cell)
    try:
        return parse_fiscal_year(cell.text)
    except ValueError as error:
        raise reading.stop(
            f"年度「{cell.text}」が読めません。例: H20、平成20年度",
            f"the fiscal year {cell.text!r} cannot be read; an example: H20",
            cell,
        ) from error


def is_year(text: str) -> bool:
    """Tell whether a text names a fiscal year and nothing else."""
    try:
        parse_fiscal_year(text[:40])
    except ValueError:
        return False
    return True


def read_phases(cell: Cell, reading: AnyReading) -> tuple[Said[str], ...] | None:
    """Return the phases that a cell of a schedule names: none for an arrow, None for a blank."""
    rules, text = reading.profile.schedule, fold(cell.text)
    if is_blank(cell, reading):
        reading.take(cell)
        return None
    if text in {fold(arrow) for arrow in rules.arrows}:
        reading.take(cell)
        return ()
    for meant in (rules.marks, rules.words):
        for word, phases in meant.items():
            if fold(word) == text:
                reading.take(cell)
                return tuple(Said(name, cell, place) for place, name in enumerate(phases, start=1))
    named = reading.split_names(cell)
    reading.check_known(named, known_phases(reading), "段階", "phase")
    return named


def marked(cell: Cell, reading: AnyReading) -> bool:
    """Tell whether a cell of a column of marks says yes.

    Raises Unreadable for what is no mark.
    """
    marks = reading.profile.marks
    reading.take(cell)
    if cell.text in marks.on:
        return True
    if is_blank(cell, reading) or cell.text in marks.off:
        return False
    known = " ".join((*marks.on, *marks.off, *marks.blank))
    raise reading.stop(
        f"印「{cell.text}」が読めません。使えるもの: {known}、または空欄",
        f"the mark {cell.text!r} cannot be read; known: {known}, or nothing",
        cell,
    )
