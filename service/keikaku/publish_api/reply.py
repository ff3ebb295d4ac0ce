"""What the publishing API answers: a release, a refusal with its report, or something it keeps."""

from __future__ import annotations

import json
from dataclasses import asdict
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pyoxigraph
from pyoxigraph import RdfFormat
from starlette.responses import JSONResponse, Response

from keikaku.checks.findings import counts_by_kind
from keikaku.checks.report import Severity
from keikaku.deposit.change import Condition, DepositError, Reason
from keikaku.names import PREFIXES
from keikaku.web.negotiate import GRAPHS, acceptable, choose, prefers_html
from keikaku.web.problems import HttpError, respond

if TYPE_CHECKING:
    from starlette.requests import Request

    from keikaku.checks.check import Checked
    from keikaku.checks.report import Report
    from keikaku.deposit.change import Published
    from keikaku.web.negotiate import Format

PROBLEM = "application/problem+json"
RETRY_SECONDS = 30

_STATUS = {
    Reason.UNKNOWN: HTTPStatus.NOT_FOUND,
    Reason.CONFLICT: HTTPStatus.CONFLICT,
    Reason.CONDITION: HTTPStatus.PRECONDITION_FAILED,
    Reason.MALFORMED: HTTPStatus.BAD_REQUEST,
    Reason.INVALID: HTTPStatus.UNPROCESSABLE_ENTITY,
    Reason.BUSY: HTTPStatus.SERVICE_UNAVAILABLE,
    Reason.UNWRITABLE: HTTPStatus.INSUFFICIENT_STORAGE,
    Reason.UNFINISHED: HTTPStatus.INTERNAL_SERVER_ERROR,
}


def published(done: Published, site: str, here: str) -> Response:
    """Return the answer to a deposit: 201 with the address of what is new, else 200.

    `site` is where releases are published, `here` the address of what was written.
    """
    release = f"{site}releases/{done.release}"
    body = {
        "release": done.release,
        "address": release,
        "triples": done.triples,
        "plans": [
            {
                "name": name,
                "title": report.plan,
                "discrepancies": counts_by_kind(report),
                "report": f"{release}/report/{name}.csv",
            }
            for name, report in done.reports.items()
        ],
    }
    headers = {"Content-Location": quote(release, safe=":/")}
    if done.created:
        headers["Location"] = quote(here, safe=":/?=&%")
    return JSONResponse(body, HTTPStatus.CREATED if done.created else HTTPStatus.OK, headers)


def refused(error: DepositError, accept: str | None) -> Response:
    """Return the answer to a deposit that was refused, with the report of the checks if any."""
    status = _STATUS[error.reason]
    headers = {"Retry-After": str(RETRY_SECONDS)} if error.reason is Reason.BUSY else {}
    if error.reason not in (Reason.INVALID, Reason.CONFLICT, Reason.MALFORMED) or prefers_html(
        accept
    ):
        return respond(HttpError(status, error.ja, error.en, headers), accept)
    headers["Vary"] = "Accept"
    kind = acceptable(accept, [PROBLEM, *(offer.media_type for offer in GRAPHS)])
    for offer in GRAPHS:
        if error.checked and kind == offer.media_type:
            report = _converted(error.checked.turtle, offer.kind)
            return Response(report, status, headers, offer.content_type)
    body = json.dumps(_problem(error, status), ensure_ascii=False)
    return Response(body, status, headers, PROBLEM)


def _problem(error: DepositError, status: HTTPStatus) -> dict[str, Any]:
    """Return the members of RFC 9457, with each problem or finding and where it is."""
    problem: dict[str, Any] = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": str(error),
        "problems": [asdict(item) for item in error.problems],
    }
    return problem | (_findings(error.checked) if error.checked else {})


def _findings(checked: Checked) -> dict[str, Any]:
    report: Report = checked.report
    stopping = [found for found in report.findings if found.severity is not Severity.DISCREPANCY]
    return {
        "plan": report.plan,
        "counts": {severity.value: len(report.of(severity)) for severity in Severity},
        "findings": [asdict(found) for found in stopping],
    }


def _converted(turtle: bytes, kind: RdfFormat) -> bytes:
    triples = pyoxigraph.parse(turtle, format=RdfFormat.TURTLE)
    graph = (quad.triple for quad in triples)
    return pyoxigraph.serialize(graph, format=kind, prefixes=PREFIXES) or b""


def condition_of(request: Request) -> Condition:
    """Return the condition of a request that writes: If-Match and If-None-Match."""
    return Condition(_tags(request, "if-match"), _tags(request, "if-none-match"))


def _tags(request: Request, header: str) -> frozenset[str] | None:
    """Return the tags of a header, without the format that the tag of a graph ends in.

    A weak tag is nobody's: what writes compares strongly (RFC 9110, 13.1.1).
    """
    said = request.headers.getlist(header)
    if not said:
        return None
    tags = [tag.strip() for line in said for tag in line.split(",")]
    strong = (tag.strip('"').partition(".")[0] for tag in tags if not tag.startswith("W/"))
    return frozenset(strong)


def kept(request: Request, content: bytes, media_type: str, tag: str) -> Response:
    """Return something that is kept, or 304 if the client has it in this state."""
    headers = {"ETag": f'"{tag}"', "Vary": "Accept", "Cache-Control": "no-cache, private"}
    given = request.headers.get("if-none-match", "")
    if given.strip() == "*" or f'"{tag}"' in given:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    if request.method == "HEAD":
        headers["Content-Length"] = str(len(content))
        content = b""
    return Response(content, headers=headers, media_type=media_type)


def graph_format(request: Request) -> Format[RdfFormat]:
    """Return the format that a request wants a graph in; raises HttpError if none is offered."""
    chosen = choose(request.headers.get("accept"), None, GRAPHS)
    if chosen is None:
        listed = ", ".join(offer.media_type for offer in GRAPHS)
        raise HttpError(
            HTTPStatus.NOT_ACCEPTABLE,
            f"その形式では答えられません。選べる形式: {listed}",
            f"it is not offered in that format; there are {listed}",
        )
    return chosen
