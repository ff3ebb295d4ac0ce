"""The profile: a closed TOML file that says how one layout of plans is read.

There are three kinds of layout. `sheets` is a document of overview tables and one sheet per item,
`register` a table with one row per item, `evaluation` one sheet per item whose labels and values
stand wherever the city put them.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from keikaku.closed import Bilingual, Closed, Refused, read_closed
from keikaku.errors import ProfileError
from keikaku.names import SHARED_PARTIES, SHARED_PHASES
from keikaku.records.codes import PartyKeys, PhaseKeys  # noqa: TC001  (pydantic)
from keikaku.records.numerals import Numerals  # noqa: TC001  (pydantic reads it at run time)
from keikaku.source.options import Hidden  # noqa: TC001  (pydantic)

if TYPE_CHECKING:
    from pathlib import Path


def _one_or_more(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], BeforeValidator(_one_or_more)]
"""One text, or several that will do."""

SectionKind = Literal["Policy", "Measure", "Section"]


class Level(Closed):
    """A level of the hierarchy: its class, how its heading line begins, its numerals."""

    class_: SectionKind
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
    """The marks that say yes and no, and those that say that nothing is stated."""

    on: tuple[str, ...] = ()
    off: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()


class NameRules(Closed):
    """How names are joined, the boxes of the target row, and what names no department.

    `division_joint` stands between a division (部) and a department (課) in one cell.
    """

    separator: Words
    boxes: tuple[str, ...] = SHARED_PARTIES
    other: str = "その他"
    unnamed_departments: tuple[str, ...] = ()
    division_joint: str | None = None


_ENCLOSES = "○□△◇"
"""What a character may be drawn in that has no character of its own so: ○新."""


class ScheduleRules(Closed):
    """The words and the arrows of a schedule.

    `words` gives the phases that a wording names (検討中: 検討), `marks` those that a mark stands
    for (○: 実施), be it a character in a circle (○新).
    """

    phases: tuple[str, ...] = SHARED_PHASES
    arrows: tuple[str, ...]
    words: dict[str, Words] = Field(default_factory=dict)
    marks: dict[str, Words] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _words_say_their_phases(self) -> Self:
        for word, phases in self.words.items():
            for phase in phases:
                if phase not in word:
                    raise Refused(
                        f"「{word}」に「{phase}」の語がありません。"
                        "言い方が違うときは [[phase]] に書きます。",
                        f"{word!r} does not hold the word {phase!r}; declare what is worded "
                        "otherwise in [[phase]]",
                    )
        for mark in self.marks:
            is_enclosed = len(mark) == 2 and mark[0] in _ENCLOSES
            if not is_enclosed and any(each.isalpha() or each.isdecimal() for each in mark):
                raise Refused(
                    f"「{mark}」は記号ではありません。words に書きます。",
                    f"{mark!r} is no mark; it belongs to `words`",
                )
        return self


class ContactLabels(Closed):
    """The heading of the contact block and how its lines begin."""

    heading: str
    address: str
    telephone: str
    fax: str
    email: str


class Shown(Closed):
    """Furniture that is published all the same, as what is printed for everyone."""

    lines: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()


class Furniture(Closed):
    """Lines, and rows of a register by their first filled cell, that say nothing of the content.

    They are withheld but for those that are `shown`. A text that ends in * stands for all that
    begin like it. `drawings` over cells and `fills` of empty cells are an error unless they are to
    be ignored: they say nothing.
    """

    lines: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    drawings: Literal["ignore"] | None = None
    fills: Literal["ignore"] | None = None
    shown: Shown = Shown()

    @property
    def all_lines(self) -> tuple[str, ...]:
        """The lines that say nothing, withheld or not."""
        return (*self.lines, *self.shown.lines)

    @property
    def all_rows(self) -> tuple[str, ...]:
        """The rows that say nothing, withheld or not."""
        return (*self.rows, *self.shown.rows)


class Profile(Closed):
    """What the profiles of all layouts say.

    `hidden` says what is done with hidden rows and columns that hold text; without it they are an
    error.
    """

    layout: str
    title: Bilingual
    names: NameRules
    schedule: ScheduleRules
    marks: Marks = Marks()
    furniture: Furniture = Furniture()
    hidden: Hidden | None = None
    party: tuple[PartyKeys, ...] = ()
    phase: tuple[PhaseKeys, ...] = ()

    @model_validator(mode="after")
    def _phases_known(self) -> Self:
        known = {*SHARED_PHASES, *(own.name for own in self.phase)}
        rules = self.schedule
        meant = [name for names in (*rules.words.values(), *rules.marks.values()) for name in names]
        for name in (*rules.phases, *meant):
            if name not in known:
                raise Refused(
                    f"段階「{name}」は共通の一覧になく、[[phase]] にも書かれていません。",
                    f"the phase {name!r} is neither shared nor declared in [[phase]]",
                )
        return self


class SheetsProfile(Profile):
    """How a document of overview tables and sheets is read."""

    layout: Literal["sheets"] = "sheets"
    levels: tuple[Level, ...]
    item: ItemRules
    sheet: SheetLabels
    overview: OverviewLabels
    contact: ContactLabels


class NamedLevel(Closed):
    """A level whose sections are named beside their items: its class, and what heads the name.

    `column` is the header path of a register's column, `label` the label in a sheet. `heading` is
    how a row begins that names a section for the rows below it. `numerals` are those in front of
    the names, if they are to be read as numbers.
    """

    class_: SectionKind
    column: Words = ()
    label: Words = ()
    heading: str | None = None
    numerals: Numerals | None = None

    model_config = Closed.model_config | {"alias_generator": lambda name: name.rstrip("_")}


class NamedItem(Closed):
    """How items are noted whose numbers are the city's own."""

    joint: str = "-"
    note: Note | None = None


