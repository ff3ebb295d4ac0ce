"""The publishing API over HTTP: documents, the Graph Store Protocol, the token."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

import keikaku
import small_plan
from keikaku.answers.spreadsheet import MEDIA_TYPE
from keikaku.build import build
from keikaku.deposit.workplace import Workplace
from keikaku.errors import SettingsError
from keikaku.names import SHARED
from keikaku.publish_api.app import publish_app
from keikaku.publish_api.token import hash_of, new_token
from keikaku.release.shelf import Shelf
from keikaku.settings import Settings
from publisher import AUTHORIZATION, publishing, start
from small_plan import GRAPHS, PLAN, settings_in

if TYPE_CHECKING:
    from collections.abc import Iterator

TURTLE = {"Content-Type": "text/turtle"}
CITY, REFERS = f"<{SHARED}id/352039>", "<http://purl.org/dc/terms/references>"
SOURCE = f"/plans/{PLAN}/source.md"
MOST = 100_000


def links(*names: str) -> str:
    return "".join(f"{CITY} {REFERS} <https://example.org/{name}> .\n" for name in names)


def graph_in(body: str, kind: RdfFormat = RdfFormat.TURTLE) -> set[Triple]:
    return {quad.triple for quad in parse(body.encode(), format=kind)}


def is_same(answer: httpx.Response, turtle: str) -> bool:
    """Whether an answer in Turtle is this graph; ours hold no blank nodes."""
    return graph_in(answer.text) == graph_in(turtle)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A publisher's plans with the small plan, and its release."""
    settings = settings_in(tmp_path_factory.mktemp("publisher"), max_document_bytes=MOST)
    assert build(settings).release
    return settings


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[httpx.Client]:
    """A client of the publishing API with its token."""
    with publishing(settings) as client:
        yield client


# the token


def test_without_the_token_nothing_is_said(client: httpx.Client) -> None:
    for authorization in (
        "",
        "Bearer",
        "Bearer wrong",
        "Basic YTpi",
        AUTHORIZATION["Authorization"] + "x",
    ):
        for method, path in (
            ("GET", SOURCE),
            ("PUT", SOURCE),
            ("GET", "/nothing"),
            ("GET", "/graphs"),
        ):
            headers = {"Authorization": authorization}
            answer = httpx.request(method, f"{client.base_url}{path}", headers=headers)
            assert answer.status_code == httpx.codes.UNAUTHORIZED, (authorization, path)
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")
            assert "Access-Control-Allow-Origin" not in answer.headers
    assert httpx.get(f"{client.base_url}/healthz").text == "ok"


def test_a_token_is_kept_as_its_hash() -> None:
    token, kept = new_token()
    assert len(token) >= 43
    assert kept == hash_of(token)
    assert token not in kept
    assert new_token()[0] != token


@pytest.mark.parametrize("given", ["", "secret", hash_of("x")[:-1]])
def test_the_service_does_not_start_without_a_hash(given: str, settings: Settings) -> None:
    with pytest.raises(SettingsError, match="publish_token_hash"):
        publish_app(Settings(plans=settings.plans, publish_token_hash=given))


def test_the_service_does_not_start_on_plans_that_are_not_the_publishers(
    settings: Settings, tmp_path: Path
) -> None:
    shipped = Path(keikaku.__file__).parent / "_files" / "plans"
    for plans in (shipped, settings.plans / PLAN, tmp_path / "none"):
        with pytest.raises(SettingsError, match="plans"):
            publish_app(Settings(plans=plans, publish_token_hash=hash_of("x")))


# documents


