"""The catalogue of questions: annotated SPARQL files, checked when they are read, and answered.

A question's file runs as it stands: each parameter is a data block that holds the example, such as
`VALUES ?party { party:事業者 }`. To answer, the block is written anew around the RDF term that was
asked for; the block of an optional parameter that was not given goes. A block may stand in several
places, the same in each: inside an OPTIONAL it keeps an engine from looking through all plans.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from typing import Literal as OneOf

from pydantic import Field, ValidationError
from pyoxigraph import Literal, NamedNode

from keikaku.annotated import AnnotatedQuery, read_folder
from keikaku.answers.lexicon import TYPES, Lexicon
from keikaku.closed import Bilingual, Closed
from keikaku.errors import QuestionError, SettingsError
from keikaku.names import FY, PREFIXES
from keikaku.store.base import Solutions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from keikaku.answers.counts import Counts
    from keikaku.store.base import Store, Term

QUESTIONS = Path(__file__).resolve().parent / "questions"

GROUPS: dict[str, Bilingual] = {
    "party": Bilingual(ja="主体から", en="by party"),
    "year": Bilingual(ja="年度と段階から", en="by year and phase"),
    "department": Bilingual(ja="担当課から", en="by department"),
    "structure": Bilingual(ja="計画の構成", en="the plan as a whole"),
    "item": Bilingual(ja="一つの項目", en="one item"),
    "area": Bilingual(ja="市町村の区域", en="areas of cities"),
    "quality": Bilingual(ja="不整合", en="discrepancies"),
}
"""The groups of questions, in the order in which they are shown."""

LONGEST_VALUE = 500
"""The longest value of a parameter, in characters: an IRI is the longest that makes sense."""

_BLOCK = r"VALUES\s+\?({})\s*\{{[^{{}}]*\}}"
_SLOT = re.compile(r"\{(\w+)\}")


class Choice(Closed):
    """One of the values that a parameter of type `choice` can have."""

    value: str
    ja: str
    en: str


class Parameter(Closed):
    """What a question has to be told: its name, what type of thing it is, and what it is called.

    One without a default that is not optional has to be given.
    """

    name: str
    type: str
    label: Bilingual
    optional: bool = False
    default: str | None = None
    choices: tuple[Choice, ...] = ()

    @property
    def required(self) -> bool:
        """Tell whether the question cannot be answered without a value."""
        return not self.optional and self.default is None

    @property
    def block(self) -> re.Pattern[str]:
        """What the parameter's data block looks like in a query."""
        return re.compile(_BLOCK.format(self.name), re.IGNORECASE)

    def choice(self, text: str) -> Choice:
        """Return the choice that `text` names by its value or by a label.

        Raises QuestionError, with the choices that there are.
        """
        for choice in self.choices:
            if text.strip() in (choice.value, choice.ja, choice.en):
                return choice
        ja = "、".join(f"{choice.value}({choice.ja})" for choice in self.choices)
        en = ", ".join(f"{choice.value} ({choice.en})" for choice in self.choices)
        raise QuestionError(
            f"「{self.label.ja}」に「{text}」は選べません。選べるもの: {ja}",
            f"{self.name} cannot be {text!r}; it can be: {en}",
        )


class Sentence(Closed):
    """Ways to put the question in Japanese, with {slots} for parameters.

    `(a|b|)` in a pattern stands for a, b or nothing; `set` gives values that the words imply.
    """

    patterns: tuple[str, ...]
    set: dict[str, str] = Field(default_factory=dict)


class Column(Closed):
    """A column of the answer: its label, the column that holds the IRI of what it names.

    One that is told apart by `several` is shown only where the release has more than one plan.
    """

    ja: str
    en: str
    link: str | None = None
    several: bool = False


_DRAWN_FROM: dict[str, tuple[str, ...]] = {
    "bar": ("label", "value"),
    "matrix": ("label", "across", "value"),
    "stacked": ("label", "across", "value"),
    "network": ("label", "across", "value"),
    "schedule": ("label", "across", "text", "phase", "arrow"),
}
"""The columns that each type of chart is drawn from."""


class Drawn(Closed):
    """What an answer is drawn as: the type of chart, and which column says what.

    A bar chart has a bar for each `label`. A matrix has a row for each `label`, a column for each
    value of `across`; stacked bars stand for what is `across`, in layers called `label`. A network
    joins `label` with `across`. A schedule has a row for each `label`, a year for each `across`, in
    it the document's `text`, the `phase` that it means, and whether that is an `arrow`.
    """

    type: OneOf["bar", "matrix", "stacked", "network", "schedule"]
    label: str
    across: str | None = None
    value: str | None = None
    text: str | None = None
    phase: str | None = None
    arrow: str | None = None

    @property
    def named(self) -> dict[str, str]:
        """The columns that are named, by what they say."""
        said = self.model_dump(exclude={"type"})
        return {part: column for part, column in said.items() if column is not None}


