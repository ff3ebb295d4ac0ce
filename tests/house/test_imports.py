"""Imports point one way: from source on the left to web and commands on the right."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import keikaku

PACKAGE = Path(keikaku.__file__).parent
GROUND_FLOOR = {
    "errors",
    "codes",
    "matching",
    "names",
    "text",
    "assets",
    "settings",
    "annotated",
    "closed",
    "deadline",
    "entities",
    "open_internet",
    "processes",
    "standing",
}
ROOMS = ["source", "records", "graph", "checks", "release", "store", "answers", "web"]
ABOVE = [
    "starting",
    "prepared",
    "build",
    "present",
    "harvest",
    "publish",
    "deposit",
    "publish_api",
    "upgrade",
    "commands",
    "cli",
]
MODULES = sorted(PACKAGE.rglob("*.py"))


def room_of(module: str) -> str:
    """The room, or the module itself where it stands in none."""
    return module.split(".")[1] if "." in module else ""


def imported(path: Path) -> set[str]:
    """The rooms of keikaku that a module imports, also for types and inside functions."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
            if node.module == "keikaku":
                names = [f"keikaku.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        found |= {room_of(name) for name in names if name.split(".")[0] == "keikaku"}
    return found - {"", "__version__"}


def allowed(path: Path) -> set[str]:
    """The rooms that a module may import: its own, those on its left, and the ground floor."""
    place = path.relative_to(PACKAGE).parts
    own = place[0].removesuffix(".py")
    if own in GROUND_FLOOR:
        return set(GROUND_FLOOR)
    if own in ROOMS:
        return GROUND_FLOOR | set(ROOMS[: ROOMS.index(own) + 1])
    return GROUND_FLOOR | set(ROOMS) | set(ABOVE[: ABOVE.index(own) + 1])


def test_every_room_is_known() -> None:
    tops = {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in MODULES}
    assert tops - {"__init__"} == GROUND_FLOOR | set(ROOMS) | set(ABOVE)
    assert len(MODULES) > 30


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_from_its_left(path: Path) -> None:
    if path == PACKAGE / "__init__.py":
        assert imported(path) == set()
    else:
        assert imported(path) <= allowed(path)


def test_no_two_modules_import_each_other() -> None:
    graph: dict[str, set[str]] = {}
    for path in MODULES:
        name = ".".join(("keikaku", *path.relative_to(PACKAGE).with_suffix("").parts))
        tree = ast.parse(path.read_text(encoding="utf-8"))
        graph[name] = {
            node.module
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module
        }
    finished: set[str] = set()

    def visit(name: str, above: tuple[str, ...]) -> None:
        assert name not in above, " -> ".join((*above, name))
        if name in graph and name not in finished:
            for other in graph[name]:
                visit(other, (*above, name))
            finished.add(name)

    for name in graph:
        visit(name, ())
