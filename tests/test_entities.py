"""XML of strangers that would take all memory or hours is refused before it is parsed."""

from __future__ import annotations

import pytest

from keikaku.entities import DEEPEST, fault_of

HEAD = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">'


def nested(depth: int) -> bytes:
    return f"{HEAD}{'<e:a><e:b>' * depth}{'</e:b></e:a>' * depth}</rdf:RDF>".encode()


def test_what_is_well_formed_and_flat_is_parsed() -> None:
    assert fault_of(nested(100)) is None
    text = HEAD.replace("<rdf", "<!-- <a><b> --><rdf") + "<e:a><![CDATA[<x>]]></e:a></rdf:RDF>"
    assert fault_of(text.encode()) is None


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (nested(DEEPEST), "入れ子"),
        (f"{HEAD}<e:a>".encode(), "XML として"),
        (b"no XML", "XML として"),
        (b'<!DOCTYPE r [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><r>&b;</r>', "ENTITY"),
        (HEAD.encode("utf-16"), "UTF-8"),
    ],
)
def test_what_is_too_deep_broken_or_growing_is_not(content: bytes, says: str) -> None:
    fault = fault_of(content)
    assert fault is not None
    assert says in fault.ja
