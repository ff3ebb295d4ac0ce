"""Two cities with sites of their own, a hub that harvests both, and queries from site to site.

The second city is fictional, has another base, and its plan has the numbers, titles and departments
of the first one's.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx
import pytest
from rdflib import Graph

from desk import Desk, served
from keikaku.answers.examples import all_examples
from keikaku.assets import shipped
from keikaku.names import DCAT, DCTERMS, FOAF, PROV, SHARED, VOID
from other_city import BASE, CODE, DEPARTMENT, NAME, write_plan
from other_city import PLAN as THEIRS
from small_plan import AS_IT_IS, settings_in
from small_plan import PLAN as FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("two-sites")

OURS = f"{SHARED}id/352039/kyodo"
EXAMPLES = {example.name: example for example in all_examples()}
ESTAT = """@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<http://data.e-stat.go.jp/lod/sac/C35203-20051001> rdfs:label "山口市"@ja, "Yamaguchi-shi"@en .
<http://data.e-stat.go.jp/lod/sac/C35203-20100116> rdfs:label "山口市"@ja, "Yamaguchi-shi"@en .
"""
WIKIDATA = """<http://www.wikidata.org/entity/Q207876>
  <http://www.wikidata.org/prop/direct/P1082> 193966 ."""


@dataclass(frozen=True)
class Sites:
    """The desks, and the addresses of the two cities' sites."""

    first: Desk
    second: Desk
    hub: Desk
    addresses: tuple[str, str]
    told: str

    @property
    def kept(self) -> Path:
        """What the hub has taken of the second city."""
        [folder] = (self.hub.folder / "harvested").glob(f"*-{CODE}-kyodo")
        return folder


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    """Two cities that are served, and a hub that has harvested both and built its release."""
    folder = tmp_path_factory.mktemp("sites")
    first, second, hub = (Desk(folder / name) for name in ("first", "second", "hub"))
    settings_in(first.folder)
    links = shipped("plans") / FOLDER / "links"
    shutil.copytree(links, first.folder / "plans" / FOLDER / "links")
    write_plan(second.folder / "plans")
    (second.folder / "keikaku.toml").write_text(f'base = "{BASE}"\n', "utf-8")
    (hub.folder / "plans").mkdir(parents=True)
    first.run("build")
    second.run("build")
    with served(first) as one, served(second) as two:
        told = hub.run("harvest", one, two, "--allow-private").stdout
        hub.run("build")
        yield Sites(first, second, hub, (one, two), told)


@contextmanager
def serving(desk: Desk, services: str) -> Iterator[str]:
    """Serve a desk that may ask other endpoints."""
    path = desk.folder / "keikaku.toml"
    before = path.read_text("utf-8") if path.is_file() else ""
    others = "".join(line for line in before.splitlines(True) if not line.startswith("services"))
    path.write_text(f'{others}services = "{services}"\n', "utf-8")
    try:
        with served(desk) as address:
            yield address
    finally:
        path.write_text(before, "utf-8")


@pytest.fixture(scope="module")
def hub(sites: Sites) -> Iterator[str]:
    """The hub, served; it may ask the first city's endpoint."""
    with serving(sites.hub, f"{sites.addresses[0]}/sparql") as address:
        yield address


def rows(text: str) -> list[tuple[str, ...]]:
    """The rows of a CSV without its head."""
    return [tuple(row) for row in csv.reader(io.StringIO(text))][1:]


def asked(sites: Sites, *arguments: str) -> list[tuple[str, ...]]:
    return rows(sites.hub.run("ask", *arguments, "--format", "csv").stdout)


