"""Makes the folder of a new plan: plan.toml, and the document or a table to fill in."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from keikaku.assets import shipped
from keikaku.errors import HiddenSheetError, PlanFileError, SettingsError, SourceError
from keikaku.records.planfile import FILE_NAME
from keikaku.source.document import read_document
from keikaku.source.grid import Grid
from keikaku.source.options import SourceKeys
from keikaku.source.signature import READ
from keikaku.starting.columns import ACTOR, OTHER, PROFILE, TARGET, TITLE, columns
from keikaku.starting.given import (
    Given,
    checked_name,
    checked_parties,
    checked_years,
    city_called,
)
from keikaku.starting.planfile import planfile_text
from keikaku.starting.sheet import SHEET, as_csv, as_xlsx
from keikaku.text import fold

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from keikaku.source.grid import Cell, Line

BLANK = {"xlsx": as_xlsx, "csv": as_csv}
"""What an empty table can be, by suffix."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The arguments of `keikaku new`, as people write them."""

    city: str
    name: str
    title: str | None = None
    years: str | None = None
    document: Path | None = None
    profile: str | None = None
    parties: tuple[str, ...] = ()
    table: str = "xlsx"


@dataclass(frozen=True, slots=True)
class Started:
    """A plan folder that was made, and what it was made from."""

    folder: Path
    given: Given


def start(wanted: Wanted, out: Path, most: int) -> Started:
    """Make the folder of a plan below `out`; a document has at most `most` bytes.

    Raises SettingsError for arguments that cannot be, PlanFileError where the folder is there
    already, SourceError for a document that cannot be read.
    """
    given = _given(wanted, most)
    folder = out / given.folder
    if folder.exists():
        raise PlanFileError(
            "もうあります。上書きはしません。計画の名を変えるか、このフォルダを移してください。",
            "it is there already and is not overwritten; choose another name, or move it away",
            file=str(folder),
        )
    unfinished = out / f".{given.folder}.new"
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        (unfinished / FILE_NAME).write_text(planfile_text(given), encoding="utf-8")
        if wanted.document is not None:
            shutil.copyfile(wanted.document, unfinished / given.document)
        else:
            table = BLANK[wanted.table](columns(given.years, given.parties))
            (unfinished / given.document).write_bytes(table)
        unfinished.rename(folder)
    except OSError as error:
        raise SettingsError(
            f"書き込めません: {error.strerror}",
            f"it cannot be written: {error.strerror}",
            file=str(folder),
        ) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return Started(folder, given)


def _given(wanted: Wanted, most: int) -> Given:
    city, name = city_called(wanted.city), checked_name(wanted.name)
    years, parties = checked_years(wanted.years), checked_parties(wanted.parties)
    if wanted.profile is not None:
        _check_profile(wanted.profile)
    if wanted.document is None:
        if wanted.profile not in (None, PROFILE):
            raise SettingsError(
                f"読み方「{wanted.profile}」には文書が要ります。--document で指定してください。",
                f"the profile {wanted.profile!r} reads a document; give it by --document FILE",
            )
        file, profile = f"plan.{wanted.table}", PROFILE
        has_sheet = wanted.table == "xlsx"
    else:
        file = wanted.document.name
        header = _header(wanted.document, most)
        headers = tuple(fold(cell.text) for cell in header)
        has_sheet = bool(header) and header[0].where.startswith(f"{SHEET}!")
        profile = wanted.profile or _profile_of(headers, wanted.document)
        parties = tuple(dict.fromkeys((*parties, *_parties_in(headers))))
    is_blank = wanted.document is None
    return Given(city, name, wanted.title, years, file, profile, parties, is_blank, has_sheet)


def _check_profile(name: str) -> None:
    known = sorted(path.stem for path in shipped("profiles").glob("*.toml"))
    if name not in known:
        raise SettingsError(
            f"読み方「{name}」がありません。あるもの: {'、'.join(known)}",
            f"there is no profile {name!r}; there are: {', '.join(known)}",
        )


def _header(document: Path, most: int) -> tuple[Cell, ...]:
    """Return the header of the table in a document that is laid out as ours, else nothing."""
    if document.suffix.lower() not in READ:
        raise SettingsError(
            f"読める文書は {' '.join(READ)} です。",
            f"documents that are read are {' '.join(READ)}",
            file=str(document),
        )
    try:
        with document.open("rb") as file:
            content = file.read(most + 1)
    except OSError as error:
        raise SettingsError(
            f"文書が読めません({error.strerror})。",
            f"the document cannot be read: {error.strerror}",
            file=str(document),
        ) from error
    for block in _blocks(content, document.name, most):
        if isinstance(block, Grid):
            texts = [fold(cell.text) for cell in block.rows[0]]
            if TITLE in texts and any(text.startswith((ACTOR, TARGET)) for text in texts):
                return block.rows[0]
    return ()


def _blocks(content: bytes, name: str, most: int) -> tuple[Grid | Line, ...]:
    """Return what our own sheet of a workbook holds, else the whole document.

    Nothing where a hidden sheet is first to be decided on, which is asked when plan.toml is there.
    """
    with suppress(SourceError):
        own = SourceKeys(sheets=(SHEET,))
        return read_document(content, name, max_bytes=most, options=own).blocks
    try:
        return read_document(content, name, max_bytes=most).blocks
    except HiddenSheetError:
        return ()


def _profile_of(headers: Sequence[str], document: Path) -> str:
    if headers:
        return PROFILE
    known = "、".join(sorted(path.stem for path in shipped("profiles").glob("*.toml")))
    raise SettingsError(
        f"この文書の読み方を --profile で選んでください。あるもの: {known}。どれも合わないときは、"
        "--document なしで記入用の表を作れます。",
        f"choose by --profile how this document is read: {known}; where none fits, make a table to "
        "fill in, without --document",
        file=str(document),
    )


def _parties_in(headers: Sequence[str]) -> tuple[str, ...]:
    """Return the parties that head columns of a table and that are the city's own."""
    named = [
        header.removeprefix(prefix)
        for header in headers
        for prefix in (ACTOR, TARGET)
        if header.startswith(prefix) and header != OTHER
    ]
    return checked_parties(named)
