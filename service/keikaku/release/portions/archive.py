"""Files that belong together as one file, each compressed: written at one blow, read one by one."""

from __future__ import annotations

import os
import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import zstandard

from keikaku.errors import ReleaseError

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


def read_made(path: Path, name: str) -> bytes:
    """Return one of the files of an archive that is made anew where it is missing.

    A damaged one is removed. Raises ReleaseError, which says so.
    """
    try:
        return read_archive(path, name)
    except (zipfile.BadZipFile, zstandard.ZstdError, EOFError, KeyError) as error:
        path.unlink(missing_ok=True)
        raise ReleaseError(
            "準備しておいたファイルが壊れていたので除きました。もう一度実行すると作り直します。",
            f"what was made ready was damaged ({error}) and is removed; run again to make it anew",
            file=str(path),
        ) from error


def names_in(path: Path) -> tuple[str, ...]:
    """Return the names of the files. Raises OSError or zipfile.BadZipFile if it is no archive."""
    with zipfile.ZipFile(path) as archive:
        return tuple(archive.namelist())
