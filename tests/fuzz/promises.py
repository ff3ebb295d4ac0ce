"""What holds for every answer, whatever was asked."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import pyoxigraph
from pyoxigraph import QueryResultsFormat, RdfFormat

DOCUMENTED = (500, 502, 503, 504)
"""The errors of the server that are documented; 500 only where the engine itself ended."""

_JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
_ENGLISH = re.compile(r"\(.*[A-Za-z]{3}.*\)", re.DOTALL)
_UNEXPECTED = "予期しない"
_ROWS = {
    kind.media_type.partition(";")[0]: kind
    for kind in (QueryResultsFormat.JSON, QueryResultsFormat.XML, QueryResultsFormat.TSV)
}
_GRAPHS = {
    kind.media_type.partition(";")[0]: kind
    for kind in (RdfFormat.TURTLE, RdfFormat.N_TRIPLES, RdfFormat.RDF_XML)
}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: to what, its status, its headers by name in lower case, its body."""

    asked: str
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """The media type, without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


def check(answer: Answer) -> None:
    """Assert what holds for every answer."""
    if answer.status >= 500:
        assert answer.status in DOCUMENTED, answer
    if answer.status >= 400:
        _check_error(answer)
    elif answer.status == 200:
        _check_result(answer)


def _check_error(answer: Answer) -> None:
    text = answer.body.decode("utf-8")
    if answer.media_type in ("text/html", "text/plain"):  # the request liked them better
        detail = text
    else:
        assert answer.media_type == "application/problem+json", answer
        problem = json.loads(text)
        assert problem["status"] == answer.status
        assert problem["title"]
        assert problem["type"]
        detail = problem["detail"]
    assert _JAPANESE.search(detail), answer
    assert _ENGLISH.search(detail), answer
    assert answer.status != 500 or _UNEXPECTED not in detail, answer


def _check_result(answer: Answer) -> None:
    """Read a result as its media type says."""
    body, kind = answer.body, answer.media_type
    if kind.endswith("json"):
        json.loads(body)
    if kind in _ROWS:
        read = pyoxigraph.parse_query_results(body, format=_ROWS[kind])
        if isinstance(read, pyoxigraph.QuerySolutions):
            list(read)
    if kind in _GRAPHS:
        list(pyoxigraph.parse(body, format=_GRAPHS[kind], base_iri="http://example.org/"))
    if kind.startswith("text/"):
        body.decode("utf-8")
