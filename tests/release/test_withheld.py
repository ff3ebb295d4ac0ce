"""What differs between releases, when the newer one withholds what the older one published."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keikaku.cli import main
from keikaku.graph.dataset import vocabulary
from keikaku.names import KEI, PARTY
from keikaku.release.difference.changes import Act, Difference, Withheld
from keikaku.release.difference.compare import difference_of_files
from keikaku.release.difference.comparison import compared
from keikaku.release.difference.delta import removed
from keikaku.release.difference.places import withheld_places
from keikaku.release.difference.told import told
from keikaku.release.difference.veil import Veils, veil_of
from keikaku.release.shelf import Shelf
from keikaku.release.write import write_release
from small_release import content_of
from withheld_release import DOCUMENT, NAMES, Table, Written

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import BinaryIO

    from keikaku.release.shelf import Release

HEAD = ("番号", "名称", "担当課", "目的", "内部の評価", "内部の覚え")
PROPERTIES = ("identifier", "label", "department", "purpose", "note", "")
ROWS = (
    HEAD,
    ("一", "道を直す", "土木課", "歩きやすくする", "秘一評価", "秘一覚え"),
    ("二", "橋を架ける", "土木課", "渡りやすくする", "秘二評価", "秘二覚え"),
    ("三", "公園を作る", "公園課", "憩いの場とする", "秘三評価", "秘三覚え"),
)
ALL_OF = 10**6
INNER = ((1, 4, 5, 6),)
"""The last two columns, over the whole height of the table."""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where releases are written."""
    return tmp_path


def table(rows: Sequence[Sequence[str]] = ROWS, **said: object) -> Table:
    return Table(rows, said.pop("properties", PROPERTIES), **said)  # type: ignore[arg-type]


def placed(names: set[bytes]) -> set[str]:
    """The names of places below the document."""
    return {name.decode().removeprefix(f"<{DOCUMENT.value}/").rstrip(">") for name in names}


def cells(rows: Sequence[int], columns: Sequence[int], number: int = 1) -> set[str]:
    return {f"cell/{number}-{row}-{column}" for row in rows for column in columns}


def everything(place: Path, older: Written, newer: Written) -> tuple[Difference, str]:
    """The difference, and all that is told of it in any form."""
    before, after = older.to(place / "older.nq"), newer.to(place / "newer.nq")
    veil = veil_of(before, after)
    assert veil is not None
    veils = Veils([veil]), Veils()
    found = difference_of_files("before", before, "after", after, veils)
    back = difference_of_files("after", after, "before", before, veils[::-1])
    forms = [told(one, kind) for one in (found, back) for kind in ("text", "csv", "json")]
    english = [told(one, "text", "en") for one in (found, back)]
    lines = [line for line in removed(before, after) if not veils[0].hides(line)]
    hidden = sum(map(veils[0].hides, removed(before, after)))
    assert found.withheld.statements == back.withheld.statements == hidden > 0
    return found, b"".join((*forms, *english, *lines)).decode()


# Which places


def test_a_column_that_is_withheld_is_withheld_in_every_row(place: Path) -> None:
    older = Written([table()]).to(place / "a")
    newer = Written([table(regions=INNER)]).to(place / "b")
    assert placed(withheld_places(older, newer)) == cells(range(1, 5), (5, 6))


def test_a_row_put_in_moves_no_column(place: Path) -> None:
    rows = (*ROWS[:2], ("一の二", "溝を掘る", "土木課", "水を流す", "", ""), *ROWS[2:])
    older = Written([table()]).to(place / "a")
    newer = Written([table(rows, regions=[(1, 5, 5, 6)])]).to(place / "b")
    assert placed(withheld_places(older, newer)) == cells(range(1, 5), (5, 6))


def test_a_column_put_in_moves_what_is_withheld(place: Path) -> None:
    """The fifth column of the newer release is new and shown: at its place stood 内部の評価."""
    rows = [(*row[:4], f"新{number}", *row[4:]) for number, row in enumerate(ROWS)]
    properties = (*PROPERTIES[:4], "content", *PROPERTIES[4:])
    older = Written([table()]).to(place / "a")
    newer = Written([table(rows, properties=properties, regions=[(1, 4, 6, 7)])]).to(place / "b")
    assert placed(withheld_places(older, newer)) == cells(range(1, 5), (5, 6))


def test_a_column_whose_header_is_shown_is_withheld_below_it(place: Path) -> None:
    older = Written([table()]).to(place / "a")
    newer = Written([table(regions=[(2, 4, 5, 6)])]).to(place / "b")
    assert placed(withheld_places(older, newer)) == cells(range(2, 5), (5, 6))


