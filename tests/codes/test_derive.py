"""The files of data/codes come out of the lists they are made from, byte for byte."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from codes.derive import AREAS, CORPORATE_NUMBERS, EVENTS, FILES, MUNICIPALITIES, PREFECTURES, main
from keikaku.assets import shipped

LISTS = Path(__file__).parents[3] / "shared" / "linkdata"


def test_the_files_come_out_the_same(tmp_path: Path) -> None:
    if not LISTS.is_dir():
        pytest.skip(f"{LISTS} is not beside the project")
    main([str(LISTS), str(tmp_path)])
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (shipped("codes") / name).read_bytes(), name


def test_each_file_names_its_sources_with_commit_and_licence() -> None:
    said = tomllib.loads((shipped("codes") / "sources.toml").read_text(encoding="utf-8"))["file"]
    assert {one["name"] for one in said} == set(FILES)
    used = {source["file"] for one in said for source in one["from"]}
    assert used == {MUNICIPALITIES, PREFECTURES, CORPORATE_NUMBERS, AREAS, EVENTS}
    for one in said:
        assert {"ja", "en"} == set(one["about"])
        assert one["state"]
        for source in one["from"]:
            assert source["source"].startswith("https://")
            assert len(source["commit"]) == 7
            assert source["licence"].startswith("https://")
