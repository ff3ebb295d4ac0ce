"""Dumps of keikaku 0.1: what they published too much is not taken, and the report says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from keikaku.build import graphs_of, read_source
from keikaku.graph.older import reading_sha256, upgraded
from keikaku.harvest.harvest import harvest
from keikaku.harvest.told import Outcome
from keikaku.names import KEI, KIND, OA, RDF, SCHEMA, CityNames, PlanNames
from keikaku.release.dumps import canonical
from other_city import BASE, CODE, PLAN
from other_releases import SILENT, as_before, kept, publish, spoken, told

if TYPE_CHECKING:
    from keikaku.settings import Settings
    from other_site import OtherSite

NAMES = PlanNames(CityNames(BASE, CODE), "kyodo")
EVIDENCE = NamedNode(f"{BASE}graph/{CODE}/kyodo/evidence")
DOCUMENT, PLANFILE = (NamedNode(f"{PLAN}/source/{number}") for number in (1, 2))
CELL, OTHER_CELL, LINE = (NamedNode(f"{PLAN}/source/1/{name}") for name in SILENT)


def hashes(quads: frozenset[Quad], document: NamedNode) -> set[tuple[str, str]]:
    """The hashes of a document, each with its property."""
    found = (KEI["readingSha256"], SCHEMA["sha256"])
    return {
        (quad.predicate.value, quad.object.value)
        for quad in quads
        if quad.subject == document and quad.predicate in found and isinstance(quad.object, Literal)
    }


@pytest.fixture(scope="module")
def bare(town: frozenset[Quad]) -> frozenset[Quad]:
    """The plan's graphs, in which all that is said of the document is named."""
    return spoken(town)


def test_graphs_of_today_stay_as_they_are(town: frozenset[Quad]) -> None:
    """Though they hold labels and heads, which no evidence names."""
    found = upgraded(town, NAMES)
    assert found.quads == town
    assert (found.cells, found.lines, found.comments, found.hashes) == (0, 0, 0, 0)
    assert spoken(town) < town


def test_cells_and_lines_that_nothing_names_are_left_out_and_counted(
    bare: frozenset[Quad],
) -> None:
    older = as_before(bare)
    found = upgraded(older, NAMES)
    assert "内々" in str(older)
    assert "内々" not in str(found.quads)
    assert (found.cells, found.lines) == (2, 1)
    lines = {quad.subject for quad in bare if str(quad.subject).startswith(f"<{PLAN}/source/2/l")}
    assert found.comments == len(lines) > 3
    # everything else is as it was, but for the hashes
    unhashed = (KEI["readingSha256"], SCHEMA["sha256"])
    assert {quad for quad in found.quads if quad.predicate not in unhashed} == {
        quad for quad in bare if quad.predicate not in unhashed
    }


def test_what_a_thing_a_remark_or_an_evidence_names_stays(bare: frozenset[Quad]) -> None:
    """A blank cell, a mark under no header, and the place of a remark are named and no evidence."""
    remark = NamedNode(f"{PLAN}/discrepancy/damaged-text/x")
    quality = NamedNode(f"{BASE}graph/{CODE}/kyodo/quality")
    named = {
        Quad(NamedNode(f"{PLAN}/item/1-1-1"), KEI["cell"], CELL, EVIDENCE),
        Quad(remark, KEI["kind"], KIND["damaged-text"], quality),
        Quad(remark, OA["hasTarget"], LINE, quality),
    }
    found = upgraded(as_before(bare) | named, NAMES)
    left = {quad.subject for quad in found.quads}
    assert {CELL, LINE} <= left
    assert OTHER_CELL not in left
    assert (found.cells, found.lines) == (1, 0)


def test_a_hash_of_what_is_left_takes_the_place_of_that_of_the_file(
    bare: frozenset[Quad],
) -> None:
    found = upgraded(as_before(bare), NAMES).quads
    for document in (DOCUMENT, PLANFILE):
        expected = reading_sha256(document, found)
        assert hashes(found, document) == {(KEI["readingSha256"].value, expected)}
    other = {quad for quad in as_before(bare) if quad.subject != OTHER_CELL}
    assert hashes(upgraded(other, NAMES).quads, DOCUMENT) == hashes(found, DOCUMENT)
    reworded = {
        Quad(quad.subject, quad.predicate, Literal("別の文"), quad.graph_name)
        if quad.predicate == RDF["value"] and quad.subject not in (CELL, OTHER_CELL, LINE)
        else quad
        for quad in as_before(bare)
    }
    assert hashes(upgraded(reworded, NAMES).quads, DOCUMENT) != hashes(found, DOCUMENT)


