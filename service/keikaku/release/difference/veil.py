"""What of an older release is not told any more, since a newer one withholds it.

From the cells and lines that are withheld follows the rest: evidence that names them, values that
rest on them, things of which nothing else speaks, discrepancies that point at them, and what rules
concluded of such values. What the newer release states all the same is public.
"""

from __future__ import annotations

import gzip
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import Literal, RdfFormat, parse

from keikaku.closed import Bilingual, said_on
from keikaku.names import KEI, OA, RDF, SCHEMA
from keikaku.release.difference.delta import subjects_of
from keikaku.release.difference.places import PLACE, withheld_places

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

NOW_WITHHELD = KEI["WithheldRegion"]
"""Stands for a value that is not told."""

SAID = Bilingual(ja="公開しない欄になりました", en="now withheld")
"""What is told instead of such a value."""

_CELL, _ABOUT, _DECIDES, _TARGET, _TYPE, _SUBJECT, _PREDICATE, _OBJECT, _VALUE, _SHA256, _FORMAT = (
    str(term).encode()
    for term in (
        KEI["cell"],
        KEI["about"],
        KEI["decides"],
        OA["hasTarget"],
        RDF["type"],
        RDF["subject"],
        RDF["predicate"],
        RDF["object"],
        RDF["value"],
        SCHEMA["sha256"],
        SCHEMA["encodingFormat"],
    )
)
_TOML = b'"application/toml"'
_READING = f" {KEI['readingSha256']} ".encode()
_REGION = f" {RDF['type']} {KEI['WithheldRegion']} ".encode()
_DERIVED = (b"/inferred>", b"/located>", b"/quality>")
_NAMING_PLACES = tuple(b" %b " % term for term in (_CELL, _TARGET))
_NAMING_THINGS = tuple(b" %b " % term for term in (_CELL, _SUBJECT, _ABOUT, _DECIDES))
_SIGN = str(NOW_WITHHELD).encode()

Triple = tuple[bytes, bytes, bytes]


class Line(NamedTuple):
    """A line of N-Quads in its parts, each as it is written."""

    subject: bytes
    predicate: bytes
    object: bytes
    graph: bytes

    @classmethod
    def of(cls, line: bytes) -> Line:
        """Return the parts of a line that names its graph."""
        subject, predicate, rest = line.split(b" ", 2)
        value, graph = rest[: rest.rindex(b" .")].rsplit(b" ", 1)
        return cls(subject, predicate, value, graph)

    @property
    def triple(self) -> Triple:
        """The statement without its graph."""
        return self.subject, self.predicate, self.object


@dataclass(slots=True)
class Veil:
    """What is not told of one release, since another withholds it; names are as in N-Quads.

    `places` are cells and lines, `things` what only they speak of, `beside` their evidence, the
    discrepancies that point at them, and records on such things. `statements` rest on them, `texts`
    are those of each plan that labels may repeat, `touched` the subjects of which something is not
    told. `settings` are plan.toml and decisions.toml, whose comments are not told, `rehashed` the
    documents whose hash is not. The `public` lines are in the other release too.
    """

    places: set[bytes] = field(default_factory=set)
    things: set[bytes] = field(default_factory=set)
    beside: set[bytes] = field(default_factory=set)
    statements: set[Triple] = field(default_factory=set)
    texts: defaultdict[bytes, set[bytes]] = field(default_factory=lambda: defaultdict(set))
    touched: set[bytes] = field(default_factory=set)
    settings: set[bytes] = field(default_factory=set)
    rehashed: set[bytes] = field(default_factory=set)
    public: set[bytes] = field(default_factory=set)

    def hides(self, line: bytes) -> bool:
        """Tell whether a statement of the release is not told."""
        return line not in self.public and self._hides(Line.of(line), line)

    def _hides(self, said: Line, line: bytes) -> bool:
        if any(part in names for part in said[::2] for names in (self.things, self.beside)):
            return True
        if said.subject in self.places:
            return True
        if said.triple in self.statements:
            return said.predicate != _TYPE
        if said.graph.endswith(_DERIVED):
            return self._hides_conclusion(said)
        return self._hides_setting(said, line)

    def _hides_conclusion(self, said: Line) -> bool:
        """Tell whether a rule may have concluded a statement from what is not told.

        It may name that by an IRI as well as by a text: whom an item involves, a phase.
        """
        if said.subject in self.touched:
            return said.predicate != _TYPE
        texts = self.texts.get(_plan_of(said.graph), ())
        return said.object.startswith(b'"') and any(text in said.object for text in texts)

    def _hides_setting(self, said: Line, line: bytes) -> bool:
        """Tell whether a statement is of a comment, or is the hash of a file."""
        if said.predicate == _SHA256:
            return said.subject in self.rehashed
        if said.predicate != _VALUE or not self.settings:
            return False
        found = PLACE.fullmatch(said.subject)
        if found is None or b"<%b>" % found[1] not in self.settings:
            return False
        [quad] = parse(line, format=RdfFormat.N_QUADS)
        text = quad.object.value if isinstance(quad.object, Literal) else ""
        return said_on(text, 1) != text.strip()


