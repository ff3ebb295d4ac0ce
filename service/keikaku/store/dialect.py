"""What engines do in their own way although they speak SPARQL 1.1, and how it is made alike.

An engine is known by the Server header of its answers; one that is not known is taken to do as the
standards say. What cannot be made alike stands in tests/store/deviations.py.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from keikaku.errors import QueryRefusedError, QueryTimeoutError, ResultSizeError
from keikaku.store.base import Dataset

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keikaku.errors import KeikakuError
    from keikaku.store.connection import Reply

_NO_GRAPH = "urn:keikaku:no-graph"


class Dialect:
    """An engine that does as the standards say."""

    atomic_updates = True
    """Whether readers see all operations of one update request at once, or none of them."""
    own_graphs = False
    """Whether the engine keeps graphs of its own among the others."""
    silent_cuts = False
    """Whether the engine, where it limits rows, cuts graphs too and tells nobody."""
    pragmas = ""
    """What stands before every query, in one line."""
    union: Mapping[str, str] = MappingProxyType({})
    """Parameters that make the default graph the union of all graphs, where a query names none."""

    def parameters(self, seconds: float) -> dict[str, str]:
        """Return the parameters that make the engine stop by itself after so many seconds."""
        del seconds
        return {}

    def dataset(self, dataset: Dataset, *, has_from: bool) -> Dataset:
        """Return the graphs to name in a request whose query has FROM clauses or has not."""
        del has_from
        return dataset

    def mended(self, body: bytes) -> bytes:
        """Return a JSON result as the standard has it."""
        return body


class Oxigraph(Dialect):
    """Oxigraph 0.5, which has to be asked for the union.

    Its own switch for that, `--union-default-graph`, has it ignore FROM.
    """

    union = MappingProxyType({"union-default-graph": ""})


class Virtuoso(Dialect):
    """Virtuoso 7, whose deviations are more than one."""

    atomic_updates = False
    own_graphs = True
    silent_cuts = True
    pragmas = 'define sql:describe-mode "CBD" '  # else what mentions a thing describes it too

    def parameters(self, seconds: float) -> dict[str, str]:
        """Return `timeout` in milliseconds; less than 1,000 count as none."""
        return {"timeout": str(max(int(seconds * 1000), 1000))}

    def dataset(self, dataset: Dataset, *, has_from: bool) -> Dataset:
        """Name a graph that does not exist where no named graph may be seen: here, none means all.

        Virtuoso adds what a request names to what the query names, and would mix the two.
        """
        if has_from and (dataset.default_graphs or dataset.named_graphs):
            raise QueryRefusedError(
                "このエンジンでは、FROM のある問い合わせに default-graph-uri や named-graph-uri を"
                "付けられません。どちらか一方にしてください。",
                "with this engine a query that has FROM cannot be sent with default-graph-uri or "
                "named-graph-uri; use one or the other",
            )
        if (dataset.default_graphs or has_from) and not dataset.named_graphs:
            return Dataset(dataset.default_graphs, [_NO_GRAPH])
        return dataset

    def mended(self, body: bytes) -> bytes:
        """Write booleans and blank nodes as the standard has them.

        The quotes of the patterns are escaped inside a value, so nothing else can match.
        """
        for word, digit in ((b"true", b"1"), (b"false", b"0")):
            body = body.replace(_BOOLEAN + digit + b'"', _BOOLEAN + word + b'"')
        return body.replace(b'"type": "bnode", "value": "nodeID://', b'"type": "bnode", "value": "')


_CANCELLED = b"The SPARQL operation has been cancelled"
_BOOLEAN = b'"datatype": "http://www.w3.org/2001/XMLSchema#boolean", "value": "'


def dialect_of(server: str) -> Dialect:
    """Return the dialect of an engine that calls itself `server`."""
    for name, dialect in (("virtuoso", Virtuoso()), ("oxigraph", Oxigraph())):
        if server.lower().startswith(name):
            return dialect
    return Dialect()


def cut_short(reply: Reply) -> KeikakuError | None:
    """Return the error of a result that is cut although its status says that all is well.

    Virtuoso says so in headers: after its `timeout`, and where ResultSetMaxRows cut a table (of
    exactly so many rows it cannot be told). Oxigraph's `--timeout-s` ends the result in a sentence.
    """
    if "S1TAT" in reply.headers.get("x-sql-state", "") or reply.body.endswith(_CANCELLED):
        return QueryTimeoutError(
            "エンジンが自分の制限時間で問い合わせを打ち切りました。条件を絞ってください。",
            "the engine stopped the query at its own time limit; narrow the query",
        )
    most = reply.headers.get("x-sparql-maxrows")
    if most is not None:
        return ResultSizeError(
            f"エンジンは結果を {most} 行までしか返しません。LIMIT と OFFSET で分けてください。",
            f"the engine returns {most} rows at most; get them in parts by LIMIT and OFFSET",
        )
    return None
