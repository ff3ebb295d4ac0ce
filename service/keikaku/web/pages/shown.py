"""The page of one thing: what its description says, by property, within the frame all share."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from pyoxigraph import NamedNode

from keikaku.answers.things.links import RELATIONS, links_of
from keikaku.answers.things.rows import Numbered
from keikaku.names import DCTERMS, KEI, PREFIXES, SKOS
from keikaku.text import fiscal_year_codes, fiscal_year_labels
from keikaku.web.names.addresses import place_of
from keikaku.web.reader import reader
from keikaku.web.rendering import address, page

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastapi.responses import HTMLResponse

    from keikaku.answers.describe import Description, Linked, Property
    from keikaku.answers.lexicon import Lexicon
    from keikaku.answers.service import Answers

FORMATS = (("ttl", "Turtle"), ("jsonld", "JSON-LD"), ("rdf", "RDF/XML"), ("nt", "N-Triples"))
"""The forms in which a thing is offered as data: suffix and name."""

_TECHNICAL = frozenset(
    {DCTERMS["isPartOf"], KEI["cell"], KEI["partOf"], KEI["position"], SKOS["hiddenLabel"]}
)
"""Properties that serve matching and provenance, or repeat others: no page shows them."""

Crumb = tuple[str, str | None]


def thing_page(
    template: str,
    answers: Answers,
    description: Description,
    *,
    crumbs: Iterable[Crumb] = (),
    shown: Iterable[str] = (),
    **given: Any,
) -> HTMLResponse:
    """Return the page of a thing.

    `shown` names the properties, as prefixed names, that the template shows in its own way; what
    else the release says stands in a list of its own.
    """
    said = {prefixed(each.iri): each for each in description.properties}
    own = {*shown, "rdfs:label"}
    linked = links_of(answers.store, description)
    return page(
        f"things/{template}.html",
        release=answers.release,
        thing=description,
        kind=kind_of(description),
        said=said,
        others=[
            each
            for name, each in said.items()
            if name not in own and each.iri not in _TECHNICAL and not _of_prov(name)
            if not (linked and each.iri in RELATIONS)
        ],
        linked_data=linked,
        links={prefixed(each.iri): each for each in description.links},
        path=place_of(description.iri.value, reader().base) or "",
        formats=FORMATS,
        crumbs=list(crumbs),
        lexicon=answers.lexicon,
        in_query=partial(in_query, answers.lexicon),
        name_of_year=name_of_year,
        code_of_year=code_of_year,
        **given,
    )


def in_query(lexicon: Lexicon, term: NamedNode) -> str:
    """Return what stands for a thing in the address of the list of items.

    It is its number or name where nothing else is called so, else the end of its IRI.
    """
    tail = term.value.partition("/id/")[2]
    thing = lexicon.things.get(term.value)
    if thing is None or thing.type == "plan":
        return tail
    alone = [each.iri for each in lexicon.all_called(thing.type, thing.short)] == [term]
    return thing.short if alone else tail


def name_of_year(year: int) -> str:
    """Return what a fiscal year is called in the reader's language."""
    return reader().choose("・".join(fiscal_year_labels(year)), f"FY{year}")


def code_of_year(year: int) -> str:
    """Return a fiscal year in short: H22, in either language, as the plans write it."""
    return fiscal_year_codes(year)[0]


def kind_of(description: Description) -> Linked:
    """Return the class that says most of a thing: one of our own, a policy before a section."""
    own = [each for each in description.types if each.iri in KEI and each.iri != KEI["Section"]]
    return (own or list(description.types))[0]


def _of_prov(name: str) -> bool:
    return name.startswith("prov:")


def prefixed(iri: NamedNode) -> str:
    """Return a property as a prefixed name, or its IRI where no prefix is known."""
    for prefix, namespace in PREFIXES.items():
        if iri.value.startswith(namespace):
            return f"{prefix}:{iri.value.removeprefix(namespace)}"
    return iri.value


def things_in(said: Property | None) -> list[NamedNode]:
    """Return the things that a property has as values."""
    values = said.values if said else ()
    return [value.term for value in values if isinstance(value.term, NamedNode)]


def said_of(description: Description, term: NamedNode) -> Property | None:
    """Return what a description says by one property."""
    return next((each for each in description.properties if each.iri == term), None)


def crumb(term: NamedNode, lexicon: Lexicon) -> Crumb:
    """Return a plan, a section or an item as a step of the way to a page."""
    thing = Numbered.of(term, lexicon)
    label = reader().choose(thing.label.ja, thing.label.en)
    return f"{thing.number} {label}".strip(), address(term.value)


def way_to(description: Description, lexicon: Lexicon) -> list[Crumb]:
    """Return plan, policy and measure of an item as steps, and the item itself as the last."""
    above = [
        term
        for name in ("inPlan", "inPolicy", "inMeasure")
        for term in things_in(said_of(description, KEI[name]))
    ]
    own = Numbered.of(description.iri, lexicon)
    return [*(crumb(term, lexicon) for term in above), (own.number or own.label.ja, None)]
