"""Whose data these are, from plan.toml to the page, the table and the catalogue."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import httpx
import openpyxl
import pyoxigraph
import pytest
from pyoxigraph import NamedNode, Quad

import small_plan
from desk import Desk, served
from keikaku.answers.notice import Notice
from keikaku.build import build
from keikaku.errors import KeikakuError
from keikaku.names import DCTERMS, KEI, PREFIXES, RDF
from keikaku.standing import OFFICIAL, UNOFFICIAL, common_standing
from keikaku.store.embedded import EmbeddedStore

if TYPE_CHECKING:
    from pathlib import Path

    from keikaku.release.shelf import Release
    from keikaku.settings import Settings

NAME = 'name = "kyodo"'
LICENCE = "https://creativecommons.org/licenses/by/4.0/"


def write(settings: Settings, *, official: str, rights: str = "") -> None:
    text = small_plan.planfile()
    [line] = [line for line in text.splitlines() if line.startswith(NAME)]
    text = text.replace(line, f"{line}\nofficial = {official}") + rights
    (settings.plans / small_plan.PLAN / "plan.toml").write_text(text, encoding="utf-8")


def made(settings: Settings) -> Release:
    release = build(settings).release
    assert release is not None
    return release


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A city that publishes its own plan, under a licence."""
    settings = small_plan.settings_in(tmp_path_factory.mktemp("official"))
    rights = f'\n[rights]\nlicence = "{LICENCE}"\ngranted_by = "市のサイト"\n'
    write(settings, official="true", rights=rights)
    return settings


@pytest.fixture(scope="module")
def release(settings: Settings) -> Release:
    return made(settings)


def test_the_line_of_plan_toml_is_the_evidence(release: Release, settings: Settings) -> None:
    store = pyoxigraph.Store.read_only(str(release.store))
    [row] = store.query(
        f"""SELECT ?line WHERE {{
          ?why rdf:predicate dcterms:provenance ; rdf:object {OFFICIAL.iri} ; rdf:subject ?plan .
          ?plan a kei:Plan ; dcterms:provenance {OFFICIAL.iri} . ?why kei:cell/kei:line ?line
        }}""",
        prefixes=PREFIXES,
        use_default_graph_as_union=True,
    )
    lines = (settings.plans / small_plan.PLAN / "plan.toml").read_text("utf-8").splitlines()
    assert lines[int(row["line"].value) - 1] == "official = true"


def test_the_notice_of_every_page_names_the_licence_if_it_is_an_address(release: Release) -> None:
    assert Notice.read(EmbeddedStore.open(release.store)).licence == LICENCE


def test_a_licence_that_is_no_address_is_no_link() -> None:
    plan, city = NamedNode("http://e/plan"), NamedNode("http://e/graph")
    quads = {
        Quad(plan, RDF["type"], KEI["Plan"], city),
        Quad(plan, DCTERMS["license"], NamedNode("javascript:alert(1)"), city),
    }
    assert Notice.read(EmbeddedStore.in_memory(quads)).licence is None


def test_manifest_and_catalogue_say_so(release: Release) -> None:
    manifest = json.loads((release.folder / "manifest.json").read_text("utf-8"))
    assert manifest["official"] is True
    assert manifest["licence"] == LICENCE
    told = release.file("catalog.ttl").read_text("utf-8")
    assert OFFICIAL.data.ja in told
    assert UNOFFICIAL.data.ja not in told
    assert "許諾は確認されていません" not in told


def test_the_spreadsheet_says_so(release: Release) -> None:
    book = openpyxl.load_workbook(io.BytesIO(release.file("keikaku.xlsx").read_bytes()))
    assert book["このデータについて"]["A1"].value == OFFICIAL.data.ja


def test_pages_say_so(settings: Settings, release: Release) -> None:
    folder = ("--releases", str(settings.releases))
    with (
        served(Desk(settings.plans), *folder) as site,
        httpx.Client(base_url=site, headers={"Accept": "text/html"}) as client,
    ):
        for path in ("/", f"/releases/{release.id}", "/discrepancies"):
            page = client.get(path).text
            assert UNOFFICIAL.site.ja not in page
            assert OFFICIAL.site.ja in page
            assert OFFICIAL.data.ja in page
        assert f'href="{LICENCE}"' in client.get(f"/releases/{release.id}").text


def test_one_plan_of_others_makes_all_of_them_that(release: Release) -> None:
    assert Notice.read(EmbeddedStore.open(release.store)).standing is OFFICIAL
    assert common_standing([OFFICIAL.iri, OFFICIAL.iri]) is OFFICIAL
    assert common_standing([OFFICIAL.iri, UNOFFICIAL.iri]) is UNOFFICIAL
    assert common_standing([OFFICIAL.iri, None]) is UNOFFICIAL
    assert common_standing([]) is UNOFFICIAL


def test_official_is_true_or_false(tmp_path: Path) -> None:
    settings = small_plan.settings_in(tmp_path)
    write(settings, official='"市"')
    with pytest.raises(KeikakuError, match="official"):
        build(settings)
