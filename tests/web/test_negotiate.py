"""Content negotiation: RFC 9110, 12.4.2 (quality), 12.5.1 (Accept)."""

from __future__ import annotations

import time

import pytest

from keikaku.web.negotiate import (
    GRAPHS,
    ROWS,
    acceptable,
    choose,
    content_type,
    prefers_html,
    prefers_text,
)

JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
CSV = "text/csv"
TSV = "text/tab-separated-values"
TURTLE = "text/turtle"
JSON_LD = "application/ld+json"
RDF_XML = "application/rdf+xml"
NT = "application/n-triples"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("nonsense", JSON),
        (CSV, CSV),
        ("TEXT/CSV", CSV),
        ("text/*", CSV),
        ("application/json", JSON),
        ("application/xml", XML),
        (f"{JSON};q=0.1, {XML};q=0.2", XML),
        (f"{JSON};q=0, */*", XML),
        (f"{JSON};q=0.0, application/json", None),
        ("application/*;q=0.5, text/csv;q=0.4", JSON),
        ("*/*, text/csv", CSV),
        ("text/*;q=0.9, text/csv;q=0.1", TSV),
        ("text/csv ; q=0.5 , text/tab-separated-values; Q=0.7", TSV),
        ('text/csv; header="a,b;q=0", text/plain', CSV),
        ("text/csv;charset=utf-8;q=0.3", CSV),
        ("text/csv;q=nonsense", CSV),
        ("image/png", None),
        ("*/*;q=0", None),
        (TURTLE, None),
        (BROWSER, XML),
    ],
)
def test_an_accept_header_chooses_among_row_formats(accept: str, expected: str | None) -> None:
    chosen = choose(accept, None, ROWS)
    assert (chosen and chosen.media_type) == expected


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, TURTLE),
        ("*/*", TURTLE),
        ("application/json", JSON_LD),
        ("application/rdf+xml;q=0.8, text/turtle;q=0.7", RDF_XML),
        (f'{JSON_LD};profile="http://www.w3.org/ns/json-ld#compacted"', JSON_LD),
        (JSON, None),
    ],
)
def test_an_accept_header_chooses_among_graph_formats(accept: str, expected: str | None) -> None:
    chosen = choose(accept, None, GRAPHS)
    assert (chosen and chosen.media_type) == expected


@pytest.mark.parametrize(
    ("name", "rows", "graph"),
    [
        ("json", JSON, JSON_LD),
        ("xml", XML, RDF_XML),
        ("csv", CSV, None),
        ("TSV", TSV, None),
        ("turtle", None, TURTLE),
        ("ttl", None, TURTLE),
        ("nt", None, NT),
        ("rdf", None, RDF_XML),
        ("rdfxml", None, RDF_XML),
        ("jsonld", None, JSON_LD),
        (XML, XML, None),
        (NT, None, NT),
        ("application/turtle,text/turtle", None, TURTLE),
        ("html", None, None),
        ("", None, None),
    ],
)
def test_a_format_parameter_wins_over_accept(
    name: str, rows: str | None, graph: str | None
) -> None:
    by_rows, by_graph = choose("image/png", name, ROWS), choose("image/png", name, GRAPHS)
    assert (by_rows and by_rows.media_type) == rows
    assert (by_graph and by_graph.media_type) == graph


def test_the_first_known_of_several_names_counts() -> None:
    """SPARQLWrapper sends one name and the media types of the same format."""
    chosen = choose(None, "x, rdf+xml ,json-ld", GRAPHS)
    assert chosen is not None
    assert chosen.media_type == RDF_XML


def test_any_list_of_media_types_may_be_negotiated() -> None:
    assert acceptable("text/html;q=0.5, text/turtle", ["text/html", TURTLE]) == TURTLE
    assert acceptable("text/*", ["text/html", TURTLE]) == "text/html"
    assert acceptable("image/*", ["text/html", TURTLE]) is None


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (BROWSER, True),
        ("text/html", True),
        ("text/html, application/json", True),
        ("text/html;q=0.5, application/json", False),
        ("text/html;q=0", False),
        ("text/*", False),
        ("*/*", False),
        ("application/json", False),
        (None, False),
    ],
)
def test_a_browser_is_one_that_names_html_and_likes_nothing_better(
    accept: str | None, expected: bool
) -> None:
    assert prefers_html(accept) is expected


def test_text_types_say_their_charset() -> None:
    assert content_type(TURTLE) == "text/turtle; charset=utf-8"
    assert content_type("text/csv; charset=utf-8") == "text/csv; charset=utf-8"
    assert content_type(JSON) == JSON


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("text/plain", True),
        ("text/*", True),
        ("text/csv, text/plain;q=0.1", True),
        ("text/plain, application/problem+json", False),
        ("text/plain;q=0.9, application/json", False),
        (f"{JSON}, text/plain;q=0.5", False),
        ("text/plain;q=0", False),
        ("*/*", False),
        (None, False),
    ],
)
def test_text_is_for_those_who_like_it_better_than_json(accept: str | None, expected: bool) -> None:
    assert prefers_text(accept) is expected


def test_a_hostile_header_is_read_in_no_time() -> None:
    hostile = '"\\' * 30_000
    started = time.perf_counter()
    chosen = choose(f"text/csv, {hostile}", None, ROWS)
    assert time.perf_counter() - started < 0.5
    assert chosen is not None
    assert chosen.media_type == CSV
