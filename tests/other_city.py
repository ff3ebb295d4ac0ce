"""A fictional city under a base of its own, whose plan has numbers and departments of ours.

It is the document of `small_plan` under another name, so that what is equal in two cities is there:
item numbers, titles, departments.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from small_plan import document, planfile

if TYPE_CHECKING:
    from pathlib import Path

CODE = "359904"
NAME = "架空湊市"
BASE = "https://keikaku.example.jp/open/"
PLAN = f"{BASE}id/{CODE}/kyodo"
DEPARTMENT = f"{BASE}id/{CODE}/department/協働推進課"


def write_plan(plans: Path, *, replaced: tuple[str, str] = ("", "")) -> Path:
    """Write the city's plan into a folder of plans; `replaced` changes a word of its document."""
    folder = plans / f"{CODE}-kyodo"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "source.md").write_text(document().replace(*replaced), encoding="utf-8")
    text = planfile().replace("352039", CODE).replace("山口市", NAME)
    text = text.replace("Yamaguchi City", "Kakuu-Minato City (fictional)")
    (folder / "plan.toml").write_text(text, encoding="utf-8")
    return folder
