"""Commands on a shelf with releases that hold what is withheld at present."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from held_release import NOT_SHOWN, document, line, new, old, released, table
from keikaku.cli import main
from keikaku.commands import serving
from keikaku.release.shelf import Shelf
from keikaku.settings import Settings, settings_from

if TYPE_CHECKING:
    from pathlib import Path

    from keikaku.release.shelf import Release


@pytest.fixture(autouse=True)
def nothing_runs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let `serve` end before it serves, and `publish` before it publishes; what they began."""
    begun: list[str] = []

    def site(*_: object) -> str:
        begun.append("site")
        return "site"

    def publish(_: Settings, release: Release, __: object) -> object:
        begun.append(release.id)
        return type("Holding", (), {"release": release.id, "endpoint": "http://e/"})()

    monkeypatch.setenv("KEIKAKU_PLANS", "no-such-plans")
    monkeypatch.setattr(serving, "site_of_shelf", site)
    monkeypatch.setattr(serving, "run", lambda *_, **__: None)
    monkeypatch.setattr(serving, "publish", publish)
    return begun


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """A shelf whose first release holds a column that its current one withholds."""
    shelf = Shelf(tmp_path / "releases")
    old(shelf)
    new(shelf)
    return shelf


def run(shelf: Shelf, *arguments: str) -> int:
    return main([*arguments, "--releases", str(shelf.folder)])


def first(shelf: Shelf) -> str:
    return shelf.index()[0].id


def test_the_server_names_what_it_holds_back_and_starts(
    shelf: Shelf, capsys: pytest.CaptureFixture[str], nothing_runs: list[str]
) -> None:
    assert run(shelf, "serve") == 0
    [said] = capsys.readouterr().err.splitlines()
    assert said.startswith(f"注意: リリース {first(shelf)} は提供しません。")
    assert "計画 352039/kyodo の欄 2" in said
    assert f"keikaku releases --withdraw {first(shelf)} --reason" in said
    assert NOT_SHOWN not in said
    assert nothing_runs == ["site"]


@pytest.mark.parametrize("how", ["flag", "environment"])
def test_the_server_serves_it_when_told_to(
    how: str,
    shelf: Shelf,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    nothing_runs: list[str],
) -> None:
    shelf.point_to(shelf.release(first(shelf)))
    if how == "environment":
        monkeypatch.setenv("KEIKAKU_SERVE_WITHHELD", "true")
    assert run(shelf, "serve", *(["--serve-withheld"] if how == "flag" else [])) == 0
    [said] = capsys.readouterr().err.splitlines()
    assert said.startswith(
        f"注意: リリース {first(shelf)} を serve_withheld の設定により提供します"
    )
    assert nothing_runs == ["site"]


def test_the_server_does_not_start_with_it(
    shelf: Shelf, capsys: pytest.CaptureFixture[str], nothing_runs: list[str]
) -> None:
    shelf.point_to(shelf.release(first(shelf)))
    assert run(shelf, "serve") == 2
    [error] = capsys.readouterr().err.splitlines()
    assert error.startswith(f"現在のリリース {first(shelf)} は今は公開しないとされている文字を")
    assert "keikaku build" in error
    assert "--serve-withheld" in error
    assert NOT_SHOWN not in error
    assert nothing_runs == []


def test_comments_of_plan_toml_keep_the_server_from_starting(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], nothing_runs: list[str]
) -> None:
    shelf = Shelf(tmp_path / "releases")
    said = [*document(2, "plan.toml"), *line(4, f'code = "352039" # {NOT_SHOWN}', source=2)]
    released(shelf, said)
    assert run(shelf, "serve") == 2
    error = capsys.readouterr().err
    assert "計画 352039/kyodo の注記 1" in error
    assert NOT_SHOWN not in error
    assert nothing_runs == []


def test_what_cannot_be_judged_is_served_with_a_warning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], nothing_runs: list[str]
) -> None:
    shelf = Shelf(tmp_path / "releases")
    old(shelf)
    assert run(shelf, "serve") == 0
    [said] = capsys.readouterr().err.splitlines()
    assert "確かめずに提供します" in said
    assert "352039/kyodo" in said
    assert nothing_runs == ["site"]


def test_an_empty_shelf_is_told_as_before(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    assert main(["serve", "--releases", str(tmp_path / "none")]) == 2
    assert "keikaku build" in capsys.readouterr().err


def test_an_engine_is_not_given_it(
    shelf: Shelf, capsys: pytest.CaptureFixture[str], nothing_runs: list[str]
) -> None:
    assert run(shelf, "publish", "--engine", "http://e/") == 0
    current = shelf.current().id
    shelf.point_to(shelf.release(first(shelf)))
    assert run(shelf, "publish", "--engine", "http://e/") == 2
    assert NOT_SHOWN not in capsys.readouterr().err
    assert nothing_runs == [current]
    assert run(shelf, "publish", "--engine", "http://e/", "--serve-withheld") == 0
    assert nothing_runs == [current, first(shelf)]


def test_the_list_marks_it(shelf: Shelf, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(shelf, "releases") == 0
    before, current = capsys.readouterr().out.splitlines()
    assert before.startswith(f"! {first(shelf)}\t")
    assert "提供しません: 今は公開しないとされている文字を含みます" in before
    assert current.startswith(f"* {shelf.current().id}\t")
    assert "提供しません" not in current


@pytest.mark.parametrize("name", ["id", "beginning", "previous"])
def test_it_is_not_made_current(
    name: str, shelf: Shelf, capsys: pytest.CaptureFixture[str]
) -> None:
    current = shelf.current().id
    text = {"id": first(shelf), "beginning": first(shelf)[:6], "previous": "previous"}[name]
    assert run(shelf, "releases", "--use", text) == 2
    assert shelf.current().id == current
    said = capsys.readouterr().err
    assert ("現在のリリースにはできません" in said) == (name != "previous")
    assert NOT_SHOWN not in said


def test_it_is_made_current_when_told_to(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KEIKAKU_SERVE_WITHHELD", "1")
    assert run(shelf, "releases", "--use", "previous") == 0
    assert shelf.current().id == first(shelf)
    assert f"* {first(shelf)}" in capsys.readouterr().out


def test_another_one_is_made_current(shelf: Shelf) -> None:
    between = released(shelf, table(("名称",)), "3")
    shelf.point_to(shelf.release(shelf.index()[1].id))
    assert run(shelf, "releases", "--use", between.id) == 0
    assert shelf.current().id == between.id


def test_a_withdrawal_says_where_copies_may_be(
    shelf: Shelf, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(shelf, "releases", "--withdraw", first(shelf), "--reason", "氏名があったため") == 0
    said = capsys.readouterr()
    assert "SECURITY.md" in said.err
    assert said.out.startswith(f"- {first(shelf)}\t")
    assert "氏名があったため" in said.out


def test_the_setting_is_off_unless_it_is_given() -> None:
    assert settings_from({}, {}).serve_withheld is False
    assert settings_from({"serve_withheld": None}, {}).serve_withheld is False
    assert settings_from({}, {"KEIKAKU_SERVE_WITHHELD": "true"}).serve_withheld is True
