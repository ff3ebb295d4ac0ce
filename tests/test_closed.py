"""TOML files by line: what a line says without the comment at its end."""

from __future__ import annotations

import pytest

from keikaku.closed import said_on


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('code = "352039"   # 全国地方公共団体コード', 'code = "352039"'),
        ('title = "第2次 #計画" # 題名', 'title = "第2次 #計画"'),
        ("title = '#1 \\' # 題名", "title = '#1 \\'"),
        (r'title = "彼は \"#\" と" # 題名', r'title = "彼は \"#\" と"'),
        ("date = 2026-04-01#覚え", "date = 2026-04-01"),
        ('a = """長い # 文', 'a = """長い # 文'),
        ('a = """一行 # の""" # 覚え', 'a = """一行 # の"""'),
        ("a = '''一行 # の''' # 覚え", "a = '''一行 # の'''"),
        ("departments = [ # 課", "departments = ["),
        ('    "職員課", # 人事', '"職員課",'),
        (
            'reason = { ja = "誤り #1", en = "slip" } # 内々',
            'reason = { ja = "誤り #1", en = "slip" }',
        ),
        ("# 覚え", ""),
        ("", ""),
        ("official = true", "official = true"),
    ],
)
def test_a_comment_is_left_out_and_a_sign_within_a_string_is_none(line: str, said: str) -> None:
    assert said_on(f"\n{line}\n", 2) == said
