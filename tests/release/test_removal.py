"""Releases that leave the shelf, and the things that were in them."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, BinaryIO

import pytest

from keikaku.errors import ReleaseError
from keikaku.release import removal
from keikaku.release.index import ReleaseGoneError
from keikaku.release.made_ready import HIDDEN
from keikaku.release.portions.archive import write_archive
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


def test_the_current_release_is_not_withdrawn_while_another_can_take_its_place(
    shelf: Shelf,
) -> None:
    current = shelf.current().id
    with pytest.raises(ReleaseError, match="公開中"):
        withdraw(shelf, current, "理由")
    assert shelf.current().id == current


def test_the_last_release_is_withdrawn_though_it_is_current(shelf: Shelf) -> None:
    first, second, current = ids(shelf)
    for name in (first, second, current):
        withdraw(shelf, name, "計画が取り消されたため")
    assert shelf.current_id() is None
    assert not (shelf.folder / current).exists()
    with pytest.raises(ReleaseGoneError, match="計画が取り消されたため"):
        shelf.release(current)
    with pytest.raises(ReleaseError, match="keikaku build"):
        shelf.current()
    with shelf.writing():
        assert shelf.half_pointed() is None
    again = written(shelf, "甲", "丁").id
    assert shelf.current_id() == again


def test_the_last_release_stays_while_an_engine_serves_it(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    only = written(shelf, "甲").id
    with pytest.raises(ReleaseError, match="公開中"):
        withdraw(shelf, only, "理由", held=(only,))
    assert shelf.current_id() == only


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


@pytest.mark.parametrize("step", ["clear", "leave_behind", "put_aside", "enter_gone", "rmtree"])
def test_a_kill_leaves_a_release_whole_or_gone(
    step: str, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, current = ids(shelf)[0], shelf.current().id

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        target = {
            "clear": (removal, "clear"),
            "leave_behind": (removal, "leave_behind"),
            "rmtree": (removal.shutil, "rmtree"),
        }.get(step, (shelf, step))
        patch.setattr(*target, killed)
        with pytest.raises(KeyboardInterrupt):
            withdraw(shelf, first, "誤り")
    whole = shelf.has(first)
    assert whole == (step in ("clear", "leave_behind", "put_aside"))
    assert shelf.current().id == current
    with shelf.writing():  # the next writer clears away what was left
        assert not list(shelf.folder.glob(".unfinished-*"))
    if step != "rmtree":
        withdraw(shelf, first, "誤り")
    assert shelf.gone()[first].reason == "誤り"
    assert not shelf.has(first)


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


def left(shelf: Shelf) -> dict[str, bytes]:
    """All files of a shelf but those in the folders of its releases, by their paths."""
    gone = shelf.gone()
    names = [name for name in ids(shelf) if name not in gone]
    return {
        str(path.relative_to(shelf.folder)): path.read_bytes()
        for path in shelf.folder.rglob("*")
        if path.is_file() and path.relative_to(shelf.folder).parts[0] not in names
    }


@pytest.mark.parametrize("remove", ["withdraw", "keep"])
def test_no_readable_name_is_left_of_a_release_that_was_removed(remove: str, shelf: Shelf) -> None:
    first, second, _ = ids(shelf)
    if remove == "withdraw":
        withdraw(shelf, first, "氏名があったため")
    else:
        keep_last(shelf, 1)
    files = left(shelf)
    assert f"gone/{first}.sha256" in files
    assert not any("乙".encode() in body for body in files.values())
    lines = files[f"gone/{first}.sha256"].split()
    assert lines == sorted(lines)
    assert hashlib.sha256(f"{BASE}id/乙".encode()).hexdigest().encode() in lines
    stone = Tombstones(shelf).of(f"{BASE}id/乙")
    assert stone is not None
    assert (stone.last, stone.served) == (first, False)
    assert (f"gone/{second}.sha256" in files) == (remove == "keep")


def test_a_list_of_names_that_an_earlier_version_left_is_looked_through(shelf: Shelf) -> None:
    first, second, _ = ids(shelf)
    keep_last(shelf, 1)
    (shelf.folder / "gone" / f"{first}.sha256").unlink()
    (shelf.folder / "gone" / f"{first}.txt").write_text(f"{BASE}id/乙\n{BASE}id/甲\n", "utf-8")
    stone = Tombstones(shelf).of(f"{BASE}id/乙")
    assert stone is not None
    assert stone.last == first
    withdraw(shelf, first, "氏名があったため")
    assert not (shelf.folder / "gone" / f"{first}.txt").exists()
    assert not any("乙".encode() in body for body in left(shelf).values())
    stone = Tombstones(shelf).of(f"{BASE}id/乙")
    assert stone is not None
    assert stone.last == first
    assert second != first


def test_each_hash_in_a_long_list_is_found(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    names = [f"項目{number}" for number in range(500)]
    written(shelf, *names)
    written(shelf, "甲")
    keep_last(shelf, 1)
    stones = Tombstones(shelf)
    assert all(stones.of(f"{BASE}id/{name}") for name in names)
    assert not any(stones.of(f"{BASE}id/{name}") for name in ("", "項目", "項目500", "あ", "黒"))


def test_what_was_made_ready_goes_but_for_what_the_current_release_is_made_of(
    shelf: Shelf,
) -> None:
    current = shelf.current()
    said = {"portions.json": json.dumps({"keys": ["shared", "cc"], "plans": ["aa"]}).encode()}
    write_archive(current.folder / "portions.zip", said)
    prepared = shelf.folder / HIDDEN / "0123456789abcdef"
    files = [prepared / kind / name for kind in ("plan", "city") for name in NAMES]
    old = shelf.folder / HIDDEN / "plan" / "aa.zip"
    for path in (*files, old):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes("乙".encode())
    withdraw(shelf, ids(shelf)[0], "氏名があったため")
    stays = {path.relative_to(shelf.folder) for path in shelf.folder.rglob("*.zip")}
    stays = {path for path in stays if path.parts[0] == HIDDEN}
    kept = {path.relative_to(shelf.folder) for path in (*files, old) if path.stem in ("aa", "cc")}
    assert stays == kept
    assert not list(prepared.glob("*/.*"))


NAMES = ("aa.zip", "bb.zip", "cc.zip", ".half")


def test_where_the_current_release_does_not_say_of_what_it_was_made_all_goes(shelf: Shelf) -> None:
    prepared = shelf.folder / HIDDEN / "plan"
    prepared.mkdir(parents=True)
    (prepared / "aa.zip").write_bytes(b"x")
    assert keep_last(shelf, 3) == ()
    assert (prepared / "aa.zip").exists(), "nothing was removed"
    (shelf.current().folder / "portions.zip").write_bytes(b"damaged")
    keep_last(shelf, 2)
    assert not prepared.exists()


def test_a_kill_while_it_is_cleared_lets_it_be_cleared_again(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ids(shelf)[0]
    prepared = shelf.folder / HIDDEN / "plan"
    prepared.mkdir(parents=True)
    for number in range(3):
        (prepared / f"{number}.zip").write_bytes(b"x")
    unlink, removed = type(prepared).unlink, []

    def killed(path: Path, *, missing_ok: bool = False) -> None:
        if removed:
            raise KeyboardInterrupt
        removed.append(path)
        unlink(path, missing_ok=missing_ok)

    with monkeypatch.context() as patch:
        patch.setattr(type(prepared), "unlink", killed)
        with pytest.raises(KeyboardInterrupt):
            withdraw(shelf, first, "氏名があったため")
    assert shelf.has(first)
    withdraw(shelf, first, "氏名があったため")
    assert not prepared.exists()
    assert not shelf.has(first)
