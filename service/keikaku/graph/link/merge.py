"""Brings the rows of a file of links up to date with what is found now; no decision is lost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from keikaku.graph.link.sheet import ROW, VANISHED, Match, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from keikaku.graph.link.proposal import Proposal


@dataclass(frozen=True, slots=True)
class Merged:
    """The rows after a run, and how many of them are new, have vanished, have changed."""

    matches: tuple[Match, ...]
    new: int
    vanished: int
    changed: int


def merged(before: Sequence[Match], found: Iterable[Proposal], day: date) -> Merged:
    """Return the rows of before, brought up to date by what is found now.

    Decisions stay as they are. A row that nobody has decided takes the new evidence; one that is
    decided keeps the evidence that it was decided on, but for the address of the record.
    """
    ordered = sorted(found, key=lambda one: one.score)  # of two on one pair the better one counts
    proposals = {(one.subject, one.dataset, one.key): one for one in ordered}
    claimed = {match.pair for match in before}
    by_object = {
        (one.subject, one.dataset, one.object): one
        for pair, one in proposals.items()
        if pair not in claimed and ROW not in one.object
    }
    rows: list[Match] = []
    taken: set[int] = set()
    vanished = changed = 0
    for match in before:
        proposal = proposals.get(match.pair) or by_object.get(
            (match.subject, match.dataset, match.object)
        )
        if proposal is None:
            row = _vanished(match, day)
            vanished += row != match
        else:
            taken.add(id(proposal))
            row = _updated(match, proposal, day)
            changed += row != match
        rows.append(row)
    fresh = (one for one in proposals.values() if id(one) not in taken)
    new = [_row(one) for one in sorted(fresh, key=_order)]
    return Merged((*rows, *new), len(new), vanished, changed)


def _order(proposal: Proposal) -> tuple[str, int, str]:
    return proposal.subject, -proposal.score, proposal.object


def _vanished(match: Match, day: date) -> Match:
    """Return the row of what is found no more; one that a person wrote was never found."""
    if match.score is None or match.now.startswith(VANISHED):
        return match
    return replace(match, now=f"{VANISHED}({day})")


def _updated(match: Match, proposal: Proposal, day: date) -> Match:
    if match.status is Status.PROPOSED:
        fresh = _row(proposal)
        return replace(fresh, note=match.note, line=match.line, others=match.others)
    now = match.now
    if match.object_name and match.object_name != proposal.object_name:
        if proposal.object_name not in now:
            now = f"名が変わった({day}): {proposal.object_name}"
    elif now.startswith((VANISHED, "名が変わった")):
        now = ""
    return replace(match, object=proposal.object, key=proposal.key, place=proposal.place, now=now)


def _row(proposal: Proposal) -> Match:
    return Match(
        status=Status.PROPOSED,
        dataset=proposal.dataset,
        subject=proposal.subject,
        subject_name=proposal.subject_name,
        relation=proposal.relation,
        object=proposal.object,
        object_name=proposal.object_name,
        key=proposal.key,
        score=proposal.score,
        why=proposal.why,
        place=proposal.place,
    )
