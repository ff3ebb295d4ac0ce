"""Puts one folder in the place of another, at one stroke where the system can."""

from __future__ import annotations

import ctypes
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


def replace_folder(live: Path, fresh: Path, aside: Path) -> None:
    """Put the folder `fresh` where `live` is; what was there ends as `fresh` or as `aside`.

    Linux exchanges the two at one stroke on most file systems. Elsewhere there is a moment in which
    `live` is not there, and a caller that is ended then calls again.
    """
    if not live.exists():
        fresh.rename(live)
    elif not _exchanged(live, fresh):
        live.rename(aside)
        fresh.rename(live)


def _exchanged(one: Path, other: Path) -> bool:
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    paths = (os.fsencode(one), os.fsencode(other))
    done = rename(_AT_FDCWD, paths[0], _AT_FDCWD, paths[1], _RENAME_EXCHANGE)
    return bool(done == 0)
