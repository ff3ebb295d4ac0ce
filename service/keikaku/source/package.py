"""The ZIP package of an Office document, looked through before any program reads it."""

from __future__ import annotations

import re
import zipfile
import zlib
from io import BytesIO

from keikaku.errors import SourceError

MOST_PARTS = 2_000
"""How many parts a package may have."""

MOST_UNPACKED = 200_000_000
"""How many bytes all parts may come to when they are unpacked."""

_DECLARATION = re.compile(
    rb"<\x00?!\x00?D\x00?O\x00?C\x00?T\x00?Y\x00?P\x00?E|<\x00?!\x00?E\x00?N\x00?T\x00?I\x00?T\x00?Y"
)
_DEEPEST = 200
_TAGS = re.compile(rb"<(/?)[A-Za-z_][^>]*?(/?)>")


def xml_parts(content: bytes, name: str) -> dict[str, bytes]:
    """Return the XML parts of a package by their name.

    Raises SourceError, before anything is unpacked, for a package whose parts would be too many or
    too large, and for a part that is damaged, declares a document type or entities, which no Office
    document does, or is nested more deeply than any document is.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            _check_bearable(entries, name)
            parts = {
                entry.filename: archive.read(entry)
                for entry in entries
                if entry.filename.lower().endswith((".xml", ".rels", ".vml"))
            }
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise SourceError(
            "文書のファイルが壊れています。もとのプログラムで開いて保存し直してください。",
            "the file is damaged; open it in its own program and save it again",
            file=name,
        ) from error
    for part, xml in parts.items():
        _check_harmless(xml, part, name)
    return parts


def _check_bearable(entries: list[zipfile.ZipInfo], name: str) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_PARTS or unpacked > MOST_UNPACKED:
        raise SourceError(
            f"文書の中身が大きすぎます(展開すると {unpacked:,} バイト、部品 {len(entries):,}。"
            f"上限 {MOST_UNPACKED:,} バイト、{MOST_PARTS:,})。"
            "使わないシートや画像を除いてください。",
            f"unpacked the document has {unpacked:,} bytes in {len(entries):,} parts, the limits "
            f"are {MOST_UNPACKED:,} and {MOST_PARTS:,}; remove what is not needed",
            file=name,
        )


def _check_harmless(xml: bytes, part: str, name: str) -> None:
    if _DECLARATION.search(xml):
        raise SourceError(
            f"文書の部品 {part} に、Office の文書にはない宣言(DOCTYPE、ENTITY)があります。"
            "もとのプログラムで開いて保存し直してください。",
            f"the part {part} has a DOCTYPE or ENTITY declaration, which no Office document has; "
            "open it in its own program and save it again",
            file=name,
        )
    depth = 0
    for tag in _TAGS.finditer(xml):
        closing, empty = tag.groups()
        depth += -1 if closing else 0 if empty else 1
        if depth > _DEEPEST:
            raise SourceError(
                f"文書の部品 {part} の入れ子が {_DEEPEST} 段より深くなっています。",
                f"the part {part} is nested more than {_DEEPEST} levels deep",
                file=name,
            )
