"""Walks a whole site by its links, in both languages, and says what is wrong."""

from __future__ import annotations

import re
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import httpx
from tests.crawl.pages import Page, styled

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_QUERIES = 60
"""The most pages of a kind that differ in parameters only: lists can be narrowed without end."""

LARGEST = 300_000
"""The most bytes that a page may have (the editor's bundle is no page)."""

_FIGURES = re.compile(r"[0-9a-f]{16}|\d+|[①-⑳]")
_OF_A_KIND = re.compile(r"(/doc/(?:party|phase|fy|kind|department|outcome)/).*")


@dataclass
class Walked:
    """What was found: each fault with the page that leads to it."""

    pages: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    large: list[str] = field(default_factory=list)
    untargeted: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)

    @property
    def faults(self) -> list[str]:
        """Everything that is wrong."""
        return self.broken + self.foreign + self.large + self.untargeted + self.twice


def kind_of(address: str) -> str:
    """Return what pages that differ only in figures, names and parameters have in common."""
    parts = urlsplit(address)
    path = _OF_A_KIND.sub(r"\1*", unquote(parts.path))
    path = re.sub(r"/doc/\d{6}/(department|party)/.*", r"/doc/*/\1/*", path)
    path = re.sub(r"(/doc/\d+/[^/]+/(?:discrepancy|decision)/)[^.]*", r"\1*", path)
    names = sorted({pair.partition("=")[0] for pair in parts.query.split("&") if pair})
    return _FIGURES.sub("*", path) + ("?" + "&".join(names) if names else "")


def walk(site: str, most: int, starts: tuple[str, ...] = ("/", "/en/", "/sitemap.xml")) -> Walked:
    """Fetch every page that links lead to, at most `most` of each kind, and what pages fetch."""
    walked = Walked()
    queue = deque((f"{site}{start}", "the start") for start in starts)
    seen = {address for address, _ in queue}
    with httpx.Client(headers={"Accept": "text/html,*/*;q=0.8"}, timeout=60) as client:
        while queue:
            address, source = queue.popleft()
            kind = kind_of(address)
            if walked.pages[kind] >= (min(most, MOST_QUERIES) if "?" in kind else most):
                continue
            walked.pages[kind] += 1
            for found in _visit(client, site, address, source, walked):
                if found not in seen:
                    seen.add(found)
                    queue.append((found, address))
    return walked


def _visit(
    client: httpx.Client, site: str, address: str, source: str, walked: Walked
) -> Iterator[str]:
    with client.stream("GET", address) as response:
        if response.status_code >= httpx.codes.BAD_REQUEST:
            walked.broken.append(f"{response.status_code} {unquote(address)} from {source}")
        if response.has_redirect_location:
            target = str(response.next_request.url) if response.next_request else ""
            yield from [target] if target.startswith(site) else []
            return
        kind = response.headers.get("content-type", "").partition(";")[0]
        if kind not in ("text/html", "text/css", "application/xml"):
            return
        body = response.read()
    if kind == "application/xml":
        # its addresses are those of the public site: the same paths are here
        paths = re.findall(r"<loc>https?://[^/<]+(/[^<]*)</loc>", body.decode())
        yield from (f"{site}{path}" for path in paths)
        return
    if kind == "text/css":
        _fetch(styled(body.decode(), address), site, address, walked)
        return
    walked.sizes[address] = len(body)
    if len(body) > LARGEST:
        walked.large.append(f"{len(body):,} bytes: {unquote(address)}")
    page = Page(address)
    page.feed(body.decode())
    page.close()
    walked.untargeted += [f"#{name} in {unquote(address)}" for name in page.targets - page.names]
    walked.twice += [f"id {name} twice in {unquote(address)}" for name in page.twice]
    _fetch(page.fetched, site, address, walked)
    yield from (link for link in sorted(page.links | page.fetched) if link.startswith(f"{site}/"))


def _fetch(fetched: set[str], site: str, address: str, walked: Walked) -> None:
    outside = (one for one in fetched if not one.startswith((f"{site}/", "data:")))
    walked.foreign += [f"{one} fetched by {unquote(address)}" for one in outside]
