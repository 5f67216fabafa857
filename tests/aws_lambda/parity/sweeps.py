"""Every operation of the four services, asked in each way that its OpenAPI document says there is an answer to."""

import functools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fastapi import FastAPI

from adapters.bootstrap.apps import new_app
from adapters.bootstrap.settings import Service, Settings, checked
from tests.aws_lambda.parity.asking import Asking, Away
from tests.aws_lambda.parity.shop import IMPORT_LIMIT
from tests.security.hostile.operations import Operation, operations
from tests.security.matrix.check import operations_of
from tests.security.matrix.scene import ADDRESS
from tests.security.shops import PASSWORD, SERVICES, product_json, signing_key

UNKNOWN = "01980000-0000-7000-8000-000000000000"
BODY_LIMIT = 1_048_576

_PLACE = re.compile(r"{\w+}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request to be spoilt in one way."""

    service: Service
    operation: Operation
    line: str
    body: object
    headers: Mapping[str, str]


@functools.cache
def real_app(service: Service) -> FastAPI:
    """As its container runs it; it only tells what it serves."""
    key = signing_key() if service == "user" else ""
    return new_app(checked(Settings, {"service": service, "signing_keys": key}))


def is_internal(operation: Operation) -> bool:
    return operation.path.startswith("/internal/")


def sweeps(ask: Asking) -> None:
    """None of these does anything, so that one product serves them all."""
    _plain_routes(ask)
    someone = ask.person("someone").headers
    known = _known(ask)
    for each in _asked(known):
        if is_internal(each.operation):
            ask(f"{each.operation} from outside", each.service, each.line, body=each.body)
            continue
        statuses, credentials = each.operation.statuses, ask.admin if each.operation.schemes else {}
        if 401 in statuses:
            _ask(ask, "by nobody", each, each.headers)
        if 403 in statuses:
            _ask(ask, "by someone", each, {**each.headers, **someone})
        if 404 in statuses:
            _ask(ask, "of nothing", each, {**each.headers, **credentials}, line=_filled(each.operation, {}))
            no_id = f"{each.operation.method} {_PLACE.sub('no-id', each.operation.path)}"
            _ask(ask, "of no id", each, {**each.headers, **credentials}, line=no_id)
        if each.operation.media:
            _spoilt_bodies(ask, each, {**each.headers, **credentials})
        _ask(ask, "with a NUL", each, {**each.headers, **credentials}, line=f"{each.line}?x=%00")
        if 412 in statuses:
            _ask(ask, "of an old version", each, {**credentials, "If-Match": '"99"'})
        if 428 in statuses:
            _ask(ask, "of no version", each, credentials)
        with Away(ask, *SERVICES):
            _ask(ask, "while the stores are away", each, {**each.headers, **credentials})


def too_often(ask: Asking) -> None:
    """In a shop that takes one request a minute."""
    for each in _asked({}):
        if not is_internal(each.operation):
            for time in ("once", "too often"):
                ask(f"{each.operation} {time}", each.service, each.line, client="192.0.2.9", headers=each.headers)


def _spoilt_bodies(ask: Asking, each: Asked, headers: Mapping[str, str]) -> None:
    if each.operation.body is not None:
        _ask(ask, "with half a body", each, headers, body=b'{"a": ')
        _ask(ask, "with a strange field", each, headers, body={"no_such_field": 1})
    if 415 in each.operation.statuses:
        _ask(ask, "with another type", each, {**headers, "Content-Type": "text/csv"}, body=b"a,b")
    if 413 in each.operation.statuses:
        most = BODY_LIMIT if each.operation.body is not None else IMPORT_LIMIT
        _ask(ask, "with too long a body", each, headers, body=b" " * (most + 1))


def _ask(
    ask: Asking, how: str, each: Asked, headers: Mapping[str, str], *, line: str = "", body: object = None
) -> None:
    body = each.body if body is None else body
    ask(f"{each.operation} {how}", each.service, line or each.line, body=body, headers=headers)


def _plain_routes(ask: Asking) -> None:
    """Those that tell of the service itself."""
    for service in SERVICES:
        documented = {(each.method, each.path) for each in operations(real_app(service))}
        for operation in sorted(map(str, operations_of(real_app(service), service))):
            method, path = operation.partition(": ")[2].split(" ")
            if (method, path) not in documented:
                line = f"{method} {path.replace('/*', '/swagger-ui.css')}"
                ask(f"{service}: {method} {path}", service, line)
                ask(f"{service}: HEAD {path}", service, line.replace("GET", "HEAD"))
                ask(f"{service}: POST {path}", service, line.replace("GET", "POST"), body=b"")


def _asked(known: Mapping[str, object]) -> Iterator[Asked]:
    for service in SERVICES:
        for operation in operations(real_app(service)):
            headers = {"Content-Type": operation.media[0]} if operation.media else {}
            if any(place.name == "If-Match" and place.required for place in operation.places):
                headers["If-Match"] = '"1"'
            body: object = operation.sample(known=known) if operation.body is not None else None
            if operation.media and body is None:
                body = json.dumps(product_json("SWEPT")).encode()
            yield Asked(
                service=service, operation=operation, line=_filled(operation, known), body=body, headers=headers
            )


def _filled(operation: Operation, known: Mapping[str, object]) -> str:
    """The request line, with ids that are known by what they are of."""

    def value(place: re.Match[str]) -> str:
        thing = operation.path.partition(place[0])[0].rstrip("/").rpartition("/")[2]
        return str(known.get(f"{thing}/{{}}", UNKNOWN))

    return f"{operation.method} {_PLACE.sub(value, operation.path)}"


def _known(ask: Asking) -> Mapping[str, object]:
    """Things that there are, all of them the admin's."""
    product = ask.product("SWEPT", stock=500)
    ask.puts("the admin's cart", product, ask.admin)
    order = ask.made("the admin's order", "order", "POST /v1/orders", body={}, headers=ask.admin, status=201)
    ask.puts("the admin's next cart", product, ask.admin)
    home = "POST /v1/users/me/addresses"
    address = ask.made("the admin's address", "user", home, body=ADDRESS, headers=ask.admin, status=201)
    guest = ask.made("a cart to merge", "cart", "POST /v1/cart/guest", status=201)
    return {
        "products/{}": product["id"],
        "items/{}": product["id"],
        "users/{}": ask.people["someone"].id,
        "addresses/{}": address["id"],
        "orders/{}": order["id"],
        "product_id": product["id"],
        "address_id": None,
        "shipping_address": None,
        "cart_version": None,
        "expected_total": None,
        "cart_token": guest["cart_token"],
        "refresh_token": "a" * 43,
        "email": "nobody@example.com",
        "password": PASSWORD,
        "current_password": PASSWORD,
        "token": "a" * 43,
    }
