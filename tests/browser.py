"""A real browser: Debian's Chromium, headless, that notes what goes wrong on a page."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

DESKTOP, PHONE = 1280, 390
"""Widths of windows."""

LONGEST_WAIT = 20_000
"""How long a page is waited for, in milliseconds; it bounds a failure and times nothing."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Give a running browser; the test is skipped where there is none."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("there is no Chromium here (Debian: chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Visit:
    """A page that is open, and what it has done so far.

    `errors` are what the console says is wrong and what scripts threw; `foreign` the addresses of
    other hosts that the page asked for, none of which is let through.
    """

    page: Page
    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What a person reads on the page."""
        return self.page.inner_text("body")


class Visits:
    """Opens pages of one site, each in a window of its own: `page_at("/sparql")`."""

    def __init__(self, browser: Browser, site: str) -> None:
        """Open nothing yet."""
        self._browser = browser
        self._site = site
        self._contexts: list[Any] = []

    def __call__(
        self,
        path: str,
        *,
        width: int = DESKTOP,
        dark: bool = False,
        scripts: bool = True,
        wait: Literal["load", "networkidle"] = "networkidle",
    ) -> Visit:
        """Open the page at a path of the site, and wait until it asks for nothing more."""
        context = self._browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            accept_downloads=True,
        )
        context.set_default_timeout(LONGEST_WAIT)
        self._contexts.append(context)
        visit = Visit(context.new_page())
        self._watch(visit, context)
        visit.page.goto(self._site + path, wait_until=wait)
        return visit

    def close(self) -> None:
        """Close the windows."""
        for context in self._contexts:
            context.close()

    def _watch(self, visit: Visit, context: Any) -> None:
        def pass_on(route: Any) -> None:
            visit.foreign.append(route.request.url)
            route.abort()

        here = urlsplit(self._site).netloc
        context.route(lambda url: _is_foreign(url, here), pass_on)
        visit.page.on(
            "console",
            lambda said: visit.errors.append(said.text) if said.type == "error" else None,
        )
        visit.page.on("pageerror", lambda error: visit.errors.append(str(error)))


def _is_foreign(url: str, here: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme not in ("data", "blob", "about") and parts.netloc != here
