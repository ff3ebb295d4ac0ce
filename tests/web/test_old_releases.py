"""Releases of formats 1 and 2 beside new ones: listed, served, compared, switched to, removed."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx
import pytest
import rdflib
from pyoxigraph import Store

from desk import served
from keikaku.commands.releases import releases
from keikaku.release.difference.compare import difference
from keikaku.release.difference.delta import added, quads_of, removed
from keikaku.release.difference.told import told
from keikaku.release.shelf import Shelf
from keikaku.settings import Settings
from keikaku.web.site import site_of_shelf
from old_release import put_as_of_old

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from desk import Desk
    from keikaku.release.shelf import Release

pytestmark = pytest.mark.xdist_group("site")

HTML = {"Accept": "text/html"}
PLAN = "/id/352039/kyodo"
EVIDENCE = 2662


@pytest.fixture(scope="module")
def new(desk: Desk) -> Release:
    """The release of the real plan as it is written now."""
    return Shelf(desk.folder / "releases").current()


@pytest.fixture(scope="module", params=["1", "2"])
def shelf(
    new: Release, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Shelf:
    """A shelf with a release of an old format, and then one of today's."""
    shelf = Shelf(tmp_path_factory.mktemp("shelf"))
    put_as_of_old(new, shelf, request.param)
    with shelf.writing(), shelf.workshop() as folder:
        for path in new.folder.rglob("*"):
            if path.is_file():
                target = folder / path.relative_to(new.folder)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(path.read_bytes())
        shelf.point_to(shelf.put(folder, new.id))
    return shelf


@pytest.fixture(scope="module")
def old(shelf: Shelf) -> Release:
    return shelf.release(shelf.index()[0].id)


@pytest.fixture
def client(shelf: Shelf, client_of: Callable[..., Any]) -> Any:
    return client_of(site_of_shelf(Settings(releases=shelf.folder)))


def test_an_old_release_lies_whole_beside_the_new_one(
    old: Release, new: Release, shelf: Shelf
) -> None:
    assert old.manifest["format"] in "12"
    assert new.manifest["format"] == "3"
    assert shelf.has(old.id)
    graphs = {graph.rpartition("/")[2] for graph in old.graphs}
    assert {"inferred", "evidence"} <= graphs
    assert not {"located", "publisher"} & graphs
    assert sum(old.graphs.values()) == old.manifest["triples"]
    assert sum(new.graphs.values()) == new.manifest["triples"]
    labels_and_types = 3 * EVIDENCE
    publisher = new.graphs[f"{new.manifest['base']}graph/publisher"]
    assert old.manifest["triples"] == new.manifest["triples"] + labels_and_types - publisher


def test_what_only_changed_its_graph_is_no_change_of_the_plan(old: Release, new: Release) -> None:
    for before, after in ((old, new), (new, old)):
        found = difference(before, after)
        assert found.changes == ()
        assert not found.source
        assert not found.beside
        assert found.removed
        assert found.added
        text = told(found, "text").decode()
        formats = f"{before.manifest['format']} → {after.manifest['format']}"
        assert f"計画の中身に違いはありません。\n形式の版が違います({formats})" in text
        assert json.loads(told(found, "json"))["otherwise"]["en"].startswith("They differ in")
    gone, come = (set(f(quads_of(old), quads_of(new))) for f in (removed, added))
    lines = (set(old.lines()) - gone) | come
    assert b"".join(sorted(lines)) == b"".join(new.lines())


def test_pages_of_releases_show_both(client: Any, old: Release, new: Release) -> None:
    page = client.get("/releases", headers=HTML).text
    assert old.id in page
    assert new.id in page
    shown = client.get(f"/releases/{old.id}", headers=HTML)
    assert shown.status_code == HTTPStatus.OK
    assert "計画ごと(N-Quads)" not in shown.text
    inferred = old.graphs["https://w3id.org/keikaku/graph/352039/kyodo/inferred"]
    assert f"{inferred:,}" in shown.text
    today = client.get(f"/releases/{new.id}", headers=HTML).text
    for name in ("plans/352039-kyodo.nq.gz", "cities/352039.nq.gz", "shared.nq.gz"):
        assert f'href="/releases/{new.id}/{name}?download=1"' in today
        answer = client.get(f"/releases/{new.id}/{name}")
        assert answer.content == new.file(name).read_bytes()
        assert answer.headers["content-type"] == "application/gzip"
    compared = client.get(f"/diff?a={old.id}&b={new.id}", headers=HTML).text
    assert "計画の中身に違いはありません。" in compared
    assert "形式の版が違います" in compared


