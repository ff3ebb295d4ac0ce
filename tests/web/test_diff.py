"""The page of what differs between two releases."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from keikaku.errors import BusyError, ResultSizeError
from keikaku.graph.dataset import vocabulary
from keikaku.names import DCTERMS, KEI, RDF, RDFS
from keikaku.release.catalogue.publication import Publisher
from keikaku.release.difference.delta import lines_of, quads_of
from keikaku.release.shelf import Shelf
from keikaku.release.write import write_release
from keikaku.settings import Settings
from keikaku.store.embedded import load
from keikaku.web.differences import Differences
from keikaku.web.site import site_of_shelf
from small_release import content_of
from withheld_release import Table, Written

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from starlette.types import ASGIApp

    from keikaku.release.shelf import Release
    from keikaku.release.write import Content

BROWSER = {"Accept": "text/html"}
PLAN = "https://w3id.org/keikaku/id/352039/kyodo"
GRAPH = NamedNode("https://w3id.org/keikaku/graph/352039/kyodo/stated")


def content(*items: tuple[str, str, str]) -> Content:
    """A plan of items: number, title, purpose."""
    quads = set()
    for number, title, purpose in items:
        node = NamedNode(f"{PLAN}/item/{number}")
        quads |= {
            Quad(node, RDF["type"], KEI["Item"], GRAPH),
            Quad(node, DCTERMS["identifier"], Literal(number), GRAPH),
            Quad(node, RDFS["label"], Literal(title, language="ja"), GRAPH),
            Quad(node, KEI["purpose"], Literal(purpose, language="ja"), GRAPH),
        }
    return replace(content_of(), quads=frozenset(quads))


LONG = "地域コミュニティ活動や市民活動の活性化を図り、まちづくりを推進します。"
FIRST = content(("1", "窓口の設置", LONG), ("2", "<b>市報</b>", "目的"))
SECOND = content(
    ("1", "窓口の設置", LONG.replace("活性化", "促進")),
    ("2", "市報", "目的"),
    ("3", "新しい項目", "目的"),
)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """A shelf with two releases."""
    shelf = Shelf(tmp_path_factory.mktemp("releases"))
    for made in (FIRST, SECOND):
        write_release(made, shelf, load)
    return shelf


@pytest.fixture(scope="module")
def releases(shelf: Shelf) -> tuple[Release, Release]:
    """The two, the older first."""
    one, two = (shelf.release(entry.id) for entry in shelf.index())
    return one, two


@pytest.fixture(scope="module")
def app(shelf: Shelf) -> ASGIApp:
    """A site of the shelf."""
    return site_of_shelf(Settings(releases=shelf.folder))


@pytest.fixture
def client(app: ASGIApp, client_of: Callable[..., Any]) -> Any:
    """A client of it."""
    return client_of(app)


def test_without_a_choice_the_current_release_is_compared_with_the_one_before(
    client: Any, releases: tuple[Release, Release]
) -> None:
    response = client.get("/diff", headers=BROWSER)
    assert response.status_code == 200
    before, after = releases
    assert f'<option value="{before.id}" selected>' in response.text
    assert f'<option value="{after.id}" selected>' in response.text
    assert "新しい項目" in response.text
    assert "加わった 1" in response.text
    assert "変わった 2" in response.text


def test_graphs_are_called_as_on_the_page_of_a_release(client: Any) -> None:
    for prefix, name in (("", "個別の表の読取り"), ("/en", "read from the sheets")):
        text = client.get(f"{prefix}/diff", headers=BROWSER).text
        assert f'<td><span title="{GRAPH.value}">{name}</span></td>' in text


def test_releases_of_two_publishers_are_told_apart(
    tmp_path: Path, client_of: Callable[..., Any]
) -> None:
    shelf = Shelf(tmp_path)
    for publisher in (Publisher(), Publisher("会")):
        write_release(replace(FIRST, publisher=publisher), shelf, load)
    text = client_of(site_of_shelf(Settings(releases=tmp_path))).get("/diff", headers=BROWSER).text
    assert "計画の中身に違いはありません。" in text
    assert "公開者の設定(名前・サイト・連絡先・site)か、" in text


def test_words_that_differ_in_a_long_text_are_marked(client: Any) -> None:
    text = client.get("/diff", headers=BROWSER).text
    assert "<del>活性化</del>" in text
    assert "<ins>促進</ins>" in text


def test_what_a_document_says_is_no_markup(client: Any) -> None:
    text = client.get("/diff", headers=BROWSER).text
    assert "<b>市報" not in text
    assert "&lt;b&gt;市報" in text


def test_the_same_page_is_in_english(client: Any) -> None:
    text = client.get("/en/diff", headers=BROWSER).text
    assert "Differences of releases" in text
    assert "added 1" in text
    assert 'href="/en/releases/' in text


def test_the_other_way_round_what_came_is_gone(
    client: Any, releases: tuple[Release, Release]
) -> None:
    before, after = releases
    text = client.get(f"/diff?a={after.id[:8]}&b={before.id[:8]}", headers=BROWSER).text
    assert "なくなった 1" in text


def test_the_statements_turn_the_one_release_into_the_other(
    client: Any, releases: tuple[Release, Release]
) -> None:
    before, after = releases
    query = f"a={before.id}&b={after.id}"
    gone, new = (
        set(client.get(f"/diff/{name}.nq?{query}").content.splitlines(keepends=True))
        for name in ("removed", "added")
    )
    made = set(lines_of(quads_of(before))) - gone | new
    assert b"".join(sorted(made)) == quads_of(after).read_bytes()
    response = client.get(f"/diff/added.nq?{query}")
    assert response.headers["content-type"] == "application/n-quads"
    assert response.headers["cache-control"] == "no-cache"  # a later one may withhold some of it
    assert client.get("/diff/added.nq").headers["cache-control"] == "no-cache"


def test_the_csv_opens_in_a_spreadsheet(client: Any) -> None:
    body = client.get("/diff/changes.csv").content
    assert body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    assert {(row["変更"], row["番号"], row["欄"]) for row in rows} == {
        ("加わった", "3", ""),
        ("変わった", "1", "目的"),
        ("変わった", "2", "名称"),
    }
    english = client.get("/en/diff/changes.csv").content.decode("utf-8-sig")
    assert english.startswith("plan,kind,change")


def test_the_json_names_both_releases(client: Any, releases: tuple[Release, Release]) -> None:
    document = client.get("/diff/changes.json").json()
    assert (document["before"], document["after"]) == tuple(one.id for one in releases)


@pytest.mark.parametrize(
    "path", ["/diff?a=ffff", "/diff?a=../..", "/diff/added.nq?b=zz", "/diff?a=/tmp"]
)
def test_a_release_that_is_not_there_is_not_found(client: Any, path: str) -> None:
    response = client.get(path, headers=BROWSER)
    assert response.status_code == 404
    assert "リリースはありません" in response.text


@pytest.mark.parametrize("path", ["/diff?c=1", "/diff?a=current&a=previous"])
def test_other_parameters_are_refused(client: Any, path: str) -> None:
    assert client.get(path, headers=BROWSER).status_code == 400


def test_a_release_does_not_differ_from_itself(client: Any) -> None:
    text = client.get("/diff?a=current&b=current", headers=BROWSER).text
    assert "計画の中身に違いはありません。" in text


def test_with_one_release_it_says_so(tmp_path: Path, client_of: Callable[..., Any]) -> None:
    shelf = Shelf(tmp_path)
    write_release(FIRST, shelf, load)
    client = client_of(site_of_shelf(Settings(releases=tmp_path)))
    response = client.get("/diff", headers=BROWSER)
    assert response.status_code == 200
    assert "リリースはまだ一つしかない" in response.text


def test_a_difference_is_worked_out_once(
    shelf: Shelf, releases: tuple[Release, Release], monkeypatch: pytest.MonkeyPatch
) -> None:
    differences = Differences(shelf)
    first = differences.between(*releases)
    monkeypatch.setattr("keikaku.web.differences.compared", None)
    assert differences.between(*releases) is first


def test_large_releases_are_not_compared_for_strangers(
    shelf: Shelf, releases: tuple[Release, Release], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keikaku.web.differences.MOST_TRIPLES", 10)
    with pytest.raises(ResultSizeError, match="keikaku diff"):
        Differences(shelf).between(*releases)


def test_large_statements_are_not_given(
    shelf: Shelf, releases: tuple[Release, Release], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keikaku.web.differences.MOST_LINES", 10)
    compared = Differences(shelf).between(*releases)
    assert (compared.removed, compared.added) == (None, None)
    assert compared.difference.changes


def test_who_waits_too_long_for_others_is_told_to_come_again(
    shelf: Shelf, releases: tuple[Release, Release], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keikaku.web.differences.WAIT", 0)
    differences = Differences(shelf)
    with differences._working, pytest.raises(BusyError):
        differences.between(*releases)


def test_nothing_is_told_of_an_older_release_that_the_last_one_withholds(
    client_of: Callable[..., Any], tmp_path: Path
) -> None:
    """Nor of two older ones, which strangers may choose."""
    shelf = Shelf(tmp_path)
    rows = [
        ("番号", "名称", "内部の評価"),
        ("一", "道を直す", "秘一"),
        ("二", "橋を架ける", "秘二"),
    ]
    says = ("identifier", "label", "note")
    for written in (
        Written([Table(rows, says)]),
        Written([Table(rows[:2], says)]),
        Written([Table(rows[:2], says, [(1, 2, 3, 3)])], reading=True),
    ):
        quads = frozenset(written.all() | vocabulary())
        write_release(replace(content_of(), quads=quads), shelf, load)
    client = client_of(site_of_shelf(Settings(releases=tmp_path, serve_withheld=True)))
    guarded = client_of(site_of_shelf(Settings(releases=tmp_path)))
    first, second, last = shelf.published()
    for a, b in ((first, last), (last, first), (first, second), (second, last)):
        query = f"a={a}&b={b}"
        said = [client.get(f"{at}?{query}", headers=BROWSER) for at in ("/diff", "/en/diff")]
        said += [client.get(f"/diff/changes.{kind}?{query}") for kind in ("csv", "json")]
        said += [client.get(f"/diff/{name}.nq?{query}") for name in ("removed", "added")]
        assert [response.status_code for response in said] == [200] * 6
        assert not any("秘" in response.text for response in said)
        assert not any("immutable" in str(response.headers) for response in said)
        refused = guarded.get(f"/diff?{query}", headers=BROWSER)
        assert (refused.status_code, "秘" in refused.text) == (403, False)
    page = client.get(f"/diff?a={first}&b={last}", headers=BROWSER).text
    assert "公開しない欄になりました(文は示しません)" in page
    assert "件は N-Quads にありません" in page
    assert "橋を架ける" in client.get(f"/diff?a={first}&b={second}", headers=BROWSER).text


def test_what_was_kept_is_worked_out_anew_when_a_later_release_withholds_some_of_it(
    tmp_path: Path,
) -> None:
    shelf = Shelf(tmp_path)
    rows = [("番号", "名称", "内部の評価"), ("一", "道を直す", "秘一")]
    says = ("identifier", "label", "note")
    tables = [Table(rows[:1], says), Table(rows, says), Table(rows, says, [(1, 2, 3, 3)])]
    made = [
        replace(content_of(), quads=frozenset(Written([table]).all() | vocabulary()))
        for table in tables
    ]
    differences = Differences(shelf)
    pair = [write_release(content, shelf, load) for content in made[:2]]
    added = differences.between(*pair).added
    assert added is not None
    assert "秘一".encode() in added
    write_release(made[2], shelf, load)
    added = differences.between(*pair).added
    assert added is not None
    assert "秘一".encode() not in added
