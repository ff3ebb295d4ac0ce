"""Example queries and prefixes in the dataset itself, as SHACL writes them.

Editors and catalogues of examples find them by `?query a sh:SPARQLExecutable` and
`?any sh:declare/sh:prefix`. A prefix that the shapes declare already is not declared again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from keikaku.names import PREFIXES, RDF, RDFS, SCHEMA, SH, XSD
from keikaku.release.catalogue.borrowed import labelled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keikaku.release.catalogue.borrowed import Statement
    from keikaku.release.catalogue.publication import Publication
    from keikaku.release.catalogue.survey import Survey

_FORMS = {
    "SELECT": ("SPARQLSelectExecutable", "select"),
    "ASK": ("SPARQLAskExecutable", "ask"),
    "CONSTRUCT": ("SPARQLConstructExecutable", "construct"),
}
_FORM = re.compile(r"^\s*(SELECT|ASK|CONSTRUCT|DESCRIBE)\b", re.IGNORECASE | re.MULTILINE)


def executables(publication: Publication, found: Survey) -> Iterator[Statement]:
    """Yield the prefixes and the examples; a DESCRIBE, for which SHACL has no term, is left out."""
    yield from _prefixes(publication, found)
    for example in publication.examples:
        form = _FORM.search(_without_comments(example.query))
        if form is None or form[1].upper() == "DESCRIBE":
            continue
        kind, said = _FORMS[form[1].upper()]
        node = publication.shared(f"example-{example.name}")
        yield node, RDF["type"], SH["SPARQLExecutable"]
        yield node, RDF["type"], SH[kind]
        yield node, SH[said], Literal(example.query)
        yield node, SH["prefixes"], publication.catalog
        yield from labelled(node, RDFS["label"], example.title.ja, example.title.en)
        yield from labelled(node, RDFS["comment"], example.description.ja, example.description.en)
        yield from labelled(node, SCHEMA["keywords"], example.group.ja, example.group.en)
        yield node, SCHEMA["target"], NamedNode(f"{publication.base}sparql")


def _prefixes(publication: Publication, found: Survey) -> Iterator[Statement]:
    declared = {
        value.value: node
        for node, said in found.told.items()
        for key, value in said
        if key == SH["namespace"]
    }
    for prefix, namespace in PREFIXES.items():
        node = declared.get(namespace)
        yield publication.catalog, SH["declare"], node or publication.shared(f"prefix-{prefix}")
        if node is None:
            node = publication.shared(f"prefix-{prefix}")
            yield node, RDF["type"], SH["PrefixDeclaration"]
            yield node, SH["prefix"], Literal(prefix)
            yield node, SH["namespace"], Literal(namespace, datatype=XSD["anyURI"])
            yield from labelled(node, RDFS["label"], f"接頭辞 {prefix}:", f"prefix {prefix}:")


def _without_comments(query: str) -> str:
    return re.sub(r"(^|\s)#.*", r"\1", query)
