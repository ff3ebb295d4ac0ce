"""How a phase is shown: by a colour, and by a letter for those who do not see colours."""

from __future__ import annotations

from dataclasses import dataclass

from keikaku.names import PREFIXES
from keikaku.web.reader import reader


@dataclass(frozen=True, slots=True)
class Look:
    """The class of a phase in charts.css, and its letter in Japanese and English."""

    style: str
    ja: str
    en: str

    @property
    def letter(self) -> str:
        """The letter in the reader's language."""
        return reader().choose(self.ja, self.en)


_KNOWN = {
    f"{PREFIXES['phase']}{name}": look
    for name, look in {
        "検討": Look("phase-consider", "検", "C"),
        "周知": Look("phase-announce", "周", "A"),
        "一部実施": Look("phase-part", "部", "P"),
        "実施": Look("phase-implement", "実", "I"),
        "見直し": Look("phase-review", "見", "R"),
        "完了予定": Look("phase-complete", "完", "F"),
    }.items()
}
"""The phases of ontology/concepts.ttl, in the order in which work goes through them."""


def look(iri: str, name: str) -> Look:
    """Return how a phase is shown; one of a city's own has its first letter."""
    return _KNOWN.get(iri) or Look("phase-other", name[:1], name[:1].upper())


def order(iri: str) -> tuple[int, str]:
    """Return where a phase stands among the others: the known ones first."""
    known = tuple(_KNOWN)
    return (known.index(iri) if iri in known else len(known), iri)
