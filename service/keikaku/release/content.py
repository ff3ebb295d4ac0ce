"""What a release is made of: quads in portions, the plans with their reports, the publisher."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from keikaku.checks.publish import as_csv, as_text, as_xlsx
from keikaku.release.catalogue.publication import Publisher
from keikaku.release.portions.portion import MadePortion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyoxigraph import Quad

    from keikaku.checks.check import Checked
    from keikaku.checks.report import Report
    from keikaku.records.harvested import Harvested
    from keikaku.release.catalogue.publication import Example
    from keikaku.release.counts import CountedQuery
    from keikaku.release.portions.portion import Portion

FORMAT_VERSION = "2"
"""Goes up when releases of the same data would have to be laid out differently."""

_ID_LENGTH = 16


class Planned(Protocol):
    """A plan of a release, in memory or on the disk."""

    @property
    def name(self) -> str:
        """Its name in file names."""

    @property
    def key(self) -> str:
        """The key under which it was made ready, empty where it was not."""

    @property
    def planfile(self) -> bytes:
        """Its plan.toml."""

    @property
    def report(self) -> Report:
        """The report of its checks."""

    def report_files(self) -> Mapping[str, bytes]:
        """Return the report in the formats in which it is published, by their suffixes."""

    @property
    def apart(self) -> Mapping[str, bytes]:
        """Its linksets that stand in files of their own alone, as N-Quads by their target."""

    @property
    def taken_from(self) -> Harvested | None:
        """Where it was taken from, if it is another publisher's."""


@dataclass(frozen=True, slots=True)
class Part:
    """A plan of a release: its name in file names, its plan.toml, and what its checks found."""

    name: str
    planfile: bytes
    checked: Checked
    apart: Mapping[str, bytes] = field(default_factory=dict)
    taken_from: Harvested | None = None
    key: str = ""

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
    """All that a release is made of: the quads of all graphs but the catalogue's, and the plans.

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
    def whole(self) -> tuple[Portion, ...]:
        """All portions."""
        return (MadePortion(self.quads), *self.portions)

    def id(self, sha256: bytes) -> str:
        """Return the release's name: the hash of all that it says and of the format's version.

        The quads are given by the SHA-256 of their canonical N-Quads. Beside them count the plan
        files, the linksets apart, where plans were taken from, and the publisher.
        """
        digest = hashlib.sha256(FORMAT_VERSION.encode())
        digest.update(sha256)
        for plan in self.plans:
            digest.update(hashlib.sha256(plan.planfile).digest())
            for name, body in sorted(plan.apart.items()):
                digest.update(hashlib.sha256(name.encode() + b"\n" + body).digest())
            if plan.taken_from is not None:
                digest.update(hashlib.sha256(plan.taken_from.stated).digest())
        digest.update(self.publisher.key)
        return digest.hexdigest()[:_ID_LENGTH]
