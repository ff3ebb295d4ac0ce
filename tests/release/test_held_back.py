"""Kept releases that hold what is withheld at present: found by place, remembered, not given."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest

from held_release import (
    NOT_SHOWN,
    PLAN,
    ROWS,
    cell,
    column,
    document,
    line,
    new,
    no_store,
    old,
    region,
    released,
    table,
)
from keikaku.errors import ReleaseError
from keikaku.names import SHARED
from keikaku.release.difference.named import followed, previous
from keikaku.release.held_back import guard as guard_module
from keikaku.release.held_back.guard import MEMORY, Guard
from keikaku.release.held_back.judge import judge, withheld_in
from keikaku.release.held_back.places import places_in
from keikaku.release.held_back.regions import NOTHING, Region, Withheld
from keikaku.release.held_back.verdict import Held, ReleaseHeldBackError
from keikaku.release.removal import withdraw
from keikaku.release.shelf import Shelf
from keikaku.release.tombstones import Tombstones
from keikaku.release.write import write_release
from small_release import content_of

if TYPE_CHECKING:
    from pathlib import Path

    from pyoxigraph import Quad

OTHER = f"{SHARED}id/352021/bosai"
NAME = "id/352039/kyodo"
SOURCE = f"{NAME}/source/1"


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """An empty shelf."""
    return Shelf(tmp_path / "releases")


def held(shelf: Shelf, before: list[Quad], now: list[Quad]) -> tuple[Held, ...]:
    """What a release of format 2 holds by what one of format 3 withholds."""
    first = released(shelf, before)
    released(shelf, now, "3")
    guard = Guard(shelf)
    guard.look()
    verdict = guard.of(first.id)
    return verdict.held if verdict else ()


def test_a_column_that_is_withheld_now_holds_an_older_release_back(shelf: Shelf) -> None:
    before, after = old(shelf), new(shelf)
    verdicts = {verdict.id: verdict for verdict in Guard(shelf).look()}
    assert verdicts[before.id].held == (Held(NAME, cells=2),)  # its heading and the one name
    assert not verdicts[after.id].is_held


def test_what_is_told_has_counts_and_what_to_do_and_nothing_of_the_text(shelf: Shelf) -> None:
    before, _ = old(shelf), new(shelf)
    verdict = Guard(shelf).of(before.id)
    assert verdict is not None
    ja, en = verdict.told()
    for said in (ja, en):
        assert before.id in said
        assert "352039/kyodo" in said
        assert f"keikaku releases --withdraw {before.id} --reason" in said
        assert "serve_withheld = true" in said
    assert "欄 2" in ja
    assert "2 cells" in en
    everything = (*verdict.told(), *verdict.told_as_served(), str(verdict.error()))
    assert all(NOT_SHOWN not in said and "担当者" not in said for said in everything)
    assert NOT_SHOWN not in (shelf.folder / MEMORY).read_text(encoding="utf-8")


LONGER = (*ROWS, ("丙", "もう一人"), ("丁", "さらに一人"))
MIDDLE = [*table(*ROWS, without=2), *cell(1, 1, 2, "担当者"), *column(2, 2, first=2)]
"""A table whose second column is withheld in its second row alone."""


@pytest.mark.parametrize(
    ("before", "now", "found"),
    [
        (table(*LONGER), [*table(*ROWS, without=2), *column(2, 3)], Held(NAME, cells=4)),
        (table(*LONGER), [*table(*ROWS, without=2), *column(2, 3, first=2)], Held(NAME, cells=3)),
        (table(*LONGER), MIDDLE, Held(NAME, cells=1)),
        (table(("名称", ""), ("甲", ""), ("乙", "")), MIDDLE, None),
        (table(("名称",), ("甲",)), [*table(*ROWS, without=2), *column(2, 3)], None),
        (cell(2, 2, 2, "別の表"), [*table(*ROWS, without=2), *column(2, 3)], None),
        (
            [*line(1, "# 題名"), *line(9, "庁内限り")],
            [*line(1, "# 題名"), *region("line-9", "furniture", line=9)],
            Held(NAME, lines=1),
        ),
        (
            line(4, "庁内限り", position=4),
            region("line-4", "furniture", position=4),
            Held(NAME, lines=1),
        ),
        (line(8, "公開"), region("line-9", "furniture", line=9), None),
        (
            [*cell(1, 1, 1, "甲", sheet="計画"), *cell(2, 1, 1, "乙", sheet="作業用")],
            [*cell(1, 1, 1, "甲", sheet="計画"), *region("sheet-2", "hidden", position=2)],
            Held(NAME, cells=1),
        ),
        (
            [*cell(1, 1, 1, "甲", sheet="計画"), *line(3, "題", sheet="作業用", position=1)],
            [*cell(1, 1, 1, "甲", sheet="計画"), *region("sheet-2", "hidden", position=2)],
            Held(NAME, lines=1),
        ),
        (
            [*document(2, "plan.toml"), *line(4, 'code = "352039" # 覚え', source=2)],
            document(2, "plan.toml"),
            Held(NAME, comments=1),
        ),
        (
            [*document(3, "decisions.toml"), *line(4, 'by = "協働推進課"  # 担当は内緒', source=3)],
            [],
            Held(NAME, comments=1),
        ),
        (
            [*document(2, "plan.toml"), *line(4, 'title = "第2次 #計画"', source=2)],
            document(2, "plan.toml"),
            None,
        ),
        (line(1, "# 題名"), line(1, "# 題名"), None),
    ],
    ids=[
        "a longer table",
        "a longer table below its heading",
        "one row",
        "an empty cell",
        "no such column",
        "another table",
        "a line",
        "a line of a document without lines",
        "another line",
        "a sheet",
        "a line on a sheet",
        "a comment in plan.toml",
        "a comment in decisions.toml",
        "a sign in a string",
        "a heading of Markdown",
    ],
)
def test_what_lies_in_a_region_is_found(
    shelf: Shelf, before: list[Quad], now: list[Quad], found: Held | None
) -> None:
    assert held(shelf, before, now) == ((found,) if found else ())


def test_a_withheld_row_that_is_last_goes_on_below(shelf: Shelf) -> None:
    rows = region("1-3-1", table=1, firstRow=3, lastRow=3, firstColumn=1, lastColumn=2)
    assert held(shelf, table(*LONGER), [*table(*ROWS[:2]), *rows]) == (Held(NAME, cells=5),)


def test_a_merged_cell_counts_for_the_height_of_its_table(shelf: Shelf) -> None:
    now = [*cell(1, 1, 1, "甲", rowSpan=3), *column(2, 2)]
    assert withheld_in(released(shelf, now, "3")).regions == {
        Region(SOURCE, "ignored", 1, 1, 2, 2, 2)
    }


def test_a_release_under_another_base_is_judged_by_what_follows_it(shelf: Shelf) -> None:
    elsewhere = "https://example.org/data/"
    moved = [
        type(quad)(*(_moved(part, elsewhere) for part in quad))
        for quad in [*document(1, "source.md"), *table(*ROWS)]
    ]
    first = released(shelf, moved, base=elsewhere)
    new(shelf)
    verdict = Guard(shelf).of(first.id)
    assert verdict is not None
    assert verdict.held == (Held(NAME, cells=2),)


def _moved(part: object, base: str) -> object:
    value = getattr(part, "value", "")
    own = value.startswith((f"{SHARED}id/3", f"{SHARED}graph/3"))
    return type(part)(value.replace(SHARED, base)) if own else part  # type: ignore[call-arg]


def test_a_later_release_of_the_new_format_may_withhold_more(shelf: Shelf) -> None:
    first = released(shelf, table(*ROWS), "3")
    new(shelf)
    assert Guard(shelf).of(first.id)


def test_what_the_newest_withholds_stays_so_when_an_older_one_is_current(shelf: Shelf) -> None:
    before, _ = old(shelf), new(shelf)
    shelf.point_to(before)
    assert Guard(shelf).of(before.id)


def test_what_the_plans_folders_withhold_counts_too(shelf: Shelf) -> None:
    before = released(shelf, table(*ROWS))
    assert Guard(shelf).of(before.id) is None
    told = Withheld(frozenset({NAME}), frozenset({Region(SOURCE, "ignored", 1, 1, None, 2, 2)}))
    guard = Guard(shelf, lambda: told)
    [verdict] = guard.look()
    assert verdict.held == (Held(NAME, cells=2),)
    assert verdict.unknown == ()


def test_a_sheet_whose_name_is_known_is_found_by_it(shelf: Shelf) -> None:
    before = [*cell(1, 1, 1, "甲", sheet="計画"), *cell(2, 1, 1, "乙", sheet="作業用")]
    region = Region(SOURCE, "hidden", sheet=2, sheet_name="作業用")
    verdict = judge(released(shelf, before), Withheld(regions=frozenset({region})))
    assert verdict.held == (Held(NAME, cells=1),)


def test_plans_of_which_nothing_is_known_are_told(shelf: Shelf) -> None:
    other = [*document(1, "source.md", OTHER), *cell(1, 1, 1, "甲", OTHER)]
    before = released(shelf, [*table(("名称",)), *other])
    new(shelf)
    verdicts = {verdict.id: verdict for verdict in Guard(shelf).look()}
    assert not verdicts[before.id].is_held
    assert verdicts[before.id].unknown == ("id/352021/bosai",)
    assert "352021/bosai" in verdicts[before.id].not_judged()[0]


def test_two_things_known_withhold_what_either_does() -> None:
    one = Withheld(
        frozenset({"a"}), frozenset({Region("d", "hidden", line=1)}), {"d": frozenset("xy")}
    )
    two = Withheld(
        frozenset({"b"}), frozenset({Region("d", "hidden", line=2)}), {"d": frozenset("yz")}
    )
    both = one | two
    assert both.plans == {"a", "b"}
    assert len(both.regions) == 2
    assert both.sheets == {"d": frozenset("y")}
    assert Withheld.from_json(json.loads(json.dumps(both.as_json()))) == both
    assert one | NOTHING == one


def test_a_shelf_with_a_guard_does_not_give_what_is_held_back(shelf: Shelf) -> None:
    before, between, _ = old(shelf), released(shelf, table(("名称",))), new(shelf)
    guarded = Shelf(shelf.folder, Guard(shelf))
    with pytest.raises(ReleaseHeldBackError, match=before.id):
        guarded.release(before.id)
    assert guarded.release(between.id).id == between.id
    assert guarded.held_back() == {before.id}
    assert previous(guarded) == between.id
    assert followed(guarded)[between.id] is None
    assert shelf.release(before.id).id == before.id


def test_the_default_release_before_passes_over_what_is_held_back(shelf: Shelf) -> None:
    first, _, last = released(shelf, table(("名称",))), old(shelf), new(shelf)
    guard = Guard(shelf)
    guard.look()
    guarded = Shelf(shelf.folder, guard)
    assert previous(guarded) == first.id
    assert followed(guarded)[last.id] == first.id


def test_a_release_that_comes_later_is_judged_before_it_is_given(shelf: Shelf) -> None:
    new(shelf)
    guard = Guard(shelf)
    guard.look()
    late = old(shelf)
    assert guard.of(late.id)


def test_what_was_found_out_is_not_found_out_again(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    old(shelf)
    new(shelf)
    first = Guard(shelf).look()

    def read(*_: object) -> None:
        raise AssertionError("read again")

    with monkeypatch.context() as patch:
        patch.setattr(guard_module, "judge", read)
        patch.setattr(guard_module, "withheld_in", read)
        assert Guard(shelf).look() == first
    released(shelf, [*table(*ROWS, without=2), *column(1, 3), *column(2, 3)], "3")
    again = {verdict.id: verdict.held for verdict in Guard(shelf).look()}
    assert again[first[0].id] == (Held(NAME, cells=5),)


@pytest.mark.parametrize("said", ["", "{", "[]", '{"version": "0"}', '{"version": "2"}'])
def test_a_damaged_memory_is_as_good_as_none(shelf: Shelf, said: str) -> None:
    before, _ = old(shelf), new(shelf)
    (shelf.folder / MEMORY).write_text(said, encoding="utf-8")
    assert Guard(shelf).of(before.id)


def test_the_memory_keeps_nothing_of_releases_that_went(shelf: Shelf) -> None:
    before, _ = old(shelf), new(shelf)
    Guard(shelf).look()
    assert before.id in (shelf.folder / MEMORY).read_text(encoding="utf-8")
    withdraw(shelf, before.id, "氏名があったため")
    Guard(shelf).look()
    assert before.id not in (shelf.folder / MEMORY).read_text(encoding="utf-8")


def test_a_release_that_cannot_be_read_is_held_back(shelf: Shelf) -> None:
    before, _ = old(shelf), new(shelf)
    body = (before.folder / "keikaku.nq").read_bytes()
    (before.folder / "keikaku.nq.gz").write_bytes(gzip.compress(body)[:-20])
    (before.folder / "keikaku.nq").unlink()
    path = before.folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["files"]["keikaku.nq.gz"] = {
        "bytes": (before.folder / "keikaku.nq.gz").stat().st_size,
        "sha256": "",
    }
    del manifest["files"]["keikaku.nq"]
    path.write_text(json.dumps(manifest), encoding="utf-8")
    verdict = Guard(shelf).of(before.id)
    assert verdict is not None
    assert verdict.unreadable
    shelf.point_to(shelf.release(before.id))
    path.write_text(json.dumps(manifest | {"format": "3"}), encoding="utf-8")
    with pytest.raises(ReleaseError, match="keikaku build"):
        Guard(shelf).look()


def test_a_damaged_release_stays_damaged(shelf: Shelf) -> None:
    before, _ = old(shelf), new(shelf)
    (before.folder / "keikaku.nq").write_bytes(b"")
    assert Guard(shelf).of(before.id) is None
    with pytest.raises(ReleaseError, match="壊れています"):
        Shelf(shelf.folder, Guard(shelf)).release(before.id)


def test_a_thing_that_only_a_release_has_that_is_held_back_is_told_without_it(shelf: Shelf) -> None:
    first = write_release(content_of("甲", space=f"{SHARED}id/"), shelf, no_store)
    path = first.folder / "manifest.json"
    write_release(content_of("乙", space=f"{SHARED}id/"), shelf, no_store)
    assert path.exists()

    class Strict:
        def of(self, _: str) -> None:
            return None

        def held(self) -> frozenset[str]:
            return frozenset({first.id})

    stone = Tombstones(Shelf(shelf.folder, Strict())).of(f"{SHARED}id/甲")
    assert stone is not None
    assert (stone.last, stone.served) == (first.id, False)
    open_stone = Tombstones(shelf).of(f"{SHARED}id/甲")
    assert open_stone is not None
    assert open_stone.served


def test_places_are_read_with_all_that_is_said_of_them(shelf: Shelf) -> None:
    release = released(
        shelf, [*cell(1, 2, 3, '引用 "の" \\ 改行\nと', sheet='表"1"'), *line(7, "")]
    )
    found = {place.name or place.kind: place for place in places_in(release.lines(), SHARED)}
    assert set(found) == {"1-2-3", "7", "document"}
    one = found["1-2-3"]
    assert (one.document, one.kind) == (SOURCE, "cell")
    assert (one.table, one.row, one.column, one.sheet) == (1, 2, 3, '表"1"')
    assert one.text("value") == '引用 "の" \\ 改行\nと'
    assert one.is_filled
    assert not found["7"].is_filled
    assert found["7"].line == 7
    assert found["document"].text("name") == "source.md"
    assert PLAN.endswith("kyodo")
