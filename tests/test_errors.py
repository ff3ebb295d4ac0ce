"""Errors travel between processes, whatever they keep."""

from __future__ import annotations

import pickle
from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest

from keikaku.errors import BusyError, KeikakuError, Problem, ReadError, ReleaseError, SentenceError
from keikaku.processes import divided
from keikaku.web.problems import HttpError

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.mark.parametrize(
    "error",
    [
        ReadError.of([Problem("一", "one", "a.md", 1), Problem("二", "two", "a.md", 2)]),
        BusyError("混雑", "busy", seconds=3),
        SentenceError("不明", "unknown", nearest=("一つ目",), questions=("a", "b")),
        HttpError(HTTPStatus.NOT_FOUND, "なし", "none", {"Vary": "Accept"}),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_is_the_same_after_a_journey(error: KeikakuError) -> None:
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert again.__dict__ == error.__dict__


def test_an_error_of_a_process_is_raised_where_it_is_awaited() -> None:
    with pytest.raises(ReleaseError, match="1 is wrong"):
        list(divided(_wrong, "shared", [1, 2]))


def _wrong(shared: str, part: int) -> str:
    raise ReleaseError(f"{shared} の {part}", f"{part} is wrong")


def test_every_class_of_error_passes_from_one_process_to_another() -> None:
    special = {BusyError: {"seconds": 3}}
    kinds = list(_below(KeikakuError))
    assert len(kinds) > 15
    for kind in kinds:
        error = kind("誤り", "fault", **special.get(kind, {}))
        again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
        assert (type(again), str(again)) == (kind, "誤り (fault)")


def _below(kind: type[KeikakuError]) -> Iterator[type[KeikakuError]]:
    yield kind
    for child in kind.__subclasses__():
        if child.__module__ == KeikakuError.__module__:
            yield from _below(child)
