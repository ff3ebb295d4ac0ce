"""Boxes in columns, so that lines run from left to right and cross no box (after Sugiyama).

A line that passes a column gets a lane of its own between the boxes there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

SWEEPS = 8
"""How often the columns are put in a better order."""


@dataclass(frozen=True, slots=True)
class Layers:
    """Columns of boxes and lanes, and for each line the lanes that it takes.

    A lane is named by its line and its column; `lines` are those that run from left to right,
    others are left out.
    """

    columns: tuple[tuple[object, ...], ...]
    lanes: dict[tuple[str, str], tuple[object, ...]] = field(default_factory=dict)


def layers_of(boxes: Sequence[str], lines: Iterable[tuple[str, str]]) -> Layers:
    """Put boxes into columns, each left of what its lines lead to, and in a calm order."""
    forward = _without_cycles(boxes, sorted({(a, b) for a, b in lines if a != b}))
    column = _columns(boxes, forward)
    linked = {box for line in forward for box in line}
    width = max(column.values(), default=0) + 1
    rows: list[list[object]] = [[] for _ in range(width)]
    for box in boxes:
        rows[column[box] if box in linked else width - 1].append(box)
    lanes: dict[tuple[str, str], tuple[object, ...]] = {}
    near: dict[object, list[object]] = {}
    for start, end in forward:
        passed = [(start, end, at) for at in range(column[start] + 1, column[end])]
        lanes[start, end] = tuple(passed)
        for lane in passed:
            rows[lane[2]].append(lane)
        chain: list[object] = [start, *passed, end]
        for left, right in pairwise(chain):
            near.setdefault(left, []).append(right)
            near.setdefault(right, []).append(left)
    _calm(rows, near)
    return Layers(tuple(map(tuple, rows)), lanes)


def _without_cycles(
    boxes: Sequence[str], lines: Sequence[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Return the lines but those that would lead back."""
    kept: dict[str, list[str]] = {box: [] for box in boxes}
    forward = []
    for start, end in lines:
        if start in kept and end in kept and not _reaches(kept, end, start):
            kept[start].append(end)
            forward.append((start, end))
    return forward


def _reaches(lines: Mapping[str, Sequence[str]], start: str, end: str) -> bool:
    seen, ahead = {start}, [start]
    while ahead:
        box = ahead.pop()
        if box == end:
            return True
        ahead += [other for other in lines[box] if other not in seen]
        seen.update(lines[box])
    return False


def _columns(boxes: Sequence[str], forward: Sequence[tuple[str, str]]) -> dict[str, int]:
    """Return each box's column: as far left as it can be after all that leads to it.

    A box to which nothing leads stands just left of the nearest that it leads to.
    """
    column = dict.fromkeys(boxes, 0)
    for _ in boxes:
        for start, end in forward:
            column[end] = max(column[end], column[start] + 1)
    led_to = {end for _, end in forward}
    for box in boxes:
        ahead = [column[end] for start, end in forward if start == box]
        if box not in led_to and ahead:
            column[box] = min(ahead) - 1
    return column


def _calm(rows: list[list[object]], near: Mapping[object, Sequence[object]]) -> None:
    """Order every column by the mean place of what its boxes are joined to, back and forth."""
    for sweep in range(SWEEPS):
        order = range(len(rows)) if sweep % 2 == 0 else range(len(rows) - 1, -1, -1)
        place = {item: at / max(len(row) - 1, 1) for row in rows for at, item in enumerate(row)}
        for at in order:
            row = rows[at]

            def mean(item: object, place: Mapping[object, float] = place) -> float:
                joined = [place[other] for other in near.get(item, ())]
                return sum(joined) / len(joined) if joined else place[item]

            row.sort(key=mean)
            place = {**place, **{item: n / max(len(row) - 1, 1) for n, item in enumerate(row)}}
