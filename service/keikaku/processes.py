"""Work divided among the processors."""

from __future__ import annotations

import os
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Shared = TypeVar("Shared")
Part = TypeVar("Part")
Result = TypeVar("Result")


def divided(
    function: Callable[[Shared, Part], Result], shared: Shared, parts: Sequence[Part]
) -> Iterator[Result]:
    """Yield `function(shared, part)` for each part, in the order of the parts.

    There are as many processes as processors. They are forked, so that `shared` is not copied;
    what `function` raises is raised here.
    """
    workers = min(os.cpu_count() or 1, len(parts))
    if workers == 1:
        yield from (function(shared, part) for part in parts)
        return
    with get_context("fork").Pool(workers, _take, (function, shared)) as pool:
        yield from pool.imap(_work, parts)


_taken: tuple[Callable[[Any, Any], Any], Any]


def _take(function: Callable[[Any, Any], Any], shared: Any) -> None:
    """Keep, in a new process, what all its work needs."""
    global _taken
    _taken = (function, shared)


def _work(part: Any) -> Any:
    function, shared = _taken
    return function(shared, part)
