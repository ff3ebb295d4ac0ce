"""Which release a person means: by its id, the beginning of it, a word, or its folder.

`previous` is the one that was current before the current one. What came before any other one is
told by when they were first published, so that making an old one current again changes nothing.
"""

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
    is_word = text in (CURRENT, LATEST, PREVIOUS)
    if folders and not is_word and (os.sep in text or (Path(text) / MANIFEST).is_file()):
        return _in_folder(Path(text))
    return shelf.release(id_named(shelf, text, folders=folders))


def id_named(shelf: Shelf, text: str, *, folders: bool = False) -> str:
    """Return the id of the release that `text` means, which may be damaged or gone.

    Raises ReleaseError for what is no release and for a beginning that several ids have. `folders`
    tells whether a folder would have done too.
    """
    if text in (CURRENT, LATEST):
        return shelf.current().id
    if text == PREVIOUS:
        return previous(shelf)
    known = list(dict.fromkeys(entry.id for entry in reversed(shelf.index())))
    found = [name for name in known if text and name.startswith(text)]
    if len(found) == 1:
        return found[0]
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


def previous(shelf: Shelf) -> str:
    """Return the id of the release that was current before the current one, and is still given.

    Raises ReleaseError where there is none.
    """
    current, away = shelf.current().id, shelf.not_given()
    kept = (entry.id for entry in reversed(shelf.index()) if entry.id not in away)
    before = next((name for name in kept if name != current), None)
    if before is None:
        raise _nothing_before(current)
    return before


def predecessor(shelf: Shelf, name: str) -> str:
    """Return the id of the release that one followed when it was first published.

    Where that was removed since, it is the one before that. Raises ReleaseError for the first one.
    """
    before = followed(shelf).get(name)
    if before is None:
        raise _nothing_before(name)
    return before


def followed(shelf: Shelf) -> dict[str, str | None]:
    """Return which release each one followed when it was first published, None for the first.

    What was removed since or is held back is passed over, and so is what came back only after it.
    """
    away = shelf.not_given()
    before: dict[str, str | None] = {}
    for name, entry in shelf.published().items():
        one = entry.predecessor if entry.predecessor in before else None
        before[name] = before[one] if one in away else one
    return before


def _nothing_before(name: str) -> ReleaseError:
    return ReleaseError(
        f"リリース {name} の前のリリースはありません。",
        f"there is no release before {name}",
    )


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
