"""Lifts a plan's records into graphs of statements, each with its evidence."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from pathlib import PurePath
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad

from keikaku.errors import ReadError
from keikaku.graph.city import city_quads
from keikaku.graph.gone import state_gone
from keikaku.graph.ledger import Ledger, en, integer, ja
from keikaku.graph.own import Departments, division_of
from keikaku.names import (
    DCAT,
    DCTERMS,
    FY,
    KEI,
    KIND,
    OA,
    PREFIXES,
    RDF,
    RDFS,
    SCHEMA,
    SHARED,
    XSD,
    CityNames,
    PlanNames,
)
from keikaku.source.grid import Line, problem
from keikaku.standing import standing
from keikaku.text import fiscal_year_interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from keikaku.records.plan import (
        Contact,
        Entry,
        Item,
        OverviewHeading,
        OverviewRow,
        Plan,
        Remark,
        Said,
        Section,
    )
    from keikaku.records.withheld import Withheld
    from keikaku.source.grid import Address, Document

STATED, OVERVIEW, QUALITY = "stated", "overview", "quality"
_MEMBERSHIP = {"Policy": "inPolicy", "Measure": "inMeasure", "Section": "partOf"}
_NO_RIGHTS = NamedNode(f"{SHARED}id/rights/none-stated")
_TRUE = Literal("true", datatype=XSD["boolean"])
_OFFICE = "application/vnd.openxmlformats-officedocument"
_MEDIA_TYPES = {
    ".md": "text/markdown",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    ".docx": f"{_OFFICE}.wordprocessingml.document",
    ".pdf": "application/pdf",
    ".toml": "application/toml",
}


def plan_names(plan: Plan, base: str) -> PlanNames:
    """Return the IRIs of a plan under a publisher's base."""
    return PlanNames(CityNames(base, plan.municipality.code.value), plan.name.value)


def lift(plan: Plan, document: Document, files: Mapping[str, bytes], base: str) -> set[Quad]:
    """Return the quads of the plan's graphs stated, overview, evidence, quality and of its city.

    `files` are the document and plan.toml by name, `base` begins the publisher's own IRIs. The
    graph of quality holds only what people found by reading; rules find the rest. Raises ReadError
    where a value rests on a place that is withheld.
    """
    names = plan_names(plan, base)
    ledger = Ledger(names)
    _plan(plan, ledger)
    sections = {section.path: section for section in plan.sections}
    departments = Departments(plan, names.city)
    for section in plan.sections:
        _section(section, sections.get(section.path[:-1]), ledger)
    for item in plan.items:
        _item(item, sections, departments, ledger)
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
    return ledger.quads | city_quads(plan, names.city)


def _plan(plan: Plan, ledger: Ledger) -> None:
    names = ledger.names
    node, period, contact = names.plan, names.below("period"), names.below("contact")

    def say(
        subject: NamedNode,
        predicate: NamedNode,
        value: NamedNode | Literal,
        at: Said[str] | Said[int] | Said[bool],
    ) -> None:
        ledger.say(STATED, subject, predicate, value, at)

    say(node, RDF["type"], KEI["Plan"], plan.title)
    say(node, RDFS["label"], ja(plan.title.value), plan.title)
    if plan.title_en:
        say(node, RDFS["label"], en(plan.title_en.value), plan.title_en)
    say(node, DCTERMS["publisher"], names.city.municipality, plan.municipality.code)
    say(node, DCTERMS["temporal"], period, plan.years[0])
    for year in plan.years:
        say(node, KEI["planYear"], FY[year.value], year)
    whose = standing(official=plan.official is not None)
    say(node, DCTERMS["provenance"], whose.iri, plan.official or plan.name)
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

    for term in plan.may_lack:
        prefix, name = term.value.split(":")
        say(node, KEI["mayLack"], NamedNode(PREFIXES[prefix] + name), term)
    if plan.own_numbers:
        say(node, KEI["ownNumbers"], _TRUE, plan.own_numbers)
    if plan.contact:
        say(node, SCHEMA["contactPoint"], contact, plan.contact.name)
        _contact(plan.contact, contact, ledger)


def _contact(contact: Contact, node: NamedNode, ledger: Ledger) -> None:
    ledger.say(STATED, node, RDF["type"], SCHEMA["ContactPoint"], contact.name)
    ledger.say(STATED, node, RDFS["label"], ja(contact.name.value), contact.name)
    if contact.address:
        ledger.say(STATED, node, SCHEMA["address"], ja(contact.address.value), contact.address)
    for name, said in (
        ("telephone", contact.telephone),
        ("faxNumber", contact.fax),
        ("email", contact.email),
    ):
        if said:
            ledger.say(STATED, node, SCHEMA[name], Literal(said.value), said)


def _section_node(section: Section, names: PlanNames) -> NamedNode:
    """Return the IRI of a section: its kind and its place."""
    return names.below(section.kind.lower(), _key(section.path))


def _section(section: Section, parent: Section | None, ledger: Ledger) -> None:
    node = _section_node(section, ledger.names)
    above = _section_node(parent, ledger.names) if parent else ledger.names.plan

    def say(predicate: NamedNode, value: NamedNode | Literal, at: Said[str]) -> None:
        ledger.say(STATED, node, predicate, value, at)

    say(RDF["type"], KEI[section.kind], section.said)
    say(RDFS["label"], ja(section.title.value), section.title)
    say(DCTERMS["identifier"], Literal(section.identifier), section.said)
    if section.number:
        say(KEI["printedNumber"], Literal(section.number.value), section.number)
    say(KEI["position"], integer(section.path[-1]), section.said)
    say(KEI["level"], integer(len(section.path)), section.said)
    say(KEI["partOf"], above, section.said)


