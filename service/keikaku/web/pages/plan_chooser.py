"""Which plan a page is about, and which of its sections and departments can be chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from keikaku.answers.lexicon import number_key
from keikaku.errors import QuestionError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import Request

    from keikaku.answers.lexicon import Lexicon, Named
    from keikaku.answers.service import Answers

MOST_LISTED = 60
"""How many plans a form lists; of more, the name of one is written."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The plan of a page, the plans that a form lists (none if they are too many), their number."""

    plan: Named
    plans: tuple[Named, ...]
    count: int

    @property
    def values(self) -> dict[str, str]:
        """What tells the plan to a question: nothing where there is only one."""
        return {"plan": self.plan.iri.value} if self.count > 1 else {}


@dataclass(frozen=True, slots=True)
class Denominator:
    """How many items a plan has, how many of them are relisted, how many are left without."""

    items: int
    relisted: int
    once: int


def chosen_plan(lexicon: Lexicon, text: str = "") -> Chosen | None:
    """Return the plan that `text` names, the first if it is empty; None where there is no plan.

    Raises QuestionError for a plan that is not there.
    """
    if not lexicon.plan_years:
        return None
    named = lexicon.resolve("plan", text) if text else None
    iri = named.value if isinstance(named, NamedNode) else next(iter(lexicon.plan_years))
    count = len(lexicon.plan_years)
    listed = lexicon.plan_years if 1 < count <= MOST_LISTED else ()
    return Chosen(lexicon.things[iri], tuple(lexicon.things[plan] for plan in listed), count)


def sections_of(lexicon: Lexicon, plan: Named) -> tuple[Named, ...]:
    """Return the policies and measures of a plan in their order."""
    found = _below(lexicon, "section", plan.iri.value)
    return tuple(sorted(found, key=lambda thing: number_key(_last_step(thing)) or ()))


def departments_of(lexicon: Lexicon, plan: Named) -> tuple[Named, ...]:
    """Return the departments of a plan's city by name."""
    city = plan.iri.value.rsplit("/", 1)[0]
    return tuple(sorted(_below(lexicon, "department", city), key=_last_step))


def denominator_of(answers: Answers, chosen: Chosen) -> Denominator:
    """Return what the counts of a plan are part of."""
    answer = answers.answer("item-counts", {"plan": chosen.plan.iri.value})
    (row,) = answer.rows
    counts = dict(zip(answer.columns, row, strict=True))
    numbers = (counts[name] for name in ("items", "relisted", "once"))
    items, relisted, once = (int(term.value) for term in numbers if isinstance(term, Literal))
    return Denominator(items, relisted, once)


def given(request: Request, *known: str) -> Mapping[str, str]:
    """Return the parameters of a page's address that are not empty.

    Raises QuestionError for one that the page does not know, and for one that is given twice.
    """
    found: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name not in known:
            raise QuestionError(
                f"「{name}」という条件はありません。あるもの: {'、'.join(known) or 'なし'}",
                f"there is no parameter {name!r}; there are: {', '.join(known) or 'none'}",
            )
        if name in found:
            raise QuestionError(
                f"「{name}」は一度だけ書いてください。", f"give the parameter {name!r} once"
            )
        found[name] = value
    return {name: value for name, value in found.items() if value}


def _below(lexicon: Lexicon, type_name: str, iri: str) -> list[Named]:
    start = f"{iri}/"
    return [
        thing
        for thing in lexicon.things.values()
        if thing.type == type_name and thing.iri.value.startswith(start)
    ]


def _last_step(thing: Named) -> str:
    return thing.iri.value.rsplit("/", 1)[-1]
