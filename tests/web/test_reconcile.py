"""The reconciliation service, by the JSON schemas of Reconciliation Service API 0.2."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import httpx
import pytest
from jsonschema import Draft7Validator, validators
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7
from starlette.responses import Response

from keikaku.errors import BusyError
from keikaku.web.reconcile.routes import AT_ONCE, Work

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMAS = Path(__file__).parents[3] / "shared" / "third_party" / "reconciliation-0.2"
ITEM = "352039/kyodo/item/1-4-3"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def service(site: str) -> Iterator[httpx.Client]:
    """The service of a site that serves Yamaguchi's plan."""
    with httpx.Client(base_url=f"{site}/reconcile", timeout=30) as client:
        yield client


def conforms(document: Any, name: str) -> None:
    """Raise unless a document is what the specification's schema says."""
    if not SCHEMAS.is_dir():
        pytest.skip("the specification's schemas are not beside the project")
    found = [json.loads(path.read_text("utf-8")) for path in SCHEMAS.glob("*.json")]
    resources = [(one["$id"], Resource(one, DRAFT7)) for one in found if "$id" in one]
    schema = json.loads((SCHEMAS / f"{name}.json").read_text("utf-8"))
    validator = validators.validator_for(schema, Draft7Validator)
    validator(schema, registry=Registry().with_resources(resources)).validate(document)


def asked(service: httpx.Client, batch: dict[str, Any], how: str = "POST") -> dict[str, Any]:
    """Send a batch, which conforms itself, and return the answer, which conforms."""
    conforms(batch, "reconciliation-query-batch")
    given = {"queries": json.dumps(batch)}
    response = service.get("", params=given) if how == "GET" else service.post("", data=given)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/json"
    answer: dict[str, Any] = response.json()
    conforms(answer, "reconciliation-result-batch")
    assert answer.keys() == batch.keys()
    return answer


def test_the_manifest_conforms_and_its_addresses_answer(service: httpx.Client, site: str) -> None:
    response = service.get("")
    told = response.json()
    conforms(told, "manifest")
    assert told["versions"] == ["0.2"]
    assert told["batchSize"] == 50
    assert told["identifierSpace"] == "https://w3id.org/keikaku/id/"
    assert told["schemaSpace"] == "https://w3id.org/keikaku/ns#"
    addresses = [
        told["logo"],
        told["documentation"],
        told["preview"]["url"].replace("{{id}}", ITEM),
        told["extend"]["propose_properties"]["service_url"]
        + told["extend"]["propose_properties"]["service_path"],
    ]
    for what, one in (("entity", ITEM), ("type", "Item"), ("property", "department")):
        suggest = told["suggest"][what]
        addresses.append(suggest["service_url"] + suggest["service_path"] + "?prefix=x")
        flyout = suggest["flyout_service_url"] + suggest["flyout_service_path"]
        addresses.append(flyout.replace("${id}", one))
    for address in addresses:
        assert address.startswith(site)
        assert httpx.get(address).status_code == 200, address
    view = httpx.get(told["view"]["url"].replace("{{id}}", ITEM))
    assert view.status_code == 303
    assert view.headers["location"] == f"/doc/{ITEM}"


@pytest.mark.parametrize("how", ["GET", "POST"])
def test_a_batch_is_answered(service: httpx.Client, how: str) -> None:
    answer = asked(
        service,
        {
            "q0": {"query": "協働推進", "type": "Department"},
            "q5": {"query": "協働推進室", "type": "担当課"},
            "q1": {"query": "I-(4)-③", "type": ["Item"], "limit": 1, "type_strict": "should"},
            "q2": {"query": "Ｈ２２"},
            "q3": {"query": "どこにもない名前"},
            "q4": {
                "query": "市報の充実",
                "properties": [
                    {"pid": "担当課", "v": "広報広聴課"},
                    {"pid": "municipality", "v": [352039, True]},
                    {"pid": "year", "v": [2010, "平成21年度"]},
                    {"pid": "party", "v": {"id": "party/市民"}},
                ],
            },
        },
        how,
    )
    (department,) = [one for one in answer["q0"]["result"] if one["match"]]
    assert department["id"] == "352039/department/協働推進課"
    assert department["type"] == [{"id": "Department", "name": "担当課"}]
    assert "山口市" in department["description"]
    assert "課・室・係" in department["description"]
    renamed = answer["q5"]["result"][0]
    assert (renamed["id"], renamed["match"]) == (department["id"], False)
    (item,) = answer["q1"]["result"]
    assert (item["id"], item["match"], item["score"]) == (ITEM, True, 100.0)
    assert answer["q2"]["result"][0]["id"] == "fy/2010"
    assert answer["q3"]["result"] == []
    first = answer["q4"]["result"][0]
    assert first["id"] == "352039/kyodo/item/2-2-1"
    features = {one["id"]: one["value"] for one in first["features"]}
    assert features.keys() == {"name", "department", "municipality", "year", "party"}
    assert {value for name, value in features.items() if name != "name"} == {100.0}


