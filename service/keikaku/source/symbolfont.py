"""Symbol fonts: the glyphs that they draw for ordinary codes, as characters that every font has.

Symbol is whole, by its encoding (PDF 32000-1, annex D.5). Of the Wingdings, which Unicode 7.0 took
in, and of Webdings the marks, boxes, circles, numbers and arrows are known, in their plainest form
(☑, not the ballot box with a bold check); their pictures are not.
"""

from __future__ import annotations

_UNKNOWN = "\ufffd"
_SYMBOL = (
    " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_\ufffd"
    "αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"
)
_SYMBOL_ABOVE = (
    "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂・÷≠≡≈…│─↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑"
    "⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪\ufffd〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭"
)
_RUNS: dict[str, dict[int, str]] = {
    "symbol": {0x20: _SYMBOL, 0xA0: _SYMBOL_ABOVE},
    "wingdings": {
        0x20: " ",
        0x22: "✂",
        0x28: "☎✆",
        0x36: "⌛",
        0x45: "☜☞☝☟",
        0x4A: "☺",
        0x4C: "☹",
        0x6C: "●○■□□□□◆◆◆❖◆☒⮹⌘",
        0x80: "⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿",
        0x9E: "・・・○○○◉◎",
        0xA7: "▪□",
        0xAA: "✦★✶✴✹",
        0xD5: "⌫⌦",
        0xD8: "➢",
        0xDF: "←→↑↓↖↗↙↘←→↑↓↖↗↙↘⇦→⇧⇩⇔⇕",
        0xFB: "✗✓☒☑",
    },
    "wingdings 2": {
        0x20: " ",
        0x4F: "✗✓✗☑☒☒",
        0x69: "⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿",
        0x96: "・・●○○○",
        0x9D: "⊙",
        0xA1: "■■□□□",
        0xAE: "◆◇◇◈",
        0xF8: "※⁂",
    },
    "wingdings 3": {
        0x20: " ←→↑↓↖↗↙↘",
        0x66: "←→↑↓↖↗↙↘",
        0x70: "▲▼△▽◀▶◁▷◣◢◤◥",
    },
    "webdings": {0x20: " ", 0x31: "□", 0x33: "◀▶▲▼", 0x61: "✓", 0x63: "□", 0x67: "■", 0x6E: "●"},
}
_GLYPHS = {
    (font, first + place): glyph
    for font, runs in _RUNS.items()
    for first, glyphs in runs.items()
    for place, glyph in enumerate(glyphs)
    if glyph != _UNKNOWN
}


def is_symbol_font(font: str) -> bool:
    """Tell whether a font is known to draw symbols for the codes of ordinary characters."""
    return font.strip().lower() in _RUNS


def character(code: int) -> str | None:
    """Return the character of a code of Unicode, or None where it is none."""
    return chr(code) if 0x20 <= code < 0xD800 or 0xE000 <= code < 0x110000 else None


def glyph(font: str, code: int) -> str | None:
    """Return what a symbol font draws for a code (33 or U+F021), or None where it is not known."""
    return _GLYPHS.get((font.strip().lower(), code & 0xFF))
