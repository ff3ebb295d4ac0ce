"""However many or long the terms are, each query stays as short as a store wants it."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode

from keikaku.answers.value_blocks import LENGTH, value_blocks


@pytest.mark.parametrize(("count", "blocks"), [(0, 1), (1, 1), (60, 3), (5000, 1), (700, 2)])
def test_all_terms_come_in_order_in_parts_that_are_short_enough(count: int, blocks: int) -> None:
    terms = [NamedNode(f"https://data.example.jp/{'長' * 90}/{place}") for place in range(count)]
    parts = list(value_blocks(terms, blocks))
    assert " ".join(parts).split() == [str(term) for term in terms]
    assert all(0 < len(part) * blocks <= LENGTH for part in parts)


def test_a_term_too_long_for_any_part_comes_alone() -> None:
    long, short = NamedNode("https://e/" + "x" * LENGTH), NamedNode("https://e/")
    assert list(value_blocks([short, long, short])) == [str(short), str(long), str(short)]
