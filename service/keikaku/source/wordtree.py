"""The XML of a Word document with what stands there in several forms brought to the one shown.

Of alternatives (mc:AlternateContent) the first stays. Content controls lose the prompt that stands
in them until somebody fills them in; a box to check is ☑ or ☐ where its signs are of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, fromstring

from keikaku.source.runformat import is_on
from keikaku.source.symbolfont import glyph

if TYPE_CHECKING:
    from collections.abc import Iterator

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_BOXES = frozenset("☐☑☒□■✓✔")


def word_tree(xml: bytes) -> Element:
    """Return a part of a Word document as a tree that holds what is shown, once.

    Raises ParseError for what is no XML.
    """
    root = fromstring(xml)  # noqa: S314  (xml_parts allows no entities)
    _choose(root)
    for control in root.iter(f"{_W}sdt"):
        properties, content = control.find(f"{_W}sdtPr"), control.find(f"{_W}sdtContent")
        if properties is None or content is None:
            continue
        if is_on(properties.find(f"{_W}showingPlcHdr")):
            _write(content, "")
        elif (box := properties.find(f"{_W14}checkbox")) is not None and _text(
            content
        ) not in _BOXES:
            checked = box.find(f"{_W14}checked")
            value = "0" if checked is None else checked.get(f"{_W14}val", "1")
            _write(content, "☐" if value in ("0", "false", "off") else "☑")
    return root


def _choose(within: Element) -> None:
    """Put in place of alternatives what is shown of them."""
    shown: list[Element] = []
    for element in within:
        shown.extend(_chosen(element))
    within[:] = shown
    for element in within:
        _choose(element)


def _chosen(element: Element) -> Iterator[Element]:
    if element.tag != f"{_MC}AlternateContent":
        yield element
        return
    chosen = element.find(f"{_MC}Choice")
    if chosen is None:
        chosen = element.find(f"{_MC}Fallback")
    for each in chosen if chosen is not None else ():
        yield from _chosen(each)


def _text(content: Element) -> str:
    """Return the text of a control, a symbol as an ordinary character."""
    return "".join(
        each.text or ""
        if each.tag == f"{_W}t"
        else glyph(each.get(f"{_W}font", ""), int(each.get(f"{_W}char", "0"), 16)) or "\ufffd"
        for each in content.iter()
        if each.tag in (f"{_W}t", f"{_W}sym")
    ).strip()


def _write(content: Element, text: str) -> None:
    """Let a text stand in a control's first run, with how that looks, and nothing in the others."""
    for number, run in enumerate(list(content.iter(f"{_W}r"))):
        for each in list(run):
            if each.tag != f"{_W}rPr":
                run.remove(each)
        if text and number == 0:
            SubElement(run, f"{_W}t").text = text
