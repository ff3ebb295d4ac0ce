"""Files that are replaced as a whole: whoever reads sees the old one or the new one."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from keikaku.errors import SettingsError
from keikaku.release.shelf import sync


def replace_file(path: Path, body: bytes) -> None:
    """Write a file in the place of another, of which nothing is kept.

    Raises SettingsError where it cannot be written.
    """
    try:
        descriptor, fresh = tempfile.mkstemp(prefix=".", dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(body)
                file.flush()
                os.fsync(descriptor)
            shutil.copymode(path, fresh)
            Path(fresh).replace(path)
        except BaseException:
            Path(fresh).unlink(missing_ok=True)
            raise
        sync(path.parent)
    except OSError as error:
        raise SettingsError(
            f"書き込めません: {error.strerror}。前のままです。",
            f"it cannot be written: {error.strerror}; it is as it was",
            file=str(path),
        ) from error
