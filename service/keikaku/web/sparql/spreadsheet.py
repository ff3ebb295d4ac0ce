"""A result as a spreadsheet takes it: CSV with a BOM, without which Excel garbles Japanese.

It is what the buttons of pages lead to; CSV for programs has none.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from http import HTTPStatus
from typing import TYPE_CHECKING

from keikaku.web.problems import HttpError
from keikaku.web.sparql import protocol
from keikaku.web.sparql.caching import Kept
from keikaku.web.sparql.results import FOR_EVERYONE
from keikaku.web.sparql.sending import Flow, Reply, unless_gone

if TYPE_CHECKING:
    from starlette.types import Receive

    from keikaku.web.served import Served
    from keikaku.web.sparql.asked import Asked, Client
    from keikaku.web.sparql.protocol import Parameters
    from keikaku.web.sparql.results import Results

_NAME = b'attachment; filename="keikaku.csv"'


def wants_bom(parameters: Parameters) -> bool:
    """Tell whether CSV with a BOM is asked for. Raises HttpError for bom with another format."""
    given = protocol.value(parameters, "bom")
    if not given:
        return False
    if given != "1" or protocol.format_name(parameters) != "csv":
        raise HttpError(
            HTTPStatus.BAD_REQUEST,
            "bom は 1 だけで、format=csv とともに使います。",
            "bom can only be 1, and goes with format=csv",
        )
    return True


async def spreadsheet(
    results: Results, asked: Asked, served: Served, client: Client, receive: Receive
) -> Reply | Flow:
    """Return the result of a query as CSV with a BOM, to be saved as a file.

    Raises what finding it raises, and ClientDisconnect if the client goes away.
    """
    found = await unless_gone(receive, results.find(asked.query, asked.digest, served))
    headers = (
        (b"content-type", found.content_type),
        (b"content-disposition", _NAME),
        (b"cache-control", b"no-cache"),
        *FOR_EVERYONE,
    )
    if isinstance(found, Kept):
        body = BOM_UTF8 + found.body
        return Reply(HTTPStatus.OK, (*headers, (b"content-length", b"%d" % len(body))), body)
    if client.method == "HEAD":
        await found.close()
        return Reply(HTTPStatus.OK, headers)
    return Flow(headers, BOM_UTF8, found.pieces, found.close)
