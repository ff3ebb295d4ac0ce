"""Plans made ready for a release, kept on the disk: what has not changed is not made again.

In the folder of releases lies a hidden one, in it one for each version of the program, and in that
a file for each plan and for each city. Its name is the hash of all that the plan is made from: its
files, the settings that count, and the program with its vocabulary, rules, shapes and profiles. So
what is found is right, whoever made it, and the folder may be removed at any time. What was not
used for longest goes when it grows too large.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import time
import unicodedata
import zipfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter
from pyoxigraph import RdfFormat, parse

from keikaku.assets import shipped
from keikaku.checks.check import Checked
from keikaku.checks.report import Report
from keikaku.errors import PlanFileError, ReleaseError
from keikaku.names import CityNames, PlanNames
from keikaku.records.harvested import HARVEST_FILE, harvested_in
from keikaku.release.content import report_files
from keikaku.release.dumps import canonical
from keikaku.release.made_ready import HIDDEN
from keikaku.release.portions.archive import names_in, read_made, write_archive
from keikaku.release.portions.portion import KeptPortion, is_kept
from keikaku.release.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from pyoxigraph import Quad

    from keikaku.records.harvested import Harvested
    from keikaku.release.portions.portion import MadePortion
    from keikaku.settings import Settings

_PACKAGE = Path(__file__).resolve().parent
_SHIPPED = ("ontology", "shapes", "profiles", "codes")
_CODE = frozenset({".py", ".rq", ".toml"})
_REPORT = TypeAdapter(Report)
_NAMES, _LINES, _FINDINGS = "names.json", "lines.nq", "report.json"
_APART, _DOCUMENTS = "apart/", "documents/"
_PLAN, _CITY = "plan", "city"
_VERSION_LENGTH = 16
_HALF_WRITTEN_FOR = 24 * 60 * 60
"""Seconds after which nobody is still writing a file."""


@dataclass(frozen=True, slots=True)
class Made:
    """A plan as it was just made: names, quads, and what its checks found.

    `apart` are quads that may not be mixed with the rest, by the name of their dataset; `harvest`
    is the harvest.toml of a plan that was taken from another site, `documents` are the files that
    are offered for download, by name.
    """

    names: PlanNames
    quads: Iterable[Quad]
    apart: Mapping[str, Iterable[Quad]]
    checked: Checked
    harvest: bytes = b""
    documents: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KeptPart:
    """A plan's part in a release, read from the disk when it is asked for."""

    name: str
    path: Path

    @property
    def names(self) -> PlanNames:
        """The names of its graphs."""
        said = json.loads(read_made(self.path, _NAMES))
        return PlanNames(CityNames(said["base"], said["code"]), said["name"])

    @property
    def key(self) -> str:
        """The hash of all that it is made from."""
        return self.path.stem

    @property
    def taken_from(self) -> Harvested | None:
        """Where it was taken from, if it is another publisher's."""
        if HARVEST_FILE not in names_in(self.path):
            return None
        return harvested_in(read_made(self.path, HARVEST_FILE))

    @property
    def report(self) -> Report:
        """The report of its checks."""
        return _REPORT.validate_json(read_made(self.path, _FINDINGS))

    @property
    def checked(self) -> Checked:
        """What its checks found."""
        return Checked(self.report, self.report_files()["ttl"])

    @property
    def apart(self) -> Mapping[str, bytes]:
        """Its linksets that stand in files of their own alone, as N-Quads by their target."""
        return self._below(_APART)

    @property
    def documents(self) -> Mapping[str, bytes]:
        """Its documents that are offered for download, by name."""
        return self._below(_DOCUMENTS)

    def _below(self, folder: str) -> dict[str, bytes]:
        names = (name for name in names_in(self.path) if name.startswith(folder))
        return {name.removeprefix(folder): read_made(self.path, name) for name in names}

    def report_files(self) -> Mapping[str, bytes]:
        """Return the report in the formats in which it is published, by their suffixes."""
        names = (name for name in names_in(self.path) if name.startswith("report."))
        return {
            name.removeprefix("report."): read_made(self.path, name)
            for name in names
            if name != _FINDINGS
        }