def found(address: str, query: str) -> list[dict[str, str]]:
    """The rows of a query at a site."""
    response = httpx.post(
        f"{address}/sparql",
        data={"query": query},
        headers={"Accept": "application/sparql-results+json"},
        timeout=30,
    )
    assert response.status_code == httpx.codes.OK, response.text
    bindings: list[dict[str, Any]] = response.json()["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in bindings]


# Harvest


def test_both_cities_are_taken(sites: Sites) -> None:
    assert f"取り込み: {OURS}" in sites.told
    assert f"取り込み: {THEIRS}" in sites.told
    assert "取り込み 2、変更なし 0、元になし 0、拒否 0、対象外 0" in sites.told


def test_a_second_harvest_finds_nothing_new(sites: Sites) -> None:
    told = sites.hub.run("harvest", *sites.addresses, "--allow-private").stdout
    assert "取り込み 0、変更なし 2、元になし 0、拒否 0、対象外 0" in told


def test_a_tampered_dump_is_refused_and_what_was_stays(sites: Sites) -> None:
    [dump] = (sites.second.folder / "releases").glob("*/keikaku.nq.gz")
    whole, before = dump.read_bytes(), (sites.kept / "graphs.nq").read_bytes()
    dump.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    try:
        told = sites.hub.run(
            "harvest", sites.addresses[1], "--allow-private", "--again", code=1
        ).stdout
    finally:
        dump.write_bytes(whole)
    assert f"拒否: {sites.addresses[1]}" in told
    assert "sha256" in told
    assert (sites.kept / "graphs.nq").read_bytes() == before


def test_the_network_inside_is_not_asked_unless_one_says_so(sites: Sites) -> None:
    told = sites.hub.run("harvest", sites.addresses[0], "--again", code=1).stdout
    assert "--allow-private" in told


# Cross-city questions. Both plans are two items of the document: I-(1)-① for 市民, 地域コミュニティ
# and 市民活動団体 in H20 and H21, I-(1)-② for 市民活動団体 in H20 to H24; 行政 carries out both


def test_items_of_a_party_are_counted_by_municipality(sites: Sites) -> None:
    of_citizens = asked(sites, "H21に市民が関わる項目の市町村ごとの数")
    assert [row[:3] for row in of_citizens] == [("山口市", "1", "2"), (NAME, "1", "2")]
    assert {row[3] for row in of_citizens} == {OURS.rpartition("/")[0], THEIRS.rpartition("/")[0]}
    of_businesses = asked(sites, "H21に事業者が関わる項目の市町村ごとの数")
    assert [row[:3] for row in of_businesses] == [("山口市", "0", "2"), (NAME, "0", "2")]


def test_items_of_one_title_are_found_in_both(sites: Sites) -> None:
    same = asked(sites, "複数の市町村に共通する項目")
    assert [row[:2] for row in same] == [
        ("地域交流センターの設置", "山口市"),
        ("地域交流センターの設置", NAME),
        ("市民活動の拠点機能の充実・強化", "山口市"),
        ("市民活動の拠点機能の充実・強化", NAME),
    ]


def test_two_plans_stand_side_by_side(sites: Sites) -> None:
    table = asked(sites, "--question", "two-plans", f"plan={OURS}", f"other={THEIRS}")
    assert len(table) == 7 * 5
    assert all(row[2] == row[3] for row in table)
    assert {row[1:4] for row in table if row[0] == "市民活動団体"} == {
        ("平成20年度", "2", "2"),
        ("平成21年度", "2", "2"),
        ("平成22年度", "1", "1"),
        ("平成23年度", "1", "1"),
        ("平成24年度", "1", "1"),
    }


def test_a_department_that_two_cities_have_is_asked_back(sites: Sites) -> None:
    said = sites.hub.run("ask", "協働推進課が担当する項目は？", code=2).stderr
    assert DEPARTMENT in said
    assert f"{SHARED}id/352039/department/協働推進課" in said


@pytest.mark.parametrize(
    ("department", "plan"),
    [(DEPARTMENT, THEIRS), (f"{SHARED}id/352039/department/協働推進課", OURS)],
)
def test_departments_of_one_name_do_not_mix(sites: Sites, department: str, plan: str) -> None:
    items = asked(sites, "--question", "items-by-department", f"department={department}")
    assert items
    iris = {cell for row in items for cell in row if "/item/" in cell}
    assert iris
    assert {iri.partition("/item/")[0] for iri in iris} == {plan}


# The hub's pages


def test_items_of_both_are_listed_and_narrowed_by_municipality(hub: str) -> None:
    everything = httpx.get(f"{hub}/api/items").json()
    assert everything["total"] == 4
    for name, plan in ((NAME, THEIRS), ("山口市", OURS)):
        one = httpx.get(f"{hub}/api/items", params={"municipality": name}).json()
        assert one["total"] == 2
        assert {item["iri"].partition("/item/")[0] for item in one["items"]} == {plan}


def test_things_of_another_publisher_have_pages(hub: str) -> None:
    path = f"/elsewhere/https/keikaku.example.jp/open/doc/{CODE}/kyodo/item/1-1-1"
    page = httpx.get(f"{hub}{path}", headers={"Accept": "text/html"})
    assert page.status_code == httpx.codes.OK
    assert "地域交流センターの設置" in page.text
    assert NAME in page.text
    assert f"{SHARED}id/352039" not in page.text
    listed = httpx.get(f"{hub}/items", headers={"Accept": "text/html"}).text
    assert path in listed
    turtle = httpx.get(f"{hub}{path}.ttl")
    assert f"{THEIRS}/item/1-1-1" in turtle.text


def test_every_thing_of_another_publisher_answers(hub: str) -> None:
    query = f"""SELECT DISTINCT ?thing WHERE {{ ?thing a ?class .
      VALUES ?class {{ kei:Plan kei:Policy kei:Measure kei:Item kei:ScheduleEntry kei:Department
        kei:Municipality kei:OverviewRow kei:SourceDocument kei:Party }}
      FILTER (STRSTARTS(STR(?thing), "{BASE}")) }}"""
    things = [row["thing"] for row in found(hub, query)]
    assert len(things) > 20
    for thing in things:
        path = quote(thing.removeprefix(f"{BASE}id/"))
        page = httpx.get(
            f"{hub}/elsewhere/https/keikaku.example.jp/open/doc/{path}",
            headers={"Accept": "text/html"},
        )
        assert page.status_code == httpx.codes.OK, thing


def test_the_catalogue_names_where_the_plans_come_from(sites: Sites, hub: str) -> None:
    graph = Graph().parse(data=httpx.get(f"{hub}/catalog.ttl").text, format="turtle")
    query = f"""PREFIX dcterms: <{DCTERMS.iri}> PREFIX prov: <{PROV.iri}>
    PREFIX dcat: <{DCAT.iri}> PREFIX void: <{VOID.iri}> PREFIX foaf: <{FOAF.iri}>
    SELECT DISTINCT ?plan ?source ?publisher WHERE {{
      ?catalogue a dcat:Catalog ; dcat:dataset ?dataset .
      ?dataset dcterms:source ?source ; prov:wasDerivedFrom ?source .
      ?source void:rootResource ?plan ; dcterms:publisher/foaf:name ?publisher . }}"""
    named = {(str(row[0]), str(row[1])) for row in graph.query(query)}  # type: ignore[index]
    assert {plan for plan, _ in named} == {OURS, THEIRS}
    [second] = [release.name for release in (sites.second.folder / "releases").glob("?" * 16)]
    assert (THEIRS, f"{BASE}releases/{second}") in named


# Federation


def test_the_hub_asks_a_city_by_service(sites: Sites, hub: str) -> None:
    example = EXAMPLES["titles-elsewhere"]
    query = example.query.replace(example.service, f"{sites.addresses[0]}/sparql")
    titles = [(row["title"], row["theirCity"], row["theirs"]) for row in found(hub, query)]
    assert titles == [
        ("地域交流センターの設置", "山口市", f"{OURS}/item/1-1-1"),
        ("市民活動の拠点機能の充実・強化", "山口市", f"{OURS}/item/1-1-2"),
    ]


def test_a_city_asks_the_hub_by_service(sites: Sites, hub: str) -> None:
    example = EXAMPLES["titles-elsewhere"]
    with serving(sites.second, f"{hub}/sparql") as city:
        query = example.query.replace(example.service, f"{hub}/sparql")
        theirs = {row["theirs"] for row in found(city, query)}
    assert theirs == {f"{OURS}/item/1-1-1", f"{OURS}/item/1-1-2"}


def test_only_what_is_allowed_is_asked(sites: Sites, hub: str) -> None:
    query = f"SELECT * WHERE {{ SERVICE <{sites.addresses[1]}/sparql> {{ ?s ?p ?o }} }}"
    response = httpx.post(f"{hub}/sparql", data={"query": query})
    assert response.status_code == httpx.codes.BAD_REQUEST
    assert sites.addresses[1] not in json.dumps(response.json(), ensure_ascii=False)


def test_another_engine_asks_us_by_service(hub: str) -> None:
    """A list in rdflib is joined with what the hub knows."""
    budgets = f"<{THEIRS}> <http://example.jp/budget> 12 . <{OURS}> <http://example.jp/budget> 7 ."
    graph = Graph().parse(data=budgets, format="turtle")
    query = f"""SELECT ?budget ?title ?items WHERE {{
      ?plan <http://example.jp/budget> ?budget .
      SERVICE <{hub}/sparql> {{
        SELECT ?plan ?title (COUNT(?item) AS ?items) WHERE {{
          ?item <https://w3id.org/keikaku/ns#inPlan> ?plan .
          ?plan <http://www.w3.org/2000/01/rdf-schema#label> ?title .
          FILTER (LANG(?title) = "ja")
        }} GROUP BY ?plan ?title
      }} }} ORDER BY ?budget"""
    joined = [tuple(str(term) for term in row) for row in graph.query(query)]  # type: ignore[union-attr]
    assert joined == [
        ("7", "山口市協働推進プラン", "2"),
        ("12", "山口市協働推進プラン", "2"),
    ]


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        (
            "areas-at-estat",
            ESTAT,
            [("2005-10-01", "C35203-20051001"), ("2010-01-16", "C35203-20100116")],
        ),
        ("population-at-wikidata", WIKIDATA, [("193966", "Q207876")]),
    ],
)
def test_examples_that_ask_public_endpoints(
    sites: Sites, tmp_path: Path, name: str, data: str, expected: list[tuple[str, str]]
) -> None:
    """An endpoint of this machine with facts of theirs stands for them."""
    example = EXAMPLES[name]
    (tmp_path / "data.ttl").write_text(data, "utf-8")
    with ExitStack() as stack:
        other = stack.enter_context(served(Desk(tmp_path), "--data", str(tmp_path / "data.ttl")))
        hub = stack.enter_context(serving(sites.hub, f"{other}/sparql"))
        answers = found(hub, example.query.replace(example.service, f"{other}/sparql"))
    columns = {
        "areas-at-estat": ("since", "CODE"),
        "population-at-wikidata": ("population", "entity"),
    }
    assert [
        (row[columns[name][0]], row[columns[name][1]].rpartition("/")[2]) for row in answers
    ] == expected


