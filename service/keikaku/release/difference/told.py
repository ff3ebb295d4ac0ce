"""A difference told: as text for a terminal, as CSV, as JSON."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Literal

from keikaku.closed import Bilingual
from keikaku.release.difference.changes import HEADINGS, KINDS, Act
from keikaku.release.difference.veil import SAID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from keikaku.release.difference.changes import (
        Change,
        Difference,
        FieldChange,
        SourceCount,
        Thing,
    )

Language = Literal["ja", "en"]

COLUMNS: dict[Language, tuple[str, ...]] = {
    "ja": ("計画", "種別", "変更", "番号", "名称", "欄", "変更前", "変更後", "説明", "IRI"),
    "en": ("plan", "kind", "change", "number", "name", "field", "before", "after", "note", "IRI"),
}
"""The columns of the CSV."""

_SEPARATOR = "・"
_DOCUMENTS = Bilingual(ja="原文の欄と行", en="Cells and lines of the documents")
_BESIDE = Bilingual(ja="plan.toml・decisions.toml の行", en="Lines of plan.toml and decisions.toml")


def told(difference: Difference, kind: str, language: Language = "ja") -> bytes:
    """Return the difference as `text`, `csv` (UTF-8 without byte order mark) or `json`."""
    if kind == "json":
        return as_json(difference)
    tell: Callable[[Difference, Language], bytes] = {"text": as_text, "csv": as_csv}[kind]
    return tell(difference, language)


def places_of(difference: Difference) -> tuple[tuple[Bilingual, SourceCount], ...]:
    """Return what became of cells and lines, by the files that they stand in."""
    return (_DOCUMENTS, difference.source), (_BESIDE, difference.beside)


def withheld_of(difference: Difference) -> Bilingual | None:
    """Return what is told of what is withheld now: how much it is, and never what."""
    found = difference.withheld
    if not found:
        return None
    kinds = [(KINDS[kind], count) for kind, count in found.things]
    said = [(f"{kind.ja} {count:,}", f"{count:,} of kind {kind.en}") for kind, count in kinds]
    if found.values:
        said.append((f"値 {found.values:,}", f"{found.values:,} values of others"))
    if found.statements:
        said.append((f"言明 {found.statements:,}", f"{found.statements:,} statements in all"))
    ja, en = ("、".join(one[0] for one in said), ", ".join(one[1] for one in said))
    return Bilingual(
        ja=f"{SAID.ja}(文は示しません): {ja}。",
        en=f"Now withheld, and told without its text: {en}.",
    )


def as_csv(difference: Difference, language: Language = "ja") -> bytes:
    """Return a row for each field that has changed, and for each thing that came or went."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS[language])
    for change in difference.changes:
        writer.writerows(_rows(change, language))
    for kind, count in difference.withheld.things:
        number = f"{count:,}" if language == "en" else f"{count:,} 件"
        said = _in(KINDS[kind], language), _in(SAID, language)
        writer.writerow(("", *said, "", "", "", "", "", number, ""))
    return text.getvalue().encode()


