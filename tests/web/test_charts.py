"""Charts: well-formed, described, with the answer's own numbers, legible in light and dark."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from pyoxigraph import Literal

from keikaku.answers.catalogue import Answer, Catalogue
from keikaku.answers.question import Column, Drawn
from keikaku.answers.service import Answers
from keikaku.closed import Bilingual
from keikaku.errors import SettingsError
from keikaku.store.embedded import EmbeddedStore
from keikaku.web.charts import chart_of, standalone
from keikaku.web.charts.svg import element, shortened, width
from keikaku.web.rendering import STATIC

if TYPE_CHECKING:
    from pathlib import Path

    from pyoxigraph import Quad

    from keikaku.web.charts import Chart

SVG = "{http://www.w3.org/2000/svg}"
DRAWN = [question.name for question in Catalogue.load() if question.chart]
COUNTED = [
    question.name
    for question in Catalogue.load()
    if question.chart and question.chart.type in ("bar", "matrix", "stacked", "network")
]


@pytest.fixture(scope="module")
def answers(plan_quads: frozenset[Quad]) -> Answers:
    """Return the answers over the plan of Yamaguchi City."""
    return Answers.over(EmbeddedStore.in_memory(plan_quads), "a-release")


def drawn(answers: Answers, name: str) -> tuple[Answer, Chart]:
    """Return the answer to a question's example, and its chart."""
    answer = answers.answer(name, Catalogue.load().question(name).example)
    chart = chart_of(answer)
    assert chart is not None
    return answer, chart


def made(rows: list[tuple[str, int]], chart: str = "bar") -> Answer:
    """Return an answer that no release has."""
    return Answer(
        question="made",
        title=Bilingual(ja="題 <&>", en="title"),
        columns={"name": Column(ja="名", en="name"), "count": Column(ja="数", en="count")},
        rows=tuple((Literal(name), Literal(count)) for name, count in rows),
        sparql="",
        bound=(),
        release="",
        notes=(),
        labels={},
        chart=Drawn(type=chart, label="name", value="count"),
    )


def texts(svg: ET.Element, tag: str) -> list[str]:
    """Return the texts of all elements called `tag`."""
    return [found.text or "" for found in svg.iter(f"{SVG}{tag}")]


# What every chart promises


def test_the_questions_behind_pictures_have_charts() -> None:
    assert {
        "matrix-party-year", "matrix-department-year", "phases-by-year", "department-network",
        "party-network", "schedule", "departments-by-load", "discrepancy-counts",
    } <= set(DRAWN)  # fmt: skip


@pytest.mark.parametrize("name", DRAWN)
def test_a_chart_is_an_image_with_a_title_and_a_description(answers: Answers, name: str) -> None:
    answer, chart = drawn(answers, name)
    svg = ET.fromstring(chart.svg)  # noqa: S314  (our own)
    assert svg.tag == f"{SVG}svg"
    assert svg.get("role") == "img"
    by_id = {found.get("id"): found.text for found in svg.iter() if found.get("id")}
    assert by_id[svg.get("aria-labelledby")] == chart.title == answer.title.ja
    assert by_id[svg.get("aria-describedby")] == chart.description
    assert chart.description


@pytest.mark.parametrize("name", DRAWN)
def test_nothing_is_drawn_outside_the_picture(answers: Answers, name: str) -> None:
    svg = ET.fromstring(drawn(answers, name)[1].svg)  # noqa: S314
    _, _, wide, high = map(float, svg.get("viewBox", "").split())
    for rect in svg.iter(f"{SVG}rect"):
        x, y, w, h = (float(rect.get(side, "0")) for side in ("x", "y", "width", "height"))
        assert 0 <= x <= x + w <= wide
        assert 0 <= y <= y + h <= high
    for line in svg.iter(f"{SVG}text"):
        said = (line.text or "") or (line[0].tail or "")
        room = width(said, 14) if line.get("text-anchor") == "end" else 0
        assert float(line.get("x", "0")) >= room - 1


@pytest.mark.parametrize("name", DRAWN)
def test_equal_answers_have_equal_bytes(answers: Answers, name: str) -> None:
    assert standalone(drawn(answers, name)[1]) == standalone(drawn(answers, name)[1])


