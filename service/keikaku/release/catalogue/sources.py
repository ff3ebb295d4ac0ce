"""That a release rests on the data of other publishers; what these are, `publisher` tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from keikaku.names import DCTERMS, PROV, RDF, is_iri
from keikaku.release.catalogue.borrowed import document
from keikaku.release.catalogue.publisher import catalogue_page, latest_of, taken_by_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keikaku.release.catalogue.borrowed import Statement
    from keikaku.release.catalogue.publication import Publication


def sources(publication: Publication) -> Iterator[Statement]:
    """Yield that the release was taken from other data, and of what class their pages are."""
    for source, taken in taken_by_source(publication.harvested).items():
        for dataset in (publication.dataset, publication.latest):
            yield dataset, DCTERMS["source"], NamedNode(source)
            yield dataset, PROV["wasDerivedFrom"], NamedNode(source)
        said = latest_of(taken)
        if address := catalogue_page(said):
            _, is_page = document(address)
            yield is_page
        if said.licence and is_iri(said.licence):
            yield NamedNode(said.licence), RDF["type"], DCTERMS["LicenseDocument"]
