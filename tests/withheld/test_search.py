from __future__ import annotations

import gzip
import hashlib
import json
import pickle
import sqlite3
import zipfile
from contextlib import closing
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import quote

import openpyxl
import pytest
import zstandard
from pyoxigraph import Literal, NamedNode, Quad, Store
from tests.withheld.markers import LETTERS, MOST, Marker
from tests.withheld.search import Hit, Search

from keikaku.release.listing.bigrams import TOKENIZER, cut
from keikaku.release.portions.archive import write_archive

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MARKERS = tuple(Marker("plan", f"extension {number}", number) for number in range(0, MOST, 23))
ONE = MARKERS[5]
HASH = "8b1a9953c4611296a827abf8c47804d7e6c49c6b97cb2b5ddc2b1d2b4d0b4d2a"
SEARCH = Search(MARKERS, {HASH: ("plan", "plan.toml")})


def zipped(**files: bytes) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return buffer.getvalue()


def workbook(text: str) -> bytes:
    book, buffer = openpyxl.Workbook(), BytesIO()
    assert book.active is not None
    book.active["B2"] = text
    book.save(buffer)
    return buffer.getvalue()


def database(text: str, script: str, into: str) -> bytes:
    with closing(sqlite3.connect(":memory:")) as made:
        made.execute(script)
        made.execute(f"INSERT INTO {into} (rowid, said) VALUES (1, ?)", (text,))  # noqa: S608
        made.commit()
        return made.serialize()


FTS = f"""CREATE VIRTUAL TABLE found USING fts5 (said, content='', columnsize=0,
  tokenize="{TOKENIZER}")"""
WAYS: dict[str, Callable[[str], bytes]] = {
    "utf-8": str.encode,
    "utf-16-le": lambda text: text.encode("utf-16-le"),
    "utf-16-be": lambda text: text.encode("utf-16-be"),
    "utf-16 at an odd byte": lambda text: b"\0\0\1" + text.encode("utf-16-le"),
    "percent": lambda text: quote(text).encode(),
    "percent, twice": lambda text: quote(quote(text)).encode(),
    "json": lambda text: json.dumps({"a": text}).encode(),
    "json in json": lambda text: json.dumps(json.dumps(text)).encode(),
    "n-triples": lambda text: "".join(f"\\U{ord(one):08X}" for one in text).encode(),
    "html": lambda text: escape(text).encode("ascii", "xmlcharrefreplace"),
    "hexadecimal html": lambda text: "".join(f"&#x{ord(one):X};" for one in text).encode(),
    "excel": lambda text: "".join(f"_x{ord(one):04X}_" for one in text).encode(),
    "bytes of python": lambda text: repr(text.encode()).encode(),
    "full width": lambda text: "".join(
        chr(ord(one) + 0xFEE0) if one.isascii() else one for one in text
    ).encode(),
    "lower case": lambda text: text.lower().encode(),
    "pairs": lambda text: cut(text).encode(),
    "gzip": lambda text: gzip.compress(text.encode()),
    "zstd": lambda text: zstandard.compress(text.encode()),
    "zip": lambda text: zipped(a=text.encode()),
    "name in a zip": lambda text: zipped(**{text: b""}),
    "gzip in a zip": lambda text: zipped(a=gzip.compress(text.encode())),
    "xlsx": workbook,
    "xlsx in a zip": lambda text: zipped(a=workbook(text)),
    "sqlite": lambda text: database(text, "CREATE TABLE one (said TEXT)", "one"),
    "sqlite, packed": lambda text: gzip.compress(
        database(text, "CREATE TABLE one (said TEXT)", "one")
    ),
    "full-text index": lambda text: database(cut(text), FTS, "found"),
    "pickle": lambda text: pickle.dumps({"a": [text]}),
    "bytes in a pickle": lambda text: pickle.dumps(gzip.compress(text.encode())),
}
PARTS = {"whole": ONE.text, "word": ONE.word, "code": ONE.code}


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("way", WAYS)
def test_a_marker_is_found(way: str, part: str) -> None:
    content = WAYS[way](f"前の文「{PARTS[part]}」後の文")
    assert {(hit.plan, hit.place) for hit in SEARCH.inside(content, "file")} == {
        (ONE.plan, ONE.place)
    }


@pytest.mark.parametrize("way", WAYS)
def test_what_holds_no_marker_finds_none(way: str) -> None:
    content = WAYS[way]("地域交流センターの設置 2008-04-01 ZQ 0.0479 1.0113 10479 x0113")
    assert SEARCH.inside(content, "file") == set()


def test_half_a_word_is_enough() -> None:
    assert SEARCH.inside(ONE.word[:2].encode(), "file")
    assert SEARCH.inside(f"{ONE.word[1:3]}…".encode(), "file")


def test_an_extension_is_found_where_it_stands_alone() -> None:
    assert {hit.place for hit in SEARCH.inside(f"内線 {ONE.extension}".encode(), "f")} == {
        ONE.place
    }
    assert not SEARCH.inside(b"\xff" + f"内線 {ONE.extension}".encode(), "f")
    assert not SEARCH.inside(f"a{ONE.extension}f 2026-{ONE.extension}".encode(), "f")


@pytest.mark.parametrize("content", [HASH.encode(), HASH.upper().encode(), bytes.fromhex(HASH)])
def test_a_hash_is_found(content: bytes) -> None:
    assert SEARCH.inside(b"\1" + content, "f") == {Hit("plan", "hash of plan.toml", "f")}


def test_a_store_is_searched_by_its_quads_and_its_files(tmp_path: Path) -> None:
    node = NamedNode("https://example.org/a")
    store = Store(str(tmp_path / "store"))
    store.add(Quad(node, node, Literal(f"前の文{ONE.text}", language="ja"), node))
    store.flush()
    store.optimize()
    del store
    assert {hit.place for hit in SEARCH.in_folder(tmp_path)} == {ONE.place}
    assert any("quads" in hit.where for hit in SEARCH.in_folder(tmp_path))


def test_an_archive_of_prepared_plans_and_the_names_of_files_are_searched(tmp_path: Path) -> None:
    write_archive(tmp_path / "a.zip", {"lines.nq": ONE.text.encode()})
    (tmp_path / MARKERS[7].text).mkdir()
    assert {hit.place for hit in SEARCH.in_folder(tmp_path)} == {ONE.place, MARKERS[7].place}


def test_bytes_without_meaning_hold_no_marker() -> None:
    markers = [Marker("plan", "place", number) for number in range(MOST)]
    noise = b"".join(hashlib.sha256(b"%d" % number).digest() for number in range(100_000))
    assert Search(markers).inside(noise, "f") == set()


def test_words_have_pairs_of_their_own() -> None:
    markers = [Marker("plan", "place", number) for number in range(MOST)]
    pairs = [one.word[at : at + 2] for one in markers for at in range(3)]
    assert len(set(pairs)) == len(pairs)
    assert len(set(LETTERS)) == len(LETTERS)
    assert len({one.text for one in markers}) == MOST
