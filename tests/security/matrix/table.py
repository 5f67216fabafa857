"""Who may do what in this shop: every operation of the four services, and what each caller is answered.

The one place where it is written down for a reader; the checks hold the running services and their OpenAPI documents
against it. `ok` is an operation's own status; another customer's object is a 404, so that nobody learns of it.
A disabled account ends at once in the user service, and elsewhere with its last access token (a quarter of an hour).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.bootstrap.common import Caller as ServiceName
from adapters.bootstrap.settings import Service

_RULES = """
                   anyone  customer  account  shopper  admin  user-admin  own-order  own-address  for-order  for-audit
nobody             ok      401       401      401      401    401         401        401          401        401
guest              ok      401       401      ok       401    401         401        401          401        401
owner              ok      ok        ok       ok       403    403         ok         ok           401        401
other              ok      ok        ok       ok       403    403         404        404          401        401
admin              ok      ok        ok       ok       ok     ok          ok         404          401        401
former-admin       ok      ok        ok       ok       ok     403         ok         404          401        401
disabled           ok      ok        401      ok       403    401         404        401          401        401
erased             ok      ok        401      ok       403    401         404        401          401        401
signed-out         ok      ok        401      ok       403    401         404        401          401        401
expired            ok      401       401      401      401    401         401        401          401        401
wrong-audience     ok      401       401      401      401    401         401        401          401        401
wrong-issuer       ok      401       401      401      401    401         401        401          401        401
garbage            ok      401       401      401      401    401         401        401          401        401
product-service    ok      401       401      401      401    401         401        401          403        403
user-service       ok      401       401      401      401    401         401        401          403        403
cart-service       ok      401       401      401      401    401         401        401          403        403
order-service      ok      401       401      401      401    401         401        401          ok         403
audit-service      ok      401       401      401      401    401         401        401          403        ok
service-elsewhere  ok      401       401      401      401    401         401        401          401        401
service-forged     ok      401       401      401      401    401         401        401          401        401
"""
# `customer`, `admin` and `own-order` are in services that trust an access token until it expires; `account`,
# `user-admin` and `own-address` in the user service, which looks at the account and the session each time.
# `/metrics`, as the other three, is on the service's own port alone: the ingress does not lead there.
# `service-elsewhere` holds a good token for another audience, `service-forged` one that another service signed.

_OPERATIONS = """
every    GET     /livez                                              200  anyone
every    GET     /readyz                                             200  anyone
every    GET     /health                                             200  anyone
every    GET     /metrics                                            200  anyone
every    GET     /docs/{service}                                     200  anyone
every    GET     /docs/{service}/start.js                            200  anyone
every    GET     /docs/{service}/assets/*                            200  anyone
every    GET     /openapi/{service}.json                             200  anyone

product  GET     /v1/products                                        200  anyone
product  POST    /v1/products                                        201  admin
product  GET     /v1/products/{id}                                   200  anyone
product  PUT     /v1/products/{id}                                   200  admin
product  PATCH   /v1/products/{id}                                   200  admin
product  DELETE  /v1/products/{id}                                   204  admin
product  POST    /v1/products/{id}/stock-adjustments                 200  admin
product  POST    /v1/products/import                                 200  admin
product  GET     /v1/categories                                      200  anyone
product  PUT     /internal/v1/holds/{order_id}                       204  for-order
product  POST    /internal/v1/holds/{order_id}/release               204  for-order
product  POST    /internal/v1/holds/{order_id}/settle                204  for-order
product  GET     /internal/v1/stock                                  200  for-audit

user     POST    /v1/users                                           201  anyone
user     GET     /v1/users/me                                        200  account
user     PATCH   /v1/users/me                                        200  account
user     DELETE  /v1/users/me                                        204  account
user     PUT     /v1/users/me/password                               204  account
user     GET     /v1/users/me/addresses                              200  account
user     POST    /v1/users/me/addresses                              201  account
user     GET     /v1/users/me/addresses/{address_id}                 200  own-address
user     PUT     /v1/users/me/addresses/{address_id}                 200  own-address
user     DELETE  /v1/users/me/addresses/{address_id}                 204  own-address
user     GET     /v1/users                                           200  user-admin
user     GET     /v1/users/{id}                                      200  user-admin
user     PUT     /v1/users/{id}/roles                                200  user-admin
user     PUT     /v1/users/{id}/status                               200  user-admin
user     POST    /v1/auth/login                                      200  anyone
user     POST    /v1/auth/refresh                                    200  anyone
user     POST    /v1/auth/logout                                     204  account
user     POST    /v1/auth/logout-all                                 204  account
user     POST    /v1/auth/password-reset                             202  anyone
user     POST    /v1/auth/password-reset/confirm                     204  anyone
user     POST    /v1/auth/verify-email                               204  anyone
user     GET     /.well-known/jwks.json                              200  anyone
user     GET     /.well-known/openid-configuration                   200  anyone
user     GET     /internal/v1/users/{id}/addresses/{address_id}      200  for-order

cart     GET     /v1/cart                                            200  shopper
cart     DELETE  /v1/cart                                            204  shopper
cart     POST    /v1/cart/items                                      201  shopper
cart     PUT     /v1/cart/items/{product_id}                         200  shopper
cart     DELETE  /v1/cart/items/{product_id}                         204  shopper
cart     POST    /v1/cart/guest                                      201  anyone
cart     POST    /v1/cart/merge                                      200  customer
cart     GET     /internal/v1/carts/{customer_id}                    200  for-order
cart     POST    /internal/v1/carts/{customer_id}/subtract           204  for-order

order    POST    /v1/orders                                          201  customer
order    GET     /v1/orders                                          200  customer
order    GET     /v1/orders/{id}                                     200  own-order
order    POST    /v1/orders/{id}/cancel                              200  own-order
order    PATCH   /v1/orders/{id}                                     200  admin
order    GET     /internal/v1/orders                                 200  for-audit
"""

SERVICES: tuple[Service, ...] = ("product", "user", "cart", "order")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """Something that can be asked of a service: a method, and a path with its places in braces."""

    service: Service
    method: str
    path: str

    def __str__(self) -> str:
        return f"{self.service}: {self.method} {self.path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An operation's rule, by its name, and its status when it did what was asked."""

    operation: Operation
    rule: str
    status: int

    def expected(self, caller: str) -> int:
        """The status of the answer to such a caller."""
        told = RULES[self.rule][caller]
        return self.status if told == "ok" else int(told)

    def allows(self, caller: str) -> bool:
        return RULES[self.rule][caller] == "ok"

    @property
    def let_in(self) -> ServiceName:
        """The service that is let in; where none is, one that is let in elsewhere."""
        return "audit" if self.rule == "for-audit" else "order"


def _rules() -> Mapping[str, Mapping[str, str]]:
    names, *lines = [line.split() for line in _RULES.strip().splitlines()]
    return {name: {line[0]: line[place] for line in lines} for place, name in enumerate(names, 1)}


def _rows() -> tuple[Row, ...]:
    rows = []
    for service, method, path, status, rule in (line.split() for line in _OPERATIONS.splitlines() if line):
        for each in SERVICES:
            if service in (each, "every"):
                operation = Operation(service=each, method=method, path=path.replace("{service}", each))
                rows.append(Row(operation=operation, rule=rule, status=int(status)))
    return tuple(rows)


RULES = _rules()
"""By rule and caller: `ok`, or the status of the refusal."""
CALLERS = tuple(RULES["anyone"])
ROWS = _rows()
SCHEMES: Mapping[str, frozenset[str]] = {
    "anyone": frozenset(),
    "customer": frozenset({"access_token"}),
    "account": frozenset({"access_token"}),
    "shopper": frozenset({"access_token", "cart_token"}),
    "admin": frozenset({"access_token"}),
    "user-admin": frozenset({"access_token"}),
    "own-order": frozenset({"access_token"}),
    "own-address": frozenset({"access_token"}),
}
"""What an OpenAPI document has to name as its security; what is for services it does not tell of at all."""
