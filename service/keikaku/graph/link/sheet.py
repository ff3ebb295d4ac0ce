"""links/<target>.csv: proposals as rows of a table that Excel opens, where people decide on them.

A row is never lost: what a person wrote stays, what is found again is brought up to date, and what
is found no more is marked.
"""

from __future__ import annotations

import csv
import io
import re
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from keikaku.errors import LinkError, Problem
from keikaku.graph.link.proposal import RELATIONS
from keikaku.graph.link.record import Text
from keikaku.names import is_iri
from keikaku.text import parse_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path


FOLDER = "links"
"""The folder of a plan's folder in which its links lie."""

MOST_BYTES = 50_000_000
_JAPAN_AHEAD_OF_UTC = timedelta(hours=9)
_MARKS = (b"\xff\xfe", b"\xfe\xff")
_CLOCK = re.compile(r"\s+[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?$")
ROW = "#row="
"""In the IRI of a record without a name of its own: a place, where another may come to stand."""

VANISHED = "消えた"
"""How it begins that a link is found no more."""

_FORMULA = re.compile(r"^'*[=+\-@\t\r]")


class Status(StrEnum):
    """What a person has decided of a link, if anything."""

    PROPOSED = "提案"
    ACCEPTED = "承認"
    REJECTED = "却下"


_STATUS_WORDS = {
    "": Status.PROPOSED,
    "proposed": Status.PROPOSED,
    "accepted": Status.ACCEPTED,
    "rejected": Status.REJECTED,
}
COLUMNS = {
    "status": "状態",
    "subject_name": "計画の側",
    "object_name": "相手の側",
    "relation": "関係",
    "score": "点数",
    "why_ja": "理由",
    "why_en": "理由(英語)",
    "reviewer": "確認した者",
    "decided": "確認した日",
    "note": "注記",
    "now": "いま",
    "dataset": "相手のデータ",
    "key": "相手の番号",
    "place": "出所",
    "subject": "計画の側の名",
    "object": "相手の側の IRI",
}
"""The columns by what they hold, in their order."""

NEEDED = ("status", "relation", "dataset", "subject", "object")


@dataclass(frozen=True, slots=True)
class Match:
    """A row: a link with its evidence, and what a person has decided of it.

    `subject` is what follows /id/ in the IRI of a thing of the city, so that a change of the base
    changes no row; of what all cities share it is the IRI. `now` is empty as long as the link is
    found as it stands; else it says that it has vanished or changed. `line` is its line in the
    file, `others` the columns that people have added.
    """

    status: Status
    dataset: str
    subject: str
    subject_name: str
    relation: str
    object: str
    object_name: str
    key: str
    score: int | None
    why: Text
    place: str = ""
    reviewer: str = ""
    decided: date | None = None
    note: str = ""
    now: str = ""
    line: int = 0
    others: dict[str, str] = field(default_factory=dict)

    @property
    def pair(self) -> tuple[str, str, str]:
        """What makes it the same link in another run: the thing, the dataset, the record."""
        return self.subject, self.dataset, self.key or self.object


def today() -> date:
    """Return the date in Japan."""
    return (datetime.now(UTC) + _JAPAN_AHEAD_OF_UTC).date()


def sheet_path(folder: Path, target: str) -> Path:
    """Return where the links to a target lie in a plan's folder."""
    return folder / FOLDER / f"{target}.csv"


def read_sheet(path: Path) -> tuple[Match, ...]:
    """Return the rows of a file of links, none where there is no file.

    It may come back from Excel: in UTF-8, UTF-16 or Shift_JIS, with dates as Excel writes them, its
    columns in any order. Raises LinkError, with the line of each row that cannot be used.
    """
    if not path.is_file():
        return ()
    where = f"{path.parent.parent.name}/{FOLDER}/{path.name}"
    rows = _rows(_text(path, where), where)
    if not rows:
        return ()
    reading = _Reading(rows[0][1], where)
    matches = tuple(reading.match(line, cells) for line, cells in rows[1:] if any(cells))
    reading.check(matches)
    return matches


def _text(path: Path, where: str) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise LinkError(
            f"読めません: {error.strerror}", f"it cannot be read: {error.strerror}", file=where
        ) from error
    if len(content) > MOST_BYTES:
        raise LinkError(
            f"大きすぎます(上限 {MOST_BYTES:,} バイト)。",
            f"it has more than {MOST_BYTES:,} bytes",
            file=where,
        )
    for codec in ("utf-16",) if content.startswith(_MARKS) else ("utf-8-sig", "cp932"):
        with suppress(UnicodeDecodeError):
            return content.decode(codec)
    raise LinkError(
        "文字コードが分かりません。Excel で「CSV UTF-8」として保存し直してください。",
        "its encoding is not known; save it as CSV UTF-8",
        file=where,
    )


