"""Japanese text as it is searched: folded, and cut into overlapping pairs of characters.

Words of two characters are the usual ones in Japanese, and nothing stands between words. So a
text is indexed by every pair of neighbours in it, and by its last character: 協働推進 by 協働,
働推, 推進 and 進. A word of two characters is one token, a longer one is a phrase, and a single
character is the beginning of a token. The index is an FTS5 table whose tokenizer, TOKENIZER,
takes everything but spaces for a letter.

Folding makes width (ＡＢ, ｶﾅ), case, compatibility forms (①, ㈱), katakana and hiragana alike, and
drops white space. It goes from one group of a character and its marks to the next, so that every
folded character has a place in the text.
"""

from __future__ import annotations

import re
import unicodedata
from operator import add

TOKENIZER = "unicode61 remove_diacritics 0 categories 'L* M* N* P* S* C*'"
"""The FTS5 tokenizer of an index of `cut` texts."""

GROUP = re.compile("[^\\s][\u0300-\u036f\u3099\u309a\uff9e\uff9f]*")
"""A character and the marks that join it: か and a combining ゙, ｶ and ﾞ."""

_TO_HIRAGANA = {code: code - 0x60 for code in (*range(0x30A1, 0x30F7), 0x30FD, 0x30FE)}


class _Folded(dict[str, str]):
    """What each group of a character and its marks is folded to; found out once."""

    def __missing__(self, group: str) -> str:
        """Fold a group that was not met before."""
        plain = "".join(unicodedata.normalize("NFKC", group).split())
        found = plain.lower().translate(_TO_HIRAGANA)
        if len(self) < _MOST_KEPT:
            self[group] = found
        return found


_MOST_KEPT = 50_000
_FOLDED = _Folded()


def folded(text: str) -> str:
    """Return `text` as searches compare it; ｷｮｳﾄﾞｳ, キョウドウ and きょうどう are the same."""
    return "".join(map(_FOLDED.__getitem__, GROUP.findall(text)))


def folded_with_places(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Return the folded text, and for each of its characters where in `text` it comes from."""
    parts, places = [], []
    for group in GROUP.finditer(text):
        part = _FOLDED[group[0]]
        parts.append(part)
        places += [group.span()] * len(part)
    return "".join(parts), places


def cut(text: str) -> str:
    """Return the tokens of a text for the index, with spaces between them."""
    plain = folded(text)
    return " ".join([*map(add, plain, plain[1:]), plain[-1:]])


def expression(terms: tuple[str, ...]) -> str:
    """Return the FTS5 expression that finds texts with all of these folded terms, none empty."""
    return " AND ".join(map(_phrase, terms))


def _phrase(term: str) -> str:
    quoted = term.replace('"', '""')
    if len(term) == 1:
        return f'"{quoted}" *'
    return '"' + " ".join(map(add, term, term[1:])).replace('"', '""') + '"'


def terms_of(words: str) -> tuple[str, ...]:
    """Return the folded terms of what a person searches for: words, and phrases in quotes.

    Spaces divide words, full-width ones too; quotes may be " or “ ” or full-width.
    """
    pieces = re.split('["“”＂]', words)
    if len(pieces) % 2 == 0:  # a quote that is not closed divides words
        pieces[-2:] = [f"{pieces[-2]} {pieces[-1]}"]
    found: list[str] = []
    for place, piece in enumerate(pieces):
        found += [piece] if place % 2 else piece.split()
    return tuple(dict.fromkeys(term for piece in found if (term := folded(piece))))
