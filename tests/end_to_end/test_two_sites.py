"""Two sites and a hub: plans are harvested, kept apart, asked together, and joined by SERVICE."""

from __future__ import annotations

import csv
import gzip
import io
import json
import shutil
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import httpx
import pytest

from desk import Desk, served
from small_plan import document, planfile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OURS, THEIRS = "352039", "352021"
"""山口市, whose small plan lies here, and 宇部市, to which the test lends the same plan."""

THEIR_BASE = "https://data.ube.example.jp/keikaku/"
OUR_PLAN = f"https://w3id.org/keikaku/id/{OURS}/kyodo"
THEIR_PLAN = f"{THEIR_BASE}id/{THEIRS}/kyodo"


def desk_of(folder: Path, name: str, planfile: str, document: str, **settings: str) -> Desk:
    """Make a working folder with one plan and the settings of its publisher, and build it."""
    plan = folder / "plans" / name
    plan.mkdir(parents=True)
    (plan / "plan.toml").write_text(planfile, encoding="utf-8")
    (plan / "source.md").write_text(document, encoding="utf-8")
    lines = [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
    (folder / "keikaku.toml").write_text("\n".join((*lines, "")), encoding="utf-8")
    desk = Desk(folder)
    desk.run("build", "plans")
    return desk


@dataclass(frozen=True)
class Sites:
    """The addresses of two sites, and the desk of a hub that has harvested both."""

    ours: str
    theirs: str
    hub: Desk

    def harvest(self, code: int = 0) -> str:
        """Let the hub harvest both sites, and return what it says."""
        said = self.hub.run("harvest", "--allow-private", self.ours, self.theirs, code=code)
        return said.stdout


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    """Yamaguchi's small plan, Ube's with the same items and departments, and a hub."""
    folder = tmp_path_factory.mktemp("sites")
    theirs = planfile().replace(OURS, THEIRS).replace("山口市", "宇部市")
    theirs = theirs.replace("Yamaguchi City", "Ube City")
    first = desk_of(folder / "one", f"{OURS}-kyodo", planfile(), document())
    second = desk_of(
        folder / "two",
        f"{THEIRS}-kyodo",
        theirs,
        document().replace("山口市", "宇部市"),
        base=THEIR_BASE,
    )
    hub = Desk(folder / "hub")
    (hub.folder / "plans").mkdir(parents=True)
    (hub.folder / "keikaku.toml").write_text('base = "https://hub.example.jp/"\n', "utf-8")
    with ExitStack() as stack:
        made = Sites(stack.enter_context(served(first)), stack.enter_context(served(second)), hub)
        said = made.harvest()
        assert said.count("取り込み:") == 2, said
        made.hub.run("build", "plans")
        yield made


@pytest.fixture(scope="module")
def hub(sites: Sites) -> Iterator[str]:
    """The address of the hub, which may ask the first site by SERVICE."""
    (sites.hub.folder / "keikaku.toml").write_text(
        f'base = "https://hub.example.jp/"\nservices = "{sites.ours}/sparql"\n', "utf-8"
    )
    with served(sites.hub) as address:
        yield address


def rows(address: str, path: str, **given: str) -> list[dict[str, str]]:
    """Return the rows of an answer as CSV."""
    response = httpx.get(f"{address}{path}", params=given, timeout=30)
    assert response.status_code == 200, response.text
    return list(csv.DictReader(io.StringIO(response.text.removeprefix("\ufeff"))))


def asked(address: str, query: str) -> list[dict[str, str]]:
    """Return the rows of a query."""
    headers = {"Accept": "text/csv"}
    response = httpx.post(f"{address}/sparql", data={"query": query}, headers=headers, timeout=60)
    assert response.status_code == 200, response.text
    return list(csv.DictReader(io.StringIO(response.text)))


def test_iris_stay_as_their_publisher_has_them(hub: str) -> None:
    found = asked(hub, "SELECT ?plan WHERE { ?plan a kei:Plan } ORDER BY ?plan")
    assert [row["plan"] for row in found] == sorted([OUR_PLAN, THEIR_PLAN])


def test_a_second_harvest_finds_nothing_new(sites: Sites) -> None:
    said = sites.harvest()
    assert said.count("変更なし:") == 2
    assert "取り込み:" not in said


def test_one_department_name_in_two_cities_is_two_departments(hub: str) -> None:
    query = 'SELECT ?d WHERE { ?d a kei:Department ; rdfs:label "協働推進課"@ja } ORDER BY ?d'
    assert [row["d"] for row in asked(hub, query)] == [
        f"{THEIR_BASE}id/{THEIRS}/department/協働推進課",
        f"https://w3id.org/keikaku/id/{OURS}/department/協働推進課",
    ]


def test_equal_numbers_of_two_plans_are_two_items(hub: str) -> None:
    query = "SELECT ?item ?plan WHERE { ?item a kei:Item ; kei:inPlan ?plan }"
    found = asked(hub, query)
    assert len(found) == 4
    assert all(row["item"].startswith(row["plan"]) for row in found)


def test_a_party_s_items_are_counted_by_municipality(hub: str) -> None:
    path = "/api/questions/items-by-municipality"
    found = rows(hub, path, party="事業者", year="H22", format="csv")
    each = {row["municipalityName"]: (row["items"], row["all"]) for row in found}
    assert each.keys() == {"山口市", "宇部市"}
    assert each["山口市"] == each["宇部市"]


def test_the_same_items_of_two_plans_are_found(hub: str) -> None:
    found = rows(hub, "/api/questions/items-of-one-title", format="csv")
    assert len(found) == 4
    assert {row["municipalityName"] for row in found} == {"山口市", "宇部市"}


def test_two_plans_stand_side_by_side(hub: str) -> None:
    path = "/api/questions/two-plans"
    found = rows(hub, path, plan=OUR_PLAN, other=THEIR_PLAN, format="csv")
    assert len(found) == 7 * 5
    assert all(row["items"] == row["others"] for row in found)
    assert any(int(row["items"]) for row in found)


def test_things_of_another_publisher_have_pages_and_data_here(hub: str) -> None:
    item = httpx.get(f"{hub}/items").text
    assert "/elsewhere/https/data.ube.example.jp/keikaku/doc/352021/kyodo/item/" in item
    at = f"{hub}/elsewhere/https/data.ube.example.jp/keikaku/doc/352021/kyodo"
    page = httpx.get(at, headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "宇部市" in page.text
    turtle = httpx.get(f"{at}.ttl")
    assert turtle.headers["content-type"].startswith("text/turtle")
    assert f"<{THEIR_PLAN}>" in turtle.text
    assert httpx.get(f"{hub}/elsewhere/https/nowhere.example.jp/doc/352021").status_code == 404


def test_their_site_can_be_joined_by_service(sites: Sites, hub: str) -> None:
    query = f"""SELECT ?here ?there WHERE {{
      ?here a kei:Item ; kei:inPlan <{THEIR_PLAN}> ; dcterms:identifier ?number .
      SERVICE <{sites.ours}/sparql> {{ ?there a kei:Item ; dcterms:identifier ?number }}
    }}"""
    found = asked(hub, query)
    assert len(found) == 2
    assert all(row["there"].startswith(OUR_PLAN) for row in found)


def test_an_endpoint_that_is_not_allowed_is_not_asked(sites: Sites, hub: str) -> None:
    query = f"SELECT * WHERE {{ SERVICE <{sites.theirs}/sparql> {{ ?s ?p ?o }} }}"
    refused = httpx.post(f"{hub}/sparql", data={"query": query})
    assert refused.status_code == 400
    assert "SERVICE" in refused.text


def test_others_can_join_us_by_service(sites: Sites) -> None:
    query = f"""PREFIX kei: <https://w3id.org/keikaku/ns#>
    SELECT ?item WHERE {{ SERVICE <{sites.ours}/sparql> {{ ?item a kei:Item }} }}"""
    code = "import sys, rdflib; [print(row[0]) for row in rdflib.Graph().query(sys.argv[1])]"
    done = subprocess.run(  # noqa: S603  (our own code)
        [sys.executable, "-W", "ignore", "-c", code, query],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert len(done.stdout.split()) == 2
    assert all(item.startswith(OUR_PLAN) for item in done.stdout.split())


class _Tampered(BaseHTTPRequestHandler):
    """A mirror of a site that changes one word of its dump."""

    site = ""

    def do_GET(self) -> None:
        answer = httpx.get(f"{self.site}{self.path}", headers={"Accept": self.headers["Accept"]})
        body = answer.content
        if self.path.endswith(".nq.gz"):
            body = gzip.compress(gzip.decompress(body).replace("推進".encode(), "促進".encode()))
        elif self.path.endswith(".nq"):
            body = body.replace("推進".encode(), "促進".encode())
        self.send_response(answer.status_code)
        self.send_header("Content-Type", answer.headers["content-type"])
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_a_tampered_dump_is_refused_and_what_was_stays(sites: Sites, tmp_path: Path) -> None:
    shutil.copytree(sites.hub.folder, tmp_path / "hub")
    desk = Desk(tmp_path / "hub")
    before = {p: p.read_bytes() for p in (desk.folder / "harvested").rglob("*.nq")}
    assert len(before) == 2
    handler = type("Handler", (_Tampered,), {"site": sites.ours})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as mirror:
        Thread(target=mirror.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{mirror.server_address[1]}"
        said = desk.run("harvest", "--allow-private", address, code=1).stdout
        mirror.shutdown()
    assert "拒否:" in said
    assert "sha256" in said
    assert {p: p.read_bytes() for p in (desk.folder / "harvested").rglob("*.nq")} == before


def test_a_catalogue_without_plans_is_told(sites: Sites, tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    (tmp_path / "plans").mkdir()
    said = desk.run("harvest", "--allow-private", f"{sites.ours}/nowhere", code=1).stdout
    assert "拒否:" in said
    inside = desk.run("harvest", sites.ours, code=1).stdout
    assert "--allow-private" in inside
    assert desk.run("harvest", "file:///etc/passwd", code=1).stdout.count("拒否:") == 1
