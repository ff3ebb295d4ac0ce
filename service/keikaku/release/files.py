"""The files of a release: dumps, tables, reports, catalogue, indexes, the loaded store, manifest.

What a release holds comes in portions, and is written as it is read: in memory is a portion, never
the whole. Only a small release is offered in every format, for which all its quads are needed.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING, Any, BinaryIO

from pyoxigraph import RdfFormat, parse

from keikaku.checks.findings import counts_by_kind
from keikaku.names import KEI, catalog_graph
from keikaku.processes import divided
from keikaku.release import tabular
from keikaku.release.catalogue.entry import catalogue
from keikaku.release.catalogue.offers import DOCUMENTS, DUMP, RESOURCES
from keikaku.release.catalogue.publication import Publication
from keikaku.release.catalogue.survey import Survey, united, without
from keikaku.release.content import FORMAT_VERSION
from keikaku.release.counts import COUNTS, added_up, write_counts
from keikaku.release.csvw import write_tables
from keikaku.release.dumps import canonical, dump
from keikaku.release.linksets import linksets_in, write_linksets
from keikaku.release.listing.index import ITEMS, write_items_index
from keikaku.release.listing.names_index import NAMES, write_names_index
from keikaku.release.parts import owner_of_plan, write_parts
from keikaku.release.portions.graphs import owner_of
from keikaku.release.portions.merge import merged_lines
from keikaku.release.portions.portion import tables_in
from keikaku.release.portions.step import PORTIONS, step_from, write_portions
from keikaku.release.shelf import MANIFEST, STORE
from keikaku.release.tombstones import tombstones_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from pyoxigraph import NamedNode, Quad
    from typing_extensions import Buffer

    from keikaku.release.content import Content, Planned
    from keikaku.release.portions.merge import Merged

    LoadStore = Callable[[Path, BinaryIO], None]
    StepStore = Callable[[Path, Path, Iterable[bytes], Iterable[bytes], NamedNode], bool]
    Progress = Callable[[str], None]

LARGE = 1_000_000
"""A release of more triples has compressed N-Quads and tables as CSV, and no other dumps."""

_LARGE_FILE = 1_000_000  # a dump of more bytes stands beside the same compressed
_GZIP_LEVEL = 6
_INDEXES = (ITEMS, NAMES, COUNTS, PORTIONS)


@dataclass(frozen=True, slots=True)
class History:
    """When a release is written, when the first one was, and which was current before."""

    now: datetime
    first: datetime | None
    before: str | None


@dataclass(frozen=True, slots=True)
class Work:
    """What the writing of a release needs to know; `quads` are all, where it is small."""

    folder: Path
    name: str
    content: Content
    whole: Merged
    history: History
    found: Survey = field(default_factory=Survey)
    quads: frozenset[Quad] | None = None


@dataclass(frozen=True, slots=True)
class Stores:
    """How stores are written: loaded from N-Quads, and made from that of the release before."""

    load: LoadStore
    step: StepStore | None = None


def write_files(work: Work, stores: Stores, progress: Progress) -> None:
    """Write every file of the release into its folder, the manifest last."""
    found = _surveyed(work)
    quads = frozenset(_quads(work.whole.pieces())) if found.triples <= LARGE else None
    work = replace(work, found=found, quads=quads)
    tasks = _tasks(work)
    for number, task in enumerate(divided(_done, work, tasks), start=1):
        progress(f"リリース: {task} ({number} / {len(tasks)})")
    _write_documents(work)
    entry = _entry(work)
    (work.folder / "catalog.ttl").write_bytes(dump(entry | work.content.told, "ttl"))
    _write_reports(work)
    progress("リリース: データベース")
    if not _stepped(work, stores, entry):
        with _Joined(chain(work.whole.pieces(), [canonical(entry)])) as nquads:
            stores.load(work.folder / STORE, io.BufferedReader(nquads))
    keys = [plan.key for plan in work.content.plans if plan.key]
    write_portions(work.folder / PORTIONS, work.content.whole, work.whole, keys)
    manifest = json.dumps(_manifest(work), ensure_ascii=False, indent=1) + "\n"
    (work.folder / MANIFEST).write_text(manifest, encoding="utf-8")


def _stepped(work: Work, stores: Stores, entry: set[Quad]) -> bool:
    """Make the store of a large release from the one before; tells whether it could be done."""
    before = work.history.before
    if work.quads is not None or before is None or stores.step is None:
        return False
    folder = work.folder.parent / before
    step = step_from(folder, work.content.whole, work.whole)
    if step is None:
        return False
    renewed = catalog_graph(work.content.base)
    return stores.step(
        work.folder / STORE,
        folder / STORE,
        step.removed(),
        chain(step.added(), [canonical(entry)]),
        renewed,
    )


def _surveyed(work: Work) -> Survey:
    """Return what the release holds, and write the list of what it describes."""
    found = united(portion.survey() for portion in work.content.whole)
    without(found, _quads(work.whole.repeated))
    found.subjects = 0
    with (work.folder / RESOURCES).open("wb") as file:
        for piece in merged_lines([portion.subjects for portion in work.content.whole]):
            lines = piece.splitlines(keepends=True)
            found.subjects += len(lines)
            file.writelines(found.own(lines, work.content.base))
    return found


def _quads(lines: Iterable[bytes]) -> Iterator[Quad]:
    for some in lines:
        yield from parse(some, format=RdfFormat.N_QUADS)


def _tasks(work: Work) -> tuple[str, ...]:
    """Return what there is to make, the slowest first, so that the processors end together."""
    counts = ("counts",) if work.content.counted else ()
    rest = (*counts, "links", "parts")
    if work.quads is None:
        return "nq", "items", "names", "tables", *rest
    return "jsonld", "nt", "ttl", "rdf", "trig", "tables", "items", "names", "nq", *rest


def _done(work: Work, task: str) -> str:
    """Do one of the tasks, and return its name."""
    if task == "items":
        write_items_index(work.folder / ITEMS, (part.listed() for part in work.content.whole))
    elif task == "names":
        write_names_index(work.folder / NAMES, work.whole.pieces())
    elif task == "tables":
        _write_tables(work)
    elif task == "counts":
        _write_counts(work)
    elif task == "links":
        write_linksets(work.folder, work.whole.pieces(), work.content.apart)
    elif task == "parts":
        write_parts(work.folder, work.content.whole, work.content.parts)
    elif task == "nq" and work.quads is not None:
        _write(work.folder / f"{DUMP}.nq", b"".join(work.whole.pieces()))
    elif work.quads is None:
        with _compressed(work.folder / f"{DUMP}.{task}.gz") as file:
            file.writelines(work.whole.pieces())
    else:
        _write(work.folder / f"{DUMP}.{task}", dump(work.quads, task))
    return task


def _write(path: Path, body: bytes) -> None:
    """Write a dump, with the same compressed where it is large."""
    path.write_bytes(body)
    if len(body) > _LARGE_FILE:
        with _compressed(path.with_name(f"{path.name}.gz")) as file:
            file.write(body)


@contextmanager
def _compressed(path: Path) -> Iterator[gzip.GzipFile]:
    """Give a file that is compressed as it is written, always to the same bytes."""
    with path.open("wb") as raw, gzip.GzipFile("", "wb", _GZIP_LEVEL, raw, mtime=0) as file:
        yield file


def _write_tables(work: Work) -> None:
    made = tabular.tables_of(tables_in(work.content.whole))
    write_tables(made, work.folder)
    if work.quads is not None:
        (work.folder / f"{DUMP}.xlsx").write_bytes(tabular.as_xlsx(made, work.found.standing()))


def _write_counts(work: Work) -> None:
    content = work.content
    write_counts(
        work.folder / COUNTS,
        (
            added_up(query, (made for part in content.whole if (made := part.tally(query.name))))
            for query in content.counted
        ),
    )


def _write_reports(work: Work) -> None:
    folder = work.folder / "report"
    folder.mkdir()
    for plan in work.content.plans:
        for suffix, body in plan.report_files().items():
            (folder / f"{plan.name}.{suffix}").write_bytes(body)


def _write_documents(work: Work) -> None:
    """Write the documents that are offered for download, each in the folder of its plan."""
    for plan in work.content.plans:
        for name, body in plan.documents.items():
            path = work.folder / DOCUMENTS / plan.name / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)


def _documents(content: Content) -> dict[str, str]:
    """Return the file of each document that is offered, by the document's IRI."""
    return {
        plan.names.below("source", 1).value: f"{DOCUMENTS}/{plan.name}/{name}"
        for plan in content.plans
        for name in plan.documents
        if plan.names is not None
    }


