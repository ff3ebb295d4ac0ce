"""Releases that leave the shelf: withdrawn for a reason, or older than those that are kept.

What is left is a line in the index, so that their addresses answer 410 with the reason, and hashes
of the IRIs that they had. What was made ready goes first, since it may hold the same text: a kill
at any moment leaves the release whole, or gone with all that was made of it.
"""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from keikaku.errors import ReleaseError
from keikaku.release.index import Gone
from keikaku.release.made_ready import clear
from keikaku.release.tombstones import leave_behind

if TYPE_CHECKING:
    from collections.abc import Collection

    from keikaku.release.shelf import Shelf


def withdraw(shelf: Shelf, name: str, reason: str, held: Collection[str] = ()) -> None:
    """Take a release back, for a reason that its address will tell.

    The last one that is kept may be the current one: then none is. `held` are the ids of releases
    that must stay. Raises ReleaseError for one of these, for the current release as long as
    another can take its place, and for one that was never on the shelf.
    """
    if not reason.strip():
        raise ReleaseError(
            "取り下げの理由を --reason に書いてください。公開されます。",
            "say by --reason why it is withdrawn; the reason is published",
        )
    with shelf.writing():
        _check_known(shelf, name, held)
        if name == shelf.current_id():
            shelf.point_to_none()
        clear(shelf)
        _remove(shelf, name, reason.strip())


def keep_last(shelf: Shelf, count: int, held: Collection[str] = ()) -> tuple[str, ...]:
    """Remove all but the last `count` releases, and return which; what must stay stays.

    Raises ReleaseError for a count below one.
    """
    if count < 1:
        raise ReleaseError(
            "--keep には 1 以上を指定してください。", "--keep wants a number of 1 at least"
        )
    with shelf.writing():
        gone = shelf.gone()
        names = [name for name in {e.id: e for e in reversed(shelf.index())} if name not in gone]
        stays = {*names[:count], *held, shelf.current_id()}
        old = tuple(name for name in reversed(names) if name not in stays)
        if old:
            clear(shelf)
        for name in old:
            _remove(shelf, name, None)
    return old


def _check_known(shelf: Shelf, name: str, held: Collection[str]) -> None:
    others = shelf.published().keys() - shelf.gone().keys() - {name}
    if name in held or (name == shelf.current_id() and others):
        raise ReleaseError(
            f"リリース {name} は公開中なので取り下げられません。"
            "先に build か --use で別のリリースに切り替えてください。",
            f"release {name} is being served; make another one current first, by build or --use",
        )
    if name not in {entry.id for entry in shelf.index()}:
        raise ReleaseError(
            f"リリース {name} はありません。一覧は keikaku releases で見られます。",
            f"there is no release {name}; `keikaku releases` lists them",
        )
    known = shelf.gone().get(name)
    if known is not None and known.reason is not None:
        raise ReleaseError(
            f"リリース {name} は取り下げられています: {known.reason}",
            f"release {name} is withdrawn already: {known.reason}",
        )


def _remove(shelf: Shelf, name: str, reason: str | None) -> None:
    leave_behind(shelf, name)
    aside = shelf.put_aside(name)
    shelf.enter_gone(Gone(name, datetime.now(UTC), reason))
    if aside is not None:
        shutil.rmtree(aside)