def test_a_row_that_is_no_more_is_withheld_where_its_column_is(place: Path) -> None:
    older = Written([table()]).to(place / "a")
    newer = Written([table(ROWS[:3], regions=[(2, 3, 5, 6)])]).to(place / "b")
    assert placed(withheld_places(older, newer)) == cells(range(2, 5), (5, 6))


def test_a_hidden_row_is_withheld_and_found_where_it_stands_now(place: Path) -> None:
    older = Written([table()]).to(place / "a")
    newer = Written([table(regions=[(3, 3, 1, 6)])]).to(place / "b")
    assert placed(withheld_places(older, newer)) == cells((3,), range(1, 7))
    rows = (HEAD, ("零", "溝を掘る", "土木課", "水を流す", "", ""), *ROWS[1:])
    moved = Written([table(rows, regions=[(4, 4, 1, 6)])]).to(place / "c")
    assert placed(withheld_places(older, moved)) == cells((3,), range(1, 7))


def test_a_table_put_in_moves_what_is_withheld(place: Path) -> None:
    other = table([("表題", "x"), ("甲", "乙")], properties=("", ""))
    older = Written([table()]).to(place / "a")
    newer = Written([other, table(number=2, regions=INNER)]).to(place / "b")
    assert placed(withheld_places(older, newer)) == cells(range(1, 5), (5, 6))


def test_a_table_that_is_known_no_more_is_withheld_whole(place: Path) -> None:
    other = table([("表題", "x"), ("甲", "乙")], properties=("", ""), regions=[(1, 2, 3, 3)])
    third = replace(other, number=2)
    older = Written([table()]).to(place / "a")
    newer = Written([other, third]).to(place / "b")
    assert placed(withheld_places(older, newer)) == cells(range(1, 5), range(1, 7))


def test_sheets_of_which_nothing_is_shown_are_withheld(place: Path) -> None:
    older = Written([table(sheet="計画"), table(number=2, sheet="内部")]).to(place / "a")
    newer = Written([table(sheet="計画")], withheld_sheets=[2]).to(place / "b")
    assert placed(withheld_places(older, newer)) == cells(range(1, 5), range(1, 7), 2)


def test_a_line_is_withheld_wherever_it_stands_now(place: Path) -> None:
    lines = ("表紙", "内部限り", "計画の本文")
    older = Written([], lines).to(place / "a")
    newer = Written([], lines, withheld_lines=[2]).to(place / "b")
    assert placed(withheld_places(older, newer)) == {"line/2"}
    moved = Written([], ("新しい表紙", "", *lines[1:]), withheld_lines=[3]).to(place / "c")
    assert placed(withheld_places(older, moved)) >= {"line/2"}
    shown = Written([], ("前書き", *lines), withheld_lines=[3]).to(place / "d")
    assert placed(withheld_places(older, shown)) == {"line/2"}


def test_what_both_withhold_hides_nothing_of_what_is_shown(place: Path) -> None:
    """An item is put in, one goes and one is reworded: the regions move along."""
    older = Written([table(regions=INNER)]).to(place / "a")
    rows = (
        HEAD,
        ("零", "溝を掘る", "土木課", "水を流す", "", ""),
        ("一", "道を直す", "土木課", "車も通れるようにする", "秘一評価", ""),
        ROWS[2],
    )
    newer = Written([table(rows, regions=INNER)]).to(place / "b")
    assert withheld_places(older, newer) == set()


WIDTH, HEIGHT = 5, 6
NUMBERS = st.sets(st.integers(0, 4), max_size=3)
TEXTS = st.one_of(st.none(), st.lists(st.sampled_from("甲乙丙丁■"), min_size=121, max_size=121))
"""None: each text stands once; else those within the first row and column may be the same."""


@dataclass(frozen=True)
class Moved:
    """What became of a table: rows and columns that are hidden now, that went, that came."""

    hidden_rows: set[int]
    hidden_columns: set[int]
    gone_rows: set[int]
    gone_columns: set[int]
    new_rows: set[int]
    new_columns: set[int]

    def hides(self, row: int, column: int) -> bool:
        """Whether a cell of the older release is withheld now."""
        return row in self.hidden_rows or column in self.hidden_columns

    def order(self, count: int, gone: set[int], new: set[int]) -> list[int]:
        """What stands in which place now; what is new has numbers of its own."""
        found = [number for number in range(count) if number not in gone]
        for number in sorted(new, reverse=True):
            found.insert(min(number, len(found)), count + number)
        return found