def veil_of(older: Path, newer: Path) -> Veil | None:
    """Return what is not told of a release because of a newer one; None where that is nothing.

    Both are files of canonical N-Quads; raises ReleaseError where they are not in order.
    """
    reading, withholds = _readings_in(newer)
    if not (reading or withholds):
        return None
    veil = Veil(places=withheld_places(older, newer) if withholds else set())
    if reading:
        _hide_hashes(veil, older, reading)
    if veil.places:
        _Resting(veil).find(older, newer)
    return veil


def _readings_in(path: Path) -> tuple[set[bytes], bool]:
    """Return the documents whose reading is hashed, and whether anything is withheld of any."""
    found, withholds = set(), False
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        for line in file:
            if _READING in line:
                found.add(line.partition(b" ")[0])
            withholds = withholds or _REGION in line
    return found, withholds


def _hide_hashes(veil: Veil, older: Path, reading: set[bytes]) -> None:
    """Hide comments of settings and the hashes of files, which a release with readings lacks."""
    for name, lines in subjects_of(older):
        if b"/source/" in name and not PLACE.fullmatch(name):
            said = [Line.of(line) for line in lines]
            if any(line.predicate == _FORMAT and line.object == _TOML for line in said):
                veil.settings.add(name)
                veil.rehashed.add(name)
            elif name in reading:
                veil.rehashed.add(name)


