"""What an answer is held to: the release that it says it comes from, or the form of an error."""

from __future__ import annotations

import csv
import gzip
import io
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .facts import Facts
    from .http import Answer

Row = tuple[str, str, str]
"""The release that answers, the number and the title of an item."""

_UNEXPECTED = "予期しない"


def rows_of(answer: Answer) -> list[Row]:
    """Return the rows of a result in CSV or JSON, compressed or not."""
    body = answer.body
    if answer.headers.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
    if answer.headers["content-type"].startswith("text/csv"):
        return [(row[0], row[1], row[2]) for row in csv.reader(io.StringIO(body.decode()))][1:]
    return [
        (row["release"]["value"], row["number"]["value"], row["title"]["value"])
        for row in json.loads(body)["results"]["bindings"]
    ]


def wrong_items(
    facts: dict[str, Facts], key: tuple[str, str], rows: list[Row], pinned: str = ""
) -> str | None:
    """Return what is wrong with the items of a party in a year, or None.

    `pinned` is the release that was asked; without one it is any, but one alone.
    """
    asked = [facts[pinned]] if pinned else list(facts.values())
    if not rows:
        empty = any(not one.items.get(key) for one in asked)
        return None if empty else f"no rows for {key}, for which every release has some"
    releases = {release for release, _, _ in rows}
    if len(releases) > 1 or not releases <= {one.release for one in asked}:
        return f"an answer from {releases} instead of {[one.release for one in asked]}"
    wanted = facts[releases.pop()].items.get(key, frozenset())
    found = {(number, title) for _, number, title in rows}
    if found != wanted or len(rows) != len(wanted):
        return f"{key}: {len(rows)} rows, wanted {len(wanted)}"
    return None


def wrong_problem(answer: Answer) -> str | None:
    """Return what is wrong with the form of an error, or None: problem+json, two languages."""
    if answer.status == 200:
        return None
    try:
        detail = json.loads(answer.body)["detail"]
    except (ValueError, LookupError, TypeError):
        return f"{answer.status} without a problem: {answer.body[:100]!r}"
    if answer.status == 500 and _UNEXPECTED in detail:
        return "500 for what nobody expected"
    if detail.isascii() or " (" not in detail:
        return f"{answer.status} not in two languages: {detail}"
    return None
