"""The site put together: the current release of a shelf, or a few RDF files, behind the web."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import RdfFormat, parse

from keikaku.errors import SourceError
from keikaku.release.shelf import Shelf
from keikaku.store.embedded import EmbeddedStore
from keikaku.web.app import create_app
from keikaku.web.current import CurrentAnswers, bounds_of
from keikaku.web.dereference import names_routers
from keikaku.web.downloads import downloads_router
from keikaku.web.pages import pages_router
from keikaku.web.questions import questions_router

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from fastapi import FastAPI
    from pyoxigraph import Quad

    from keikaku.settings import Settings


def site_of_shelf(settings: Settings) -> FastAPI:
    """Return the site of the current release; raises ReleaseError where there is none."""
    shelf = Shelf(settings.releases)
    answers = CurrentAnswers(shelf, settings)
    return create_app(
        answers.store,
        questions_router(answers),
        pages_router(answers, shelf),
        *names_routers(answers, shelf.current().manifest["base"]),
        downloads_router(shelf),
    )


def site_of_files(files: Sequence[Path], settings: Settings) -> FastAPI:
    """Return an endpoint over RDF files as they are, their default graph being the default graph.

    Raises SourceError for a file that is not there, of an unknown kind, or that is not well-formed.
    """
    store = EmbeddedStore.in_memory(_quads(files), bounds_of(settings), union=False)
    return create_app(lambda: store)


def _quads(files: Sequence[Path]) -> Iterator[Quad]:
    for path in files:
        kind = RdfFormat.from_extension(path.suffix.removeprefix("."))
        if kind is None:
            raise SourceError(
                f"「{path.suffix}」という種類の RDF ファイルは読めません。",
                f"no kind of RDF file ends in {path.suffix!r}",
                file=str(path),
            )
        try:
            yield from parse(path=str(path), format=kind)
        except (OSError, SyntaxError) as error:
            raise SourceError(
                f"RDF として読めません: {error}",
                f"it cannot be read as RDF: {error}",
                file=str(path),
            ) from error
