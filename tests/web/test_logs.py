"""Lines of the log: one each, whatever was said."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keikaku.errors import EngineError
from keikaku.web.operation.logs import JsonFormatter
from keikaku.web.operation.trace import Trace, begin, note_query


def record(text: str, *arguments: Any, **more: Any) -> logging.LogRecord:
    return logging.getLogger("keikaku.x").makeRecord(
        "keikaku.x", logging.ERROR, "x.py", 1, text, arguments, **{"exc_info": None, **more}
    )


def unseen(line: str) -> list[str]:
    """The characters of a line that a terminal would obey instead of showing them."""
    return [sign for sign in line if not sign.isprintable() and sign != "\u3000"]


def test_japanese_stands_as_it_is() -> None:
    line = JsonFormatter().format(record("リリース %s を公開します", "山口市"))
    assert "リリース 山口市 を公開します" in line
    assert json.loads(line)["logger"] == "keikaku.x"


@pytest.mark.parametrize(
    "text",
    [
        'a\n{"level": "info", "event": "forged"}',
        "a\r\nb",
        "\x1b[2J\x1b]0;title\x07",
        "\x00\x7f\x85\x9b31m",
        "\u2028\u2029",
        "\u202egnp.exe\u2066\u200f\ufeff",
        "\ud800 alone",
        '"}',
    ],
)
def test_no_text_leaves_its_line(text: str) -> None:
    for line in (
        JsonFormatter().format(record("%s", text)),
        JsonFormatter().format(record("x", extra={"fields": {"given": text, text: 1}})),
    ):
        assert unseen(line) == []
        line.encode("utf-8")
        assert text in str(json.loads(line).get("given", json.loads(line)["event"]))


@given(st.text())
def test_any_text_comes_back_from_its_line(text: str) -> None:
    line = JsonFormatter().format(record("%s", text))
    assert len(line.splitlines()) == 1
    assert json.loads(line)["event"] == text


def caught(error: Exception) -> Any:
    try:
        raise error
    except type(error):
        return sys.exc_info()


def test_a_fault_of_ours_has_its_traceback_and_an_error_of_the_tree_has_none() -> None:
    fault = json.loads(JsonFormatter().format(record("x", exc_info=caught(ValueError("why")))))
    assert fault["error"] == "ValueError"
    assert "test_logs.py" in fault["traceback"]
    error = json.loads(
        JsonFormatter().format(record("x", exc_info=caught(EngineError("故障", "broken"))))
    )
    assert error["error"] == "EngineError"
    assert "traceback" not in error


def test_an_error_that_repeats_the_query_is_logged_without_it() -> None:
    query = "SELECT ?secret {}"
    begin(Trace("1", "sparql", "GET"))
    note_query(query)
    failed = record("failed at %s", query, exc_info=caught(ValueError(query)))
    assert query not in JsonFormatter().format(failed)
    assert query in JsonFormatter(queries=True).format(failed)
