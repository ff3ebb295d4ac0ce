"""The pages of pictures: their counts are the document's, their links lead to as many items."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qs, urlencode, urlsplit
from xml.etree import ElementTree as ET

import pytest

from item_lists import items_over, listed
from keikaku.answers.service import Answers
from keikaku.names import KEI
from keikaku.settings import Settings
from keikaku.store.embedded import EmbeddedStore
from keikaku.web.app import create_app
from keikaku.web.pages.pictures import pictures_router
from keikaku.web.pages.plan_chooser import MOST_LISTED
from keikaku.web.parts import SiteParts
from keikaku.web.served import Served
from several_cities import in_other_cities

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from fastapi import FastAPI
    from pyoxigraph import Quad

    from keikaku.answers.items.listing import Items
    from keikaku.release.shelf import Shelf
    from keikaku.web.current import CurrentAnswers

EXPECTED = Path(__file__).resolve().parent.parent / "expected"
SHEETS = tomllib.loads((EXPECTED / "items.toml").read_text(encoding="utf-8"))["item"]
READ = tomllib.loads((EXPECTED / "answers.toml").read_text(encoding="utf-8"))
YEARS = ["H20", "H21", "H22", "H23", "H24"]
PAGES = [
    "/pictures",
    "/pictures/schedule",
    "/matrix",
    "/matrix?rows=department",
    "/pictures/network",
    "/pictures/phases",
]
DRAWINGS = [
    "schedule",
    "matrix-party-year",
    "matrix-department-year",
    "department-network",
    "party-network",
    "phases-by-year",
]


def site_over(quads: Iterable[Quad]) -> FastAPI:
    """Return an application that has nothing but the pictures."""
    store = EmbeddedStore.in_memory(quads)
    answers = Answers.over(store, "0123456789abcdef")
    current = cast("CurrentAnswers", SimpleNamespace(current=lambda: answers))
    manifest = {"classes": {"Item": 104, "Department": 16}}
    release = SimpleNamespace(manifest=manifest)
    shelf = cast("Shelf", SimpleNamespace(release=lambda _: release))
    parts = SiteParts(current, shelf, "", Settings())
    return create_app(lambda: Served(store), pictures_router(parts))


@pytest.fixture(scope="module")
def app(plan_quads: frozenset[Quad]) -> FastAPI:
    """Return the pictures of the plan of Yamaguchi City."""
    return site_over(plan_quads)


@pytest.fixture(scope="module")
def two_cities(plan_quads: frozenset[Quad]) -> FastAPI:
    """Return the pictures of two plans that have the same names."""
    return site_over(in_other_cities(plan_quads, ["352021"]))


@pytest.fixture(scope="module")
def items(plan_quads: frozenset[Quad], tmp_path_factory: pytest.TempPathFactory) -> Items:
    """Return the list of items of the plan."""
    folder = tmp_path_factory.mktemp("items")
    return items_over(plan_quads, EmbeddedStore.in_memory(plan_quads), folder)


@pytest.fixture
def client(app: FastAPI, client_of: Callable[[Any], Any]) -> Any:
    """A client of it."""
    return client_of(app)


def test_pictures_without_anything_to_draw_are_not_shown(
    plan_quads: frozenset[Quad], client_of: Callable[[Any], Any]
) -> None:
    """In a plan of one department none shares an item with another."""
    in_charge = {quad.object for quad in plan_quads if quad.predicate == KEI["department"]}
    only = min(in_charge, key=str)
    one = {
        quad for quad in plan_quads if quad.predicate != KEI["department"] or quad.object == only
    }
    client = client_of(site_over(one))
    tags = Page(client.get("/pictures", headers={"Accept": "text/html"}).text).tags
    shown = [attributes["src"] for name, attributes in tags if name == "img"]
    assert len(shown) == 5
    assert not any("department-network" in address for address in shown)
    assert {client.get(address).status_code for address in shown} == {200}


class Page(HTMLParser):
    """A page: its tags, and the rows of its tables as texts and links."""

    def __init__(self, text: str) -> None:
        """Read the page."""
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.rows: list[list[tuple[str, str]]] = []
        self._cell = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        said = {name: value or "" for name, value in attrs}
        self.tags.append((tag, said))
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self._cell = True
            self.rows[-1].append(("", ""))
        if tag == "a" and self._cell:
            self.rows[-1][-1] = (self.rows[-1][-1][0], said["href"])

    def handle_endtag(self, tag: str) -> None:
        """Note the end of a cell."""
        self._cell = self._cell and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        """Note the text of a cell."""
        if self._cell:
            text, link = self.rows[-1][-1]
            self.rows[-1][-1] = (f"{text}{data}", link)

    def all(self, tag: str) -> list[dict[str, str]]:
        """The attributes of every such tag."""
        return [said for name, said in self.tags if name == tag]


def read(client: Any, address: str) -> Page:
    """Return the page at an address."""
    response = client.get(address)
    assert response.status_code == 200, response.text
    return Page(response.text)


def counts(page: Page) -> dict[str, dict[str, tuple[int, str]]]:
    """Return the numbers of a matrix with their links, by row and year."""
    head, *rows = page.rows
    years = [text for text, _ in head[1:]]
    return {
        row[0][0].split()[-1]: {
            year: (int(text), link) for year, (text, link) in zip(years, row[1:], strict=True)
        }
        for row in rows
    }


# What every page has


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["", "/en"])
def test_a_page_has_one_heading_its_denominator_and_no_script(
    client: Any, path: str, language: str
) -> None:
    response = client.get(f"{language}{path}")
    assert response.status_code == 200
    page = Page(response.text)
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert not page.all("script")
    assert "style" not in {name for _, said in page.tags for name in said}
    denominator = response.text.split('class="denominator"')[1].split("</p>")[0]
    assert re.findall(r"\d+", re.sub("<[^>]*>", "", denominator))[:3] == ["52", "5", "47"]


@pytest.mark.parametrize("path", PAGES[1:])
def test_a_picture_has_its_numbers_its_query_and_its_definition(client: Any, path: str) -> None:
    response = client.get(path)
    links = [urlsplit(link["href"]) for link in Page(response.text).all("a") if "href" in link]
    paths = [link.path for link in links]
    assert any(path.endswith(".csv") for path in paths)
    assert any(path.endswith(".svg") for path in paths)
    assert any(path.startswith("/api/questions/") for path in paths)
    assert any(path.startswith("/questions/") for path in paths)
    (query, *_) = [
        parse_qs(link.query)["query"] for link in links if link.path == "/sparql" and link.query
    ]
    assert "SELECT" in query[0]
    assert "数え方" in response.text


@pytest.mark.parametrize("path", PAGES)
def test_an_english_page_stays_in_english(client: Any, path: str) -> None:
    page = read(client, f"/en{path}")
    for link in page.all("a"):
        if link["href"].startswith("/") and link.get("hreflang") != "ja":
            assert link["href"].startswith(("/en", "/api/", "/pictures/")), link


@pytest.mark.parametrize("path", PAGES)
def test_every_field_of_a_form_has_a_label(two_cities: FastAPI, client_of: Any, path: str) -> None:
    page = read(client_of(two_cities), path)
    labels = {label["for"] for label in page.all("label")}
    fields = [said for tag in ("select", "input") for said in page.all(tag)]
    named = {field["id"] for field in fields if field.get("type") != "hidden"}
    assert named == labels
    assert "plan" in named


# Counts


def test_the_matrix_of_parties_has_the_counts_that_were_read(client: Any) -> None:
    found = counts(read(client, "/matrix"))
    assert {party: {year: n for year, (n, _) in row.items()} for party, row in found.items()} == (
        READ["matrix"]
    )


def test_the_matrix_of_departments_has_the_counts_that_were_read(client: Any) -> None:
    found = counts(read(client, "/matrix?rows=department"))
    wanted = Counter(
        (department, year)
        for sheet in SHEETS
        for department in sheet["departments"]
        for year in sheet["schedule"]
    )
    assert len(found) == 10
    for department, row in found.items():
        for year, (number, _) in row.items():
            assert number == wanted[department, year]


@pytest.mark.parametrize("path", ["/matrix", "/matrix?rows=department", "/pictures/phases"])
def test_a_count_leads_to_as_many_items(client: Any, items: Items, path: str) -> None:
    followed = 0
    for row in counts(read(client, path)).values():
        for number, link in row.values():
            if number:
                assert urlsplit(link).path == "/items"
                assert listed(items, urlsplit(link).query).total == number, link
                followed += 1
            else:
                assert not link
    assert followed > 12


def test_a_count_is_linked_by_names_that_people_read(client: Any) -> None:
    found = counts(read(client, "/matrix"))
    number, link = found["事業者"]["H22"]
    assert number == 11
    assert parse_qs(urlsplit(link).query) == {"party": ["事業者"], "year": ["H22"]}


def test_a_pair_leads_to_its_items(client: Any, plan_quads: frozenset[Quad]) -> None:
    answers = Answers.over(EmbeddedStore.in_memory(plan_quads), "")
    pairs = [row for row in read(client, "/pictures/network").rows if row[-2][1]]
    assert len(pairs) == 10 + 25
    for row in pairs:
        link = urlsplit(row[2][1])
        values = {name: value for name, (value,) in parse_qs(link.query).items()}
        assert len(answers.answer(link.path.rsplit("/", 1)[-1], values).rows) == int(row[2][0])


# The schedule


def test_the_schedule_has_every_cell_as_it_was_read(client: Any) -> None:
    rows = [row for row in read(client, "/pictures/schedule").rows if len(row) == 6][1:]
    assert len(rows) == 52
    for row, sheet in zip(rows, SHEETS, strict=True):
        assert row[0][0] == sheet["number"] + sheet["title"]
        assert row[0][1] == f"/doc/352039/kyodo/item/{sheet['key']}"
        for year, (text, _) in zip(YEARS, row[1:], strict=True):
            written = sheet["schedule"].get(year, "空欄")
            if written == "→":
                assert text.startswith("→ ")
            else:
                assert text == written.replace("・", "")


def test_an_arrow_says_what_it_carries_on(client: Any) -> None:
    page = read(client, "/pictures/schedule?section=I-(1)")
    (row,) = [row for row in page.rows if row[0][0].startswith("I-(1)-②")]
    assert [text for text, _ in row[1:]] == ["検討", "→ 検 検討", "一部実施", "実施", "→ 実 実施"]


def test_the_schedule_stands_under_its_policies_and_measures(client: Any) -> None:
    heads = [row[0][0] for row in read(client, "/pictures/schedule").rows if len(row) == 1]
    assert heads[:2] == [
        "I 参加しやすく、活動しやすい環境づくりを進めます",
        "I-(1) 活動(交流)拠点機能の充実",
    ]
    sections = tomllib.loads((EXPECTED / "sections.toml").read_text(encoding="utf-8"))["section"]
    assert [head.partition(" ")[2] for head in heads] == [section["title"] for section in sections]


def test_the_schedule_is_narrowed_down(client: Any) -> None:
    asked = urlencode({"department": "職員課", "section": "V"})
    page = read(client, f"/pictures/schedule?{asked}")
    rows = [row[0][0] for row in page.rows if len(row) == 6][1:]
    assert [row.split("①")[0] + "①" for row in rows] == ["V-(2)-①", "V-(3)-①"]
    chosen = {option["value"] for option in page.all("option") if "selected" in option}
    assert chosen == {"職員課", "V"}


def test_a_schedule_of_nothing_says_so(client: Any) -> None:
    asked = urlencode({"department": "行革推進課", "section": "V"})
    response = client.get(f"/pictures/schedule?{asked}")
    assert response.status_code == 200
    assert "この条件に合う項目はありません" in response.text


# Files


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_is_a_file_in_the_readers_language(client: Any, name: str) -> None:
    japanese, english = (client.get(f"{start}/pictures/{name}.svg") for start in ("", "/en"))
    assert japanese.headers["content-type"] == "image/svg+xml"
    assert japanese.content == client.get(f"/pictures/{name}.svg").content
    titles = [ET.fromstring(file.content)[1].text or "" for file in (japanese, english)]  # noqa: S314
    assert not titles[0].isascii()
    assert titles[1].isascii()


@pytest.mark.parametrize("name", DRAWINGS)
def test_the_numbers_are_a_file_that_a_spreadsheet_opens(client: Any, name: str) -> None:
    file = client.get(f"/pictures/{name}.csv")
    assert file.content.startswith(b"\xef\xbb\xbf")
    assert file.headers["content-disposition"] == f'attachment; filename="{name}.csv"'
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert rows
    assert all(None not in row.values() for row in rows)


def test_the_list_of_pictures_shows_drawings_that_are_there(client: Any) -> None:
    images = read(client, "/pictures").all("img")
    assert len(images) == 5
    assert all(client.get(image["src"]).status_code == 200 for image in images)
    assert all(image["alt"] == "" for image in images)  # the heading beside it says what it is


# Several plans


def test_with_two_plans_a_picture_is_of_one_and_its_links_stay_there(
    two_cities: FastAPI, client_of: Any
) -> None:
    client = client_of(two_cities)
    plan = "https://w3id.org/keikaku/id/352039/kyodo"
    for query in ("", f"?plan={plan}"):
        found = counts(read(client, f"/matrix{query}"))
        assert found["行政"]["H21"][0] == 52
    found = counts(read(client, f"/matrix?rows=department&plan={plan}"))
    number, link = found["職員課"]["H21"]
    assert number == 3
    assert parse_qs(urlsplit(link).query) == {
        "department": ["https://w3id.org/keikaku/id/352039/department/職員課"],
        "year": ["H21"],
        "plan": [plan],
    }
    for image in read(client, f"/pictures?plan={plan}").all("img"):
        assert parse_qs(urlsplit(image["src"]).query) == {"plan": [plan]}


def test_over_all_plans_there_are_only_counts(two_cities: FastAPI, client_of: Any) -> None:
    text = client_of(two_cities).get("/pictures").text
    assert "<dd>104</dd>" in text


def test_more_plans_than_a_form_can_list_are_asked_for_by_name(
    plan_quads: frozenset[Quad], client_of: Any
) -> None:
    plans = {
        quad
        for quad in plan_quads
        if quad.subject.value.endswith("/352039/kyodo")  # type: ignore[union-attr]
    }
    codes = [f"{number:06}" for number in range(100000, 100000 + MOST_LISTED)]
    client = client_of(site_over(in_other_cities(plans, codes)))
    page = read(client, "/matrix")
    assert not page.all("select")
    (field,) = [said for said in page.all("input") if said["name"] == "plan"]
    assert field["type"] == "text"
    assert len(client.get("/pictures/schedule").content) < 20_000


def test_a_release_without_a_plan_says_so(client_of: Any) -> None:
    client = client_of(site_over(()))
    for path in PAGES:
        response = client.get(path)
        assert response.status_code == 200
        assert "このリリースには計画がありません" in response.text


# What is refused


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/matrix?rows=phase", 400),
        ("/matrix?colour=red", 400),
        ("/matrix?rows=party&rows=party", 400),
        ("/matrix?plan=nowhere", 400),
        ("/pictures?year=H20", 400),
        ("/pictures/schedule?section=IX", 400),
        ("/pictures/schedule?department=%22", 400),
        ("/pictures/schedule?department=" + "x" * 501, 400),
        ("/pictures/phases?plan=http://a%22b/", 400),
        ("/pictures/schedule.svg?rows=party", 400),
        ("/pictures/nothing.svg", 404),
        ("/pictures/item-counts.svg", 404),
        ("/pictures/item-counts.csv", 404),
    ],
)
def test_what_is_not_there_is_refused_in_both_languages(
    client: Any, path: str, status: int
) -> None:
    response = client.get(path)
    assert response.status_code == status
    detail = response.json()["detail"]
    assert re.search("[ぁ-ん]", detail)
    assert re.search("[a-z]{3}", detail)
