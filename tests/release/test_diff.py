"""The difference of two releases: what was changed in the document is what is told."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad

from keikaku.assets import shipped
from keikaku.build import graphs_of, read_source
from keikaku.errors import ReleaseError
from keikaku.graph.dataset import vocabulary
from keikaku.names import DCTERMS, KEI, RDF, RDFS, SHARED
from keikaku.release.catalogue.publication import Publisher
from keikaku.release.difference.changes import Act, Difference
from keikaku.release.difference.compare import difference, difference_of_files
from keikaku.release.difference.delta import added, lines_of, removed
from keikaku.release.difference.told import told
from keikaku.release.dumps import canonical
from keikaku.release.shelf import Shelf
from keikaku.release.write import write_release
from keikaku.settings import Settings
from small_plan import document, planfile
from small_release import content_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from keikaku.build import PlanGraphs

PLAN = "352039-kyodo"
ITEM = "https://w3id.org/keikaku/id/352039/kyodo/item/"

NEW_SHEET = """| 整理番号 | I - (1) - ② | | | | |
| 推進項目 | ② 地域交流センターの開館 | | 担当課 | 協働推進課 | |
| 実施主体 | 行政 | | | | |
| 推進項目対象 | ■市民 □地域コミュニティ □市民活動団体 □事業者 □教育機関 □行政 □その他 () | | | | |
| 目的 | 新しい目的です。 | | | | |
| 現状と課題 | 新しい現状です。 | | | | |
| 推進内容 | 新しい内容です。 | | | | |
| 完了の目安 | 開館したときに完了とします。 | | | | |
| 年次計画 | H20 | H21 | H22 | H23 | H24 |
| | 実施 | → | → | → | → |

| | | | | | |
|--------|---|---------|-----|-------------------|-----|
"""


@pytest.fixture(scope="module")
def before(kyodo_graphs: PlanGraphs, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The canonical N-Quads of the plan as it is."""
    path = tmp_path_factory.mktemp("before") / "keikaku.nq"
    path.write_bytes(canonical(kyodo_graphs.quads | vocabulary()))
    return path


def no_store(folder: Path, nquads: BinaryIO) -> None:
    folder.mkdir()
    (folder / "size").write_text(str(len(nquads.read())))


def quads_of(folder: Path) -> Path:
    """The canonical N-Quads of a plan's folder."""
    quads = graphs_of(read_source(folder, Settings()), SHARED).quads | vocabulary()
    path = folder.with_suffix(".nq")
    path.write_bytes(canonical(quads))
    return path


def edited(path: Path, edits: Sequence[tuple[str, str]]) -> None:
    text = path.read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def after(tmp_path: Path) -> Callable[..., Path]:
    """Give the canonical N-Quads of the plan with changes in its document and its plan.toml."""

    def changed(*edits: tuple[str, str], planfile: tuple[tuple[str, str], ...] = ()) -> Path:
        folder = tmp_path / PLAN
        shutil.copytree(shipped("plans") / PLAN, folder)
        edited(folder / "source.md", edits)
        edited(folder / "plan.toml", planfile)
        return quads_of(folder)

    return changed


@pytest.fixture
def small(tmp_path: Path) -> Callable[..., Path]:
    """Give the canonical N-Quads of the small plan of two items, with changes in its document."""

    def changed(*edits: tuple[str, str]) -> Path:
        folder = tmp_path / ("changed" if edits else "as-it-is") / PLAN
        folder.mkdir(parents=True)
        (folder / "source.md").write_text(document(), encoding="utf-8")
        (folder / "plan.toml").write_text(planfile(), encoding="utf-8")
        edited(folder / "source.md", edits)
        return quads_of(folder)

    return changed


def compared(before: Path, after: Path) -> Difference:
    return difference_of_files("before", before, "after", after)


def told_of(
    difference: Difference, kind: str = "item"
) -> dict[str, tuple[Act, dict[str, tuple[str, str]]]]:
    """What is told of each thing: what became of it, and its fields with their values."""
    return {
        change.thing.said.ja: (
            change.act,
            {
                field.label.ja: (
                    "・".join(value.ja for value in field.before),
                    "・".join(value.ja for value in field.after),
                )
                for field in change.fields
            },
        )
        for change in difference.of(kind)
    }


