"""What commands say of releases that hold what is withheld at present, and what they refuse."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

from keikaku.errors import ReleaseError
from keikaku.present import withheld_at_present
from keikaku.release.held_back.guard import Guard
from keikaku.release.shelf import Shelf

if TYPE_CHECKING:
    from keikaku.release.held_back.verdict import Verdict
    from keikaku.settings import Settings


def guard_of(settings: Settings) -> Guard:
    """Return the guard of the shelf that the settings name, which knows of the plans' folders."""
    return Guard(Shelf(settings.releases), partial(withheld_at_present, settings))


def check_served(settings: Settings, guard: Guard, name: str) -> None:
    """Raise ReleaseHeldBackError unless a release may be served as the current one."""
    verdict = guard.of(name)
    if verdict is not None and not settings.serve_withheld:
        raise verdict.as_current()


def check_used(settings: Settings, guard: Guard, name: str) -> None:
    """Raise ReleaseError unless a release may be made the current one."""
    verdict = guard.of(name)
    if verdict is not None and not settings.serve_withheld:
        ja, en = verdict.told()
        raise ReleaseError(f"現在のリリースにはできません。{ja}", f"it is not made current: {en}")


def tell(settings: Settings, guard: Guard) -> None:
    """Say on standard error which releases are held back, and which could not be judged."""
    for verdict in guard.look():
        for ja, en in _lines(verdict, served=settings.serve_withheld):
            sys.stderr.write(f"注意: {ja} ({en})\n")


def _lines(verdict: Verdict, *, served: bool) -> tuple[tuple[str, str], ...]:
    if verdict.is_held:
        return (verdict.told_as_served() if served else verdict.told(),)
    if verdict.unknown:
        return (verdict.not_judged(),)
    return ()
