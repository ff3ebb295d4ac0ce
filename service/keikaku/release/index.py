"""The index of a shelf: a line for each release that was put on it or removed from it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from keikaku.errors import ReleaseError


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the index: which release, when it became the current one, and which it followed."""

    id: str
    date: datetime
    predecessor: str | None


@dataclass(frozen=True, slots=True)
class Gone:
    """A line of the index: a release that was removed, when, and why if it was withdrawn."""

    id: str
    date: datetime
    reason: str | None

    def error(self) -> ReleaseGoneError:
        """Return what tells of it to whoever asks for the release."""
        day = self.date.date().isoformat()
        if self.reason is None:
            return ReleaseGoneError(
                f"リリース {self.id} は {day} から保存していません。新しいものをお使いください。",
                f"release {self.id} is not kept since {day}; use a newer one",
            )
        error = ReleaseGoneError(
            f"リリース {self.id} は {day} に取り下げられました。理由: {self.reason}",
            f"release {self.id} was withdrawn on {day}: {self.reason}",
        )
        error.withdrawn = True
        return error


class ReleaseGoneError(ReleaseError):
    """A release that was removed; what is left is its name, when and why.

    It was `withdrawn` for a reason, or is older than those that are kept.
    """

    withdrawn = False


def entries_in(index: str) -> list[Entry]:
    """Return every release that an index says was put on the shelf, the oldest first.

    A line that was cut off by a failure of the machine is passed over.
    """
    return [entry for line in index.splitlines() if (entry := _entry(line))]


def published_in(index: str) -> dict[str, Entry]:
    """Return each release as it was first put on the shelf, in this order, by id.

    One that came back after it was removed was written anew, and counts from then. A release that
    was made the current one again is what it was.
    """
    published: dict[str, Entry] = {}
    gone: set[str] = set()
    for line in index.splitlines():
        if entry := _entry(line):
            if entry.id in gone:
                gone.remove(entry.id)
                del published[entry.id]
            published.setdefault(entry.id, entry)
        elif removed := _gone(line):
            gone.add(removed.id)
    return published


def gone_in(index: str) -> dict[str, Gone]:
    """Return the releases that an index says were removed and are not back, by id."""
    gone: dict[str, Gone] = {}
    for line in index.splitlines():
        if entry := _entry(line):
            gone.pop(entry.id, None)
        elif removed := _gone(line):
            gone[removed.id] = removed
    return gone


def second(moment: datetime) -> str:
    """Return a moment to the second, as the index writes it."""
    return moment.isoformat(timespec="seconds")


def _entry(line: str) -> Entry | None:
    try:
        said = json.loads(line)
        return Entry(said["id"], datetime.fromisoformat(said["date"]), said["predecessor"])
    except (ValueError, LookupError, TypeError):
        return None


def _gone(line: str) -> Gone | None:
    try:
        said = json.loads(line)
        return Gone(said["id"], datetime.fromisoformat(said["date"]), said["gone"])
    except (ValueError, LookupError, TypeError):
        return None
