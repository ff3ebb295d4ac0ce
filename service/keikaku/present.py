"""What the plans' folders withhold as they are now, be it built into a release or not yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keikaku.build import all_folders, asserted_of, read_source
from keikaku.errors import KeikakuError
from keikaku.prepared import key_of_plan
from keikaku.release.dumps import canonical
from keikaku.release.held_back.judge import withheld_of
from keikaku.release.held_back.regions import NOTHING, Withheld
from keikaku.release.portions.step import keys_in
from keikaku.release.shelf import Shelf

if TYPE_CHECKING:
    from pathlib import Path

    from keikaku.settings import Settings


def withheld_at_present(settings: Settings) -> Withheld:
    """Return what the profiles of the plans withhold, where the current release cannot tell.

    A plan of which the current release was made as it lies there is not read again. One that cannot
    be read is left out: it is not known what of it is withheld, and `keikaku check` says why.
    """
    try:
        folders = all_folders(settings, lambda _: None)
    except KeikakuError:  # a server may stand where there are no plans
        return NOTHING
    shelf = Shelf(settings.releases)
    current = shelf.current_id()
    built = keys_in(shelf.folder / current) if current else frozenset()
    found = NOTHING
    for folder in folders:
        found = found | _withheld_by(folder, settings, built)
    return found


def _withheld_by(folder: Path, settings: Settings, built: frozenset[str]) -> Withheld:
    """Return what one plan withholds, nothing if that is built or cannot be read."""
    try:
        if {key_of_plan(folder, settings, swiftly=how) for how in (True, False)} & built:
            return NOTHING
        quads = asserted_of(read_source(folder, settings), settings.base).quads
    except KeikakuError:
        return NOTHING
    return withheld_of(canonical(quads).splitlines(keepends=True), settings.base)