@pytest.mark.parametrize("name", COUNTED)
def test_a_chart_has_the_numbers_of_its_answer(answers: Answers, name: str) -> None:
    answer, chart = drawn(answers, name)
    place = list(answer.columns).index(answer.chart.value if answer.chart else "")
    wanted = sorted(int(row[place].value) for row in answer.rows)
    svg = ET.fromstring(chart.svg)  # noqa: S314
    found = [title.rpartition(": ")[2] for title in texts(svg, "title")[1:] if ": " in title]
    zero_too = answer.chart is not None and answer.chart.type in ("bar", "matrix")
    assert sorted(map(int, found)) == [count for count in wanted if count or zero_too]


def test_every_number_of_a_network_has_a_place_of_its_own(answers: Answers) -> None:
    svg = ET.fromstring(drawn(answers, "party-network")[1].svg)  # noqa: S314
    places = [(plate.get("x"), plate.get("y")) for plate in svg.iter(f"{SVG}rect")]
    middles = [(text.get("x"), text.get("y")) for text in svg.iter(f"{SVG}text")]
    assert len(places) == len(set(places)) > 20
    assert len(middles) == len(set(middles))


def test_a_schedule_says_words_as_written_and_letters_under_arrows(answers: Answers) -> None:
    svg = ET.fromstring(drawn(answers, "schedule")[1].svg)  # noqa: S314
    shown = texts(svg, "text")
    assert "完了予定" in shown
    assert "→ 実" in shown
    titles = texts(svg, "title")
    assert "地域交流センターの設置, 平成21年度: 実施・完了予定 (完了予定)" in titles
    # read in the document, I-(1)-②: 検討, →, 一部実施, 実施, →
    of_item = [title for title in titles if title.startswith("市民活動の拠点機能の充実・強化, ")]
    assert [title.partition(": ")[2] for title in of_item] == [
        "検討 (検討)", "→ (検討)", "一部実施 (一部実施)", "実施 (実施)", "→ (実施)"
    ]  # fmt: skip


def test_a_chart_of_its_own_carries_its_styles(answers: Answers) -> None:
    document = standalone(drawn(answers, "phases-by-year")[1])
    svg = ET.fromstring(document)  # noqa: S314
    assert svg.tag == f"{SVG}svg"
    assert ".phase-consider" in next(iter(texts(svg, "style")))
    assert b"@import" not in document
    assert not re.search(rb"(href|src|url\()\s*=?\s*[\"']?http", document)


# Texts


def test_every_text_is_escaped() -> None:
    chart = chart_of(made([('<script>alert("x")</script>&amp;', 3), ("]]>", 1)]))
    assert chart is not None
    assert "<script" not in chart.svg
    svg = ET.fromstring(chart.svg)  # noqa: S314
    assert texts(svg, "title")[0] == "題 <&>"
    assert '<script>alert("x")</script>&amp;: 3' in texts(svg, "title")


def test_characters_that_xml_has_not_are_replaced() -> None:
    assert element("text", "a\x00b\x0c") == "<text>a\ufffdb\ufffd</text>"


def test_a_text_that_is_cut_has_a_title_with_all_of_it() -> None:
    name = "協働によるまちづくりを推進するための庁内の連絡会議の事務局"
    chart = chart_of(made([(name, 3)]))
    assert chart is not None
    svg = ET.fromstring(chart.svg)  # noqa: S314
    (cut,) = [text for text in svg.iter(f"{SVG}text") if len(text)]
    assert cut[0].text == name
    assert (cut[0].tail or "").endswith("…")
    assert name.startswith((cut[0].tail or "")[:-1])


def test_a_text_is_cut_to_the_room_there_is() -> None:
    assert shortened("短い", 28) == "短い"
    assert shortened("長い言葉です", 56) == "長い言…"
    assert width("あA") == pytest.approx(14 * 1.58)


def test_a_question_without_a_chart_and_an_answer_without_rows_have_none(answers: Answers) -> None:
    assert chart_of(answers.answer("item-counts", {})) is None
    assert chart_of(made([])) is None


def test_more_bars_than_can_be_read_are_not_drawn_but_told() -> None:
    chart = chart_of(made([(f"課{place}", place + 1) for place in range(100)]))
    assert chart is not None
    assert "40 行は表にあります" in chart.description
    assert len(list(ET.fromstring(chart.svg).iter(f"{SVG}rect"))) == 60  # noqa: S314


