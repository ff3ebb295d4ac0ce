"""Releases that leave the shelf, and the things that were in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import pytest

from keikaku.errors import ReleaseError
from keikaku.release import removal
from keikaku.release.index import ReleaseGoneError
from keikaku.release.removal import keep_last, withdraw
from keikaku.release.shelf import Shelf
from keikaku.release.tombstones import Tombstones
from keikaku.release.write import write_release
from small_release import content_of

if TYPE_CHECKING:
    from pathlib import Path

    from keikaku.release.shelf import Release

BASE = "https://w3id.org/keikaku/"


def no_store(folder: Path, nquads: BinaryIO) -> None:
    folder.mkdir()
    (folder / "size").write_text(str(len(nquads.read())))


def written(shelf: Shelf, *names: str) -> Release:
    return write_release(content_of(*names, space=f"{BASE}id/"), shelf, no_store)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """A shelf with three releases; 乙 went with the second."""
    shelf = Shelf(tmp_path)
    for names in (("甲", "乙"), ("甲",), ("甲", "丙")):
        written(shelf, *names)
    return shelf


def ids(shelf: Shelf) -> list[str]:
    return [entry.id for entry in shelf.index()]


def test_a_withdrawn_release_leaves_its_name_and_the_reason(shelf: Shelf) -> None:
    first = ids(shelf)[0]
    withdraw(shelf, first, "氏名が含まれていたため")
    assert not (shelf.folder / first).exists()
    assert first in ids(shelf)
    with pytest.raises(ReleaseGoneError, match="氏名が含まれていたため"):
        shelf.release(first)


def test_the_current_release_is_never_withdrawn(shelf: Shelf) -> None:
    current = shelf.current().id
    with pytest.raises(ReleaseError, match="公開中"):
        withdraw(shelf, current, "理由")
    assert shelf.current().id == current


def test_a_release_that_an_engine_serves_stays(shelf: Shelf) -> None:
    first = ids(shelf)[0]
    with pytest.raises(ReleaseError, match="公開中"):
        withdraw(shelf, first, "理由", held=(first,))
    assert keep_last(shelf, 1, held=(first,)) == (ids(shelf)[1],)
    assert shelf.has(first)


@pytest.mark.parametrize(("name", "reason"), [("0123456789abcdef", "理由"), ("", "理由")])
def test_what_never_was_cannot_be_withdrawn(name: str, reason: str, shelf: Shelf) -> None:
    with pytest.raises(ReleaseError, match="keikaku releases"):
        withdraw(shelf, name, reason)


def test_a_withdrawal_needs_its_reason(shelf: Shelf) -> None:
    with pytest.raises(ReleaseError, match="--reason"):
        withdraw(shelf, ids(shelf)[0], "  ")
    assert shelf.gone() == {}


def test_what_was_withdrawn_does_not_come_back(shelf: Shelf) -> None:
    withdraw(shelf, ids(shelf)[0], "誤り")
    with pytest.raises(ReleaseError, match="取り下げ"):
        written(shelf, "甲", "乙")
    assert len(ids(shelf)) == 3


def test_only_the_last_are_kept_and_an_old_one_can_be_made_again(shelf: Shelf) -> None:
    first, second, third = ids(shelf)
    assert keep_last(shelf, 2) == (first,)
    assert [shelf.has(name) for name in (first, second, third)] == [False, True, True]
    with pytest.raises(ReleaseGoneError, match="保存していません"):
        shelf.release(first)
    assert written(shelf, "甲", "乙").id == first
    assert shelf.current().id == first
    assert shelf.gone() == {}
    assert keep_last(shelf, 1) == (second, third)


def test_at_least_one_is_kept(shelf: Shelf) -> None:
    with pytest.raises(ReleaseError, match="--keep"):
        keep_last(shelf, 0)


@pytest.mark.parametrize("step", ["sync", "put_aside", "enter_gone", "rmtree"])
def test_a_kill_leaves_a_release_whole_or_gone(
    step: str, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, current = ids(shelf)[0], shelf.current().id

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        target = {
            "sync": (removal, "sync"),
            "rmtree": (removal.shutil, "rmtree"),
        }.get(step, (shelf, step))
        patch.setattr(*target, killed)
        with pytest.raises(KeyboardInterrupt):
            withdraw(shelf, first, "誤り")
    whole = shelf.has(first)
    assert whole == (step in ("sync", "put_aside"))
    assert shelf.current().id == current
    with shelf.writing():  # the next writer clears away what was left
        assert not list(shelf.folder.glob(".unfinished-*"))
    if step != "rmtree":
        withdraw(shelf, first, "誤り")
    assert shelf.gone()[first].reason == "誤り"


def test_a_thing_that_went_is_found_in_the_last_release_that_had_it(shelf: Shelf) -> None:
    first, second, _ = ids(shelf)
    stones = Tombstones(shelf)
    stone = stones.of(f"{BASE}id/乙")
    assert stone is not None
    assert (stone.last, stone.replaced_by, stone.reason) == (first, (), None)
    assert stone.date == shelf.index()[0].date
    assert stones.of(f"{BASE}id/甲") is None
    assert stones.of(f"{BASE}id/丁") is None
    assert stones.of("https://example.org/id/乙") is None
    keep_last(shelf, 1)
    stone = stones.of(f"{BASE}id/乙")
    assert stone is not None
    assert stone.last == first, "the list of its names outlives a release"
    assert second not in {p.name for p in shelf.folder.iterdir()}


def test_each_name_in_a_long_list_is_found(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    names = [f"項目{number}" for number in range(500)]
    written(shelf, *names)
    written(shelf, "甲")
    stones = Tombstones(shelf)
    for name in names:
        assert stones.of(f"{BASE}id/{name}"), name
    for name in ("", "項目", "項目500", "項目0 ", "あ", "黒"):
        assert stones.of(f"{BASE}id/{name}") is None, name
