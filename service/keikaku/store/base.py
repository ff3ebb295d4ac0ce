"""The seam between questions and engines: what any engine takes, and what it gives back.

Terms are pyoxigraph's (`NamedNode`, `BlankNode`, `Literal`, `Triple`) whichever engine answers.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

from keikaku.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyoxigraph import BlankNode, Literal, NamedNode, QueryResultsFormat, RdfFormat, Triple

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
class Serialized:
    """A result as bytes in the format that was asked for."""

    body: bytes
    media_type: str


class FormatError(QueryError):
    """The result cannot be written in the format asked for; in another it can."""


class Store(ABC):
    """One release behind one engine."""

    union_default: bool = True
    """Whether a query that names no dataset sees the union of all graphs by default."""

    @abstractmethod
    def query(self, text: str, dataset: Dataset = WHOLE) -> Result:
        """Answer a SPARQL query.

        Raises QuerySyntaxError if `text` is no query, QueryRefusedError if it is one that is not
        run here (update, SERVICE, too long, too deep).
        """

    @abstractmethod
    def serialize(
        self,
        text: str,
        dataset: Dataset,
        results_format: QueryResultsFormat | None,
        rdf_format: RdfFormat | None,
    ) -> Serialized:
        """Answer a SPARQL query as bytes: rows in `results_format`, triples in `rdf_format`.

        None says that the caller takes no result of that family. Raises as `query` does, and
        FormatError if the result is of a family not taken or holds what the format cannot say.
        """

    @abstractmethod
    def ready(self) -> bool:
        """Tell whether the engine answers."""