@dataclass(frozen=True, slots=True)
class Prepared:
    """A plan made ready for a release: its folder, its names, its part, its quads on the disk."""

    folder: Path
    names: PlanNames
    part: KeptPart

    @property
    def key(self) -> str:
        """The hash of all that it is made from."""
        return self.part.key

    def quads(self) -> Iterator[Quad]:
        """Yield the quads of the plan's own graphs and its city's."""
        return parse(read_made(self.part.path, _LINES), format=RdfFormat.N_QUADS)


class PreparedPlans:
    """The plans and cities that are kept beside the releases."""

    def __init__(self, settings: Settings) -> None:
        """Keep them in the folder of releases; raises ReleaseError where that is none."""
        made_by = version_of_program()  # found out once, before processes are forked
        shelf = Shelf(settings.releases)
        shelf.make()
        self._settings = settings
        self._all = shelf.folder / HIDDEN
        self._folder = self._all / made_by
        with _writing(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)

    def plan(self, folder: Path, make: Callable[[], Made], *, swiftly: bool = False) -> Prepared:
        """Return the plan in `folder`, made by `make` if it is not kept.

        One that pySHACL judged will do where it may be judged `swiftly`, not the other way round.
        """
        thorough, swift = (self._place(self._key_of(folder, swiftly=how)) for how in (False, True))
        path = swift if swiftly and not _is_plan(thorough) else thorough
        if not _is_plan(path):
            made = make()
            if self._place(self._key_of(folder, swiftly=path == swift)) != path:
                raise PlanFileError(
                    "読んでいる間に計画のフォルダが変わりました。もう一度実行してください。",
                    "the plan's folder changed while it was read; try again",
                    file=str(folder),
                )
            with _writing(path):
                path.parent.mkdir(parents=True, exist_ok=True)
                write_archive(path, _plan_files(made))
        part = KeptPart(folder.name, path)
        return Prepared(folder, part.names, part)

    def city(self, plans: Iterable[Prepared], make: Callable[[], MadePortion]) -> KeptPortion:
        """Return the portion of a city with these plans, made by `make` if it is not kept."""
        key = _hashed(program(), *(plan.key.encode() for plan in plans))
        path = self._folder / _CITY / f"{key}.zip"
        if not is_kept(path):
            made = make()
            with _writing(path):
                path.parent.mkdir(parents=True, exist_ok=True)
                made.keep(path)
        with _writing(path):
            os.utime(path)
        return KeptPortion(path)

    def forget(self, names: PlanNames, but: Collection[Path] = ()) -> None:
        """Remove all that is kept of a plan, and of its city, `but` what is to stay.

        Whatever version of the program made it is removed too.
        """
        for path in self._all.rglob("*.zip"):
            if path not in but and _is_of(path, names):
                with _writing(path):
                    path.unlink(missing_ok=True)

    def tidy(self, used: Collection[Path] = ()) -> None:
        """Remove what was not used for longest, as far as more is kept than the settings allow.

        What is `used` still stays. What a process that was ended left half written goes too, a day
        after.
        """
        for path in self._all.rglob(".*"):
            with suppress(FileNotFoundError):
                if time.time() - path.stat().st_mtime > _HALF_WRITTEN_FOR:
                    path.unlink()
        found = {}
        for path in self._all.rglob("*.zip"):
            with suppress(FileNotFoundError):  # another build tidies too
                found[path] = path.stat()
        size = sum(said.st_size for said in found.values())
        for path, said in sorted(found.items(), key=lambda pair: pair[1].st_mtime_ns):
            if size <= self._settings.max_prepared_bytes:
                return
            if path not in used:
                path.unlink(missing_ok=True)
                size -= said.st_size

    def _place(self, key: str) -> Path:
        return self._folder / _PLAN / f"{key}.zip"

    def _key_of(self, folder: Path, *, swiftly: bool) -> str:
        return key_of_plan(folder, self._settings, swiftly=swiftly)


