"""`keikaku serve --data FILE…`: an endpoint over RDF files as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from desk import Desk, served
from keikaku.errors import SourceError
from keikaku.settings import Settings
from keikaku.web.site import site_of_files

if TYPE_CHECKING:
    from pathlib import Path

TRIG = "@prefix : <urn:x:> . :a :p 1 . :g { :b :p 2 }"
DEFAULT = "SELECT ?v { ?s <urn:x:p> ?v }"
NAMED = "SELECT ?v { GRAPH ?g { ?s <urn:x:p> ?v } }"


@pytest.mark.parametrize(("query", "value"), [(DEFAULT, "1"), (NAMED, "2")])
def test_the_default_graph_of_the_files_is_the_default_graph(
    query: str, value: str, tmp_path: Path
) -> None:
    path = tmp_path / "data.trig"
    path.write_text(TRIG, encoding="utf-8")
    with served(Desk(tmp_path), "--data", str(path)) as address:
        answer = httpx.get(f"{address}/sparql", params={"query": query, "format": "csv"})
    assert answer.text.splitlines() == ["v", value]


@pytest.mark.parametrize(
    ("name", "text"), [("data.doc", TRIG), ("data.ttl", "no turtle at all"), ("none.ttl", None)]
)
def test_a_file_that_is_no_rdf_is_named(name: str, text: str | None, tmp_path: Path) -> None:
    path = tmp_path / name
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=name):
        site_of_files([path], Settings())
