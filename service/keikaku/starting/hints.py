"""Hints on what a plan names: departments that may be one, written in two ways."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from keikaku.matching import compare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keikaku.records.plan import Plan

_ALIKE = 70
_MOST_NAMES = 200
"""Of how many departments each is compared with each."""


def alike_departments(plan: Plan) -> Iterator[str]:
    """Yield a sentence in Japanese for each two departments whose names are nearly the same."""
    said = (unit.value for item in plan.items for unit in item.departments)
    names = tuple(dict.fromkeys(said))[:_MOST_NAMES]
    for one, other in combinations(names, 2):
        match = compare(one, other)
        if match is not None and match.score >= _ALIKE:
            why = "、".join(reason.ja for reason in match.reasons)
            yield (
                f"参考: 担当課の「{one}」と「{other}」は似ています({why})。"
                "同じ課なら書き方をそろえてください。"
            )
