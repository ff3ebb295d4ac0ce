"""graphs.nq of format 2, rewritten without what is published no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import RdfFormat

from keikaku.graph.given import GRAPHS_FILE, quads_in
from keikaku.graph.older import upgraded
from keikaku.names import CityNames, PlanNames
from keikaku.records.harvested import read_harvested
from keikaku.records.planfile import read_planfile
from keikaku.release.dumps import canonical
from keikaku.upgrade.files import replace_file
from keikaku.upgrade.told import Kind, Told

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def upgrade_graphs(folder: Path, base: str) -> Iterable[Told]:
    """Rewrite the graphs that lie in a plan's folder, and return what was done.

    Raises PlanFileError or ReadError for what cannot be read, SettingsError where it cannot be
    written.
    """
    path = folder / GRAPHS_FILE
    if not path.is_file():
        return ()
    keys, harvested = read_planfile(folder).keys, read_harvested(folder)
    city = CityNames(harvested.base if harvested else base, keys.municipality.code)
    names = PlanNames(city, keys.plan.name)
    before = frozenset(quads_in(path.read_bytes(), RdfFormat.N_QUADS, f"{folder.name}/{path.name}"))
    after = upgraded(before, names)
    if after.quads == before:
        return ()
    replace_file(path, canonical(after.quads))
    return (
        Told(
            Kind.DONE,
            f"{folder.name}/{path.name}: どの値の根拠でもない欄 {after.cells:,} と行 "
            f"{after.lines:,}、注記 {after.comments:,} を消し、文書のハッシュ値 {after.hashes:,} を"
            "読取りのものに替えました",
            f"{after.cells:,} cells and {after.lines:,} lines that nothing names and "
            f"{after.comments:,} comments removed, {after.hashes:,} hashes of files replaced by "
            "those of what is read",
        ),
    )
