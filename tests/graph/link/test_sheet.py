"""The file in which people decide: it survives Excel, and no run of `keikaku link` loses a line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from keikaku.errors import LinkError
from keikaku.graph.link.merge import merged
from keikaku.graph.link.proposal import Proposal
from keikaku.graph.link.record import Text
from keikaku.graph.link.sheet import (
    COLUMNS,
    Match,
    Status,
    own_iri,
    own_name,
    read_sheet,
    sheet_path,
    today,
    write_sheet,
    written,
)

if TYPE_CHECKING:
    from pathlib import Path

DAY = date(2026, 11, 23)


def proposal(number: int, **changes: object) -> Proposal:
    one = Proposal(
        "facilities",
        f"352039/kyodo/item/1-1-{number}",
        f"項目 {number}",
        "skos:closeMatch",
        f"https://data.example.jp/f.csv#row={number}",
        f"施設 {number}",
        f"{number}/施設 {number}",
        90,
        (Text("名が同じ", "the same name"),),
        f"f.csv:{number}",
    )
    return replace(one, **changes)


def rows(*numbers: int) -> tuple[Match, ...]:
    return merged((), [proposal(number) for number in numbers], DAY).matches


def accepted(match: Match) -> Match:
    return replace(match, status=Status.ACCEPTED, reviewer="協働推進課", decided=DAY, note="確認済")


def written_to(folder: Path, *matches: Match) -> Path:
    path = sheet_path(folder, "facilities")
    write_sheet(path, matches)
    return path


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    before = (accepted(rows(1)[0]), *rows(2, 3))
    path = written_to(tmp_path, *before)
    after = read_sheet(path)
    assert [replace(match, line=0) for match in after] == list(before)
    assert [match.line for match in after] == [2, 3, 4]
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")  # Excel needs the mark


def test_a_file_that_is_as_it_should_be_is_not_touched(tmp_path: Path) -> None:
    path = written_to(tmp_path, *rows(1, 2))
    assert not write_sheet(path, read_sheet(path))
    assert write_sheet(path, (accepted(read_sheet(path)[0]),))


def test_a_run_keeps_decisions_brings_proposals_up_to_date_and_marks_what_vanished(
    tmp_path: Path,
) -> None:
    decided, rejected, undecided, gone = rows(1, 2, 3, 4)
    path = written_to(
        tmp_path, accepted(decided), replace(accepted(rejected), status=Status.REJECTED),
        replace(undecided, note="後で"), gone,
    )  # fmt: skip
    found = [
        proposal(1, score=77, object="https://data.example.jp/f.csv#row=101", place="f.csv:101"),
        proposal(2, score=77),
        proposal(3, score=77),
        proposal(5),
    ]
    result = merged(read_sheet(path), found, DAY)
    assert (result.new, result.vanished) == (1, 1)
    first, second, third, fourth, fifth = result.matches
    assert (first.status, first.reviewer, first.decided) == (Status.ACCEPTED, "協働推進課", DAY)
    assert first.score == 90  # what it was accepted on
    assert first.object.endswith("#row=101")  # where the record stands now
    assert (second.status, second.note) == (Status.REJECTED, "確認済")
    assert (third.score, third.note) == (77, "後で")
    assert fourth.now == "消えた(2026-11-23)"
    assert fifth.subject.endswith("1-1-5")
    again = merged(result.matches, found, DAY + timedelta(1))
    assert again.matches == result.matches
    assert (again.new, again.vanished, again.changed) == (0, 0, 0)
    back = merged(result.matches, [*found, proposal(4)], DAY)
    assert back.matches[3].now == ""


def test_a_decided_record_that_bears_another_name_now_is_marked() -> None:
    before = (accepted(rows(1)[0]),)
    result = merged(before, [proposal(1, object_name="別の施設")], DAY)
    (row,) = result.matches
    assert row.now == "名が変わった(2026-11-23): 別の施設"
    assert row.object_name == "施設 1"
    assert merged((row,), [proposal(1, object_name="別の施設")], DAY + timedelta(9)).matches == (
        row,
    )


def test_a_decision_does_not_pass_to_the_record_that_stands_in_the_same_row_now(
    tmp_path: Path,
) -> None:
    def centre(name: str, row: int) -> Proposal:
        place = {"object": f"https://data.example.jp/f.csv#row={row}", "place": f"f.csv:{row}"}
        return proposal(1, object_name=name, key=f"/{name}", **place)

    first, second = merged((), [centre("甲館", 2), centre("乙館", 3)], DAY).matches
    path = written_to(tmp_path, first, accepted(second))
    moved = merged(read_sheet(path), [centre("甲館", 3)], DAY)  # a row came before, 乙館 went
    write_sheet(path, moved.matches)
    one, other = read_sheet(path)
    assert (one.key, one.object[-1], one.status) == ("/甲館", "3", Status.PROPOSED)
    assert (other.key, other.status) == ("/乙館", Status.ACCEPTED)
    assert other.now == "消えた(2026-11-23)"
    alone = merged((accepted(second),), [centre("甲館", 3)], DAY)
    assert [row.status for row in alone.matches] == [Status.ACCEPTED, Status.PROPOSED]
    assert alone.matches[0].key == "/乙館"


@pytest.mark.parametrize(
    "text", ["令和8年4月1日", "R8.4.1", "2026/4/1", "2026-04-01", "2026/04/01 0:00"]
)
def test_a_date_is_read_as_people_write_it(tmp_path: Path, text: str) -> None:
    path = written_to(tmp_path, replace(accepted(rows(1)[0]), decided=date(2026, 4, 1)))
    body = path.read_text(encoding="utf-8-sig").replace("2026-04-01", text)
    path.write_text(body, encoding="utf-8-sig")
    assert read_sheet(path)[0].decided == date(2026, 4, 1)


def test_a_line_that_a_person_wrote_stays(tmp_path: Path) -> None:
    own = replace(accepted(rows(1)[0]), score=None, key="", object="https://a.example.jp/x")
    path = written_to(tmp_path, own)
    result = merged(read_sheet(path), [proposal(2)], DAY)
    assert replace(result.matches[0], line=0) == own
    assert result.vanished == 0


@pytest.mark.parametrize(
    ("codec", "delimiter"), [("cp932", ","), ("utf-16", "\t"), ("utf-8", ","), ("utf-8-sig", ",")]
)
def test_it_comes_back_from_excel_in_any_encoding(
    tmp_path: Path, codec: str, delimiter: str
) -> None:
    path = written_to(tmp_path, accepted(rows(1)[0]))
    before = read_sheet(path)
    text = path.read_text(encoding="utf-8-sig").replace(",", delimiter)
    text = text.replace("2026-11-23", "2026/11/23")  # as Excel writes a date
    path.write_bytes(text.encode(codec))
    assert read_sheet(path) == before


def test_columns_may_move_and_new_ones_stay(tmp_path: Path) -> None:
    path = written_to(tmp_path, *rows(1))
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    turned = [",".join(["担当", *reversed(lines[0].split(","))])]
    turned += [",".join(["田中", *reversed(lines[1].split(","))])]
    path.write_text("\n".join(turned), encoding="utf-8")
    (row,) = read_sheet(path)
    assert row.others == {"担当": "田中"}
    assert replace(row, others={}, line=0) == rows(1)[0]
    write_sheet(path, merged(read_sheet(path), [proposal(1)], DAY).matches)
    assert read_sheet(path)[0].others == {"担当": "田中"}


def test_nothing_in_it_is_taken_for_a_formula(tmp_path: Path) -> None:
    bad = proposal(1, object_name='=HYPERLINK("http://evil.example/")', key="@x")
    matches = merged((), [bad], DAY).matches
    body = written(matches).decode("utf-8-sig")
    cells = [cell.strip('"') for line in body.splitlines()[1:] for cell in line.split(",")]
    assert not [cell for cell in cells if cell.startswith(("=", "@", "+", "-"))]
    path = written_to(tmp_path, *matches)
    assert read_sheet(path)[0].object_name == bad.object_name


COLUMN = {name: place for place, name in enumerate(COLUMNS)}


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("status", "採用", "提案、承認、却下"),
        ("relation", "owl:sameAs", "skos:closeMatch"),
        ("relation", "skos:exactMatch", "使えません"),
        ("reviewer", "", "確認した者"),
        ("decided", "", "確認した日"),
        ("decided", "先週", "令和8年4月1日 のように"),
        ("decided", "26/4/1", "令和8年4月1日 のように"),
        ("decided", (today() + timedelta(2)).isoformat(), "まだ来ていません"),
        ("score", "とても", "0 から 100"),
        ("score", "101", "0 から 100"),
        ("object", "javascript:alert(1)", "http(s)://"),
        ("object", "https://a b", "http(s)://"),
        ("subject", "山口市", "352039/kyodo/item/1-1-1"),
        ("dataset", "ほか", "英小文字"),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_what_would_do(
    tmp_path: Path, column: str, value: str, says: str
) -> None:
    path = written_to(tmp_path, *rows(1), accepted(rows(2)[0]))
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    cells = lines[2].split(",")
    cells[COLUMN[column]] = value
    path.write_text("\n".join([*lines[:2], ",".join(cells)]), encoding="utf-8")
    with pytest.raises(LinkError) as caught:
        read_sheet(path)
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == (f"{tmp_path.name}/links/facilities.csv", 3)
    assert says in problem.ja


def test_the_same_link_twice_is_told(tmp_path: Path) -> None:
    path = written_to(tmp_path, *rows(1), *rows(1))
    with pytest.raises(LinkError, match="2 行目にもあります"):
        read_sheet(path)


def test_a_lost_header_and_an_open_quotation_are_told(tmp_path: Path) -> None:
    path = written_to(tmp_path, *rows(1))
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    path.write_text("\n".join(lines[1:]), encoding="utf-8")
    with pytest.raises(LinkError, match="見出しの行を元に戻して"):
        read_sheet(path)
    path.write_text(f'{lines[0]}\n"提案,{lines[1]}', encoding="utf-8")
    with pytest.raises(LinkError, match="引用符"):
        read_sheet(path)
    path.write_bytes(b"\x81\xff\xff")
    with pytest.raises(LinkError, match="CSV UTF-8"):
        read_sheet(path)


def test_a_thing_is_named_without_the_base_in_the_file() -> None:
    city = "https://data.example.jp/id/352039"
    assert own_name(f"{city}/kyodo/item/1-1-1", city) == "352039/kyodo/item/1-1-1"
    assert own_iri("352039/kyodo/item/1-1-1", city) == f"{city}/kyodo/item/1-1-1"
    shared = "https://w3id.org/keikaku/id/party/市民"
    assert own_iri(own_name(shared, city), city) == shared
    assert own_name("https://data.example.jp/id/3520390", city).startswith("https://")
