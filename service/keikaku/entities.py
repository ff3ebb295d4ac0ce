"""XML from strangers: what would grow to gigabytes, or take hours, is refused before parsing."""

from __future__ import annotations

import re
from xml.parsers import expat

from keikaku.closed import Bilingual

MOST_GROWTH = 50_000_000
"""How many bytes the entities of a document may add to it."""

DEEPEST = 500
"""How deep elements may be nested: the time that RDF/XML takes grows with the square of it."""

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


def fault_of(content: bytes) -> Bilingual | None:
    """Return why RDF/XML of a stranger is not parsed; None where nothing speaks against it."""
    if grows(content):
        return Bilingual(
            ja="XML の実体(ENTITY)が大きくなりすぎるか、UTF-8 ではありません。",
            en="its XML entities would grow without bound, or it is not UTF-8",
        )
    try:
        _Depth().read(content)
    except _TooDeepError:
        return Bilingual(
            ja=f"XML の入れ子が {DEEPEST} 段より深くなっています。",
            en=f"its XML is nested more than {DEEPEST} levels deep",
        )
    except expat.ExpatError as error:
        return Bilingual(ja=f"XML として読めません: {error}", en=f"it is no XML: {error}")
    return None


class _TooDeepError(Exception):
    """Elements are nested too deep."""


class _Depth:
    """Reads XML for nothing but the depth of its elements."""

    def __init__(self) -> None:
        self._depth = 0

    def read(self, content: bytes) -> None:
        """Raise ExpatError for what is no whole XML, _TooDeepError where it is too deep."""
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.Parse(content, True)

    def _begin(self, _: str, __: object) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise _TooDeepError

    def _end(self, _: str) -> None:
        self._depth -= 1
