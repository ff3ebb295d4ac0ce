"""Whether two Japanese names are names of one thing, how surely, and why.

A name is brought into normal forms, from the closest to the loosest; two names match at the first
tier at which they agree, and a tier's loss is what the score lacks of 100. Names that agree at no
tier are compared letter by letter (rapidfuzz), so that a slip of the pen is found.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA, Levenshtein

from keikaku.text import fiscal_years_in, fold

LONGEST = 300
"""How many characters of a name are compared: the longest title of an item has about 60."""

LEAST = 60.0
"""Names less alike than this do not match."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why two names match, in Japanese and English."""

    ja: str
    en: str


@dataclass(frozen=True, slots=True)
class Name:
    """The normal forms of a name.

    `folded` has no width, space or case; `plain` besides that no old forms of letters, one kana,
    one kind of dash and ヶ, Arabic numerals and Gregorian years; `bare` besides that no brackets
    nor punctuation; `stem` besides that no 課, 室, 係 at its end. `kanji` is `bare` without
    hiragana, empty where it had more than a few.
    """

    folded: str
    plain: str
    bare: str
    stem: str
    kanji: str


@dataclass(frozen=True, slots=True)
class Match:
    """How surely two names are of one thing, from 0 to 100, and why."""

    score: float
    reasons: tuple[Reason, ...]


# 旧字体 and what 常用漢字表 (内閣告示, 2010) gives for them, with variants that are common in the
# names of places and offices; the first letter of each pair is the old one.
_OLD_FORMS = (
    "亞亜 惡悪 壓圧 圍囲 醫医 爲為 壹壱 隱隠 榮栄 營営 衞衛 驛駅 圓円 鹽塩 緣縁 艷艶 應応 "
    "歐欧 毆殴 櫻桜 奧奥 橫横 溫温 穩穏 假仮 價価 畫画 會会 壞壊 懷懐 繪絵 擴拡 覺覚 學学 "
    "嶽岳 樂楽 勸勧 卷巻 寬寛 歡歓 罐缶 觀観 關関 陷陥 巖巌 顏顔 歸帰 氣気 龜亀 僞偽 戲戯 "
    "犧犠 舊旧 據拠 擧挙 峽峡 挾挟 狹狭 鄕郷 曉暁 區区 驅駆 勳勲 薰薫 羣群 徑径 惠恵 揭掲 "
    "溪渓 經経 繼継 莖茎 螢蛍 輕軽 鷄鶏 藝芸 擊撃 缺欠 儉倹 劍剣 圈圏 檢検 權権 獻献 縣県 "
    "險険 顯顕 驗験 嚴厳 廣広 效効 恆恒 黃黄 鑛鉱 號号 國国 濟済 碎砕 齋斎 劑剤 冰氷 册冊 "
    "雜雑 參参 慘惨 棧桟 蠶蚕 贊賛 殘残 絲糸 齒歯 兒児 辭辞 濕湿 實実 舍舎 寫写 釋釈 壽寿 "
    "收収 從従 澁渋 獸獣 縱縦 肅粛 處処 緖緒 敍叙 將将 稱称 涉渉 燒焼 奬奨 證証 條条 狀状 "
    "乘乗 淨浄 剩剰 疊畳 繩縄 壤壌 孃嬢 讓譲 釀醸 觸触 囑嘱 愼慎 晉晋 眞真 寢寝 盡尽 圖図 "
    "粹粋 醉酔 穗穂 隨随 髓髄 數数 樞枢 聲声 靜静 齊斉 攝摂 竊窃 專専 戰戦 淺浅 潛潜 纖繊 "
    "踐践 錢銭 禪禅 曾曽 雙双 壯壮 搜捜 插挿 爭争 總総 聰聡 莊荘 裝装 騷騒 臟臓 藏蔵 屬属 "
    "續続 墮堕 體体 對対 帶帯 滯滞 臺台 瀧滝 擇択 澤沢 單単 擔担 膽胆 團団 彈弾 斷断 癡痴 "
    "遲遅 晝昼 蟲虫 鑄鋳 廳庁 聽聴 鎭鎮 遞逓 鐵鉄 轉転 點点 傳伝 黨党 盜盗 燈灯 當当 鬭闘 "
    "德徳 獨独 讀読 屆届 貳弐 惱悩 腦脳 霸覇 廢廃 拜拝 賣売 麥麦 發発 髮髪 拔抜 蠻蛮 祕秘 "
    "濱浜 甁瓶 拂払 佛仏 變変 邊辺 邉辺 辨弁 瓣弁 辯弁 舖舗 寶宝 襃褒 豐豊 沒没 飜翻 槪概 "
    "萬万 滿満 默黙 彌弥 譯訳 藥薬 與与 餘余 譽誉 搖揺 樣様 謠謡 來来 賴頼 亂乱 覽覧 龍竜 "
    "兩両 獵猟 綠緑 壘塁 勵励 禮礼 隸隷 靈霊 齡齢 戀恋 爐炉 勞労 樓楼 錄録 灣湾 槇槙 遙遥 "
    "瑤瑶 敎教 閒間 硏研 靑青 淸清 黑黒 歷歴 步歩 每毎 增増 瀨瀬 巢巣 戾戻 顚顛 曆暦 ヶケ ヵカ "
    "髙高 﨑崎 嶋島 嶌島 濵浜 舘館 冨富"
)
_OLD = {pair[0]: pair[1] for pair in _OLD_FORMS.split()}
_DASHES = dict.fromkeys("‐‑‒–—―−－-ｰ─━~〜∼", "ー")
_HIRAGANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}
_LETTERS = str.maketrans({**_OLD, **_DASHES}) | _HIRAGANA
_JOINING = re.compile(r"(?<=[一-鿿])[ケガ](?=[一-鿿])")
_PROVISIONAL = re.compile(r"[(（〔\[【][仮假][称稱]?[)）〕\]】]|^[仮假][称稱](?=.)")
_BRACKETED = re.compile(
    r"[(（〔\[【〈《](?![0-9]+[)）〕\]】〉》])[^()（）〔〕\[\]【】〈〉《》]*[)）〕\]】〉》]"
)
_MARKS = re.compile(r"[^\w]|[_・]")
_OFFICE = "グループ|チーム|担当課|担当室|担当|課|室|係|班"
_OTHER_OFFICE = "センター|事務局|部|局"
_SUFFIX = re.compile(rf"(?<=..)(?:(?P<office>{_OFFICE})|(?P<other>{_OTHER_OFFICE}))$")
_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_NUMERAL = re.compile(
    r"(?<![〇零一二三四五六七八九十百千万])(?:[一二三四五六七八九]?十[一二三四五六七八九]?|[〇零一二三四五六七八九]+)"
    r"(?![〇零一二三四五六七八九十百千万])(?=[年月日号条項次期回区丁人つヶケカか])"
)
_NUMBER = re.compile("[0-9]+")
_KANA = re.compile("[ぁ-ゖ]")
_MOST_KANA = 6
_LEAST_KANJI = 3
_TELLING = frozenset("東西南北上下左右内外前後新旧大中小男女公私")

