"""Lifts a plan's records into graphs of statements, each with its evidence."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from pathlib import PurePath
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad

from keikaku.graph.gone import state_gone
from keikaku.graph.ledger import Ledger, en, integer, ja
from keikaku.names import (
    DCAT,
    DCTERMS,
    FY,
    KEI,
    KIND,
    OA,
    ORG,
    PARTY,
    PHASE,
    RDF,
    RDFS,
    SCHEMA,
    SHARED,
    SKOS,
    XSD,
    CityNames,
    PlanNames,
)
from keikaku.text import fiscal_year_interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from keikaku.records.plan import (
        Entry,
        Item,
        OverviewHeading,
        OverviewRow,
        Plan,
        Remark,
        Said,
        Section,
    )
    from keikaku.source.grid import Address, Document

STATED, OVERVIEW, QUALITY = "stated", "overview", "quality"
_MEMBERSHIP = {"Policy": "inPolicy", "Measure": "inMeasure", "Section": "partOf"}
_NO_RIGHTS = NamedNode(f"{SHARED}id/rights/none-stated")
_UNOFFICIAL = NamedNode(f"{SHARED}id/provenance/unofficial")
_MEDIA_TYPES = {".md": "text/markdown", ".toml": "application/toml"}


def plan_names(plan: Plan, base: str) -> PlanNames:
    """Return the IRIs of a plan under a publisher's base."""
    return PlanNames(CityNames(base, plan.municipality.code.value), plan.name.value)


def lift(plan: Plan, document: Document, files: Mapping[str, bytes], base: str) -> set[Quad]:
    """Return the quads of the plan's graphs stated, overview, evidence, quality and of its city.

    `files` are the document and plan.toml by name, `base` begins the publisher's own IRIs. The
    graph of quality holds only what people found by reading; rules find the rest.
    """
    names = plan_names(plan, base)
    ledger = Ledger(names)
    _plan(plan, ledger)
    sections = {section.path: section for section in plan.sections}
    for section in plan.sections:
        _section(section, sections.get(section.path[:-1]), ledger)
    for item in plan.items:
        _item(item, sections, ledger)
    headings = {heading.path: heading for heading in plan.headings}
    for heading in plan.headings:
        _heading(heading, headings, ledger)
    for row in plan.rows:
        _row(row, headings, ledger)
    for column in plan.columns:
        ledger.mention(names.city.party(column.value), column.at)
    _remarks(plan.remarks, ledger)
    state_gone(plan.gone, STATED, ledger)
    _sources(document, plan, files, ledger)
    return ledger.quads | set(_city(plan, names.city))


def _plan(plan: Plan, ledger: Ledger) -> None:
    names = ledger.names
    node, period, contact = names.plan, names.below("period"), names.below("contact")

    def say(
        subject: NamedNode,
        predicate: NamedNode,
        value: NamedNode | Literal,
        at: Said[str] | Said[int],
    ) -> None:
        ledger.say(STATED, subject, predicate, value, at)

    say(node, RDF["type"], KEI["Plan"], plan.title)
    say(node, RDFS["label"], ja(plan.title.value), plan.title)
    say(node, RDFS["label"], en(plan.title_en.value), plan.title_en)
    say(node, DCTERMS["publisher"], names.city.municipality, plan.municipality.code)
    say(node, DCTERMS["temporal"], period, plan.years[0])
    for year in plan.years:
        say(node, KEI["planYear"], FY[year.value], year)
    say(node, DCTERMS["provenance"], _UNOFFICIAL, plan.name)
    if plan.licence:
        say(node, DCTERMS["license"], NamedNode(plan.licence.iri.value), plan.licence.iri)
        say(node, DCTERMS["rights"], ja(plan.licence.granted_by.value), plan.licence.granted_by)
    else:
        say(node, DCTERMS["rights"], _NO_RIGHTS, plan.name)

    first, last = plan.years[0], plan.years[-1]
    start, end = fiscal_year_interval(first.value)[0], fiscal_year_interval(last.value)[1]
    say(period, RDF["type"], DCTERMS["PeriodOfTime"], first)
    say(period, DCAT["startDate"], Literal(start.isoformat(), datatype=XSD["date"]), first)
    say(period, DCAT["endDate"], Literal(end.isoformat(), datatype=XSD["date"]), last)

    say(node, SCHEMA["contactPoint"], contact, plan.contact.name)
    say(contact, RDF["type"], SCHEMA["ContactPoint"], plan.contact.name)
    say(contact, RDFS["label"], ja(plan.contact.name.value), plan.contact.name)
    say(contact, SCHEMA["address"], ja(plan.contact.address.value), plan.contact.address)
    say(contact, SCHEMA["telephone"], Literal(plan.contact.telephone.value), plan.contact.telephone)
    say(contact, SCHEMA["faxNumber"], Literal(plan.contact.fax.value), plan.contact.fax)
    say(contact, SCHEMA["email"], Literal(plan.contact.email.value), plan.contact.email)


