from __future__ import annotations

import pytest

from keikaku.errors import SourceError
from keikaku.source.plaintext import MAX_LINE, decode

TEXT = "推進項目\n地域交流センターの設置\n"


def refused(content: bytes, max_bytes: int = 10**9) -> SourceError:
    with pytest.raises(SourceError) as caught:
        decode(content, "plan.md", max_bytes=max_bytes)
    assert caught.value.problems[0].file == "plan.md"
    return caught.value


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_a_byte_order_mark_make_no_difference(ends: str, mark: bytes) -> None:
    content = mark + TEXT.replace("\n", ends).encode()
    assert decode(content, "plan.md", max_bytes=1000) == TEXT


@pytest.mark.parametrize(
    ("encoding", "called"),
    [("cp932", "Shift_JIS"), ("utf-16", "UTF-16"), ("utf-16-be", None), ("euc_jp", "EUC-JP")],
)
def test_another_encoding_is_refused_and_named(encoding: str, called: str | None) -> None:
    error = refused(TEXT.encode(encoding))
    assert error.problems[0].line == 1
    assert called is None or f"{called} のようです" in error.ja


def test_a_stray_byte_is_refused_with_its_line() -> None:
    error = refused("一行目\n二行目\n".encode() + b"\xff\n")
    assert error.problems[0].line == 3


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xef\xbb\xbf"])
def test_an_empty_document_is_refused(content: bytes) -> None:
    assert "空です" in refused(content).ja


def test_a_document_larger_than_the_limit_is_refused_before_it_is_read() -> None:
    assert "大きすぎます" in refused(b"a" * 101, max_bytes=100).ja


def test_a_line_of_fifty_megabytes_is_refused_with_its_number() -> None:
    error = refused(b"a\n" + b"b" * 50_000_000)
    assert "長すぎます" in error.ja
    assert error.problems[0].line == 2


def test_the_longest_line_is_taken() -> None:
    assert len(decode(b"a" * MAX_LINE, "plan.md", max_bytes=10**9)) == MAX_LINE


def test_a_nul_character_is_refused_with_its_line() -> None:
    assert refused(b"a\nb\x00c").problems[0].line == 2
