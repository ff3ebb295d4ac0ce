"""A question of the catalogue: SPARQL with parameters, and how values are put into it.

A query runs as it stands: each parameter is a data block that holds the example, such as
`VALUES ?party { party:事業者 }`. To answer, the block is written anew around the RDF term that was
asked for; the block of an optional parameter that was not given goes. A block may stand in several
places, the same in each: inside an OPTIONAL it keeps an engine from looking through all plans.

Some questions begin with what all plans have in common, such as a year. They name the graphs of a
plan that they need: asked of a plan they have FROM clauses for them, so that an engine looks at
nothing of the others, however many there are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from typing import Literal as OneOf

from pydantic import Field
from pyoxigraph import Literal, NamedNode

from keikaku.closed import Bilingual, Closed
from keikaku.errors import QuestionError
from keikaku.names import PREFIXES, SHARED_GRAPHS, PlanNames

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from keikaku.answers.lexicon import Lexicon
    from keikaku.store.base import Term

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
    graphs: tuple[str, ...] = ()

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
        plans = (terms.get(one.name) for one in self.parameters if one.type == "plan")
        query = self._from(
            query, [PlanNames.of(one) for one in plans if isinstance(one, NamedNode)]
        )
        return _with_prefixes("\n".join(line for line in query.splitlines() if line.strip()))

    def _from(self, query: str, plans: Sequence[PlanNames]) -> str:
        """Return `query`, asked of graphs of these plans, of their cities and of what all share."""
        if not (self.graphs and plans):
            return query
        own = (plan.graph(name) for plan in plans for name in self.graphs)
        cities = (plan.city.graph for plan in plans)
        graphs = dict.fromkeys([*own, *cities, SHARED_GRAPHS.concepts, SHARED_GRAPHS.ontology])
        clauses = "\n".join(f"FROM {graph}" for graph in graphs)
        return re.sub(r"\s*\bWHERE\b", f"\n{clauses}\nWHERE", query, count=1)

    def _require(self, given: Mapping[str, str]) -> None:
        missing = [item for item in self.parameters if item.required and item.name not in given]
        if missing:
            raise QuestionError(
                f"「{self.title.ja}」には次の条件が要ります: "
                f"{'、'.join(f'{item.name}({item.label.ja})' for item in missing)}",
                f"{self.name} needs a value for: {', '.join(item.name for item in missing)}",
            )


def _bound(parameter: Parameter, text: str, lexicon: Lexicon, plan: Term | None) -> Bound:
    if parameter.type == "choice":
        choice = parameter.choice(text)
        label = Bilingual(ja=choice.ja, en=choice.en)
        return Bound(parameter.name, parameter.label, Literal(choice.value), label)
    within = plan if isinstance(plan, NamedNode) and parameter.type != "plan" else None
    value = lexicon.resolve(parameter.type, text, within)
    return Bound(parameter.name, parameter.label, value, lexicon.said(value))


def _with_prefixes(query: str) -> str:
    used = [name for name in PREFIXES if re.search(rf"(?<![\w<]){name}:(?!//)", query)]
    declared = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in used)
    return f"{declared}{query}\n"