def _section_node(section: Section, names: PlanNames) -> NamedNode:
    """Return the IRI of a section: its kind and its place."""
    return names.below(section.kind.lower(), _key(section.path))


def _section(section: Section, parent: Section | None, ledger: Ledger) -> None:
    node = _section_node(section, ledger.names)
    above = _section_node(parent, ledger.names) if parent else ledger.names.plan

    def say(predicate: NamedNode, value: NamedNode | Literal, at: Said[str]) -> None:
        ledger.say(STATED, node, predicate, value, at)

    say(RDF["type"], KEI[section.kind], section.number)
    say(RDFS["label"], ja(section.title.value), section.title)
    say(DCTERMS["identifier"], Literal(section.identifier), section.number)
    say(KEI["printedNumber"], Literal(section.number.value), section.number)
    say(KEI["position"], integer(section.path[-1]), section.number)
    say(KEI["level"], integer(len(section.path)), section.number)
    say(KEI["partOf"], above, section.number)


def _item(item: Item, sections: Mapping[tuple[int, ...], Section], ledger: Ledger) -> None:
    names = ledger.names
    node = names.below("item", _key(item.path))

    def say(predicate: NamedNode, value: NamedNode | Literal, at: Said[str] | Address) -> None:
        ledger.say(STATED, node, predicate, value, at)

    say(RDF["type"], KEI["Item"], item.number)
    say(RDFS["label"], ja(item.title.value), item.title)
    say(DCTERMS["identifier"], Literal(item.number.value), item.number)
    say(KEI["printedNumber"], Literal(item.printed_number.value), item.printed_number)
    say(KEI["position"], integer(item.path[-1]), item.number)
    say(KEI["inPlan"], names.plan, item.number)
    for depth in range(1, len(item.path)):
        section = sections[item.path[:depth]]
        member = KEI[_MEMBERSHIP[section.kind]]
        say(member, _section_node(section, names), section.number)
    for note in item.notes:
        say(KEI["note"], ja(note.value), note)
    for department in item.departments:
        say(KEI["department"], names.city.department(department.value), department)
    for party in item.implemented_by:
        say(KEI["implementedBy"], names.city.party(party.value), party)
    for party in item.targets:
        say(KEI["targets"], names.city.party(party.value), party)
    if item.other_target:
        say(KEI["otherTarget"], ja(item.other_target.value), item.other_target)
    say(KEI["purpose"], ja(item.purpose.value), item.purpose)
    say(KEI["currentState"], ja(item.current_state.value), item.current_state)
    say(KEI["content"], ja(item.content.value), item.content)
    say(KEI["completionCriterion"], ja(item.completion_criterion.value), item.completion_criterion)
    for entry in item.schedule:
        _entry(entry, node, ledger)


