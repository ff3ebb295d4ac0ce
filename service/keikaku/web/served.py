"""What an endpoint answers from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keikaku.store.base import Store


@dataclass(frozen=True, slots=True)
class Served:
    """A store and, where it is a release, its id and the triples of each of its graphs.

    What is `lasting` gives the same answers as long as it has this id. An engine of a single
    dataset does not: it holds the next release a moment before that is known. `engine` is where
    another engine than ours answers: its results may have other bytes than ours.
    """

    store: Store
    release: str | None = None
    graphs: Mapping[str, int] = field(default_factory=dict)
    lasting: bool = True
    engine: str = ""

    @property
    def citable(self) -> str | None:
        """The id under which its answers may be kept and cited, if they may."""
        return self.release if self.lasting else None

    @property
    def kept_as(self) -> str | None:
        """The name under which its answers may be kept, that of no other store, if they may."""
        return self.citable and f"{self.citable}{self.engine}"


Source = Callable[[], Served]
"""Gives what is served now; each request asks anew, so that a new release is picked up."""
