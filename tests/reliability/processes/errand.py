"""What customers and shopkeepers do over HTTP, each errand with a customer and a product of its own."""

import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx

from tests.reliability.processes.proxy import Fault, Faults
from tests.system.services import PASSWORD, Customer, add_product

UNITS, QUANTITY, MORE = 10, 2, 3
ASKED_MAX = 100
ADDRESS = {"name": "A", "line1": "1 Road", "city": "York", "postal_code": "YO1", "country": "GB"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A shop: `urls` lead to its services through proxies, where `impatient` asks; `plain` straight, where `http` does.

    `faults` are what the proxies go by.
    """

    plain: Mapping[str, str]
    urls: Mapping[str, str]
    http: httpx.AsyncClient
    impatient: httpx.AsyncClient
    admin: Customer
    faults: Faults


@dataclass(slots=True, kw_only=True)
class Scene:
    """Somebody with `QUANTITY` units of a product, of which there are `UNITS`, in the cart."""

    town: Town
    token: str
    product: str
    address: str = ""
    order: str = ""
    version: int = 0
    guest: str = ""
    more_added: bool = False

    async def asks(self, method: str, service: str, path: str, json: Any = None, **headers: str) -> httpx.Response:
        """Straight, and answered."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        token = {"Authorization": f"Bearer {self.token}"}
        answer = await self.town.http.request(
            method, self.town.plain[service] + path, json=json, headers={**token, **named}
        )
        assert answer.status_code < 500, answer.text
        return answer

    async def tries(
        self, request_id: str, method: str, service: str, path: str, json: Any = None, **headers: str
    ) -> int | None:
        """The status of an answer through the proxies; `None` if none comes."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"Authorization": f"Bearer {self.token}", "X-Request-Id": request_id, **named}
        try:
            answer = await self.town.impatient.request(method, self.town.urls[service] + path, json=json, headers=sent)
        except httpx.TransportError:
            return None
        return answer.status_code

    async def sells_out(self) -> None:
        """All units but one are gone, however often this is said."""
        path, once = f"/v1/products/{self.product}/stock-adjustments", {"Idempotency-Key": self.product}
        body = {"delta": 1 - UNITS, "reason": "lost"}
        answer = await self.town.admin.product.post(path, json=body, headers=once)
        assert answer.status_code == 200, answer.text

    async def adds_more(self) -> None:
        """Puts `MORE` into the cart, once."""
        if not self.more_added:
            self.more_added = True
            await self.asks("POST", "cart", "/v1/cart/items", {"product_id": self.product, "quantity": MORE})

    async def cart(self) -> dict[str, int]:
        items = (await self.asks("GET", "cart", "/v1/cart")).json()["items"]
        return {item["product_id"]: item["quantity"] for item in items}

    async def available(self) -> int:
        return int((await self.asks("GET", "product", f"/v1/products/{self.product}")).json()["available"])

    async def orders(self) -> list[str]:
        listed = (await self.asks("GET", "order", "/v1/orders")).json()["items"]
        return [order["status"] for order in listed]


Prepare = Callable[[Scene], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """Something to do, `attempt`, which may be done again until its status is one of `done`.

    Then there are `available` units and `in_cart`, and the customer has orders in the statuses of `orders`. `meanwhile`
    is what happens when its units are about to be held.
    """

    name: str
    attempt: Callable[[Scene, str], Awaitable[int | None]]
    done: tuple[int, ...]
    available: int
    in_cart: int
    orders: tuple[str, ...] = ()
    prepare: Prepare | None = None
    meanwhile: Callable[[Scene], Awaitable[None]] | None = None

    async def scene(self, town: Town) -> Scene:
        who = {"email": f"{uuid.uuid4().hex}@example.com", "password": PASSWORD}
        await town.http.post(f"{town.plain['user']}/v1/users", json={**who, "name": "A Customer"})
        login = await town.http.post(f"{town.plain['user']}/v1/auth/login", json=who)
        product = await add_product(town.admin, uuid.uuid4().hex, stock=UNITS)
        scene = Scene(town=town, token=login.json()["access_token"], product=product)
        scene.address = (await scene.asks("POST", "user", "/v1/users/me/addresses", ADDRESS)).json()["id"]
        item = {"product_id": scene.product, "quantity": QUANTITY}
        scene.version = (await scene.asks("POST", "cart", "/v1/cart/items", item)).json()["version"]
        if self.prepare is not None:
            await self.prepare(scene)
        if self.meanwhile is not None:
            town.faults.before_hold[product] = partial(self.meanwhile, scene)
        return scene

    async def run(self, scene: Scene, fault: Fault) -> int | None:
        """One attempt, which meets the fault; what it was answered."""
        request_id = uuid.uuid4().hex
        scene.town.faults.by_request[request_id] = fault
        return await self.attempt(scene, request_id)

    async def finish(self, scene: Scene) -> None:
        """What the client does that must know: it asks again."""
        for _ in range(ASKED_MAX):
            if await self.run(scene, Fault()) in self.done:
                return
        raise AssertionError(f"{self.name} is never done.")

    async def differences(self, scene: Scene) -> list[str]:
        """What has not come out as it should."""
        is_now = (await scene.available(), await scene.cart(), await scene.orders())
        right = (self.available, {scene.product: self.in_cart} if self.in_cart else {}, list(self.orders))
        return [] if is_now == right else [f"{self.name}: {is_now} instead of {right}"]


async def _place(scene: Scene, request_id: str) -> int | None:
    body = {"address_id": scene.address}
    return await scene.tries(request_id, "POST", "order", "/v1/orders", body, Idempotency_Key="the key")


async def _ordered(scene: Scene) -> None:
    scene.order = (await scene.asks("POST", "order", "/v1/orders")).json()["id"]


async def _call_off(scene: Scene, request_id: str) -> int | None:
    return await scene.tries(request_id, "POST", "order", f"/v1/orders/{scene.order}/cancel")


async def _ship(scene: Scene, request_id: str) -> int | None:
    as_admin = scene.town.admin.order.headers["Authorization"]
    body = {"status": "shipped"}
    return await scene.tries(request_id, "PATCH", "order", f"/v1/orders/{scene.order}", body, Authorization=as_admin)


async def _add(scene: Scene, request_id: str) -> int | None:
    body = {"product_id": scene.product, "quantity": MORE}
    return await scene.tries(request_id, "POST", "cart", "/v1/cart/items", body, If_Match=f'"{scene.version}"')


async def _set(scene: Scene, request_id: str) -> int | None:
    return await scene.tries(request_id, "PUT", "cart", f"/v1/cart/items/{scene.product}", {"quantity": 7})


async def _look(scene: Scene, request_id: str) -> int | None:
    return await scene.tries(request_id, "GET", "cart", "/v1/cart")


async def _as_guest(scene: Scene) -> None:
    scene.guest = (await scene.asks("POST", "cart", "/v1/cart/guest")).json()["cart_token"]
    body = {"product_id": scene.product, "quantity": MORE}
    guest = {"X-Cart-Token": scene.guest}
    answer = await scene.town.http.post(f"{scene.town.plain['cart']}/v1/cart/items", json=body, headers=guest)
    assert answer.status_code == 201, answer.text


async def _merge(scene: Scene, request_id: str) -> int | None:
    return await scene.tries(request_id, "POST", "cart", "/v1/cart/merge", {"cart_token": scene.guest})


_BOUGHT, _BACK = UNITS - QUANTITY, UNITS
ERRANDS = (
    Errand(
        name="checkout",
        attempt=_place,
        done=(201,),
        available=_BOUGHT,
        in_cart=MORE,
        orders=("confirmed",),
        meanwhile=Scene.adds_more,
    ),
    Errand(
        name="checkout sold out",
        attempt=_place,
        done=(409,),
        available=1,
        in_cart=QUANTITY,
        meanwhile=Scene.sells_out,
    ),
    Errand(
        name="cancel",
        prepare=_ordered,
        attempt=_call_off,
        done=(200,),
        available=_BACK,
        in_cart=0,
        orders=("cancelled",),
    ),
    Errand(
        name="ship",
        prepare=_ordered,
        attempt=_ship,
        done=(200, 409),
        available=_BOUGHT,
        in_cart=0,
        orders=("shipped",),
    ),
    Errand(name="add item", attempt=_add, done=(201, 412), available=UNITS, in_cart=QUANTITY + MORE),
    Errand(name="set item", attempt=_set, done=(200,), available=UNITS, in_cart=7),
    Errand(name="cart view", attempt=_look, done=(200,), available=UNITS, in_cart=QUANTITY),
    Errand(
        name="merge carts", prepare=_as_guest, attempt=_merge, done=(200,), available=UNITS, in_cart=QUANTITY + MORE
    ),
)
