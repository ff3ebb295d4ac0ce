"""A release's quads as bytes, in every format that is offered."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import rdflib
from pyoxigraph import Quad, RdfFormat, Triple, serialize

from keikaku.assets import shipped
from keikaku.checks.validate import as_graph
from keikaku.names import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable

DATASET_FORMATS = {"nq": RdfFormat.N_QUADS, "trig": RdfFormat.TRIG}
"""Formats that keep the named graphs."""

GRAPH_FORMATS = {"nt": RdfFormat.N_TRIPLES, "ttl": RdfFormat.TURTLE, "rdf": RdfFormat.RDF_XML}
"""Formats of one graph: the union of all."""

FORMATS = (*DATASET_FORMATS, *GRAPH_FORMATS, "jsonld")

MEDIA_TYPES = {
    **{name: kind.media_type for name, kind in (DATASET_FORMATS | GRAPH_FORMATS).items()},
    "jsonld": "application/ld+json",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "gz": "application/gzip",
    "zip": "application/zip",
    "txt": "text/plain",
}


def canonical(quads: Iterable[Quad]) -> bytes:
    """Return the quads as canonical N-Quads: one a line, sorted by code point, each once.

    The published graphs hold no blank node, so that this is what RDFC-1.0 gives.
    """
    text = _bytes(serialize(quads, format=RdfFormat.N_QUADS))
    return b"".join(sorted(set(text.splitlines(keepends=True))))


def dump(quads: Iterable[Quad], name: str) -> bytes:
    """Return the quads in the format called `name`, always the same bytes for the same quads."""
    if name == "nq":
        return canonical(quads)
    if name == "trig":
        ordered = sorted(quads, key=_order)
        return _bytes(serialize(ordered, format=RdfFormat.TRIG, prefixes=PREFIXES))
    triples = sorted({quad.triple for quad in quads}, key=_by_terms)
    if name == "jsonld":
        return _json(triples)
    return _bytes(serialize(triples, format=GRAPH_FORMATS[name], prefixes=PREFIXES))


def _json(triples: Iterable[Triple]) -> bytes:
    """Return compact JSON-LD by our own context, its nodes in natural order."""
    context = json.loads((shipped("ontology") / "context.jsonld").read_text(encoding="utf-8"))
    graph = as_graph((Quad(*triple) for triple in triples), rdflib.Graph(store="SimpleMemory"))
    text = graph.serialize(
        format="json-ld", context=context["@context"], auto_compact=True, use_native_types=True
    )
    document = json.loads(text)
    nodes = document.pop("@graph", None)
    document = _sorted(document)
    if nodes is not None:
        document["@graph"] = sorted(map(_sorted, nodes), key=_by_id)
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def _sorted(value: Any) -> Any:
    """Return JSON whose sets of values stand in natural order, not in the order rdflib met."""
    if isinstance(value, dict):
        return {key: _sorted(child) for key, child in value.items()}
    if isinstance(value, list) and all(isinstance(child, str) for child in value):
        return sorted(value, key=_natural)
    if isinstance(value, list):
        return sorted(map(_sorted, value), key=lambda child: json.dumps(child, sort_keys=True))
    return value


def _by_id(node: dict[str, Any]) -> tuple[list[tuple[int, str]], str]:
    name = node.get("id", "")
    return _natural(name), name


def _natural(text: str) -> list[tuple[int, str]]:
    """Return a sort key by which 1-2-10 stands after 1-2-9."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", text)]


def _by_terms(triple: Triple) -> tuple[str, str, str]:
    return str(triple.subject), str(triple.predicate), str(triple.object)


def _order(quad: Quad) -> tuple[str, str, str, str]:
    return str(quad.graph_name), str(quad.subject), str(quad.predicate), str(quad.object)


def _bytes(serialized: bytes | None) -> bytes:
    return serialized or b""
