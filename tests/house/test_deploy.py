"""The examples for operation: each can be used as it is, and says what the program says."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from keikaku.cli import parser
from keikaku.settings import Settings, settings_from
from keikaku.web.operation.connection import Connection
from keikaku.web.operation.limits import Buckets
from keikaku.web.operation.server import GRACE_SECONDS, KEEP_ALIVE_SECONDS
from keikaku.web.operation.trusted import trusted_proxies
from keikaku.web.sparql.endpoint import MAX_BODY_BYTES

REPOSITORY = Path(__file__).parents[2]
DEPLOY = REPOSITORY / "service" / "deploy"
UNITS = ["keikaku.service", "keikaku-publish.service"]
COMMAND = "/opt/keikaku/bin/keikaku"


def text(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def unit(name: str) -> dict[str, str]:
    """Return the directives of a unit; those that repeat are joined."""
    found: dict[str, str] = {}
    for line in text(name).splitlines():
        if line and not line.startswith(("#", "[")):
            key, equals, value = line.partition("=")
            assert equals, line
            found[key] = f"{found[key]} {value}" if key in found else value
    return found


@pytest.fixture
def settings() -> Settings:
    """The settings of the example, with nothing else in force."""
    return settings_from({}, {}, DEPLOY / "keikaku.toml")


def test_the_settings_are_for_the_open_internet_behind_a_proxy(settings: Settings) -> None:
    assert settings.requests_per_minute == 120
    assert "30 of them may come at once" in text("keikaku.toml")
    assert Buckets(settings.requests_per_minute).size == 30
    assert trusted_proxies(settings) == ["127.0.0.1", "::1"]
    assert settings.host == "127.0.0.1"
    assert settings.base.startswith(settings.site)
    assert (settings.log_requests, settings.log_queries, settings.log_addresses) == (
        True,
        *[False] * 2,
    )


def test_the_settings_are_all_of_this_program() -> None:
    given = tomllib.loads(text("keikaku.toml"))
    assert all(
        type(value) is type(getattr(Settings(), name)) or name in ("plans", "releases")
        for name, value in given.items()
    )
    assert len(given) >= 12


def words_of(name: str) -> list[str]:
    program, *arguments = shlex.split(unit(name)["ExecStart"])
    assert program == COMMAND
    return arguments


def test_the_unit_of_the_site_runs_a_command_that_there_is() -> None:
    assert parser().parse_args(words_of("keikaku.service")).run.__name__ == "serve"


def test_the_unit_of_the_publishing_api_runs_a_command_that_there_is() -> None:
    assert parser().parse_args(words_of("keikaku-publish.service")).run.__name__ == "publish_api"


@pytest.mark.parametrize("name", UNITS)
def test_systemd_takes_the_unit(name: str, tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        assert unit(name)["Type"] == "exec"
        return
    copy = tmp_path / name
    copy.write_text(text(name).replace(COMMAND, sys.executable), encoding="utf-8")
    for check in (["verify", "--man=no"], ["security", "--offline=yes", "--threshold=25"]):
        done = subprocess.run(  # noqa: S603  (systemd's own judge)
            ["systemd-analyze", *check, str(copy)],  # noqa: S607
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert "Unknown" not in done.stderr


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_leaves_what_the_workers_need_and_nothing_else(name: str) -> None:
    found = unit(name)
    assert found["KillMode"] == "mixed"  # SIGTERM for the server, not for a worker in a query
    assert found["OOMPolicy"] == "continue"
    assert set(found["RestrictNamespaces"].split()) == {"user", "net"}
    assert "AF_UNIX" in found["RestrictAddressFamilies"]
    assert found["SystemCallFilter"] == "@system-service"
    assert (found["NoNewPrivileges"], found["ProtectSystem"]) == ("yes", "strict")
    assert found["User"] not in ("root", "")


def test_who_serves_writes_nowhere_and_who_publishes_only_beside_the_plans(
    settings: Settings,
) -> None:
    assert not {"ReadWritePaths", "StateDirectory"} & unit("keikaku.service").keys()
    [writable] = unit("keikaku-publish.service")["ReadWritePaths"].split()
    assert {settings.plans.parent, settings.releases.parent} == {Path(writable)}
    assert unit("keikaku-publish.service")["IPAddressDeny"] == "any"


def test_the_token_comes_from_a_file_of_its_own() -> None:
    assert "KEIKAKU_PUBLISH_TOKEN_HASH=" in text("keikaku-publish.service")
    assert "publish_token_hash" not in text("keikaku.toml")
    assert "publish_token_hash" in Settings.__dataclass_fields__


def test_there_is_time_to_finish_what_runs(settings: Settings) -> None:
    grace = settings.max_query_seconds + GRACE_SECONDS
    assert int(unit("keikaku.service")["TimeoutStopSec"]) > grace
    assert int(re.findall(r"--stop-timeout (\d+)", text("Containerfile"))[0]) > grace


def nginx() -> dict[str, list[str]]:
    """Return the directives of the proxy, after a look at the whole."""
    code = re.sub(r"#.*", "", text("nginx.conf"))
    assert code.count("{") == code.count("}")
    found: dict[str, list[str]] = {}
    for statement in re.split(r"[;{}]", code):
        if words := statement.split(None, 1):
            found.setdefault(words[0], []).append(" ".join(words[1:]))
    assert all(re.fullmatch(r"[a-z_0-9]+", name) for name in found)
    return found


def seconds(value: str) -> int:
    return int(value.removesuffix("s"))


def size(value: str) -> int:
    return int(value[:-1]) * {"k": 1024, "m": 1024**2}[value[-1]]


def test_the_proxy_leads_to_the_server_and_waits_longer_than_it(settings: Settings) -> None:
    found = nginx()
    assert found["server"][0] == f"{settings.host}:{settings.port}"
    assert found["proxy_http_version"] == ["1.1"]
    [waits] = found["proxy_read_timeout"]
    assert seconds(waits) > settings.max_query_seconds + GRACE_SECONDS
    assert seconds(found["keepalive_timeout"][0]) < KEEP_ALIVE_SECONDS
    assert found["proxy_next_upstream"] == ["off"]
    assert found["gzip"] == ["off"]


def test_the_proxy_passes_no_word_of_the_client_about_itself() -> None:
    headers = dict(value.split(None, 1) for value in nginx()["proxy_set_header"])
    assert headers["X-Forwarded-For"] == "$remote_addr"
    assert headers["X-Forwarded-Proto"] == "$scheme"
    assert headers["X-Request-Id"] == "$request_id"
    assert "proxy_add_x_forwarded_for" not in text("nginx.conf")


def test_the_proxy_lets_through_what_the_server_takes_and_ends_what_does_not_end() -> None:
    found = nginx()
    number, buffer = found["large_client_header_buffers"][0].split()
    assert size(buffer) >= Connection.max_address_bytes
    assert int(number) * size(buffer) >= Connection.max_head_bytes
    assert size(found["client_max_body_size"][0]) >= MAX_BODY_BYTES
    assert seconds(found["client_header_timeout"][0]) <= Connection.head_seconds
    assert seconds(found["client_body_timeout"][0]) <= Connection.body_seconds


def test_the_proxy_keeps_from_the_public_what_is_the_operators() -> None:
    for path in ("/metrics", "/readyz"):
        block = re.search(rf"location = {path} \{{(.*?)\}}", text("nginx.conf"), re.DOTALL)
        assert block
        assert block[1].split() == ["return", "404;"]


def test_nginx_takes_the_proxy(tmp_path: Path) -> None:
    if not shutil.which("nginx"):
        assert len(nginx()) > 25
        return
    server = re.sub(r"(?m)^    (listen .*443|ssl_).*\n", "", text("nginx.conf"))
    whole = tmp_path / "nginx.conf"
    whole.write_text(
        f"pid {tmp_path}/pid; events {{}} http {{ access_log off; {server} }}", encoding="utf-8"
    )
    done = subprocess.run(  # noqa: S603  (nginx's own judge)
        ["nginx", "-t", "-e", "stderr", "-p", str(tmp_path), "-c", str(whole)],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def instructions() -> list[tuple[str, str]]:
    """Return the instructions of the container file with their arguments."""
    code = re.sub(r"(?m)^#.*\n", "", text("Containerfile")).replace("\\\n", " ")
    lines = [line.strip() for line in code.splitlines() if line.strip()]
    return [(line.split()[0], line.split(None, 1)[1]) for line in lines]


def test_the_container_is_made_from_files_that_there_are() -> None:
    copied = [
        source
        for name, arguments in instructions()
        if name == "COPY" and not arguments.startswith("--from")
        for source in arguments.split()[:-1]
    ]
    assert {"pyproject.toml", "README.md", "LICENSE", "service"} <= set(copied)
    assert [source for source in copied if not (REPOSITORY / source).exists()] == []
    included = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
        "hatch"
    ]["build"]["targets"]["wheel"]["force-include"]
    assert {Path(source).parts[0] for source in included} <= set(copied)


def test_the_container_serves_as_nobody_special_and_says_how_it_is() -> None:
    given = instructions()
    runs = {name: arguments for name, arguments in given if name != "RUN"}
    assert runs["USER"] == "keikaku"
    assert "/healthz" in runs["HEALTHCHECK"]
    assert [runs["ENTRYPOINT"], runs["CMD"]] == ['["keikaku"]', '["serve"]']
    environment = dict(word.split("=", 1) for word in runs["ENV"].split())
    settings = settings_from({}, environment, Path("none"))
    assert (settings.host, settings.port) == ("0.0.0.0", int(runs["EXPOSE"]))  # noqa: S104
    assert settings.releases.is_relative_to(runs["VOLUME"])


def test_what_is_for_the_operator_is_not_in_the_package() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == ["service/keikaku"]
    assert not DEPLOY.is_relative_to(REPOSITORY / "service" / "keikaku")
