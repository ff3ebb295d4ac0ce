from __future__ import annotations

import sqlite3
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from item_lists import index_of
from keikaku.answers.items.index import ItemIndex
from keikaku.errors import ReleaseError
from keikaku.release.listing.bigrams import (
    TOKENIZER,
    cut,
    expression,
    folded,
    folded_with_places,
    terms_of,
)
from keikaku.release.listing.index import ITEMS
from keikaku.release.shelf import Shelf
from keikaku.release.write import write_release

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyoxigraph import Quad

    from keikaku.release.write import Content

EXPECTED = Path(__file__).resolve().parent.parent / "expected"
SIGNS = "協働防きキｷがｶﾞガ゙ー1１①Aaａ㈱(株)\"'*^:-+　 \n\x00😀é"
TEXTS = st.text(st.sampled_from(SIGNS), max_size=12) | st.text(max_size=12)


def nothing_is_loaded(folder: Path, _: BinaryIO) -> None:
    """Stand for the store, which these tests do not ask."""
    folder.mkdir()
    (folder / "data").write_bytes(b"")


@pytest.fixture(scope="module")
def sheets() -> list[dict[str, Any]]:
    """The items as they were read from the document by hand."""
    return tomllib.loads((EXPECTED / "items.toml").read_text(encoding="utf-8"))["item"]


@pytest.fixture(scope="module")
def index(plan_quads: frozenset[Quad], tmp_path_factory: pytest.TempPathFactory) -> ItemIndex:
    """The index of the plan of Yamaguchi City."""
    return index_of(plan_quads, tmp_path_factory.mktemp("index"))


@pytest.fixture(scope="module")
def engine() -> Iterator[sqlite3.Connection]:
    """An empty full-text table."""
    database = sqlite3.connect(":memory:")
    database.execute(f'CREATE VIRTUAL TABLE found USING fts5 (text, tokenize="{TOKENIZER}")')
    yield database
    database.close()


@pytest.mark.parametrize(
    "spelling",
    ["きょうどう", "キョウドウ", "ｷｮｳﾄﾞｳ", "きょうと\u3099う", "キョウ ドウ", "きょう\u3000どう"],
)
def test_width_kana_and_spaces_make_no_difference(spelling: str) -> None:
    assert folded(spelling) == "きょうどう"


def test_compatibility_forms_and_case_make_no_difference() -> None:
    assert folded("㈱ＡＢ Ⅳ ①") == "(株)abiv1"


def test_a_text_is_cut_into_pairs_and_its_last_character() -> None:
    assert cut("協働推進").split() == ["協働", "働推", "推進", "進"]
    assert cut("") == ""


@pytest.mark.parametrize(
    ("words", "terms"),
    [
        ("協働 防災", ("協働", "防災")),
        ("協働　防災", ("協働", "防災")),
        ('"市民 活動" 団体', ("市民活動", "団体")),
        ("“市民 活動”", ("市民活動",)),
        ('市民"活動', ("市民", "活動")),
        ('""', ()),
        ("協働 協働", ("協働",)),
        ("  ", ()),
    ],
)
def test_words_are_told_apart_by_spaces_and_phrases_by_quotes(
    words: str, terms: tuple[str, ...]
) -> None:
    assert terms_of(words) == terms


@given(TEXTS)
def test_every_folded_character_has_its_place_in_the_text(text: str) -> None:
    plain, places = folded_with_places(text)
    assert plain == folded(text)
    assert len(plain) == len(places)
    assert all(0 <= start < end <= len(text) for start, end in places)


@given(TEXTS, TEXTS)
@example("協働推進課", "推進")
@example('a"b*', '"b*')
@example("x^y:z", "y:z")
def test_the_index_finds_what_stands_in_a_folded_text_and_nothing_else(
    engine: sqlite3.Connection, text: str, term: str
) -> None:
    wanted = folded(term)
    if not wanted or "\x00" in text + term:  # the documents and the searches have no NUL
        return
    engine.execute("DELETE FROM found")
    engine.execute("INSERT INTO found VALUES (?)", (cut(text),))
    hits = engine.execute("SELECT 1 FROM found WHERE found MATCH ?", (expression((wanted,)),))
    assert bool(hits.fetchall()) == (wanted in folded(text))


def test_the_items_stand_in_the_order_of_the_document(
    index: ItemIndex, sheets: list[dict[str, Any]]
) -> None:
    items = list(index.read(range(1, index.count + 1)))
    assert [item.number for item in items] == [sheet["number"] for sheet in sheets]
    assert [item.title for item in items] == [sheet["title"] for sheet in sheets]


def test_an_item_says_what_its_sheet_says_in_the_order_printed(
    index: ItemIndex, sheets: list[dict[str, Any]]
) -> None:
    for item, sheet in zip(index.read(range(1, index.count + 1)), sheets, strict=True):
        assert [thing.label.ja for thing in item.departments] == sheet["departments"]
        assert [thing.label.ja for thing in item.actors] == sheet["actors"]
        assert [thing.label.ja for thing in item.targets] == sheet["targets"]
        assert sorted(item.notes) == sorted(sheet["notes"])
        assert (item.other or "") == sheet["other_target"]
        printed = {f"H{year.year - 1988}": year.text for year in item.years if year.text}
        assert printed == sheet["schedule"]


def test_each_facet_has_the_items_that_the_sheets_give_it(
    index: ItemIndex, sheets: list[dict[str, Any]]
) -> None:
    wanted: dict[str, set[int]] = {}
    for number, sheet in enumerate(sheets, start=1):
        for department in sheet["departments"]:
            wanted.setdefault(department, set()).add(number)
    found = {
        index.thing(iri).label.ja: set(items) for iri, items in index.postings["department"].items()
    }
    assert found == wanted


def test_a_release_has_the_index_beside_its_store_and_offers_it_to_nobody(
    content: Content, tmp_path: Path
) -> None:
    release = write_release(content, Shelf(tmp_path), nothing_is_loaded)
    assert (release.folder / ITEMS).is_file()
    assert ITEMS not in release.manifest["files"]
    index = ItemIndex.of(release)
    assert sorted(item.title for item in index.read([1, 2, 3])) == ["丙", "乙", "甲"]


def test_a_release_that_lost_its_index_is_made_anew(content: Content, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    release = write_release(content, shelf, nothing_is_loaded)
    (release.folder / ITEMS).unlink()
    assert not shelf.has(release.id)
    assert write_release(content, shelf, nothing_is_loaded).id == release.id
    assert ItemIndex.of(shelf.release(release.id)).count == 3


@pytest.mark.parametrize("damage", ["missing", "empty", "rubbish", "other version"])
def test_a_release_without_an_index_that_can_be_read_says_to_build_again(
    content: Content, tmp_path: Path, damage: str
) -> None:
    release = write_release(content, Shelf(tmp_path), nothing_is_loaded)
    path = release.folder / ITEMS
    if damage == "other version":
        with sqlite3.connect(path) as database:
            database.execute("PRAGMA user_version = 99")
        database.close()
    elif damage == "missing":
        path.unlink()
    else:
        path.write_bytes(b"" if damage == "empty" else b"rubbish" * 1000)
    with pytest.raises(ReleaseError, match="keikaku build"):
        ItemIndex.of(release)
