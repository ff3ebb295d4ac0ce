"""The values of facets: what each is called in an address, and which value a name means.

People write 協働推進課, an IRI, 352039/department/協働推進課, H22 or 平成22年度. A name that
several things bear, such as a department of two cities, means all of them; an address has the name
where it is one thing's alone, else the end of its IRI.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from keikaku.answers.items.facets import YES_NO, Facet
from keikaku.answers.lexicon import plain
from keikaku.closed import Bilingual
from keikaku.errors import QuestionError
from keikaku.names import DCTERMS, FY, RDFS, SHARED
from keikaku.text import fiscal_year_codes, fiscal_year_labels

if TYPE_CHECKING:
    from collections.abc import Iterable

    from keikaku.answers.items.index import ItemIndex
    from keikaku.answers.lexicon import Lexicon

_LISTED = 20
_OTHER_SECTION = {"policy": "measure", "measure": "policy"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet: as an address has it, as people read it, and its keys in the index.

    A key is an IRI, a year, the text of a note, or `yes` and `no`. Of several things that one name
    means, `called` is the property and the text that they, and no others, have in common.
    """

    value: str
    label: Bilingual
    keys: tuple[str, ...]
    called: tuple[str, Literal] | None = None


class Choices:
    """The values of the facets in one release."""

    def __init__(self, index: ItemIndex, lexicon: Lexicon) -> None:
        """Name values by the lexicon; municipalities and notes by the index."""
        self._index = index
        self._lexicon = lexicon
        self._bases = {iri.split("/id/")[0] + "/id/" for iri in index.plan_years} | {f"{SHARED}id/"}

    def of_key(self, facet: Facet, key: str) -> Choice:
        """Return the value that a key of the index stands for."""
        if key in YES_NO.get(facet.name, {}):
            return Choice(key, YES_NO[facet.name][key], (key,))
        if facet.name == "note":
            return Choice(key, Bilingual(ja=key, en=key), (key,))
        if facet.name == "year":
            return _year(int(key))
        thing = self._index.thing(key)
        text = Bilingual(ja=thing.label.ja, en=thing.label.en)
        if facet.type == "section" and thing.number:
            text = Bilingual(ja=f"{thing.number} {text.ja}", en=f"{thing.number} {text.en}")
        return Choice(self._written(facet, key, thing.number, thing.label.ja), text, (key,))

    def named(self, facet: Facet, text: str) -> Choice:
        """Return the value that a person means. Raises QuestionError, with the values there are."""
        if text in YES_NO.get(facet.name, {}):
            return self.of_key(facet, text)
        if facet.type is None:
            return self._of_index(facet, text)
        if facet.type == "fiscal-year":
            term = self._lexicon.resolve(facet.type, text)
            return _year(int(getattr(term, "value", "").removeprefix(FY.iri)))
        keys = self._keys(facet, text)
        if not keys:
            raise self._lexicon.unknown(facet.type, text)
        return self._together(facet, text, keys)

    def _together(self, facet: Facet, text: str, keys: tuple[str, ...]) -> Choice:
        """Return what one name means, be it one thing or several."""
        if len(keys) == 1:
            return self.of_key(facet, keys[0])
        label = Bilingual(ja=f"{text}({len(keys)})", en=f"{text} ({len(keys)})")
        return Choice(text, label, tuple(sorted(keys)), self._in_common(keys))

    def _in_common(self, keys: tuple[str, ...]) -> tuple[str, Literal] | None:
        """Return the label or number that all these things have, and so no other thing."""
        things = [self._index.thing(key) for key in keys]
        labels = {thing.label.ja for thing in things}
        numbers = {thing.number for thing in things}
        if len(labels) == 1:
            return RDFS["label"].value, Literal(labels.pop(), language="ja")
        number = numbers.pop() if len(numbers) == 1 else None
        return (DCTERMS["identifier"].value, Literal(number)) if number else None

    def _keys(self, facet: Facet, text: str) -> tuple[str, ...]:
        """Return the IRIs that a name means; a policy is no measure."""
        for iri in self._addressed(text):
            if found := self._lexicon.all_called(facet.type or "", iri):
                return tuple(thing.iri.value for thing in found)
        things = self._lexicon.all_called(facet.type or "", text)
        keys = tuple(thing.iri.value for thing in things)
        if facet.type == "section":
            others = self._index.postings.get(_OTHER_SECTION[facet.name], {})
            keys = tuple(key for key in keys if key not in others)
        return keys

    def _addressed(self, text: str) -> Iterable[str]:
        """Return the IRIs that the end of an IRI may stand for."""
        if "/" not in text or "://" in text:
            return ()
        return [f"{base}{text}" for base in sorted(self._bases) if _is_iri(f"{base}{text}")]

    def _of_index(self, facet: Facet, text: str) -> Choice:
        """Return the value of a facet that the lexicon does not know."""
        known = self._index.postings.get(facet.name, {})
        called = tuple(key for key in known if plain(text) in self._names(key))
        if called:
            return self._together(facet, text, called)
        listed = [self.of_key(facet, key) for key in list(known)[:_LISTED]]
        listed += [self.of_key(facet, key) for key in YES_NO.get(facet.name, {})]
        ja = "、".join(dict.fromkeys(choice.value for choice in listed)) or "なし"
        raise QuestionError(
            f"「{facet.label.ja}」に「{text}」はありません。あるもの: {ja}",
            f"no {facet.label.en} is called {text!r}; there are: {ja}",
        )

    def _names(self, key: str) -> set[str]:
        label = self._index.thing(key).label
        return {plain(name) for name in (key, key.rsplit("/", 1)[-1], label.ja, label.en)}

    def _written(self, facet: Facet, key: str, number: str | None, name: str) -> str:
        """Return what stands for a thing in an address."""
        tail = key.partition("/id/")[2] or key
        if facet.name in ("municipality", "plan"):
            return tail
        if facet.type == "kind":
            return tail.rsplit("/", 1)[-1]
        short = number if facet.type == "section" and number else name
        alone = self._keys(facet, short) == (key,)
        return short if alone else tail


def _year(year: int) -> Choice:
    codes, labels = fiscal_year_codes(year), fiscal_year_labels(year)
    ja = f"{'・'.join(labels)}({year})"
    return Choice(codes[-1], Bilingual(ja=ja, en=f"FY{year} ({'/'.join(codes)})"), (str(year),))


def _is_iri(text: str) -> bool:
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True
