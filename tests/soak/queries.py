"""The queries that a server on the open internet gets, beside the good ones."""

from __future__ import annotations

from urllib.parse import quote

HEAVY = (
    "SELECT (COUNT(*) AS ?rows) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT (COUNT(*) AS ?rows) WHERE { ?a rdfs:label ?b . ?c rdfs:label ?d . ?e rdfs:label ?f"
    " FILTER (STRLEN(?b) + STRLEN(?d) = STRLEN(?f)) }",
    "SELECT (COUNT(*) AS ?rows) WHERE {"
    " ?a (kei:cell|^kei:cell|rdf:subject|^rdf:subject)* ?b ."
    " ?c (kei:cell|^kei:cell|rdf:subject|^rdf:subject)* ?d FILTER (?b != ?d) }",
    "ASK { ?a rdfs:label ?b . ?c rdfs:label ?d . ?e rdfs:label ?f"
    " FILTER (STRLEN(?b) + STRLEN(?d) + STRLEN(?f) < 0) }",
    "SELECT ?a ?c ?e WHERE { ?a rdfs:label ?b . ?c rdfs:label ?d . ?e rdfs:label ?f }"
    " ORDER BY ?b ?d ?f LIMIT 10",
)
"""Queries that come to no end in time: 504, or 503 where they need too much memory first."""

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

_SLASHES = "/".join(["kei:partOf*"] * 30)

HOSTILE = (
    "SELECT * WHERE " + "{" * 5000 + "}" * 5000,
    "SELECT * WHERE { ?s ?p " + "[ ?p " * 400 + "1" + " ]" * 400 + " }",
    "SELECT * WHERE { FILTER (" + "!" * 9000 + "true) }",
    "SELECT * WHERE { VALUES ?v { " + "1 " * 9000 + "} }",
    "SELECT (COUNT(*) AS ?n) WHERE { VALUES (?a ?b) { " + "(1 2) " * 3000 + "} ?a ?b ?c }",
    "SELECT * WHERE { " + " ".join(f"GRAPH ?g{n} {{}}" for n in range(12)) + " }",
    "SELECT (COUNT(*) AS ?n) WHERE { "
    + " ".join(f"GRAPH ?g{n} {{}}" for n in range(16))
    + " } GROUP BY ?g0 ?g1 ?g2 ?g3 ?g4 ?g5 ?g6 ?g7",
    'SELECT ?x WHERE { BIND ("aaaaaaaaaaaaaaaa" AS ?b0) '
    + " ".join(f"BIND (CONCAT(?b{n}, ?b{n}) AS ?b{n + 1})" for n in range(28))
    + " BIND (STRLEN(?b28) AS ?x) }",
    'SELECT * WHERE { ?s rdfs:label ?l FILTER (REGEX(?l, "^(([ぁ-ん]+)+)+$|(a|a)*b")) }',
    'SELECT * WHERE { ?s rdfs:label ?l FILTER (REGEX(?l, "(.{1,500}){1,500}x")) }',
    "SELECT * WHERE { ?a " + _SLASHES + " ?b }",
    "SELECT * WHERE { ?a ((((kei:partOf*)*)*)*)* ?b }",
    "SELECT * WHERE { SERV\\u0049CE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "SELECT * FROM <http://127.0.0.1:9/data> WHERE { ?s ?p ?o }",
    'SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?b)); SEPARATOR="ーーーー") AS ?x)'
    " WHERE { ?s rdfs:label ?a . ?t rdfs:label ?b }",
    "CONSTRUCT { ?s ?p ?o . ?o ?p ?s } WHERE { ?s ?p ?o . ?x rdfs:label ?y }",
    "SELECT DISTINCT ?a ?b ?c WHERE { ?a ?p ?b . ?c ?q ?d }",
)
"""Queries meant to do harm; any documented answer will do."""
