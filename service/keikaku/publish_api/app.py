"""The application of the publishing API, which runs on a port of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse

import keikaku
from keikaku import __version__
from keikaku.deposit.change import DepositError
from keikaku.deposit.transaction import WAIT_SECONDS, recover
from keikaku.errors import SettingsError
from keikaku.publish_api.desk import Desk
from keikaku.publish_api.graphs import Graphs
from keikaku.publish_api.plans import Plans
from keikaku.publish_api.reply import refused
from keikaku.publish_api.token import TokenGuard, checked_hash
from keikaku.records.planfile import FILE_NAME
from keikaku.web import problems

if TYPE_CHECKING:
    from fastapi import Request, Response

    from keikaku.settings import Settings


def publish_app(settings: Settings, wait: float = WAIT_SECONDS) -> FastAPI:
    """Return the application by which who has the token changes the plans of `settings`.

    A change waits `wait` seconds for those before it. A deposit that was ended in the middle is
    brought to its end first. Raises SettingsError without a token's hash or for plans that are not
    the publisher's own, DepositError where the plans cannot be worked on.
    """
    token_hash = checked_hash(settings.publish_token_hash)
    _check_plans(settings.plans)
    recover(settings, wait)
    app = FastAPI(title="keikaku publishing API", version=__version__, openapi_url=None)
    app.add_middleware(TokenGuard, token_hash=token_hash)
    problems.install(app)
    app.add_exception_handler(DepositError, _refuse)
    desk = Desk(settings, wait)
    site = settings.site.rstrip("/") + "/" if settings.site else settings.base
    app.router.routes += [*Plans(desk, site).routes(), *Graphs(desk, site).routes()]

    @app.get("/healthz")
    async def alive() -> PlainTextResponse:
        return PlainTextResponse("ok")

    return app


def _refuse(request: Request, error: Exception) -> Response:
    accept = request.headers.get("accept")
    if isinstance(error, DepositError):
        return refused(error, accept)
    return problems.respond(error, accept)


def _check_plans(plans: Path) -> None:
    """Raise SettingsError unless `plans` is the publisher's own folder of plan folders."""
    package = Path(keikaku.__file__).resolve().parent
    if plans.resolve().is_relative_to(package):
        raise SettingsError(
            "plans が keikaku に付属する計画のままです。"
            "自分の計画フォルダの置き場所を指定してください。",
            "plans is the folder that ships with keikaku; name one of your own",
            file=str(plans),
        )
    if not plans.is_dir() or (plans / FILE_NAME).is_file():
        raise SettingsError(
            "plans は、計画フォルダを置くフォルダでなければなりません。",
            "plans must be a folder in which plan folders lie",
            file=str(plans),
        )