@settings(max_examples=300, deadline=None)
@given(st.builds(Moved, NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS), TEXTS)
def test_whatever_moves_nothing_of_what_is_withheld_is_shown(
    tmp_path_factory: pytest.TempPathFactory, moved: Moved, texts: list[str] | None
) -> None:
    def text(row: int, column: int) -> str:
        is_own = texts is None or 0 in (row, column)
        return f"文{row}の{column}" if is_own or texts is None else texts[row * 11 + column]

    rows = moved.order(HEIGHT, moved.gone_rows - moved.hidden_rows, moved.new_rows)
    columns = moved.order(WIDTH, moved.gone_columns - moved.hidden_columns, moved.new_columns)
    regions = [(at, at, 1, len(columns)) for at, row in enumerate(rows, 1) if moved.hides(row, -1)]
    regions += [(1, len(rows), at, at) for at, one in enumerate(columns, 1) if moved.hides(-1, one)]
    older = [[text(row, column) for column in range(WIDTH)] for row in range(HEIGHT)]
    newer = [[text(row, column) for column in columns] for row in rows]
    silent = [""] * 2 * WIDTH
    folder = tmp_path_factory.mktemp("moved")
    before = Written([Table(older, silent)]).to(folder / "a")
    after = Written([Table(newer, silent, regions)]).to(folder / "b")
    shown = {text(r, c) for r in rows for c in columns if not moved.hides(r, c)}
    secret = {
        f"cell/1-{row + 1}-{column + 1}"
        for row in range(HEIGHT)
        for column in range(WIDTH)
        if moved.hides(row, column) and text(row, column) not in shown
    }
    assert secret <= placed(withheld_places(before, after))


# What is told


def test_no_text_of_a_withheld_column_is_told_in_any_form(place: Path) -> None:
    found, said = everything(place, Written([table()]), Written([table(regions=INNER)]))
    assert "秘" not in said
    assert "内部の" not in said
    assert found.source.withheld == 8
    assert (found.source.went, found.source.came) == (0, 0)
    assert found.withheld.values == 3  # the notes
    assert found.withheld.things == ()
    (first, *_) = found.of("item", Act.CHANGED)
    assert [(field.before[0].ja, field.after) for field in first.fields] == [
        ("公開しない欄になりました", ())
    ]
    assert "[変わった] 一 道を直す" in said
    assert "「公開しない欄になりました」 → (なし)" in said
    assert "公開しない欄になりました(文は示しません): 値 3、言明" in said
    assert "Now withheld, and told without its text: 3 values of others" in said
    assert "公開しなくなった 8" in said


def test_a_thing_that_only_withheld_cells_speak_of_is_counted_and_not_named(place: Path) -> None:
    """With the last row goes the only item of 公園課: its name is in its IRI too."""
    found, said = everything(place, Written([table()]), Written([table(regions=[(4, 4, 1, 6)])]))
    assert found.withheld.things == (("item", 1), ("department", 1))
    assert found.changes == ()
    for text in ("公園", "憩い", "三", "item/1-4", "秘三"):
        assert text not in said, text
    assert "項目 1、担当課 1、言明" in said
    rows = list(csv.DictReader(io.StringIO(told(found, "csv").decode())))
    assert [(row["種別"], row["変更"], row["説明"]) for row in rows] == [
        ("項目", "公開しない欄になりました", "1 件"),
        ("担当課", "公開しない欄になりました", "1 件"),
    ]
    document = json.loads(told(found, "json"))
    assert document["withheld"]["things"] == {"item": 1, "department": 1}
    assert document["source"]["withheld"] == 6


def test_a_thing_that_another_cell_speaks_of_is_told(place: Path) -> None:
    """公園課 goes from the newer release: one cell that is withheld now said it, and one other."""
    properties = (*PROPERTIES[:4], "department", "")
    older = [(*row[:4], "公園課", row[5]) for row in ROWS]
    newer = [(*row[:2], row[2].replace("公園課", "緑地課"), *row[3:]) for row in older]
    found, said = everything(
        place,
        Written([table(older, properties=properties)]),
        Written([table(newer, properties=properties, regions=INNER)]),
    )
    (gone,) = found.of("department", Act.WENT)
    assert gone.thing.label.ja == "公園課"
    assert found.withheld.things == ()
    assert "覚え" not in said


