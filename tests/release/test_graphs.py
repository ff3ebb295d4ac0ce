"""The graphs of a release one by one: its name comes of them, and each part has a dump."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from keikaku.names import KEI, SHARED, CityNames, PlanNames
from keikaku.release.catalogue.publication import Publisher
from keikaku.release.content import Content
from keikaku.release.dumps import canonical
from keikaku.release.portions.graphs import Apart, owner_of, sums, sums_of
from keikaku.release.portions.portion import KeptPortion, MadePortion
from keikaku.release.shelf import Shelf
from keikaku.release.write import write_release
from readme import README
from small_release import content_of

if TYPE_CHECKING:
    import io
    from pathlib import Path

    from keikaku.release.shelf import Release

CITY = CityNames(SHARED, "352039")
PLAN = PlanNames(CITY, "kyodo")
LINKS = f"{CITY.graph.value}/links/houjin"
OPEN = f"{PLAN.graph('links/open').value}"


def no_store(folder: Path, nquads: io.BufferedIOBase) -> None:
    folder.mkdir()
    (folder / "size").write_text(str(len(nquads.read())))


def quad(name: str, graph: str) -> Quad:
    return Quad(NamedNode(f"{SHARED}id/{name}"), KEI["note"], Literal(name), NamedNode(graph))


@pytest.fixture
def content(tmp_path: Path) -> Content:
    """A city with two plans in a portion, shared graphs in the first, and a linkset apart."""
    city = frozenset(
        {
            quad("甲", PLAN.graph("stated").value),
            quad("乙", PLAN.graph("stated").value),
            quad("丙", PLAN.graph("evidence").value),
            quad("丁", PlanNames(CITY, "machi").graph("stated").value),
            quad("市", CITY.graph.value),
            quad("番号", LINKS),
        }
    )
    made = MadePortion(city)
    made.keep(tmp_path / "city.zip")
    small = content_of("甲")
    [part] = small.plans
    apart = {"open": canonical({quad("別", OPEN)})}
    plan = replace(part, name="352039-kyodo", names=PLAN, apart=apart)  # type: ignore[type-var]
    other = replace(part, name="まち", names=PlanNames(CITY, "machi"))  # type: ignore[type-var]
    shared = frozenset({quad("語", f"{SHARED}graph/concepts")})
    portions = (KeptPortion(tmp_path / "city.zip"),)
    return Content(SHARED, shared, (plan, other), portions=portions)


@pytest.fixture
def release(content: Content, tmp_path: Path) -> Release:
    return write_release(content, Shelf(tmp_path / "releases"), no_store)


def lines_in(release: Release, name: str) -> list[bytes]:
    body = (release.folder / name).read_bytes()
    return (gzip.decompress(body) if name.endswith(".gz") else body).splitlines(keepends=True)


def test_anyone_can_find_the_name_of_a_release_from_its_nquads(release: Release) -> None:
    """As README has it: all graphs but the catalogue's, those of linksets apart included."""
    graphs: dict[str, list[bytes]] = {}
    for path in (release.folder / "keikaku.nq", *release.folder.glob("links/*/*.nq")):
        for line in path.read_bytes().splitlines(keepends=True):
            graphs.setdefault(line.split()[-2].decode()[1:-1], []).append(line)
    digests = {
        graph: hashlib.sha256(b"".join(sorted(own))).hexdigest() for graph, own in graphs.items()
    }
    assert OPEN in digests
    said = "3\n" + "".join(f"{graph} {digests[graph]}\n" for graph in sorted(digests))
    assert release.id == hashlib.sha256(said.encode()).hexdigest()[:16]
    known = release.manifest["graphs"]
    assert {graph: one["sha256"] for graph, one in known.items()} == digests
    assert {graph: one["triples"] for graph, one in known.items()} == {
        graph: len(own) for graph, own in graphs.items()
    }
    for graph, one in known.items():
        held = [line for name in one["files"] for line in lines_in(release, name)]
        assert {line for line in held if f" <{graph}> ".encode() in line} == set(graphs[graph])
    assert OPEN not in release.graphs
    assert set(release.graphs) == set(digests) - {OPEN}


def test_nothing_but_graphs_and_format_makes_the_name(content: Content) -> None:
    [plan, other] = content.plans
    renamed = replace(plan, name="別の名")  # type: ignore[type-var]
    assert replace(content, plans=(renamed, other)).id == content.id
    without = replace(plan, apart={})  # type: ignore[type-var]
    assert replace(content, plans=(without, other)).id != content.id
    named = replace(content, publisher=Publisher("会"))
    moved = replace(content, publisher=Publisher(site="https://a.example"))
    assert len({content.id, named.id, moved.id}) == 3


