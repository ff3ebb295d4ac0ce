"""The catalogue: what the DCAT-AP shapes demand, and what harvesters of CKAN read."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pyshacl
import pytest
from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, FOAF, ORG, OWL, PROV, RDF, RDFS, SDO, SH, SKOS, VOID, XSD

from catalogue_entry import BEFORE, DIGEST, FILES, ID, ISSUED, PUBLISHER, catalogue_of
from keikaku.errors import SettingsError
from keikaku.harvest.catalogue import offered_by
from keikaku.names import KEI, PREFIXES, SHARED
from keikaku.records.harvested import Harvested
from keikaku.release.catalogue.publication import Publisher
from keikaku.release.catalogue.publisher import publisher_quads
from keikaku.release.parts import PartDump

if TYPE_CHECKING:
    from pyoxigraph import Quad

THIRD_PARTY = Path(__file__).parents[3] / "shared" / "third_party"
SHAPES = THIRD_PARTY / "dcat-ap-3.0.1"
DCAT = Namespace("http://www.w3.org/ns/dcat#")
DCATAP = Namespace("http://data.europa.eu/r5r/")
SPDX = Namespace("http://spdx.org/rdf/terms#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
EU = "http://publications.europa.eu/resource/authority/"
IANA = "https://www.iana.org/assignments/media-types/"
DATASET = URIRef(f"{SHARED}releases/{ID}")
LATEST = URIRef(f"{SHARED}releases/latest")
CITY = URIRef(f"{SHARED}id/352039")

# What the shapes recommend and we do not say, with why.
LEFT = {
    ("Distribution", DCTERMS.license),  # no city has granted one
    ("Catalog", DCTERMS.license),
    ("Location", DCAT.bbox),  # no source of ours says where the city lies
    ("Location", DCAT.centroid),
    ("Agent", DCTERMS.type),  # the EU's table of publishers' types does not know ours
}


@pytest.fixture(scope="module")
def entry(plan_quads: frozenset[Quad]) -> Graph:
    return catalogue_of(plan_quads)


def judged(entry: Graph, name: str) -> tuple[Graph, Graph]:
    """The report of a file of shapes over the catalogue, and the shapes themselves."""
    path = SHAPES / f"{name}.ttl"
    if not path.is_file():
        pytest.skip(f"{path} is not beside the project")
    shapes = Graph().parse(path)
    for said in list(shapes.triples((None, SH.property, None))):
        if (said[2], None, None) not in shapes:  # two that the file names and never defines
            shapes.remove(said)
    _, report, _ = pyshacl.validate(entry, shacl_graph=shapes)
    assert isinstance(report, Graph)
    return report, shapes


@pytest.mark.parametrize("name", ["shapes", "range", "dcat-ap-SHACL"])
def test_the_catalogue_passes_the_shapes_of_dcat_ap(name: str, entry: Graph) -> None:
    report, shapes = judged(entry, name)
    assert list(report.objects(None, SH.resultMessage)) == []
    targets = {
        target: len(set(entry.subjects(RDF.type, target)))
        for target in shapes.objects(None, SH.targetClass)
    }
    for wanted in (DCAT.Catalog, DCAT.Dataset, DCAT.Distribution, DCAT.DataService, FOAF.Agent):
        assert targets[wanted] >= 1, wanted  # a gate that met nothing has not judged


TAKEN = Harvested(
    base="https://a.example.jp/",
    plan="https://a.example.jp/id/352021/machi",
    catalogue="https://a.example.jp/catalog",
    dataset="https://a.example.jp/releases/1",
    version="1",
    dump="https://a.example.jp/releases/1/keikaku.nq.gz",
    sha256=DIGEST,
    date="2026-11-22",
    title="架空市のデータ",
    publisher="架空市",
    licence="https://creativecommons.org/licenses/by/4.0/",
)


@pytest.mark.parametrize("name", ["shapes", "range", "dcat-ap-SHACL"])
def test_the_catalogue_of_a_hub_passes_them_too(plan_quads: frozenset[Quad], name: str) -> None:
    bare = TAKEN.model_copy(update=dict.fromkeys(("dataset", "title", "publisher", "licence"), ""))
    part = PartDump("plans/352039-kyodo.nq.gz", f"{SHARED}id/352039/kyodo", 40877)
    report, _ = judged(catalogue_of(plan_quads, harvested=(TAKEN, bare), parts=(part,)), name)
    assert list(report.objects(None, SH.resultMessage)) == []


def test_the_sources_of_harvested_plans_are_named_as_they_name_themselves(
    plan_quads: frozenset[Quad],
) -> None:
    other = TAKEN.model_copy(update={"plan": "https://a.example.jp/id/352021/kyodo"})
    entry = catalogue_of(plan_quads, harvested=(TAKEN, other))
    source = URIRef(TAKEN.dataset)
    for dataset in (DATASET, LATEST):
        assert set(entry[dataset : DCTERMS.source]) == {source}
        assert source in set(entry[dataset : PROV.wasDerivedFrom])
    assert {str(plan) for plan in entry[source : VOID.rootResource]} == {TAKEN.plan, other.plan}
    assert str(entry.value(source, DCTERMS.title)) == TAKEN.title
    assert str(entry.value(source, DCTERMS.license)) == TAKEN.licence
    assert str(entry.value(source, FOAF.page)) == TAKEN.catalogue
    [publisher] = entry[source : DCTERMS.publisher]
    assert str(entry.value(publisher, FOAF.name)) == "架空市"
    assert (None, DCTERMS.source, None) not in catalogue_of(plan_quads)


def test_a_source_whose_plans_came_on_several_days_names_all_its_files(
    plan_quads: frozenset[Quad],
) -> None:
    later = TAKEN.model_copy(
        update={
            "plan": "https://a.example.jp/id/352021/kyodo",
            "date": "2026-12-01",
            "dump": "https://a.example.jp/releases/2/keikaku.nq.gz",
            "title": "架空市のデータ(第2版)",
        }
    )
    for harvested in ((TAKEN, later), (later, TAKEN)):
        entry = catalogue_of(plan_quads, harvested=harvested)
        source = URIRef(TAKEN.dataset)
        assert {str(dump) for dump in entry[source : VOID.dataDump]} == {TAKEN.dump, later.dump}
        assert str(entry.value(source, DCTERMS.title)) == later.title
        said = " ".join(str(text) for text in entry[source : DCTERMS.description])
        assert "2026-11-22から 2026-12-01までに" in said
        assert "from 2026-11-22 to 2026-12-01" in said


def test_a_catalogue_that_lay_on_a_desk_is_not_told(plan_quads: frozenset[Quad]) -> None:
    desk = TAKEN.model_copy(update={"catalogue": "file:///home/somebody/catalog.ttl"})
    entry = catalogue_of(plan_quads, harvested=(desk,))
    assert not any("somebody" in str(term) for triple in entry for term in triple)


def test_a_fault_in_the_catalogue_is_found_by_these_shapes(entry: Graph) -> None:
    broken = Graph()
    broken += entry
    broken.remove((DATASET, DCTERMS.title, None))
    report, _ = judged(broken, "shapes")
    assert DATASET in set(report.objects(None, SH.focusNode))


def test_what_is_left_of_the_recommendations_is_what_nobody_has_told_us(entry: Graph) -> None:
    report, _ = judged(entry, "shapes_recommended")
    left = set()
    for result in report.subjects(RDF.type, SH.ValidationResult):
        focus = report.value(result, SH.focusNode)
        kinds = {
            str(kind).rsplit("#", 1)[-1].rsplit("/", 1)[-1] for kind in entry[focus : RDF.type]
        }
        path = report.value(result, SH.resultPath)
        [known] = [pair for pair in LEFT if pair[0] in kinds and pair[1] == path] or [None]
        assert known, (kinds, path)
        left.add(known)
    assert left == LEFT


def test_terms_of_the_eu_tables_say_their_table(entry: Graph) -> None:
    named = {o for o in entry.objects() if isinstance(o, URIRef) and o.startswith(EU)}
    tables = set(entry.subjects(RDF.type, SKOS.ConceptScheme))
    assert len(named) > 10
    for term in named - tables:
        assert set(entry[term : SKOS.inScheme]) == {URIRef(str(term).rsplit("/", 1)[0])}, term
        assert set(entry[term : RDFS.label]), term


def test_ckan_finds_iris_where_it_wants_iris(entry: Graph) -> None:
    """The harvester takes a literal for a mere name, which is no format of its registry."""
    distributions = set(entry.subjects(RDF.type, DCAT.Distribution))
    assert len(distributions) == len(FILES)
    for node in distributions:
        [media] = entry[node : DCAT.mediaType]
        [kind] = entry[node : DCTERMS["format"]]
        assert media.startswith(IANA)
        assert "/" in str(media).removeprefix(IANA)
        assert kind.startswith(f"{EU}file-type/")
        for optional in (DCAT.compressFormat, DCAT.packageFormat):
            assert all(value.startswith(IANA) for value in entry[node:optional])
        assert set(entry[node : DCTERMS.language]) == {
            URIRef(f"{EU}language/JPN"),
            URIRef(f"{EU}language/ENG"),
        }


def test_ckan_gets_name_address_size_and_checksum_of_each_file(entry: Graph) -> None:
    addresses = set()
    for node in entry.subjects(RDF.type, DCAT.Distribution):
        for said in (DCTERMS.title, DCTERMS.description):
            assert {text.language for text in entry[node:said]} == {"ja", "en"}
        [download] = entry[node : DCAT.downloadURL]
        assert list(entry[node : DCAT.accessURL]) == [download]
        addresses.add(str(download))
        assert list(entry[node : DCAT.byteSize]) == [
            Literal("1234", datatype=XSD.nonNegativeInteger)
        ]
        [checksum] = entry[node : SPDX.checksum]
        assert list(entry[checksum : SPDX.algorithm]) == [SPDX.checksumAlgorithm_sha256]
        assert list(entry[checksum : SPDX.checksumValue]) == [
            Literal(DIGEST, datatype=XSD.hexBinary)
        ]
    assert addresses == {f"{DATASET}/{name}" for name in FILES}


def test_ckan_splits_no_keyword_and_finds_single_values(entry: Graph) -> None:
    for dataset in (DATASET, LATEST):
        words = list(entry[dataset : DCAT.keyword])
        assert Counter(word.language for word in words) == {"ja": 6, "en": 6}
        assert not any("," in word or "、" in word for word in words)
        for single in (
            DCTERMS.identifier,
            DCTERMS.issued,
            DCTERMS.modified,
            DCTERMS.accrualPeriodicity,
            DCTERMS.accessRights,
            DCTERMS.publisher,
            DCAT.landingPage,
            DCAT.contactPoint,
            OWL.versionInfo,
        ):
            assert len(list(entry[dataset:single])) == 1, single
        assert list(entry[dataset : DCAT.theme]) == [URIRef(f"{EU}data-theme/GOVE")]
        assert list(entry[dataset : DCTERMS.accessRights]) == [URIRef(f"{EU}access-right/PUBLIC")]


def test_no_licence_is_claimed_where_none_was_granted(entry: Graph) -> None:
    assert list(entry.objects(None, DCTERMS.license)) == []
    for node in entry.subjects(RDF.type, DCAT.Distribution):
        [rights] = entry[node : DCTERMS.rights]
        assert (rights, RDF.type, DCTERMS.RightsStatement) in entry
        assert any("許諾は確認されていません" in text for text in entry[rights : RDFS.label])


def test_the_publisher_the_city_and_the_years_are_told(entry: Graph) -> None:
    [publisher] = set(entry[DATASET : DCTERMS.publisher])
    assert list(entry[publisher : FOAF.name]) == [Literal("計画データ研究会")]
    assert list(entry[publisher : FOAF.homepage]) == [URIRef("https://data.example.jp/")]
    [contact] = entry[DATASET : DCAT.contactPoint]
    assert list(entry[contact : VCARD.hasEmail]) == [URIRef("mailto:data@example.jp")]
    assert list(entry[DATASET : DCTERMS.creator]) == [CITY]
    assert Literal("山口市", lang="ja") in set(entry[CITY : FOAF.name])
    [area] = entry[DATASET : DCTERMS.spatial]
    assert list(entry[area : DCTERMS.identifier]) == [Literal("352039")]
    [period] = entry[DATASET : DCTERMS.temporal]  # H20 to H24
    assert list(entry[period : DCAT.startDate]) == [Literal("2008-04-01", datatype=XSD.date)]
    assert list(entry[period : DCAT.endDate]) == [Literal("2013-03-31", datatype=XSD.date)]


def test_a_release_is_a_version_of_the_latest_and_follows_the_one_before(entry: Graph) -> None:
    before = URIRef(f"{SHARED}releases/{BEFORE}")
    assert (LATEST, DCAT.hasVersion, DATASET) in entry
    assert (LATEST, DCAT.hasCurrentVersion, DATASET) in entry
    assert (DATASET, DCTERMS.replaces, before) in entry
    assert (DATASET, DCAT.previousVersion, before) in entry
    issued = Literal(ISSUED.isoformat(), datatype=XSD.dateTime)
    assert list(entry[DATASET : DCTERMS.issued]) == [issued]
    assert set(entry.subjects(RDF.type, DCAT.Dataset)) == {LATEST, DATASET}


def test_the_services_say_where_they_are_and_what_they_serve(entry: Graph) -> None:
    [catalog] = entry.subjects(RDF.type, DCAT.Catalog)
    endpoints = {
        str(endpoint).removeprefix(SHARED)
        for node in entry[catalog : DCAT.service]
        for endpoint in entry[node : DCAT.endpointURL]
    }
    assert endpoints == {"sparql", "api/questions", "reconcile"}
    for node in entry[catalog : DCAT.service]:
        assert set(entry[node : DCAT.servesDataset]) == {LATEST, DATASET}


def test_void_counts_every_class_and_property(entry: Graph, plan_quads: frozenset[Quad]) -> None:
    types = Counter(q.object.value for q in plan_quads if q.predicate.value == str(RDF.type))  # type: ignore[union-attr]
    properties = Counter(q.predicate.value for q in plan_quads)
    counted = {
        str(entry.value(node, VOID["class"])): int(str(entry.value(node, VOID.entities)))
        for node in entry[DATASET : VOID.classPartition]
    }
    assert counted == types
    assert counted[KEI["Item"].value] == 52
    told = {
        str(entry.value(node, VOID.property)): int(str(entry.value(node, VOID.triples)))
        for node in entry[DATASET : VOID.propertyPartition]
    }
    assert told == properties
    assert int(str(entry.value(DATASET, VOID.triples))) == len(plan_quads)
    assert {str(v) for v in entry[DATASET : VOID.vocabulary]} >= {KEI.iri, str(DCTERMS), str(SKOS)}
    assert URIRef(f"{SHARED}id/352039/kyodo") in set(entry[DATASET : VOID.rootResource])
    assert len(set(entry[DATASET : VOID.exampleResource])) >= 4
    dumps = {str(file).rsplit("/", 1)[-1] for file in entry[DATASET : VOID.dataDump]}
    assert dumps == {name for name in FILES if name.split(".")[0] == "keikaku"} - {"keikaku.xlsx"}


def test_examples_and_prefixes_are_found_as_shacl_writes_them(entry: Graph) -> None:
    [example] = entry.subjects(RDF.type, SH.SPARQLExecutable)
    assert (example, RDF.type, SH.SPARQLSelectExecutable) in entry
    [query] = entry[example : SH.select]
    [declaring] = entry[example : SH.prefixes]
    declared = {
        str(prefix): str(entry.value(node, SH.namespace))
        for node in entry[declaring : SH.declare]
        for prefix in entry[node : SH.prefix]
    }
    assert declared == PREFIXES
    assert "kei:Item" in query
    assert {text.language for text in entry[example : RDFS.comment]} == {"ja", "en"}


def test_nothing_in_the_catalogue_is_without_a_name(entry: Graph) -> None:
    assert not any(isinstance(term, BNode) for triple in entry for term in triple)


def test_the_base_of_a_publisher_begins_every_iri_of_the_catalogue(
    plan_quads: frozenset[Quad],
) -> None:
    entry = catalogue_of(plan_quads, "https://data.example.jp/open/")
    own = {s for s in entry.subjects() if "/releases/" in s or "catalog" in s}
    assert len(own) > 50
    assert all(s.startswith("https://data.example.jp/open/") for s in own)


@pytest.mark.parametrize("site", ["https://plans.example.jp", "https://plans.example.jp/"])
def test_what_can_be_fetched_is_at_the_site_and_names_stay_under_the_base(
    site: str, plan_quads: frozenset[Quad], entry: Graph
) -> None:
    served = catalogue_of(plan_quads, site=site)
    fetched = (
        DCAT.downloadURL, DCAT.accessURL, DCAT.endpointURL, DCAT.endpointDescription,
        DCAT.landingPage, VOID.sparqlEndpoint, VOID.dataDump,
    )  # fmt: skip
    for said in fetched:
        addresses = set(served.objects(None, said))
        assert addresses
        assert addresses == {
            URIRef(address.replace(SHARED, "https://plans.example.jp/", 1))
            for address in entry.objects(None, said)
        }, said
    [endpoint] = served.objects(DATASET, VOID.sparqlEndpoint)
    assert str(endpoint) == "https://plans.example.jp/sparql"
    assert {s for s in served.subjects() if "example.jp" not in s} == {
        s for s in entry.subjects() if "example.jp" not in s and (s, RDF.type, FOAF.Document)
        not in entry
    }  # fmt: skip


def test_what_the_publisher_sets_stands_in_a_graph_of_the_release(
    plan_quads: frozenset[Quad],
) -> None:
    """A release's files never change, and its catalogue is one of them: so settings make the id."""
    sites = ("", "https://a.example", "https://b.example")
    told = [publisher_quads(SHARED, Publisher(site=site)) for site in sites]
    assert len(set(told)) == len(sites)
    assert publisher_quads(SHARED, Publisher(site="https://a.example/")) == told[1]
    other = publisher_quads(SHARED, Publisher(), (TAKEN,))
    later = publisher_quads(SHARED, Publisher(), (TAKEN.model_copy(update={"date": "2027-01-01"}),))
    assert told[0] < other
    assert other != later
    assert {str(quad.graph_name) for quads in (*told, other) for quad in quads} == {
        f"<{SHARED}graph/publisher>"
    }
    assert not any(f"/releases/{ID}" in str(quad) for quad in other)
    triples = {(str(q.subject), str(q.predicate), str(q.object)) for q in other}
    assert len(triples) == len(other)
    graph = catalogue_of(plan_quads, harvested=(TAKEN,))
    for quad in publisher_quads(SHARED, PUBLISHER, (TAKEN,)):
        assert (URIRef(str(quad.subject)[1:-1]), URIRef(str(quad.predicate)[1:-1]), None) in graph


