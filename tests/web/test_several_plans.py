"""The first page and the questions of a site that has several plans."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from keikaku.answers.service import Answers
from keikaku.settings import Settings
from keikaku.store.embedded import EmbeddedStore
from keikaku.web.app import create_app
from keikaku.web.pages import question
from keikaku.web.pages.home import home_router
from keikaku.web.parts import SiteParts
from keikaku.web.served import Served
from several_cities import in_other_cities

if TYPE_CHECKING:
    from fastapi import FastAPI
    from pyoxigraph import Quad

    from keikaku.release.shelf import Shelf
    from keikaku.web.current import CurrentAnswers


def site_over(quads: set[Quad]) -> FastAPI:
    """Return an application that has the first page and the questions."""
    store = EmbeddedStore.in_memory(quads)
    answers = Answers.over(store, "0123456789abcdef")
    current = cast("CurrentAnswers", SimpleNamespace(current=lambda: answers))
    release = SimpleNamespace(manifest={"classes": {"Item": 104}})
    shelf = cast("Shelf", SimpleNamespace(release=lambda _: release))
    parts = SiteParts(current, shelf, "", Settings())
    return create_app(lambda: Served(store), home_router(parts), question.question_router(parts))


@pytest.fixture(scope="module")
def two_cities(plan_quads: frozenset[Quad]) -> FastAPI:
    return site_over(in_other_cities(plan_quads, ["352021"]))


def test_the_first_page_of_several_plans_lists_them_and_not_all_that_is_in_them(
    two_cities: FastAPI, client_of: Any
) -> None:
    text = client_of(two_cities).get("/").text
    for code in ("352021", "352039"):
        assert f'<a href="/doc/{code}/kyodo">' in text
    assert "番号" not in text[text.index('id="plan"') :]  # the table of all sections


def test_what_it_shows_first_is_about_one_of_them(two_cities: FastAPI, client_of: Any) -> None:
    """Eleven items of the plan involve businesses in H22, as read in the document."""
    text = client_of(two_cities).get("/").text
    answer = text[text.index('id="answer"') : text.index("ここから")]
    assert answer.count("/doc/352021/kyodo/item/") >= 11
    assert "/doc/352039/kyodo/item/" not in answer


def test_a_year_that_no_plan_has_is_not_its_example(
    plan_quads: frozenset[Quad], client_of: Any
) -> None:
    """The plan covers H20 to H24; a plan of five years later would cover H25 to H29."""
    later = {
        quad
        for quad in plan_quads
        if not (quad.predicate.value.endswith("planYear") and "2010" in str(quad.object))
    }
    text = client_of(site_over(later)).get("/").text
    assert "H22に" not in text[: text.index("</form>")]


def test_where_plans_are_many_a_question_opens_with_one_of_them(
    two_cities: FastAPI, client_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(two_cities)
    both = client.get("/questions/items-in-year").text
    monkeypatch.setattr(question, "_MOST_PLANS", 1)
    one = client.get("/questions/items-in-year").text
    asked = client.get("/questions/items-in-year?year=H22").text
    for text in (both, asked):
        assert "/doc/352039/kyodo/item/" in text
    assert "/doc/352021/kyodo/item/" in one
    assert "/doc/352039/kyodo/item/" not in one
