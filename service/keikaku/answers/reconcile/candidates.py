"""The candidates for a name: things of the release, each with a score and why it has it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from statistics import fmean
from typing import TYPE_CHECKING
from urllib.parse import unquote

from keikaku.answers.reconcile.ids import iris_of
from keikaku.answers.reconcile.places import municipalities_called, split_off_city
from keikaku.answers.reconcile.properties import PROPERTIES, having, values_of
from keikaku.codes import municipality
from keikaku.matching import Match, Reason, compare, normal
from keikaku.names import FY
from keikaku.release.listing.names_index import KINDS
from keikaku.text import PUBLISHED_YEARS, parse_fiscal_year

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from keikaku.answers.reconcile.names import Entity
    from keikaku.answers.reconcile.properties import Property, Value
    from keikaku.answers.reconcile.release import NamedRelease

SURE = 86.0
"""A candidate below this is never called a match, however far the others are behind it.

It lies between a name whose 課 or 室 was left out and one that has 室 for 課.
"""

AHEAD = 8.0
"""How far a match must be ahead of the next candidate, unless it alone has the very name."""

_SURE_NAME = 80.0  # of a match by name and properties
_VERY_NAME = 94.0  # the same but for spelling and marks
_NAME_SHARE = 0.6  # of the score where properties are given
_MOST_JUDGED = 60  # candidates, the best by name, whose properties are looked at
_LONGEST_YEAR = 40
_AS_AN_ID = Reason("ID が同じです", "the same id")
_AS_A_NUMBER = Reason("番号が同じです", "the same number")
_AS_A_YEAR = Reason("年度として読むと同じです", "the same fiscal year")
_AS_A_CODE = Reason("団体コードか別の呼び方が同じです", "the same code, or another of its names")
_WITH_CITY = Reason("市町村名が付いています", "with the name of its municipality")
_WITH_ABOVE = Reason("部の名前を付けると同じです", "the same with the name of its division")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: a name, the kinds it may have, values of properties, how many at most.

    A value of a property is what it may be: an id, a name, a number as text; any of them fits.
    Where there is no name, things are found by their properties.
    """

    name: str
    kinds: tuple[str, ...] = KINDS
    properties: tuple[tuple[str, tuple[str, ...]], ...] = ()
    limit: int = 5


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing that may be meant: its score from 0 to 100, why, and whether it is surely meant.

    `features` are the parts of the score by name: `name`, and each property that was given.
    """

    entity: Entity
    score: float
    reasons: tuple[Reason, ...]
    features: Mapping[str, float] = field(default_factory=dict)
    match: bool = False


@dataclass(frozen=True, slots=True)
class _Given:
    """A property that was given: its values, and the IRIs that they may be."""

    property: Property
    values: tuple[str, ...]
    iris: frozenset[str]


def candidates(release: NamedRelease, wanted: Wanted) -> list[Candidate]:
    """Return the candidates for what is looked for, the best first, at most `wanted.limit`."""
    given = [_given(release, *each) for each in wanted.properties]
    if wanted.name.strip():
        found = list(_by_name(release, wanted, given))
    else:
        found = _by_properties(release, wanted.kinds, given)
    for each in given:
        if each.property.belongs:  # the index knows it, and of many namesakes the right one stays
            found = _judged(release, found, each)
    found = sorted(found, key=lambda one: _order(_weighed(one)))[:_MOST_JUDGED]
    for each in given:
        if not each.property.belongs:
            found = _judged(release, found, each)
    return _decided(sorted(map(_weighed, found), key=_order))[: wanted.limit]


def _order(one: Candidate) -> tuple[float, int, str]:
    return -one.score, len(one.entity.label.ja), one.entity.iri


def _weighed(one: Candidate) -> Candidate:
    """Return a candidate whose score is that of its name and of the properties given."""
    parts = [part for name, part in one.features.items() if name != "name"]
    if not parts:
        return one
    name = one.features.get("name")
    score = fmean(parts) if name is None else _NAME_SHARE * name + (1 - _NAME_SHARE) * fmean(parts)
    return replace(one, score=round(score, 1))


def _decided(ordered: Sequence[Candidate]) -> list[Candidate]:
    """Call the first one a match, if it is sure and ahead of the second."""
    if not ordered:
        return []
    first, *others = ordered
    name = first.features.get("name", _VERY_NAME)
    sure = first.score >= SURE and name >= _SURE_NAME
    return [replace(first, match=sure and (not others or _ahead(first, others[0]))), *others]


def _ahead(first: Candidate, second: Candidate) -> bool:
    if first.score - second.score >= AHEAD:
        return True
    name, other = first.features.get("name", 0.0), second.features.get("name", 0.0)
    return first.score > second.score and name >= _VERY_NAME > other


def _given(release: NamedRelease, name: str, values: tuple[str, ...]) -> _Given:
    found = PROPERTIES[name]
    iris = {iri for value in values for iri in iris_of(value, release.base)}
    if found.kind == "Municipality":
        iris |= {one.iri for value in values for one in municipalities_called(release.index, value)}
    elif found.kind == "FiscalYear":
        iris |= {FY[year].value for year in map(_as_year, values) if year}
    elif found.kind == "Plan":
        iris |= {one.iri for value in values for one in release.index.same(value, ["Plan"])}
    return _Given(found, values, frozenset(iris))


def _by_name(release: NamedRelease, wanted: Wanted, given: Sequence[_Given]) -> Iterable[Candidate]:
    index, name = release.index, wanted.name
    cities, rest = split_off_city(index, name)
    entities = {one.iri: one for one in index.alike(name, wanted.kinds)}
    within = {iri for each in given if each.property.belongs for iri in each.iris}
    for part, places in ((name, within), (rest, {city.iri for city in cities})):
        if places and part:
            found = index.alike(part, wanted.kinds, sorted(places))
            entities |= {one.iri: one for one in found}
    exact = _exactly(release, wanted)
    entities |= {one.iri: one for one, _ in exact}
    things = index.entities({iri for one in entities.values() for iri in (one.city, one.above)})
    told = {one.iri: Match(100.0, (reason,)) for one, reason in exact}
    for entity in entities.values():
        match = told.get(entity.iri) or _match(name, rest, entity, cities, things)
        if match:
            score = round(match.score, 1)
            yield Candidate(entity, score, match.reasons, {"name": score})


def _exactly(release: NamedRelease, wanted: Wanted) -> list[tuple[Entity, Reason]]:
    """Return what a name stands for by itself: an id, a fiscal year, a municipality's code."""
    ids = {
        iri for each in (wanted.name, unquote(wanted.name)) for iri in iris_of(each, release.base)
    }
    found = [(one, _AS_AN_ID) for one in release.index.entities(ids).values()]
    if year := _as_year(wanted.name):
        found += [(one, _AS_A_YEAR) for one in release.index.entities([FY[year].value]).values()]
    if "Municipality" in wanted.kinds:
        called = municipalities_called(release.index, wanted.name)
        found += [(one, _AS_A_CODE) for one in called if one.label.ja != wanted.name]
    return [(one, reason) for one, reason in found if one.kind in wanted.kinds]


