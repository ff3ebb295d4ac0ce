"""The ids of things, short within the identifier space of the service, and their IRIs."""

from __future__ import annotations

import re

from keikaku.names import SHARED

_OF_A_CITY = re.compile("[0-9]{6}(?:/|$)")


def id_of(iri: str, base: str) -> str:
    """Return the id of a thing: what follows {base}id/, else its whole IRI.

    What all cities share has a short id too; of another publisher's city it would be ambiguous.
    """
    own = iri.removeprefix(f"{base}id/")
    if own != iri:
        return own
    shared = iri.removeprefix(f"{SHARED}id/")
    return iri if _OF_A_CITY.match(shared) else shared


def iris_of(name: str, base: str) -> tuple[str, ...]:
    """Return the IRIs that an id can stand for, the likeliest first."""
    if "://" in name:
        return (name,)
    shared = () if _OF_A_CITY.match(name) else (f"{SHARED}id/{name}",)
    return tuple(dict.fromkeys((f"{base}id/{name}", *shared)))
