"""What happened in a soak: requests by habit and answer, and every broken promise."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .http import Answer

_SHOWN = 20


@dataclass(slots=True)
class Tally:
    """The counts of all clients together."""

    requests: Counter[str] = field(default_factory=Counter)
    answers: Counter[tuple[str, str]] = field(default_factory=Counter)
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    promises: Counter[str] = field(default_factory=Counter)

    def sent(self, habit: str) -> None:
        """Count a request."""
        self.requests[habit] += 1

    def answered(self, habit: str, answer: Answer) -> None:
        """Count a whole answer."""
        self.answers[habit, str(answer.status)] += 1
        self.seconds[habit].append(answer.seconds)

    def left(self, habit: str) -> None:
        """Count a request that its own client gave up."""
        self.answers[habit, "left"] += 1

    def cut(self, habit: str) -> None:
        """Count a large result that the server began and visibly cut."""
        self.answers[habit, "cut"] += 1

    def lost(self, habit: str, said: str) -> None:
        """Count a request without a whole answer."""
        self.answers[habit, "lost"] += 1
        self.broken(f"{habit}: lost: {said}")

    def broken(self, said: str) -> None:
        """Keep what was promised and not held."""
        self.promises[said] += 1

    def share(self, habit: str, status: str) -> float:
        """Return which part of a habit's requests got this answer."""
        count = self.requests[habit]
        return self.answers[habit, status] / count if count else 0.0

    def lines(self) -> list[str]:
        """Return a line for each habit, and one for each broken promise."""
        lines = []
        for habit, count in sorted(self.requests.items()):
            said = ", ".join(
                f"{number} × {status}"
                for (name, status), number in sorted(self.answers.items())
                if name == habit
            )
            times = self.seconds[habit]
            median = f", median {statistics.median(times) * 1000:.0f} ms" if times else ""
            worst = f", longest {max(times) * 1000:.0f} ms" if times else ""
            lines.append(f"{habit:10} {count:7} sent: {said}{median}{worst}")
        for said, number in self.promises.most_common(_SHOWN):
            lines.append(f"BROKEN ({number} ×) {said}")
        if len(self.promises) > _SHOWN:
            lines.append(f"BROKEN … and {len(self.promises) - _SHOWN} others")
        return lines
