"""A thing in the words of schema.org, embedded in its page for search engines.

Plans, their sections and items are texts that a city published: CreativeWork, one part of another.
An item is no schema:Project (which is an organisation there) and no event that has taken place.
The numbers, names and texts are those of the release; nothing is added.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fastapi.responses import HTMLResponse
from pyoxigraph import Literal, NamedNode

from keikaku.names import DCTERMS, KEI, ORG, SCHEMA, SKOS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keikaku.answers.describe import Description, Value

_TYPES: dict[NamedNode, str] = {
    KEI["Plan"]: "CreativeWork",
    KEI["Section"]: "CreativeWork",
    KEI["Policy"]: "CreativeWork",
    KEI["Measure"]: "CreativeWork",
    KEI["Item"]: "CreativeWork",
    KEI["SourceDocument"]: "DigitalDocument",
    KEI["Municipality"]: "GovernmentOrganization",
    KEI["Department"]: "GovernmentOrganization",
    KEI["Party"]: "DefinedTerm",
    KEI["Phase"]: "DefinedTerm",
    KEI["DiscrepancyKind"]: "DefinedTerm",
    SKOS["ConceptScheme"]: "DefinedTermSet",
}
"""What a thing of a class is to schema.org; things of other classes say nothing there."""

_TEXTS = {
    KEI["content"]: "description",
    SKOS["definition"]: "description",
    DCTERMS["identifier"]: "identifier",
    SKOS["notation"]: "termCode",
}
_LINKS = {
    KEI["inPlan"]: "isPartOf",
    KEI["partOf"]: "isPartOf",
    DCTERMS["publisher"]: "publisher",
    KEI["targets"]: "audience",
    ORG["unitOf"]: "parentOrganization",
    SKOS["inScheme"]: "inDefinedTermSet",
}
_KINDS = {
    "isPartOf": "CreativeWork",
    "publisher": "GovernmentOrganization",
    "audience": "Audience",
    "parentOrganization": "GovernmentOrganization",
    "inDefinedTermSet": "DefinedTermSet",
}
_MOST = 20
"""How many values of a property are given."""


def schema_of(thing: Description) -> dict[str, Any] | None:
    """Return a thing as JSON-LD of schema.org; None if it is nothing that schema.org knows."""
    kinds = [_TYPES[linked.iri] for linked in thing.types if linked.iri in _TYPES]
    if not kinds:
        return None
    said: dict[str, Any] = {
        "@context": SCHEMA.iri.rstrip("/"),
        "@type": kinds[0],
        "@id": thing.iri.value,
        "name": _both(thing.label.ja, thing.label.en),
    }
    for found in thing.properties:
        values = found.values[:_MOST]
        if name := _TEXTS.get(found.iri):
            said.setdefault(name, _one([*map(_text, values)]))
        elif name := _LINKS.get(found.iri):
            said.setdefault(name, _one([*_linked(values, _KINDS[name])]))
    return said


def embedded(response: HTMLResponse, said: dict[str, Any] | None) -> HTMLResponse:
    """Return a page with JSON-LD in its head; it is data, which no browser runs."""
    if said is None:
        return response
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    script = f'<script type="application/ld+json">{text}</script>\n</head>'.encode()
    body = bytes(response.body).replace(b"</head>", script, 1)
    headers = {k: v for k, v in response.headers.items() if k != "content-length"}
    return HTMLResponse(body, response.status_code, headers)


def _both(ja: str, en: str) -> Any:
    if ja == en:
        return ja
    return [{"@language": "ja", "@value": ja}, {"@language": "en", "@value": en}]


def _text(value: Value) -> Any:
    language = value.term.language if isinstance(value.term, Literal) else None
    text = value.term.value if isinstance(value.term, NamedNode | Literal) else ""
    return {"@language": language, "@value": text} if language else text


def _linked(values: tuple[Value, ...], kind: str) -> Iterator[dict[str, Any]]:
    for value in values:
        if isinstance(value.term, NamedNode) and value.label is not None:
            name = _both(value.label.ja, value.label.en)
            yield {"@type": kind, "@id": value.term.value, "name": name}


def _one(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values
