from __future__ import annotations

import errno
import hashlib
import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, BinaryIO

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from keikaku.build import graphs_of, read_source
from keikaku.checks.report import Finding, Report, Severity, Text
from keikaku.errors import ReleaseError
from keikaku.names import SHARED
from keikaku.release.catalogue.survey import as_json, from_json, survey_of_portion
from keikaku.release.shelf import Shelf
from keikaku.release.write import Content, Part, write_release
from keikaku.settings import Settings
from other_layouts import REGISTER
from small_release import content_of

if TYPE_CHECKING:
    from pathlib import Path


def no_store(folder: Path, nquads: BinaryIO) -> None:
    folder.mkdir()
    (folder / "size").write_text(str(len(nquads.read())))


def test_a_release_holds_what_its_manifest_says(content: Content, tmp_path: Path) -> None:
    release = write_release(content, Shelf(tmp_path), no_store)
    for name, said in release.manifest["files"].items():
        body = release.file(name).read_bytes()
        assert (len(body), hashlib.sha256(body).hexdigest()) == (said["bytes"], said["sha256"])
    on_disk = {
        str(path.relative_to(release.folder))
        for path in release.folder.rglob("*")
        if path.is_file() and path.parent != release.store
    }
    indexes = release.manifest["indexes"]
    assert on_disk == {*release.manifest["files"], *indexes, "manifest.json"}
    assert release.manifest["triples"] == 6 + len(content.told)


def test_the_name_and_the_nquads_do_not_depend_on_time_or_place(tmp_path: Path) -> None:
    one = write_release(content_of("甲", "乙"), Shelf(tmp_path / "a"), no_store)
    two = write_release(content_of("乙", "甲"), Shelf(tmp_path / "b"), no_store)
    assert one.id == two.id
    assert one.file("keikaku.nq").read_bytes() == two.file("keikaku.nq").read_bytes()