def test_a_release_does_not_differ_from_itself(before: Path) -> None:
    found = compared(before, before)
    assert found.changes == ()
    assert (found.removed, found.added) == (0, 0)
    assert not found.source


def test_a_decision_is_told_with_its_value_and_changes_no_document(
    before: Path, decided_graphs: PlanGraphs, tmp_path: Path
) -> None:
    path = tmp_path / "decided.nq"
    path.write_bytes(canonical(decided_graphs.quads | vocabulary()))
    found = compared(before, path)
    assert not found.source
    assert found.beside.came > 10
    assert (found.beside.went, found.beside.moved, found.beside.reworded) == (0, 0, 0)
    values = [fields for _, fields in told_of(found, "decision").values()]
    assert sorted(values, key=len) == [{}, {}, {"市による正しい値": ("", "■")}]
    text = told(found, "text").decode()
    assert "市による正しい値: (なし) → 「■」" in text
    assert "plan.toml・decisions.toml の行: 加わった" in text
    assert "原文の欄と行" not in text
    rows = list(csv.DictReader(io.StringIO(told(found, "csv").decode())))
    assert [
        (row["種別"], row["変更"], row["変更前"], row["変更後"], row["説明"])
        for row in rows
        if row["欄"] == "市による正しい値"
    ] == [("市の回答", "加わった", "", "■", "一覧表の印の付け忘れ。")]


def test_sections_are_told_in_the_order_of_the_plan(
    before: Path, after: Callable[..., Path]
) -> None:
    found = compared(
        before,
        after(
            ("推進方針Ⅲ 人づくり", "推進方針Ⅲ ひとづくり"),
            ("推進方針 I 参加", "推進方針 I 参画"),
            ("推進施策（1）人材発掘", "推進施策（1）人材の発掘"),
            ("推進施策 (2) 活動の活性化、", "推進施策 (2) 活動の促進、"),
            ("推進方針Ⅱ 情報の共有化", "推進方針Ⅱ 情報の共有"),
        ),
    )
    names = [change.thing.iri.rsplit("/", 1)[-1] for change in found.of("section", Act.CHANGED)]
    assert names == ["1", "1-2", "2", "3", "3-1"]


