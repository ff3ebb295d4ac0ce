"""A site to harvest from, and a harvester that may ask this machine and does not dawdle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from keikaku.harvest import fetch
from keikaku.harvest.fetch import Fetcher
from other_site import OtherSite, serving

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def swift(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait a hundredth of a second between requests."""
    monkeypatch.setattr(fetch, "_BETWEEN", 0.01)


@pytest.fixture
def site() -> Iterator[OtherSite]:
    """A site that has nothing yet."""
    with serving(OtherSite()) as site:
        yield site


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    """A fetcher that may ask this machine."""
    with Fetcher("data@example.jp", allow_private=True) as fetcher:
        yield fetcher
