"""The clients of a soak, each with a habit, and what they hold the server to."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from .http import Client, LostError, Reading, get, post
from .judge import rows_of, wrong_items, wrong_problem
from .queries import HEAVY, LARGE, MALFORMED, REFUSED

if TYPE_CHECKING:
    import random
    from collections.abc import Awaitable, Callable

    from .facts import Facts
    from .http import Answer
    from .tally import Tally

    Habit = Callable[["Visitor"], Awaitable[None]]

_JSON = "application/sparql-results+json"
_FORM = "application/x-www-form-urlencoded"
_DIRECT = "application/sparql-query"
_REFUSED = (503, 504)
_DOCUMENTED = (200, 413, 500, 503, 504)
_TOO_MUCH = (400, 413)
_SLOW = Reading(piece=1 << 18, pause=0.1)
_EVERYTHING = "SELECT ?s ?p ?o WHERE { ?s ?p ?o }"


@dataclass(slots=True)
class Visitor:
    """A client with its own connection, its own dice, and what it knows and tells."""

    client: Client
    dice: random.Random
    facts: dict[str, Facts]
    tally: Tally
    number: int

    async def ask(self, habit: str, request: bytes, reading: Reading | None = None) -> Answer:
        """Send a request, and count it with its answer. Raises LostError."""
        self.tally.sent(habit)
        answer = await self.client.send(request, reading or Reading())
        self.tally.answered(habit, answer)
        return answer

    def wrong(self, habit: str, said: str) -> None:
        """Report a broken promise."""
        self.tally.broken(f"{habit}: {said}")

    def hold(self, habit: str, wrong: str | None) -> None:
        """Report what a judge found wrong, if anything."""
        if wrong:
            self.wrong(habit, wrong)


async def good(visitor: Visitor) -> None:
    """Ask which items involve a party in a year, in one of the ways there are."""
    dice = visitor.dice
    party, year = _party_and_year(visitor)
    query = _items_query(party, year) + (f" # {dice.random()}" if dice.random() < 0.5 else "")
    accept = dice.choice((_JSON, "text/csv"))
    coding = {"accept_encoding": "gzip"} if dice.random() < 0.3 else {}
    manner = dice.choice(("get", "form", "direct"))
    pinned = dice.choice((*visitor.facts, *[""] * 8))
    path = f"/releases/{pinned}/sparql" if pinned else "/sparql"
    if manner == "get":
        request = get(f"{path}?query={quote(query)}", accept=accept, **coding)
    elif manner == "form":
        body = urlencode({"query": query}).encode()
        request = post(path, body, _FORM, accept=accept, **coding)
    else:
        request = post(path, query.encode(), _DIRECT, accept=accept, **coding)
    habit = "pinned" if pinned else "good"
    answer = await visitor.ask(habit, request)
    if answer.status == 200:
        visitor.hold(habit, wrong_items(visitor.facts, (party, year), rows_of(answer), pinned))
    elif answer.status not in _REFUSED:
        visitor.wrong(habit, f"status {answer.status}: {answer.body[:200]!r}")
    await asyncio.sleep(dice.uniform(0, 0.1))


def _items_query(party: str, year: str) -> str:
    return f"""SELECT ?release ?number ?title WHERE {{
  ?dataset a void:Dataset ; dcterms:identifier ?release .
  ?item a kei:Item ; kei:involves party:{party} ; kei:activeIn fy:{year} ;
        dcterms:identifier ?number ; rdfs:label ?title }}"""


def _party_and_year(visitor: Visitor) -> tuple[str, str]:
    """Choose a question that has an answer in one of the releases at least."""
    everyone = sorted({key for facts in visitor.facts.values() for key in facts.items})
    return visitor.dice.choice(everyone)


async def rest(visitor: Visitor) -> None:
    """Ask the same by the REST operation."""
    party, year = _party_and_year(visitor)
    query = urlencode({"party": party, "year": year})
    answer = await visitor.ask("rest", get(f"/api/questions/items-by-party-year?{query}"))
    if answer.status == 200:
        said = json.loads(answer.body)
        rows = [(said["release"], row["number"], row["title"]) for row in said["rows"]]
        visitor.hold("rest", wrong_items(visitor.facts, (party, year), rows))
    elif answer.status not in _REFUSED:
        visitor.wrong("rest", f"status {answer.status}: {answer.body[:200]!r}")
    await asyncio.sleep(visitor.dice.uniform(0, 0.2))


async def page(visitor: Visitor) -> None:
    """Look at pages, and at what machines look at."""
    dice = visitor.dice
    facts = dice.choice(tuple(visitor.facts.values()))
    item = quote(dice.choice(facts.iris).partition("/id/")[2])
    path, wanted = dice.choice(
        (
            ("/", (200,)),
            ("/questions/items-by-party-year", (200,)),
            (f"/id/{item}", (303,)),
            (f"/doc/{item}.html", (200, 404)),  # the other release may not know it
            (f"/doc/{item}.ttl", (200, 404)),
            ("/catalog", (200,)),
            ("/api/openapi.json", (200,)),
            ("/readyz", (200,)),
            (f"/releases/{facts.release}/catalog.ttl", (200,)),
            ("/no-such-page", (404,)),
        )
    )
    answer = await visitor.ask("page", get(path, accept="text/html, */*;q=0.5"))
    if answer.status not in (*wanted, *_REFUSED):
        visitor.wrong("page", f"{path}: status {answer.status}: {answer.body[:200]!r}")
    await asyncio.sleep(dice.uniform(0, 0.3))


async def malformed(visitor: Visitor) -> None:
    """Send what is no request that can be answered."""
    status, request = visitor.dice.choice(MALFORMED)
    answer = await visitor.ask("malformed", request)
    if answer.status != status:
        visitor.wrong("malformed", f"{answer.status} instead of {status} for {request[:80]!r}")
    visitor.hold("malformed", wrong_problem(answer))
    await asyncio.sleep(visitor.dice.uniform(0, 0.2))


async def bytes_that_are_no_utf8(visitor: Visitor) -> None:
    """Post bytes that are no text."""
    body = visitor.dice.randbytes(visitor.dice.randrange(1, 3000)) + b"\xff"
    answer = await visitor.ask("malformed", post("/sparql", body, _DIRECT))
    if answer.status != 400:
        visitor.wrong("malformed", f"{answer.status} instead of 400 for bytes that are no UTF-8")
    visitor.hold("malformed", wrong_problem(answer))
    await asyncio.sleep(visitor.dice.uniform(0, 0.2))


async def heavy(visitor: Visitor) -> None:
    """Send a query that takes more time or memory than it gets."""
    query = f"{visitor.dice.choice(HEAVY)} # {visitor.dice.random()}"
    answer = await visitor.ask("heavy", post("/sparql", query.encode(), _DIRECT, accept=_JSON))
    if answer.status not in _REFUSED:
        visitor.wrong("heavy", f"status {answer.status} for {query}")
    visitor.hold("heavy", wrong_problem(answer))
    await asyncio.sleep(visitor.dice.uniform(1, 5))


async def refused(visitor: Visitor) -> None:
    """Send a query that is just above a bound."""
    query = f"{visitor.dice.choice(REFUSED)} # {visitor.dice.random()}"
    answer = await visitor.ask("refused", post("/sparql", query.encode(), _DIRECT))
    if answer.status not in _TOO_MUCH:
        visitor.wrong("refused", f"status {answer.status} for {query[:200]}")
    visitor.hold("refused", wrong_problem(answer))
    await asyncio.sleep(visitor.dice.uniform(0.5, 2))


async def large(visitor: Visitor) -> None:
    """Send a query whose answer is large, or that needs much memory."""
    query = f"{visitor.dice.choice(LARGE)} # {visitor.dice.random()}"
    try:
        answer = await visitor.ask("large", post("/sparql", query.encode(), _DIRECT))
    except LostError as error:
        if error.begun != 200:
            raise
        visitor.tally.cut("large")
        return
    if answer.status not in _DOCUMENTED:
        visitor.wrong("large", f"status {answer.status} for {query[:200]}")
    if answer.status != 200:
        visitor.hold("large", wrong_problem(answer))
    await asyncio.sleep(visitor.dice.uniform(0.5, 2))


async def cancelled(visitor: Visitor) -> None:
    """Send a query and leave before its answer."""
    tag = f" # {visitor.dice.random()}"
    query = (visitor.dice.choice(HEAVY) if visitor.dice.random() < 0.5 else _EVERYTHING) + tag
    visitor.tally.sent("cancelled")
    _, writer = await visitor.client.connected()
    writer.write(post("/sparql", query.encode(), _DIRECT))
    await asyncio.sleep(visitor.dice.uniform(0, 0.5))
    await visitor.client.close()
    visitor.tally.left("cancelled")
    await asyncio.sleep(visitor.dice.uniform(0.5, 2))


async def half_a_request(visitor: Visitor) -> None:
    """Send the beginning of a request, and leave the connection open for a while."""
    request = post("/sparql", b"ASK {}" * 10, _DIRECT)
    visitor.tally.sent("half")
    _, writer = await visitor.client.connected()
    writer.write(request[: visitor.dice.randrange(1, len(request) - 1)])
    await asyncio.sleep(visitor.dice.uniform(1, 10))
    await visitor.client.close()
    visitor.tally.left("half")


async def slow_reader(visitor: Visitor) -> None:
    """Ask for everything, and read it slowly; what the server begins it may cut, never end early.

    Everything that came with an end must be all that there is.
    """
    query = f"{_EVERYTHING} # {visitor.dice.random()}"
    request = post("/sparql", query.encode(), _DIRECT, accept="text/csv")
    try:
        answer = await visitor.ask("slow", request, _SLOW)
    except LostError as error:
        if error.begun != 200:
            raise
        visitor.tally.cut("slow")
        return
    finally:
        await visitor.client.close()  # it was idle to the server while we still read
    if answer.status == 200:
        rows = answer.body.count(b"\r\n") - 1
        if rows not in {facts.triples for facts in visitor.facts.values()}:
            visitor.wrong("slow", f"a whole answer of {rows} rows")
    elif answer.status not in (413, *_REFUSED):
        visitor.wrong("slow", f"status {answer.status}")
    await asyncio.sleep(visitor.dice.uniform(1, 3))


HABITS: tuple[Habit, ...] = (
    *(good,) * 14,
    *(rest,) * 4,
    *(page,) * 4,
    *(malformed,) * 2,
    bytes_that_are_no_utf8,
    *(heavy,) * 2,
    refused,
    large,
    *(cancelled,) * 1,
    half_a_request,
    slow_reader,
)
"""The habits of 32 clients."""