def test_a_document_of_which_nothing_is_left_out_keeps_its_hash(
    bare: frozenset[Quad],
) -> None:
    silent = {CELL, OTHER_CELL, LINE}
    own = {quad for quad in bare if quad.subject != DOCUMENT or quad.predicate not in _HASHES}
    digest = Quad(DOCUMENT, SCHEMA["sha256"], Literal("1" * 64), EVIDENCE)
    older = {quad for quad in as_before(own | {digest}) if quad.subject not in silent}
    assert hashes(upgraded(older, NAMES).quads, DOCUMENT) == {(SCHEMA["sha256"].value, "1" * 64)}


_HASHES = (KEI["readingSha256"], SCHEMA["sha256"])


def test_a_plan_without_plan_toml_is_told_by_what_it_withholds(
    bare: frozenset[Quad],
) -> None:
    """It was given as graphs: without any sign of today's format it is taken for an older one."""
    given = {
        quad
        for quad in as_before(bare)
        if quad.subject != PLANFILE and quad.predicate != KEI["readingSha256"]
    }
    found = upgraded(given, NAMES)
    assert (found.cells, found.lines) == (2, 1)
    region = Quad(
        NamedNode(f"{DOCUMENT.value}/withheld/1-2-90"),
        RDF["type"],
        KEI["WithheldRegion"],
        EVIDENCE,
    )
    found = upgraded(given | {region}, NAMES)
    assert (found.cells, found.lines) == (0, 0)


def test_a_hub_takes_an_older_dump_without_what_it_published_too_much(
    site: OtherSite, settings: Settings, bare: frozenset[Quad]
) -> None:
    publish(site, as_before(bare))
    [taken] = harvest([site.address], settings, allow_private=True)
    assert (taken.what, taken.outcome) == (PLAN, Outcome.TAKEN)
    lines = {quad.subject for quad in bare if str(quad.subject).startswith(f"<{PLAN}/source/2/l")}
    assert f"どの値の根拠でもない欄と行 3 件、plan.toml などの注記 {len(lines)} 件を" in taken.ja
    for path in kept(settings).iterdir():
        assert "内々" not in path.read_text("utf-8")
    for path in settings.releases.rglob("*.zip"):
        assert "内々".encode() not in path.read_bytes()
    # what follows from the plan is the same without them
    graphs = graphs_of(read_source(kept(settings), settings), settings.base)
    for name in ("stated", "overview", "quality"):
        graph = NamedNode(f"{BASE}graph/{CODE}/kyodo/{name}")
        assert {quad for quad in graphs.quads if quad.graph_name == graph} == {
            quad for quad in bare if quad.graph_name == graph
        }
    assert told(site, settings) == [(site.address, Outcome.UNCHANGED)]


def test_what_an_older_version_of_the_hub_had_taken_is_taken_anew(
    site: OtherSite, settings: Settings, bare: frozenset[Quad]
) -> None:
    publish(site, as_before(bare))
    told(site, settings)
    older = {quad for quad in as_before(bare) if "/inferred" not in str(quad.graph_name)}
    concluded = ("/quality", "/located")
    older = {q for q in older if not any(name in str(q.graph_name) for name in concluded)}
    (kept(settings) / "graphs.nq").write_bytes(canonical(older))
    # a build leaves it out already, before the next harvest
    assert "内々" not in str(graphs_of(read_source(kept(settings), settings), BASE).quads)
    state = settings.harvested / ".harvest.json"
    text = state.read_text("utf-8")
    assert '"taken_by"' in text
    state.write_text(text.replace('"taken_by"', '"of_a_version_without"'), "utf-8")
    assert told(site, settings) == [(PLAN, Outcome.TAKEN)]
    assert "内々" not in (kept(settings) / "graphs.nq").read_text("utf-8")


def test_the_graphs_of_todays_format_are_left_where_rules_make_them(
    site: OtherSite, settings: Settings, bare: frozenset[Quad]
) -> None:
    """The graph `located` is concluded, and the publisher's graph is no plan's."""
    label = Literal("原文の欄", language="ja")
    located = NamedNode(f"{BASE}graph/{CODE}/kyodo/located")
    publisher = NamedNode(f"{BASE}graph/publisher")
    publish(
        site,
        bare
        | {
            Quad(CELL, KEI["x"], label, located),
            Quad(NamedNode(f"{BASE}about"), KEI["x"], label, publisher),
        },
    )
    assert told(site, settings) == [(PLAN, Outcome.TAKEN)]
    text = (kept(settings) / "graphs.nq").read_text("utf-8")
    assert "located" not in text
    assert "graph/publisher" not in text
