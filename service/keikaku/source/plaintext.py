"""Bytes to text of a bearable size: UTF-8, and for tables also what Excel in Japan writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keikaku.errors import SourceError

if TYPE_CHECKING:
    from keikaku.source.options import Encoding

MAX_LINE = 1_000_000
"""Longest line, in characters: thirty times what a spreadsheet cell can hold (32,767)."""

_MARKS = {
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
_GUESSES = {"euc_jp": "EUC-JP", "cp932": "Shift_JIS"}
_CODECS = {"utf-8": "utf-8-sig", "shift_jis": "cp932", "euc-jp": "euc_jp", "utf-16": "utf-16"}
_TABLE_ENCODINGS: tuple[Encoding, ...] = ("utf-8", "shift_jis", "euc-jp")


def decode(content: bytes, name: str, *, max_bytes: int) -> str:
    """Return the text of a UTF-8 document, line ends as LF, without a byte order mark.

    Raises SourceError for an empty or too large document, for another encoding (naming the one it
    looks like), for NUL characters and for lines longer than MAX_LINE.
    """
    check_size(content, name, max_bytes)
    return _checked(_utf8(content, name), name)


def decode_table(
    content: bytes, name: str, *, max_bytes: int, encoding: Encoding | None = None
) -> str:
    """Return the text of a CSV file as `decode` does, whichever encoding it is in.

    Without `encoding` it is found out: UTF-8, UTF-16 with a byte order mark, Shift_JIS (cp932) or
    EUC-JP. Raises SourceError where the bytes could be either of the last two, or none.
    """
    check_size(content, name, max_bytes)
    if encoding is None:
        encoding = _encoding_of(content, name)
    try:
        return _checked(content.decode(_CODECS[encoding]), name)
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{encoding} として読めない字があります。plan.toml の [source] の encoding を"
            "確かめてください。",
            f"a character here is not {encoding}; check `encoding` under [source] in plan.toml",
            file=name,
            line=content.count(b"\n", 0, error.start) + 1,
        ) from error


def _encoding_of(content: bytes, name: str) -> Encoding:
    if content.startswith(tuple(_MARKS)):
        return "utf-16"
    fits = [encoding for encoding in _TABLE_ENCODINGS if _decodes(content, _CODECS[encoding])]
    if not fits:
        line = _first_wrong_line(content)
        raise SourceError(
            "文字コードが分かりません。UTF-8 か Shift_JIS で保存し直してください。",
            "the encoding is none that is known; save the file as UTF-8 or Shift_JIS",
            file=name,
            line=line,
        )
    if fits[0] != "utf-8" and len(fits) > 1:
        raise SourceError(
            "文字コードが Shift_JIS とも EUC-JP とも読めます。plan.toml の [source] に "
            'encoding = "shift_jis" か encoding = "euc-jp" を書いてください。',
            "the encoding may be Shift_JIS or EUC-JP; "
            'say encoding = "shift_jis" or "euc-jp" under [source] in plan.toml',
            file=name,
        )
    return fits[0]


def _decodes(content: bytes, codec: str) -> bool:
    try:
        content.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _first_wrong_line(content: bytes) -> int:
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return content.count(b"\n", 0, error.start) + 1
    return 1


def check_size(content: bytes, name: str, max_bytes: int) -> None:
    """Raise SourceError for a document that is larger than one may be."""
    if len(content) > max_bytes:
        raise SourceError(
            f"文書が大きすぎます(上限 {max_bytes:,} バイト)。"
            "分けるか、設定 max_document_bytes を上げてください。",
            f"the document has more than {max_bytes:,} bytes; split it or raise max_document_bytes",
            file=name,
        )


def _checked(text: str, name: str) -> str:
    """Return a text with its line ends as LF, if it has something to say."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
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
