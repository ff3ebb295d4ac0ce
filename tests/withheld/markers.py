"""Markers: made-up words that stand in one place each, so that a word that is found tells the road.

A marker has a word of four characters that nobody writes, a code in letters and figures, and a
telephone extension of four figures. Each pair of neighbours of a word stands in no other word, so
that a pair is enough to know it by: an index of pairs of characters keeps no more.
"""

from __future__ import annotations

from dataclasses import dataclass, field

LETTERS = (
    "饕餮魍魎黼黻鬯鬻鬣鰥鱶鴟鵺鸛麾鼇鼬齪龕龝鑷鑿霾靉鞨韃颱飃馘騙驢骼髑鬩魑魘鮴鯒鯰鰄鰈鱚鱸鳧鵁鵤鵲"
    "轢轣轤迺逅遘邨郢鄒醂醢釁鉈銕鎰鏖鐫閂闖陞隍雋霰鞣"
)
"""Characters of JIS level 2, so that every encoding and the fonts of PDFs have them."""

CODE = "ZQX"
_COUNT = len(LETTERS)  # a prime: steps of any size reach every letter
_OF_A_STEP = _COUNT // 3
MOST = (_COUNT - 1) * _OF_A_STEP


@dataclass(frozen=True, slots=True)
class Marker:
    """A made-up word: the plan that it is in (register-xlsx), its place there, its number."""

    plan: str
    place: str
    number: int

    @property
    def name(self) -> str:
        """What a failure calls it."""
        return f"{self.plan}: {self.place}"

    @property
    def word(self) -> str:
        """The Japanese part: letters in steps of one size, which gives pairs of its own."""
        step, start = divmod(self.number, _OF_A_STEP)
        first = 3 * (step + 1) * start
        return "".join(LETTERS[(first + place * (step + 1)) % _COUNT] for place in range(4))

    @property
    def code(self) -> str:
        """The part in letters and figures."""
        return f"{CODE}{self.number:04d}"

    @property
    def is_extension(self) -> bool:
        """Whether it stands in its place as a telephone extension."""
        return self.place.startswith("extension")

    @property
    def extension(self) -> str:
        """Four figures, of which the first is 0, as no number of a file or a page has it."""
        return f"0{(self.number * 7 + 113) % 1000:03d}"

    @property
    def text(self) -> str:
        """The marker as it stands in a document."""
        return f"{self.word}{self.code}"


@dataclass
class Markers:
    """The markers of all plans, numbered as they are asked for."""

    made: dict[tuple[str, str], Marker] = field(default_factory=dict)

    def at(self, plan: str, place: str) -> Marker:
        """Return the marker of a place of a plan, always the same."""
        key = plan, place
        if key not in self.made:
            assert len(self.made) < MOST, "more places than words"
            self.made[key] = Marker(plan, place, len(self.made))
        return self.made[key]

    def of(self, plan: str) -> tuple[Marker, ...]:
        """Return the markers of a plan."""
        return tuple(one for one in self.made.values() if one.plan == plan)
