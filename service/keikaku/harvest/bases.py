"""Which bases others may use: written plainly, and not inside the names of anybody else."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def is_plain(base: str) -> bool:
    """Tell whether a base is written as everybody would write it, and passes for no other.

    >>> is_plain("https://data.example.jp/open/"), is_plain("https://DATA.example.jp:443/a/../")
    (True, False)
    """
    try:
        parts = urlsplit(base)
    except ValueError:
        return False
    return (
        parts.netloc == parts.netloc.lower()
        and "@" not in parts.netloc
        and not parts.netloc.endswith(_DEFAULT_PORTS.get(parts.scheme, "@"))
        and parts.netloc.isascii()
        and not {".", ".."} & set(parts.path.lower().replace("%2e", ".").split("/"))
    )


def encroaches(base: str, others: Iterable[str]) -> str | None:
    """Return another's base of which a base takes names, or one that differs by http and https.

    >>> encroaches("https://a.jp/id/352039/", ["https://a.jp/"])
    'https://a.jp/'
    >>> encroaches("https://a.jp/open/", ["https://a.jp/", "https://a.jp/open/"]) is None
    True
    """
    for other in others:
        if base == other:
            continue
        inside = base.startswith(_names_under(other)) or other.startswith(_names_under(base))
        if inside or base.partition("://")[2] == other.partition("://")[2]:
            return other
    return None


def _names_under(base: str) -> tuple[str, str]:
    return f"{base}id/", f"{base}graph/"
