"""A short soak: 32 clients of all habits, two releases, and every promise held."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
SECONDS = 60 if os.environ.get("CI") else 15


def test_a_server_holds_what_it_promises_among_all_kinds_of_clients() -> None:
    done = subprocess.run(  # noqa: S603  (our own command)
        [sys.executable, "-m", "tests.soak", "--seconds", str(SECONDS)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS + 300,
        env={key: value for key, value in os.environ.items() if "KEIKAKU" not in key},
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
