from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from keikaku.errors import SourceError
from keikaku.source.document import read_document
from laid_out import as_docx, as_pdf, as_xlsx, yamaguchi

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


def zipped(name: str, content: bytes = b"x") -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def refused(content: bytes, name: str) -> SourceError:
    with pytest.raises(SourceError) as caught:
        read_document(content, name, max_bytes=10**8)
    assert caught.value.problems[0].file == name
    return caught.value


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (OLE + "Workbook".encode("utf-16-le"), "plan.xls", "Excel で開き"),
        (OLE + "Workbook".encode("utf-16-le"), "plan.xlsx", "(.xls)"),
        (OLE + "WordDocument".encode("utf-16-le"), "plan.docx", "(.doc)"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "plan.xlsx", "パスワード"),
        (OLE, "plan.docx", "一太郎"),
        (b"<html><table><tr><td>1</td></tr></table>", "plan.xlsx", "ウェブページ"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><html xmlns="x">', "plan.csv", "ウェブページ"),
        (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            "plan.xlsx",
            "2003",
        ),
        (b"{\\rtf1 text}", "plan.docx", "RTF"),
        (b"\x89PNG\r\n\x1a\n", "plan.pdf", "画像"),
        (zipped("ppt/presentation.xml"), "plan.docx", "PowerPoint"),
        (zipped("xl/workbook.bin"), "plan.xlsx", "(.xlsb)"),
        (
            zipped("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
            "plan.xlsx",
            "(.ods)",
        ),
        (zipped("計画.md"), "plan.xlsx", "ZIP"),
        (b"PK\x03\x04 broken", "plan.xlsx", "ZIP"),
        ("名称,課\n".encode(), "plan.xlsx", "文字だけ"),
        ("名称,課\n".encode(), "plan.txt", "読めるもの"),
    ],
)
def test_what_is_not_read_is_named_with_what_would_do(content: bytes, name: str, said: str) -> None:
    assert said in refused(content, name).ja


@pytest.mark.parametrize("name", ["plan.md", "plan.csv", "plan.tsv"])
@pytest.mark.parametrize(
    ("make", "suffix"), [(as_xlsx, ".xlsx"), (as_docx, ".docx"), (as_pdf, ".pdf")]
)
def test_a_document_with_a_wrong_suffix_is_told_its_right_one(
    make: object, suffix: str, name: str
) -> None:
    error = refused(make(yamaguchi()), name)
    assert f"拡張子を {suffix} に" in error.ja
    assert suffix in error.en


def test_a_document_that_is_too_large_is_refused_before_anything_looks_into_it() -> None:
    with pytest.raises(SourceError, match="101"):
        read_document(b"x" * 102, "plan.xlsx", max_bytes=101)
