"""Plans of markers with a fault in what is published: what is said of it must tell no marker."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tests.withheld.documents import Box, Table, merges
from tests.withheld.plans import SAMPLES, Sample, marker_of, write, written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.withheld.documents import Mark
    from tests.withheld.markers import Markers
    from tests.withheld.plans import Written


@dataclass(frozen=True)
class Fault:
    """A fault: its name, what it does to a plan, and of which samples it can be."""

    name: str
    make: Callable[[Written, Mark], Written]
    fits: Callable[[Sample], bool] = lambda sample: not sample.variant


def write_faulty(markers: Markers, plans: Path) -> dict[str, Sample]:
    """Write a folder for each fault of each sample that it fits; return them by their name."""
    found = {}
    for sample, fault in _pairs():
        mark = marker_of(markers, sample.name)
        made = fault.make(written(sample, mark), mark)
        folder = write(sample, made, mark, plans)
        name = f"{sample.folder}-{fault.name}"
        folder.rename(plans / name)
        found[name] = sample
    return found


def _pairs() -> Iterator[tuple[Sample, Fault]]:
    for sample in SAMPLES:
        yield from ((sample, fault) for fault in FAULTS if fault.fits(sample))


def reworded(old: str, new: str) -> Callable[[Written, Mark], Written]:
    """Return what puts other words into the first cell that holds these alone."""

    def make(made: Written, _: Mark) -> Written:
        blocks, done = [], False
        for block in made.blocks:
            if isinstance(block, str) or done:
                blocks.append(block)
                continue
            rows = [list(row) for row in block.rows]
            for row in rows:
                for column, cell in enumerate(row):
                    text = cell.text if isinstance(cell, Box) else cell
                    if text == old and not done:
                        row[column] = replace(cell, text=new) if isinstance(cell, Box) else new
                        done = True
            blocks.append(replace(block, rows=tuple(map(tuple, rows))))
        assert done, old
        return replace(made, blocks=blocks)

    return make


def _in(file: str, old: str, new: str) -> Callable[[Written, Mark], Written]:
    """Return what puts another text into a file of the plan."""

    def make(made: Written, _: Mark) -> Written:
        text = getattr(made, file)
        assert old in text
        return replace(made, **{file: text.replace(old, new, 1)})

    return make


def _merged_over(made: Written, mark: Mark) -> Written:
    """Merge an ignored cell over the year beside it."""

    def row(row: list[str | Box | None]) -> None:
        row[8:10] = [Box(mark("ignored cell merged over a year"), columns=2), None]

    return _changed(made, "5", row)


def _like_a_heading(made: Written, mark: Mark) -> Written:
    """Let a row hold nothing but an ignored cell that begins as headings do."""

    def row(row: list[str | Box | None]) -> None:
        width = len(row)
        row[:] = [*[""] * 6, f"■{mark('ignored cell like a heading')}", *[""] * (width - 7)]

    return _changed(made, "5", row)


def _same_headers(made: Written, mark: Mark) -> Written:
    blocks = list(made.blocks)
    [table] = [block for block in blocks if isinstance(block, Table)]
    rows = [list(row) for row in table.rows]
    for row in rows:
        if row[7] == mark("the last ignored header"):
            row[7] = mark("header of an ignored column")
    blocks[blocks.index(table)] = replace(table, rows=tuple(map(tuple, rows)))
    return replace(made, blocks=blocks)


def _remark_in_withheld(made: Written, mark: Mark) -> Written:
    """Let a remark quote words that stand in an ignored cell alone."""

    def row(row: list[str | Box | None]) -> None:
        row[6] = f"別の言い方{mark('ignored cell with words that a remark quotes')}"

    made = _changed(made, "5", row)
    return _in("planfile", 'quote = "整えます。"', 'quote = "別の言い方"')(made, mark)


def _changed(
    made: Written, number: str, change: Callable[[list[str | Box | None]], None]
) -> Written:
    blocks = []
    for block in made.blocks:
        if isinstance(block, Table):
            rows = [list(row) for row in block.rows]
            [found] = [row for row in rows if row[1] == number]
            change(found)
            blocks.append(replace(block, rows=tuple(map(tuple, rows))))
        else:
            blocks.append(block)
    return replace(made, blocks=blocks)


def _of(layout: str, *kinds: str) -> Callable[[Sample], bool]:
    return lambda sample: sample.layout == layout and sample.kind in kinds and not sample.variant


_ONE = _of("register", "md")
FAULTS = (
    Fault("phase", reworded("検討", "検当")),
    Fault("title", reworded("名称", "名祢"), _of("register", "md", "csv", "xlsx", "docx", "pdf")),
    Fault("title", reworded("事業名", "事業銘"), _of("evaluation", "md", "csv", "xlsx", "docx")),
    Fault("label", reworded("整理番号", "整理蕃号"), _of("sheets", "md", "xlsx", "docx")),
    Fault("second-label", reworded("実施主体", "番号"), _of("evaluation", "md", "xlsx")),
    Fault(
        "merged-over",
        _merged_over,
        lambda sample: sample.layout == "register" and merges(sample.kind) and not sample.variant,
    ),
    Fault("heading", _like_a_heading, _of("register", "csv", "xlsx", "pdf")),
    Fault("same-headers", _same_headers, _of("register", "md", "xlsx")),
    Fault("remark", _remark_in_withheld, _of("register", "md", "xlsx")),
    Fault("key", _in("planfile", "[municipality]\n", "[municipality]\nnothing = 1\n"), _ONE),
    Fault("year", _in("planfile", "'H20'", "'なし'"), _ONE),
    Fault("date", _in("planfile", "2020-01-01", "2020-13-01"), _ONE),
    Fault("toml", _in("planfile", "'H20'", "H20"), _ONE),
    Fault("list", _in("planfile", 'last_year = "H21"', "last_year = [1]"), _ONE),
    Fault("escape", _in("planfile", '"取りやめました。"', r'"\u53d6りやめました。"'), _ONE),
    Fault("period", _in("planfile", "'H20'", "'H30'"), _ONE),
    Fault("profile-key", _in("profile", "[columns]\n", "[columns]\nnothing = 1\n"), _ONE),
    Fault("profile-toml", _in("profile", '"register"', "register"), _ONE),
    Fault("profile-phase", _in("profile", "[schedule]\n", '[schedule]\nphases = ["無"]\n'), _ONE),
    Fault("profile-list", _in("profile", 'number = "番号"', "number = { a = 1 }"), _ONE),
    Fault("profile-level", _in("profile", 'column = "方針"\nheading = "■"', ""), _ONE),
    Fault("outcome", _in("decisions", '"explained"', '"explaind"'), _ONE),
    Fault("day", _in("decisions", "2026-04-01", "2226-04-01"), _ONE),
    Fault("person", _in("decisions", "'協働課'", r'"\u5354働課"'), _ONE),
    Fault("found", _in("decisions", "damaged-text/1-1", "damaged-text/1-9"), _ONE),
    Fault("decided-toml", _in("decisions", "'協働課'", "協働課"), _ONE),
    Fault(
        "sheets",
        _in("planfile", "skip_sheets = [", 'skip_sheets = ["無い", '),
        _of("register", "xlsx"),
    ),
    Fault("suffix", _in("planfile", '"plan.xlsx"', '"plan.xls"'), _of("register", "xlsx")),
)