def _entry(work: Work) -> set[Quad]:
    """Return the catalogue of the release, which tells of the files that are there by now."""
    files = {name: (said["bytes"], said["sha256"]) for name, said in _files(work.folder).items()}
    history, content = work.history, work.content
    publication = Publication(
        content.base,
        work.name,
        history.now,
        files,
        history.first,
        history.before,
        content.publisher,
        content.examples,
        linksets_in(work.folder),
        content.harvested,
        tuple(content.parts.values()),
        _documents(content),
    )
    return catalogue(publication, work.found)


def _manifest(work: Work) -> dict[str, Any]:
    found, content = work.found, work.content
    classes = {
        iri.removeprefix(KEI.iri): count
        for iri, count in found.classes.items()
        if iri.startswith(KEI.iri)
    }
    if found.not_in_charge:  # a division above departments is counted as none of them
        classes["Department"] -= len(found.not_in_charge)
    return {
        "format": FORMAT_VERSION,
        "id": work.name,
        "base": content.base,
        "triples": found.triples,
        "graphs": {
            graph: {**asdict(said), "files": _holding(content, graph)}
            for graph, said in content.graphs.items()
        },
        "classes": dict(sorted(classes.items())),
        "plans": [
            {
                "name": plan.name,
                "title": plan.report.plan,
                **_dump_of(content, plan),
                "discrepancies": counts_by_kind(plan.report),
                "focus_nodes": plan.report.focus_nodes,
            }
            for plan in content.plans
        ],
        "official": found.standing().is_official,
        "licence": licence.value if (licence := found.licence()) else None,
        "publisher": asdict(content.publisher),
        "gone": tombstones_in(found),
        "files": _files(work.folder),
        "parts": {
            part.name: {"iri": part.iri, "triples": part.triples} for part in content.parts.values()
        },
        "indexes": [name for name in _INDEXES if (work.folder / name).is_file()],
    }


def _dump_of(content: Content, plan: Planned) -> dict[str, str]:
    """Return the IRI of a plan and the file that holds its graphs."""
    part = content.parts.get(owner_of_plan(plan.names)) if plan.names else None
    return {"iri": part.iri, "dump": part.name} if part else {}


def _holding(content: Content, graph: str) -> list[str]:
    """Return the smallest files that hold the lines of a graph between them."""
    part = content.parts.get(owner_of(graph))
    inside = [part.name] if part is not None and graph in content.loaded else []
    return [*inside, *content.files_apart.get(graph, ())]


def _files(folder: Path) -> dict[str, dict[str, Any]]:
    """Return size and digest of each file that is offered: all but indexes and store."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder)): {"bytes": path.stat().st_size, "sha256": _sha256(path)}
        for path in sorted(paths)
        if path.name not in _INDEXES and path.parent.name != STORE
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Joined(io.RawIOBase):
    """Pieces of bytes as one file that can be read once."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        """Take the pieces as they come."""
        self._pieces = iter(pieces)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: Buffer) -> int:
        """Fill a buffer as far as the piece goes that is being read."""
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        target = memoryview(buffer).cast("B")
        count = min(len(target), len(self._rest))
        target[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count
