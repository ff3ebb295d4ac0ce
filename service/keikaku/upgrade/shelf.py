"""The shelf: what another version made ready goes, and releases are named that hold too much."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keikaku.errors import ReleaseError
from keikaku.prepared import version_of_program
from keikaku.release.held_back.judge import tells_regions
from keikaku.release.made_ready import clear_other_versions
from keikaku.release.tombstones import hash_lists
from keikaku.upgrade.told import Kind, Told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keikaku.release.held_back.guard import Guard
    from keikaku.release.shelf import Release, Shelf


def earlier_current(shelf: Shelf) -> Release | None:
    """Return the current release if it is of an earlier format, None if not or there is none."""
    try:
        release = shelf.current()
    except ReleaseError:
        return None
    return None if tells_regions(release) else release


def public_plans(shelf: Shelf) -> frozenset[str]:
    """Return the names of the plans in the current release, if that is of an earlier format."""
    release = earlier_current(shelf)
    return frozenset(plan["name"] for plan in release.manifest["plans"]) if release else frozenset()


def upgrade_shelf(shelf: Shelf, guard: Guard) -> Iterator[Told]:
    """Clear the shelf of what is no longer used; yield what was done and what is to be decided.

    Raises ReleaseError where the shelf cannot be read or written to.
    """
    if not shelf.folder.is_dir():
        return
    with shelf.writing():
        files, lists = clear_other_versions(shelf, version_of_program()), hash_lists(shelf)
    if files:
        yield Told(
            Kind.DONE,
            f"ほかの版の keikaku が準備した計画のファイル {files:,} 個を消しました",
            f"{files:,} files removed that another version had made ready",
        )
    if lists:
        yield Told(
            Kind.DONE,
            f"除いたリリース {lists:,} 件の IRI の一覧を、名前の読めない形にしました",
            f"the lists of IRIs of {lists:,} removed releases are hashes now",
        )
    yield from _releases(shelf, guard)


def _releases(shelf: Shelf, guard: Guard) -> Iterator[Told]:
    current = earlier_current(shelf)
    if current:
        yield Told(
            Kind.NEXT,
            f"現在のリリース {current.id} は前の形式です。keikaku build で作り直してください",
            f"the current release {current.id} is of an earlier format; run `keikaku build`",
        )
    for verdict in guard.look():
        if verdict.is_held and (current is None or verdict.id != current.id):
            ja, en = verdict.told()
            yield Told(Kind.DECIDE, ja, en)
