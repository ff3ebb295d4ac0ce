"""What the reconciliation service can do, as its manifest tells."""

from __future__ import annotations

from typing import Any

from keikaku import __version__
from keikaku.answers.reconcile.written import TYPES, type_of
from keikaku.closed import Bilingual
from keikaku.names import KEI
from keikaku.web.reconcile.given import MOST_QUERIES

NAME = Bilingual(ja="keikaku 行政計画の照合", en="keikaku: municipal action plans")
PATH = "/reconcile"
PREVIEW_SIZE = (430, 220)  # pixels
_DEFAULT = ("Item", "Department", "Party", "Measure", "Municipality", "FiscalYear")


def manifest(host: str, base: str) -> dict[str, Any]:
    """Return the manifest of a service at `host`, whose ids follow {base}id/."""
    service = f"{host}{PATH}"

    def suggested(what: str) -> dict[str, str]:
        return {
            "service_url": service,
            "service_path": f"/suggest/{what}",
            "flyout_service_url": service,
            "flyout_service_path": f"/flyout/{what}?id=${{id}}",
        }

    width, height = PREVIEW_SIZE
    return {
        "versions": ["0.2"],
        "name": f"{NAME.ja} / {NAME.en}",
        "identifierSpace": f"{base}id/",
        "schemaSpace": KEI.iri,
        "documentation": f"{host}/about#reconcile",
        "serviceVersion": __version__,
        "logo": f"{host}/static/icon.svg",
        "view": {"url": f"{service}/view?id={{{{id}}}}"},
        "defaultTypes": [type_of(kind) for kind in TYPES if kind in _DEFAULT],
        "batchSize": MOST_QUERIES,
        "suggest": {what: suggested(what) for what in ("entity", "property", "type")},
        "preview": {"url": f"{service}/preview?id={{{{id}}}}", "width": width, "height": height},
        "extend": {
            "propose_properties": {"service_url": service, "service_path": "/properties"},
            "property_settings": [],
        },
    }


_GIVEN = {
    "queries": "照合する名称の JSON / the names to be matched, as a JSON object",
    "extend": "取り出す値の JSON / the values to be fetched, as a JSON object",
}
_ANSWERS = {
    "200": "答え、条件がなければ manifest / the answer, or the manifest where nothing is asked",
    "400": "読めない条件 / what cannot be read",
    "413": "多すぎる条件 / too much at once",
    "415": "フォームでない本文 / a body that is no form",
    "503": "混雑 / too busy",
    "504": "時間切れ / out of time",
}


def described_for(method: str) -> dict[str, Any]:
    """Return how the API's description tells of asking the service by GET or by POST."""
    fields = {name: {"type": "string", "description": said} for name, said in _GIVEN.items()}
    form = {"schema": {"type": "object", "properties": fields}}
    body = {"content": {"application/x-www-form-urlencoded": form}}
    parameters = [
        {"name": name, "in": "query", "schema": {"type": "string"}, "description": said}
        for name, said in _GIVEN.items()
    ]
    kinds = {"200": "application/json"}
    return {
        "tags": ["reconcile"],
        "summary": f"{NAME.ja} / matching names (Reconciliation Service API 0.2)",
        "operation_id": f"reconcile-{method}",
        "openapi_extra": {"requestBody": body} if method == "post" else {"parameters": parameters},
        "responses": {
            status: {
                "description": said,
                "content": {kinds.get(status, "application/problem+json"): {"schema": {}}},
            }
            for status, said in _ANSWERS.items()
        },
    }
