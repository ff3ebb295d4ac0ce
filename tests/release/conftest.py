"""What the tests of releases share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from small_release import content_of

if TYPE_CHECKING:
    from keikaku.release.write import Content


@pytest.fixture
def content() -> Content:
    """Three items in one graph."""
    return content_of("甲", "乙", "丙")
