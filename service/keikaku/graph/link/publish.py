"""Publishes the links that people have accepted: a graph and a linkset of VoID for each dataset."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad

from keikaku.errors import LinkError, Problem
from keikaku.graph.ledger import en, integer, ja
from keikaku.graph.link.builtin import DATASETS, Dataset
from keikaku.graph.link.proposal import RELATIONS
from keikaku.graph.link.record import Text, tidy
from keikaku.graph.link.sheet import (
    COLUMNS,
    FOLDER,
    ROW,
    VANISHED,
    Status,
    own_iri,
    own_name,
    read_sheet,
)
from keikaku.graph.link.target import (
    forbids_linksets,
    is_share_alike,
    read_target,
    target_path,
)
from keikaku.names import DCTERMS, FOAF, KEI, RDF, RDFS, VOID, XSD
from keikaku.text import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from keikaku.graph.link.sheet import Match
    from keikaku.names import PlanNames

_METHOD = Text(
    "番号と、字形や接尾辞の違いを除いた日本語の名で照らし合わせた候補を、人が一件ずつ承認した。",
    "Proposed by number and by Japanese name, without differences of writing and suffixes; each "
    "link was accepted by a person.",
)


@dataclass(frozen=True, slots=True)
class Links:
    """The rows of one file of links, and the datasets that they lead to."""

    file: str
    matches: tuple[Match, ...]
    datasets: Mapping[str, Dataset]


@dataclass(frozen=True, slots=True)
class Linked:
    """The accepted links of a plan as quads.

    `apart` are those whose licence keeps them out of everything else: each dataset's in a file of
    its own.
    """

    quads: frozenset[Quad] = frozenset()
    apart: Mapping[str, frozenset[Quad]] = field(default_factory=dict)


def read_links(folder: Path) -> tuple[Links, ...]:
    """Return the links that lie in a plan's folder, file by file.

    Raises LinkError with file and line.
    """
    return tuple(_read(folder, path) for path in sorted((folder / FOLDER).glob("*.csv")))


def _read(folder: Path, path: Path) -> Links:
    file = f"{folder.name}/{FOLDER}/{path.name}"
    matches = read_sheet(path)
    about = target_path(folder, path.stem)
    datasets = dict(DATASETS)
    if about.is_file():
        keys = read_target(about)
        datasets[path.stem] = Dataset(
            Text(keys.title.ja, keys.title.en),
            keys.address or (keys.source if keys.source.startswith("http") else ""),
            _METHOD,
            keys.licence,
        )
    accepted = [match for match in matches if match.status is Status.ACCEPTED]
    problems = [
        Problem(*fault, file, match.line)
        for match in accepted
        if (fault := _fault(match.dataset, datasets, path.stem))
    ]
    if problems:
        raise LinkError.of(problems)
    return Links(file, tuple(accepted), datasets)


def _fault(name: str, datasets: Mapping[str, Dataset], target: str) -> tuple[str, str] | None:
    """Say what keeps the links to a dataset from being published, if anything does."""
    dataset = datasets.get(name)
    if dataset is None:
        return (
            f"相手のデータ「{name}」がどのデータか書かれていません。{FOLDER}/{target}.toml に "
            "title、source、licence を書いてください。",
            f"nothing says which dataset {name!r} is; write title, source and licence into "
            f"{FOLDER}/{target}.toml",
        )
    if not dataset.licence:
        return (
            f"相手のデータの利用条件が分かりません。{FOLDER}/{target}.toml の licence に "
            "その IRI を書いてください。",
            f"the licence of the other dataset is not known; write its IRI as licence into "
            f"{FOLDER}/{target}.toml",
        )
    if forbids_linksets(dataset.licence):
        return (
            f"利用条件 {dataset.licence} は改変を許さないので、リンクを公開できません。"
            "却下にしてください。",
            f"the licence {dataset.licence} allows no derivatives; reject the link",
        )
    return None


def linked(links: Iterable[Links], quads: Collection[Quad], names: PlanNames) -> Linked:
    """Return the accepted links as quads, each with its record; a plan's `quads` are not changed.

    Raises LinkError, with each line, for a link from what the plan does not have, and for one whose
    IRI now names something else than what was decided on.
    """
    links = tuple(each for each in links if each.matches)
    if not links:
        return Linked()
    things = {quad.subject for quad in quads} | {
        quad.object for quad in quads if isinstance(quad.object, NamedNode)
    }
    called = _called(quads)
    stated = {(quad.subject, quad.predicate, quad.object) for quad in quads}
    city = names.city.municipality.value
    problems: list[Problem] = []
    found: defaultdict[tuple[str, bool], set[Quad]] = defaultdict(set)
    for each in links:
        for row in each.matches:
            match = replace(row, subject=own_iri(row.subject, city))
            if NamedNode(match.subject) not in things:
                problems.append(Problem(*_unknown(match), each.file, match.line))
                continue
            is_of_city = each.datasets[match.dataset].of_city and match.subject != city
            if fault := (_NOT_THE_CITY if is_of_city else _passed_on(match, called, city)):
                problems.append(Problem(*fault, each.file, match.line))
                continue
            linkset = _Linkset(match.dataset, each.datasets[match.dataset], names)
            key = (match.dataset, is_share_alike(linkset.dataset.licence))
            said = linkset.link(match)
            found[key] |= {q for q in said if (q.subject, q.predicate, q.object) not in stated}
    if problems:
        raise LinkError.of(problems)
    together = frozenset().union(*(said for (_, apart), said in found.items() if not apart))
    return Linked(
        together, {name: frozenset(said) for (name, apart), said in found.items() if apart}
    )


_NOT_THE_CITY = (
    "このデータへのリンクは市町村そのものについてだけ書けます。",
    "links to this dataset are for the municipality itself only",
)


def _unknown(match: Match) -> tuple[str, str]:
    return (
        f"{match.subject} は計画にありません。番号や名が変わったのなら 計画の側の IRI を直し、"
        "なくなったのなら 却下 にしてください。",
        f"the plan has no {match.subject}; mend the IRI if the thing was renumbered or renamed, "
        "else reject the link",
    )


def _called(quads: Iterable[Quad]) -> dict[str, str]:
    """Return what each thing of a plan is called in Japanese."""
    return {
        quad.subject.value: quad.object.value
        for quad in quads
        if quad.predicate == RDFS["label"]
        and isinstance(quad.subject, NamedNode)
        and isinstance(quad.object, Literal)
        and quad.object.language == "ja"
    }


def _passed_on(match: Match, called: Mapping[str, str], city: str) -> tuple[str, str] | None:
    """Say that an IRI on either side of a link names something else by now, if it does.

    Our IRIs hold numbers, which pass on to others where a row is put in between or taken away; so
    do those of records that have nothing but their row.
    """
    if ROW in match.object and match.now.startswith(VANISHED):
        return (
            "相手のデータのこの行はなくなりました。今そこにあるのは別のものかもしれないので、"
            "却下にしてください。",
            "this row of the other dataset is gone, and another may stand there; reject the link",
        )
    name, now = tidy(match.subject_name), called.get(match.subject)
    if not name or now is None or fold(name) == fold(tidy(now)):
        return None
    there = [own_name(iri, city) for iri, one in called.items() if fold(one) == fold(name)]
    where = f"「{name}」は今 {there[0]} です。" if len(there) == 1 else ""
    en_where = f"; {name!r} is now {there[0]}" if len(there) == 1 else ""
    return (
        f"{own_name(match.subject, city)} は今「{now}」で、リンクを決めたときの「{name}」では"
        f"ありません。{where}番号が変わったのなら「{COLUMNS['subject']}」を、名だけが変わったのなら"
        f"「{COLUMNS['subject_name']}」を直し、別のものになったのなら 却下 にしてください。",
        f"{own_name(match.subject, city)} is now {now!r}, not {name!r} as when the link was decided"
        f"{en_where}; mend {COLUMNS['subject']} if it was renumbered, {COLUMNS['subject_name']} if "
        "it was renamed, else reject the link",
    )


@dataclass(frozen=True, slots=True)
class _Linkset:
    """The linkset of a plan, or of its city, to a dataset."""

    name: str
    dataset: Dataset
    names: PlanNames

    @property
    def node(self) -> NamedNode:
        """The linkset itself."""
        if self.dataset.of_city:
            return NamedNode(f"{self.names.city.municipality.value}/link/{self.name}")
        return self.names.below("link", self.name)

    @property
    def graph(self) -> NamedNode:
        """The graph that holds it, and nothing else."""
        if self.dataset.of_city:
            return NamedNode(f"{self.names.city.graph.value}/{FOLDER}/{self.name}")
        return self.names.graph(f"{FOLDER}/{self.name}")

    def link(self, match: Match) -> Iterator[Quad]:
        """Yield a link, its record, and what is said of the linkset."""
        relation = RELATIONS[match.relation]
        yield self._quad(NamedNode(match.subject), relation, NamedNode(match.object))
        for predicate, value in self._record(match):
            yield self._quad(self._link_node(match), predicate, value)
        yield from self._described(relation)

    def _quad(self, subject: NamedNode, predicate: NamedNode, value: NamedNode | Literal) -> Quad:
        return Quad(subject, predicate, value, self.graph)

    def _link_node(self, match: Match) -> NamedNode:
        """Return the name of a link: two people who accept the same one make two of it."""
        said = (match.subject, match.relation, match.object, match.reviewer, str(match.decided))
        digest = hashlib.sha256(" ".join(said).encode()).hexdigest()[:16]
        return NamedNode(f"{self.node.value}/{digest}")

    def _record(self, match: Match) -> Iterator[tuple[NamedNode, NamedNode | Literal]]:
        title = self.dataset.title
        one, other = tidy(match.subject_name), tidy(match.object_name) or match.object
        why = Text(tidy(match.why.ja), tidy(match.why.en))
        yield RDF["type"], KEI["Link"]
        yield RDFS["label"], ja(tidy(f"リンク: {one} → {other}({title.ja})"))
        yield RDFS["label"], en(tidy(f"Link: {one} → {other} ({title.en})"))
        yield RDF["subject"], NamedNode(match.subject)
        yield RDF["predicate"], RELATIONS[match.relation]
        yield RDF["object"], NamedNode(match.object)
        yield KEI["inLinkset"], self.node
        if match.score is not None:
            yield KEI["score"], integer(match.score)
        yield KEI["matchReason"], ja(why.ja or "人が書いたリンク。")
        yield KEI["matchReason"], en(why.en or "Written by a person.")
        yield KEI["reviewer"], ja(tidy(match.reviewer))
        if match.decided:
            day = match.decided.isoformat()
            yield DCTERMS["dateAccepted"], Literal(day, datatype=XSD["date"])
        if match.note:
            yield RDFS["comment"], ja(tidy(match.note))

    def _described(self, relation: NamedNode) -> Iterator[Quad]:
        node, other = self.node, NamedNode(f"{self.node.value}/target")
        title, method = self.dataset.title, self.dataset.method
        yield self._quad(node, RDF["type"], VOID["Linkset"])
        yield self._quad(node, RDFS["label"], ja(tidy(f"{title.ja}へのリンク")))
        yield self._quad(node, RDFS["label"], en(tidy(f"Links to {title.en}")))
        yield self._quad(node, DCTERMS["description"], ja(method.ja))
        yield self._quad(node, DCTERMS["description"], en(method.en))
        yield self._quad(node, DCTERMS["license"], NamedNode(self.dataset.licence))
        yield self._quad(node, VOID["linkPredicate"], relation)
        ours = NamedNode(f"{self.names.city.base}releases/latest")
        yield self._quad(node, VOID["subjectsTarget"], ours)
        yield self._quad(node, VOID["objectsTarget"], other)
        yield self._quad(other, RDF["type"], VOID["Dataset"])
        yield self._quad(other, RDFS["label"], ja(tidy(title.ja)))
        yield self._quad(other, RDFS["label"], en(tidy(title.en)))
        if self.dataset.address:
            yield self._quad(other, FOAF["page"], NamedNode(self.dataset.address))
            yield self._quad(node, DCTERMS["source"], NamedNode(self.dataset.address))
