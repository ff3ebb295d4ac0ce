"""What the pages of releases show: files by group, counts with their labels, how to cite."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from keikaku.assets import shipped
from keikaku.closed import Bilingual
from keikaku.names import KEI, KIND, RDFS
from keikaku.release.catalogue.offers import Group, offer_of
from keikaku.release.difference.named import followed
from keikaku.release.parts import PLANS
from keikaku.standing import standing

if TYPE_CHECKING:
    from datetime import datetime

    from keikaku.release.catalogue.offers import Offer
    from keikaku.release.index import Entry, Gone
    from keikaku.release.shelf import Release, Shelf
    from keikaku.standing import Standing

GROUPS = {
    Group.SPREADSHEET: Bilingual(ja="表計算で開く", en="For spreadsheets"),
    Group.GRAPH: Bilingual(
        ja="RDF(プログラムやほかのデータとの結び付けに)", en="RDF, for programs and links"
    ),
    Group.LINKS: Bilingual(ja="ほかのデータへのリンク", en="Links to other data"),
    Group.ABOUT: Bilingual(ja="データの説明", en="About the data"),
}
OPERATOR = Bilingual(ja="このサイトの運営者", en="the operator of this site")
_GRAPHS = {
    "stated": Bilingual(ja="個別の表の読取り", en="read from the sheets"),
    "overview": Bilingual(ja="一覧表の読取り", en="read from the overview"),
    "inferred": Bilingual(ja="規則による導出", en="concluded by rules"),
    "evidence": Bilingual(ja="原文の欄と根拠", en="source cells and evidence"),
    "located": Bilingual(ja="原文の欄と行の呼び名", en="what source cells are called"),
    "quality": Bilingual(ja="食い違い", en="discrepancies"),
    "decisions": Bilingual(ja="市の回答", en="what the city decided"),
    "ontology": Bilingual(ja="語彙(オントロジー)", en="ontology"),
    "shapes": Bilingual(ja="検査(SHACL)", en="shapes"),
    "concepts": Bilingual(ja="コード表", en="concepts"),
    "areas": Bilingual(ja="市町村の区域", en="areas of cities"),
    "publisher": Bilingual(ja="公開者と出所", en="publisher and sources"),
    "catalog": Bilingual(ja="目録", en="catalogue"),
}
_CITY_GRAPH = Bilingual(ja="市と課・主体", en="the city, its departments and parties")
_UNITS = ("B", "kB", "MB", "GB", "TB")
_STEP = 1000


def standing_of(release: Release) -> Standing:
    """Return whether a release is the city's own; older ones do not say so and are not."""
    return standing(official=release.manifest.get("official", False))


@dataclass(frozen=True, slots=True)
class File:
    """A file of a release: how it is offered, its address, size and SHA-256.

    `compressed` is the same file with gzip, where there is one.
    """

    offer: Offer
    address: str
    bytes: int
    sha256: str
    compressed: File | None = None

    @property
    def size(self) -> str:
        """The size in units that are easily read: 11.2 MB."""
        return readable(self.bytes)

    @property
    def saved_as(self) -> str:
        """The name that the file has when it has been fetched."""
        return self.offer.name.rsplit("/", 1)[-1]

    @property
    def check(self) -> str:
        """A line for a shell that verifies the fetched file."""
        return f'echo "{self.sha256}  {self.saved_as}" | sha256sum -c'

    @property
    def is_csv(self) -> bool:
        """Whether it is a table that Excel opens only with a byte order mark."""
        return self.offer.name.endswith(".csv")


@dataclass(frozen=True, slots=True)
class Listed:
    """A release in the list: its line of the index, what it holds if it is there, why it is not.

    It is `held` where it is kept and not served. `before` is the one that it followed, of those
    that are served, `since` when the current one became so, if that is not when it was published.
    """

    entry: Entry
    release: Release | None
    gone: Gone | None
    current: bool
    before: str | None = None
    since: datetime | None = None
    held: bool = False

    @property
    def is_served(self) -> bool:
        """Whether its address leads to it."""
        return self.gone is None and not self.held

    def count(self, name: str) -> int | None:
        """Return how many instances of a class the release has."""
        return self.release.manifest["classes"].get(name, 0) if self.release else None


def listed(shelf: Shelf) -> list[Listed]:
    """Return every release that was put on the shelf, the newest first, without its manifest."""
    current, since, gone = shelf.current_id(), shelf.current_since(), shelf.gone()
    before, held = followed(shelf), shelf.held_back()
    return [
        Listed(
            entry,
            None,
            gone.get(name),
            name == current,
            before[name],
            since if name == current and since != entry.date else None,
            name in held,
        )
        for name, entry in reversed(shelf.published().items())
    ]


def files_of(release: Release) -> dict[Group, list[File]]:
    """Return the files of a release by their groups; CSV tables follow the whole spreadsheet."""
    groups: dict[Group, list[File]] = {group: [] for group in GROUPS}
    for name, said in sorted(release.manifest["files"].items(), key=_place):
        if offer := offer_of(name):
            address = f"/releases/{release.id}/{quote(name)}"
            group, file = groups[offer.group], File(offer, address, said["bytes"], said["sha256"])
            if offer.compressed and group and f"{group[-1].offer.name}.gz" == name:
                group[-1] = replace(group[-1], compressed=file)
            else:
                group.append(file)
    return groups


@dataclass(frozen=True, slots=True)
class Part:
    """The dump of a plan or a city, or of what all share: its title, its address, its size."""

    title: Bilingual
    name: str
    address: str
    bytes: int
    triples: int

    @property
    def size(self) -> str:
        """The size in units that are easily read: 11.2 MB."""
        return readable(self.bytes)


