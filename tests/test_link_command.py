"""`keikaku link` from the command line: propose, decide, build; and again, with nothing lost."""

from __future__ import annotations

import csv
import shutil
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

import small_plan
from keikaku.build import graphs_of, read_source
from keikaku.cli import DONE, ERROR, main
from keikaku.graph.link.sheet import Status, read_sheet, sheet_path
from keikaku.graph.link.target import target_path
from keikaku.names import KEI, RDFS, SHARED, SKOS
from keikaku.release.catalogue.offers import Group, offer_of
from keikaku.release.linksets import linksets_in, write_linksets
from keikaku.release.portions.graphs import Apart
from keikaku.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "全国地方公共団体コード,ID,地方公共団体名,名称,担当課"
FACILITIES = f"""\
{HEADER}
352039,0000010001,山口市,地域交流ｾﾝﾀｰの設置（仮称）,協働推進課
352039,0000010002,山口市,道路の舗装,道路課
131016,0000010003,千代田区,地域交流センターの設置,地域振興課
"""
ADDRESS = "https://data.example.jp/f.csv"


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    settings = small_plan.settings_in(tmp_path)
    return settings.plans / small_plan.PLAN


def link(plan: Path, *more: str, code: int = DONE) -> None:
    assert main(["link", str(plan), *more]) == code


