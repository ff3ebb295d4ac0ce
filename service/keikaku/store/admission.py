r"""What may run: a SPARQL query that is short, flat and asks no other server.

Three checks, cheapest first, none of which evaluates anything:

1. Length.
2. The bounds of `_Measure`: nesting of brackets, steps to join, repeated path groups in repeated
   path groups. Far beyond them an engine's planner takes minutes, or its process ends. What they
   leave plans quickly, measured with pyoxigraph 0.5.13, 8 MB of stack, 2 cores:

   | what | the most that the bounds leave |
   | --- | --- |
   | `{`, `(`, `STR(` nested | 100 levels: 1 ms |
   | `!!!…`, `1+1+…`, a list `(1 1 …)` | 119: 1, 1, 800 ms |
   | triple patterns (`.` `;` `,`), groups | 118: 1.9 s |
   | `[?p [?p …`, `{| {| …` nested | 100 levels: 1.2 s, 0.5 s |
   | path `a/b/c` | 119: 0.1 s |
   | `((p*)*)*`, `((p/p)*/p)*` | 5: 0.1 s |

   Not bounded, since 20,000 characters of them do no harm: `||` and `&&`, the rows of VALUES, IN,
   BIND, FROM, PREFIX, ORDER BY, HAVING. What runs long although it plans fast (joins that multiply)
   or needs much memory no reading of the text can tell: that takes a deadline and a memory limit
   around the process.
3. The engine's own parser, which says whether the text is a query and, by `uses_keyword`, whether
   it has a SERVICE clause other than those that are allowed: these are put as GRAPH clauses, which
   are of the same form, before the parser is asked. A second parser would be a second opinion:
   `?a<?b#>'''` is read in two ways. pyoxigraph decodes `\u0049` in literals and IRIs only (SPARQL
   1.2), other engines everywhere (SPARQL 1.1, 19.2), so the decoded text has to pass too.

A typical query takes 0.1 ms in all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product

from pyoxigraph import Store

from keikaku.errors import QueryError, QueryRefusedError, QuerySyntaxError
from keikaku.names import PREFIXES, SHARED

MAX_STEPS = 120
"""How many triple patterns, path steps, list members and operators a query may have, in all."""

MAX_REPEATS = 5
"""How deep repeated path groups, `( … )*`, may stand in one another."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a query may be: its characters, its levels of brackets, the services it may ask.

    `base` is what relative IRIs are resolved against where the query has no BASE of its own.
    """

    length: int = 20_000
    depth: int = 100
    services: frozenset[str] = frozenset()
    base: str = SHARED


_PARSER = Store()

_TOKEN = re.compile(
    r"""
      (?P<term> <[A-Za-z][A-Za-z0-9+.-]*://[^\x00-\x20<>"{}|^`]*>   # nothing but an IRI
        | \"{3}(?:[^"\\]|\\.|"(?!""))*\"{3} | '{3}(?:[^'\\]|\\.|'(?!''))*'{3}
        | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*'
        | [?$][\w\xb7\u203f\u2040]+ )
    | (?P<unclear> <(?=[^'\#()\[\]\x00-\x20<>"{}|^`]*['\#()\[\]])[^\x00-\x20<>"{}|^`]*> )
    | (?P<operator> \|\| | && | [!<>]?= )
    | (?P<skip> \s+ | \#[^\n\r]* | \^\^ | @[A-Za-z0-9-]* | > )
    | (?P<open> [(\[{] )
    | (?P<close> [)\]}] )
    | (?P<word> (?:[^\s()\[\]{}<>"'\#,;|^/*+!=&?$@\\]|\\.)+ )
    | (?P<mark> << | . )
    """,
    re.VERBOSE | re.DOTALL,
)

_PROLOGUE = re.compile(
    r"(?>\s|\#[^\n\r]*|PREFIX\s+[^\s:<>\"'\#]*:\s*<[^\x00-\x20<>\"{}|^`]*>"
    r"|BASE\s*<[^\x00-\x20<>\"{}|^`]*>)*+",
    re.IGNORECASE,
)

_DECLARATION = re.compile(r"\#[^\n\r]*|<[^>]*>|PREFIX\s+([^\s:<>\"'\#]*):", re.IGNORECASE)

_SERVICE = re.compile("SERVICE", re.IGNORECASE | re.ASCII)

_UPDATE = re.compile(
    r"(?:INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|ADD|MOVE|COPY|WITH)\b", re.IGNORECASE
)


def admit(text: str, bounds: Bounds) -> None:
    """Let a query pass, or say why it may not run.

    Raises QueryRefusedError for an update, a SERVICE clause or a query beyond a bound, and
    QuerySyntaxError for what is no SPARQL at all.
    """
    admit_to_parser(text, bounds)
    _parse(text)


def admit_to_parser(text: str, bounds: Bounds) -> None:
    """Let a text pass that an engine may parse, and run if it is a query. Raises as `admit` does.

    Who gives it to pyoxigraph's `query` has no need of `admit`, which parses once more: an update
    or another text that is no query is an error there, which `not_a_query` explains.
    """
    check_length(text, bounds.length)
    _Measure(bounds.depth).read(text)
    if _SERVICE.search(_decoded(text)):
        _parse(text)
        _refuse_service(text, bounds.services)


def check_length(text: str, most: int) -> None:
    """Raise QueryRefusedError for a text of more than `most` characters."""
    if len(text) > most:
        raise QueryRefusedError(
            f"問い合わせが {len(text)} 文字あり、上限の {most} 文字を超えています。"
            "VALUES などを分けて、何回かに分けて送ってください。",
            f"the query has {len(text)} characters, the limit is {most}; "
            "split its VALUES, for instance, and send it in parts",
        )


def form_of(text: str) -> str:
    """Return the form of a query: SELECT, ASK, CONSTRUCT or DESCRIBE."""
    found = re.match(r"[A-Za-z]*", text[_after_prologue(text) :])
    return found.group().upper() if found else ""


def declared_prefixes(text: str) -> frozenset[str]:
    """Return the prefixes that the prologue of a query declares."""
    return frozenset(_DECLARATION.findall(text, 0, _after_prologue(text)))


def uses_keyword(text: str, keyword: str) -> bool:
    """Tell whether a query uses a keyword such as FROM, and does not merely contain the word.

    The word is replaced by letters that the text does not have, and the engine's parser reads the
    result: names, literals, IRIs and comments stay what they are, a keyword becomes an error.
    `text` itself must be a query.
    """
    found = re.compile(keyword, re.IGNORECASE | re.ASCII)
    if not found.search(text):
        return False
    letters = _fresh(text, len(keyword))
    try:
        _engine_parse(found.sub(lambda match: _in_case_of(match.group(), letters), text))
    except SyntaxError:
        return True
    return False


def _fresh(text: str, length: int) -> str:
    """Return letters that do not stand in `text` in any case: at least `length`, at least 7."""
    lowered = text.lower()
    words = ("".join(letters) for letters in product("zqxjkv", repeat=max(length, 7)))
    return next(word for word in words if word not in lowered)


def _in_case_of(word: str, letters: str) -> str:
    """Give `letters` the capitals of `word`, so that ?from and ?FROM stay two variables."""
    start = "".join(
        new.upper() if old.isupper() else new for old, new in zip(word, letters, strict=False)
    )
    return start + letters[len(word) :]


def _engine_parse(text: str) -> None:
    """Read a query with the engine's parser, and do not run it. Raises SyntaxError.

    pyoxigraph parses the text before it looks at its other arguments, and refuses these two
    together with ValueError before it plans or evaluates.
    """
    try:
        _PARSER.query(
            text,
            base_iri=SHARED,
            prefixes=PREFIXES,
            use_default_graph_as_union=True,
            default_graph=[],
        )
    except UnicodeError as error:
        raise SyntaxError(str(error)) from error
    except ValueError:
        return


def _parse(text: str) -> None:
    try:
        _engine_parse(text)
    except SyntaxError as error:
        raise not_a_query(text, error) from error


def not_a_query(text: str, error: SyntaxError) -> QueryError:
    """Return the error of a text that the engine's parser takes for no query."""
    if _UPDATE.match(text, _after_prologue(text)):
        return QueryRefusedError(
            "ここは問い合わせ（SELECT、ASK、CONSTRUCT、DESCRIBE）だけを受け付けます。"
            "更新はできません。",
            "this endpoint takes queries only (SELECT, ASK, CONSTRUCT, DESCRIBE), no updates",
        )
    return syntax_error(error)


def _after_prologue(text: str) -> int:
    prologue = _PROLOGUE.match(text)
    return prologue.end() if prologue else 0


def syntax_error(error: SyntaxError) -> QuerySyntaxError:
    """Say in our words what the engine's parser found; its lists of expected characters go.

    Its place is where it looked furthest, up to a keyword's length behind the fault: "near".
    """
    place = re.match(r"error at (\d+):(\d+): expected (?:one of )?(.*)", str(error), re.DOTALL)
    if not place:
        return QuerySyntaxError(
            "SPARQL の問い合わせとして読めません。", "this is no SPARQL query as it stands"
        )
    line, column, expected = place.groups()
    hints = re.findall(r"(?:^|, )([A-Z][A-Za-z]*(?: [A-Za-z]+)+)(?=, |$)", expected)
    hint = f": {'; '.join(hints)}" if hints else ""
    return QuerySyntaxError(
        f"SPARQL の問い合わせとして読めません（{line} 行 {column} 文字目の付近）{hint}。",
        f"this is no SPARQL query as it stands (near line {line}, column {column}){hint}",
        line=int(line),
        column=int(column),
    )


def _refuse_service(text: str, allowed: frozenset[str]) -> None:
    for reading in dict.fromkeys((text, _decoded(text))):
        if not uses_keyword(_allowed_as_graphs(reading, allowed), "SERVICE"):
            continue
        if not allowed:
            raise QueryRefusedError(
                "SERVICE（ほかのサーバーへの問い合わせ）は使えません。"
                "SERVICE の部分は、そのサーバーに直接問い合わせてください。",
                "SERVICE is not available here; send that part of the query to its server itself",
            )
        known = ", ".join(sorted(allowed))
        raise QueryRefusedError(
            f"SERVICE に書けるのは次の IRI だけです（接頭辞は使えません）: {known}",
            f"SERVICE may ask only these, each written as a whole IRI: {known}",
        )


def _allowed_as_graphs(text: str, allowed: frozenset[str]) -> str:
    """Return `text` with GRAPH for SERVICE where what follows is an allowed IRI."""
    if not allowed:
        return text
    iris = "|".join(re.escape(f"<{iri}>") for iri in allowed)
    service = re.compile(rf"SERVICE(\s*)(?:\bSILENT(\s*))?(?={iris})", re.IGNORECASE | re.ASCII)
    return service.sub(r"GRAPH\1\2", text)


def _decoded(text: str) -> str:
    r"""Return `text` with its escapes \uXXXX and \UXXXXXXXX undone (SPARQL 1.1, 19.2)."""
    return re.sub(
        r"\\u([0-9A-Fa-f]{4})|\\U(000[0-9A-Fa-f]{5}|0010[0-9A-Fa-f]{4})",
        lambda match: chr(int(match[1] or match[2], 16)),
        text,
    )


class _Measure:
    """One reading of a query's tokens that counts what would break or stall the engine.

    Where it errs it counts too much. What tokens leave open is whether `<…>` is an IRI or two
    comparisons; where that could hide a quote, a comment or a bracket, all that follows counts as
    if it were written to do harm.
    """

    def __init__(self, max_depth: int) -> None:
        self.max_depth = max_depth
        self.steps = 0
        self.open: list[str] = []  # brackets; V is the { of a VALUES block, whose data is free
        self.repeats = [0]  # how deep repetitions are nested: outside, and in each open bracket
        self.closed = 0  # the same of the bracket that was closed last
        self.before = ""  # the kind of the token before
        self.values = False  # the word VALUES was read and its { is to come

    def read(self, text: str) -> None:
        """Count through `text`. Raises QueryRefusedError at the first bound that it passes."""
        for match in _TOKEN.finditer(text, _after_prologue(text)):
            kind, sign = match.lastgroup or "", match.group()
            if kind == "unclear":
                self._count_worst(text[match.start() :])
                self._check()
                return
            if kind != "skip":
                self.before = self._count(kind, sign)
                self._check()

    def _check(self) -> None:
        if len(self.open) > self.max_depth:
            raise _too_many("括弧の入れ子", "levels of brackets", self.max_depth)
        if self.steps > MAX_STEPS:
            raise _too_many(
                "三つ組のパターン、パスの段、リストの要素、演算子",
                "triple patterns, path steps, list members and operators",
                MAX_STEPS,
            )
        if self.repeats[-1] > MAX_REPEATS:
            raise _too_many(
                "入れ子になった繰り返し ( … )*", "repetitions ( … )* in one another", MAX_REPEATS
            )

    def _count(self, kind: str, sign: str) -> str:
        """Count one token, and return what it is to the next one: `kind`, or keyword."""
        if kind == "open":
            self._open(sign)
        elif kind == "close":
            self._close(sign)
        elif kind == "word" and sign.isalpha() and sign.lower() not in ("true", "false"):
            self._keyword(sign)
            return "keyword"
        elif kind == "mark" and not self._inside("V"):
            self._mark(sign)
        elif kind in ("term", "word") and not self._inside("V"):
            self._term(kind, sign)
        return kind

    def _open(self, sign: str) -> None:
        data = self._inside("V") or (self.values and sign == "{")
        if sign == "{":
            self.values = False
        if sign != "(" or self._is_member():
            self.steps += 1
        self.open.append("V" if data else sign)
        self.repeats.append(0)

    def _close(self, sign: str) -> None:
        if self.open:
            self.open.pop()
            self.closed = self.repeats.pop()
        if sign == ")":
            self.repeats[-1] = max(self.repeats[-1], self.closed)

    def _keyword(self, sign: str) -> None:
        self.values = self.values or sign.upper() == "VALUES"
        if not self._inside("V"):
            self.steps += len(re.findall("true|false", sign, re.IGNORECASE))

    def _term(self, kind: str, sign: str) -> None:
        self.steps += self._is_member()
        if kind == "word":  # 1-1-1 and truetrue are one token here, and several to the engine
            number, _, _ = sign.partition(":")
            self.steps += sign.count(".") + number.count("-")
            self.steps += len(re.findall("true|false", sign[1:], re.IGNORECASE))

    def _mark(self, sign: str) -> None:
        if sign in "*+?":
            within = self.closed if self.before == "close" else 0
            self.repeats[-1] = max(self.repeats[-1], within + 1)
        in_parentheses = self._inside("(")
        free = {"<": not in_parentheses, ",": in_parentheses, "&": True, "=": True, "\\": True}
        self.steps += not free.get(sign, False)

    def _is_member(self) -> bool:
        """Tell whether what comes now stands beside a term in parentheses, as in a list."""
        return self.before in ("term", "word", "close") and self._inside("(")

    def _inside(self, bracket: str) -> bool:
        return bool(self.open) and self.open[-1] == bracket

    def _count_worst(self, rest: str) -> None:
        self.open += re.findall(r"[(\[{]", rest)
        self.steps += len(re.findall(r"[\s.;,/|^!-]+|[?$(\[{*+]", rest))
        self.repeats[-1] += len(re.findall(r"[*+]|\?(?!\w)", rest))


def _too_many(ja: str, en: str, limit: int) -> QueryRefusedError:
    return QueryRefusedError(
        f"{ja}が上限の {limit} を超えています。問い合わせを分けてください。"
        "値を並べるだけなら VALUES に上限はありません。",
        f"there are more {en} than the limit of {limit}; split the query "
        "(a mere list of values has no such limit in VALUES)",
    )