def test_other_data_make_another_name(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    one, two = (write_release(content_of(*names), shelf, no_store) for names in ("甲", "甲乙"))
    assert one.id != two.id
    assert [(entry.id, entry.predecessor) for entry in shelf.index()] == [
        (one.id, None),
        (two.id, one.id),
    ]
    assert shelf.current().id == two.id


def test_the_same_data_are_not_written_twice(content: Content, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    first = write_release(content, shelf, no_store)
    before = first.folder.stat().st_mtime_ns
    again = write_release(content, shelf, no_store)
    assert again.folder.stat().st_mtime_ns == before
    assert len(shelf.index()) == 1


@pytest.mark.parametrize("name", ["keikaku.nt", "keikaku.ttl", "keikaku.rdf", "keikaku.trig"])
def test_every_dump_holds_the_same_triples(name: str, content: Content, tmp_path: Path) -> None:
    release = write_release(content, Shelf(tmp_path), no_store)
    kind = RdfFormat.from_extension(name.rsplit(".", 1)[-1])
    read = {
        (q.subject, q.predicate, q.object) for q in parse(path=str(release.file(name)), format=kind)
    }
    said = content.quads | content.told
    assert read == {(q.subject, q.predicate, q.object) for q in said}


def test_the_json_dump_reads_like_json(content: Content, tmp_path: Path) -> None:
    release = write_release(content, Shelf(tmp_path), no_store)
    document = json.loads(release.file("keikaku.jsonld").read_text(encoding="utf-8"))
    items = [node for node in document["@graph"] if node["id"].startswith("https://example.org/")]
    nodes = {node["label"]["ja"]: node["type"] for node in items}
    assert nodes == {"甲": "Item", "乙": "Item", "丙": "Item"}


def test_a_violation_stops_the_release(content: Content, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    good = write_release(content, shelf, no_store)
    text = Text("違反", "violation")
    bad = Report("計画", (Finding(Severity.VIOLATION, text, text, text, ()),), {})
    [part] = content.plans
    broken = Content(
        SHARED,
        content_of("甲").quads,
        (Part(part.name, type(part.checked)(bad, b"")),),
    )
    with pytest.raises(ReleaseError, match="違反"):
        write_release(broken, shelf, no_store)
    assert shelf.current().id == good.id


def test_a_triple_in_two_graphs_stops_the_release(content: Content, tmp_path: Path) -> None:
    quad = next(iter(content.quads))
    twice = Quad(quad.subject, quad.predicate, quad.object, NamedNode("https://example.org/2"))
    with pytest.raises(ReleaseError, match="二つのグラフ"):
        write_release(
            Content(SHARED, content.quads | {twice}, content.plans), Shelf(tmp_path), no_store
        )


def test_a_full_disk_leaves_no_half_release(content: Content, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    good = write_release(content, shelf, no_store)

    def full(folder: Path, nquads: BinaryIO) -> None:
        no_store(folder, nquads)
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(ReleaseError, match="No space left"):
        write_release(content_of("甲"), shelf, full)
    assert shelf.current().id == good.id
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [good.id, "index.jsonl", "current", ".lock"]
    )


def test_a_killed_build_is_cleared_away_by_the_next(content: Content, tmp_path: Path) -> None:
    script = (
        "import time; from pathlib import Path; from keikaku.release.shelf import Shelf\n"
        f"shelf = Shelf(Path({str(tmp_path)!r}))\n"
        "with shelf.writing(), shelf.workshop() as folder:\n"
        "    (folder / 'half').write_text('half'); print('ready', flush=True); time.sleep(60)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)  # noqa: S603
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    with pytest.raises(ReleaseError, match="別の keikaku"):
        write_release(content, Shelf(tmp_path), no_store)
    process.kill()
    process.wait()
    process.stdout.close()
    assert any(path.name.startswith(".unfinished-") for path in tmp_path.iterdir())
    release = write_release(content, Shelf(tmp_path), no_store)
    assert not any(path.name.startswith(".unfinished-") for path in tmp_path.iterdir())
    assert Shelf(tmp_path).current().id == release.id


def test_a_damaged_release_is_named(content: Content, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    release = write_release(content, shelf, no_store)
    (release.folder / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(ReleaseError, match=release.id):
        shelf.current()


def test_without_a_release_the_remedy_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="keikaku build"):
        Shelf(tmp_path / "nothing").current()


@pytest.mark.parametrize("loss", ["store", "keikaku.nq", "manifest.json"])
def test_building_again_mends_a_damaged_release(
    loss: str, content: Content, tmp_path: Path
) -> None:
    shelf = Shelf(tmp_path)
    release = write_release(content, shelf, no_store)
    if loss == "store":
        shutil.rmtree(release.store)
    else:
        (release.folder / loss).write_bytes(b"{")
    with pytest.raises(ReleaseError, match="壊れています"):
        shelf.current()
    assert write_release(content, shelf, no_store).id == release.id
    assert shelf.current().file("keikaku.nq").stat().st_size > 10


def test_a_line_of_the_index_that_was_cut_off_is_passed_over(
    content: Content, tmp_path: Path
) -> None:
    shelf = Shelf(tmp_path)
    release = write_release(content, shelf, no_store)
    with (tmp_path / "index.jsonl").open("a", encoding="utf-8") as index:
        index.write('{"id": "0123')
    assert [entry.id for entry in shelf.index()] == [release.id]


@pytest.mark.parametrize("name", ["../elsewhere", "", ".", "0123456789abcdeg"])
def test_only_ids_name_releases(name: str, content: Content, tmp_path: Path) -> None:
    write_release(content, Shelf(tmp_path), no_store)
    with pytest.raises(ReleaseError):
        Shelf(tmp_path).release(name)


def test_a_division_above_departments_is_not_counted_as_one(tmp_path: Path) -> None:
    graphs = graphs_of(read_source(REGISTER, Settings()), SHARED)
    content = Content(SHARED, graphs.quads, content_of("甲").plans)
    release = write_release(content, Shelf(tmp_path), no_store)
    assert release.manifest["classes"]["Department"] == 6  # beside 福祉部, 教育部 and 産業部
    found = survey_of_portion(graphs.quads)
    assert from_json(as_json(found)).not_in_charge == {
        f"{SHARED}id/139904/department/{name}" for name in ("福祉部", "教育部", "産業部")
    }
