"""Runs the rules of `ontology/rules/` over a plan, each into the graph that it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QueryTriples, Store, Triple

from keikaku.annotated import read_folder
from keikaku.assets import shipped
from keikaku.errors import ReleaseError
from keikaku.names import KEI, PREFIXES
from keikaku.text import fold, unrepresentable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from keikaku.annotated import AnnotatedQuery
    from keikaku.names import PlanNames

Term = NamedNode | BlankNode | Literal | Triple


def infer(stated: Iterable[Quad], shared: Iterable[Quad], names: PlanNames) -> set[Quad]:
    """Return what the rules conclude from a plan's quads and the shared vocabulary.

    The rules run in the order of their file names; each sees what those before it concluded. A
    triple that stands in a graph already is not concluded again.
    """
    store = Store()
    store.extend(shared)
    store.extend(stated)
    concluded: set[Quad] = set()
    for rule in read_folder(shipped("ontology") / "rules"):
        graph = names.graph(rule.annotations["graph"])
        new = {
            Quad(triple.subject, triple.predicate, triple.object, graph)
            for triple in _conclude(rule, store)
            if not _stands(store, triple)
        }
        store.extend(new)
        concluded |= new
    return concluded


def _conclude(rule: AnnotatedQuery, store: Store) -> QueryTriples:
    try:
        result = store.query(
            rule.query,
            prefixes=PREFIXES,
            use_default_graph_as_union=True,
            custom_functions={KEI["folded"]: _folded, KEI["unrepresentable"]: _unrepresentable},
        )
    except SyntaxError as error:
        raise ReleaseError(
            f"規則 {rule.name} が SPARQL として読めません。",
            f"rule {rule.name} is not SPARQL: {error}",
        ) from error
    if not isinstance(result, QueryTriples):
        raise ReleaseError(
            f"規則 {rule.name} が CONSTRUCT ではありません。", f"rule {rule.name} is no CONSTRUCT"
        )
    return result


def _stands(store: Store, triple: Triple) -> bool:
    return any(store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None))


def _folded(text: Term) -> Literal | None:
    return Literal(fold(text.value)) if isinstance(text, Literal) else None


def _unrepresentable(text: Term) -> Literal | None:
    if not isinstance(text, Literal):
        return None
    return Literal(" ".join(map(_visible, unrepresentable(text.value))))


def _visible(character: str) -> str:
    """Return a character as it can be read, one that cannot be seen by its code point."""
    return character if character.isprintable() else f"U+{ord(character):04X}"
