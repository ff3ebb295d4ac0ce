"""Finds the records of a dataset that may be what a plan's things are, or be about them."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from keikaku.graph.link.groups import named_in
from keikaku.graph.link.proposal import Proposal
from keikaku.graph.link.record import Text, municipality_codes, plain_number
from keikaku.matching import compare
from keikaku.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from keikaku.graph.link.record import Record

LEAST_SCORES = {"item": 75, "measure": 75, "department": 85, "party": 85}
"""Names that score less are not proposed; short names of offices and parties are alike by chance.

85 is what a name scores that is the same but for 課, 室 or 係.
"""

MOST_PROPOSALS = 5
"""How many records are proposed for one thing, the best first."""

_LEAST = 75
_CANDIDATES = 40
_NEAR_BEST = 10
_SURE = 95
_SAME_NUMBER = 5
_ELSEWHERE = 10


def proposals(ours: Sequence[Record], theirs: Sequence[Record], dataset: str) -> list[Proposal]:
    """Return what may be linked, by name and code, and by the group that a record is for.

    A department is never compared with one of another city.
    """
    index = _Index(theirs)
    found: list[Proposal] = []
    for thing in ours:
        near = [
            proposal
            for record in index.near(thing.name)
            if (proposal := _by_name(thing, record, dataset))
        ]
        found += _best(near)
    return found + list(_by_group(ours, theirs, dataset))


class _Index:
    """Records by the pairs of characters in their names, so that not all have to be compared."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._records = records
        self._places: defaultdict[str, list[int]] = defaultdict(list)
        for place, record in enumerate(records):
            for gram in _grams(record.name):
                self._places[gram].append(place)

    def near(self, name: str) -> Iterator[Record]:
        """Yield the records that share most with a name."""
        shared: Counter[int] = Counter()
        for gram in _grams(name):
            places = self._places.get(gram, ())
            shared.update(dict.fromkeys(places, 1 + 1 / (1 + len(places))))  # the rarer the better
        for place, _ in shared.most_common(_CANDIDATES):
            yield self._records[place]


def _grams(name: str) -> set[str]:
    folded = fold(name).casefold()
    return {folded[at : at + 2] for at in range(max(len(folded) - 1, 1))} - {""}


def _best(found: list[Proposal]) -> list[Proposal]:
    """Return the best, and those that are about as good."""
    ordered = sorted(found, key=lambda one: (-one.score, one.object))
    least = ordered[0].score - _NEAR_BEST if ordered else 0
    return [one for one in ordered if one.score >= least][:MOST_PROPOSALS]


def _by_name(thing: Record, record: Record, dataset: str) -> Proposal | None:
    here = _same_city(thing, record)
    if thing.kind == "department" and here is False:
        return None
    match = compare(thing.name, record.name)
    if match is None:
        return None
    reasons = [Text(reason.ja, reason.en) for reason in match.reasons]
    score = match.score
    if here:
        reasons.append(
            Text(
                f"市町村のコードが同じ({record.municipality})",
                f"the same municipality ({record.municipality})",
            )
        )
    elif here is False:
        score -= _ELSEWHERE
        reasons.append(
            Text(
                f"別の市町村({record.municipality})",
                f"another municipality ({record.municipality})",
            )
        )
    if thing.code and plain_number(thing.code) == plain_number(record.code):
        score += _SAME_NUMBER
        reasons.append(_number_reason(thing.code, record.code))
    whole = round(min(score, 100))
    if whole < LEAST_SCORES.get(thing.kind, _LEAST):
        return None
    relation = _relation(thing.kind, round(match.score), here)
    return _proposal(thing, record, dataset, relation, whole, reasons)


def _same_city(thing: Record, record: Record) -> bool | None:
    """Tell whether two records belong to one city; None where one of them does not say it."""
    ours = municipality_codes(thing.municipality)
    theirs = municipality_codes(record.municipality)
    return bool(ours & theirs) if ours and theirs else None


def _number_reason(one: str, other: str) -> Text:
    if one == other:
        return Text(f"番号が同じ({one})", f"the same number ({one})")
    return Text(
        f"番号が先頭の 0 を除けば同じ({one} と {other})",
        f"the same number but for leading zeros ({one}, {other})",
    )


def _relation(kind: str, score: int, here: bool | None) -> str:
    """Return the relation to propose: a department only refers to a record, others may match."""
    if kind == "department":
        return "rdfs:seeAlso"
    if score < _SURE or (kind in ("item", "measure") and not here):
        return "skos:relatedMatch"
    return "skos:closeMatch"


def _by_group(ours: Iterable[Record], theirs: Iterable[Record], dataset: str) -> Iterator[Proposal]:
    """Yield parties with the records that say they are for them."""
    parties = {thing.name: thing for thing in ours if thing.kind == "party"}
    for record in theirs:
        for name, found in named_in(record.group, parties).items():
            yield _proposal(
                parties[name],
                record,
                dataset,
                "skos:relatedMatch",
                found.score,
                [Text(f"対象者に「{found.words}」とある", f"it says it is for {found.words!r}")],
            )


def _proposal(
    thing: Record,
    record: Record,
    dataset: str,
    relation: str,
    score: int,
    reasons: Iterable[Text],
) -> Proposal:
    return Proposal(
        dataset,
        thing.iri,
        thing.name,
        relation,
        record.iri,
        record.name,
        record.key,
        score,
        tuple(reasons),
        record.place,
    )
