"""The queries that a server on the open internet gets, beside the good ones.

None of them can harm an engine: what is refused stands just above a bound of the server, and what
is slow is of finite work.
"""

from __future__ import annotations

from urllib.parse import quote

from tests.finite_work import QUARTER_MINUTE, SORTED

from keikaku.store.admission import MAX_REPEATS, MAX_STEPS, Bounds

HEAVY = (QUARTER_MINUTE, SORTED)
"""Queries that take longer, or more memory, than the soak lets the server allow: 504 or 503."""

MALFORMED: tuple[tuple[int, bytes], ...] = tuple(
    (status, f"GET /sparql{rest} HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}\r\n".encode("latin-1"))
    for status, rest, head in (
        (400, "?query=SELECT", ""),
        (400, f"?query={quote('SELECT * WHERE { ?s ?p }')}", ""),
        (400, f"?query={quote('INSERT DATA { <a:b> <a:b> <a:b> }')}", ""),
        (400, f"?query={quote('SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }')}", ""),
        (400, f"?query={quote('ASK {}')}&query={quote('ASK {}')}", ""),
        (400, f"?update={quote('CLEAR ALL')}", ""),
        (400, "?query=%", ""),
        (400, "?query=%FF%FE", ""),
        (400, "?query=ASK%20%7B%7D&default-graph-uri=no%20iri", ""),
        (406, "?query=ASK%20%7B%7D", "Accept: image/png\r\n"),
    )
)
"""Requests with the status that they must get."""

_DEPTH = Bounds().depth
_LABELS = "?s rdfs:label ?a . ?t rdfs:label ?b"

REFUSED = (
    "SELECT * WHERE " + "{" * (_DEPTH + 1) + "}" * (_DEPTH + 1),
    "SELECT * WHERE { ?s ?p " + "[ ?p " * _DEPTH + "1" + " ]" * _DEPTH + " }",
    "SELECT * WHERE { FILTER (" + "!" * (MAX_STEPS + 1) + "true) }",
    "SELECT * WHERE { ?a " + "/".join(["kei:partOf"] * (MAX_STEPS + 1)) + " ?b }",
    "SELECT * WHERE { ?a " + "(" * MAX_REPEATS + "kei:partOf*" + ")*" * MAX_REPEATS + " ?b }",
    "SELECT * WHERE { VALUES ?v { " + "1 " * (Bounds().length // 2) + "} }",
    "SELECT * WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
)
"""Queries just above a bound: 400, or 413 where they are too long."""

LARGE = (
    "SELECT * WHERE { VALUES ?v { " + "1 " * 9000 + "} }",
    "SELECT * FROM <http://127.0.0.1:9/data> WHERE { ?s ?p ?o }",
    f'SELECT (GROUP_CONCAT(CONCAT(?a, ?b); SEPARATOR="、") AS ?x) WHERE {{ {_LABELS} }}',
    "CONSTRUCT { ?s ?p ?o . ?o ?p ?s } WHERE { ?s ?p ?o }",
    "SELECT DISTINCT ?a ?b ?c WHERE { ?a rdfs:label ?b ; kei:cell ?c }",
)
"""Queries whose answer is large or that need much memory: any documented answer will do."""
