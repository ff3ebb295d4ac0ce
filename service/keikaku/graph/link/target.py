"""links/<target>.toml: which dataset a target is, where it comes from, and how it is read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pydantic import Field, field_validator

from keikaku.closed import Bilingual, Closed, read_closed
from keikaku.errors import LinkError
from keikaku.graph.link.record import KINDS
from keikaku.graph.link.sheet import FOLDER, is_web_iri

if TYPE_CHECKING:
    from pathlib import Path

ROLES = ("name", "code", "municipality", "iri", "group")
"""What a column, or a property of RDF, can tell of a record."""

_SHARE_ALIKE = re.compile(
    r"creativecommons\.org/licenses/[a-z-]*-sa\b|opendatacommons\.org/licenses/odbl\b|gnu\.org/"
)
_NO_DERIVATIVES = re.compile(r"creativecommons\.org/licenses/[a-z-]*-nd\b")


class TargetKeys(Closed):
    """The whole of links/<target>.toml."""

    title: Bilingual
    source: str = Field(min_length=1)
    address: str = ""
    licence: str = ""
    kinds: tuple[str, ...] = KINDS
    type: str = ""
    encoding: str = ""
    columns: dict[str, str] = Field(default_factory=dict)

    @field_validator("kinds")
    @classmethod
    def _known_kinds(cls, kinds: tuple[str, ...]) -> tuple[str, ...]:
        if not kinds or set(kinds) - set(KINDS):
            raise ValueError(f"the kinds are {', '.join(KINDS)}")
        return kinds

    @field_validator("columns")
    @classmethod
    def _known_roles(cls, columns: dict[str, str]) -> dict[str, str]:
        if set(columns) - set(ROLES):
            raise ValueError(f"columns are named for {', '.join(ROLES)}")
        return columns

    @field_validator("address", "licence", "type")
    @classmethod
    def _web_iri(cls, iri: str) -> str:
        if iri and not is_web_iri(iri):
            raise ValueError("it has to begin with http:// or https://")
        return iri


def target_path(folder: Path, target: str) -> Path:
    """Return where a target is described in a plan's folder."""
    return folder / FOLDER / f"{target}.toml"


def read_target(path: Path) -> TargetKeys:
    """Return the description of a target. Raises LinkError with file and line."""
    keys, _ = read_closed(path, TargetKeys, LinkError)
    return keys


def is_share_alike(licence: str) -> bool:
    """Tell whether what is made from data under a licence has to be under the same."""
    return _SHARE_ALIKE.search(licence) is not None


def forbids_linksets(licence: str) -> bool:
    """Tell whether a licence lets nobody publish what is made from the data."""
    return _NO_DERIVATIVES.search(licence) is not None


def written_target(keys: TargetKeys) -> str:
    """Return a description as the text of its file."""
    lines = [
        "# リンク先のデータ (the dataset that is linked with)",
        f"title = {{ ja = {_quoted(keys.title.ja)}, en = {_quoted(keys.title.en)} }}",
        f"source = {_quoted(keys.source)}",
        f"address = {_quoted(keys.address)}  # 公開されている場所 (where the dataset is published)",
        f"licence = {_quoted(keys.licence)}  # 利用条件の IRI (its licence)",
        f"kinds = [{', '.join(map(_quoted, keys.kinds))}]",
    ]
    if keys.type:
        lines.append(f"type = {_quoted(keys.type)}")
    if keys.encoding:
        lines.append(f"encoding = {_quoted(keys.encoding)}")
    if keys.columns:
        lines += ["", "[columns]"]
        lines += [f"{role} = {_quoted(name)}" for role, name in keys.columns.items()]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Return a text as a basic string of TOML."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(_visible(letter) for letter in escaped) + '"'


def _visible(letter: str) -> str:
    return letter if letter.isprintable() or letter == "\u3000" else f"\\U{ord(letter):08X}"
