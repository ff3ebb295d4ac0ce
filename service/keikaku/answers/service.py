"""The one object that the web and the command line ask."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Protocol

from keikaku.answers.catalogue import Catalogue
from keikaku.answers.describe import describe
from keikaku.answers.items.listing import Items
from keikaku.answers.japanese import understand
from keikaku.answers.lexicon import Lexicon
from keikaku.errors import ReleaseError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keikaku.answers.catalogue import Answer
    from keikaku.answers.counts import Counts
    from keikaku.answers.describe import Description
    from keikaku.answers.items.index import ItemIndex
    from keikaku.answers.reconcile.names import NameIndex
    from keikaku.store.base import Store


_ONE_AT_A_TIME = Lock()
"""Understanding is work in Python alone: in many threads it would leave nothing to the others."""


class AnswerService(Protocol):
    """What a face of keikaku needs to know to answer questions."""

    @property
    def catalogue(self) -> Catalogue:
        """The questions."""

    @property
    def lexicon(self) -> Lexicon:
        """The names of the release."""

    @property
    def release(self) -> str:
        """The id of the release that answers."""

    def ask(self, sentence: str) -> Answer:
        """Answer a question put in Japanese. Raises QuestionError."""

    def answer(self, name: str, values: Mapping[str, str]) -> Answer:
        """Answer a question of the catalogue. Raises QuestionError."""

    def describe(self, iri: str) -> Description | None:
        """Return what the release says of a thing, None if nothing. Raises QuestionError."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of one release."""

    store: Store
    catalogue: Catalogue
    lexicon: Lexicon
    release: str
    index: ItemIndex | None = field(default=None, repr=False)
    name_index: NameIndex | None = field(default=None, repr=False)
    counts: Counts | None = None

    @classmethod
    def over(cls, store: Store, release: str, catalogue: Catalogue | None = None) -> Answers:
        """Return the answers of a store, whose names are read here, once."""
        return cls(store, catalogue or Catalogue.load(), Lexicon.read(store), release)

    @property
    def items(self) -> Items:
        """The lists of the release's items. Raises ReleaseError where it has no index of them."""
        if self.index is None:
            raise ReleaseError(
                "ここでは項目の一覧を使えません。リリースを keikaku serve で開いてください。",
                "there is no list of items here; open a release with `keikaku serve`",
            )
        return Items(self.index, self.lexicon, self.release)

    @property
    def names(self) -> NameIndex:
        """The names of the release's things. Raises ReleaseError where it has no index of them."""
        if self.name_index is None:
            raise ReleaseError(
                "このリリースには名称の索引がなく、照合を使えません。"
                "keikaku build で作り直してください。",
                "this release has no index of names to match with; make it anew with "
                "`keikaku build`",
            )
        return self.name_index

    def ask(self, sentence: str) -> Answer:
        """Answer a question put in Japanese. Raises QuestionError."""
        with _ONE_AT_A_TIME:
            question, values = understand(sentence, self.catalogue, self.lexicon)
        return self.answer(question.name, values)

    def answer(self, name: str, values: Mapping[str, str]) -> Answer:
        """Answer a question of the catalogue. Raises QuestionError."""
        return self.catalogue.answer(
            self.store,
            name,
            values,
            lexicon=self.lexicon,
            release=self.release,
            counts=self.counts,
        )

    def describe(self, iri: str) -> Description | None:
        """Return what the release says of a thing, None if nothing. Raises QuestionError."""
        return describe(self.store, iri)
