"""What commands write: to standard output, to files, and on a terminal what is being done."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from keikaku.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def put(body: bytes) -> None:
    """Write bytes to standard output."""
    sys.stdout.flush()
    sys.stdout.buffer.write(body)
    sys.stdout.buffer.flush()


def say(text: str) -> None:
    """Write a line to standard output."""
    sys.stdout.write(f"{text}\n")


def progress(text: str) -> None:
    """Tell on a terminal what is being done."""
    if sys.stderr.isatty():
        sys.stderr.write(f"… {text}\n")


def note(text: str) -> None:
    """Write a line to standard error, beside what a command gives."""
    sys.stderr.write(f"{text}\n")


def write(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file, in a folder that is made if need be. Raises SettingsError if it cannot be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.writelines(pieces)
    except OSError as error:
        raise SettingsError(
            f"書き込めません: {error.strerror}",
            f"it cannot be written: {error.strerror}",
            file=str(path),
        ) from error
