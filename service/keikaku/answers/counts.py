"""The answers that were added up when a release was made, read where they are asked for."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from keikaku.errors import ReleaseError
from keikaku.release.counts import COUNTS, rows_in
from keikaku.release.portions.archive import names_in, read_archive
from keikaku.store.base import Solutions

if TYPE_CHECKING:
    from pathlib import Path

    from keikaku.release.shelf import Release


@dataclass(frozen=True, slots=True)
class Counts:
    """The counts of one release."""

    path: Path
    questions: frozenset[str]

    @classmethod
    def of(cls, release: Release) -> Counts | None:
        """Return the counts of a release; an older one has none."""
        path = release.folder / COUNTS
        try:
            names = names_in(path)
        except FileNotFoundError:
            return None
        except (OSError, zipfile.BadZipFile) as error:
            raise _damaged(path) from error
        return cls(path, frozenset(name.removesuffix(".json") for name in names))

    def answer(self, question: str) -> Solutions | None:
        """Return the rows of a question's answer to everything, None where it was not counted."""
        if question not in self.questions:
            return None
        try:
            variables, rows = rows_in(read_archive(self.path, f"{question}.json"))
        except (OSError, ValueError, LookupError, zipfile.BadZipFile) as error:
            raise _damaged(self.path) from error
        return Solutions(variables, tuple(rows)) if rows else None


def _damaged(path: Path) -> ReleaseError:
    return ReleaseError(
        "リリースの集計が読めません。keikaku build で作り直してください。",
        "the counts of the release cannot be read; make it anew with `keikaku build`",
        file=str(path),
    )
