"""How a run of a Word document looks: hidden, struck out, in capitals, in a symbol font, raised.

What a run says itself holds; else its character style, its paragraph style, the style of its table
and the defaults of the document. Of toggles the styles are counted: text is struck out where an odd
number of them strike (ISO/IEC 29500-1, 17.7.3).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from xml.etree.ElementTree import Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TOGGLES = ("vanish", "strike", "caps", "smallCaps")
_PLAIN = ("specVanish", "dstrike")
_FONTS = ("ascii", "hAnsi", "eastAsia")
_MOST_STYLES = 50  # that a style may rest on, one on the other

_Said = dict[str, "bool | str"]


@dataclass(frozen=True, slots=True)
class Look:
    """How the text of a run looks; `fonts` are those of ASCII, of other and of Asian characters.

    `script` is `superscript`, `subscript` or neither.
    """

    hidden: bool
    struck: bool
    capital: bool
    fonts: tuple[str, str, str]
    script: str


class RunFormats:
    """Knows the styles of one document."""

    def __init__(self, styles: Element | None) -> None:
        """Take the part of a document that has its styles."""
        self._own: dict[str, _Said] = {}
        self._based_on: dict[str, str] = {}
        self._usual: dict[str, str] = {}
        self._by_part: dict[str, bool] = {}
        self._default: _Said = {}
        self._of_style = cache(self._resolved)
        self._look = cache(self._seen)  # documents have many runs and few looks
        if styles is None:
            return
        self._default = _said(styles.find(f"{_W}docDefaults/{_W}rPrDefault/{_W}rPr"))
        for style in styles.iter(f"{_W}style"):
            name = style.get(f"{_W}styleId", "")
            self._own[name] = _said(style.find(f"{_W}rPr"))
            self._by_part[name] = any(
                _takes_away(_said(part)) for part in style.findall(f"{_W}tblStylePr/{_W}rPr")
            )
            if (based_on := style.find(f"{_W}basedOn")) is not None:
                self._based_on[name] = based_on.get(f"{_W}val", "")
            if style.get(f"{_W}default") in ("1", "true", "on"):
                self._usual[style.get(f"{_W}type", "")] = name

    def look(self, run: Element | None, paragraph: Element, table_style: str = "") -> Look:
        """Return how what has these properties (w:rPr) looks in a paragraph."""
        of_paragraph = self._named(paragraph.find(f"{_W}pPr"), "pStyle", "paragraph")
        styles = (table_style, of_paragraph, self._named(run, "rStyle", "character"))
        return self._look(styles, tuple(_said(run).items()))

    def _seen(
        self, styles: tuple[str, ...], said_of_run: tuple[tuple[str, bool | str], ...]
    ) -> Look:
        """Return the look by the styles of table, paragraph and run, and what the run says."""
        levels, direct = tuple(map(self._of_style, styles)), dict(said_of_run)
        said = {name: self._toggled(name, direct, levels) for name in _TOGGLES}
        nearest = (direct, *reversed(levels), self._default)
        plain = {name: bool(_first(name, nearest)) for name in _PLAIN}
        ascii_, other, asian = (str(_first(name, nearest) or "") for name in _FONTS)
        return Look(
            said["vanish"] or plain["specVanish"],
            said["strike"] or plain["dstrike"],
            said["caps"] or said["smallCaps"],
            (ascii_, other, asian),
            str(_first("vertAlign", nearest) or ""),
        )

    def table_style(self, table: Element) -> str:
        """Return the name of the style that a table has."""
        return self._named(table.find(f"{_W}tblPr"), "tblStyle", "table")

    def takes_away_by_part(self, table_style: str) -> bool:
        """Tell whether a table's style hides or strikes out some of its rows or columns."""
        return any(self._by_part.get(name, False) for name in self._chain(table_style))

    def _toggled(self, name: str, direct: _Said, levels: Iterable[_Said]) -> bool:
        if name in direct:
            return bool(direct[name])
        if self._default.get(name):
            return True
        return sum(bool(level.get(name)) for level in levels) % 2 == 1

    def _named(self, properties: Element | None, kind: str, usual: str) -> str:
        named = None if properties is None else properties.find(f"{_W}{kind}")
        return self._usual.get(usual, "") if named is None else named.get(f"{_W}val", "")

    def _chain(self, name: str) -> list[str]:
        """Return a style and those that it rests on, the nearest first."""
        chain: list[str] = []
        while name and name not in chain and len(chain) < _MOST_STYLES:
            chain.append(name)
            name = self._based_on.get(name, "")
        return chain

    def _resolved(self, name: str) -> _Said:
        """Return what a style says together with those that it rests on."""
        said: _Said = {}
        for each in reversed(self._chain(name)):
            said |= self._own.get(each, {})
        return said


def is_on(toggle: Element | None) -> bool:
    """Tell whether a property that is on or off is on; one that is not there is off."""
    return toggle is not None and toggle.get(f"{_W}val", "1") not in ("0", "false", "off")


def _said(properties: Element | None) -> _Said:
    """Return what properties of a run say of it."""
    said: _Said = {}
    for each in properties if properties is not None else ():
        name = each.tag.removeprefix(_W)
        if name in _TOGGLES or name in _PLAIN:
            said[name] = is_on(each)
        elif name == "vertAlign":
            said[name] = each.get(f"{_W}val", "")
        elif name == "rFonts":
            for font in _FONTS:
                if each.get(f"{_W}{font}Theme") is not None:
                    said[font] = ""  # a theme's fonts are those of ordinary text
                elif (named := each.get(f"{_W}{font}")) is not None:
                    said[font] = named
    return said


def _takes_away(said: Mapping[str, bool | str]) -> bool:
    return any(said.get(name) for name in ("vanish", "specVanish", "strike", "dstrike"))


def _first(name: str, levels: Iterable[_Said]) -> bool | str | None:
    return next((level[name] for level in levels if name in level), None)
