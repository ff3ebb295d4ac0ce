"""What the terms of other vocabularies are called here: a release uses but does not define them."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from keikaku.answers.lexicon import label_of
from keikaku.closed import Bilingual
from keikaku.names import PREFIXES, VANN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pyoxigraph import Literal, NamedNode

_NAMESPACES = {**PREFIXES, "vann": VANN.iri, "licences": ""}
"""What the names in each table of the file stand below; licences are named in full."""


@cache
def borrowed_labels() -> Mapping[str, Bilingual]:
    """Return the label of each borrowed term by its IRI, as borrowed.toml has it."""
    text = files("keikaku.answers").joinpath("borrowed.toml").read_text(encoding="utf-8")
    return {
        f"{_NAMESPACES[prefix]}{name}": Bilingual.model_validate(label)
        for prefix, terms in tomllib.loads(text).items()
        for name, label in terms.items()
    }


def borrowed(term: NamedNode) -> Bilingual | None:
    """Return what a term of another vocabulary is called, None if it is not known here."""
    return borrowed_labels().get(term.value)


def called(term: NamedNode, labels: Iterable[Literal] = ()) -> Bilingual:
    """Return what a thing is called: by its labels, else as a borrowed term, else by its IRI."""
    said = tuple(labels)
    if not said and (known := borrowed(term)):
        return known
    found = label_of(term, said)
    return found if found.ja else Bilingual(ja=term.value, en=term.value)