def decide(path: Path, old: str, reviewer: str = "協働推進課") -> None:
    """Accept the row that has `old` in it, as a person does in Excel (in Shift_JIS)."""
    rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    for row in rows:
        if old in row.values() and row["状態"] == "提案":
            row |= {"状態": "承認", "確認した者": reviewer, "確認した日": "2026/11/1"}
    with path.open("w", encoding="cp932", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_a_person_accepts_what_was_proposed_and_it_is_published(
    plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "f.csv"
    table.write_bytes(FACILITIES.encode("cp932"))
    link(
        plan, "--with", str(table), "--target", "facilities", "--address", ADDRESS,
        "--title", "公共施設一覧", "--licence", "https://creativecommons.org/licenses/by/4.0/",
        "--kind", "item",
    )  # fmt: skip
    assert "新しい候補 2" in capsys.readouterr().out
    sheet = sheet_path(plan, "facilities")
    found = {row.object: row for row in read_sheet(sheet)}
    own, other = f"{ADDRESS}#row=2", f"{ADDRESS}#row=4"
    assert set(found) == {own, other}
    assert found[own].relation == "skos:closeMatch"
    assert found[other].relation == "skos:relatedMatch"
    assert found[own].subject == "352039/kyodo/item/1-1-1"
    assert found[own].place == "f.csv:2"

    decide(sheet, own)
    quads = graphs_of(read_source(plan, Settings()), SHARED).quads
    item = NamedNode(f"{SHARED}id/352039/kyodo/item/1-1-1")
    assert [q.object for q in quads if (q.subject, q.predicate) == (item, SKOS["closeMatch"])] == [
        NamedNode(own)
    ]
    assert not [q for q in quads if q.object == NamedNode(other)]

    table.write_text(FACILITIES.replace(f"{HEADER}\n", f"{HEADER}\n352039,9,山口市,別,課\n"))
    link(plan)  # without a word: the description of the target is kept
    told = capsys.readouterr().out
    assert "facilities: 新しい候補 0、消えたもの 0、変わったもの 2" in told
    assert "municipality: 新しい候補 7" in told
    rows = {row.status: row for row in read_sheet(sheet)}
    assert rows[Status.ACCEPTED].object == f"{ADDRESS}#row=3"  # where the record stands now
    assert rows[Status.ACCEPTED].reviewer == "協働推進課"

    table.unlink()
    link(plan, "--target", "facilities", code=ERROR)
    assert "ありません" in capsys.readouterr().err
    assert {row.status for row in read_sheet(sheet)} == {Status.ACCEPTED, Status.PROPOSED}


@pytest.mark.parametrize("outside", ["../../../secret.csv", "{}/secret.csv"])
def test_a_file_that_nobody_named_and_that_lies_elsewhere_is_not_read(
    plan: Path,
    tmp_path_factory: pytest.TempPathFactory,
    capsys: pytest.CaptureFixture[str],
    outside: str,
) -> None:
    """A plan's folder may come from somebody else, with what it says of files here."""
    elsewhere = tmp_path_factory.getbasetemp()
    secret = elsewhere / "secret.csv"
    secret.write_text(FACILITIES, encoding="utf-8")
    target = target_path(plan, "facilities")
    target.parent.mkdir(exist_ok=True)
    target.write_text(
        f'title = {{ ja = "施設", en = "facilities" }}\nsource = "{outside.format(elsewhere)}"\n'
        f'address = "{ADDRESS}"\nkinds = ["item"]\n',
        encoding="utf-8",
    )
    link(plan, "--target", "facilities", code=ERROR)
    assert "--with" in capsys.readouterr().err
    assert not sheet_path(plan, "facilities").exists()
    link(plan, "--with", str(secret), "--target", "facilities")
    assert sheet_path(plan, "facilities").exists()


def test_links_under_share_alike_stand_in_files_of_their_own(plan: Path, tmp_path: Path) -> None:
    table = tmp_path / "f.csv"
    table.write_text(FACILITIES, encoding="utf-8")
    link(
        plan, "--with", str(table), "--address", ADDRESS, "--target", "shared", "--kind", "item",
        "--licence", "https://creativecommons.org/licenses/by-sa/4.0/",
    )  # fmt: skip
    decide(sheet_path(plan, "shared"), f"{ADDRESS}#row=2")
    graphs = graphs_of(read_source(plan, Settings()), SHARED)
    assert not [
        quad for quad in graphs.quads if quad.object == KEI["Link"] and "/link/" in str(quad)
    ]
    (name,) = graphs.apart
    body = b"".join(f"{quad} .\n".encode() for quad in sorted(graphs.apart[name], key=str))
    release = tmp_path / "release"
    write_linksets(release, [], [Apart(f"links/352039-kyodo/{name}.nq", body)])
    (file,) = linksets_in(release)
    assert file.name == "links/352039-kyodo/shared.nq"
    assert file.licence == "https://creativecommons.org/licenses/by-sa/4.0/"
    assert file.relations == {SKOS["closeMatch"].value: 1}


def test_the_linksets_of_a_release_are_files_of_their_own_by_target(tmp_path: Path) -> None:
    graphs = f"{SHARED}graph/"
    lines = [
        f"<{SHARED}id/{code}> <{RDFS['seeAlso'].value}> <http://a.jp/{code}> "
        f"<{graphs}{code}/links/estat> .\n"
        for code in ("352021", "352039")
    ]
    other = f"<{SHARED}id/1> <{RDFS['seeAlso'].value}> <http://a.jp/links/x> <{graphs}352039> .\n"
    write_linksets(tmp_path, ["".join(lines).encode(), other.encode()], [])
    assert [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.nq")] == [
        "links/estat.nq"
    ]
    quads = list(parse(path=str(tmp_path / "links" / "estat.nq"), format=RdfFormat.N_QUADS))
    assert len(quads) == 2
    offer = offer_of("links/estat.nq")
    assert offer is not None
    assert (offer.group, offer.media_type) == (Group.LINKS, "application/n-quads")


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (("--target", "unknown"), "リンク先「unknown」はありません"),
        (("--with", "nowhere.csv", "--target", "a"), "ありません"),
        (("--with", "f.csv", "--target", "area"), "名にできません"),
        (("--with", "f.csv", "--target", "../x"), "名にできません"),
        (
            (
                "--with",
                "漢字.csv",
            ),
            "--target",
        ),
        (("--with", "f.csv", "--target", "a", "--column", "nummer=x"), "役割"),
        (("--with", "f.csv", "--target", "a", "--licence", "CC BY"), "使えません"),
        (("--with", "ftp://a.jp/f.csv", "--target", "a"), "アドレスではありません"),
    ],
)
def test_what_cannot_be_linked_is_told_in_one_line(
    plan: Path, more: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    link(plan, *more, code=ERROR)
    told = capsys.readouterr().err
    assert says in told
    assert "Traceback" not in told


def test_a_mistake_in_the_file_stops_the_run_and_loses_nothing(
    plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    link(plan, "--target", "municipality")
    sheet = sheet_path(plan, "municipality")
    text = sheet.read_text(encoding="utf-8-sig").replace("提案", "採用", 1)
    sheet.write_text(text, encoding="utf-8")
    capsys.readouterr()
    link(plan, "--target", "municipality", code=ERROR)
    assert (
        "352039-kyodo/links/municipality.csv:2: 状態「採用」はありません" in capsys.readouterr().err
    )
    assert sheet.read_text(encoding="utf-8") == text
    shutil.rmtree(sheet.parent)
    link(plan, "--target", "municipality")
    assert len(read_sheet(sheet)) == 7
