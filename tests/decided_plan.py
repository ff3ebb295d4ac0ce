"""A copy of the plan of Yamaguchi City with decisions, which the city itself has not made."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from keikaku.assets import shipped

if TYPE_CHECKING:
    from pathlib import Path

PLAN = "352039-kyodo"
DECISIONS = """\
# 回答の例 (examples of decisions)
[[decision]]
discrepancy = "number/1-2-4"
outcome = "accepted"
by = "協働推進課"
date = 2026-04-01
reason = { ja = "一覧表の番号が正しい。", en = "The overview has the right number." }

[[decision]]
discrepancy = "target/3-2-1/その他"
outcome = "corrected"
by = "協働推進課"
date = 2026-04-02
reason = { ja = "一覧表の印の付け忘れ。" }
value = "■"

[[decision]]
discrepancy = "schedule-gap/2-1-1/2010"
outcome = "explained"
by = "総務課"
date = 2026-04-03
reason = { ja = "この年度は何も行わない。" }
"""


def decided_copy(folder: Path, decisions: str = DECISIONS) -> Path:
    """Return a copy of the plan's folder, in `folder`, with a decisions.toml."""
    plan = folder / PLAN
    shutil.copytree(shipped("plans") / PLAN, plan)
    (plan / "decisions.toml").write_text(decisions, encoding="utf-8")
    return plan
