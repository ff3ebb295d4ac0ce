"""Accepted links are published, each with its record, and only where their licence allows it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from keikaku.errors import LinkError
from keikaku.graph.ledger import ja
from keikaku.graph.link.publish import linked, read_links
from keikaku.graph.link.record import Text
from keikaku.graph.link.sheet import Match, Status, sheet_path, write_sheet
from keikaku.graph.link.target import is_share_alike, read_target, target_path
from keikaku.names import DCTERMS, KEI, OWL, RDF, RDFS, SKOS, VOID, CityNames, PlanNames

if TYPE_CHECKING:
    from pathlib import Path

BASE = "https://data.example.jp/"
NAMES = PlanNames(CityNames(BASE, "352039"), "kyodo")
ITEM = NAMES.below("item", "1-1-1")
STATED = {
    Quad(ITEM, RDF["type"], KEI["Item"], NAMES.graph("stated")),
    Quad(ITEM, RDFS["label"], ja("地域交流センターの設置"), NAMES.graph("stated")),
    Quad(NAMES.plan, DCTERMS["publisher"], NAMES.city.municipality, NAMES.graph("stated")),
}
ROW = Match(
    Status.ACCEPTED,
    "facilities",
    "352039/kyodo/item/1-1-1",
    "地域交流センターの設置",
    "skos:closeMatch",
    "https://other.example.jp/f.csv#row=2",
    "地域交流センターの設置",
    "1",
    100,
    Text("同じ名称です", "the same name"),
    reviewer="協働推進課",
    decided=date(2026, 11, 20),
    note="確かめた",
)
TARGET = """\
title = {{ ja = "公共施設一覧", en = "Facilities" }}
source = "f.csv"
address = "https://other.example.jp/f.csv"
licence = "{}"
"""
CC_BY = "https://creativecommons.org/licenses/by/4.0/"
BY_SA = "https://creativecommons.org/licenses/by-sa/4.0/deed.ja"


def folder_with(path: Path, *rows: Match, licence: str | None = CC_BY) -> Path:
    folder = path / "352039-kyodo"
    (folder / "links").mkdir(parents=True)
    write_sheet(sheet_path(folder, "facilities"), rows)
    if licence is not None:
        target_path(folder, "facilities").write_text(TARGET.format(licence), encoding="utf-8")
    return folder


def test_an_accepted_link_is_published_with_its_record(tmp_path: Path) -> None:
    found = linked(read_links(folder_with(tmp_path, ROW)), STATED, NAMES)
    graph = NAMES.graph("links/facilities")
    assert {quad.graph_name for quad in found.quads} == {graph}
    assert not found.apart
    other = NamedNode(ROW.object)
    assert Quad(ITEM, SKOS["closeMatch"], other, graph) in found.quads
    (link,) = {q.subject for q in found.quads if q.object == KEI["Link"]}
    said = {(q.predicate, q.object) for q in found.quads if q.subject == link}
    assert {
        (RDF["subject"], ITEM),
        (RDF["predicate"], SKOS["closeMatch"]),
        (RDF["object"], other),
        (KEI["inLinkset"], NAMES.below("link", "facilities")),
        (KEI["reviewer"], ja("協働推進課")),
        (KEI["matchReason"], Literal("the same name", language="en")),
        (RDFS["comment"], ja("確かめた")),
    } <= said
    assert {q.object for q in found.quads if q.predicate == DCTERMS["license"]} == {
        NamedNode(CC_BY)
    }
    assert {q.subject for q in found.quads if q.object == VOID["Linkset"]} == {
        NAMES.below("link", "facilities")
    }


def test_what_nobody_has_accepted_is_not_published(tmp_path: Path) -> None:
    rows = (
        replace(ROW, status=Status.PROPOSED),
        replace(ROW, status=Status.REJECTED, object="https://b.jp/"),
    )
    assert linked(read_links(folder_with(tmp_path, *rows)), STATED, NAMES).quads == frozenset()


def test_the_same_rows_are_published_under_any_base(tmp_path: Path) -> None:
    links = read_links(folder_with(tmp_path, ROW))
    names = PlanNames(CityNames("https://kept.example.jp/", "352039"), "kyodo")
    moved = {Quad(names.below("item", "1-1-1"), RDF["type"], KEI["Item"], names.graph("stated"))}
    found = linked(links, moved, names)
    assert Quad(
        names.below("item", "1-1-1"), SKOS["closeMatch"], NamedNode(ROW.object),
        names.graph("links/facilities"),
    ) in found.quads  # fmt: skip


def test_a_link_from_what_the_plan_has_not_is_told_with_its_line(tmp_path: Path) -> None:
    links = read_links(folder_with(tmp_path, ROW, replace(ROW, subject="352039/kyodo/item/9-9-9")))
    with pytest.raises(LinkError) as caught:
        linked(links, STATED, NAMES)
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == ("352039-kyodo/links/facilities.csv", 3)
    assert "計画にありません" in problem.ja


def test_a_link_does_not_pass_to_what_stands_under_the_number_now(tmp_path: Path) -> None:
    """A row put in before the item: 1-1-1 is a new one, what was accepted is now 1-1-2."""
    new, moved = NAMES.below("item", "1-1-1"), NAMES.below("item", "1-1-2")
    now = {
        Quad(new, RDFS["label"], ja("新しい項目"), NAMES.graph("stated")),
        Quad(moved, RDFS["label"], ja("地域交流センターの設置"), NAMES.graph("stated")),
    }
    links = read_links(folder_with(tmp_path, ROW))
    with pytest.raises(LinkError) as caught:
        linked(links, now, NAMES)
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == ("352039-kyodo/links/facilities.csv", 2)
    for part in (
        "新しい項目",
        "「地域交流センターの設置」は今 352039/kyodo/item/1-1-2",
        "計画の側の名",
    ):
        assert part in problem.ja
    assert "is now 352039/kyodo/item/1-1-2" in problem.en


def test_a_title_in_other_forms_of_letters_is_the_same_title(tmp_path: Path) -> None:
    wide = {Quad(ITEM, RDFS["label"], ja("地域交流ｾﾝﾀｰの設置"), NAMES.graph("stated"))}
    links = read_links(folder_with(tmp_path, ROW))
    assert linked(links, wide, NAMES).quads


def test_a_link_to_a_row_that_vanished_is_not_published(tmp_path: Path) -> None:
    """At that place another record may stand now, and nobody has accepted that one."""
    gone = replace(ROW, now="消えた(2026-11-23)")
    by_name = replace(gone, object="https://other.example.jp/id/1")
    assert linked(read_links(folder_with(tmp_path / "a", by_name)), STATED, NAMES).quads
    with pytest.raises(LinkError) as caught:
        linked(read_links(folder_with(tmp_path / "b", gone)), STATED, NAMES)
    assert "却下" in caught.value.problems[0].ja


@pytest.mark.parametrize(
    ("licence", "says"),
    [
        (None, "title、source、licence"),
        ("", "licence に"),
        ("https://creativecommons.org/licenses/by-nd/4.0/", "改変を許さない"),
    ],
)
def test_a_link_needs_a_licence_that_lets_it_be_published(
    tmp_path: Path, licence: str | None, says: str
) -> None:
    folder = folder_with(tmp_path, ROW, licence=licence)
    with pytest.raises(LinkError, match=says):
        read_links(folder)
    write_sheet(sheet_path(folder, "facilities"), [replace(ROW, status=Status.PROPOSED)])
    assert read_links(folder)[0].matches == ()


def test_links_under_share_alike_are_kept_apart(tmp_path: Path) -> None:
    found = linked(read_links(folder_with(tmp_path, ROW, licence=BY_SA)), STATED, NAMES)
    assert found.quads == frozenset()
    assert set(found.apart) == {"facilities"}
    assert Quad(
        ITEM, SKOS["closeMatch"], NamedNode(ROW.object), NAMES.graph("links/facilities")
    ) in found.apart["facilities"]  # fmt: skip


@pytest.mark.parametrize(
    ("licence", "alike"),
    [
        (CC_BY, False),
        (BY_SA, True),
        ("http://creativecommons.org/licenses/by-nc-sa/3.0/", True),
        ("https://opendatacommons.org/licenses/odbl/1-0/", True),
        ("https://creativecommons.org/publicdomain/zero/1.0/", False),
        ("https://www.digital.go.jp/resources/open_data/public_data_license_v1.0", False),
    ],
)
def test_share_alike_is_known_by_its_address(licence: str, alike: bool) -> None:
    assert is_share_alike(licence) is alike


def test_the_identifiers_of_a_city_are_its_own_whichever_plan_has_them(tmp_path: Path) -> None:
    row = replace(
        ROW, dataset="wikidata", subject="352039", object="http://www.wikidata.org/entity/Q207876"
    )
    folder = folder_with(tmp_path, row, licence=None)
    first = linked(read_links(folder), STATED, NAMES).quads
    second = linked(read_links(folder), STATED, replace(NAMES, name="other")).quads
    assert first == second
    assert {quad.graph_name for quad in first} == {NamedNode(f"{BASE}graph/352039/links/wikidata")}
    wrong = replace(row, subject="352039/kyodo/item/1-1-1")
    write_sheet(sheet_path(folder, "facilities"), [wrong])
    with pytest.raises(LinkError, match="市町村そのもの"):
        linked(read_links(folder), STATED, NAMES)


def test_two_people_who_accept_one_link_make_two_records_of_it(tmp_path: Path) -> None:
    one = linked(read_links(folder_with(tmp_path / "1", ROW)), STATED, NAMES).quads
    other = replace(ROW, reviewer="企画経営課")
    two = linked(read_links(folder_with(tmp_path / "2", other)), STATED, NAMES).quads
    links = {quad.subject for quad in one | two if quad.object == KEI["Link"]}
    assert len(links) == 2


def test_names_of_strangers_are_published_in_one_clean_line(tmp_path: Path) -> None:
    bad = replace(ROW, object_name="\u202eevil\n\n" + "長" * 900)
    found = linked(read_links(folder_with(tmp_path, bad)), STATED, NAMES).quads
    labels = [q.object.value for q in found if q.predicate == RDFS["label"]]
    assert all(label.isprintable() and len(label) <= 500 for label in labels)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ('title = { ja = "a", en = "b" }\nsource = "f"\nlicense = "x"\n', 3, "license"),
        ('title = { ja = "a", en = "b" }\nsource = "f"\nlicence = "CC BY"\n', 3, "licence"),
        ('title = { ja = "a", en = "b" }\nsource = "f"\nkinds = ["facility"]\n', 3, "kinds"),
        ('title = { ja = "a", en = "b" }\nsource = "f"\n[columns]\nnummer = "x"\n', 3, "columns"),
        ("title = \n", 1, "TOML"),
    ],
)
def test_a_description_that_cannot_be_is_told_with_its_line(
    tmp_path: Path, text: str, line: int, says: str
) -> None:
    path = tmp_path / "f.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LinkError) as caught:
        read_target(path)
    (problem,) = caught.value.problems
    assert problem.file == str(path)
    assert says in problem.ja
    assert problem.line == line


CITY = NamedNode("https://w3id.org/keikaku/id/352039")
PLAN = NamedNode("https://w3id.org/keikaku/id/352039/kyodo")
AREA = "https://w3id.org/keikaku/id/area/"
YAMAGUCHI = {  # shared/linking.md
    (CITY, RDFS["seeAlso"], "http://data.e-stat.go.jp/lod/sac/C35203"),
    (CITY, RDFS["seeAlso"], "http://hojin-info.go.jp/data/basic/2000020352039"),
    (CITY, SKOS["closeMatch"], "http://www.wikidata.org/entity/Q207876"),
    (CITY, SKOS["closeMatch"], "http://sws.geonames.org/1848678/"),
    (CITY, SKOS["closeMatch"], "http://ja.dbpedia.org/resource/山口市"),
    (CITY, SKOS["closeMatch"], "http://id.ndl.go.jp/auth/ndlna/00262780"),
    (CITY, SKOS["broadMatch"], "http://geonames.jp/resource/山口県山口市"),
    (PLAN, DCTERMS["spatial"], f"{AREA}35203-20051001"),
    (PLAN, RDFS["seeAlso"], f"{AREA}35203-20100116"),
    (PLAN, RDFS["seeAlso"], "https://www.city.yamaguchi.lg.jp/site/shiseijoho/40545.html"),
    (PLAN, RDFS["seeAlso"], "https://www.city.yamaguchi.lg.jp/site/shiseijoho/141404.html"),
}


def test_the_shipped_plan_has_the_links_that_are_honest(plan_quads: frozenset[Quad]) -> None:
    quads = plan_quads
    links = {q.subject for q in quads if (q.predicate, q.object) == (RDF["type"], KEI["Link"])}
    assert len(links) == len(YAMAGUCHI)
    for subject, relation, other in YAMAGUCHI:
        assert any(
            (q.subject, q.predicate, q.object) == (subject, relation, NamedNode(other))
            for q in quads
        ), other
    reviewers = {q.object.value for q in quads if q.predicate == KEI["reviewer"]}
    assert reviewers == {"keikaku の開発者"}
    notes = {q.object.value for q in quads if q.subject in links and q.predicate == RDFS["comment"]}
    assert all("nothing dereferenced" in note for note in notes)
    assert not [q for q in quads if q.predicate == OWL["sameAs"]]
