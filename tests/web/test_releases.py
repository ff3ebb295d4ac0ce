"""The releases over HTTP: pages, files, feed, sitemap; what is no longer there."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import anyio
import httpx
import pytest
import rdflib
from pyoxigraph import QueryBoolean, QuerySolutions, Store
from rdflib.namespace import DCAT, DCTERMS, RDF, SH, VOID

from keikaku.names import PREFIXES
from keikaku.release.removal import withdraw
from keikaku.release.shelf import Shelf
from keikaku.release.write import write_release
from keikaku.settings import Settings
from keikaku.store.embedded import load
from keikaku.web.site import site_of_shelf
from small_release import content_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from desk import Desk


pytestmark = pytest.mark.xdist_group("site")

HTML = {"Accept": "text/html"}
TURTLE = {"Accept": "text/turtle"}
BOM = b"\xef\xbb\xbf"
ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
SHARED = "https://w3id.org/keikaku/"


@pytest.fixture(scope="module")
def current(desk: Desk) -> str:
    return Shelf(desk.folder / "releases").current().id


@pytest.fixture(scope="module")
def manifest(desk: Desk, current: str) -> dict[str, dict[str, dict[str, str]]]:
    path = desk.folder / "releases" / current / "manifest.json"
    said: dict[str, dict[str, dict[str, str]]] = json.loads(path.read_text(encoding="utf-8"))
    return said


def test_the_catalogue_leads_to_a_dump_whose_checksum_holds(site: str) -> None:
    """What a linker does: from the dataset to a file, its size and its SHA-256."""
    answer = httpx.get(f"{site}/releases/latest", headers=TURTLE, follow_redirects=True)
    entry = rdflib.Graph().parse(data=answer.content, format="turtle")
    spdx = rdflib.Namespace("http://spdx.org/rdf/terms#")
    distributions = list(
        entry.objects(rdflib.URIRef(f"{SHARED}releases/latest"), DCAT.distribution)
    )
    assert len(distributions) > 15
    for node in distributions:
        address = str(entry.value(node, DCAT.downloadURL))
        body = httpx.get(address.replace(SHARED, f"{site}/")).content
        assert len(body) == int(str(entry.value(node, DCAT.byteSize))), address
        checksum = entry.value(node, spdx.checksum)
        said = str(entry.value(checksum, spdx.checksumValue))
        assert hashlib.sha256(body).hexdigest() == said, address


def test_every_example_of_the_catalogue_runs_with_the_prefixes_it_declares(
    site: str, desk: Desk, current: str
) -> None:
    answer = httpx.get(f"{site}/releases/{current}", headers=TURTLE)
    entry = rdflib.Graph().parse(data=answer.content, format="turtle")
    store = Store.read_only(str(desk.folder / "releases" / current / "store"))
    declared = store.query(
        "SELECT DISTINCT ?prefix ?namespace "
        "{ ?any sh:declare ?d . ?d sh:prefix ?prefix ; sh:namespace ?namespace }",
        prefixes=PREFIXES,
        use_default_graph_as_union=True,
    )
    assert isinstance(declared, QuerySolutions)
    prefixes = [(row["prefix"].value, row["namespace"].value) for row in declared]  # type: ignore[union-attr]
    assert dict(prefixes) == PREFIXES
    assert len(prefixes) == len(PREFIXES), "each prefix is declared once in the union"
    examples = list(entry.subjects(RDF.type, SH.SPARQLExecutable))
    assert len(examples) >= 20
    for example in examples:
        [query] = [q for form in (SH.select, SH.ask, SH.construct) for q in entry[example:form]]
        if "SERVICE <" in query:
            continue  # it asks another's endpoint; tests/end_to_end/test_two_sites.py has one here
        result = store.query(str(query), prefixes=dict(prefixes), use_default_graph_as_union=True)
        assert isinstance(result, QueryBoolean) or next(iter(result), None), example


def test_the_list_names_every_release_and_what_changed(site: str, current: str) -> None:
    page = httpx.get(f"{site}/releases", headers=HTML).text
    assert f'href="/releases/{current}"' in page
    assert "公開中" in page
    english = httpx.get(f"{site}/en/releases", headers=HTML).text
    assert f'href="/en/releases/{current}"' in english
    assert "current" in english


@pytest.mark.parametrize("language", ["", "/en"])
def test_a_page_tells_size_checksum_and_how_to_cite(
    language: str, site: str, current: str, manifest: dict[str, dict[str, dict[str, str]]]
) -> None:
    page = httpx.get(f"{site}{language}/releases/{current}", headers=HTML).text
    parts = manifest["parts"]
    offered = [n for n in manifest["files"] if not n.startswith("report/") and n not in parts]
    assert len(offered) > 18
    assert set(parts) == {"plans/352039-kyodo.nq.gz", "cities/352039.nq.gz", "shared.nq.gz"}
    for name, told in parts.items():
        assert f'href="/releases/{current}/{name}?download=1"' in page
        assert f"{told['triples']:,}</td>" in page
    for name in offered:
        said = manifest["files"][name]
        assert f'echo "{said["sha256"]}  {name.rsplit("/", 1)[-1]}" | sha256sum -c' in (
            page.replace("&#34;", '"')
        ), name
        assert f"{said['bytes']:,} B" in page
    assert f"{SHARED}releases/{current}" in page
    assert 'id="cite"' in page
    assert "dictionary" in page
    [embedded] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    schema = json.loads(embedded)
    assert schema["@type"] == "Dataset"
    assert len(schema["distribution"]) == len(offered)


def test_the_line_on_the_page_verifies_the_file(site: str, current: str, tmp_path: Path) -> None:
    page = httpx.get(f"{site}/releases/{current}", headers=HTML).text.replace("&#34;", '"')
    [line] = re.findall(r"(echo \"\w{64}  keikaku\.ttl\" \| sha256sum -c)", page)
    body = httpx.get(f"{site}/releases/{current}/keikaku.ttl").content
    (tmp_path / "keikaku.ttl").write_bytes(body)
    done = subprocess.run(line, shell=True, cwd=tmp_path, capture_output=True, check=False)  # noqa: S602
    assert done.returncode == 0, done.stderr
    sums = httpx.get(f"{site}/releases/{current}/SHA256SUMS").text
    assert f"{hashlib.sha256(body).hexdigest()}  keikaku.ttl\n" in sums


def test_the_dictionary_page_explains_the_columns(site: str, current: str) -> None:
    page = httpx.get(f"{site}/releases/{current}/dictionary", headers=HTML).text
    assert "全国地方公共団体コード" in page
    assert "完了の目安の欄の文章" in page
    english = httpx.get(f"{site}/en/releases/{current}/dictionary", headers=HTML).text
    assert "criterion of completion" in english


@pytest.mark.parametrize(
    ("path", "leads"),
    [
        ("/releases/latest", ""),
        ("/releases/latest.ttl", ".ttl"),
        ("/releases/latest/keikaku.nq", "/keikaku.nq"),
        ("/releases/current/keikaku.nq", "/keikaku.nq"),
        ("/releases/latest/tables/items.csv?bom=1", "/tables/items.csv?bom=1"),
        ("/releases/latest/dictionary", "/dictionary"),
        ("/keikaku/releases/latest", ""),
    ],
)
def test_latest_leads_to_the_current_release_and_is_never_kept(
    path: str, leads: str, site: str, current: str
) -> None:
    answer = httpx.get(site + path)
    assert answer.status_code == HTTPStatus.FOUND
    assert answer.headers["location"] == f"/releases/{current}{leads}"
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/turtle", "turtle"),
        ("application/n-triples", "nt"),
        ("application/rdf+xml", "xml"),
    ],
)
def test_a_release_describes_itself_in_every_form(
    accept: str, kind: str, site: str, current: str
) -> None:
    answer = httpx.get(f"{site}/releases/{current}", headers={"Accept": accept})
    assert answer.headers["content-type"].split(";")[0] == accept
    assert "Accept" in answer.headers["vary"]
    graph = rdflib.Graph().parse(data=answer.content, format=kind)
    dataset = rdflib.URIRef(f"{SHARED}releases/{current}")
    assert (dataset, DCTERMS.identifier, rdflib.Literal(current)) in graph


def test_void_is_at_the_well_known_place(site: str) -> None:
    answer = httpx.get(f"{site}/.well-known/void", headers=TURTLE, follow_redirects=True)
    graph = rdflib.Graph().parse(data=answer.content, format="turtle")
    assert len(set(graph.objects(None, VOID.classPartition))) > 15
    assert len(set(graph.objects(None, VOID.propertyPartition))) > 50


def test_a_file_is_known_by_its_checksum_and_sent_in_parts(
    site: str, current: str, manifest: dict[str, dict[str, dict[str, str]]]
) -> None:
    address = f"{site}/releases/{current}/keikaku.ttl"
    whole = httpx.get(address)
    tag = f'"{manifest["files"]["keikaku.ttl"]["sha256"]}"'
    assert whole.headers["etag"] == tag
    assert whole.headers["accept-ranges"] == "bytes"
    part = httpx.get(address, headers={"Range": "bytes=10-19", "If-Range": tag})
    assert part.status_code == HTTPStatus.PARTIAL_CONTENT
    assert part.content == whole.content[10:20]
    assert part.headers["content-range"] == f"bytes 10-19/{len(whole.content)}"
    same = httpx.get(address, headers={"If-None-Match": f'"x", W/{tag}'})
    assert same.status_code == HTTPStatus.NOT_MODIFIED
    assert same.content == b""
    head = httpx.head(address)
    assert head.headers["content-length"] == str(len(whole.content))
    assert head.content == b""


def test_a_csv_has_a_byte_order_mark_only_where_it_is_asked_for(site: str, current: str) -> None:
    address = f"{site}/releases/{current}/tables/items.csv"
    plain, marked = httpx.get(address), httpx.get(address, params={"bom": "1"})
    assert marked.content == BOM + plain.content
    assert not plain.content.startswith(BOM)
    assert "content-disposition" not in plain.headers
    assert "items.csv" in marked.headers["content-disposition"]
    assert plain.headers["etag"] != marked.headers["etag"]
    assert plain.headers["content-type"] == "text/csv; charset=utf-8"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("keikaku.nq?bom=1", HTTPStatus.BAD_REQUEST),
        ("keikaku.nq?bom=2", HTTPStatus.BAD_REQUEST),
        ("keikaku.nq?colour=1", HTTPStatus.BAD_REQUEST),
        ("items.sqlite", HTTPStatus.NOT_FOUND),
        ("dictionary?x=1", HTTPStatus.BAD_REQUEST),
    ],
)
def test_what_is_not_offered_is_refused(
    path: str, status: HTTPStatus, site: str, current: str
) -> None:
    assert httpx.get(f"{site}/releases/{current}/{path}").status_code == status


@pytest.mark.parametrize("query", ["page=0", "page=2", "page=x", "page=１", "colour=1"])
def test_a_page_of_the_list_that_is_not_there_is_refused(query: str, site: str) -> None:
    assert httpx.get(f"{site}/releases?{query}").status_code == HTTPStatus.BAD_REQUEST


def test_the_feed_is_atom(site: str, current: str) -> None:
    """RFC 4287, 4.1.1 and 4.1.2: what a feed and an entry must have, each once."""
    answer = httpx.get(f"{site}/releases/feed.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = _parsed(answer)
    assert feed.tag == f"{ATOM}feed"
    for element in (feed, *feed.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1, name
        assert datetime.fromisoformat(str(element.findtext(f"{ATOM}updated"))).tzinfo
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    [own] = [link for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self"]
    assert own.get("href") == f"{site}/releases/feed.atom"
    entries = {entry.findtext(f"{ATOM}id"): entry for entry in feed.findall(f"{ATOM}entry")}
    entry = entries[f"{SHARED}releases/{current}"]
    [link] = entry.findall(f"{ATOM}link")
    assert link.get("href") == f"{site}/releases/{current}"
    assert "項目 52 件" in str(entry.findtext(f"{ATOM}summary"))


def test_the_sitemap_has_every_item_in_both_languages(site: str) -> None:
    answer = httpx.get(f"{site}/sitemap.xml")
    urls = _parsed(answer)
    assert urls.tag == f"{SITEMAP}urlset"
    places = [str(url.findtext(f"{SITEMAP}loc")) for url in urls]
    assert len(set(places)) == len(places)
    assert all(place.startswith(f"{site}/") for place in places)
    assert len([place for place in places if re.search(r"/item/[\d-]+$", place)]) == 52
    for url in urls:
        links = {link.get("hreflang"): link.get("href") for link in url.findall(f"{XHTML}link")}
        place = str(url.findtext(f"{SITEMAP}loc"))
        assert links == {"ja": place, "en": place.replace(site, f"{site}/en", 1)}
    assert f"Sitemap: {site}/sitemap.xml" in httpx.get(f"{site}/robots.txt").text


@pytest.mark.parametrize("number", ["0", "2", "x", "99999999999"])
def test_a_sitemap_that_is_not_there_is_not_found(number: str, site: str) -> None:
    answer = httpx.get(f"{site}/sitemap-{number}.xml")
    assert answer.status_code == HTTPStatus.NOT_FOUND


@pytest.fixture
def small(tmp_path: Path) -> Shelf:
    """A shelf with two small releases."""
    shelf = Shelf(tmp_path)
    for names in (("甲", "乙"), ("甲",)):
        write_release(content_of(*names, space=f"{SHARED}id/"), shelf, load)
    return shelf


def test_a_withdrawn_release_answers_410_with_the_reason(
    small: Shelf, client_of: Callable[..., Any]
) -> None:
    first, second = (entry.id for entry in small.index())
    client = client_of(site_of_shelf(Settings(releases=small.folder)))
    before = client.get(f"/releases/{first}", headers=TURTLE)
    replaced = rdflib.Graph().parse(data=before.content, format="turtle")
    assert (
        rdflib.URIRef(f"{SHARED}releases/{first}"),
        DCTERMS.isReplacedBy,
        rdflib.URIRef(f"{SHARED}releases/{second}"),
    ) in replaced
    withdraw(small, first, "誤って公開したため")
    for path in ("", "/keikaku.nq", "/dictionary", "/sparql?query=ASK%7B%7D"):
        answer = client.get(f"/releases/{first}{path}")
        assert answer.status_code == HTTPStatus.GONE, path
        assert "誤って公開したため" in answer.json()["detail"], path
    page = client.get("/releases", headers=HTML).text
    assert "誤って公開したため" in page
    feed = client.get("/releases/feed.atom").text
    assert "誤って公開したため" in feed
    assert first not in client.get("/sitemap.xml").text


def test_the_address_of_the_site_is_the_one_that_is_set(
    small: Shelf, client_of: Callable[..., Any]
) -> None:
    settings = Settings(releases=small.folder, site="https://plans.example.jp/")
    client = client_of(site_of_shelf(settings))
    for path in ("/sitemap.xml", "/releases/feed.atom", "/robots.txt"):
        assert "https://plans.example.jp/" in client.get(path).text
        assert "testserver" not in client.get(path).text


@pytest.mark.parametrize(
    ("setting", "origin"),
    [("", "http://testserver"), ("https://plans.example.jp/", "https://plans.example.jp")],
)
def test_a_page_says_where_its_files_can_be_fetched_and_cites_the_name(
    setting: str, origin: str, small: Shelf, client_of: Callable[..., Any]
) -> None:
    client = client_of(site_of_shelf(Settings(releases=small.folder, site=setting)))
    name = small.current().id
    page = client.get(f"/releases/{name}", headers=HTML).text
    assert f"curl -fsO {origin}/releases/{name}/SHA256SUMS" in page
    assert f"curl {origin}/releases/{name}/sparql" in page
    assert f"{SHARED}releases/{name}</p></blockquote>" in page
    schema = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)[0])
    assert schema["@id"] == f"{SHARED}releases/{name}"
    assert schema["url"] == f"{origin}/releases/{name}"
    assert {file["contentUrl"].rpartition("/releases/")[0] for file in schema["distribution"]} == {
        origin
    }


def test_the_manifest_is_served(small: Shelf, client_of: Callable[..., Any]) -> None:
    client = client_of(site_of_shelf(Settings(releases=small.folder)))
    release = small.current()
    answer = client.get(f"/releases/{release.id}/manifest.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.json() == release.manifest
    leads = client.get("/releases/latest/manifest.json")
    assert leads.headers["location"] == f"/releases/{release.id}/manifest.json"


def test_a_slash_at_the_end_leads_to_the_page(small: Shelf, client_of: Callable[..., Any]) -> None:
    client = client_of(site_of_shelf(Settings(releases=small.folder)))
    first, second = (entry.id for entry in small.index())
    for path, status, leads in (
        (f"/releases/{first}/", HTTPStatus.MOVED_PERMANENTLY, f"/releases/{first}"),
        (f"/en/releases/{first}/", HTTPStatus.MOVED_PERMANENTLY, f"/en/releases/{first}"),
        ("/releases/latest/", HTTPStatus.FOUND, f"/releases/{second}"),
        ("/keikaku/releases/latest/", HTTPStatus.FOUND, f"/releases/{second}"),
    ):
        answer = client.get(path)
        assert (answer.status_code, answer.headers.get("location")) == (status, leads), path
    assert client.get("/releases/0123456789abcdef/").status_code == HTTPStatus.NOT_FOUND


def test_a_release_that_is_current_again_keeps_its_date_and_its_neighbours(
    tmp_path: Path, client_of: Callable[..., Any]
) -> None:
    shelf = Shelf(tmp_path)
    for day, names in ((1, ("甲", "乙")), (2, ("甲",))):
        moment = datetime(2026, 4, day, tzinfo=UTC)
        write_release(content_of(*names, space=f"{SHARED}id/"), shelf, load, moment)
    first, second = (entry.id for entry in shelf.index())
    shelf.point_to(shelf.release(first), datetime(2026, 4, 9, tzinfo=UTC))
    client = client_of(site_of_shelf(Settings(releases=shelf.folder)))
    page = client.get(f"/releases/{first}", headers=HTML).text
    assert '<dt>公開</dt><dd><time datetime="2026-04-01T' in page
    assert '<dt>公開中に戻した日</dt><dd><time datetime="2026-04-09T' in page
    assert "前のリリース:" not in page
    assert f'次のリリース: <a href="/releases/{second}">' in page
    other = client.get(f"/releases/{second}", headers=HTML).text
    assert f'前のリリース: <a href="/releases/{first}">' in other
    assert "次のリリース:" not in other
    feed = _parsed(client.get("/releases/feed.atom"))
    published = {
        str(entry.findtext(f"{ATOM}id")).rsplit("/", 1)[-1]: str(
            entry.findtext(f"{ATOM}published")
        )[:10]
        for entry in feed.findall(f"{ATOM}entry")
    }
    assert published == {first: "2026-04-01", second: "2026-04-02"}
    listing = client.get("/releases", headers=HTML).text
    assert re.findall(r'<th scope="row"><a href="/releases/(\w{16})"', listing) == [second, first]
    assert "2026-04-09 から再び" in listing


def test_a_large_release_has_an_index_of_sitemaps(
    small: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keikaku.web.feeds.PER_SITEMAP", 10)
    app = site_of_shelf(Settings(releases=small.folder))

    async def read() -> tuple[ElementTree.Element, list[ElementTree.Element]]:
        transport = httpx.ASGITransport(app)  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
            index = _parsed(await client.get("/sitemap.xml"))
            return index, [
                _parsed(await client.get(str(part.findtext(f"{SITEMAP}loc")))) for part in index
            ]

    index, parts = anyio.run(read)
    assert index.tag == f"{SITEMAP}sitemapindex"
    assert len(parts) >= 4
    assert all(1 <= len(urls) <= 10 for urls in parts)
    places = [str(url.findtext(f"{SITEMAP}loc")) for urls in parts for url in urls]
    assert len(set(places)) == len(places)


def _parsed(answer: httpx.Response) -> ElementTree.Element:
    return ElementTree.fromstring(answer.content)  # noqa: S314  (our own)
