"""Every kind of page is accessible: axe finds nothing, nothing is wider than a phone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from browser import DESKTOP, PHONE
from page_kinds import PAGES

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from browser import Visits

pytestmark = pytest.mark.xdist_group("browser")

CHECKOUT = Path(__file__).resolve().parents[2]
AXE = CHECKOUT / "service" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = {
    "light": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "dark": {"type": "rule", "values": ["color-contrast", "target-size", "html-has-lang"]},
}
"""All rules by day; at night and on a telephone those whose outcome can differ."""

REFUSED = {"not found": "404", "not understood": "400"}
"""Pages that the browser counts as errors."""

LOOKS = {
    "light": {"width": DESKTOP, "dark": False, "prefix": ""},
    "dark": {"width": PHONE, "dark": True, "prefix": "/en"},
}
"""A wide window in Japanese by day, a telephone in English by night."""


@pytest.mark.skipif(not AXE.exists(), reason="axe is not here (make frontend, with npm)")
@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("kind", PAGES)
def test_axe_finds_nothing(page_at: Visits, kind: str, look: str) -> None:
    width, dark, prefix = LOOKS[look].values()
    visit = page_at(f"{prefix}{PAGES[kind]}", width=width, dark=dark)
    assert _axe(visit.page, look) == []
    wide = visit.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width, "the page is wider than the window"
    assert visit.foreign == []
    refused = REFUSED.get(kind, "nothing")
    assert [text for text in visit.errors if refused not in text] == []


def _axe(page: Page, look: str) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))  # a script element would break the policy
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES[look])
    assert found["passes"], "axe looked at nothing"
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary'][:300]}"
        for violation in found["violations"]
        for node in violation["nodes"][:3]
    ]


@pytest.mark.parametrize("kind", ["home", "item", "narrowed items", "matrix", "question", "sparql"])
def test_a_page_reflows_when_it_is_enlarged(page_at: Visits, kind: str) -> None:
    """WCAG 1.4.10: at 400 % of 1280 pixels, which are 320, nothing is scrolled sideways."""
    page = page_at(PAGES[kind], width=320).page
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("kind", ["home", "narrowed items", "question"])
def test_the_keyboard_reaches_the_content_and_shows_where_it_is(page_at: Visits, kind: str) -> None:
    page = page_at(PAGES[kind]).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


@pytest.mark.parametrize("kind", ["home", "item", "narrowed items", "discrepancies", "sparql"])
def test_a_page_is_whole_without_javascript(page_at: Visits, kind: str) -> None:
    page = page_at(PAGES[kind], scripts=False).page
    assert page.locator("h1").count() == 1
    assert page.locator("main a").count() > 5
    for form in page.locator("main form").all():
        assert form.locator("button, input[type=submit]").count() > 0
