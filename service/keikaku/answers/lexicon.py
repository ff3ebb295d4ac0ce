"""What the things of a release are called, and which thing a name means.

People write 事業者, businesses, party:事業者 or an IRI; H22, 平成22年度 or 2010; I-(1)-①, 1-1-1 or
Ⅰ－（１）－①. A lexicon is read from a store once and turns each of them into an RDF term.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher
from itertools import product
from typing import TYPE_CHECKING
from urllib.parse import unquote

from pyoxigraph import Literal, NamedNode

from keikaku.closed import Bilingual
from keikaku.errors import QuestionError
from keikaku.names import DCTERMS, FY, KEI, PREFIXES, RDFS, SKOS, XSD
from keikaku.store.base import Solutions
from keikaku.text import (
    dates_in,
    fiscal_year_codes,
    fiscal_year_labels,
    fiscal_years_in,
    fold,
    parse_date,
    parse_fiscal_year,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from keikaku.store.base import Store, Term


TYPES: dict[str, Bilingual] = {
    "party": Bilingual(ja="主体", en="party"),
    "department": Bilingual(ja="担当課", en="department"),
    "fiscal-year": Bilingual(ja="年度", en="fiscal year"),
    "date": Bilingual(ja="日付", en="date"),
    "phase": Bilingual(ja="段階", en="phase"),
    "item": Bilingual(ja="項目", en="item"),
    "section": Bilingual(ja="方針・施策", en="policy or measure"),
    "kind": Bilingual(ja="不整合の種類", en="kind of discrepancy"),
    "plan": Bilingual(ja="計画", en="plan"),
    "text": Bilingual(ja="語", en="word"),
    "choice": Bilingual(ja="選択肢", en="choice"),
}
"""What a parameter of a question can be."""

_CLASSES = {
    KEI["Party"]: "party",
    KEI["Department"]: "department",
    KEI["DepartmentGroup"]: "department",
    KEI["Phase"]: "phase",
    KEI["Item"]: "item",
    KEI["Section"]: "section",
    KEI["DiscrepancyKind"]: "kind",
    KEI["Plan"]: "plan",
}
_NUMBERED = ("item", "section")
_LISTED_WHOLE = 16
_LONGEST_WORD = 100

_PROPERTIES = (RDFS["label"], SKOS["altLabel"], SKOS["notation"], DCTERMS["identifier"])
_CITIES = """SELECT ?plan ?name WHERE {
  ?plan a kei:Plan ; dcterms:publisher ?city . ?city rdfs:label ?name FILTER (LANG(?name) = "ja")
}"""
_YEARS = "SELECT ?plan ?year WHERE { ?plan a kei:Plan ; kei:planYear ?year }"
_TERMS = """SELECT ?term ?name WHERE {
  VALUES ?class { owl:Class owl:ObjectProperty owl:DatatypeProperty kei:Outcome }
  ?term a ?class ; rdfs:label ?name .
}"""

_DASHES = "‐‑‒–—―−─ー~〜∼－"
_PART = r"(?:\(?(?:[0-9]+|[IVX]+)\)?)"
_NUMBER = re.compile(rf"{_PART}(?:-?{_PART})*", re.IGNORECASE)
_NUMBER_IN_TEXT = re.compile(
    rf"(?<![0-9A-Za-z-]){_PART}(?:-{_PART})*(?![0-9A-Za-z])", re.IGNORECASE
)
_ROMAN = {"I": 1, "V": 5, "X": 10}
_PUNCTUATION = re.compile(r"[、。,?!]")


@dataclass(frozen=True, slots=True)
class Named:
    """A thing that a question can be about: its IRI, its type, its label, all its names."""

    iri: NamedNode
    type: str
    label: Bilingual
    names: tuple[str, ...]
    number: str | None = None

    @property
    def said(self) -> str:
        """What a person would call it: an item by its number and title, anything else by name."""
        return f"{self.number} {self.label.ja}" if self.number else self.label.ja

    @property
    def short(self) -> str:
        """What a person would type for it: the number of an item, the name of anything else."""
        return self.number or self.label.ja


@dataclass(frozen=True, slots=True)
class Mention:
    """A name that stands in a sentence: `text[start:end]` names something of `type`.

    `value` is what a person would write for it, such as the number of an item called by its title.
    """

    start: int
    end: int
    type: str
    value: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The names of one release; `plan_years` are the fiscal years of each plan, in order.

    A city that has one plan names that plan in a sentence.
    """

    things: dict[str, Named]
    terms: dict[str, Bilingual]
    plan_years: dict[str, tuple[int, ...]]
    _by_name: dict[str, dict[str, list[Named]]] = field(repr=False)
    _by_number: dict[str, dict[tuple[int, ...], list[Named]]] = field(repr=False)
    _longest_name: int = field(repr=False)
    _plan_of_city: dict[str, Named] = field(repr=False)

    @classmethod
    def read(cls, store: Store) -> Lexicon:
        """Return the names that `store` has."""
        named = tuple(_things(_names(store)))
        plan_years: dict[str, list[int]] = {}
        for plan, year in rows_of(store, _YEARS):
            plan_years.setdefault(_value(plan), []).append(int(_value(year).removeprefix(FY.iri)))
        by_name = _by_name(named)
        things = {thing.iri.value: thing for thing in named}
        return cls(
            things=things,
            terms=_terms(rows_of(store, _TERMS)),
            plan_years={plan: tuple(sorted(years)) for plan, years in sorted(plan_years.items())},
            _by_name=by_name,
            _by_number=_by_number(named),
            _longest_name=max(
                (len(name) for names in by_name.values() for name in names), default=0
            ),
            _plan_of_city=_plan_of_city(rows_of(store, _CITIES), things),
        )

    def of_type(self, type_name: str) -> tuple[Named, ...]:
        """Return the things of a type, in a fixed order: what a form offers."""
        if type_name == "fiscal-year":
            years = sorted({year for years in self.plan_years.values() for year in years})
            return tuple(_fiscal_year(year) for year in years)
        things = (thing for thing in self.things.values() if thing.type == type_name)
        return tuple(sorted(things, key=_order))

    def label(self, term: Term | None) -> Bilingual | None:
        """Return the label of an IRI, or None if it has none here."""
        if not isinstance(term, NamedNode):
            return None
        if term in FY:
            year = term.value.removeprefix(FY.iri)
            return _fiscal_year(int(year)).label if _is_year(year) else None
        thing = self.things.get(term.value)
        return thing.label if thing else self.terms.get(term.value)

    def said(self, term: Term) -> Bilingual:
        """Return what a person would call a value: a literal is called by its text."""
        thing = self.things.get(term.value) if isinstance(term, NamedNode) else None
        if thing and thing.number:
            return Bilingual(ja=thing.said, en=thing.said)
        if isinstance(term, Literal) and term.datatype == XSD["date"]:
            day = date.fromisoformat(term.value)
            return Bilingual(ja=f"{day.year}年{day.month}月{day.day}日", en=term.value)
        text = term.value if isinstance(term, NamedNode | Literal) else str(term)
        return self.label(term) or Bilingual(ja=text, en=text)

    def resolve(self, type_name: str, text: str, plan: NamedNode | None = None) -> Term:
        """Return the thing of a type that `text` names; `plan` says in which plan or its city.

        Raises QuestionError, with the values that there are, if nothing or more than one thing is
        called so, and for an IRI that is none.
        """
        if type_name == "text":
            return _word(text)
        if type_name == "date":
            return _day(text)
        iri = _iri(text)
        if type_name == "fiscal-year":
            return self._fiscal_year(text, iri)
        if iri is not None:
            thing = self.things.get(iri.value)
            if thing is None or thing.type != type_name:
                raise self._unknown(type_name, text)
            return iri
        found = [thing for thing in self._called(type_name, text) if _lies_in(thing, plan)]
        if not found:
            raise self._unknown(type_name, text)
        if len(found) > 1:
            raise self._ambiguous(type_name, text, found)
        return found[0].iri

    def all_called(self, type_name: str, text: str) -> tuple[Named, ...]:
        """Return every thing of a type that `text` names, by name, number or IRI; none is nothing.

        Fiscal years are not things here. Raises QuestionError for an IRI that is none.
        """
        iri = _iri(text)
        if iri is None:
            return tuple(self._called(type_name, text))
        thing = self.things.get(iri.value)
        return (thing,) if thing is not None and thing.type == type_name else ()

    def unknown(self, type_name: str, text: str) -> QuestionError:
        """Return the error that says that nothing is called so, and what there is instead."""
        return self._unknown(type_name, text)

    def mentions(self, text: str) -> Iterator[Mention]:
        """Yield every name in a sentence that `plain` returned, overlapping ones too."""
        for start, end, _ in fiscal_years_in(text):
            yield Mention(start, end, "fiscal-year", text[start:end].upper())
        for start, end, day in dates_in(text):
            yield Mention(start, end, "date", day.isoformat())
        for type_name in self._by_name:
            yield from self._mentions_of(type_name, text)
        for city, plan in self._plan_of_city.items():
            for found in re.finditer(re.escape(city), text):
                same = self._by_name["plan"].get(plain(plan.label.ja), ())
                yield Mention(
                    *found.span(), "plan", plan.short if len(same) == 1 else plan.iri.value
                )

    def nearest(self, type_name: str, text: str, count: int = 5) -> tuple[Named, ...]:
        """Return the things of a type whose names are most like `text`; all if they are few."""
        things = self.of_type(type_name)
        if len(things) <= _LISTED_WHOLE:
            return things
        wanted = plain(text)
        return tuple(sorted(things, key=lambda thing: -_likeness(wanted, thing))[:count])

    def _called(self, type_name: str, text: str) -> Sequence[Named]:
        by_name = self._by_name.get(type_name, {}).get(plain(text))
        if by_name:
            return by_name
        number = number_key(text)
        by_number = self._by_number.get(type_name, {}).get(number) if number else None
        if by_number:
            return by_number
        wanted = plain(text)
        things = (thing for thing in self.things.values() if thing.type == type_name)
        return [thing for thing in things if plain(thing.iri.value.rsplit("/", 1)[-1]) == wanted]

    def _mentions_of(self, type_name: str, text: str) -> Iterator[Mention]:
        names = self._by_name[type_name]
        longest = min(self._longest_name, len(text))
        for start in range(len(text)):
            for end in range(start + 1, min(start + longest, len(text)) + 1):
                if found := names.get(text[start:end]):
                    yield Mention(start, end, type_name, self._written(found, text[start:end]))
        numbers = self._by_number.get(type_name, {})
        for match in _NUMBER_IN_TEXT.finditer(_dashed(text)) if numbers else ():
            if found := numbers.get(number_key(match[0]) or ()):
                yield Mention(*match.span(), type_name, self._written(found, match[0]))

    def _written(self, found: Sequence[Named], text: str) -> str:
        if len(found) > 1:
            return text
        thing = found[0]
        same = self._by_number.get(thing.type, {}).get(number_key(thing.number or "") or (), ())
        return thing.iri.value if len(same) > 1 else thing.short

    def _fiscal_year(self, text: str, iri: NamedNode | None) -> NamedNode:
        if iri is not None and (iri not in FY or not _is_year(iri.value.removeprefix(FY.iri))):
            raise self._unknown("fiscal-year", text)
        try:
            return iri or FY[parse_fiscal_year(text)]
        except ValueError as error:
            raise self._unknown("fiscal-year", text) from error

    def _ambiguous(self, type_name: str, text: str, found: Sequence[Named]) -> QuestionError:
        """Return the error that says which things are called so, and whose they are."""
        kind = TYPES[type_name]
        shown = [
            f"{thing.said}{self._whose(thing)} <{thing.iri.value}>"
            for thing in found[:_LISTED_WHOLE]
        ]
        listed = "、".join([*shown, *(["…"] if len(found) > len(shown) else [])])
        return QuestionError(
            f"「{text}」という{kind.ja}は {len(found)} つあります。"
            f"計画を選ぶか、番号か IRI で書いてください: {listed}",
            f"{len(found)} things are called {text!r} ({kind.en}); "
            f"choose a plan, or write a number or an IRI: {listed}",
        )

    def _whose(self, thing: Named) -> str:
        """Return in brackets the plans of the city that a thing belongs to, or its own plan."""
        owner = re.match(r".*/id/[0-9]{6}/", thing.iri.value)
        plans = [
            plan.label.ja
            for plan in self.of_type("plan")
            if thing.iri.value.startswith(f"{plan.iri.value}/")
        ] or [
            plan.label.ja
            for plan in self.of_type("plan")
            if owner and plan.iri.value.startswith(owner[0])
        ]
        return f"({'・'.join(plans[:2])})" if plans else ""

    def _unknown(self, type_name: str, text: str) -> QuestionError:
        near = self.nearest(type_name, text)
        whole = len(near) == len(self.of_type(type_name))
        kind = TYPES[type_name]
        if not near:
            return QuestionError(
                f"「{text}」という{kind.ja}はありません。", f"no {kind.en} is called {text!r}"
            )
        if type_name == "fiscal-year":
            return QuestionError(
                f"「{text}」は年度として読めません。H22、平成22年度、2010年度のように書いてください。"
                f"計画の年度: {'、'.join(thing.label.ja for thing in near)}",
                f"{text!r} is no fiscal year; write H22, 平成22年度 or 2010. "
                f"Years of the plans: {', '.join(thing.label.en for thing in near)}",
            )
        return QuestionError(
            f"「{text}」という{kind.ja}はありません。"
            f"{'あるもの' if whole else '近いもの'}: {'、'.join(thing.said for thing in near)}",
            f"no {kind.en} is called {text!r}; {'there are' if whole else 'nearest'}: "
            f"{', '.join(thing.number or thing.label.en for thing in near)}",
        )