def _rows(text: str, where: str) -> list[tuple[int, list[str]]]:
    """Return each record with the line on which it begins."""
    first = text.partition("\n")[0]
    delimiter = "\t" if first.count("\t") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows, line = [], 1
    try:
        for cells in reader:
            rows.append((line, [_bare(cell) for cell in cells]))
            line = reader.line_num + 1
    except csv.Error as error:
        raise LinkError(
            "CSV として読めません。引用符が閉じているか確かめてください。",
            f"it cannot be read as CSV ({error}); see whether a quotation is left open",
            file=where,
            line=line,
        ) from error
    return rows


def _bare(cell: str) -> str:
    """Return a cell without the mark that keeps Excel from taking it for a formula."""
    text = cell.strip()
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text


class _Reading:
    """Reads the rows under a header, and gathers what is wrong with them."""

    def __init__(self, header: Sequence[str], where: str) -> None:
        self._where = where
        self._problems: list[Problem] = []
        self._places = {name: at for at, name in enumerate(header)}
        missing = [COLUMNS[name] for name in NEEDED if COLUMNS[name] not in self._places]
        if missing:
            raise LinkError(
                f"列「{'」「'.join(missing)}」がありません。見出しの行を元に戻してください。",
                f"the columns {', '.join(missing)} are missing; put the header back",
                file=where,
                line=1,
            )

    def match(self, line: int, cells: Sequence[str]) -> Match:
        """Return the link of a row; what is wrong in it is noted."""

        def cell(name: str) -> str:
            at = self._places.get(COLUMNS[name], len(cells))
            return cells[at] if at < len(cells) else ""

        return Match(
            status=self._status(cell("status"), line),
            dataset=cell("dataset"),
            subject=cell("subject"),
            subject_name=cell("subject_name"),
            relation=cell("relation"),
            object=cell("object"),
            object_name=cell("object_name"),
            key=cell("key"),
            score=self._score(cell("score"), line),
            why=Text(cell("why_ja"), cell("why_en") or cell("why_ja")),
            place=cell("place"),
            reviewer=cell("reviewer"),
            decided=self._date(cell("decided"), line),
            note=cell("note"),
            now=cell("now"),
            line=line,
            others=self._others(cells),
        )

    def _others(self, cells: Sequence[str]) -> dict[str, str]:
        known = set(COLUMNS.values())
        return {
            name: cells[at]
            for name, at in self._places.items()
            if name and name not in known and at < len(cells)
        }

    def _status(self, word: str, line: int) -> Status:
        if word in set(Status):
            return Status(word)
        if word.lower() not in _STATUS_WORDS:
            self._note(
                line,
                f"状態「{word}」はありません。提案、承認、却下 のどれかにしてください。",
                f"there is no status {word!r}; write 提案 (proposed), 承認 (accepted) or 却下 "
                "(rejected)",
            )
        return _STATUS_WORDS.get(word.lower(), Status.PROPOSED)

    def _score(self, text: str, line: int) -> int | None:
        if not text:
            return None
        with suppress(ValueError):
            score = round(float(text))
            if 0 <= score <= 100:
                return score
        self._note(
            line,
            f"点数「{text}」は 0 から 100 までの数ではありません。",
            f"the score {text!r} is no number from 0 to 100",
        )
        return None

    def _date(self, text: str, line: int) -> date | None:
        if not text:
            return None
        with suppress(ValueError):
            return parse_date(_CLOCK.sub("", text))
        self._note(
            line,
            f"確認した日「{text}」は日付として読めません。2026-04-01 か 令和8年4月1日 のように"
            "書いてください。",
            f"the date {text!r} is none; write it like 2026-04-01 or 令和8年4月1日",
        )
        return None

    def check(self, matches: Iterable[Match]) -> None:
        """Raise LinkError with all that is wrong, in the order of the file."""
        seen: dict[tuple[str, ...], int] = {}
        unread = {problem.line for problem in self._problems}
        for match in matches:
            for ja, en in _faults(match) if match.line not in unread else ():
                self._note(match.line, ja, en)
            place = match.key if ROW in match.object else ""
            said = (match.subject, match.relation, match.object, place)
            first = seen.setdefault(said, match.line)
            if first != match.line:
                self._note(
                    match.line,
                    f"同じリンクが {first} 行目にもあります。一つにしてください。",
                    f"the same link stands on line {first}; keep one of them",
                )
        if self._problems:
            raise LinkError.of(sorted(self._problems, key=lambda problem: problem.line or 0))

    def _note(self, line: int, ja: str, en: str) -> None:
        self._problems.append(Problem(ja, en, self._where, line))


