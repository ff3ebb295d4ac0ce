"""The records of a dataset, wherever it lies: a file, an address of the web, an endpoint."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, cast
from urllib.parse import unquote, urlsplit

from keikaku.errors import LinkError
from keikaku.graph.link.endpoint import read_endpoint
from keikaku.graph.link.fetch import fetch
from keikaku.graph.link.tables import read_table
from keikaku.graph.link.triples import FORMATS, read_rdf

if TYPE_CHECKING:
    from keikaku.graph.link.record import Record
    from keikaku.graph.link.target import TargetKeys
    from keikaku.source.options import Encoding

_TABLES = ("csv", "tsv", "txt")
_MEDIA_TYPES = {
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "text/turtle": "ttl",
    "application/n-triples": "nt",
    "application/n-quads": "nq",
    "application/trig": "trig",
    "application/rdf+xml": "rdf",
    "application/ld+json": "jsonld",
}
_ENDPOINTS = ("sparql", "query", "endpoint")


def is_endpoint(source: str) -> bool:
    """Tell whether an address looks like that of a SPARQL endpoint."""
    last = PurePosixPath(urlsplit(source).path.rstrip("/")).name.lower()
    return is_web(source) and (last in _ENDPOINTS or last.endswith("sparql"))


def is_web(source: str) -> bool:
    """Tell whether a source is an address and not a file."""
    return "://" in source


def records_of(keys: TargetKeys, folder: Path, *, max_bytes: int, query: str = "") -> list[Record]:
    """Return the records of the dataset that a target describes; files are named from `folder`.

    Raises LinkError if it cannot be had, or is not what it should be.
    """
    if is_web(keys.source) and (query or is_endpoint(keys.source)):
        return read_endpoint(keys.source, keys.columns, keys.type, max_bytes=max_bytes, query=query)
    content, name, kind = _content(keys.source, folder, max_bytes)
    if kind in FORMATS:
        return read_rdf(content, name, FORMATS[kind], keys.columns, keys.type)
    if kind in _TABLES:
        return _table(content, name, keys, max_bytes)
    known = ", ".join((*_TABLES, *FORMATS))
    raise LinkError(
        f"ファイルの種類「{kind}」は読めません。読めるもの: {known}",
        f"files of kind {kind!r} cannot be read; there are: {known}",
        file=name,
    )


def _table(content: bytes, name: str, keys: TargetKeys, max_bytes: int) -> list[Record]:
    address = keys.address or (keys.source if is_web(keys.source) else "")
    records = read_table(
        content,
        name,
        keys.columns,
        address,
        max_bytes=max_bytes,
        encoding=cast("Encoding | None", keys.encoding or None),
    )
    if not address and any(record.iri.startswith("#") for record in records):
        raise LinkError(
            "このファイルが公開されているアドレスが分かりません。--address で指定してください。"
            "行に IRI のある列があれば --column iri=列名 でもかまいません。",
            "it is not known where this file is published, so its rows have no names; give "
            "--address, or the column that holds their IRIs by --column iri=HEADER",
            file=name,
        )
    return records


def _content(source: str, folder: Path, max_bytes: int) -> tuple[bytes, str, str]:
    """Return the content of a file or an address, its name, and its kind."""
    if is_web(source):
        content, media_type = fetch(source, max_bytes=max_bytes)
        name = PurePosixPath(unquote(urlsplit(source).path)).name or source
        suffix = PurePosixPath(name).suffix.removeprefix(".").lower()
        known = suffix if suffix in (*_TABLES, *FORMATS) else ""
        return content, name, _MEDIA_TYPES.get(media_type) or known or media_type or suffix
    path = folder / source
    try:
        if not path.is_file():
            raise LinkError(
                f"「{source}」というファイルはありません。",
                f"there is no file {source!r}",
                file=str(path),
            )
        with path.open("rb") as file:
            content = file.read(max_bytes + 1)
    except OSError as error:
        raise LinkError(
            f"読めません: {error.strerror}", f"it cannot be read: {error.strerror}", file=str(path)
        ) from error
    if len(content) > max_bytes:
        raise LinkError(
            f"大きすぎます(上限 {max_bytes:,} バイト)。設定 max_document_bytes で変えられます。",
            f"it has more than {max_bytes:,} bytes; the setting max_document_bytes can raise that",
            file=str(path),
        )
    return content, path.name, path.suffix.removeprefix(".").lower()
