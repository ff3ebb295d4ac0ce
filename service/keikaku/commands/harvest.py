"""The command that takes plans from other sites."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keikaku.commands.output import progress, say
from keikaku.harvest.harvest import harvest
from keikaku.harvest.told import Outcome

if TYPE_CHECKING:
    from keikaku.settings import Settings

Arguments = dict[str, Any]


def take(settings: Settings, given: Arguments) -> bool:
    """Harvest the sites that are given, and print what became of each plan."""
    told = harvest(
        given["urls"],
        settings,
        allow_private=given["allow_private"],
        again=given["again"],
        progress=progress,
    )
    for one in told:
        say(f"{one.outcome.value}: {one.what}\n  {one.ja} ({one.en})")
    counts = "、".join(
        f"{outcome.value} {sum(one.outcome is outcome for one in told)}" for outcome in Outcome
    )
    say(f"{counts}。keikaku build で公開用のリリースに入ります。")
    return not any(one.outcome is Outcome.REFUSED for one in told)
