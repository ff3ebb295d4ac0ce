"""States what decisions.toml says of the discrepancies, beside what the document says."""

from __future__ import annotations

import difflib
from itertools import count
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from keikaku.errors import DecisionError, Problem
from keikaku.graph.ledger import Ledger, en, ja
from keikaku.names import DCTERMS, KEI, OUTCOME, RDF, RDFS, SCHEMA, XSD
from keikaku.records.decisions import DECISIONS_FILE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from pyoxigraph import Quad

    from keikaku.names import PlanNames
    from keikaku.records.decisions import Decision, Decisions
    from keikaku.records.plan import Said

DECISIONS = "decisions"
"""The graph of a plan in which its city's decisions stand, and nothing else."""

_BORROWED = {"label": RDFS["label"], "identifier": DCTERMS["identifier"]}
_NEAR = 3


def decided(decisions: Decisions, asserted: Collection[Quad], names: PlanNames) -> set[Quad]:
    """Return the quads of a plan's decisions, each with its evidence.

    `asserted` are the quads that the plan's document states. Nothing in them is changed.
    """
    number = _free_number(asserted, names)
    ledger = Ledger(names, {DECISIONS_FILE: number})
    for decision in decisions.made:
        _state(decision, ledger)
    document = names.below("source", number)
    ledger.fact(document, RDF["type"], KEI["SourceDocument"])
    ledger.fact(document, RDFS["label"], ja(f"{_title(asserted, names)} {DECISIONS_FILE}".strip()))
    ledger.fact(document, SCHEMA["name"], Literal(DECISIONS_FILE))
    ledger.fact(document, SCHEMA["encodingFormat"], Literal("application/toml"))
    for place in dict.fromkeys(ledger.said_at):
        ledger.publish(place)
    ledger.fact(document, KEI["readingSha256"], Literal(ledger.reading_sha256(document)))
    return ledger.quads


def _free_number(asserted: Iterable[Quad], names: PlanNames) -> int:
    """Return the first number from 3 that no source of the plan has."""
    taken = {quad.subject for quad in asserted}
    return next(each for each in count(3) if names.below("source", each) not in taken)


def _title(asserted: Iterable[Quad], names: PlanNames) -> str:
    return next(
        (
            quad.object.value
            for quad in asserted
            if quad.subject == names.plan
            and quad.predicate == RDFS["label"]
            and isinstance(quad.object, Literal)
            and quad.object.language == "ja"
        ),
        "",
    )


def _state(decision: Decision, ledger: Ledger) -> None:
    node = ledger.names.below("decision", decision.discrepancy.value)

    def say(predicate: NamedNode, value: NamedNode | Literal, at: Said[str] | None) -> None:
        if at is not None:
            ledger.say(DECISIONS, node, predicate, value, at)

    discrepancy = _discrepancy(decision, ledger.names)
    say(RDF["type"], KEI["Decision"], decision.discrepancy)
    say(KEI["decides"], discrepancy, decision.discrepancy)
    say(KEI["outcome"], OUTCOME[decision.outcome.value], decision.outcome)
    say(DCTERMS["creator"], ja(decision.by.value), decision.by)
    say(DCTERMS["date"], Literal(decision.date.value, datatype=XSD["date"]), decision.date)
    say(KEI["reason"], ja(decision.reason.value), decision.reason)
    if decision.reason_en:
        say(KEI["reason"], en(decision.reason_en.value), decision.reason_en)
    if decision.value:
        say(KEI["correctedValue"], ja(decision.value.value), decision.value)
    if decision.field:
        say(KEI["field"], _property(decision.field.value), decision.field)


def _discrepancy(decision: Decision, names: PlanNames) -> NamedNode:
    return names.below("discrepancy", decision.discrepancy.value)


def _property(field: str) -> NamedNode:
    return _BORROWED.get(field, KEI[field])


def check_decided(
    decisions: Decisions, quads: Collection[Quad], ontology: Iterable[Quad], names: PlanNames
) -> None:
    """Raise DecisionError, with each line, unless the plan has what is decided.

    That is each discrepancy, and of a correction a field: of the discrepancy, or given. `quads` are
    the plan's with all that rules conclude, `ontology` defines the properties that can be given.
    """
    typed = _pairs(quads, RDF["type"])
    there = {thing for thing, kind in typed if kind == KEI["Discrepancy"].value}
    fields = {thing: term for thing, term in _pairs(quads, KEI["field"]) if thing in there}
    known = {term for term, kind in _pairs(ontology, RDF["type"]) if kind.endswith("Property")}
    problems: list[Problem] = []
    for decision in decisions.made:
        iri = _discrepancy(decision, names).value
        if iri not in there:
            fault = _vanished(decision, there, names)
            problems.append(Problem(*fault, DECISIONS_FILE, decision.discrepancy.at.line))
        elif field_fault := _field_fault(decision, fields.get(iri), known):
            at = (decision.field or decision.value or decision.discrepancy).at
            problems.append(Problem(*field_fault, DECISIONS_FILE, at.line))
    if problems:
        raise DecisionError.of(problems)


def _pairs(quads: Iterable[Quad], predicate: NamedNode) -> set[tuple[str, str]]:
    """Return the IRIs that a predicate joins."""
    return {
        (quad.subject.value, quad.object.value)
        for quad in quads
        if quad.predicate == predicate
        and isinstance(quad.subject, NamedNode)
        and isinstance(quad.object, NamedNode)
    }


def _vanished(decision: Decision, there: Iterable[str], names: PlanNames) -> tuple[str, str]:
    """Say that there is no such discrepancy, and what to do about it."""
    given = decision.discrepancy.value
    above = names.below("discrepancy").value + "/"
    known = sorted(iri.removeprefix(above) for iri in there)
    near = difflib.get_close_matches(given.removeprefix(above), known, _NEAR, cutoff=0.5)
    like_ja = f"近いもの: {'、'.join(near)}" if near else "近い名もありません"
    like_en = f"the nearest: {', '.join(near)}" if near else "no name is near it"
    return (
        f"「{given}」という不整合はありません。文書が直ったのなら、この [[decision]] を除いて"
        f"ください。書き間違いなら直してください({like_ja})。",
        f"there is no discrepancy {given!r}; if the document was mended, remove this [[decision]], "
        f"if the name is wrong, mend it ({like_en})",
    )


def _field_fault(
    decision: Decision, own: str | None, known: Collection[str]
) -> tuple[str, str] | None:
    """Say what is wrong with the field of a correction, if anything is."""
    if decision.value is None:
        return None
    if decision.field is None:
        return None if own else _NO_FIELD
    given = _property(decision.field.value).value
    if own and own != given:
        local = _local(own)
        return (
            f"この不整合は「{local}」についてのものです。field を除くか、{local} にしてください。",
            f"this discrepancy is about {local}; leave `field` out, or make it {local}",
        )
    if given in known or decision.field.value in _BORROWED:
        return None
    names = sorted(_BORROWED) + sorted(map(_local, known))
    field = decision.field.value
    near = difflib.get_close_matches(field, names, _NEAR, cutoff=0.5)
    return (
        f"「{field}」という欄の種類はありません。近いもの: {'、'.join(near) or 'なし'}",
        f"there is no field {field!r}; the nearest: {', '.join(near) or 'none'}",
    )


def _local(iri: str) -> str:
    return iri.rsplit("#", 1)[-1].rsplit("/", 1)[-1]


_NO_FIELD = (
    "この不整合はどの欄についてのものかを言いません。何の値を訂正するかを field に書いてください"
    '(例: field = "targets")。',
    'this discrepancy does not say which field it is about; say it as `field`, as in "targets"',
)
