"""The profile: a closed TOML file that says how one layout of plans is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from keikaku.closed import Bilingual, Closed, read_closed
from keikaku.errors import ProfileError
from keikaku.records.numerals import Numerals  # noqa: TC001  (pydantic reads it at run time)

if TYPE_CHECKING:
    from pathlib import Path


class Level(Closed):
    """A level of the hierarchy: its class, how its heading line begins, its numerals."""

    class_: Literal["Policy", "Measure", "Section"]
    heading: str
    numerals: Numerals

    model_config = Closed.model_config | {"alias_generator": lambda name: name.rstrip("_")}


class Note(Closed):
    """The brackets of a note at a title."""

    open: str
    close: str


class ItemRules(Closed):
    """How items are numbered and noted."""

    numerals: Numerals
    joint: str
    note: Note


class SheetLabels(Closed):
    """The labels of a sheet's rows, in their order; the department stands beside the title."""

    number: str
    title: str
    department: str
    implemented_by: str
    targets: str
    purpose: str
    current_state: str
    content: str
    completion_criterion: str
    schedule: str


class OverviewLabels(Closed):
    """The labels of an overview's header row; the parties stand below the last one."""

    header: tuple[str, ...]


class Marks(Closed):
    """The marks that say yes and no."""

    on: tuple[str, ...]
    off: tuple[str, ...]


class NameRules(Closed):
    """How names are joined, the boxes of the target row, and what names no department."""

    separator: str
    boxes: tuple[str, ...]
    other: str
    unnamed_departments: tuple[str, ...]


class ScheduleRules(Closed):
    """The words and the arrows of a schedule."""

    phases: tuple[str, ...]
    arrows: tuple[str, ...]


class ContactLabels(Closed):
    """The heading of the contact block and how its lines begin."""

    heading: str
    address: str
    telephone: str
    fax: str
    email: str


class Furniture(Closed):
    """Lines that say nothing of the plan's content."""

    lines: tuple[str, ...]


class Profile(Closed):
    """How one layout is read."""

    title: Bilingual
    levels: tuple[Level, ...]
    item: ItemRules
    sheet: SheetLabels
    overview: OverviewLabels
    marks: Marks
    names: NameRules
    schedule: ScheduleRules
    contact: ContactLabels
    furniture: Furniture


def read_profile(path: Path) -> Profile:
    """Return the profile in `path`; raises ProfileError with the line of what is wrong."""
    return read_closed(path, Profile, ProfileError)[0]