def test_properties_alone_are_a_query(service: httpx.Client) -> None:
    batch = {
        "number": {"properties": [{"pid": "number", "v": "I-(4)-③"}], "type": "Item"},
        "year": {
            "properties": [{"pid": "department", "v": "管財課"}, {"pid": "year", "v": "H22"}],
            "limit": 50,
        },
        "none": {"properties": [{"pid": "department", "v": "どこにもない課"}]},
    }
    answer = asked(service, batch)
    assert answer["number"]["result"][0]["id"] == ITEM
    assert answer["none"]["result"] == []
    found = answer["year"]["result"]
    items = service.get("/../api/items", params={"department": "管財課"})
    assert items.status_code == 200
    assert len(found) == items.json()["total"]
    assert all(one["type"][0]["id"] == "Item" for one in found)


@pytest.mark.parametrize("name", [ITEM, f"https://w3id.org/keikaku/id/{ITEM}"])
def test_an_id_finds_what_it_names(service: httpx.Client, name: str) -> None:
    (found, *_) = asked(service, {"a": {"query": name}})["a"]["result"]
    assert (found["id"], found["score"], found["match"]) == (ITEM, 100.0, True)
    suggested = service.get("/suggest/entity", params={"prefix": name}).json()["result"]
    assert suggested[0]["id"] == ITEM


def test_an_empty_batch_and_an_empty_query_have_no_candidates(service: httpx.Client) -> None:
    assert asked(service, {}) == {}
    assert asked(service, {"a": {"query": " "}})["a"]["result"] == []


def test_suggestions_conform(service: httpx.Client) -> None:
    entities = service.get("/suggest/entity", params={"prefix": "ｷｮｳﾄﾞｳ"}).json()
    conforms(entities, "suggest-entities-response")
    entities = service.get("/suggest/entity", params={"prefix": "協働推進"}).json()
    conforms(entities, "suggest-entities-response")
    names = [one["name"] for one in entities["result"]]
    assert names[:3] == ["協働推進課", "協働推進員の配置", "協働推進会議の開催"]
    rest = service.get("/suggest/entity", params={"prefix": "協働推進", "cursor": "1"}).json()
    assert [one["name"] for one in rest["result"]] == names[1:]
    types = service.get("/suggest/type", params={"prefix": "dep"}).json()
    conforms(types, "suggest-types-response")
    assert [one["id"] for one in types["result"]] == ["Department", "DepartmentGroup"]
    properties = service.get("/suggest/property", params={"prefix": "担当"}).json()
    conforms(properties, "suggest-properties-response")
    assert [one["id"] for one in properties["result"]] == ["department"]


def test_values_extend_a_table(service: httpx.Client) -> None:
    proposed = service.get("/properties", params={"type": "Item", "limit": "3"}).json()
    conforms(proposed, "data-extension-property-proposal")
    assert (proposed["type"], proposed["limit"], len(proposed["properties"])) == ("Item", 3, 3)
    every = service.get("/properties", params={"type": "Item"}).json()
    conforms(every, "data-extension-property-proposal")
    assert "department" in [one["id"] for one in every["properties"]]
    wanted = {
        "ids": [ITEM, "352039/kyodo/item/9-9-9"],
        "properties": [{"id": "department"}, {"id": "purpose", "settings": {}}, {"id": "year"}],
    }
    conforms(wanted, "data-extension-query")
    for response in (
        service.get("", params={"extend": json.dumps(wanted)}),
        service.post("", data={"extend": json.dumps(wanted)}),
    ):
        told = response.json()
        conforms(told, "data-extension-response")
        row = told["rows"][ITEM]
        assert row["department"] == [{"id": "352039/department/協働推進課", "name": "協働推進課"}]
        assert row["purpose"][0]["str"].startswith(
            "地域コミュニティや市民活動団体などと行政をつなぐ"
        )
        assert {"id": "fy/2010", "name": "平成22年度"} in row["year"]
        assert told["rows"]["352039/kyodo/item/9-9-9"]["department"] == []
        assert [one["id"] for one in told["meta"]] == ["department", "purpose", "year"]