def parts_of(release: Release) -> list[Part]:
    """Return the dumps of single plans, then of cities, then of what all share; of old ones none.

    A plan is called by its title, a city by its code.
    """
    manifest = release.manifest
    titles = {plan.get("dump"): plan["title"] for plan in manifest["plans"]}
    found = []
    for name, said in manifest.get("parts", {}).items():
        code = said["iri"].rsplit("/", 1)[-1]
        title = Bilingual(ja=f"市町村 {code} と、そのリンク", en=f"municipality {code}, its links")
        if not said["iri"]:
            title = Bilingual(ja="すべての計画に共通するもの", en="what all plans share")
        elif name in titles or name.startswith(f"{PLANS}/"):
            plan = titles.get(name, code)
            title = Bilingual(ja=plan, en=plan)
        size = manifest["files"][name]["bytes"]
        address = f"/releases/{release.id}/{quote(name)}"
        found.append(Part(title, name, address, size, said["triples"]))
    return sorted(found, key=lambda part: (not part.name.startswith(f"{PLANS}/"), part.name))


def _place(item: tuple[str, Any]) -> tuple[int, str]:
    name = item[0]
    order = (".xlsx", ".zip", ".csv", ".ttl", ".trig", ".nq", ".nt", ".jsonld", ".rdf")
    stem = name.removesuffix(".gz")
    at = next((n for n, suffix in enumerate(order) if stem.endswith(suffix)), len(order))
    return at, name


def readable(size: int) -> str:
    """Return a number of bytes in the unit that is easily read, with a decimal where it helps."""
    value, unit = float(size), 0
    while value >= _STEP and unit < len(_UNITS) - 1:
        value, unit = value / _STEP, unit + 1
    return f"{value:.1f} {_UNITS[unit]}" if unit else f"{size} B"


def classes_of(release: Release) -> list[tuple[str, Bilingual, int]]:
    """Return the classes with their labels and the numbers of their instances, the most first."""
    counts = release.manifest["classes"].items()
    return [
        (KEI[name].value, _label(KEI[name]), count)
        for name, count in sorted(counts, key=lambda item: -item[1])
    ]


def graphs_of(release: Release) -> list[tuple[str, Bilingual, int]]:
    """Return the graphs with what stands in them and the numbers of their triples."""
    return [(iri, graph_label(iri), count) for iri, count in release.graphs.items()]


def graph_label(iri: str) -> Bilingual:
    """Return what stands in a graph, by the last steps of its IRI."""
    name = iri.rsplit("/", 1)[-1]
    if "/links/" in iri:
        return Bilingual(ja=f"{name} へのリンク", en=f"links to {name}")
    return _GRAPHS.get(name, _CITY_GRAPH)


def discrepancies_of(plan: dict[str, Any]) -> list[tuple[Bilingual, int]]:
    """Return the kinds of discrepancy in a plan of a manifest, with their numbers."""
    return [(_label(KIND[kind]), count) for kind, count in plan["discrepancies"].items()]


def _label(term: NamedNode) -> Bilingual:
    name = term.value.rsplit("#", 1)[-1].rsplit("/", 1)[-1]
    said = _labels().get(term.value, {})
    return Bilingual(ja=said.get("ja", name), en=said.get("en", name))


@cache
def _labels() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name in ("keikaku.ttl", "concepts.ttl"):
        for quad in parse(path=str(shipped("ontology") / name), format=RdfFormat.TURTLE):
            term, said = quad.subject, quad.object
            if quad.predicate != RDFS["label"] or not isinstance(said, Literal):
                continue
            if isinstance(term, NamedNode) and said.language:
                found.setdefault(term.value, {})[said.language] = said.value
    return found


@dataclass(frozen=True, slots=True)
class Citation:
    """How a release is cited: as a sentence in both languages, as BibTeX and as CSL-JSON."""

    text: Bilingual
    bibtex: str
    csl: str


def citation_of(release: Release, published: datetime) -> Citation:
    """Return how a release is cited that was published at a moment."""
    manifest = release.manifest
    name = (manifest.get("publisher") or {}).get("name") or ""
    ja, en = name or OPERATOR.ja, name or OPERATOR.en
    address = f"{manifest['base']}releases/{release.id}"
    day = published.date().isoformat()
    plans = "、".join(plan["title"] for plan in manifest["plans"])
    title = f"{plans} リンクトデータ" if plans else "行政計画リンクトデータ"
    return Citation(
        Bilingual(
            ja=f"{ja}「{title}」リリース {release.id}、{day}。{address}",
            en=f"{en}: {title} (linked data), release {release.id}, {day}. {address}",
        ),
        "\n".join(
            (
                f"@misc{{keikaku-{release.id},",
                f"  author = {{{{{_tex(ja)}}}}},",
                f"  title = {{{{{_tex(title)}}}}},",
                f"  year = {{{published.year}}},",
                f"  version = {{{release.id}}},",
                f"  howpublished = {{\\url{{{address}}}}}",
                "}",
            )
        )
        + "\n",
        json.dumps(_csl(release.id, ja, title, address, published), ensure_ascii=False, indent=1)
        + "\n",
    )


def _csl(name: str, author: str, title: str, address: str, published: datetime) -> list[Any]:
    return [
        {
            "id": f"keikaku-{name}",
            "type": "dataset",
            "author": [{"literal": author}],
            "title": title,
            "version": name,
            "issued": {"date-parts": [[published.year, published.month, published.day]]},
            "URL": address,
        }
    ]


def _tex(text: str) -> str:
    """Return a text without the signs that TeX would take for its own."""
    return "".join(f"\\{sign}" if sign in "&%$#_{}" else sign for sign in text)
