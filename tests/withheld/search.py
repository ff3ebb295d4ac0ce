"""Looks for markers in bytes of any kind: in every encoding, inside archives, indexes, stores."""

from __future__ import annotations

import gzip
import hashlib
import html
import pickletools
import re
import sqlite3
import unicodedata
import zipfile
import zlib
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

import pyoxigraph
import zstandard
from tests.withheld.markers import CODE, LETTERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from tests.withheld.markers import Marker

_PAIR = re.compile(f"(?=([{LETTERS}][{LETTERS}]))")
_WORD = re.compile(f"[{LETTERS}]{{3,}}")
_CODE = re.compile(rf"{CODE}([0-9]{{4}})".lower())
_CUT_CODE = re.compile(r"zq qx x(\d) \1(\d) \2(\d) \3(\d)")
_EXTENSION = re.compile(r"(?<![\w.:%+-])0[0-9]{3}(?![\w.:%+-])")
_ESCAPES = re.compile(
    r"\\+u([0-9A-Fa-f]{4})|\\+u\{([0-9A-Fa-f]{1,6})\}|\\+U([0-9A-Fa-f]{8})"
    r"|\\+x([0-9A-Fa-f]{2})|_x([0-9A-Fa-f]{4})_"
)
_ESCAPED = re.compile(r"%[0-9A-Fa-f]{2}|&#?\w+;|\\[uUx]|_x[0-9A-Fa-f]{4}_")
_ROUNDS = 3
_MOST_DEEP = 5


@dataclass(frozen=True, slots=True)
class Hit:
    """A marker that was found: its plan, its place there, and where it came out."""

    plan: str
    place: str
    where: str


class Search:
    """A search for markers, and for hashes of files that must not be told."""

    def __init__(
        self, markers: Iterable[Marker], hashes: Mapping[str, tuple[str, str]] | None = None
    ) -> None:
        """Look for these; `hashes` gives the plan and the file of a SHA-256 in hexadecimal."""
        self._codes, self._pairs, self._extensions = {}, {}, {}
        for one in markers:
            self._codes[f"{one.number:04d}"] = one
            if one.is_extension:
                self._extensions[one.extension] = one
            for first, second in pairwise(one.word):
                self._pairs[first + second] = one
        self._hashes = dict(hashes or {})
        self._known: dict[bytes, set[Hit]] = {}
        self._digests = {bytes.fromhex(said): whose for said, whose in self._hashes.items()}

    def inside(self, content: bytes, where: str) -> set[Hit]:
        """Return what is found in a file's bytes, in what is packed in it too."""
        found: set[Hit] = set()
        for place, piece in unpacked(content, where):
            key = hashlib.sha256(piece).digest()
            if key not in self._known:  # much is there twice: packed, and under two names
                self._known[key] = self._in_piece(piece)
            found |= {replace(hit, where=place) for hit in self._known[key]}
        return found

    def _in_piece(self, piece: bytes) -> set[Hit]:
        found = self._digest(piece, "")
        codec = "utf-16" if piece.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
        try:
            text, is_text = piece.decode(codec), True
        except UnicodeDecodeError:
            text, is_text = piece.decode("utf-8", "replace"), False
        for plain in _plain(text):
            # figures alone say nothing between other bytes
            found |= self.in_text(plain, "", extensions=is_text)
        if not is_text or "\0" in text:
            for wide in _wide(piece):
                found |= self._in_wide(wide)
        return found

    def _in_wide(self, text: str) -> set[Hit]:
        """Return what is found in bytes read as UTF-16, which any bytes can be: whole words."""
        words = (found[:2] for found in _WORD.findall(text))
        markers = {self._pairs.get(pair) for pair in words}
        markers |= {self._codes.get(code) for code in _CODE.findall(text.lower())}
        return {Hit(one.plan, one.place, "") for one in markers if one is not None}

    def in_text(self, text: str, where: str, *, extensions: bool = True) -> set[Hit]:
        """Return what is found in a text as it is, or folded; `extensions` too, or only words."""
        folded = unicodedata.normalize("NFKC", text).lower()
        markers = {
            *(self._pairs.get(pair) for pair in _PAIR.findall(folded)),
            *(self._codes.get(code) for code in _CODE.findall(folded)),
            *(self._codes.get("".join(figures)) for figures in _CUT_CODE.findall(folded)),
        }
        if extensions:
            markers |= {self._extensions.get(one) for one in _EXTENSION.findall(folded)}
        found = {Hit(one.plan, one.place, where) for one in markers if one is not None}
        for said, (plan, file) in self._hashes.items():
            if said in folded:
                found.add(Hit(plan, f"hash of {file}", where))
        return found

    def _digest(self, content: bytes, where: str) -> set[Hit]:
        return {
            Hit(plan, f"hash of {file}", where)
            for digest, (plan, file) in self._digests.items()
            if digest in content
        }

    def in_folder(self, folder: Path, wanted: Callable[[str], bool] = lambda _: True) -> set[Hit]:
        """Return what is found in the files below a folder, in their names, and in its stores."""
        found: set[Hit] = set()
        for path in sorted(folder.rglob("*")):
            where = str(path.relative_to(folder))
            if not wanted(where):
                continue
            found |= self.in_text(where, f"name of {where}")
            if path.is_file():
                found |= self.inside(path.read_bytes(), where)
            elif (path / "CURRENT").is_file():
                for line in lines_of_store(path):
                    found |= self.in_text(line, f"{where} (quads)")
        return found


