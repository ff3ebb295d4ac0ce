"""The command that begins a plan: its folder, plan.toml, and a table to fill in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from keikaku.assets import shipped
from keikaku.codes import municipality
from keikaku.commands.output import say
from keikaku.settings import OWN_PLANS
from keikaku.starting.folder import Wanted, start
from keikaku.text import fiscal_year_labels

if TYPE_CHECKING:
    from keikaku.settings import Settings
    from keikaku.starting.folder import Started

Arguments = dict[str, Any]


def new_plan(settings: Settings, given: Arguments) -> bool:
    """Make a plan's folder, and say what to do next."""
    wanted = Wanted(
        city=given["city"],
        name=given["name"],
        title=given["title"],
        years=given["years"],
        document=given["document"],
        profile=given["profile"],
        parties=tuple(given["parties"] or ()),
        table=given["format"],
    )
    out = given["out"] or _place(settings)
    _tell(start(wanted, out, settings.max_document_bytes))
    return True


def _place(settings: Settings) -> Path:
    """Return where plans lie: as is set, else `data/plans` in a checkout and `plans` elsewhere."""
    samples = shipped("plans")
    if settings.plans != samples or samples == Path("data/plans").resolve():
        return settings.plans
    return OWN_PLANS


def _tell(started: Started) -> None:
    folder, given = started.folder, started.given
    say(f"計画のフォルダを作りました: {folder}")
    listed = municipality(given.city.code)
    if listed:
        say(f"  {listed.full_name} {listed.code}、法人番号 {listed.corporate_number or '不明'}")
    else:
        say(f"  コード {given.city.code} は一覧にないので、市町村の名を plan.toml に書きます。")
    first, last = (fiscal_year_labels(year)[-1] for year in (given.years[0], given.years[-1]))
    say(f"  期間 {first}〜{last}")
    say("次にすること:")
    steps = [f"{folder / 'plan.toml'} を見て、題名や期間を確かめる"]
    if given.is_blank:
        steps.append(f"{folder / given.document} に項目を一行ずつ書く")
    for number, step in enumerate((*steps, f"keikaku check {folder}"), start=1):
        say(f"  {number}. {step}")