def test_nothing_but_zero_can_be_drawn() -> None:
    chart = chart_of(made([("一つもない課", 0)]))
    assert chart is not None
    assert "一つもない課: 0" in texts(ET.fromstring(chart.svg), "title")  # noqa: S314


# Annotations

QUESTION = """#+ title = { ja = "題", en = "title" }
#+ description = { ja = "説明", en = "description" }
#+ group = "party"
#+ example = {}
#+ chart = { type = "bar", label = "name", value = "count" }
#+ [columns]
#+ name = { ja = "名", en = "name" }
#+ count = { ja = "数", en = "count" }
#+ plan = { ja = "計画", en = "plan", several = true }
SELECT ?name ?count ?plan WHERE { ?plan rdfs:label ?name BIND (1 AS ?count) }
"""


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('type = "bar"', 'type = "pie"', "chart.type"),
        ('value = "count"', 'value = "number"', "'number'"),
        (', value = "count"', "", "bar chart is drawn from: label, value"),
        ('value = "count"', 'value = "count", across = "name"', "drawn from"),
        ('label = "name"', 'label = "plan"', "no column of every answer"),
        ('label = "name"', 'label = "name", colour = "red"', "colour"),
    ],
)
def test_a_chart_that_cannot_be_drawn_is_refused_when_the_question_is_read(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    assert old in QUESTION
    (tmp_path / "one.rq").write_text(QUESTION, encoding="utf-8")
    assert len(Catalogue.load(tmp_path)) == 1
    (tmp_path / "one.rq").write_text(QUESTION.replace(old, new), encoding="utf-8")
    with pytest.raises(SettingsError, match=re.escape(says)):
        Catalogue.load(tmp_path)


# Colours


def colours(name: str, *, dark: bool) -> dict[str, str]:
    """Return the colours that a style sheet gives its custom properties, var() resolved to ours."""
    text = (STATIC / name).read_text(encoding="utf-8")
    light, _, rest = text.partition("(prefers-color-scheme: dark)")
    found = dict(re.findall(r"--([\w-]+): (?:var\([^,]+, )?(#[0-9a-f]{3,6})", light))
    if dark:
        block = rest.partition("\n}")[0]
        found |= dict(re.findall(r"--([\w-]+): (?:var\([^,]+, )?(#[0-9a-f]{3,6})", block))
    return found


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours (WCAG 2.2, contrast ratio)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2.2)."""
    digits = whole(colour)
    parts = (int(digits[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def whole(colour: str) -> str:
    """Return a colour in six digits."""
    return colour if len(colour) == 7 else "#" + "".join(digit * 2 for digit in colour[1:])


def through(colour: str, paper: str, opacity: float) -> str:
    """Return the colour that is seen where one of some opacity lies on paper."""
    sides = (
        [int(one[place : place + 2], 16) for place in (1, 3, 5)] for one in (colour, whole(paper))
    )
    mixed = (round(a * opacity + b * (1 - opacity)) for a, b in zip(*sides, strict=True))
    return "#" + "".join(f"{part:02x}" for part in mixed)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_graphics_stand_out_from_the_paper_and_letters_from_the_graphics(dark: bool) -> None:
    chart = colours("css/charts.css", dark=dark)
    assert "stroke-opacity: .68" in (STATIC / "css/charts.css").read_text(encoding="utf-8")
    paper = colours("site.css", dark=dark)["paper"]
    assert contrast(chart["chart-paper"], paper) == pytest.approx(1)
    phases = [name for name in chart if name.startswith("phase-")]
    assert len(phases) == 6
    for name in (*phases, "chart-bar"):
        assert contrast(chart[name], paper) >= 3, name
    assert contrast(through(chart["chart-arc"], paper, 0.68), paper) >= 3
    for name in (*phases, "depth-3", "depth-4"):
        assert contrast(chart["chart-on"], chart[name]) >= 4.5, name
    for name in ("depth-1", "depth-2", "chart-paper"):
        assert contrast(chart["chart-ink"], chart[name]) >= 4.5, name
    assert contrast(chart["phase-implement"], paper) >= 4.5  # the letter of partial implementation


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_drawing_alone_has_the_colours_of_the_page(dark: bool) -> None:
    chart, site = (colours(name, dark=dark) for name in ("css/charts.css", "site.css"))
    for name in ("ink", "quiet", "paper", "line", "hair"):
        assert contrast(chart[f"chart-{name}"], site[name]) == pytest.approx(1), name
