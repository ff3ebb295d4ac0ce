"""Profiles of plans' own: what they name as furniture was public, and is withheld from format 3 on.

Nothing is decided here: either somebody says that it stays public, or that it is withheld.
"""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

import tomlkit
from tomlkit.items import AbstractTable

from keikaku.errors import ProfileError
from keikaku.records.planfile import read_planfile
from keikaku.upgrade.files import replace_file
from keikaku.upgrade.told import Kind, Told

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_FURNITURE, _SHOWN = "furniture", "shown"
_NAMES = ("lines", "rows")
_HEADER = re.compile(rf"^(\s*\[\s*){_FURNITURE}(\s*\])", re.MULTILINE)


def upgrade_profile(folder: Path, *, keep: bool, was_public: bool) -> Iterable[Told]:
    """Move the furniture of a plan's own profile to what is shown, or tell that it is withheld.

    It is moved where `keep` says so; told where it `was_public` and nobody has decided. Raises
    PlanFileError or ProfileError for what cannot be read, SettingsError where it cannot be written.
    """
    path = folder / f"{read_planfile(folder).keys.profile}.toml"
    if not path.is_file():
        return ()
    try:
        text = path.read_text(encoding="utf-8-sig")
        said = tomllib.loads(text).get(_FURNITURE)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProfileError(
            "読み方が TOML として読めません。", f"the profile is not TOML: {error}", file=str(path)
        ) from error
    if not isinstance(said, dict) or _SHOWN in said or not any(said.get(n) for n in _NAMES):
        return ()
    where = f"{folder.name}/{path.name}"
    texts = [str(each) for name in _NAMES for each in said.get(name, ())]
    listed = "".join(f"「{each}」" for each in texts)
    if keep:
        try:
            replace_file(path, shown(text).encode())
        except ProfileError as error:
            raise ProfileError(error.ja, error.en, file=where) from error
        return (
            Told(
                Kind.DONE,
                f"{where}: [furniture] を [furniture.shown] に移しました。次の行を、これまで"
                f"どおり公開します: {listed}",
                "moved to [furniture.shown], so that they stay public",
            ),
        )
    if not was_public:
        return ()
    return (
        Told(
            Kind.DECIDE,
            f"{where}: これまで公開していた次の行は、次の build から公開されません: {listed}。"
            "公開を続けるなら [furniture.shown] に移します(keikaku upgrade --keep-furniture)。"
            "公開しないなら、空の [furniture.shown] を書き足します",
            "these lines were public and will be withheld; --keep-furniture moves them to "
            "[furniture.shown], an empty [furniture.shown] says that they are withheld",
        ),
    )


def shown(text: str) -> str:
    """Return a profile with its furniture as what is shown; all else stays as it is written.

    Raises ProfileError where it is written in a way that has to be changed by hand.
    """
    before = tomllib.loads(text)
    wanted = {**before, _FURNITURE: {_SHOWN: before[_FURNITURE]}}
    headed = _HEADER.sub(rf"\1{_FURNITURE}.{_SHOWN}\2", text, count=1)
    made = headed if headed != text else _moved(text)
    if tomllib.loads(made) != wanted:
        raise ProfileError(
            "furniture を [furniture.shown] に移せません。手で直してください。",
            "furniture cannot be moved to [furniture.shown]; do it by hand",
        )
    return made


def _moved(text: str) -> str:
    """Return a profile whose furniture has no header of its own, as what is shown."""
    profile = tomlkit.parse(text)
    furniture = profile[_FURNITURE]
    assert isinstance(furniture, AbstractTable)  # noqa: S101  (tomllib has read it as a table)
    moved = tomlkit.inline_table()
    for name in _NAMES:
        if name in furniture:
            moved.append(name, furniture.pop(name))
    furniture.append(_SHOWN, moved)
    return tomlkit.dumps(profile)
