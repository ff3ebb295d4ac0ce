"""Portions of canonical N-Quads merged: what comes out is what all quads together would give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from keikaku.errors import ReleaseError
from keikaku.graph.dataset import vocabulary
from keikaku.release.catalogue.survey import survey, united, without
from keikaku.release.dumps import canonical
from keikaku.release.portions.archive import names_in, read_archive, write_archive
from keikaku.release.portions.merge import check_once, merged, merged_lines
from keikaku.release.portions.portion import KeptPortion, MadePortion
from keikaku.release.portions.step import step_from, write_portions
from keikaku.release.tabular import tables, tables_of

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Lines:
    """Lines in memory."""

    body: bytes

    @property
    def first(self) -> bytes:
        """The first line."""
        return self.body[: self.body.find(b"\n") + 1]

    def lines(self) -> bytes:
        """All of them."""
        return self.body


QUADS = st.builds(
    lambda s, o, g: Quad(NamedNode(f"x:{s}"), NamedNode("x:p"), Literal(o), NamedNode(f"g:{g}")),
    st.text("ab/協", min_size=1, max_size=3),
    st.text('a \n"<', max_size=2),
    st.just("1"),
)


@given(st.lists(st.frozensets(QUADS, max_size=8), max_size=6))
def test_many_portions_give_the_lines_of_all_quads(
    parts: list[frozenset[Quad]],
) -> None:
    whole = canonical(frozenset().union(*parts))
    made = merged([Lines(canonical(part)) for part in parts])
    assert b"".join(made.pieces()) == whole
    assert b"".join(merged_lines([Lines(canonical(part)) for part in parts])) == whole
    assert whole.count(b"\n") + len(made.repeated) == sum(map(len, parts))


def test_pieces_end_with_lines_and_read_few_portions_at_a_time() -> None:
    read: list[int] = []

    class Watched(Lines):
        def lines(self) -> bytes:
            read.append(int(self.body[3:5]))
            return self.body

    parts = [Watched(f"<x:{n:02d}> <x:p> <x:o> <x:g> .\n".encode() * 1) for n in range(30)]
    made = merged(parts)
    read.clear()
    assert all(piece.endswith(b"\n") for piece in made.pieces())
    assert read == sorted(read) == list(range(30))


@pytest.mark.parametrize("apart", [True, False])
def test_a_triple_in_two_graphs_is_found_within_a_portion_and_between_them(apart: bool) -> None:
    one, two = (
        Quad(NamedNode("x:s"), NamedNode("x:p"), Literal("a <b> ."), NamedNode(f"g:{n}"))
        for n in (1, 2)
    )
    other = Quad(NamedNode("x:s"), NamedNode("x:p"), Literal("a"), NamedNode("g:9"))
    parts = [Lines(canonical({one, other})), Lines(canonical({two}))]
    together = canonical({one, two, other})
    with pytest.raises(ReleaseError, match="二つのグラフ"):
        merged(parts) if apart else check_once(together)
    merged([Lines(canonical({one})), Lines(canonical({one, other}))])  # one line twice is one


@pytest.fixture(scope="module")
def kept(
    plan_quads: frozenset[Quad], tmp_path_factory: pytest.TempPathFactory
) -> tuple[MadePortion, KeptPortion]:
    """The real plan as a portion, in memory and on the disk."""
    shared = frozenset(vocabulary())
    made = MadePortion(plan_quads - shared, shared)
    path = tmp_path_factory.mktemp("kept") / "portion.zip"
    made.keep(path)
    return made, KeptPortion(path)


def test_a_kept_portion_says_what_the_made_one_says(
    kept: tuple[MadePortion, KeptPortion],
) -> None:
    made, read = kept
    assert read.lines() == made.lines() == canonical(made.quads)
    assert read.first == made.first
    assert read.subjects.lines() == made.subjects.lines()
    assert read.subjects.first == made.subjects.first
    assert read.listed() == made.listed()
    tabled = [
        [(table.columns, list(table.rows)) for table in tables_of(rows)]
        for rows in (
            {name: [found] for name, found in part.rows().items()} for part in (made, read)
        )
    ]
    assert tabled[0] == tabled[1]


def test_surveys_of_portions_unite_to_that_of_the_whole(
    kept: tuple[MadePortion, KeptPortion], plan_quads: frozenset[Quad]
) -> None:
    made, read = kept
    shared = MadePortion(frozenset(vocabulary()))
    whole = survey(plan_quads)
    found = united([shared.survey(), read.survey()])
    found.subjects = sum(
        piece.count(b"\n") for piece in merged_lines([shared.subjects, read.subjects])
    )
    assert found == whole
    some = frozenset(list(made.quads)[:50])
    twice = united([shared.survey(), read.survey(), MadePortion(some).survey()])
    without(twice, some)
    assert (twice.triples, +twice.graphs, +twice.classes) == (
        whole.triples,
        whole.graphs,
        whole.classes,
    )


def test_tables_of_portions_are_those_of_all_quads(
    kept: tuple[MadePortion, KeptPortion], plan_quads: frozenset[Quad]
) -> None:
    _, read = kept
    shared = MadePortion(frozenset(vocabulary()))
    parts = [shared.rows(), read.rows()]
    made = tables_of({name: [rows[name] for rows in parts] for name in parts[0]})
    assert [(table.name, table.columns, tuple(table.rows)) for table in made] == [
        (table.name, table.columns, table.rows) for table in tables(plan_quads)
    ]


def test_an_archive_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    write_archive(path, {"a": b"1", "b/c": b"2" * 1000})
    assert names_in(path) == ("a", "b/c")
    assert read_archive(path, "b/c") == b"2" * 1000
    with pytest.raises(TypeError):
        write_archive(path, {"a": None})  # type: ignore[dict-item]
    assert [found.name for found in tmp_path.iterdir()] == ["a.zip"]
    assert read_archive(path, "a") == b"1"


def quads_of(*names: str) -> frozenset[Quad]:
    return frozenset(
        Quad(NamedNode(f"x:{name}"), NamedNode("x:p"), Literal(name), NamedNode("x:g"))
        for name in names
    )


def kept_portion(folder: Path, *names: str) -> KeptPortion:
    made = MadePortion(quads_of(*names))
    path = folder / f"{made.key}.zip"
    made.keep(path)
    return KeptPortion(path)


def test_a_step_has_the_lines_that_turn_one_release_into_the_next(tmp_path: Path) -> None:
    old = [MadePortion(quads_of("s")), *(kept_portion(tmp_path, n, f"{n}2") for n in "abc")]
    write_portions(tmp_path / "portions.zip", old, merged(old))
    new = [MadePortion(quads_of("s", "t")), old[1], kept_portion(tmp_path, "b", "b3"), old[3]]
    step = step_from(tmp_path, new, merged(new))
    assert step is not None
    turned = {*parse(b"".join(merged(old).pieces()), format=RdfFormat.N_QUADS)}
    turned -= {*parse(b"".join(step.removed()), format=RdfFormat.N_QUADS)}
    added = {*parse(b"".join(step.added()), format=RdfFormat.N_QUADS)}
    assert added == quads_of("t", "b3")
    assert turned | added == quads_of("s", "t", "a", "a2", "b", "b3", "c", "c2")


@pytest.mark.parametrize("reason", ["new", "lost", "repeated", "much", "damaged"])
def test_there_is_no_step_where_it_cannot_be_known_or_is_large(reason: str, tmp_path: Path) -> None:
    old = [MadePortion(quads_of("s")), *(kept_portion(tmp_path, n) for n in "abcd")]
    new = [old[0], *old[1:4], kept_portion(tmp_path, "e")]
    if reason == "repeated":
        old[0] = MadePortion(quads_of("s", "a"))
    if reason == "much":
        new = [old[0], *(kept_portion(tmp_path, n) for n in "vwxyz")]
    if reason != "new":
        write_portions(tmp_path / "portions.zip", old, merged(old))
    if reason == "lost":
        assert isinstance(old[4], KeptPortion)
        old[4].path.unlink()
    if reason == "damaged":
        (tmp_path / "portions.zip").write_bytes(b"rubbish")
    assert step_from(tmp_path, new, merged(new)) is None
