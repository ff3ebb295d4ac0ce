"""Two releases beside each other, as strangers may see them: without what is withheld by now.

A release is judged by the newer of the two, and both by the one that was published last: what that
withholds is not told of any older one. Newer is what was put on the shelf later, whichever is named
first and whichever is current. Of a folder that is on no shelf nobody knows how old it is; so it
and the other are judged by each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from keikaku.release.difference import delta
from keikaku.release.difference.compare import difference
from keikaku.release.difference.delta import quads_of
from keikaku.release.difference.veil import Veils, veil_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from keikaku.release.difference.changes import Difference
    from keikaku.release.shelf import Release, Shelf


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two releases, and what is not told of each."""

    before: Release
    after: Release
    veils: tuple[Veils, Veils]

    def difference(self) -> Difference:
        """Return what differs between the two.

        Raises ReleaseError where one has no N-Quads or they are not in order.
        """
        return difference(self.before, self.after, self.veils)

    def removed(self) -> Iterator[bytes]:
        """Yield the statements that only the first has; a comment says how many are not told."""
        return _told(self.before, self.after, self.veils[0])

    def added(self) -> Iterator[bytes]:
        """Yield the statements that only the second has; a comment says how many are not told."""
        return _told(self.after, self.before, self.veils[1])

    def left_out(self) -> tuple[int, int]:
        """Return how many statements are left out of what is removed, and of what is added."""
        return (
            _hidden(self.before, self.after, self.veils[0]),
            _hidden(self.after, self.before, self.veils[1]),
        )


def _told(one: Release, other: Release, veils: Veils) -> Iterator[bytes]:
    lines = delta.removed(quads_of(one), quads_of(other))
    if hidden := _hidden(one, other, veils):
        yield from (f"# {text}\n".encode() for text in left_out_of(hidden))
        yield from (line for line in lines if not veils.hides(line))
    else:
        yield from lines


def _hidden(one: Release, other: Release, veils: Veils) -> int:
    """Return how many of the statements that only one has are not told."""
    lines = delta.removed(quads_of(one), quads_of(other)) if veils else ()
    return sum(map(veils.hides, lines))


def left_out_of(hidden: int) -> tuple[str, str]:
    """Say that statements are left out of N-Quads, and what that means for who applies them."""
    return (
        f"公開しない欄になった言明 {hidden:,} 件を省きました。この差分を当てても、もう一方の"
        "リリースと同じにはなりません。新しいほうのリリースの書き出しを使ってください。",
        f"{hidden:,} statements are left out that are withheld by now: applied, these lines do not "
        "give the other release; use the dump of the newer one",
    )


def compared(shelf: Shelf, before: Release, after: Release) -> Comparison:
    """Return two releases beside each other; raises ReleaseError where one has no N-Quads."""
    last = last_published(shelf)
    others = (last,) if last else ()
    return Comparison(
        before,
        after,
        (
            _veils(before, _newer(shelf, before, (after, *others))),
            _veils(after, _newer(shelf, after, (before, *others))),
        ),
    )


def last_published(shelf: Shelf) -> Release | None:
    """Return the release that was put on a shelf last, of those that are kept and whole."""
    gone = shelf.gone()
    for name in reversed(shelf.published()):
        if name not in gone and shelf.has(name):
            return shelf.release(name)
    return None


def _newer(shelf: Shelf, one: Release, others: Iterable[Release]) -> list[Release]:
    """Return those of some releases that are newer than one, or of which nobody knows."""
    order = {name: number for number, name in enumerate(shelf.published())}
    found = {
        other.id: other
        for other in others
        if other.id != one.id
        and (one.id not in order or other.id not in order or order[one.id] < order[other.id])
    }
    return list(found.values())


def _veils(one: Release, newer: Iterable[Release]) -> Veils:
    found = (veil_of(quads_of(one), quads_of(other)) for other in newer)
    return Veils(veil for veil in found if veil is not None)
