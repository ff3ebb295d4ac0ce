"""A question as a form: what may be filled in, what was, and what is wrong with it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from keikaku.answers.lexicon import plain
from keikaku.closed import Bilingual
from keikaku.errors import QuestionError
from keikaku.names import FY
from keikaku.text import fiscal_year_codes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from keikaku.answers.lexicon import Lexicon, Named
    from keikaku.answers.question import Bound, Parameter, Question
    from keikaku.store.base import Term

MOST_CHOSEN = 40
"""How many values are offered to choose from; where there are more, they complete what is typed."""

MOST_COMPLETED = 500
"""How many values at most complete what is typed; any other can be typed all the same."""

_PLAN = "plan"


@dataclass(frozen=True, slots=True)
class Option:
    """A value that a field may have: what is sent for it, and what it is called."""

    value: str
    label: Bilingual


@dataclass(frozen=True, slots=True)
class FormField:
    """A parameter in a form: what may be chosen, what was filled in, and what is wrong with it.

    `value` is what was filled in, in the form in which the options have it; without `text` it is
    what is taken by default, or empty.
    """

    parameter: Parameter
    options: tuple[Option, ...]
    text: str
    value: str
    error: QuestionError | None = None

    @property
    def closed(self) -> bool:
        """Tell whether the value is one of a few."""
        return 0 < len(self.options) <= MOST_CHOSEN

    @property
    def needless(self) -> bool:
        """Tell whether there is nothing to choose: one value, not given, that need not be."""
        return self.parameter.optional and len(self.options) == 1 and not self.text

    @property
    def offered(self) -> bool:
        """Tell whether the value is one of the options."""
        return any(option.value == self.value for option in self.options)


class Forms:
    """The forms of the questions in one release, with the values that its things have."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Use the names of a release."""
        self._lexicon = lexicon
        self._options: dict[str, tuple[Option, ...]] = {}

    def form(self, question: Question, given: Mapping[str, str]) -> tuple[FormField, ...]:
        """Return the fields of a question with what was given, known or not."""
        return tuple(self._field(question, parameter, given) for parameter in question.parameters)

    def written(self, question: Question, bound: Iterable[Bound]) -> dict[str, str]:
        """Return the values of an answer as its form sends them, without those taken by default."""
        values = {one.name: self._value(question.parameter(one.name), one.value) for one in bound}
        return {
            name: value
            for name, value in values.items()
            if value != question.parameter(name).default
        }

    def _field(
        self, question: Question, parameter: Parameter, given: Mapping[str, str]
    ) -> FormField:
        options, text = self._offered(parameter), given.get(parameter.name, "")
        try:
            bound = self._bound(question, parameter, given)
        except QuestionError as error:
            return FormField(parameter, options, text, text, error)
        return FormField(parameter, options, text, self._value(parameter, bound) if bound else "")

    def _bound(
        self, question: Question, parameter: Parameter, given: Mapping[str, str]
    ) -> Term | None:
        """Return what a parameter is bound to by itself, but for the plan that it is looked for in.

        Raises QuestionError. A plan that is not known is a fault of its own field only.
        """
        names = [parameter.name]
        if parameter.name != _PLAN and given.get(_PLAN) and self._has_plan(question, given):
            names.append(_PLAN)
        alone = replace(question, parameters=tuple(map(question.parameter, names)))
        values = {name: given[name] for name in names if given.get(name)}
        bound = {one.name: one.value for one in alone.bind(self._lexicon, values)}
        return bound.get(parameter.name)

    def _has_plan(self, question: Question, given: Mapping[str, str]) -> bool:
        if not any(parameter.name == _PLAN for parameter in question.parameters):
            return False
        try:
            self._lexicon.resolve("plan", given[_PLAN])
        except QuestionError:
            return False
        return True

    def _offered(self, parameter: Parameter) -> tuple[Option, ...]:
        if parameter.choices:
            return tuple(
                Option(choice.value, Bilingual(ja=choice.ja, en=choice.en))
                for choice in parameter.choices
            )
        if parameter.type not in self._options:
            things = self._lexicon.of_type(parameter.type)
            shared = Counter(plain(thing.short) for thing in things)
            self._options[parameter.type] = tuple(
                _option(thing, shared[plain(thing.short)] > 1) for thing in things[:MOST_COMPLETED]
            )
        return self._options[parameter.type]

    def _value(self, parameter: Parameter, term: Term) -> str:
        """Return what a form sends for a term."""
        if not isinstance(term, NamedNode):
            return term.value if isinstance(term, Literal) else ""
        if term in FY:
            return fiscal_year_codes(int(term.value.removeprefix(FY.iri)))[0]
        thing = self._lexicon.things.get(term.value)
        if thing is None:
            return term.value
        try:
            alone = self._lexicon.resolve(parameter.type, thing.short) == term
        except QuestionError:
            alone = False
        return thing.short if alone else term.value


def _option(thing: Named, shared: bool) -> Option:
    """Return the option for a thing; one whose name others have too is sent by its IRI."""
    label = thing.label
    if thing.iri in FY:
        code = fiscal_year_codes(int(thing.iri.value.removeprefix(FY.iri)))[0]
        return Option(code, Bilingual(ja=f"{label.ja} ({code})", en=f"{label.en} ({code})"))
    if thing.number:
        label = Bilingual(ja=thing.said, en=f"{thing.number} {label.en}")
    if not shared:
        return Option(thing.short, label)
    owner = thing.iri.value.rpartition("/id/")[2]
    told_apart = Bilingual(ja=f"{label.ja} ({owner})", en=f"{label.en} ({owner})")
    return Option(thing.iri.value, told_apart)
