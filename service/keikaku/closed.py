"""Closed TOML files: read by a model that knows every key, with the line of what is wrong."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic_core import ErrorDetails

    from keikaku.errors import DecisionError, PlanFileError, ProfileError


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


def read_closed(
    path: Path, model: type[Model], error: type[PlanFileError | ProfileError | DecisionError]
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
        raise error(
            "TOML として読めません。",
            f"it is not TOML: {wrong}",
            file=str(path),
            line=int(found.group(1)) if found else None,
        ) from wrong
    except RecursionError as wrong:
        raise error("入れ子が深すぎます。", "it is nested too deeply", file=str(path)) from wrong
    except ValidationError as wrong:
        detail = wrong.errors()[0]
        where = key_line(text, tuple(str(part) for part in detail["loc"]))
        raise error(*_sentences(detail, path.name), file=str(path), line=where) from wrong


def key_line(text: str, path: tuple[str, ...]) -> int | None:
    """Return the line of the TOML text, from 1, that holds the key or table `path`, or its parent.

    Numbers in `path` count the tables of an array, from 0.
    """
    lines = _key_lines(text)
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return None


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
            given = detail["input"]
            return (
                f"「{key}」の値「{given}」は使えません。書き方は README の {file} の例にあります。",
                f"{key}: {given!r} cannot be used: {detail['msg']}",
            )
