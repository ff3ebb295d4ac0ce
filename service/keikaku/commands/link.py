"""keikaku link: finds what plans may be linked with, and keeps it where people decide on it."""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from keikaku.build import asserted_of, plan_folders, read_source
from keikaku.closed import Bilingual
from keikaku.commands.output import progress, say
from keikaku.errors import KeikakuError, LinkError
from keikaku.graph.dataset import vocabulary
from keikaku.graph.link.builtin import BUILT_IN, DATASETS
from keikaku.graph.link.dataset import is_web
from keikaku.graph.link.find import found_in, targets_in
from keikaku.graph.link.merge import merged
from keikaku.graph.link.ours import Things
from keikaku.graph.link.sheet import (
    Status,
    read_sheet,
    sheet_path,
    today,
    write_sheet,
)
from keikaku.graph.link.target import (
    ROLES,
    TargetKeys,
    read_target,
    target_path,
    written_target,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from keikaku.errors import Problem
    from keikaku.graph.link.merge import Merged
    from keikaku.settings import Settings

Arguments = dict[str, Any]

_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_FLAGS = ("title", "address", "licence", "kinds", "type", "encoding")


def link_plans(settings: Settings, given: Arguments) -> bool:
    """Look for links of each plan to each target, and write them where they can be decided on."""
    problems: list[Problem] = []
    query = _query(given.get("query"))
    for folder in plan_folders(settings.plans):
        source = read_source(folder, settings)
        graphs = asserted_of(source, settings.base)
        things = Things(graphs.quads | vocabulary(), graphs.names)
        for target in _targets(folder, given):
            progress(f"{folder.name}: {target}")
            try:
                if not given.get("with"):
                    _check_place(folder, target)
                proposals = found_in(
                    target,
                    folder,
                    things,
                    graphs.names,
                    max_bytes=settings.max_document_bytes,
                    query=query,
                )
                path = sheet_path(folder, target)
                rows = merged(read_sheet(path), proposals, today())
                if rows.matches:
                    write_sheet(path, rows.matches)
                say(_told(folder, target, path, rows))
            except KeikakuError as error:  # what one target is refused for, the others are not
                problems += error.problems
    if problems:
        raise LinkError.of(problems)
    return True


def _query(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise LinkError(
            "問い合わせのファイルが読めません。", f"it cannot be read: {error}", file=str(path)
        ) from error


def _targets(folder: Path, given: Arguments) -> tuple[str, ...]:
    """Return the targets that are asked for; data named by --with are described first."""
    named = given.get("target")
    if given.get("with"):
        name = named or _name_of(given["with"])
        _describe(folder, name, given)
        return (name,)
    return (named,) if named else targets_in(folder)


def _check_place(folder: Path, target: str) -> None:
    """Refuse a file that nobody has named in this run, and that lies outside of where we work.

    We work in the working folder, among the plans, and in the folder that `plans/` lies in.

    A plan's folder may come from somebody else, with what it says of the files of this machine.
    """
    about = target_path(folder, target)
    if not about.is_file():
        return
    source = read_target(about).source
    if is_web(source):
        return
    path = (folder / source).resolve()
    plans = folder.resolve().parent
    near = (Path.cwd(), plans, plans.parent if plans.name == "plans" else plans)
    if not any(path.is_relative_to(each) for each in near):
        raise LinkError(
            f"source「{source}」は計画の置き場所の外のファイルです。読むには"
            f" --with {path} --target {target} で指定してください。",
            f"the source {source!r} lies outside the folder of plans; name it by "
            f"--with {path} --target {target}",
            file=str(about),
        )


def _name_of(source: str) -> str:
    """Return a name for a dataset: of its file, else of its host."""
    parts = urlsplit(source) if is_web(source) else None
    text = Path(parts.path if parts else source).stem or ""
    host = parts.hostname if parts else None
    for candidate in (text, host or ""):
        name = re.sub(r"[^a-z0-9]+", "-", candidate.lower()).strip("-")
        if name and name not in (*BUILT_IN, *DATASETS, "sparql", "query"):
            return name
    raise LinkError(
        f"「{source}」から名が作れません。--target で名を付けてください。",
        f"no name can be made of {source!r}; give one by --target",
    )


def _describe(folder: Path, name: str, given: Arguments) -> None:
    """Write what is said of a dataset, on top of what was said of it before."""
    if not _NAME.fullmatch(name) or name in (*BUILT_IN, *DATASETS):
        raise LinkError(
            f"「{name}」はリンク先の名にできません。英小文字、数字、- の新しい名にしてください。",
            f"{name!r} cannot be the name of a target; use a-z, 0-9 and -, and no name that is "
            f"known already ({', '.join((*BUILT_IN, *DATASETS))})",
        )
    path = target_path(folder, name)
    known = read_target(path).model_dump() if path.is_file() else {}
    source = given["with"]
    if not is_web(source):
        source = Path(os.path.relpath(Path(source).resolve(), folder)).as_posix()
    new = {key: given[key] for key in _FLAGS if given.get(key)}
    if "title" in new:
        new["title"] = Bilingual(ja=new["title"], en=new["title"])
    elif "title" not in known:
        new["title"] = Bilingual(ja=name, en=name)
    columns = {**known.get("columns", {}), **_columns(given.get("column") or ())}
    try:
        keys = TargetKeys.model_validate({**known, **new, "source": source, "columns": columns})
    except ValueError as error:
        raise LinkError(
            f"リンク先「{name}」の指定が使えません: {error}",
            f"what is said of the target {name!r} cannot be used: {error}",
        ) from error
    path.parent.mkdir(exist_ok=True)
    path.write_text(written_target(keys), encoding="utf-8")


def _columns(given: Iterable[str]) -> dict[str, str]:
    columns: dict[str, str] = {}
    for pair in given:
        role, equals, name = pair.partition("=")
        if not equals or role not in ROLES or not name:
            raise LinkError(
                f"--column「{pair}」は使えません。役割=列名 と書きます。役割: {', '.join(ROLES)}",
                f"--column {pair!r} cannot be used; write ROLE=HEADER, the roles are "
                f"{', '.join(ROLES)}",
            )
        columns[role] = name
    return columns


def _told(folder: Path, target: str, path: Path, rows: Merged) -> str:
    counts = Counter(match.status for match in rows.matches)
    return (
        f"{folder.name} {target}: 新しい候補 {rows.new}、消えたもの {rows.vanished}、"
        f"変わったもの {rows.changed}。未決 {counts[Status.PROPOSED]}、"
        f"承認 {counts[Status.ACCEPTED]}、却下 {counts[Status.REJECTED]}"
        + (f" → {path}" if rows.matches else "")
    )
