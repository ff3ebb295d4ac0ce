"""The SPARQL behind a list of items: the same items in the same order, from the endpoint."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from keikaku.answers.items.facets import FACETS, PUBLISHER
from keikaku.answers.items.patterns import pattern_of
from keikaku.names import FY, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from keikaku.answers.items.query import ItemQuery
    from keikaku.answers.items.values import Choice
    from keikaku.store.base import Term

_HEAD = """# {title}
SELECT ?number ?title ?item WHERE {{
  ?item a kei:Item ; dcterms:identifier ?number ; rdfs:label ?title ; kei:position ?last ;
    kei:inPlan ?plan .
  ?plan dcterms:publisher/dcterms:identifier ?code .
  FILTER (LANG(?title) = "ja")"""
_PLACE = """  # 計画の順 / the order of the plan
  OPTIONAL { ?item kei:partOf ?one . ?one kei:level 1 ; kei:position ?first }
  OPTIONAL { ?item kei:partOf ?two . ?two kei:level 2 ; kei:position ?second }
  OPTIONAL { ?item kei:partOf ?three . ?three kei:level 3 ; kei:position ?third }"""
_START = """  OPTIONAL {
    { SELECT ?item (MIN(STR(?active)) AS ?start) WHERE { ?item kei:activeIn ?active }
      GROUP BY ?item }
  }"""
_COUNT = """  OPTIONAL {
    { SELECT ?item (COUNT(DISTINCT ?finding) AS ?counted) WHERE { ?finding kei:about ?item }
      GROUP BY ?item }
  }
  BIND (COALESCE(?counted, 0) AS ?discrepancies)"""
_IN_PLACE = "?code ?plan ?first ?second ?third ?last ?item"
_FINDING = "?finding a kei:Discrepancy ; kei:about ?item ; kei:kind ?kind"


def sparql_of(query: ItemQuery) -> str:
    """Return the query for the endpoint whose result is the list, of whatever page."""
    body = [*_conditions(query), *_searches(query), _PLACE]
    if query.sort == "start":
        body.append(_START)
    if query.sort == "discrepancies":
        body.append(_COUNT)
    title = "項目の一覧 / a list of items"
    lines = [_HEAD.format(title=title), *body, "}", f"ORDER BY {_order(query)}"]
    return _with_prefixes("\n".join(lines) + "\n")


def _order(query: ItemQuery) -> str:
    key = {"title": "STR(?title)", "start": "?start", "discrepancies": "?discrepancies"}
    if query.sort == "plan":
        if not query.descending:
            return _IN_PLACE
        return " ".join(f"DESC({variable})" for variable in _IN_PLACE.split())
    return f"{'DESC' if query.descending else 'ASC'}({key[query.sort]}) {_IN_PLACE}"


def _conditions(query: ItemQuery) -> Iterator[str]:
    for name, choices in query.chosen.items():
        facet = FACETS[name]
        ja = "、".join(_one_line(choice.label.ja) for choice in choices)
        yield f"  # {facet.label.ja}: {ja}"
        if name in ("year", "phase"):
            if name == "phase" and "year" in query.chosen:
                yield "  # 年度と同じ年の段階 / in the very year, see above"
            else:
                yield _in_years(query)
        elif name == "discrepancy":
            yield _discrepancy(choices)
        elif name == "relisted":
            yield _relisted(choices)
        elif name == "note":
            yield _any(f"?item <{facet.property}>", name, map(_note, _keys(choices)))
        elif name == "municipality":
            yield _things(f"?item kei:inPlan/<{PUBLISHER}>", name, choices)
        else:
            yield _things(f"?item <{facet.property}>", name, choices)


def _things(path: str, variable: str, choices: tuple[Choice, ...]) -> str:
    """Return the pattern of items that a path leads from to one of the things chosen."""
    some = [_iri(key) for key in _keys(choice for choice in choices if not choice.called)]
    named = [f"{path}/<{one.called[0]}> {one.called[1]}" for one in choices if one.called]
    if not named:
        return _any(path, variable, some)
    if len(named) == 1 and not some:
        return f"  FILTER EXISTS {{ {named[0]} }}"
    if some:
        named.append(f"{_values(variable, some)} {path} ?{variable}")
    return f"  FILTER ({' || '.join(f'EXISTS {{ {pattern} }}' for pattern in named)})"


def _in_years(query: ItemQuery) -> str:
    years = [FY[key] for key in _keys(query.chosen.get("year", ()))]
    phases = [_iri(key) for key in _keys(query.chosen.get("phase", ()))]
    if not phases:
        return _any(f"?item <{FACETS['year'].property}>", "year", years)
    inner = "?item kei:schedule ?entry . ?entry kei:phase ?phase"
    values = _values("phase", phases)
    if years:
        inner += " ; kei:fiscalYear ?year"
        values += f" {_values('year', years)}"
    return f"  FILTER EXISTS {{ {values} {inner} }}"


def _discrepancy(choices: Iterable[Choice]) -> str:
    keys = _keys(choices)
    kinds = [_iri(key) for key in keys if key not in ("yes", "no")]
    either = []
    if "yes" in keys:
        either.append(f"EXISTS {{ {_FINDING} }}")
    elif kinds:
        either.append(f"EXISTS {{ {_values('kind', kinds)} {_FINDING} }}")
    if "no" in keys:
        either.append(f"NOT EXISTS {{ {_FINDING} }}")
    return f"  FILTER ({' || '.join(either)})"


def _relisted(choices: Iterable[Choice]) -> str:
    wanted = {"yes": "EXISTS { ?item kei:relists ?again }"}
    wanted["no"] = f"NOT {wanted['yes']}"
    return f"  FILTER ({' || '.join(wanted[key] for key in _keys(choices))})"


def _any(path: str, variable: str, terms: Iterable[Term]) -> str:
    """Return the pattern of items that a path leads from to one of the terms."""
    some = list(terms)
    if len(some) == 1:
        return f"  {path} {some[0]} ."
    return f"  FILTER EXISTS {{ {_values(variable, some)} {path} ?{variable} }}"


def _values(variable: str, terms: Sequence[Term]) -> str:
    return f"VALUES ?{variable} {{ {' '.join(map(str, terms))} }}"


def _searches(query: ItemQuery) -> Iterator[str]:
    if not query.terms:
        return
    yield (
        "  # 検索。幅、大文字と小文字、ひらがなとカタカナ、空白の違いを問わない正規表現。\n"
        "  # Search by regular expressions that pass over width, case, kana and white space; the\n"
        "  # list's own index also finds part of what one sign stands for (㈱, ㌔), these do not."
    )
    for number, term in enumerate(query.terms, start=1):
        pattern = Literal(pattern_of(term))
        yield (
            f"  FILTER EXISTS {{\n"
            f"    VALUES ?says{number} {{ dcterms:identifier rdfs:label kei:note kei:otherTarget\n"
            f"      kei:purpose kei:currentState kei:content kei:completionCriterion }}\n"
            f"    ?item ?says{number} ?text{number} . FILTER REGEX(STR(?text{number}), {pattern})\n"
            f"  }}"
        )


def _keys(choices: Iterable[Choice]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for choice in choices for key in choice.keys))


def _iri(key: str) -> NamedNode:
    return NamedNode(key)


def _note(key: str) -> Literal:
    return Literal(key, language="ja")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _with_prefixes(text: str) -> str:
    """Return the query with IRIs shortened where that is plain, and the prefixes it uses."""
    for name, namespace in PREFIXES.items():
        text = re.sub(
            rf"<{re.escape(namespace)}([A-Za-z0-9ぁ-んァ-ヶ一-龠]+)>", rf"{name}:\1", text
        )
    used = [name for name in PREFIXES if re.search(rf"(?<![\w:]){name}:", text)]
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in used) + text
