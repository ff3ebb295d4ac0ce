"""Regular expressions that find a folded word in a text as printed.

Folding cannot be said in SPARQL, so each character of the word becomes the choice of all the
characters that are folded to it: き, キ, ｷ; 1, １, ①; が, ガ, ｶﾞ. White space may stand between.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache

from keikaku.release.listing.bigrams import folded

_RANGES = ((0x21, 0x250), (0x370, 0x530), (0x2000, 0x3400), (0xF900, 0xFB07), (0xFE30, 0xFFF0))
"""Where characters lie that are folded to others; what is beyond is no Japanese text."""

_SPECIAL = re.compile(r"[\\^$.|?*+()\[\]{}-]")
_LONGEST = 4  # characters that one sign may stand for


def pattern_of(term: str) -> str:
    """Return the pattern of a folded term, none of whose groups repeats another."""
    spelled, whole = _spellings()
    parts, at = [], 0
    while at < len(term):
        length = next(
            (
                n
                for n in range(_LONGEST, 1, -1)
                if term[at : at + n] in whole and at + n <= len(term)
            ),
            1,
        )
        part = term[at : at + length]
        simple = r"\s*".join(_choice({letter, *spelled[letter]}) for letter in part)
        if length > 1:
            signs = "|".join(_escaped(sign) for sign in sorted(whole[part]))
            simple = f"({simple}|{signs})"
        parts.append(simple)
        at += length
    return r"\s*".join(parts)


@cache
def _spellings() -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Return how each character, and each few that one sign stands for, may be printed."""
    spelled: dict[str, set[str]] = defaultdict(set)
    whole: dict[str, set[str]] = defaultdict(set)
    signs = [chr(code) for first, end in _RANGES for code in range(first, end)]
    marked = [
        base + mark
        for base in signs
        if "\u3041" <= base <= "\u30ff" or base >= "\uff66"
        for mark in "\u3099\u309a\uff9e\uff9f"
    ]
    for sign in (*signs, *marked):
        found = folded(sign)
        if len(found) == 1 and found != sign:
            spelled[found].add(sign)
        elif 1 < len(found) <= _LONGEST and len(sign) == 1:
            whole[found].add(sign)
    return spelled, whole


def _choice(spellings: set[str]) -> str:
    """Return the pattern of any of the spellings; one of two characters is no class."""
    single = sorted(one for one in spellings if len(one) == 1)
    longer = sorted(one for one in spellings if len(one) > 1)
    letters = _escaped(single[0]) if len(single) == 1 else f"[{''.join(map(_escaped, single))}]"
    if not longer:
        return letters
    return f"({'|'.join([*map(_escaped, longer), letters])})"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda found: "\\" + found[0], text)
