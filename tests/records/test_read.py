from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from damage import READER, Damage, damaged
from keikaku.assets import shipped
from keikaku.errors import ReadError, SourceError
from keikaku.records.planfile import read_planfile
from keikaku.records.profile import read_profile
from keikaku.records.read import read_plan
from keikaku.source.grid import Cell
from keikaku.source.markdown import read_markdown

if TYPE_CHECKING:
    from keikaku.build import Source
    from keikaku.records.plan import Item, Plan

FOLDER = shipped("plans") / "352039-kyodo"
EXPECTED = Path(__file__).parents[1] / "expected"


def expected(name: str) -> list[dict[str, Any]]:
    """What was read off the document by eye."""
    content = tomllib.loads((EXPECTED / f"{name}s.toml").read_text(encoding="utf-8"))
    return content[name]


def read(text: str) -> Plan:
    profile = read_profile(shipped("profiles") / "overview-and-sheets.toml")
    return read_plan(read_markdown(text, "source.md"), profile, read_planfile(FOLDER))


def key(path: tuple[int, ...]) -> str:
    return "-".join(map(str, path))


def as_expected(item: Item) -> dict[str, Any]:
    return {
        "key": key(item.path),
        "number": item.number.value,
        "line": item.number.at.line,
        "title": item.title.value,
        "notes": [note.value for note in item.notes],
        "departments": [name.value for name in item.departments],
        "actors": [name.value for name in item.implemented_by],
        "targets": [name.value for name in item.targets],
        "other_target": item.other_target.value if item.other_target else "",
        "schedule": {f"H{entry.year.value - 1988}": entry.text.value for entry in item.schedule},
    }


def test_every_sheet_is_read_as_a_person_reads_it(kyodo: Source) -> None:
    assert [as_expected(item) for item in kyodo.plan.items] == expected("item")
    assert len(kyodo.plan.items) == 52


def test_every_heading_is_read_as_a_person_reads_it(kyodo: Source) -> None:
    read_sections = [
        {
            "key": key(section.path),
            "line": section.number.at.line,
            "number": section.number.value,
            "title": section.title.value,
        }
        for section in kyodo.plan.sections
    ]
    assert read_sections == expected("section")


def test_the_overview_is_read_as_a_person_reads_it(kyodo: Source) -> None:
    content = tomllib.loads((EXPECTED / "overview.toml").read_text(encoding="utf-8"))
    rows = [
        {
            "key": key(row.path),
            "line": row.number.at.line,
            "title": row.title.value,
            "note": "".join(note.value for note in row.notes),
            "targets": [party.value for party in row.targets],
            "unheaded": bool(row.unheaded),
        }
        for row in kyodo.plan.rows
    ]
    assert rows == content["row"]
    headings = [(key(h.path), h.title.at.line, h.title.value) for h in kyodo.plan.headings]
    assert headings == [(h["key"], h["line"], h["title"]) for h in content["heading"]]


def test_texts_are_kept_as_printed(kyodo: Source) -> None:
    item = next(item for item in kyodo.plan.items if item.number.value == "V-(2)-②")
    assert "お轻轻松講座" in item.content.value
    assert (item.content.at.line, item.completion_criterion.at.line) == (779, 780)
    insurance = next(item for item in kyodo.plan.items if item.number.value == "I-(2)-④")
    assert insurance.completion_criterion.value == "継続"


def test_a_compound_phase_is_split_and_an_arrow_has_no_phase(kyodo: Source) -> None:
    first = kyodo.plan.items[0].schedule
    assert [phase.value for phase in first[1].phases] == ["実施", "完了予定"]
    second = kyodo.plan.items[1].schedule
    assert [entry.arrow for entry in second] == [False, True, False, False, True]


def test_every_value_keeps_its_cell(kyodo: Source) -> None:
    item = kyodo.plan.items[0]
    at = item.departments[1].at
    assert isinstance(at, Cell)
    assert (at.table, at.row, at.column, at.line) == (3, 3, 5, 101)
    assert at.text == "協働推進課・生涯学習課・行革推進課"
    assert item.departments[1].place == 2


def test_the_title_and_the_contact_come_from_the_end_of_the_document(kyodo: Source) -> None:
    plan = kyodo.plan
    assert (plan.title.value, plan.title.at.line) == ("山口市協働推進プラン", 812)
    assert plan.contact.name.value == "山口市 自治振興部 協働推進課 協働推進担当"
    assert (plan.contact.telephone.value, plan.contact.telephone.at.line) == ("083-934-2965", 820)
    assert plan.contact.email.value == "kyodo-s@city.yamaguchi.lg.jp"


def test_there_are_at_least_forty_kinds_of_damage() -> None:
    assert len({damage.name for damage in READER}) == len(READER) >= 40


@pytest.mark.parametrize("damage", READER, ids=lambda damage: damage.name)
def test_damage_is_reported_on_its_line(damage: Damage, kyodo: Source) -> None:
    text = kyodo.files["source.md"].decode()
    with pytest.raises((ReadError, SourceError)) as caught:
        read(damaged(text, damage.change))
    said = [(problem.line, problem.ja) for problem in caught.value.problems]
    assert any(line == damage.at and damage.says in ja for line, ja in said), said
    assert all(problem.file == "source.md" for problem in caught.value.problems)


def test_a_document_cut_off_within_a_sheet_names_the_sheet(kyodo: Source) -> None:
    lines = kyodo.files["source.md"].decode().split("\n")
    with pytest.raises(ReadError) as caught:
        read("\n".join(lines[:106]))
    said = {(problem.line, problem.ja) for problem in caught.value.problems}
    assert (98, "個別の表に「完了の目安」の行がありません。") in said


def test_all_problems_of_a_document_are_reported_at_once(kyodo: Source) -> None:
    text = kyodo.files["source.md"].decode()
    text = text.replace("| 検討 | 実施・完了予定", "| 検当 | 実施・完了予定", 1)
    text = text.replace("TEL 083", "電話 083", 1)
    with pytest.raises(ReadError) as caught:
        read(text)
    lines = [problem.line for problem in caught.value.problems]
    assert lines[0] == 109
    assert 820 in lines


def test_crlf_and_a_byte_order_mark_make_no_difference(kyodo: Source) -> None:
    from keikaku.source.plaintext import decode

    content = b"\xef\xbb\xbf" + kyodo.files["source.md"].replace(b"\n", b"\r\n")
    text = decode(content, "source.md", max_bytes=10**6)
    assert read(text) == kyodo.plan
