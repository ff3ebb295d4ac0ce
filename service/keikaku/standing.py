"""Whose data these are: the city's own, or made by others; said everywhere in the same words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from keikaku.closed import Bilingual
from keikaku.names import SHARED

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Standing:
    """Where data stand towards the city: the dcterms:provenance of a plan, and what is told.

    `site` is for the site, `data` for what is taken away from it.
    """

    iri: NamedNode
    site: Bilingual
    data: Bilingual

    @property
    def is_official(self) -> bool:
        """Whether the city publishes them itself."""
        return self is OFFICIAL


UNOFFICIAL = Standing(
    NamedNode(f"{SHARED}id/provenance/unofficial"),
    Bilingual(ja="市の公式サイトではありません。", en="This is not the city's own site."),
    Bilingual(
        ja="市が公表した文書から第三者が機械的に作成したもので、市の公式サイトや公式データでは"
        "ありません。",
        en="Made mechanically by others from documents that cities published; neither a city's "
        "site nor its data.",
    ),
)
OFFICIAL = Standing(
    NamedNode(f"{SHARED}id/provenance/official"),
    Bilingual(
        ja="計画を定めた市が公表しています。", en="Published by the city whose plan this is."
    ),
    Bilingual(
        ja="計画を定めた市が、その文書から機械的に作成したものです。正本は文書です。",
        en="Made mechanically by the city from its own document, which stays authoritative.",
    ),
)


def standing(*, official: bool) -> Standing:
    """Return how data stand that are the city's own, or are not."""
    return OFFICIAL if official else UNOFFICIAL


def common_standing(provenances: Iterable[object]) -> Standing:
    """Return how plans with these provenances stand together: as the city's own if all are."""
    found = set(provenances)
    return standing(official=found == {OFFICIAL.iri})