class Counted(Closed):
    """That the answers of single cities can be added up to the answer without any value.

    Rows that are alike but for these become one: it has the sum of some, the least of others.
    """

    sum: tuple[str, ...]
    least: tuple[str, ...] = ()


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


@dataclass(frozen=True, slots=True)
class Bound:
    """A parameter with the value that it was given."""

    name: str
    label: Bilingual
    value: Term
    value_label: Bilingual


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the catalogue; `query` is the SPARQL of its file, example values included."""

    name: str
    title: Bilingual
    description: Bilingual
    group: str
    parameters: tuple[Parameter, ...]
    sentences: tuple[Sentence, ...]
    columns: Mapping[str, Column]
    example: Mapping[str, str]
    query: str
    chart: Drawn | None = None
    counted: Counted | None = None

    def parameter(self, name: str) -> Parameter:
        """Return the parameter called `name`. Raises QuestionError, with those that there are."""
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        known = ", ".join(parameter.name for parameter in self.parameters)
        raise QuestionError(
            f"「{self.title.ja}」に「{name}」という条件はありません。あるもの: {known or 'なし'}",
            f"{self.name} has no parameter {name!r}; it has: {known or 'none'}",
        )

    def bind(self, lexicon: Lexicon, values: Mapping[str, str]) -> tuple[Bound, ...]:
        """Return each parameter that has a value, with the term that the value names.

        Raises QuestionError for an unknown parameter, a missing one, or an unknown value.
        """
        for name, value in values.items():
            self.parameter(name)
            if len(value) > LONGEST_VALUE:
                raise QuestionError(
                    f"「{name}」の値が長すぎます(上限 {LONGEST_VALUE} 文字)。",
                    f"the value of {name} is longer than {LONGEST_VALUE} characters",
                )
        given = {
            parameter.name: text
            for parameter in self.parameters
            if (text := values.get(parameter.name) or parameter.default)
        }
        self._require(given)
        plan = lexicon.resolve("plan", given["plan"]) if "plan" in given else None
        return tuple(
            _bound(parameter, given[parameter.name], lexicon, plan)
            for parameter in self.parameters
            if parameter.name in given
        )

    def sparql(self, bound: Iterable[Bound]) -> str:
        """Return the query with these values in it and the prefixes that it uses declared."""
        terms = {value.name: value.value for value in bound}
        names = "|".join(parameter.name for parameter in self.parameters)

        def block(found: re.Match[str]) -> str:
            term = terms.get(found[1])
            return f"VALUES ?{found[1]} {{ {term} }}" if term is not None else ""

        query = re.sub(_BLOCK.format(names), block, self.query, flags=re.IGNORECASE)
        return _with_prefixes("\n".join(line for line in query.splitlines() if line.strip()))

    def _require(self, given: Mapping[str, str]) -> None:
        missing = [item for item in self.parameters if item.required and item.name not in given]
        if missing:
            raise QuestionError(
                f"「{self.title.ja}」には次の条件が要ります: "
                f"{'、'.join(f'{item.name}({item.label.ja})' for item in missing)}",
                f"{self.name} needs a value for: {', '.join(item.name for item in missing)}",
            )


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows that a question has in one release, and all it takes to ask it again."""

    question: str
    title: Bilingual
    columns: Mapping[str, Column]
    rows: tuple[tuple[Term | None, ...], ...]
    sparql: str
    bound: tuple[Bound, ...]
    release: str
    notes: tuple[Bilingual, ...]
    labels: Mapping[str, Bilingual]
    """The labels of the IRIs in the rows."""
    chart: Drawn | None = None

    @property
    def shown(self) -> tuple[str, ...]:
        """The columns for people: those that are more than the IRI that another column links to."""
        linked = {column.link for column in self.columns.values()}
        return tuple(name for name in self.columns if name not in linked)

    def iri(self, row: tuple[Term | None, ...], column: str) -> NamedNode | None:
        """Return the IRI of what a cell names: its own, or the one in the column it links to."""
        names = tuple(self.columns)
        term = row[names.index(self.columns[column].link or column)]
        return term if isinstance(term, NamedNode) else None


