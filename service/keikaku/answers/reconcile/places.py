"""Municipalities by what they are called: name, name with prefecture, kana, code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from keikaku.codes import find_municipality, with_check_digit
from keikaku.text import fold

if TYPE_CHECKING:
    from keikaku.answers.reconcile.names import Entity, NameIndex

_LONGEST_CITY = 14  # letters of a municipality's name with its prefecture
_SHORTEST_CITY = 2
_HALL = re.compile("^(?:役所|役場)?の?")


def municipalities_called(index: NameIndex, name: str) -> list[Entity]:
    """Return the municipalities of the release whose code or name this is; 府中市 is of two."""
    if code := with_check_digit(fold(name)[:_LONGEST_CITY]):
        return index.same(code, ["Municipality"])
    listed = find_municipality(name[:_LONGEST_CITY])
    found = [one for each in listed for one in index.same(each.code, ["Municipality"])]
    wanted = fold(name)
    named = [one for one in index.same(name, ["Municipality"]) if fold(one.label.ja) == wanted]
    return list({one.iri: one for one in (*found, *named)}.values())


def split_off_city(index: NameIndex, name: str) -> tuple[list[Entity], str]:
    """Return the municipalities with whose name a name begins, and what follows it.

    山口市協働推進課 and 山口県山口市役所協働推進課 are 山口市 and 協働推進課. Where a name begins
    with none, nothing follows.
    """
    folded = fold(name)
    for length in range(min(_LONGEST_CITY, len(folded)), _SHORTEST_CITY - 1, -1):
        if folded[length - 1] not in "市町村区都道府県":
            continue
        if found := municipalities_called(index, folded[:length]):
            return found, _HALL.sub("", folded[length:])
    return [], ""
