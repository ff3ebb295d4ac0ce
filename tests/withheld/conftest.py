from __future__ import annotations

import pytest
from tests.withheld.world import World, world_in


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Every plan of markers, built and walked over."""
    return world_in(tmp_path_factory.mktemp("withheld"))
