"""Questions by one way: each is kept with its answer, under a name that is the same by every way."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.aws_lambda.events import Got, Sent
from tests.aws_lambda.parity.ways import To, Way
from tests.security.shops import ADMIN, PASSWORD, Person, address_of, product_json

Headers = Mapping[str, str] | Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What was asked of whom, and what came back."""

    to: To
    sent: Sent
    got: Got


class Asking:
    def __init__(self, way: Way) -> None:
        self.way = way
        self.kept: dict[str, Kept] = {}
        self.people: dict[str, Person] = {}

    def __call__(
        self,
        what: str,
        to: To,
        line: str,
        *,
        body: object = None,
        headers: Headers = (),
        client: str = "",
    ) -> Got:
        """The answer to a request line such as `GET /v1/products`; each question comes from an address of its own.

        A body that is bytes is sent as it is, any other as JSON.
        """
        assert what not in self.kept, f"{what} was asked already"
        method, _, target = line.partition(" ")
        lines = list(headers.items() if isinstance(headers, Mapping) else headers)
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            if not any(name.lower() == "content-type" for name, _ in lines):
                lines.append(("Content-Type", "application/json"))
        sent = Sent(method=method, target=target, headers=lines, body=body or b"", client=client or address_of(what))
        answer = self.way.ask(to, sent)
        self.kept[what] = Kept(to=to, sent=sent, got=answer)
        return answer

    def made(self, what: str, to: To, line: str, *, status: int, **more: Any) -> Any:
        """What is in an answer of this status."""
        answer = self(what, to, line, **more)
        assert answer.status == status, (what, answer)
        return answer.json() if answer.body else None

    def person(self, name: str) -> Person:
        """Somebody who registered and signed in when first asked for; `admin` is an admin."""
        if name not in self.people:
            email = f"{name}@example.com"
            body = {"email": email, "password": PASSWORD, "name": "Sam Shopper"}
            id = self.made(f"{name} registers", "user", "POST /v1/users", body=body, status=201)["id"]
            self.people[name] = self.signed_in(f"{name} signs in", id, email)
        return self.people[name]

    def signed_in(self, what: str, id: str, email: str, password: str = PASSWORD) -> Person:
        credentials = {"email": email, "password": password}
        tokens = self.made(what, "user", "POST /v1/auth/login", body=credentials, status=200)
        return Person(
            id=id,
            email=email,
            password=password,
            access_token=tokens["access_token"],
            refresh_token=tokens["refresh_token"],
        )

    @property
    def admin(self) -> dict[str, str]:
        """The headers of an admin."""
        return self.person(ADMIN.partition("@")[0]).headers

    def product(self, sku: str, **fields: Any) -> Any:
        """A new one."""
        body = product_json(sku, **fields)
        return self.made(f"{sku} is new", "product", "POST /v1/products", body=body, headers=self.admin, status=201)

    def puts(self, what: str, product: Mapping[str, Any], headers: Mapping[str, str], quantity: int = 1) -> Any:
        """Puts something into a cart."""
        body = {"product_id": product["id"], "quantity": quantity}
        return self.made(what, "cart", "POST /v1/cart/items", body=body, headers=headers, status=201)


class Away:
    """Meanwhile these parts of the stores do not answer."""

    def __init__(self, ask: Asking, *parts: str) -> None:
        self._away = ask.way.shop.stores.away
        self._parts = set(parts)

    def __enter__(self) -> None:
        self._away |= self._parts

    def __exit__(self, *_: Any) -> None:
        self._away -= self._parts
