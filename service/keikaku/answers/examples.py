"""The example queries: the questions of the catalogue, and queries that are no question.

A query of the second kind lies in `examples/`, annotated with title, description and group.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from keikaku.annotated import read_folder
from keikaku.answers.catalogue import Catalogue
from keikaku.answers.question import GROUPS
from keikaku.closed import Bilingual, Closed
from keikaku.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keikaku.annotated import AnnotatedQuery

EXAMPLES = Path(__file__).resolve().parent / "examples"

PURPOSES: dict[str, Bilingual] = GROUPS | {
    "source": Bilingual(ja="出典と原文", en="sources and wording"),
    "counts": Bilingual(ja="数える・比べる", en="counting and comparing"),
    "vocabulary": Bilingual(ja="語彙とグラフ", en="vocabulary and graphs"),
    "linking": Bilingual(ja="ほかのデータとつなぐ", en="joining with other data"),
    "federation": Bilingual(
        ja="ほかのエンドポイントに尋ねる(許可が要る)", en="asking other endpoints (to be allowed)"
    ),
    "forms": Bilingual(ja="SPARQL の書き方", en="ways to write SPARQL"),
}
"""The purposes of examples, in the order in which they are shown; the questions' groups first."""


@dataclass(frozen=True, slots=True)
class Example:
    """A query that can be tried; `group` is a key of PURPOSES. Its prefixes need no declaration.

    `service` is the endpoint that it asks by SERVICE, which has to be allowed by the setting
    `services`.
    """

    name: str
    group: str
    title: Bilingual
    description: Bilingual
    query: str
    service: str = ""


class _Header(Closed):
    """The annotations of an example's file, all of them."""

    title: Bilingual
    description: Bilingual
    group: str
    service: str = ""


@cache
def all_examples() -> tuple[Example, ...]:
    """Return every example, in the order of the purposes and of their names within one.

    Raises SettingsError, with the file, for annotations that are not as they should be and for two
    examples of one name.
    """
    found = sorted((*_questions(), *_examples(EXAMPLES)), key=_place)
    names = [example.name for example in found]
    if twice := {name for name in names if names.count(name) > 1}:
        raise SettingsError(
            f"同じ名前の例があります: {'、'.join(sorted(twice))}",
            f"two examples have the same name: {', '.join(sorted(twice))}",
        )
    return tuple(found)


def _place(example: Example) -> tuple[int, str]:
    return tuple(PURPOSES).index(example.group), example.name


def _questions() -> Iterator[Example]:
    for question in Catalogue.load():
        yield Example(
            question.name, question.group, question.title, question.description, question.query
        )


def _examples(folder: Path) -> Iterator[Example]:
    for read in read_folder(folder):
        header = _header(read, str(folder / f"{read.name}.rq"))
        yield Example(
            read.name, header.group, header.title, header.description, read.query, header.service
        )


def _header(read: AnnotatedQuery, file: str) -> _Header:
    try:
        header = _Header.model_validate(read.annotations)
    except ValidationError as error:
        detail = error.errors()[0]
        where = ".".join(str(part) for part in detail["loc"])
        raise SettingsError(
            f"例の注記「{where}」が正しくありません。", f"{where}: {detail['msg']}", file=file
        ) from error
    if header.group not in PURPOSES:
        raise SettingsError(
            f"例の group「{header.group}」はありません。あるもの: {'、'.join(PURPOSES)}",
            f"there is no group {header.group!r}; there are: {', '.join(PURPOSES)}",
            file=file,
        )
    return header
