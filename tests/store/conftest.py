"""The engines that the tests of the seam and of publishing share; each starts once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from store.engines import Engine, free_pair, virtuoso

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def virtuosos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, Engine]]:
    """Two Virtuosos, whose addresses differ by 1 and 2 at the end of the port."""
    common = free_pair()
    folders = [tmp_path_factory.mktemp("virtuoso") for _ in range(2)]
    with ExitStack() as stack, ThreadPoolExecutor(2) as pool:
        started = [
            pool.submit(stack.enter_context, virtuoso(folder, int(f"{common}{slot}")))
            for slot, folder in enumerate(folders, 1)
        ]
        first, second = (future.result() for future in started)
        yield first, second