def plain(text: str) -> str:
    """Return `text` as names are compared: folded, in lower case, without commas and full stops.

    Every character that is left stands for itself, so places in it are places in a plain sentence.
    """
    folded = fold(_PUNCTUATION.sub("", fold(text)))
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in folded)


def number_key(text: str) -> tuple[int, ...] | None:
    """Return the parts of a printed number: (1, 1, 1) for I-(1)-①, Ⅰ－（１）－① and 1-1-1."""
    folded = _dashed(fold(text))
    if not _NUMBER.fullmatch(folded):
        return None
    parts = re.findall(r"[0-9]+|[IVX]+", folded.upper())
    return tuple(int(part) if part.isdigit() else _roman(part) for part in parts)


def _dashed(text: str) -> str:
    return text.translate(dict.fromkeys(map(ord, _DASHES), "-"))


def _roman(text: str) -> int:
    values = [_ROMAN[letter] for letter in text]
    following = [*values[1:], 0]
    return sum(-one if one < after else one for one, after in zip(values, following, strict=True))


def rows_of(store: Store, query: str) -> tuple[tuple[Term | None, ...], ...]:
    """Return the rows of a SELECT."""
    result = store.query(query)
    return result.rows if isinstance(result, Solutions) else ()


def _value(term: Term | None) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else ""