def key_of_plan(folder: Path, settings: Settings, *, swiftly: bool) -> str:
    """Return the hash of all that a plan is made from, and of how it is judged.

    Raises PlanFileError where a file of it cannot be read.
    """
    parts = [program(), settings.base.encode(), folder.name.encode(), b"%d" % swiftly]
    parts.append(str(settings.max_document_bytes).encode())
    for path in _files_in(folder):
        parts += [str(path.relative_to(folder)).encode(), _digest(path)]
    return _hashed(*parts)


def _is_of(path: Path, names: PlanNames) -> bool:
    """Tell whether a file is of a plan or holds it among its city's; a damaged one may be."""
    try:
        if _NAMES in names_in(path):
            return bool(json.loads(read_made(path, _NAMES)) == _said_of(names))
        return names.plan.value.encode() in KeptPortion(path).subject_lines().splitlines()
    except (OSError, zipfile.BadZipFile, ReleaseError):
        return True


def _said_of(names: PlanNames) -> dict[str, str]:
    return {"base": names.city.base, "code": names.city.code, "name": names.name}


def _plan_files(made: Made) -> dict[str, bytes]:
    return {
        _NAMES: json.dumps(_said_of(made.names)).encode(),
        **({HARVEST_FILE: made.harvest} if made.harvest else {}),
        _LINES: canonical(made.quads),
        _FINDINGS: _REPORT.dump_json(made.checked.report),
        **{f"report.{suffix}": body for suffix, body in report_files(made.checked).items()},
        **{f"{_APART}{name}": canonical(some) for name, some in made.apart.items()},
        **{f"{_DOCUMENTS}{name}": body for name, body in made.documents.items()},
    }


@cache
def program() -> bytes:
    """Return a hash of all that plans are made by: code, vocabulary, rules, shapes, profiles."""
    parts = [sys.version.encode(), unicodedata.unidata_version.encode()]
    for folder in (_PACKAGE, *map(shipped, _SHIPPED)):
        for path in _files_in(folder):
            if folder != _PACKAGE or path.suffix in _CODE:
                parts += [str(path.relative_to(folder)).encode(), _digest(path)]
    with suppress(PackageNotFoundError):
        for wanted in sorted(requires("keikaku") or ()):
            name = re.split(r"[^\w.-]", wanted)[0]
            with suppress(PackageNotFoundError):
                parts.append(f"{name} {version(name)}".encode())
    return _hashed(*parts).encode()


def version_of_program() -> str:
    """Return the name of the folder of what this very program has made ready."""
    return program().decode()[:_VERSION_LENGTH]


def _files_in(folder: Path) -> list[Path]:
    """Return the files in a folder and below it, but for hidden ones and what Python compiles."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and not any(
            part.startswith(".") or part == "__pycache__" for part in path.relative_to(folder).parts
        )
    )


def _digest(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError as error:
        raise PlanFileError(
            f"ファイルが読めません({error.strerror})。",
            f"the file cannot be read: {error.strerror}",
            file=str(path),
        ) from error


def _hashed(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def _is_plan(path: Path) -> bool:
    """Tell whether a whole plan is kept there; then it counts as used."""
    try:
        found = set(names_in(path))
        os.utime(path)
    except (OSError, zipfile.BadZipFile):
        return False
    return found.issuperset((_NAMES, _LINES, _FINDINGS))


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Let a failure of the disk be told as one of the release."""
    try:
        yield
    except OSError as error:
        raise ReleaseError(
            f"準備した計画を書けません: {error.strerror}。前のリリースはそのままです。",
            f"a plan made ready cannot be written: {error.strerror}; the release stays as it is",
            file=str(path),
        ) from error
