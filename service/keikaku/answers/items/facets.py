"""What a list of items can be narrowed by."""

from __future__ import annotations

from dataclasses import dataclass

from keikaku.closed import Bilingual
from keikaku.names import DCTERMS, KEI


@dataclass(frozen=True, slots=True)
class Facet:
    """Something that items are told apart by.

    `name` is its parameter; `type` says how the lexicon calls its values, None where it does not
    know them; `property` leads from an item to its value where one property does.
    """

    name: str
    label: Bilingual
    type: str | None = None
    property: str | None = None


def _facet(name: str, ja: str, en: str, type_name: str | None = None, term: str = "") -> Facet:
    return Facet(name, Bilingual(ja=ja, en=en), type_name, KEI[term].value if term else None)


FACETS = {
    facet.name: facet
    for facet in (
        _facet("municipality", "市町村", "municipality"),
        _facet("plan", "計画", "plan", "plan", "inPlan"),
        _facet("policy", "推進方針", "policy", "section", "inPolicy"),
        _facet("measure", "推進施策", "measure", "section", "inMeasure"),
        _facet("department", "担当課", "department", "department", "department"),
        _facet("party", "関わる主体", "party involved", "party", "involves"),
        _facet("actor", "実施主体", "implementing party", "party", "implementedBy"),
        _facet("target", "対象", "target", "party", "targets"),
        _facet("year", "年度", "fiscal year", "fiscal-year", "activeIn"),
        _facet("phase", "段階", "phase", "phase"),
        _facet("note", "注記", "note", None, "note"),
        _facet("relisted", "再掲", "listed again"),
        _facet("discrepancy", "食い違い", "discrepancy", "kind"),
    )
}
"""The facets by their names, in the order in which they are shown."""

WITHIN_PLAN = ("policy", "measure")
"""Facets whose values belong to one plan each: they are counted where few plans are left."""

PUBLISHER = DCTERMS["publisher"].value

YES_NO = {
    "relisted": {
        "yes": Bilingual(ja="再掲の項目", en="listed again"),
        "no": Bilingual(ja="再掲でない項目", en="not listed again"),
    },
    "discrepancy": {
        "yes": Bilingual(ja="あり", en="has any"),
        "no": Bilingual(ja="なし", en="has none"),
    },
}
"""Values that are no things."""

SORTS = {
    "plan": Bilingual(ja="計画の順", en="order of the plan"),
    "title": Bilingual(ja="名称の文字順", en="title, by code point"),
    "start": Bilingual(ja="始まる年度", en="first year"),
    "discrepancies": Bilingual(ja="食い違いの数", en="number of discrepancies"),
}
"""What a list can be sorted by; what is equal stays in the order of the plans."""

ORDERS = {
    "asc": Bilingual(ja="昇順", en="ascending"),
    "desc": Bilingual(ja="降順", en="descending"),
}
