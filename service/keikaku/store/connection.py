"""The wire to a server engine: a pool of connections, with deadlines and a limit of size."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, TypeVar

import httpx
from anyio import CapacityLimiter

from keikaku import __version__
from keikaku.errors import BusyError, EngineError, QueryTimeoutError, ResultSizeError
from keikaku.store.challenge import ChallengedAuth

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from types import TracebackType

_T = TypeVar("_T")

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
        self._places = CapacityLimiter(connections)
        self._threads = ThreadPoolExecutor(connections, "engine")

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
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._client.close()

    def waiting(self) -> int:
        """Return how many wait for a place in `run`."""
        return self._places.statistics().tasks_waiting

    async def run(self, work: Callable[[], _T], *, seconds: float) -> _T:
        """Do in a thread what asks over a connection, one thread for each connection.

        Who is cancelled leaves at once: from the queue with its place, from a connection when the
        engine has answered, which has the work until then. Raises TimeoutError for who has waited
        `seconds` for a place.
        """
        loop, place = asyncio.get_running_loop(), object()
        async with asyncio.timeout(seconds):
            await self._places.acquire_on_behalf_of(place)
        try:
            done = self._threads.submit(work)
        except RuntimeError:  # it is closed
            self._places.release_on_behalf_of(place)
            raise

        def make_room(_: object) -> None:
            with suppress(RuntimeError):  # the loop has ended before the work
                loop.call_soon_threadsafe(self._places.release_on_behalf_of, place)

        done.add_done_callback(make_room)
        return await asyncio.wrap_future(done)

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
            with _cut_at(response, deadline):
                body = b"".join(_pieces(response, most))
        except httpx.HTTPError as error:
            if time.monotonic() >= deadline:
                raise _too_late(seconds) from error
            raise _in_our_words(error, call.setting, seconds) from error
        finally:
            response.close()
        if time.monotonic() >= deadline:  # where the end of the stream is that of the answer
            raise _too_late(seconds)
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
        headers = {"Accept": call.accept}
        if call.media_type:
            headers["Content-Type"] = call.media_type
        request = self._client.build_request(
            call.method,
            call.url,
            params=call.parameters,
            data=call.fields,
            content=call.body,
            headers=headers,
            timeout=_timeouts(deadline),
        )
        timeouts = request.extensions["timeout"]

        def hurry(_: str, __: object) -> None:
            """Let each step have what is left of the time: each would have it all."""
            timeouts.update(_timeouts(deadline).as_dict())

        request.extensions["trace"] = hurry
        return request


def _timeouts(deadline: float) -> httpx.Timeout:
    left = max(deadline - time.monotonic(), 0.001)
    return httpx.Timeout(left, connect=min(left, _CONNECT_SECONDS))


@contextmanager
def _cut_at(response: httpx.Response, deadline: float) -> Iterator[None]:
    """End a connection at the deadline: an answer that trickles would begin its time anew."""
    wire = response.extensions["network_stream"].get_extra_info("socket")

    def cut() -> None:
        with suppress(OSError):
            socket.socket.shutdown(wire, socket.SHUT_RDWR)  # below TLS, which another thread uses

    timer = threading.Timer(max(deadline - time.monotonic(), 0), cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _pieces(response: httpx.Response, most: int) -> list[bytes]:
    pieces, size = [], 0
    for piece in response.iter_raw():
        size += len(piece)
        if size > most:
            raise result_too_large(most)
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
