"""The page of one discrepancy: its readings side by side, what is decided, how to decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keikaku.answers.register.conditions import STATUSES
from keikaku.answers.register.listing import entry_of, plan_name
from keikaku.answers.things.place import place_in, table_around
from keikaku.names import KEI
from keikaku.web.pages.shown import thing_page, things_in
from keikaku.web.reader import reader
from keikaku.web.rendering import address, with_query

if TYPE_CHECKING:
    from fastapi.responses import HTMLResponse
    from pyoxigraph import NamedNode

    from keikaku.answers.describe import Description
    from keikaku.answers.register.entries import Entry
    from keikaku.answers.service import Answers
    from keikaku.answers.things.tables import SourceTable

_ROWS_BESIDE = 8
"""How many rows of a reading's table are shown."""

_SHOWN = (
    "kei:kind",
    "kei:about",
    "kei:field",
    "oa:hasTarget",
    "oa:motivatedBy",
    "rdfs:comment",
)
_SHOWN_OF_DECISION = (
    "kei:decides",
    "kei:outcome",
    "kei:reason",
    "kei:correctedValue",
    "kei:field",
    "dcterms:creator",
    "dcterms:date",
)


def discrepancy_page(answers: Answers, description: Description) -> HTMLResponse | None:
    """Return the page of a discrepancy; None where the release lacks its kind."""
    entry = entry_of(answers, description.iri)
    if entry is None:
        return None
    kind = answers.describe(entry.kind.iri.value)
    said = {each.iri.value.rsplit("#", 1)[-1]: each for each in kind.properties} if kind else {}
    return thing_page(
        "discrepancy",
        answers,
        description,
        crumbs=[*_way(entry, answers), (_label(description), None)],
        shown=_SHOWN,
        entry=entry,
        tables=[_table(answers, each.place.iri) for each in entry.readings],
        definition=said.get("definition"),
        advice=said.get("scopeNote"),
        compared=_compared(entry),
        toml=toml_of(entry),
        statuses=STATUSES,
    )


def decision_page(answers: Answers, description: Description) -> HTMLResponse | None:
    """Return the page of what a city says of a discrepancy; None where it says it of nothing."""
    decides = next((p for p in description.properties if p.iri == KEI["decides"]), None)
    found = things_in(decides)
    entry = entry_of(answers, found[0]) if found else None
    if entry is None or entry.decision is None:
        return None
    name = _words(entry)
    steps = [*_way(entry, answers), (name, address(entry.iri.value)), (_label(description), None)]
    return thing_page(
        "decision",
        answers,
        description,
        crumbs=steps,
        shown=_SHOWN_OF_DECISION,
        entry=entry,
    )


def _way(entry: Entry, answers: Answers) -> list[tuple[str, str | None]]:
    plan = plan_name(entry.plan, answers.lexicon)
    title = reader().choose(plan.label.ja, plan.label.en)
    register = reader().choose("正誤表", "Discrepancies")
    return [(title, address(plan.iri.value)), (register, with_query("/discrepancies"))]


def _words(entry: Entry) -> str:
    kind = reader().choose(entry.kind.label.ja, entry.kind.label.en)
    return f"{kind} {entry.thing.number}".strip() if entry.thing else kind


def _label(description: Description) -> str:
    return reader().choose(description.label.ja, description.label.en)


def _table(answers: Answers, cell: NamedNode) -> SourceTable | None:
    description = answers.describe(cell.value)
    place = place_in(description) if description else None
    return table_around(answers.store, place, _ROWS_BESIDE) if place else None


def _compared(entry: Entry) -> str | None:
    """Return the address of the page that sets two readings side by side."""
    places = [each.place.iri.value for each in entry.readings]
    if len(places) != 2:
        return None
    return with_query("/compare", left=places[0], right=places[1])


def toml_of(entry: Entry) -> str:
    """Return what staff add to decisions.toml to decide a discrepancy, to be filled in."""
    field = (
        "" if entry.field else 'field = ""        # どの欄の値か (which field), e.g. "targets"\n'
    )
    corrections = ['value = ""        # 訂正するときの正しい値 (the right value)\n', field]
    optional = "".join(f"# {line}" for line in corrections if line)
    return (
        "[[decision]]\n"
        f'discrepancy = "{entry.name}"\n'
        'outcome = "accepted"  # accepted 認める / explained 説明する / corrected 訂正する\n'
        'by = ""           # だれが (who), 例: 協働推進課\n'
        "date = 0000-00-00 # いつ (when), 例: 2026-04-01\n"
        'reason = { ja = "" }  # なぜ (why)。英語を添えるなら { ja = "…", en = "…" }\n'
        f"{optional}"
    )
