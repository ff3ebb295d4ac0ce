"""Work divided among the processors."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, TypeVar

from keikaku.errors import KeikakuError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_PR_SET_PDEATHSIG = 1
Shared = TypeVar("Shared")
Part = TypeVar("Part")
Result = TypeVar("Result")


def divided(
    function: Callable[[Shared, Part], Result], shared: Shared, parts: Sequence[Part]
) -> Iterator[Result]:
    """Yield `function(shared, part)` for each part, in the order of the parts.

    There are as many processes as processors. They are forked, so that `shared` is not copied;
    what `function` raises is raised here. Work that is part of divided work is not divided again.
    Raises KeikakuError if a process is ended by others,
    as by a system that has no memory left.
    """
    workers = 1 if _taken else min(os.cpu_count() or 1, len(parts))
    if workers <= 1:
        yield from (function(shared, part) for part in parts)
        return
    forked = get_context("fork")
    try:
        with ProcessPoolExecutor(workers, forked, _take, (os.getpid(), function, shared)) as pool:
            yield from pool.map(_work, parts)
    except BrokenProcessPool as error:
        raise KeikakuError(
            "作業中のプロセスが途中で終わらされました。メモリが足りているか確かめてください。",
            "a process was ended in the middle of its work; see whether there is enough memory",
        ) from error


_taken: tuple[Callable[[Any, Any], Any], Any] | None = None


def ends_with(parent: int) -> bool:
    """Let this process, forked by `parent`, be killed when that ends; False if it has already.

    Linux alone can do it; elsewhere a fork may be left behind when its parent is killed.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    return os.getppid() == parent


def _take(parent: int, function: Callable[[Any, Any], Any], shared: Any) -> None:
    """Keep, in a new process, what all its work needs."""
    global _taken
    if not ends_with(parent):
        os._exit(1)
    _taken = (function, shared)


def _work(part: Any) -> Any:
    assert _taken is not None  # noqa: S101 - a process begins with _take
    function, shared = _taken
    return function(shared, part)
