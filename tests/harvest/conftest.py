"""A site to harvest from, a plan of its city, and a hub that may ask this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from keikaku.build import asserted_of, read_source
from keikaku.graph.dataset import vocabulary
from keikaku.graph.infer import infer
from keikaku.graph.older import upgraded
from keikaku.harvest import fetch
from keikaku.harvest.fetch import Fetcher
from keikaku.settings import Settings
from other_city import BASE, write_plan
from other_site import OtherSite, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pyoxigraph import Quad


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


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> frozenset[Quad]:
    """All graphs of the fictional city's plan, without what is published no more."""
    folder = write_plan(tmp_path_factory.mktemp("town"))
    asserted = asserted_of(read_source(folder, Settings(base=BASE)), BASE)
    said = upgraded(asserted.quads, asserted.names).quads
    return said | infer(said, vocabulary(), asserted.names)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A hub without a plan of its own."""
    (tmp_path / "plans").mkdir()
    return Settings(
        plans=tmp_path / "plans",
        harvested=tmp_path / "kept",
        releases=tmp_path / "releases",
        pyshacl_plans=0,
    )
