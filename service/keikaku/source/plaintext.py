"""Bytes to text: UTF-8 only, of a bearable size, with a clear error for everything else."""

from __future__ import annotations

from keikaku.errors import SourceError

MAX_LINE = 1_000_000
"""Longest line, in characters: thirty times what a spreadsheet cell can hold (32,767)."""

_MARKS = {
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
_GUESSES = {"euc_jp": "EUC-JP", "cp932": "Shift_JIS"}


def decode(content: bytes, name: str, *, max_bytes: int) -> str:
    """Return the text of a UTF-8 document, line ends as LF, without a byte order mark.

    Raises SourceError for an empty or too large document, for another encoding (naming the one it
    looks like), for NUL characters and for lines longer than MAX_LINE.
    """
    if len(content) > max_bytes:
        raise SourceError(
            f"文書が大きすぎます(上限 {max_bytes:,} バイト)。"
            "分けるか、設定 max_document_bytes を上げてください。",
            f"the document has more than {max_bytes:,} bytes; split it or raise max_document_bytes",
            file=name,
        )
    text = _utf8(content, name).replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise SourceError("文書が空です。", "the document is empty", file=name)
    for number, line in enumerate(text.split("\n"), start=1):
        _check_line(line, name, number)
    return text


def _utf8(content: bytes, name: str) -> str:
    for mark, encoding in _MARKS.items():
        if content.startswith(mark):
            raise _not_utf8(encoding, name, 1)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _not_utf8(_guess(content), name, line) from error


def _guess(content: bytes) -> str | None:
    for codec, called in _GUESSES.items():
        try:
            content.decode(codec)
        except UnicodeDecodeError:
            continue
        return called
    return None


def _not_utf8(looks_like: str | None, name: str, line: int) -> SourceError:
    ja = f"{looks_like} のようです。" if looks_like else ""
    en = f", it looks like {looks_like}" if looks_like else ""
    return SourceError(
        f"文書が UTF-8 ではありません。{ja}UTF-8 で保存し直してください。",
        f"the document is not UTF-8{en}; save it as UTF-8",
        file=name,
        line=line,
    )


def _check_line(line: str, name: str, number: int) -> None:
    if len(line) > MAX_LINE:
        raise SourceError(
            f"この行が長すぎます({len(line):,} 文字、上限 {MAX_LINE:,})。",
            f"this line has {len(line):,} characters, the limit is {MAX_LINE:,}",
            file=name,
            line=number,
        )
    if "\0" in line:
        raise SourceError(
            "NUL 文字があります。文書が壊れているか、文字コードが UTF-8 ではありません。",
            "a NUL character: the document is damaged or not UTF-8",
            file=name,
            line=number,
        )
