"""Many portions of canonical N-Quads as one: sorted, each line once, no triple in two graphs.

The lines of a portion lie together for the most part, since the IRIs of one city begin alike. So
what is found out first is runs: from where to where the whole is one portion's lines. Then nothing
is compared any more; the runs are read one after the other, as often as the whole is wanted, with
a few portions at a time in memory.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Protocol

from keikaku.errors import ReleaseError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_MOST_AT_ONCE = 4  # portions in memory
_PIECE = 1 << 22


class Lined(Protocol):
    """Something with lines, sorted by code point, each once."""

    @property
    def first(self) -> bytes:
        """The first line, empty where there is none."""

    def lines(self) -> bytes:
        """Return all lines."""


@dataclass(frozen=True, slots=True)
class Run:
    """Lines of the whole that one portion gives: its number, from which byte to which."""

    portion: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Merged:
    """The whole: its runs, and the lines that stood in several portions."""

    portions: Sequence[Lined]
    runs: tuple[Run, ...]
    repeated: tuple[bytes, ...]

    def pieces(self) -> Iterator[bytes]:
        """Yield all lines, some at a time; a piece ends with a line."""
        read = _reader(self.portions)
        for run in self.runs:
            body = read(run.portion)
            start = run.start
            while run.end - start > _PIECE:
                end = body.rindex(b"\n", start, start + _PIECE) + 1
                yield body[start:end]
                start = end
            yield body[start : run.end]


def merged(portions: Sequence[Lined]) -> Merged:
    """Return the portions as one. Raises ReleaseError where a triple stands in two graphs."""
    last = b""
    found: list[Run] = []
    repeated: list[bytes] = []
    read = _reader(portions)
    for run, again in _runs(portions, read):
        body = read(run.portion)
        if again:
            repeated.append(body[run.start : run.end])
            continue
        check_apart(last, _line(body, run.start))
        last = body[max(body.rfind(b"\n", run.start, run.end - 1) + 1, run.start) : run.end]
        found.append(run)
    return Merged(portions, tuple(found), tuple(repeated))


def merged_lines(portions: Sequence[Lined]) -> Iterator[bytes]:
    """Yield the lines of the portions as one, sorted and each once, some at a time."""
    read = _reader(portions)
    for run, again in _runs(portions, read):
        if not again:
            yield read(run.portion)[run.start : run.end]


def _runs(portions: Sequence[Lined], read: Callable[[int], bytes]) -> Iterator[tuple[Run, bool]]:
    """Yield the runs in the order of the whole, and whether one is a line that comes once more."""
    heads = [(portion.first, number, 0) for number, portion in enumerate(portions)]
    heads = [head for head in heads if head[0]]
    heapify(heads)
    while heads:
        _, number, start = heappop(heads)
        body = read(number)
        end = _place(body, heads[0][0], start) if heads else len(body)
        again = end == start
        if again:
            end = body.index(b"\n", start) + 1
        yield Run(number, start, end), again
        if end < len(body):
            heappush(heads, (_line(body, end), number, end))


def _place(body: bytes, limit: bytes, low: int) -> int:
    """Return where the first line from `low` on stands that does not come before `limit`."""
    high = len(body)
    while low < high:
        start = max(body.rfind(b"\n", low, (low + high) // 2) + 1, low)
        end = body.index(b"\n", start) + 1
        if body[start:end] < limit:
            low = end
        else:
            high = start
    return low


def _line(body: bytes, start: int) -> bytes:
    return body[start : body.index(b"\n", start) + 1]


def _reader(portions: Sequence[Lined]) -> Callable[[int], bytes]:
    """Return how the lines of a portion are read; those that were read last are kept."""
    kept: OrderedDict[int, bytes] = OrderedDict()

    def read(number: int) -> bytes:
        if number in kept:
            kept.move_to_end(number)
        else:
            while len(kept) >= _MOST_AT_ONCE:
                kept.popitem(last=False)
            kept[number] = portions[number].lines()
        return kept[number]

    return read


def check_once(lines: bytes) -> None:
    """Raise ReleaseError where a triple stands in two graphs of one portion."""
    last = b""
    for line in lines.splitlines(keepends=True):
        check_apart(last, line)
        last = line


def check_apart(one: bytes, other: bytes) -> None:
    """Raise ReleaseError where two lines that follow each other are one triple in two graphs."""
    triple = one.rpartition(b" <")[0]
    if not triple or other.rpartition(b" <")[0] != triple:
        return
    graphs = [line.rpartition(b" <")[2].partition(b">")[0].decode() for line in (one, other)]
    raise ReleaseError(
        f"同じ文が二つのグラフにあります: {triple.decode()}",
        f"one triple stands in {graphs[0]} and {graphs[1]}: {triple.decode()}",
    )
