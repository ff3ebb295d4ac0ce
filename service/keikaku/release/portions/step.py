"""From one large release to the next: which portions went and came, so that the rest stays.

Each release says in a small file of which portions it was written, and keeps what all plans
share. As long as those that went are still kept, the lines that turn one release into the other
are known without reading either.
"""

from __future__ import annotations

import json
import re
import zipfile
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from keikaku.release.portions.archive import read_archive, write_archive
from keikaku.release.portions.portion import KeptPortion, is_kept

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from keikaku.release.portions.merge import Merged
    from keikaku.release.portions.portion import Portion

PORTIONS = "portions.zip"
"""The file's name in a release's folder."""

_REGION = re.compile(rb"/source/[0-9]+/withheld/")
_KEYS, _SHARED = "portions.json", "shared.nq"
_MOST_CHANGED = 0.1  # of the portions; beyond, everything is loaded anew, and lies closer together


@dataclass(frozen=True, slots=True)
class Step:
    """The lines of the portions that went since another release, and of those that came."""

    gone: tuple[Callable[[], bytes], ...]
    come: tuple[Callable[[], bytes], ...]

    def removed(self) -> Iterator[bytes]:
        """Yield the lines that are no longer there, a portion's at a time."""
        return _only(self.gone, self.come)

    def added(self) -> Iterator[bytes]:
        """Yield the lines that are new, a portion's at a time."""
        return _only(self.come, self.gone)

    @property
    def withholds(self) -> bool:
        """Whether something is withheld that was not before, or elsewhere.

        The files of a store that is made from another keep what was removed from it.
        """
        return any(_REGION.search(lines) for lines in self.added())


def write_portions(
    path: Path, portions: Sequence[Portion], whole: Merged, plans: Sequence[str] = ()
) -> None:
    """Say of which portions a release was written; the first is what all plans share.

    `plans` are the keys under which the plans in it were made ready.
    """
    said = {
        "keys": [portion.key for portion in portions],
        "plans": [*plans],
        "repeated": len(whole.repeated),
    }
    write_archive(path, {_KEYS: json.dumps(said).encode(), _SHARED: portions[0].lines()})


def keys_in(release: Path) -> frozenset[str]:
    """Return the keys of the plans and cities of which the release in a folder was made.

    There are none where it does not say so.
    """
    try:
        said = json.loads(read_archive(release / PORTIONS, _KEYS))
        return frozenset((*said["keys"], *said["plans"]))
    except (OSError, ValueError, LookupError, TypeError, zipfile.BadZipFile):
        return frozenset()


def step_from(before: Path, portions: Sequence[Portion], whole: Merged) -> Step | None:
    """Return the step from the release in the folder `before`, None where it is not a small one.

    It is none either where lines stand in several portions, of which one that went may be there
    still, and where something is withheld that was not before.
    """
    try:
        said = json.loads(read_archive(before / PORTIONS, _KEYS))
        shared, *keys = said["keys"]
        repeated = said["repeated"] or whole.repeated
    except (OSError, ValueError, LookupError, TypeError, zipfile.BadZipFile):
        return None
    kept = [portion for portion in portions if isinstance(portion, KeptPortion)]
    if repeated or len(kept) < len(portions) - 1 or not kept:
        return None
    known, now = set(keys), {portion.key for portion in kept}
    come = [portion.lines for portion in kept if portion.key not in known]
    left = [KeptPortion(kept[0].path.with_name(f"{key}.zip")) for key in keys if key not in now]
    if len(come) + len(left) > 2 * max(1, _MOST_CHANGED * len(kept)):
        return None
    if not all(is_kept(portion.path) for portion in left):
        return None
    gone = [portion.lines for portion in left]
    if shared != portions[0].key:
        gone.append(partial(read_archive, before / PORTIONS, _SHARED))
        come.append(portions[0].lines)
    step = Step(tuple(gone), tuple(come))
    return None if step.withholds else step


def _only(
    portions: Sequence[Callable[[], bytes]], others: Sequence[Callable[[], bytes]]
) -> Iterator[bytes]:
    """Yield the lines of portions that none of the others has."""
    for lines in portions:
        own = set(lines().splitlines(keepends=True))
        for other in others:
            own.difference_update(other().splitlines(keepends=True))
        yield b"".join(sorted(own))
