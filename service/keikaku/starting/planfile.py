"""The text of a new plan.toml: all that is known is filled in, the rest is said in comments."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from keikaku.starting.columns import PROFILE
from keikaku.starting.sheet import SHEET
from keikaku.text import fiscal_year_codes, fiscal_year_labels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keikaku.starting.given import City, Given

_TEXT = """\
# {city}の計画。keikaku new が作りました。# で始まる行は説明で、読まれません。
# 書き直したら keikaku check で確かめます。書き方のすべては README の plan.toml にあります。

profile = {profile}{profile_note}
document = {document}{document_note}
{source}
[plan]
name = {name}  # 公開後の番地(IRI)に入る名。公開したら変えません
{title}
first_year = {first}  # {first_label}
last_year = {last}  # {last_label}
# official = true  # 市が自ら公表するときだけ、先頭の # を取ります

[municipality]  # {facts}
code = {code}
{city_name}

# 市だけの主体(共通の7つ「市民、地域コミュニティ、市民活動団体、事業者、教育機関、行政、その他」の
# ほかのもの)の名と、担当課の名。departments を書くと、そこにない課は誤りとして示されます。
[names]
parties = {parties}
# departments = ["協働推進課", "企画経営課"]
{contact}
# 市などが利用条件(ライセンス)を示しているときだけ、先頭の # を取って書きます。
# [rights]
# licence = "https://creativecommons.org/licenses/by/4.0/"
# granted_by = "どこで、いつ示されたか"
"""
_PRINTS_TITLE = "overview-and-sheets"
"""The profile of documents that print their title."""

_SOURCE = f"""
[source]
sheets = ["{SHEET}"]  # このシートだけを読みます
"""
_CONTACT = """
# 計画の問い合わせ先。先頭の # を取って書きます。書かなくてもかまいません。
# [contact]
# name = "{city} 市民部 協働推進課"
# address = "〒000-0000 {city}…"
# telephone = "000-000-0000"
# fax = "000-000-0000"
# email = "kyodo@example.lg.jp"
"""


def planfile_text(given: Given) -> str:
    """Return the text of plan.toml."""
    city, first, last = given.city, given.years[0], given.years[-1]
    table = given.profile == PROFILE
    return _TEXT.format(
        city=city.name or city.code,
        profile=_toml(given.profile),
        profile_note="  # 一項目一行の表" if table else "",
        document=_toml(given.document),
        document_note="  # 記入する表" if given.is_blank else "",
        source=_SOURCE if table and given.has_sheet else "",
        name=_toml(given.name),
        title=_title(given.title, printed=given.profile == _PRINTS_TITLE),
        first=_toml(fiscal_year_codes(first)[-1]),
        last=_toml(fiscal_year_codes(last)[-1]),
        first_label="・".join(fiscal_year_labels(first)),
        last_label="・".join(fiscal_year_labels(last)),
        facts=_facts(city),
        code=_toml(city.code),
        city_name=_city_name(city),
        parties=_array(given.parties),
        contact=_CONTACT.format(city=city.name or "") if table else "",
    )


def _title(title: str | None, *, printed: bool) -> str:
    """Return the line of the title; a document of sheets prints it, others do not."""
    if title is None and printed:
        return '# title = { en = "英語の題名" }  # 和文の題名は文書から読みます'
    if title is None:
        return '# title = { ja = "計画の題名" }  # 先頭の # を取り、題名を書いてください'
    return f"title = {{ ja = {_toml(title)} }}"


def _city_name(city: City) -> str:
    """Return the line of the city's name; one that is not known is left to be written."""
    if city.name is None:
        return (
            '# name = { ja = "市町村名", en = "Name City" }  # 先頭の # を取り、名を書いてください'
        )
    names = f"name = {{ ja = {_toml(city.name)}, en = {_toml(city.english or city.name)} }}"
    return names if city.english else f"{names}  # 英語名を書いてください"


def _facts(city: City) -> str:
    """Return what the code list knows of the city."""
    if city.listed is None:
        return "市町村の一覧にないコードです。確かめてください"
    known = [city.listed.prefecture, city.listed.kana]
    if city.listed.corporate_number:
        known.append(f"法人番号 {city.listed.corporate_number}")
    return "、".join(known)


def _toml(text: str) -> str:
    """Return a text as TOML has it, where it can be without escapes: its line is evidence."""
    if re.search(r"[\"\\]", text) and not re.search(r"['\x00-\x1f\x7f]", text):
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False)


def _array(names: Sequence[str]) -> str:
    return f"[{', '.join(map(_toml, names))}]"
