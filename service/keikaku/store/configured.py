"""What queries may be and may take, as the settings say."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from keikaku.store.admission import Bounds
from keikaku.store.limits import Limits

if TYPE_CHECKING:
    from keikaku.settings import Settings


def limits_of(settings: Settings) -> Limits:
    """Return what queries may take, as the settings say."""
    return Limits(
        seconds=settings.max_query_seconds,
        result_bytes=settings.max_result_bytes,
        workers=settings.workers or os.cpu_count() or 1,
        waiting=settings.max_waiting,
    )


def bounds_of(settings: Settings) -> Bounds:
    """Return what a query may be, as the settings say."""
    return Bounds(
        settings.max_query_length,
        settings.max_query_depth,
        frozenset(settings.services.split()),
        settings.base,
    )
