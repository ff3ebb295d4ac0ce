"""What may run: https://www.w3.org/TR/sparql11-query/, and the bounds measured in admission."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal

from keikaku.errors import QueryRefusedError, QuerySyntaxError
from keikaku.store.admission import MAX_REPEATS, MAX_STEPS, Bounds, admit, uses_keyword

JUDGED = """SELECT ?number ?title WHERE {
  ?item a kei:Item ; kei:involves party:事業者 ; kei:activeIn fy:2010 ;
        dcterms:identifier ?number ; rdfs:label ?title }"""


def let_in(text: str) -> None:
    admit(text, Bounds())


def refusal(text: str) -> str:
    with pytest.raises(QueryRefusedError) as caught:
        let_in(text)
    return str(caught.value)


def where(pattern: str) -> str:
    return f"SELECT * {{ {pattern} }}"


@pytest.mark.parametrize(
    "text",
    [
        JUDGED,
        "ASK {}",
        "DESCRIBE <https://w3id.org/keikaku/id/352039>",
        "CONSTRUCT { ?s a kei:Item } WHERE { ?s a kei:Item }",
        where("?s ?p ?o FILTER EXISTS { ?s kei:involves/rdfs:label ?label }"),
        "# コメント ((((\n" + where("?s ?p ':-) ((((' "),
    ],
)
def test_an_ordinary_query_passes(text: str) -> None:
    let_in(text)


@pytest.mark.parametrize(
    "text",
    [
        where("SERVICE <http://127.0.0.1/> { ?s ?p ?o }"),
        where("service silent ?x {}"),
        where("?s ?p trueSERVICE <http://127.0.0.1/> {}"),
        where("OPTIONAL { { SELECT * { SeRvIcE<http://127.0.0.1/>{} } } }"),
        where("?s ?service 'service' # service\n SERVICE <http://service/> {}"),
        "PREFIX service: <http://service/> "
        + where("service:service ?p ?o . SERVICE service:x {}"),
        where("FILTER NOT EXISTS { SERVICE <http://127.0.0.1/> {} }"),
    ],
)
def test_a_service_clause_is_refused_wherever_it_stands(text: str) -> None:
    assert "SERVICE" in refusal(text)


@pytest.mark.parametrize(
    "text",
    [
        where("?s ?p 'SERVICE <http://x/> {}'"),
        where("?service ?SERVICE ?Service"),
        "# SERVICE <http://x/> {}\nASK {}",
        where("<http://service/> ?p ?o"),
        "PREFIX service: <http://e/> " + where("service:service ?p _:service"),
    ],
)
def test_the_word_service_may_stand_in_literals_comments_and_names(text: str) -> None:
    let_in(text)


@pytest.mark.parametrize(
    "text",
    [
        where(r"SERV\u0049CE <http://127.0.0.1/> {}"),
        where(r"\U00000053ERVICE <http://127.0.0.1/> {}"),
    ],
)
def test_an_escaped_service_is_no_query_to_the_engine(text: str) -> None:
    with pytest.raises((QuerySyntaxError, QueryRefusedError)):
        let_in(text)


def test_a_service_that_appears_when_escapes_are_undone_is_refused() -> None:
    """SPARQL 1.1, 19.2: an engine may undo escapes first, and read a clause, not a literal."""
    text = where(r"?s ?p '\u0027 SERVICE <http://x/> {} #'")
    assert "SERVICE" in refusal(text)


ALLOWED = Bounds(services=frozenset({"http://allowed/sparql"}))


@pytest.mark.parametrize(
    "text",
    [
        where("SERVICE <http://allowed/sparql> { ?s ?p ?o }"),
        where("service  silent\n<http://allowed/sparql> { ?s ?p ?o }"),
        where("SERVICE<http://allowed/sparql>{}"),
        where("SERVICE silent<http://allowed/sparql>{}"),
        where("SERVICE <http://allowed/sparql> {} OPTIONAL { SERVICE <http://allowed/sparql> {} }"),
        where("?s ?p 'SERVICE <http://other/> {}'"),
    ],
)
def test_an_allowed_service_may_be_asked(text: str) -> None:
    admit(text, ALLOWED)


@pytest.mark.parametrize(
    "text",
    [
        where("SERVICE <http://other/sparql> { ?s ?p ?o }"),
        where("SERVICE <http://allowed/sparql/more> { ?s ?p ?o }"),
        where("SERVICE ?where { ?s ?p ?o }"),
        "PREFIX a: <http://allowed/> " + where("SERVICE a:sparql { ?s ?p ?o }"),
        where("SERVICE <http://allowed/sparql> { SERVICE <http://other/> { ?s ?p ?o } }"),
        where("?s ?p 'SERVICE <http://allowed/sparql>' . SERVICE <http://other/> {}"),
        where("# SERVICE <http://allowed/sparql>\n SERVICE <http://other/> {}"),
        where(r"SERVICE <http://allowed/sparql> {} ?s ?p '\u0027 SERVICE <http://x/> {} #'"),
    ],
)
def test_beside_the_allowed_services_no_other_is_asked(text: str) -> None:
    with pytest.raises(QueryRefusedError, match="http://allowed/sparql"):
        admit(text, ALLOWED)


def test_reading_a_query_calls_no_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.3)
        port = server.getsockname()[1]
        refusal(f"ASK {{ SERVICE <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}")
        with pytest.raises(TimeoutError):
            server.accept()


@given(st.text().map(lambda text: text + "SERVICE FROM" + text))
def test_no_literal_makes_a_keyword(text: str) -> None:
    query = where(f"?s ?p {Literal(text)}")
    assert not uses_keyword(query, "SERVICE")
    assert not uses_keyword(query, "FROM")


def test_from_is_a_keyword_only_where_a_dataset_is_named() -> None:
    assert uses_keyword("SELECT * FROM <http://g/> { ?s ?p ?o }", "FROM")
    assert uses_keyword("PREFIX : <http://g/> SELECT * from named:g {}", "FROM")
    assert uses_keyword("PREFIX : <http://g/> SELECT*FROM:g {}", "FROM")
    assert not uses_keyword("PREFIX from: <http://g/> DESCRIBE from:g", "FROM")
    assert not uses_keyword("SELECT ?from ?FROM { ?from ?FROM 'from' }", "FROM")


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <http://s/> <http://p/> 1 }",
        "# a\nPREFIX a: <http://a#> # b\n delete where { ?s ?p ?o }",
        "LOAD <http://127.0.0.1/>",
        "CLEAR ALL",
        "WITH <http://g/> DELETE {} WHERE {}",
    ],
)
def test_an_update_is_refused_as_an_update(text: str) -> None:
    assert "no updates" in refusal(text)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "near line 1, column 1"),
        ("SELECT ?s {\n  ?s ?p }", 2, "near line 2"),
        ("SELECT *\n{ ?s foo:bar ?o }", 2, "Prefix not found"),
        ("SELECT ?x ?x {}", 1, "Duplicated variable name"),
        ("ASK { ?s <http://[> ?o }", 1, "IRI parsing failed"),
    ],
)
def test_a_syntax_error_says_where_and_what(text: str, line: int, words: str) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        let_in(text)
    assert caught.value.problems[0].line == line
    assert words in str(caught.value)
    assert "\\u{" not in str(caught.value)


def test_half_a_surrogate_is_no_query() -> None:
    with pytest.raises(QuerySyntaxError):
        let_in(where("?s ?p '\ud800'"))


def test_a_query_may_be_as_long_as_the_limit_and_no_longer() -> None:
    text = "ASK {}".ljust(20_000)
    let_in(text)
    assert "20001" in refusal(text + " ")


@pytest.mark.parametrize(
    ("opening", "inside", "closing"),
    [("{", "", "}"), ("OPTIONAL {", "", "}"), ("[?p ", "1", "] "), ("(", "1", ")")],
)
def test_brackets_may_be_nested_to_the_limit_and_no_deeper(
    opening: str, inside: str, closing: str
) -> None:
    def nested(depth: int) -> str:
        subject = "?s ?p " if inside else ""
        return where(subject + opening * (depth - 1) + inside + closing * (depth - 1))

    let_in(nested(100))
    assert "100" in refusal(nested(101))


def test_closing_brackets_in_literals_iris_and_comments_hide_no_depth() -> None:
    hidden = "{ ?s <urn:)))))> ')))))' . # }}}}}}}\n"
    assert "100" in refusal(where(hidden * 101))


def test_brackets_in_literals_and_comments_do_not_count() -> None:
    let_in(where("?s ?p '''" + "({[" * 200 + "''', \"(((\" # " + "(" * 200 + "\n"))


@pytest.mark.parametrize(
    ("shape", "least"),
    [
        ("FILTER({}1)", "!"),
        ("FILTER(1{})", "+1"),
        ("FILTER(1{})", "-1"),
        ("FILTER(true{})", "-1"),
        ("FILTER(1{})", "*1"),
        ("?s <http://p/>{} ?o", "/<http://p/>"),
        ("?s <urn:p>{} ?o", "|<urn:p>"),
        ("?s ?p ?o {}", ". ?s ?p ?o"),
        ("?s ?p ?o {}", "; ?p ?o"),
        ("?s ?p ?o {}", ", ?o"),
        ("?s ?p ?o {}", ", []"),
        ("?s ?p ({})", "1 "),
        ("?s ?p ({})", "?x"),
        ("?s ?p ({})", "'a'"),
        ("?s ?p ({})", "<urn:a>"),
        ("?s ?p ({})", "true"),
        ("?s ?p ({})", "()"),
        ("?s ?p (1{})", "-1"),
        ("?s ?p ?o {}", "OPTIONAL { ?s ?p ?o }"),
        ("?s ?p ?o {}", "GRAPH ?g { ?s ?p ?o }"),
        ("?s ?p ?o {}", "VALUES ?s { 1 }"),
        ("?s ?VALUES ?x {{ ({}) }}", "1 "),
        ("?s <urn:values> ?x {{ ({}) }}", "1 "),
        ("# VALUES ?x {{\n?s ?p ({})", "1 "),
    ],
)
def test_what_the_planner_must_join_is_bounded(shape: str, least: str) -> None:
    assert str(MAX_STEPS) in refusal(where(shape.format(least * (MAX_STEPS + 1))))


@pytest.mark.parametrize("mark", ["*", "+", "?", " # comment\n *"])
def test_repetitions_in_repetitions_are_bounded(mark: str) -> None:
    def nested(depth: int) -> str:
        return where("?s " + "(" * depth + "<http://p/>" + f"){mark}" * depth + " ?o")

    let_in(nested(MAX_REPEATS))
    assert str(MAX_REPEATS) in refusal(nested(MAX_REPEATS + 1))


@pytest.mark.parametrize(
    "text",
    [
        where("?a ?b ?c FILTER(?a<?b#>''' \n > 1)" + "{" * 101 + "#'''"),
        where("?a ?b ?c FILTER(?a<?b#>1\n)" + "?s ?p ?o ." * 121),
        where("FILTER(1<2&&'>'=')'" + "+1" * 121 + ")"),
    ],
)
def test_a_less_than_sign_that_looks_like_an_iri_hides_nothing(text: str) -> None:
    refusal(text)


def test_iris_with_a_fragment_and_no_slashes_may_be_used() -> None:
    let_in("PREFIX e: <urn:e#> " + where("?s <urn:e#a> e:b ; e:c <mailto:a@example.org>"))


def test_lists_of_values_are_bounded_by_length_alone() -> None:
    rows = "(<https://w3id.org/keikaku/id/352039/kyodo/item/1-4-3> '協働' 1.5)" * 250
    let_in(where(f"VALUES (?item ?label ?n) {{ {rows} }} ?item rdfs:label ?label"))
    let_in(where("?s ?p ?o FILTER(?o IN (" + ", ".join(["'市民'"] * 1000) + "))"))
    let_in(where("?s ?p ?o FILTER(" + " || ".join(["?o = 1"] * 1000) + ")"))


LARGEST = {
    "brackets": where("{" * 99 + "}" * 99),
    "blank nodes": where("?s ?p " + "[?p " * 99 + "1" + "]" * 99),
    "not": where("FILTER(" + "!" * 110 + "1)"),
    "sum": where("FILTER(1" + "+1" * 110 + ")"),
    "list": where("?s ?p (" + "1 " * 110 + ")"),
    "patterns": where("?s ?p ?o " + ", ?o" * 110),
    "path": where("?s <http://p/>" + "/<http://p/>" * 110 + " ?o"),
    "repetitions": where("?s " + "(<http://p/>/" * 5 + "<http://p/>" + ")*" * 5 + " ?o"),
    "or": where("FILTER(0" + "||0" * 6000 + ")"),
}


@pytest.mark.parametrize("shape", LARGEST)
def test_the_largest_admitted_query_of_a_shape_neither_ends_nor_stalls_the_engine(
    shape: str,
) -> None:
    """Measured: 2 s at most; 30 s allow for a machine under load."""
    let_in(LARGEST[shape])
    code = "import sys, pyoxigraph; list(pyoxigraph.Store().query(sys.stdin.read()))"
    done = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", code], input=LARGEST[shape].encode(), timeout=30, check=False
    )
    assert done.returncode == 0