class Catalogue:
    """The questions that there are, in the order of their groups and names."""

    def __init__(self, questions: Iterable[Question]) -> None:
        """Keep the questions."""
        groups = tuple(GROUPS)
        ordered = sorted(questions, key=lambda item: (groups.index(item.group), item.name))
        self._questions = {question.name: question for question in ordered}

    @classmethod
    def load(cls, folder: Path = QUESTIONS) -> Catalogue:
        """Return the questions of a folder, by default those that ship with keikaku.

        Raises SettingsError, with the file, for annotations that are not as they should be and for
        a parameter without its one data block.
        """
        return cls(_question(read, folder) for read in read_folder(folder))

    def __iter__(self) -> Iterator[Question]:
        """Iterate over the questions."""
        return iter(self._questions.values())

    def __len__(self) -> int:
        """Return how many questions there are."""
        return len(self._questions)

    def question(self, name: str) -> Question:
        """Return the question called `name`. Raises QuestionError, with those that there are."""
        if name not in self._questions:
            known = ", ".join(self._questions)
            raise QuestionError(
                f"「{name}」という質問はありません。あるもの: {known}",
                f"no question is called {name!r}; there are: {known}",
            )
        return self._questions[name]

    def answer(
        self,
        store: Store,
        name: str,
        values: Mapping[str, str],
        *,
        lexicon: Lexicon | None = None,
        release: str = "",
        counts: Counts | None = None,
    ) -> Answer:
        """Return the answer to a question, with its values as people write them.

        `lexicon` is that of the store, read if it is not given; `counts` has the answers that were
        made with the release, which say what the store would. Raises QuestionError for a question
        or parameter that does not exist, and for a value that is missing, unknown or ambiguous.
        """
        question = self.question(name)
        words = lexicon or Lexicon.read(store)
        bound = question.bind(words, values)
        sparql = question.sparql(bound)
        known = counts.answer(name) if counts and question.counted and not bound else None
        result = known or store.query(sparql)
        if not isinstance(result, Solutions):
            raise TypeError(f"question {name} is no SELECT")
        shown = _shown(question, words)
        places = [result.variables.index(column) for column in shown]
        rows = tuple(tuple(row[place] for place in places) for row in result.rows)
        return Answer(
            question=name,
            title=question.title,
            columns=MappingProxyType(shown),
            rows=rows,
            sparql=sparql,
            bound=bound,
            release=release,
            notes=tuple(_notes(bound, words)),
            labels=MappingProxyType(_labels(rows, words)),
            chart=question.chart,
        )


def _bound(parameter: Parameter, text: str, lexicon: Lexicon, plan: Term | None) -> Bound:
    if parameter.type == "choice":
        choice = parameter.choice(text)
        label = Bilingual(ja=choice.ja, en=choice.en)
        return Bound(parameter.name, parameter.label, Literal(choice.value), label)
    within = plan if isinstance(plan, NamedNode) and parameter.type != "plan" else None
    value = lexicon.resolve(parameter.type, text, within)
    return Bound(parameter.name, parameter.label, value, lexicon.said(value))


def _shown(question: Question, lexicon: Lexicon) -> dict[str, Column]:
    several = len(lexicon.plan_years) > 1
    return {name: item for name, item in question.columns.items() if several or not item.several}


def _notes(bound: Iterable[Bound], lexicon: Lexicon) -> Iterator[Bilingual]:
    """Say that a year lies outside the plans, which explains an empty answer."""
    values = {value.name: value.value for value in bound}
    plan = values.get("plan")
    covered = sorted(
        {
            year
            for iri, years in lexicon.plan_years.items()
            if not isinstance(plan, NamedNode) or plan.value == iri
            for year in years
        }
    )
    asked = [term for term in values.values() if isinstance(term, NamedNode) and term in FY]
    for year in asked:
        if covered and int(year.value.removeprefix(FY.iri)) not in covered:
            first, last = (lexicon.said(FY[covered[end]]) for end in (0, -1))
            name = lexicon.said(year)
            yield Bilingual(
                ja=f"{name.ja}は計画の期間({first.ja}から{last.ja}まで)に入っていません。",
                en=f"{name.en} is outside the plan, which covers {first.en} to {last.en}.",
            )


def _labels(rows: Iterable[tuple[Term | None, ...]], lexicon: Lexicon) -> dict[str, Bilingual]:
    terms = {term for row in rows for term in row if isinstance(term, NamedNode)}
    found = ((term.value, lexicon.label(term)) for term in terms)
    return {iri: label for iri, label in sorted(found, key=lambda pair: pair[0]) if label}


def _with_prefixes(query: str) -> str:
    used = [name for name in PREFIXES if re.search(rf"(?<![\w<]){name}:(?!//)", query)]
    declared = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in used)
    return f"{declared}{query}\n"


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
    for column, shown in question.columns.items():
        if not re.search(rf"\?{column}\b", question.query):
            yield f"the query has no variable ?{column}"
        if shown.link is not None and shown.link not in question.columns:
            yield f"column {column} links to {shown.link!r}, which is no column"
    if question.chart is not None:
        yield from _chart_faults(question.chart, question.columns)
    needed = {parameter.name for parameter in question.parameters if parameter.required}
    yield from _value_faults("example", question.example, set(), needed, names)
    for sentence in question.sentences:
        for pattern in sentence.patterns:
            slots = set(_SLOT.findall(pattern))
            yield from _value_faults(pattern, sentence.set, slots, needed, names)


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
