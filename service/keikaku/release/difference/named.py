"""Which release a person means: by its id, the beginning of it, a word, or its folder."""

from __future__ import annotations

import json
import os
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from keikaku.errors import ReleaseError
from keikaku.release.shelf import MANIFEST, Release

if TYPE_CHECKING:
    from keikaku.release.shelf import Shelf

CURRENT, LATEST, PREVIOUS = "current", "latest", "previous"
MOST_NAMED = 8
"""How many releases an error names."""


def release_named(shelf: Shelf, text: str, *, folders: bool = False) -> Release:
    """Return the release that `text` means: `current`, `previous`, an id or its beginning.

    With `folders` it may be the folder of a release too: not for what strangers write. Raises
    ReleaseError for what is no release, with those that there are, and for a beginning that several
    ids have.
    """
    if text in (CURRENT, LATEST):
        return shelf.current()
    if text == PREVIOUS:
        return shelf.release(predecessor(shelf))
    if folders and (os.sep in text or (Path(text) / MANIFEST).is_file()):
        return _in_folder(Path(text))
    known = list(dict.fromkeys(entry.id for entry in reversed(shelf.index())))
    found = [name for name in known if text and name.startswith(text)]
    if len(found) == 1:
        return shelf.release(found[0])
    if found:
        raise ReleaseError(
            f"「{text}」で始まるリリースは {len(found)} つあります: {_listed(found)}",
            f"{len(found)} releases begin with {text!r}: {_listed(found)}",
        )
    near = get_close_matches(text, known, MOST_NAMED) or known
    raise ReleaseError(
        f"「{text}」というリリースはありません。あるもの: {_listed(near) or 'なし'}"
        f"(current、previous{'、リリースのフォルダ' if folders else ''}も使えます)",
        f"there is no release {text!r}; there are: {_listed(near) or 'none'} "
        f"(current, previous{', the folder of a release' if folders else ''} will do too)",
    )


def predecessor(shelf: Shelf, name: str | None = None) -> str:
    """Return the id of the release that came before one, by default before the current one.

    Raises ReleaseError where it is the first.
    """
    name = name or shelf.current().id
    before = [entry.predecessor for entry in shelf.index() if entry.id == name]
    if not before or before[-1] is None:
        raise ReleaseError(
            f"リリース {name} の前のリリースはありません。",
            f"there is no release before {name}",
        )
    return before[-1]


def _listed(names: list[str]) -> str:
    more = len(names) - MOST_NAMED
    return "、".join(names[:MOST_NAMED]) + (f"、… (+{more})" if more > 0 else "")


def _in_folder(folder: Path) -> Release:
    try:
        return Release(folder.resolve(), json.loads((folder / MANIFEST).read_text("utf-8")))
    except (OSError, ValueError) as error:
        raise ReleaseError(
            f"リリースのフォルダではありません({MANIFEST} が読めません)。",
            f"this is no folder of a release: its {MANIFEST} cannot be read",
            file=str(folder),
        ) from error