def unpacked(content: bytes, where: str, depth: int = 0) -> Iterator[tuple[str, bytes]]:
    """Yield a file's bytes, and those of everything that is packed in it, each with its place."""
    yield where, content
    if depth == _MOST_DEEP:
        return
    for inside, piece in _parts(content):
        yield from unpacked(piece, f"{where}!{inside}", depth + 1)


def _parts(content: bytes) -> Iterator[tuple[str, bytes]]:
    if content.startswith(b"\x1f\x8b"):
        with suppress(OSError, EOFError, zlib.error):
            yield "gzip", gzip.decompress(content)
    elif content.startswith(b"\x28\xb5\x2f\xfd"):
        with suppress(zstandard.ZstdError):
            yield "zstd", zstandard.ZstdDecompressor().decompressobj().decompress(content)
    elif content.startswith(b"PK\x03\x04"):
        with suppress(zipfile.BadZipFile), zipfile.ZipFile(BytesIO(content)) as archive:
            for entry in archive.infolist():
                yield entry.filename, archive.read(entry)
                yield f"{entry.filename} (comment)", entry.comment
    elif content.startswith(b"SQLite format 3\0"):
        yield from _tables(content)
    elif content.startswith(b"\x80") and content.endswith(b"."):
        with suppress(ValueError):
            yield from _pickled(content)


def _pickled(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the texts and bytes of a pickle, without loading it."""
    for code, argument, _ in pickletools.genops(content):
        if isinstance(argument, str):
            yield code.name, argument.encode("utf-8", "surrogatepass")
        elif isinstance(argument, bytes | bytearray):
            yield code.name, bytes(argument)


def _tables(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield each table of a database as text, and what full-text tables know of each text."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(content)
        database.text_factory = bytes
        said = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        for name, sql in [(one.decode(), (two or b"").decode()) for one, two in said]:
            if "fts5" in sql:  # what it keeps itself lies in tables of its own
                yield f"{name} (words)", _words(database, name)
                continue
            for row in database.execute(f'SELECT * FROM "{name}"'):  # noqa: S608
                for value in row:
                    if isinstance(value, bytes):
                        yield name, value
                    elif value is not None:
                        yield name, str(value).encode()


def _words(database: sqlite3.Connection, name: str) -> bytes:
    """Return the words of a full-text table in the order of each text, one text a line."""
    database.execute("DROP TABLE IF EXISTS temp.instances")
    database.execute(
        f"CREATE VIRTUAL TABLE temp.instances USING fts5vocab(main, '{name}', instance)"
    )
    rows = database.execute('SELECT term, doc, col FROM temp.instances ORDER BY doc, col, "offset"')
    texts: dict[tuple[object, object], list[bytes]] = {}
    for term, document, column in rows:
        texts.setdefault((document, column), []).append(term)
    return b"\n".join(b" ".join(words) for words in texts.values())


def lines_of_store(folder: Path) -> Iterator[str]:
    """Yield the quads of a store as N-Quads."""
    for quad in pyoxigraph.Store.read_only(str(folder)):
        yield str(quad)


def _wide(content: bytes) -> Iterator[str]:
    """Yield bytes read as UTF-16, from the first and from the second byte."""
    for codec in ("utf-16-le", "utf-16-be"):
        for start in (0, 1):
            yield content[start:].decode(codec, "replace")


def _plain(text: str) -> Iterator[str]:
    yield text
    before = "\n".join(line for line in text.split("\n") if _ESCAPED.search(line))
    for _ in range(_ROUNDS):
        after = _unescaped(before)
        if after == before:
            return
        yield after
        before = after


def _unescaped(text: str) -> str:
    if "%" in text:
        text = unquote_to_bytes(text.encode("utf-8", "replace")).decode("utf-8", "replace")
    if "&" in text:
        text = html.unescape(text)
    if "\\" in text or "_x" in text:
        text = _ESCAPES.sub(_character, text)
        with suppress(UnicodeError):  # bytes as Python writes them: \xe9\xa5\x95
            text = re.sub(
                "[\x80-\xff]{2,}",
                lambda found: found[0].encode("latin-1").decode("utf-8", "replace"),
                text,
            )
    return text


def _character(found: re.Match[str]) -> str:
    number = int(next(filter(None, found.groups())), 16)
    return chr(number) if number <= 0x10FFFF else found[0]
