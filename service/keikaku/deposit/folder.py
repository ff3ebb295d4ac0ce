"""A plan's folder as files by name: which there may be, and the tag of their state."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from keikaku.deposit.change import DepositError, Reason
from keikaku.errors import PlanFileError
from keikaku.graph.given import GRAPHS_FILE
from keikaku.records.decisions import DECISIONS_FILE
from keikaku.records.planfile import FILE_NAME, read_planfile
from keikaku.source.signature import READ

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from keikaku.records.planfile import PlanFile

PLAN_NAME = re.compile(r"(?P<code>[0-9]{6})-(?P<name>[a-z0-9][a-z0-9-]*)")
_PROFILE = re.compile(r"[a-z0-9][a-z0-9-]*\.toml")
_DOCUMENT = re.compile(r"[^/\\\x00-\x1f.][^/\\\x00-\x1f]*\.[A-Za-z]+")
_LONGEST_NAME = 200


def is_plan_name(name: str) -> bool:
    """Tell whether a plan's folder may have this name: code, hyphen, name."""
    return PLAN_NAME.fullmatch(name) is not None and len(name) <= _LONGEST_NAME


def is_file_name(name: str) -> bool:
    """Tell whether a plan's file may have this name: a .toml of its own, a profile, a document."""
    fits = _PROFILE.fullmatch(name) or (_DOCUMENT.fullmatch(name) and is_document(name))
    return bool(fits) and len(name.encode()) <= _LONGEST_NAME


def check_names(plan: str, files: Iterable[str]) -> None:
    """Raise DepositError unless a plan and files of it may have these names."""
    wrong = [name for name in files if not (is_file_name(name) or name == GRAPHS_FILE)]
    if not is_plan_name(plan):
        raise DepositError(
            Reason.MALFORMED,
            f"「{plan}」は計画の名になりません(352039-kyodo のように、コード、-、名)。",
            f"{plan!r} is no name of a plan, which is its code, a hyphen and its name",
        )
    if wrong:
        raise DepositError(
            Reason.MALFORMED,
            f"「{wrong[0]}」という名のファイルは受け付けません。",
            f"no file of a plan is called {wrong[0]!r}; there are plan.toml, {DECISIONS_FILE}, the "
            f"document ({' '.join(READ)}), profiles (*.toml) and {GRAPHS_FILE}",
        )


def is_document(name: str) -> bool:
    """Tell whether a file of this name is a document."""
    return name.lower().endswith(READ)


def plan_files(folder: Path) -> dict[str, bytes]:
    """Return the files of a plan: plan.toml, its document, decisions, profiles and graphs."""
    try:
        document = read_planfile(folder).keys.document
    except PlanFileError:  # it was damaged by hand; what is put next may mend it
        document = ""
    known = (FILE_NAME, DECISIONS_FILE, GRAPHS_FILE, document)
    return {
        path.name: path.read_bytes()
        for path in sorted(folder.glob("*"))
        if path.is_file() and (path.name in known or _PROFILE.fullmatch(path.name))
    }


def check_files(folder: Path, sent: Iterable[str]) -> PlanFile:
    """Return the plan.toml of a changed folder.

    Raises PlanFileError if it cannot be read, DepositError if it is of another plan than the folder
    is named for, or if a document was sent that it does not name.
    """
    planfile = read_planfile(folder)
    name = f"{planfile.keys.municipality.code}-{planfile.keys.plan.name}"
    if name != folder.name:
        raise DepositError(
            Reason.INVALID,
            f"plan.toml は計画 {name} のものですが、送り先は {folder.name} です。",
            f"this plan.toml is of the plan {name}, but it was sent to {folder.name}",
            file=FILE_NAME,
        )
    for other in sent:
        if is_document(other) and other != planfile.keys.document:
            raise DepositError(
                Reason.INVALID,
                f"plan.toml の document は {planfile.keys.document} です。{other} は使われません。",
                f"plan.toml names {planfile.keys.document} as its document, not {other}",
                file=other,
            )
    return planfile


def tag_of(content: bytes) -> str:
    """Return the tag of a file, or of a graph as canonical N-Quads."""
    return hashlib.sha256(content).hexdigest()


def folder_tag(folder: Path) -> str | None:
    """Return the tag of a whole folder with all that lies in it, None where it is not."""
    if not folder.is_dir():
        return None
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(folder)}\0{tag_of(path.read_bytes())}\n".encode())
    return digest.hexdigest()
