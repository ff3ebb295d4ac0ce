"""The seam between questions and engines: what any engine takes, and what it gives back.

Terms are pyoxigraph's (`NamedNode`, `BlankNode`, `Literal`, `Triple`) whichever engine answers.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anyio import to_thread
from pyoxigraph import (
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    parse,
    parse_query_results,
)

from keikaku.errors import EngineError, QueryError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from pyoxigraph import BlankNode, Literal, NamedNode, Triple

    Term = NamedNode | BlankNode | Literal | Triple


@dataclass(frozen=True, slots=True)
class Dataset:
    """The graphs that a query sees, as the protocol's default-graph-uri and named-graph-uri say.

    Two empty sequences mean the engine's own dataset: the union of all graphs by default, every
    graph by name. Once one is given, a graph that is named in neither is not seen.
    """

    default_graphs: Sequence[str] = ()
    named_graphs: Sequence[str] = ()


WHOLE = Dataset()


@dataclass(frozen=True, slots=True)
class Solutions:
    """The result of a SELECT: the variables in order, and a row of terms for each solution."""

    variables: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Boolean:
    """The result of an ASK."""

    value: bool


@dataclass(frozen=True, slots=True)
class Triples:
    """The result of a CONSTRUCT or DESCRIBE: each triple once, in the order the engine gave."""

    triples: tuple[Triple, ...]


Result = Solutions | Boolean | Triples


@dataclass(frozen=True, slots=True)
class Query:
    """A query, the graphs it sees, and how its result is wanted.

    `rows` is the format of a table or truth value, `graphs` that of triples; None says that the
    caller takes no result of that family. `seconds` is the caller's own deadline: it counts where
    it is shorter than the store's.
    """

    text: str
    dataset: Dataset = WHOLE
    rows: QueryResultsFormat | None = QueryResultsFormat.JSON
    graphs: RdfFormat | None = RdfFormat.N_TRIPLES
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Serialized:
    """A result as bytes in the format that was asked for."""

    body: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Streamed:
    """A large result as it comes: an iteration that raises means that there is no result.

    Whatever was sent of it by then must be made to look cut.
    """

    pieces: AsyncIterator[bytes]
    media_type: str


class FormatError(QueryError):
    """The result cannot be written in the format asked for; in another it can."""


class Store(ABC):
    """One release behind one engine."""

    union_default: bool = True
    """Whether a query that names no dataset sees the union of all graphs by default."""

    @abstractmethod
    def serialize(self, query: Query) -> Serialized:
        """Answer a SPARQL query with bytes.

        Raises QuerySyntaxError if the text is no query, QueryRefusedError if it is one that is not
        run here (update, SERVICE, too long, too deep), FormatError if the result is of a family
        not taken or holds what the format cannot say, the other QueryErrors where a limit is
        passed, and EngineError where the engine fails.
        """

    async def answer(self, query: Query) -> Serialized | Streamed:
        """Answer a SPARQL query in an event loop; a large result may come in pieces."""
        return await to_thread.run_sync(self.serialize, query)

    def query(self, text: str, dataset: Dataset = WHOLE) -> Result:
        """Answer a SPARQL query with terms. Raises as `serialize` does."""
        return terms_of(self.serialize(Query(text, dataset)))

    @abstractmethod
    def ready(self) -> bool:
        """Tell whether the engine answers."""


def terms_of(result: Serialized) -> Result:
    """Read a result in SPARQL's JSON or in N-Triples. Raises EngineError if it is neither."""
    try:
        if result.media_type.startswith(RdfFormat.N_TRIPLES.media_type):
            quads = parse(result.body, format=RdfFormat.N_TRIPLES)
            return Triples(tuple(quad.triple for quad in quads))
        read = parse_query_results(result.body, format=QueryResultsFormat.JSON)
        if isinstance(read, QueryBoolean):
            return Boolean(bool(read))
        assert isinstance(read, QuerySolutions)  # noqa: S101  (the only other kind there is)
        return Solutions(
            variables=tuple(variable.value for variable in read.variables),
            rows=tuple(tuple(row) for row in read),
        )
    except (SyntaxError, ValueError) as error:
        raise EngineError(
            f"データベースの答えが SPARQL の結果として読めません: {error}",
            f"the engine's answer is no SPARQL result: {error}",
        ) from error
