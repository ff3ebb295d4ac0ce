"""The parameters of an address: each one known, and given once."""

from __future__ import annotations

from collections import Counter
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from keikaku.errors import QuestionError
from keikaku.web.problems import HttpError

if TYPE_CHECKING:
    from collections.abc import Collection

    from fastapi import Request

MOST_PARAMETERS = 100
"""How many parameters an address may have."""

_FIGURES = 10


def given_once(request: Request, known: Collection[str]) -> dict[str, str]:
    """Return the parameters that are not empty.

    Raises HttpError for what is not UTF-8 or for more than MOST_PARAMETERS, QuestionError for one
    that is not known and for one that is given twice.
    """
    pairs = given_pairs(request)
    for name, count in Counter(name for name, _ in pairs).items():
        if name not in known:
            raise QuestionError(
                f"「{name}」という条件はありません。あるもの: {'、'.join(known) or 'なし'}",
                f"there is no parameter {name!r}; there are: {', '.join(known) or 'none'}",
            )
        if count > 1:
            raise QuestionError(
                f"「{name}」は一度だけ書いてください。", f"give the parameter {name!r} once"
            )
    return {name: value for name, value in pairs if value}


def page_number(text: str, pages: int) -> int:
    """Return the page that is asked for, from 1 to `pages`. Raises HttpError for any other."""
    few = len(text) < _FIGURES and text.isascii() and text.isdecimal()
    if not (few and 1 <= int(text) <= max(pages, 1)):
        raise HttpError(
            HTTPStatus.BAD_REQUEST,
            f"page には 1 から {max(pages, 1)} までの数を書いてください。",
            f"page takes a number from 1 to {max(pages, 1)}",
        )
    return int(text)


def given_pairs(request: Request) -> list[tuple[str, str]]:
    """Return the names and values of the parameters as they stand.

    Raises HttpError for what is not UTF-8 and for more than MOST_PARAMETERS.
    """
    try:
        return parse_qsl(
            request.url.query,
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_PARAMETERS,
        )
    except (UnicodeDecodeError, ValueError) as error:
        raise HttpError(
            HTTPStatus.BAD_REQUEST,
            "アドレスの条件が UTF-8 ではないか、多すぎます。",
            "the address's parameters are not UTF-8, or there are too many",
        ) from error
