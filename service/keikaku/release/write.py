"""Writes a release: dumps, tables, reports, catalogue, manifest and the loaded store."""

from __future__ import annotations

import hashlib
import io
import json
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from keikaku.checks.findings import counts_by_kind
from keikaku.checks.publish import as_csv, as_text, as_xlsx
from keikaku.errors import ReleaseError
from keikaku.names import KEI
from keikaku.processes import divided
from keikaku.release import tabular
from keikaku.release.catalogue.entry import catalogue
from keikaku.release.catalogue.offers import DUMP, RESOURCES
from keikaku.release.catalogue.publication import Publication, Publisher
from keikaku.release.catalogue.survey import survey
from keikaku.release.csvw import table_files
from keikaku.release.dumps import FORMATS, canonical, compressed, dump
from keikaku.release.listing.index import ITEMS, write_items_index
from keikaku.release.shelf import MANIFEST, STORE
from keikaku.release.tombstones import tombstones_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from pyoxigraph import Quad

    from keikaku.checks.check import Checked
    from keikaku.checks.report import Report
    from keikaku.release.catalogue.publication import Example
    from keikaku.release.catalogue.survey import Survey
    from keikaku.release.shelf import Release, Shelf

    LoadStore = Callable[[Path, bytes], None]
    Landing = Callable[[str], AbstractContextManager[None]]

FORMAT_VERSION = "2"
"""Goes up when releases of the same data would have to be laid out differently."""

_ID_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Part:
    """A plan of a release: its name in file names, its plan.toml, and what its checks found."""

    name: str
    planfile: bytes
    checked: Checked

    @property
    def report(self) -> Report:
        """The report of its checks."""
        return self.checked.report


@dataclass(frozen=True, slots=True)
class Content:
    """All that a release is made of: the quads of all graphs but the catalogue's, and the plans.

    `publisher` and `examples` are for the catalogue.
    """

    base: str
    quads: frozenset[Quad]
    plans: tuple[Part, ...]
    publisher: Publisher = field(default_factory=Publisher)
    examples: tuple[Example, ...] = ()

    def id(self, nquads: bytes) -> str:
        """Return the release's name: the hash of quads, plan files and format version.

        A publisher who is named in the catalogue counts as well.
        """
        digest = hashlib.sha256(FORMAT_VERSION.encode())
        for part in (nquads, *(plan.planfile for plan in self.plans)):
            digest.update(hashlib.sha256(part).digest())
        digest.update(self.publisher.key)
        return digest.hexdigest()[:_ID_LENGTH]


def write_release(
    content: Content,
    shelf: Shelf,
    load_store: LoadStore,
    now: datetime | None = None,
    landing: Landing = lambda _: nullcontext(),
) -> Release:
    """Write a release, make it the current one, and return it.

    A release of the same content is not written again. `landing(id)` is entered when all is made
    and nothing is on the shelf yet, and left when the release is the current one. Raises
    ReleaseError if a plan has violations, if a triple stands in two graphs, or if the disk takes no
    more; whatever was current stays so, and nothing half-written is left.
    """
    check_content(content)
    nquads = canonical(content.quads)
    name = content.id(nquads)
    now = now or datetime.now(UTC)
    try:
        with shelf.writing(), shelf.workshop() as folder:
            known = shelf.has(name)
            _check_not_withdrawn(shelf, name)
            if not known:
                _fill(folder, name, content, nquads, load_store, _history(shelf, name, now))
            with landing(name):
                release = shelf.release(name) if known else shelf.put(folder, name)
                shelf.point_to(release, now)
            return release
    except OSError as error:
        raise ReleaseError(
            f"リリースを書けません: {error.strerror}。前のリリースはそのままです。",
            f"the release cannot be written: {error.strerror}; the one before stays as it is",
            file=str(shelf.folder),
        ) from error


def check_content(content: Content) -> None:
    """Raise ReleaseError if a plan has violations, or if a triple stands in two graphs."""
    for plan in content.plans:
        if not plan.report.conforms:
            raise ReleaseError(
                f"{plan.name} に違反があります。keikaku check で確かめてください。",
                f"{plan.name} has violations; see `keikaku check`",
            )
    graphs: dict[tuple[object, ...], object] = {}
    for quad in content.quads:
        other = graphs.setdefault((quad.subject, quad.predicate, quad.object), quad.graph_name)
        if other != quad.graph_name:
            raise ReleaseError(
                f"同じ文が二つのグラフにあります: {quad.subject} {quad.predicate} {quad.object}",
                f"one triple stands in {other} and {quad.graph_name}: "
                f"{quad.subject} {quad.predicate} {quad.object}",
            )


