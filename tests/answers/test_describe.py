"""Everything that is said of a thing, with labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from keikaku.answers import describe as module
from keikaku.answers.describe import Description, Property, describe
from keikaku.answers.use import look_up
from keikaku.closed import Bilingual
from keikaku.errors import QuestionError
from keikaku.names import DCTERMS, FY, KEI, PARTY, RDFS, SHARED
from keikaku.store.base import WHOLE, Dataset, Query, Result, Serialized, Store
from keikaku.store.embedded import EmbeddedStore

if TYPE_CHECKING:
    from keikaku.answers.service import Answers

PLAN = f"{SHARED}id/352039/kyodo"
ITEM = f"{PLAN}/item/1-4-3"


@pytest.fixture
def item(answers: Answers) -> Description:
    """Return the description of item I-(4)-③."""
    found = answers.describe(ITEM)
    assert found is not None
    return found


def values(properties: tuple[Property, ...], iri: NamedNode) -> list[str]:
    """Return the values of one property as texts."""
    return [value.term.value for item in properties if item.iri == iri for value in item.values]


def test_an_item_has_label_and_type(item: Description) -> None:
    assert item.label.ja == "行政の協働相談窓口の設置"
    assert [(kind.iri, kind.label.ja) for kind in item.types] == [(KEI["Item"], "推進項目")]
    assert not item.more


def test_properties_stand_in_the_order_of_the_sheet(item: Description) -> None:
    properties = [found.iri for found in item.properties]
    assert properties[:2] == [DCTERMS["identifier"], RDFS["label"]]
    sheet = [KEI["department"], KEI["implementedBy"], KEI["targets"], KEI["purpose"]]
    assert [found for found in properties if found in sheet] == sheet
    assert all(found.label.ja and found.label.en for found in item.properties)
    assert {found.label.ja for found in item.properties} >= {"番号", "担当課", "目的", "年次計画"}


def test_values_stand_as_printed_with_labels(item: Description) -> None:
    targets = ["地域コミュニティ", "市民活動団体", "事業者", "教育機関", "行政"]
    assert values(item.properties, KEI["targets"]) == [PARTY[name].value for name in targets]
    said = next(found for found in item.properties if found.iri == KEI["targets"])
    assert [value.label.ja for value in said.values if value.label] == targets
    assert said.values[2].label is not None
    assert said.values[2].label.en == "businesses"
    assert values(item.properties, KEI["schedule"]) == [
        f"{ITEM}/{year}" for year in range(2008, 2013)
    ]


def test_what_is_stated_leads_to_its_cell(item: Description) -> None:
    purpose = next(found for found in item.properties if found.iri == KEI["purpose"])
    (value,) = purpose.values
    assert isinstance(value.term, Literal)
    assert value.label is None
    assert [place.iri.value for place in value.places] == [f"{PLAN}/source/1/cell/18-6-2"]
    assert "305" in value.places[0].label.ja
    involves = next(found for found in item.properties if found.iri == KEI["involves"])
    assert all(not value.places for value in involves.values)


def test_links_from_other_things_are_given_without_the_evidence(item: Description) -> None:
    assert values(item.links, KEI["relists"]) == [f"{PLAN}/item/5-1-2"]
    assert values(item.links, KEI["listsItem"]) == [f"{PLAN}/overview/1-4-3"]
    assert len(values(item.links, KEI["about"])) == 2
    assert {found.iri.value.rsplit("#")[-1] for found in item.links} == {
        "relists", "listsItem", "about"
    }  # fmt: skip


def test_everything_that_the_union_says_is_there(
    answers: Answers, plan_quads: frozenset[Quad]
) -> None:
    for iri in (ITEM, PLAN, PARTY["事業者"].value, FY[2010].value, f"{PLAN}/source/1/cell/3-8-2"):
        found = answers.describe(iri)
        assert found is not None
        said = {(quad.predicate, quad.object) for quad in plan_quads if quad.subject.value == iri}
        shown = {(item.iri, value.term) for item in found.properties for value in item.values}
        types = {kind.iri for kind in found.types}
        assert {pair for pair in said if pair[1] not in types} == shown
        assert len(said) == len(shown) + len(types)


def test_a_property_of_the_ontology_is_described(answers: Answers) -> None:
    found = answers.describe(KEI["involves"].value)
    assert found is not None
    assert found.label.en == "involves"


@pytest.mark.parametrize("iri", ["https://w3id.org/keikaku/id/none", "urn:nothing"])
def test_nothing_is_said_of_what_is_unknown(answers: Answers, iri: str) -> None:
    assert answers.describe(iri) is None


@pytest.mark.parametrize("iri", ['https://example.org/"', "https://example.org/a b", "x\n", ""])
def test_what_is_no_iri_is_refused(answers: Answers, iri: str) -> None:
    with pytest.raises(QuestionError):
        answers.describe(iri)


class Counting(Store):
    """A store that counts its queries."""

    def __init__(self, store: Store) -> None:
        """Ask `store`."""
        self.store = store
        self.asked = 0

    def query(self, text: str, dataset: Dataset = WHOLE) -> Result:
        """Answer and count."""
        self.asked += 1
        return self.store.query(text, dataset)

    def serialize(self, query: Query) -> Serialized:
        """Never needed here."""
        raise NotImplementedError(query.text)

    def ready(self) -> bool:
        """Answer always."""
        return True


def test_a_description_takes_three_queries(answers: Answers) -> None:
    store = Counting(answers.store)
    assert describe(store, ITEM) is not None
    assert store.asked == 3


def test_evidence_is_called_by_its_cell(answers: Answers) -> None:
    """No label of it is stored: not on its own page, and not where it points to a cell."""
    (name,) = answers.describe(ITEM).properties[0].values[0].places  # type: ignore[union-attr]
    cell = answers.describe(name.iri.value)
    assert cell is not None
    (pointing,) = [found for found in cell.links if found.iri == KEI["cell"]]
    evidence = [one for one in pointing.values if "/evidence/" in str(one.term)]
    assert evidence
    expected = Bilingual(ja=f"根拠: {cell.label.ja}", en=f"Evidence: {cell.label.en}")
    assert {one.label.ja if one.label else "" for one in evidence} == {expected.ja}
    own = answers.describe(str(evidence[0].term)[1:-1])
    assert own is not None
    assert own.label == expected
    assert RDFS["label"] not in {found.iri for found in own.properties}
    (used,) = [
        use
        for use in look_up(answers.store, name.iri.value).uses
        if any(map(_is_evidence, use.examples))
    ]
    assert {label.ja for iri, label in filter(_is_evidence, used.examples)} == {expected.ja}


def _is_evidence(example: tuple[NamedNode, Bilingual]) -> bool:
    return "/evidence/" in example[0].value


def test_a_stored_label_of_evidence_comes_first() -> None:
    """Releases of format 2 have labels of evidence, which may be worded otherwise."""
    iri = NamedNode(f"{PLAN}/evidence/0123456789abcdef")
    label = Literal("根拠: 別の呼び名", language="ja")
    graph = NamedNode(f"{SHARED}graph/352039/kyodo/inferred")
    store = EmbeddedStore.in_memory([Quad(iri, RDFS["label"], label, graph)])
    found = describe(store, iri.value)
    assert found is not None
    assert found.label.ja == "根拠: 別の呼び名"


def test_more_links_than_are_fetched_are_owned_to(
    answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_LINKS", 10)
    found = answers.describe(FY[2010].value)
    assert found is not None
    assert found.more
