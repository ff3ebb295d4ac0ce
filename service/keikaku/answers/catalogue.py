"""The catalogue of questions, and their answers."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from keikaku.answers.lexicon import Lexicon
from keikaku.answers.question import GROUPS, Column, Question
from keikaku.answers.question_file import QUESTIONS, read_questions
from keikaku.closed import Bilingual
from keikaku.errors import QuestionError
from keikaku.names import FY
from keikaku.store.base import Solutions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from keikaku.answers.counts import Counts
    from keikaku.answers.question import Bound, Drawn
    from keikaku.store.base import Store, Term


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
        return cls(read_questions(folder))

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
