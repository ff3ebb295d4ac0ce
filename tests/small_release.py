"""A small release content, so that these tests need no validation of a whole plan."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode, Quad

from keikaku.checks.check import Checked
from keikaku.checks.report import Report
from keikaku.names import KEI, RDF, RDFS, SHARED
from keikaku.release.write import Content, Part

GRAPH = NamedNode("https://example.org/graph/1")


def quads_of(*names: str, space: str = "https://example.org/id/") -> frozenset[Quad]:
    quads = set()
    for name in names:
        node = NamedNode(f"{space}{name}")
        quads.add(Quad(node, RDF["type"], KEI["Item"], GRAPH))
        quads.add(Quad(node, RDFS["label"], Literal(name, language="ja"), GRAPH))
    return frozenset(quads)


def content_of(*names: str, space: str = "https://example.org/id/") -> Content:
    report = Report("小さな計画", (), {"Item": len(names)})
    part = Part("000000-small", Checked(report, b""))
    return Content(SHARED, quads_of(*names, space=space), (part,))