# Withdrawal; what is changed here is not as it was for tests that would follow


def test_what_a_city_withdraws_goes_from_the_hub_at_its_next_harvest(sites: Sites) -> None:
    [first] = [path.name for path in (sites.second.folder / "releases").glob("?" * 16)]
    [own] = [path.name for path in (sites.hub.folder / "releases").glob("?" * 16)]
    assert "架空の内部" not in (sites.kept / "graphs.nq").read_text("utf-8")
    write_plan(sites.second.folder / "plans", replaced=(AS_IT_IS, "架空の内部の文に替えます。"))
    sites.second.run("build")
    unchanged = sites.hub.run("harvest", *sites.addresses, "--allow-private").stdout
    assert f"取り込み: {THEIRS}" in unchanged
    [second] = [
        path.name
        for path in (sites.second.folder / "releases").glob("?" * 16)
        if path.name != first
    ]
    # the older release is kept no longer, which withdraws nothing that the hub has of the newer
    write_plan(sites.second.folder / "plans")
    sites.second.run("build")
    sites.second.run("releases", "--withdraw", second, "--reason", "内部の文が入っていました。")
    gone = httpx.get(f"{sites.addresses[1]}/releases/{second}/keikaku.nq.gz")
    assert (gone.status_code, gone.json()["withdrawn"]) == (httpx.codes.GONE, True)
    told = sites.hub.run("harvest", *sites.addresses, "--allow-private").stdout
    assert f"取り込み: {THEIRS}" in told
    assert "取り下げたので、置き換えました" in told
    assert "理由: 内部の文が入っていました。" in told
    for path in sites.hub.folder.glob("harvested/**/*"):
        assert not path.is_file() or "架空の内部" not in path.read_text("utf-8")
    assert "要対応 0" in told  # no release of the hub was made of what was withdrawn
    current = sites.second.run("releases").stdout.partition("* ")[2][:16]
    assert current == first  # the only one that is left
    assert own in sites.hub.run("releases").stdout


def test_a_release_that_is_kept_no_longer_is_not_withdrawn(sites: Sites) -> None:
    write_plan(sites.second.folder / "plans", replaced=(AS_IT_IS, "別の文に替えます。"))
    sites.second.run("build")
    [held] = {path.name for path in (sites.second.folder / "releases").glob("?" * 16)} - {
        sites.second.run("releases").stdout.partition("* ")[2][:16]
    }
    sites.second.run("releases", "--keep", "1")
    gone = httpx.get(f"{sites.addresses[1]}/releases/{held}/keikaku.nq.gz")
    assert (gone.status_code, gone.json()["withdrawn"]) == (httpx.codes.GONE, False)
    told = sites.hub.run("harvest", sites.addresses[1], "--allow-private").stdout
    assert f"取り込み: {THEIRS}" in told
    assert "取り下げたので" not in told
    assert "要対応 0" in told
