"""What many tests need: the real plan, read and lifted once."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from browser import Visits, chromium
from decided_plan import decided_copy
from desk import Desk, served
from keikaku.assets import shipped
from keikaku.build import PlanGraphs, Source, graphs_of, read_source
from keikaku.graph.areas import area_quads
from keikaku.graph.dataset import vocabulary
from keikaku.names import SHARED
from keikaku.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser
    from pyoxigraph import Quad


@pytest.fixture(scope="session")
def kyodo() -> Source:
    """The plan of Yamaguchi City, read from data/plans."""
    return read_source(shipped("plans") / "352039-kyodo", Settings())


@pytest.fixture(scope="session")
def kyodo_graphs(kyodo: Source) -> PlanGraphs:
    """The graphs of the plan of Yamaguchi City."""
    return graphs_of(kyodo, SHARED)


@pytest.fixture(scope="session")
def plan_quads(kyodo_graphs: PlanGraphs) -> frozenset[Quad]:
    """The graphs of the plan of Yamaguchi City, with ontology, concepts and areas."""
    return kyodo_graphs.quads | vocabulary() | area_quads(["352039"])


@pytest.fixture(scope="session")
def decided_graphs(tmp_path_factory: pytest.TempPathFactory) -> PlanGraphs:
    """The graphs of a copy of the plan whose city has said something of three discrepancies."""
    folder = decided_copy(tmp_path_factory.mktemp("decided"))
    return graphs_of(read_source(folder, Settings()), SHARED)


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A folder in which `keikaku build` has run."""
    desk = Desk(tmp_path_factory.mktemp("desk"))
    desk.run("build")
    return desk


@pytest.fixture(scope="session")
def site(desk: Desk) -> Iterator[str]:
    """The address of a server that serves the desk's release."""
    with served(desk) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium; where there is none, the test is skipped.

    It has an event loop of its own in this thread, so that tests that run one stand elsewhere.
    """
    with chromium() as found:
        yield found


@pytest.fixture
def page_at(browser: Browser, site: str) -> Iterator[Visits]:
    """Opens pages of the site, and closes them afterwards: `page_at("/items", width=PHONE)`."""
    visits = Visits(browser, site)
    yield visits
    visits.close()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let a run in CI fail where a test was skipped: there everything is installed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
