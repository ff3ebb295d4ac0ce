"""What is not in the current release: what an older one had, what was never there."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Protocol

from keikaku.answers.lexicon import iri_of
from keikaku.errors import QuestionError
from keikaku.store.base import Boolean
from keikaku.web.names.addresses import as_uri, narrowed, place_of
from keikaku.web.names.forms import link
from keikaku.web.problems import HttpError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from keikaku.closed import Bilingual
    from keikaku.store.base import Store

_KNOWN = "ASK {{ {{ {thing} ?property ?value }} UNION {{ ?from ?property {thing} }} }}"


class Tombstone(Protocol):
    """What is known of an IRI that the current release has no more."""

    @property
    def last(self) -> str:
        """The id of the last release that had it."""

    @property
    def date(self) -> datetime:
        """When that release was put on the shelf."""

    @property
    def served(self) -> bool:
        """Whether that release is still served."""

    @property
    def replaced_by(self) -> tuple[str, ...]:
        """The IRIs that stand for it now."""

    @property
    def reason(self) -> Bilingual | None:
        """Why it went."""


class Tombstones(Protocol):
    """The IRIs that older releases had."""

    def of(self, iri: str) -> Tombstone | None:
        """Return the tombstone of an IRI; None if no release ever had it."""


def is_known(store: Store, iri: str) -> bool:
    """Tell whether a release says anything of an IRI. Raises QuestionError if it is none."""
    result = store.query(_KNOWN.format(thing=iri_of(iri)))
    return isinstance(result, Boolean) and result.value


def gone(base: str, iris: Sequence[str], tombstones: Tombstones) -> HttpError | None:
    """Return the error that tells of a thing that is gone; None if none of these IRIs is."""
    stones = ((iri, tombstones.of(iri)) for iri in iris)
    return next((_gone(iri, stone, base) for iri, stone in stones if stone), None)


def missing(store: Store, iris: Sequence[str]) -> HttpError:
    """Return the error that tells that none of these IRIs names anything."""
    ja = f"「{iris[0]}」というものは、このリリースにありません。"
    en = f"this release knows nothing called {iris[0]}"
    meant = _meant(store, iris)
    if meant is None:
        return HttpError(HTTPStatus.NOT_FOUND, ja, en)
    return HttpError(
        HTTPStatus.NOT_FOUND,
        f"{ja}全角・半角の違いのないものならあります: {meant}",
        f"{en}; without differences of width there is {meant}",
    )


def _meant(store: Store, iris: Sequence[str]) -> str | None:
    """Return the IRI of a thing that may have been meant."""
    try:
        return next((iri for iri in map(narrowed, iris) if is_known(store, iri)), None)
    except QuestionError:
        return None


def _gone(iri: str, stone: Tombstone, base: str) -> HttpError:
    day = f"{stone.date:%Y-%m-%d}"
    ja = (
        f"「{iri}」は今のリリースにありません。"
        f"最後に載っていたのは {day} のリリース {stone.last} です。"
    )
    en = f"{iri} is no longer in the current release; the last that had it is {stone.last} of {day}"
    if stone.reason is not None:
        ja, en = f"{ja}理由: {stone.reason.ja}", f"{en}; the reason: {stone.reason.en}"
    if stone.replaced_by:
        now = " ".join(stone.replaced_by)
        ja, en = f"{ja} 今のもの: {now}", f"{en}; now there is {now}"
    links = []
    if stone.served:
        pinned = f"/releases/{stone.last}/sparql"
        ja = f"{ja} そのリリースには {pinned} で問い合わせられます。"
        en = f"{en}; that release answers queries at {pinned}"
        links = [link(pinned, "predecessor-version"), link(f"/releases/{stone.last}", "archives")]
    else:
        ja, en = f"{ja} そのリリースは今は提供していません。", f"{en}, which is no longer served"
    links += [
        link(place_of(new, base) or as_uri(new), "successor-version") for new in stone.replaced_by
    ]
    return HttpError(HTTPStatus.GONE, ja, en, {"Link": ", ".join(links)} if links else None)
