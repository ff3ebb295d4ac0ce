"""A release that told what is withheld now: what is left of it, and who tells of it."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
import pytest
from tests.withheld.faces import Faces, command, run, served, walk
from tests.withheld.markers import Markers
from tests.withheld.plans import SHOWN
from tests.withheld.search import Search

from keikaku.build import build
from keikaku.release import files
from keikaku.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("withheld")

PLAN = "register-older"
PLACES = ("cell", "cell of a row that goes on", "note")

_PROFILE = """\
layout = "register"
title = {{ ja = "表", en = "a table" }}
[columns]
title = "名称"
content = "内容"
{columns}
continuation = "\\n"
[names]
separator = "・"
[schedule]
arrows = ["→"]
"""
OPEN, CLOSED = 'purpose = "内部"\nnote = "内線"', 'ignored = ["内部", "内線"]'
_PLANFILE = f"""\
profile = "own"
document = "plan.csv"
[plan]
name = "{PLAN}"
title = {{ ja = "前にも公開した計画" }}
first_year = "H20"
last_year = "H20"
[municipality]
code = "139904"
name = {{ ja = "架空湊市", en = "Kakuu-Minato City" }}
"""


@dataclass
class Older:
    """The desk with both releases, and what was found on the faces."""

    folder: Path
    before: str
    after: str
    faces: Faces


def _build(folder: Path, columns: str) -> str:
    plan = folder / "plans" / f"139904-{PLAN}"
    (plan / "own.toml").write_text(_PROFILE.format(columns=columns), "utf-8")
    said = run(folder, "build").stdout.decode().strip()
    return said.rpartition("/")[2]


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Older:
    """A release that shows two columns, and the one after it, whose profile ignores them."""
    folder, markers = tmp_path_factory.mktemp("older"), Markers()
    _plan(folder, markers)
    faces = Faces(Search(tuple(markers.made.values())))
    before = _build(folder, OPEN)
    assert {hit.place for hit in faces.search.in_folder(folder / "releases" / before)} == {*PLACES}
    return Older(folder, before, _build(folder, CLOSED), faces)


def _plan(folder: Path, markers: Markers) -> Path:
    """Write the plan, but for its profile, and return its folder."""
    cell, below, note = (markers.at(PLAN, place).text for place in PLACES)
    plan = folder / "plans" / f"139904-{PLAN}"
    plan.mkdir(parents=True)
    (plan / "plan.toml").write_text(_PLANFILE, "utf-8")
    with (plan / "plan.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [
                ["名称", "内容", "内部", "内線", "H20"],
                [SHOWN, "広場を整えます。", cell, note, "検討"],
                ["", "二年目に広げます。", below, "", ""],
            ]
        )
    return plan


def told(older: Older, face: str) -> str:
    return older.faces.told(face, PLAN)


def test_nothing_of_it_is_in_the_release_after(older: Older) -> None:
    """Its store may have been made from the store before."""
    assert older.after != older.before
    release = older.folder / "releases" / older.after
    older.faces.look_in("after", release)
    assert older.faces.shown["after"]
    assert told(older, "after") == ""


def test_the_difference_does_not_tell_it(older: Older) -> None:
    both = older.before, older.after
    for kind in ("text", "csv", "json"):
        for language in ("ja", "en"):
            command(older.faces, "diff", older.folder, "diff", *both, "--format", kind,
                    "--language", language)  # fmt: skip
            command(older.faces, "diff", older.folder, "diff", *both[::-1], "--format", kind)
    command(older.faces, "diff", older.folder, "diff", *both, "--removed", "gone", "--added", "-")
    older.faces.look("diff", (older.folder / "gone").read_bytes(), "--removed")
    assert told(older, "diff") == ""


def test_the_server_names_it_and_does_not_serve_it(older: Older) -> None:
    log = older.folder / "server.log"
    with served(older.folder, log) as site:
        walk(older.faces, site, "pages")
        for below in ("", "/keikaku.nq", "/keikaku.nq.gz", "/tables/items.csv", "/manifest.json"):
            answer = httpx.get(f"{site}/releases/{older.before}{below}", follow_redirects=True)
            older.faces.look("pages", answer.content, below)
        for kind in ("", ".csv", ".json"):
            given = {"before": older.before, "after": older.after}
            answer = httpx.get(f"{site}/diff{kind}", params=given, follow_redirects=True)
            older.faces.look("pages", answer.content, f"/diff{kind}")
        query = {"query": "SELECT * WHERE { ?s ?p ?o }"}
        answer = httpx.get(f"{site}/releases/{older.before}/sparql", params=query)
        older.faces.look("pages", answer.content, "its endpoint")
    older.faces.look("pages", log.read_bytes(), "log")
    assert older.faces.shown["pages"]
    assert told(older, "pages") == ""
    assert older.before in log.read_text("utf-8")


def test_what_is_withdrawn_is_gone_from_the_disk(older: Older) -> None:
    run(older.folder, "releases", "--withdraw", older.before, "--reason", "内部の欄があったため")
    older.faces.look_in("disk", older.folder / "releases")
    assert older.faces.shown["disk"]
    assert told(older, "disk") == ""


def test_a_store_that_is_made_from_the_one_before_has_forgotten_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So it is done for large releases; the files of the one before are shared."""
    monkeypatch.setattr(files, "LARGE", 0)
    markers = Markers()
    given = Settings(plans=tmp_path / "plans", releases=tmp_path / "releases", pyshacl_plans=0)
    plan = _plan(tmp_path, markers)
    search, stores = Search(tuple(markers.made.values())), []
    for columns in (OPEN, CLOSED):
        (plan / "own.toml").write_text(_PROFILE.format(columns=columns), "utf-8")
        release = build(given).release
        assert release is not None
        stores.append({hit.place for hit in search.in_folder(release.folder / "store")})
    assert stores == [{*PLACES}, set()]
