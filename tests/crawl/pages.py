"""What a page links to, and what it lets a browser fetch."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

_FETCHED = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
    "embed": "src",
    "object": "data",
    "image": "href",
    "use": "href",
}
"""The attribute of an element by which a browser fetches something without being asked."""

_FETCHED_LINKS = {"stylesheet", "icon", "preload", "modulepreload", "manifest", "prefetch"}
_STYLED = re.compile(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)")


@dataclass
class Page(HTMLParser):
    """A page as a crawler sees it: absolute addresses without fragments, of its forms too."""

    address: str
    links: set[str] = field(default_factory=set)
    fetched: set[str] = field(default_factory=set)
    targets: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    twice: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Begin at the top."""
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what an element names, links to, and fetches."""
        given = {name: value or "" for name, value in attrs}
        if name := given.get("id"):
            (self.twice if name in self.names else self.names).add(name)
        if tag in ("a", "area") and "href" in given:
            whole = urljoin(self.address, given["href"])
            self.links.add(urldefrag(whole).url)
            if urldefrag(whole).url == self.address and urlsplit(whole).fragment:
                self.targets.add(urlsplit(whole).fragment)
        if tag == "form" and given.get("method", "get").lower() == "get":
            self.links.add(urldefrag(urljoin(self.address, given.get("action", ""))).url)
        if tag == "link":
            relations = set(given.get("rel", "").split())
            found = self.fetched if relations & _FETCHED_LINKS else self.links
            found.add(urldefrag(urljoin(self.address, given.get("href", ""))).url)
        if tag in _FETCHED and (given.get(_FETCHED[tag]) or "").partition("#")[0]:
            self.fetched.add(urljoin(self.address, given[_FETCHED[tag]]))
        self.fetched |= styled(given.get("style", ""), self.address)


def styled(css: str, address: str) -> set[str]:
    """Return what a style sheet lets a browser fetch."""
    found = {first or second for first, second in _STYLED.findall(css)}
    return {urljoin(address, one) for one in found if not one.startswith(("data:", "#"))}
