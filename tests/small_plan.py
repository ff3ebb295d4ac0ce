"""A small plan of the layout of Yamaguchi's: two of its items, so that a build takes two seconds.

It is cut out of the real document; wider tests use that one whole.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from keikaku.assets import shipped
from keikaku.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

PLAN = "352039-kyodo"
BASE = "https://w3id.org/keikaku/"
GRAPHS = f"{BASE}graph/352039/kyodo/"

OVERVIEW, NOTE_AND_SHEETS, CONTACT = slice(0, 15), slice(88, 122), slice(810, None)


def document() -> str:
    """The document: an overview table of two rows, their sheets, the contact."""
    lines = (shipped("plans") / PLAN / "source.md").read_text(encoding="utf-8").split("\n")
    parts = (lines[OVERVIEW], [""], lines[NOTE_AND_SHEETS], [""], lines[CONTACT])
    return "\n".join(line for part in parts for line in part)


def planfile() -> str:
    """Its plan.toml, without the remarks on lines that are not there."""
    text = (shipped("plans") / PLAN / "plan.toml").read_text(encoding="utf-8")
    return text.partition("\n# Damage found by reading")[0] + "\n"


def edited(old: str, new: str) -> str:
    """The document with a change; `old` must stand in it."""
    text = document()
    assert old in text
    return text.replace(old, new, 1)


AS_IT_IS = "地域協働によるまちづくりを推進します。"


def reworded(words: str) -> bytes:
    """The document with other words in the purpose of the first item."""
    return edited(AS_IT_IS, words).encode()


def unmarked() -> bytes:
    """The document with an item that is for nobody, which the shapes forbid."""
    return edited(
        "■市民 ■地域コミュニティ ■市民活動団体", "□市民 □地域コミュニティ □市民活動団体"
    ).encode()


def unreadable() -> bytes:
    """The document with a phase that does not exist, which the reader does not understand."""
    return edited("検討 | 実施・完了予定", "検当 | 実施・完了予定").encode()


def settings_in(folder: Path, **given: object) -> Settings:
    """Settings for plans and releases below `folder`, where the small plan lies already."""
    plan = folder / "plans" / PLAN
    plan.mkdir(parents=True)
    (plan / "source.md").write_text(document(), encoding="utf-8")
    (plan / "plan.toml").write_text(planfile(), encoding="utf-8")
    settings = Settings(plans=folder / "plans", releases=folder / "releases", pyshacl_plans=0)
    return replace(settings, **given)
