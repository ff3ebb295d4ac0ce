"""What the plans' folders withhold now holds back what was published of them before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from keikaku import present
from keikaku.assets import shipped
from keikaku.build import build
from keikaku.commands.guarding import check_served, guard_of
from keikaku.present import withheld_at_present
from keikaku.release.held_back.regions import NOTHING
from keikaku.release.held_back.verdict import Held, ReleaseHeldBackError
from keikaku.release.shelf import Shelf
from keikaku.settings import Settings
from small_plan import PLAN, settings_in

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A plan that is built, whose profile publishes lines that say nothing of its content."""
    settings = settings_in(tmp_path, harvested=tmp_path / "harvested")
    assert build(settings).release is not None
    return settings


def withhold(settings: Settings) -> None:
    """Let the plan have a profile of its own, which withholds these lines."""
    folder = settings.plans / PLAN
    text = (shipped("profiles") / "overview-and-sheets.toml").read_text(encoding="utf-8")
    assert "[furniture.shown]\n" in text
    own = text.replace("[furniture.shown]\n", "[furniture]\n")
    (folder / "own.toml").write_text(own, encoding="utf-8")
    said = (folder / "plan.toml").read_text(encoding="utf-8")
    (folder / "plan.toml").write_text(said.replace("overview-and-sheets", "own"), encoding="utf-8")


def test_a_profile_that_withholds_more_holds_back_what_is_built(settings: Settings) -> None:
    first = Shelf(settings.releases).current_release_id()
    check_served(settings, guard_of(settings), first)
    withhold(settings)
    verdict = guard_of(settings).of(first)
    assert verdict is not None
    [held] = verdict.held
    assert held == Held("id/352039/kyodo", lines=held.lines)
    assert held.lines >= 3
    with pytest.raises(ReleaseHeldBackError, match="keikaku build"):
        check_served(settings, guard_of(settings), first)

    second = build(settings).release
    assert second is not None
    guard = guard_of(settings)
    check_served(settings, guard, second.id)
    assert [verdict.id for verdict in guard.look() if verdict.is_held] == [first]


def test_a_plan_that_is_built_as_it_lies_there_is_not_read_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*_: object) -> None:
        raise AssertionError("read again")

    with monkeypatch.context() as patch:
        patch.setattr(present, "read_source", read)
        assert withheld_at_present(settings) == NOTHING
    withhold(settings)
    assert len(withheld_at_present(settings).regions) >= 3


def test_what_cannot_be_read_withholds_nothing_and_stops_nothing(settings: Settings) -> None:
    (settings.plans / PLAN / "plan.toml").write_text("profile = ", encoding="utf-8")
    assert withheld_at_present(settings) == NOTHING
    check_served(settings, guard_of(settings), Shelf(settings.releases).current_release_id())


def test_a_server_may_stand_where_there_are_no_plans(tmp_path: Path) -> None:
    nowhere = Settings(plans=tmp_path / "none", releases=tmp_path / "r", harvested=tmp_path / "h")
    assert withheld_at_present(nowhere) == NOTHING


def test_a_document_that_is_no_longer_offered_holds_back_a_release_that_has_its_file(
    settings: Settings,
) -> None:
    withhold(settings)
    path = settings.plans / PLAN / "plan.toml"
    said = path.read_text(encoding="utf-8")
    path.write_text(f"{said}\n[source]\npublish_document = true\n", encoding="utf-8")
    offering = build(settings).release
    assert offering is not None
    assert f"documents/{PLAN}/source.md" in offering.manifest["files"]
    check_served(settings, guard_of(settings), offering.id)
    path.write_text(said, encoding="utf-8")
    assert build(settings).release is not None
    verdict = guard_of(settings).of(offering.id)
    assert verdict is not None
    assert verdict.held == (Held("id/352039/kyodo", documents=1),)
    assert "文書のファイル 1" in verdict.told()[0]
