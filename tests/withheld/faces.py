"""Every face that a plan has, searched for markers as it is walked over."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import time
from collections import Counter, defaultdict, deque
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import cycle
from typing import TYPE_CHECKING
from urllib.parse import unquote

import httpx
from tests.crawl.pages import Page
from tests.crawl.walk import kind_of
from tests.withheld.plans import SHOWN
from tests.withheld.search import Hit, unpacked

from desk import COMMAND
from keikaku.publish_api.token import hash_of
from keikaku.records.planfile import FILE_NAME
from publisher import AUTHORIZATION, TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from tests.withheld.markers import Marker
    from tests.withheld.search import Search

OF_A_KIND = 2
"""How many pages are fetched that differ in figures and values alone, in each language."""

_GOOD, _REFUSED = (200, 201), (400, 409, 422)
_MOST_TOLD = 3
_SUBJECTS = 40
_TAG = re.compile(r"\b[0-9a-f]{64}\b")
_AT_A_TIME = 10
_TABLES = ("items", "schedule", "overview", "departments", "discrepancies")
_GRAPH_FORMATS = ("nq", "trig", "nt", "ttl", "rdf", "jsonld", "xlsx")


@dataclass
class Faces:
    """What was found on each face, how much was looked at, and whether it shows what it should."""

    search: Search
    hits: defaultdict[str, set[Hit]] = field(default_factory=lambda: defaultdict(set))
    pieces: Counter[str] = field(default_factory=Counter)
    shown: Counter[str] = field(default_factory=Counter)
    odd: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def look(self, face: str, content: bytes | str, where: str) -> None:
        """Search a piece of a face."""
        content = (
            content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
        )
        self.pieces[face] += 1
        self.shown[face] += SHOWN.encode() in content
        self.hits[face] |= self.search.inside(content, where)

    def look_in(
        self, face: str, folder: Path, wanted: Callable[[str], bool] = lambda _: True
    ) -> None:
        """Search a folder, or what is wanted of it."""
        files = [
            path
            for path in folder.rglob("*")
            if path.is_file() and wanted(str(path.relative_to(folder)))
        ]
        self.pieces[face] += len(files)
        self.shown[face] += sum(
            SHOWN in text
            for path in files
            for _, piece in unpacked(path.read_bytes(), "")
            for text in (piece.decode("utf-8", "replace"),)
        )
        self.hits[face] |= self.search.in_folder(folder, wanted)

    def told(self, face: str, plan: str) -> str:
        """Return what a face tells of a plan: a line for each place, with where it came out."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for hit in sorted(self.hits[face], key=lambda hit: (hit.place, hit.where)):
            if hit.plan == plan:
                found[hit.place].append(hit.where)
        return "\n".join(
            f"{place}: {', '.join(where[:_MOST_TOLD])} ({len(where)})"
            for place, where in found.items()
        )


# The command line


def environment(**more: str) -> dict[str, str]:
    """Return what commands are run in."""
    own = {key: value for key, value in os.environ.items() if "KEIKAKU" not in key}
    return own | {"KEIKAKU_PYSHACL_PLANS": "0", "PYTHONIOENCODING": "utf-8"} | more


