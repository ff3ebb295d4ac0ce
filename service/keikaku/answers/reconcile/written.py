"""Things and candidates as the service's JSON: ids, names, types, descriptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keikaku.answers.reconcile.ids import id_of
from keikaku.closed import Bilingual

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keikaku.answers.reconcile.candidates import Candidate
    from keikaku.answers.reconcile.names import Entity

TYPES = {
    "Item": Bilingual(ja="推進項目", en="item"),
    "Department": Bilingual(ja="担当課", en="department"),
    "DepartmentGroup": Bilingual(ja="課名を挙げない担当", en="departments without a name"),
    "Party": Bilingual(ja="主体・対象", en="party"),
    "Measure": Bilingual(ja="推進施策", en="measure"),
    "Policy": Bilingual(ja="推進方針", en="policy"),
    "Section": Bilingual(ja="計画の階層", en="section"),
    "Plan": Bilingual(ja="計画", en="plan"),
    "Municipality": Bilingual(ja="市町村", en="municipality"),
    "FiscalYear": Bilingual(ja="年度", en="fiscal year"),
    "Phase": Bilingual(ja="段階", en="phase"),
}
"""The types, by the local names of their classes."""


def type_of(kind: str) -> dict[str, str]:
    """Return a type as its id and name."""
    return {"id": kind, "name": TYPES[kind].ja, "description": TYPES[kind].en}


def described(entity: Entity, things: Mapping[str, Entity]) -> str:
    """Say what a thing is and where it belongs: 担当課・山口市."""
    places = (entity.city, entity.plan, entity.above)
    within = [things[iri].label.ja for iri in places if iri in things and iri != entity.iri]
    number = [entity.number] if entity.number and entity.number != entity.label.ja else []
    return "・".join((TYPES[entity.kind].ja, *within, *number))


def as_candidate(one: Candidate, things: Mapping[str, Entity], base: str) -> dict[str, Any]:
    """Return a candidate as the specification has it; its description ends in the reasons."""
    why = "、".join(reason.ja for reason in one.reasons)
    because = "; ".join(reason.en for reason in one.reasons)
    return {
        "id": id_of(one.entity.iri, base),
        "name": one.entity.label.ja,
        "description": f"{described(one.entity, things)}(理由: {why} / {because})",
        "type": [{key: type_of(one.entity.kind)[key] for key in ("id", "name")}],
        "score": one.score,
        "match": one.match,
        "features": [{"id": name, "value": value} for name, value in one.features.items()],
    }
