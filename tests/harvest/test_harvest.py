"""The whole of a harvest: what is taken, what is left, what is refused, and what stays."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from keikaku.build import all_folders, graphs_of, read_source
from keikaku.errors import HarvestError
from keikaku.harvest.harvest import harvest
from keikaku.harvest.kept import alone, folder_name
from keikaku.harvest.told import Outcome
from keikaku.names import KEI, PARTY, RDFS, SHARED, CityNames, PlanNames
from keikaku.records.harvested import read_harvested
from keikaku.release.dumps import canonical
from other_city import BASE, CODE, NAME, PLAN, write_plan
from other_releases import LICENCE, folders, kept, publish, told
from other_site import OtherSite, serving

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from keikaku.settings import Settings


GRAPH = f"{BASE}graph/{CODE}"
TOWN, OTHER_TOWN = f"{BASE}id/{CODE}", f"{BASE}id/352039"


def without(quads: Iterable[Quad], subject: str, predicate: NamedNode) -> set[Quad]:
    return {
        quad
        for quad in quads
        if not (quad.subject == NamedNode(subject) and quad.predicate == predicate)
    }


def dataset(site: OtherSite) -> str:
    return f"{site.address}/releases/1/all.nq.gz"


HYDRA = "http://www.w3.org/ns/hydra/core#next"
DCAT = "@prefix dcat: <http://www.w3.org/ns/dcat#> . <c> a dcat:Catalog ; dcat:dataset <d> . "
GARBLED = {
    "a figure that is none": ("/robots.txt", "User-agent: *\nCrawl-delay: ²"),
    "more than any figure": ("/robots.txt", f"User-agent: *\nCrawl-delay: {'9' * 400}"),
    "a path that is none": ("/robots.txt", "User-agent: *\nDisallow: //[x"),
    "a page that is none": ("/catalog", f'{DCAT} <c> <{HYDRA}> "http://[" .'),
    "a host that is none": (
        "/catalog",
        f"{DCAT} <d> dcat:distribution <e> . <e> dcat:downloadURL <http://a℀b.jp/d.nq> .",
    ),
    "an empty label": (
        "/catalog",
        f"{DCAT} <d> dcat:distribution <e> . <e> dcat:downloadURL <http://xn--/d.nq> .",
    ),
}


@pytest.mark.parametrize("name", GARBLED)
def test_what_one_site_sends_does_not_keep_the_next_from_being_asked(
    site: OtherSite, settings: Settings, town: frozenset[Quad], name: str
) -> None:
    path, text = GARBLED[name]
    with serving(OtherSite()) as garbled:
        garbled.files["/catalog"] = DCAT.encode(), "text/turtle"
        garbled.files[path] = text.encode(), "text/plain" if "robots" in path else "text/turtle"
        publish(site, town)
        found = harvest([garbled.address, site.address], settings, allow_private=True)
    assert (PLAN, Outcome.TAKEN) in [(one.what, one.outcome) for one in found]
    assert found[0].outcome in (Outcome.REFUSED, Outcome.SKIPPED)


@pytest.mark.parametrize(
    "base",
    [
        f"{SHARED}id/352039/kyodo/",
        f"{SHARED}graph/352039/kyodo/",
        f"{SHARED}id/party/",
        "http://w3id.org/keikaku/",
        "https://W3ID.org/keikaku/",
        "https://w3id.org:443/keikaku/",
        "https://w3id.org/keikaku/x/../",
        "https://u:p@w3id.org/",
    ],
)
def test_nobody_names_things_inside_our_names_or_so_that_they_look_like_ours(
    site: OtherSite, settings: Settings, town: frozenset[Quad], base: str
) -> None:
    theirs = canonical(town).replace(BASE.encode(), base.encode())
    publish(site, parse(theirs, format=RdfFormat.N_QUADS))
    found = harvest([site.address], settings, allow_private=True)
    assert [one.outcome for one in found] == [Outcome.REFUSED]
    assert base in found[0].en
    assert folders(settings) == []


def test_it_is_told_when_a_plan_comes_from_another_site_than_its_names(
    site: OtherSite, settings: Settings, town: frozenset[Quad]
) -> None:
    publish(site, town)
    [taken] = harvest([site.address], settings, allow_private=True)
    assert "keikaku.example.jp の名で 127.0.0.1 が出している" in taken.ja


def test_a_plan_is_taken_under_its_own_names(
    site: OtherSite, settings: Settings, town: frozenset[Quad]
) -> None:
    publish(site, town)
    assert told(site, settings) == [(PLAN, Outcome.TAKEN)]
    known = read_harvested(kept(settings))
    assert known is not None
    assert (known.base, known.plan, known.city) == (BASE, PLAN, TOWN)
    assert (known.catalogue, known.dump) == (f"{site.address}/catalog", dataset(site))
    assert (known.dataset, known.version) == (f"{BASE}releases/1", "1")
    assert (known.publisher, known.licence) == (NAME, LICENCE)
    assert known.sha256 == hashlib.sha256(site.files["/releases/1/all.nq.gz"][0]).hexdigest()
    assert known.etag
    graphs = graphs_of(read_source(kept(settings), settings), settings.base)
    assert graphs.quads == town  # what rules conclude is concluded anew, and is the same


def test_an_unchanged_catalogue_is_not_fetched_again(
    site: OtherSite, settings: Settings, town: frozenset[Quad]
) -> None:
    publish(site, town)
    told(site, settings)
    site.asked.clear()
    assert told(site, settings) == [(site.address, Outcome.UNCHANGED)]
    # of the release only whether it is still there, which is answered without a body
    assert site.paths() == ["/catalog", "/releases/1/all.nq.gz"]
    assert all("if-none-match" in headers for path, headers in site.asked if path != "/robots.txt")


def test_a_later_page_of_an_unchanged_catalogue_is_looked_at(
    site: OtherSite, settings: Settings, town: frozenset[Quad]
) -> None:
    publish(site, town)
    second = site.files.pop("/catalog")
    first = (
        "@prefix dcat: <http://www.w3.org/ns/dcat#> . "
        "@prefix hydra: <http://www.w3.org/ns/hydra/core#> ."
        f" <{site.address}/catalog> a dcat:Catalog . "
        f"<{site.address}/catalog?page=1> a hydra:PartialCollectionView ;"
        f" hydra:next <{site.address}/more> ."
    )
    site.files["/catalog"] = first.encode(), "text/turtle"
    site.files["/more"] = b"", "text/turtle"
    told(site, settings)
    site.files["/more"] = second
    assert told(site, settings) == [(PLAN, Outcome.TAKEN)]


@pytest.mark.parametrize("again", [False, True])
def test_a_catalogue_that_has_moved_is_found_again(
    site: OtherSite, settings: Settings, town: frozenset[Quad], *, again: bool
) -> None:
    publish(site, town)
    told(site, settings)
    site.files["/.well-known/void"] = site.files.pop("/catalog")
    site.asked.clear()
    told(site, settings, again=again)
    assert "/.well-known/void" in site.paths()


def test_two_publishers_have_no_folder_in_common() -> None:
    bases = ("https://data.example.jp/", "https://data.example.jp/19736335/")
    long = "a" * 120
    names = [PlanNames(CityNames(base, "352039"), "kyodo") for base in bases]
    names += [PlanNames(CityNames(bases[0], "352039"), f"{long}{end}") for end in "bc"]
    assert len({folder_name(each) for each in names}) == 4


def test_what_was_taken_of_a_city_goes_when_we_have_a_plan_of_it(
    site: OtherSite, settings: Settings, town: frozenset[Quad]
) -> None:
    publish(site, town)
    told(site, settings)
    folder = write_plan(settings.plans)
    text = (folder / "plan.toml").read_text("utf-8").replace('"kyodo"', '"machi"')
    (folder / "plan.toml").write_text(text, "utf-8")
    heard: list[str] = []
    assert len(all_folders(settings, heard.append)) == 2  # under another base it is another city
    assert all_folders(replace(settings, base=BASE), heard.append) == (folder,)
    assert "自分の計画のある市町村" in heard[0]


def test_plans_may_be_the_folder_of_one_plan(
    site: OtherSite, settings: Settings, town: frozenset[Quad]
) -> None:
    publish(site, town)
    own = replace(settings, base=BASE, plans=write_plan(settings.plans))
    assert told(site, own) == [(PLAN, Outcome.SKIPPED)]


def test_an_unchanged_dump_is_not_fetched_again(
    site: OtherSite, settings: Settings, town: frozenset[Quad]
) -> None:
    publish(site, town)
    told(site, settings)
    site.asked.clear()
    site.files["/catalog"] = site.files["/catalog"][0] + b"# new\n", "text/turtle"
    assert told(site, settings) == [(dataset(site), Outcome.UNCHANGED)]
    assert site.paths() == ["/catalog", "/releases/1/all.nq.gz"]
    assert "if-none-match" in site.asked[-1][1]


def test_a_plan_that_did_not_change_in_a_new_release_stays(
    site: OtherSite, settings: Settings, town: frozenset[Quad]
) -> None:
    publish(site, town)
    told(site, settings)
    before = (kept(settings) / "harvest.toml").read_bytes()
    publish(
        site,
        town | {Quad(KEI["x"], KEI["y"], KEI["z"], NamedNode(f"{BASE}graph/catalog"))},
        version="2",
    )
    assert told(site, settings) == [(PLAN, Outcome.UNCHANGED)]
    assert (kept(settings) / "harvest.toml").read_bytes() == before


def test_a_plan_that_changed_takes_the_place_of_the_older(
    site: OtherSite, settings: Settings, town: frozenset[Quad]
) -> None:
    publish(site, town)
    told(site, settings)
    label = Quad(
        NamedNode(PLAN),
        RDFS["label"],
        Literal("A plan", language="en"),
        NamedNode(f"{GRAPH}/kyodo/x"),
    )
    changed = {
        Quad(quad.subject, quad.predicate, label.object, quad.graph_name)
        if quad.subject == NamedNode(TOWN)
        and quad.object == Literal("Kakuu-Minato City (fictional)", language="en")
        else quad
        for quad in town
    }
    assert changed != town
    publish(site, changed, version="2")
    assert told(site, settings) == [(PLAN, Outcome.TAKEN)]
    assert "A plan" in (kept(settings) / "plan.toml").read_text("utf-8")


def test_a_folder_that_was_removed_is_filled_again(
    site: OtherSite, settings: Settings, town: frozenset[Quad]
) -> None:
    publish(site, town)
    told(site, settings)
    (kept(settings) / "graphs.nq").unlink()
    assert told(site, settings) == [(PLAN, Outcome.TAKEN)]


def test_all_is_taken_again_if_one_wants_it(
    site: OtherSite, settings: Settings, town: frozenset[Quad]
) -> None:
    publish(site, town)
    told(site, settings)
    assert told(site, settings, again=True) == [(PLAN, Outcome.TAKEN)]


def test_a_dump_that_is_not_what_the_catalogue_says_is_refused(
    site: OtherSite, settings: Settings, town: frozenset[Quad]
) -> None:
    publish(site, town)
    told(site, settings)
    before = (kept(settings) / "graphs.nq").read_bytes()
    publish(site, without(town, TOWN, RDFS["label"]), version="2", sha256="0" * 64)
    for _ in range(2):  # it is not remembered as seen
        [(what, outcome)] = told(site, settings)
        assert outcome is Outcome.REFUSED
        assert what.endswith("/releases/2/all.nq.gz")
    assert (kept(settings) / "graphs.nq").read_bytes() == before
    assert list((settings.harvested / ".partial").iterdir()) == []


def test_a_plan_that_the_shapes_forbid_is_refused_and_the_older_stays(
    site: OtherSite, settings: Settings, town: frozenset[Quad]
) -> None:
    publish(site, town)
    told(site, settings)
    before = (kept(settings) / "graphs.nq").read_bytes()
    item = f"{PLAN}/item/1-1-1"
    publish(site, without(town, item, KEI["inMeasure"]), version="2")
    [found] = harvest([site.address], settings, allow_private=True)
    assert (found.what, found.outcome) == (PLAN, Outcome.REFUSED)
    assert "違反" in found.ja
    assert (kept(settings) / "graphs.nq").read_bytes() == before
    assert not list(settings.harvested.glob(".making-*"))


TRESPASSES = {
    "of a shared party": (PARTY["事業者"].value, "/kyodo/stated"),
    "of another city": (OTHER_TOWN, ""),
    "of another city's plan": (f"{OTHER_TOWN}/kyodo", "/kyodo/stated"),
    "of a city whose code begins alike": (f"{TOWN}0", ""),
    "of its city in a plan's graph": (TOWN, "/kyodo/stated"),
    "of the vocabulary": (KEI["Item"].value, "/kyodo/stated"),
}


@pytest.mark.parametrize("case", TRESPASSES)
def test_a_plan_that_speaks_of_what_is_not_its_own_is_refused(
    site: OtherSite, settings: Settings, town: frozenset[Quad], case: str
) -> None:
    subject, graph = TRESPASSES[case]
    label = Literal("くわせもの", language="ja")
    said = Quad(NamedNode(subject), RDFS["label"], label, NamedNode(GRAPH + graph))
    publish(site, town | {said})
    [found] = harvest([site.address], settings, allow_private=True)
    assert found.outcome is Outcome.REFUSED
    assert "it speaks of what is not" in found.en
    assert not folders(settings)


def test_a_triple_in_two_graphs_is_refused(
    site: OtherSite, settings: Settings, town: frozenset[Quad]
) -> None:
    """It would stop the hub's release."""
    stated = next(quad for quad in town if quad.graph_name == NamedNode(f"{GRAPH}/kyodo/stated"))
    twice = Quad(*stated.triple, NamedNode(f"{GRAPH}/kyodo/decisions"))
    publish(site, town | {twice})
    [found] = harvest([site.address], settings, allow_private=True)
    assert found.outcome is Outcome.REFUSED
    assert "two graphs" in found.en


