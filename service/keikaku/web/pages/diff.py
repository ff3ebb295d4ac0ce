"""What differs between two releases: a page for people, files for spreadsheets and programs."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response
from markupsafe import Markup, escape

from keikaku.errors import ReleaseError, ResultSizeError
from keikaku.release.difference.changes import HEADINGS, SHARED_BY, Act
from keikaku.release.difference.named import predecessor, previous, release_named
from keikaku.release.difference.told import as_csv, as_json, places_of, withheld_of
from keikaku.release.held_back.verdict import ReleaseHeldBackError
from keikaku.release.index import ReleaseGoneError
from keikaku.web.pages.release_facts import graph_label
from keikaku.web.parameters import given_once
from keikaku.web.problems import HttpError
from keikaku.web.questions import BYTE_ORDER_MARK
from keikaku.web.reader import reader
from keikaku.web.rendering import address, page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from fastapi.responses import HTMLResponse

    from keikaku.closed import Bilingual
    from keikaku.release.difference.changes import Change, Difference, FieldChange, Thing
    from keikaku.release.index import Entry
    from keikaku.release.shelf import Release, Shelf
    from keikaku.web.differences import Compared, Differences
    from keikaku.web.parts import SiteParts

MOST_SHOWN = 400
"""How many changes the page shows; the CSV has them all."""

MOST_OFFERED = 100
"""How many releases may be chosen from; any other is named in the address."""

_MARKED = 400_000
"""Of how many pairs of characters at most the words that differ are marked on a page."""

_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Group:
    """The changes of one kind of thing that the page shows."""

    kind: str
    label: Bilingual
    changes: tuple[Change, ...]
    counts: tuple[tuple[Act, int], ...]


def diff_router(site: SiteParts, differences: Differences) -> APIRouter:
    """Return the routes of the difference; `differences` keeps those that were asked for."""
    router = APIRouter(include_in_schema=False)

    @router.get("/diff")
    def diff(request: Request) -> HTMLResponse:
        return _page(site, differences, given_once(request, ("a", "b")))

    def add(name: str, media_type: str, body_of: Callable[[Compared], bytes | None]) -> None:
        @router.get(f"/diff/{name}")
        def file(request: Request) -> Response:
            given = given_once(request, ("a", "b"))
            before, after = _chosen(site.shelf, given)
            body = body_of(differences.between(before, after))
            if body is None:
                raise ResultSizeError(
                    "違いが大きいため、ここでは出せません。keikaku diff を使うか、"
                    "両方のリリースを取得してください。",
                    "this difference is too large to be given here; use `keikaku diff`, or fetch "
                    "both releases",
                )
            headers = {
                "Content-Disposition": f'attachment; filename="{before.id}-{after.id}-{name}"',
                "Cache-Control": "no-cache",  # a later release may withhold some of it
                "Access-Control-Allow-Origin": "*",
            }
            return Response(body, headers=headers, media_type=media_type)

    add("removed.nq", "application/n-quads", lambda compared: compared.removed)
    add("added.nq", "application/n-quads", lambda compared: compared.added)
    add("changes.json", "application/json", lambda compared: as_json(compared.difference))
    add(
        "changes.csv",
        "text/csv; charset=utf-8",
        lambda compared: BYTE_ORDER_MARK + as_csv(compared.difference, reader().language),
    )
    return router


def _chosen(shelf: Shelf, given: dict[str, str]) -> tuple[Release, Release]:
    """Return the two releases that are meant.

    The later one is the current one if not said; with neither said, the other is the one that was
    current before it. Raises HttpError for one that is not there, ReleaseGoneError for one that was
    removed, ReleaseHeldBackError for one that is held back.
    """
    after = _named(shelf, given.get("b") or "current")
    if "a" in given:
        return _named(shelf, given["a"]), after
    try:
        before = predecessor(shelf, after.id) if "b" in given else previous(shelf)
    except ReleaseError as error:
        raise HttpError(HTTPStatus.NOT_FOUND, error.ja, error.en) from error
    return _named(shelf, before), after


def _named(shelf: Shelf, text: str) -> Release:
    try:
        return release_named(shelf, text[:_LONGEST_NAME])
    except (ReleaseGoneError, ReleaseHeldBackError):
        raise
    except ReleaseError as error:
        raise HttpError(HTTPStatus.NOT_FOUND, error.ja, error.en) from error


def _page(site: SiteParts, differences: Differences, given: dict[str, str]) -> HTMLResponse:
    current = site.answers.current()
    known = site.answers.lexicon.things
    offered = _offered(site.shelf)
    compared, chosen = None, None
    if given or len(offered) > 1:
        try:
            chosen = _chosen(site.shelf, given)
        except (ReleaseGoneError, ReleaseHeldBackError):
            if given:
                raise
        except HttpError:
            if given:
                raise
    if chosen:
        compared = differences.between(*chosen)
    here = reader()

    def link(thing: Thing, stands: bool) -> str | None:
        there = chosen is not None and chosen[1].id == current.release and stands
        return address(thing.iri) if thing.iri in known or there else None

    return page(
        "diff.html",
        release=current.release,
        crumbs=[
            (here.choose("データ", "Data"), here.href("/releases")),
            (here.choose("リリースの違い", "Differences"), None),
        ],
        offered=offered,
        before=chosen[0].id if chosen else None,
        after=chosen[1].id if chosen else None,
        compared=compared,
        found=compared.difference if compared else None,
        places=places_of(compared.difference) if compared else (),
        withheld=withheld_of(compared.difference) if compared else None,
        left_out=sum(compared.left_out) if compared else 0,
        graph_label=graph_label,
        groups=_groups(compared.difference) if compared else (),
        files=_query(chosen) if chosen else "",
        several=len(current.lexicon.plan_years) > 1,
        link=link,
        marked=_Marker().marked,
        shared_by=SHARED_BY,
        most=MOST_SHOWN,
    )


def _offered(shelf: Shelf) -> list[Entry]:
    """Return the releases that are kept and served, the latest first."""
    away = shelf.not_given()
    kept = [entry for name, entry in shelf.published().items() if name not in away]
    return kept[::-1][:MOST_OFFERED]


def _query(chosen: tuple[Release, Release]) -> str:
    return "?" + urlencode({"a": chosen[0].id, "b": chosen[1].id})


def _groups(found: Difference) -> tuple[Group, ...]:
    left = MOST_SHOWN
    groups = []
    for kind, label in HEADINGS.items():
        changes = found.of(kind)
        counts = tuple((act, len(found.of(kind, act))) for act in Act)
        if changes:
            shown = changes[: max(left, 0)]
            groups.append(Group(kind, label, shown, tuple(pair for pair in counts if pair[1])))
            left -= len(changes)
    return tuple(groups)


class _Marker:
    """Marks what differs in two texts, as long as it does not cost too much."""

    def __init__(self) -> None:
        self._left = _MARKED

    def marked(self, field: FieldChange) -> tuple[Markup, Markup]:
        """Return the values of a field before and after, with what differs marked."""
        if len(field.before) == len(field.after) == 1:
            texts = (_here(field.before[0]), _here(field.after[0]))
            cost = len(texts[0]) * len(texts[1])
            if texts[0] != texts[1] and cost <= self._left and min(map(len, texts)) > _SHORT:
                self._left -= cost
                return _marks(*texts)
        return _listed(field.before, field.gone, "del"), _listed(field.after, field.new, "ins")


_TAGS = {"del": Markup("<del>{}</del>"), "ins": Markup("<ins>{}</ins>")}
_SHORT = 20
"""Up to how many characters a text is shown as replaced whole."""


def _here(text: Bilingual) -> str:
    return reader().choose(text.ja, text.en)


def _marks(before: str, after: str) -> tuple[Markup, Markup]:
    left, right = Markup(), Markup()
    for act, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        old, new = escape(before[a:b]), escape(after[c:d])
        left += old if act == "equal" else _tagged("del", old)
        right += new if act == "equal" else _tagged("ins", new)
    return left, right


def _listed(values: Iterable[Bilingual], other: Iterable[Bilingual], tag: str) -> Markup:
    differs = set(other)
    shown = (
        _tagged(tag, escape(_here(value))) if value in differs else escape(_here(value))
        for value in values
    )
    return Markup("・").join(shown)


def _tagged(tag: str, text: Markup) -> Markup:
    return _TAGS[tag].format(text) if text else text
