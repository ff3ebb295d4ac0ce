"""The difference of two releases, in the language of plans.

The statements are compared as they are read (`delta`). Of every thing that is not said the same of
in both, what it is called, its parts and what it names are looked up in a second reading; what is
held in memory grows with what has changed, not with the releases.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import astuple, replace
from typing import TYPE_CHECKING, Any

from pyoxigraph import NamedNode

from keikaku.closed import Bilingual
from keikaku.names import DCTERMS, KEI, RDF, RDFS, SCHEMA, publisher_graph
from keikaku.release.difference.changes import (
    KINDS,
    Act,
    Change,
    Difference,
    FieldChange,
    GraphCount,
    SourceCount,
    Withheld,
)
from keikaku.release.difference.delta import changed_subjects, quads_of, subjects_of
from keikaku.release.difference.pairing import Pair, Pairing, natural, pair
from keikaku.release.difference.readings import (
    CLASSES,
    PART_LINKS,
    PARTS,
    Description,
    Readings,
    field_label,
    field_order,
    texts_of,
)
from keikaku.release.difference.veil import NOW_WITHHELD, Veils
from keikaku.release.linksets import FOLDER as LINKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from keikaku.release.difference.delta import Subject
    from keikaku.release.difference.readings import Value
    from keikaku.release.shelf import Release

    BothVeils = tuple[Veils, Veils]

MOST_CHANGED = 20_000
"""Of how many changed things at most the changes are told; all are counted."""

_TYPE = f" {RDF['type']} ".encode()
_KEPT = tuple(f"{_TYPE.decode()}{name} ".encode() for name in (*CLASSES, *PARTS))
_PLACES = tuple(f"{_TYPE.decode()}{KEI[name]} ".encode() for name in ("SourceCell", "SourceLine"))
_LINE, _TEXT = f" {KEI['line']} ".encode(), f" {RDF['value']} ".encode()
_DOCUMENT = f" {KEI['document']} ".encode()
_TOML = f' {SCHEMA["encodingFormat"]} "application/toml" '.encode()
_LINKS = tuple(f" {link} ".encode() for link in PART_LINKS)
_NUMBER = {DCTERMS["identifier"].value, KEI["listedNumber"].value}
_PLACE = {KEI[name].value for name in ("inPolicy", "inMeasure", "partOf")}
_UNTOLD = {KEI["correctedValue"].value}
_BARE = Veils(), Veils()
_SIGN = f" {NOW_WITHHELD} ".encode()
_FOLLOWS_ITS_ITEM = {RDFS["comment"].value, KEI["about"].value}


def difference(before: Release, after: Release, veils: BothVeils = _BARE) -> Difference:
    """Return what differs between two releases, without what the `veils` hide of each.

    Raises ReleaseError where one has no N-Quads or they are not in order.
    """
    files = quads_of(before), quads_of(after)
    found = difference_of_files(before.id, files[0], after.id, files[1], veils)
    if before.id == after.id:
        return found
    return replace(found, otherwise=_otherwise(before.manifest, after.manifest, found))


def _otherwise(
    before: Mapping[str, Any], after: Mapping[str, Any], found: Difference
) -> Bilingual | None:
    """Say in what two releases differ beside what their plans state, if there is anything to say.

    Before format 3 the settings of the publisher stood in no graph that is compared.
    """
    if before["format"] != after["format"]:
        formats = f"{before['format']} → {after['format']}"
        return Bilingual(
            ja=f"形式の版が違います({formats})。文の増減には、入るグラフが変わったものと、一方の形式では"
            "保存しないものが含まれます。",
            en=f"They differ in the version of their format ({formats}): some of the statements "
            "only changed their graph, or are not stored by one of the two.",
        )
    graphs = {count.graph for count in found.graphs}
    if not graphs and _links_in(before) != _links_in(after):
        return Bilingual(
            ja="ファイルの別なリンクだけが違います。",
            en="They differ only in links that stand in files of their own.",
        )
    if graphs <= {publisher_graph(one["base"]).value for one in (before, after)}:
        return Bilingual(
            ja="公開者の設定(名前・サイト・連絡先・site)か、集めた計画の出所だけが違います。",
            en="They differ only in the settings of the publisher (name, web site, address, site) "
            "or in where plans were taken from.",
        )
    return None


def _links_in(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Return the SHA-256 of each file of links."""
    files = manifest["files"].items()
    return {name: said["sha256"] for name, said in files if name.startswith(f"{LINKS}/")}


