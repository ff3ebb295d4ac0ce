"""Controlled Japanese: which question of the catalogue a sentence asks, and with what values.

The patterns are those of the questions' own files. A sentence is folded (width, spaces, commas),
the names in it are looked up, the longest first, and a pattern matches only as a whole, but for a
polite opening and ending. The same sentence always means the same; what is not understood is said
to be so, with the nearest sentences that are.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from keikaku.answers.lexicon import number_key, plain
from keikaku.errors import QuestionError, SentenceError

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from keikaku.answers.catalogue import Catalogue
    from keikaku.answers.lexicon import Lexicon, Mention
    from keikaku.answers.question import Question

MOST_SPANS = 30
"""In how many ways the opening and the closing of a sentence may be left off."""

LONGEST_SENTENCE = 120
"""How many characters a sentence may have."""

_SUGGESTIONS = 3

# Words and endings that people write in more than one way. A pattern has the plain form.
_WORDS = {
    "項目": "(?:推進)?項目|取り?組み?|もの|の(?![^はをが])",
    "関わる": "(?:関わ|かかわ|携わ)(?:る|っている|ります|っています)|関する"
    "|(?:関係|関与|関連|参加)(?:する|している|します|しています|の|のある|がある)",
    "担当する": "(?:担当|所管)(?:する|している|します|しています)?"
    "|受け持(?:つ|っている)|受け持ちの",
    "対象とする": "対象(?:と(?:する|している|した|なる|なっている|します|しています)"
    "|に(?:する|している|した|なる|なっている|含む|含まれる)|である|の)?",
    "実施する": "(?:実施|推進)(?:する|している|します|しています)"
    "|(?:行|おこな)(?:う|っている|います|っています)",
    "取り組む": "(?:取り?組|とりく)(?:む|んでいる|みます|んでいます)|動(?:く|いている)|実施中の",
    "不整合": "不整合|矛盾|食い?違い|不一致|くいちがい|おかしな(?:ところ|箇所|点)|誤り|間違い",
    "する": "する|している|します|しています",
    "される": "される|されている|されます|されています|された",
    "行う": "(?:行|おこな)(?:う|っている|います|っています)",
    "行われる": "(?:行|おこな)われ(?:る|ている|ます|ています)",
    "始まる": "始ま(?:る|ります|っています)",
    "終わる": "終わ(?:る|ります)",
    "含まれる": "含まれ(?:る|ている|ます|ています)",
    "含む": "含(?:む|んでいる|みます)",
    "ある": "ある|あります",
}
_VARIED = re.compile("|".join(sorted(_WORDS, key=len, reverse=True)))
_OPENING = re.compile(
    "(?:すみませんが?|それでは|では|ところで|えっと|この計画(?:の中)?(?:で|の)は?|計画の中で)*"
)
_PLAN = "(?:{}(?:の中で|において|における|の中の|では|で|の)?)?"
_OF_PLAN = re.compile(
    '[」』"]?(?:の中で|において|における|に(?:ある|載っている|含まれる)|の中の|では|で|の)'
)
_ENDING = re.compile(
    r"""
    (?: の? (?: 一覧 | リスト | 表 ) )?
    (?: に?は (?: どう(?:なって|なりました|なる)? )? | を | が | って | とは | について )?
    (?: (?: 一覧 | リスト | 表 ) (?: で | に | として ) )?
    (?: 何 | なに | どれ | どこ | 誰 | だれ | いつ | いくつ | 何件
        | どんなもの | どういうもの | どの項目 )?
    (?: が | に )?
    (?: い?ます | い?る | あります | ありました | ある | なり | なっています | なっている )?
    (?: の | ん )? (?: です | でしょう | だ )? か?
    (?: [をの]?
        (?: 教え | 知り | 見せ | 見 | 示し | 表示し | 出し | 挙げ | あげ | 調べ | 探し
          | 列挙し | リストアップし | し )
        (?: たい | て | てほしい | てもらえます | てくれます | ていただけます )?
        (?: です | ください | 下さい | くれ | ね | か | ほしい )* )?
    (?: (?: お願い | おねがい ) (?: します | いたします )? )?
    """,
    re.VERBOSE,
)
_SYNTAX = re.compile(r"\{(\w+)\}|([(|)?])|([^{}()|?]+)")
_SLOT = re.compile(r"\{(\w+)\}")
_FREE = '[^「」『』"]{1,40}?'
_STOCK = {"fiscal-year": "H22", "phase": "実施", "date": "2010-01-15"}  # where an example has none
_SHORTEST_SECTION = 3
_LONGEST_NAME = 12

_Span = tuple[int, int]
_Rank = tuple[bool, int]


class Understood(NamedTuple):
    """A question, and the values that the sentence gives for its parameters, as written in it."""

    question: Question
    values: dict[str, str]


@dataclass(frozen=True, eq=False)
class _Pattern:
    """One way to put one question: its text, and the values that the words of it imply."""

    question: Question
    text: str
    implied: Mapping[str, str]

    @cached_property
    def slots(self) -> dict[str, str]:
        """The type of each slot by its name."""
        return {name: self.question.parameter(name).type for name in _SLOT.findall(self.text)}

    @cached_property
    def takes_plan(self) -> bool:
        """Whether the sentence may begin with the name of a plan."""
        return _may_be_of_plan(self.question)

    @cached_property
    def loose(self) -> re.Pattern[str]:
        """The pattern with anything at all in its slots: a quick way to say no."""
        return _compiled(self, dict.fromkeys(self.slots, ".+?"))

    @cached_property
    def reading(self) -> str:
        """The pattern with the first of all alternatives, slots left open."""
        return _first_reading(self.text)


def understand(sentence: str, catalogue: Catalogue, lexicon: Lexicon) -> Understood:
    """Return the question that a Japanese sentence asks, and the values in it.

    Where two patterns fit, the one whose own words cover more of the sentence is meant. Raises
    QuestionError, with the nearest sentences that are understood, if no pattern fits, and with the
    candidates if two questions fit equally well.
    """
    text = re.sub("^「(.*)」$", r"\1", plain(sentence))
    if not text or len(text) > LONGEST_SENTENCE:
        raise QuestionError(
            f"質問は 1 文字から {LONGEST_SENTENCE} 文字までで書いてください。",
            f"a question has 1 to {LONGEST_SENTENCE} characters",
        )
    spans = _spans(text)
    if len(spans) > MOST_SPANS:
        raise QuestionError(
            "書き出しや結びの言葉（「では」「教えてください」など）が多すぎます。短く書いてください。",
            "there are too many words of opening and closing; write it shorter",
        )
    mentions = tuple(lexicon.mentions(text))
    found = _found(text, spans, mentions, catalogue)
    found = found or _found_beside_plan(text, mentions, catalogue, lexicon)
    if not found:
        raise _Misunderstood(text, spans, mentions, catalogue, lexicon).error(sentence)
    best = max(rank for rank, _ in found)
    chosen = [meant for rank, meant in found if rank == best]
    if len({meant.question.name for meant in chosen}) > 1:
        raise _ambiguous(sentence, chosen)
    return chosen[0]


def _found(
    text: str, spans: Sequence[_Span], mentions: Sequence[Mention], catalogue: Catalogue
) -> list[tuple[_Rank, Understood]]:
    """Return all that the patterns make of a sentence, each with its rank."""
    return [
        (rank, meant)
        for pattern in _patterns(catalogue)
        for rank, meant in _readings(pattern, text, spans, mentions)
    ]


def _found_beside_plan(
    text: str, mentions: Sequence[Mention], catalogue: Catalogue, lexicon: Lexicon
) -> list[tuple[_Rank, Understood]]:
    """Return what is made of a sentence once the plan named in its midst is left out of it.

    The plan becomes the value of the questions that may be asked of one plan.
    """
    plans = [item for item in _longest(mentions) if item.type == "plan"]
    after = _OF_PLAN.match(text, plans[0].end) if len(plans) == 1 else None
    if after is None:
        return []
    rest = re.sub('[「『"]$', "", text[: plans[0].start]) + text[after.end() :]
    spans = _spans(rest)
    if len(spans) > MOST_SPANS:
        return []
    return [
        (rank, Understood(meant.question, {**meant.values, "plan": plans[0].value}))
        for rank, meant in _found(rest, spans, tuple(lexicon.mentions(rest)), catalogue)
        if "plan" not in meant.values and _may_be_of_plan(meant.question)
    ]


def _may_be_of_plan(question: Question) -> bool:
    return any(parameter.name == "plan" for parameter in question.parameters)


def example_sentences(question: Question) -> tuple[str, ...]:
    """Return a sentence for each pattern of a question, with the values of its example in it."""
    patterns = (text for sentence in question.sentences for text in sentence.patterns)
    readings = (_first_reading(text) for text in patterns)
    full = (_filled(text, question.example) for text in readings)
    return tuple(dict.fromkeys(_asked(text) for text in full if text))


@lru_cache(maxsize=8)
def _patterns(catalogue: Catalogue) -> tuple[_Pattern, ...]:
    return tuple(
        _Pattern(question, text, sentence.set)
        for question in catalogue
        for sentence in question.sentences
        for text in sentence.patterns
    )


def _readings(
    pattern: _Pattern, text: str, spans: Sequence[_Span], mentions: Sequence[Mention]
) -> Iterator[tuple[_Rank, Understood]]:
    """Yield what a pattern makes of a sentence, ranked by how much its own words cover of it."""
    said = {
        name: {text[item.start : item.end]: item.value for item in mentions if item.type == kind}
        for name, kind in pattern.slots.items() | ({("plan", "plan")} if pattern.takes_plan else ())
    }
    free = {name for name, kind in pattern.slots.items() if kind == "text"}
    if not all(said[name] for name in pattern.slots.keys() - free):
        return
    if not said.get("plan") and not any(pattern.loose.fullmatch(text, *span) for span in spans):
        return
    slots = {name: _any_of(values) for name, values in said.items() if values}
    exact = _compiled(pattern, slots | dict.fromkeys(free, _FREE))
    for start, end in spans:
        if match := exact.fullmatch(text, start, end):
            taken = {name: value for name, value in match.groupdict().items() if value is not None}
            own = end - start - sum(map(len, taken.values()))
            values = {name: said[name].get(value, value) for name, value in taken.items()}
            yield (not free, own), Understood(pattern.question, {**pattern.implied, **values})


def _spans(text: str) -> tuple[_Span, ...]:
    """Return where the question proper may begin and end, opening and ending left off."""
    places = range(len(text) + 1)
    starts = [place for place in places if _OPENING.fullmatch(text, 0, place)]
    ends = [place for place in places if _ENDING.fullmatch(text, place)]
    return tuple((start, end) for start in starts for end in ends if start < end)


def _compiled(pattern: _Pattern, slots: Mapping[str, str]) -> re.Pattern[str]:
    """Return a pattern as a regular expression, with one for each slot."""
    plan = _PLAN.format(_slot("plan", slots["plan"])) if slots.keys() - pattern.slots.keys() else ""
    return re.compile(plan + "".join(_regex(pattern.text, slots)))


def _regex(text: str, slots: Mapping[str, str]) -> Iterator[str]:
    for slot, sign, words in _SYNTAX.findall(text):
        if slot:
            yield _slot(slot, slots[slot])
        elif sign:
            yield "(?:" if sign == "(" else sign
        else:
            yield _VARIED.sub(lambda found: f"(?:{_WORDS[found[0]]})", plain(words))


def _slot(name: str, regex: str) -> str:
    return f'[「『"]?(?P<{name}>{regex})[」』"]?'


def _any_of(names: Iterable[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name)))


def _first_reading(text: str) -> str:
    """Return a pattern with the first of all alternatives: `a(b|c)d?` is abd."""
    group = re.compile(r"\(([^()|]*)(?:\|[^()]*)?\)")
    while group.search(text):
        text = group.sub(lambda found: found[1], text)
    return text.replace("?", "")


def _filled(reading: str, values: Mapping[str, str]) -> str | None:
    """Return a reading with values in its slots, or None if one is lacking."""
    if not set(_SLOT.findall(reading)) <= values.keys():
        return None
    return _SLOT.sub(lambda slot: values[slot[1]], reading)


def _asked(reading: str) -> str:
    """Return a reading as a question that ends in は, or in ですか if it has its own what."""
    if not re.search("どの|どんな|どこ|誰|いつ|何|どう|なぜ|いくつ", reading):
        return f"{reading}は？"
    is_verb = re.search("[るうむくつ]$", reading) and not reading.endswith("いくつ")
    return f"{reading}のですか？" if is_verb else f"{reading}ですか？"


@dataclass(frozen=True, slots=True)
class _Misunderstood:
    """A sentence that no pattern fits, and what it may have been meant to be."""

    text: str
    spans: Sequence[_Span]
    mentions: Sequence[Mention]
    catalogue: Catalogue
    lexicon: Lexicon

    def error(self, sentence: str) -> SentenceError:
        """Say so, with the nearest sentences, and with the name that is unknown if it is only that.

        The first hint is the best: the pattern whose own words cover most of the sentence.
        """
        hints = {
            pattern: hint
            for pattern in _patterns(self.catalogue)
            if (hint := self._unknown_name(pattern)) is not None
        }
        unknown = min(hints.values(), key=lambda hint: len(hint[0]), default=None)
        ja, en = (unknown[1].ja, f"; {unknown[1].en}") if unknown else ("", "")
        return SentenceError(
            f"「{sentence}」は、質問として理解できません。{ja}",
            f"{sentence!r} is not understood as a question{en}",
            nearest=tuple(self._nearest(hints)),
        )

    def _nearest(self, hints: Container[_Pattern]) -> Iterator[str]:
        """Yield the nearest sentence of each of the nearest questions, with the names given."""
        chosen = _longest(self.mentions)
        nearest: dict[str, tuple[float, str]] = {}
        for pattern in _patterns(self.catalogue):
            suggestion = _filled(pattern.reading, _values_for(pattern, chosen))
            if suggestion is None:
                continue
            likeness = _likeness(self.text, chosen, pattern) + (pattern in hints)
            if likeness > nearest.get(pattern.question.name, (0.0, ""))[0]:
                nearest[pattern.question.name] = (likeness, _asked(suggestion))
        best = sorted(nearest.values(), key=lambda pair: (-pair[0], pair[1]))[:_SUGGESTIONS]
        yield from (suggestion for _, suggestion in best)

    def _unknown_name(self, pattern: _Pattern) -> tuple[str, QuestionError] | None:
        """Return the one name that keeps a pattern from fitting, and what is wrong with it."""
        if not pattern.slots or "text" in pattern.slots.values():
            return None
        if not any(pattern.loose.fullmatch(self.text, *span) for span in self.spans):
            return None
        known = {
            name: {self.text[item.start : item.end] for item in self.mentions if item.type == kind}
            for name, kind in pattern.slots.items()
        }
        for name, kind in pattern.slots.items():
            if kind != "fiscal-year" and all(known[other] for other in known.keys() - {name}):
                others = {other: _any_of(words) for other, words in known.items()}
                open_slot = _compiled(pattern, {**others, name: _FREE})
                if found := self._unknown_in(open_slot, name, kind):
                    return found
        return None

    def _unknown_in(
        self, open_slot: re.Pattern[str], name: str, kind: str
    ) -> tuple[str, QuestionError] | None:
        for span in self.spans:
            match = open_slot.fullmatch(self.text, *span)
            if match is None or not self._could_be_a_name(match.span(name), kind):
                continue
            try:
                self.lexicon.resolve(kind, match[name].upper())
            except QuestionError as error:
                return match[name], error
        return None

    def _could_be_a_name(self, span: _Span, kind: str) -> bool:
        """Tell whether a stretch of the sentence may be a name: short, without known names in it.

        What is said of an item could be about anything; only a number is taken for one.
        """
        start, end = span
        known = (item for item in self.mentions if item.type not in ("phase", "section"))
        if any(start < item.end and item.start < end for item in known):
            return False
        if kind in ("item", "section"):
            return number_key(self.text[start:end]) is not None
        return end - start <= _LONGEST_NAME and end - start < len(self.text) / 2


def _ambiguous(sentence: str, chosen: Sequence[Understood]) -> SentenceError:
    questions = {meant.question.name: meant.question for meant in chosen}
    ja = " ".join(f"「{question.title.ja}」({name})" for name, question in questions.items())
    en = ", ".join(f"{question.title.en} ({name})" for name, question in questions.items())
    return SentenceError(
        f"「{sentence}」は、いくつかの質問に取れます。言い換えてください: {ja}",
        f"{sentence!r} can mean several questions; put it in other words: {en}",
        questions=tuple(questions),
    )


def _longest(mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """Return mentions that do not overlap, the longest first; a bare figure is none."""
    kept: list[Mention] = []
    for item in sorted(mentions, key=lambda item: (item.start - item.end, item.start, item.type)):
        bare = item.type == "section" and item.end - item.start < _SHORTEST_SECTION
        if not bare and all(item.end <= other.start or other.end <= item.start for other in kept):
            kept.append(item)
    return tuple(sorted(kept, key=lambda item: item.start))


def _values_for(pattern: _Pattern, mentions: Sequence[Mention]) -> dict[str, str]:
    """Return a value for each slot: what the sentence names of its type, else the example's."""
    values = dict(pattern.question.example)
    left = list(mentions)
    for name, kind in pattern.slots.items():
        found = next((item for item in left if item.type == kind), None)
        if found:
            left.remove(found)
            values[name] = found.value
        elif name not in values and kind in _STOCK:
            values[name] = _STOCK[kind]
    return values


def _likeness(text: str, mentions: Sequence[Mention], pattern: _Pattern) -> float:
    """Return how like a sentence is to a pattern, names counting by their type only."""
    kinds = [item.type for item in mentions if item.type != "phase"]
    wanted = [kind for kind in pattern.slots.values() if kind != "phase"]
    shared = sum((Counter(kinds) & Counter(wanted)).values())
    names = 2 * shared / (len(kinds) + len(wanted)) if kinds or wanted else 1.0
    own = _canonical(_without(text, mentions))
    pattern_words = plain(_SLOT.sub("", pattern.reading))
    return names + SequenceMatcher(None, own, pattern_words, autojunk=False).ratio()


def _canonical(text: str) -> str:
    """Return a text with the plain form of the words that are written in more than one way."""
    for word, forms in sorted(_WORDS.items(), key=lambda entry: -len(entry[0])):
        text = re.sub(forms, word, text)
    return text


def _without(text: str, mentions: Sequence[Mention]) -> str:
    for item in reversed(mentions):
        if item.type != "phase":
            text = text[: item.start] + text[item.end :]
    return text
