"""What a page tells of the links of a thing: where they lead, why, and who accepted them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keikaku.answers.describe import describe
from keikaku.answers.graphs import graph_kind
from keikaku.answers.things.links import RELATIONS, links_of
from keikaku.graph.link.proposal import RELATIONS as KNOWN
from keikaku.names import SHARED

if TYPE_CHECKING:
    from keikaku.answers.service import Answers
    from keikaku.answers.things.links import LinkOut


def found(answers: Answers, thing: str) -> tuple[LinkOut, ...]:
    description = describe(answers.store, f"{SHARED}id/{thing}")
    assert description is not None
    return links_of(answers.store, description)


def test_a_link_is_told_with_its_dataset_score_and_reviewer(answers: Answers) -> None:
    links = {link.dataset["ja"]: link for link in found(answers, "352039")}
    assert len(links) == 7
    wikidata = links["Wikidata"]
    assert wikidata.object.iri.value == "http://www.wikidata.org/entity/Q207876"
    assert wikidata.relation.ja == "ほぼ同じもの"
    assert (wikidata.score, wikidata.reviewer, wikidata.date) == (
        100, "keikaku の開発者", "2026-11-22",
    )  # fmt: skip
    assert "確かめた一覧" in wikidata.reason["ja"]
    assert "checked" in wikidata.reason["en"]


def test_a_link_that_a_person_wrote_has_no_score(answers: Answers) -> None:
    links = found(answers, "352039/kyodo")
    assert [link.score for link in links if link.dataset["ja"] == "ウェブページ"] == [None, None]
    assert {link.relation.en for link in links if link.dataset["en"] == "areas by date"} == {
        "area",
        "see also",
    }


def test_nothing_is_asked_of_what_has_no_links(answers: Answers) -> None:
    assert found(answers, "352039/kyodo/item/1-1-1") == ()


def test_every_relation_that_can_be_published_can_be_shown() -> None:
    assert set(RELATIONS) == set(KNOWN.values())


def test_the_graphs_of_links_are_told_as_such() -> None:
    for name in ("352039/links/wikidata", "352039/kyodo/links/area"):
        assert graph_kind(name)[0].ja == "リンク"
    assert graph_kind("352039")[0].ja == "市町村"
