"""What a client asks for and takes, read once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from cachetools import LRUCache

from keikaku.store.base import Query
from keikaku.web.negotiate import GRAPHS, ROWS, choose
from keikaku.web.problems import not_acceptable
from keikaku.web.sparql.caching import digest, may_change

if TYPE_CHECKING:
    from starlette.types import Scope

    from keikaku.web.sparql.protocol import Operation

_REMEMBERED_BYTES = 4_000_000
_OVERHEAD = 1_000  # bytes that Python needs around a request
_BYTES_OF_A_CHARACTER = 13  # of Japanese, in the text and percent-encoded
_CITABLE = re.compile(rb"[!-~]{1,2000}")  # proxies take heads of 4 kB


class Client(NamedTuple):
    """What a client's headers say: the formats and codings it takes, what it has already."""

    method: str
    accept: str | None
    encoding: str | None
    if_none_match: bytes | None

    @property
    def gets(self) -> bool:
        """Tell whether it asks by GET, or by HEAD for the same without its body."""
        return self.method in ("GET", "HEAD")


def client_of(scope: Scope) -> Client:
    """Read the headers of a request; those that stand several times are one list."""
    accept = encoding = if_none_match = None
    for name, value in scope["headers"]:
        if name == b"accept":
            accept = value if accept is None else accept + b"," + value
        elif name == b"accept-encoding":
            encoding = value if encoding is None else encoding + b"," + value
        elif name == b"if-none-match":
            if_none_match = value if if_none_match is None else if_none_match + b"," + value
    return Client(
        scope["method"],
        accept.decode("latin-1") if accept else None,
        encoding.decode("latin-1") if encoding is not None else None,
        if_none_match,
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """A query with the formats that were negotiated for its result.

    `cited` is the query string of its address, None where that does not name it.
    """

    query: Query
    digest: bytes
    may_change: bool
    cited: bytes | None

    @classmethod
    def of(cls, operation: Operation, accept: str | None, query_string: bytes | None) -> Asked:
        """Negotiate formats; raises HttpError if there is none that the client takes."""
        rows = choose(accept, operation.format_name, ROWS)
        graph = choose(accept, operation.format_name, GRAPHS)
        if not (rows or graph):
            raise not_acceptable()
        query = Query(
            operation.query,
            operation.dataset,
            rows.kind if rows else None,
            graph.kind if graph else None,
            operation.seconds,
        )
        cited = query_string if query_string and _CITABLE.fullmatch(query_string) else None
        return cls(query, digest(query), may_change(query.text), cited)


class Memory:
    """The requests that were read last, by query string and Accept."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._asked: LRUCache[tuple[bytes, str | None], Asked] = LRUCache(
            _REMEMBERED_BYTES, getsizeof=_size
        )

    def recall(self, query_string: bytes, client: Client) -> Asked | None:
        """Return what this request asks for, if it was read before."""
        return self._asked.get((query_string, client.accept))

    def remember(self, query_string: bytes, client: Client, asked: Asked) -> None:
        """Keep what this request asks for, unless it has far more to it than its query."""
        if len(query_string) + len(client.accept or "") <= _size(asked):
            self._asked[query_string, client.accept] = asked


def _size(asked: Asked) -> int:
    return _OVERHEAD + _BYTES_OF_A_CHARACTER * len(asked.query.text)
