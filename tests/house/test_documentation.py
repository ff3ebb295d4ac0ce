"""README says what the program does, and its examples run."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from typing import TYPE_CHECKING

import pytest

from desk import COMMAND
from keikaku import __version__
from keikaku.records.decisions import DecisionKeysFile, Outcome
from keikaku.records.planfile import PlanKeysFile
from publisher import TOKEN, publishing
from readme import README, up_to_date
from small_plan import PLAN, settings_in

if TYPE_CHECKING:
    from pathlib import Path

    from desk import Desk

TEXT = README.read_text(encoding="utf-8")
REPOSITORY = README.parent


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


def test_the_parts_of_readme_that_the_program_writes_are_up_to_date() -> None:
    assert up_to_date(TEXT) == TEXT, "run `make readme`"


def test_every_make_target_in_readme_exists() -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z]+)", "\n".join(blocks("sh"))))
    assert len(named) >= 4
    assert named <= targets


def test_every_path_in_readme_exists() -> None:
    named = set(re.findall(r"`((?:data|ontology|shapes|service|tests)/[^`<…]*)`", TEXT))
    assert len(named) >= 6
    assert [path for path in named if not (REPOSITORY / path).exists()] == []


def test_the_plan_file_in_readme_has_only_known_keys() -> None:
    [plan] = [block for block in blocks("toml") if "[plan]" in block and "[municipality]" in block]
    PlanKeysFile.model_validate(tomllib.loads(plan.replace('"…"', '"x"')))


def test_the_decision_in_readme_has_only_known_keys() -> None:
    [decided] = [block for block in blocks("toml") if "[[decision]]" in block]
    [said] = DecisionKeysFile.model_validate(tomllib.loads(decided)).decision
    assert said.outcome in set(Outcome)


def test_the_changelog_names_this_version_or_the_next() -> None:
    changelog = (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "## [Unreleased]" in changelog or f"## [{__version__}]" in changelog


COMMANDS = [
    line
    for block in blocks("sh")
    for line in block.splitlines()
    if line.startswith(".venv/bin/keikaku") and not line.endswith((" serve", " build", " check"))
]


@pytest.mark.xdist_group("site")
def test_the_commands_in_readme_run(desk: Desk) -> None:
    assert len(COMMANDS) >= 8
    for line in COMMANDS:
        script = line.replace(".venv/bin/keikaku", str(COMMAND))
        done = subprocess.run(  # noqa: S602  (README's own lines)
            script, shell=True, cwd=desk.folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, line + done.stderr


@pytest.mark.xdist_group("site")
def test_the_requests_in_readme_are_answered(site: str) -> None:
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    requests = [line for line in lines if "curl" in line and "http://127.0.0.1:8000" in line]
    assert len(requests) == 10
    for line in requests:
        script = line.replace("curl ", "curl --silent --fail --globoff ").replace(
            "http://127.0.0.1:8000", site
        )
        done = subprocess.run(  # noqa: S602  (README's own lines)
            script, shell=True, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, line
        assert done.stdout, line


def test_the_requests_in_readme_to_the_publishing_api_are_answered(
    tmp_path: Path,
) -> None:
    settings = settings_in(tmp_path)
    [block] = [block for block in blocks("sh") if "$TOKEN" in block]
    assert block.count("curl") == 5
    script = block.replace("curl ", "curl --silent --show-error --fail-with-body ")
    folder = settings.plans / PLAN
    for name in ("plan.toml", "source.md"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    with publishing(settings) as client:
        address = str(client.base_url).rstrip("/")
        done = subprocess.run(  # noqa: S603  (README's own lines)
            ["bash", "-ec", script.replace("http://127.0.0.1:8001", address)],  # noqa: S607
            cwd=tmp_path,
            env={**os.environ, "TOKEN": TOKEN},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "all.nq").stat().st_size > 0


@pytest.mark.xdist_group("site")
def test_the_python_example_in_readme_prints_the_eleven_items(
    site: str, capsys: pytest.CaptureFixture[str]
) -> None:
    [example] = blocks("python")
    exec(example.replace("http://127.0.0.1:8000", site), {})  # noqa: S102  (README's own lines)
    assert len(capsys.readouterr().out.splitlines()) == 11


def test_the_four_lines_in_readme_are_those_that_the_tests_ask() -> None:
    tests = (REPOSITORY / "tests/end_to_end/test_question.py").read_text(encoding="utf-8")
    assert blocks("sparql")[0].strip() in tests
