"""The list of items over quads, as a release would have it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from keikaku.answers.items.index import ItemIndex
from keikaku.answers.items.listing import ItemList, Items
from keikaku.answers.lexicon import Lexicon
from keikaku.release.dumps import canonical
from keikaku.release.listing import index

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pyoxigraph import Quad

    from keikaku.store.base import Store


def index_of(quads: Iterable[Quad], folder: Path) -> ItemIndex:
    """Write the index of the quads into a folder, and open it."""
    path = folder / index.ITEMS
    index.write_items_index(path, [index.listed(io.BytesIO(canonical(quads)))])
    return ItemIndex(f"file:{path}?mode=ro&immutable=1")


def items_over(quads: Iterable[Quad], store: Store, folder: Path) -> Items:
    """Return the lists of the quads, which `store` holds too."""
    return Items(index_of(quads, folder), Lexicon.read(store), "a-release")


def listed(items: Items, address: str) -> ItemList:
    """Return the list that the query part of an address asks for."""
    return items.list(items.query(parse_qsl(address, keep_blank_values=True)))


def numbers(made: ItemList) -> list[str]:
    """Return the numbers of the items of a list's page."""
    return [item.number for item in made.items]
