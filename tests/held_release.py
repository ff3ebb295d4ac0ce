"""Releases of a made-up plan with a table, and of what a later one withholds of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad

from keikaku.checks.check import Checked
from keikaku.checks.report import Report
from keikaku.names import KEI, RDF, RDFS, SCHEMA, SHARED, WITHHELD, XSD
from keikaku.release.shelf import MANIFEST
from keikaku.release.write import Content, Part, write_release

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path
    from typing import BinaryIO

    from keikaku.release.files import LoadStore
    from keikaku.release.shelf import Release, Shelf

PLAN = f"{SHARED}id/352039/kyodo"
EVIDENCE = NamedNode(f"{SHARED}graph/352039/kyodo/evidence")
NOT_SHOWN = "ひみつの氏名"


def no_store(folder: Path, nquads: BinaryIO) -> None:
    """Stand for a store."""
    folder.mkdir()
    (folder / "size").write_text(str(len(nquads.read())))


def said(subject: str, kind: str, **values: object) -> list[Quad]:
    """Statements of the graph of evidence: a number, a text, or an IRI that is a NamedNode."""
    node = NamedNode(subject)
    quads = [Quad(node, RDF["type"], KEI[kind], EVIDENCE)]
    for name, value in values.items():
        if isinstance(value, int):
            term: Literal | NamedNode = Literal(str(value), datatype=XSD["integer"])
        else:
            term = value if isinstance(value, NamedNode) else Literal(str(value))
        predicate = RDF["value"] if name == "value" else KEI[name]
        quads.append(Quad(node, predicate, term, EVIDENCE))
    return quads


def document(number: int, name: str, plan: str = PLAN) -> list[Quad]:
    """A document of the plan."""
    node = NamedNode(f"{plan}/source/{number}")
    return [
        Quad(node, RDF["type"], KEI["SourceDocument"], EVIDENCE),
        Quad(node, RDFS["label"], Literal(name, language="ja"), EVIDENCE),
        Quad(node, SCHEMA["name"], Literal(name), EVIDENCE),
    ]


def cell(
    table: int, row: int, column: int, text: str, plan: str = PLAN, **more: object
) -> list[Quad]:
    """A cell of the first document."""
    source = f"{plan}/source/1"
    return said(
        f"{source}/cell/{table}-{row}-{column}",
        "SourceCell",
        document=NamedNode(source),
        table=table,
        row=row,
        column=column,
        value=text,
        **more,
    )


def line(number: int, text: str, source: int = 1, **more: object) -> list[Quad]:
    """A line of a document; it is numbered unless it has a position."""
    at = NamedNode(f"{PLAN}/source/{source}")
    where = more or {"line": number}
    return said(f"{at.value}/line/{number}", "SourceLine", document=at, value=text, **where)


def region(name: str, because: str = "ignored", plan: str = PLAN, **where: int) -> list[Quad]:
    """A withheld region of the first document."""
    source = f"{plan}/source/1"
    return said(
        f"{source}/withheld/{name}",
        "WithheldRegion",
        document=NamedNode(source),
        withheldBecause=WITHHELD[because],
        **where,
    )


def column(number: int, last: int, first: int = 1) -> list[Quad]:
    """A column of the first table, withheld from one row to another."""
    where = {"firstColumn": number, "lastColumn": number, "firstRow": first, "lastRow": last}
    return region(f"1-{first}-{number}", table=1, **where)


def table(*rows: tuple[str, ...], without: int | None = None) -> list[Quad]:
    """The first table; `without` a column."""
    return [
        quad
        for at, row in enumerate(rows, start=1)
        for place, text in enumerate(row, start=1)
        if place != without
        for quad in cell(1, at, place, text)
    ]


ROWS = (("名称", "担当者"), ("甲", NOT_SHOWN), ("乙", ""))


def released(
    shelf: Shelf,
    quads: Iterable[Quad],
    version: str = "2",
    base: str = SHARED,
    load: LoadStore = no_store,
) -> Release:
    """Write a release of these quads as one of a format, and make it the current one."""
    part = Part("352039-kyodo", Checked(Report("小さな計画", (), {}), b""))
    content = Content(base, frozenset([*document(1, "source.md"), *quads]), (part,))
    release = write_release(content, shelf, load)
    _say(release.folder / MANIFEST, {"format": version})
    return shelf.release(release.id)


def _say(manifest: Path, values: Mapping[str, object]) -> None:
    said = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps(said | values, ensure_ascii=False), encoding="utf-8")


def old(shelf: Shelf, load: LoadStore = no_store) -> Release:
    """A release of format 2 with the column of names."""
    return released(shelf, table(*ROWS), load=load)


def new(shelf: Shelf, load: LoadStore = no_store) -> Release:
    """A release of format 3 that withholds it."""
    return released(shelf, [*table(*ROWS, without=2), *column(2, 3)], "3", load=load)
