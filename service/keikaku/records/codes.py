"""Parties and phases that only one city knows, as plan.toml and profiles declare them."""

from __future__ import annotations

from typing import ClassVar, Self

from pydantic import field_validator, model_validator
from pyoxigraph import NamedNode

from keikaku.closed import Closed, Refused
from keikaku.names import SHARED_PARTIES, SHARED_PHASES, local_name
from keikaku.records.plan import OwnCode


def fit_for_iris(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names; raises Refused for one with a character that no IRI can hold."""
    for name in names:
        try:
            NamedNode(f"urn:x:{local_name(name)}")
        except ValueError as error:
            raise Refused(
                f"「{name}」に、IRI に使えない文字があります。",
                f"{name!r} has a character that no IRI can hold",
            ) from error
    return names


class OwnKeys(Closed):
    """A name of the city's own, its English name, and the shared one that it stands for."""

    shared: ClassVar[tuple[str, ...]] = ()

    name: str
    en: str | None = None
    exact: str | None = None
    broad: str | None = None

    @field_validator("name")
    @classmethod
    def _own(cls, name: str) -> str:
        fit_for_iris((name,))
        if name in cls.shared:
            raise Refused(
                f"「{name}」は共通の一覧にあります。宣言は要りません。",
                f"{name!r} is in the shared list; it need not be declared",
            )
        return name

    @field_validator("exact", "broad")
    @classmethod
    def _known(cls, name: str | None) -> str | None:
        if name is not None and name not in cls.shared:
            raise Refused(
                f"共通の一覧にあるのは {'、'.join(cls.shared)} です。",
                f"the shared list has {', '.join(cls.shared)}",
            )
        return name

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        if self.exact and self.broad:
            raise Refused(
                "exact か broad のどちらか一つにします。", "give exact or broad, not both"
            )
        return self

    def as_code(self) -> OwnCode:
        """Return it as a record."""
        return OwnCode(self.name, self.en, self.exact, self.broad)


class PartyKeys(OwnKeys):
    """A party of the city's own."""

    shared: ClassVar[tuple[str, ...]] = SHARED_PARTIES


class PhaseKeys(OwnKeys):
    """A phase of the city's own."""

    shared: ClassVar[tuple[str, ...]] = SHARED_PHASES
