"""What every engine is asked, and what it has to say.

Where pyoxigraph and a standard differ, as in derived integer types, it is what pyoxigraph says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from keikaku.store.base import WHOLE, Dataset

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

BASE = "http://example.org/"
DATA = """
PREFIX e: <http://example.org/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
GRAPH e:graph/a { e:a e:p "a" ; e:next e:b . }
GRAPH e:graph/b { e:b e:p "b" ; e:next e:c . }
GRAPH e:graph/c { e:c e:p "c" . }
GRAPH e:graph/年度 {
  <http://example.org/担当課/協働推進課> e:label "協働推進課"@ja , "Collaboration"@en ;
    e:年 "平成20年度" ; e:date "2008-04-01"^^xsd:date ; e:count 5 ; e:ratio 1.5 ; e:double 1.5e0 ;
    e:flag true , false ; e:quote "a\\"b\\\\c\\nd\\te" ; e:wide "１２３ 😀" ; e:tag "x"@en-GB ;
    e:other "p"^^e:type ; e:zero "08"^^xsd:integer ; e:whole 2.0 ;
    e:moment "2026-11-22T10:00:00+00:00"^^xsd:dateTime ; e:size "7"^^xsd:nonNegativeInteger .
  e:blank e:of [ e:value "in a blank node" ] .
  [] a <https://w3id.org/keikaku/ns#Nothing> .
}
""".replace("e:graph/", "e:graph\\/")

E = "PREFIX e: <http://example.org/> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "
INTEGER = '"^^<http://www.w3.org/2001/XMLSchema#integer>'


@dataclass(frozen=True)
class Case:
    """A query and its result: a table in TSV whose rows are sorted unless the query orders them."""

    name: str
    text: str
    expected: str
    dataset: Dataset = WHOLE

    @property
    def ordered(self) -> bool:
        """Whether the rows have an order of their own."""
        return "ORDER BY" in self.text


def graphs(names: Iterable[str]) -> str:
    return " ".join(f"<http://example.org/graph/{name}>" for name in names)


def from_cases() -> Iterator[Case]:
    """SPARQL 1.1, 13.2: what FROM and FROM NAMED let a query see."""
    for clause, default, named in (
        ("", "abc", "abc"),
        (f"FROM {graphs('a')}", "a", ""),
        (f"FROM {graphs('a')} FROM {graphs('b')}", "ab", ""),
        (f"FROM NAMED {graphs('a')}", "", "a"),
        (f"FROM {graphs('a')} FROM NAMED {graphs('b')}", "a", "b"),
    ):
        name = f"FROM {default} NAMED {named}" if clause else "no FROM"
        yield Case(
            f"{name}: default graph", E + f"SELECT ?o {clause} {{ ?s e:p ?o }}", tsv(default)
        )
        yield Case(
            f"{name}: named graphs",
            E + f"SELECT ?o {clause} {{ GRAPH ?g {{ ?s e:p ?o }} }}",
            tsv(named),
        )


def protocol_cases() -> Iterator[Case]:
    """SPARQL 1.1 Protocol, 2.1.4: the dataset of the request wins over the query's own."""
    for default, named in (("ab", ""), ("", "b"), ("a", "b")):
        dataset = Dataset(
            [f"http://example.org/graph/{name}" for name in default],
            [f"http://example.org/graph/{name}" for name in named],
        )
        for clause, kind in (
            ("", "alone"),
            (f"FROM {graphs('c')} FROM NAMED {graphs('c')}", "over FROM"),
        ):
            name = f"protocol {default}/{named} {kind}"
            query = E + f"SELECT ?o {clause} {{ ?s e:p ?o }}"
            yield Case(f"{name}: default graph", query, tsv(default), dataset)
            query = E + f"SELECT ?o {clause} {{ GRAPH ?g {{ ?s e:p ?o }} }}"
            yield Case(f"{name}: named graphs", query, tsv(named), dataset)


def tsv(values: str) -> str:
    return "".join(["?o\n", *(f'"{value}"\n' for value in values)])


