"""The OpenAPI document says what the service does, and its page needs no network."""

import re
from typing import Any

import pytest

from adapters.inbound.web.docs import merged, problems
from adapters.inbound.web.errors import PreconditionRequired, ValidationFailed
from core.shared.errors import Conflict, NotFound
from tests.adapters.web.conformity import assert_conforms, operations
from tests.adapters.web.sample import KNOWN, GadgetNotFound, GadgetTaken, bearer, gadget, sample_app, started

DOCUMENT = sample_app().openapi()


def documented() -> dict[str, dict[str, Any]]:
    return {each["operationId"]: each for path in DOCUMENT["paths"].values() for each in path.values()}


def test_it_has_what_is_public_and_no_more() -> None:
    assert set(DOCUMENT["paths"]) == {"/v1/gadgets", "/v1/gadgets/{id}", "/v1/notes", "/v1/me", "/v1/shopper"}
    assert ("GET", "/internal/v1/peer") in operations(sample_app())
    assert "service_token" not in str(DOCUMENT)


@pytest.mark.parametrize(
    ("operation", "statuses"),
    [
        ("list_gadgets", {200, 422, 429, 503}),
        ("make_gadget", {201, 400, 401, 403, 409, 413, 415, 422, 429, 503}),
        ("get_gadget", {200, 304, 404, 422, 429, 503}),
        ("replace_gadget", {200, 400, 401, 403, 404, 412, 413, 415, 422, 428, 429, 503}),
        ("drop_gadget", {204, 401, 403, 404, 422, 429, 503}),
        ("make_note", {200, 400, 401, 413, 415, 422, 429, 503}),
        ("who_am_i", {200, 401, 422, 429, 503}),
    ],
)
def test_every_refusal_is_documented_as_a_problem(operation: str, statuses: set[int]) -> None:
    responses = documented()[operation]["responses"]
    assert {int(status) for status in responses} == statuses
    for status in statuses:
        if status >= 400:
            content = responses[str(status)]["content"]
            assert list(content) == ["application/problem+json"]
            examples = content["application/problem+json"]["examples"]
            assert all(each["value"]["status"] == status for each in examples.values())


def test_fastapi_s_own_validation_error_is_nowhere() -> None:
    assert "HTTPValidationError" not in str(DOCUMENT)
    assert {"Problem", "FieldError"} <= set(DOCUMENT["components"]["schemas"])


def test_every_reference_leads_somewhere() -> None:
    for name in re.findall(r"#/components/schemas/([\w\[\]]+)", str(DOCUMENT)):
        assert name in DOCUMENT["components"]["schemas"]


def test_errors_of_one_status_are_shown_together() -> None:
    shown = merged(problems(NotFound), problems(GadgetNotFound, GadgetTaken, Conflict))
    assert set(shown[404]["content"]["application/problem+json"]["examples"]) == {"not_found", "gadget_not_found"}
    assert set(shown[409]["content"]["application/problem+json"]["examples"]) == {"gadget_taken", "conflict"}
    assert list(problems(PreconditionRequired, ValidationFailed, NotFound)) == [404, 422, 428]


def test_the_document_tells_who_may_call() -> None:
    found = documented()
    assert found["make_gadget"]["security"] == [{"access_token": []}]
    assert found["which_shopper"]["security"] == [{"access_token": []}, {"cart_token": []}]
    assert "security" not in found["list_gadgets"]
    assert set(DOCUMENT["components"]["securitySchemes"]) == {"access_token", "cart_token"}


def test_shapes_are_closed_and_a_patch_has_its_media_type() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    assert schemas["GadgetIn"]["additionalProperties"] is False
    assert schemas["GadgetOut"]["additionalProperties"] is False
    content = documented()["note_gadget"]["requestBody"]["content"]
    assert content["application/merge-patch+json"] == content["application/json"]
    assert "application/merge-patch+json" not in documented()["replace_gadget"]["requestBody"]["content"]


def test_if_match_is_documented_as_required_where_it_is() -> None:
    [if_match] = [each for each in documented()["replace_gadget"]["parameters"] if each["name"] == "If-Match"]
    assert if_match["required"]


def test_no_parameter_is_said_to_be_nullable() -> None:
    parameters = [parameter for each in documented().values() for parameter in each.get("parameters", ())]
    schemas = {parameter["name"]: parameter["schema"] for parameter in parameters}
    assert set(schemas) == {"cursor", "limit", "q", "id", "If-Match", "Idempotency-Key"}
    assert "null" not in str(schemas)
    assert schemas["Idempotency-Key"]["maxLength"] == 255


def test_no_bound_is_beyond_what_we_take() -> None:
    assert int(DOCUMENT["components"]["schemas"]["GadgetIn"]["properties"]["weight"]["maximum"]) < 2**63


async def test_docs_work_without_a_network_and_run_no_script_of_others() -> None:
    async with started(sample_app()) as client:
        page = await client.get("/docs/sample")
        assert "script-src 'self'" in page.headers["content-security-policy"]
        assert "<script>" not in page.text
        links = re.findall(r'(?:src|href)="([^"]+)"', page.text)
        assert len(links) == 4
        for link in links:
            assert link.startswith("/docs/sample/")
            assert (await client.get(link)).status_code == 200, link
        start = await client.get("/docs/sample/start.js")
        assert '"/openapi/sample.json"' in start.text
        assert (await client.get("/openapi/sample.json")).json() == DOCUMENT
        assert (await client.get("/docs/sample/assets/missing.js")).json()["code"] == "not_found"
        assert (await client.get("/docs/sample/assets/..%2f__init__.py")).status_code == 404


async def test_docs_can_be_turned_off() -> None:
    async with started(sample_app(docs=False)) as client:
        for path in (
            "/docs/sample",
            "/docs/sample/start.js",
            "/openapi/sample.json",
            "/docs",
            "/redoc",
            "/openapi.json",
        ):
            assert (await client.get(path)).status_code == 404, path


async def test_what_is_sent_is_what_is_documented() -> None:
    app = sample_app()
    async with started(app) as client:
        for method, path, status in [
            ("GET", "/v1/gadgets", 200),
            ("HEAD", "/v1/gadgets", 200),
            ("GET", "/v1/gadgets?limit=0", 422),
            ("POST", "/v1/gadgets", 201),
            ("GET", f"/v1/gadgets/{KNOWN}", 200),
            ("GET", "/v1/gadgets/x", 404),
            ("DELETE", f"/v1/gadgets/{KNOWN}", 204),
            ("GET", "/v1/me", 200),
        ]:
            body = gadget() if method == "POST" else None
            response = await client.request(method, path, json=body, headers=bearer("admin"))
            assert response.status_code == status
            assert_conforms(app, response)


async def test_what_is_not_documented_is_caught() -> None:
    app = sample_app()
    async with started(app) as client:
        response = await client.get(f"/v1/gadgets/{KNOWN}")
        other = await client.get("/v1/me")
        for wrong in (other.content, b"{}", response.content.replace(b"1999", b'"1999"')):
            response._content = wrong
            with pytest.raises(ValueError, match="validation error"):
                assert_conforms(app, response)
        peer = await client.get("/internal/v1/peer", headers=bearer("order"))
        assert_conforms(app, peer)
        peer._content = b'{"id": 5}'
        with pytest.raises(ValueError, match="validation error"):
            assert_conforms(app, peer)
        response.status_code = 202
        with pytest.raises(AssertionError, match="declares"):
            assert_conforms(app, response)