def test_our_own_plan_comes_before_the_same_from_elsewhere(
    site: OtherSite, settings: Settings, town: frozenset[Quad]
) -> None:
    publish(site, town)
    write_plan(settings.plans)
    own = replace(settings, base=BASE)
    [found] = harvest([site.address], own, allow_private=True)
    assert (found.what, found.outcome) == (PLAN, Outcome.SKIPPED)
    assert "自分の計画" in found.ja
    assert not folders(settings)
    assert told(site, settings) == [(PLAN, Outcome.TAKEN)]  # under another base it is another's


def test_another_plan_of_a_city_of_ours_is_refused(
    site: OtherSite, settings: Settings, town: frozenset[Quad]
) -> None:
    """It could say something else of the city itself."""
    publish(site, town)
    folder = write_plan(settings.plans)
    text = (folder / "plan.toml").read_text("utf-8").replace('"kyodo"', '"machi"')
    (folder / "plan.toml").write_text(text, "utf-8")
    assert told(site, replace(settings, base=BASE)) == [(PLAN, Outcome.REFUSED)]


def test_the_later_of_two_sites_with_one_plan_is_refused(
    site: OtherSite, settings: Settings, town: frozenset[Quad]
) -> None:
    publish(site, town)
    told(site, settings)
    with serving(OtherSite()) as mirror:
        publish(mirror, town)
        [found] = harvest([mirror.address], settings, allow_private=True)
    assert (found.what, found.outcome) == (PLAN, Outcome.REFUSED)
    assert site.address in found.en
    known = read_harvested(kept(settings))
    assert known is not None
    assert known.catalogue.startswith(site.address)


