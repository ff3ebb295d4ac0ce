"""A long fuzzing: `make fuzz`, or `python -m tests.fuzz [EXAMPLES]` with so many of each kind.

The same tests run in `make test` with few examples, always the same ones; here they are drawn anew.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest


def main() -> int:
    """Run the tests of this folder with the large profile."""
    if len(sys.argv) > 1:
        os.environ["FUZZ_EXAMPLES"] = sys.argv[1]
    os.environ["FUZZ"] = "large"
    return pytest.main([str(Path(__file__).parent), "-q", "-n", "0", "-p", "no:cacheprovider"])


if __name__ == "__main__":
    sys.exit(main())