def test_a_page_that_two_graphs_could_name_is_named_in_one(plan_quads: frozenset[Quad]) -> None:
    """`catalogue_of` looks for triples of both graphs; here publisher, site and source meet."""
    same = TAKEN.model_copy(update={"dataset": f"{SHARED}releases/latest"})
    entry = catalogue_of(plan_quads, harvested=(same,))
    assert (LATEST, RDF.type, DCAT.Dataset) in entry


def test_each_plan_and_city_has_a_dump_that_is_no_distribution(plan_quads: frozenset[Quad]) -> None:
    """A harvester takes each distribution of a dataset for the whole of it."""
    parts = (
        PartDump("shared.nq.gz", "", 5470),
        PartDump("cities/352039.nq.gz", f"{SHARED}id/352039", 246),
        PartDump("plans/352039 kyodo.nq.gz", f"{SHARED}id/352039/kyodo", 40877),
    )
    entry = catalogue_of(plan_quads, parts=parts)
    files = f"{SHARED}releases/{ID}/"
    subsets = {
        str(entry.value(node, VOID.dataDump)).removeprefix(files): node
        for node in entry[DATASET : VOID.subset]
    }
    assert set(subsets) == {"shared.nq.gz", "cities/352039.nq.gz", "plans/352039%20kyodo.nq.gz"}
    plan = subsets["plans/352039%20kyodo.nq.gz"]
    assert (plan, RDF.type, VOID.Dataset) in entry
    assert list(entry[plan : VOID.rootResource]) == [URIRef(f"{SHARED}id/352039/kyodo")]
    assert list(entry[plan : VOID.triples]) == [Literal(40877)]
    assert Literal("計画「山口市協働推進プラン」", lang="ja") in set(entry[plan : RDFS.label])
    offered = {str(file) for file in entry.objects(None, DCAT.downloadURL)}
    assert not any("plans/" in file or "cities/" in file or "shared" in file for file in offered)
    dumps = offered_by(entry.serialize(format="turtle").encode(), "text/turtle", SHARED).dumps
    assert [dump.url for dump in dumps] == [f"{files}keikaku.nq.gz"]


