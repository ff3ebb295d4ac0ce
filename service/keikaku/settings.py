"""The settings: one table of name, type, default and one line of help.

A setting is read from its flag, else from the environment (`KEIKAKU_` and its name in capitals),
else from the file `keikaku.toml` in the working folder, else it has its default.
"""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keikaku.assets import shipped
from keikaku.errors import SettingsError
from keikaku.names import SHARED

if TYPE_CHECKING:
    from collections.abc import Mapping

CONFIG_FILE = "keikaku.toml"
OWN_PLANS = Path("plans")
"""Where plans lie that a user has begun; if it is there, it is read unless another is set."""
PREFIX = "KEIKAKU_"
_LAST_PORT = 65_535
_CONTACT = re.compile(r"[^\s@?&/:]+@[^\s@?&/:]+\.[^\s@?&/:]+|https?://[^\s\"<>]+")


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
    harvested: Path = _setting(
        Path("harvested"), "集めた計画の置き場所", "folder of the plans taken from other sites"
    )
    max_harvest_bytes: int = _setting(
        2_000_000_000,
        "集める書き出し一つの最大バイト数（解凍後も）",
        "largest dump that is harvested, in bytes, unfolded too",
    )
    releases: Path = _setting(Path("releases"), "リリースの置き場所", "folder of the releases")
    max_prepared_bytes: int = _setting(
        10_000_000_000,
        "変わっていない計画を作り直さないために取っておくデータの最大バイト数",
        "how much is kept of plans made ready, so that unchanged ones are not made anew, in bytes",
    )
    pyshacl_plans: int = _setting(
        10,
        "この数までの計画は pySHACL ですべて検査する。より多ければ、速い検査で誤りがあったものと"
        "標本だけ",
        "up to so many plans are all judged by pySHACL; of more, a sample and those in which a "
        "faster validator finds faults",
    )
    serve_withheld: bool = _setting(
        False,
        "今は公開しないとされている文字を含むリリースも提供する",
        "serve releases too that hold text which is withheld at present",
    )
    host: str = _setting("127.0.0.1", "待ち受けるアドレス", "address to listen on")
    port: int = _setting(8000, "待ち受けるポート", "port to listen on")
    site: str = _setting(
        "",
        "このサイトの公開アドレス（空なら要求の Host による）。build のとき目録のファイルや API の"
        "アドレスにもなり（空なら base）、変えると新しいリリースになる",
        "public address of this site; empty: as each request's Host says. On build the catalogue's "
        "addresses of files and services begin with it (empty: with the base): another one makes "
        "another release",
    )
    publisher_name: str = _setting(
        "",
        "データを公開する者の名前（目録と引用に使う）",
        "who publishes the data, for catalogue and citation",
    )
    publisher_url: str = _setting(
        "", "データを公開する者のウェブサイト", "web site of who publishes the data"
    )
    publisher_email: str = _setting(
        "", "データについての連絡先のメールアドレス", "address for questions about the data"
    )
    contact: str = _setting(
        "",
        "読み取りの誤りを知らせる先（メールアドレスか https:// のアドレス）",
        "where errors in how a document was read are told: an e-mail address or a URL",
    )
    trusted_proxies: str = _setting(
        "",
        "X-Forwarded-* を信じる代理サーバーの IP（空白区切り、CIDR 可）",
        "addresses whose X-Forwarded-* headers are believed, with spaces between them",
    )
    max_query_length: int = _setting(
        20_000, "SPARQL 問い合わせの最大文字数", "longest query, in characters"
    )
    max_query_depth: int = _setting(
        100, "SPARQL の括弧の最大の深さ", "deepest nesting of brackets in a query"
    )
    max_query_seconds: int = _setting(
        30, "問い合わせの制限時間(秒)", "how long a query may run, in seconds"
    )
    max_query_memory: int = _setting(
        1_000_000_000,
        "問い合わせ一つが使えるメモリ(バイト)",
        "how much memory a query may take, in bytes",
    )
    max_result_bytes: int = _setting(100_000_000, "結果の最大バイト数", "largest result, in bytes")
    max_waiting: int = _setting(
        256, "順番を待てる問い合わせの数", "how many queries may wait for their turn"
    )
    workers: int = _setting(
        0,
        "同時に答えるプロセス数（0 ならコア数）",
        "processes that answer at a time; 0: one a core",
    )
    max_memory_triples: int = _setting(
        2_000_000,
        "メモリに載せるリリースの最大トリプル数（それより大きければディスクから答える）",
        "a release of at most so many triples is held in memory, a larger one is read from disk",
    )
    services: str = _setting(
        "",
        "SERVICE で問い合わせてよいエンドポイントの IRI（空白区切り、内蔵エンジンのみ）",
        "endpoints that a query may ask by SERVICE (embedded engine only), with spaces between",
    )
    requests_per_minute: int = _setting(
        0,
        "一つのアドレスからの毎分の要求数（0 なら無制限）",
        "requests a minute from one address; 0: any",
    )
    cache_bytes: int = _setting(
        64_000_000, "結果のキャッシュの最大バイト数", "size of the cache of results, in bytes"
    )
    cache_seconds: int = _setting(
        60,
        "ほかのキャッシュが答えを確かめずに使ってよい秒数",
        "how long other caches may use an answer without asking again, in seconds",
    )
    engine: str = _setting(
        "",
        "内蔵エンジンの代わりに使う SPARQL エンドポイント（{slot} があれば 1 と 2 を交互に使う）",
        "SPARQL endpoint used instead of the embedded engine; with {slot}, 1 and 2 take turns",
    )
    engine_update: str = _setting(
        "", "エンジンの更新（SPARQL Update）のアドレス", "the engine's address for SPARQL Update"
    )
    engine_graphs: str = _setting(
        "",
        "エンジンの Graph Store Protocol のアドレス",
        "the engine's address for the Graph Store Protocol",
    )
    engine_user: str = _setting("", "エンジンの利用者名", "user name for the engine")
    engine_password: str = _setting("", "エンジンのパスワード", "password for the engine")
    engine_connections: int = _setting(
        16, "エンジンへの同時接続数", "connections to the engine at a time"
    )
    log_requests: bool = _setting(
        True, "要求ごとに一行の JSON を標準エラーに書く", "write a line of JSON for each request"
    )
    log_queries: bool = _setting(
        False, "記録に問い合わせの文も書く", "write the text of queries into the log too"
    )
    log_addresses: bool = _setting(
        False, "記録に相手のアドレスも書く", "write the addresses of clients into the log too"
    )
    slow_query_seconds: int = _setting(
        2,
        "これより長くかかった問い合わせを記録する(秒)",
        "queries that take longer are logged, in seconds",
    )
    publish_port: int = _setting(8001, "公開 API のポート", "port of the publishing API")
    publish_token_hash: str = _setting(
        "",
        "公開 API のトークンの SHA-256（空なら公開 API は使えない）",
        "SHA-256 of the publishing API's token; without one there is no publishing API",
    )
    max_document_bytes: int = _setting(
        20_000_000, "原文ファイルの最大バイト数", "largest source document, in bytes"
    )

    def judges_swiftly(self, plans: int) -> bool:
        """Tell whether so many plans are judged by pySHACL only where it is needed."""
        return plans > self.pyshacl_plans