class Fields(Closed):
    """What heads each value of an item: header paths in a register, labels in a sheet.

    `ignored` heads what is not published, which must be named to be left out: neither the cells nor
    what heads them. In a sheet it takes all up to the next label.
    """

    title: Words
    number: Words = ()
    division: Words = ()
    department: Words = ()
    implemented_by: Words = ()
    targets: Words = ()
    other_target: Words = ()
    purpose: Words = ()
    current_state: Words = ()
    content: Words = ()
    completion_criterion: Words = ()
    note: Words = ()
    ignored: Words = ()


class RegisterColumns(Fields):
    """The columns of a register, by header path: the texts of its header rows joined by /.

    `…_prefix` begin the headers of columns that are for one party each and hold marks. `code` and
    `city` are the municipality's, the same in every row. `continuation` is what joins a text to
    that of the row above where title and number are blank; without it such rows are refused.
    """

    header_rows: int = Field(default=1, ge=1, le=5)
    implemented_by_prefix: str | None = None
    targets_prefix: str | None = None
    code: Words = ()
    city: Words = ()
    continuation: str | None = None


class EvaluationLabels(Fields):
    """The labels of a sheet; the years stand beside `schedule`, what is done in them below."""

    schedule: Words
    continuation: str | None = None


class NamedProfile(Profile):
    """How a layout is read whose sections are named beside their items."""

    levels: tuple[NamedLevel, ...] = ()
    item: NamedItem = NamedItem()

    @model_validator(mode="after")
    def _kinds_in_order(self) -> Self:
        kinds = [level.class_ for level in self.levels]
        for kind, above in zip(kinds, ["", *kinds], strict=False):
            if kind == "Measure" and above != "Policy":
                raise Refused(
                    "Measure の上の階層は Policy です。", "the level above a Measure is a Policy"
                )
        if kinds.count("Policy") > 1 or kinds.count("Measure") > 1:
            raise Refused(
                "Policy と Measure は一つずつです。ほかの階層は Section にします。",
                "there is one Policy and one Measure; other levels are a Section",
            )
        return self


class RegisterProfile(NamedProfile):
    """How a table with one row per item is read."""

    layout: Literal["register"]
    columns: RegisterColumns

    @model_validator(mode="after")
    def _levels_headed(self) -> Self:
        if not all(level.column or level.heading for level in self.levels):
            raise Refused(
                "register の階層には column か heading が要ります。",
                "a level of a register needs a column or a heading",
            )
        return self


class EvaluationProfile(NamedProfile):
    """How sheets are read whose labels and values stand anywhere."""

    layout: Literal["evaluation"]
    sheet: EvaluationLabels

    @model_validator(mode="after")
    def _levels_labelled(self) -> Self:
        if not all(level.label or level.heading for level in self.levels):
            raise Refused(
                "評価シートの階層には label か heading が要ります。",
                "a level of an evaluation sheet needs a label or a heading",
            )
        return self


AnyProfile = SheetsProfile | RegisterProfile | EvaluationProfile
_LAYOUTS: dict[object, type[AnyProfile]] = {
    "register": RegisterProfile,
    "evaluation": EvaluationProfile,
}


def read_profile(path: Path) -> AnyProfile:
    """Return the profile in `path`; raises ProfileError with the line of what is wrong."""
    return read_closed(path, _LAYOUTS.get(_layout(path), SheetsProfile), ProfileError)[0]


def _layout(path: Path) -> object:
    """Return the layout that a file names, None where it cannot be told."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig")).get("layout")
    except (OSError, ValueError, RecursionError):
        return None
