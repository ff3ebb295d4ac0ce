"""A document as a list of what is in it: its tables and the lines between them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from keikaku.answers.describe import Linked
from keikaku.answers.lexicon import label_of, rows_of
from keikaku.answers.things.rows import number_of, text_of
from keikaku.names import PlanNames

if TYPE_CHECKING:
    from keikaku.store.base import Store

PER_PAGE = 100
"""How many tables and lines a page of a document lists."""

_LINES = """SELECT ?place ?line ?text ?address WHERE {{
  ?place a kei:SourceLine ; kei:document {document} ; kei:line|kei:position ?line ;
    rdf:value ?text .
  OPTIONAL {{ ?place kei:address ?address }}
}} ORDER BY ?line LIMIT 5000"""
_BEGINNINGS = """SELECT ?cell ?table ?row ?line ?text ?address WHERE {{
  ?cell kei:document {document} ; kei:column ?column ; kei:table ?table ; kei:row ?row ;
    kei:line|kei:position ?line ; rdf:value ?text .
  FILTER (?column IN (1, 2))
  OPTIONAL {{ ?cell kei:address ?address }}
}} ORDER BY ?table ?row ?column LIMIT 20000"""


_DOCUMENTS = """SELECT ?document ?label WHERE {{
  GRAPH {evidence} {{ ?document a kei:SourceDocument ; rdfs:label ?label }}
}}"""


@dataclass(frozen=True, slots=True)
class Block:
    """A table, by its number, or a line: a place in it, the line it begins on, how it begins.

    In a document without lines `line` is its place in the order of the document, and `address` is
    what its program shows.
    """

    iri: NamedNode
    line: int
    text: str
    table: int | None = None
    address: str = ""


def blocks_of(store: Store, document: NamedNode) -> tuple[Block, ...]:
    """Return the tables and lines of a document, in its order."""
    blocks = []
    for place, line, text, address in rows_of(store, _LINES.format(document=document)):
        at = number_of(line)
        if isinstance(place, NamedNode) and at is not None:
            blocks.append(Block(place, at, text_of(text), address=text_of(address)))
    blocks.extend(_tables(store, document))
    return tuple(sorted(blocks, key=lambda block: block.line))


def _tables(store: Store, document: NamedNode) -> list[Block]:
    """Return the tables, each with the texts that its first filled row begins with."""
    found: dict[int, tuple[int, Block]] = {}
    query = _BEGINNINGS.format(document=document)
    for cell, table, row, line, text, address in rows_of(store, query):
        number, at, in_row = number_of(table), number_of(line), number_of(row)
        if not isinstance(cell, NamedNode) or number is None or at is None or in_row is None:
            continue
        first, known = found.get(number, (in_row, None))
        if known is None:
            found[number] = in_row, Block(cell, at, text_of(text), number, text_of(address))
        elif first == in_row:
            found[number] = first, replace(known, text=f"{known.text} {text_of(text)}")
    return [block for _, block in found.values()]


def documents_of(store: Store, plan: NamedNode) -> tuple[Linked, ...]:
    """Return the documents that a plan is read from."""
    labels: dict[NamedNode, set[Literal]] = {}
    evidence = PlanNames.of(plan).graph("evidence")
    for document, label in rows_of(store, _DOCUMENTS.format(evidence=evidence)):
        if isinstance(document, NamedNode) and isinstance(label, Literal):
            labels.setdefault(document, set()).add(label)
    return tuple(Linked(iri, label_of(iri, labels[iri])) for iri in sorted(labels, key=str))
