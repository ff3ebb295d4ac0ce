"""Target groups: which parties a text names that says for whom a service is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from keikaku.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

BY_NAME, BY_WORDS = 85, 70
"""The scores of a text that names a party itself, and of one that says it in other words."""

_OTHER_WORDS = {
    "市民": (
        "市民",
        "住民",
        "市にお住まい",
        "市内にお住まい",
        "市に居住",
        "市内に居住",
        "市内に住む",
        "市に住所を有",
        "市内に住所を有",
        "市に住民票",
        "市に住民登録",
        "市内に住民登録",
    ),
    "事業者": ("事業主", "企業", "事業所"),
    "地域コミュニティ": ("自治会", "町内会", "地域コミュニティ組織"),
    "市民活動団体": ("NPO", "NPO法人", "ボランティア団体"),
}
"""How lists of services say what the parties that all cities share are called."""

_UNFINISHED = re.compile(r"(?!及び|又は|若しくは|並びに|等)[\u3400-\u9fff々ァ-ヺー]")
_MOST_QUOTED = 24


@dataclass(frozen=True, slots=True)
class Named:
    """The words of a text that name a party, and how sure that is."""

    words: str
    score: int


def named_in(text: str, parties: Iterable[str]) -> dict[str, Named]:
    """Return those of the parties that a text names, with the words that do.

    A name inside a longer word names nobody: 市民税 is a tax, and 市民健診 an examination.

    >>> named_in("神戸市民の方", ["市民"])
    {'市民': Named(words='神戸市民の方', score=85)}
    >>> named_in("市民税が課税されない方", ["市民"])
    {}
    """
    folded = fold(text)
    found: dict[str, Named] = {}
    for party in parties if folded else ():
        for word, score in _words(party):
            at = _ends_a_word(folded, fold(word))
            if at is not None:
                found[party] = Named(_quoted(folded, at), score)
                break
    return found


def _words(party: str) -> Iterator[tuple[str, int]]:
    yield party, BY_NAME
    for word in _OTHER_WORDS.get(party, ()):
        yield word, BY_WORDS


def _ends_a_word(text: str, word: str) -> int | None:
    """Return where a word stands that no longer word goes on from."""
    at = text.find(word)
    while at >= 0:
        following = text[at + len(word) :]
        last = word[-1]
        if not (_UNFINISHED.match(last) and _UNFINISHED.match(following)):
            return at
        at = text.find(word, at + 1)
    return None


def _quoted(text: str, at: int) -> str:
    """Return the words around a place."""
    begin = max(0, at - _MOST_QUOTED // 3)
    return text[begin : begin + _MOST_QUOTED]
