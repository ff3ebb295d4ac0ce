"""What an endpoint answers from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keikaku.store.base import Store


@dataclass(frozen=True, slots=True)
class Served:
    """A store and, where it is a release, its id and the number of triples of each graph.

    Without an id the data may be others after a restart, so that nothing keeps answers from them.
    """

    store: Store
    release: str | None = None
    graphs: Mapping[str, int] = field(default_factory=dict)


Source = Callable[[], Served]
"""Gives what is served now; each request asks anew, so that a new release is picked up."""
