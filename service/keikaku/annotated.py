"""SPARQL files that say what they are: TOML in comment lines that begin with `#+`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from keikaku.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path

_MARK = "#+"


@dataclass(frozen=True, slots=True)
class AnnotatedQuery:
    """A SPARQL file: its name without ending, its annotations, and the query below them."""

    name: str
    annotations: dict[str, Any]
    query: str


def read_annotated(path: Path) -> AnnotatedQuery:
    """Return the file's annotations and query.

    Raises SettingsError, with the line in the file, where the annotations are no TOML.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    said = [line.removeprefix(_MARK).removeprefix(" ") for line in lines if line.startswith(_MARK)]
    query = "\n".join(line for line in lines if not line.startswith(_MARK)).strip() + "\n"
    try:
        annotations = tomllib.loads("\n".join(said))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            "注記(#+)が TOML として読めません。",
            f"the annotations (#+) are not TOML: {error}",
            file=str(path),
        ) from error
    return AnnotatedQuery(path.stem, annotations, query)


def read_folder(folder: Path) -> tuple[AnnotatedQuery, ...]:
    """Return the annotated queries of a folder, by file name."""
    return tuple(read_annotated(path) for path in sorted(folder.glob("*.rq")))