def test_each_plan_and_city_has_a_dump_and_the_whole_is_their_union(release: Release) -> None:
    parts = release.manifest["parts"]
    assert {name: said["triples"] for name, said in parts.items()} == {
        "plans/352039-kyodo.nq.gz": 3,
        "plans/まち.nq.gz": 1,
        "cities/352039.nq.gz": 2,
        "shared.nq.gz": 1 + 12,
    }
    assert parts["plans/352039-kyodo.nq.gz"]["iri"] == PLAN.plan.value
    assert parts["cities/352039.nq.gz"]["iri"] == CITY.municipality.value
    held = {name: lines_in(release, name) for name in parts}
    assert all(lines == sorted(set(lines)) for lines in held.values())
    assert {name: len(lines) for name, lines in held.items()} == {
        name: said["triples"] for name, said in parts.items()
    }
    whole = sorted(line for lines in held.values() for line in lines)
    assert whole == lines_in(release, "keikaku.nq")
    assert [(plan["iri"], plan["dump"]) for plan in release.manifest["plans"]] == [
        (PLAN.plan.value, "plans/352039-kyodo.nq.gz"),
        (PlanNames(CITY, "machi").plan.value, "plans/まち.nq.gz"),
    ]
    for name in parts:
        body = (release.folder / name).read_bytes()
        assert release.manifest["files"][name]["sha256"] == hashlib.sha256(body).hexdigest()
        assert body[4:8] == b"\0\0\0\0"  # gzip's field for the time


def test_a_release_of_portions_is_that_of_all_quads_in_one(
    content: Content, release: Release, tmp_path: Path
) -> None:
    [portion] = content.portions
    together = {*content.quads, *_quads(portion.lines())}
    one = replace(content, quads=frozenset(together), portions=())
    assert one.id == release.id
    again = write_release(one, Shelf(tmp_path / "again"), no_store)
    for name in (*release.manifest["parts"], "keikaku.nq"):
        assert (again.folder / name).read_bytes() == (release.folder / name).read_bytes(), name


def _quads(lines: bytes) -> set[Quad]:
    return set(parse(lines, format=RdfFormat.N_QUADS))


def test_lines_of_a_part_in_two_portions_are_in_its_dump_once(
    content: Content, tmp_path: Path
) -> None:
    more = {quad("甲", PLAN.graph("stated").value), quad("戊", PLAN.graph("stated").value)}
    two = replace(content, portions=(*content.portions, MadePortion(frozenset(more))))
    release = write_release(two, Shelf(tmp_path / "releases"), no_store)
    lines = lines_in(release, "plans/352039-kyodo.nq.gz")
    assert len(lines) == 4
    assert lines == sorted(set(lines))
    stated = release.manifest["graphs"][PLAN.graph("stated").value]
    own = [line for line in lines if b"/stated> ." in line]
    assert stated["triples"] == 3
    assert stated["sha256"] == hashlib.sha256(b"".join(own)).hexdigest()


def test_two_cities_of_one_code_have_dumps_of_their_own(content: Content, tmp_path: Path) -> None:
    other = CityNames("https://data.example.jp/", "352039")
    more = MadePortion(frozenset({quad("他市", other.graph.value)}))
    release = write_release(
        replace(content, portions=(*content.portions, more)), Shelf(tmp_path / "releases"), no_store
    )
    cities = {
        said["iri"]: name
        for name, said in release.manifest["parts"].items()
        if name.startswith("cities/")
    }
    assert set(cities) == {CITY.municipality.value, other.municipality.value}
    assert len(set(cities.values())) == 2
    assert "他市" in b"".join(lines_in(release, cities[other.municipality.value])).decode()


@pytest.mark.parametrize(
    ("graph", "owner"),
    [
        (PLAN.graph("stated").value, f"{SHARED}graph/352039/kyodo"),
        (PLAN.graph("links/pages").value, f"{SHARED}graph/352039/kyodo"),
        (CITY.graph.value, f"{SHARED}graph/352039"),
        (LINKS, f"{SHARED}graph/352039"),
        (f"{SHARED}graph/concepts", ""),
        (f"{SHARED}graph/publisher", ""),
        ("https://a.example/graph/352039/x/stated", "https://a.example/graph/352039/x"),
    ],
)
def test_a_graph_is_a_plans_a_citys_or_all_plans(graph: str, owner: str) -> None:
    assert owner_of(graph) == owner


QUADS = st.builds(
    lambda s, o, g: Quad(NamedNode(f"x:{s}"), NamedNode("x:p"), Literal(o), NamedNode(f"g:{g}")),
    st.text("ab/協", min_size=1, max_size=3),
    st.text('a \n"<> .', max_size=3),
    st.sampled_from("12"),
)


@given(st.lists(st.frozensets(QUADS, max_size=8), max_size=5))
def test_graphs_that_lie_in_several_places_are_summed_as_one(parts: list[frozenset[Quad]]) -> None:
    together = sums_of([Apart(str(n), canonical(part)) for n, part in enumerate(parts)])
    assert together == sums(canonical(frozenset().union(*parts)))


def test_the_manifest_is_in_order(release: Release) -> None:
    said = json.loads((release.folder / "manifest.json").read_text("utf-8"))
    assert said["format"] == "3"
    assert list(said["graphs"]) == sorted(said["graphs"])


def test_the_name_is_found_as_readme_tells_it(release: Release) -> None:
    if shutil.which("jq") is None:
        pytest.skip("there is no jq here")
    [command] = [line for line in README.read_text("utf-8").splitlines() if "to_entries" in line]
    done = subprocess.run(  # noqa: S603  (our own documentation)
        ["bash", "-ec", command],  # noqa: S607
        cwd=release.folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == release.id