def _entry(entry: Entry, item: NamedNode, ledger: Ledger) -> None:
    node = NamedNode(f"{item.value}/{entry.year.value}")

    def say(predicate: NamedNode, value: NamedNode | Literal, at: Said[str] | Said[int]) -> None:
        ledger.say(STATED, node, predicate, value, at)

    ledger.say(STATED, item, KEI["schedule"], node, entry.text)
    say(RDF["type"], KEI["ScheduleEntry"], entry.text)
    say(KEI["fiscalYear"], FY[entry.year.value], entry.year)
    say(KEI["cellText"], Literal(entry.text.value), entry.text)
    if entry.arrow:
        say(KEI["arrow"], Literal("true", datatype=XSD["boolean"]), entry.text)
    for phase in entry.phases:
        say(KEI["phase"], PHASE[phase.value], phase)


def _heading(
    heading: OverviewHeading,
    headings: Mapping[tuple[int, ...], OverviewHeading],
    ledger: Ledger,
) -> None:
    node = ledger.names.below("overview", _key(heading.path))
    ledger.say(OVERVIEW, node, RDF["type"], KEI["OverviewHeading"], heading.number)
    ledger.say(OVERVIEW, node, KEI["listedNumber"], Literal(heading.number.value), heading.number)
    ledger.say(OVERVIEW, node, KEI["listedTitle"], ja(heading.title.value), heading.title)
    _listed_under(node, heading.path, headings, ledger)


def _row(
    row: OverviewRow, headings: Mapping[tuple[int, ...], OverviewHeading], ledger: Ledger
) -> None:
    names = ledger.names
    node = names.below("overview", _key(row.path))

    def say(predicate: NamedNode, value: NamedNode | Literal, at: Said[str] | Address) -> None:
        ledger.say(OVERVIEW, node, predicate, value, at)

    say(RDF["type"], KEI["OverviewRow"], row.number)
    say(KEI["listedNumber"], Literal(row.number.value), row.number)
    say(KEI["listedTitle"], ja(row.title.value), row.title)
    for note in row.notes:
        say(KEI["listedNote"], ja(note.value), note)
    for party in row.targets:
        say(KEI["listedTarget"], names.city.party(party.value), party)
    for cell in row.unheaded:
        say(KEI["unheadedMark"], ledger.place(cell), cell)
    for cell in row.marks:
        ledger.mention(node, cell)
    _listed_under(node, row.path, headings, ledger)


def _listed_under(
    node: NamedNode,
    path: tuple[int, ...],
    headings: Mapping[tuple[int, ...], OverviewHeading],
    ledger: Ledger,
) -> None:
    """State the heading that a row of the overview stands under, or the plan at the top."""
    above = path[:-1]
    if above:
        heading = ledger.names.below("overview", _key(above))
        ledger.say(OVERVIEW, node, KEI["listedUnder"], heading, headings[above].number)
    else:
        at = headings[path].number
        ledger.say(OVERVIEW, node, KEI["listedUnder"], ledger.names.plan, at)


def _remarks(remarks: Iterable[Remark], ledger: Ledger) -> None:
    """Publish the damage that people found, about the statement that its words stand in."""
    counts: Counter[str] = Counter()
    for remark in remarks:
        subject, field = _damaged(remark, ledger)
        key = f"{subject.value.rsplit('/', 1)[-1]}/{re.split('[#/]', field.value)[-1]}"
        counts[key] += 1
        node = ledger.names.below(
            "discrepancy", "damaged-text", key if counts[key] == 1 else f"{key}/{counts[key]}"
        )
        _damage(remark, node, subject, field, ledger)


def _damaged(remark: Remark, ledger: Ledger) -> tuple[NamedNode, NamedNode]:
    """Return the subject and property whose text holds the words, else the plan and its source."""
    said = ledger.said_at[remark.at]
    texts = [(s, p) for s, p, value in said if remark.quote in value.value]
    things = [(s, p) for s, p, _ in said]
    return next(iter((*texts, *things, (ledger.names.plan, KEI["cell"]))))


