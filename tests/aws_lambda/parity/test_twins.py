"""Handlers that lose or spoil something on the way are found out by the same comparison."""

import functools
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

import pytest

from tests.aws_lambda.events import Answer, Event
from tests.aws_lambda.parity.corpus import answers_by
from tests.aws_lambda.parity.differences import verdict
from tests.aws_lambda.parity.odd import odd
from tests.aws_lambda.parity.plain import Plain
from tests.aws_lambda.parity.ways import CONTAINER, Handler, Twin
from tests.figures import Figure


def hearing(change: Callable[[Event], object]) -> Twin:
    """A handler of events that are changed before."""

    def twin(handler: Handler) -> Handler:
        def answer(event: Event, context: Any) -> Answer:
            change(event)
            return handler(event, context)

        return answer

    return twin


def telling(change: Callable[[Answer], object]) -> Twin:
    """A handler whose answers are changed afterwards."""

    def twin(handler: Handler) -> Handler:
        def answer(event: Event, context: Any) -> Answer:
            told = handler(event, context)
            change(told)
            return told

        return answer

    return twin


def decode_path_again(event: Event) -> None:
    http = event["requestContext"].get("http", event)
    http["path"] = unquote(http["path"])


def forget_base64(message: dict[str, Any]) -> None:
    message["isBase64Encoded"] = False


def keep_one_cookie(answer: Answer) -> None:
    for headers in (answer, answer.get("multiValueHeaders", {})):
        for name in ("cookies", "set-cookie"):
            if name in headers:
                headers[name] = headers[name][:1]


def keep_one_value(event: Event) -> None:
    event["multiValueHeaders"] = {name: values[-1:] for name, values in event["multiValueHeaders"].items()}


def decode_query(event: Event) -> None:
    event["rawQueryString"] = unquote(event["rawQueryString"])


def believe_callers(event: Event) -> None:
    event["headers"].pop("x-forwarded-for", None)
    event["requestContext"]["http"]["sourceIp"] = "127.0.0.1"


def say_that_it_is_json(answer: Answer) -> None:
    answer["headers"].setdefault("content-type", "application/json")


def lose_cookies(event: Event) -> None:
    event.pop("cookies", None)


TWINS: Mapping[str, tuple[str, Twin, str]] = {
    "the second cookie is lost": ("http_api", telling(keep_one_cookie), "the answer cookies: header set-cookie"),
    "and behind a load balancer": ("load_balancer", telling(keep_one_cookie), "the answer cookies: header set-cookie"),
    "a path is decoded twice": ("http_api", hearing(decode_path_again), "the path /%2520: body.path"),
    "and behind a REST API": ("rest_api", hearing(decode_path_again), "the path /%2520: body.path"),
    "base64 is forgotten": ("http_api", hearing(forget_base64), "body 4, application/octet-stream: body.body"),
    "base64 of answers is forgotten": ("rest_api", telling(forget_base64), "the answer binary: body"),
    "only the last value is heard": ("rest_api", hearing(keep_one_value), "the headers (('X-Odd', '1')"),
    "a query is decoded": ("http_api", hearing(decode_query), "the query a=%26%3D%23: body.query"),
    "nobody knows who called": ("http_api", hearing(believe_callers), "body.client"),
    "what has no type gets one": (
        "http_api",
        telling(say_that_it_is_json),
        "the answer no-content: header content-type",
    ),
    "cookies are lost": ("http_api", hearing(lose_cookies), "the headers (('Cookie', 'a=1'),): body.cookies"),
}


@functools.cache
def here() -> Mapping[str, Plain]:
    return answers_by(CONTAINER, lambda handler: handler, odd)


@pytest.mark.parametrize("name", TWINS)
def test_a_broken_handler_is_found_out(name: str, figure: Figure) -> None:
    way, twin, finding = TWINS[name]
    unexplained = verdict(way, here(), answers_by(way, twin, odd)).unexplained
    assert any(finding in each for each in unexplained), unexplained[:20]
    figure("broken handlers that are found out by their answers: {twins}", twins=1)


def test_a_handler_that_is_not_broken_is_not_found_out() -> None:
    there = answers_by("http_api", lambda handler: handler, odd)
    assert not verdict("http_api", here(), there).unexplained
