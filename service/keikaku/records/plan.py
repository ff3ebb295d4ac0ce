"""The plan as records: frozen, and every value beside the place that says it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from keikaku.records.withheld import Withheld

if TYPE_CHECKING:
    from keikaku.source.grid import Address, Cell, Line

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Said(Generic[T]):
    """A value, the cell or line that says it, and its place, from 1, among the values there.

    A text that goes on in other cells, as in continuation rows, has these in `also`, in order.
    """

    value: T
    at: Address
    place: int = 1
    also: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True)
class Unit(Said[str]):
    """A department by name, and the division (部) that it is said to belong to."""

    division: Said[str] | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A policy, a measure or another level of the hierarchy.

    `path` is its place in the document (third measure of the first policy: (1, 3)), `number` its
    number as printed, None where it has but a name, `identifier` the numbers down to it, normalised
    (I-(3)), and its place where it has none (1-3), `kind` a class of the ontology.
    """

    kind: str
    path: tuple[int, ...]
    number: Said[str] | None
    identifier: str
    title: Said[str]

    @property
    def said(self) -> Said[str]:
        """The number as printed, or the title where there is none."""
        return self.number or self.title


@dataclass(frozen=True, slots=True)
class Entry:
    """One year of an item's schedule; an arrow has no phases."""

    year: Said[int]
    text: Said[str]
    phases: tuple[Said[str], ...]

    @property
    def arrow(self) -> bool:
        """Whether the cell is an arrow that carries the year before on."""
        return not self.phases


@dataclass(frozen=True, slots=True)
class Item:
    """One item, as its sheet or its row says; None and () where it says nothing.

    `path` is its place, `number` its number normalised, which is the place where none is printed.
    `within` are the cells of its own sheet or row that name its sections, from the top; where
    there are none, headings above it do. `blanks` are cells that say that nothing is stated.
    """

    path: tuple[int, ...]
    number: Said[str]
    title: Said[str]
    schedule: tuple[Entry, ...]
    printed_number: Said[str] | None = None
    notes: tuple[Said[str], ...] = ()
    departments: tuple[Said[str], ...] = ()
    implemented_by: tuple[Said[str], ...] = ()
    targets: tuple[Said[str], ...] = ()
    other_target: Said[str] | None = None
    purpose: Said[str] | None = None
    current_state: Said[str] | None = None
    content: Said[str] | None = None
    completion_criterion: Said[str] | None = None
    within: tuple[Said[str], ...] = ()
    blanks: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class OverviewHeading:
    """A row of the overview that names a section; `path` is its number as printed."""

    path: tuple[int, ...]
    number: Said[str]
    title: Said[str]


@dataclass(frozen=True, slots=True)
class OverviewRow:
    """A row of the overview that lists an item; `path` is its number as printed.

    `marks` are all cells of the row that hold a mark, on or off, under a header.
    """

    path: tuple[int, ...]
    number: Said[str]
    title: Said[str]
    notes: tuple[Said[str], ...]
    targets: tuple[Said[str], ...]
    marks: tuple[Cell, ...]
    unheaded: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Contact:
    """The office that answers for the plan, as the document or plan.toml gives it."""

    name: Said[str]
    address: Said[str] | None = None
    telephone: Said[str] | None = None
    fax: Said[str] | None = None
    email: Said[str] | None = None


@dataclass(frozen=True, slots=True)
class OwnCode:
    """A party or a phase that only the city knows, and the shared one that it stands for.

    `exact` names a shared one that means the same, `broad` one that means more.
    """

    name: str
    en: str | None = None
    exact: str | None = None
    broad: str | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """Damage that a person found by reading: `quote` stands in the text of `at`.

    `line` is the place in plan.toml that says so.
    """

    quote: str
    correction: str
    ja: str
    en: str
    at: Address
    line: Line


@dataclass(frozen=True, slots=True)
class Gone:
    """A thing of an earlier edition of the data that is renumbered or withdrawn, from plan.toml.

    `old` and `new` are names below the plan (item/1-4-3), `day` is an ISO 8601 date, `ja` and `en`
    say why.
    """

    old: Said[str]
    new: Said[str] | None
    day: Said[str]
    ja: Said[str]
    en: Said[str]


@dataclass(frozen=True, slots=True)
class Municipality:
    """The city: its six-digit code and its name, from plan.toml."""

    code: Said[str]
    ja: Said[str]
    en: Said[str]


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence and where it was granted, from plan.toml."""

    iri: Said[str]
    granted_by: Said[str]


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole plan, as its document and its plan.toml say.

    `columns` are the parties that head columns of the tables. `own_parties` and `own_phases` are
    those that only this city knows, `unnamed_departments` are the wordings that put departments in
    charge without naming one. `may_lack` names the properties that its layout does not ask for
    (kei:purpose), and `own_numbers` says that items are numbered as the city likes, not by their
    places. `official` says that the city itself publishes the data. `withheld` are the places of
    the document that are not published; the file itself is offered only with `publish_document`.
    """

    name: Said[str]
    municipality: Municipality
    title: Said[str]
    title_en: Said[str] | None
    years: tuple[Said[int], ...]
    contact: Contact | None
    licence: Licence | None
    sections: tuple[Section, ...]
    items: tuple[Item, ...]
    headings: tuple[OverviewHeading, ...]
    rows: tuple[OverviewRow, ...]
    columns: tuple[Said[str], ...]
    remarks: tuple[Remark, ...]
    own_parties: tuple[OwnCode, ...]
    unnamed_departments: frozenset[str]
    own_phases: tuple[OwnCode, ...] = ()
    may_lack: tuple[Said[str], ...] = ()
    own_numbers: Said[bool] | None = None
    official: Said[bool] | None = None
    gone: tuple[Gone, ...] = ()
    withheld: Withheld = field(default_factory=Withheld)
    publish_document: bool = False
