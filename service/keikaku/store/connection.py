"""The wire to a server engine: a pool of connections, with deadlines and a limit of size."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import httpx
from anyio import CapacityLimiter

from keikaku import __version__
from keikaku.errors import BusyError, EngineError, QueryTimeoutError, ResultSizeError
from keikaku.store.challenge import ChallengedAuth

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

_CONNECT_SECONDS = 5.0
_STALE_SECONDS = 1.0
"""A kept connection that the engine had closed fails at once; what fails later may be the query."""
_LONGEST_SAYING = 300


@dataclass(frozen=True, slots=True)
class Call:
    """What is sent: an address, parameters, and either form fields or a body of a media type.

    `setting` is the setting that gave the address, for errors that the public may see. `safe` says
    that it changes nothing, so that it may be sent again after a broken connection.
    """

    method: str
    url: str
    setting: str
    parameters: Mapping[str, str | Sequence[str]] | None = None
    fields: Mapping[str, str | Sequence[str]] | None = None
    body: bytes | None = None
    media_type: str = ""
    accept: str = "*/*"
    safe: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, read to its end."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def saying(self) -> str:
        """The first line of the body, which is where engines say what is wrong."""
        lines = self.body[:4_000].decode("utf-8", errors="replace").strip().splitlines()
        return lines[0][:_LONGEST_SAYING] if lines else ""


class Connection:
    """A pool of connections to an engine, to be used from any thread."""

    def __init__(self, user: str = "", password: str = "", connections: int = 16) -> None:
        """Keep at most so many connections; credentials go only where the engine asks for them."""
        self._client = httpx.Client(
            auth=ChallengedAuth(user, password),
            limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
            headers={"User-Agent": f"keikaku/{__version__}", "Accept-Encoding": "identity"},
            trust_env=False,
        )
        self._connections = connections
        self._threads: CapacityLimiter | None = None

    def threads(self) -> CapacityLimiter:
        """Return the threads for use from an event loop: as many as there are connections."""
        if self._threads is None:
            self._threads = CapacityLimiter(self._connections)
        return self._threads

    def __enter__(self) -> Self:
        """Return the connection, to be closed at the end."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close all connections."""
        self.close()

    def close(self) -> None:
        """Close all connections; an answer under way is cut."""
        self._client.close()

    def send(self, call: Call, *, seconds: float, most: int) -> Reply:
        """Send a call and read its answer, whatever its status.

        Raises QueryTimeoutError after `seconds`, ResultSizeError beyond `most` bytes, BusyError if
        no connection became free, EngineError if the engine cannot be reached or breaks off. Only a
        safe call is sent once more, if its connection ended at once and without an answer.
        """
        deadline = time.monotonic() + seconds
        try:
            response = self._open(call, deadline)
        except httpx.HTTPError as error:
            raise _in_our_words(error, call.setting, seconds) from error
        try:
            body = b"".join(_pieces(response, deadline, most))
        except httpx.HTTPError as error:
            raise _in_our_words(error, call.setting, seconds) from error
        except _LateError as error:
            raise _too_late(seconds) from error
        finally:
            response.close()
        return Reply(response.status_code, response.headers, body)

    def _open(self, call: Call, deadline: float) -> httpx.Response:
        started = time.monotonic()
        try:
            return self._client.send(self._request(call, deadline), stream=True)
        except (httpx.NetworkError, httpx.RemoteProtocolError):
            if not call.safe or time.monotonic() - started > _STALE_SECONDS:
                raise
        return self._client.send(self._request(call, deadline), stream=True)

    def _request(self, call: Call, deadline: float) -> httpx.Request:
        left = max(deadline - time.monotonic(), 0.001)
        headers = {"Accept": call.accept}
        if call.media_type:
            headers["Content-Type"] = call.media_type
        return self._client.build_request(
            call.method,
            call.url,
            params=call.parameters,
            data=call.fields,
            content=call.body,
            headers=headers,
            timeout=httpx.Timeout(left, connect=min(left, _CONNECT_SECONDS)),
        )


class _LateError(Exception):
    """The deadline passed while the answer was coming."""


def _pieces(response: httpx.Response, deadline: float, most: int) -> list[bytes]:
    pieces, size = [], 0
    for piece in response.iter_raw():
        size += len(piece)
        if size > most:
            raise result_too_large(most)
        if time.monotonic() > deadline:
            raise _LateError
        pieces.append(piece)
    return pieces


def _in_our_words(
    error: httpx.HTTPError, setting: str, seconds: float
) -> EngineError | QueryTimeoutError | BusyError:
    if isinstance(error, httpx.PoolTimeout):
        return BusyError(
            "エンジンへの接続がすべて使われています。少し後で送ってください。",
            "every connection to the engine is in use; try again in a little while",
            seconds=5,
        )
    if isinstance(error, httpx.ReadTimeout | httpx.WriteTimeout):
        return _too_late(seconds)
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return EngineError(
            f"SPARQL エンジンにつながりません。動いているか、設定 {setting} を確かめてください。",
            f"the SPARQL engine cannot be reached ({error}); "
            f"check that it runs and that the setting {setting} names it",
        )
    return EngineError(
        "SPARQL エンジンの答えが途中で切れました。",
        f"the SPARQL engine broke off its answer: {error}",
    )


def _too_late(seconds: float) -> QueryTimeoutError:
    return QueryTimeoutError(
        f"エンジンは {seconds:g} 秒以内に答えませんでした。条件を絞ってください。",
        f"the engine did not answer within {seconds:g} seconds; narrow the query",
    )


def result_too_large(most: int) -> ResultSizeError:
    """Return the error of a result that is larger than `most` bytes."""
    return ResultSizeError(
        f"結果が上限の {most:,} バイトを超えました。LIMIT などで分けて取ってください。",
        f"the result is larger than the limit of {most:,} bytes; get it in parts, by LIMIT say",
    )
