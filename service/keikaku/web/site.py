"""The site put together: the current release of a shelf, or a few RDF files, behind the web."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import anyio

from keikaku.matching import normal
from keikaku.release.held_back.guard import Guard
from keikaku.release.shelf import Shelf
from keikaku.release.tombstones import Tombstones
from keikaku.store.pool import Lane
from keikaku.web.app import create_app
from keikaku.web.current import CurrentAnswers, EmbeddedHost, EngineHost, PinnedReleases
from keikaku.web.differences import Differences
from keikaku.web.downloads import downloads_routers
from keikaku.web.feeds import feeds_router
from keikaku.web.forgetting import Forgetting
from keikaku.web.items import items_api_router
from keikaku.web.names.routes import names_routers
from keikaku.web.operation.metrics import Metrics
from keikaku.web.operation.operate import operated
from keikaku.web.pages.about import about_router
from keikaku.web.pages.ask import ask_router
from keikaku.web.pages.diff import diff_router
from keikaku.web.pages.home import home_router
from keikaku.web.pages.items import items_router
from keikaku.web.pages.pictures import pictures_router
from keikaku.web.pages.plans import plans_router
from keikaku.web.pages.question import forget_forms, question_router
from keikaku.web.pages.register import register_router
from keikaku.web.pages.releases import releases_routers
from keikaku.web.pages.report import report_router
from keikaku.web.pages.source import source_router
from keikaku.web.pages.things import page_of
from keikaku.web.parts import SiteParts
from keikaku.web.questions import questions_router
from keikaku.web.reconcile.routes import reconcile_router
from keikaku.web.served import Served
from keikaku.web.sparql.caching import ResultCache
from keikaku.web.sparql.completing import completing_router
from keikaku.web.workers import Workers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from fastapi import APIRouter, FastAPI
    from starlette.types import ASGIApp

    from keikaku.settings import Settings
    from keikaku.store.pool import Pool
    from keikaku.web.current import Host


def site_of_shelf(settings: Settings, guard: Guard | None = None) -> ASGIApp:
    """Return the site of the current release, answered by workers or by the engine that is set.

    A `guard` that is told what the plans' folders withhold may be given; none stands before the
    shelf if the settings say so. Raises ReleaseError where there is no release or the current one
    is held back, EngineError if the engine does not answer.
    """
    guard = None if settings.serve_withheld else guard or Guard(Shelf(settings.releases))
    shelf = Shelf(settings.releases, guard)
    base = shelf.current().manifest["base"]
    workers = Workers(settings)
    host: Host = (
        EngineHost(shelf, settings, guard)
        if settings.engine
        else EmbeddedHost(shelf, workers, guard)
    )
    answers = CurrentAnswers(host)
    pinned, differences = PinnedReleases(shelf, workers), Differences(shelf)
    cache, metrics = ResultCache(settings.cache_bytes), Metrics()
    _watch_work(metrics, workers.pool, cache)
    metrics.watch("keikaku_release_info", lambda: {answers.release: 1})
    metrics.watch("keikaku_release_taken_up_seconds", lambda: answers.since)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        forgetting = Forgetting(
            shelf,
            (
                cache.forget,
                app.kept.forget,
                pinned.forget,
                differences.forget,
                forget_forms,
                lambda _: normal.cache_clear(),  # names of any release
            ),
            lambda name, gone: answers.withdraw(name, gone.error()),
            settings.max_query_seconds,
        )
        async with answers.following(), anyio.create_task_group() as tasks:
            tasks.start_soon(forgetting.watching)
            yield
            tasks.cancel_scope.cancel()
        workers.close()

    app = create_app(
        answers.served,
        *_routers(SiteParts(answers, shelf, base, settings), differences),
        lifespan=lifespan,
        pinned=pinned.served,
        settings=settings,
        cache=cache,
        metrics=metrics,
        notice=answers.notice,
        base=base,
    )
    return operated(app, settings, metrics)


def _routers(site: SiteParts, differences: Differences) -> tuple[APIRouter, ...]:
    """Return the rooms of the site beside the endpoint, one subject each."""
    return (
        questions_router(site.answers),
        home_router(site),
        completing_router(site),
        items_api_router(site),
        items_router(site),
        question_router(site),
        ask_router(site),
        diff_router(site, differences),
        about_router(site),
        pictures_router(site),
        plans_router(site),
        source_router(site),
        register_router(site),
        report_router(site),
        reconcile_router(site),
        *names_routers(site, page_of, Tombstones(site.shelf)),
        feeds_router(site),
        *releases_routers(site),
        *downloads_routers(site.shelf, site.base),
    )


def site_of_files(files: Sequence[Path], settings: Settings) -> ASGIApp:
    """Return an endpoint over RDF files as they are, their default graph being the default graph.

    Raises SourceError for a file that is not there, of an unknown kind, or that is not well-formed.
    """
    workers = Workers(settings)
    store = workers.open_files(files)
    cache, metrics = ResultCache(settings.cache_bytes), Metrics()
    _watch_work(metrics, workers.pool, cache)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        workers.serve(store)
        yield
        workers.close()

    app = create_app(
        lambda: Served(store), lifespan=lifespan, settings=settings, cache=cache, metrics=metrics
    )
    return operated(app, settings, metrics)


def _watch_work(metrics: Metrics, pool: Pool, cache: ResultCache) -> None:
    """Let the metrics show what the workers and the cache do."""
    metrics.watch("keikaku_queries_waiting", lambda: sum(map(pool.waiting, Lane)))
    metrics.watch(
        "keikaku_workers_running", lambda: {lane.value: pool.running(lane) for lane in Lane}
    )
    metrics.watch("keikaku_workers_spare", pool.idle)
    metrics.watch("keikaku_workers_killed_total", lambda: pool.kills)
    metrics.watch("keikaku_cache_entries", lambda: len(cache))
    metrics.watch("keikaku_cache_bytes", lambda: cache.bytes)
    metrics.watch("keikaku_cache_hits_total", lambda: cache.hits)
    metrics.watch("keikaku_cache_misses_total", lambda: cache.misses)