def as_json(difference: Difference) -> bytes:
    """Return the difference as JSON, every text in both languages."""
    document = {
        "before": difference.before,
        "after": difference.after,
        "whole": difference.whole,
        "changes": [_json(change) for change in difference.changes],
        "statements": {
            "removed": difference.removed,
            "added": difference.added,
            "graphs": [
                {"graph": count.graph, "removed": count.removed, "added": count.added}
                for count in difference.graphs
            ],
        },
        "source": {
            "came": difference.source.came,
            "went": difference.source.went,
            "moved": difference.source.moved,
            "reworded": difference.source.reworded,
            "withheld": difference.source.withheld,
        },
        "beside": asdict(difference.beside),
        "otherwise": difference.otherwise.model_dump() if difference.otherwise else None,
        "withheld": {
            "things": dict(difference.withheld.things),
            "values": difference.withheld.values,
            "statements": difference.withheld.statements,
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def as_text(difference: Difference, language: Language = "ja") -> bytes:
    """Return the difference as text for people: a heading for each kind, a line for each change."""
    return ("\n".join(_lines(difference, language)) + "\n").encode()


def joined(values: Iterable[Bilingual], language: Language) -> str:
    """Return the values of a field as one text."""
    return _SEPARATOR.join(_in(value, language) for value in values)


def _in(text: Bilingual, language: Language) -> str:
    return text.en if language == "en" else text.ja


def _rows(change: Change, language: Language) -> Iterator[tuple[str, ...]]:
    thing = change.thing
    head = (
        _in(change.plan, language) if change.plan else "",
        _in(KINDS[change.kind], language),
        _in(change.act.label, language),
        thing.number or "",
        _in(thing.label, language),
    )
    note = _in(change.detail, language) if change.detail else ""
    for field in change.fields:
        values = (joined(field.before, language), joined(field.after, language))
        yield (*head, _in(field.label, language), *values, note, thing.iri)
    if not change.fields:
        before = _in(change.before.said, language) if change.before else ""
        after = _in(change.after.said, language) if change.after else ""
        yield (*head, "", before, after, note, thing.iri)


def _lines(difference: Difference, language: Language) -> Iterator[str]:
    def say(ja: str, en: str) -> str:
        return en if language == "en" else ja

    yield f"{difference.before} → {difference.after}"
    if not difference.changes:
        yield say("計画の中身に違いはありません。", "The plans themselves do not differ.")
    if difference.otherwise:
        yield _in(difference.otherwise, language)
    for kind, label in HEADINGS.items():
        changes = difference.of(kind)
        if changes:
            yield f"\n{_in(label, language)} ({_counted(changes, language)})"
            for change in changes:
                yield from _told(change, language)
    if not difference.whole:
        yield "\n" + say(
            "変更が多すぎるため、途中までを示しています。全体は --removed と --added にあります。",
            "There are too many changes to tell them all; --removed and --added hold everything.",
        )
    yield from _counts(difference, language)
    yield say(
        f"言明: {difference.removed:,} 件が除かれ、{difference.added:,} 件が加わりました。",
        f"Statements: {difference.removed:,} removed, {difference.added:,} added.",
    )


def _counts(difference: Difference, language: Language) -> Iterator[str]:
    """Yield what became of the places in the documents, and how much is withheld now."""
    for files, count in places_of(difference):
        if count:
            yield f"\n{_in(files, language)}: {_in(_became(count), language)}"
    if told := withheld_of(difference):
        yield f"\n{_in(told, language)}"


def _became(count: SourceCount) -> Bilingual:
    ja, en = (
        (f"、公開しなくなった {count.withheld:,}", f", {count.withheld:,} now withheld")
        if count.withheld
        else ("", "")
    )
    return Bilingual(
        ja=f"加わった {count.came:,}、なくなった {count.went:,}、"
        f"行が移った {count.moved:,}、文が変わった {count.reworded:,}{ja}",
        en=f"{count.came:,} added, {count.went:,} removed, "
        f"{count.moved:,} moved to another line, {count.reworded:,} reworded{en}",
    )


def _counted(changes: tuple[Change, ...], language: Language) -> str:
    counts = ((act, sum(change.act is act for change in changes)) for act in Act)
    return "、".join(f"{_in(act.label, language)} {count:,}" for act, count in counts if count)


def _told(change: Change, language: Language) -> Iterator[str]:
    thing = _in(change.thing.said, language)
    if change.before and change.after and change.act is Act.REPLACED:
        thing = f"{_in(change.before.said, language)} → {thing}"
    yield f"  [{_in(change.act.label, language)}] {thing}"
    if change.detail:
        yield f"      {_in(change.detail, language)}"
    for field in change.fields:
        yield f"      {_in(field.label, language)}: {_moved(field, language)}"


def _moved(field: FieldChange, language: Language) -> str:
    none = "(none)" if language == "en" else "(なし)"
    values = (joined(values, language) for values in (field.before, field.after))
    before, after = (f"「{value}」" if value else none for value in values)
    return f"{before} → {after}"


def _json(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "act": change.act.value,
        "before": _thing_json(change.before),
        "after": _thing_json(change.after),
        "plan": change.plan.model_dump() if change.plan else None,
        "detail": change.detail.model_dump() if change.detail else None,
        "fields": [
            {
                "field": field.field,
                "label": field.label.model_dump(),
                "before": [value.model_dump() for value in field.before],
                "after": [value.model_dump() for value in field.after],
            }
            for field in change.fields
        ],
    }


def _thing_json(thing: Thing | None) -> dict[str, Any] | None:
    if thing is None:
        return None
    return {"iri": thing.iri, "number": thing.number, "label": thing.label.model_dump()}
