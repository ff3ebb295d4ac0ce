"""What a chart is: a drawing with a title and a description for those who do not see it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from keikaku.web.charts.svg import NAMESPACE, element

if TYPE_CHECKING:
    from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Chart:
    """An SVG, its title and its description, in the reader's language."""

    svg: Markup
    title: str
    description: str


@dataclass(frozen=True, slots=True)
class Canvas:
    """What a kind of chart draws: its size in pixels, its parts, what it shows in words."""

    width: float
    height: float
    parts: tuple[Markup, ...]
    description: str


def framed(canvas: Canvas, title: str, key: str) -> Chart:
    """Return a canvas as a chart; `key` tells it apart from the others of a page."""
    mark = f"chart-{hashlib.sha256(key.encode()).hexdigest()[:10]}"
    svg = element(
        "svg",
        element("title", title, id=f"{mark}-title"),
        element("desc", canvas.description, id=f"{mark}-desc"),
        *canvas.parts,
        xmlns=NAMESPACE,
        class_="chart",
        role="img",
        aria_labelledby=f"{mark}-title",
        aria_describedby=f"{mark}-desc",
        width=canvas.width,
        height=canvas.height,
        viewBox=f"0 0 {canvas.width:.0f} {canvas.height:.0f}",
    )
    return Chart(svg, title, canvas.description)
