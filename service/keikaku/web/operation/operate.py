"""An application as it stands on the open internet: seen, and if that is set limited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keikaku.web.operation.limits import Buckets, Limited
from keikaku.web.operation.observe import Observed

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from keikaku.settings import Settings
    from keikaku.web.operation.metrics import Metrics


def operated(app: ASGIApp, settings: Settings, metrics: Metrics) -> ASGIApp:
    """Return `app` behind its proxies and limits; every request, refused ones too, is seen.

    Raises SettingsError where trusted_proxies holds what is no address.
    """
    if settings.requests_per_minute > 0:
        app = Limited(app, Buckets(settings.requests_per_minute))
    return Observed(app, settings, metrics)
