"""A cell or a line of a document: where it is, what it says, what it is evidence of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from keikaku.answers.describe import Linked, Value
from keikaku.answers.lexicon import label_of, rows_of
from keikaku.answers.things.rows import Numbered, named, number_of, place_of, placed, text_of
from keikaku.answers.things.tables import SourceTable, table_of
from keikaku.names import KEI, RDF, SCHEMA

if TYPE_CHECKING:
    from keikaku.answers.describe import Description
    from keikaku.answers.lexicon import Lexicon
    from keikaku.store.base import Store, Term

MOST_STATEMENTS = 100
"""How many statements are listed for one cell."""

MOST_COUNTERPARTS = 12
"""How many cells are offered to be seen beside one."""

LINES_AROUND = 6
"""How many lines of a document are shown before and after one."""

_STATEMENTS = """SELECT ?subject ?property ?object ?position ?label ?objectLabel WHERE {{
  ?evidence kei:cell {place} ; rdf:subject ?subject ; rdf:predicate ?property ; rdf:object ?object .
  OPTIONAL {{ ?evidence kei:position ?position }}
  OPTIONAL {{ ?subject rdfs:label ?label }}
  OPTIONAL {{ ?object rdfs:label ?objectLabel }}
}} LIMIT {most}"""
_COUNTERPARTS = """SELECT DISTINCT ?other WHERE {{
  {{
    ?discrepancy oa:hasTarget {place} , ?other .
  }} UNION {{
    ?evidence kei:cell {place} ; rdf:subject ?item ; rdf:predicate ?stated .
    ?row kei:listsItem ?item .
    ?facing rdf:subject ?row ; rdf:predicate ?listed ; kei:cell ?other .
    {same}
  }} UNION {{
    ?evidence kei:cell {place} ; rdf:subject ?row ; rdf:predicate ?listed .
    ?row kei:listsItem ?item .
    ?facing rdf:subject ?item ; rdf:predicate ?stated ; kei:cell ?other .
    {same}
  }} UNION {{
    ?evidence kei:cell {place} ; rdf:subject ?item ; rdf:predicate ?stated .
    ?item kei:relists|^kei:relists ?again .
    ?facing rdf:subject ?again ; rdf:predicate ?facingStated ; kei:cell ?other .
    FILTER (?stated != kei:schedule && ?facingStated = ?stated)
  }} UNION {{
    ?evidence kei:cell {place} ; rdf:subject ?entry ; rdf:predicate kei:cellText .
    ?item kei:schedule ?entry ; kei:relists|^kei:relists ?again .
    ?again kei:schedule ?same . ?entry kei:fiscalYear ?year . ?same kei:fiscalYear ?facingYear .
    ?facing rdf:subject ?same ; rdf:predicate kei:cellText ; kei:cell ?other .
    FILTER (?facingYear = ?year)
  }}
  FILTER (?other != {place})
}} LIMIT {most}"""
_SAME = " || ".join(
    f"(?stated = {sheet} && ?listed = {row})"
    for sheet, row in (
        ("rdfs:label", "kei:listedTitle"),
        ("kei:targets", "kei:listedTarget"),
        ("dcterms:identifier", "kei:listedNumber"),
        ("kei:note", "kei:listedNote"),
    )
)
"""That a property of an item and one of an overview row say the same.

