"""The list of a release's items: what a query finds, in order, with counts for every facet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyroaring import BitMap

from keikaku.answers.items.facets import FACETS, WITHIN_PLAN, YES_NO, Facet
from keikaku.answers.items.query import ItemQuery, read_query
from keikaku.answers.items.sparql import sparql_of
from keikaku.answers.items.values import Choice, Choices
from keikaku.errors import QuestionError, ResultSizeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from keikaku.answers.items.index import ItemIndex, ListedItem
    from keikaku.answers.lexicon import Lexicon

MOST_WHOLE = 10_000
"""How many items a list may have that is written out whole."""

MOST_VALUES = 60
"""How many values of a facet are listed, those with most items; what is chosen is always."""

_MOST_PLANS = 5  # of which the policies and measures are still told apart
_IN_ORDER = ("municipality", "plan", "policy", "measure", "year")
_SUGGESTED = ("department", "party", "phase", "measure", "policy", "plan")


@dataclass(frozen=True, slots=True)
class Counted:
    """A value of a facet, how many items of the list have it, and whether it is chosen."""

    choice: Choice
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class CountedFacet:
    """A facet with its values, counted as if none of them were chosen; `more` are not listed."""

    facet: Facet
    values: tuple[Counted, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Relaxed:
    """A condition that could be dropped, and how many items there would be then."""

    facet: str
    choice: Choice | None
    count: int


@dataclass(frozen=True, slots=True)
class ItemList:
    """One page of a list of items, and what is known of the whole of it."""

    query: ItemQuery
    total: int
    items: tuple[ListedItem, ...]
    facets: tuple[CountedFacet, ...]
    sparql: str
    release: str

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, -(-self.total // self.query.per))

    @property
    def first(self) -> int:
        """The place in the whole list of the first item of this page, from 1."""
        return (self.query.page - 1) * self.query.per + 1


class Items:
    """The items of one release, as lists."""

    def __init__(self, index: ItemIndex, lexicon: Lexicon, release: str) -> None:
        """Read from `index`, with names as the lexicon has them."""
        self._index = index
        self._lexicon = lexicon
        self._release = release
        self.choices = Choices(index, lexicon)

    def query(self, pairs: Iterable[tuple[str, str]]) -> ItemQuery:
        """Return the query that an address's parameters ask for. Raises QuestionError."""
        return read_query(pairs, self.choices)

    def list(self, query: ItemQuery) -> ItemList:
        """Return a page of the list. Raises QuestionError for a page behind the last one."""
        parts = self._parts(query)
        found = self._common(parts)
        ordered = self._index.ordered(found, query.sort, descending=query.descending)
        start = (query.page - 1) * query.per
        items = tuple(self._index.read(ordered[start : start + query.per]))
        made = ItemList(
            query=query,
            total=len(found),
            items=items,
            facets=tuple(self._facets(query, parts)),
            sparql=sparql_of(query),
            release=self._release,
        )
        if query.page > made.pages:
            raise QuestionError(
                f"{query.page} 頁目はありません。この一覧は {made.pages} 頁までです。",
                f"there is no page {query.page}; this list has {made.pages}",
            )
        return made

    def whole(self, query: ItemQuery) -> Iterator[ListedItem]:
        """Return all items of a list. Raises ResultSizeError if they are more than MOST_WHOLE."""
        found = self._common(self._parts(query))
        if len(found) > MOST_WHOLE:
            raise ResultSizeError(
                f"一覧に {len(found):,} 件あり、一度に出せる {MOST_WHOLE:,} 件を超えています。"
                "条件で絞るか、page と per で分けるか、リリースの表を使ってください。",
                f"the list has {len(found):,} items, more than the {MOST_WHOLE:,} that are given "
                "at once; narrow it, take it by page and per, or use the tables of the release",
            )
        ordered = self._index.ordered(found, query.sort, descending=query.descending)
        return self._index.read(ordered)

    def relaxed(self, query: ItemQuery) -> tuple[Relaxed, ...]:
        """Return the conditions without which there would be items, and how many, most first."""
        without = [
            Relaxed(name, choice, self._count(query.without(name, choice)))
            for name, choices in query.chosen.items()
            for choice in choices
        ]
        if query.words:
            without.append(Relaxed("q", None, self._count(query.without_words())))
        return tuple(sorted((one for one in without if one.count), key=lambda one: -one.count))

    def suggested(self, query: ItemQuery) -> tuple[tuple[Facet, Choice], ...]:
        """Return the values of facets that the words searched for are the name of."""
        if not query.words:
            return ()
        found = []
        for name in _SUGGESTED:
            try:
                choice = self.choices.named(FACETS[name], query.words)
            except QuestionError:
                continue
            if not query.has(name, choice):
                found.append((FACETS[name], choice))
        return tuple(found)

    def _count(self, query: ItemQuery) -> int:
        return len(self._common(self._parts(query)))

    def _parts(self, query: ItemQuery) -> dict[str, BitMap]:
        """Return the items that fulfil each condition; year and phase together are one."""
        parts: dict[str, BitMap] = {}
        for name, choices in query.chosen.items():
            if name not in ("year", "phase"):
                parts[name] = self._index.having(name, _keys(choices))
        years, phases = (_keys(query.chosen.get(name, ())) for name in ("year", "phase"))
        if years or phases:
            parts["year"] = self._in_phase(years, phases)
        if query.words:
            parts["q"] = self._index.containing(query.terms)
        return parts

    def _in_phase(self, years: tuple[str, ...], phases: tuple[str, ...]) -> BitMap:
        """Return the items with one of the phases in one of the years; none given means any."""
        if not phases:
            return self._index.having("year", years)
        if not years:
            return self._index.having("phase", phases)
        pairs = (f"{year} {phase}" for year in years for phase in phases)
        return self._index.having("phase-in-year", pairs)

    def _common(self, parts: Mapping[str, BitMap], but: str = "") -> BitMap:
        """Return the items that are in all parts, except the one called `but`."""
        taken = [items for name, items in parts.items() if name != but]
        return BitMap.intersection(*taken) if taken else self._index.everything()

    def _facets(self, query: ItemQuery, parts: Mapping[str, BitMap]) -> Iterator[CountedFacet]:
        for name, facet in FACETS.items():
            base = self._common(parts, "year" if name == "phase" else name)
            if name in WITHIN_PLAN and name not in query.chosen and self._plans(base) > _MOST_PLANS:
                continue
            yield self._counted(query, facet, base)

    def _plans(self, base: BitMap) -> int:
        plans = self._index.postings.get("plan", {}).values()
        return sum(not items.isdisjoint(base) for items in plans)

    def _counted(self, query: ItemQuery, facet: Facet, base: BitMap) -> CountedFacet:
        counts = {key: n for key, n in self._counts(query, facet, base) if n}
        chosen = query.chosen.get(facet.name, ())
        plain = YES_NO.get(facet.name, {})
        keys = sorted(counts, key=lambda key: (key not in plain, -counts[key], key))
        shown = keys[:MOST_VALUES]
        if facet.name in _IN_ORDER:
            shown.sort(key=lambda key: self._place(facet, key))
        values = [Counted(choice, self._of(counts, choice), chosen=True) for choice in chosen]
        taken = {key for choice in chosen for key in choice.keys}
        for key in shown:
            if key not in taken:
                choice = self.choices.of_key(facet, key)
                values.append(Counted(choice, counts[key], chosen=False))
        return CountedFacet(facet, tuple(values), len(keys) - len(shown))

    def _counts(self, query: ItemQuery, facet: Facet, base: BitMap) -> Iterator[tuple[str, int]]:
        """Yield every value with how many items of `base` have it."""
        other = {"year": "phase", "phase": "year"}.get(facet.name, "")
        within = _keys(query.chosen.get(other, ()))
        for key, items in self._index.postings.get(facet.name, {}).items():
            if not within:
                yield key, base.intersection_cardinality(items)
            elif facet.name == "year":
                yield key, base.intersection_cardinality(self._in_phase((key,), within))
            else:
                yield key, base.intersection_cardinality(self._in_phase(within, (key,)))

    def _of(self, counts: Mapping[str, int], choice: Choice) -> int:
        return sum(counts.get(key, 0) for key in choice.keys)

    def _place(self, facet: Facet, key: str) -> tuple[int, str]:
        """Return where a value first stands among the items; years go by themselves."""
        first = 0 if facet.name == "year" else self._index.postings[facet.name][key].min()
        return first, key


def _keys(choices: Iterable[Choice]) -> tuple[str, ...]:
    return tuple(key for choice in choices for key in choice.keys)