CASES = [
    Case(
        "a dataset that names nothing",
        E + "SELECT ?o { ?s e:p ?o }",
        tsv("abc"),
        Dataset([], []),
    ),
    *from_cases(),
    *protocol_cases(),
    Case(
        "a graph by its Japanese name",
        " ".join([E, "SELECT ?o", f"FROM {graphs(['年度'])}", "{ ?s e:年 ?o }"]),
        '?o\n"平成20年度"\n',
    ),
    Case(
        "a Japanese IRI as subject",
        E + "SELECT ?o { <http://example.org/担当課/協働推進課> e:年 ?o }",
        '?o\n"平成20年度"\n',
    ),
    Case(
        "a Japanese IRI in the result",
        E + "SELECT ?s { ?s e:年 [] }",
        "?s\n<http://example.org/担当課/協働推進課>\n",
    ),
    Case(
        "a Japanese literal found",
        E + 'SELECT ?p { ?s e:年 ?x ; ?p "協働推進課"@ja }',
        "?p\n<http://example.org/label>\n",
    ),
    Case(
        "Japanese text searched",
        E + "SELECT ?o { ?s e:label ?o FILTER (CONTAINS(STR(?o), '推進')) }",
        '?o\n"協働推進課"@ja\n',
    ),
    Case(
        "Japanese text matched",
        E + "SELECT ?o { ?s e:label ?o FILTER REGEX(STR(?o), '^協.推') }",
        '?o\n"協働推進課"@ja\n',
    ),
    Case("characters counted", E + "SELECT (STRLEN(?o) AS ?n) { ?s e:年 ?o }", "?n\n6\n"),
    Case("characters cut", E + "SELECT (SUBSTR(?o, 3, 2) AS ?n) { ?s e:年 ?o }", '?n\n"20"\n'),
    Case("wide characters and an emoji", E + "SELECT ?o { ?s e:wide ?o }", '?o\n"１２３ 😀"\n'),
    Case("quotes and line ends", E + "SELECT ?o { ?s e:quote ?o }", '?o\n"a\\"b\\\\c\\nd\\te"\n'),
    Case(
        "language tags", E + "SELECT ?l { ?s e:label ?o BIND (LANG(?o) AS ?l) }", '?l\n"en"\n"ja"\n'
    ),
    Case(
        "a language chosen",
        E + "SELECT ?o { ?s e:label ?o FILTER (LANG(?o) = 'ja') }",
        '?o\n"協働推進課"@ja\n',
    ),
    Case(
        "a language with a region",
        E + "SELECT ?o { ?s e:tag ?o FILTER LANGMATCHES(LANG(?o), 'en') }",
        '?o\n"x"@en-gb\n',
    ),
    Case(
        "a date",
        E + "SELECT ?o { ?s e:date ?o }",
        '?o\n"2008-04-01"^^<http://www.w3.org/2001/XMLSchema#date>\n',
    ),
    Case(
        "dates compared",
        E + 'SELECT ?o { ?s e:date ?o FILTER (?o < "2009-04-01"^^xsd:date) }',
        '?o\n"2008-04-01"^^<http://www.w3.org/2001/XMLSchema#date>\n',
    ),
    Case(
        "a moment",
        E + "SELECT ?o { ?s e:moment ?o }",
        '?o\n"2026-11-22T10:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime>\n',
    ),
    Case("an integer", E + "SELECT ?o { ?s e:count ?o }", "?o\n5\n"),
    Case("an integer with a leading zero", E + "SELECT ?o { ?s e:zero ?o }", "?o\n8\n"),
    Case(
        "a derived integer",
        E + "SELECT ?o { ?s e:size ?o }",
        "?o\n7\n",
    ),
    Case(
        "a decimal",
        E + "SELECT ?o { ?s e:ratio ?o }",
        '?o\n"1.5"^^<http://www.w3.org/2001/XMLSchema#decimal>\n',
    ),
    Case(
        "a decimal with a trailing zero",
        E + "SELECT ?o { ?s e:whole ?o }",
        '?o\n"2"^^<http://www.w3.org/2001/XMLSchema#decimal>\n',
    ),
    Case(
        "a double",
        E + "SELECT ?o { ?s e:double ?o }",
        '?o\n"1.5"^^<http://www.w3.org/2001/XMLSchema#double>\n',
    ),
    Case(
        "booleans",
        E + "SELECT ?o { ?s e:flag ?o }",
        "?o\nfalse\ntrue\n",
    ),
    Case(
        "a datatype of one's own",
        E + "SELECT ?o { ?s e:other ?o }",
        '?o\n"p"^^<http://example.org/type>\n',
    ),
    Case(
        "nodes without a name",
        E + "SELECT ?v { e:blank e:of ?b . ?b e:value ?v . FILTER ISBLANK(?b) }",
        '?v\n"in a blank node"\n',
    ),
    Case(
        "an unbound variable",
        E + "SELECT ?o ?n { ?s e:p ?o OPTIONAL { ?s e:next ?n } } ORDER BY ?o",
        '?o\t?n\n"a"\t<http://example.org/b>\n"b"\t<http://example.org/c>\n"c"\t\n',
    ),
    Case("a row with nothing in it", "SELECT ?x { VALUES ?x { UNDEF } }", "?x\n\n"),
    Case(
        "rows with holes",
        "SELECT ?x ?y { VALUES (?x ?y) { (UNDEF 1) ('a' UNDEF) } }",
        '?x\t?y\n\t1\n"a"\t\n',
    ),
    Case("no rows", E + "SELECT ?x ?y { ?x e:nothing ?y }", "?x\t?y\n"),
    Case("one row without variables", "SELECT * {}", "\n\n"),
    Case(
        "a path of any length",
        E + "SELECT ?z { e:a e:next+ ?z }",
        "?z\n<http://example.org/b>\n<http://example.org/c>\n",
    ),
    Case(
        "a path of any length or none",
        E + "SELECT ?z { e:a e:next* ?z }",
        "?z\n<http://example.org/a>\n<http://example.org/b>\n<http://example.org/c>\n",
    ),
    Case(
        "a path with two free ends",
        E + "SELECT ?x ?z { ?x e:next+ ?z }",
        "?x\t?z\n<http://example.org/a>\t<http://example.org/b>\n"
        "<http://example.org/a>\t<http://example.org/c>\n"
        "<http://example.org/b>\t<http://example.org/c>\n",
    ),
    Case(
        "grouped and counted",
        E + "SELECT ?g (COUNT(?o) AS ?n) { GRAPH ?g { ?s e:p ?o } } GROUP BY ?g ORDER BY ?g",
        "?g\t?n\n" + "".join(f"{graphs(name)}\t1\n" for name in "abc"),
    ),
    Case("counted over the union", E + "SELECT (COUNT(*) AS ?n) { ?s e:p ?o }", "?n\n3\n"),
    Case(
        "joined",
        "SELECT (GROUP_CONCAT(?x; separator=',') AS ?y) { VALUES ?x { 'a' } }",
        '?y\n"a"\n',
    ),
    Case(
        "a subquery",
        E + "SELECT ?o ?m { ?s e:p ?o { SELECT (COUNT(?v) AS ?m) { ?t e:p ?v } } }",
        '?o\t?m\n"a"\t3\n"b"\t3\n"c"\t3\n',
    ),
    Case(
        "the largest of texts as strings",
        E + "SELECT (MAX(STR(?v)) AS ?m) { ?s e:p ?v }",
        '?m\n"c"\n',
    ),
    Case(
        "a grouping subquery under FROM",
        " ".join(
            [
                E,
                "SELECT ?o ?n",
                f"FROM {graphs('a')} FROM {graphs('b')}",
                "{ ?s e:p ?o { SELECT ?s (MIN(STR(?v)) AS ?n) { ?s e:p ?v } GROUP BY ?s } }",
            ]
        ),
        '?o\t?n\n"a"\t"a"\n"b"\t"b"\n',
    ),
    Case("a union", E + "SELECT ?x { { e:a e:p ?x } UNION { e:b e:p ?x } }", '?x\n"a"\n"b"\n'),
    Case(
        "what is not", E + "SELECT ?o { ?s e:p ?o FILTER NOT EXISTS { ?s e:next ?n } }", '?o\n"c"\n'
    ),
    Case("what is taken away", E + "SELECT ?o { ?s e:p ?o MINUS { ?s e:next ?n } }", '?o\n"c"\n'),
    Case(
        "each once",
        E + "SELECT DISTINCT ?p { ?s ?p ?o . ?s e:p [] } ORDER BY ?p",
        "?p\n<http://example.org/next>\n<http://example.org/p>\n",
    ),
    Case("a page", E + "SELECT ?o { ?s e:p ?o } ORDER BY DESC(?o) LIMIT 1 OFFSET 1", '?o\n"b"\n'),
    Case(
        "Japanese sorted",
        "SELECT ?x { VALUES ?x { '段階' 'あ' '年度' 'ア' 'A' } } ORDER BY ?x",
        '?x\n"A"\n"あ"\n"ア"\n"年度"\n"段階"\n',
    ),
    Case("an error in an expression", "SELECT (COALESCE(1/0, 'no') AS ?x) {}", '?x\n"no"\n'),
    Case(
        "an unbound part of a text",
        E
        + "SELECT (COALESCE(CONCAT(?n, '!'), 'no') AS ?x) { ?s e:p 'c' OPTIONAL { ?s e:next ?n } }",
        '?x\n"no"\n',
    ),
    Case(
        "a new node",
        "SELECT (ISBLANK(?b) AS ?x) { BIND (BNODE() AS ?b) }",
        "?x\ntrue\n",
    ),
    Case(
        "our prefixes",
        "SELECT ?x { VALUES ?x { kei:Item party:事業者 } }",
        "?x\n<https://w3id.org/keikaku/id/party/事業者>\n<https://w3id.org/keikaku/ns#Item>\n",
    ),
    Case(
        "our prefix declared otherwise",
        "PREFIX a: <http://a#> # kei:\nPREFIX kei: <http://other/> "
        "SELECT ?x { VALUES ?x { kei:Item } }",
        "?x\n<http://other/Item>\n",
    ),
    Case("no base", "ASK { FILTER (STR(<a>) = 'https://w3id.org/keikaku/a') }", "true"),
    Case("a base", "BASE <http://example.org/> SELECT ?o { <a> <p> ?o }", '?o\n"a"\n'),
    Case(
        "a comment",
        "# FROM here\nSELECT ?from { VALUES ?from { 'FROM' } } # to there",
        '?from\n"FROM"\n',
    ),
    Case(
        "all that stands in the named graphs",
        E + "SELECT (COUNT(*) AS ?n) "
        "{ GRAPH ?g { ?s ?p ?o } FILTER (?p = rdf:type && ?o = kei:Nothing) }",
        "?n\n1\n",
    ),
    Case(
        "nothing else in the union",
        "ASK { ?s ?p ?o FILTER (STRSTARTS(STR(?p), 'http://www.openlinksw.com/')) }",
        "false",
    ),
    Case("yes", E + "ASK { ?s e:p 'a' }", "true"),
    Case("no", E + "ASK { ?s e:p 'd' }", "false"),
    Case(
        "a graph made",
        E + "CONSTRUCT { ?o e:年 e:x } WHERE { ?s e:next ?o }",
        "<http://example.org/b> <http://example.org/年> <http://example.org/x> .\n"
        "<http://example.org/c> <http://example.org/年> <http://example.org/x> .\n",
    ),
    Case(
        "a triple made twice",
        E + "CONSTRUCT { e:x e:y 1 } WHERE { ?s e:p ?o }",
        f'<http://example.org/x> <http://example.org/y> "1{INTEGER} .\n',
    ),
    Case("no graph made", E + "CONSTRUCT WHERE { ?s e:nothing ?o }", ""),
    Case(
        "a thing described",
        E + "DESCRIBE e:b",
        "<http://example.org/b> <http://example.org/next> <http://example.org/c> .\n"
        '<http://example.org/b> <http://example.org/p> "b" .\n',
    ),
    Case(
        "things found and described",
        E + "DESCRIBE ?x { ?x e:p 'c' }",
        '<http://example.org/c> <http://example.org/p> "c" .\n',
    ),
    Case("nothing described", E + "DESCRIBE e:nothing", ""),
]
