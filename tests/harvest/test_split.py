"""Dumps are cut into plans, whatever they unfold to."""

from __future__ import annotations

import bz2
import gzip
import lzma
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import RdfFormat

from keikaku.errors import HarvestError, SettingsError
from keikaku.harvest import split
from keikaku.harvest.catalogue import Packing
from keikaku.harvest.split import cut
from keikaku.names import CityNames

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

A, B = "https://a.example.jp/", "https://b.example.jp/open/"


def quad(base: str, graph: str, subject: str = "352039/kyodo", text: str = "x") -> str:
    return f'<{base}id/{subject}> <http://e/p> "{text}" <{base}graph/{graph}> .\n'


DUMP = "".join(
    (
        quad(A, "352039/kyodo/stated"),
        quad(A, "352039/kyodo/inferred"),
        quad(A, "352039/kyodo/located"),
        quad(A, "352039/kyodo/quality"),
        quad(A, "352039/kyodo/decisions"),
        quad(A, "352039/kyodo/links/sdgs"),
        quad(A, "352039", "352039"),
        quad(A, "352039/links/wikidata", "352039"),
        quad(A, "352039/machi/stated", "352039/machi"),
        quad(B, "352039/kyodo/stated"),
        quad(A, "catalog", "x"),
        quad(A, "publisher", "x"),
        quad(A, "ontology", "x"),
        '<http://e/s> <http://e/p> "in no graph" .\n',
    )
).encode()


@pytest.mark.parametrize("mark", list('?#"{}|^`'))
def test_a_graph_under_what_is_no_base_is_left_out_and_the_rest_is_taken(
    tmp_path: Path, mark: str
) -> None:
    strange = (
        f'<http://x.jp/s> <http://x.jp/p> "x" <http://x.jp/a{mark}b/graph/352039/kyodo/stated> .'
    )
    if mark in "?#":  # the others are in no IRI, so that no dump has them
        (tmp_path / "dump").write_bytes(strange.encode() + b"\n" + DUMP)
        plans = cut(tmp_path / "dump", RdfFormat.N_QUADS, Packing.NONE, tmp_path, 10**6)
        assert [plan.names.city.base for plan in plans] == [A, A, B]
    with pytest.raises(SettingsError):
        CityNames(f"http://x.jp/a{mark}b/", "352039")


@pytest.mark.parametrize(
    ("packing", "pack"),
    [
        (Packing.NONE, bytes),
        (Packing.GZ, gzip.compress),
        (Packing.BZ2, bz2.compress),
        (Packing.XZ, lzma.compress),
    ],
)
def test_each_plan_gets_its_own_graphs_and_its_citys(
    tmp_path: Path, packing: Packing, pack: Callable[[bytes], bytes]
) -> None:
    (tmp_path / "dump").write_bytes(pack(DUMP))
    plans = cut(tmp_path / "dump", RdfFormat.N_QUADS, packing, tmp_path, 10**6)
    found = {
        plan.names.plan.value: sorted({quad.graph_name.value for quad in plan.quads()})
        for plan in plans
    }
    city = [f"{A}graph/352039", f"{A}graph/352039/links/wikidata"]
    assert found == {
        f"{A}id/352039/kyodo": sorted(
            [
                *city,
                *(
                    f"{A}graph/352039/kyodo/{name}"
                    for name in ("stated", "decisions", "links/sdgs")
                ),
            ]
        ),
        f"{A}id/352039/machi": [*city, f"{A}graph/352039/machi/stated"],
        f"{B}id/352039/kyodo": [f"{B}graph/352039/kyodo/stated"],
    }


def test_what_rules_conclude_is_left_out_but_for_peoples_remarks(tmp_path: Path) -> None:
    remark = "352039/kyodo/discrepancy/damaged-text/1"
    cell = f"<{A}id/{remark}> <https://w3id.org/keikaku/ns#cell> <{A}id/352039/kyodo/source/2> "
    text = quad(A, "352039/kyodo/quality", remark) + quad(A, "352039/kyodo/quality", "352039/x")
    (tmp_path / "dump").write_text(text + f"{cell} <{A}graph/352039/kyodo/evidence> .\n", "utf-8")
    [plan] = cut(tmp_path / "dump", RdfFormat.N_QUADS, Packing.NONE, tmp_path, 10**6)
    assert {quad.subject.value for quad in plan.quads()} == {f"{A}id/{remark}"}


@pytest.mark.parametrize(
    ("packing", "pack"), [(Packing.GZ, gzip.compress), (Packing.XZ, lzma.compress)]
)
def test_a_dump_that_unfolds_to_too_much_is_refused(
    tmp_path: Path, packing: Packing, pack: Callable[[bytes], bytes]
) -> None:
    packed = pack(DUMP * 100)
    assert len(packed) < 10_000 < len(DUMP * 100)
    (tmp_path / "dump").write_bytes(packed)
    with pytest.raises(HarvestError, match="max_harvest_bytes"):
        cut(tmp_path / "dump", RdfFormat.N_QUADS, packing, tmp_path, 10_000)


def test_a_dump_that_a_prefix_makes_large_is_refused(tmp_path: Path) -> None:
    """Ten kilobytes of TriG that would be a megabyte of N-Quads."""
    prefix = f"@prefix a: <http://x.jp/{'a' * 2_000}> . @prefix g: <{A}graph/352039/kyodo/> .\n"
    (tmp_path / "dump").write_text(prefix + "g:stated { a:a a:a a:a }\n" * 200, "utf-8")
    with pytest.raises(HarvestError, match="max_harvest_bytes"):
        cut(tmp_path / "dump", RdfFormat.TRIG, Packing.NONE, tmp_path, 100_000)
    assert sum(path.stat().st_size for path in tmp_path.glob("*.nq")) <= 100_000


@pytest.mark.parametrize("damage", [b"no RDF at all", DUMP[:-5], b"\xff\xfe" + DUMP])
def test_what_is_no_rdf_is_refused(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "dump").write_bytes(damage)
    with pytest.raises(HarvestError, match="cannot be read as RDF"):
        cut(tmp_path / "dump", RdfFormat.N_QUADS, Packing.NONE, tmp_path, 10**6)


@pytest.mark.parametrize("packing", [Packing.GZ, Packing.BZ2, Packing.XZ])
def test_what_is_not_packed_as_it_says_is_refused(tmp_path: Path, packing: Packing) -> None:
    (tmp_path / "dump").write_bytes(DUMP)
    with pytest.raises(HarvestError):
        cut(tmp_path / "dump", RdfFormat.N_QUADS, packing, tmp_path, 10**6)


def test_a_plan_that_is_too_large_to_be_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(split, "MOST_PLAN_BYTES", 300)
    (tmp_path / "dump").write_bytes(DUMP)
    first, *_, last = cut(tmp_path / "dump", RdfFormat.N_QUADS, Packing.NONE, tmp_path, 10**6)
    with pytest.raises(HarvestError, match="too large"):
        first.quads()
    assert last.quads()
