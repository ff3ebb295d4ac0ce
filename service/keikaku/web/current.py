"""The answers of the current release, whichever that is by now."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from keikaku.answers.catalogue import Catalogue
from keikaku.answers.service import Answers
from keikaku.errors import ReleaseError
from keikaku.store.admission import Bounds
from keikaku.store.embedded import EmbeddedStore

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from keikaku.answers.catalogue import Answer
    from keikaku.answers.describe import Description
    from keikaku.answers.lexicon import Lexicon
    from keikaku.release.shelf import Shelf
    from keikaku.settings import Settings
    from keikaku.store.base import Store


_log = logging.getLogger(__name__)


class CurrentAnswers:
    """The answers of whichever release is current.

    A new release is taken up by the first request after it; requests under way finish on the old.
    """

    def __init__(self, shelf: Shelf, settings: Settings) -> None:
        """Open the current release. Raises ReleaseError where there is none."""
        self._shelf = shelf
        self._settings = settings
        self._lock = threading.Lock()
        self._catalogue = Catalogue.load()
        self._refused: str | None = None
        self._answers = self._open()

    def _open(self) -> Answers:
        release = self._shelf.current()
        return answers_of(release.store, release.id, self._settings, self._catalogue)

    def current(self) -> Answers:
        """Return the answers of the current release."""
        if self._is_old():
            with self._lock:
                if self._is_old():
                    self._take_up()
        return self._answers

    def _is_old(self) -> bool:
        return self._shelf.current_id() not in (self._answers.release, self._refused)

    def _take_up(self) -> None:
        """Open the new release; one that is damaged is logged, and the old one stays."""
        try:
            self._answers = self._open()
        except ReleaseError as error:
            self._refused = self._shelf.current_id()
            _log.error("%s", error)

    def store(self) -> Store:
        """Return the store of the current release."""
        return self.current().store

    @property
    def catalogue(self) -> Catalogue:
        """The questions."""
        return self._catalogue

    @property
    def lexicon(self) -> Lexicon:
        """The names of the current release."""
        return self.current().lexicon

    @property
    def release(self) -> str:
        """The id of the current release."""
        return self.current().release

    def ask(self, sentence: str) -> Answer:
        """Answer a question put in Japanese. Raises QuestionError."""
        return self.current().ask(sentence)

    def answer(self, name: str, values: Mapping[str, str]) -> Answer:
        """Answer a question of the catalogue. Raises QuestionError."""
        return self.current().answer(name, values)

    def describe(self, iri: str) -> Description | None:
        """Return what the current release says of a thing. Raises QuestionError."""
        return self.current().describe(iri)


def bounds_of(settings: Settings) -> Bounds:
    """Return what a query may be, as the settings say."""
    return Bounds(
        settings.max_query_length, settings.max_query_depth, frozenset(settings.services.split())
    )


def answers_of(
    store: Path, release: str, settings: Settings, catalogue: Catalogue | None = None
) -> Answers:
    """Return the answers of a release whose loaded store lies at `store`."""
    opened = EmbeddedStore.open(store, bounds_of(settings))
    return Answers.over(opened, release, catalogue)
