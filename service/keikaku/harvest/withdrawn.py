"""What a site has withdrawn of what was taken from it: its address tells, and its reason.

A release that was withdrawn answers 410, and so does one that its site only keeps no longer; sites
of keikaku tell the two apart. An address that answers anything else, or nothing, tells nothing.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pyoxigraph import NamedNode, RdfFormat, parse

from keikaku.closed import Bilingual
from keikaku.errors import HarvestError, ReleaseError
from keikaku.harvest.fetch import Seen
from keikaku.names import DCTERMS, FOAF, VOID

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from keikaku.harvest.fetch import Fetched, Fetcher
    from keikaku.records.harvested import Harvested
    from keikaku.release.shelf import Release, Shelf

_ACCEPT = "application/problem+json, */*;q=0.1"
_NOT_KEPT = "is not kept since"
"""How a site of keikaku 0.1 says that a release was removed without being withdrawn."""

_NO_REASON = Bilingual(ja="理由は示されていません。", en="no reason is given")
_LONGEST_REASON = 300
_CATALOGUE = "catalog.ttl"


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A plan that is kept, of a release that its site has withdrawn: where, from where, and why."""

    folder: Path
    known: Harvested
    reason: Bilingual


class Withdrawals:
    """What was found withdrawn in one run: each address is asked once."""

    def __init__(self, fetcher: Fetcher) -> None:
        """Ask nothing yet."""
        self._fetcher = fetcher
        self._found: dict[str, Bilingual | None] = {}

    def of(self, dump: str, etag: str = "") -> Bilingual | None:
        """Return why a dump was withdrawn, None where its address does not say that it was."""
        if dump not in self._found:
            self._found[dump] = None
            with suppress(HarvestError):  # a site that is down withdraws nothing
                said = self._fetcher.gone(dump, _ACCEPT, Seen(etag))
                self._found[dump] = _reason(said) if said else None
        return self._found[dump]

    def known(self, dump: str) -> Bilingual | None:
        """Return why a dump was withdrawn as far as it was asked."""
        return self._found.get(dump)


def _reason(said: Fetched) -> Bilingual | None:
    """Return why an address is gone, None where what was there is only kept no longer."""
    try:
        problem = json.loads(said.body)
    except ValueError:
        problem = None
    if not isinstance(problem, dict):
        return _NO_REASON
    ja, en = (_text(problem, name) for name in ("ja", "en"))
    if problem.get("withdrawn") is False or _NOT_KEPT in en:
        return None
    said_ja, said_en = ja or _text(problem, "detail"), en or _text(problem, "detail")
    return Bilingual(ja=said_ja, en=said_en) if said_ja and said_en else _NO_REASON


def _text(problem: dict[str, Any], name: str) -> str:
    text = problem.get(name)
    if not isinstance(text, str):
        return ""
    return "".join(one for one in " ".join(text[:_LONGEST_REASON].split()) if one.isprintable())


@dataclass(frozen=True, slots=True)
class TakenIn:
    """Plans that a release of ours holds, and the catalogues and dumps that they came from."""

    release: str
    is_current: bool
    catalogues: frozenset[str]
    dumps: tuple[str, ...]
    plans: tuple[str, ...]


class KeptReleases:
    """The releases on our own shelf, by what they took from elsewhere."""

    def __init__(self, shelf: Shelf) -> None:
        """Read nothing yet."""
        self._shelf = shelf

    @cached_property
    def taken(self) -> tuple[TakenIn, ...]:
        """What each release that is kept took in, the newest first."""
        gone = self._shelf.gone()
        kept = [name for name in self._shelf.published() if name not in gone]
        return tuple(found for name in reversed(kept) for found in self._in(name))

    def _in(self, name: str) -> Iterator[TakenIn]:
        try:
            release = self._shelf.release(name)
            yield from _taken_in(release, is_current=name == self._shelf.current_id())
        except (ReleaseError, OSError, ValueError, SyntaxError):
            return  # a damaged one answers nobody


def _taken_in(release: Release, *, is_current: bool) -> Iterator[TakenIn]:
    found: dict[NamedNode, dict[NamedNode, list[str]]] = {}
    for quad in parse(path=str(release.file(_CATALOGUE)), format=RdfFormat.TURTLE):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
            said = found.setdefault(quad.subject, {})
            said.setdefault(quad.predicate, []).append(quad.object.value)
    sources = {iri for said in found.values() for iri in said.get(DCTERMS["source"], [])}
    for node, said in found.items():
        plans = said.get(VOID["rootResource"], []) if node.value in sources else []
        dumps = said.get(VOID["dataDump"], [])
        if plans and dumps:
            yield TakenIn(
                release.id,
                is_current,
                frozenset(said.get(FOAF["page"], [])),
                tuple(sorted(dumps)),
                tuple(sorted(plans)),
            )