def _as_year(text: str) -> int | None:
    try:
        year = parse_fiscal_year(text[:_LONGEST_YEAR])
    except ValueError:
        return None
    return year if year in PUBLISHED_YEARS else None


def _match(
    name: str,
    rest: str,
    entity: Entity,
    cities: Collection[Entity],
    things: Mapping[str, Entity],
) -> Match | None:
    """Return the best of the matches of a name with the names of a thing.

    `rest` is what of the name follows the name of one of `cities`.
    """
    if entity.kind == "FiscalYear":
        return None  # 平成21年度 is much like 平成22年度, and another year
    found = [*_matches(name, entity, things)]
    if rest and entity.iri not in {city.iri for city in cities}:
        for match in _matches(rest, entity, things) if entity.city in _iris(cities) else ():
            score = min(match.score, _VERY_NAME + 1)
            found.append(Match(score, (*match.reasons, _WITH_CITY)))
    return max(found, key=lambda one: one.score, default=None)


def _iris(entities: Iterable[Entity]) -> set[str]:
    return {one.iri for one in entities}


def _matches(name: str, entity: Entity, things: Mapping[str, Entity]) -> Iterator[Match]:
    names = (entity.label.ja, entity.label.en, *entity.others, *_listed_names(entity))
    yield from filter(None, (compare(name, each) for each in names if each))
    if entity.number:
        number, begun = normal(entity.number).plain, normal(name).plain
        if begun == number:
            yield Match(100.0, (_AS_A_NUMBER,))
        elif begun.startswith(number) and (titled := compare(begun[len(number) :], names[0])):
            yield replace(titled, reasons=(_AS_A_NUMBER, *titled.reasons))
    if above := things.get(entity.above):
        joined = compare(name, f"{above.label.ja}{entity.label.ja}")
        if joined and joined.score >= SURE:
            yield replace(joined, reasons=(*joined.reasons, _WITH_ABOVE))


def _listed_names(entity: Entity) -> tuple[str, ...]:
    """Return what the national list calls a municipality besides its label."""
    listed = municipality(entity.iri[-6:]) if entity.kind == "Municipality" else None
    return (listed.full_name, listed.kana) if listed and listed.name == entity.label.ja else ()


def _by_properties(
    release: NamedRelease, kinds: Collection[str], given: Sequence[_Given]
) -> list[Candidate]:
    """Return the things that have one of the values of the first property, however many fit."""
    if not given:
        return []
    first = given[0]
    iris = set(first.iris)
    if first.property.kind:
        for value in first.values:
            alike = release.index.alike(value, [first.property.kind])
            iris |= {one.iri for one in alike if _fit(value, one.label.ja) >= SURE}
        known = release.index.entities(iris)
        iris = set(known)
    found = having(release.store, first.property, iris, first.values, release.seconds)
    entities = release.index.entities(found)
    return [Candidate(one, 0.0, ()) for one in entities.values() if one.kind in kinds]


def _judged(release: NamedRelease, found: Sequence[Candidate], given: _Given) -> list[Candidate]:
    """Return candidates with how well the values of a property fit."""
    known = values_of(release, [one.entity for one in found], given.property)
    judged = []
    for one in found:
        values = known.get(one.entity.iri, [])
        part = round(max((_alike(given, value) for value in values), default=0.0), 1)
        reasons = (*one.reasons, _property_reason(given.property, part))
        features = {**one.features, given.property.id: part}
        judged.append(replace(one, reasons=reasons, features=features))
    return judged


def _alike(given: _Given, known: Value) -> float:
    if known.iri in given.iris or known.text in given.values:
        return 100.0
    if given.property.kind in ("Municipality", "FiscalYear", "Plan"):
        return 0.0  # a name alike is another one
    return max(_fit(value, known.text) for value in given.values)


def _fit(value: str, name: str) -> float:
    match = compare(value, name)
    return match.score if match else 0.0


def _property_reason(wanted: Property, part: float) -> Reason:
    ja, en = wanted.label.ja, wanted.label.en
    if part >= SURE:
        return Reason(f"{ja}が合います", f"{en} fits")
    if part:
        return Reason(f"{ja}が似ています", f"{en} is alike")
    return Reason(f"{ja}は合いません", f"{en} does not fit")
