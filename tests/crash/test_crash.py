"""A few moments of the sweep that `make crash` makes over many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crash.sweep import Ends, Moment, ends_in, killed_at

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def ends(tmp_path_factory: pytest.TempPathFactory) -> Ends:
    """The old and the new state."""
    return ends_in(tmp_path_factory.mktemp("ends"))


@pytest.mark.parametrize(
    ("moment", "is_new"),
    [
        (Moment(0.5), False),
        (Moment(0.0, after_journal=True), None),
        (Moment(0.03, after_journal=True), None),
        (Moment(60.0), True),
    ],
    ids=str,
)
def test_nothing_half_written_survives_a_kill(
    moment: Moment, is_new: bool | None, ends: Ends, tmp_path: Path
) -> None:
    came = killed_at(moment, ends, tmp_path)
    assert is_new is None or came == is_new
