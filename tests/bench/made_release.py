"""Made-up plans as N-Quads of a wished size, and as a release on a shelf that `serve` serves."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from keikaku.build import graphs_of, read_source
from keikaku.graph.dataset import shapes, vocabulary
from keikaku.names import KEI, RDF, SHARED
from keikaku.processes import divided
from keikaku.release.catalogue.entry import catalogue
from keikaku.release.catalogue.offers import DUMP
from keikaku.release.catalogue.publication import Publication
from keikaku.release.catalogue.survey import Survey
from keikaku.release.dumps import canonical, dump
from keikaku.release.listing.index import ITEMS, Listed, listed, write_items_index
from keikaku.release.listing.names_index import NAMES, write_names_index
from keikaku.release.shelf import MANIFEST, STORE
from keikaku.release.write import FORMAT_VERSION
from keikaku.settings import Settings
from keikaku.store.embedded import load

from .plans import city, made_plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyoxigraph import Quad

    from keikaku.release.shelf import Release, Shelf

_LEAST_OF_A_PLAN = 30_000
_ID_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Block:
    """The canonical N-Quads of one plan, or of what all plans share, and what they hold."""

    nquads: bytes
    triples: int
    graphs: Counter[str]
    classes: Counter[str]
    listed: Listed


def blocks(triples: int, seed: int = 1) -> Iterator[Block]:
    """Yield the shared graphs, then plan after plan, until there are at least `triples`."""
    shared = _block(vocabulary() | shapes())
    yield shared
    made = shared.triples
    numbers = range(max(1, triples // _LEAST_OF_A_PLAN + 1))
    for block in divided(_plan_block, seed, numbers):
        yield block
        made += block.triples
        if made >= triples:
            return


def _plan_block(seed: int, number: int) -> Block:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "plan"
        made_plan(number, seed).write(folder)
        source = read_source(folder, Settings())
        return _block(graphs_of(source, SHARED).quads)


def _block(quads: frozenset[Quad] | set[Quad]) -> Block:
    classes = (
        quad.object.value.removeprefix(KEI.iri)
        for quad in quads
        if quad.predicate == RDF["type"]
        and isinstance(quad.object, NamedNode)
        and quad.object in KEI
    )
    graphs = (quad.graph_name.value for quad in quads if isinstance(quad.graph_name, NamedNode))
    nquads = canonical(quads)
    found = listed(nquads.splitlines(keepends=True))
    return Block(nquads, len(quads), Counter(graphs), Counter(classes), found)


def put_on_shelf(shelf: Shelf, triples: int, seed: int = 1) -> Release:
    """Make a release of at least `triples`, put it on the shelf as the current one, return it.

    The same size and seed give the same release; it has the N-Quads and the loaded store, but no
    tables, reports and other dumps.
    """
    with shelf.writing(), shelf.workshop() as folder:
        dumped = folder / f"{DUMP}.nq"
        digest = hashlib.sha256()
        parts: list[Block] = []
        with dumped.open("wb") as file:
            for block in blocks(triples, seed):
                file.write(block.nquads)
                digest.update(block.nquads)
                parts.append(replace(block, nquads=b""))
        name = digest.hexdigest()[:_ID_LENGTH]
        if shelf.has(name):
            release = shelf.release(name)
        else:
            _finish(folder, name, parts)
            release = shelf.put(folder, name)
        shelf.point_to(release)
        return release


def _finish(folder: Path, name: str, parts: list[Block]) -> None:
    """Add catalogue, store and manifest to the N-Quads in `folder`."""
    dumped = folder / f"{DUMP}.nq"
    triples = sum(part.triples for part in parts)
    offered = {dumped.name: (dumped.stat().st_size, _sha256(dumped))}
    entry = _catalogue(name, triples, offered)
    (folder / "catalog.ttl").write_bytes(dump(entry, "ttl"))
    everything = folder / "everything.nq"
    with everything.open("wb") as file, dumped.open("rb") as read:
        while piece := read.read(1 << 20):
            file.write(piece)
        file.write(canonical(entry))
    load(folder / STORE, everything)
    everything.unlink()
    plans = sorted((part.listed for part in parts if part.listed.rows), key=_first_item)
    write_items_index(folder / ITEMS, [parts[0].listed, *plans])
    with dumped.open("rb") as lines:
        write_names_index(folder / NAMES, lines)
    files = [dumped, folder / "catalog.ttl"]
    manifest = {
        "format": FORMAT_VERSION,
        "id": name,
        "base": SHARED,
        "triples": triples,
        "graphs": dict(sorted(_sum(part.graphs for part in parts).items())),
        "classes": dict(sorted(_sum(part.classes for part in parts).items())),
        "plans": [_plan_entry(number) for number in range(len(parts) - 1)],
        "files": {
            path.name: {"bytes": path.stat().st_size, "sha256": _sha256(path)} for path in files
        },
        "indexes": [ITEMS, NAMES],
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def _catalogue(name: str, triples: int, offered: dict[str, tuple[int, str]]) -> set[Quad]:
    """Return the catalogue entry, which is made without reading millions of quads again."""
    found = Survey(triples=triples)
    return catalogue(Publication(SHARED, name, datetime.now(UTC), offered), found)


def _first_item(plan: Listed) -> tuple[str | int, ...]:
    return plan.rows[0].order


def _plan_entry(number: int) -> dict[str, object]:
    title = f"{city(number)}協働推進プラン"
    return {"name": f"made-{number}", "title": title, "discrepancies": {}, "focus_nodes": {}}


def _sum(counters: Iterator[Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for counter in counters:
        total.update(counter)
    return total


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
