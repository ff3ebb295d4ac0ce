"""Where plans and cities that were made ready lie beside the releases, and how they are cleared.

They hold the text of plans, published or not: when a release goes, they go with it, but for those
that the current release is made of.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from keikaku.errors import ReleaseError
from keikaku.release.portions.step import keys_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from keikaku.release.shelf import Shelf

HIDDEN = ".prepared"
"""The folder in that of the releases; in it one for each version of the program."""


def clear(shelf: Shelf) -> int:
    """Remove all that was made ready and is no part of the current release; return how many files.

    Raises ReleaseError where the disk does not let them go.
    """
    current = shelf.current_id()
    kept = keys_in(shelf.folder / current) if current else frozenset()
    return _remove(shelf.folder / HIDDEN, lambda path: path.suffix == ".zip" and path.stem in kept)


def clear_other_versions(shelf: Shelf, version: str) -> int:
    """Remove what another version of the program has made ready; return how many files."""
    folder = shelf.folder / HIDDEN
    return _remove(folder, lambda path: path.relative_to(folder).parts[0] == version)


def _remove(folder: Path, stays: Callable[[Path], bool]) -> int:
    """Remove the files of a folder that do not stay, and what is empty then."""
    removed = 0
    try:
        for path in sorted(folder.rglob("*"), reverse=True):  # what lies in a folder comes first
            if path.is_dir() and not path.is_symlink():
                with suppress(OSError):
                    path.rmdir()  # unless something stays in it
            elif not stays(path):
                path.unlink(missing_ok=True)
                removed += 1
    except OSError as error:
        raise ReleaseError(
            f"準備した計画を消せません({error.strerror})。",
            f"what was made ready cannot be removed: {error.strerror}",
            file=str(folder),
        ) from error
    return removed
