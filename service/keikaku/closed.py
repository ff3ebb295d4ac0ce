"""Closed TOML files: read by a model that knows every key, with the line of what is wrong."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic_core import ErrorDetails

    from keikaku.errors import DecisionError, LinkError, PlanFileError, ProfileError


class Refused(ValueError):  # noqa: N818  (says what happened to a value)
    """A value that a table of a TOML file cannot have, and why, in Japanese and English."""

    def __init__(self, ja: str, en: str) -> None:
        """Keep both sentences."""
        self.ja, self.en = ja, en
        super().__init__(en)


class Closed(BaseModel):
    """A table of a TOML file that may have no key but its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Bilingual(Closed):
    """A text in Japanese and English."""

    ja: str
    en: str


Model = TypeVar("Model", bound=Closed)
_TABLE = re.compile(r"^\s*\[+\s*([^\]]+?)\s*\]+")
_KEY = re.compile(r"^\s*([A-Za-z0-9_.\"' -]+?)\s*=")
_LONG_STRING = re.compile(r"\"{3}|'{3}")
_DATE = re.compile(r"\s*([A-Za-z0-9_.-]+)\s*=\s*([^\W\d]*\d+[-/.年]\d+[-/.月]\d+日?)")
"""A key and what is meant for a date."""


def read_closed(
    path: Path,
    model: type[Model],
    error: type[PlanFileError | ProfileError | DecisionError | LinkError],
) -> tuple[Model, str]:
    """Return the file's content as `model`, and its text.

    Raises `error`, with the line of the key, for a missing file, for text that is no TOML, and for
    a key or value that the model does not have.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as missing:
        raise error(
            f"{path.name} がありません。", f"there is no {path.name}", file=str(path)
        ) from missing
    except (OSError, UnicodeDecodeError) as wrong:
        raise error(
            f"{path.name} が UTF-8 の文書として読めません。",
            f"{path.name} cannot be read as text in UTF-8",
            file=str(path),
        ) from wrong
    try:
        return model.model_validate(tomllib.loads(text)), text
    except tomllib.TOMLDecodeError as wrong:
        found = re.search(r"at line (\d+)", str(wrong))
        line = int(found.group(1)) if found else None
        fault = _date_fault(text.split("\n")[line - 1]) if line else None
        fault = fault or ("TOML として読めません。", f"it is not TOML: {wrong}")
        raise error(*fault, file=str(path), line=line) from wrong
    except RecursionError as wrong:
        raise error("入れ子が深すぎます。", "it is nested too deeply", file=str(path)) from wrong
    except ValidationError as wrong:
        detail = wrong.errors()[0]
        where = key_line(text, tuple(str(part) for part in detail["loc"]))
        raise error(*_sentences(detail, path.name), file=str(path), line=where) from wrong


def _date_fault(line: str) -> tuple[str, str] | None:
    """Say in Japanese and English that a line has a date that is none, or not as TOML writes it."""
    found = _DATE.match(line)
    if found is None:
        return None
    key, given = found.groups()
    try:
        date.fromisoformat(given)
    except ValueError:
        return (
            f"{key} は 2026-04-01 の形で書いてください(いまは {given})。",
            f"write {key} like 2026-04-01; {given} is no date",
        )
    return None


def key_line(text: str, path: tuple[str, ...]) -> int | None:
    """Return the line of the TOML text, from 1, that holds the key or table `path`, or its parent.

    Numbers in `path` count the tables of an array, from 0.
    """
    lines = _key_lines(text)
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return None


_VALUE_PIECE = re.compile(
    r""""{3}.*?(?:"{3}|$)|'{3}.*?(?:'{3}|$)|"(?:[^"\\]|\\.)*"|'[^']*'|[^"'#]+|(?P<comment>\#)|.""",
    re.DOTALL,
)
"""A string of one line or the beginning of a longer one, what is no string, or a comment's sign."""


def said_on(text: str, number: int) -> str:
    """Return what a line of a TOML text says, from 1, without the comment at its end."""
    line = text.split("\n")[number - 1]
    end = next((found.start() for found in _VALUE_PIECE.finditer(line) if found["comment"]), None)
    return line[:end].strip()


def _key_lines(text: str) -> dict[tuple[str, ...], int]:
    lines: dict[tuple[str, ...], int] = {}
    counts: dict[str, int] = {}
    table: tuple[str, ...] = ()
    within = False  # a string of several lines
    for number, line in enumerate(text.split("\n"), start=1):
        inside = within
        within ^= len(_LONG_STRING.findall(line)) % 2 == 1
        if inside:
            continue
        if header := _TABLE.match(line):
            name = header.group(1)
            table = tuple(name.split("."))
            if line.lstrip().startswith("[["):
                table = (*table, str(counts.setdefault(name, 0)))
                counts[name] += 1
            lines.setdefault(table, number)
        elif key := _KEY.match(line):
            names = [name.strip(" \"'") for name in key.group(1).split(".")]
            for depth in range(1, len(names) + 1):
                lines.setdefault((*table, *names[:depth]), number)
    return lines


def _sentences(detail: ErrorDetails, file: str) -> tuple[str, str]:
    """Say in Japanese and English what a model found wrong."""
    key = ".".join(str(part) for part in detail["loc"])
    match detail["type"]:
        case "extra_forbidden":
            return f"「{key}」というキーはありません。", f"there is no key {key!r}"
        case "missing":
            return f"キー「{key}」がありません。", f"the key {key!r} is missing"
        case _:
            given, (ja, en) = detail["input"], _reason(detail)
            shown = f"の値「{given}」" if isinstance(given, str | int | float) else ""
            return (
                f"「{key}」{shown}は使えません。{ja}書き方は README の {file} の例にあります。",
                f"{key}: {given!r} cannot be used: {en}",
            )


_REASONS = {
    "string_type": '文字列で書きます("…")。',
    "string_pattern_mismatch": "書き方が「{pattern}」に合いません。",
    "string_too_short": "空にはできません。",
    "int_type": "整数で書きます。",
    "int_parsing": "整数で書きます。",
    "bool_type": "true か false です。",
    "bool_parsing": "true か false です。",
    "greater_than_equal": "{ge} 以上の数です。",
    "less_than_equal": "{le} 以下の数です。",
    "literal_error": "使えるのは {expected} です。",
    "tuple_type": "並び([…])で書きます。",
    "dict_type": "表({{ … }})で書きます。",
    "model_type": "表({{ … }})で書きます。",
    "model_attributes_type": "表({{ … }})で書きます。",
    "date_type": "日付は 2026-04-01 のように書きます。",
    "date_parsing": "日付は 2026-04-01 のように書きます。",
    "date_from_datetime_parsing": "日付は 2026-04-01 のように書きます。",
}


def _reason(detail: ErrorDetails) -> tuple[str, str]:
    """Say in Japanese and English why a value is refused."""
    context = detail.get("ctx", {})
    if isinstance(refused := context.get("error"), Refused):
        return refused.ja, refused.en
    known = _REASONS.get(detail["type"], "")
    return known.format(**context).replace(" or ", " か "), detail["msg"]