def test_releases_whose_plans_are_the_same_say_in_what_they_differ(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    made = content_of("甲")
    for publisher in (Publisher(), Publisher("会"), Publisher("会", site="https://a.example")):
        write_release(replace(made, publisher=publisher), shelf, no_store)
    one, two, three = (shelf.release(entry.id) for entry in shelf.index())
    for before, after in ((one, two), (two, three)):
        found = difference(before, after)
        text = told(found, "text").decode()
        assert "計画の中身に違いはありません。\n公開者の設定(名前・" in text
        assert "集めた計画の出所だけが違います" in text
        assert "settings of the publisher" in json.loads(told(found, "json"))["otherwise"]["en"]
    assert difference(one, one).otherwise is None
    write_release(content_of("甲", "乙"), shelf, no_store)
    assert difference(one, shelf.current()).otherwise is None


def test_removed_and_added_turn_the_one_into_the_other_byte_for_byte(
    before: Path, after: Callable[..., Path]
) -> None:
    other = after(
        ("市報の充実・活用", "市報の見直し・活用"), ("| | 検討 | 実施・完了予定", "| | → | 実施")
    )
    gone, new = list(removed(before, other)), list(added(before, other))
    assert gone
    assert gone == sorted(set(gone))
    assert new == sorted(set(new))
    made = (set(before.read_bytes().splitlines(keepends=True)) - set(gone)) | set(new)
    assert b"".join(sorted(made)) == other.read_bytes()
    back = (set(other.read_bytes().splitlines(keepends=True)) - set(new)) | set(gone)
    assert b"".join(sorted(back)) == before.read_bytes()


@given(st.sets(st.binary(max_size=3)), st.sets(st.binary(max_size=3)))
def test_any_two_sets_of_lines_are_told_apart(
    tmp_path_factory: pytest.TempPathFactory, one: set[bytes], other: set[bytes]
) -> None:
    folder = tmp_path_factory.mktemp("lines")
    left, right = ({line.replace(b"\n", b"") + b"\n" for line in lines} for lines in (one, other))
    files = folder / "left.nq", folder / "right.nq"
    for path, lines in zip(files, (left, right), strict=True):
        path.write_bytes(b"".join(sorted(lines)))
    assert set(removed(*files)) == left - right
    assert set(added(*files)) == right - left


def test_lines_that_are_not_in_order_are_refused(before: Path, tmp_path: Path) -> None:
    lines = before.read_bytes().splitlines(keepends=True)[:100]
    random.Random(1).shuffle(lines)  # noqa: S311
    mixed = tmp_path / "mixed.nq"
    mixed.write_bytes(b"".join(lines))
    with pytest.raises(ReleaseError, match="順に"):
        list(lines_of(mixed))


def test_a_gzipped_file_is_read_too(before: Path, tmp_path: Path) -> None:
    packed = tmp_path / "keikaku.nq.gz"
    packed.write_bytes(gzip.compress(before.read_bytes()))
    assert list(removed(before, packed)) == []


def test_a_new_title_is_told_of_the_item_and_of_its_row(
    before: Path, after: Callable[..., Path]
) -> None:
    found = compared(before, after(("市報の充実・活用", "市報の見直し・活用")))
    said = {"名称": ("市報の充実・活用", "市報の見直し・活用")}
    assert told_of(found) == {"II-(2)-① 市報の見直し・活用": (Act.CHANGED, said)}
    assert told_of(found, "row") == {"II-(2)-① 市報の見直し・活用": (Act.CHANGED, said)}
    assert found.of("discrepancy") == ()


def test_a_word_of_the_schedule_is_told_with_its_year(
    before: Path, after: Callable[..., Path]
) -> None:
    found = compared(
        before, after(("| | 検討 | → | 一部実施 | 実施 | → |", "| | 検討 | → | 実施 | | → |"))
    )
    assert told_of(found)["I-(1)-② 市民活動の拠点機能の充実・強化"] == (
        Act.CHANGED,
        {"年次計画 平成22年度": ("一部実施", "実施"), "年次計画 平成23年度": ("実施", "")},
    )
    assert len(found.of("item")) == 1


def test_a_department_that_took_the_place_of_another_is_told_once(
    before: Path, after: Callable[..., Path]
) -> None:
    renamed = after(("広報広聴課", "広報課"), planfile=(('"広報広聴課"', '"広報課"'),))
    found = compared(before, renamed)
    (change,) = found.of("department")
    assert (change.act, change.before and change.before.label.ja) == (Act.REPLACED, "広報広聴課")
    assert change.thing.label.ja == "広報課"
    (shared,) = found.shared("item")
    assert shared.label.ja == "担当課"
    assert [value.ja for value in (*shared.gone, *shared.new)] == ["広報広聴課", "広報課"]
    # the five sheets whose 担当課 names it
    numbers = [thing.number for thing in shared.things]
    assert numbers == ["II-(2)-①", "II-(2)-②", "II-(3)-⑤", "IV-(1)-②", "IV-(1)-③"]
    assert told_of(found)["II-(2)-② ホームページの充実・活用"] == (
        Act.CHANGED,
        {"担当課": ("広報広聴課・関係課", "広報課・関係課")},
    )


def test_a_department_that_goes_from_one_item_only_stays(
    before: Path, after: Callable[..., Path]
) -> None:
    found = compared(before, after(("協働推進課・管財課・施設維持課", "協働推進課・管財課")))
    (gone,) = found.of("department")
    assert (gone.act, gone.thing.label.ja) == (Act.WENT, "施設維持課")
    fields = told_of(found)["I-(1)-② 市民活動の拠点機能の充実・強化"][1]
    assert fields == {"担当課": ("協働推進課・施設維持課・管財課", "協働推進課・管財課")}


def test_an_item_put_in_before_another_renumbers_it_and_changes_nothing_else(
    small: Callable[..., Path],
) -> None:
    title = "市民活動の拠点機能の充実・強化"
    row = "| ② 地域交流センターの開館 | | | ■ | □ | □ | □ | □ | □ | □ |\n"
    found = compared(
        small(),
        small(
            (f"| ② {title} | | | □", f"{row}| ③ {title} | | | □"),
            (f"| 推進項目 | ② {title}", f"| 推進項目 | ③ {title}"),
            (
                "| 整理番号 | I - (1) - ② | | | | |",
                f"{NEW_SHEET}| 整理番号 | I - (1) - ③ | | | | |",
            ),
        ),
    )
    assert told_of(found) == {
        "I-(1)-② 地域交流センターの開館": (Act.CAME, {}),
        f"I-(1)-③ {title}": (Act.RENUMBERED, {"番号": ("I-(1)-②", "I-(1)-③")}),
    }
    (moved,) = found.of("item", Act.RENUMBERED)
    assert moved.before is not None
    assert (moved.before.iri, moved.thing.iri) == (f"{ITEM}1-1-2", f"{ITEM}1-1-3")
    assert [change.act for change in found.of("row")] == [Act.CAME, Act.RENUMBERED]


def test_a_discrepancy_that_was_mended_went_and_a_new_one_came(
    before: Path, after: Callable[..., Path]
) -> None:
    # the overview marks 市民 for お気軽講座, its sheet too: without the mark they disagree
    found = compared(
        before, after(("| ③ お気軽講座の充実 | | | ■ |", "| ③ お気軽講座の充実 | | | □ |"))
    )
    (came,) = found.of("discrepancy")
    assert came.act is Act.CAME
    assert came.detail is not None
    assert "市民" in came.detail.ja


def test_lines_that_move_are_counted_and_drown_nothing(small: Callable[..., Path]) -> None:
    before = small()
    found = compared(before, small(("第2編\n", "第2編\n\n\n")))
    assert found.changes == ()
    cells = sum(
        b"type> <https://w3id.org/keikaku/ns#SourceCell> " in line for line in lines_of(before)
    )
    # all cells of the document stand two lines further down; those of plan.toml are lines
    assert found.source.moved == cells > 80
    assert found.source.reworded < 20  # lines are called by their numbers


def test_a_contact_is_told_of_the_plan(before: Path, after: Callable[..., Path]) -> None:
    found = compared(before, after(("083-934-2965", "083-934-0000")))
    assert told_of(found, "plan") == {
        "山口市協働推進プラン": (
            Act.CHANGED,
            {"問合せ先の電話番号": ("083-934-2965", "083-934-0000")},
        )
    }


def test_a_difference_is_told_as_text_csv_and_json(
    before: Path, after: Callable[..., Path]
) -> None:
    found = compared(before, after(("市報の充実・活用", "市報の見直し・活用")))
    text = told(found, "text").decode()
    assert "[変わった] II-(2)-① 市報の見直し・活用" in text
    assert "名称: 「市報の充実・活用」 → 「市報の見直し・活用」" in text
    assert "[changed] II-(2)-①" in told(found, "text", "en").decode()
    rows = told(found, "csv").decode().splitlines()
    assert rows[0] == "計画,種別,変更,番号,名称,欄,変更前,変更後,説明,IRI"
    assert rows[1] == (
        "山口市協働推進プラン,項目,変わった,II-(2)-①,市報の見直し・活用,名称,"
        f"市報の充実・活用,市報の見直し・活用,,{ITEM}2-2-1"
    )
    document = json.loads(told(found, "json"))
    assert document["changes"][0]["fields"][0]["before"][0]["ja"] == "市報の充実・活用"
    assert document["statements"]["removed"] == found.removed


def written(path: Path, **items: tuple[str, str, str]) -> Path:
    """Quads of items by the end of their IRIs: number, title, measure; `_` before what replaces."""
    plan = "https://w3id.org/keikaku/id/352039/kyodo"
    graph = NamedNode("https://w3id.org/keikaku/graph/352039/kyodo/stated")
    quads = []
    for name, (number, title, measure) in items.items():
        node = NamedNode(f"{plan}/item/{name.strip('_')}")
        quads += [
            Quad(node, RDF["type"], KEI["Item"], graph),
            Quad(node, DCTERMS["identifier"], Literal(number), graph),
            Quad(node, RDFS["label"], Literal(title, language="ja"), graph),
            Quad(node, KEI["inMeasure"], NamedNode(f"{plan}/measure/{measure}"), graph),
        ]
        if name.startswith("_"):
            quads.append(Quad(node, DCTERMS["replaces"], NamedNode(f"{plan}/item/old"), graph))
    path.write_bytes(canonical(quads))
    return path


def test_an_item_under_another_measure_has_moved(tmp_path: Path) -> None:
    old = written(tmp_path / "a", one=("I-(1)-①", "センターの設置", "1-1"))
    new = written(tmp_path / "b", two=("II-(3)-④", "センターの 設置", "2-3"))
    (moved,) = compared(old, new).changes
    assert moved.act is Act.MOVED
    said = {field.label.ja: (field.before[0].ja, field.after[0].ja) for field in moved.fields}
    assert said["番号"] == ("I-(1)-①", "II-(3)-④")
    assert said["推進施策"] == ("1-1", "2-3")


def test_what_replaces_another_is_the_same_under_any_title(tmp_path: Path) -> None:
    old = written(tmp_path / "a", old=("I-(1)-①", "古い名", "1-1"))
    new = written(tmp_path / "b", _new=("I-(1)-②", "新しい名", "1-1"))
    (renumbered,) = compared(old, new).changes
    assert renumbered.act is Act.RENUMBERED
    assert {field.label.ja for field in renumbered.fields} >= {"番号", "名称"}


def test_a_decision_of_the_city_is_told_with_its_reason(tmp_path: Path) -> None:
    old = written(tmp_path / "a")
    decision = NamedNode("https://w3id.org/keikaku/id/352039/kyodo/decision/number/1-2-4")
    graph = NamedNode("https://w3id.org/keikaku/graph/352039/kyodo/decisions")
    new = tmp_path / "b"
    new.write_bytes(
        canonical(
            [
                Quad(decision, RDF["type"], KEI["Decision"], graph),
                Quad(decision, KEI["reason"], Literal("一覧表が正しい。", language="ja"), graph),
                Quad(decision, RDFS["label"], Literal("回答(訂正): 番号", language="ja"), graph),
            ]
        )
    )
    (change,) = compared(old, new).changes
    assert (change.kind, change.act) == ("decision", Act.CAME)
    assert change.thing.label.ja == "回答(訂正): 番号"
    assert change.detail is not None
    assert change.detail.ja == "一覧表が正しい。"


def test_two_items_that_change_places_are_renumbered_not_renamed(tmp_path: Path) -> None:
    old = written(tmp_path / "a", a=("I-(1)-①", "甲", "1-1"), b=("I-(1)-②", "乙", "1-1"))
    new = written(tmp_path / "b", a=("I-(1)-①", "乙", "1-1"), b=("I-(1)-②", "甲", "1-1"))
    found = compared(old, new).changes
    assert [(change.act, change.thing.label.ja) for change in found] == [
        (Act.RENUMBERED, "乙"),
        (Act.RENUMBERED, "甲"),
    ]
    assert all([field.label.ja for field in change.fields] == ["番号"] for change in found)


def test_more_changes_than_are_told_are_counted_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keikaku.release.difference.compare.MOST_CHANGED", 2)
    old = written(tmp_path / "a")
    new = written(tmp_path / "b", **{f"i{n}": (str(n), f"題{n}", "1-1") for n in range(5)})
    found = compared(old, new)
    assert not found.whole
    assert len(found.changes) == 2
    assert found.added == 20
    assert "途中まで" in told(found, "text").decode()
