"""The command that brings plans, profiles and shelves of earlier versions on."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from keikaku.build import all_folders
from keikaku.commands.guarding import guard_of
from keikaku.commands.output import progress, say
from keikaku.deposit.workplace import HIDDEN, Workplace
from keikaku.release.shelf import Shelf
from keikaku.upgrade.plans import upgrade_plan
from keikaku.upgrade.shelf import public_plans, upgrade_shelf
from keikaku.upgrade.told import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from keikaku.settings import Settings
    from keikaku.upgrade.told import Told

Arguments = dict[str, Any]

WAIT_SECONDS = 10.0
"""How long a deposit that is under way is waited for."""


def upgrade(settings: Settings, given: Arguments) -> bool:
    """Bring plans and shelf on; print what was done, and what is to be decided."""
    told = []
    for each in _upgraded(settings, keep_furniture=given["keep_furniture"]):
        told.append(each)
        say(str(each))
    if not told:
        say("することはありません。 (there is nothing to do)")
    return not any(each.kind is Kind.DECIDE for each in told)


def _upgraded(settings: Settings, *, keep_furniture: bool) -> Iterator[Told]:
    shelf = Shelf(settings.releases)
    public = public_plans(shelf)
    with _alone(settings, shelf):
        for folder in all_folders(settings, progress):
            progress(f"{folder.name}: 移行")
            yield from upgrade_plan(folder, settings, public, keep_furniture=keep_furniture)
    yield from upgrade_shelf(shelf, guard_of(settings))


def _alone(settings: Settings, shelf: Shelf) -> AbstractContextManager[None]:
    """Keep depositors out where plans come over HTTP."""
    if (settings.plans / HIDDEN).is_dir():
        return Workplace(settings.plans, shelf).working(WAIT_SECONDS)
    return nullcontext()