def test_an_old_release_still_answers_queries_under_its_address(client: Any, old: Release) -> None:
    query = quote("SELECT (COUNT(*) AS ?n) { ?s a rdf:Statement }")
    answer = client.get(f"/releases/{old.id}/sparql?query={query}", headers={"Accept": "text/csv"})
    assert answer.text.split() == ["n", str(EVIDENCE)]


def test_one_can_go_back_to_an_old_release_and_on_again(
    desk: Desk, shelf: Shelf, old: Release, new: Release
) -> None:
    """The pages of things, of evidence and of the catalogue are the same but for the release."""
    settings = Settings(releases=shelf.folder)
    use = {"use": None, "withdraw": None, "reason": "", "keep": None}
    if old.manifest["format"] == "1":  # without indexes it answers queries, and has no pages
        releases(settings, {**use, "use": old.id})
        ask = ("query", "SELECT (COUNT(*) AS ?n) { ?s a rdf:Statement }", "--format", "csv")
        told = desk.run(*ask, "--releases", str(shelf.folder)).stdout
        assert told.split() == ["n", str(EVIDENCE)]
        releases(settings, {**use, "use": new.id})
        assert shelf.current_id() == new.id
        return
    found = []
    for release in (old, new):
        releases(settings, {**use, "use": release.id[:8]})
        assert shelf.current_id() == release.id
        with (
            served(desk, "--releases", str(shelf.folder)) as address,
            httpx.Client(base_url=address) as client,
        ):
            found.append(_pages(client, release))
    assert found[0] == found[1]


def _pages(client: Any, release: Release) -> list[object]:
    """What a few addresses answer that must not depend on the format of the release."""
    store = Store.read_only(str(release.store))
    evidence = min(
        str(row["e"])[1:-1]
        for row in store.query(  # type: ignore[union-attr]
            "PREFIX kei: <https://w3id.org/keikaku/ns#> SELECT ?e { ?e a kei:Evidence }",
            use_default_graph_as_union=True,
        )
    )
    path = evidence.removeprefix("https://w3id.org/keikaku")
    page = client.get(path.replace("/id/", "/doc/") + ".html", headers=HTML)
    assert page.status_code == HTTPStatus.OK
    assert re.search(r"<title>根拠: (source\.md|plan\.toml) [0-9]+行目", page.text)
    item = client.get(f"{PLAN}/item/1-4-3".replace("/id/", "/doc/") + ".html", headers=HTML)
    assert item.status_code == HTTPStatus.OK
    answer = client.get(f"/api/questions/items-by-party-year?party={quote('事業者')}&year=H22")
    entry = client.get("/catalog", headers={"Accept": "text/turtle"})
    graph = rdflib.Graph().parse(data=entry.content, format="turtle")
    agent = rdflib.URIRef("https://w3id.org/keikaku/catalog#publisher")
    names = sorted(map(str, graph.objects(agent, rdflib.FOAF.name)))
    homes = set(map(str, graph.objects(None, rdflib.FOAF.homepage)))
    assert "https://w3id.org/keikaku/" in homes
    html = client.get("/catalog", headers=HTML).text
    assert "このサイトの運営者" in html
    assert client.get("/graph", headers=HTML).status_code == HTTPStatus.OK
    return [answer.json()["rows"] if "rows" in answer.json() else answer.json(), names]


@pytest.mark.parametrize("version", ["1", "2"])
def test_old_releases_can_be_withdrawn_and_removed(
    version: str, new: Release, tmp_path: Path
) -> None:
    shelf = Shelf(tmp_path)
    settings = Settings(releases=shelf.folder)
    old = put_as_of_old(new, shelf, version)
    other = put_as_of_old(new, shelf, "2" if version == "1" else "1")
    given = {"use": None, "withdraw": None, "reason": "", "keep": None}
    releases(settings, {**given, "withdraw": old.id, "reason": "誤り"})
    assert shelf.gone()[old.id].reason == "誤り"
    assert not old.folder.exists()
    assert shelf.current_id() == other.id
    put_as_of_old(new, shelf, "0")
    releases(settings, {**given, "keep": 1})
    assert not other.folder.exists()
