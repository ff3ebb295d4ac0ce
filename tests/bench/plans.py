"""Made-up plans of made-up cities: for each number one plan folder, always the same for its seed.

A plan is written as a city would write it, a Markdown document and a plan.toml, so that all that is
made of it (evidence, cells, conclusions, discrepancies) comes from the program itself and stands in
the proportions of a real plan: about 50 items, 230 years of schedules, 50,000 triples.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

from keikaku.records.planfile import FILE_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BOXES = ("市民", "地域コミュニティ", "市民活動団体", "事業者", "教育機関", "行政", "その他")
PLAN_NAME = "kyodo"
YEARS = 5


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_WEIGHTS = (6, 5, 4, 3, 2)
_PREFECTURES = range(48, 100)  # no prefecture has these numbers, so no city these codes
_FIRST_YEARS = (17, 26)  # of Heisei
_OWN_PARTIES = ("中間支援組織", "まちづくり推進委員会")
_ROMAN = ("I", "II", "III", "IV", "V")
_CIRCLED = "①②③④⑤⑥⑦⑧⑨"
_NAME_HEADS = "山川北南東西大小中上下青白黒赤松竹梅桜杉森林岩石島浜海湖沼池泉滝谷沢原野田里村宮"
_NAME_TAILS = "崎岡坂瀬津浦戸江井本木葉花見沢辺越渕倉橋塚城府宿町代尾根丸藤柳霧峰台関牧羽豊"
_TOPICS = _words(
    "地域交流センター 市民活動 自治会 まちづくり 協働事業 ボランティア 子育て支援 高齢者の見守り "
    "防災訓練 防犯活動 環境美化 資源回収 生涯学習 文化財 観光案内 地域医療 健康づくり 空き家 "
    "公園の管理 商店街 農産物の直売 移住相談 学校支援 図書館 スポーツ教室 国際交流 男女共同参画 "
    "人権学習 広報紙 ホームページ 市政講座 意見募集 審議会 職員研修 人材情報 活動資金 補助金 "
    "事例集 報告会 円卓会議"
)
_ACTIONS = _words(
    "推進 充実 見直し 支援 情報提供 仕組みづくり 拠点整備 担い手の育成 実態調査 手引きの作成 "
    "活用 体制の整備 機能の強化 周知 ネットワーク化"
)
_OFFICES = _words(
    "協働推進課 企画経営課 広報広聴課 生涯学習課 管財課 職員課 財政課 防災危機管理課 環境衛生課 "
    "高齢福祉課 こども家庭課 健康増進課 農林政策課 商工振興課 観光交流課 都市計画課 道路河川課 "
    "学校教育課 文化財保護課 スポーツ交流課 人権推進課 市民課 情報管理課 収納課"
)
_PURPOSES = (
    "{t}を通じて、市民と行政の協働によるまちづくりを推進します。",
    "{t}に関わる人と団体をつなぎ、自主的で自立した活動を広げます。",
    "だれもが{t}に参加しやすい環境を整え、地域の課題の解決を図ります。",
)
_STATES = (
    "{t}については、担い手の高齢化と固定化が進み、活動を続けることが難しい地域があります。"
    "また、情報が十分に行き渡っていないため、関心があっても参加につながっていません。",
    "合併により市域が広がり、{t}の取り組みに地域ごとの差が生じています。"
    "市民アンケートでは、相談先が分からないという意見が多く寄せられています。",
    "{t}を担当する部署が分かれており、関係する団体との連携が個別に行われています。"
    "役割分担を明確にし、継続して取り組む仕組みが求められています。",
)
_CONTENTS = (
    "{t}の現状を調査し、地域や団体の意見を聴きながら、実施の方法を検討します。"
    "検討の結果をもとに、モデル地区での取り組みを始め、市全域に広げます。",
    "{t}に関する情報を集めて公開し、相談窓口を設けます。"
    "あわせて、講座や研修を開催し、活動を支える人材を育てます。",
    "{t}に取り組む団体に対し、活動場所の提供や経費の一部の助成を行います。"
    "毎年度、成果を報告会で共有し、次年度の取り組みに反映します。",
)
_CRITERIA = (
    "{t}の仕組みが市全域で定着したときに完了とします。",
    "{t}に取り組む団体が各地域に置かれたときを完了とします。",
)
_SCHEDULES = (
    ("検討", "実施", "→", "→", "→"),
    ("検討", "→", "一部実施", "実施", "→"),
    ("", "検討", "→", "実施", "→"),
    ("実施", "→", "→", "→", "→"),
    ("検討・一部実施", "実施", "→", "見直し", "完了予定"),
    ("検討", "周知", "実施", "→", ""),
    ("検討", "実施・完了予定", "", "", ""),
)


@dataclass(frozen=True, slots=True)
class Item:
    """An item, as its sheet says it."""

    title: str
    topic: str
    targets: tuple[str, ...]
    actors: tuple[str, ...]
    departments: tuple[str, ...]
    texts: tuple[str, str, str, str]
    schedule: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MadePlan:
    """A made-up plan: its city, its years, and its items below policy and measure."""

    code: str
    city: str
    first_year: int
    departments: tuple[str, ...]
    policies: tuple[tuple[str, tuple[tuple[str, tuple[Item, ...]], ...]], ...]

    @property
    def years(self) -> range:
        """The fiscal years of the plan, by the calendar year in which they begin."""
        first = 1988 + self.first_year
        return range(first, first + YEARS)

    def items(self) -> Iterator[tuple[str, Item]]:
        """Yield every item with its place, such as 1-4-3."""
        for p, (_, measures) in enumerate(self.policies, start=1):
            for m, (_, items) in enumerate(measures, start=1):
                for i, item in enumerate(items, start=1):
                    yield f"{p}-{m}-{i}", item

    def write(self, folder: Path) -> None:
        """Write the plan's folder."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / FILE_NAME).write_text(_plan_toml(self), encoding="utf-8")
        (folder / "source.md").write_text(_document(self), encoding="utf-8")


