"""What is sent along with a call, and what is made of an answer."""

import logging
from collections.abc import Mapping
from typing import Any

import pytest

from core.shared.errors import Conflict, NotFound, Unavailable
from core.shared.money import Money
from tests.adapters.http_client.calling import asked, channel_to, refused, within_a_request
from tests.adapters.http_client.peer import Manner, answering, cutting, peer, refusing, sending
from tests.virtual_time import in_virtual_time


class Sold(Conflict):
    """What the caller calls it."""


def sold(problem: Mapping[str, Any]) -> Sold:
    return Sold(problem["detail"], lines=problem["lines"])


@in_virtual_time
async def test_a_call_carries_the_requests_identity_and_proof_of_the_caller() -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    async with peer(answering(200)) as well, channel_to(well.url) as channel:
        with within_a_request(request_id="abc-1", traceparent=trace):
            await channel.tell("PUT", "/things", {})
        headers = well.received[0].headers
        assert headers["x-request-id"] == "abc-1"
        assert headers["traceparent"] == trace
        assert headers["authorization"] == "Bearer product-token-1"
        assert headers["content-type"] == "application/json"


@in_virtual_time
async def test_outside_of_a_request_no_identity_is_made_up() -> None:
    async with peer(answering(200)) as well, channel_to(well.url) as channel:
        await channel.tell("PUT", "/things", {})
        assert not {"x-request-id", "traceparent"} & well.received[0].headers.keys()


@in_virtual_time
async def test_what_is_public_is_asked_without_a_token() -> None:
    async with peer(answering(200, 1)) as well, channel_to(well.url) as channel:
        await asked(channel, public=True)
        assert "authorization" not in well.received[0].headers


@in_virtual_time
async def test_each_call_carries_the_token_that_is_issued_then() -> None:
    async with peer(answering(200, 1)) as well, channel_to(well.url) as channel:
        for _ in range(3):
            await asked(channel)
        tokens = [request.headers["authorization"].removeprefix("Bearer product-") for request in well.received]
        assert tokens == ["token-1", "token-2", "token-3"]


@in_virtual_time
async def test_a_path_goes_out_as_it_is() -> None:
    async with peer(answering(200, 1)) as well, channel_to(f"{well.url}/") as channel:
        await channel.ask("/a%2Fb/..?c=%2C,d", lambda answer: answer)
        assert well.received[0].target == "/a%2Fb/..?c=%2C,d"


@in_virtual_time
async def test_a_refusal_becomes_what_it_means_to_the_caller() -> None:
    async with peer(refusing(409, "out_of_stock", lines=[7])) as firm, channel_to(firm.url) as channel:
        with pytest.raises(Sold) as caught:
            await channel.tell("PUT", "/things", {}, refusals={"out_of_stock": sold}, repeatable=True)
        assert (caught.value.detail, caught.value.facts) == ("It is out_of_stock.", {"lines": [7]})
        assert len(firm.received) == 1


@pytest.mark.parametrize(
    "manner",
    [
        refusing(409, "something_else"),
        refusing(409, "out_of_stock"),  # without its lines
        answering(409, {"code": ["out_of_stock"]}),
        answering(409, ["out_of_stock"]),
        answering(409, "out_of_stock"),
        sending(409, b""),
        sending(409, b"<html>"),
        sending(409, b"\xff\xfe"),
        answering(500, {"code": "internal_error"}),
        answering(302, Location="/elsewhere"),
    ],
)
@in_virtual_time
async def test_a_refusal_nobody_expected_means_that_the_peer_is_not_available(manner: Manner) -> None:
    async with peer(manner) as odd, channel_to(odd.url) as channel:
        with pytest.raises(Unavailable, match="not to be expected"):
            await channel.tell("PUT", "/things", {}, refusals={"out_of_stock": sold}, repeatable=True)
        assert len(odd.received) == 1


@pytest.mark.parametrize("status", [401, 403])
@in_virtual_time
async def test_a_peer_that_does_not_know_us_is_a_fault_of_configuration_for_the_log(
    status: int, caplog: pytest.LogCaptureFixture
) -> None:
    async with peer(refusing(status, "unauthenticated")) as strict, channel_to(strict.url) as channel:
        await refused(channel)
        assert len(strict.received) == 1
    assert [(record.levelno, "SERVICE_KEY" in record.message) for record in caplog.records] == [(logging.ERROR, True)]
    assert "product-token" not in caplog.text


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"null", b"[]", b'{"amount": "1"}', b'{"amount": -1}', b"NaN"])
@in_virtual_time
async def test_an_answer_that_cannot_be_read_means_that_the_peer_is_not_available(content: bytes) -> None:
    async with peer(sending(200, content)) as odd, channel_to(odd.url) as channel:
        with pytest.raises(Unavailable, match="cannot be understood"):
            await channel.ask("/things", lambda answer: Money(amount=answer["amount"], currency="USD"))


@in_virtual_time
async def test_the_cause_is_kept_for_the_log() -> None:
    async with peer(cutting) as broken, channel_to(broken.url) as channel:
        error = await refused(channel)
    assert error.__cause__ is not None
    assert error.__cause__.__cause__ is not None
    assert not isinstance(error, NotFound)
