"""Commands that serve a release, or publish it elsewhere."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from keikaku.commands.guarding import check_served, guard_of, tell
from keikaku.commands.output import progress, say
from keikaku.errors import SettingsError
from keikaku.publish import publish
from keikaku.publish_api.app import publish_app
from keikaku.publish_api.token import new_token
from keikaku.release.shelf import Shelf
from keikaku.store.holding import read_holding
from keikaku.web.operation.metrics import Metrics
from keikaku.web.operation.operate import operated
from keikaku.web.operation.server import run
from keikaku.web.site import site_of_files, site_of_shelf

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from keikaku.settings import Settings

Arguments = dict[str, Any]


def serve(settings: Settings, given: Arguments) -> bool:
    """Serve the current release, or the given RDF files, until interrupted."""
    app = site_of_files(given["data"], settings) if given["data"] else _site(settings)
    say(f"http://{settings.host}:{settings.port}/")
    sys.stdout.flush()
    run(app, settings)
    return True


def _site(settings: Settings) -> ASGIApp:
    """Return the site of the shelf, having said which of its releases are held back.

    Raises ReleaseError where that is the one to serve.
    """
    guard = guard_of(settings)
    holding = read_holding(settings.releases) if settings.engine else None
    name = holding.release if holding else Shelf(settings.releases).current_id()
    if name is not None:
        check_served(settings, guard, name)
    tell(settings, guard)
    return site_of_shelf(settings, guard)


def publish_release(settings: Settings, given: Arguments) -> bool:
    """Put the current release into the server engine of the settings, and send readers there."""
    del given
    if not settings.engine:
        raise SettingsError(
            "公開先のエンジンを --engine で指定してください。",
            "name the engine to publish to by --engine",
        )
    release = Shelf(settings.releases).current()
    check_served(settings, guard_of(settings), release.id)
    served = publish(settings, release, progress)
    say(f"リリース {served.release}: {served.endpoint}")
    return True


def publish_api(settings: Settings, given: Arguments) -> bool:
    """Take plans over HTTP from whoever has the token, until interrupted."""
    del given
    if settings.engine:
        raise SettingsError(
            "公開 API は内蔵エンジンのサイトのためのものです。エンジンには、build の後に "
            "keikaku publish で公開してください。",
            "the publishing API serves sites with the embedded engine; an engine gets a release "
            "by `keikaku publish` after a build",
        )
    limitless = replace(settings, requests_per_minute=0)
    app = operated(publish_app(settings), limitless, Metrics())
    say(f"http://{settings.host}:{settings.publish_port}/")
    sys.stdout.flush()
    run(app, settings, port=settings.publish_port)
    return True


def token(settings: Settings, given: Arguments) -> bool:
    """Make a token for the publishing API, and print it with its hash; neither is kept."""
    del settings, given
    made, digest = new_token()
    say(f"トークン (token): {made}")
    say(f'publish_token_hash = "{digest}"')
    return True
