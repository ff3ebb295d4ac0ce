"""What a harvest tells: what became of each plan, dump and catalogue, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from keikaku.harvest.catalogue import MOST_OTHERS

if TYPE_CHECKING:
    from keikaku.errors import KeikakuError
    from keikaku.harvest.catalogue import Other

_LONGEST_SAID = 2_000


class Outcome(Enum):
    """What became of a plan, a dump or a catalogue."""

    TAKEN = "取り込み"
    UNCHANGED = "変更なし"
    KEPT = "元になし"
    REFUSED = "拒否"
    SKIPPED = "対象外"


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the report: what, what became of it, and why."""

    what: str
    outcome: Outcome
    ja: str
    en: str


def told_of(what: str, outcome: Outcome, ja: str, en: str) -> Told:
    """Return a line of the report, no longer than people read."""
    return Told(what, outcome, ja[:_LONGEST_SAID], en[:_LONGEST_SAID])


def refused(what: str, error: KeikakuError) -> Told:
    """Tell that something was refused, and why."""
    return told_of(what, Outcome.REFUSED, error.ja, error.en)


def nothing(catalogue: str, others: list[Other]) -> Told:
    """Tell what a catalogue has of which nothing could be taken."""
    if not others:
        return told_of(
            catalogue, Outcome.SKIPPED, "データセットがありません。", "it has no dataset"
        )
    named = [(one.title, "、".join(one.formats) or "?") for one in others[:MOST_OTHERS]]
    more = ("ほか", " and more") if len(others) > MOST_OTHERS else ("", "")
    ja = "、".join(f"「{title}」({formats})" for title, formats in named)
    en = ", ".join(f"{title!r} ({formats})" for title, formats in named)
    return told_of(
        catalogue,
        Outcome.SKIPPED,
        f"データセット {len(others)} 件に、グラフを分けた書き出し(N-Quads か TriG)がないので"
        f"取り込めません: {ja}{more[0]}。項目などとつなぐには keikaku link を使います。",
        f"none of {len(others)} datasets has a dump that keeps graphs apart (N-Quads or TriG), so "
        f"nothing is taken: {en}{more[1]}; `keikaku link` links plans with such data",
    )