def _names(store: Store) -> Iterator[tuple[Term | None, ...]]:
    """Yield each name with its thing, class and property.

    Each class and property is asked for alone: of several at once, engines look at every label.
    """
    for kind, name in product(_CLASSES, _PROPERTIES):
        for thing, text in rows_of(
            store, f"SELECT ?thing ?name {{ ?thing a {kind} ; {name} ?name }}"
        ):
            yield thing, kind, name, text


def _things(rows: Iterable[tuple[Term | None, ...]]) -> Iterator[Named]:
    """Put the names together: one thing for each IRI."""
    said: dict[tuple[NamedNode, str], list[tuple[NamedNode, Literal]]] = {}
    for thing, kind, predicate, name in rows:
        if (
            isinstance(thing, NamedNode)
            and isinstance(kind, NamedNode)
            and isinstance(predicate, NamedNode)
            and isinstance(name, Literal)
        ):
            said.setdefault((thing, _CLASSES[kind]), []).append((predicate, name))
    for (thing, type_name), names in sorted(said.items(), key=lambda entry: entry[0][0].value):
        labels = [name for predicate, name in names if predicate == RDFS["label"]]
        numbers = sorted(
            name.value for predicate, name in names if predicate == DCTERMS["identifier"]
        )
        yield Named(
            iri=thing,
            type=type_name,
            label=label_of(thing, labels),
            names=tuple(sorted({name.value for _, name in names})),
            number=numbers[0] if numbers and type_name in _NUMBERED else None,
        )