def settings_from(
    flags: Mapping[str, Any],
    environment: Mapping[str, str] = os.environ,
    config: Path = Path(CONFIG_FILE),
) -> Settings:
    """Return the settings that flags, environment and `config` give, in this order of precedence.

    A flag whose value is None counts as not given. Raises SettingsError for a key that is no
    setting or a value of the wrong type.
    """
    given: dict[str, Any] = {"plans": OWN_PLANS} if OWN_PLANS.is_dir() else {}
    given |= _from_file(config)
    names = {item.name for item in fields(Settings)}
    for name in names:
        key = f"{PREFIX}{name.upper()}"
        if key in environment:
            given[name] = environment[key]
    given |= {name: value for name, value in flags.items() if name in names and value is not None}
    settings = Settings(**{name: _typed(name, value) for name, value in given.items()})
    if not 0 <= settings.port <= _LAST_PORT:
        raise SettingsError(
            f"ポート {settings.port} はありません(0 から {_LAST_PORT} まで)。",
            f"there is no port {settings.port}; ports go from 0 to {_LAST_PORT}",
        )
    _check_numbers(settings)
    if settings.contact and not _CONTACT.fullmatch(settings.contact):
        raise SettingsError(
            f"contact「{settings.contact}」はメールアドレスでも http(s):// でもありません。",
            f"contact {settings.contact!r} has to be an e-mail address or an http(s) URL",
        )
    if settings.site and not settings.site.startswith(("http://", "https://")):
        raise SettingsError(
            f"site「{settings.site}」は http:// か https:// で始まるアドレスにしてください。",
            f"site {settings.site!r} has to begin with http:// or https://",
        )
    return settings


def unknown_in(environment: Mapping[str, str]) -> tuple[tuple[str, str | None], ...]:
    """Return the variables that look like settings and are none, each with the nearest that is."""
    known = [f"{PREFIX}{item.name.upper()}" for item in fields(Settings)]
    names = sorted(name for name in environment if name.startswith(PREFIX) and name not in known)
    nearest = {name: get_close_matches(name, known, 1, 0.85) for name in names}
    return tuple((name, next(iter(found), None)) for name, found in nearest.items())


def _check_numbers(settings: Settings) -> None:
    """Raise SettingsError for a number that is too small to be meant."""
    for item in fields(Settings):
        least = _LEAST.get(item.name, 0)
        value = getattr(settings, item.name)
        if isinstance(value, int) and value < least:
            raise SettingsError(
                f"設定「{item.name}」は {least} 以上にしてください（いまは {value}）。",
                f"setting {item.name} is {value}; it has to be {least} at least",
            )


_LEAST = {
    "max_query_length": 1,
    "max_query_depth": 1,
    "max_query_seconds": 1,
    "max_query_memory": 50_000_000,
    "max_result_bytes": 1,
    "max_document_bytes": 1,
    "engine_connections": 1,
}


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
    wanted, ja, en = _TYPES[next(str(item.type) for item in fields(Settings) if item.name == name)]
    if type(value) is wanted:
        return value
    try:
        return _WORDS[str(value).lower()] if wanted is bool else wanted(value)
    except (TypeError, ValueError, LookupError) as error:
        raise SettingsError(
            f"設定「{name}」の値「{value}」は{ja}ではありません。",
            f"setting {name}: {value!r} is no {en}",
        ) from error


_TYPES: dict[str, tuple[type, str, str]] = {
    "str": (str, "文字列", "text"),
    "int": (int, "整数", "whole number"),
    "Path": (Path, "パス", "path"),
    "bool": (bool, " true か false ", "true or false"),
}
_WORDS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
