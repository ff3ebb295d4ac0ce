"""What is withheld stands nowhere: a made-up word in every place of every kind of document.

A failure names the layout and the kind of the document, the face, the place in the document that
the word stands in, and where on the face it came out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pdfplumber
import pytest
from tests.withheld.documents import KINDS
from tests.withheld.plans import CODE, SAMPLES, SHOWN_LINE, SHOWN_ROW, Sample
from tests.withheld.search import Search
from tests.withheld.world import SENT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.withheld.search import Hit
    from tests.withheld.world import World

pytestmark = pytest.mark.xdist_group("withheld")

SHOWING = (
    "export",
    "query",
    "ask",
    "prepared",
    "store",
    "indexes",
    "release",
    "pages",
    "api",
    "sparql",
    "search",
    "reconcile",
    "report",
    "downloads",
    "publishing",
    "hub's harvest",
    "hub's release",
    "hub's pages",
)
"""The faces that show what is published."""

LEAST = 20
"""In how many places of a plan at least markers stand."""

TELLING = ("build", "check", "faults", "releases", "link", "log", "metrics", "hub")
"""Those that tell of it."""


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
@pytest.mark.parametrize("face", [*SHOWING, *TELLING])
def test_nothing_withheld_is_told(world: World, face: str, sample: Sample) -> None:
    assert world.faces.told(face, sample.name) == ""


@pytest.mark.parametrize("face", SHOWING)
def test_a_face_shows_what_is_published(world: World, face: str) -> None:
    assert world.faces.shown[face]


@pytest.mark.parametrize("face", TELLING)
def test_a_face_says_something(world: World, face: str) -> None:
    assert world.faces.pieces[face]


@pytest.mark.parametrize("face", ["pages", "hub's pages", "publishing"])
def test_nothing_is_broken(world: World, face: str) -> None:
    assert world.faces.odd[face] == []


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_pages_of_every_plan_are_walked_over(world: World, prefix: str, sample: Sample) -> None:
    for below in ("", "/item/*-*", "/source/*"):
        if sample.layout == "evaluation":
            below = below.replace("*-*", "*")
        if sample.layout == "sheets":
            below = below.replace("*-*", "*-*-*")
        assert world.kinds[f"{prefix}/doc/*/{sample.name}{below}"], sorted(world.kinds)


def test_plans_are_published_and_faults_are_refused_over_http(world: World) -> None:
    assert world.statuses[201] == len(SENT)
    assert world.statuses[422] > len(SENT)


def test_what_is_named_as_shown_is_shown(world: World) -> None:
    [dump] = (world.folder / "releases").glob("*/keikaku.nq")
    lines = dump.read_text("utf-8").splitlines()
    for sample in SAMPLES:
        own = [line for line in lines if f"/{CODE}/{sample.name}/source/1/" in line]
        assert any(f'"{SHOWN_LINE}"' in line for line in own), sample.name
        if sample.layout != "sheets":
            assert any(f'"{SHOWN_ROW}"' in line for line in own), sample.name
        told = [line for line in lines if f"/{CODE}/{sample.name}/" in line]
        assert any("# 引き継ぎます。" in line for line in told), sample.name
        assert any("A plan # with marks" in line for line in told), sample.name


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_every_marker_stands_in_its_document(world: World, sample: Sample) -> None:
    """Or its absence elsewhere would say nothing."""
    search = Search(world.markers.of(sample.name))
    found: set[Hit] = set()
    faulty = (world.folder / "faulty").glob(f"{sample.folder}-*")
    for folder in (world.folder / "plans" / sample.folder, *faulty):
        found |= search.in_folder(folder)
        if sample.kind == "pdf":
            found |= _in_pdf(search, folder / "plan.pdf")
        if sample.kind == "csv":
            found |= search.in_text((folder / "plan.csv").read_text("cp932"), "as a table")
    missing = {one.place for one in world.markers.of(sample.name)} - {hit.place for hit in found}
    assert missing == set()
    assert len(world.markers.of(sample.name)) > LEAST


def _in_pdf(search: Search, path: Path) -> set[Hit]:
    """Return what is found in a PDF as its readers show it: pages, notes and properties."""
    with pdfplumber.open(path) as pdf:
        texts = [str(pdf.metadata)]
        for page in pdf.pages:
            texts += [
                *(str(cell) for table in page.extract_tables() for row in table for cell in row),
                page.extract_text(),
                *(str(note["contents"]) for note in page.annots),
            ]
    return set(search.in_text("\n".join(text.replace("\n", "") for text in texts), "pdf"))


def test_every_kind_of_document_and_layout_is_there() -> None:
    assert {sample.kind for sample in SAMPLES} == set(KINDS)
    assert {sample.layout for sample in SAMPLES} == {"register", "evaluation", "sheets"}