def made_plan(number: int, seed: int = 1) -> MadePlan:
    """Return the plan of the city with this number, from 0."""
    dice = random.Random(f"{seed}/{number}")  # noqa: S311 - data, not secrets
    departments = tuple(sorted(dice.sample(_OFFICES, 8)))
    subjects = list(product(_TOPICS, _ACTIONS))
    dice.shuffle(subjects)
    policies: list[tuple[str, tuple[tuple[str, tuple[Item, ...]], ...]]] = []
    relisted: list[Item] = []
    for place in range(len(_ROMAN)):
        measures = []
        for _ in range(dice.choice((3, 3, 3, 4))):
            count = dice.choice((2, 3, 4))
            items = [_item(dice, *subjects.pop(), departments) for _ in range(count)]
            if place > 2 and relisted:  # later policies list an item of an earlier one again
                items.append(replace(relisted.pop(), notes=("再掲",)))
            measures.append((f"{items[0].topic}に関する機能の充実", tuple(items)))
        if place == 0:
            relisted = [items[0] for _, items in measures]
        policies.append((f"{dice.choice(_TOPICS)}による地域づくりを進めます", tuple(measures)))
    return MadePlan(
        code(number), city(number), dice.randint(*_FIRST_YEARS), departments, tuple(policies)
    )


def code(number: int) -> str:
    """Return the 全国地方公共団体コード of a made-up city, with its check digit."""
    digits = f"{_PREFECTURES[number % len(_PREFECTURES)]}{201 + number // len(_PREFECTURES):03d}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return f"{digits}{(11 - total % 11) % 10}"


def city(number: int) -> str:
    """Return the name of a made-up city; the first 4,800 have different ones."""
    kinds = "市町村"
    number, tail = divmod(number, len(_NAME_TAILS))
    number, head = divmod(number, len(_NAME_HEADS))
    head = (head + 7 * tail) % len(_NAME_HEADS)  # neighbours in the list are not alike
    return f"{_NAME_HEADS[head]}{_NAME_TAILS[tail]}{kinds[number % len(kinds)]}"


def _item(dice: random.Random, topic: str, action: str, departments: tuple[str, ...]) -> Item:
    parties = BOXES[:-1]
    targets = tuple(box for box in parties if dice.random() < 0.35) or (dice.choice(parties),)
    several = tuple(dice.sample((*parties, *_OWN_PARTIES), 2))
    actors = ("行政",) if dice.random() < 0.6 else several
    kinds = (_PURPOSES, _STATES, _CONTENTS, _CRITERIA)
    texts = tuple(dice.choice(kind).format(t=f"{topic}の{action}") for kind in kinds)
    return Item(
        title=f"{topic}の{action}",
        topic=topic,
        targets=targets,
        actors=actors,
        departments=tuple(dice.sample(departments, dice.choice((1, 1, 1, 2)))),
        texts=(texts[0], texts[1], texts[2], texts[3]),
        schedule=dice.choice(_SCHEDULES),
        notes=("行政改革大綱推進計画",) if dice.random() < 0.05 else (),
    )