def difference_of_files(
    before_name: str,
    before: Path,
    after_name: str,
    after: Path,
    veils: BothVeils = _BARE,
) -> Difference:
    """Return what differs between two files of canonical N-Quads, but for what is hidden."""
    found = _Found(*veils)
    for subject in changed_subjects(before, after):
        found.take(subject)
    old, new = Readings(found.old), Readings(found.new)
    changed = frozenset({*found.old, *found.new})
    _look_up(before, old, veils[0])
    _look_up(after, new, veils[1])
    pairing = pair(old, new, changed)
    return Difference(
        before=before_name,
        after=after_name,
        changes=_changes(pairing, old, new),
        graphs=found.graph_counts(),
        source=found.places(beside=False),
        whole=found.whole,
        beside=found.places(beside=True),
        withheld=found.withheld(),
    )


class _Found:
    """What a first reading of both releases finds."""

    def __init__(self, before: Veils, after: Veils) -> None:
        self.old: dict[str, Description] = {}
        self.new: dict[str, Description] = {}
        self.whole = True
        self._before, self._after = before, after
        self._things: Counter[str] = Counter()
        self._values = 0
        self._statements = 0
        self._places: dict[bytes, SourceCount] = {}
        self._beside: set[bytes] = set()
        self._removed: Counter[str] = Counter()
        self._added: Counter[str] = Counter()

    def take(self, subject: Subject) -> None:
        """Count what is said of a subject in one release only, and keep it if a plan speaks of it.

        A subject is kept with all that is said of it.
        """
        same = set(subject.before) & set(subject.after)
        for counts, lines, veils in (
            (self._removed, subject.before, self._before),
            (self._added, subject.after, self._after),
        ):
            differing = [line for line in lines if line not in same]
            counts.update(map(_graph, differing))
            self._statements += sum(map(veils.hides, differing)) if veils else 0
        lines = (*subject.before, *subject.after)
        if any(kind in line for line in lines for kind in _PLACES):
            document = next((line.split(b" ", 3)[2] for line in lines if _DOCUMENT in line), b"")
            count = self._places.get(document, SourceCount())
            self._places[document] = self._counted(count, subject)
        elif any(_TOML in line for line in lines):
            self._beside.add(subject.name)
        elif any(kind in line for line in lines for kind in _KEPT):
            self.whole = self.whole and max(len(self.old), len(self.new)) < MOST_CHANGED
            if self.whole:
                self._keep(subject.before, self._before, self.old, gone=not subject.after)
                self._keep(subject.after, self._after, self.new, gone=not subject.before)

    def _keep(
        self,
        lines: tuple[bytes, ...],
        veils: Veils,
        into: dict[str, Description],
        *,
        gone: bool,
    ) -> None:
        """Keep what is said of a thing, as far as it is told; what only one has may be hidden."""
        if not lines:
            return
        if gone and veils and veils.hides_thing(lines[0].partition(b" ")[0]):
            described = Description.of(lines)
            self._things[(described.kind if described else None) or "part"] += 1
            return
        told = veils.told(lines) if veils else lines
        self._values += sum(_SIGN in line for line in told)
        _keep(told, into)

    def _counted(self, count: SourceCount, place: Subject) -> SourceCount:
        sides = ((place.before, self._before), (place.after, self._after))
        if any(lines and veils.withholds(place.name) for lines, veils in sides):
            return replace(count, withheld=count.withheld + 1)
        return _counted(count, place)

    def withheld(self) -> Withheld:
        """Return how much is told without its text."""
        things = tuple((kind, self._things[kind]) for kind in KINDS if self._things[kind])
        return Withheld(things, self._values, self._statements)

    def places(self, *, beside: bool) -> SourceCount:
        """Return what became of the places in the documents, or in the files that stand beside."""
        counts = [count for name, count in self._places.items() if (name in self._beside) is beside]
        return SourceCount(*(sum(values) for values in zip(*map(astuple, counts), strict=True)))

    def graph_counts(self) -> tuple[GraphCount, ...]:
        """Return how many statements of each graph went and came."""
        names = sorted({*self._removed, *self._added})
        return tuple(GraphCount(name, self._removed[name], self._added[name]) for name in names)


