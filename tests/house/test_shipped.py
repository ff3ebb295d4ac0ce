"""What the wheel holds: every file that keikaku reads at run time."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
SHIPPED = {
    "ontology": "keikaku/_files/ontology",
    "shapes": "keikaku/_files/shapes",
    "data/plans": "keikaku/_files/plans",
    "data/profiles": "keikaku/_files/profiles",
    "data/codes": "keikaku/_files/codes",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    target = tmp_path_factory.mktemp("wheel")
    subprocess.run(  # noqa: S603  (our own interpreter)
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
    )
    return zipfile.ZipFile(next(target.glob("*.whl")))


def files_below(folder: Path) -> set[str]:
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.mark.parametrize("folder", SHIPPED)
def test_the_wheel_holds_every_file_of(folder: str, wheel: zipfile.ZipFile) -> None:
    there = {
        name.removeprefix(f"{SHIPPED[folder]}/")
        for name in wheel.namelist()
        if name.startswith(f"{SHIPPED[folder]}/")
    }
    assert there == files_below(REPOSITORY / folder)
    assert there


def test_the_wheel_holds_every_file_of_the_package(wheel: zipfile.ZipFile) -> None:
    there = {
        name.removeprefix("keikaku/")
        for name in wheel.namelist()
        if name.startswith("keikaku/") and not name.startswith("keikaku/_files/")
    }
    assert there == files_below(REPOSITORY / "service" / "keikaku")
    assert len([name for name in there if name.endswith(".rq")]) > 10
    assert len([name for name in wheel.namelist() if "/rules/" in name]) > 20
