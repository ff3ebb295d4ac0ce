"""Which release is meant, which one came before it, and when it was published."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, BinaryIO

import pytest

from keikaku.errors import ReleaseError
from keikaku.release.difference.named import followed, id_named, predecessor, previous
from keikaku.release.removal import keep_last, withdraw
from keikaku.release.shelf import Shelf
from keikaku.release.write import write_release
from small_release import content_of

if TYPE_CHECKING:
    from pathlib import Path


def no_store(folder: Path, nquads: BinaryIO) -> None:
    folder.mkdir()
    (folder / "size").write_text(str(len(nquads.read())))


def day(number: int) -> datetime:
    return datetime(2026, 4, number, 9, tzinfo=UTC)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """A shelf with three releases, of the first three days of April 2026."""
    shelf = Shelf(tmp_path)
    for number, names in enumerate((("甲",), ("甲", "乙"), ("甲", "丙")), start=1):
        write_release(content_of(*names), shelf, no_store, day(number))
    return shelf


@pytest.fixture
def ids(shelf: Shelf) -> tuple[str, str, str]:
    """Their ids, the oldest first."""
    one, two, three = (entry.id for entry in shelf.index())
    return one, two, three


def test_a_release_that_is_current_again_keeps_its_date_and_its_place(
    shelf: Shelf, ids: tuple[str, str, str]
) -> None:
    one, two, three = ids
    shelf.point_to(shelf.release(one), day(9))
    dates = {name: entry.date for name, entry in shelf.published().items()}
    assert dates == {one: day(1), two: day(2), three: day(3)}
    assert followed(shelf) == {one: None, two: one, three: two}
    assert shelf.current_since() == day(9)
    with pytest.raises(ReleaseError, match="前のリリースはありません"):
        predecessor(shelf, one)


def test_previous_is_what_was_current_before_and_passes_over_what_is_withdrawn(
    shelf: Shelf, ids: tuple[str, str, str]
) -> None:
    one, two, three = ids
    assert previous(shelf) == two
    withdraw(shelf, two, "誤り")
    assert previous(shelf) == one
    assert predecessor(shelf, three) == one
    shelf.point_to(shelf.release(one), day(9))
    assert previous(shelf) == three
    withdraw(shelf, three, "誤り")
    with pytest.raises(ReleaseError, match="前のリリースはありません"):
        previous(shelf)


def test_what_was_removed_and_made_again_is_as_new_as_its_files(
    shelf: Shelf, ids: tuple[str, str, str]
) -> None:
    one, two, three = ids
    keep_last(shelf, 2)
    write_release(content_of("甲"), shelf, no_store, day(9))
    assert list(shelf.published()) == [two, three, one]
    assert shelf.published()[one].date == day(9)
    assert followed(shelf) == {two: None, three: two, one: three}


def test_the_beginning_of_an_id_names_it_also_when_it_is_gone(
    shelf: Shelf, ids: tuple[str, str, str]
) -> None:
    withdraw(shelf, ids[0], "誤り")
    assert [id_named(shelf, name[:8]) for name in ids] == list(ids)
    assert id_named(shelf, "current") == ids[2]
    with pytest.raises(ReleaseError, match="というリリースはありません"):
        id_named(shelf, "xyz")
