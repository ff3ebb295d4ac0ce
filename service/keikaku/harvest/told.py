"""What a harvest tells: what became of each plan, dump and catalogue, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from keikaku.closed import Bilingual
from keikaku.harvest.catalogue import MOST_OTHERS
from keikaku.names import SHARED

if TYPE_CHECKING:
    from keikaku.errors import KeikakuError
    from keikaku.graph.older import Upgraded
    from keikaku.harvest.catalogue import Other
    from keikaku.harvest.withdrawn import TakenBack, TakenIn
    from keikaku.records.harvested import Harvested

_LONGEST_SAID = 2_000
_NOTHING = Bilingual(ja="", en="")


class Outcome(Enum):
    """What became of a plan, a dump or a catalogue.

    WITHDRAWN: its site took it back, and it is removed here. HELD: a release of ours has it still.
    """

    TAKEN = "取り込み"
    UNCHANGED = "変更なし"
    KEPT = "元になし"
    REFUSED = "拒否"
    SKIPPED = "対象外"
    WITHDRAWN = "取り下げ"
    HELD = "要対応"


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


def left_out_of(found: Upgraded) -> Bilingual:
    """Say what was left out of a plan's graphs, if anything was."""
    places = found.cells + found.lines
    if not (places or found.comments):
        return _NOTHING
    return Bilingual(
        ja=f" 旧い形式なので、どの値の根拠でもない欄と行 {places:,} 件、plan.toml などの"
        f"注記 {found.comments:,} 件を除きました。",
        en=f"; of an older format: {places:,} cells and lines on which no value rests and "
        f"{found.comments:,} comments of plan.toml and decisions.toml are left out",
    )


def instead_of(back: TakenBack | None) -> Bilingual:
    """Say that a plan was taken in the place of one that its site withdrew, if it was."""
    if back is None:
        return _NOTHING
    return Bilingual(
        ja=f" 前に取り込んだものは元のサイトが取り下げたので、置き換えました。{back.reason.ja}",
        en=f"; it replaces what its site withdrew: {back.reason.en}",
    )


def held_still(held: TakenIn, reason: Bilingual, *, is_replaceable: bool) -> Told:
    """Tell that a release of ours holds what a site withdrew, and how to withdraw it.

    The current one is replaced first, unless no plan is left to make another of.
    """
    command = f'keikaku releases --withdraw {held.release} --reason "…"'
    is_first = held.is_current and is_replaceable
    first = ("keikaku build の後に ", "`keikaku build`, then ") if is_first else ("", "")
    plans = held.plans[:MOST_OTHERS]
    more = ("ほか", " and more") if len(held.plans) > MOST_OTHERS else ("", "")
    return told_of(
        held.release,
        Outcome.HELD,
        f"このリリースには、元のサイトが取り下げたものが残っています({'、'.join(plans)}{more[0]})。"
        f"取り下げるには {first[0]}{command}。{reason.ja}",
        f"this release of ours holds what its site withdrew ({', '.join(plans)}{more[1]}); to "
        f"withdraw it: {first[1]}`{command}`; {reason.en}",
    )


def of_whom(harvested: Harvested) -> Bilingual:
    """Say that a plan is offered by another site than the one whose names it has, if it is."""
    at, names = (urlsplit(one).hostname for one in (harvested.catalogue, harvested.base))
    if names in (at, urlsplit(SHARED).hostname):
        return _NOTHING
    return Bilingual(
        ja=f" {names} の名で {at or '手元の目録'} が出しているものです。",
        en=f"; its names are of {names}, it is offered by {at or 'a catalogue of ours'}",
    )
