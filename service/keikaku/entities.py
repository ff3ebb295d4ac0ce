"""XML from strangers: entities that would grow to gigabytes are refused before parsing."""

from __future__ import annotations

import re

MOST_GROWTH = 50_000_000
"""How many bytes the entities of a document may add to it."""

_ENTITY = re.compile(rb"<!ENTITY\s+(%\s*)?[^\s]+\s+(\"[^\"]*\"|'[^']*'|[A-Z]+)")


def grows(content: bytes) -> bool:
    """Tell whether XML could become far larger by its entities, or names some kept elsewhere.

    Abbreviations, as ontologies have them, are no harm. What is not in UTF-8 cannot be judged, nor
    an entity that is made of others or that has no plain value.

    >>> grows(b'<!DOCTYPE r [<!ENTITY owl "http://www.w3.org/2002/07/owl#">]><r a="&owl;x"/>')
    False
    >>> grows(b'<!DOCTYPE r [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><r>&b;</r>')
    True
    """
    if b"<!ENTITY" not in content:
        return b"\0" in content
    longest = 0
    found = _ENTITY.findall(content)
    if len(found) != content.count(b"<!ENTITY"):
        return True
    for parameter, value in found:
        plain = re.sub(rb"&#x?[0-9a-fA-F]+;", b"", value)
        if parameter or not value.startswith((b'"', b"'")) or b"&" in plain or b"%" in plain:
            return True
        longest = max(longest, len(value))
    return longest * content.count(b"&") > MOST_GROWTH
