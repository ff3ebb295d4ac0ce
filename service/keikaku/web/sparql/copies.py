"""A query as code to copy: Python, R and curl, for whoever goes on with it elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass

from keikaku.names import PREFIXES

_FORM = re.compile(r"^[^\S\n]*(SELECT|ASK|CONSTRUCT|DESCRIBE)\b", re.IGNORECASE | re.MULTILINE)
_COMMENT = re.compile(r"(^|\s)#.*")
_TEXT_OR_IRI = re.compile(r"\"\"\".*?\"\"\"|'''.*?'''|\"[^\"\n]*\"|'[^'\n]*'|<[^<>\s]*>", re.DOTALL)

_WRAPPER = """\
# pip install sparqlwrapper
from SPARQLWrapper import JSON, SPARQLWrapper

endpoint = SPARQLWrapper("{endpoint}")
endpoint.setReturnFormat(JSON)
endpoint.setQuery({query})
result = endpoint.queryAndConvert()
for row in result["results"]["bindings"]:
    print({{name: term["value"] for name, term in row.items()}})
"""
_WRAPPER_ASK = """\
# pip install sparqlwrapper
from SPARQLWrapper import JSON, SPARQLWrapper

endpoint = SPARQLWrapper("{endpoint}")
endpoint.setReturnFormat(JSON)
endpoint.setQuery({query})
print(endpoint.queryAndConvert()["boolean"])
"""
_PANDAS = """\
# pip install pandas
from urllib.parse import urlencode

import pandas as pd

query = {query}
parameters = urlencode({{"query": query, "format": "csv"}})
table = pd.read_csv("{endpoint}?" + parameters)
print(table)
"""
_RDFLIB = """\
# pip install rdflib
from urllib.parse import urlencode

from rdflib import Graph

query = {query}
parameters = urlencode({{"query": query, "format": "turtle"}})
graph = Graph().parse("{endpoint}?" + parameters, format="turtle")
print(len(graph))
"""
_R = """\
# R 4.0 or later
query <- {query}
address <- paste0("{endpoint}?format=csv&query=",
                  URLencode(enc2utf8(query), reserved = TRUE))
table <- read.csv(address, encoding = "UTF-8", check.names = FALSE)
print(table)
"""
_CURL = """\
curl --silent --show-error --fail-with-body \\
  --header 'Accept: {accept}' \\
  --data-urlencode query={query} \\
  '{endpoint}'
"""


@dataclass(frozen=True, slots=True)
class Copy:
    """A query in one language of programming: its name, and the code."""

    name: str
    code: str


def copies(query: str, endpoint: str) -> tuple[Copy, ...]:
    """Return a query as code that asks `endpoint`, with its prefixes declared."""
    whole = declared(query).strip("\n") + "\n"
    python = {"query": _python(whole), "endpoint": endpoint}
    found = _FORM.search(_COMMENT.sub(r"\1", query))
    form = found[1].upper() if found else "SELECT"
    if form in ("CONSTRUCT", "DESCRIBE"):
        first = (Copy("Python (rdflib)", _RDFLIB.format(**python)),)
        return (*first, _curl(whole, endpoint, "text/turtle"))
    if form == "ASK":
        first = (Copy("Python (SPARQLWrapper)", _WRAPPER_ASK.format(**python)),)
        return (*first, _curl(whole, endpoint, "application/sparql-results+json"))
    return (
        Copy("Python (SPARQLWrapper)", _WRAPPER.format(**python)),
        Copy("Python (pandas)", _PANDAS.format(**python)),
        Copy("R", _R.format(query=_r(whole), endpoint=endpoint)),
        _curl(whole, endpoint, "text/csv"),
    )


def declared(query: str) -> str:
    """Return a query with a declaration of each of our prefixes that it uses and does not declare.

    The endpoint needs none; another one, to which the query may be taken, does.
    """
    bare = _TEXT_OR_IRI.sub(" ", _COMMENT.sub(r"\1", query))
    lines = [
        f"PREFIX {name}: <{iri}>\n"
        for name, iri in PREFIXES.items()
        if re.search(rf"(?<![\w:.-]){name}:", bare)
        and not re.search(rf"\bPREFIX\s+{name}:", bare, re.IGNORECASE)
    ]
    return "".join(lines) + query


def _curl(query: str, endpoint: str, accept: str) -> Copy:
    return Copy("curl", _CURL.format(accept=accept, query=_shell(query), endpoint=endpoint))


def _python(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return f'"""\n{escaped}"""'


def _r(text: str) -> str:
    dashes = "-"
    while f'){dashes}"' in text:
        dashes += "-"
    return f'r"{dashes}(\n{text}){dashes}"'


def _shell(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
