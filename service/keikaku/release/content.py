"""What a release is made of: quads in portions, the plans with their reports, the publisher."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from keikaku.checks.publish import as_csv, as_text, as_xlsx
from keikaku.release.catalogue.publication import Publisher
from keikaku.release.catalogue.publisher import publisher_quads
from keikaku.release.linksets import FOLDER as LINKS
from keikaku.release.parts import owner_of_plan, parts_of
from keikaku.release.portions.graphs import Apart, sums_of
from keikaku.release.portions.portion import MadePortion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyoxigraph import Quad

    from keikaku.checks.check import Checked
    from keikaku.checks.report import Report
    from keikaku.names import PlanNames
    from keikaku.records.harvested import Harvested
    from keikaku.release.catalogue.publication import Example
    from keikaku.release.counts import CountedQuery
    from keikaku.release.parts import PartDump
    from keikaku.release.portions.graphs import GraphSum
    from keikaku.release.portions.portion import Portion

FORMAT_VERSION = "3"
"""Goes up when releases of the same data would have to be laid out differently."""

_ID_LENGTH = 16


class Planned(Protocol):
    """A plan of a release, in memory or on the disk."""

    @property
    def name(self) -> str:
        """Its name in file names."""

    @property
    def names(self) -> PlanNames | None:
        """The names of its graphs, if it has any."""

    @property
    def key(self) -> str:
        """The key under which it was made ready, empty where it was not."""

    @property
    def report(self) -> Report:
        """The report of its checks."""

    def report_files(self) -> Mapping[str, bytes]:
        """Return the report in the formats in which it is published, by their suffixes."""

    @property
    def apart(self) -> Mapping[str, bytes]:
        """Its linksets that stand in files of their own alone, as N-Quads by their target."""

    @property
    def documents(self) -> Mapping[str, bytes]:
        """Its documents that are offered for download, by name."""

    @property
    def taken_from(self) -> Harvested | None:
        """Where it was taken from, if it is another publisher's."""


@dataclass(frozen=True, slots=True)
class Part:
    """A plan of a release: its name in file names, and what its checks found."""

    name: str
    checked: Checked
    names: PlanNames | None = None
    apart: Mapping[str, bytes] = field(default_factory=dict)
    taken_from: Harvested | None = None
    key: str = ""
    documents: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def report(self) -> Report:
        """The report of its checks."""
        return self.checked.report

    def report_files(self) -> dict[str, bytes]:
        """Return the report in the formats in which it is published, by their suffixes."""
        return report_files(self.checked)


def report_files(checked: Checked) -> dict[str, bytes]:
    """Return a report in the formats in which it is published, by their suffixes."""
    return {
        "ttl": checked.turtle,
        "csv": as_csv(checked.report),
        "xlsx": as_xlsx(checked.report),
        "txt": as_text(checked.report).encode(),
    }


@dataclass(frozen=True)
class Content:
    """All that a release is made of: the quads of all graphs but those of the catalogue, the plans.

    `quads` are those in memory: what all plans share, or all where there are few. The others come
    in `portions`, in the order in which tables list them, and what is `counted` in these is added
    up. `publisher` and `examples` are for the catalogue.
    """

    base: str
    quads: frozenset[Quad]
    plans: tuple[Planned, ...]
    publisher: Publisher = field(default_factory=Publisher)
    examples: tuple[Example, ...] = ()
    portions: tuple[Portion, ...] = ()
    counted: tuple[CountedQuery, ...] = ()

    @cached_property
    def harvested(self) -> tuple[Harvested, ...]:
        """Where those of the plans were taken from that are other publishers'."""
        return tuple(plan.taken_from for plan in self.plans if plan.taken_from is not None)

    @cached_property
    def told(self) -> frozenset[Quad]:
        """What the publisher's settings and the plans of others say: a graph of the release."""
        return publisher_quads(self.base, self.publisher, self.harvested)

    @cached_property
    def whole(self) -> tuple[Portion, ...]:
        """All portions."""
        return (MadePortion(self.quads | self.told), *self.portions)

    @cached_property
    def apart(self) -> tuple[Apart, ...]:
        """The linksets that stand in files of their own alone."""
        return tuple(
            Apart(f"{LINKS}/{plan.name}/{target}.nq", body)
            for plan in self.plans
            for target, body in sorted(plan.apart.items())
        )

    @cached_property
    def files_apart(self) -> Mapping[str, list[str]]:
        """The files that hold linksets alone, by the graphs of these."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for one in self.apart:
            for graph in one.graphs():
                found[graph].append(one.name)
        return dict(found)

    @cached_property
    def graphs(self) -> Mapping[str, GraphSum]:
        """Each graph in numbers, by its IRI: all but the catalogue, those apart included."""
        return sums_of([*self.whole, *self.apart]) if self.apart else self.loaded

    @cached_property
    def loaded(self) -> Mapping[str, GraphSum]:
        """Each graph of the portions in numbers, by its IRI: those that the store holds."""
        return sums_of(self.whole)

    @cached_property
    def parts(self) -> Mapping[str, PartDump]:
        """The dumps of single plans and cities and of what all share, by owner."""
        files = {owner_of_plan(plan.names): plan.name for plan in self.plans if plan.names}
        return parts_of(self.loaded, files)

    @cached_property
    def id(self) -> str:
        """The release's name: the hash of its graphs and of the format's version, nothing else."""
        return release_id({graph: said.sha256 for graph, said in self.graphs.items()})


def release_id(graphs: Mapping[str, str]) -> str:
    """Return the name of a release by the SHA-256 of each graph's canonical N-Quads.

    It is the beginning of the SHA-256 of lines in UTF-8: the format's version, then for each graph,
    sorted by code point, its IRI, a space, and its SHA-256 in hexadecimal figures.
    """
    lines = (f"{graph} {digest}\n" for graph, digest in sorted(graphs.items()))
    said = f"{FORMAT_VERSION}\n{''.join(lines)}"
    return hashlib.sha256(said.encode()).hexdigest()[:_ID_LENGTH]
