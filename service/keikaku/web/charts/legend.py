"""A legend: what each colour and letter stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keikaku.web.charts.phases import look
from keikaku.web.charts.svg import element, width, words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from markupsafe import Markup

    from keikaku.web.charts.figures import Cell

_LINE = 28


def legend(
    phases: Iterable[Cell], right: float, top: float, note: str = ""
) -> tuple[tuple[Markup, ...], float]:
    """Return the phases with their letters and a note, in lines no longer than `right`; its end."""
    parts: list[Markup] = []
    x, y = 4.0, top
    for phase in phases:
        room = 30 + width(phase.name) + 18
        if x > 4 and x + room > right:
            x, y = 4.0, y + _LINE
        shown = look(phase.iri, phase.name)
        style, letter = shown.style, {"text_anchor": "middle", "class_": f"on {shown.style}"}
        parts.append(element("rect", x=x, y=y, width=22, height=20, rx=3, class_=f"layer {style}"))
        parts.append(words(shown.letter, x + 11, y + 15, **letter))
        parts.append(words(phase.name, x + 30, y + 15))
        x += room
    if note:
        if x > 4 and x + width(note) > right:
            x, y = 4.0, y + _LINE
        parts.append(words(note, x, y + 15))
    return tuple(parts), y + 30
