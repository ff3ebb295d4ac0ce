"""Finds what a plan may be linked with in one target."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from keikaku.errors import LinkError
from keikaku.graph.link.builtin import AREA, BUILT_IN, MUNICIPALITY, of_area, of_municipality
from keikaku.graph.link.dataset import records_of
from keikaku.graph.link.match import proposals
from keikaku.graph.link.sheet import FOLDER, own_name
from keikaku.graph.link.target import read_target, target_path

if TYPE_CHECKING:
    from pathlib import Path

    from keikaku.graph.link.ours import Things
    from keikaku.graph.link.proposal import Proposal
    from keikaku.names import PlanNames

MOST_FOUND = 20_000
"""How many links to one target are proposed: no person looks through more."""


def targets_in(folder: Path) -> tuple[str, ...]:
    """Return the targets of a plan's folder: those that keikaku knows, and those described."""
    described = sorted(path.stem for path in (folder / FOLDER).glob("*.toml"))
    return (*BUILT_IN, *(name for name in described if name not in BUILT_IN))


def found_in(
    target: str, folder: Path, things: Things, names: PlanNames, *, max_bytes: int, query: str = ""
) -> list[Proposal]:
    """Return what a plan may be linked with in a target, its own things named as files name them.

    Raises LinkError for a target that there is not, and whatever its dataset cannot be read for.
    """
    city = names.city.municipality.value
    found = _found(target, folder, things, names, max_bytes=max_bytes, query=query)
    return [replace(one, subject=own_name(one.subject, city)) for one in found]


def _found(
    target: str, folder: Path, things: Things, names: PlanNames, *, max_bytes: int, query: str
) -> list[Proposal]:
    if target == MUNICIPALITY:
        return of_municipality(names)
    if target == AREA:
        period = things.period()
        return of_area(names, things.title, *period) if period else []
    path = target_path(folder, target)
    if not path.is_file():
        known = "、".join(targets_in(folder))
        raise LinkError(
            f"リンク先「{target}」はありません。あるもの: {known}。新しいデータは --with で"
            "指定します。",
            f"there is no target {target!r}; there are: {known}; give new data by --with",
            file=str(path),
        )
    keys = read_target(path)
    theirs = records_of(keys, folder, max_bytes=max_bytes, query=query)
    found = proposals(things.records(keys.kinds), theirs, target)
    if len(found) > MOST_FOUND:
        raise LinkError(
            f"候補が {len(found):,} 件あります(上限 {MOST_FOUND:,})。--kind や --type で絞って"
            "ください。",
            f"there are {len(found):,} proposals, more than {MOST_FOUND:,}; ask for fewer by "
            "--kind or --type",
            file=str(path),
        )
    return found
