"""Every IRI answers at its path, in every form, bounded, and with honest headers."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx
import pytest
import rdflib
from rdflib.compare import isomorphic

from keikaku.answers import document as document_module
from keikaku.answers.borrowed import borrowed
from keikaku.answers.notice import Notice
from keikaku.answers.service import Answers
from keikaku.assets import shipped
from keikaku.closed import Bilingual
from keikaku.names import KEI, SHARED
from keikaku.release.shelf import Shelf
from keikaku.settings import Settings
from keikaku.store.embedded import EmbeddedStore
from keikaku.web.app import create_app
from keikaku.web.names.routes import names_routers
from keikaku.web.parts import SiteParts
from keikaku.web.served import Served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyoxigraph import NamedNode
    from starlette.types import ASGIApp

    from conftest import Client
    from desk import Desk

pytestmark = [
    pytest.mark.xdist_group("site"),
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated"),  # rdflib's JSON-LD reader
]

ITEM = "352039/kyodo/item/1-4-3"
GONE = f"{SHARED}id/352039/kyodo/item/9-9-9"
FORMS = {
    "ttl": ("text/turtle", "turtle"),
    "nt": ("application/n-triples", "nt"),
    "rdf": ("application/rdf+xml", "xml"),
    "jsonld": ("application/ld+json", "json-ld"),
}
OK, BAD, MISSING = httpx.codes.OK, httpx.codes.BAD_REQUEST, httpx.codes.NOT_FOUND


@dataclass(frozen=True)
class Held:
    """The answers of a release that stays."""

    answers: Answers
    graphs: dict[str, int]

    @property
    def release(self) -> str:
        """The id of the release."""
        return self.answers.release

    def current(self) -> Answers:
        """The answers."""
        return self.answers

    def served(self) -> Served:
        """The store."""
        return Served(self.answers.store, self.release, self.graphs)


@dataclass(frozen=True)
class Stone:
    """A tombstone."""

    last: str = "0123456789abcdef"
    date: datetime = datetime(2026, 4, 1, tzinfo=UTC)
    served: bool = True
    replaced_by: tuple[str, ...] = (f"{SHARED}id/{ITEM}",)
    reason: Bilingual | None = field(
        default_factory=lambda: Bilingual(ja="番号の付け直し", en="renumbered")
    )


class Graveyard:
    """One IRI is gone."""

    def of(self, iri: str) -> Stone | None:
        """The tombstone of that IRI."""
        return Stone() if iri == GONE else None


@pytest.fixture(scope="module")
def held(desk: Desk) -> Held:
    """The release of the desk, open in this process."""
    release = Shelf(desk.folder / "releases").current()
    answers = Answers.over(EmbeddedStore.open(release.store), release.id)
    return Held(answers, release.graphs)


@pytest.fixture(scope="module")
def app(held: Held, desk: Desk) -> ASGIApp:
    """A site of nothing but names."""
    shelf, settings = Shelf(desk.folder / "releases"), Settings()
    site = SiteParts(held, shelf, SHARED, settings)  # type: ignore[arg-type]
    notice = Notice.read(held.answers.store)
    routers = names_routers(site, tombstones=Graveyard())
    return create_app(held.served, *routers, settings=settings, notice=lambda: notice)


@pytest.fixture
def client(app: ASGIApp, client_of: type[Client]) -> Client:
    """A client of the site of names."""
    return client_of(app)


def graph_of(answer: httpx.Response, kind: str) -> rdflib.Graph:
    """What an answer says."""
    return rdflib.Graph().parse(data=answer.content, format=kind)


def one_of_each_class(held: Held) -> Iterator[str]:
    """An IRI of each class of the release, of those that this site names by paths of their own."""
    store = held.answers.store
    for row in store.query("SELECT DISTINCT ?class WHERE { ?thing a ?class }").rows:
        found = store.query(
            f"SELECT ?thing WHERE {{ ?thing a {row[0]} . FILTER (STRSTARTS(STR(?thing), "
            f'"{SHARED}id/") || ?thing = <{SHARED}catalog>) }} ORDER BY ?thing LIMIT 1'
        )
        yield from (found_row[0].value for found_row in found.rows)


def address(iri: str) -> str:
    below = iri.removeprefix(SHARED)
    return "/" + quote(f"doc/{below.removeprefix('id/')}" if below.startswith("id/") else below)


def test_a_thing_leads_to_its_document_in_the_language_of_its_reader(client: Client) -> None:
    for prefix in ("", "/en"):
        answer = client.get(f"{prefix}/id/{ITEM}")
        assert answer.status_code == httpx.codes.SEE_OTHER
        assert answer.headers["location"] == f"{prefix}/doc/{ITEM}"
        assert answer.headers["access-control-allow-origin"] == "*"


def test_an_iri_of_every_class_has_a_document_in_five_forms(client: Client, held: Held) -> None:
    iris = sorted(set(one_of_each_class(held)))
    assert len(iris) > 25
    for iri in iris:
        page = client.get(address(iri), headers={"Accept": "text/html"})
        assert page.status_code == OK, iri
        assert page.headers["content-type"].startswith("text/html")
        graphs = []
        for suffix, (media_type, kind) in FORMS.items():
            answer = client.get(f"{address(iri)}.{suffix}")
            assert answer.status_code == OK, (iri, suffix, answer.text)
            assert answer.headers["content-type"].split(";")[0] == media_type
            graphs.append(graph_of(answer, kind))
        assert len(graphs[0]) > 2
        assert rdflib.URIRef(iri) in graphs[0].all_nodes()
        for other in graphs[1:]:
            assert isomorphic(graphs[0], other), iri


@pytest.mark.parametrize(("suffix", "accept"), [(key, form[0]) for key, form in FORMS.items()])
def test_negotiation_gives_what_the_suffix_gives(suffix: str, accept: str, client: Client) -> None:
    negotiated = client.get(f"/doc/{ITEM}", headers={"Accept": accept})
    assert negotiated.content == client.get(f"/doc/{ITEM}.{suffix}").content
    assert negotiated.headers["content-location"] == f"/doc/{ITEM}.{suffix}"
    assert "Accept" in negotiated.headers["vary"]
    assert f'</doc/{ITEM}.html>; rel="alternate"; type="text/html"' in negotiated.headers["link"]
    cited = f'<https://w3id.org/keikaku/id/{ITEM}>; rel="cite-as"'
    assert cited in negotiated.headers["link"]


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("text/turtle;q=0.5, application/rdf+xml;q=0.9", "application/rdf+xml"),
        ("text/html;q=0.2, application/ld+json", "application/ld+json"),
        ("application/json, text/html;q=0.5", "application/ld+json"),
        ("text/html;q=0, */*", "text/turtle"),
        ("*/*", "text/html"),
        (None, "text/html"),
    ],
)
def test_qualities_decide_the_form(accept: str | None, media_type: str, client: Client) -> None:
    headers = {"Accept": accept} if accept else {"Accept": ""}
    answer = client.get(f"/doc/{ITEM}", headers=headers)
    assert answer.headers["content-type"].split(";")[0] == media_type


def test_what_cannot_be_given_is_406_and_names_the_forms(client: Client) -> None:
    answer = client.get(f"/doc/{ITEM}", headers={"Accept": "image/png"})
    assert answer.status_code == httpx.codes.NOT_ACCEPTABLE
    assert answer.headers["content-type"] == "application/problem+json"
    assert "Turtle" in answer.json()["detail"]
    assert answer.headers["access-control-allow-origin"] == "*"


def test_a_document_holds_the_thing_its_links_and_itself(client: Client) -> None:
    graph = graph_of(client.get(f"/doc/{ITEM}.ttl"), "turtle")
    item, address = rdflib.URIRef(f"{SHARED}id/{ITEM}"), rdflib.URIRef(f"{SHARED}doc/{ITEM}")
    title = rdflib.Literal("行政の協働相談窓口の設置", lang="ja")
    assert (item, rdflib.RDFS.label, title) in graph
    assert (address, rdflib.FOAF.primaryTopic, item) in graph
    assert (address, rdflib.RDF.type, rdflib.FOAF.Document) in graph
    relists = rdflib.URIRef(KEI["relists"].value)
    assert {str(other) for other in graph.subjects(relists, item)} == {
        f"{SHARED}id/352039/kyodo/item/5-1-2"
    }
    party = rdflib.URIRef(f"{SHARED}id/party/事業者")
    assert (party, rdflib.RDFS.label, rdflib.Literal("businesses", lang="en")) in graph
    cells = rdflib.URIRef(KEI["cell"].value)
    purpose = rdflib.URIRef(KEI["purpose"].value)
    [evidence] = [
        node
        for node in graph.subjects(rdflib.RDF.subject, item)
        if (node, rdflib.RDF.predicate, purpose) in graph
    ]
    assert graph.value(evidence, cells) == rdflib.URIRef(
        f"{SHARED}id/352039/kyodo/source/1/cell/18-6-2"
    )
    assert not any(isinstance(node, rdflib.BNode) for triple in graph for node in triple)


def test_a_document_that_is_cut_says_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_module, "MOST_LINKS", 10)
    graph = graph_of(client.get("/doc/fy/2011.ttl"), "turtle")
    about = rdflib.URIRef(f"{SHARED}doc/fy/2011")
    assert {text.language for text in graph.objects(about, rdflib.RDFS.comment)} == {"ja", "en"}
    year = rdflib.URIRef(f"{SHARED}id/fy/2011")
    others = {s for s, p in graph.subject_predicates(year) if p != rdflib.FOAF.primaryTopic}
    assert len(others) <= 10


def test_japanese_iris_answer_raw_encoded_and_composed(client: Client) -> None:
    for path in ("/doc/party/事業者", "/doc/party/%E4%BA%8B%E6%A5%AD%E8%80%85"):
        assert "事業者" in client.get(path, headers={"Accept": "text/html"}).text
    moved = client.get("/doc/352039/department/協働推進課".replace("課", "課\u3099"))
    assert moved.status_code in (httpx.codes.MOVED_PERMANENTLY, MISSING)
    decomposed = client.get("/doc/kind/" + quote("か\u3099"))
    assert decomposed.status_code == httpx.codes.MOVED_PERMANENTLY
    assert decomposed.headers["location"] == "/doc/kind/" + quote("が")


def test_another_width_is_404_with_a_hint(client: Client) -> None:
    answer = client.get("/doc/fy/" + quote("２０１０"))
    assert answer.status_code == MISSING
    assert f"{SHARED}id/fy/2010" in answer.json()["detail"]


@pytest.mark.parametrize("accept", ["text/html", "text/turtle", "application/json", "text/plain"])
def test_what_is_unknown_is_404_in_the_asked_form(accept: str, client: Client) -> None:
    answer = client.get("/doc/352039/kyodo/item/8-8-8", headers={"Accept": accept})
    assert answer.status_code == MISSING
    told = {"text/html": "text/html", "text/plain": "text/plain"}
    assert answer.headers["content-type"].split(";")[0] == told.get(
        accept, "application/problem+json"
    )
    by_suffix = client.get("/doc/352039/kyodo/item/8-8-8.html")
    assert by_suffix.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("path", ["a%22b", "a%0Ab", "a%3Cb", "a%20b", "a%7Cb", "a%FFb"])
def test_what_is_no_iri_is_400(path: str, client: Client) -> None:
    for first in ("id", "doc"):
        assert client.get(f"/{first}/{path}").status_code == BAD


def test_parameters_that_mean_nothing_are_refused(client: Client) -> None:
    assert client.get(f"/doc/{ITEM}?format=ttl").status_code == BAD


def test_what_an_older_release_had_is_410_with_a_way_on(client: Client) -> None:
    for accept, kind in (("text/html", "text/html"), ("text/turtle", "application/problem+json")):
        answer = client.get("/doc/352039/kyodo/item/9-9-9", headers={"Accept": accept})
        assert answer.status_code == httpx.codes.GONE
        assert answer.headers["content-type"].startswith(kind)
        for said in ("0123456789abcdef", "2026-04-01", "番号の付け直し", f"{SHARED}id/{ITEM}"):
            assert said in answer.text
        pinned = '</releases/0123456789abcdef/sparql>; rel="predecessor-version"'
        assert pinned in answer.headers["link"]
        assert f'</doc/{ITEM}>; rel="successor-version"' in answer.headers["link"]


def test_a_document_known_already_is_304(client: Client) -> None:
    for path in (f"/doc/{ITEM}.html", f"/doc/{ITEM}.ttl", "/ns", "/shapes.nt"):
        first = client.get(path)
        tag = first.headers["etag"]
        assert tag.startswith('"')
        again = client.get(path, headers={"If-None-Match": f'"x", W/{tag}'})
        assert again.status_code == httpx.codes.NOT_MODIFIED
        assert again.content == b""
        assert again.headers["etag"] == tag
        for name in ("vary", "cache-control", "content-location"):
            assert again.headers[name] == first.headers[name]
        assert "content-length" not in again.headers
        assert client.get(path, headers={"If-None-Match": '"x"'}).status_code == OK


def test_each_language_and_each_form_has_a_tag_of_its_own(client: Client) -> None:
    paths = (f"/doc/{ITEM}.html", f"/en/doc/{ITEM}.html", f"/doc/{ITEM}.ttl", f"/doc/{ITEM}.nt")
    assert len({client.get(path).headers["etag"] for path in paths}) == len(paths)


def test_head_has_the_headers_of_get_and_no_body(client: Client) -> None:
    for path in (f"/doc/{ITEM}", f"/doc/{ITEM}.rdf", "/ns.ttl", "/graph/ontology"):
        got, head = client.get(path), client.head(path)
        assert head.content == b""
        assert dict(head.headers) == dict(got.headers)


@pytest.mark.parametrize("suffix", FORMS)
@pytest.mark.parametrize("path", ["/ns", "/shapes", "/shapes/codes", "/catalog"])
def test_vocabulary_and_catalogue_come_in_every_form(
    path: str, suffix: str, client: Client
) -> None:
    media_type, kind = FORMS[suffix]
    answer = client.get(f"{path}.{suffix}")
    assert answer.headers["content-type"].split(";")[0] == media_type
    assert isomorphic(graph_of(answer, kind), graph_of(client.get(f"{path}.nt"), "nt"))
    assert client.get(path, headers={"Accept": media_type}).content == answer.content


def test_the_ontology_document_carries_the_terms_of_its_files(client: Client) -> None:
    served = graph_of(client.get("/ns.ttl"), "turtle")
    files = rdflib.Graph()
    for name in ("keikaku.ttl", "align.ttl"):
        files.parse(shipped("ontology") / name, format="turtle")
    assert isomorphic(served, files)


def test_the_page_of_the_ontology_has_every_term_in_both_languages(client: Client) -> None:
    graph = rdflib.Graph().parse(shipped("ontology") / "keikaku.ttl", format="turtle")
    terms = {s for s in graph.subjects() if str(s).startswith(KEI.iri)}
    assert len(terms) > 60
    for path in ("/ns", "/en/ns"):
        page = client.get(path, headers={"Accept": "text/html"}).text
        for term in terms:
            assert f'id="{str(term).removeprefix(KEI.iri)}"' in page
            for label in graph.objects(term, rdflib.RDFS.label):
                assert str(label) in page, (path, label)
    assert "使われた数" in client.get("/ns", headers={"Accept": "text/html"}).text


def test_the_class_diagram_has_a_title_and_texts_that_do_not_overlap(client: Client) -> None:
    page = client.get("/ns.html").text
    svg = re.search(r"<svg.*?</svg>", page, re.DOTALL)
    assert svg
    drawing = svg[0]
    assert 'role="group"' in drawing  # its boxes are links
    assert "<title" in drawing
    assert "<desc" in drawing
    boxes = re.findall(
        r'class="box" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"', drawing
    )
    assert len(boxes) > 15
    placed = [tuple(map(float, box)) for box in boxes]
    for number, (x, y, width, height) in enumerate(placed):
        for left, top, wide, high in placed[number + 1 :]:
            apart = x + width <= left or left + wide <= x or y + height <= top or top + high <= y
            assert apart
    texts = re.findall(r'<text[^>]* x="([\d.]+)" y="([\d.]+)"', drawing)
    assert len(texts) == len(set(texts))


def test_the_page_of_the_shapes_has_every_shape_with_its_message(client: Client) -> None:
    graph = rdflib.Graph()
    for path in shipped("shapes").glob("*.ttl"):
        graph.parse(path, format="turtle")
    shapes = {
        shape
        for kind in (rdflib.SH.NodeShape, rdflib.SH.PropertyShape)
        for shape in graph.subjects(rdflib.RDF.type, kind)
    }
    assert len(shapes) > 100
    page = client.get("/shapes", headers={"Accept": "text/html"}).text
    for shape in shapes:
        assert f'id="{str(shape).rpartition("#")[2]}"' in page
    assert (
        "項目の実施主体(kei:implementedBy)は、定義された主体(kei:Party)でなければなりません。"
        in page
    )
    one = client.get("/shapes/codes", headers={"Accept": "text/html"}).text
    assert 'id="actor-known"' in one
    assert 'id="plan-title"' not in one


@pytest.mark.parametrize("path", ["/ns/9.9.9", "/shapes/nothing", "/graph/nothing", "/graph/a/b/c"])
def test_a_version_file_or_graph_that_is_not_there_is_404(path: str, client: Client) -> None:
    assert client.get(path).status_code == MISSING


def test_a_version_iri_of_now_answers(client: Client) -> None:
    graph = rdflib.Graph().parse(shipped("ontology") / "keikaku.ttl", format="turtle")
    version = graph.value(rdflib.URIRef(f"{SHARED}ns"), rdflib.OWL.versionIRI)
    assert client.get("/" + str(version).removeprefix(SHARED)).status_code == OK


def test_every_named_graph_says_what_it_is_and_gives_its_triples(
    client: Client, held: Held
) -> None:
    listed = client.get("/graph", headers={"Accept": "text/html"}).text
    for iri, count in held.graphs.items():
        path = "/" + iri.removeprefix(SHARED)
        page = client.get(path, headers={"Accept": "text/html"}).text
        assert f"{count:,}" in page, iri
        assert path in listed
        if count < 3000:
            assert len(client.get(f"{path}.nt").text.splitlines()) == count


def test_no_term_of_the_release_is_shown_without_a_label_in_both_languages(held: Held) -> None:
    store = held.answers.store
    used = {
        row[0]
        for query in ("SELECT DISTINCT ?t { ?s ?t ?o }", "SELECT DISTINCT ?t { ?s a ?t }")
        for row in store.query(query).rows
    }
    labels = store.query("SELECT ?term ?label { ?term rdfs:label ?label ; rdfs:isDefinedBy ?o }")
    said: dict[NamedNode, set[str]] = {}
    for term, label in labels.rows:
        said.setdefault(term, set()).add(label.language)
    assert len(used) > 100
    lacking = {term.value for term in used if not borrowed(term) and said.get(term) != {"ja", "en"}}
    assert lacking == set()


def test_an_iri_of_another_vocabulary_has_a_page_with_its_uses(client: Client) -> None:
    page = client.get("/lookup?iri=http://www.w3.org/2004/02/skos/core%23Concept")
    assert page.status_code == OK
    assert "<h1>概念" in page.text
    assert 'href="http://www.w3.org/2004/02/skos/core#Concept"' in page.text
    assert "/doc/area/" in page.text
    english = client.get("/en/lookup?iri=http://purl.org/dc/terms/identifier")
    assert "statements with this property" in english.text


def test_looking_up_what_is_ours_leads_to_its_own_page(client: Client) -> None:
    answer = client.get("/lookup", params={"iri": KEI["Item"].value})
    assert answer.status_code == httpx.codes.SEE_OTHER
    assert answer.headers["location"] == "/ns#Item"


@pytest.mark.parametrize(
    "query", ["", "?iri=", "?iri=a%22b", "?iri=http://a.example/%0A", "?x=1", "?iri=a:b&iri=c:d"]
)
def test_a_look_up_of_nothing_is_400(query: str, client: Client) -> None:
    assert client.get(f"/lookup{query}").status_code == BAD


def test_what_the_release_does_not_mention_is_404(client: Client) -> None:
    assert client.get("/lookup?iri=http://nowhere.example/x").status_code == MISSING


def test_a_page_carries_the_thing_in_words_of_schema_org(client: Client) -> None:
    page = client.get(f"/doc/{ITEM}.html").text
    [said] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    data = json.loads(said)
    assert data["@id"] == f"{SHARED}id/{ITEM}"
    assert data["@type"] == "CreativeWork"
    assert data["identifier"] == "I-(4)-③"
    assert data["isPartOf"]["@id"] == f"{SHARED}id/352039/kyodo"


def test_a_generic_page_is_in_the_readers_language_and_tells_links_as_inverse(
    client: Client,
) -> None:
    japanese, english = (client.get(f"{p}/doc/{ITEM}.html").text for p in ("", "/en"))
    assert "再掲している項目" in japanese
    assert "relisted by" in english
    assert '<html lang="en">' in english
    assert "/en/doc/352039/kyodo/item/5-1-2" in english
    party = client.get("/doc/party/事業者.html").text
    assert "party:事業者" in party


def test_pages_are_kept_until_the_release_changes(
    held: Held, desk: Desk, client_of: type[Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf, settings = Shelf(desk.folder / "releases"), Settings()
    site = SiteParts(held, shelf, SHARED, settings)  # type: ignore[arg-type]
    release = ["one"]
    served = Served(held.answers.store, "one", held.graphs)
    app = create_app(
        lambda: Served(served.store, release[0], served.graphs),
        *names_routers(site),
        settings=settings,
    )
    client = client_of(app)
    first = client.get(f"/doc/{ITEM}.ttl")
    monkeypatch.setattr(document_module, "MOST_STATEMENTS", 3)
    assert client.get(f"/doc/{ITEM}.ttl").content == first.content
    assert client.get(f"/doc/{ITEM}.nt").content != b""
    release[0] = "two"
    assert len(client.get(f"/doc/{ITEM}.ttl").content) < len(first.content)