def _plan_toml(plan: MadePlan) -> str:
    def listed(names: tuple[str, ...]) -> str:
        return "[" + ", ".join(f'"{name}"' for name in names) + "]"

    return f"""profile = "overview-and-sheets"
document = "source.md"

[plan]
name = "{PLAN_NAME}"
title = {{ en = "Collaboration plan of city {plan.code}" }}
first_year = "H{plan.first_year}"
last_year = "H{plan.first_year + YEARS - 1}"

[municipality]
code = "{plan.code}"
name = {{ ja = "{plan.city}", en = "City {plan.code}" }}

[names]
parties = {listed(_OWN_PARTIES)}
departments = {listed(plan.departments)}
"""


def _document(plan: MadePlan) -> str:
    parts = ["第2編", "実行計画", "推進項目一覧表", _overview(plan)]
    parts += ["※ 『■』が推進項目の対象です。", "年度別実行計画"]
    for roman, (policy, measures) in zip(_ROMAN, plan.policies, strict=True):
        parts.append(f"推進方針 {roman} {policy}")
        for place, (measure, items) in enumerate(measures, start=1):
            parts.append(f"推進施策 ({place}) {measure}")
            for mark, item in zip(_CIRCLED, items, strict=False):
                parts.append(_sheet(plan, f"{roman} - ({place}) - {mark}", mark, item))
    return "\n\n".join([*parts, _contact(plan)]) + "\n"


def _overview(plan: MadePlan) -> str:
    lines = ["| 推進方針 | 推進施策 | 推進項目 | 推進項目の対象 |" + " |" * 6, "|" + "---|" * 10]
    lines.append("| | | | " + " | ".join(BOXES) + " |")
    blank = " |" * 10
    for roman, (policy, measures) in zip(_ROMAN, plan.policies, strict=True):
        lines.append(f"| {roman} {policy}{blank}")
        for place, (measure, items) in enumerate(measures, start=1):
            lines.append(f"| ({place}) {measure}{blank}")
            for mark, item in zip(_CIRCLED, items, strict=False):
                marks = " | ".join("■" if box in item.targets else "□" for box in BOXES)
                lines.append(f"| {mark} {_titled(item)} | | | {marks} |")
    return "\n".join(lines)


def _titled(item: Item, gap: str = "") -> str:
    return item.title + "".join(f"{gap}【{note}】" for note in item.notes)


def _sheet(plan: MadePlan, number: str, mark: str, item: Item) -> str:
    blank = " | | | | |"
    boxes = " ".join(f"{'■' if box in item.targets else '□'}{box}" for box in BOXES)
    years = [f"H{plan.first_year + place}" for place in range(YEARS)]
    labels = ("目的", "現状と課題", "推進内容", "完了の目安")
    rows = [
        "| | | | | | |",
        "|---|---|---|---|---|---|",
        f"| 整理番号 | {number}{blank}",
        f"| 推進項目 | {mark} {_titled(item, ' ')} | | 担当課 | {'・'.join(item.departments)} | |",
        f"| 実施主体 | {'・'.join(item.actors)}{blank}",
        f"| 推進項目対象 | {boxes} (){blank}",
        *(f"| {label} | {text}{blank}" for label, text in zip(labels, item.texts, strict=True)),
        f"| 年次計画 | {' | '.join(years)} |",
        f"| | {' | '.join(item.schedule)} |",
    ]
    return "\n".join(rows)


def _contact(plan: MadePlan) -> str:
    return "\n\n".join(
        (
            f"{plan.city}協働推進プラン",
            "[お問い合わせ先]",
            f"{plan.city} 市民部 {plan.departments[0]}",
            f"連絡先 〒{plan.code[:3]}-{plan.code[2:]} {plan.city}本町1番1号",
            f"TEL 000-{plan.code[:3]}-{plan.code[2:]}",
            f"FAX 000-{plan.code[:3]}-{plan.code[1:5]}",
            f"E-mail kyodo@city-{plan.code}.example.jp",
        )
    )
