"""What is known of the request that is being answered; every line of the log can carry its id.

Whoever answers may add to it: `note(release="…", cache="hit")`, `note_query(text)`.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Trace:
    """A request under way: its id, its kind, its method, and what was noted of it."""

    id: str
    kind: str
    method: str
    fields: dict[str, Any] = field(default_factory=dict)
    query: str | None = None


_current: ContextVar[Trace | None] = ContextVar("keikaku_request", default=None)


def begin(trace: Trace) -> None:
    """Make `trace` the one of this task, and of the threads and tasks that it starts."""
    _current.set(trace)


def current() -> Trace | None:
    """Return the trace of the request that is being answered here, None outside of any."""
    return _current.get()


def note(**fields: Any) -> None:
    """Add fields to the log line of this request; never what a client wrote.

    Outside of a request nothing happens.
    """
    trace = _current.get()
    if trace is not None:
        trace.fields.update(fields)


def note_query(text: str) -> None:
    """Say which query this request asks; the log has its hash, its text only if that is set."""
    trace = _current.get()
    if trace is not None:
        trace.query = text
