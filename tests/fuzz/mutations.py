"""Queries that are nearly right: the catalogue's and every construct of SPARQL, mutated."""

from __future__ import annotations

import re
from functools import cache

from hypothesis import strategies as st

from keikaku.answers.catalogue import Catalogue

CONSTRUCTS = (
    "SELECT * WHERE { ?s ?p ?o } LIMIT 3",
    "SELECT REDUCED ?s WHERE { ?s a kei:Item . OPTIONAL { ?s kei:note ?n } } ORDER BY ?s LIMIT 5",
    "SELECT DISTINCT (STRLEN(?l) + 1 AS ?n) WHERE { ?s rdfs:label ?l } ORDER BY DESC(?n) OFFSET 2",
    "ASK { ?s kei:involves party:事業者 ; kei:activeIn fy:2010 , fy:2011 }",
    "CONSTRUCT { ?s rdfs:label ?l } WHERE { ?s a kei:Policy ; rdfs:label ?l }",
    "CONSTRUCT WHERE { ?s kei:level 1 }",
    "DESCRIBE party:市民 phase:検討",
    "DESCRIBE ?p WHERE { ?p a kei:Plan }",
    "BASE <https://w3id.org/keikaku/> PREFIX x: <id/> SELECT * { <id/party/市民> ?p ?o }",
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s a ?c } } GROUP BY ?g HAVING (COUNT(*) > 10)",
    "SELECT * FROM <https://w3id.org/keikaku/graph/concepts> { ?s a kei:Phase }",
    "SELECT * FROM NAMED <https://w3id.org/keikaku/graph/concepts> { GRAPH ?g { ?s a kei:Party } }",
    "SELECT * { { ?s a kei:Policy } UNION { ?s a kei:Plan } MINUS { ?s kei:level 2 } }",
    "SELECT * { ?s a kei:Item FILTER NOT EXISTS { ?s kei:relists ?o } } LIMIT 4",
    "SELECT * { ?s kei:partOf+/kei:partOf? ?o . ?s !(rdf:type|^kei:partOf) ?x } LIMIT 4",
    "SELECT * { ?s (kei:inPlan|kei:inPolicy)/^kei:partOf* ?o } LIMIT 4",
    'SELECT * { VALUES (?a ?b) { (1 "x"@ja) (UNDEF 2.5e3) (true "y"^^xsd:string) } }',
    'SELECT (GROUP_CONCAT(?l; SEPARATOR="、") AS ?x) (SAMPLE(?s) AS ?y) { ?s kei:note ?l }',
    "SELECT ?s { { SELECT ?s (MAX(?p) AS ?m) { ?s kei:level ?p } GROUP BY ?s } FILTER (?m > 1) }",
    'SELECT * { ?s rdfs:label ?l FILTER (LANGMATCHES(LANG(?l), "ja") && REGEX(?l, "^協", "i")) }',
    'SELECT (IF(BOUND(?x), COALESCE(?x, 1), "a" IN ("a", "b")) AS ?y) { BIND (1/0 AS ?x) }',
    'SELECT (REPLACE("かきく", "き", "$0") AS ?a) (SUBSTR("かきく", 2) AS ?b) (NOW() AS ?c) {}',
    "SELECT * { ?s ?p [ a kei:ScheduleEntry ; kei:phase _:b ] . ( 1 ?x ) ?q () } LIMIT 2",
    "SELECT (<<( ?s ?p ?o )>> AS ?t) { ?s ?p ?o } LIMIT 2",
    "# comment\nSELECT * { ?s ?p '''長い\n文字列''' , \"\\u3042\\t\" }",
)
"""A query for each construct of the grammar."""

_TOKEN = re.compile(r"<[^>\s]*>|\"[^\"]*\"|[?$:\w]+|\s+|.", re.DOTALL)
_ODD = st.sampled_from(
    ("\x00", "\ufffe", "\u202e", "\x7f", "'''", '"', "\\u0041", "\\U0001F600", "\U0001f600", "%")
)
_SORTS = {
    "variable": r"[?$]\w+",
    "IRI": r"<.+>",
    "literal": r'".*"',
    "name": r"\w+:\w+",
    "number": r"\d+",
}
_MUTATIONS = (
    *("alike",) * 10,
    *("delete", "replace", "insert", "odd", "repeat", "swap", "cut", "splice"),
)
_COUNTS = (0, 1, 1, 1, 2, 2, 3, 6)
_MOST_REPEATS = 300


@cache
def seeds() -> tuple[str, ...]:
    """Return the queries that are mutated."""
    return (*CONSTRUCTS, *(question.query for question in Catalogue.load()))


@cache
def _tokens() -> tuple[str, ...]:
    return tuple(sorted({token for query in seeds() for token in _TOKEN.findall(query)}))


@st.composite
def queries(draw: st.DrawFn) -> str:
    """Draw a query with up to six mutations."""
    tokens = _TOKEN.findall(draw(st.sampled_from(seeds())))
    for _ in range(draw(st.sampled_from(_COUNTS))):
        tokens = _mutated(draw, tokens)
    return "".join(tokens)


def _mutated(draw: st.DrawFn, tokens: list[str]) -> list[str]:
    start = draw(st.integers(0, len(tokens)))
    end = min(len(tokens), start + draw(st.integers(0, 12)))
    before, piece, after = tokens[:start], tokens[start:end], tokens[end:]
    match draw(st.sampled_from(_MUTATIONS)):
        case "alike":
            return _with_another_like_it(draw, tokens)
        case "delete":
            return before + after
        case "replace":
            return before + draw(st.lists(st.sampled_from(_tokens()), max_size=3)) + after
        case "insert":
            return [*before, draw(st.text(max_size=8)), *piece, *after]
        case "odd":
            return [*before, draw(_ODD), *piece, *after]
        case "repeat":
            return before + piece * draw(st.integers(2, _MOST_REPEATS)) + after
        case "swap":
            return after + piece + before
        case "cut":
            return before
        case _:
            other = _TOKEN.findall(draw(st.sampled_from(seeds())))
            return before + other + after


def _with_another_like_it(draw: st.DrawFn, tokens: list[str]) -> list[str]:
    """Replace a token that is no sign by one of its sort: most of these stay queries."""
    places = [place for place, token in enumerate(tokens) if _sort(token)]
    if not places:
        return tokens
    place = draw(st.sampled_from(places))
    alike = [token for token in _tokens() if _sort(token) == _sort(tokens[place])]
    return [*tokens[:place], draw(st.sampled_from(alike or [tokens[place]])), *tokens[place + 1 :]]


def _sort(token: str) -> str:
    """Return the sort of a token: variable, IRI, literal, prefixed name, number, or none."""
    for sort, pattern in _SORTS.items():
        if re.fullmatch(pattern, token):
            return sort
    return ""


def texts() -> st.SearchStrategy[str]:
    """Draw text that may stand in an address: ordinary, Japanese, or none that anybody writes."""
    ours = (
        "事業者",
        "H22",
        "2010",
        "I-(1)-①",
        "1-1-1",
        "協働",
        "party:事業者",
        "fy:2010",
        "<>",
        "//",
    )
    return st.one_of(st.sampled_from(ours), st.text(max_size=20))