def _item(
    item: Item,
    sections: Mapping[tuple[int, ...], Section],
    departments: Departments,
    ledger: Ledger,
) -> None:
    names = ledger.names
    node = names.below("item", _key(item.path))

    def say(predicate: NamedNode, value: NamedNode | Literal, at: Said[str] | Address) -> None:
        ledger.say(STATED, node, predicate, value, at)

    say(RDF["type"], KEI["Item"], item.number)
    say(RDFS["label"], ja(item.title.value), item.title)
    say(DCTERMS["identifier"], Literal(item.number.value), item.number)
    if item.printed_number:
        say(KEI["printedNumber"], Literal(item.printed_number.value), item.printed_number)
    say(KEI["position"], integer(item.path[-1]), item.number)
    say(KEI["inPlan"], names.plan, item.number)
    for depth in range(1, len(item.path)):
        section = sections[item.path[:depth]]
        at = item.within[depth - 1] if item.within else section.said
        say(KEI[_MEMBERSHIP[section.kind]], _section_node(section, names), at)
    _who(item, departments, node, ledger)
    _texts(item, node, ledger)
    for entry in item.schedule:
        _entry(entry, node, ledger)


def _who(item: Item, departments: Departments, node: NamedNode, ledger: Ledger) -> None:
    """State who is in charge of an item, who carries it out, and whom it is for."""
    city = ledger.names.city

    def say(predicate: NamedNode, value: NamedNode | Literal, at: Said[str]) -> None:
        ledger.say(STATED, node, predicate, value, at)

    for department in item.departments:
        say(KEI["department"], departments.iri(department), department)
        if division := division_of(department):
            ledger.mention(city.department(division.value), division.at)
    for party in item.implemented_by:
        say(KEI["implementedBy"], city.party(party.value), party)
    for party in item.targets:
        say(KEI["targets"], city.party(party.value), party)
    if item.other_target:
        say(KEI["otherTarget"], ja(item.other_target.value), item.other_target)


def _texts(item: Item, node: NamedNode, ledger: Ledger) -> None:
    """State the notes and texts of an item, and record the cells that say nothing."""

    def say(predicate: NamedNode, value: Literal, at: Said[str]) -> None:
        ledger.say(STATED, node, predicate, value, at)

    for note in item.notes:
        say(KEI["note"], ja(note.value), note)
    for name, text in (
        ("purpose", item.purpose),
        ("currentState", item.current_state),
        ("content", item.content),
        ("completionCriterion", item.completion_criterion),
    ):
        if text:
            say(KEI[name], ja(text.value), text)
    for cell in item.blanks:
        ledger.mention(node, cell)


def _entry(entry: Entry, item: NamedNode, ledger: Ledger) -> None:
    node = NamedNode(f"{item.value}/{entry.year.value}")

    def say(predicate: NamedNode, value: NamedNode | Literal, at: Said[str] | Said[int]) -> None:
        ledger.say(STATED, node, predicate, value, at)

    ledger.say(STATED, item, KEI["schedule"], node, entry.text)
    say(RDF["type"], KEI["ScheduleEntry"], entry.text)
    say(KEI["fiscalYear"], FY[entry.year.value], entry.year)
    say(KEI["cellText"], Literal(entry.text.value), entry.text)
    if entry.arrow:
        say(KEI["arrow"], _TRUE, entry.text)
    for phase in entry.phases:
        say(KEI["phase"], ledger.names.city.phase(phase.value), phase)


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
    """Publish the documents, with what stands in the plan's own document and is not withheld."""
    _check_apart(plan.withheld, ledger)
    order = {place: number for number, place in enumerate(document.places(), start=1)}
    beside = [place for place in ledger.said_at if place.file in ledger.sources]
    for place in (*document.filled(), *beside):
        ledger.publish(place, order.get(place))
    lines = [block for block in document.blocks if isinstance(block, Line)]
    ledger.withhold(plan.withheld, order, lines)
    for number, (name, content) in enumerate(files.items(), start=1):
        node = ledger.names.below("source", number)
        ledger.fact(node, RDF["type"], KEI["SourceDocument"])
        ledger.fact(node, RDFS["label"], ja(f"{plan.title.value} {name}"))
        ledger.fact(node, SCHEMA["name"], Literal(name))
        ledger.fact(
            node, SCHEMA["encodingFormat"], Literal(_MEDIA_TYPES[PurePath(name).suffix.lower()])
        )
        is_whole = document.is_plain and not plan.withheld
        if name == document.name and (is_whole or plan.publish_document):
            digest = Literal(hashlib.sha256(content).hexdigest())
            ledger.fact(node, SCHEMA["sha256"], digest)
        else:  # by the hash of the file a short text that is withheld could be found
            ledger.fact(node, KEI["readingSha256"], Literal(ledger.reading_sha256(node)))


def _check_apart(withheld: Withheld, ledger: Ledger) -> None:
    """Raise ReadError, with each place, where a value rests on a place that is withheld."""
    problems = [
        problem(
            "公開する値の欄が、公開しない範囲にあります。読み方(プロファイル)を見直してください。",
            "a published value rests on a place that is withheld; look at the profile",
            place,
        )
        for place in ledger.said_at
        if place.file not in ledger.sources and withheld.covers(place)
    ]
    if problems:
        raise ReadError.of(problems)


def _key(path: tuple[int, ...]) -> str:
    return "-".join(map(str, path))
