"""What a release says of a thing, field by field, as the people who wrote the plan would put it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from keikaku.closed import Bilingual
from keikaku.names import DCTERMS, FY, KEI, OA, RDF, RDFS, SCHEMA, SKOS
from keikaku.release.difference.changes import Thing
from keikaku.release.difference.veil import NOW_WITHHELD, SAID
from keikaku.text import fiscal_year_labels

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pyoxigraph import Quad

Value = NamedNode | Literal

CLASSES: Mapping[NamedNode, str] = {
    KEI["Plan"]: "plan",
    KEI["Section"]: "section",
    KEI["Policy"]: "section",
    KEI["Measure"]: "section",
    KEI["Item"]: "item",
    KEI["Department"]: "department",
    KEI["DepartmentGroup"]: "department",
    KEI["Party"]: "party",
    KEI["OverviewRow"]: "row",
    KEI["OverviewHeading"]: "row",
    KEI["Discrepancy"]: "discrepancy",
    KEI["Decision"]: "decision",
    KEI["Municipality"]: "municipality",
}
"""Which kind of thing the members of a class are, to whoever reads a plan."""

PARTS = (KEI["ScheduleEntry"], SCHEMA["ContactPoint"])
"""Classes of what is no thing of its own, but a part of the one that points to it."""

PART_LINKS = (KEI["schedule"], SCHEMA["contactPoint"])
"""The properties that point from a thing to its parts."""

FIELDS: Mapping[str, Bilingual] = {
    term.value: Bilingual(ja=ja, en=en)
    for term, ja, en in (
        (DCTERMS["identifier"], "番号", "number"),
        (KEI["printedNumber"], "番号の表記", "number as printed"),
        (KEI["listedNumber"], "番号", "number"),
        (RDFS["label"], "名称", "name"),
        (KEI["listedTitle"], "名称", "name"),
        (KEI["inPolicy"], "推進方針", "policy"),
        (KEI["inMeasure"], "推進施策", "measure"),
        (KEI["partOf"], "上位の方針・施策", "stands under"),
        (KEI["note"], "注記", "note"),
        (KEI["listedNote"], "注記", "note"),
        (KEI["department"], "担当課", "departments"),
        (KEI["implementedBy"], "実施主体", "actors"),
        (KEI["targets"], "対象", "targets"),
        (KEI["listedTarget"], "対象", "targets"),
        (KEI["otherTarget"], "その他の対象", "other target"),
        (KEI["purpose"], "目的", "purpose"),
        (KEI["currentState"], "現状と課題", "current state and challenges"),
        (KEI["content"], "推進内容", "content"),
        (KEI["completionCriterion"], "完了の目安", "completion criterion"),
        (KEI["schedule"], "年次計画", "schedule"),
        (KEI["planYear"], "計画年度", "fiscal years of the plan"),
        (DCTERMS["publisher"], "公表した市町村", "publisher"),
        (DCTERMS["license"], "ライセンス", "licence"),
        (DCTERMS["rights"], "権利の表示", "rights"),
        (SCHEMA["contactPoint"], "問合せ先", "contact"),
        (SCHEMA["address"], "問合せ先の住所", "address of the contact"),
        (SCHEMA["telephone"], "問合せ先の電話番号", "telephone of the contact"),
        (SCHEMA["faxNumber"], "問合せ先のファックス番号", "fax of the contact"),
        (SCHEMA["email"], "問合せ先のメールアドレス", "e-mail of the contact"),
        (DCTERMS["creator"], "回答した課", "decided by"),
        (DCTERMS["date"], "回答の日", "date"),
        (KEI["outcome"], "回答の区分", "outcome"),
        (KEI["correctedValue"], "市による正しい値", "corrected value"),
        (KEI["reason"], "理由", "reason"),
        (RDFS["comment"], "内容", "what it says"),
    )
}
"""The fields by the IRI of their property, in the order in which they are shown."""

_NOT_SHOWN = {
    RDF["type"],
    RDF["value"],
    KEI["position"],
    KEI["level"],
    KEI["inPlan"],
    KEI["cell"],
    KEI["listedUnder"],
    KEI["unheadedMark"],
    KEI["kind"],
    KEI["field"],
    KEI["decides"],
    DCTERMS["temporal"],
    DCTERMS["provenance"],
    OA["hasTarget"],
    SKOS["hiddenLabel"],
}
_DERIVED = ("/evidence", "/inferred", "/located")
_PLAN_GRAPH = re.compile(r"(.*/)graph/([0-9]{6}/[^/]+)/[^/]+")


@dataclass(frozen=True, slots=True)
class Description:
    """All quads of one subject."""

    iri: str
    quads: tuple[Quad, ...]

    @classmethod
    def of(cls, lines: Iterable[bytes]) -> Description | None:
        """Return what lines of N-Quads say of their one subject; None if it is no IRI."""
        quads = tuple(parse(b"".join(lines), format=RdfFormat.N_QUADS))
        subject = quads[0].subject if quads else None
        return cls(subject.value, quads) if isinstance(subject, NamedNode) else None

    @property
    def kind(self) -> str | None:
        """Which kind of thing it is; None if it is none that a plan speaks of."""
        return next((CLASSES[name] for name in self.types if name in CLASSES), None)

    @property
    def types(self) -> tuple[NamedNode, ...]:
        """Its classes."""
        return tuple(_nodes(self.quads, RDF["type"]))

    @property
    def plan(self) -> str | None:
        """The IRI of the plan that states it; None if no plan does."""
        graphs = (quad.graph_name for quad in self.quads)
        found = (_PLAN_GRAPH.fullmatch(g.value) for g in graphs if isinstance(g, NamedNode))
        names = sorted({f"{match[1]}id/{match[2]}" for match in found if match})
        return names[0] if names else None

    def nodes(self, predicate: NamedNode) -> tuple[NamedNode, ...]:
        """Return the IRIs that are the values of a property."""
        return tuple(_nodes(self.quads, predicate))

    def texts(self, predicate: NamedNode) -> tuple[Literal, ...]:
        """Return the literals that are the values of a property, in any graph."""
        return tuple(
            quad.object
            for quad in self.quads
            if quad.predicate == predicate and isinstance(quad.object, Literal)
        )

    def text(self, predicate: NamedNode) -> str | None:
        """Return the one text that is the value of a property, if there is any."""
        return next((text.value for text in self.texts(predicate)), None)

    def said(self) -> dict[str, list[Value]]:
        """Return what is stated, not concluded, by property; what is for machines only is not."""
        values: dict[str, list[Value]] = {}
        for quad in self.quads:
            graph = quad.graph_name
            derived = isinstance(graph, NamedNode) and graph.value.endswith(_DERIVED)
            if derived or quad.predicate in _NOT_SHOWN:
                continue
            if isinstance(quad.object, NamedNode | Literal):
                values.setdefault(quad.predicate.value, []).append(quad.object)
        return values


def _nodes(quads: Iterable[Quad], predicate: NamedNode) -> Iterable[NamedNode]:
    for quad in quads:
        if quad.predicate == predicate and isinstance(quad.object, NamedNode):
            yield quad.object


@dataclass(frozen=True, slots=True)
class Readings:
    """What one release says of the things that matter to a difference, and of what they name."""

    known: dict[str, Description] = field(default_factory=dict)

    def thing(self, iri: str) -> Thing:
        """Return a thing as it is called here."""
        found = self.known.get(iri)
        if found is None:
            return Thing(iri, None, self.name(iri))
        number = found.text(DCTERMS["identifier"]) or found.text(KEI["listedNumber"])
        title = found.text(KEI["listedTitle"])
        label = Bilingual(ja=title, en=title) if title else self.name(iri)
        if NOW_WITHHELD in found.nodes(KEI["listedTitle"]):
            label = SAID
        shown = number if found.kind in ("item", "section", "row") else None
        return Thing(iri, shown, label)

    def name(self, iri: str) -> Bilingual:
        """Return what an IRI is called here: by its label, a year by its era, else by its end."""
        node = NamedNode(iri)
        if node == NOW_WITHHELD:
            return SAID
        if node in FY:
            year = iri.removeprefix(FY.iri)
            return Bilingual(ja="・".join(fiscal_year_labels(int(year))), en=f"FY{year}")
        found = self.known.get(iri)
        if found and NOW_WITHHELD in found.nodes(RDFS["label"]):
            return SAID
        return _bilingual(found.texts(RDFS["label"]) if found else ()) or _end(iri)

    def values(self, iri: str) -> dict[str, list[Value]]:
        """Return what is stated of a thing and its parts, by field.

        A year of the schedule is a field of its own, called by property and year.
        """
        found = self.known[iri]
        values = found.said()
        for link in PART_LINKS:
            for part in values.pop(link.value, []):
                described = self.known.get(part.value) if isinstance(part, NamedNode) else None
                if described is not None:
                    values |= _part(described)
        if DCTERMS["identifier"].value in values:
            values.pop(KEI["printedNumber"].value, None)
        return values


def _part(part: Description) -> dict[str, list[Value]]:
    years = part.nodes(KEI["fiscalYear"])
    if years:
        said: list[Value] = [*part.texts(KEI["cellText"])]
        said += [node for node in part.nodes(KEI["cellText"]) if node == NOW_WITHHELD]
        return {f"{KEI['schedule'].value} {years[0].value}": said}
    fields = part.said()
    fields[SCHEMA["contactPoint"].value] = fields.pop(RDFS["label"].value, [])
    return fields


def field_label(name: str, readings: Readings) -> Bilingual:
    """Return what a field is called."""
    predicate, _, year = name.partition(" ")
    label = FIELDS.get(predicate) or readings.name(predicate)
    if not year:
        return label
    said = readings.name(year)
    return Bilingual(ja=f"{label.ja} {said.ja}", en=f"{label.en} {said.en}")


def field_order(name: str) -> tuple[int, str]:
    """Return the place of a field among the others: those that are not known come last."""
    known = list(FIELDS)
    predicate = name.partition(" ")[0]
    return (known.index(predicate) if predicate in known else len(known), name)


def _bilingual(labels: Iterable[Literal]) -> Bilingual | None:
    by_language = {label.language or "": label.value for label in labels}
    if not by_language:
        return None
    ja = by_language.get("ja") or next(iter(by_language.values()))
    return Bilingual(ja=ja, en=by_language.get("en", ja))


def _end(iri: str) -> Bilingual:
    text = re.split(r"[/#]", iri)[-1]
    return Bilingual(ja=text, en=text)


def texts_of(values: Iterable[Value], readings: Readings) -> tuple[Bilingual, ...]:
    """Return values as people read them, in a fixed order; a text in two languages is one."""
    literals = [value for value in values if isinstance(value, Literal)]
    languages = sorted(literal.language or "" for literal in literals)
    both = _bilingual(literals) if languages == ["en", "ja"] else None
    texts = (Bilingual(ja=text.value, en=text.value) for text in literals)
    said = [both] if both else list(texts)
    said += [readings.thing(value.value).said for value in values if isinstance(value, NamedNode)]
    return tuple(sorted(said, key=lambda text: text.ja))
