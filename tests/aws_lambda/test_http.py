"""An app sees of an event what it would see behind a socket, and whoever made the event gets the app's whole answer."""

from collections.abc import Sequence

import pytest

from adapters.inbound.aws_lambda.http import SPARE_MILLISECONDS, HttpEvents
from adapters.inbound.web.client import client_address
from tests.aws_lambda.events import CLIENT, WAYS, Context, Sent
from tests.aws_lambda.invoking import Echo, a_loop, answered, invoked, seen

ANY = tuple(WAYS)
WITH_LINES = ("rest_api", "http_api_in_format_1", "load_balancer")
"""The ways by which each header line comes as a value of its own."""
GATEWAYS = ("http_api", "http_api_in_format_1", "rest_api")
LOAD_BALANCERS = ("load_balancer", "load_balancer_of_single_values")


@pytest.mark.parametrize("way", ANY)
@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/v1/products", "/v1/products"),
        ("/", "/"),
        ("/v1/a%20b", "/v1/a b"),
        ("/v1/a%2Fb", "/v1/a/b"),
        ("/v1/100%25", "/v1/100%"),
        ("/v1/%2525", "/v1/%25"),
        ("/v1/M%C3%BCsli", "/v1/Müsli"),
        ("/v1/%FF", "/v1/\ufffd"),
        ("/v1/a+b", "/v1/a+b"),
        ("/v1//products/", "/v1//products/"),
    ],
)
def test_a_path_is_decoded_once(way: str, target: str, path: str) -> None:
    assert seen(way, Sent(target=target)).scope["path"] == path


@pytest.mark.parametrize("way", ["http_api", *LOAD_BALANCERS])
@pytest.mark.parametrize("query", ["", "q=a%20b", "q=a+b&limit=5", "q=%FF", "q=%00", "a=&b=1%26c%3D2", "flag="])
def test_a_query_comes_byte_for_byte_where_it_is_told_so(way: str, query: str) -> None:
    assert seen(way, Sent(target=f"/v1?{query}")).scope["query_string"] == query.encode()


@pytest.mark.parametrize("way", ["rest_api", "http_api_in_format_1"])
@pytest.mark.parametrize(
    ("query", "again"),
    [
        ("tag=a&tag=b", b"tag=a&tag=b"),
        ("q=a%20b", b"q=a+b"),
        ("q=%00", b"q=%00"),
        ("q=1%26c%3D2", b"q=1%26c%3D2"),
        ("flag=", b"flag="),
    ],
)
def test_a_query_that_was_decoded_is_encoded_again(way: str, query: str, again: bytes) -> None:
    assert seen(way, Sent(target=f"/v1?{query}")).scope["query_string"] == again


@pytest.mark.parametrize("way", ["http_api", "rest_api", "http_api_in_format_1", "load_balancer"])
def test_every_value_of_a_name_in_the_query_comes(way: str) -> None:
    assert seen(way, Sent(target="/v1?tag=a&tag=b")).scope["query_string"] == b"tag=a&tag=b"


@pytest.mark.parametrize("way", WITH_LINES)
def test_equal_header_lines_stay_lines_of_their_own(way: str) -> None:
    headers = (("Authorization", "Bearer one"), ("authorization", "Bearer two"))
    assert seen(way, Sent(headers=headers)).values(b"authorization") == [b"Bearer one", b"Bearer two"]


@pytest.mark.parametrize("way", ANY)
def test_names_of_headers_are_in_lower_case_and_values_as_they_came(way: str) -> None:
    echo = seen(way, Sent(headers=(("X-Request-Id", "Abc-1"), ("If-Match", '"3"'))))
    assert (echo.values(b"x-request-id"), echo.values(b"if-match")) == ([b"Abc-1"], [b'"3"'])


@pytest.mark.parametrize("way", ANY)
def test_cookies_come_as_one_header(way: str) -> None:
    assert seen(way, Sent(headers=(("Cookie", "a=1; b=2"),))).values(b"cookie") == [b"a=1; b=2"]


@pytest.mark.parametrize("way", ANY)
@pytest.mark.parametrize("kind", ["application/json", "application/x-ndjson", "application/octet-stream", ""])
@pytest.mark.parametrize("body", [b"", b'{"name": "M\xc3\xbcsli"}', b"\xff\x00\xfe"])
def test_a_body_comes_byte_for_byte_as_text_or_base64(way: str, kind: str, body: bytes) -> None:
    headers = (("Content-Type", kind),) if kind else ()
    assert seen(way, Sent(method="POST", headers=headers, body=body)).body == body