_SAME = Reason("同じ名称です", "the same name")
_SAME_SPELT = Reason(
    "字体・仮名・長音・数字や年の書き方の違いを除けば同じです",
    "the same but for forms of letters, kana, dashes, numerals or years",
)
_SAME_MARKED = Reason("括弧や記号を除けば同じです", "the same but for brackets and marks")
_SUFFIX_LEFT_OUT = Reason(
    "課・室・係などが付くかどうかを除けば同じです",
    "the same but that one of them bears 課, 室, 係 or the like",
)
_SUFFIX_OTHER = Reason("課・室・係などを除けば同じです", "the same but for 課, 室, 係 or the like")
_SAME_KANJI = Reason(
    "送り仮名や助詞などの平仮名を除けば同じです", "the same but for hiragana such as okurigana"
)
_OTHER_KIND = Reason(
    "部・局・センターと課・室・係の違いがあります",
    "one is a 部, 局 or センター, the other a 課, 室, 係 or the like",
)
_OTHER_NUMBER = Reason("数字が違います", "another number")
_OTHER_SIDE = Reason(
    "東西・新旧のような区別の字が違います", "they differ in a letter such as 東, 西"
)


@lru_cache(maxsize=10_000)
def normal(text: str) -> Name:
    """Return the normal forms of a name, of its first LONGEST characters."""
    folded = fold(text[:LONGEST]).casefold()
    lasting = _PROVISIONAL.sub("", fold(text[:LONGEST]))
    dated = _NUMERAL.sub(_arabic, _with_gregorian_years(lasting).casefold())
    plain = _JOINING.sub("ケ", dated.translate(_LETTERS))
    bare = _bare(plain)
    kept, kana = _KANA.subn("", dated)
    kanji = _bare(kept.translate(_LETTERS)) if kana <= _MOST_KANA else ""
    return Name(folded, plain, bare, _SUFFIX.sub("", bare), kanji)


def _bare(plain: str) -> str:
    """Return a name without brackets and marks, or without marks where nothing else is left."""
    return _MARKS.sub("", _BRACKETED.sub("", plain)) or _MARKS.sub("", plain)


def compare(one: str, other: str) -> Match | None:
    """Return how two names match, None where they are less alike than LEAST."""
    a, b = normal(one), normal(other)
    if not (a.bare or a.folded) or not (b.bare or b.folded):
        return None
    for x, y, score, reason in (
        (a.folded, b.folded, 100.0, _SAME),
        (a.plain, b.plain, 97.0, _SAME_SPELT),
        (a.bare, b.bare, 94.0, _SAME_MARKED),
    ):
        if x and x == y:
            return Match(score, (reason,))
    if a.stem and a.stem == b.stem:
        return _other_suffix(a.bare, b.bare)
    if len(a.kanji) >= _LEAST_KANJI and a.kanji == b.kanji and _about_as_long(a.bare, b.bare):
        return Match(83.0, (_SAME_KANJI,))
    found = _contained(a, b) or _alike(a, b)
    return _unless_told_apart(a.bare, b.bare, found) if found else None


