"""Oxigraph in this process: on disk and read-only for a release, in memory for small data."""

from __future__ import annotations

import shutil
import traceback
from typing import TYPE_CHECKING, Any, Self, TypeVar
from xml.parsers import expat

import pyoxigraph
from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QueryTriples,
    RdfFormat,
)

from keikaku.errors import QueryRefusedError, ReleaseError
from keikaku.names import PREFIXES
from keikaku.store.admission import Bounds, admit, syntax_error, uses_keyword
from keikaku.store.base import (
    WHOLE,
    Boolean,
    Dataset,
    FormatError,
    Query,
    Result,
    Serialized,
    Solutions,
    Store,
    Triples,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from pyoxigraph import Quad, QuerySolutions, Triple

    from keikaku.errors import KeikakuError

    Answered = QuerySolutions | QueryBoolean | QueryTriples

Done = TypeVar("Done")

DEFAULT_BOUNDS = Bounds()


class EmbeddedStore(Store):
    """A pyoxigraph store that answers what `admit` lets pass."""

    def __init__(
        self,
        engine: pyoxigraph.Store,
        bounds: Bounds = DEFAULT_BOUNDS,
        *,
        union: bool = True,
    ) -> None:
        """Answer from `engine`; `open` and `in_memory` make one."""
        self.union_default = union
        self._engine = engine
        self._bounds = bounds

    @classmethod
    def open(cls, path: Path, bounds: Bounds = DEFAULT_BOUNDS) -> Self:
        """Open the store that `load` wrote at `path`, for reading. Raises ReleaseError."""
        try:
            engine = pyoxigraph.Store.read_only(str(path))
        except OSError as error:
            raise ReleaseError(
                "リリースのデータベースが開けません。build をやり直してください。",
                "the store of the release cannot be opened; build it again",
                file=str(path),
            ) from error
        return cls(engine, bounds)

    @classmethod
    def in_memory(
        cls,
        quads: Iterable[Quad],
        bounds: Bounds = DEFAULT_BOUNDS,
        *,
        union: bool = True,
    ) -> Self:
        """Hold `quads` in memory; without `union`, their default graph is the default graph."""
        engine = pyoxigraph.Store()
        engine.bulk_extend(quads)
        return cls(engine, bounds, union=union)

    def query(self, text: str, dataset: Dataset = WHOLE) -> Result:
        """Answer a SPARQL query with terms."""
        return _call(lambda: _terms(self._run(text, dataset)))

    def serialize(self, query: Query) -> Serialized:
        """Answer a SPARQL query with bytes."""
        return _call(
            lambda: _written(self._run(query.text, query.dataset), query.rows, query.graphs)
        )

    def ready(self) -> bool:
        """Tell whether the engine answers."""
        try:
            return bool(self._engine.query("ASK {}"))
        except OSError:
            return False

    def _run(self, text: str, dataset: Dataset) -> Answered:
        admit(text, self._bounds)
        if dataset.default_graphs or dataset.named_graphs:
            return self._engine.query(
                text,
                prefixes=PREFIXES,
                default_graph=_graphs(dataset.default_graphs),
                named_graphs=_graphs(dataset.named_graphs),
            )
        # The engine's union wins over FROM, so it is asked for only where there is no FROM.
        union = self.union_default and not uses_keyword(text, "FROM")
        return self._engine.query(text, prefixes=PREFIXES, use_default_graph_as_union=union)


def load(path: Path, nquads: Path | bytes) -> None:
    """Write a new store at `path` from N-Quads, a file or their bytes, and close it.

    Raises ReleaseError if there is something at `path`, or the N-Quads are none; then nothing is
    left behind.
    """
    if path.exists():
        raise ReleaseError(
            "ここにはすでに何かあります。リリースのデータベースは新しい場所に書きます。",
            "there is something here already; a store is written to a new place",
            file=str(path),
        )
    try:
        _fill(path, nquads)
    except (OSError, SyntaxError, ValueError) as error:
        shutil.rmtree(path, ignore_errors=True)
        raise ReleaseError(
            f"N-Quads をデータベースに読み込めません: {error}",
            f"the N-Quads cannot be loaded into a store: {error}",
            file=str(nquads) if not isinstance(nquads, bytes) else None,
        ) from error


def _fill(path: Path, nquads: Path | bytes) -> None:
    engine = pyoxigraph.Store(str(path))
    if isinstance(nquads, bytes):
        engine.bulk_load(nquads, RdfFormat.N_QUADS)
    else:
        engine.bulk_load(path=str(nquads), format=RdfFormat.N_QUADS)
    engine.optimize()
    engine.flush()
    # The only reference goes with this frame, and with it the engine's lock on the folder.


def _graphs(iris: Iterable[str]) -> list[Any]:
    try:
        return [NamedNode(iri) for iri in iris]
    except ValueError as error:
        raise QueryRefusedError(
            f"グラフの名前が絶対 IRI ではありません: {error}",
            f"the name of a graph is no absolute IRI: {error}",
        ) from error


def _terms(result: Answered) -> Result:
    if isinstance(result, QueryBoolean):
        return Boolean(bool(result))
    if isinstance(result, QueryTriples):
        return Triples(_once(result))
    return Solutions(
        variables=tuple(variable.value for variable in result.variables),
        rows=tuple(tuple(row) for row in result),
    )


def _written(
    result: Answered, results_format: QueryResultsFormat | None, rdf_format: RdfFormat | None
) -> Serialized:
    if isinstance(result, QueryTriples):
        return _written_triples(result, rdf_format)
    return _written_rows(result, results_format)


def _once(triples: QueryTriples) -> tuple[Triple, ...]:
    return tuple(dict.fromkeys(triples))


def _written_rows(
    result: QuerySolutions | QueryBoolean, results_format: QueryResultsFormat | None
) -> Serialized:
    if results_format is None:
        raise FormatError(
            "SELECT と ASK の結果は表です。RDF の形式では書けません。",
            "the result of a SELECT or ASK is a table, which has no RDF format",
        )
    body = result.serialize(format=results_format) or b""
    if results_format == QueryResultsFormat.XML:
        body = _checked_xml(body)
    return Serialized(body, results_format.media_type)


def _written_triples(result: QueryTriples, rdf_format: RdfFormat | None) -> Serialized:
    if rdf_format is None:
        raise FormatError(
            "CONSTRUCT と DESCRIBE の結果はグラフです。表の形式では書けません。",
            "the result of a CONSTRUCT or DESCRIBE is a graph, which has no table format",
        )
    triples = _once(result)
    try:
        body = pyoxigraph.serialize(triples, format=rdf_format, prefixes=PREFIXES) or b""
    except OSError as error:  # triples as terms in JSON-LD
        raise _unwritable(rdf_format) from error
    if rdf_format == RdfFormat.RDF_XML:
        body = _checked_xml(body)
    return Serialized(body, rdf_format.media_type)


def _checked_xml(body: bytes) -> bytes:
    """Return XML that parsers read as it was meant.

    pyoxigraph 0.5.13 writes control characters as they are, gives a predicate without a local
    name an element name that ends in a colon, and leaves CR raw, which parsers turn into LF.
    """
    body = body.replace(b"\r", b"&#xD;")
    try:
        expat.ParserCreate(namespace_separator=" ").Parse(body, True)
    except expat.ExpatError as error:
        raise _unwritable(RdfFormat.RDF_XML) from error
    return body


def _unwritable(rdf_format: RdfFormat) -> FormatError:
    name = "XML" if rdf_format == RdfFormat.RDF_XML else rdf_format.name
    return FormatError(
        f"結果には {name} では表せない文字か述語があります。JSON か Turtle で受け取ってください。",
        f"the result holds a character or a predicate that {name} cannot express; "
        "ask for JSON or Turtle",
    )


def _call(work: Callable[[], Done]) -> Done:
    """Do what asks the engine, and turn what it raises into our errors.

    pyoxigraph's results must die in the thread that made them: dropped in another, with the
    traceback of an error that went there, they are never freed. So the frames let go of them here.
    """
    try:
        return work()
    except Exception as error:
        traceback.clear_frames(error.__traceback__)
        ours = _in_our_words(error)
        if ours is None:
            raise
        raise ours from error


def _in_our_words(error: Exception) -> KeikakuError | None:
    """Return our error for one of the engine's; None for ours, and for what nobody expected."""
    if isinstance(error, SyntaxError):
        return syntax_error(error)
    if isinstance(error, OSError):
        return ReleaseError(
            "リリースのデータベースが読めません。", "the store of the release cannot be read"
        )
    if isinstance(error, RuntimeError):
        return QueryRefusedError(
            f"この問い合わせは実行できません: {error}", f"the query cannot be run: {error}"
        )
    return None
