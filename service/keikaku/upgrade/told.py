"""What an upgrade has to say: what it did, what somebody has to decide, what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a sentence is about, by the word that it begins with."""

    DONE = "済"
    DECIDE = "要判断"
    NEXT = "次にすること"


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence in Japanese and English."""

    kind: Kind
    ja: str
    en: str

    def __str__(self) -> str:
        """Return it as a line."""
        return f"{self.kind.value}: {self.ja} ({self.en})"
