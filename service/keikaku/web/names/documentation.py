"""The documents of the ontology and of the shapes: generated from the graphs of the release."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode

from keikaku.answers.borrowed import called
from keikaku.answers.inverse import told_from_the_other_end
from keikaku.answers.shapebook import read_shapes
from keikaku.answers.vocabulary import ONTOLOGY, Vocabulary
from keikaku.names import KEI, SHARED, SHARED_GRAPHS
from keikaku.store.base import Query
from keikaku.web.names.addresses import shown_at
from keikaku.web.names.diagram import diagram
from keikaku.web.names.forms import SUFFIXES, link
from keikaku.web.names.thing import curie
from keikaku.web.problems import HttpError
from keikaku.web.rendering import page

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi.responses import HTMLResponse
    from pyoxigraph import RdfFormat

    from keikaku.answers.service import Answers
    from keikaku.closed import Bilingual
    from keikaku.store.base import Term
    from keikaku.web.parts import SiteParts

SHAPES = f"{SHARED}shapes"

_GRAPH = "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}"
_FILE = """CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {graph} {{
  {{ {file} ?p ?o . BIND ({file} AS ?s) }} UNION {{ ?s rdfs:isDefinedBy {file} ; ?p ?o }}
}} }}"""


@dataclass(frozen=True, slots=True)
class Documentation:
    """A part of the release's own vocabulary as a document: how its page and its RDF are made."""

    answers: Answers
    query: str
    made: Callable[[], HTMLResponse]
    cited: str

    @property
    def links(self) -> tuple[str, ...]:
        """How to cite it, for the Link header (RFC 8574)."""
        return (link(self.cited, "cite-as"),)

    def page(self) -> HTMLResponse:
        """Return the page for people."""
        return self.made()

    def rdf(self, kind: RdfFormat) -> bytes:
        """Return its triples in a format."""
        return self.answers.store.serialize(Query(self.query, graphs=kind)).body


def ontology_of(site: SiteParts, version: str | None = None) -> Documentation:
    """Return the ontology's document. Raises HttpError for a version that the release has not."""
    current = site.answers.current()

    def made() -> HTMLResponse:
        found = Vocabulary.read(current.store)
        return page(
            "terms.html",
            release=current.release,
            vocabulary=found,
            diagram=diagram(found),
            called=partial(_called, current),
            inverse=told_from_the_other_end,
            **_shown(site),
        )

    if version is not None and version != _version(current):
        raise HttpError(
            HTTPStatus.NOT_FOUND,
            f"オントロジーの {version} 版は、今のリリースにありません。今の版: {_version(current)}",
            f"this release has no version {version} of the ontology; it has {_version(current)}",
        )
    return Documentation(current, _GRAPH.format(graph=SHARED_GRAPHS.ontology), made, ONTOLOGY.value)


def shapes_of(site: SiteParts, name: str | None = None) -> Documentation:
    """Return the document of all shapes, or of the file of this name. Raises HttpError for none."""
    current = site.answers.current()
    files = read_shapes(current.store)
    versions = {f"{file.name}/{file.version}": file for file in files}
    chosen = [file for file in files if name in (None, file.name)] or [
        file for key, file in versions.items() if key == name
    ]
    if not chosen:
        raise HttpError(
            HTTPStatus.NOT_FOUND,
            f"「{name}」という条件のファイルはありません。"
            f"あるもの: {'、'.join(file.name for file in files)}",
            f"no file of shapes is called {name!r}; there are: "
            + ", ".join(file.name for file in files),
        )

    def made() -> HTMLResponse:
        return page(
            "shapes.html",
            release=current.release,
            files=chosen,
            whole=name is None,
            called=partial(_called, current),
            **_shown(site),
        )

    if name is None:
        query, cited = _GRAPH.format(graph=SHARED_GRAPHS.shapes), SHAPES
    else:
        query = _FILE.format(graph=SHARED_GRAPHS.shapes, file=chosen[0].iri)
        cited = chosen[0].iri.value
    return Documentation(current, query, made, cited)


def _version(current: Answers) -> str:
    return Vocabulary.read(current.store).version


def _shown(site: SiteParts) -> dict[str, Any]:
    return {
        "place": lambda iri: shown_at(iri, site.base),
        "suffixes": tuple(SUFFIXES),
        "curie": lambda iri: curie(iri) or f"<{iri.value}>",
        "text": _text,
        "namespace_iri": KEI.iri,
    }


def _text(term: Term) -> str:
    """Return a value of a constraint as text."""
    return term.value if isinstance(term, NamedNode | Literal) else str(term)


def _called(current: Answers, term: NamedNode) -> Bilingual:
    """Return what a class or property is called, ours or a borrowed one."""
    return current.lexicon.label(term) or called(term)
