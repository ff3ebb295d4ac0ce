"""What differs between two releases, in the language of plans."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from keikaku.closed import Bilingual

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Act(StrEnum):
    """What became of a thing; what has moved may have changed besides."""

    CAME = "came"
    WENT = "went"
    MOVED = "moved"
    RENUMBERED = "renumbered"
    REPLACED = "replaced"
    CHANGED = "changed"

    @property
    def label(self) -> Bilingual:
        """What this is called."""
        return _ACTS[self]


_ACTS = {
    Act.CAME: Bilingual(ja="加わった", en="added"),
    Act.WENT: Bilingual(ja="なくなった", en="removed"),
    Act.MOVED: Bilingual(ja="移った", en="moved"),
    Act.RENUMBERED: Bilingual(ja="番号が変わった", en="renumbered"),
    Act.REPLACED: Bilingual(ja="置き換わった", en="replaced"),
    Act.CHANGED: Bilingual(ja="変わった", en="changed"),
}

KINDS: Mapping[str, Bilingual] = {
    "plan": Bilingual(ja="計画", en="plan"),
    "section": Bilingual(ja="方針・施策", en="policy or measure"),
    "item": Bilingual(ja="項目", en="item"),
    "department": Bilingual(ja="担当課", en="department"),
    "party": Bilingual(ja="主体", en="party"),
    "row": Bilingual(ja="一覧表の行", en="row of the overview"),
    "discrepancy": Bilingual(ja="不整合", en="discrepancy"),
    "decision": Bilingual(ja="市の回答", en="decision of the city"),
    "municipality": Bilingual(ja="市町村", en="municipality"),
}
"""The kinds of things that are told apart, in the order in which they are shown."""

HEADINGS: Mapping[str, Bilingual] = {
    kind: Bilingual(ja=KINDS[kind].ja, en=many)
    for kind, many in (
        ("plan", "Plans"),
        ("section", "Policies and measures"),
        ("item", "Items"),
        ("department", "Departments"),
        ("party", "Parties"),
        ("row", "Rows of the overview"),
        ("discrepancy", "Discrepancies"),
        ("decision", "Decisions of the city"),
        ("municipality", "Municipalities"),
    )
}
"""What several things of each kind are called."""

SHARED_BY = 3
"""How many things have to have the same change for it to be shown once for all of them."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing as one release has it: its IRI, its number where it has one, what it is called."""

    iri: str
    number: str | None
    label: Bilingual

    @property
    def said(self) -> Bilingual:
        """Its number and its name."""
        if self.number is None:
            return self.label
        return Bilingual(ja=f"{self.number} {self.label.ja}", en=f"{self.number} {self.label.en}")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field with its values in both releases, each in a fixed order; no value is an empty one."""

    field: str
    label: Bilingual
    before: tuple[Bilingual, ...]
    after: tuple[Bilingual, ...]

    @property
    def gone(self) -> tuple[Bilingual, ...]:
        """The values that are no longer there."""
        return tuple(value for value in self.before if value not in self.after)

    @property
    def new(self) -> tuple[Bilingual, ...]:
        """The values that were not there."""
        return tuple(value for value in self.after if value not in self.before)


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one thing: as it was, as it is, and the fields that differ.

    `detail` says more of something that came or went, such as what a discrepancy is.
    """

    kind: str
    act: Act
    before: Thing | None
    after: Thing | None
    fields: tuple[FieldChange, ...] = ()
    plan: Bilingual | None = None
    detail: Bilingual | None = None

    @property
    def thing(self) -> Thing:
        """The thing as it is, or as it was if it is no more."""
        found = self.after or self.before
        if found is None:
            raise ValueError("a change is of something")
        return found


@dataclass(frozen=True, slots=True)
class SharedChange:
    """A change of one field that several things have in common."""

    label: Bilingual
    gone: tuple[Bilingual, ...]
    new: tuple[Bilingual, ...]
    things: tuple[Thing, ...]


@dataclass(frozen=True, slots=True)
class GraphCount:
    """How many statements of one graph went, and how many came."""

    graph: str
    removed: int
    added: int


@dataclass(frozen=True, slots=True)
class SourceCount:
    """How many cells and lines of some files came, went, moved to another line, read otherwise.

    One that moved may have got another text besides: it is counted for each. One that is `withheld`
    now is counted as nothing else.
    """

    came: int = 0
    went: int = 0
    moved: int = 0
    reworded: int = 0
    withheld: int = 0

    def __bool__(self) -> bool:
        """Tell whether there is anything to say."""
        return bool(self.came or self.went or self.moved or self.reworded or self.withheld)


@dataclass(frozen=True, slots=True)
class Withheld:
    """How much is told without its text, since it is withheld now.

    `things` are those of each kind of which nothing is told, `values` those of other things,
    `statements` the lines that are left out of what is removed and what is added.
    """

    things: tuple[tuple[str, int], ...] = ()
    values: int = 0
    statements: int = 0

    def __bool__(self) -> bool:
        """Tell whether anything is withheld."""
        return bool(self.things or self.values or self.statements)


@dataclass(frozen=True, slots=True)
class Difference:
    """All that differs between release `before` and release `after`.

    `source` counts what stands in the documents, `beside` what stands in plan.toml and
    decisions.toml. What is `withheld` now is told without its text. `otherwise` says in what two
    releases differ beside their plans: their formats, their publisher, links apart. It is not
    `whole` if so much has changed that `changes` had to be cut; the counts are always those of
    everything.
    """

    before: str
    after: str
    changes: tuple[Change, ...]
    graphs: tuple[GraphCount, ...]
    source: SourceCount
    whole: bool = True
    beside: SourceCount = SourceCount()
    otherwise: Bilingual | None = None
    withheld: Withheld = Withheld()

    @property
    def removed(self) -> int:
        """How many statements went."""
        return sum(count.removed for count in self.graphs)

    @property
    def added(self) -> int:
        """How many statements came."""
        return sum(count.added for count in self.graphs)

    def of(self, kind: str, *acts: Act) -> tuple[Change, ...]:
        """Return the changes of things of a kind, all or those of the acts that are named."""
        wanted = acts or tuple(Act)
        return tuple(item for item in self.changes if item.kind == kind and item.act in wanted)

    def counts(self) -> dict[tuple[str, Act], int]:
        """Return how many things of a kind met with what, in the order of both."""
        counted = Counter((item.kind, item.act) for item in self.changes)
        return {(kind, act): counted[kind, act] for kind in KINDS for act in Act}

    def shared(self, kind: str) -> tuple[SharedChange, ...]:
        """Return the changes that at least SHARED_BY things of a kind have in common."""
        return tuple(
            shared for shared in _gathered(self.of(kind)) if len(shared.things) >= SHARED_BY
        )


def _gathered(changes: Iterable[Change]) -> Iterable[SharedChange]:
    things: dict[tuple[str, tuple[str, ...], tuple[str, ...]], list[Thing]] = {}
    first: dict[tuple[str, tuple[str, ...], tuple[str, ...]], FieldChange] = {}
    for change in changes:
        for field in change.fields if change.before and change.after else ():
            key = (
                field.field,
                tuple(value.ja for value in field.gone),
                tuple(value.ja for value in field.new),
            )
            first.setdefault(key, field)
            things.setdefault(key, []).append(change.thing)
    for key, field in first.items():
        yield SharedChange(field.label, field.gone, field.new, tuple(things[key]))