def test_a_plan_that_is_no_longer_offered_is_kept_and_told(
    site: OtherSite, settings: Settings, town: frozenset[Quad]
) -> None:
    publish(site, town)
    told(site, settings)
    other = {quad for quad in town if "/kyodo" not in str(quad.graph_name)}
    publish(site, other, version="2")
    assert (PLAN, Outcome.KEPT) in told(site, settings)
    assert kept(settings).is_dir()


def test_one_site_that_fails_does_not_keep_the_others_out(
    site: OtherSite, settings: Settings, town: frozenset[Quad]
) -> None:
    publish(site, town)
    urls = ["http://127.0.0.1:9/", "file:///etc/passwd", site.address]
    found = harvest(urls, settings, allow_private=True)
    outcomes = [one.outcome for one in found]
    assert outcomes == [Outcome.REFUSED, Outcome.REFUSED, Outcome.TAKEN]


def test_addresses_inside_the_network_need_a_flag(
    site: OtherSite, settings: Settings, town: frozenset[Quad]
) -> None:
    publish(site, town)
    [found] = harvest([site.address], settings)
    assert found.outcome is Outcome.REFUSED
    assert "--allow-private" in found.ja
    assert site.asked == []


def test_a_catalogue_in_a_file_will_do(
    site: OtherSite, settings: Settings, town: frozenset[Quad], tmp_path: Path
) -> None:
    publish(site, town)
    text = site.files["/catalog"][0].decode()
    path = tmp_path / "catalog.ttl"
    path.write_text(text.replace(f"{BASE}releases/1/", f"{site.address}/releases/1/"), "utf-8")
    [found] = harvest([str(path)], settings, allow_private=True)
    assert (found.what, found.outcome) == (PLAN, Outcome.TAKEN)


def test_a_catalogue_of_other_data_says_what_it_has(site: OtherSite, settings: Settings) -> None:
    text = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
    <http://e/c> a dcat:Catalog ; dcat:dataset <http://e/1> .
    <http://e/1> a dcat:Dataset ; <http://purl.org/dc/terms/title> "公共施設一覧" ;
      dcat:distribution [ dcat:downloadURL <http://e/1.csv> ; dcat:mediaType "text/csv" ] ."""
    site.files["/catalog.ttl"] = text.encode(), "text/turtle"
    [found] = harvest([f"{site.address}/catalog.ttl"], settings, allow_private=True)
    assert found.outcome is Outcome.SKIPPED
    assert "「公共施設一覧」(CSV)" in found.ja


def test_two_harvests_at_once_do_not_meet(site: OtherSite, settings: Settings) -> None:
    with alone(settings.harvested), pytest.raises(HarvestError, match="another keikaku harvest"):
        harvest([site.address], settings, allow_private=True)
