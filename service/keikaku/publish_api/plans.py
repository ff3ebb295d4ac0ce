"""Plans over HTTP: a plan's files one by one or together, and all its given graphs."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

import pyoxigraph
from anyio import to_thread
from pyoxigraph import RdfFormat
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from keikaku.deposit.change import DepositError, FileChange, GraphChange, Reason
from keikaku.deposit.folder import check_names, folder_tag, is_plan_name, plan_files, tag_of
from keikaku.deposit.given import DATASET_KINDS
from keikaku.deposit.transaction import given_graphs
from keikaku.graph.given import GRAPHS_FILE
from keikaku.names import PREFIXES
from keikaku.publish_api.body import body_of, files_of, payloads_of
from keikaku.publish_api.reply import condition_of, kept, published
from keikaku.release.dumps import canonical
from keikaku.web.negotiate import acceptable, content_type
from keikaku.web.problems import HttpError

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from keikaku.deposit.change import Published
    from keikaku.publish_api.desk import Desk

_OFFERED = (RdfFormat.N_QUADS, RdfFormat.TRIG)
_OFFICE = "application/vnd.openxmlformats-officedocument"
_MEDIA_TYPES = {
    "md": "text/markdown",
    "toml": "application/toml",
    "nq": "application/n-quads",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "pdf": "application/pdf",
}
"""The media type of a plan's file by its suffix; of CSV and TSV it is not known which encoding."""


class Plans:
    """The plans of a publisher: what lies in their folders."""

    def __init__(self, desk: Desk, site: str) -> None:
        """Change plans at `desk`; `site` is where releases are published."""
        self._desk = desk
        self._site = site
        self._settings = desk.settings

    def routes(self) -> list[BaseRoute]:
        """Return the routes; that of the graphs comes before that of any file."""
        return [
            Route("/plans/{plan}", self.plan, methods=["GET", "PUT", "POST"]),
            Route("/plans/{plan}/graphs", self.graphs, methods=["GET", "PUT", "POST"]),
            Route("/plans/{plan}/{file}", self.file, methods=["GET", "PUT"]),
        ]

    async def plan(self, request: Request) -> Response:
        """Show which files a plan has, replace all of them, or put some of them."""
        plan = request.path_params["plan"]
        if request.method in ("GET", "HEAD"):
            folder = self._folder(plan)
            files = await to_thread.run_sync(plan_files, folder)
            read = "graphs" if GRAPHS_FILE in files else "document"
            body = {"plan": plan, "read": read, "files": {n: tag_of(c) for n, c in files.items()}}
            shown = JSONResponse(body).body
            return kept(request, bytes(shown), "application/json", folder_tag(folder) or "")
        parts = await files_of(request, self._settings.max_document_bytes)
        files = {name: await part.read() for name, part in parts.items()}
        whole = request.method == "PUT"
        change = FileChange(plan, files, whole, condition_of(request))
        return self._published(await self._desk.deposit(change), f"/plans/{plan}")

    async def file(self, request: Request) -> Response:
        """Give one file of a plan, or put it."""
        plan, name = request.path_params["plan"], request.path_params["file"]
        check_names(plan, [name])
        if request.method in ("GET", "HEAD"):
            files = await to_thread.run_sync(plan_files, self._folder(plan))
            if name not in files:
                raise DepositError(
                    Reason.UNKNOWN,
                    f"計画 {plan} に {name} はありません。",
                    f"the plan {plan} has no {name}",
                )
            return kept(request, files[name], _media_type(name), tag_of(files[name]))
        content = await body_of(request, self._settings.max_document_bytes)
        change = FileChange(plan, {name: content}, condition=condition_of(request))
        return self._published(await self._desk.deposit(change), f"/plans/{plan}/{name}")

    async def graphs(self, request: Request) -> Response:
        """Give all given graphs of a plan, replace them, or add to them."""
        plan = request.path_params["plan"]
        folder = self._folder(plan)
        if request.method in ("GET", "HEAD"):
            return await self._shown_graphs(request, folder)
        sent = await payloads_of(request, self._settings, DATASET_KINDS)
        change = GraphChange(
            plan, sent, merge=request.method == "POST", condition=condition_of(request)
        )
        return self._published(await self._desk.deposit(change), f"/plans/{plan}/graphs")

    async def _shown_graphs(self, request: Request, folder: Path) -> Response:
        types = {kind.media_type: kind for kind in _OFFERED}
        chosen = acceptable(request.headers.get("accept"), list(types))
        if chosen is None:
            raise HttpError(
                HTTPStatus.NOT_ACCEPTABLE,
                f"計画のグラフの形式: {', '.join(types)}",
                f"the graphs of a plan are offered as {', '.join(types)}",
            )
        given = await to_thread.run_sync(given_graphs, folder, self._settings)
        nquads = canonical(given.quads)
        tag = f"{tag_of(nquads)}.{types[chosen].file_extension}"
        if types[chosen] == RdfFormat.N_QUADS:
            return kept(request, nquads, chosen, tag)
        trig = pyoxigraph.serialize(
            sorted(given.quads, key=str), format=RdfFormat.TRIG, prefixes=PREFIXES
        )
        return kept(request, trig or b"", chosen, tag)

    def _folder(self, plan: str) -> Path:
        folder = self._settings.plans / plan
        if not is_plan_name(plan) or not folder.is_dir():
            raise DepositError(
                Reason.UNKNOWN, f"計画 {plan} はありません。", f"there is no plan {plan}"
            )
        return folder

    def _published(self, done: Published, here: str) -> Response:
        return published(done, self._site, here)


def _media_type(name: str) -> str:
    suffix = name.rpartition(".")[2].lower()
    return content_type(_MEDIA_TYPES.get(suffix, "application/octet-stream"))
