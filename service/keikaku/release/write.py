"""Writes a release: checks its content, makes its files, puts it on the shelf."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from keikaku.errors import ReleaseError
from keikaku.release.content import FORMAT_VERSION, Content, Part, release_id
from keikaku.release.files import History, Stores, Work, write_files
from keikaku.release.portions.merge import merged

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from keikaku.release.files import LoadStore, Progress, StepStore
    from keikaku.release.portions.merge import Merged
    from keikaku.release.shelf import Release, Shelf

    Landing = Callable[[str], AbstractContextManager[None]]

__all__ = ["FORMAT_VERSION", "Content", "Part", "check_content", "release_id", "write_release"]


def write_release(
    content: Content,
    shelf: Shelf,
    load_store: LoadStore,
    now: datetime | None = None,
    landing: Landing = lambda _: nullcontext(),
    progress: Progress = lambda _: None,
    step_store: StepStore | None = None,
) -> Release:
    """Write a release, make it the current one, and return it.

    A release of the same content is not written again. The store of a large one is made by
    `step_store` where it differs little from the release before, else by `load_store`.
    `landing(id)` is entered when all is made and nothing is on the shelf yet, and left when the
    release is the current one. Raises ReleaseError if a plan has violations, if a triple stands in
    two graphs, or if the disk takes no more; whatever was current stays so, and nothing
    half-written is left.
    """
    whole = check_content(content)
    name = content.id
    now = now or datetime.now(UTC)
    try:
        with shelf.writing(), shelf.workshop() as folder:
            known = shelf.has(name)
            _check_not_withdrawn(shelf, name)
            if not known:
                history = _history(shelf, name, now)
                work = Work(folder, name, content, whole, history)
                write_files(work, Stores(load_store, step_store), progress)
            with landing(name):
                release = shelf.release(name) if known else shelf.put(folder, name)
                shelf.point_to(release, now)
            return release
    except OSError as error:
        raise ReleaseError(
            f"リリースを書けません: {error.strerror}。前のリリースはそのままです。",
            f"the release cannot be written: {error.strerror}; the one before stays as it is",
            file=str(shelf.folder),
        ) from error


def check_content(content: Content) -> Merged:
    """Return the content's lines as one.

    Raises ReleaseError if a plan has violations, or if a triple stands in two graphs.
    """
    for plan in content.plans:
        if not plan.report.conforms:
            raise ReleaseError(
                f"{plan.name} に違反があります。keikaku check で確かめてください。",
                f"{plan.name} has violations; see `keikaku check`",
            )
    return merged(content.whole)


def _check_not_withdrawn(shelf: Shelf, name: str) -> None:
    """Raise ReleaseError if a release of this content was withdrawn: it does not come back."""
    gone = shelf.gone().get(name)
    if gone is not None and gone.reason is not None:
        raise ReleaseError(
            f"同じ内容のリリース {name} は取り下げられています(理由: {gone.reason})。"
            "内容か plan.toml を改めてください。",
            f"release {name}, of the same content, was withdrawn ({gone.reason}); change the "
            "document or plan.toml",
        )


def _history(shelf: Shelf, name: str, now: datetime) -> History:
    entries = shelf.index()
    before = shelf.current_id()
    return History(now, entries[0].date if entries else None, before if before != name else None)
