"""Other words in a withheld place change no graph, no dump and no release."""

from __future__ import annotations

import csv
from collections import defaultdict
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal
from tests.withheld.markers import Markers
from tests.withheld.plans import SAMPLES, Sample, marker_of, write, written

from keikaku.build import asserted_of, build, graphs_of, read_source
from keikaku.names import KEI, SHARED
from keikaku.release.dumps import canonical
from keikaku.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.withheld.documents import Mark

_CAN_BE_BLANK = ("ignored cell", "the last ignored cell", "ignored block", "merged ignored cell")
_KEEPS_A_ROW = "ignored block, second row"
"""What stands alone in its row, so that the table would be a shorter one without it."""


def as_it_is(name: str) -> Mark:
    return marker_of(Markers(), name)


def other_words(_: str) -> Mark:
    """Words of other lengths, no two of them the same."""
    known: defaultdict[str, int] = defaultdict(lambda: len(known))

    def mark(place: str) -> str:
        return f"ほか{'かきくけこさし'[: known[place] % 7]}{known[place]}"

    return mark


def blank(name: str) -> Mark:
    """Nothing in the ignored cells that can be empty."""
    usual = as_it_is(name)

    def mark(place: str) -> str:
        empty = place.startswith(_CAN_BE_BLANK) and not place.startswith(_KEEPS_A_ROW)
        return "" if empty else usual(place)

    return mark


def several_lines(name: str) -> Mark:
    """Ignored cells of several lines, where a cell can have them."""
    usual = as_it_is(name)
    return lambda place: f"{usual(place)}\n{place}\n" if "cell" in place else usual(place)


WAYS: dict[str, Callable[[str], Mark]] = {"other words": other_words, "blank": blank}


def lines_of(sample: Sample, mark: Mark, plans: Path) -> list[bytes]:
    """The N-Quads of a plan, in which words are put as `mark` says."""
    folder = write(sample, written(sample, mark), mark, plans)
    source = read_source(folder, Settings())
    return canonical(graphs_of(source, SHARED).quads).splitlines()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_other_withheld_words_change_no_statement(sample: Sample, way: str, tmp_path: Path) -> None:
    before = lines_of(sample, as_it_is(sample.name), tmp_path / "before")
    after = lines_of(sample, WAYS[way](sample.name), tmp_path / "after")
    assert set(before) ^ set(after) == set()


@pytest.mark.parametrize(
    "sample",
    [one for one in SAMPLES if one.layout != "sheets" and one.kind not in ("md", "pdf")],
    ids=lambda sample: sample.name,
)
def test_lines_of_withheld_words_change_no_statement(sample: Sample, tmp_path: Path) -> None:
    before = lines_of(sample, as_it_is(sample.name), tmp_path / "before")
    after = lines_of(sample, several_lines(sample.name), tmp_path / "after")
    assert set(before) ^ set(after) == set()


def test_other_withheld_words_change_no_release(tmp_path: Path) -> None:
    made = {}
    for way, words in (("as it is", as_it_is), *WAYS.items()):
        plans = tmp_path / way
        for sample in SAMPLES:
            if sample.kind in ("csv", "xlsx") and not sample.variant:
                mark = words(sample.name)
                write(sample, written(sample, mark), mark, plans)
        given = Settings(plans=plans, releases=tmp_path / f"{way} made", pyshacl_plans=0)
        release = build(given).release
        assert release is not None
        made[way] = release.id, (release.folder / "keikaku.nq").read_bytes()
    assert len({name for name, _ in made.values()}) == 1
    assert len({lines for _, lines in made.values()}) == 1


# Any register of ignored columns

_WORDS = st.text("あ漢■※→○－・0AZ （）【】", max_size=6).map(str.strip)
_PUBLISHED = ("名称", "内容", "H20")


@st.composite
def _registers(draw: st.DrawFn) -> tuple[list[list[str]], list[list[str]], set[int]]:
    """Two tables that differ in their ignored columns alone, and which columns these are."""
    names = [f"内部{number}" for number in range(draw(st.integers(1, 4)))]
    header = list(draw(st.permutations([*_PUBLISHED, *names])))
    ignored = {place for place, name in enumerate(header) if name in names}
    one, other = [header], [header]
    for number in range(draw(st.integers(1, 5))):
        told = {"名称": f"項目{number}", "内容": f"内容{number}", "H20": "検討"}
        if number and draw(st.booleans()):
            told = {"内容": f"続き{number}"}  # a row that goes on
        for rows in (one, other):
            rows.append([told.get(name, draw(_WORDS) if name in names else "") for name in header])
    return one, other, ignored


_PROFILE = """\
layout = "register"
title = { ja = "表", en = "a table" }
[columns]
title = "名称"
content = "内容"
ignored = ["内部0", "内部1", "内部2", "内部3"]
continuation = "\\n"
[furniture]
rows = ["※*"]
[names]
separator = "・"
[schedule]
arrows = ["→"]
"""
_PLANFILE = """\
profile = "own"
document = "plan.csv"
[source]
encoding = "utf-8"
delimiter = "comma"
[plan]
name = "any"
title = { ja = "計画" }
first_year = "H20"
last_year = "H20"
[municipality]
code = "139904"
name = { ja = "架空湊市", en = "Kakuu-Minato City" }
"""


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(tables=_registers())
def test_no_word_of_an_ignored_column_counts(
    tables: tuple[list[list[str]], list[list[str]], set[int]], tmp_path: Path
) -> None:
    one, other, ignored = tables
    (tmp_path / "own.toml").write_text(_PROFILE, "utf-8")
    (tmp_path / "plan.toml").write_text(_PLANFILE, "utf-8")
    found = []
    for rows in (one, other):
        with (tmp_path / "plan.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        found.append(asserted_of(read_source(tmp_path, Settings()), SHARED).quads)
    assert found[0] ^ found[1] == frozenset()
    columns = {
        int(quad.object.value)
        for quad in found[0]
        if quad.predicate == KEI["column"] and isinstance(quad.object, Literal)
    }
    assert columns == {place + 1 for place, _ in enumerate(one[0])} - {
        place + 1 for place in ignored
    }
