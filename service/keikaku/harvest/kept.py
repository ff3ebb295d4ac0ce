"""The folder of harvested plans: what lies in it, and how a newer plan takes its place there."""

from __future__ import annotations

import fcntl
import hashlib
import re
import shutil
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from keikaku.build import folders_in
from keikaku.errors import HarvestError, KeikakuError
from keikaku.graph.given import GRAPHS_FILE
from keikaku.records.harvested import read_harvested
from keikaku.records.planfile import FILE_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from keikaku.names import PlanNames
    from keikaku.records.harvested import Harvested

PARTS = ".partial"
"""Where dumps lie while they are fetched."""

MAKING = ".making-"
"""How the names of folders begin in which plans are made."""

_LOCK = ".lock"
_LONGEST_KEPT = 30 * 86_400  # seconds for which a part of a dump is kept, to go on with it


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Let no other harvest work on the folder."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / PARTS).mkdir(exist_ok=True)
        with (folder / _LOCK).open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise HarvestError(
                    "別の keikaku harvest が動いています。終わるのを待ってください。",
                    "another keikaku harvest is at work; wait until it ends",
                    file=str(folder),
                ) from error
            _tidy(folder)
            yield
    except OSError as error:
        raise HarvestError(
            f"集めた計画の置き場所に書けません: {error.strerror}",
            f"the folder of harvested plans cannot be written: {error.strerror}",
            file=str(folder),
        ) from error


def _tidy(folder: Path) -> None:
    """Remove what earlier runs left behind: parts of dumps long gone, folders half made."""
    for path in (folder / PARTS).iterdir():
        if path.stat().st_mtime < time.time() - _LONGEST_KEPT:
            path.unlink()
    for path in folder.glob(f"{MAKING}*"):
        shutil.rmtree(path, ignore_errors=True)
    for path in folder.glob(".*.old"):
        place = path.with_name(path.name.removeprefix(".").removesuffix(".old"))
        if place.exists():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.rename(place)


def harvested_plans(harvested: Path) -> Iterator[tuple[Path, Harvested]]:
    """Yield each folder of a harvested plan, and where it was taken from."""
    for folder in folders_in(harvested.resolve()):
        try:
            known = read_harvested(folder)
        except KeikakuError:
            continue
        if known:
            yield folder, known


def lasting(harvested: Harvested) -> tuple[str, ...]:
    """Return what makes a harvested plan another one though its graphs are the same."""
    return (harvested.base, harvested.catalogue, harvested.publisher, harvested.licence)


def read_kept(folder: Path) -> tuple[bytes, bytes, tuple[str, ...]] | None:
    """Return what is kept of a plan: plan.toml, graphs and what lasts of the rest; None if not."""
    try:
        known = read_harvested(folder)
        files = ((folder / name).read_bytes() for name in (FILE_NAME, GRAPHS_FILE))
        return (*files, lasting(known)) if known else None  # type: ignore[return-value]
    except (KeikakuError, OSError):
        return None


def folder_name(names: PlanNames) -> str:
    """Return the name of a plan's folder, which no plan of another publisher has."""
    base = names.city.base
    host = re.sub(r"[^a-z0-9.]+", "-", (urlsplit(base).hostname or "").lower())[:60]
    whole = f"{base}\n{names.city.code}\n{names.name}"
    mark = hashlib.sha256(whole.encode()).hexdigest()[:16]
    return f"{host}-{mark}-{names.city.code}-{names.name[:100]}"


def part_of(harvested: Path, dump: str, sha256: str) -> Path:
    """Return where a dump lies while it is fetched; what came of it stays beside, to go on with."""
    name = hashlib.sha256(f"{dump} {sha256}".encode()).hexdigest()[:24]
    return harvested / PARTS / name


def remove(folder: Path, known: Harvested) -> None:
    """Remove a plan's folder, and what may lie there of the dump that it was taken from."""
    for digest in (known.sha256, ""):
        path = part_of(folder.parent, known.dump, digest)
        for part in path.parent.glob(f"{path.name}*"):
            part.unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        raise HarvestError(
            "取り下げられた計画のフォルダを除けません。手で除いてください。",
            "the folder of a plan that was withdrawn cannot be removed; remove it by hand",
            file=str(folder),
        )


def put(made: Path, target: Path) -> None:
    """Put a folder in the place of another, which is removed when the new one stands."""
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    made.rename(target)
    shutil.rmtree(old, ignore_errors=True)
