"""Plans that differ from the first one, made from it: years across two eras, remarks, parties."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from keikaku.assets import shipped
from keikaku.build import PlanGraphs, build, graphs_of, read_source
from keikaku.closed import key_line
from keikaku.errors import PlanFileError
from keikaku.graph.dataset import vocabulary
from keikaku.names import DCTERMS, KEI, RDFS, SHARED
from keikaku.release.tabular import tables
from keikaku.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = shipped("plans") / "352039-kyodo"
REMARK = """
[[remark]]
line = {line}
quote = "{quote}"
correction = "…"
ja = "…"
en = "…"
"""


def variant(
    folder: Path, document: dict[str, str], plan: dict[str, str], remarks: str = ""
) -> PlanGraphs:
    """Return the first plan with words replaced in its document and its plan.toml."""
    text = (FOLDER / "source.md").read_text(encoding="utf-8")
    keys = (FOLDER / "plan.toml").read_text(encoding="utf-8").split("\n[[remark]]")[0]
    for old, new in document.items():
        assert old in text
        text = text.replace(old, new)
    for old, new in plan.items():
        assert old in keys
        keys = keys.replace(old, new)
    (folder / "source.md").write_text(text, encoding="utf-8")
    (folder / "plan.toml").write_text(keys + remarks, encoding="utf-8")
    return graphs_of(read_source(folder, Settings()), SHARED)


def test_a_plan_across_two_eras_has_a_column_for_each_year_in_order(tmp_path: Path) -> None:
    years = {"H20": "H30", "H21": "R1", "H22": "Ｒ２", "H23": "令和3年度", "H24": "2022"}
    plan = {'"H20"': '"H30"', '"H24"': '"R4"'}
    graphs = variant(tmp_path, years, plan)
    items = next(t for t in tables(graphs.quads | vocabulary()) if t.name == "items")
    assert items.columns[-5:] == ("H30", "H31・R1", "R2", "R3", "R4")
    assert items.rows[0][-5:] == ("検討", "実施・完了予定", "", "", "")


def test_years_of_two_figures_stand_in_order(tmp_path: Path) -> None:
    years = {f"H{year}": f"R{year - 14}" for year in range(20, 25)}
    graphs = variant(tmp_path, years, {'"H20"': '"R6"', '"H24"': '"R10"'})
    items = next(t for t in tables(graphs.quads | vocabulary()) if t.name == "items")
    assert items.columns[-5:] == ("R6", "R7", "R8", "R9", "R10")


@pytest.mark.parametrize(
    ("line", "quote", "about", "field"),
    [
        (3, "第2編", "", KEI["cell"]),
        (94, "活動しやすい", "/policy/1", RDFS["label"]),
        (101, "地域交流センター", "/item/1-1-1", RDFS["label"]),
        (101, "行政改革大綱推進計画", "/item/1-1-1", KEI["note"]),
        (100, "I - (1)", "/item/1-1-1", KEI["printedNumber"]),
        (100, "整理番号", "", KEI["cell"]),
        (498, "さぼらんて", "/item/2-4-1", KEI["currentState"]),
    ],
)
def test_a_remark_is_about_the_statement_that_its_words_stand_in(
    line: int, quote: str, about: str, field: object, tmp_path: Path
) -> None:
    graphs = variant(tmp_path, {}, {}, REMARK.format(line=line, quote=quote))
    [found] = {
        q.subject
        for q in graphs.quads
        if q.predicate == KEI["kind"] and q.object.value.endswith("damaged-text")
        if "/source/" not in str(q.subject)
    } - {
        q.subject
        for q in graphs.quads
        if q.predicate == KEI["about"] and q.object == graphs.names.below("item", "5-2-2")
    }
    said = {q.predicate: q.object for q in graphs.quads if q.subject == found}
    assert said[KEI["about"]].value == graphs.names.plan.value + about
    assert said[KEI["field"]] == field


def test_a_party_that_only_the_brackets_name_is_involved(tmp_path: Path) -> None:
    graphs = variant(
        tmp_path,
        {"■その他（ 小学4年生 ）": "■その他（ 小学4年生・消防団 ）"},
        {'"中間支援組織"': '"中間支援組織", "消防団"'},
    )
    party = graphs.names.city.party("消防団")
    [item] = [
        q.subject for q in graphs.quads if q.object == party and q.predicate == KEI["involves"]
    ]
    assert item == graphs.names.below("item", "2-2-5")


def test_a_plan_without_overview_has_no_discrepancy_with_it(tmp_path: Path) -> None:
    lines = (FOLDER / "source.md").read_text(encoding="utf-8").split("\n")
    overview = "\n".join(lines[8:89])
    graphs = variant(tmp_path, {overview: ""}, {})
    kinds = {q.object.value.rsplit("/", 1)[-1] for q in graphs.quads if q.predicate == KEI["kind"]}
    assert kinds & {"number", "title", "target", "missing-row", "missing-sheet", "heading"} == set()
    assert "schedule-gap" in kinds


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"source.md"', '"source.txt"'),
        ('"管財課"', '"管財#課"'),
        ('"中間支援組織"', '"中間 <組織>"'),
    ],
)
def test_what_no_iri_or_reader_takes_is_an_error_of_plan_toml(
    old: str, new: str, tmp_path: Path
) -> None:
    with pytest.raises(PlanFileError):
        variant(tmp_path, {}, {old: new})


def test_a_plan_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    variant(tmp_path, {}, {})
    path = tmp_path / "plan.toml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    source = read_source(tmp_path, Settings())
    assert source.plan.name.value == "kyodo"
    assert source.files["plan.toml"].startswith(b"\xef\xbb\xbf")
    assert DCTERMS["identifier"] in {q.predicate for q in graphs_of(source, SHARED).quads}


def test_a_remark_beside_characters_that_are_not_japanese_makes_two_discrepancies(
    tmp_path: Path,
) -> None:
    graphs = variant(tmp_path, {}, {}, REMARK.format(line=779, quote="講座について"))
    names = {
        str(q.subject).rsplit("damaged-text/", 1)[1].rstrip(">")
        for q in graphs.quads
        if q.predicate == KEI["kind"] and q.object.value.endswith("damaged-text")
    }
    assert names == {"5-2-2/content", "5-2-2/content/characters", "5-2-2/completionCriterion"}


def test_a_character_that_cannot_be_seen_is_named_by_its_code_point(tmp_path: Path) -> None:
    graphs = variant(tmp_path, {"| 継続 |": "| 継\u200b続 |"}, {})
    said = [q.object.value for q in graphs.quads if q.predicate == RDFS["comment"]]
    assert any("U+200B" in comment for comment in said)


def test_two_plans_of_one_name_are_refused(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        variant(tmp_path / name, {}, {})
    with pytest.raises(PlanFileError, match="name を変えて"):
        build(Settings(plans=tmp_path, releases=tmp_path / "releases", pyshacl_plans=0))


@pytest.mark.parametrize("year", ["1946", "2051"])
def test_years_that_are_not_published_are_an_error_of_plan_toml(year: str, tmp_path: Path) -> None:
    with pytest.raises(PlanFileError) as caught:
        variant(tmp_path, {}, {'"H20"': f'"{year}"', '"H24"': f'"{year}"'})
    assert caught.value.problems[0].line is not None


def test_a_key_is_found_on_its_line_however_toml_writes_it() -> None:
    text = '# \u2028\nplan.name = \'x\'\n[a]\nlong = """\nfirst = 1\n"""\nfirst = 2\n'
    assert key_line(text, ("plan", "name")) == 2
    assert key_line(text, ("a", "first")) == 7