def _plan_of_city(
    rows: Iterable[tuple[Term | None, ...]], things: Mapping[str, Named]
) -> dict[str, Named]:
    """Return the plan of each city that has but one, by the city's name."""
    plans: dict[str, set[str]] = {}
    for plan, name in rows:
        plans.setdefault(plain(_value(name)), set()).add(_value(plan))
    alone = {name: next(iter(of_city)) for name, of_city in plans.items() if len(of_city) == 1}
    return {name: things[plan] for name, plan in alone.items() if plan in things}


def label_of(thing: NamedNode, labels: Iterable[Literal]) -> Bilingual:
    """Return the label in both languages; one that is lacking is lent by the other, or the IRI."""
    by_language: dict[str, str] = {}
    for label in sorted(labels, key=lambda label: label.value):
        by_language.setdefault(label.language or "", label.value)
    local = re.split(r"[/#]", thing.value)[-1]
    any_label = next(iter(by_language.values()), local)
    ja = by_language.get("ja", by_language.get("", any_label))
    return Bilingual(ja=ja, en=by_language.get("en", ja))


def _terms(rows: Iterable[tuple[Term | None, ...]]) -> dict[str, Bilingual]:
    labels: dict[NamedNode, list[Literal]] = {}
    for term, name in rows:
        if isinstance(term, NamedNode) and isinstance(name, Literal):
            labels.setdefault(term, []).append(name)
    return {term.value: label_of(term, names) for term, names in labels.items()}


