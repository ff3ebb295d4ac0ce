"""The dumps of a release part by part: each plan's graphs, each city's, and what all share.

The whole of a release is the sorted union of these. Each is made once, with its portion, and
copied from there into every release in which it stands unchanged.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from keikaku.release.portions.graphs import compressed, owner_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from keikaku.names import PlanNames
    from keikaku.release.portions.graphs import GraphSum
    from keikaku.release.portions.portion import Portion

SHARED_DUMP = "shared.nq.gz"
"""The dump of the graphs that are no plan's and no city's."""

PLANS = "plans"
"""The folder of the dumps of single plans."""

_CITIES = "cities"
_OWNER = re.compile(r"(.+/)graph/([0-9]{6})(?:/(.+))?")
_MARK_LENGTH = 8


@dataclass(frozen=True, slots=True)
class PartDump:
    """A dump of a part: its file, its triples, and the IRI of the plan or the city it is of.

    What all share has no IRI.
    """

    name: str
    iri: str
    triples: int

    @property
    def is_plan(self) -> bool:
        """Whether it is a plan's."""
        return self.name.startswith(f"{PLANS}/")


def owner_of_plan(names: PlanNames) -> str:
    """Return how the IRIs of a plan's graphs begin."""
    return names.graph("").value.rstrip("/")


def parts_of(graphs: Mapping[str, GraphSum], known: Mapping[str, str]) -> Mapping[str, PartDump]:
    """Return the part of each owner among the graphs; `known` names the plans' files by owner.

    Two cities of one code, under different bases, are told apart by their base.
    """
    triples: defaultdict[str, int] = defaultdict(int)
    for graph, said in graphs.items():
        triples[owner_of(graph)] += said.triples
    plain = {owner: _file(owner, known) for owner in triples}
    taken = [*plain.values()]
    return {
        owner: PartDump(
            name if taken.count(name) == 1 else _marked(name, owner), _iri(owner), triples[owner]
        )
        for owner, name in sorted(plain.items())
    }


def _file(owner: str, known: Mapping[str, str]) -> str:
    found = _OWNER.fullmatch(owner)
    if found is None:
        return SHARED_DUMP
    _, code, plan = found.groups()
    if plan is None:
        return f"{_CITIES}/{code}.nq.gz"
    return f"{PLANS}/{known.get(owner, f'{code}-{plan}')}.nq.gz"


def _marked(name: str, owner: str) -> str:
    mark = hashlib.sha256(owner.encode()).hexdigest()[:_MARK_LENGTH]
    return f"{name.removesuffix('.nq.gz')}-{mark}.nq.gz"


def _iri(owner: str) -> str:
    """Return the plan or the city whose graphs begin like this."""
    found = _OWNER.fullmatch(owner)
    return "" if found is None else f"{found[1]}id/{found[2]}{f'/{found[3]}' if found[3] else ''}"


def write_parts(folder: Path, portions: Sequence[Portion], parts: Mapping[str, PartDump]) -> None:
    """Write the dump of each part into a release's folder."""
    holders: defaultdict[str, list[Portion]] = defaultdict(list)
    for portion in portions:
        for owner in portion.owners:
            holders[owner].append(portion)
    for owner, held in sorted(holders.items()):
        path = folder / parts[owner].name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(_body(owner, held))


def _body(owner: str, held: Iterable[Portion]) -> bytes:
    """Return the dump of an owner, whose lines may lie in several portions."""
    bodies = [portion.part(owner) for portion in held]
    if len(bodies) == 1:
        return bodies[0]
    lines = {line for body in bodies for line in gzip.decompress(body).splitlines(keepends=True)}
    return compressed(b"".join(sorted(lines)))