def test_every_origin_may_ask(service: httpx.Client) -> None:
    before = {"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    preflight = service.options("", headers=before)
    assert preflight.status_code == 204
    assert "POST" in preflight.headers["access-control-allow-methods"]
    for response in (
        preflight,
        service.get(""),
        service.post("", data={"queries": "{}"}),
        service.post("", data={"queries": "no JSON"}),
        service.get("/preview", params={"id": "unknown"}),
        service.get("/suggest/type"),
    ):
        assert response.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in response.headers


def test_a_preview_may_stand_in_a_frame_and_runs_nothing(service: httpx.Client) -> None:
    response = service.get("/preview", params={"id": ITEM})
    policy = response.headers["content-security-policy"]
    assert "frame-ancestors *" in policy
    assert "default-src 'none'" in policy
    assert "行政の協働相談窓口の設置" in response.text
    assert "<script" not in response.text


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"queries": "[]"}, 400),
        ({"queries": "null"}, 400),
        ({"queries": "{"}, 400),
        ({"queries": '{"a": {}}'}, 400),
        ({"queries": '{"a": {"query": 1}}'}, 400),
        ({"queries": '{"a": {"query": "x", "limit": -1}}'}, 400),
        ({"queries": '{"a": {"query": "x", "limit": "many"}}'}, 400),
        ({"queries": '{"a": {"query": "x", "limit": NaN}}'}, 400),
        ({"queries": '{"a": {"query": "x", "limit": Infinity}}'}, 400),
        ({"queries": '{"a": {"query": "x", "type": "Nothing"}}'}, 400),
        ({"queries": '{"a": {"query": "x", "type": {"id": "Item"}}}'}, 400),
        ({"queries": '{"a": {"query": "x", "other": 1}}'}, 400),
        ({"queries": '{"a": {"query": "x", "type_strict": "none"}}'}, 400),
        ({"queries": '{"a": {"query": "x", "type_strict": []}}'}, 400),
        ({"queries": '{"a": {"query": "x", "properties": [{"pid": "none", "v": 1}]}}'}, 400),
        ({"queries": '{"a": {"query": "x", "properties": [{"pid": "year"}]}}'}, 400),
        ({"queries": '{"a": {"query": "x", "properties": [{"pid": "year", "v": {}}]}}'}, 400),
        ({"queries": "[" * 2_000}, 400),
        ({"queries": '{"a":' * 1000 + "1" + "}" * 1000}, 400),
        ({"queries": json.dumps({str(i): {"query": "x"} for i in range(51)})}, 413),
        ({"queries": "x" * 600_000}, 413),
        ({"extend": '{"ids": []}'}, 400),
        ({"extend": '{"ids": [1], "properties": []}'}, 400),
        ({"extend": '{"ids": [], "properties": [{"id": "nothing"}]}'}, 400),
        ({"extend": json.dumps({"ids": ["a"] * 300, "properties": []})}, 413),
        ({"queries": "{}", "callback": "alert"}, 400),
        ({}, 400),
    ],
)
def test_what_cannot_be_read_is_refused(
    service: httpx.Client, given: dict[str, str], status: int
) -> None:
    response = service.post("", data=given, headers=FORM)
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["ja"]


@pytest.mark.parametrize(
    "name",
    [
        "協" * 10_000, "%" * 100, "(" * 300, "a\x00b", "\ud800", "' OR 1=1 --",
        '"; DROP TABLE form',
        ".*+?^${}", "🏯" * 300, "ｶﾞ" * 300, "年" * 300, "\u3000",
    ],
)  # fmt: skip
def test_any_name_is_answered(service: httpx.Client, name: str) -> None:
    asked(service, {"a": {"query": name}})


