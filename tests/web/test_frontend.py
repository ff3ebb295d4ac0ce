"""The front end's packages and what is built of them: nothing says where it came from or asks."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from keikaku.web.rendering import BUILT, POLICY

REPOSITORY = Path(__file__).parents[2]
FRONTEND = REPOSITORY / "service" / "frontend"
SITE_CSS = REPOSITORY / "service" / "keikaku" / "web" / "static" / "site.css"
FETCHED = re.compile(
    r"""(?:fetch|import|importScripts|Worker|EventSource)\(\s*["'`](?:https?:)?//"""
    r"""|url\(\s*["']?(?:https?:)?//|@import\s+["'](?:https?:)?//"""
    r"""|\.src\s*=\s*["'`](?:https?:)?//"""
)
ASKED_BY_YASGUI = (
    "lov.linkeddata.es",
    "dbpedia.org/sparql",
    "query.wikidata.org",
    "docs.triply.cc",
)

needs_bundle = pytest.mark.skipif(
    not (BUILT / "editor.js").is_file(), reason="make frontend did not run: npm is not here"
)


def test_the_lock_file_names_no_registry() -> None:
    lock = json.loads((FRONTEND / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: said for name, said in lock["packages"].items() if name}
    assert "node_modules/@zazuko/yasgui" in packages
    assert not any("resolved" in said for said in packages.values())
    assert all(said["integrity"].startswith("sha512-") for said in packages.values())
    assert "omit-lockfile-registry-resolved=true" in (FRONTEND / ".npmrc").read_text()


def test_every_package_is_bounded_above() -> None:
    said = json.loads((FRONTEND / "package.json").read_text(encoding="utf-8"))
    assert said["private"] is True
    for bounds in (said["dependencies"] | said["devDependencies"]).values():
        assert re.fullmatch(r">=\d+(\.\d+)* <\d+|\^\d+(\.\d+)*", bounds)


def test_what_is_built_is_no_part_of_the_source_and_a_part_of_the_wheel() -> None:
    place = "service/keikaku/web/static/built/"
    assert place in (REPOSITORY / ".gitignore").read_text().splitlines()
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    artifacts = project["tool"]["hatch"]["build"]["targets"]["wheel"]["artifacts"]
    assert f"{place}**" in artifacts


def test_a_page_may_fetch_from_this_site_alone() -> None:
    assert "default-src 'self'" in POLICY
    assert "http" not in POLICY
    assert "unsafe-eval" not in POLICY
    assert "script-src" not in POLICY


@needs_bundle
@pytest.mark.parametrize("kind", ["*.js", "*.css"])
def test_nothing_that_was_built_fetches_from_another_host(kind: str) -> None:
    files = list(BUILT.glob(kind))
    assert files
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert not FETCHED.search(text), file.name
        assert not any(host in text for host in ASKED_BY_YASGUI), file.name
        assert "sourceMappingURL" not in text


@needs_bundle
def test_every_package_in_the_bundle_has_its_licence_beside_it() -> None:
    text = (BUILT / "licences.txt").read_text(encoding="utf-8")
    said = json.loads((FRONTEND / "package.json").read_text(encoding="utf-8"))
    for name in (*said["dependencies"], "@zazuko/yasqe", "@zazuko/yasr", "codemirror", "zrender"):
        assert re.search(rf"^{re.escape(name)} \d", text, re.MULTILINE), name
    for part in text.split("-" * 72):
        head, _, licence = part.strip().partition("\n\n")
        assert licence or not head.endswith("see below"), head


@needs_bundle
def test_our_colours_are_those_of_the_design_system() -> None:
    tokens = dict(re.findall(r"(--[\w-]+):\s*([^;]+);", (BUILT / "tokens.css").read_text()))
    used = re.findall(r"var\((--[\w-]+), ([^)]+)\)", SITE_CSS.read_text(encoding="utf-8"))
    assert len(used) > 10
    for name, fallback in used:
        assert _whole(tokens[name]) == _whole(fallback), name


def _whole(value: str) -> str:
    """A value in one way of writing: #fff is #ffffff, .5rem is 0.5rem."""
    if re.fullmatch(r"#[0-9a-f]{3}", value):
        return "#" + "".join(digit * 2 for digit in value[1:])
    return re.sub(r"^\.", "0.", value)
