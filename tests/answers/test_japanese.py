"""Sentences that are understood, and sentences that are not, with what is offered instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from keikaku.answers.catalogue import Catalogue
from keikaku.answers.japanese import LONGEST_SENTENCE, example_sentences, understand
from keikaku.errors import QuestionError

if TYPE_CHECKING:
    from pathlib import Path

    from keikaku.answers.service import Answers

CATALOGUE = Catalogue.load()

UNDERSTOOD = [
    ("items-by-municipality", "H22に事業者が関わる項目の市町村ごとの数は？"),
    ("items-by-municipality", "自治体別の平成22年度に事業者が関わる項目の件数"),
    ("items-of-one-title", "同じ名称の項目は？"),
    ("items-of-one-title", "ほかの計画にもある項目は？"),
    ("items-of-one-title", "複数の市町村に共通する項目を教えてください"),
    ("items-of-one-title", "I-(4)-③と同じ名称のほかの計画の項目"),
    ("two-plans", "山口市協働推進プランと山口市協働推進プランを比べる"),
    ("areas-in-force", "2010年1月15日に有効な市区町村コードは？"),
    ("areas-in-force", "平成22年1月16日の山口市の区域"),
    ("items-by-party-year", "H22に事業者が関わる項目は？"),
    ("items-by-party-year", "平成22年度に事業者が関わる項目は何ですか"),
    ("items-by-party-year", "Ｈ２２に事業者が関わる推進項目を教えてください。"),
    ("items-by-party-year", "2010年度に、事業者に関係する項目を一覧で見せてください"),
    ("items-by-party-year", "事業者が平成22年度に関わる項目を知りたい"),
    ("items-by-party-year", "平成２２年度　事業者　に関わる項目"),
    ("items-by-party-year", "事業者に関わる平成22年度の項目"),
    ("items-by-party-year", "平成二十二年度に事業者が関わっている取組は？"),
    ("items-by-party-year", "事業者はH22にどの項目に関わりますか"),
    ("items-by-party-year", "平成22年度、事業者はどんな項目に関わっていますか？"),
    ("items-by-party-year", "H22の事業者の項目"),
    ("items-by-party-year", "平成22年度に事業者を対象とする項目は？"),
    ("items-by-party-year", "事業者を対象にした平成22年度の項目を教えて"),
    ("items-by-party-year", "H22に事業者向けの取り組みはありますか"),
    ("items-by-party-year", "2010年度に事業者が対象となる項目は"),
    ("items-by-party-year", "平成22年度に事業者が実施主体の項目は？"),
    ("items-by-party-year", "事業者がH22に実施する項目を挙げて"),
    ("items-by-party-year", "H22に事業者が行う項目は？"),
    ("items-by-party-year", "山口市協働推進プランで、平成22年度に事業者が関わる項目は？"),
    ("items-by-party-year", "協働のまちづくり推進委員会が平成21年度に関わる項目は？"),
    ("items-by-party", "事業者が関わる項目は？"),
    ("items-by-party", "教育機関を対象とする項目の一覧"),
    ("items-by-party", "中間支援組織が実施主体である項目は？"),
    ("items-by-party", "市民が関係する取組みを教えてください"),
    ("items-in-year", "平成20年度に取り組む項目は？"),
    ("items-in-year", "H24の項目"),
    ("items-in-year", "2012年度は何をしますか"),
    ("items-in-year", "平成24年度に取り組んでいる項目の一覧を見せて"),
    ("items-in-phase-year", "H21に検討する項目は？"),
    ("items-in-phase-year", "平成21年度に検討中の項目"),
    ("items-in-phase-year", "検討が行われる平成21年度の項目は何ですか"),
    ("items-in-phase-year", "平成23年度に一部実施の項目はどれですか"),
    ("items-in-phase-year", "完了予定の項目は？"),
    ("items-in-phase-year", "H21に完了する項目はありますか"),
    ("items-in-phase-year", "平成23年度に見直しを行う項目は？"),
    ("items-in-phase-year", "H23に見直される項目は"),
    ("items-in-phase-year", "周知の項目を教えて"),
    ("items-under-review", "見直しの対象となる項目は？"),
    ("items-under-review", "見直しが行われる項目とその年度は？"),
    ("items-under-review", "見直しの項目はどれですか"),
    ("items-under-review", "どの項目がいつ見直されますか"),
    ("first-implementation", "各項目が最初に実施される年度は？"),
    ("first-implementation", "項目はいつから実施されますか"),
    ("first-implementation", "平成22年度に初めて実施される項目は？"),
    ("first-implementation", "H22から実施が始まる項目を教えてください"),
    ("first-implementation", "2010年度に新しく始まる項目"),
    ("first-implementation", "それぞれの項目の最初の実施年度"),
    ("consider-then-implement", "検討した後に実施する項目は？"),
    ("consider-then-implement", "検討を経て実施に移る項目"),
    ("consider-then-implement", "ある年度に検討し、後の年度に実施する項目は？"),
    ("consider-then-implement", "検討から実施に進む項目を一覧にして"),
    ("consider-then-implement", "まず検討して、その後実施される項目は何ですか"),
    ("items-by-department", "協働推進課が担当する項目は？"),
    ("items-by-department", "協働推進課の項目"),
    ("items-by-department", "生涯学習課はどの項目を担当していますか"),
    ("items-by-department", "担当課が職員課の項目を教えて"),
    ("items-by-department", "平成22年度に広報広聴課が担当する項目は？"),
    ("items-by-department", "関係課の項目は"),
    ("departments-by-load", "担当課ごとの項目数は？"),
    ("departments-by-load", "どの課が一番多くの項目を担当していますか"),
    ("departments-by-load", "課別の項目数"),
    ("departments-by-load", "担当課の一覧"),
    ("shared-departments", "複数の課が担当する項目は？"),
    ("shared-departments", "項目を共有する課の組は？"),
    ("shared-departments", "課同士で共有している項目"),
    ("shared-departments", "協働推進課がほかの課と一緒に担当する項目は？"),
    ("shared-departments", "協働推進課と項目を共有する課はどこですか"),
    ("two-parties", "事業者と教育機関の両方が関わる項目は？"),
    ("two-parties", "市民と行政がともに関わる項目"),
    ("two-parties", "市民も行政も関わる項目を教えてください"),
    ("two-parties", "平成22年度に市民及び行政の双方が関わる項目は？"),
    ("two-parties", "事業者、教育機関のどちらも関わる項目は"),
    ("relisted-items", "再掲の項目は？"),
    ("relisted-items", "再掲されている項目と元の項目"),
    ("relisted-items", "再掲項目の元を教えてください"),
    ("relisted-items", "どの項目が再掲されていますか"),
    ("item-counts", "項目の数は？"),
    ("item-counts", "項目は全部でいくつありますか"),
    ("item-counts", "推進項目は何件ですか"),
    ("item-counts", "再掲を除いた項目数は？"),
    ("item-counts", "再掲を除くと項目はいくつですか"),
    ("plan-overview", "計画の体系は？"),
    ("plan-overview", "推進方針と推進施策の一覧"),
    ("plan-overview", "方針ごとの項目数を教えて"),
    ("items-in-section", "推進施策I-(4)の項目は？"),
    ("items-in-section", "方針Ⅱに属する項目"),
    ("items-in-section", "情報の共有化により、活動の活性化を図りますの項目は？"),
    ("items-in-section", "すべての項目"),
    ("items-in-section", "項目の一覧を見せてください"),
    ("matrix-party-year", "主体ごとの項目数は？"),
    ("matrix-party-year", "主体と年度の表"),
    ("matrix-party-year", "年度ごとの主体別項目数"),
    ("matrix-department-year", "担当課と年度ごとの項目数は？"),
    ("matrix-department-year", "担当課と年度の表を見せて"),
    ("phases-by-year", "段階ごとの項目数は？"),
    ("phases-by-year", "段階の推移を教えてください"),
    ("department-network", "課同士のつながりは？"),
    ("party-network", "主体どうしの関係を見せて"),
    ("schedule", "すべての項目の年次計画は？"),
    ("schedule", "協働推進課の年次計画"),
    ("schedule", "I-(4)の年次計画は？"),
    ("about-item", "I-(4)-③について教えてください"),
    ("about-item", "Ⅰ－（４）－③の目的は？"),
    ("about-item", "地域交流センターの設置の担当課はどこですか"),
    ("about-item", "地域交流センターの設置は誰が実施しますか"),
    ("about-item", "1-1-1の完了の目安は何ですか"),
    ("about-item", "I-(1)-①はどの課が担当しますか"),
    ("about-item", "III-(2)-②の再掲元は？"),
    ("about-item", "「市報の充実・活用」の推進内容は？"),
    ("about-item", "I-(2)-④とは？"),
    ("schedule-of-item", "I-(4)-③の年次計画は？"),
    ("schedule-of-item", "地域交流センターの設置のスケジュールを教えてください"),
    ("schedule-of-item", "I-(1)-②はいつ実施されますか"),
    ("items-with-word", "「ホームページ」を含む項目は？"),
    ("items-with-word", "防災に関する項目"),
    ("items-with-word", "ボランティアという言葉が出てくる項目は？"),
    ("discrepancy-counts", "不整合の数は？"),
    ("discrepancy-counts", "種類ごとの不整合の件数を教えてください"),
    ("discrepancy-counts", "矛盾はいくつありますか"),
    ("discrepancies-of-kind", "不整合の一覧"),
    ("discrepancies-of-kind", "番号の相違は？"),
    ("discrepancies-of-kind", "文書の食い違いはどこですか"),
    ("discrepancies-of-kind", "文字の誤りの一覧を見せて"),
    ("discrepancies-of-item", "III-(2)-②の不整合は？"),
    ("discrepancies-of-item", "I-(2)-④に矛盾はありますか"),
    ("items-by-party-year", "事業者がかかわる平成22年度の推進項目をリストアップして"),
    ("items-by-party-year", "平成22年度において、事業者と関係のある項目はどれでしょうか。"),
    ("items-by-party-year", "2010年度の事業者関係の項目"),
    ("items-by-party-year", "平成22年度に市民が対象になっている取り組みを教えていただけますか"),
    ("items-by-party-year", "事業者が対象の項目で、平成22年度のもの"),
    ("items-by-party-year", "平成22年度に教育機関は何に関わる？"),
    ("items-by-party-year", "H22年度に事業者が関係している項目は？"),
    ("items-by-party-year", "平成22年に事業者が関わる項目は？"),
    ("about-item", "どの課が地域交流センターの設置を担当していますか"),
    ("items-by-department", "広報広聴課の平成21年度の担当項目"),
    ("two-parties", "市民活動団体と地域コミュニティ両方に関わる項目を出して"),
    ("item-counts", "再掲を含めて項目は何件ありますか"),
    ("items-in-phase-year", "平成21年度に周知する項目"),
    ("items-in-phase-year", "平成24年度に見直しが予定されている項目は？"),
    ("items-under-review", "見直し予定の項目"),
    ("first-implementation", "初めて実施する年度を項目ごとに教えて"),
    ("items-by-party", "対象が市民の項目"),
    ("consider-then-implement", "検討のあと実施に移った項目は？"),
    ("shared-departments", "複数課が担当する項目"),
    ("departments-by-load", "課ごとの担当項目の一覧"),
    ("shared-departments", "協働推進課と生涯学習課が共に担当する項目は？"),
    ("items-by-party-year", "平成22年度の事業者向け項目"),
    ("items-in-year", "平成22年度の取り組みは何ですか"),
    ("items-in-year", "平成22年度はどんな取組がありますか"),
    ("items-by-department", "職員課は何を担当していますか"),
    ("items-by-department", "職員課が担当しているのはどの項目ですか"),
    ("items-by-party", "市民はどんな項目の対象になりますか"),
    ("schedule-of-item", "コミュニティ活動保険の創設・活用はいつから実施しますか"),
    ("about-item", "市報の充実・活用の目的を教えてください"),
    ("items-in-phase-year", "H22に実施される項目は何件ありますか"),
    ("item-counts", "計画には全部で何件の項目がありますか"),
    ("two-parties", "H22に事業者と教育機関が共に関わる項目は？"),
    ("plan-overview", "計画の構成を教えて"),
]

VALUES = [
    ("H22に事業者が関わる項目は？", {"year": "H22", "party": "事業者"}),
    ("平成22年度に事業者が関わる項目は？", {"year": "平成22年度", "party": "事業者"}),
    ("2010年度に事業者が関わる項目は？", {"year": "2010年度", "party": "事業者"}),
    ("Ｈ２２に　事業者が　関わる項目は？", {"year": "H22", "party": "事業者"}),
    ("h22に事業者が関わる項目は", {"year": "H22", "party": "事業者"}),
    ("平成22年度に市民を対象とする項目", {"year": "平成22年度", "party": "市民", "role": "target"}),
    ("行政が実施する平成21年度の項目", {"year": "平成21年度", "party": "行政", "role": "actor"}),
    ("市民活動団体が関わる項目", {"party": "市民活動団体"}),
    ("協働のまちづくり推進委員会が関わる項目", {"party": "協働のまちづくり推進委員会"}),
    ("H21に完了する項目", {"year": "H21", "phase": "完了予定"}),
    ("H22に一部実施する項目", {"year": "H22", "phase": "一部実施"}),
    ("Ⅰ－（４）－③の目的は？", {"item": "I-(4)-③", "field": "purpose"}),
    ("1-4-3の担当課は？", {"item": "I-(4)-③", "field": "department"}),
    ("地域交流センターの設置の目的は？", {"item": "I-(1)-①", "field": "purpose"}),
    ("評価方法、仕組みづくりの検討の対象は？", {"item": "IV-(3)-①", "field": "target"}),
    ("市民と事業者の両方が関わる項目", {"party1": "市民", "party2": "事業者"}),
    ("「防災」を含む項目", {"word": "防災"}),
    ("方針Ⅱの項目", {"section": "II"}),
    ("番号の相違の一覧", {"kind": "番号の相違"}),
    (
        "山口市協働推進プランにおいて、H22に事業者が関わる項目は？",
        {"plan": "山口市協働推進プラン", "year": "H22", "party": "事業者"},
    ),
    (
        "H22に山口市で事業者が関わる項目",
        {"plan": "山口市協働推進プラン", "year": "H22", "party": "事業者"},
    ),
    (
        "山口市でH22に事業者が関わる項目は？",
        {"plan": "山口市協働推進プラン", "year": "H22", "party": "事業者"},
    ),
    (
        "事業者が関わる山口市協働推進プランの項目",
        {"plan": "山口市協働推進プラン", "party": "事業者"},
    ),
    (
        "H21に「山口市協働推進プラン」の中で検討する項目を教えてください",
        {"plan": "山口市協働推進プラン", "year": "H21", "phase": "検討"},
    ),
]

REFUSED = [
    ("きょうの天気は？", ""),
    ("市長は誰ですか", ""),
    ("項目を削除してください", ""),
    ("一番大事な項目は？", ""),
    ("SELECT * WHERE { ?s ?p ?o }", ""),
    ("Which items involve businesses in 2010?", "事業者が関わる項目は？"),
    ("H22に事業者を助ける項目は？", "H22に事業者"),
    ("事業者", "事業者が関わる項目は？"),
    ("事業者が関わらない項目は？", "事業者が関わる項目は？"),
    ("事業者だけが関わる項目は？", "事業者が関わる項目は？"),
    ("H20からH24まで事業者が関わる項目は？", "H20に事業者が関わる項目は？"),
    ("企業が関わる項目は？", "「企業」という主体はありません"),
    ("H22に企業が関わる項目は？", "「企業」という主体はありません"),
    ("水道課が担当する項目は？", "「水道課」という担当課はありません"),
    ("VI-(1)-①の目的は？", "という項目はありません"),
    ("平成22年度", "平成22年度に"),
    ("平成22年度の予算はいくらですか", "平成22年度"),
    ("再掲でない項目は？", "再掲の項目は？"),
    ("平成22年度に検討せずに実施する項目は？", "平成22年度に検討する項目は？"),
    ("協働推進課の電話番号は？", "協働推進課の項目は？"),
    ("昨年度に事業者が関わった項目は？", "事業者が関わる項目は？"),
    ("事業者と教育機関と市民が関わる項目は？", "事業者と教育機関の両方が関わる項目は？"),
    ("平成22年度に事業者または教育機関が関わる項目は？", "事業者と教育機関の両方が関わる項目は？"),
    ("なぜ協働推進課が多いのですか", "協働推進課が担当する項目は？"),
    ("H22に事業者が関わる項目は？ 市民が関わる項目は？", "H22に"),
]


@pytest.mark.parametrize(("question", "sentence"), UNDERSTOOD)
def test_a_sentence_is_understood_and_answered(
    answers: Answers, question: str, sentence: str
) -> None:
    assert answers.ask(sentence).question == question


def test_there_are_enough_sentences_and_every_question_is_asked() -> None:
    assert len(UNDERSTOOD) >= 140
    assert len(REFUSED) >= 20
    assert {question for question, _ in UNDERSTOOD} == {item.name for item in CATALOGUE}


@pytest.mark.parametrize(("sentence", "values"), VALUES)
def test_the_values_of_a_sentence(answers: Answers, sentence: str, values: dict[str, str]) -> None:
    assert understand(sentence, CATALOGUE, answers.lexicon).values == values


@pytest.mark.parametrize("name", [question.name for question in CATALOGUE])
def test_every_example_sentence_is_understood_as_its_question(answers: Answers, name: str) -> None:
    sentences = example_sentences(CATALOGUE.question(name))
    assert sentences
    for sentence in sentences:
        assert understand(sentence, CATALOGUE, answers.lexicon).question.name == name


@pytest.mark.parametrize(("sentence", "says"), REFUSED)
def test_what_is_not_understood_is_said_with_sentences_that_are(
    answers: Answers, sentence: str, says: str
) -> None:
    with pytest.raises(QuestionError) as refused:
        answers.ask(sentence)
    assert "理解できません" in refused.value.ja
    assert says in refused.value.ja
    assert "。近い質問: " in refused.value.ja
    offered = re.findall("「([^」]*？)」", refused.value.ja.split("近い質問: ")[1])
    assert len(offered) == 3
    for other in offered:
        answers.ask(other)


@pytest.mark.parametrize(
    "ending", ["", "は", "は？", "は何ですか。", "を教えてください", "はどれですか？"]
)
@pytest.mark.parametrize(
    "year", ["H22", "Ｈ２２", "平成22年度", "平成二十二年度", "2010年度", "FY2010"]
)
def test_a_year_is_written_in_many_ways(answers: Answers, year: str, ending: str) -> None:
    answer = answers.ask(f"{year}に事業者が関わる項目{ending}")
    assert answer.question == "items-by-party-year"
    assert len(answer.rows) == 11


def test_a_year_outside_the_plan_is_understood(answers: Answers) -> None:
    answer = answers.ask("令和4年度に事業者が関わる項目は？")
    assert answer.rows == ()
    assert "期間" in answer.notes[0].ja


def test_a_title_that_two_items_have_is_refused_with_both(answers: Answers) -> None:
    with pytest.raises(QuestionError) as refused:
        answers.ask("行政の協働相談窓口の設置の担当課は？")
    assert "I-(4)-③" in refused.value.ja
    assert "V-(1)-②" in refused.value.ja


def test_a_city_of_two_plans_names_none_of_them(two_cities: Answers) -> None:
    with pytest.raises(QuestionError, match="理解できません"):
        two_cities.ask("H22に山口市で事業者が関わる項目")


def test_a_sentence_in_quotation_marks_is_the_sentence(answers: Answers) -> None:
    assert answers.ask("「H22に事業者が関わる項目は？」").question == "items-by-party-year"


@pytest.mark.parametrize("sentence", ["", "　", "？", "あ" * (LONGEST_SENTENCE + 1)])
def test_nothing_and_too_much_are_refused(answers: Answers, sentence: str) -> None:
    with pytest.raises(QuestionError):
        answers.ask(sentence)


def test_two_questions_that_fit_equally_well_are_both_named(
    answers: Answers, tmp_path: Path
) -> None:
    for path, text in ((tmp_path / f"{name}.rq", QUESTION) for name in ("one", "two")):
        path.write_text(text, encoding="utf-8")
    with pytest.raises(QuestionError, match=r"one.*two"):
        understand("事業者の仕事は？", Catalogue.load(tmp_path), answers.lexicon)


def test_the_pattern_whose_own_words_say_more_is_meant(answers: Answers) -> None:
    assert answers.ask("見直しの項目は？").question == "items-under-review"
    assert answers.ask("検討の項目は？").question == "items-in-phase-year"


@pytest.mark.parametrize("sentence", ["項目" * 60, "の" * 120, "H22に" * 30, "事業者と" * 30])
def test_a_sentence_made_to_be_slow_is_not(answers: Answers, sentence: str) -> None:
    with pytest.raises(QuestionError):
        answers.ask(sentence)


QUESTION = """#+ title = { ja = "題", en = "title" }
#+ description = { ja = "説明", en = "description" }
#+ group = "party"
#+ example = { party = "事業者" }
#+ [[parameters]]
#+ name = "party"
#+ type = "party"
#+ label = { ja = "主体", en = "party" }
#+ [[sentences]]
#+ patterns = ["{party}の仕事"]
#+ [columns]
#+ item = { ja = "項目", en = "item" }
SELECT ?item WHERE { VALUES ?party { party:事業者 } ?item kei:involves ?party }
"""


def test_a_sentence_of_openings_and_closings_alone_is_refused_unread(answers: Answers) -> None:
    for sentence in ("では" * 60, "では" * 20 + "事業者が関わる項目は" + "教えてください" * 5):
        with pytest.raises(QuestionError, match="opening"):
            answers.ask(sentence)
