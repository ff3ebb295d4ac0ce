"""Who reads a page: in which language, at which address; known wherever a page is made.

The English page of an address stands under /en: /en/items?year=H22 is that of /items?year=H22.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from starlette.datastructures import MutableHeaders

from keikaku.names import SHARED
from keikaku.standing import UNOFFICIAL

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from keikaku.answers.notice import Notice
    from keikaku.standing import Standing

ENGLISH = "/en"
"""Where the English pages stand."""


@dataclass(frozen=True, slots=True)
class Reader:
    """The language of the page asked for, its address without /en, and what the footer says.

    `base` is what the IRIs of this site begin with, beside those that all cities share.
    """

    language: Literal["ja", "en"] = "ja"
    path: str = "/"
    query: str = ""
    notice: Notice | None = None
    base: str = SHARED

    @property
    def standing(self) -> Standing:
        """Whether the data of this site are the city's own."""
        return self.notice.standing if self.notice else UNOFFICIAL

    def choose(self, ja: str, en: str) -> str:
        """Return the one of two texts that is in the reader's language."""
        return en if self.language == "en" else ja

    def href(self, path: str) -> str:
        """Return the address of another page of this site in the same language, if it has one."""
        english = f"{ENGLISH}{path}"
        return english if self.language == "en" and in_japanese(english) != english else path

    def below(self, *paths: str) -> bool:
        """Tell whether this page is one of `paths`, or stands below one."""
        return any(self.path == path or self.path.startswith(f"{path}/") for path in paths)

    @property
    def japanese(self) -> str:
        """The address of this page in Japanese."""
        return self.path + (f"?{self.query}" if self.query else "")

    @property
    def english(self) -> str:
        """The address of this page in English."""
        return ENGLISH + self.japanese


_WITHOUT_LANGUAGE = frozenset({"api", "healthz", "metrics", "readyz", "static"})
"""First steps of paths that are for programs; there are none of them under /en."""


def in_japanese(path: str) -> str:
    """Return the path of the same page in Japanese."""
    below = path.removeprefix(f"{ENGLISH}/")
    if path == ENGLISH or (below != path and below.partition("/")[0] not in _WITHOUT_LANGUAGE):
        return path[len(ENGLISH) :] or "/"
    return path


_NOBODY = Reader()
_reader: ContextVar[Reader] = ContextVar("reader", default=_NOBODY)


def reader() -> Reader:
    """Return who reads what is being answered; outside a request someone who reads Japanese."""
    return _reader.get()


class Read:
    """An application whose pages know their reader."""

    def __init__(
        self, app: ASGIApp, notice: Callable[[], Notice] | None = None, base: str = SHARED
    ) -> None:
        """Tell the pages of `app` what the footer has to say by now, and the base of the IRIs."""
        self._app = app
        self._notice = notice
        self._base = base

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = in_japanese(scope["path"])
        english = path != scope["path"]
        if english:
            raw = scope.get("raw_path") or b""
            scope = {**scope, "path": path, "raw_path": raw[len(ENGLISH) :] or b"/"}
        given = Reader(
            "en" if english else "ja",
            quote(f"/{path.lstrip('/')}"),
            str(scope.get("query_string", b""), "ascii", "replace"),
            self._notice() if self._notice else None,
            self._base,
        )
        token = _reader.set(given)
        try:
            await self._app(scope, receive, _saying(send, given.language))
        finally:
            _reader.reset(token)


def _saying(send: Send, language: str) -> Send:
    """Return `send` that says the language of pages."""

    async def say(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if headers.get("content-type", "").startswith("text/html"):
                headers["Content-Language"] = language
        await send(message)

    return say
