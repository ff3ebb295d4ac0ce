"""How long a page of each kind takes, and how large it is: the first time, and when it is kept."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

import httpx

from desk import Desk, served
from page_kinds import PAGES

AGAIN = 20
"""How often a page is fetched again, of which the median counts."""


def table_of_pages() -> str:
    """Build and serve the plans, fetch a page of every kind, and return the figures."""
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        desk.run("build")
        with served(desk) as site, httpx.Client(headers={"Accept": "text/html"}) as client:
            client.get(f"{site}/about")  # the templates of the frame are compiled once
            rows = [_row(kind, f"{site}{path}", client) for kind, path in PAGES.items()]
    return "\n| page | first ms | again ms | bytes |\n|---|---:|---:|---:|\n" + "".join(rows)


def _row(kind: str, address: str, client: httpx.Client) -> str:
    first, size = _fetch(address, client)
    again = statistics.median(_fetch(address, client)[0] for _ in range(AGAIN))
    return f"| {kind} | {first * 1000:.0f} | {again * 1000:.1f} | {size:,} |\n"


def _fetch(address: str, client: httpx.Client) -> tuple[float, int]:
    began = time.perf_counter()
    answer = client.get(address, follow_redirects=True)
    return time.perf_counter() - began, len(answer.content)