As a filter, and so are other equalities here: an engine that is given a property by a variable of
two patterns looks through the evidence of all plans.
"""

_LINES = """SELECT ?place ?line ?text ?address WHERE {{
  ?place a kei:SourceLine ; kei:document {document} ; kei:line|kei:position ?line ;
    rdf:value ?text .
  OPTIONAL {{ ?place kei:address ?address }}
}} ORDER BY ABS(?line - {line}) ?line LIMIT {most}"""


@dataclass(frozen=True, slots=True)
class Place:
    """A cell or a line: its document, line and text; of a cell also table, row and column.

    In a document without lines `line` is its place in the order of the document, and `address` is
    what its program shows.
    """

    iri: NamedNode
    document: NamedNode
    file: str
    line: int
    text: str
    table: int | None = None
    row: int | None = None
    column: int | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """What a place says: of what, by which property, which value."""

    subject: Linked
    number: str
    property: NamedNode
    property_label: Linked
    value: Value


@dataclass(frozen=True, slots=True)
class NearLine:
    """A line outside the tables: its IRI, number and text, its address if it has one."""

    iri: NamedNode
    line: int
    text: str
    address: str = ""


def place_in(description: Description, file: str = "") -> Place | None:
    """Return the cell or line that a description is of; None if it lacks document or line."""
    found = {each.iri: each.values[0].term for each in description.properties if each.values}
    document = found.get(KEI["document"])
    line = number_of(found.get(KEI["line"]) or found.get(KEI["position"]))
    if not isinstance(document, NamedNode) or line is None:
        return None
    return Place(
        description.iri,
        document,
        file,
        line,
        text_of(found.get(RDF["value"])),
        table=number_of(found.get(KEI["table"])),
        row=number_of(found.get(KEI["row"])),
        column=number_of(found.get(KEI["column"])),
        address=text_of(found.get(KEI["address"])),
    )


def file_of(store: Store, document: NamedNode) -> str:
    """Return the file name of a document, empty if it has none."""
    query = f"SELECT ?name WHERE {{ {document} {SCHEMA['name']} ?name }}"
    return next((text_of(name) for (name,) in rows_of(store, query)), "")


def table_around(store: Store, place: Place, most: int) -> SourceTable | None:
    """Return the table that a cell stands in, `most` rows of it; None for a line."""
    if place.table is None or place.row is None:
        return None
    return table_of(store, place.document, place.table, place.row, most)


def lines_around(store: Store, place: Place) -> tuple[NearLine, ...]:
    """Return the lines outside tables that are nearest to a place, itself included."""
    query = _LINES.format(document=place.document, line=place.line, most=2 * LINES_AROUND + 1)
    found = (
        NearLine(iri, number_of(line) or 0, text_of(text), text_of(address))
        for iri, line, text, address in rows_of(store, query)
        if isinstance(iri, NamedNode)
    )
    return tuple(sorted(found, key=lambda each: each.line))


def statements_of(store: Store, lexicon: Lexicon, place: NamedNode) -> tuple[Statement, ...]:
    """Return what a place is evidence of, at most MOST_STATEMENTS, in the order it says it."""
    labels: dict[NamedNode, set[Literal]] = {}
    found: dict[tuple[NamedNode, NamedNode, Term], int] = {}
    query = _STATEMENTS.format(place=place, most=4 * MOST_STATEMENTS)
    for subject, property_, value, position, label, value_label in rows_of(store, query):
        if not isinstance(subject, NamedNode) or not isinstance(property_, NamedNode):
            continue
        if value is None:
            continue
        found[subject, property_, value] = number_of(position) or 0
        for term, said in ((subject, label), (value, value_label)):
            if isinstance(term, NamedNode) and isinstance(said, Literal):
                labels.setdefault(term, set()).add(said)

    def called(term: NamedNode) -> Linked:
        return Linked(term, label_of(term, labels.get(term, ())))

    ordered = sorted(found, key=lambda key: (str(key[0]), str(key[1]), found[key], str(key[2])))
    return tuple(
        Statement(
            called(subject),
            Numbered.of(subject, lexicon).number,
            property_,
            named(property_, lexicon) or called(property_),
            Value(value, called(value).label if isinstance(value, NamedNode) else None),
        )
        for subject, property_, value in ordered[:MOST_STATEMENTS]
    )


def counterparts_of(store: Store, place: NamedNode) -> tuple[Linked, ...]:
    """Return the cells that say the same or the opposite elsewhere in the document."""
    query = _COUNTERPARTS.format(place=place, same=f"FILTER ({_SAME})", most=MOST_COUNTERPARTS)
    return placed(other for (other,) in rows_of(store, query))


def address_of(place: Place) -> Linked:
    """Return where a place is, in words."""
    found = place_of(place.iri)
    return found or Linked(place.iri, label_of(place.iri, ()))
