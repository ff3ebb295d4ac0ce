"""Responses as ASGI messages: whole ones, those in pieces, and what if the client goes away."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

from starlette.requests import ClientDisconnect

from keikaku.web.operation.connection import CONNECTION

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine

    from starlette.types import Receive, Scope, Send

Done = TypeVar("Done")
Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole response."""

    status: int
    headers: Headers
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Flow:
    """A response of status 200 in pieces, the first of which is there."""

    headers: Headers
    first: bytes
    pieces: AsyncIterator[bytes]
    close: Callable[[], Awaitable[None]]


async def send_reply(send: Send, reply: Reply, *, bare: bool = False) -> None:
    """Send a response; a bare one without its body, as HEAD wants it."""
    await send({"type": "http.response.start", "status": reply.status, "headers": [*reply.headers]})
    await send({"type": "http.response.body", "body": b"" if bare else reply.body})


async def send_flow(send: Send, receive: Receive, flow: Flow) -> None:
    """Send a response in pieces.

    What the iteration raises goes on to the server, which breaks the connection off: no client can
    take for whole what is not. Raises ClientDisconnect if the client goes away.
    """
    try:
        status = HTTPStatus.OK.value
        await send({"type": "http.response.start", "status": status, "headers": [*flow.headers]})
        await unless_gone(receive, _pump(send, flow))
        await send({"type": "http.response.body", "body": b""})
    finally:
        await flow.close()


def cut_off(scope: Scope) -> bool:
    """Break the connection off, and tell whether the server lets us."""
    extension = scope.get("extensions", {}).get(CONNECTION)
    if extension is None:
        return False
    extension["cut"]()
    return True


async def _pump(send: Send, flow: Flow) -> None:
    await send({"type": "http.response.body", "body": flow.first, "more_body": True})
    async for piece in flow.pieces:
        if piece:
            await send({"type": "http.response.body", "body": piece, "more_body": True})


async def collected(pieces: AsyncIterator[bytes], most: int) -> tuple[bytes, bool]:
    """Return the beginning of a result in pieces, at most `most` bytes, and whether it is all."""
    found = bytearray()
    async for piece in pieces:
        found += piece
        if len(found) > most:
            return bytes(found[:most]), False
    return bytes(found), True


async def unless_gone(receive: Receive, work: Coroutine[Any, Any, Done]) -> Done:
    """Do work while the client is there; if it goes away, cancel it and raise ClientDisconnect."""
    task = asyncio.create_task(work)
    gone = asyncio.create_task(_gone(receive))
    try:
        await asyncio.wait((task, gone), return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise ClientDisconnect
    finally:
        gone.cancel()
        if not task.done():
            task.cancel()
            await asyncio.wait((task,))


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