def test_where_rows_are_hidden_for_the_first_time_only_what_still_stands_is_told(
    place: Path,
) -> None:
    """Any row that differs may be one of them."""
    rows = (HEAD, (*ROWS[1][:3], "車も通れるようにする", *ROWS[1][4:]), *ROWS[2:])
    hidden = Written([table(rows, regions=[(3, 3, 1, 6)])])
    _, said = everything(place, Written([table()]), hidden)
    assert "歩きやすく" not in said
    assert "車も通れる" in said
    before = Written([table(regions=[(3, 3, 1, 6)])]).to(place / "c")
    assert withheld_places(before, hidden.to(place / "d")) == set()  # it was hidden before


def test_a_title_that_is_withheld_is_not_told_of_its_item(place: Path) -> None:
    """Nor is it taken for another one's."""
    found, said = everything(place, Written([table()]), Written([table(regions=[(1, 4, 2, 2)])]))
    assert "道を直す" not in said
    assert "橋を架ける" not in said
    assert {change.thing.iri.rsplit("/", 1)[1] for change in found.of("item")} == {
        "1-2",
        "1-3",
        "1-4",
    }
    assert all(change.act is Act.CHANGED for change in found.of("item"))


def test_discrepancies_at_withheld_cells_and_labels_of_their_values_are_not_told(
    place: Path,
) -> None:
    older = Written([table()])
    older.find("1-2/note", "「秘一評価」は誤りです。", "1-2-5", "1-2")
    older.find("1-3/purpose", "「渡りやすくする」は誤りです。", "1-3-4", "1-3")
    older.conclude("item/1-2/2010", "一 平成22年度 秘一評価")
    found, said = everything(place, older, Written([table(regions=INNER)]))
    assert "秘一" not in said
    assert found.withheld.things == (("discrepancy", 1),)
    (mended,) = found.of("discrepancy")
    assert (mended.act, mended.detail and mended.detail.ja) == (
        Act.WENT,
        "「渡りやすくする」は誤りです。",
    )
    assert "平成22年度" not in said


def test_what_rules_concluded_of_withheld_values_is_not_told(place: Path) -> None:
    """It names them by IRIs: the notes of the first item said whom it involves."""
    rows = [ROWS[0], ROWS[1], (*ROWS[2][:4], "", ""), ROWS[3]]
    older = Written([table(rows)])
    for item, party in (("1-2", "事業者"), ("1-3", "市民")):
        subject = NAMES.below("item", item)
        older.say(subject, KEI["involves"], PARTY[party], NAMES.graph("inferred"))
    _, said = everything(place, older, Written([table(rows, regions=INNER)]))
    assert "party/事業者" not in said
    assert "party/市民" in said  # nothing of that item is withheld


def test_what_the_newer_release_says_elsewhere_is_told(place: Path) -> None:
    """The note of the first item is withheld where it stood, and published in another column."""
    rows = [(*row, text) for row, text in zip(ROWS, ("評価", "秘一評価", "", ""), strict=True)]
    newer = Written([table(rows, properties=(*PROPERTIES, "note"), regions=INNER)])
    found, said = everything(place, Written([table()]), newer)
    assert [change.thing.number for change in found.of("item")] == ["二", "三"]
    assert "秘二" not in said


def test_comments_and_hashes_that_a_release_published_once_are_not_told(place: Path) -> None:
    older = Written([table()], settings=('code = "352039"  # 内々の注記', 'name = "a#b"', "x = 1"))
    newer = Written([table()], settings=('code = "352039"', 'name = "a#c"', "x = 2"), reading=True)
    before, after = older.to(place / "a"), newer.to(place / "b")
    veil = veil_of(before, after)
    assert veil is not None
    lines = b"".join(line for line in removed(before, after) if not veil.hides(line)).decode()
    assert "内々" not in lines
    assert "a#b" in lines  # it is no comment
    assert "x = 1" in lines
    assert "schema.org/sha256" not in lines
    assert veil_of(after, before) is None  # the older one withholds nothing


def test_releases_that_withhold_nothing_are_told_as_they_are(place: Path) -> None:
    before = Written([table()]).to(place / "a")
    after = Written([table(ROWS[:3])]).to(place / "b")
    assert veil_of(before, after) is None
    found = difference_of_files("a", before, "b", after)
    assert found.withheld == Withheld()
    assert "秘三評価" in told(found, "json").decode() or found.of("item", Act.WENT)
    assert "公開しない" not in told(found, "text").decode()


