"""Fetches a dataset from the web: with a deadline, up to a size, and nowhere it was not sent.

The address that a person gives is asked, be it in their own network; where it leads on to is asked
only if that is the same host, or one of the public internet.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urljoin, urlsplit

import httpx

from keikaku import __version__
from keikaku.deadline import within
from keikaku.errors import LinkError
from keikaku.open_internet import is_open

if TYPE_CHECKING:
    from collections.abc import Callable

DEADLINE = 60.0
"""How long a fetch may take in all, in seconds."""

AGENT = f"keikaku/{__version__} (link)"
_MOST_REDIRECTS = 3
_WAIT = 15.0
_CHUNK = 65_536
_ACCEPT = (
    "text/csv, text/turtle, application/n-triples, application/n-quads, application/trig, "
    "application/rdf+xml, application/ld+json;q=0.9, */*;q=0.1"
)

Result = TypeVar("Result")


def fetch(url: str, *, max_bytes: int, seconds: float = DEADLINE) -> tuple[bytes, str]:
    """Return the content at an address of the web, and its media type without parameters.

    Raises LinkError for what is no address of the web, does not answer in time, answers with an
    error, leads astray or is too large.
    """
    check_address(url)
    return in_time(seconds, url, lambda: _fetched(url, max_bytes))


def check_address(url: str) -> None:
    """Raise LinkError for what is no http(s) address, or has a password in it."""
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and parts.hostname and not parts.username
        _ = parts.port
    except ValueError:
        sound = False
    if not sound:
        raise LinkError(
            f"「{url}」は http(s):// のアドレスではありません(パスワードも書けません)。",
            f"{url!r} is no http(s) address, or has a user name in it",
        )


def in_time(seconds: float, url: str, run: Callable[[], Result]) -> Result:
    """Return what a function returns; raises LinkError if it takes longer than `seconds`."""
    return within(
        seconds,
        run,
        lambda: LinkError(
            f"{seconds:g} 秒以内に答えがありません。小さくするか、ファイルにして渡してください。",
            f"there was no whole answer within {seconds:g} seconds; ask for less, or give a file",
            file=url,
        ),
    )


def _fetched(url: str, max_bytes: int) -> tuple[bytes, str]:
    at = url
    headers = {"User-Agent": AGENT, "Accept": _ACCEPT, "Accept-Encoding": "identity"}
    try:
        with httpx.Client(timeout=_WAIT, headers=headers, trust_env=False) as client:
            for _ in range(_MOST_REDIRECTS + 1):
                with client.stream("GET", at) as answer:
                    if answer.is_redirect:
                        at = urljoin(at, answer.headers.get("location", ""))
                        check_redirect(url, at)
                        continue
                    if answer.status_code != httpx.codes.OK:
                        raise _refused(url, answer.status_code)
                    kind = answer.headers.get("content-type", "").partition(";")[0].strip()
                    return _body(answer, url, max_bytes), kind.lower()
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        raise LinkError(
            f"取り寄せられません({type(error).__name__})。アドレスを確かめてください。",
            f"it cannot be fetched ({type(error).__name__}: {error}); check the address",
            file=url,
        ) from error
    raise LinkError(
        f"転送が多すぎます(上限 {_MOST_REDIRECTS} 回)。",
        f"there are more than {_MOST_REDIRECTS} redirects",
        file=url,
    )


def _refused(url: str, status: int) -> LinkError:
    return LinkError(
        f"サーバーが {status} と答えました。アドレスを確かめてください。",
        f"the server answered {status}; check the address",
        file=url,
    )


def _body(answer: httpx.Response, url: str, max_bytes: int) -> bytes:
    """Return the body as it was sent; one that is packed was not asked for, and may be a bomb."""
    coding = answer.headers.get("content-encoding", "identity").strip().lower()
    if coding not in ("", "identity"):
        raise LinkError(
            f"「{coding[:50]}」で圧縮されていて読めません。ファイルに保存して渡してください。",
            f"it is packed by {coding[:50]!r}, which nobody asked for; save it as a file",
            file=url,
        )
    pieces, size = [], 0
    for piece in answer.iter_raw(_CHUNK):
        size += len(piece)
        if size > max_bytes:
            raise LinkError(
                f"大きすぎます(上限 {max_bytes:,} バイト)。分けるか、設定 max_document_bytes を"
                "上げてください。",
                f"it has more than {max_bytes:,} bytes; split it or raise max_document_bytes",
                file=url,
            )
        pieces.append(piece)
    return b"".join(pieces)


def check_redirect(given: str, at: str) -> None:
    """Raise LinkError unless an address leads on to its own host or to the public internet."""
    check_address(at)
    host, parts = urlsplit(given).hostname, urlsplit(at)
    if parts.hostname == host:
        return
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        found = socket.getaddrinfo(parts.hostname, port, proto=socket.IPPROTO_TCP)
        public = all(is_open(str(each[4][0]).partition("%")[0]) for each in found)
    except (OSError, ValueError):
        public = False
    if not public:
        raise LinkError(
            f"公開されていない場所 {at} へ転送されました。そこでよければ直に指定してください。",
            f"it leads on to {at}, which is not on the public internet; if that is meant, name it",
            file=given,
        )
