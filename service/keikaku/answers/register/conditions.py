"""Which discrepancies a register shows, as the parameters of an address say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from keikaku.closed import Bilingual
from keikaku.errors import QuestionError
from keikaku.names import KIND, OUTCOME

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keikaku.answers.lexicon import Lexicon

PARAMETERS = ("status", "kind", "plan", "department", "page")

OPEN, DECIDED, ALL = "open", "decided", "all"
OUTCOMES: Mapping[str, Bilingual] = {
    "accepted": Bilingual(ja="認める", en="accepted"),
    "explained": Bilingual(ja="説明する", en="explained"),
    "corrected": Bilingual(ja="訂正する", en="corrected"),
}
STATUSES: Mapping[str, Bilingual] = {
    OPEN: Bilingual(ja="未回答", en="open"),
    DECIDED: Bilingual(ja="回答済み", en="decided"),
    **OUTCOMES,
    ALL: Bilingual(ja="すべて", en="all"),
}
"""What a register can be asked for by status; the first is what it shows unasked."""

_LAST_PAGE = 10_000


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a register is asked for; an empty `kind`, `plan` or `department` is any."""

    status: str = OPEN
    kind: NamedNode | None = None
    plan: NamedNode | None = None
    department: NamedNode | None = None
    page: int = 1

    @classmethod
    def of(cls, given: Mapping[str, str], lexicon: Lexicon) -> Conditions:
        """Return the conditions that parameters give; raises QuestionError for an unknown value.

        A plan and a department are called by name, by IRI, or by what follows /id/ in it; a kind by
        name or by its local name.
        """
        status = given.get("status", OPEN)
        if status not in STATUSES:
            known = ", ".join(STATUSES)
            raise QuestionError(
                f"状態「{status}」はありません。あるもの: {known}",
                f"there is no status {status!r}; there are: {known}",
            )
        plan = _resolved(lexicon, "plan", given.get("plan", ""))
        return cls(
            status,
            _resolved(lexicon, "kind", given.get("kind", "")),
            plan,
            _resolved(lexicon, "department", given.get("department", ""), plan),
            _page(given.get("page", "1")),
        )

    def with_status(self, status: str) -> Conditions:
        """Return the same conditions but for the status, from the first page."""
        return replace(self, status=status, page=1)

    def on_page(self, page: int) -> Conditions:
        """Return the same conditions, on another page."""
        return replace(self, page=page)

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters that give these conditions; what is the default is left out."""
        given = {
            "status": "" if self.status == OPEN else self.status,
            "kind": value_of(self.kind) if self.kind else "",
            "plan": value_of(self.plan) if self.plan else "",
            "department": value_of(self.department) if self.department else "",
            "page": "" if self.page == 1 else str(self.page),
        }
        return {name: value for name, value in given.items() if value}


def outcome(status: str) -> NamedNode | None:
    """Return the outcome that a status asks for, None for one that is no outcome."""
    return OUTCOME[status] if status in OUTCOMES else None


def value_of(thing: NamedNode) -> str:
    """Return what a condition calls a thing: a kind's local name, else what follows /id/."""
    if thing in KIND:
        return thing.value.removeprefix(KIND.iri)
    return thing.value.partition("/id/")[2] or thing.value


def _resolved(
    lexicon: Lexicon, kind: str, text: str, plan: NamedNode | None = None
) -> NamedNode | None:
    if not text:
        return None
    for thing in lexicon.of_type(kind):
        if text == value_of(thing.iri):
            return thing.iri
    found = lexicon.resolve(kind, text, plan)
    return found if isinstance(found, NamedNode) else None


def _page(text: str) -> int:
    few = len(text) <= len(str(_LAST_PAGE)) and text.isascii() and text.isdecimal()
    if not (few and 1 <= int(text) <= _LAST_PAGE):
        raise QuestionError(
            f"page には 1 から {_LAST_PAGE} までの数を書いてください。",
            f"page takes a number from 1 to {_LAST_PAGE}",
        )
    return int(text)
