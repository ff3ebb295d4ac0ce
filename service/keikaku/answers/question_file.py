"""Annotated SPARQL files read as questions, and what is wrong with one."""

from __future__ import annotations

import re
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from keikaku.annotated import AnnotatedQuery, read_folder
from keikaku.answers.lexicon import TYPES
from keikaku.answers.question import (
    GROUPS,
    Column,
    Counted,
    Drawn,
    Parameter,
    Question,
    Sentence,
)
from keikaku.closed import Bilingual, Closed
from keikaku.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

QUESTIONS = Path(__file__).resolve().parent / "questions"

_SLOT = re.compile(r"\{(\w+)\}")


_DRAWN_FROM: dict[str, tuple[str, ...]] = {
    "bar": ("label", "value"),
    "matrix": ("label", "across", "value"),
    "stacked": ("label", "across", "value"),
    "network": ("label", "across", "value"),
    "schedule": ("label", "across", "text", "phase", "arrow"),
}
"""The columns that each type of chart is drawn from."""


class _Header(Closed):
    """The annotations of a question file, all of them."""

    title: Bilingual
    description: Bilingual
    group: str
    example: dict[str, str]
    columns: dict[str, Column]
    parameters: tuple[Parameter, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    chart: Drawn | None = None
    counted: Counted | None = None
    graphs: tuple[str, ...] = ()


def read_questions(folder: Path = QUESTIONS) -> Iterator[Question]:
    """Yield the questions of a folder, by default those that ship with keikaku.

    Raises SettingsError, with the file, for annotations that are not as they should be and for a
    parameter without its one data block.
    """
    return (_question(read, folder) for read in read_folder(folder))


def _question(read: AnnotatedQuery, folder: Path) -> Question:
    file = str(folder / f"{read.name}.rq")
    try:
        header = _Header.model_validate(read.annotations)
    except ValidationError as error:
        detail = error.errors()[0]
        where = ".".join(str(part) for part in detail["loc"])
        raise SettingsError(
            f"質問の注記「{where}」が正しくありません。", f"{where}: {detail['msg']}", file=file
        ) from error
    question = Question(
        name=read.name,
        title=header.title,
        description=header.description,
        group=header.group,
        parameters=header.parameters,
        sentences=header.sentences,
        columns=MappingProxyType(header.columns),
        example=MappingProxyType(header.example),
        query=read.query,
        chart=header.chart,
        counted=header.counted,
        graphs=header.graphs,
    )
    for fault in _faults(question):
        raise SettingsError(f"質問の注記が正しくありません: {fault}", fault, file=file)
    return question


def _faults(question: Question) -> Iterator[str]:
    """Yield what is wrong with a question whose header has the right keys."""
    if question.group not in GROUPS:
        yield f"no group is called {question.group!r}; there are: {', '.join(GROUPS)}"
    names = [parameter.name for parameter in question.parameters]
    if len(set(names)) < len(names):
        yield "two parameters have one name"
    for parameter in question.parameters:
        yield from _parameter_faults(parameter, question)
    if question.graphs and not any(one.type == "plan" for one in question.parameters):
        yield "it names graphs of a plan, but no parameter is a plan"
    yield from _column_faults(question)
    needed = {parameter.name for parameter in question.parameters if parameter.required}
    yield from _value_faults("example", question.example, set(), needed, names)
    for sentence in question.sentences:
        for pattern in sentence.patterns:
            slots = set(_SLOT.findall(pattern))
            yield from _value_faults(pattern, sentence.set, slots, needed, names)


def _column_faults(question: Question) -> Iterator[str]:
    for column, shown in question.columns.items():
        if not re.search(rf"\?{column}\b", question.query):
            yield f"the query has no variable ?{column}"
        if shown.link is not None and shown.link not in question.columns:
            yield f"column {column} links to {shown.link!r}, which is no column"
    if question.chart is not None:
        yield from _chart_faults(question.chart, question.columns)


def _chart_faults(chart: Drawn, columns: Mapping[str, Column]) -> Iterator[str]:
    if set(chart.named) != set(_DRAWN_FROM[chart.type]):
        yield f"a {chart.type} chart is drawn from: {', '.join(_DRAWN_FROM[chart.type])}"
    for part, column in chart.named.items():
        if column not in columns or columns[column].several:
            yield f"the chart's {part} is {column!r}, which is no column of every answer"


def _parameter_faults(parameter: Parameter, question: Question) -> Iterator[str]:
    name = parameter.name
    if parameter.type not in TYPES:
        yield f"no type is called {parameter.type!r}; there are: {', '.join(TYPES)}"
    blocks = {" ".join(found[0].split()) for found in parameter.block.finditer(question.query)}
    if len(blocks) != 1:
        yield f"the query has {len(blocks)} data blocks VALUES ?{name} {{ … }}; it needs one"
    elif not re.search(rf"\?{name}\b", parameter.block.sub("", question.query)):
        yield f"the query does not use ?{name}"
    if (parameter.type == "choice") != bool(parameter.choices):
        yield f"parameter {name}: choices go with type choice, and only with it"
    if parameter.default is not None and parameter.optional:
        yield f"parameter {name} is optional and has a default"


def _value_faults(
    where: str, given: Mapping[str, Any], slots: set[str], needed: set[str], names: list[str]
) -> Iterator[str]:
    unknown = (slots | given.keys()) - set(names)
    if unknown:
        yield f"{where}: no parameter is called {', '.join(sorted(unknown))}"
    missing = needed - slots - given.keys()
    if missing:
        yield f"{where}: no value for {', '.join(sorted(missing))}"