def _damage(
    remark: Remark, node: NamedNode, subject: NamedNode, field: NamedNode, ledger: Ledger
) -> None:
    says_ja = f"「{remark.quote}」は「{remark.correction}」の誤りと思われます。{remark.ja}"
    says_en = f"{remark.quote} should probably be {remark.correction}. {remark.en}"
    said: tuple[tuple[NamedNode, NamedNode | Literal], ...] = (
        (RDF["type"], KEI["Discrepancy"]),
        (KEI["kind"], KIND["damaged-text"]),
        (KEI["about"], subject),
        (KEI["field"], field),
        (OA["hasTarget"], ledger.place(remark.at)),
        (RDFS["comment"], ja(says_ja)),
        (RDFS["comment"], en(says_en)),
    )
    graph = ledger.names.graph(QUALITY)
    ledger.quads.update(Quad(node, predicate, value, graph) for predicate, value in said)
    ledger.mention(node, remark.line)
    ledger.publish(remark.line)


def _sources(document: Document, plan: Plan, files: Mapping[str, bytes], ledger: Ledger) -> None:
    """Publish the documents, with all that stands in the plan's own document."""
    for number, (name, content) in enumerate(files.items(), start=1):
        node = ledger.names.below("source", number)
        ledger.fact(node, RDF["type"], KEI["SourceDocument"])
        ledger.fact(node, RDFS["label"], ja(f"{plan.title.value} {name}"))
        ledger.fact(node, SCHEMA["name"], Literal(name))
        ledger.fact(node, SCHEMA["encodingFormat"], Literal(_MEDIA_TYPES[PurePath(name).suffix]))
        ledger.fact(node, SCHEMA["sha256"], Literal(hashlib.sha256(content).hexdigest()))
    for place in dict.fromkeys((*document.filled(), *ledger.said_at)):
        ledger.publish(place)


def _city(plan: Plan, city: CityNames) -> Iterable[Quad]:
    """Yield the municipality, and the departments and own parties that the plan names.

    Their borrowed types are stated here, since plans of one city would each conclude them.
    """

    def say(subject: NamedNode, predicate: NamedNode, value: NamedNode | Literal) -> Quad:
        return Quad(subject, predicate, value, city.graph)

    yield say(city.municipality, RDF["type"], KEI["Municipality"])
    yield say(city.municipality, RDF["type"], ORG["FormalOrganization"])
    yield say(city.municipality, RDFS["label"], ja(plan.municipality.ja.value))
    yield say(city.municipality, RDFS["label"], en(plan.municipality.en.value))
    yield say(city.municipality, DCTERMS["identifier"], Literal(city.code))
    for name in {said.value for item in plan.items for said in item.departments}:
        node = city.department(name)
        yield say(node, RDFS["label"], ja(name))
        if name in plan.unnamed_departments:
            yield say(node, RDF["type"], KEI["DepartmentGroup"])
        else:
            yield say(node, RDF["type"], KEI["Department"])
            yield say(node, RDF["type"], ORG["OrganizationalUnit"])
            yield say(node, ORG["unitOf"], city.municipality)
    for name in _own_parties(plan, city):
        node = city.party(name)
        yield say(node, RDF["type"], KEI["Party"])
        yield say(node, RDF["type"], SKOS["Concept"])
        yield say(node, RDFS["label"], ja(name))


def _key(path: tuple[int, ...]) -> str:
    return "-".join(map(str, path))


def _own_parties(plan: Plan, city: CityNames) -> set[str]:
    """Return the parties of the city alone that the plan names, also in その他（ ）."""
    named = {said.value for i in plan.items for said in (*i.implemented_by, *i.targets)}
    others = "・".join(i.other_target.value for i in plan.items if i.other_target)
    named.update(party for party in plan.own_parties if party in others.split("・"))
    return {name for name in named if city.party(name) not in PARTY}
