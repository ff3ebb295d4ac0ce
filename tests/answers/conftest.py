"""The answers over the real plan, and over two cities whose departments have the same names."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pyoxigraph import RdfFormat, parse, serialize

from keikaku.answers.service import Answers
from keikaku.store.embedded import EmbeddedStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pyoxigraph import Quad

    from keikaku.answers.catalogue import Answer

EXPECTED = Path(__file__).resolve().parent.parent / "expected"
OTHER_CITY = "352021"


@pytest.fixture(scope="session")
def answers(plan_quads: frozenset[Quad]) -> Answers:
    """Return the answers over the plan of Yamaguchi City."""
    return Answers.over(EmbeddedStore.in_memory(plan_quads), "a-release")


@pytest.fixture(scope="session")
def quads_of_two_cities(plan_quads: frozenset[Quad]) -> frozenset[Quad]:
    """Return the plan and a copy of it in another city."""
    return plan_quads | set(_moved(plan_quads))


@pytest.fixture(scope="session")
def two_cities(quads_of_two_cities: frozenset[Quad]) -> Answers:
    """Return the answers over the plan and a copy of it in another city."""
    return Answers.over(EmbeddedStore.in_memory(quads_of_two_cities), "two-cities")


def _moved(quads: Iterable[Quad]) -> Iterable[Quad]:
    text = serialize(quads, format=RdfFormat.N_QUADS) or b""
    moved = text.replace(b"/352039", f"/{OTHER_CITY}".encode())
    return parse(moved, format=RdfFormat.N_QUADS)


@pytest.fixture(scope="session")
def expected() -> Callable[[str], dict[str, Any]]:
    """Return what reads a file of tests/expected: values derived by hand from the document."""

    def read(name: str) -> dict[str, Any]:
        return tomllib.loads((EXPECTED / f"{name}.toml").read_text(encoding="utf-8"))

    return read


@pytest.fixture(scope="session")
def column() -> Callable[[Answer, str], list[str]]:
    """Return what reads one column of an answer as texts, an unbound cell as nothing."""

    def texts(answer: Answer, name: str) -> list[str]:
        place = list(answer.columns).index(name)
        return ["" if row[place] is None else row[place].value for row in answer.rows]

    return texts
