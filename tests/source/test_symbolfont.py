from __future__ import annotations

from unicodedata import normalize

import pytest
from pdfminer.glyphlist import glyphname2unicode
from reportlab.pdfbase._fontdata_enc_symbol import SymbolEncoding

from keikaku.source.symbolfont import glyph, is_symbol_font

OTHERWISE = {0x44: "Δ", 0x2A: "∗", 0x7E: "∼", 0xB7: "・", 0xBD: "│", 0xBE: "─"}
"""What we write otherwise than Adobe's list of glyphs: the Greek letter, not the increment …"""

PRIVATE = range(0xE000, 0xF900)


def test_the_symbol_font_is_that_of_its_encoding() -> None:
    compared = 0
    for code, name in enumerate(SymbolEncoding):
        named = glyphname2unicode.get(name or "")
        if named is None or code < 0x21 or code in OTHERWISE or ord(named) in PRIVATE:
            continue
        found = glyph("Symbol", code)
        assert found is not None, (hex(code), name)
        assert normalize("NFKC", found) == normalize("NFKC", named), (hex(code), name)
        compared += 1
    assert compared > 150


def test_a_few_glyphs_are_written_as_people_write_them() -> None:
    assert {code: glyph("Symbol", code) for code in OTHERWISE} == OTHERWISE


# From the names of the characters that Unicode 7.0 took from Wingdings and from their samples.
@pytest.mark.parametrize(
    ("font", "code", "shown"),
    [
        ("Wingdings", 0x6C, "●"),
        ("Wingdings", 0x6E, "■"),
        ("Wingdings", 0x81, "①"),
        ("Wingdings", 0x8A, "⑩"),
        ("Wingdings", 0x8C, "❶"),
        ("Wingdings", 0xA8, "□"),
        ("Wingdings", 0xDF, "←"),
        ("Wingdings", 0xE0, "→"),
        ("Wingdings", 0xF0F0, "→"),
        ("Wingdings", 0xFC, "✓"),
        ("Wingdings", 0xF0FE, "☑"),
        ("Wingdings", 0xFD, "☒"),
        ("Wingdings 2", 0x50, "✓"),
        ("Wingdings 2", 0x52, "☑"),
        ("Wingdings 2", 0x54, "☒"),
        ("Wingdings 2", 0xA3, "□"),
        ("wingdings 3", 0x22, "→"),
        ("Wingdings 3", 0x70, "▲"),
        ("Webdings", 0x61, "✓"),
    ],
)
def test_marks_and_arrows_are_ordinary_characters(font: str, code: int, shown: str) -> None:
    assert glyph(font, code) == shown


@pytest.mark.parametrize(("font", "code"), [("Webdings", 0x21), ("Wingdings", 0x4D)])
def test_a_picture_is_not_known(font: str, code: int) -> None:
    assert is_symbol_font(font)
    assert glyph(font, code) is None