def test_places_that_are_withheld_are_counted_beside_those_that_changed(place: Path) -> None:
    """The last cells in the order of N-Quads are shown: what comes after must forget nothing."""
    rows = [(*row, f"備考{number}") for number, row in enumerate(ROWS)]
    reworded = [*rows[:3], (*rows[3][:6], "別の備考")]
    properties = (*PROPERTIES, "")
    found, _ = everything(
        place,
        Written([table(rows, properties=properties)]),
        Written([table(reworded[:1] + reworded[2:], properties=properties, regions=INNER)]),
    )
    assert found.source.withheld == 8
    assert found.source.reworded > 0
    assert found.source.went > 0


# Which release is newer


def no_store(folder: Path, nquads: BinaryIO) -> None:
    folder.mkdir()
    (folder / "size").write_text(str(len(nquads.read())))


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """Two releases with notes, the second without the last item; and one that withholds them."""
    shelf = Shelf(tmp_path / "releases")
    for written in (
        Written([table()]),
        Written([table(ROWS[:3])]),
        Written([table(ROWS[:3], regions=[(1, 3, 5, 6)])], reading=True),
    ):
        quads = frozenset(written.all() | vocabulary())
        write_release(replace(content_of(), quads=quads), shelf, no_store)
    return shelf


def in_order(shelf: Shelf) -> list[Release]:
    return [shelf.release(name) for name in shelf.published()]


def all_told(shelf: Shelf, before: Release, after: Release) -> str:
    both = compared(shelf, before, after)
    forms = [told(both.difference(), kind) for kind in ("text", "csv", "json")]
    return b"".join((*forms, *both.removed(), *both.added())).decode()


def test_it_is_the_newer_one_that_counts_whichever_is_named_first(shelf: Shelf) -> None:
    first, _, last = in_order(shelf)
    assert "秘一" not in all_told(shelf, first, last)
    assert "秘一" not in all_told(shelf, last, first)


def test_an_older_release_that_is_current_again_is_no_newer(shelf: Shelf) -> None:
    first, _, last = in_order(shelf)
    shelf.point_to(first)
    assert "秘一" not in all_told(shelf, first, last)
    assert "秘一" not in all_told(shelf, last, first)


def test_two_older_releases_are_judged_by_the_last(shelf: Shelf) -> None:
    first, second, _ = in_order(shelf)
    said = all_told(shelf, first, second)
    assert "秘" not in said
    assert "公園を作る" in said  # it went, and nothing withholds it


def test_a_release_of_which_nobody_knows_how_old_it_is_is_judged_and_judges(
    shelf: Shelf, tmp_path: Path
) -> None:
    first, _, last = in_order(shelf)
    other = Shelf(tmp_path / "other")
    assert "秘一" not in all_told(other, first, last)
    assert "秘一" not in all_told(other, last, first)


def test_a_patch_says_what_it_lacks_and_that_it_cannot_be_applied_whole(shelf: Shelf) -> None:
    first, _, last = in_order(shelf)
    both = compared(shelf, first, last)
    lines = list(both.removed())
    hidden, none = both.left_out()
    assert none == 0
    assert both.difference().withheld.statements == hidden
    comments = [line.decode() for line in lines if line.startswith(b"#")]
    assert f"公開しない欄になった言明 {hidden:,} 件を省きました" in comments[0]
    assert f"{hidden:,} statements are left out" in comments[1]
    assert not any(line.startswith(b"#") for line in both.added())
    whole = list(removed(first.folder / "keikaku.nq", last.folder / "keikaku.nq"))
    assert len(whole) - hidden == len(lines) - len(comments)


def test_the_command_leaves_out_what_is_withheld_and_says_so(
    shelf: Shelf, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    first, _, last = in_order(shelf)
    place = ["--releases", str(shelf.folder)]
    for pair in ([first.id, last.id], [last.id, first.id]):
        for kind in ("text", "csv", "json"):
            assert main(["diff", *place, *pair, "--format", kind]) == 0
    files = [tmp_path / "removed.nq", tmp_path / "added.nq"]
    assert (
        main(
            [
                "diff",
                *place,
                first.id,
                last.id,
                "--removed",
                str(files[0]),
                "--added",
                str(files[1]),
            ]
        )
        == 0
    )
    told = capfd.readouterr()
    removed, added = (path.read_text("utf-8") for path in files)
    assert removed.startswith("# 公開しない欄になった言明")
    assert not added.startswith("#")
    assert "--removed: 公開しない欄になった言明" in told.err
    assert "--added" not in told.err
    assert "公開しない欄になりました" in told.out
    assert "秘" not in told.out + told.err + removed + added
    assert main(["diff", *place, first.id, last.id, "--removed", "-"]) == 0
    assert capfd.readouterr().out == removed
