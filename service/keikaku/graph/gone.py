"""States what plan.toml says is renumbered or withdrawn, so that old names are not lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Literal

from keikaku.errors import PlanFileError, Problem
from keikaku.graph.ledger import en, ja
from keikaku.names import DCTERMS, OWL, RDFS, XSD
from keikaku.records.planfile import FILE_NAME

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from keikaku.graph.ledger import Ledger
    from keikaku.records.plan import Gone


def state_gone(gone: Iterable[Gone], graph: str, ledger: Ledger) -> None:
    """State in `graph` what is gone, why, and what stands for it now.

    Raises PlanFileError, with each line, where the old name is still in use, the new one is not,
    or one old name is given twice.
    """
    gone = tuple(gone)
    there = {quad.subject for quad in ledger.quads}
    problems: list[Problem] = []
    seen: set[str] = set()
    for said in gone:
        fault = _fault(said, there, seen, ledger)
        if fault:
            problems.append(Problem(*fault, FILE_NAME, said.old.at.line))
        seen.add(said.old.value)
    if problems:
        raise PlanFileError.of(problems)
    for said in gone:
        _state(said, graph, ledger)


def _fault(
    said: Gone, there: Collection[object], seen: set[str], ledger: Ledger
) -> tuple[str, str] | None:
    """Say in Japanese and English what is wrong, if anything is."""
    old, new = said.old.value, said.new.value if said.new else None
    if old in seen:
        return f"「{old}」が二度書かれています。", f"{old} is given twice"
    if ledger.names.below(old) in there:
        return (
            f"「{old}」は、いまの文書にもあります。old はなくなったものの名です。",
            f"{old} is still there; `old` names what is gone",
        )
    if new is not None and ledger.names.below(new) not in there:
        return (
            f"「{new}」は、いまの文書にありません。new はいまの名です。",
            f"{new} is not there; `new` is what it is called now",
        )
    return None


def _state(said: Gone, graph: str, ledger: Ledger) -> None:
    old = ledger.names.below(said.old.value)
    yes = Literal("true", datatype=XSD["boolean"])
    ledger.say(graph, old, OWL["deprecated"], yes, said.old)
    day = Literal(said.day.value, datatype=XSD["date"])
    ledger.say(graph, old, DCTERMS["modified"], day, said.day)
    ledger.say(graph, old, RDFS["comment"], ja(said.ja.value), said.ja)
    ledger.say(graph, old, RDFS["comment"], en(said.en.value), said.en)
    if said.new is not None:
        new = ledger.names.below(said.new.value)
        ledger.say(graph, old, DCTERMS["isReplacedBy"], new, said.new)
        ledger.say(graph, new, DCTERMS["replaces"], old, said.new)