def _about_as_long(one: str, other: str) -> bool:
    return abs(len(one) - len(other)) <= _LEAST_KANJI


def _other_suffix(one: str, other: str) -> Match:
    """Match names that are the same but for 課, 室, 係 or another suffix at their end."""
    kinds = {found.lastgroup for found in map(_SUFFIX.search, (one, other)) if found}
    if len(kinds) > 1:
        return Match(_OTHER_KIND_SCORE, (_OTHER_KIND,))
    if _SUFFIX.search(one) and _SUFFIX.search(other):
        same_kind = kinds == {"office"}
        return (
            Match(85.0, (_SUFFIX_OTHER,)) if same_kind else Match(_OTHER_KIND_SCORE, (_OTHER_KIND,))
        )
    return Match(88.0, (_SUFFIX_LEFT_OUT,))


_OTHER_KIND_SCORE = 72.0


def _unless_told_apart(one: str, other: str, found: Match) -> Match | None:
    """Return the match, or a poor one, or none, where a number or a letter tells names apart.

    第1期 and 第2期, 東部 and 西部 differ in one letter only, and are two things.
    """
    numbers, others = _NUMBER.findall(one), _NUMBER.findall(other)
    if numbers and others and sorted(numbers) != sorted(others):
        return _poorer(found, _OTHER_NUMBER)
    changed = (
        (one[step.src_pos], other[step.dest_pos])
        for step in Levenshtein.editops(one, other)
        if step.tag == "replace"
    )
    if any(was in _TELLING and became in _TELLING for was, became in changed):
        return _poorer(found, _OTHER_SIDE)
    return found


def _poorer(found: Match, reason: Reason) -> Match | None:
    score = found.score - _TOLD_APART
    return Match(score, (*found.reasons, reason)) if score >= LEAST else None


_TOLD_APART = 22.0


def _contained(a: Name, b: Name) -> Match | None:
    """Match a name that is the beginning or a part of the other: what was cut off, or left out."""
    short, long = sorted((a.bare, b.bare), key=len)
    if len(short) < _LEAST_PART or short not in long:
        return None
    begins = long.startswith(short)
    score = (62.0 if begins else 58.0) + 26.0 * len(short) / len(long)
    return Match(score, (_BEGINNING if begins else _PART,)) if score >= LEAST else None


_BEGINNING = Reason("名称の初めの部分です", "the beginning of the name")
_PART = Reason("名称の一部です", "a part of the name")
_ONE_LETTER = Reason("一字だけ違います", "one letter differs")
_TURNED = Reason("同じ字が別の順に並んでいます", "the same letters in another order")
_PART_ALIKE = Reason("一部がよく似ています", "a part is much alike")
_LEAST_PART = 3
_LEAST_SHARE = 0.4
_LEAST_TURNED = 4  # 会議 and 議会 are two things


def _alike(a: Name, b: Name) -> Match | None:
    """Match names of which most letters agree, in their order or in another."""
    shortest, longest = sorted((len(a.bare), len(b.bare)))
    if not shortest:
        return None
    steps = OSA.distance(a.bare, b.bare)
    straight = 100.0 * (1 - steps / longest)
    if steps == 1 and longest >= _LEAST_PART:
        return Match(max(straight, 70.0) - 4.0, (_ONE_LETTER,))
    found = [(straight - 4.0, Reason(f"{steps} 字違います", f"{steps} letters differ"))]
    if shortest >= _LEAST_TURNED:
        turned = fuzz.ratio("".join(sorted(a.bare)), "".join(sorted(b.bare)))
        found.append((turned - 16.0, _TURNED))
        if shortest >= _LEAST_SHARE * longest:
            found.append((fuzz.partial_ratio(a.bare, b.bare) - 25.0, _PART_ALIKE))
    score, reason = max(found, key=lambda one: one[0])
    return Match(score, (reason,)) if score >= LEAST else None


def _with_gregorian_years(text: str) -> str:
    """Return a text whose years (H22, 平成22年度, 2010年度) are written 2010年."""
    parts, last = [], 0
    for start, end, year in fiscal_years_in(text):
        parts += [text[last:start], f"{year}年"]
        last = end
    return "".join((*parts, text[last:]))


def _arabic(found: re.Match[str]) -> str:
    tens, ten, ones = found[0].partition("十")
    if not ten:
        return found[0].translate(_DIGITS)
    return str(int(tens.translate(_DIGITS) or 1) * 10 + int(ones.translate(_DIGITS) or 0))
