"""What a catalogue offers: ours in every format, and those of others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import RdfFormat

from catalogue_entry import DIGEST, ID, catalogue_of
from keikaku.errors import HarvestError
from keikaku.harvest.catalogue import Other, Packing, offered_by
from keikaku.harvest.told import Outcome, nothing
from keikaku.names import SHARED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import Quad

PREFIXES = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix hydra: <http://www.w3.org/ns/hydra/core#> .
"""
ELSEWHERE = "https://data.example.jp/catalog"

CKAN = f"""{PREFIXES}
<{ELSEWHERE}> a dcat:Catalog ; dcat:dataset <{ELSEWHERE}/1>, <{ELSEWHERE}/2> .
<{ELSEWHERE}/1> a dcat:Dataset ; dct:title "公共施設一覧" ;
  dcat:distribution [ a dcat:Distribution ; dct:format "CSV" ;
    dcat:accessURL <https://data.example.jp/1.csv> ] ,
    [ a dcat:Distribution ; dcat:accessURL <https://data.example.jp/1.ttl> ;
      dcat:mediaType <https://www.iana.org/assignments/media-types/text/turtle> ] .
<{ELSEWHERE}/2> a dcat:Dataset ; dct:title "人口"@ja, "Population"@en .
<{ELSEWHERE}?page=1> a hydra:PagedCollection ; hydra:nextPage "{ELSEWHERE}?page=2" .
"""


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [
        ("turtle", "text/turtle"),
        ("xml", "application/rdf+xml"),
        ("json-ld", "application/ld+json"),
        ("nt", "application/n-triples"),
    ],
)
def test_our_own_catalogue_offers_one_dump(
    plan_quads: Iterable[Quad], kind: str, media_type: str
) -> None:
    """It lists its files for this release and for the latest: they are the same."""
    body = catalogue_of(plan_quads).serialize(format=kind).encode()
    offered = offered_by(body, media_type, "http://127.0.0.1:8000/catalog")
    [dump] = offered.dumps
    assert offered.catalogue == f"{SHARED}catalog"
    assert dump.url == f"{SHARED}releases/{ID}/keikaku.nq.gz"
    assert (dump.kind, dump.packing) == (RdfFormat.N_QUADS, Packing.GZ)
    assert (dump.size, dump.sha256) == (1234, DIGEST)
    assert (dump.dataset, dump.version) == (f"{SHARED}releases/{ID}", ID)
    assert dump.publisher == "計画データ研究会"
    assert not offered.others


def test_other_datasets_are_named_with_their_formats() -> None:
    offered = offered_by(CKAN.encode(), "text/turtle", ELSEWHERE)
    assert offered.dumps == ()
    assert offered.others == (Other("人口", ()), Other("公共施設一覧", ("CSV", "TURTLE")))
    assert offered.next == f"{ELSEWHERE}?page=2"
    told = nothing(ELSEWHERE, list(offered.others))
    assert told.outcome is Outcome.SKIPPED
    assert "「公共施設一覧」(CSV、TURTLE)" in told.ja
    assert "keikaku link" in told.en


@pytest.mark.parametrize(
    ("name", "said", "kind", "packing"),
    [
        ("all.nq", "", RdfFormat.N_QUADS, Packing.NONE),
        ("all.nq.gz", "", RdfFormat.N_QUADS, Packing.GZ),
        ("all.nq.xz", "", RdfFormat.N_QUADS, Packing.XZ),
        ("all.trig.bz2", "", RdfFormat.TRIG, Packing.BZ2),
        ("dump?id=7", "dcat:mediaType <https://x/application/n-quads> ;", RdfFormat.N_QUADS, None),
        ("dump", 'dcat:mediaType "application/trig" ;', RdfFormat.TRIG, None),
        (
            "dump",
            'dcat:mediaType "application/n-quads" ; dcat:compressFormat <https://x/x/gzip> ;',
            RdfFormat.N_QUADS,
            Packing.GZ,
        ),
    ],
)
def test_dumps_are_known_by_name_or_media_type(
    name: str, said: str, kind: RdfFormat, packing: Packing | None
) -> None:
    text = f"""{PREFIXES} <{ELSEWHERE}/1> a dcat:Dataset ; dcat:distribution
      [ {said} dcat:downloadURL <https://data.example.jp/{name}> ] ."""
    [dump] = offered_by(text.encode(), "text/turtle", ELSEWHERE).dumps
    assert dump.kind == kind
    assert dump.packing is (packing or Packing.NONE)
    assert dump.size is None
    assert dump.sha256 == ""


@pytest.mark.parametrize("name", ["all.ttl", "all.nq.zip", "all.nq.zst", "all.csv", "all.nt.gz"])
def test_what_cannot_be_taken_is_no_dump(name: str) -> None:
    text = f"""{PREFIXES} <{ELSEWHERE}/1> a dcat:Dataset ; dcat:distribution
      [ dcat:downloadURL <https://data.example.jp/{name}> ] ."""
    offered = offered_by(text.encode(), "text/turtle", ELSEWHERE)
    assert offered.dumps == ()
    assert len(offered.others) == 1


def test_a_context_of_elsewhere_is_not_fetched() -> None:
    body = b'{"@context": "http://127.0.0.1:1/context.jsonld", "@id": "x", "@type": "Catalog"}'
    with pytest.raises(HarvestError, match="cannot be read"):
        offered_by(body, "application/ld+json", ELSEWHERE)


def test_xml_that_would_grow_is_refused() -> None:
    body = b'<!DOCTYPE r [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><r>&b;</r>'
    with pytest.raises(HarvestError, match="entities"):
        offered_by(body, "application/rdf+xml", ELSEWHERE)


def test_a_page_is_no_catalogue() -> None:
    with pytest.raises(HarvestError, match="text/html"):
        offered_by(b"<html>", "text/html", ELSEWHERE)


def test_a_checksum_that_is_none_counts_as_none(plan_quads: Iterable[Quad]) -> None:
    text = catalogue_of(plan_quads).serialize(format="turtle").replace(DIGEST, "abc")
    [first, *_] = offered_by(text.encode(), "text/turtle", ELSEWHERE).dumps
    assert replace(first, sha256="").sha256 == first.sha256
