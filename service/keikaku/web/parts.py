"""What the pages are made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keikaku.release.shelf import Shelf
    from keikaku.settings import Settings
    from keikaku.web.current import CurrentAnswers


@dataclass(frozen=True, slots=True)
class SiteParts:
    """The answers of the current release, the shelf it came from, the base of its IRIs."""

    answers: CurrentAnswers
    shelf: Shelf
    base: str
    settings: Settings