def run(folder: Path, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[bytes]:
    """Run a command of keikaku, which must end with `code`."""
    done = subprocess.run(  # noqa: S603  (our own command)
        [str(COMMAND), *arguments], cwd=folder, capture_output=True, check=False, env=environment()
    )
    assert done.returncode == code, (arguments, (done.stdout + done.stderr).decode()[-3000:])
    return done


def command(faces: Faces, face: str, folder: Path, *arguments: str, code: int = 0) -> None:
    """Run a command, and search what it writes to both outputs."""
    done = run(folder, *arguments, code=code)
    called = " ".join(arguments)[:100]
    faces.look(face, done.stdout, f"output of {called}")
    faces.look(face, done.stderr, f"standard error of {called}")


def commands(faces: Faces, folder: Path) -> None:
    """Run every command that reads a release, and those that read plans."""
    command(faces, "check", folder, "check", "--out", "report")
    faces.look_in("check", folder / "report")
    for kind in _GRAPH_FORMATS:
        command(faces, "export", folder, "export", "--format", kind)
    for table in _TABLES:
        command(faces, "export", folder, "export", "--format", "csv", "--table", table)
    for kind in ("template", "template-csv"):
        plan = "139904/register-md"
        command(faces, "export", folder, "export", "--format", kind, "--plan", plan)
    everything = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
    command(faces, "query", folder, "query", everything, "--format", "ttl")
    rows = "SELECT * WHERE { GRAPH ?g { ?s ?p ?o } }"
    for kind in ("csv", "json"):
        command(faces, "query", folder, "query", rows, "--format", kind)
    command(faces, "ask", folder, "ask", "行政が関わる項目は？")
    command(faces, "ask", folder, "ask", "--question", "discrepancies-of-kind", "--format", "json")
    command(faces, "ask", folder, "ask", "これは何ですか", code=2)
    command(faces, "releases", folder, "releases")
    command(faces, "link", folder, "link")
    faces.look_in("link", folder / "plans" / "139904-register-md" / "links")


# The server


@contextmanager
def served(folder: Path, log: Path) -> Iterator[str]:
    """Serve the release in a folder, its two outputs in a log, and give the address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with log.open("wb") as file:
        process = subprocess.Popen(  # noqa: S603  (our own command)
            [str(COMMAND), "serve", "--port", str(port)],
            cwd=folder,
            stdout=file,
            stderr=file,
            env=environment(KEIKAKU_LOG_ADDRESSES="true", KEIKAKU_SLOW_QUERY_SECONDS="0"),
        )
        address = f"http://127.0.0.1:{port}"
        try:
            _wait_for(f"{address}/readyz", process)
            yield address
        finally:
            process.terminate()
            process.wait(20)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert process.poll() is None, "the server ended"
        with suppress(httpx.TransportError):
            if httpx.get(address).status_code == httpx.codes.OK:
                return
        time.sleep(0.1)
    raise AssertionError("the server does not answer")


def _look_at(faces: Faces, face: str, answer: httpx.Response, where: str) -> None:
    faces.look(face, answer.content, where)
    faces.look(face, "\n".join(f"{n}: {value}" for n, value in answer.headers.items()), where)


def walk(faces: Faces, site: str, face: str, most: int = OF_A_KIND) -> Counter[str]:
    """Fetch what links lead to, in every language and form, and return how many of each kind.

    Of addresses that differ only in figures and values at most so many are fetched.
    """
    seen: set[str] = set()
    queue = deque(f"{site}{start}" for start in ("/", "/en/", "/sitemap.xml", "/robots.txt"))
    kinds: Counter[str] = Counter()
    with httpx.Client(headers={"Accept": "text/html,*/*;q=0.8"}, timeout=120) as client:
        while queue:
            address = queue.popleft()
            kind = kind_of(address)
            if address in seen or kinds[kind] >= most:
                continue
            seen.add(address)
            kinds[kind] += 1
            answer = client.get(address)
            _look_at(faces, face, answer, f"{kind} {answer.status_code}")
            if answer.status_code >= httpx.codes.BAD_REQUEST:
                faces.odd[face].append(f"{answer.status_code} {unquote(address)}")
            queue += _links(answer, site, address)
    return kinds


def _links(answer: httpx.Response, site: str, address: str) -> list[str]:
    if answer.next_request is not None:
        found = [str(answer.next_request.url)]
    elif answer.headers.get("content-type", "").startswith("text/html"):
        page = Page(address)
        page.feed(answer.text)
        page.close()
        found = sorted(page.links | page.fetched)
    elif "xml" in answer.headers.get("content-type", ""):
        paths = re.findall(r"""(?:<loc>|href=["'])https?://[^/<"']+(/[^<"']*)""", answer.text)
        found = [f"{site}{path}" for path in paths]
    else:
        found = []
    return [link for link in found if link.startswith(f"{site}/")]


def operations(faces: Faces, site: str) -> None:
    """Ask each operation of the description, with its own examples, in each format."""
    face = "api"
    description = httpx.get(f"{site}/api/openapi.json")
    _look_at(faces, face, description, "openapi.json")
    for path, methods in description.json()["paths"].items():
        given = {}
        formats: list[str] = [""]
        for one in methods.get("get", {}).get("parameters", ()):
            values = [case["value"] for case in one.get("examples", {}).values()]
            if one["name"] == "format":
                formats = one["schema"]["enum"]
            elif "example" in one or (values and one.get("required")):
                given[one["name"]] = one.get("example", next(iter(values), ""))
        for kind in formats if "get" in methods else ():
            parameters = given | ({"format": kind} if kind else {})
            answer = httpx.get(f"{site}{path}", params=parameters, timeout=120)
            _look_at(faces, face, answer, f"{path} {kind}")


_QUERIES = {
    "select": "SELECT * WHERE { ?s ?p ?o }",
    "graphs": "SELECT * WHERE { GRAPH ?g { ?s ?p ?o } }",
    "construct": "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "literals": "SELECT DISTINCT ?o WHERE { ?s ?p ?o FILTER (ISLITERAL(?o)) }",
    "cells": "SELECT * WHERE { ?cell rdf:value ?text ; kei:document ?document . "
    "OPTIONAL { ?cell kei:sheet ?sheet } OPTIONAL { ?cell kei:address ?address } }",
    "documents": "DESCRIBE ?document WHERE { ?document a kei:SourceDocument }",
    "cells described": "DESCRIBE ?cell WHERE { ?cell a kei:SourceCell } LIMIT 500",
    "regions": "CONSTRUCT { ?region ?p ?o } WHERE { ?region a kei:WithheldRegion ; ?p ?o }",
}
_ACCEPTED = ("application/sparql-results+json", "text/csv", "text/turtle", "application/ld+json")


def queries(faces: Faces, site: str) -> None:
    """Ask the endpoint for everything, in each form, and by patterns that any marker has."""
    face = "sparql"
    wanted = dict(_QUERIES)
    for pattern in ("ZQX[0-9]{4}", "[饕餮魍魎黼黻][饕-鵺]", "内線|^0[0-9]{3}$"):
        wanted[f"pattern {pattern}"] = (
            f'SELECT ?s ?p ?o WHERE {{ ?s ?p ?o FILTER (REGEX(STR(?o), "{pattern}", "i")) }}'
        )
    for name, query in wanted.items():
        for accept in _ACCEPTED:
            answer = httpx.post(
                f"{site}/sparql",
                data={"query": query},
                headers={"Accept": f"{accept}, */*;q=0.1"},
                timeout=120,
            )
            if answer.status_code == httpx.codes.OK:
                _look_at(faces, face, _without_request(answer, query), f"{name} {accept}")


def _without_request(answer: httpx.Response, *asked: str) -> httpx.Response:
    """Return an answer without what it repeats of its request."""
    text = answer.text
    for words in asked:
        for said in (words, json.dumps(words)[1:-1]):
            text = text.replace(said, "")
    return httpx.Response(answer.status_code, text=text)


def searches(faces: Faces, site: str, markers: Iterable[Marker]) -> None:
    """Look for each marker by the site's own searches: what tells that it is there tells of it."""
    markers = tuple(markers)
    with httpx.Client(timeout=120) as client:
        for one in markers:
            for words in (one.word, one.code):
                answer = client.get(f"{site}/api/items", params={"q": words, "per": "5"})
                if answer.json()["total"]:
                    faces.hits["search"].add(_hit(one, f"/api/items?q={words}"))
                faces.pieces["search"] += 1
        for start in range(0, len(markers), _AT_A_TIME):
            _reconciled(faces, client, site, markers[start : start + _AT_A_TIME])
        answer = client.get(f"{site}/api/items", params={"q": SHOWN})
        faces.look("search", answer.content, "/api/items")
        for name in ("suggest/entity", "suggest/property", "suggest/type"):
            answer = client.get(f"{site}/reconcile/{name}", params={"prefix": SHOWN[:2]})
            faces.look("reconcile", answer.content, name)


def _reconciled(faces: Faces, client: httpx.Client, site: str, markers: tuple[Marker, ...]) -> None:
    """Reconcile the markers: no thing is called like them, and no answer says one."""
    asked = {one.name: {"query": one.text} for one in markers}
    batch = json.dumps(asked | {"shown": {"query": SHOWN}})
    answer = client.post(f"{site}/reconcile", data={"queries": batch})
    faces.look("reconcile", json.dumps(list(answer.json().values()), ensure_ascii=False), "batch")
    for one in markers:
        for found in answer.json()[one.name]["result"]:
            faces.hits["reconcile"].add(_hit(one, f"{found['name']} {found['score']}"))


def _hit(one: Marker, where: str) -> Hit:
    return Hit(one.plan, one.place, where)


def messages(faces: Faces, site: str, things: Iterable[str]) -> None:
    """Make a message about each of these places and things ready."""
    for thing in things:
        for way in ("", "/en"):
            answer = httpx.get(f"{site}{way}/report", params={"iri": thing})
            _look_at(faces, "report", answer, f"{way}/report?iri={thing.rpartition('/id/')[2]}")


def iris_of(site: str, kind: str) -> list[str]:
    """Return the IRIs of a class that the endpoint knows."""
    query = f"SELECT ?thing WHERE {{ ?thing a {kind} }} ORDER BY ?thing"
    answer = httpx.post(
        f"{site}/sparql", data={"query": query}, headers={"Accept": "text/csv"}, timeout=120
    )
    return answer.text.split()[1:]


def server(faces: Faces, folder: Path, log: Path, markers: Iterable[Marker]) -> Counter[str]:
    """Walk over everything that the server of a release answers; return the kinds of its pages."""
    with served(folder, log) as site:
        kinds = walk(faces, site, "pages")
        operations(faces, site)
        queries(faces, site)
        searches(faces, site, markers)
        shown = [*iris_of(site, "kei:SourceCell"), *iris_of(site, "kei:SourceLine")]
        some = shown[:: max(1, len(shown) // _SUBJECTS)]
        messages(faces, site, [*some, *iris_of(site, "kei:Item")[:_SUBJECTS]])
        manifest = httpx.get(f"{site}/releases/latest/manifest.json", follow_redirects=True)
        for name in ("manifest.json", *manifest.json()["files"]):
            answer = httpx.get(f"{site}/releases/latest/{name}", follow_redirects=True, timeout=120)
            _look_at(faces, "downloads", answer, name)
        _look_at(faces, "metrics", httpx.get(f"{site}/metrics"), "/metrics")
    faces.look("log", log.read_bytes(), "server's log")
    return kinds


# The publishing API


@contextmanager
def publishing(folder: Path, log: Path) -> Iterator[httpx.Client]:
    """Run the publishing API over the plans in a folder, and give a client with its token."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with log.open("wb") as file:
        process = subprocess.Popen(  # noqa: S603  (our own command)
            [str(COMMAND), "publish-api", "--plans", "plans", "--port", str(port)],
            cwd=folder,
            stdout=file,
            stderr=file,
            env=environment(KEIKAKU_PUBLISH_TOKEN_HASH=hash_of(TOKEN)),
        )
        try:
            _wait_for(f"{address}/healthz", process)
            with httpx.Client(base_url=address, headers=AUTHORIZATION, timeout=300) as client:
                yield client
        finally:
            process.terminate()
            process.wait(20)


def publishing_api(
    faces: Faces, folder: Path, log: Path, good: Iterable[Path], faulty: Iterable[tuple[str, Path]]
) -> Counter[int]:
    """Publish plans and refused ones; return how many answers had each status."""
    face, seen = "publishing", Counter()

    def look(answer: httpx.Response, where: str) -> None:
        seen[answer.status_code] += 1
        _look_at(faces, face, answer, f"{where} {answer.status_code}")
        if answer.status_code not in (*_GOOD, *_REFUSED):
            faces.odd[face].append(f"{answer.status_code} {where}")

    with publishing(folder, log) as client:
        for plan in good:
            files = {path.name: path.read_bytes() for path in sorted(plan.iterdir())}
            sent = [(name, (name, body)) for name, body in files.items()]
            look(client.put(f"/plans/{plan.name}", files=sent), f"PUT {plan.name}")
            for accept in ("application/n-quads", "application/trig"):
                answer = client.get(f"/plans/{plan.name}/graphs", headers={"Accept": accept})
                look(answer, f"GET {plan.name}/graphs")
            # who has the token gets back the very files: to them alone their hashes are tags
            listed = client.get(f"/plans/{plan.name}")
            look(httpx.Response(listed.status_code, text=_TAG.sub("", listed.text)), plan.name)
            [document] = (name for name in files if name.startswith("plan.") and name != FILE_NAME)
            seen[client.head(f"/plans/{plan.name}/{document}").status_code] += 1
        accepted = cycle(("application/problem+json", "text/html", "text/plain"))
        for (name, plan), accept in zip(faulty, accepted, strict=False):
            sent = [(one.name, (one.name, one.read_bytes())) for one in sorted(plan.iterdir())]
            answer = client.put(f"/plans/{name}", files=sent, headers={"Accept": accept})
            look(answer, f"PUT {plan.name} {accept}")
    faces.look(face, log.read_bytes(), "log of the publishing API")
    return seen


# A hub


def hub(faces: Faces, folder: Path, city: Path, log: Path) -> None:
    """Let a hub take the plans of a city's site, build a release of them and serve it."""
    (folder / "plans").mkdir(parents=True)
    with served(city, log) as site:
        command(faces, "hub", folder, "harvest", site, "--allow-private")
    command(faces, "hub", folder, "build")
    command(faces, "hub", folder, "releases")
    faces.look_in("hub's harvest", folder / "harvested")
    faces.look_in("hub's release", folder / "releases")
    with served(folder, log) as site:
        walk(faces, site, "hub's pages", most=1)
    faces.look("hub", log.read_bytes(), "log of the hub")