@pytest.mark.parametrize("way", GATEWAYS)
@pytest.mark.parametrize("hops", [0, 1])
@pytest.mark.parametrize("forged", [(), ("198.51.100.1",), ("198.51.100.1, 198.51.100.2", "127.0.0.1")])
def test_behind_a_gateway_the_caller_is_whom_the_gateway_saw(way: str, hops: int, forged: Sequence[str]) -> None:
    sent = Sent(headers=[("X-Forwarded-For", chain) for chain in forged])
    assert client_address(seen(way, sent).scope, hops) == CLIENT


@pytest.mark.parametrize("way", GATEWAYS)
def test_with_a_network_before_the_gateway_two_entries_are_believed(way: str) -> None:
    sent = Sent(headers=(("X-Forwarded-For", "198.51.100.66, 192.0.2.1"),), client="192.0.2.200")
    assert client_address(seen(way, sent).scope, 2) == "192.0.2.1"


@pytest.mark.parametrize("chain", [None, "198.51.100.1", f"{CLIENT}, 198.51.100.2"])
def test_what_a_gateway_does_not_append_is_appended(chain: str | None) -> None:
    event = WAYS["http_api"](Sent())
    event["headers"].pop("x-forwarded-for")
    if chain:
        event["headers"]["x-forwarded-for"] = chain
    echo = Echo()
    answered(echo, event)
    assert client_address(echo.scope, 1) == CLIENT
    assert echo.values(b"x-forwarded-for") == [f"{chain}, {CLIENT}".encode() if chain else CLIENT.encode()]


@pytest.mark.parametrize("way", LOAD_BALANCERS)
@pytest.mark.parametrize("forged", [(), (("X-Forwarded-For", "198.51.100.1"),)])
def test_behind_a_load_balancer_the_caller_is_the_entry_that_it_wrote(
    way: str, forged: Sequence[tuple[str, str]]
) -> None:
    scope = seen(way, Sent(headers=forged)).scope
    assert client_address(scope, 1) == CLIENT
    assert client_address(scope, 0) == "unknown", "Nobody said that one may believe it."


@pytest.mark.parametrize("way", ANY)
@pytest.mark.parametrize(
    ("remaining", "sent", "deadline"),
    [
        (5_000, None, 5_000 - SPARE_MILLISECONDS),
        (5_000, "60000", 5_000 - SPARE_MILLISECONDS),
        (5_000, "200", 200),
        (5_000, "soon", 5_000 - SPARE_MILLISECONDS),
        (100, None, 0),
    ],
)
def test_the_functions_time_is_the_requests_and_a_caller_can_only_shorten_it(
    way: str, remaining: int, sent: str | None, deadline: int
) -> None:
    headers = (("X-Request-Deadline-Ms", sent),) if sent else ()
    echo = seen(way, Sent(headers=headers), Context(remaining=remaining))
    assert echo.values(b"x-request-deadline-ms") == [str(deadline).encode()]


@pytest.mark.parametrize("way", ANY)
@pytest.mark.parametrize("body", [b"", b'{"name":"M\xc3\xbcsli"}', bytes(range(256)), b"plain"])
def test_an_answers_body_comes_back_byte_for_byte(way: str, body: bytes) -> None:
    echo = Echo(body, (b"content-type", b"application/problem+json"), status=409)
    answer = invoked(echo, way, Sent())
    assert (answer.status, answer.body, answer.header("content-type")) == (409, body, "application/problem+json")


@pytest.mark.parametrize("way", ANY)
@pytest.mark.parametrize("kind", [b"application/problem+json", b"application/json", b"text/html", b"image/svg+xml"])
def test_text_goes_as_text_whatever_its_type_and_so_through_an_api_that_decodes_nothing(way: str, kind: bytes) -> None:
    echo = Echo("{Müsli}".encode(), (b"content-type", kind))
    with a_loop():
        answer = HttpEvents(echo)(WAYS[way](Sent()), Context())
    assert (answer["body"], answer["isBase64Encoded"]) == ("{Müsli}", False)


@pytest.mark.parametrize("way", ANY)
def test_an_answer_without_a_type_gets_none(way: str) -> None:
    answer = invoked(Echo(b"", (b"etag", b'"1"'), status=304), way, Sent())
    assert (answer.status, answer.headers) == (304, [("etag", '"1"')])


@pytest.mark.parametrize("way", ANY)
def test_every_cookie_of_an_answer_is_set(way: str) -> None:
    echo = Echo(b"", (b"set-cookie", b"a=1; Path=/"), (b"set-cookie", b"b=2, c"))
    values = [value for name, value in invoked(echo, way, Sent()).headers if name == "set-cookie"]
    assert values == ["a=1; Path=/", "b=2, c"]


@pytest.mark.parametrize("way", ANY)
def test_equal_headers_of_an_answer_keep_all_their_values(way: str) -> None:
    answer = invoked(Echo(b"", (b"vary", b"Origin"), (b"vary", b"Accept")), way, Sent())
    values = ",".join(value for name, value in answer.headers if name == "vary")
    assert values.replace(" ", "") == "Origin,Accept"