def _check_not_withdrawn(shelf: Shelf, name: str) -> None:
    """Raise ReleaseError if a release of this content was withdrawn: it does not come back."""
    gone = shelf.gone().get(name)
    if gone is not None and gone.reason is not None:
        raise ReleaseError(
            f"同じ内容のリリース {name} は取り下げられています(理由: {gone.reason})。"
            "内容か plan.toml を改めてください。",
            f"release {name}, of the same content, was withdrawn ({gone.reason}); change the "
            "document or plan.toml",
        )


@dataclass(frozen=True, slots=True)
class _History:
    """When a release is written, when the first one was, and which was current before."""

    now: datetime
    first: datetime | None
    before: str | None


def _history(shelf: Shelf, name: str, now: datetime) -> _History:
    entries = shelf.index()
    before = shelf.current_id()
    return _History(now, entries[0].date if entries else None, before if before != name else None)


def _fill(
    folder: Path,
    name: str,
    content: Content,
    nquads: bytes,
    load_store: LoadStore,
    history: _History,
) -> None:
    """Write every file of the release into `folder`, the manifest last."""
    # the slowest first, so that the processors end together
    kinds = sorted(set(FORMATS) - {"nq"}, key=("jsonld", "nt", "ttl", "rdf", "trig").index)
    files = compressed({f"{DUMP}.nq": nquads})
    for part in divided(_dumped, content.quads, kinds):
        files |= part
    made = tabular.tables(content.quads)
    files |= table_files(made)
    files[f"{DUMP}.xlsx"] = tabular.as_xlsx(made)
    found = survey(content.quads)
    files[RESOURCES] = "".join(f"{iri}\n" for iri in found.own(content.base)).encode()
    publication = Publication(
        content.base,
        name,
        history.now,
        {path: (len(body), _sha256(body)) for path, body in files.items()},
        history.first,
        history.before,
        content.publisher,
        content.examples,
    )
    entry = catalogue(publication, found)
    files["catalog.ttl"] = dump(entry, "ttl")
    for plan in content.plans:
        files |= _reports(plan)
    for path, body in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(body)
    load_store(folder / STORE, nquads + canonical(entry))
    write_items_index(folder / ITEMS, io.BytesIO(nquads))
    manifest = _manifest(name, content, files, found)
    (folder / MANIFEST).write_text(
        json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )


def _dumped(quads: frozenset[Quad], kind: str) -> dict[str, bytes]:
    """Return a dump, with the same compressed where it is large."""
    return compressed({f"{DUMP}.{kind}": dump(quads, kind)})


def _reports(plan: Part) -> dict[str, bytes]:
    return {
        f"report/{plan.name}.ttl": plan.checked.turtle,
        f"report/{plan.name}.csv": as_csv(plan.report),
        f"report/{plan.name}.xlsx": as_xlsx(plan.report),
        f"report/{plan.name}.txt": as_text(plan.report).encode(),
    }


def _manifest(
    name: str, content: Content, files: Mapping[str, bytes], found: Survey
) -> dict[str, Any]:
    classes = {
        iri.removeprefix(KEI.iri): count
        for iri, count in found.classes.items()
        if iri.startswith(KEI.iri)
    }
    return {
        "format": FORMAT_VERSION,
        "id": name,
        "base": content.base,
        "triples": len(content.quads),
        "graphs": dict(sorted(found.graphs.items())),
        "classes": dict(sorted(classes.items())),
        "plans": [
            {
                "name": plan.name,
                "title": plan.report.plan,
                "discrepancies": counts_by_kind(plan.report),
                "focus_nodes": plan.report.focus_nodes,
            }
            for plan in content.plans
        ],
        "publisher": {"name": content.publisher.name, "url": content.publisher.url},
        "gone": tombstones_in(found),
        "files": {
            path: {"bytes": len(body), "sha256": _sha256(body)}
            for path, body in sorted(files.items())
        },
        "indexes": [ITEMS],
    }


def _sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
