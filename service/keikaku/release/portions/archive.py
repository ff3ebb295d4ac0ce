"""Files that belong together as one file, each compressed: written at one blow, read one by one."""

from __future__ import annotations

import os
import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import zstandard

if TYPE_CHECKING:
    from collections.abc import Mapping

_OLDEST = (1980, 1, 1, 0, 0, 0)


def write_archive(path: Path, files: Mapping[str, bytes]) -> None:
    """Write the files to `path`; whoever reads there sees all of them or none."""
    descriptor, name = tempfile.mkstemp(prefix=".", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file, zipfile.ZipFile(file, "w") as archive:
            for inside, body in files.items():
                archive.writestr(zipfile.ZipInfo(inside, _OLDEST), zstandard.compress(body))
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def read_archive(path: Path, name: str) -> bytes:
    """Return one of the files. Raises KeyError, OSError or BadZipFile where there is none."""
    with zipfile.ZipFile(path) as archive:
        return zstandard.decompress(archive.read(name))


def names_in(path: Path) -> tuple[str, ...]:
    """Return the names of the files. Raises OSError or zipfile.BadZipFile if it is no archive."""
    with zipfile.ZipFile(path) as archive:
        return tuple(archive.namelist())
