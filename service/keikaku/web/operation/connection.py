"""A connection of the server: uvicorn's, with an end to what a client may leave unfinished.

uvicorn over httptools waits forever for the head of a request, and takes heads of any size: a few
thousand sockets that send a byte now and then (slow loris) would hold it. Here a head must be there
within seconds and has a largest size, a body must end, and a client that has
stopped reading is left. Behind a proxy that does the same, none of this is met.
"""

from __future__ import annotations

import fcntl
import sys
import termios
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from keikaku.web.problems import HttpError, respond

if TYPE_CHECKING:
    import asyncio
    from typing import Any

    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

_SENTENCES = {
    HTTPStatus.BAD_REQUEST: ("HTTP の要求として読めません。", "this is no HTTP request"),
    HTTPStatus.REQUEST_TIMEOUT: (
        "要求の続きが届かなかったため、接続を切りました。",
        "the rest of the request did not arrive in time",
    ),
    HTTPStatus.REQUEST_URI_TOO_LONG: (
        "アドレスが長すぎます。長い問い合わせは POST で送ってください。",
        "the address is too long; send a long query by POST",
    ),
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: (
        "ヘッダーが多すぎるか、長すぎます。",
        "the headers are too many or too long",
    ),
}

CONNECTION = "keikaku.connection"
"""The ASGI extension whose function `left` tells whether the client has left; `cut` breaks it off.

After `cut` a response that has begun looks broken to the client, and the application may return.
"""


class _RefusedError(Exception):
    """Stops the parser: the request has been refused."""


class Connection(HttpToolsProtocol):
    """A connection whose requests have to arrive, and whose responses have to be read."""

    head_seconds = 10.0
    body_seconds = 60.0
    read_seconds = 60.0
    max_head_bytes = 131_072
    max_address_bytes = 65_535  # httptools can read no longer one
    max_headers = 100

    def __init__(self, *given: Any, **named: Any) -> None:
        """Begin before the first request."""
        super().__init__(*given, **named)
        self._head_bytes = 0
        self._in_head = False
        self._arrival: asyncio.TimerHandle | None = None
        self._reading: asyncio.TimerHandle | None = None
        self._unread = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first request, but not forever."""
        super().connection_made(transport)
        self._expect(self.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        super().connection_lost(exc)
        self._expect(None)
        self._stop_reading_timer()

    def data_received(self, data: bytes) -> None:
        """Read on, and set how long the rest may take."""
        self._head_bytes += len(data)
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._in_head and self._head_bytes > self.max_head_bytes:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        elif self._in_head or not self._answering():
            if self._arrival is None:
                self._expect(self.head_seconds)
        elif not self.cycle.more_body:
            self._expect(None)

    def on_message_begin(self) -> None:
        """Begin the head of a request."""
        self._in_head = True
        self._head_bytes = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """End the head of a request; its body may take its time."""
        self._in_head = False
        if len(self.url) > self.max_address_bytes:
            self._refuse(HTTPStatus.REQUEST_URI_TOO_LONG)
            raise _RefusedError
        if len(self.headers) > self.max_headers:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
            raise _RefusedError
        super().on_headers_complete()
        left = partial(getattr, self.cycle, "disconnected")
        cut = partial(self._cut, self.cycle)
        self.scope["extensions"] = {CONNECTION: {"left": left, "cut": cut}}
        self._expect(self.body_seconds)

    def _cut(self, cycle: RequestResponseCycle) -> None:
        cycle.disconnected = True
        self.transport.abort()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, in the form of all our errors."""
        del msg
        if not self.transport.is_closing():
            self._refuse(HTTPStatus.BAD_REQUEST)

    def pause_writing(self) -> None:
        """Look, after a while, whether the client still reads."""
        super().pause_writing()
        self._unread = self._left_to_read()
        self._reading = self.loop.call_later(self.read_seconds, self._look_whether_read)

    def resume_writing(self) -> None:
        """Note that the client has read."""
        super().resume_writing()
        self._stop_reading_timer()

    def _answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _expect(self, seconds: float | None) -> None:
        """Give the client so many seconds to go on, or any number."""
        if self._arrival is not None:
            self._arrival.cancel()
        self._arrival = None if seconds is None else self.loop.call_later(seconds, self._late)

    def _late(self) -> None:
        """Leave a client that has not sent in time what it began."""
        self._arrival = None
        if self.transport.is_closing():
            return
        if not self._answering():
            if self._in_head:
                self._refuse(HTTPStatus.REQUEST_TIMEOUT)
            else:
                self.transport.close()
        elif not self.cycle.more_body:
            self._expect(self.head_seconds)  # another request begun while one is being answered
        elif self.cycle.response_started:
            self.transport.close()
        else:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)

    def _look_whether_read(self) -> None:
        left = self._left_to_read()
        if left >= self._unread:
            self.transport.abort()
            return
        self._unread = left
        self._reading = self.loop.call_later(self.read_seconds, self._look_whether_read)

    def _left_to_read(self) -> int:
        """Return how many bytes the client has not taken, with those that the kernel holds for it.

        The kernel takes megabytes at a time: seen from here, a slow client would stand still.
        """
        held = bytearray(4)
        fcntl.ioctl(self.transport.get_extra_info("socket").fileno(), termios.TIOCOUTQ, held)
        return self.transport.get_write_buffer_size() + int.from_bytes(held, sys.byteorder)

    def _stop_reading_timer(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def _refuse(self, status: HTTPStatus) -> None:
        """Say what is wrong, and close."""
        ja, en = _SENTENCES[status]
        response = respond(HttpError(status, ja, en), None)
        headers = [
            *self.server_state.default_headers,
            *response.raw_headers,
            (b"access-control-allow-origin", b"*"),
            (b"connection", b"close"),
        ]
        lines = [b"%s: %s\r\n" % header for header in headers]
        self.transport.write(b"".join((STATUS_LINE[status], *lines, b"\r\n", response.body)))
        self.transport.close()
