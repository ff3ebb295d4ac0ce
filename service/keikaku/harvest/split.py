"""A dump of many plans, cut into the graphs of each: nothing of it stays in memory."""

from __future__ import annotations

import bz2
import gzip
import lzma
import re
import zlib
from collections import OrderedDict
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from keikaku.errors import HarvestError
from keikaku.graph.decide import DECISIONS
from keikaku.graph.given import is_given
from keikaku.harvest.catalogue import Packing
from keikaku.names import KEI, CityNames, PlanNames

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_GRAPH = re.compile(
    r"(https?://[^\s<>\"{}|\\^`?#]+/)graph/([0-9]{6})(?:/([a-z0-9][a-z0-9-]*)/(.+))?"
)
"""A graph of a plan or a city, under a base that `CityNames` takes."""

MOST_PLAN_BYTES = 200_000_000
"""How large the graphs of one plan may be as N-Quads; Yamaguchi's have 10 MB."""

_MOST_OPEN = 64
_MOST_PLANS = 20_000
_Unfolding = gzip.GzipFile | bz2.BZ2File | lzma.LZMAFile
_OPENED: dict[Packing, Callable[[IO[bytes]], _Unfolding]] = {
    Packing.GZ: lambda file: gzip.GzipFile(fileobj=file),
    Packing.BZ2: bz2.BZ2File,
    Packing.XZ: lzma.LZMAFile,
}

CityKey = tuple[str, str]
"""A base and the code of a city."""


@dataclass(frozen=True, slots=True)
class Cut:
    """The graphs of one plan as N-Quads: its own file, its city's, and its names."""

    names: PlanNames
    own: Path
    city: Path

    def quads(self) -> frozenset[Quad]:
        """Return what may be given of a plan: no conclusions but people's remarks.

        Those name the line of plan.toml that says them, in the graph of evidence. Raises
        HarvestError if it is too large to be a plan.
        """
        if self.own.stat().st_size + self.city.stat().st_size > MOST_PLAN_BYTES:
            raise HarvestError(
                f"一つの計画として大きすぎます({MOST_PLAN_BYTES:,} バイトまで)。",
                f"it is too large for one plan, which may have {MOST_PLAN_BYTES:,} bytes",
            )
        quads = set(_read(self.own)) | set(_read(self.city))
        quality, evidence = self.names.graph("quality"), self.names.graph("evidence")
        remarks = {
            quad.subject
            for quad in quads
            if quad.predicate == KEI["cell"] and quad.graph_name == evidence
        }
        return frozenset(
            quad for quad in quads if quad.graph_name != quality or quad.subject in remarks
        )


def cut(dump: Path, kind: RdfFormat, packing: Packing, folder: Path, most: int) -> list[Cut]:
    """Cut a dump into files in `folder`; it may unfold to at most `most` bytes.

    Graphs that are no plan's and no city's (vocabulary, shapes, catalogue) are left out, and so
    are those that rules make. A dump without a plan gives none. Raises HarvestError for what is no
    RDF or too large.
    """
    plans: dict[tuple[str, str, str], Path] = {}
    cities: dict[CityKey, Path] = {}
    written = 0
    with _unfolded(dump, packing, most) as file, closing(_Files()) as files:
        for quad in _quads(file, kind, dump):
            graph_name = quad.graph_name
            found = (
                _GRAPH.fullmatch(graph_name.value) if isinstance(graph_name, NamedNode) else None
            )
            if found is None:
                continue
            base, code, plan, graph = found.groups()
            if plan in (None, "links"):
                path = cities.setdefault((base, code), folder / f"city-{len(cities)}.nq")
            elif is_given(graph) or graph in (DECISIONS, "quality"):
                path = plans.setdefault((base, code, plan), folder / f"plan-{len(plans)}.nq")
            else:
                continue
            if max(len(plans), len(cities)) > _MOST_PLANS:
                raise HarvestError("計画が多すぎます。", f"more than {_MOST_PLANS} plans")
            line = f"{quad} .\n"
            written += len(line)
            if written > most:
                raise _unfolds_to_too_much()
            files.write(path, line)
    nothing = folder / "nothing.nq"
    nothing.touch()
    return [
        Cut(PlanNames(CityNames(base, code), plan), path, cities.get((base, code), nothing))
        for (base, code, plan), path in sorted(plans.items())
    ]


def _quads(file: IO[bytes], kind: RdfFormat, dump: Path) -> Iterator[Quad]:
    try:
        yield from parse(file, format=kind)
    except (SyntaxError, ValueError, OSError, EOFError, lzma.LZMAError, zlib.error) as error:
        raise HarvestError(
            f"{dump.name} が RDF として読めません: {error}",
            f"{dump.name} cannot be read as RDF: {error}",
        ) from error


def _read(path: Path) -> Iterator[Quad]:
    with path.open("rb") as file:
        yield from parse(file, format=RdfFormat.N_QUADS)


@contextmanager
def _unfolded(path: Path, packing: Packing, most: int) -> Iterator[IO[bytes]]:
    with path.open("rb") as raw:
        if packing is Packing.NONE:
            yield raw
            return
        with _OPENED[packing](raw) as file:
            yield _Bounded(file, most)  # type: ignore[misc]


class _Bounded:
    """A file that refuses to be read further than its bound."""

    def __init__(self, file: _Unfolding, most: int) -> None:
        self._file = file
        self._left = most

    def read(self, size: int = -1) -> bytes:
        """Read at most `size` bytes; raises HarvestError beyond the bound."""
        piece = self._file.read(size if size >= 0 else self._left + 1)
        self._left -= len(piece)
        if self._left < 0:
            raise _unfolds_to_too_much()
        return bytes(piece)


class _Files:
    """Files that are appended to, a few of them open at a time."""

    def __init__(self) -> None:
        self._open: OrderedDict[Path, IO[str]] = OrderedDict()

    def write(self, path: Path, text: str) -> None:
        """Append a text to a file."""
        file = self._open.pop(path, None)
        if file is None:
            if len(self._open) >= _MOST_OPEN:
                self._open.popitem(last=False)[1].close()
            file = path.open("a", encoding="utf-8")
        self._open[path] = file
        file.write(text)

    def close(self) -> None:
        """Close all."""
        while self._open:
            self._open.popitem()[1].close()


def _unfolds_to_too_much() -> HarvestError:
    return HarvestError(
        "展開すると大きすぎます。信頼できるなら設定 max_harvest_bytes を上げてください。",
        "it unfolds to too much; raise max_harvest_bytes if it is to be trusted",
    )
