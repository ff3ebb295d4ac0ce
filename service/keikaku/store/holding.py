"""Which release the server engine holds: a small file beside the releases, replaced as a whole.

Readers look there for the endpoint to ask, so that writing it is what publishes a release.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from keikaku.errors import ReleaseError
from keikaku.store.base import WHOLE, Dataset
from keikaku.store.configured import bounds_of, limits_of
from keikaku.store.connection import Connection
from keikaku.store.remote import RemoteStore

if TYPE_CHECKING:
    from pathlib import Path

    from keikaku.settings import Settings

FILE = "engine.json"


@dataclass(frozen=True, slots=True)
class Holding:
    """The release that an engine holds, since when, and where it is asked.

    `graphs` are to be named in each request where the engine's default graph is not their union.
    """

    release: str
    endpoint: str
    slot: int | None
    date: datetime
    graphs: tuple[str, ...] = ()

    @property
    def whole(self) -> Dataset:
        """The dataset that stands for the whole release."""
        return Dataset(self.graphs, self.graphs) if self.graphs else WHOLE


def read_holding(folder: Path) -> Holding | None:
    """Return what the engine of a folder of releases holds, None if nothing was published to one.

    Raises ReleaseError if the file cannot be read.
    """
    path = folder / FILE
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return Holding(
            release=said["release"],
            endpoint=said["endpoint"],
            slot=said["slot"],
            date=datetime.fromisoformat(said["date"]),
            graphs=tuple(said["graphs"]),
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise ReleaseError(
            "どのリリースがエンジンにあるかを書いたファイルが読めません。"
            "消してから keikaku publish をやり直してください。",
            "the file that says which release the engine holds cannot be read; "
            "remove it and run `keikaku publish` again",
            file=str(path),
        ) from error


def write_holding(folder: Path, served: Holding) -> None:
    """Say what the engine holds from now on; readers see the old file or the new one."""
    said = {
        "release": served.release,
        "endpoint": served.endpoint,
        "slot": served.slot,
        "date": served.date.isoformat(),
        "graphs": list(served.graphs),
    }
    fresh = folder / f".{FILE}"
    with fresh.open("w", encoding="utf-8") as file:
        file.write(json.dumps(said, ensure_ascii=False, indent=1) + "\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(folder / FILE)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def connection_of(settings: Settings) -> Connection:
    """Return a pool of connections as the settings say."""
    return Connection(settings.engine_user, settings.engine_password, settings.engine_connections)


def engine_store(settings: Settings, connection: Connection) -> tuple[RemoteStore, Holding]:
    """Return the store that answers from the server engine, and which release that is.

    Raises ReleaseError if nothing was published to the engine that the settings name.
    """
    served = read_holding(settings.releases)
    if served is None or served.endpoint != settings.engine.replace("{slot}", str(served.slot)):
        raise ReleaseError(
            f"エンジン {settings.engine} にはまだ公開していません。"
            "先に keikaku publish を実行してください。",
            f"nothing was published to the engine {settings.engine}; run `keikaku publish` first",
            file=str(settings.releases / FILE),
        )
    store = RemoteStore(
        served.endpoint,
        connection,
        replace(bounds_of(settings), services=frozenset()),  # it would ask from its own network
        limits_of(settings),
        served.whole,
    )
    return store, served