def _graph(line: bytes) -> str:
    return line.rsplit(b" ", 2)[-2][1:-1].decode()


def _keep(lines: tuple[bytes, ...], into: dict[str, Description]) -> None:
    described = Description.of(lines) if lines else None
    if described is not None:
        into[described.iri] = described


def _counted(count: SourceCount, place: Subject) -> SourceCount:
    moved = place.before and place.after and _of(place.before, _LINE) != _of(place.after, _LINE)
    other = place.before and place.after and _of(place.before, _TEXT) != _of(place.after, _TEXT)
    return replace(
        count,
        came=count.came + (not place.before),
        went=count.went + (not place.after),
        moved=count.moved + bool(moved),
        reworded=count.reworded + bool(other),
    )


def _of(lines: tuple[bytes, ...], predicate: bytes) -> list[bytes]:
    return [line for line in lines if predicate in line]


def _look_up(path: Path, readings: Readings, veils: Veils) -> None:
    """Read what the things that were kept name, the parts they have, and what has them as parts."""
    kept = dict(readings.known)
    changed = {f"<{iri}>".encode() for iri in kept}
    wanted = {f"<{iri}>".encode() for found in kept.values() for iri in _named(found)} - changed
    parts = {
        f" <{iri}> ".encode()
        for iri, found in kept.items()
        if not set(PARTS).isdisjoint(found.types)
    }
    for name, lines in subjects_of(path):
        if name in wanted or (name not in changed and _has(lines, parts)):
            _keep(veils.told(lines) if veils else lines, readings.known)


def _named(found: Description) -> Iterator[str]:
    """Yield the IRIs that a description names: its plan, its values, the fields it has."""
    if found.plan:
        yield found.plan
    for predicate, values in found.said().items():
        yield predicate
        yield from (value.value for value in values if isinstance(value, NamedNode))


def _has(lines: tuple[bytes, ...], parts: set[bytes]) -> bool:
    """Tell whether a subject has one of the parts."""
    linked = (line for line in lines for link in _LINKS if link in line)
    return any(b" " + line.split(b" ", 3)[2] + b" " in parts for line in linked)


def _changes(pairing: Pairing, old: Readings, new: Readings) -> tuple[Change, ...]:
    changes = [
        change
        for pair in pairing.pairs
        if (change := _change(pair, pairing.same, old, new)) is not None
    ]
    return tuple(sorted([*_replaced(changes), *changes], key=_order))


def _change(pair: Pair, same: Mapping[str, str], old: Readings, new: Readings) -> Change | None:
    """Return what became of one thing; None where nothing did that a plan speaks of."""
    before = old.thing(pair.old) if pair.old else None
    after = new.thing(pair.new) if pair.new else None
    fields = tuple(_fields(pair, same, old, new))
    if before and after and not fields:
        return None
    described = new.known[pair.new] if pair.new else old.known[pair.old or ""]
    readings = new if pair.new else old
    plan = described.plan
    return Change(
        kind=pair.kind,
        act=_act(before is not None, after is not None, {item.field for item in fields}),
        before=before,
        after=after,
        fields=fields,
        plan=readings.name(plan) if plan else None,
        detail=_detail(described, readings),
    )


