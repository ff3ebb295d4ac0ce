"""`make crawl`: every page of the built release, in both languages."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.crawl.walk import walk

from desk import Desk, served

SHOWN = 50


def main() -> int:
    """Build and serve the plans, walk the site, and say what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=100_000, help="pages of each kind")
    most = parser.parse_args().most
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        desk.run("build")
        with served(desk) as site:
            walked = walk(site, most)
    for kind, count in sorted(walked.pages.items()):
        print(f"{count:6} {kind}")
    print(f"{sum(walked.pages.values()):,} pages, {len(walked.faults)} faults")
    for fault in walked.faults[:SHOWN]:
        print(fault)
    return 1 if walked.faults else 0


if __name__ == "__main__":
    sys.exit(main())
