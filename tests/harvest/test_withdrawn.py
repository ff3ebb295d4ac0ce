"""What a site withdraws goes at the next harvest; a site that is down withdraws nothing."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import NamedNode

from keikaku.build import build
from keikaku.errors import PlanFileError
from keikaku.harvest.harvest import harvest
from keikaku.harvest.told import Outcome
from keikaku.names import KEI
from keikaku.records.harvested import read_harvested
from keikaku.release.removal import withdraw as take_back
from keikaku.release.shelf import Shelf
from other_city import PLAN
from other_releases import folders, kept, publish, remove, told, withdraw
from small_plan import settings_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyoxigraph import Quad

    from keikaku.settings import Settings
    from other_site import OtherSite
    from other_site import Told as Answer


def without_plan(town: frozenset[Quad]) -> set[Quad]:
    """A release in which the plan is no more."""
    return {quad for quad in town if "/kyodo" not in str(quad.graph_name)}


def prepared(settings: Settings) -> set[str]:
    """The names of the archives that are kept of plans and cities."""
    return {path.name for path in (settings.releases / ".prepared").rglob("*.zip")}


def test_a_hub_whose_only_plan_was_withdrawn_withdraws_its_current_release(
    site: OtherSite, settings: Settings, town: frozenset[Quad]
) -> None:
    publish(site, town)
    told(site, settings)
    release = build(settings).release
    assert release is not None
    publish(site, without_plan(town), version="2")
    withdraw(site, "1")
    *_, held = harvest([site.address], settings, allow_private=True)
    assert (held.what, held.outcome) == (release.id, Outcome.HELD)
    assert f"取り下げるには keikaku releases --withdraw {release.id}" in held.ja
    with pytest.raises(PlanFileError, match="計画フォルダがありません"):
        build(settings)
    take_back(Shelf(settings.releases), release.id, "元のサイトが取り下げた")
    assert Shelf(settings.releases).current_id() is None
    assert told(site, settings) == [(site.address, Outcome.UNCHANGED)]


def test_a_plan_goes_that_its_site_withdrew_and_has_no_more(
    site: OtherSite, settings: Settings, town: frozenset[Quad]
) -> None:
    publish(site, town)
    told(site, settings)
    [archive] = (settings.releases / ".prepared").rglob("*.zip")
    for folder in ("plan", "of-another-version/plan"):  # as other versions of the program kept it
        other = settings.releases / ".prepared" / folder / "other.zip"
        other.parent.mkdir(parents=True)
        shutil.copyfile(archive, other)
    publish(site, without_plan(town), version="2")
    withdraw(site, "1")
    *_, gone = harvest([site.address], settings, allow_private=True)
    assert (gone.what, gone.outcome) == (PLAN, Outcome.WITHDRAWN)
    assert "理由: 内部の欄" in gone.ja
    assert "was withdrawn on 2026-12-01" in gone.en
    assert folders(settings) == []
    assert prepared(settings) == set()
    assert told(site, settings) == [(site.address, Outcome.UNCHANGED)]


def test_a_withdrawal_is_seen_though_the_catalogue_is_the_same(
    site: OtherSite, settings: Settings, town: frozenset[Quad]
) -> None:
    """To withdraw an older release changes no catalogue."""
    publish(site, town)
    told(site, settings)
    publish(site, without_plan(town), version="2")
    assert (PLAN, Outcome.KEPT) in told(site, settings)
    assert told(site, settings) == [(site.address, Outcome.UNCHANGED)]
    withdraw(site, "1")
    assert (PLAN, Outcome.WITHDRAWN) in told(site, settings)
    assert folders(settings) == []


def test_the_plan_that_is_offered_instead_is_taken_though_nothing_else_changed(
    site: OtherSite, settings: Settings, town: frozenset[Quad]
) -> None:
    publish(site, town)
    told(site, settings)
    publish(site, town, version="2")
    told(site, settings)
    before = prepared(settings)
    known = read_harvested(kept(settings))
    assert known is not None
    assert known.version == "1"  # it had not changed
    withdraw(site, "1")
    [taken] = harvest([site.address], settings, allow_private=True)
    assert (taken.what, taken.outcome) == (PLAN, Outcome.TAKEN)
    assert "取り下げたので、置き換えました" in taken.ja
    known = read_harvested(kept(settings))
    assert known is not None
    assert known.version == "2"
    assert not before & prepared(settings)
    assert told(site, settings) == [(site.address, Outcome.UNCHANGED)]


def test_a_plan_that_is_refused_does_not_keep_what_was_withdrawn(
    site: OtherSite, settings: Settings, town: frozenset[Quad]
) -> None:
    publish(site, town)
    told(site, settings)
    item, measure = NamedNode(f"{PLAN}/item/1-1-1"), KEI["inMeasure"]
    wrong = {quad for quad in town if (quad.subject, quad.predicate) != (item, measure)}
    publish(site, wrong, version="2")
    withdraw(site, "1")
    found = harvest([site.address], settings, allow_private=True)
    assert [one.outcome for one in found] == [Outcome.REFUSED, Outcome.WITHDRAWN]
    assert "そのままです" not in found[0].ja
    assert folders(settings) == []


def test_a_dump_that_is_withdrawn_and_still_listed_is_not_offered(
    site: OtherSite, settings: Settings, town: frozenset[Quad]
) -> None:
    publish(site, town)
    told(site, settings)
    withdraw(site, "1")
    assert told(site, settings) == [(PLAN, Outcome.WITHDRAWN)]
    assert folders(settings) == []


def test_an_address_that_is_gone_without_a_word_is_withdrawn(
    site: OtherSite, settings: Settings, town: frozenset[Quad]
) -> None:
    publish(site, town)
    told(site, settings)
    publish(site, without_plan(town), version="2")
    site.special["/releases/1/all.nq.gz"] = lambda _: (410, {"Content-Type": "text/plain"}, b"")
    assert (PLAN, Outcome.WITHDRAWN) in told(site, settings)


NOT_KEPT = {
    "today": {"withdrawn": False, "ja": "保存していません。", "en": "it is kept no longer"},
    "before": {"ja": "…", "en": "release 1 is not kept since 2026-12-01; use a newer one"},
}


@pytest.mark.parametrize("said", NOT_KEPT.values(), ids=NOT_KEPT)
def test_a_release_that_is_kept_no_longer_is_not_withdrawn(
    site: OtherSite, settings: Settings, town: frozenset[Quad], said: dict[str, object]
) -> None:
    publish(site, town)
    told(site, settings)
    publish(site, without_plan(town), version="2")
    remove(site, "1", **said)
    assert (PLAN, Outcome.KEPT) in told(site, settings)
    assert kept(settings).is_dir()


@pytest.mark.parametrize("status", [404, 403, 500, 502, 451])
def test_any_other_answer_withdraws_nothing(
    site: OtherSite, settings: Settings, town: frozenset[Quad], status: int
) -> None:
    publish(site, town)
    told(site, settings)
    publish(site, without_plan(town), version="2")

    def answer(_: Mapping[str, str]) -> Answer:
        return status, {"Content-Type": "text/html"}, b"410 Gone, withdrawn"

    site.special["/releases/1/all.nq.gz"] = answer
    assert (PLAN, Outcome.KEPT) in told(site, settings)
    assert kept(settings).is_dir()


def test_a_site_that_is_down_withdraws_nothing(
    site: OtherSite, settings: Settings, town: frozenset[Quad]
) -> None:
    publish(site, town)
    told(site, settings)
    withdraw(site, "1")
    site.special["/catalog"] = lambda _: (500, {}, b"")
    site.special["/.well-known/void"] = lambda _: (500, {}, b"")
    assert [outcome for _, outcome in told(site, settings)] == [Outcome.REFUSED]
    assert kept(settings).is_dir()


def test_nothing_goes_while_what_is_offered_instead_cannot_be_read(
    site: OtherSite, settings: Settings, town: frozenset[Quad]
) -> None:
    publish(site, town)
    told(site, settings)
    publish(site, without_plan(town), version="2", sha256="0" * 64)
    withdraw(site, "1")
    assert [outcome for _, outcome in told(site, settings)] == [Outcome.REFUSED]
    assert kept(settings).is_dir()
    publish(site, without_plan(town), version="2")
    assert (PLAN, Outcome.WITHDRAWN) in told(site, settings)


def test_releases_of_the_hub_that_hold_it_still_are_named_until_they_are_withdrawn(
    site: OtherSite, settings: Settings, town: frozenset[Quad]
) -> None:
    own = settings_in(settings.plans.parent / "own")
    hub = replace(own, harvested=settings.harvested, site="")
    publish(site, town)
    told(site, hub)
    first = build(hub).release
    assert first is not None
    cities = len(list((hub.releases / ".prepared").rglob("city/*.zip")))
    publish(site, without_plan(town), version="2")
    withdraw(site, "1")
    _, gone, held = harvest([site.address], hub, allow_private=True)
    assert (gone.what, gone.outcome) == (PLAN, Outcome.WITHDRAWN)
    assert (held.what, held.outcome) == (first.id, Outcome.HELD)
    assert PLAN in held.ja
    assert f"keikaku build の後に keikaku releases --withdraw {first.id} --reason" in held.ja
    assert folders(hub) == []
    assert len(list((hub.releases / ".prepared").rglob("city/*.zip"))) == cities - 1
    second = build(hub).release
    assert second is not None
    assert second.id != first.id
    unchanged, held = harvest([site.address], hub, allow_private=True)
    assert unchanged.outcome is Outcome.UNCHANGED
    assert f"取り下げるには keikaku releases --withdraw {first.id}" in held.ja
    take_back(Shelf(hub.releases), first.id, "元のサイトが取り下げた")
    assert told(site, hub) == [(site.address, Outcome.UNCHANGED)]
