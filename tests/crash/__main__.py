"""`python -m tests.crash [MOMENTS]`: kill -9 at many moments, spread over all of a deposit."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from crash.sweep import (
    Moment,
    ends_in,
    killed_at,
    seconds_of_a_deposit,
)

MOMENTS = 60
SLACK = 1.2
LANDING_SECONDS = 0.25
"""About how long it takes from the journal to the answer: all that changes what is published."""


def main(moments: int) -> None:
    """Sweep, and say which moments left the old and which the new state."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ends = ends_in(folder)
        whole = SLACK * seconds_of_a_deposit(ends, folder / "whole")
        half = max(moments // 2, 1)
        sweep = [Moment(whole * number / half) for number in range(half)]
        sweep += [Moment(LANDING_SECONDS * number / half, True) for number in range(half)]
        found = []
        for number, moment in enumerate(sweep):
            found.append(killed_at(moment, ends, folder / str(number)))
            print(f"{moment}: {'new' if found[-1] else 'old'}", flush=True)
        print(
            f"{len(sweep)} moments: {found.count(False)} old, {found.count(True)} new, none between"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else MOMENTS)