def test_a_plan_and_its_files_are_given_back(client: httpx.Client) -> None:
    plan = client.get(f"/plans/{PLAN}").json()
    assert plan["read"] == "document"
    assert sorted(plan["files"]) == ["plan.toml", "source.md"]
    answer = client.get(SOURCE)
    assert answer.content == small_plan.document().encode()
    assert answer.headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert answer.headers["ETag"] == f'"{plan["files"]["source.md"]}"'
    head = client.head(SOURCE)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == str(len(answer.content))
    again = client.get(SOURCE, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("plan.csv", "application/octet-stream"),
        ("plan.TSV", "application/octet-stream"),
        ("plan.pdf", "application/pdf"),
        ("plan.xlsx", MEDIA_TYPE),
        ("plan.docx", MEDIA_TYPE.replace("spreadsheetml.sheet", "wordprocessingml.document")),
    ],
)
def test_a_document_of_any_kind_is_given_back(
    name: str, media_type: str, client: httpx.Client, settings: Settings
) -> None:
    folder = settings.plans / "139904-kind"
    folder.mkdir(exist_ok=True)
    (folder / "plan.toml").write_text(small_plan.planfile().replace("source.md", name), "utf-8")
    (folder / name).write_bytes(b"\x93\xfa")
    try:
        answer = client.get(f"/plans/{folder.name}/{name}")
    finally:
        shutil.rmtree(folder)
    assert answer.content == b"\x93\xfa"
    assert answer.headers["Content-Type"] == media_type


def test_a_document_is_put_only_in_the_state_that_was_seen(
    client: httpx.Client, settings: Settings
) -> None:
    seen = client.get(SOURCE).headers["ETag"]
    document = small_plan.reworded("一つ目の言い直し。")
    put = client.put(SOURCE, content=document, headers={"If-Match": seen})
    assert put.status_code == httpx.codes.OK, put.text
    assert put.json()["release"] == Shelf(settings.releases).current_id()
    assert put.json()["triples"] == Shelf(settings.releases).current().manifest["triples"]
    assert put.headers["Content-Location"].endswith(f"releases/{put.json()['release']}")
    assert client.get(SOURCE).content == document
    for condition in ({"If-Match": seen}, {"If-None-Match": "*"}, {"If-Match": f"W/{seen}"}):
        late = client.put(SOURCE, content=b"anything", headers=condition)
        assert late.status_code == httpx.codes.PRECONDITION_FAILED
    assert client.get(SOURCE).content == document


def test_what_the_shapes_forbid_is_answered_with_the_report(client: httpx.Client) -> None:
    before = client.get(SOURCE).content
    answer = client.put(SOURCE, content=small_plan.unmarked())
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["counts"]["violation"] == len(problem["findings"]) == 1
    assert "対象" in problem["findings"][0]["message"]["ja"]
    assert problem["findings"][0]["places"][0]["line"] > 0
    assert "違反 1 件" in problem["detail"]

    report = client.put(SOURCE, content=small_plan.unmarked(), headers={"Accept": "text/turtle"})
    assert report.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    result = NamedNode("http://www.w3.org/ns/shacl#ValidationResult")
    assert [triple.object for triple in graph_in(report.text)].count(result) == 1
    assert client.get(SOURCE).content == before


def test_what_cannot_be_read_is_answered_with_its_line(client: httpx.Client) -> None:
    answer = client.put(SOURCE, content=small_plan.unreadable(), headers={"Accept": "text/turtle"})
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    [problem] = answer.json()["problems"]
    assert (problem["file"], problem["line"]) == (f"{PLAN}/source.md", 37)
    assert "検当" in problem["ja"]


def test_a_plan_comes_as_several_files_at_once(client: httpx.Client) -> None:
    files = {
        "plan.toml": ("plan.toml", small_plan.planfile().encode()),
        "document": ("source.md", small_plan.document().encode()),
    }
    put = client.put(f"/plans/{PLAN}", files=files)
    assert put.status_code == httpx.codes.OK, put.text
    assert client.get(SOURCE).content == small_plan.document().encode()
    other = client.post("/plans/352039-other", files=files)
    assert other.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert "送り先は 352039-other" in other.json()["detail"]
    assert client.get("/plans/352039-other").status_code == httpx.codes.NOT_FOUND
    assert client.put("/plans/352039-other/source.md", content=b"").status_code == 404
    for content_type, body in (
        ("text/markdown", b""),
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=x", b"--x\r\nbroken"),
        ("multipart/form-data; boundary=x", b"--x--\r\n"),
    ):
        sent = client.post(f"/plans/{PLAN}", content=body, headers={"Content-Type": content_type})
        assert sent.status_code in (400, 415), (content_type, body, sent.text)
    twice = [("a", ("plan.toml", b"1")), ("b", ("plan.toml", b"2"))]
    assert client.post(f"/plans/{PLAN}", files=twice).status_code == httpx.codes.BAD_REQUEST


