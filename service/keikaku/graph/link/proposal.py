"""What may be linked, and how: proposals with their evidence, and the relations that are honest."""

from __future__ import annotations

from dataclasses import dataclass

from keikaku.graph.link.record import Text
from keikaku.names import DCTERMS, RDFS, SKOS

RELATIONS = {
    "skos:closeMatch": SKOS["closeMatch"],
    "skos:relatedMatch": SKOS["relatedMatch"],
    "skos:broadMatch": SKOS["broadMatch"],
    "skos:narrowMatch": SKOS["narrowMatch"],
    "rdfs:seeAlso": RDFS["seeAlso"],
    "dcterms:spatial": DCTERMS["spatial"],
}
"""The relations that a link may have. None of them says that two things are the same."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A link that was found, and why: two names, a score from 0 to 100, reasons, a place.

    `key` tells the other record from those of its dataset, `dataset` names the dataset.
    """

    dataset: str
    subject: str
    subject_name: str
    relation: str
    object: str
    object_name: str
    key: str
    score: int
    reasons: tuple[Text, ...]
    place: str = ""

    @property
    def why(self) -> Text:
        """The reasons in one text."""
        return Text(
            "、".join(reason.ja for reason in self.reasons),
            "; ".join(reason.en for reason in self.reasons),
        )
