"""A document of any kind that is read, as blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keikaku.source.apart import read_apart
from keikaku.source.delimited import read_delimited
from keikaku.source.markdown import read_markdown
from keikaku.source.plaintext import check_size, decode, decode_table
from keikaku.source.signature import check_kind

if TYPE_CHECKING:
    from keikaku.source.grid import Document
    from keikaku.source.options import SourceKeys


def read_document(
    content: bytes, name: str, *, max_bytes: int, options: SourceKeys | None = None
) -> Document:
    """Return a document as blocks, read by what it is: .md .csv .tsv .xlsx .docx or .pdf.

    Raises SourceError for a document that is too large, that is not what its suffix says, or that
    cannot be read whole.
    """
    check_size(content, name, max_bytes)
    suffix = check_kind(content, name)
    if suffix == ".md":
        return read_markdown(decode(content, name, max_bytes=max_bytes), name)
    if suffix in (".csv", ".tsv"):
        encoding = options.encoding if options else None
        text = decode_table(content, name, max_bytes=max_bytes, encoding=encoding)
        return read_delimited(text, name, options.delimiter if options else None)
    return read_apart(content, name, suffix, options)
