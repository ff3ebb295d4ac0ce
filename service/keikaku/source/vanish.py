"""Which text of a Word document is hidden (w:vanish), by run, style or default."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HIDING = ("vanish", "specVanish")
_MOST_STYLES = 50  # that a style may rest on, one on the other


class Vanishing:
    """Tells whether a run is hidden; what stands nearest to it decides (ECMA-376, 17.7.2)."""

    def __init__(self, styles: Element | None) -> None:
        """Learn which styles hide text, and whether text is hidden by default."""
        self._own: dict[str, bool | None] = {}
        self._based_on: dict[str, str] = {}
        self._default = False
        if styles is None:
            return
        self._default = bool(_said(styles.find(f"{_W}docDefaults/{_W}rPrDefault/{_W}rPr")))
        for style in styles.iter(f"{_W}style"):
            name = style.get(f"{_W}styleId", "")
            self._own[name] = _said(style.find(f"{_W}rPr"))
            based_on = style.find(f"{_W}basedOn")
            if based_on is not None:
                self._based_on[name] = based_on.get(f"{_W}val", "")

    def hides(self, run: Element, paragraph: Element) -> bool:
        """Tell whether a run of a paragraph is hidden."""
        properties = run.find(f"{_W}rPr")
        of_paragraph = paragraph.find(f"{_W}pPr")
        for said in (
            _said(properties),
            self._by_style(properties, "rStyle"),
            self._by_style(of_paragraph, "pStyle"),
        ):
            if said is not None:
                return said
        return self._default

    def _by_style(self, properties: Element | None, kind: str) -> bool | None:
        named = None if properties is None else properties.find(f"{_W}{kind}")
        name = "" if named is None else named.get(f"{_W}val", "")
        for _ in range(_MOST_STYLES):
            if (said := self._own.get(name)) is not None:
                return said
            name = self._based_on.get(name, "")
        return None


def is_on(toggle: Element | None) -> bool:
    """Tell whether a property that is on or off is on; one that is not there is off."""
    return toggle is not None and toggle.get(f"{_W}val", "1") not in ("0", "false", "off")


def _said(properties: Element | None) -> bool | None:
    """Return whether properties of a run hide it, None where they say nothing of it."""
    if properties is None:
        return None
    found = [each for name in _HIDING if (each := properties.find(f"{_W}{name}")) is not None]
    return any(map(is_on, found)) if found else None
