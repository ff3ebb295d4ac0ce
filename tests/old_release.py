"""Releases as they were laid out before format 3, made from a new one, as tests need them.

Labels of cells stand with everything else that rules conclude, evidence has labels and is said to
be an rdf:Statement, the publisher stands in the catalogue, there are no dumps of single plans, and
the manifest counts the triples of graphs and no more. Format 1 has no indexes either.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import shutil
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from keikaku.names import KEI, RDF, RDFS, catalog_graph, publisher_graph
from keikaku.release.dumps import canonical
from keikaku.release.shelf import MANIFEST, STORE
from keikaku.store.embedded import load

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from keikaku.release.shelf import Release, Shelf

_LATER = ("plans", "cities", "shared.nq.gz")
_INDEXES = ("items.sqlite", "names.sqlite", "counts.zip", "portions.zip")


def put_as_of_old(release: Release, shelf: Shelf, version: str = "2") -> Release:
    """Put a release on a shelf in an older format, make it the current one, and return it."""
    quads = set(_old_quads(release))
    body = canonical(quads)
    name = hashlib.sha256(version.encode() + body).hexdigest()[:16]
    with shelf.writing(), shelf.workshop() as folder:
        shutil.copytree(release.folder, folder, dirs_exist_ok=True)
        for later in (*_LATER, STORE, *(_INDEXES if version == "1" else ())):
            path = folder / later
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        (folder / "keikaku.nq").write_bytes(body)
        (folder / "keikaku.nq.gz").write_bytes(gzip.compress(body, mtime=0))
        load(folder / STORE, io.BytesIO(body + canonical(_catalogue(release))))
        said = _old_manifest(release, folder, quads, version)
        (folder / MANIFEST).write_text(json.dumps(said), encoding="utf-8")
        old = shelf.put(folder, name)
        shelf.point_to(old)
        return old


def _old_quads(release: Release) -> Iterator[Quad]:
    quads = list(parse(path=str(release.file("keikaku.nq")), format=RdfFormat.N_QUADS))
    publisher = publisher_graph(release.manifest["base"])
    labels: dict[object, list[Literal]] = {}
    for quad in quads:
        if quad.predicate == RDFS["label"] and isinstance(quad.object, Literal):
            labels.setdefault(quad.subject, []).append(quad.object)
    for quad in quads:
        if quad.graph_name == publisher:
            continue
        graph = str(quad.graph_name)[1:-1]
        if graph.endswith("/located"):
            inferred = NamedNode(graph.replace("/located", "/inferred"))
            yield Quad(quad.subject, quad.predicate, quad.object, inferred)
        else:
            yield quad
        if quad.predicate == KEI["cell"] and "/evidence/" in str(quad.subject):
            inferred = NamedNode(graph.replace("/evidence", "/inferred"))
            yield Quad(quad.subject, RDF["type"], RDF["Statement"], inferred)
            for label in labels[quad.object]:
                begins = {"ja": "根拠: ", "en": "Evidence: "}[label.language or ""]
                text = Literal(begins + label.value, language=label.language)
                yield Quad(quad.subject, RDFS["label"], text, inferred)


def _catalogue(release: Release) -> Iterator[Quad]:
    graph = catalog_graph(release.manifest["base"])
    path = str(release.file("catalog.ttl"))
    for quad in parse(path=path, format=RdfFormat.TURTLE):
        yield Quad(quad.subject, quad.predicate, quad.object, graph)


def _old_manifest(
    release: Release, folder: Path, quads: set[Quad], version: str
) -> dict[str, object]:
    said = {**release.manifest, "format": version, "triples": len(quads)}
    del said["parts"]
    graphs: dict[str, int] = {}
    for quad in quads:
        graph = str(quad.graph_name)[1:-1]
        graphs[graph] = graphs.get(graph, 0) + 1
    said["graphs"] = dict(sorted(graphs.items()))
    said["plans"] = [
        {key: value for key, value in plan.items() if key not in ("iri", "dump")}
        for plan in release.manifest["plans"]
    ]
    said["files"] = {
        name: {
            "bytes": (folder / name).stat().st_size,
            "sha256": hashlib.sha256((folder / name).read_bytes()).hexdigest(),
        }
        for name in release.manifest["files"]
        if (folder / name).is_file()
    }
    if version == "1":
        del said["indexes"]
    return said