def _faults(match: Match) -> Iterable[tuple[str, str]]:
    """Yield what is wrong with a row, in Japanese and English."""
    if match.relation not in RELATIONS:
        yield (
            f"関係「{match.relation}」は使えません。使えるもの: {', '.join(RELATIONS)}",
            f"the relation {match.relation!r} cannot be used; there are: {', '.join(RELATIONS)}",
        )
    if not is_web_iri(match.object):
        yield (
            f"相手の側の IRI「{match.object}」は http(s):// で始まる IRI ではありません。",
            f"the other side {match.object!r} is no IRI that begins with http(s)://",
        )
    if not (is_web_iri(match.subject) or _is_own(match.subject)):
        yield (
            f"計画の側の名「{match.subject}」は、352039/kyodo/item/1-1-1 のような名でも IRI でも"
            "ありません。",
            f"the plan's side {match.subject!r} is no name like 352039/kyodo/item/1-1-1 and no IRI",
        )
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", match.dataset):
        yield (
            f"相手のデータ「{match.dataset}」は英小文字、数字、- の名にしてください。",
            f"the dataset {match.dataset!r} has to be a name of a-z, 0-9 and -",
        )
    if match.status is Status.PROPOSED:
        return
    if not match.reviewer:
        yield (
            f"{match.status}には「確認した者」が必要です。",
            "a decision needs its reviewer (確認した者)",
        )
    if match.decided is None:
        yield (
            f"{match.status}には「確認した日」が必要です(例: 2026-04-01)。",
            "a decision needs its date (確認した日), such as 2026-04-01",
        )
    elif match.decided > today():
        yield (
            f"確認した日 {match.decided} はまだ来ていません。",
            f"the date {match.decided} is yet to come",
        )


def _is_own(name: str) -> bool:
    return re.match(r"[0-9]{6}(/|$)", name) is not None and is_iri(f"https://x.jp/{name}")


def own_name(iri: str, city: str) -> str:
    """Return what stands in a file for a thing: of the city `city` without what comes before it."""
    if iri == city or iri.startswith(f"{city}/"):
        return iri.removeprefix(city.rpartition("/")[0] + "/")
    return iri


def own_iri(name: str, city: str) -> str:
    """Return the IRI of a thing by what stands for it in a file.

    >>> own_iri("352039/kyodo", "https://data.example.jp/id/352039")
    'https://data.example.jp/id/352039/kyodo'
    """
    return name if "://" in name else f"{city.rpartition('/')[0]}/{name}"


def is_web_iri(text: str) -> bool:
    """Tell whether a text is an IRI of the web."""
    return text.startswith(("http://", "https://")) and is_iri(text)


def written(matches: Sequence[Match]) -> bytes:
    """Return the rows as CSV for Excel: UTF-8 with a byte order mark, nothing taken for a formula.

    Reading the bytes gives the same rows.
    """
    others = list(dict.fromkeys(name for match in matches for name in match.others))
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*COLUMNS.values(), *others])
    for match in matches:
        cells = [_shown(match, name) for name in COLUMNS]
        cells += [match.others.get(name, "") for name in others]
        writer.writerow([f"'{cell}" if _FORMULA.match(cell) else cell for cell in cells])
    return out.getvalue().encode("utf-8-sig")


def _shown(match: Match, name: str) -> str:
    match name:
        case "why_ja":
            return match.why.ja
        case "why_en":
            return match.why.en
        case "decided":
            return match.decided.isoformat() if match.decided else ""
        case _:
            value = getattr(match, name)
            return "" if value is None else str(value)


def write_sheet(path: Path, matches: Sequence[Match]) -> bool:
    """Write the rows, unless the file holds them already; tell whether it was written.

    The file is replaced at once, so that a broken run leaves the old one. Raises LinkError if it
    cannot be written, as when Excel has it open.
    """
    body = written(matches)
    try:
        if path.is_file() and read_sheet(path) == tuple(_numbered(matches, body)):
            return False
        path.parent.mkdir(exist_ok=True)
        beside = path.with_name(f".{path.name}.new")
        beside.write_bytes(body)
        beside.replace(path)
    except OSError as error:
        raise LinkError(
            f"書けません: {error.strerror}。Excel で開いていれば閉じてください。",
            f"it cannot be written: {error.strerror}; close it where a spreadsheet has it open",
            file=str(path),
        ) from error
    return True


def _numbered(matches: Sequence[Match], body: bytes) -> Iterable[Match]:
    """Yield the rows with the lines that they have once written."""
    rows = _rows(body.decode("utf-8-sig"), "")
    for match, (line, _) in zip(matches, rows[1:], strict=True):
        yield replace(match, line=line)
