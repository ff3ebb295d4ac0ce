"""Commands on releases: write one out, compare two, list, withdraw and remove them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyoxigraph import RdfFormat, parse

from keikaku.commands.guarding import check_used, guard_of
from keikaku.commands.output import note, put, say, write
from keikaku.errors import ReleaseError, SettingsError
from keikaku.release.catalogue.offers import DUMP
from keikaku.release.difference.comparison import compared, left_out_of
from keikaku.release.difference.named import id_named, release_named
from keikaku.release.difference.told import told
from keikaku.release.dumps import dump
from keikaku.release.removal import keep_last, withdraw
from keikaku.release.shelf import Shelf
from keikaku.release.tabular import table_names
from keikaku.starting.columns import columns
from keikaku.starting.sheet import as_csv, as_xlsx
from keikaku.starting.stored import stored_plan
from keikaku.store.configured import bounds_of
from keikaku.store.embedded import EmbeddedStore
from keikaku.store.holding import read_holding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keikaku.release.held_back.guard import Guard
    from keikaku.release.held_back.verdict import Verdict
    from keikaku.release.shelf import Release
    from keikaku.settings import Settings
    from keikaku.store.holding import Holding

Arguments = dict[str, Any]

TEMPLATES = {"template": as_xlsx, "template-csv": as_csv}
"""The formats of `export` that write a plan as the table of `keikaku new`."""


def export(settings: Settings, given: Arguments) -> bool:
    """Write the current release, one graph or one table of it to standard output."""
    release = Shelf(settings.releases).current()
    wanted = given["format"]
    if wanted in TEMPLATES:
        put(_template(release, settings, wanted, given["plan"]))
    elif given["plan"]:
        raise SettingsError(
            "--plan は --format template と使います。", "--plan goes with --format template"
        )
    elif given["table"]:
        if wanted not in ("nq", "csv"):
            raise SettingsError(
                "--table で書き出せるのは --format csv だけです。", "--table goes with --format csv"
            )
        put(release.file(f"tables/{given['table']}.csv").read_bytes())
    elif wanted == "csv":
        raise SettingsError(
            f"CSV では表を選んでください: --table {'|'.join(table_names())}",
            f"choose a table for CSV: --table {'|'.join(table_names())}",
        )
    elif given["graph"]:
        put(_one_graph(release, given["graph"], wanted))
    else:
        _put_dump(release, wanted)
    return True


def _put_dump(release: Release, wanted: str) -> None:
    """Write a dump; a large release has no others than the N-Quads."""
    if wanted == "nq":
        sys.stdout.flush()
        sys.stdout.buffer.writelines(release.lines())
        sys.stdout.buffer.flush()
    elif f"{DUMP}.{wanted}" in release.manifest["files"]:
        put(release.file(f"{DUMP}.{wanted}").read_bytes())
    else:
        raise ReleaseError(
            f"この大きさのリリースに {wanted} はありません。--format nq か、--graph で一つの"
            "グラフを選んでください。",
            f"a release of this size has no {wanted}; use --format nq, or one graph by --graph",
        )


def _template(release: Release, settings: Settings, wanted: str, plan: str | None) -> bytes:
    """Return a plan as the table that `keikaku new` makes, so that it can be gone on with."""
    found = stored_plan(EmbeddedStore.open(release.store, bounds_of(settings)), plan)
    return TEMPLATES[wanted](columns(found.years, found.own_parties), found.rows)


def _one_graph(release: Release, graph: str, wanted: str) -> bytes:
    if wanted == "xlsx":
        raise SettingsError(
            "--graph は RDF の形式で書き出します。", "--graph goes with a format of RDF"
        )
    end = f" <{graph}> .\n".encode()
    lines = b"".join(line for line in release.lines() if line.endswith(end))
    quads = list(parse(lines, format=RdfFormat.N_QUADS))
    if not quads:
        known = ", ".join(release.graphs)
        raise SettingsError(
            f"「{graph}」というグラフはありません。あるもの: {known}",
            f"there is no graph {graph}",
        )
    return dump(quads, wanted)


def diff(settings: Settings, given: Arguments) -> bool:
    """Tell how two releases differ, and write the statements that turn the first into the second.

    Where statements go to standard output, nothing else does. Nothing is told of an older release
    that a newer one withholds.
    """
    shelf = Shelf(settings.releases)
    before, after = (
        release_named(shelf, given[name], folders=True) for name in ("before", "after")
    )
    both = compared(shelf, before, after)
    left_out = both.left_out() if given["removed"] or given["added"] else (0, 0)
    sides = (("removed", both.removed), ("added", both.added))
    for (name, lines_of), hidden in zip(sides, left_out, strict=True):
        lines = lines_of() if given[name] else iter(())
        if given[name] and hidden:
            ja, en = left_out_of(hidden)
            note(f"--{name}: {ja} ({en})")
        if given[name] == "-":
            sys.stdout.flush()
            sys.stdout.buffer.writelines(lines)
            sys.stdout.buffer.flush()
        elif given[name]:
            write(Path(given[name]), lines)
    if "-" not in (given["removed"], given["added"]):
        put(told(both.difference(), given["format"], given["language"]))
    return True


def releases(settings: Settings, given: Arguments) -> bool:
    """List the releases on the shelf; make another one current, withdraw one, remove old ones."""
    shelf = Shelf(settings.releases)
    holding = read_holding(settings.releases)
    held = (holding.release,) if holding else ()
    if given["withdraw"]:
        withdraw(shelf, id_named(shelf, given["withdraw"]), given["reason"] or "", held)
        _tell_of_copies(holding)
    if given["keep"] is not None:
        keep_last(shelf, given["keep"], held)
    guard = guard_of(settings)
    if given["use"]:
        _use(shelf, settings, guard, given["use"])
    _list(shelf, {verdict.id: verdict for verdict in guard.look() if verdict.is_held})
    return True


def _use(shelf: Shelf, settings: Settings, guard: Guard, text: str) -> None:
    """Make a release the current one. Raises ReleaseError for one that is held back."""
    guard.look()
    served = shelf if settings.serve_withheld else Shelf(settings.releases, guard)
    name = id_named(served, text)
    check_used(settings, guard, name)
    with shelf.writing():
        shelf.point_to(release_named(shelf, name))


def _tell_of_copies(holding: Holding | None) -> None:
    """Say where what was withdrawn may still be."""
    sys.stderr.write(
        "取り下げました。ほかのサイトや検索サービス、利用者の手元にある写しは消えません。"
        "することは SECURITY.md にあります。 (copies elsewhere remain; see SECURITY.md)\n"
    )
    if holding is not None and holding.slot is not None:
        sys.stderr.write(
            "エンジンの、いま使っていない方のデータセットに前のリリースが残っているかもしれません。"
            "エンジンの側で消してください。"
            " (the engine's other dataset may still hold it: clear it there)\n"
        )


def _list(shelf: Shelf, held: Mapping[str, Verdict]) -> None:
    """List the releases: the current one with *, removed ones with -, those held back with !."""
    current, since, gone = shelf.current().id, shelf.current_since(), shelf.gone()
    for entry in shelf.published().values():
        mark, why = " ", ""
        if entry.id in gone:
            mark, why = "-", f"\t{gone[entry.id].error().ja}"
        elif entry.id in held:
            mark, why = "!", f"\t提供しません: {held[entry.id].why[0]}"
        if entry.id == current:
            mark = "*"
            if since and since != entry.date:
                why = f"\t{since.isoformat()} から公開中{why}"
        say(f"{mark} {entry.id}\t{entry.date.isoformat()}{why}")
