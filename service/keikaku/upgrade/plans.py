"""The plans: their graphs, their profiles, and whether they can be read as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keikaku.build import read_source
from keikaku.errors import KeikakuError, SettingsError
from keikaku.graph.given import GRAPHS_FILE
from keikaku.upgrade.furniture import upgrade_profile
from keikaku.upgrade.graphs import upgrade_graphs
from keikaku.upgrade.told import Kind, Told

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from keikaku.settings import Settings


def upgrade_plan(
    folder: Path, settings: Settings, public: Collection[str], *, keep_furniture: bool
) -> Iterator[Told]:
    """Bring a plan's folder on, and yield what was done and what is to be decided.

    `public` are the names of plans in a release of an earlier format that is current. What is wrong
    in a folder is told, and nothing of it is changed. Raises SettingsError where nothing can be
    written.
    """
    try:
        yield from upgrade_graphs(folder, settings.base)
        yield from upgrade_profile(folder, keep=keep_furniture, was_public=folder.name in public)
        if not (folder / GRAPHS_FILE).is_file():
            read_source(folder, settings)
    except SettingsError:
        raise
    except KeikakuError as error:
        for problem in error.problems:
            where = ":".join(
                str(part)
                for part in (problem.file, problem.place, problem.line)
                if part is not None
            )
            yield Told(Kind.DECIDE, f"{where or folder.name}: {problem.ja}", problem.en)
