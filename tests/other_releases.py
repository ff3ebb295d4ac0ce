"""Releases of somebody else's site: published, withdrawn, kept no longer; and a hub's harvest."""

from __future__ import annotations

import gzip
import hashlib
import json
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad

from keikaku.harvest.harvest import harvest
from keikaku.names import KEI, OA, RDF, SCHEMA, XSD
from keikaku.release.dumps import canonical
from other_city import BASE, CODE, PLAN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from keikaku.harvest.told import Outcome
    from keikaku.settings import Settings
    from other_site import OtherSite, Told

CATALOGUE = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix spdx: <http://spdx.org/rdf/terms#> .
<{base}catalog> a dcat:Catalog ; dcat:dataset <{base}releases/{version}> .
<{base}releases/{version}> a dcat:Dataset ; dct:title "{version}"@ja ; dcat:version "{version}" ;
  dct:publisher <{base}catalog#publisher> ; dct:license <{licence}> ;
  dcat:distribution <{base}releases/{version}#nq> .
<{base}catalog#publisher> foaf:name "架空湊市"@ja .
<{base}releases/{version}#nq> dcat:downloadURL <{base}releases/{version}/all.nq.gz> ;
  dcat:byteSize {size} ; spdx:checksum <{base}releases/{version}#sum> .
<{base}releases/{version}#sum> spdx:checksumValue "{sha256}" .
"""
LICENCE = "https://creativecommons.org/licenses/by/4.0/"


def publish(
    site: OtherSite,
    quads: Iterable[Quad],
    *,
    version: str = "1",
    licence: str = LICENCE,
    sha256: str = "",
) -> None:
    """Let the site have a release of these quads."""
    dump = gzip.compress(canonical(quads), mtime=0)
    digest = sha256 or hashlib.sha256(dump).hexdigest()
    text = CATALOGUE.format(
        base=BASE, version=version, licence=licence, size=len(dump), sha256=digest
    )
    site.files["/catalog"] = text.encode(), "text/turtle; charset=utf-8"
    site.files[f"/releases/{version}/all.nq.gz"] = dump, "application/gzip"


def as_before(quads: Iterable[Quad]) -> set[Quad]:
    """The graphs of the city's plan as keikaku 0.1 published them: hashes, comments, silent cells.

    What it published too much has the word 内々 in it.
    """
    evidence = NamedNode(f"{BASE}graph/{CODE}/kyodo/evidence")
    found = {_as_before(quad) for quad in quads if quad.object != KEI["WithheldRegion"]}
    for number, (name, kind) in enumerate(SILENT.items()):
        place = NamedNode(f"{PLAN}/source/1/{name}")
        for predicate, value in (
            (RDF["type"], KEI[kind]),
            (KEI["document"], NamedNode(f"{PLAN}/source/1")),
            (KEI["line"], Literal(str(9000 + number), datatype=XSD["integer"])),
            (RDF["value"], Literal(f"内々の覚え {number}")),
        ):
            found.add(Quad(place, predicate, value, evidence))
    return found


def spoken(quads: Iterable[Quad]) -> frozenset[Quad]:
    """The graphs of the city's plan without the cells and lines that nothing of it names."""
    quads = frozenset(quads)
    naming = (KEI["cell"], KEI["unheadedMark"], OA["hasTarget"])
    named = {quad.object for quad in quads if quad.predicate in naming}
    places = {
        quad.subject for quad in quads if quad.object in (KEI["SourceCell"], KEI["SourceLine"])
    }
    return frozenset(quad for quad in quads if quad.subject not in places - named)


SILENT = {"cell/1-2-90": "SourceCell", "cell/1-3-90": "SourceCell", "line/9002": "SourceLine"}
"""Cells and lines of the document on which no value rests."""


def _as_before(quad: Quad) -> Quad:
    if quad.predicate == KEI["readingSha256"]:
        return Quad(quad.subject, SCHEMA["sha256"], Literal("0" * 64), quad.graph_name)
    if str(quad.subject).startswith(f"<{PLAN}/source/2/line/") and quad.predicate == RDF["value"]:
        assert isinstance(quad.object, Literal)
        text = Literal(f"{quad.object.value}  # 内々の注記")
        return Quad(quad.subject, quad.predicate, text, quad.graph_name)
    return quad


def remove(site: OtherSite, version: str, **said: object) -> None:
    """Let the site have a release no more: its dump answers 410, and what is `said`."""
    body = json.dumps(said, ensure_ascii=False).encode()

    def gone(_: Mapping[str, str]) -> Told:
        return 410, {"Content-Type": "application/problem+json"}, body

    site.special[f"/releases/{version}/all.nq.gz"] = gone


def withdraw(site: OtherSite, version: str) -> None:
    """Let the site withdraw a release, and say so as keikaku does."""
    reason = f"リリース {version} は 2026-12-01 に取り下げられました。理由: 内部の欄"
    remove(
        site,
        version,
        withdrawn=True,
        ja=reason,
        en=f"release {version} was withdrawn on 2026-12-01: 内部の欄",
    )


def told(site: OtherSite, settings: Settings, **given: bool) -> list[tuple[str, Outcome]]:
    """Harvest the site; return what became of what."""
    found = harvest([site.address], settings, allow_private=True, **given)
    return [(one.what, one.outcome) for one in found]


def folders(settings: Settings) -> list[Path]:
    """The plans that were taken."""
    return [path for path in settings.harvested.glob("*/") if not path.name.startswith(".")]


def kept(settings: Settings) -> Path:
    """The one plan that was taken."""
    [folder] = folders(settings)
    return folder