class _Resting:
    """Finds what rests on withheld places, in two readings of one release and one of the other."""

    def __init__(self, veil: Veil) -> None:
        self._veil = veil
        self._may_go: set[bytes] = set()
        self._pointing: dict[bytes, set[bytes]] = {}
        self._plans: dict[Triple, bytes] = {}

    def find(self, older: Path, newer: Path) -> None:
        """Add to the veil what follows from its places."""
        for name, lines in subjects_of(older):
            if _has(lines, _NAMING_PLACES):
                self._take(name, [Line.of(line) for line in lines])
        for name, lines in subjects_of(older):
            if name not in self._veil.places and _has(lines, _NAMING_THINGS):
                self._look_beside(name, [Line.of(line) for line in lines])
        veil = self._veil
        veil.touched = {subject for subject, _, _ in self._plans}
        for name, lines in subjects_of(newer):
            self._leave(name, lines)
        veil.things, veil.statements = self._may_go, set(self._plans)
        self._follow()
        for (_, _, value), plan in self._plans.items():
            if value.startswith(b'"') and len(text := value[1 : value.rindex(b'"')].decode()) > 1:
                veil.texts[plan].add(text.encode())

    def _take(self, name: bytes, said: list[Line]) -> None:
        """Take in a piece of evidence, a thing or a discrepancy that names a withheld place."""
        places = self._veil.places
        if any(line.predicate == _TARGET and line.object in places for line in said):
            self._veil.beside.add(name)
        if not any(line.predicate == _CELL and line.object in places for line in said):
            return
        statement = _statement(said)
        if statement is None:
            self._may_go.add(name)
            return
        self._veil.beside.add(name)
        self._plans[statement] = _plan_of(said[0].graph)
        city = name.partition(b"/evidence/")[0].rpartition(b"/")[0] + b"/"
        self._may_go.update(node for node in statement[::2] if node.startswith(city))

    def _look_beside(self, name: bytes, said: list[Line]) -> None:
        """Let things stay of which a place that is not withheld speaks; keep what points at any."""
        places = self._veil.places
        if any(line.predicate == _CELL and line.object not in places for line in said):
            self._may_go.difference_update(_statement(said) or (name,))
        pointed = {line.object for line in said if line.predicate in (_SUBJECT, _ABOUT, _DECIDES)}
        if not pointed.isdisjoint(self._may_go) or not pointed.isdisjoint(self._veil.beside):
            self._pointing[name] = pointed

    def _leave(self, name: bytes, lines: tuple[bytes, ...]) -> None:
        """Let what the newer release states stay."""
        veil = self._veil
        self._may_go.discard(name)
        if name in veil.touched or name in veil.beside or name in veil.places:
            veil.public.update(lines)
            for line in lines:
                self._plans.pop(Line.of(line).triple, None)
        elif name in self._pointing:
            veil.public.update(lines)

    def _follow(self) -> None:
        """Hide what points at things that are hidden: their discrepancies, and what was decided."""
        hidden = self._veil.things | self._veil.beside
        while found := {
            name
            for name, pointed in self._pointing.items()
            if name not in hidden and not pointed.isdisjoint(hidden)
        }:
            hidden |= found
            self._veil.beside |= found


def _statement(said: list[Line]) -> Triple | None:
    """Return the statement that a piece of evidence is of; None for what is none."""
    parts = {line.predicate: line.object for line in said}
    if not parts.keys() >= {_SUBJECT, _PREDICATE, _OBJECT}:
        return None
    return parts[_SUBJECT], parts[_PREDICATE], parts[_OBJECT]


def _has(lines: Iterable[bytes], predicates: Iterable[bytes]) -> bool:
    return any(predicate in line for line in lines for predicate in predicates)


def _plan_of(graph: bytes) -> bytes:
    """Return what begins the names of the graphs of a plan, one of which this is."""
    return graph.rpartition(b"/")[0]


class Veils:
    """All that is not told of one release, since newer ones withhold it."""

    def __init__(self, veils: Iterable[Veil] = ()) -> None:
        """Put them on each other."""
        self._veils = tuple(veils)

    def __bool__(self) -> bool:
        """Tell whether anything is hidden."""
        return bool(self._veils)

    def hides(self, line: bytes) -> bool:
        """Tell whether a statement is not told."""
        return any(veil.hides(line) for veil in self._veils)

    def withholds(self, name: bytes) -> bool:
        """Tell whether a cell or line is withheld."""
        return any(name in veil.places for veil in self._veils)

    def hides_thing(self, name: bytes) -> bool:
        """Tell whether nothing is told of a thing but that it was there."""
        return any(name in veil.things or name in veil.beside for veil in self._veils)

    def told(self, lines: Iterable[bytes]) -> tuple[bytes, ...]:
        """Return what is said of a thing, with a sign instead of each value that is not told.

        What rules made of such values is left out.
        """
        return tuple(dict.fromkeys(self._told(lines)))

    def _told(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        for line in lines:
            if not self.hides(line):
                yield line
                continue
            said = Line.of(line)
            if not said.graph.endswith(_DERIVED):
                yield b" ".join((said.subject, said.predicate, _SIGN, said.graph)) + b" .\n"