def _by_name(things: Iterable[Named]) -> dict[str, dict[str, list[Named]]]:
    """Index things by type and name; a number is no name, since I-(1)-① stands in II-(1)-①."""
    index: dict[str, dict[str, list[Named]]] = {}
    for thing in things:
        numbered = thing.number and number_key(thing.number)
        names = (name for name in thing.names if not (numbered and name == thing.number))
        for name in dict.fromkeys(map(plain, names)):
            index.setdefault(thing.type, {}).setdefault(name, []).append(thing)
    return index


def _by_number(things: Iterable[Named]) -> dict[str, dict[tuple[int, ...], list[Named]]]:
    index: dict[str, dict[tuple[int, ...], list[Named]]] = {}
    for thing in things:
        key = number_key(thing.number) if thing.number else None
        if key:
            index.setdefault(thing.type, {}).setdefault(key, []).append(thing)
    return index


def _order(thing: Named) -> tuple[object, ...]:
    plan = thing.iri.value.rsplit("/", 2)[0] if thing.number else ""
    return (plan, number_key(thing.number or "") or (), thing.iri.value)


def _is_year(text: str) -> bool:
    return bool(re.fullmatch(r"[0-9]{4}", text)) and _fiscal_year_exists(int(text))


def _fiscal_year_exists(year: int) -> bool:
    try:
        return bool(fiscal_year_labels(year))
    except ValueError:
        return False


def _fiscal_year(year: int) -> Named:
    labels = fiscal_year_labels(year)
    return Named(
        iri=FY[year],
        type="fiscal-year",
        label=Bilingual(ja="・".join(labels), en=f"FY{year}"),
        names=(*labels, *fiscal_year_codes(year), str(year)),
    )


def _word(text: str) -> Literal:
    if not text.strip() or len(text) > _LONGEST_WORD or not text.isprintable():
        raise QuestionError(
            f"語は {_LONGEST_WORD} 文字までの、改行のない文字列にしてください。",
            f"a word is a text of up to {_LONGEST_WORD} characters without line breaks",
        )
    return Literal(text.strip())


def _day(text: str) -> Literal:
    try:
        day = parse_date(text)
    except ValueError as error:
        raise QuestionError(
            f"「{text}」は日付として読めません。2010-01-15、2010年1月15日、平成22年1月15日のように"
            "書いてください。",
            f"{text!r} is no date; write 2010-01-15, 2010年1月15日 or 平成22年1月15日",
        ) from error
    return Literal(day.isoformat(), datatype=XSD["date"])


def iri_of(text: str) -> NamedNode:
    """Return `text` as an IRI. Raises QuestionError for one with quotes, spaces, line breaks."""
    try:
        if not text.isprintable():
            raise ValueError(text)
        return NamedNode(text)
    except ValueError as error:
        raise QuestionError(
            f"「{text}」は IRI として正しくありません。引用符、空白、改行などは含められません。",
            f"{text!r} is no IRI; it may not hold quotes, spaces or line breaks",
        ) from error


def _iri(text: str) -> NamedNode | None:
    """Return the IRI that `text` is or, as a prefixed name, stands for; None if it is a name."""
    prefix, colon, local = text.partition(":")
    if "://" in text:
        return iri_of(unquote(text))
    if colon and prefix in PREFIXES:
        return iri_of(PREFIXES[prefix] + unquote(local))
    return None


def _lies_in(thing: Named, plan: NamedNode | None) -> bool:
    """Tell whether a thing is shared by all cities or belongs to the plan or its city."""
    if plan is None or not re.search(r"/id/[0-9]{6}/", thing.iri.value):
        return True
    owner = plan.value if thing.number else plan.value.rsplit("/", 1)[0]
    return thing.iri.value.startswith(f"{owner}/")


def _likeness(wanted: str, thing: Named) -> float:
    return max(SequenceMatcher(None, wanted, plain(name)).ratio() for name in thing.names)
