"""Oxigraph in this process: on disk and read-only for a release, in memory for small data."""

from __future__ import annotations

import shutil
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Self, TypeVar

import pyoxigraph
from pyoxigraph import NamedNode, QueryBoolean, QueryTriples, RdfFormat, parse

from keikaku.errors import QueryRefusedError, ReleaseError
from keikaku.names import PREFIXES
from keikaku.store.admission import Bounds, admit_to_parser, not_a_query, uses_keyword
from keikaku.store.base import (
    WHOLE,
    Boolean,
    Dataset,
    Query,
    Result,
    Serialized,
    Solutions,
    Store,
    Triples,
)
from keikaku.store.written import once, write, written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pyoxigraph import Quad

    from keikaku.errors import KeikakuError
    from keikaku.store.written import Answered, Opened

Done = TypeVar("Done")

DEFAULT_BOUNDS = Bounds()

_PIECE = 1 << 26  # bytes that are loaded at a time: they take the engine some 400 MB of memory


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
            lambda: written(self._run(query.text, query.dataset), query.rows, query.graphs)
        )

    def write(self, query: Query, opened: Opened) -> None:
        """Answer a SPARQL query piece by piece, to what `opened` gives for the media type.

        Raises as `serialize` does, and what writing raises.
        """
        _call(lambda: write(self._run(query.text, query.dataset), query.rows, query.graphs, opened))

    def ready(self) -> bool:
        """Tell whether the engine answers."""
        try:
            return bool(self._engine.query("ASK {}"))
        except OSError:
            return False

    def _run(self, text: str, dataset: Dataset) -> Answered:
        admit_to_parser(text, self._bounds)
        try:
            return self._ask_engine(text, dataset)
        except SyntaxError as error:
            raise not_a_query(text, error) from error
        except UnicodeError as error:  # half a surrogate
            raise not_a_query(text, SyntaxError(str(error))) from error

    def _ask_engine(self, text: str, dataset: Dataset) -> Answered:
        if dataset.default_graphs or dataset.named_graphs:
            return self._engine.query(
                text,
                base_iri=self._bounds.base,
                prefixes=PREFIXES,
                default_graph=_graphs(dataset.default_graphs),
                named_graphs=_graphs(dataset.named_graphs),
            )
        # The engine's union wins over FROM, so it is asked for only where there is no FROM.
        union = self.union_default and not uses_keyword(text, "FROM")
        return self._engine.query(
            text,
            base_iri=self._bounds.base,
            prefixes=PREFIXES,
            use_default_graph_as_union=union,
        )


def load(path: Path, nquads: Path | bytes | BinaryIO) -> None:
    """Write a new store at `path` from N-Quads, a file, its path or their bytes, and close it.

    An opened file is read piece by piece, so that it may be of any size; it has no blank nodes, as
    no release has any. Raises ReleaseError if there is something at `path`, or the N-Quads are
    none; then nothing is left behind.
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
            file=str(nquads) if isinstance(nquads, Path) else None,
        ) from error


def step(
    path: Path,
    before: Path,
    removed: Iterable[bytes],
    added: Iterable[bytes],
    renewed: NamedNode,
) -> bool:
    """Write a new store at `path` that differs little from the one at `before`, and close it.

    The lines of N-Quads that differ come in pieces; of the graph `renewed` nothing is taken over.
    The files of an engine are never changed once written, so that both stores share them. Returns
    whether it could be done; if not, nothing is left behind.
    """
    try:
        _share(before, path)
        _change(path, removed, added, renewed)
    except OSError:
        shutil.rmtree(path, ignore_errors=True)
        return False
    return True


def _share(before: Path, path: Path) -> None:
    """Put the files of a store into another folder: those that never change by a second name."""
    path.mkdir()
    for file in before.iterdir():
        if file.suffix == ".sst":
            (path / file.name).hardlink_to(file)
        elif file.name != "LOCK":
            shutil.copyfile(file, path / file.name)


def _change(
    path: Path, removed: Iterable[bytes], added: Iterable[bytes], renewed: NamedNode
) -> None:
    engine = pyoxigraph.Store(str(path))
    engine.clear_graph(renewed)
    graphs = set()
    for piece in removed:
        for quad in parse(piece, format=RdfFormat.N_QUADS):
            engine.remove(quad)
            graphs.add(quad.graph_name)
    for piece in added:
        engine.extend(parse(piece, format=RdfFormat.N_QUADS))
    for graph in graphs:
        if next(engine.quads_for_pattern(None, None, None, graph), None) is None:
            engine.remove_graph(graph)
    engine.flush()


def _fill(path: Path, nquads: Path | bytes | BinaryIO) -> None:
    engine = pyoxigraph.Store(str(path))
    if isinstance(nquads, Path):
        engine.bulk_load(path=str(nquads), format=RdfFormat.N_QUADS)
    elif isinstance(nquads, bytes):
        engine.bulk_load(nquads, RdfFormat.N_QUADS)
    else:
        while piece := nquads.read(_PIECE):
            engine.bulk_load(piece + nquads.readline(), RdfFormat.N_QUADS)
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
        return Triples(once(result))
    return Solutions(
        variables=tuple(variable.value for variable in result.variables),
        rows=tuple(tuple(row) for row in result),
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
    if isinstance(error, OSError):
        return ReleaseError(
            "リリースのデータベースが読めません。", "the store of the release cannot be read"
        )
    if isinstance(error, RuntimeError):
        return QueryRefusedError(
            f"この問い合わせは実行できません: {error}", f"the query cannot be run: {error}"
        )
    return None
