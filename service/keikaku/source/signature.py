"""What a file is, told by its first bytes and not by its name."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath

from keikaku.errors import SourceError

READ = (".md", ".csv", ".tsv", ".xlsx", ".docx", ".pdf")
"""The suffixes of documents that are read."""

_HEAD = 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_NAMES = (("EncryptedPackage", "encrypted"), ("WordDocument", "doc"), ("Workbook", "xls"))
_ZIP_NAMES = (
    ("xl/workbook.xml", "xlsx"),
    ("xl/workbook.bin", "xlsb"),
    ("word/document.xml", "docx"),
    ("ppt/presentation.xml", "pptx"),
)
_HTML = re.compile(
    rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)?<(!doctype\s+html|html|head|table|meta)\b"
)
_MOST_PARTS = 10_000


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its suffix if it is read, what it is called, and what would do if it is not.

    `ja` and `en` say what it is, `remedy_ja` and `remedy_en` what would do.
    """

    suffix: str | None
    ja: str
    en: str
    remedy_ja: str = ""
    remedy_en: str = ""


def _to_save(program: str, suffix: str) -> tuple[str, str]:
    ja = f"{program} で開き、「名前を付けて保存」で {suffix} の形式を選んで保存し直してください。"
    return ja, f"open it in {program} and save it as {suffix}"


_KINDS = {
    "text": Kind(None, "文字だけのファイル", "plain text"),
    "xlsx": Kind(".xlsx", "Excel ブック(.xlsx)", "an Excel workbook (.xlsx)"),
    "docx": Kind(".docx", "Word 文書(.docx)", "a Word document (.docx)"),
    "pdf": Kind(".pdf", "PDF", "a PDF"),
    "xls": Kind(
        None,
        "古い形式の Excel ブック(.xls)",
        "an old Excel workbook (.xls)",
        *_to_save("Excel", ".xlsx"),
    ),
    "xlsb": Kind(
        None,
        "バイナリ形式の Excel ブック(.xlsb)",
        "a binary Excel workbook (.xlsb)",
        *_to_save("Excel", ".xlsx"),
    ),
    "doc": Kind(
        None,
        "古い形式の Word 文書(.doc)",
        "an old Word document (.doc)",
        *_to_save("Word", ".docx"),
    ),
    "encrypted": Kind(
        None,
        "パスワードの付いた Office の文書",
        "an Office document with a password",
        "Excel や Word で開き、「ファイル」-「情報」でパスワードを外して保存し直してください。",
        "open it, remove its password (File, Info) and save it again",
    ),
    "pptx": Kind(
        None, "PowerPoint の文書", "a PowerPoint document", *_to_save("PowerPoint", ".pdf")
    ),
    "ods": Kind(
        None,
        "OpenDocument の表計算(.ods)",
        "an OpenDocument spreadsheet (.ods)",
        *_to_save("LibreOffice", ".xlsx"),
    ),
    "odt": Kind(
        None,
        "OpenDocument の文書(.odt)",
        "an OpenDocument text (.odt)",
        *_to_save("LibreOffice", ".docx"),
    ),
    "zip": Kind(
        None,
        "ZIP の書庫",
        "a ZIP archive",
        "中の文書を取り出してください。",
        "take the document out of it",
    ),
    "ole": Kind(
        None,
        "古い形式の Office か一太郎の文書",
        "an old Office or Ichitaro document",
        "作ったプログラムで開き、.xlsx、.docx か .pdf で保存し直してください。",
        "open it in its own program and save it as .xlsx, .docx or .pdf",
    ),
    "html": Kind(
        None,
        "ウェブページ(HTML)",
        "a web page (HTML)",
        "Excel で開き、.xlsx の形式で保存し直してください。",
        "open it in Excel and save it as .xlsx",
    ),
    "xml-spreadsheet": Kind(
        None, "XML スプレッドシート 2003", "an XML Spreadsheet 2003", *_to_save("Excel", ".xlsx")
    ),
    "rtf": Kind(None, "リッチテキスト(RTF)", "rich text (RTF)", *_to_save("Word", ".docx")),
    "image": Kind(
        None,
        "画像",
        "an image",
        "文字の入った文書(.xlsx、.docx など)を使ってください。",
        "use a document that has text, such as .xlsx or .docx",
    ),
}


def kind_of(content: bytes) -> Kind:
    """Return what a file is."""
    return _KINDS[_called(content)]


def _called(content: bytes) -> str:
    head = content[:_HEAD].removeprefix(b"\xef\xbb\xbf")
    if content.startswith(b"PK\x03\x04"):
        return _in_zip(content)
    if content.startswith(_OLE):
        return _in_ole(content)
    if b"%PDF-" in head:
        return "pdf"
    if head.startswith(b"{\\rtf"):
        return "rtf"
    if head.startswith((b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"GIF8")):
        return "image"
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        return "xml-spreadsheet"
    return "html" if _HTML.match(head.lower()) else "text"


def _in_zip(content: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist()[:_MOST_PARTS])
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return "zip"
    for name, kind in _ZIP_NAMES:
        if name in names:
            return kind
    for mime, kind in ((b"opendocument.spreadsheet", "ods"), (b"opendocument.text", "odt")):
        if b"application/vnd.oasis." + mime in content[:_HEAD]:
            return kind
    return "zip"


def _in_ole(content: bytes) -> str:
    return next((kind for name, kind in _OLE_NAMES if name.encode("utf-16-le") in content), "ole")


def check_kind(content: bytes, name: str) -> str:
    """Return the suffix of a document, whose content is what its suffix says.

    Raises SourceError, which says what the file is and what would do, where it is not.
    """
    suffix = PurePath(name).suffix.lower()
    kind = kind_of(content)
    if kind.suffix == suffix and suffix in READ:
        return suffix
    is_text = kind is _KINDS["text"] or (kind is _KINDS["html"] and suffix == ".md")
    if suffix in (".md", ".csv", ".tsv") and is_text:
        return suffix
    raise _refused(kind, suffix, name)


def _refused(kind: Kind, suffix: str, name: str) -> SourceError:
    if kind.suffix:
        return SourceError(
            f"拡張子は「{suffix}」ですが、中身は {kind.ja}です。ファイル名の拡張子を "
            f"{kind.suffix} に直し、plan.toml の document もそれに合わせてください。",
            f"it is called {suffix!r} but is {kind.en}; rename it to {kind.suffix}, "
            "and `document` in plan.toml too",
            file=name,
        )
    if kind.remedy_ja:
        return SourceError(
            f"これは{kind.ja}です。このままでは読めません。{kind.remedy_ja}",
            f"this is {kind.en}, which is not read; {kind.remedy_en}",
            file=name,
        )
    known = " ".join(READ)
    if suffix in READ:
        return SourceError(
            f"拡張子は「{suffix}」ですが、中身は{kind.ja}です。表であれば .csv、文書であれば .md に"
            "するか、正しいファイルを置いてください。",
            f"it is called {suffix!r} but is {kind.en}; name a table .csv, a text .md, "
            "or put the right file there",
            file=name,
        )
    return SourceError(
        f"拡張子「{suffix}」の文書は読めません。読めるもの: {known}",
        f"documents called {suffix!r} are not read; these are: {known}",
        file=name,
    )
