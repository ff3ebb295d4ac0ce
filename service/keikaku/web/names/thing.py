"""The document of one thing: a page, and a bounded graph of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode

from keikaku.answers.describe import describe
from keikaku.answers.document import document_of
from keikaku.answers.inverse import told_from_the_other_end
from keikaku.names import DCTERMS, KEI, PREFIXES, RDFS, SKOS
from keikaku.store.written import written_triples
from keikaku.web.names.addresses import as_uri, shown_at
from keikaku.web.names.forms import SUFFIXES, link
from keikaku.web.names.gone import gone, is_known, missing
from keikaku.web.names.schema_org import embedded, schema_of
from keikaku.web.reader import reader
from keikaku.web.rendering import page

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fastapi.responses import HTMLResponse
    from pyoxigraph import RdfFormat

    from keikaku.answers.describe import Description, Property, Value
    from keikaku.answers.service import Answers
    from keikaku.web.names.gone import Tombstones
    from keikaku.web.parts import SiteParts

    PageOf = Callable[[SiteParts, Description], HTMLResponse | None]

_TECHNICAL = frozenset(
    {
        DCTERMS["isPartOf"],
        KEI["cell"],
        KEI["partOf"],
        KEI["position"],
        KEI["printedNumber"],
        RDFS["isDefinedBy"],
        SKOS["hiddenLabel"],
    }
)
"""Properties that a page folds away: they serve matching and provenance, or repeat others."""

_HEADING = frozenset({RDFS["label"], SKOS["definition"]})
"""Properties that the head of a page says already."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing that the current release knows."""

    site: SiteParts
    answers: Answers
    iri: NamedNode
    at: str
    page_of: PageOf | None = None

    @property
    def links(self) -> tuple[str, ...]:
        """How to cite the thing, for the Link header (RFC 8574)."""
        return (link(as_uri(self.iri.value), "cite-as"),)

    def page(self) -> HTMLResponse:
        """Return the page that its class has, else one that shows all that is said of it."""
        description = self._description()
        own = self.page_of(self.site, description) if self.page_of else None
        shown = own or self._generic(description)
        return embedded(shown, schema_of(description))

    def generic(self, template: str, **more: Any) -> HTMLResponse:
        """Return the page that shows all that is said of it, with more in a template of its own."""
        return self._generic(self._description(), template, **more)

    def _description(self) -> Description:
        description = describe(self.answers.store, self.iri.value)
        assert description is not None  # noqa: S101  (it is known)
        return description

    def rdf(self, kind: RdfFormat) -> bytes:
        """Return its document in a format; the address it speaks of is below the base."""
        found = document_of(self.answers.store, self.iri)
        assert found is not None  # noqa: S101  (it is known)
        address = NamedNode(f"{self.site.base}{self.at}")
        dataset = NamedNode(f"{self.site.base}releases/{self.answers.release}")
        return written_triples(found.published(address, dataset), kind).body

    def _generic(
        self, thing: Description, template: str = "resource.html", **more: Any
    ) -> HTMLResponse:
        told = [_in_readers_language(found) for found in thing.properties]
        said = [found for found in told if found.iri not in _HEADING | _TECHNICAL]
        return page(
            template,
            release=self.answers.release,
            thing=thing,
            kinds=sorted(thing.types, key=lambda kind: kind.iri not in KEI),
            said=said,
            technical=[found for found in told if found.iri in _TECHNICAL],
            definition=_text(thing, SKOS["definition"]),
            curie=curie(thing.iri),
            suffixes=tuple(SUFFIXES),
            labelled=lambda found: found.label,
            inverse=_inverse,
            place=lambda iri: shown_at(iri, self.site.base),
            at=f"/{as_uri(self.at)}",
            query=f"SELECT ?property ?value WHERE {{ {thing.iri} ?property ?value }}",
            links_query=f"SELECT ?from ?property WHERE {{ ?from ?property {thing.iri} }}",
            **more,
        )


def thing_at(
    site: SiteParts,
    iris: Sequence[str],
    at: str,
    *,
    page_of: PageOf | None = None,
    tombstones: Tombstones | None = None,
) -> Thing:
    """Return what the first of these IRIs that is known names; its document stands at `at`.

    Raises QuestionError for what is no IRI, HttpError with 404 or 410 if nothing is known.
    """
    current = site.answers.current()
    if tombstones is not None and (error := gone(site.base, iris, tombstones)):
        raise error
    for iri in iris:
        if is_known(current.store, iri):
            return Thing(site, current, NamedNode(iri), at, page_of)
    raise missing(current.store, iris)


def curie(iri: NamedNode) -> str | None:
    """Return an IRI as it can be pasted into a query: shortened, or None where that cannot be."""
    for prefix, namespace in PREFIXES.items():
        local = iri.value.removeprefix(namespace)
        if local != iri.value and local and local.replace("-", "").replace("_", "").isalnum():
            return f"{prefix}:{local}"
    return None


def _text(thing: Description, predicate: NamedNode) -> dict[str, str]:
    """Return the texts of a property by language."""
    found = next((item for item in thing.properties if item.iri == predicate), None)
    texts: dict[str, str] = {}
    for value in found.values if found else ():
        if isinstance(value.term, Literal):
            texts.setdefault(value.term.language or "", value.term.value)
    return texts


def _in_readers_language(found: Property) -> Property:
    """Return a property with what is in the reader's language, or in none, before the rest."""
    language = reader().language

    def other(value: Value) -> bool:
        said = value.term.language if isinstance(value.term, Literal) else None
        return said not in (None, language)

    return replace(found, values=tuple(sorted(found.values, key=other)))


def _inverse(found: Property) -> object:
    return told_from_the_other_end(found.iri, found.label)
