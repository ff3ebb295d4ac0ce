"""PLACEHOLDER until the real module lands; overwrite this file."""

from pathlib import Path

from pyoxigraph import RdfFormat, Store


def load(path: Path, nquads: bytes) -> None:
    """Write a new on-disk store."""
    store = Store(str(path))
    store.bulk_load(nquads, RdfFormat.N_QUADS)
    store.optimize()
    store.flush()
