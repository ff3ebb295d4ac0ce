"""Commands that ask the current release: in SPARQL, in Japanese, by a question of the catalogue."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyoxigraph import QueryResultsFormat, RdfFormat

from keikaku.answers.catalogue import Catalogue
from keikaku.answers.counts import Counts
from keikaku.answers.service import Answers
from keikaku.answers.written import written
from keikaku.commands.output import put, say
from keikaku.errors import QuestionError, SettingsError
from keikaku.release.shelf import Shelf
from keikaku.store.base import Query
from keikaku.store.configured import bounds_of
from keikaku.store.embedded import EmbeddedStore

if TYPE_CHECKING:
    from keikaku.settings import Settings

Arguments = dict[str, Any]

RESULT_FORMATS = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}
GRAPH_FORMATS = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "rdf": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}


def query(settings: Settings, given: Arguments) -> bool:
    """Answer a SPARQL query from the current release, on standard output."""
    store = EmbeddedStore.open(Shelf(settings.releases).current().store, bounds_of(settings))
    rows, graphs = _offers(given["format"])
    result = store.serialize(Query(_query_text(given["query"]), rows=rows, graphs=graphs))
    put(result.body)
    return True


def _offers(name: str | None) -> tuple[QueryResultsFormat | None, RdfFormat | None]:
    """Return the formats of a table and of a graph that `name` stands for.

    Without a name they are CSV and Turtle.
    """
    rows = RESULT_FORMATS["csv"] if name is None else RESULT_FORMATS.get(name)
    graphs = GRAPH_FORMATS["ttl"] if name is None else GRAPH_FORMATS.get(name)
    return rows, graphs


def _query_text(given: str) -> str:
    """Return the query itself, or the content of the file or of standard input that is named."""
    if given == "-":
        return sys.stdin.read()
    if "{" in given or "<" in given or " " in given:
        return given
    try:
        return Path(given).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            "SPARQL でも、読めるファイルの名でもありません。",
            "this is neither SPARQL nor the name of a file that can be read",
            file=given,
        ) from error


def ask(settings: Settings, given: Arguments) -> bool:
    """Answer a sentence in Japanese, or a question of the catalogue by its id."""
    if given["list"]:
        for question in Catalogue.load():
            parameters = " ".join(f"{item.name}=" for item in question.parameters)
            say(f"{question.name}\t{question.title.ja}\t{parameters}")
        return True
    release = Shelf(settings.releases).current()
    answers = replace(
        Answers.over(EmbeddedStore.open(release.store), release.id), counts=Counts.of(release)
    )
    if given["question"]:
        answer = answers.answer(given["question"], _values(given["words"]))
    elif given["words"]:
        answer = answers.ask(" ".join(given["words"]))
    else:
        raise QuestionError(
            "質問を書いてください。例: keikaku ask H22に事業者が関わる項目は？",
            "write a question, for example: keikaku ask H22に事業者が関わる項目は？",
        )
    put(written(answer, given["format"]))
    return True


def _values(words: list[str]) -> dict[str, str]:
    values = dict(word.split("=", 1) for word in words if "=" in word)
    if len(values) < len(words):
        raise QuestionError(
            "--question の条件は 名=値 の形で書いてください。例: party=事業者 year=H22",
            "write the values of --question as name=value, for example: party=事業者 year=H22",
        )
    return values
