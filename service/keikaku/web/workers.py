"""The worker processes of a server: over the current release, older ones, or RDF files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keikaku.store.configured import bounds_of, limits_of
from keikaku.store.pool import Pool, PooledStore
from keikaku.store.spawn import OnDisk, Zygote
from keikaku.store.wire import Data

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from keikaku.release.shelf import Release
    from keikaku.settings import Settings


class Workers:
    """The pool, and the zygotes that its workers come from.

    Stores are opened outside the event loop; `serve` and `retire` belong into it.
    """

    def __init__(self, settings: Settings) -> None:
        """Start no process yet."""
        self.pool = Pool(limits_of(settings))
        self._settings = settings
        self._on_disk: Zygote | None = None

    def _data(self, store: Path | None = None, files: Sequence[Path] = ()) -> Data:
        memory = self._settings.max_query_memory
        return Data(bounds_of(self._settings), memory, store, tuple(files))

    def open_release(self, release: Release) -> PooledStore:
        """Return a release's store, in memory if it is small enough. Raises ReleaseError."""
        if release.manifest["triples"] > self._settings.max_memory_triples:
            return self.open_on_disk(release)
        return PooledStore(self.pool, _loaded(self._data(release.store)))

    def open_on_disk(self, release: Release) -> PooledStore:
        """Return a release's store as it lies on the disk."""
        self._on_disk = self._on_disk or Zygote(self._data())
        return PooledStore(self.pool, OnDisk(self._on_disk, release.store))

    def open_files(self, files: Sequence[Path]) -> PooledStore:
        """Return a store of RDF files, whose default graph is the default graph.

        Raises SourceError for one that is not there, of an unknown kind, or not well-formed.
        """
        return PooledStore(self.pool, _loaded(self._data(files=files)), union=False)

    def serve(self, store: PooledStore) -> None:
        """Keep workers ready over this store."""
        self.pool.prefer(store.source)

    def retire(self, store: PooledStore) -> None:
        """Let go of a store when the queries that it has are answered."""
        self.pool.retire(store.source)

    def close(self) -> None:
        """End all processes."""
        self.pool.close()
        if self._on_disk:
            self._on_disk.close()


def _loaded(data: Data) -> Zygote:
    zygote = Zygote(data)
    zygote.wait()
    return zygote
