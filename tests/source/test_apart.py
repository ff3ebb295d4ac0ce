"""Documents are read by a process of its own, which nothing lying about can take over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from keikaku.errors import SourceError
from keikaku.source.apart import read_apart
from keikaku.starting.columns import columns
from keikaku.starting.sheet import as_xlsx

if TYPE_CHECKING:
    from pathlib import Path

BOOK = as_xlsx(columns((2024, 2025), ()))


def test_a_file_of_the_working_folder_is_not_taken_for_a_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "openpyxl.py").write_text('open("taken over", "w")', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert read_apart(BOOK, "plan.xlsx", ".xlsx", None).blocks
    assert not (tmp_path / "taken over").exists()


def test_a_program_that_breaks_down_is_not_told_as_a_document_too_large(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTHONHOME", "/nowhere")
    with pytest.raises(SourceError, match="失敗しました"):
        read_apart(BOOK, "plan.xlsx", ".xlsx", None)