@pytest.mark.parametrize(
    "value", ['" } UNION { ?s ?p ?o } #', "http://a/> } #", "a\x00b", "\ud800"]
)
@pytest.mark.parametrize("pid", ["note", "number", "party", "year", "municipality"])
def test_any_value_of_a_property_is_answered(service: httpx.Client, pid: str, value: str) -> None:
    batch = {
        "alone": {"properties": [{"pid": pid, "v": value}]},
        "as id": {"properties": [{"pid": pid, "v": {"id": value}}]},
        "named": {"query": "協働推進", "properties": [{"pid": pid, "v": [value, {"id": value}]}]},
    }
    answer = asked(service, batch)
    assert answer["alone"]["result"] == answer["as id"]["result"] == []
    assert answer["named"]["result"]


@pytest.mark.parametrize(
    "given",
    [
        {"queries": r'{"a": {"query": "x", "type": "\ud800"}}'},
        {"queries": r'{"a": {"query": "x", "properties": [{"pid": "\ud800", "v": 1}]}}'},
        {"queries": r'{"a": {"query": "x", "\ud800": 1}}'},
        {"queries": r'{"\ud800": 1}'},
        {"extend": r'{"ids": ["a"], "properties": [{"id": "\ud800"}]}'},
    ],
)
def test_half_a_character_is_told_of_and_no_fault_of_ours(
    service: httpx.Client, given: dict[str, str]
) -> None:
    answer = service.post("", data=given)
    assert answer.status_code < 500
    assert answer.headers["access-control-allow-origin"] == "*"
    answer.json()


def test_only_forms_are_posted(service: httpx.Client) -> None:
    assert service.post("", json={"queries": {}}).status_code == 415
    assert service.put("").status_code == 405
    assert service.post("", content=b"queries=%FF", headers=FORM).status_code == 400
    assert service.post("", content=b"queries=\xff\xfe", headers=FORM).status_code == 400


def test_a_form_may_be_in_utf8_as_it_is(service: httpx.Client) -> None:
    text = 'queries={"a": {"query": "山口市", "type": "Municipality"}}'
    answer = service.post("", content=text.encode(), headers=FORM).json()
    assert answer["a"]["result"][0]["name"] == "山口市"


@pytest.mark.parametrize(
    "path", ["/suggest/entity?cursor=x", "/suggest/entity?cursor=99999999", "/preview",
             "/flyout/entity?id=", "/flyout/type?id=x", "/flyout/property?id=x", "/view?id=a%00b",
             "/properties?type=x", "/properties?limit=0", "/properties?limit=x"],
)  # fmt: skip
def test_what_is_not_there_is_an_error_of_the_client(service: httpx.Client, path: str) -> None:
    response = service.get(path)
    assert response.status_code in (400, 404)
    assert response.headers["content-type"] == "application/problem+json"


def test_who_comes_when_too_many_wait_is_told_to_come_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("keikaku.web.reconcile.routes.MOST_WAITING", 1)
    work, go_on = Work(), threading.Event()

    def slow() -> Response:
        assert go_on.wait(30)
        return Response()

    async def crowd() -> None:
        async with anyio.create_task_group() as group:
            for _ in range(AT_ONCE + 1):
                group.start_soon(work.run, slow)
                await anyio.wait_all_tasks_blocked()
            try:
                with pytest.raises(BusyError):
                    await work.run(slow)
            finally:
                go_on.set()

    anyio.run(crowd)


def test_the_service_is_described_and_in_the_catalogue(site: str) -> None:
    paths = httpx.get(f"{site}/api/openapi.json").json()["paths"]
    assert paths["/reconcile"].keys() == {"get", "post"}
    assert not any(path.startswith("/reconcile/") for path in paths)
    entry = httpx.get(f"{site}/catalog", headers={"Accept": "application/n-triples"}).text
    assert "<http://www.w3.org/ns/dcat#endpointURL> <https://w3id.org/keikaku/reconcile>" in entry
    assert "/reconcile" in httpx.get(f"{site}/about").text
