"""A walk over the site by its links: a few pages of every kind (`make crawl` walks over all)."""

from __future__ import annotations

import pytest
from tests.crawl.pages import Page, styled
from tests.crawl.walk import Walked, kind_of, walk

pytestmark = pytest.mark.xdist_group("site")

OF_EACH_KIND = 3


@pytest.fixture(scope="module")
def walked(site: str) -> Walked:
    """What was found on the way."""
    return walk(site, OF_EACH_KIND)


def test_no_link_is_broken(walked: Walked) -> None:
    assert walked.broken == []


def test_a_browser_fetches_nothing_from_another_host(walked: Walked) -> None:
    assert walked.foreign == []


def test_no_page_is_large(walked: Walked) -> None:
    assert walked.large == []


def test_links_within_a_page_have_their_target(walked: Walked) -> None:
    assert walked.untargeted == []
    assert walked.twice == []


@pytest.mark.parametrize(
    "kind",
    [
        "/",
        "/plans",
        "/items",
        "/pictures",
        "/pictures/schedule",
        "/matrix",
        "/questions",
        "/ask",
        "/discrepancies",
        "/sparql",
        "/releases",
        "/releases/*",
        "/ns",
        "/shapes",
        "/about",
        "/diff",
        "/overview?plan",
        "/doc/*/kyodo",
        "/doc/*/kyodo/item/*-*-*",
        "/doc/*/kyodo/item/*-*-*/*",
        "/doc/*/kyodo/measure/*-*",
        "/doc/*/kyodo/policy/*",
        "/doc/*/kyodo/overview/*-*-*",
        "/doc/*/kyodo/source/*/cell/*-*-*",
        "/doc/*/kyodo/discrepancy/*",
        "/doc/*/department/*",
        "/doc/party/*",
        "/doc/phase/*",
        "/doc/fy/*",
        "/doc/kind/*",
        "/doc/*",
    ],
)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_links_lead_to_pages_of_this_kind(walked: Walked, prefix: str, kind: str) -> None:
    where = prefix + ("/" if kind == "/" and prefix else kind if kind != "/" else "/")
    assert walked.pages[where] > 0, sorted(walked.pages)


def test_a_walker_sees_what_a_browser_would_fetch() -> None:
    page = Page("http://here/a")
    page.feed(
        '<link rel="stylesheet" href="http://there/x.css"><img src="y.png">'
        '<a href="http://there/">leads away</a><p style="background:url(http://there/z.png)">'
        '<p id="one"><p id="one"><a href="#two">'
    )
    assert page.fetched == {"http://there/x.css", "http://here/y.png", "http://there/z.png"}
    assert page.links == {"http://there/", "http://here/a"}
    assert page.twice == {"one"}
    assert page.targets - page.names == {"two"}
    assert styled("@import 'http://there/w.css'; a{b:url(data:x)}", "http://here/") == {
        "http://there/w.css"
    }


def test_pages_that_differ_in_figures_are_of_one_kind() -> None:
    assert kind_of("http://h/doc/352039/kyodo/item/1-4-3") == "/doc/*/kyodo/item/*-*-*"
    assert kind_of("http://h/items?year=H22&party=a") == "/items?party&year"
