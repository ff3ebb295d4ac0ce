"""All plans of markers, built once, with every face of theirs walked over."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.withheld.faces import Faces, command, commands, hub, publishing_api, server
from tests.withheld.faults import write_faulty
from tests.withheld.markers import Markers
from tests.withheld.plans import SAMPLES, write_sample
from tests.withheld.search import Search

if TYPE_CHECKING:
    from collections import Counter
    from pathlib import Path

SENT = ("register-md", "register-xlsx", "evaluation-docx", "sheets-md")
"""The plans that are published over HTTP too."""


@dataclass
class World:
    """The folder in which the plans are built, their markers, and what their faces told."""

    folder: Path
    markers: Markers
    faces: Faces
    kinds: Counter[str]
    statuses: Counter[int]


def world_in(folder: Path) -> World:
    """Return every plan of markers, built in a folder and walked over."""
    markers = Markers()
    plans = {sample.name: write_sample(sample, markers, folder / "plans") for sample in SAMPLES}
    faulty = write_faulty(markers, folder / "faulty")
    faces = Faces(Search(tuple(markers.made.values()), hashes_of(plans)))
    command(faces, "build", folder, "build")
    releases = folder / "releases"
    _release(faces, releases)
    commands(faces, folder)
    command(faces, "faults", folder, "check", "faulty", "--out", "faults", code=2)
    faces.look_in("faults", folder / "faults")
    kinds = server(faces, folder, folder / "server.log", markers.made.values())
    city = folder / "publisher"
    (city / "plans").mkdir(parents=True)
    statuses = publishing_api(
        faces,
        city,
        folder / "publishing.log",
        [plans[name] for name in SENT],
        [
            (sample.folder, folder / "faulty" / name)
            for name, sample in faulty.items()
            if sample.name in SENT
        ],
    )
    hub(faces, folder / "hub", folder, folder / "hub.log")
    return World(folder, markers, faces, kinds, statuses)


def _release(faces: Faces, releases: Path) -> None:
    """Search what lies on the disk: files, indexes, the store, and what was made ready."""

    def in_store(where: str) -> bool:
        return "/store" in where

    faces.look_in("prepared", releases / ".prepared")
    faces.look_in("store", releases, lambda where: in_store(where) and "prepared" not in where)
    faces.look_in("indexes", releases, lambda where: where.endswith(".sqlite"))
    faces.look_in(
        "release",
        releases,
        lambda where: not (in_store(where) or where.endswith(".sqlite") or "prepared" in where),
    )


def hashes_of(plans: dict[str, Path]) -> dict[str, tuple[str, str]]:
    """Return the plan and file of the SHA-256 of each file of these folders."""
    return {
        hashlib.sha256(path.read_bytes()).hexdigest(): (name, path.name)
        for name, folder in plans.items()
        for path in folder.iterdir()
        if path.is_file()
    }