@pytest.mark.parametrize(
    "field",
    [("", "data.example.jp", ""), ("", "", "nobody"), ("", "", "a@b c"), ("", "", "", "a.example")],
)
def test_a_publisher_who_cannot_be_reached_is_refused(field: tuple[str, ...]) -> None:
    with pytest.raises(SettingsError):
        Publisher(*field)


def test_every_term_of_the_catalogue_is_one_of_its_vocabulary(entry: Graph) -> None:
    """Terms by hand are those of the specifications, where rdflib has none or an old one."""
    by_hand = {
        str(VCARD): {"Kind", "fn", "hasEmail", "hasURL"},  # https://www.w3.org/TR/vcard-rdf/
        str(SPDX): {  # https://spdx.org/rdf/terms/
            "Checksum",
            "ChecksumAlgorithm",
            "algorithm",
            "checksum",
            "checksumAlgorithm_sha256",
            "checksumValue",
        },
        str(DCATAP): {"availability"},
    }
    terms = {*entry.predicates(), *entry.objects(None, RDF.type)}
    path = THIRD_PARTY / "dcat" / "dcat3.ttl"
    if not path.is_file():
        pytest.skip(f"{path} is not beside the project")
    dcat = set(Graph().parse(path).subjects())
    known = (DCTERMS, FOAF, ORG, OWL, PROV, RDF, RDFS, SDO, SH, SKOS, VOID)
    assert len(terms) > 70
    for term in terms:
        [space] = [s for s in (*map(str, known), *by_hand, str(DCAT)) if term.startswith(s)]
        name = str(term).removeprefix(space)
        if space in by_hand:
            assert name in by_hand[space], term
        elif space == str(DCAT):
            assert term in dcat, term
        else:
            [vocabulary] = [v for v in known if str(v) == space]
            assert term in vocabulary, term