def _detail(described: Description, readings: Readings) -> Bilingual | None:
    """Return what a discrepancy is, or why the city decided as it did."""
    told = {"discrepancy": RDFS["comment"], "decision": KEI["reason"]}.get(described.kind or "")
    said = texts_of(described.texts(told), readings) if told else ()
    return said[0] if said else None


def _act(was: bool, stays: bool, fields: set[str]) -> Act:
    if not was:
        return Act.CAME
    if not stays:
        return Act.WENT
    if not fields.isdisjoint(_PLACE):
        return Act.MOVED
    return Act.CHANGED if fields.isdisjoint(_NUMBER) else Act.RENUMBERED


def _fields(
    pair: Pair, same: Mapping[str, str], old: Readings, new: Readings
) -> Iterator[FieldChange]:
    """Yield the fields of which the two releases do not say the same.

    Of what came or went, these are the ones that its name and its detail do not tell.
    """
    before = old.values(pair.old) if pair.old else {}
    after = new.values(pair.new) if pair.new else {}
    if not (pair.old and pair.new):
        before, after = ({n: v for n, v in s.items() if n in _UNTOLD} for s in (before, after))
    hidden = _FOLLOWS_ITS_ITEM if pair.kind == "discrepancy" and pair.old != pair.new else ()
    for name in sorted({*before, *after} - {*hidden}, key=field_order):
        was, now = before.get(name, []), after.get(name, [])
        if {_renamed(value, same) for value in was} != set(now):
            readings = new if now else old
            label = field_label(name, readings)
            yield FieldChange(name, label, texts_of(was, old), texts_of(now, new))


def _renamed(value: Value, same: Mapping[str, str]) -> Value:
    """Return a value of the release before as the release after names it."""
    known = isinstance(value, NamedNode) and value.value in same
    return NamedNode(same[value.value]) if known else value


def _replaced(changes: list[Change]) -> Iterator[Change]:
    """Take a department that went, and the one that came in its place in every item, for one."""
    items = [change for change in changes if change.kind == "item"]
    left = _departments(changes, items, Act.WENT)
    taken = _departments(changes, items, Act.CAME)
    for gone, had in left:
        heirs = [come for come, has in taken if has == had]
        rivals = [other for other, has in left if has == had]
        if had and len(heirs) == len(rivals) == 1:
            changes.remove(gone)
            changes.remove(heirs[0])
            yield replace(heirs[0], act=Act.REPLACED, before=gone.before, detail=_in_place(had))


def _departments(
    changes: list[Change], items: list[Change], act: Act
) -> list[tuple[Change, frozenset[str]]]:
    """Return the departments that came or went, each with the items that took it up or gave up."""
    return [
        (change, frozenset(item.thing.iri for item in items if _names(item, change, act)))
        for change in changes
        if change.kind == "department" and change.act is act
    ]


def _names(item: Change, department: Change, act: Act) -> bool:
    name = department.thing.label
    for field in item.fields:
        if field.field == KEI["department"].value:
            return name in (field.gone if act is Act.WENT else field.new)
    return False


def _in_place(items: frozenset[str]) -> Bilingual:
    count = len(items)
    return Bilingual(
        ja=f"担当する {count} 項目のすべてで置き換わっています。名の変更と思われます。",
        en=f"It stands in its place in all {count} of its items: probably a new name.",
    )


def _order(change: Change) -> tuple[object, ...]:
    iri = change.thing.iri
    above, _, name = iri.rpartition("/")
    section = change.kind == "section"  # a policy stands before its measures: I, I-(1), II
    return (
        tuple(KINDS).index(change.kind),
        tuple(Act).index(change.act),
        (natural(above.rpartition("/")[0]), natural(name)) if section else (natural(iri), ()),
    )
