"""What plan.toml says is renumbered or withdrawn: stated with its evidence, or refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pyoxigraph import Literal, NamedNode

from keikaku.build import asserted_of, build, check_plan, graphs_of, read_source
from keikaku.errors import PlanFileError
from keikaku.names import DCTERMS, KEI, OWL, RDF, RDFS, XSD
from keikaku.release.shelf import Shelf
from keikaku.release.tombstones import Tombstones
from small_plan import BASE, PLAN, settings_in

if TYPE_CHECKING:
    from pathlib import Path

    from keikaku.settings import Settings

OLD, NEW = f"{BASE}id/352039/kyodo/item/9-9-9", f"{BASE}id/352039/kyodo/item/1-1-1"
RENUMBERED = """
[[renumbered]]
old = "item/9-9-9"
new = "item/1-1-1"
date = 2026-10-01
ja = "項目の並べ替えによる。"
en = "The items were put into another order."
"""
WITHDRAWN = """
[[withdrawn]]
old = "item/8-8-8"
date = 2026-10-02
ja = "廃止された。"
en = "It was abolished."
"""


def with_lines(folder: Path, lines: str) -> Settings:
    """Settings for the small plan, its plan.toml with more lines."""
    settings = settings_in(folder)
    path = settings.plans / PLAN / "plan.toml"
    path.write_text(path.read_text(encoding="utf-8") + lines, encoding="utf-8")
    return settings


def test_what_is_renumbered_is_stated_with_the_line_that_says_so(tmp_path: Path) -> None:
    settings = with_lines(tmp_path, RENUMBERED + WITHDRAWN)
    graphs = graphs_of(read_source(settings.plans / PLAN, settings), settings.base)
    old, new = NamedNode(OLD), NamedNode(NEW)
    stated = NamedNode(f"{BASE}graph/352039/kyodo/stated")
    said = {(q.subject, q.predicate, q.object) for q in graphs.quads if q.graph_name == stated}
    statements = {
        (old, OWL["deprecated"], Literal("true", datatype=XSD["boolean"])),
        (old, DCTERMS["modified"], Literal("2026-10-01", datatype=XSD["date"])),
        (old, DCTERMS["isReplacedBy"], new),
        (new, DCTERMS["replaces"], old),
        (old, RDFS["comment"], Literal("項目の並べ替えによる。", language="ja")),
    }
    assert statements <= said
    about = {q.subject for q in graphs.quads if (q.predicate, q.object) == (RDF["subject"], old)}
    lines = {q.object for q in graphs.quads if q.subject in about and q.predicate == KEI["cell"]}
    texts = {
        q.object.value
        for q in graphs.quads
        if q.subject in lines and q.predicate == RDF["value"] and isinstance(q.object, Literal)
    }
    assert texts == {*RENUMBERED.splitlines()[2:]}
    assert check_plan(graphs, swiftly=True).report.conforms


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (RENUMBERED.replace("9-9-9", "1-1-1"), "いまの文書にもあります"),
        (RENUMBERED.replace("1-1-1", "7-7-7"), "いまの文書にありません"),
        (WITHDRAWN.replace("8-8-8", "1-1-1"), "いまの文書にもあります"),
        (WITHDRAWN + WITHDRAWN, "二度"),
        (WITHDRAWN.replace("item/8-8-8", "../8"), "使えません"),
        (WITHDRAWN.replace("2026-10-02", '"いつか"'), "使えません"),
    ],
)
def test_a_renumbering_that_cannot_be_is_an_error_with_its_line(
    lines: str, fault: str, tmp_path: Path
) -> None:
    settings = with_lines(tmp_path, lines)
    with pytest.raises(PlanFileError, match=fault) as caught:
        asserted_of(read_source(settings.plans / PLAN, settings), settings.base)
    text = (settings.plans / PLAN / "plan.toml").read_text(encoding="utf-8").split("\n")
    [problem] = caught.value.problems
    assert str(problem.file).endswith("plan.toml")
    assert problem.line is not None
    assert text[problem.line - 1].startswith(("old = ", "date = "))


def test_a_declared_tombstone_says_what_stands_for_the_thing_now(tmp_path: Path) -> None:
    settings = with_lines(tmp_path, RENUMBERED + WITHDRAWN)
    release = build(settings).release
    assert release is not None
    stones = Tombstones(Shelf(settings.releases))
    stone = stones.of(OLD)
    assert stone is not None
    assert stone.replaced_by == (NEW,)
    assert stone.since == "2026-10-01"
    assert stone.reason is not None
    assert stone.reason.en == "The items were put into another order."
    assert stones.of(NEW) is None
    withdrawn = stones.of(OLD.replace("9-9-9", "8-8-8"))
    assert withdrawn is not None
    assert withdrawn.replaced_by == ()
    listed = (release.folder / "resources.txt").read_text(encoding="utf-8").splitlines()
    assert NEW in listed
    assert OLD not in listed