@pytest.mark.parametrize(
    "path",
    [
        f"/plans/{PLAN}/..%2Fplan.toml",
        f"/plans/{PLAN}/..%2F..%2Fsecret.toml",
        f"/plans/..%2F{PLAN}/source.md",
        f"/plans/{PLAN}/%2Fetc%2Fpasswd.md",
        f"/plans/{PLAN}/.hidden.md",
        f"/plans/{PLAN}/%00.md",
        f"/plans/{PLAN}/a%5Cb.md",
        f"/plans/{PLAN}/notes.txt",
        "/plans/.publishing/lock",
        "/plans/.publishing",
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_no_path_leads_out_of_the_plans(method: str, path: str, client: httpx.Client) -> None:
    answer = client.request(method, path, content=b"x" if method == "PUT" else None)
    assert answer.status_code in (400, 404, 415)


def test_a_body_that_is_too_large_is_refused_before_it_is_kept(client: httpx.Client) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(MOST // 1000 + 2):
            yield b"x" * 1000

    for content in (b"x" * (MOST + 1), pieces()):
        answer = client.put(SOURCE, content=content)
        assert answer.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE


def test_two_at_once_come_one_after_the_other(client: httpx.Client, settings: Settings) -> None:
    before = len(Shelf(settings.releases).index())
    documents = [small_plan.reworded(f"同時の{number}。") for number in "一二"]
    with ThreadPoolExecutor(2) as at_once:
        answers = list(at_once.map(lambda body: client.put(SOURCE, content=body), documents))
    assert [answer.status_code for answer in answers] == [200, 200]
    first, second = Shelf(settings.releases).index()[before:]
    assert second.predecessor == first.id
    assert {first.id, second.id} == {answer.json()["release"] for answer in answers}
    last = next(answer for answer in answers if answer.json()["release"] == second.id)
    assert client.get(SOURCE).content == documents[answers.index(last)]


# the Graph Store Protocol: https://www.w3.org/TR/sparql11-http-rdf-update/


def test_graph_store_cases(client: httpx.Client) -> None:
    """The cases of the W3C's http-rdf-update, on a graph that needs no evidence."""
    graph = {"graph": f"{GRAPHS}links/example"}
    direct = "/graph/352039/kyodo/links/example"
    read = {"Accept": "text/turtle"}

    # PUT - Initial state; GET of it, by its own path and by parameter
    assert client.get("/graphs", params=graph).status_code == httpx.codes.NOT_FOUND
    assert client.head(direct).status_code == httpx.codes.NOT_FOUND
    put = client.put(direct, content=links("a", "b"), headers=TURTLE)
    assert put.status_code == httpx.codes.CREATED, put.text
    assert put.headers["Location"] == direct
    for answer in (client.get(direct, headers=read), client.get("/graphs", params=graph)):
        assert answer.status_code == httpx.codes.OK
        assert answer.headers["Content-Type"] == "text/turtle; charset=utf-8"
        assert is_same(answer, links("a", "b"))
    # HEAD on an existing graph
    head = client.head("/graphs", params=graph)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Type"] == "text/turtle; charset=utf-8"

    # PUT - graph already in store; GET of the replacement
    put = client.put("/graphs", params=graph, content=links("c"), headers=TURTLE)
    assert put.status_code == httpx.codes.OK
    assert is_same(client.get(direct), links("c"))

    # PUT - mismatched payload, and what else no graph comes from
    wrong = {"Content-Type": "application/rdf+xml"}
    assert client.put(direct, content=links("d"), headers=wrong).status_code == 400
    assert client.post(direct, content="<x", headers=TURTLE).status_code == 400
    wrong = {"Content-Type": "text/plain"}
    assert client.put(direct, content=links("d"), headers=wrong).status_code == 415
    assert client.put(direct, content=links("d")).status_code == 415
    latin = {"Content-Type": "text/turtle; charset=iso-8859-1"}
    assert client.put(direct, content=links("d"), headers=latin).status_code == 415
    assert is_same(client.get(direct), links("c"))

    # POST - existing graph; GET of POST
    seen = client.get(direct).headers["ETag"]
    jsonld = '{"@id": "%sid/352039", "http://purl.org/dc/terms/references": {"@id": "https://example.org/d"}}'
    answer = client.post(
        direct,
        content=jsonld % SHARED,
        headers={"Content-Type": "application/ld+json", "If-Match": seen},
    )
    assert answer.status_code == httpx.codes.OK, answer.text
    assert is_same(client.get(direct), links("c", "d"))
    late = client.put(direct, content=links("x"), headers=TURTLE | {"If-Match": seen})
    assert late.status_code == httpx.codes.PRECONDITION_FAILED

    # POST - multipart/form-data; GET of POST
    files = {
        "one": ("one.ttl", links("e"), "text/turtle"),
        "two": ("two.nt", links("f"), "application/n-triples"),
    }
    assert client.post("/graphs", params=graph, files=files).status_code == httpx.codes.OK
    assert is_same(client.get(direct), links("c", "d", "e", "f"))

    # POST - empty graph to existing graph: nothing changes
    assert client.post(direct, content="", headers=TURTLE).status_code == httpx.codes.OK
    assert is_same(client.get(direct), links("c", "d", "e", "f"))

    # DELETE - existing graph, GET of DELETE, DELETE - nonexistent graph
    assert client.delete(direct).status_code == httpx.codes.OK
    assert client.get(direct).status_code == httpx.codes.NOT_FOUND
    assert client.delete("/graphs", params=graph).status_code == httpx.codes.NOT_FOUND


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/turtle", RdfFormat.TURTLE),
        ("application/n-triples", RdfFormat.N_TRIPLES),
        ("application/rdf+xml", RdfFormat.RDF_XML),
        ("application/ld+json", RdfFormat.JSON_LD),
    ],
)
def test_a_graph_is_offered_in_every_format(
    accept: str, kind: RdfFormat, client: httpx.Client
) -> None:
    path = "/graph/352039/kyodo/stated"
    answer = client.get(path, headers={"Accept": accept})
    assert answer.headers["Content-Type"].startswith(accept)
    assert answer.headers["Vary"] == "Accept"
    assert graph_in(answer.text, kind) == graph_in(client.get(path).text)
    tag = answer.headers["ETag"]
    same = client.get(path, headers={"Accept": accept, "If-None-Match": tag})
    assert same.status_code == httpx.codes.NOT_MODIFIED


def test_what_cannot_be_had_as_a_graph(client: httpx.Client) -> None:
    stated = "/graph/352039/kyodo/stated"
    assert client.get(stated, headers={"Accept": "image/png"}).status_code == 406
    refused = client.patch(stated, content="")
    assert refused.status_code == httpx.codes.METHOD_NOT_ALLOWED
    assert set(refused.headers["Allow"].split(", ")) == {"GET", "HEAD", "PUT", "POST", "DELETE"}
    parameters: list[Any] = [
        {},
        {"graph": "not absolute"},
        {"graph": "stated"},
        {"default": "", "graph": f"{GRAPHS}stated"},
        {"default": "yes"},
        {"graph": [f"{GRAPHS}stated", f"{GRAPHS}evidence"]},
        {"other": "x"},
    ]
    for params in parameters:
        assert client.get("/graphs", params=params).status_code == 400, params
    assert client.get("/graphs", params={"graph": "https://example.org/g"}).status_code == 404
    whole = client.get(
        "/graphs", params={"default": ""}, headers={"Accept": "application/n-triples"}
    )
    assert len(whole.text) > len(
        client.get(stated, headers={"Accept": "application/n-triples"}).text
    )


@pytest.mark.parametrize(
    ("graph", "status"),
    [
        (f"{GRAPHS}inferred", 403),
        (f"{GRAPHS}located", 403),
        (f"{GRAPHS}quality", 403),
        (f"{GRAPHS}links/a/b", 403),
        (f"{SHARED}graph/ontology", 403),
        (f"{SHARED}graph/catalog", 403),
        (f"{SHARED}graph/publisher", 403),
        ("https://example.org/graph/352039/kyodo/stated", 403),
        (f"{SHARED}graph/352039/other/stated", 404),
        (f"{SHARED}graph/111111", 404),
    ],
)
def test_only_given_graphs_of_known_plans_are_written(
    graph: str, status: int, client: httpx.Client
) -> None:
    for method in ("PUT", "POST", "DELETE"):
        answer = client.request(
            method, "/graphs", params={"graph": graph}, content=links("x"), headers=TURTLE
        )
        assert answer.status_code == status, answer.text
    assert client.put("/graphs?default", content=links("x"), headers=TURTLE).status_code == 403


def test_graphs_that_are_no_plan_any_more_are_refused(client: httpx.Client) -> None:
    stated = "/graph/352039/kyodo/stated"
    for answer in (
        client.delete(stated),
        client.put(stated, content="[] a <x:y> .", headers=TURTLE),
        client.put(stated, content=links("x"), headers=TURTLE),
    ):
        assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY


def test_all_graphs_of_a_plan_at_once(client: httpx.Client) -> None:
    path = f"/plans/{PLAN}/graphs"
    quads = client.get(path)
    assert quads.headers["Content-Type"] == "application/n-quads"
    trig = client.get(path, headers={"Accept": "application/trig"})
    assert "stated" in trig.text
    other = quads.text.replace("検討", "思案")
    answer = client.put(path, content=other, headers={"Content-Type": "application/n-quads"})
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert answer.json()["findings"]
    wrong = {"Content-Type": "application/n-triples"}
    assert client.put(path, content=links("a"), headers=wrong).status_code == 415
    assert client.get(path, headers={"Accept": "text/html"}).status_code == 406


# what becomes of it when something breaks


def test_the_service_outlives_the_process_that_publishes(
    client: httpx.Client, settings: Settings, tmp_path: Path
) -> None:
    own = Settings(plans=tmp_path / "plans", releases=tmp_path / "releases")
    shutil.copytree(settings.plans, own.plans)
    publisher = start(own)
    try:
        with publisher.client() as sender:
            before = session_of(publisher.process.pid)
            ending = threading.Thread(target=end_workers, args=(publisher.process.pid, before))
            ending.start()
            answer = sender.put(SOURCE, content=small_plan.reworded("死ぬ前の言い直し。"))
            ending.join()
            assert answer.status_code == httpx.codes.INTERNAL_SERVER_ERROR
            assert "途中で終わりました" in answer.json()["detail"]
            assert sender.get(SOURCE).content == client.get(SOURCE).content
            assert not own.releases.exists() or Shelf(own.releases).current_id() is None
    finally:
        publisher.kill()


def session_of(leader: int) -> set[int]:
    """The processes of a session."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            said = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(said[3]) == leader:
            found.add(int(path.parent.name))
    return found


def end_workers(leader: int, before: set[int]) -> None:
    """Kill what a publishing API has started, once the process that publishes is at work."""
    fresh: list[int] = []
    while len(fresh) < 3:  # a tracker of resources, a server of forks, then what publishes
        time.sleep(0.05)
        fresh = sorted(session_of(leader) - before)
    for process in fresh[2:]:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def test_who_waits_too_long_is_told_when_to_come_again(settings: Settings, tmp_path: Path) -> None:
    own = Settings(plans=tmp_path / "plans", releases=tmp_path / "releases")
    shutil.copytree(settings.plans, own.plans)
    with publishing(own, wait=0.3) as client:
        with Workplace(own.plans, Shelf(own.releases)).working(5):
            answer = client.put(SOURCE, content=small_plan.document().encode())
        assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE
        assert int(answer.headers["Retry-After"]) > 0
