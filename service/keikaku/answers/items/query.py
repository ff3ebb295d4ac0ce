"""What a list of items is asked for, as a query that knows its own address."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from keikaku.answers.items.facets import FACETS, ORDERS, SORTS
from keikaku.errors import QuestionError
from keikaku.release.listing.bigrams import terms_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from keikaku.answers.items.values import Choice, Choices

PER_PAGE = 50
MOST_PER_PAGE = 200
LONGEST_SEARCH_TEXT = 200
MOST_TERMS = 8
MOST_CHOICES = 50
"""How many values one facet may be given."""

LONGEST_VALUE = 500
_DIGITS = 6

PARAMETERS = (*FACETS, "q", "sort", "order", "page", "per")
"""The parameters of a list of items, in the order in which an address has them."""


@dataclass(frozen=True, slots=True)
class ItemQuery:
    """The conditions, the order and the page of a list of items.

    Of the choices of one facet an item has any, of several facets it has all; where both years and
    phases are chosen, it has one of the phases in one of the years.
    """

    chosen: Mapping[str, tuple[Choice, ...]] = field(default_factory=dict)
    words: str = ""
    sort: str = "plan"
    descending: bool = False
    page: int = 1
    per: int = PER_PAGE

    @property
    def terms(self) -> tuple[str, ...]:
        """The folded words and phrases that are searched for."""
        return terms_of(self.words)

    @property
    def narrowed(self) -> bool:
        """Tell whether there is any condition."""
        return bool(self.chosen or self.words)

    def has(self, facet: str, choice: Choice) -> bool:
        """Tell whether a choice of a facet is made."""
        return choice in self.chosen.get(facet, ())

    def without(self, facet: str, choice: Choice | None = None) -> ItemQuery:
        """Return the same query without a choice, or without a whole facet, at its first page."""
        left = tuple(item for item in self.chosen.get(facet, ()) if choice and item != choice)
        chosen = {name: choices for name, choices in self.chosen.items() if name != facet}
        if left:
            chosen[facet] = left
        return replace(self, chosen=chosen, page=1)

    def adding(self, facet: str, choice: Choice) -> ItemQuery:
        """Return the same query with one choice more, at its first page."""
        if self.has(facet, choice):
            return replace(self, page=1)
        chosen = {**self.chosen, facet: (*self.chosen.get(facet, ()), choice)}
        return replace(self, chosen=chosen, page=1)

    def without_words(self) -> ItemQuery:
        """Return the same query without a search, at its first page."""
        return replace(self, words="", page=1)

    def at(self, page: int) -> ItemQuery:
        """Return another page of the same query."""
        return replace(self, page=page)

    @property
    def conditions(self) -> tuple[tuple[str, str], ...]:
        """The parameters that say which items and in which order: all but page and per."""
        chosen = [(name, choice.value) for name in FACETS for choice in self.chosen.get(name, ())]
        rest = (("q", self.words, ""), ("sort", self.sort, "plan"), ("order", self.order, "asc"))
        return (*chosen, *((name, value) for name, value, usual in rest if value != usual))

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """All the parameters that differ from what they are by themselves."""
        rest = (("page", self.page, 1), ("per", self.per, PER_PAGE))
        return (*self.conditions, *((name, str(now)) for name, now, usual in rest if now != usual))

    @property
    def order(self) -> str:
        """`asc` or `desc`."""
        return "desc" if self.descending else "asc"

    @property
    def query(self) -> str:
        """The query part of the list's address, the same for the same list."""
        return urlencode(self.pairs)


def read_query(pairs: Iterable[tuple[str, str]], choices: Choices) -> ItemQuery:
    """Return the query that the parameters of an address ask for; empty ones count as not given.

    Raises QuestionError, with what there is, for an unknown parameter or value, for one that is
    given twice though it may stand once, and for what is too long or too much.
    """
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        if name not in PARAMETERS:
            raise QuestionError(
                f"「{name[:50]}」という条件はありません。あるもの: {'、'.join(PARAMETERS)}",
                f"there is no parameter {name[:50]!r}; there are: {', '.join(PARAMETERS)}",
            )
        if value.strip():
            given.setdefault(name, []).append(_fitting(name, value))
    single = {name: _once(name, given[name]) for name in given.keys() - FACETS.keys()}
    words = " ".join(single.get("q", "").split())
    _check_words(words)
    return ItemQuery(
        chosen=_chosen(given, choices),
        words=words if terms_of(words) else "",
        sort=_one_of("sort", single.get("sort", "plan"), tuple(SORTS)),
        descending=_one_of("order", single.get("order", "asc"), tuple(ORDERS)) == "desc",
        page=_number("page", single.get("page", "1"), 10**_DIGITS),
        per=_number("per", single.get("per", str(PER_PAGE)), MOST_PER_PAGE),
    )


def _chosen(given: Mapping[str, list[str]], choices: Choices) -> dict[str, tuple[Choice, ...]]:
    chosen: dict[str, tuple[Choice, ...]] = {}
    for name, facet in FACETS.items():
        values = given.get(name, ())
        if len(values) > MOST_CHOICES:
            raise QuestionError(
                f"「{name}」は {MOST_CHOICES} 個までです。",
                f"{name} takes up to {MOST_CHOICES} values",
            )
        found = dict.fromkeys(choices.named(facet, value) for value in values)
        if found:
            chosen[name] = tuple(found)
    return chosen


def _fitting(name: str, value: str) -> str:
    if name != "q" and (len(value) > LONGEST_VALUE or not value.isprintable()):
        raise QuestionError(
            f"「{name}」の値は {LONGEST_VALUE} 文字までの、改行のない文字列にしてください。",
            f"a value of {name} is a text of up to {LONGEST_VALUE} characters without line breaks",
        )
    return value.strip()


def _check_words(words: str) -> None:
    if len(words) > LONGEST_SEARCH_TEXT or not words.isprintable():
        raise QuestionError(
            f"検索の語は、制御文字のない {LONGEST_SEARCH_TEXT} 文字までの文字列にしてください。",
            f"search for a text of up to {LONGEST_SEARCH_TEXT} characters, no control characters",
        )
    if len(terms_of(words)) > MOST_TERMS:
        raise QuestionError(
            f"検索の語は {MOST_TERMS} 個までです。", f"search for up to {MOST_TERMS} words"
        )


def _once(name: str, values: list[str]) -> str:
    if len(values) > 1:
        raise QuestionError(
            f"「{name}」は一度だけ書いてください。", f"give the parameter {name!r} once"
        )
    return values[0]


def _one_of(name: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise QuestionError(
            f"「{name}」に「{value[:50]}」は選べません。選べるもの: {'、'.join(known)}",
            f"{name} cannot be {value[:50]!r}; it can be: {', '.join(known)}",
        )
    return value


def _number(name: str, value: str, most: int) -> int:
    if value.isascii() and value.isdecimal() and len(value) <= _DIGITS + 1:
        number = int(value)
        if 1 <= number <= most:
            return number
    raise QuestionError(
        f"「{name}」は 1 から {most} までの整数です。",
        f"{name} is an integer from 1 to {most}",
    )
