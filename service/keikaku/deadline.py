"""A bound for the time of what nothing else bounds, such as an answer that comes byte by byte."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")


def within(seconds: float, run: Callable[[], Result], late: Callable[[], Exception]) -> Result:
    """Return what a function returns; raises what `late` returns if it takes longer than `seconds`.

    A server that sends a byte now and then keeps the connection's own time limits from running out,
    so it runs in a thread that is left behind.
    """
    outcome: list[Result] = []
    failure: list[BaseException] = []

    def target() -> None:
        try:
            outcome.append(run())
        except BaseException as error:  # noqa: BLE001  (it is raised again by who waits)
            failure.append(error)

    thread = threading.Thread(target=target, daemon=True)
    thread.start()
    thread.join(seconds)
    if failure:
        raise failure[0]
    if not outcome:
        raise late()
    return outcome[0]
