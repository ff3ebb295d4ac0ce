"""harvest.toml: where the graphs in a plan's folder were taken from, and under which base."""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING

from pydantic import Field

from keikaku.closed import Closed, read_closed
from keikaku.errors import PlanFileError

if TYPE_CHECKING:
    from pathlib import Path

HARVEST_FILE = "harvest.toml"

_HEAD = "# keikaku harvest が書いたもの。手で直さないでください。 (written by keikaku harvest)"


class Harvested(Closed):
    """What `keikaku harvest` wrote of a plan; `base` begins the IRIs of its publisher.

    `catalogue` is the address that was asked, `dataset` what the catalogue calls the data, in
    which `version`; `dump` is the file, with its `sha256` and `etag`. Title, publisher and licence
    are as the catalogue states them.
    """

    base: str = Field(pattern=r"^https?://\S+/$")
    plan: str = Field(pattern=r"^https?://\S+$")
    catalogue: str
    dataset: str = ""
    version: str = ""
    dump: str
    sha256: str
    etag: str = ""
    date: str
    title: str = ""
    publisher: str = ""
    licence: str = ""

    @property
    def city(self) -> str:
        """The IRI of the municipality whose plan it is."""
        return self.plan.rpartition("/")[0]

    @property
    def source(self) -> str:
        """The IRI of the data that it was taken from: the dataset, or the file without one."""
        return self.dataset or self.dump


def read_harvested(folder: Path) -> Harvested | None:
    """Return where the plan in a folder was taken from, None if it is the publisher's own.

    Raises PlanFileError for a harvest.toml that was changed into something else.
    """
    path = folder / HARVEST_FILE
    if not path.is_file():
        return None
    return read_closed(path, Harvested, PlanFileError)[0]


def harvested_in(text: bytes) -> Harvested:
    """Return what a harvest.toml says that was read and checked before."""
    return Harvested.model_validate(tomllib.loads(text.decode()))


def written_harvested(harvested: Harvested) -> str:
    """Return the text of a harvest.toml."""
    lines = [
        f"{key} = {json.dumps(value, ensure_ascii=False)}"
        for key, value in harvested.model_dump().items()
        if value
    ]
    return "\n".join((_HEAD, *lines, ""))
