"""The settings: one table of name, type, default and one line of help.

A setting is read from its flag, else from the environment (`KEIKAKU_` and its name in capitals),
else from the file `keikaku.toml` in the working folder, else it has its default.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keikaku.assets import shipped
from keikaku.errors import SettingsError
from keikaku.names import SHARED

if TYPE_CHECKING:
    from collections.abc import Mapping

CONFIG_FILE = "keikaku.toml"
_LAST_PORT = 65_535


def _setting(default: Any, ja: str, en: str) -> Any:
    """Describe one setting: its default and its line of help in Japanese and English."""
    return field(default=default, metadata={"ja": ja, "en": en})


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting, with its value."""

    base: str = _setting(
        SHARED, "公開者の IRI の基点", "where the publisher's own IRIs begin; ends in /"
    )
    plans: Path = _setting(shipped("plans"), "計画フォルダの置き場所", "folder of the plan folders")
    releases: Path = _setting(Path("releases"), "リリースの置き場所", "folder of the releases")
    host: str = _setting("127.0.0.1", "待ち受けるアドレス", "address to listen on")
    port: int = _setting(8000, "待ち受けるポート", "port to listen on")
    max_query_length: int = _setting(
        20_000, "SPARQL 問い合わせの最大文字数", "longest query, in characters"
    )
    max_query_depth: int = _setting(
        100, "SPARQL の括弧の最大の深さ", "deepest nesting of brackets in a query"
    )
    max_document_bytes: int = _setting(
        20_000_000, "原文ファイルの最大バイト数", "largest source document, in bytes"
    )


def settings_from(
    flags: Mapping[str, Any],
    environment: Mapping[str, str] = os.environ,
    config: Path = Path(CONFIG_FILE),
) -> Settings:
    """Return the settings that flags, environment and `config` give, in this order of precedence.

    A flag whose value is None counts as not given. Raises SettingsError for a key that is no
    setting or a value of the wrong type.
    """
    given: dict[str, Any] = _from_file(config)
    names = {item.name for item in fields(Settings)}
    for name in names:
        key = f"KEIKAKU_{name.upper()}"
        if key in environment:
            given[name] = environment[key]
    given |= {name: value for name, value in flags.items() if name in names and value is not None}
    settings = Settings(**{name: _typed(name, value) for name, value in given.items()})
    if not 0 <= settings.port <= _LAST_PORT:
        raise SettingsError(
            f"ポート {settings.port} はありません(0 から {_LAST_PORT} まで)。",
            f"there is no port {settings.port}; ports go from 0 to {_LAST_PORT}",
        )
    return settings


def _from_file(config: Path) -> dict[str, Any]:
    if not config.is_file():
        return {}
    try:
        given = tomllib.loads(config.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(
            "設定ファイルが TOML として読めません。", f"not TOML: {error}", file=str(config)
        ) from error
    known = [item.name for item in fields(Settings)]
    for name in given:
        if name not in known:
            raise SettingsError(
                f"「{name}」という設定はありません。あるもの: {', '.join(known)}",
                f"no setting is called {name!r}; there are: {', '.join(known)}",
                file=str(config),
            )
    return given


def _typed(name: str, value: Any) -> Any:
    wanted = {"str": str, "int": int, "Path": Path}[
        next(str(item.type) for item in fields(Settings) if item.name == name)
    ]
    if isinstance(value, wanted):
        return value
    try:
        return wanted(value)
    except (TypeError, ValueError) as error:
        raise SettingsError(
            f"設定「{name}」の値「{value}」は整数ではありません。",
            f"setting {name}: {value!r} is no whole number",
        ) from error
