"""A SPARQL endpoint of other people as records: asked once, for so many rows, with a deadline."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import TYPE_CHECKING, Any

from SPARQLWrapper import JSON, POST, SPARQLWrapper

from keikaku.errors import LinkError
from keikaku.graph.link.fetch import AGENT, DEADLINE, check_address, in_time
from keikaku.graph.link.record import Record, tidy
from keikaku.graph.link.sheet import is_web_iri
from keikaku.graph.link.triples import PROPERTIES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from http.client import HTTPResponse

MOST_ROWS = 10_000
"""How many rows an endpoint may answer with."""

_WAIT = 15
_CHUNK = 65_536
_VARIABLES = ("iri", "name", "code", "municipality", "group")


def read_endpoint(
    url: str,
    columns: Mapping[str, str],
    only: str,
    *,
    max_bytes: int,
    seconds: float = DEADLINE,
    query: str = "",
) -> list[Record]:
    """Return the things of an endpoint that have a name.

    `columns` may name the property of a role, `only` the class of the things that count. A `query`
    of one's own selects ?iri, ?name and perhaps ?code, ?municipality, ?group. Raises LinkError for
    an endpoint that does not answer in time or as one, and for more than MOST_ROWS rows.
    """
    check_address(url)
    asked = query or _query(columns, only)
    rows = in_time(seconds, url, lambda: _rows(url, asked, max_bytes))
    if len(rows) > MOST_ROWS:
        raise LinkError(
            f"答えが {MOST_ROWS:,} 件を超えます。--type や --query で絞ってください。",
            f"there are more than {MOST_ROWS:,} rows; ask for fewer by --type or --query",
            file=url,
        )
    records = [record for row in rows if (record := _record(row, url))]
    if not records:
        raise LinkError(
            "名のあるものが一つも返りませんでした。--type、--column、--query を確かめてください。",
            "it answered with nothing that has a name; check --type, --column and --query",
            file=url,
        )
    return list({record.iri: record for record in records}.values())


def _query(columns: Mapping[str, str], only: str) -> str:
    """Return the query for the things of a class with what is told of them."""

    def paths(role: str) -> str:
        known = (columns[role],) if role in columns else PROPERTIES[role]
        return " ".join(f"<{iri}>" for iri in known)

    kind = f"?iri a <{only}> . " if only else ""
    optional = " ".join(
        f"OPTIONAL {{ VALUES ?{role}By {{ {paths(role)} }} ?iri ?{role}By ?{role} "
        f"FILTER (isLiteral(?{role})) }}"
        for role in ("code", "municipality", "group")
        if only or role in columns
    )
    return (
        f"SELECT ?iri ?name ?code ?municipality ?group WHERE {{ {kind}"
        f"VALUES ?by {{ {paths('name')} }} ?iri ?by ?name . "
        f"FILTER (isIRI(?iri) && isLiteral(?name)) {optional} }} LIMIT {MOST_ROWS + 1}"
    )


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: an endpoint is asked where it was said to be."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class _Client(SPARQLWrapper):
    """SPARQLWrapper without redirects and without a proxy that the environment names."""

    def _query(self) -> tuple[HTTPResponse, str]:
        opener = urllib.request.build_opener(_NoRedirects, urllib.request.ProxyHandler({}))
        return opener.open(self._createRequest(), timeout=_WAIT), self.returnFormat


def _rows(url: str, query: str, max_bytes: int) -> list[dict[str, dict[str, str]]]:
    client = _Client(url, returnFormat=JSON, agent=AGENT)
    client.setQuery(query)
    client.setMethod(POST)
    if client.isSparqlUpdateRequest():
        raise LinkError("SELECT の問い合わせにしてください。", "the query has to be a SELECT")
    try:
        response, _ = client._query()  # its own convert() would read without end
        with response:
            body = _body(response, url, max_bytes)
        rows = json.loads(body)["results"]["bindings"]
        return [{name: dict(cell) for name, cell in row.items()} for row in rows]
    except urllib.error.HTTPError as error:
        error.close()
        raise LinkError(
            f"エンドポイントが {error.code} と答えました。アドレスと問い合わせを確かめてください。",
            f"the endpoint answered {error.code}; check the address and the query",
            file=url,
        ) from error
    except (OSError, HTTPException) as error:
        raise LinkError(
            f"エンドポイントに届きません({type(error).__name__})。",
            f"the endpoint cannot be reached ({error})",
            file=url,
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise LinkError(
            "SPARQL の結果(JSON)ではない答えが返りました。アドレスを確かめてください。",
            "the answer is no JSON of SPARQL results; see whether this is an endpoint",
            file=url,
        ) from error


def _body(response: HTTPResponse, url: str, max_bytes: int) -> bytes:
    pieces, size = [], 0
    while piece := response.read1(_CHUNK):
        size += len(piece)
        if size > max_bytes:
            raise LinkError(
                f"答えが大きすぎます(上限 {max_bytes:,} バイト)。--type などで絞ってください。",
                f"the answer has more than {max_bytes:,} bytes; ask for less by --type or --query",
                file=url,
            )
        pieces.append(piece)
    return b"".join(pieces)


def _record(row: Mapping[str, Mapping[str, str]], url: str) -> Record | None:
    told = {name: str(row.get(name, {}).get("value", "")) for name in _VARIABLES}
    name = tidy(told["name"])
    if not name or not is_web_iri(told["iri"]):
        return None
    return Record(
        iri=told["iri"],
        name=name,
        key=told["iri"],
        code=tidy(told["code"]),
        municipality=tidy(told["municipality"]),
        group=told["group"],
        place=url,
    )
