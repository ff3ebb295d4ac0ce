"""Reads releases: what the newest withhold, and whether one holds what is withheld at present."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import PurePath
from typing import TYPE_CHECKING

from keikaku.closed import said_on
from keikaku.release.catalogue.offers import DOCUMENTS
from keikaku.release.held_back.places import CELL, DOCUMENT, LINE, WITHHELD, places_in
from keikaku.release.held_back.regions import Lookup, Region, plan_of, to_the_end
from keikaku.release.held_back.regions import Withheld as AllWithheld
from keikaku.release.held_back.verdict import Held, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from keikaku.release.held_back.places import Place
    from keikaku.release.shelf import Release

_EVIDENCE = "/evidence"
_READING = "readingSha256"
TELLS_REGIONS = 3
"""The format from which on a release says what it withholds."""


def tells_regions(release: Release) -> bool:
    """Tell whether a release is of a format that says what it withholds."""
    said = str(release.manifest.get("format", ""))
    return said.isdigit() and int(said) >= TELLS_REGIONS


def withheld_in(release: Release) -> AllWithheld:
    """Return what a release says it withholds. Raises ReleaseError where it has no N-Quads."""
    return withheld_of(release.lines(), release.manifest["base"])


def withheld_of(lines: Iterable[bytes], base: str) -> AllWithheld:
    """Return what canonical N-Quads say that is withheld of plans whose IRIs begin with `base`."""
    plans: set[str] = set()
    closed: set[str] = set()
    regions: set[Region] = set()
    rows: Counter[tuple[str, int]] = Counter()
    sheets: defaultdict[str, set[str]] = defaultdict(set)
    for place in places_in(lines, base):
        plans.add(plan_of(place.document))
        if place.kind == WITHHELD:
            regions.add(_region(place))
        if place.table is not None:
            key = (place.document, place.table)
            last = (place.row or 0) + (place.number("rowSpan") or 1) - 1
            rows[key] = max(rows[key], last, place.number("lastRow") or 0)
        if place.sheet is not None:
            sheets[place.document].add(place.sheet)
        if place.kind == DOCUMENT and _READING in place.said and not _is_toml(place):
            closed.add(place.document)
    return AllWithheld(
        frozenset(plans),
        frozenset(to_the_end(each, rows[each.document, each.table or 0]) for each in regions),
        {document: frozenset(names) for document, names in sheets.items()},
        frozenset(closed),
    )


def _region(place: Place) -> Region:
    """Return a region as a release describes it."""
    because = place.said.get("withheldBecause", b"").decode().rpartition("/")[2]
    if place.table is not None:
        return Region(
            place.document,
            because,
            place.table,
            place.number("firstRow") or 1,
            place.number("lastRow"),
            place.number("firstColumn") or 1,
            place.number("lastColumn"),
        )
    if place.name.startswith("sheet-"):
        return Region(place.document, because, sheet=place.position)
    return Region(place.document, because, line=place.line, position=place.position)


def judge(release: Release, withheld: AllWithheld) -> Verdict:
    """Find out whether a release holds what is withheld. Raises ReleaseError without N-Quads.

    A release of a format that says what it withholds is judged too: a newer one may withhold more.
    """
    lookup = Lookup(withheld)
    cells: Counter[str] = Counter()
    lines: Counter[str] = Counter()
    comments: Counter[str] = Counter()
    told: set[str] = set()
    toml: set[str] = set()
    for place in places_in(release.lines(), release.manifest["base"]):
        if place.kind == DOCUMENT:
            told.add(plan_of(place.document))
            if _is_toml(place):
                toml.add(place.document)
        elif place.kind in (CELL, LINE) and place.is_filled:
            if lookup.holds(place):
                (cells if place.kind == CELL else lines)[place.document] += 1
            if place.kind == LINE and _has_comment(place):
                comments[place.document] += 1
    comments = Counter({name: comments[name] for name in toml})
    offered = Counter(name for name in _offered(release) if name in withheld.closed)
    held = _by_plan(cells, lines, comments, offered)
    unknown = set() if tells_regions(release) else told - withheld.plans
    return Verdict(release.id, held, tuple(sorted(unknown)))


def _is_toml(place: Place) -> bool:
    return (place.text("name") or "").endswith(".toml")


def _offered(release: Release) -> Iterator[str]:
    """Yield the documents whose files a release offers, each by its IRI without the base."""
    base = f"{release.manifest['base']}graph/"
    plans = {
        PurePath(file).name.removesuffix(".nq.gz"): iri.removeprefix(base).removesuffix(_EVIDENCE)
        for iri, said in release.manifest["graphs"].items()
        if iri.endswith(_EVIDENCE) and isinstance(said, dict)  # earlier formats offer none
        for file in said.get("files", ())
    }
    for name in release.manifest["files"]:
        folder, _, rest = name.partition("/")
        plan = plans.get(rest.partition("/")[0])
        if folder == DOCUMENTS and plan is not None:
            yield f"id/{plan}/source/1"


def _has_comment(place: Place) -> bool:
    """Tell whether a line would have a comment, were it one of TOML."""
    if b"#" not in place.said["value"]:
        return False
    text = place.text("value") or ""
    return said_on(text, 1) != text


def _by_plan(*by_document: Counter[str]) -> tuple[Held, ...]:
    """Return the counts of documents as those of their plans."""
    found: defaultdict[str, list[int]] = defaultdict(lambda: [0] * len(by_document))
    for number, counts in enumerate(by_document):
        for document, count in counts.items():
            found[plan_of(document)][number] += count
    return tuple(Held(plan, *found[plan]) for plan in sorted(found) if any(found[plan]))
