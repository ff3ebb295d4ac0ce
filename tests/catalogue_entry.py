"""The catalogue of the real plan, as tests of it need it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rdflib import Graph

from keikaku.closed import Bilingual
from keikaku.names import SHARED
from keikaku.release.catalogue.entry import catalogue
from keikaku.release.catalogue.publication import Example, Publication, Publisher
from keikaku.release.catalogue.publisher import publisher_quads
from keikaku.release.catalogue.survey import survey
from keikaku.release.dumps import dump

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import Quad

    from keikaku.records.harvested import Harvested
    from keikaku.release.parts import PartDump

ID = "0123456789abcdef"
BEFORE = "fedcba9876543210"
FIRST, ISSUED = datetime(2026, 4, 1, 9, tzinfo=UTC), datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
DIGEST = "ab" * 32
FILES = (
    "keikaku-csv.zip",
    "keikaku.jsonld",
    "keikaku.nq",
    "keikaku.nq.gz",
    "keikaku.nt",
    "keikaku.rdf",
    "keikaku.trig",
    "keikaku.ttl",
    "keikaku.xlsx",
    "resources.txt",
    "tables/csv-metadata.json",
    "tables/dictionary.csv",
    "tables/items.csv",
)
PUBLISHER = Publisher("計画データ研究会", "https://data.example.jp/", "data@example.jp")
EXAMPLE = Example(
    "items",
    Bilingual(ja="件数", en="counts"),
    Bilingual(ja="項目はいくつあるか", en="How many items are there"),
    Bilingual(ja="項目の数。", en="The number of items."),
    "# 項目を数える\nSELECT (COUNT(?item) AS ?items) WHERE { ?item a kei:Item }\n",
)


def catalogue_of(
    quads: Iterable[Quad],
    base: str = SHARED,
    site: str = "",
    harvested: tuple[Harvested, ...] = (),
    parts: tuple[PartDump, ...] = (),
) -> Graph:
    """The catalogue of a release of these quads, as a harvester reads it."""
    publication = Publication(
        base,
        ID,
        ISSUED,
        dict.fromkeys(FILES, (1234, DIGEST)),
        FIRST,
        BEFORE,
        replace(PUBLISHER, site=site),
        (EXAMPLE,),
        harvested=harvested,
        parts=parts,
    )
    told = publisher_quads(base, publication.publisher, harvested)
    entry = catalogue(publication, survey(quads))
    assert not {quad.triple for quad in entry} & {quad.triple for quad in told}
    return Graph().parse(data=dump(entry | told, "ttl"), format="turtle")
