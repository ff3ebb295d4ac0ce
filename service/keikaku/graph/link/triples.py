"""RDF of other people as records: by the names that usual vocabularies give, IMI's old one too.

A name may stand on the thing itself or, as IMI does it, on a node of its own (名称 / 表記).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse

from keikaku.entities import fault_of
from keikaku.errors import LinkError
from keikaku.graph.link.record import MOST_RECORDS, Record, tidy
from keikaku.graph.link.sheet import is_web_iri

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

MOST_TRIPLES = 2_000_000
"""How many triples a dataset may have."""

FORMATS = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "nq": RdfFormat.N_QUADS,
    "trig": RdfFormat.TRIG,
    "n3": RdfFormat.N3,
    "rdf": RdfFormat.RDF_XML,
    "xml": RdfFormat.RDF_XML,
    "owl": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
    "json": RdfFormat.JSON_LD,
}
"""The syntaxes by how file names end."""

IMI = ("http://imi.go.jp/ns/core/rdf#", "http://imi.ipa.go.jp/ns/core/rdf#")
"""The namespace of the IMI core vocabulary, and the one that it had before."""

_LONGEST_VALUE = 20_000
_MOST_LENGTH = 500_000_000  # characters of subjects and objects; a prefix makes much of few bytes


def _imi(*names: str) -> tuple[str, ...]:
    return tuple(f"{space}{name}" for name in names for space in IMI)


PROPERTIES = {
    "name": (
        "http://www.w3.org/2004/02/skos/core#prefLabel",
        "http://www.w3.org/2000/01/rdf-schema#label",
        "https://schema.org/name",
        "http://schema.org/name",
        "http://xmlns.com/foaf/0.1/name",
        "http://purl.org/dc/terms/title",
        *_imi("名称", "表記"),
    ),
    "code": ("http://purl.org/dc/terms/identifier", *_imi("ID", "識別値", "番号")),
    "municipality": _imi("市区町村コード", "地方公共団体コード", "自治体コード"),
    "group": ("http://purl.org/dc/terms/audience", *_imi("対象者", "利用対象")),
}
"""The properties that tell a name, a code, a municipality, a target group, the best first."""

_WITHIN = frozenset(_imi("表記", "識別値"))
"""What a name or an identifier that is a node of its own says."""

Node = NamedNode | BlankNode


def read_rdf(
    content: bytes, name: str, kind: RdfFormat, columns: Mapping[str, str], only: str
) -> list[Record]:
    """Return the things of an RDF file that have a name and an IRI of the web.

    `columns` may name the property of a role, `only` the class of the things that count. Raises
    LinkError, with the line where one is known, for what is no RDF or too much.
    """
    if kind == RdfFormat.RDF_XML and (fault := fault_of(content)):
        raise LinkError(
            f"{fault.ja}Turtle か N-Triples で渡してください。",
            f"{fault.en}; give Turtle or N-Triples",
            file=name,
        )
    reading = _Reading({role: (iri,) for role, iri in columns.items()}, only)
    try:
        length = 0
        for count, quad in enumerate(parse(content, format=kind, base_iri=None), start=1):
            length += len(str(quad.object)) + len(str(quad.subject))
            if count > MOST_TRIPLES or length > _MOST_LENGTH:
                raise _too_much(name)
            reading.take(quad.subject, quad.predicate, quad.object)
    except (SyntaxError, ValueError, OSError) as error:
        line = error.lineno if isinstance(error, SyntaxError) else None
        raise LinkError(
            f"{kind.name} として読めません: {tidy(str(error), 200)}",
            f"it cannot be read as {kind.name}: {tidy(str(error), 200)}",
            file=name,
            line=line,
        ) from error
    records = list(reading.records(name))
    if len(records) > MOST_RECORDS:
        raise _too_much(name)
    if not records:
        raise LinkError(
            "名のあるものが一つもありません。--type でクラスを、--column name=IRI で名の性質を"
            "指定してください。",
            "nothing in it has a name; say the class by --type, or the property of names by "
            "--column name=IRI",
            file=name,
        )
    return records


def _too_much(name: str) -> LinkError:
    return LinkError(
        f"大きすぎます(上限 {MOST_TRIPLES:,} トリプル、{MOST_RECORDS:,} 件)。"
        "必要な部分だけにしてください。",
        f"it has more than {MOST_TRIPLES:,} triples or {MOST_RECORDS:,} things; give a part of it",
        file=name,
    )


class _Reading:
    """Gathers what is told of each thing."""

    def __init__(self, given: Mapping[str, tuple[str, ...]], only: str) -> None:
        properties = {**PROPERTIES, **given}
        self._roles = {
            iri: (role, rank) for role, iris in properties.items() for rank, iri in enumerate(iris)
        }
        self._only = only
        self._told: defaultdict[Node, dict[str, tuple[int, str]]] = defaultdict(dict)
        self._nodes: list[tuple[Node, str, int, Node]] = []
        self._within: dict[Node, str] = {}
        self._typed: set[Node] = set()

    def take(self, subject: object, predicate: NamedNode, value: object) -> None:
        """Take one triple."""
        if not isinstance(subject, NamedNode | BlankNode):
            return
        if predicate.value == "http://www.w3.org/1999/02/22-rdf-syntax-ns#type":
            if isinstance(value, NamedNode) and value.value == self._only:
                self._typed.add(subject)
            return
        if predicate.value not in self._roles:
            return
        role, rank = self._roles[predicate.value]
        if isinstance(value, Literal):
            if predicate.value in _WITHIN:
                self._within.setdefault(subject, value.value)
            self._tell(subject, role, rank + _language_rank(value), value.value)
        elif isinstance(value, NamedNode | BlankNode):
            self._nodes.append((subject, role, rank, value))

    def _tell(self, subject: Node, role: str, rank: int, text: str) -> None:
        """Keep a value, unless there is a better one."""
        known = self._told[subject].get(role)
        if known is None or (rank, text) < known:
            self._told[subject][role] = (rank, text[:_LONGEST_VALUE])

    def records(self, file: str) -> Iterator[Record]:
        """Yield the things that have a name and an IRI, in order of their IRIs."""
        for subject, role, rank, node in self._nodes:
            if node in self._within:
                self._tell(subject, role, rank, self._within[node])
        for subject in sorted(self._things(), key=lambda node: node.value):
            told = {role: text for role, (_, text) in self._told[subject].items()}
            if name := tidy(told.get("name", "")):
                yield Record(
                    iri=subject.value,
                    name=name,
                    key=subject.value,
                    code=tidy(told.get("code", "")),
                    municipality=tidy(told.get("municipality", "")),
                    group=told.get("group", ""),
                    place=file,
                )

    def _things(self) -> Iterable[NamedNode]:
        return [
            subject
            for subject in self._told
            if isinstance(subject, NamedNode)
            and is_web_iri(subject.value)
            and (not self._only or subject in self._typed)
        ]


def _language_rank(value: Literal) -> int:
    """Return how far a text stands behind one in Japanese."""
    if value.language in ("ja", None):
        return 0
    return 200 if value.language.lower().startswith("ja-") else 100
