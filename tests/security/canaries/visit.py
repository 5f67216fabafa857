"""A visit to a shop that brings every secret to every door, the right one and wrong ones, and notes all answers."""

import base64
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx

from tests.security.canaries.search import Canaries

CARRIED: Mapping[str, tuple[str, ...]] = {
    "/v1/auth/login": ("access_token", "refresh_token"),
    "/v1/auth/refresh": ("access_token", "refresh_token"),
    "/v1/cart/guest": ("cart_token",),
}
"""The only fields of answers that hold a secret: whoever asks is to have it. All else is searched."""

ADDRESS = {"name": "Ada", "line1": "12 Harbour Street", "city": "Bristol", "postal_code": "BS1 4RW", "country": "GB"}

Body = dict[str, Any]


class Visit:
    """One visitor with a client for each service. `answers` are what they were told, without what is `CARRIED`."""

    def __init__(
        self,
        clients: Mapping[str, httpx.AsyncClient],
        canaries: Canaries,
        *,
        mailed: Callable[[str], Awaitable[str]],
        service_token: Callable[[str, str], str],
    ) -> None:
        """`mailed` is the token in the last mail to an address, `service_token` what one service shows to another."""
        self.clients = clients
        self.canaries = canaries
        self.mailed = mailed
        self.service_token = service_token
        self.answers: list[tuple[str, str]] = []
        self.statuses: list[int] = []

    async def send(self, service: str, method: str, path: str, body: Any = None, **options: Any) -> Any:
        """What came back as JSON, if it is; bytes are sent as they are, said to be JSON."""
        if isinstance(body, bytes):
            options["content"] = body
            options["headers"] = {"Content-Type": "application/json", **options.get("headers", {})}
        elif body is not None:
            options["json"] = body
        answer = await self.clients[service].request(method, path, **options)
        document = json.loads(answer.content) if "json" in answer.headers.get("content-type", "") else None
        shown = answer.text
        if answer.is_success and path in CARRIED and document:
            shown = json.dumps({name: self._carried(name, value, path) for name, value in document.items()})
        heads = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
        self.answers.append((f"{method} {path}: {answer.status_code}", f"{heads}\n\n{shown}"))
        self.statuses.append(answer.status_code)
        return document

    async def everything(self, name: str) -> None:
        """All of it, with an account of this name; leaves them signed out."""
        await self.passwords(name)
        await self.tokens(name)
        await self.guests(name)
        await self.services()

    async def passwords(self, name: str) -> None:
        """Registration, login, change and reset, right and wrong, in every shape."""
        email, canaries = f"{name}@example.com", self.canaries
        first, second, third, wrong = (canaries.password(f"{name}'s {which} password") for which in "1234")
        account: Body = {"email": email, "password": first, "name": name}
        await self.send("user", "POST", "/v1/users", account)
        await self.send("user", "POST", "/v1/users", account)
        await self.misshapen("POST", "/v1/users", account, first)
        login: Body = {"email": email, "password": first}
        tokens = await self.send("user", "POST", "/v1/auth/login", login)
        for attempt in ({**login, "password": wrong}, {"email": f"x{email}", "password": wrong}):
            await self.send("user", "POST", "/v1/auth/login", attempt)
        for typed in (wrong, f"{wrong}@", f"{email} {wrong}"):  # in the wrong field
            await self.send("user", "POST", "/v1/auth/login", {"email": typed, "password": wrong})
            await self.send("user", "POST", "/v1/auth/password-reset", {"email": typed})
            await self.send("user", "POST", "/v1/users", {**account, "email": typed})
        await self.misshapen("POST", "/v1/auth/login", login, wrong)
        mine = bearer(tokens["access_token"])
        change: Body = {"current_password": wrong, "new_password": second}
        await self.send("user", "PUT", "/v1/users/me/password", change, headers=mine)
        await self.misshapen("PUT", "/v1/users/me/password", change, wrong, headers=mine)
        for new in (first, second, second[:7], f"{second}{'x' * 128}"):
            await self.send(
                "user", "PUT", "/v1/users/me/password", {"current_password": first, "new_password": new}, headers=mine
            )
        for purpose in ("verify-email", "password-reset"):
            if purpose == "password-reset":
                await self.send("user", "POST", "/v1/auth/password-reset", {"email": email})
            token = canaries.add(f"{name}'s token to {purpose}", await self.mailed(email))
            path = f"/v1/auth/{purpose}" if purpose == "verify-email" else f"/v1/auth/{purpose}/confirm"
            proof: Body = {"token": token} if purpose == "verify-email" else {"token": token, "new_password": third}
            await self.send("user", "POST", path, {**proof, "token": token[:-1]})
            await self.misshapen("POST", path, proof, token)
            for _ in range(2):
                await self.send("user", "POST", path, proof)
        await self.send("user", "POST", "/v1/auth/login", {"email": email, "password": third})

    async def tokens(self, name: str) -> None:
        """Access and refresh tokens, good, spent, spoilt and in the wrong place."""
        email, password = f"{name} again@example.com".replace(" ", "-"), self.canaries.password(f"{name}'s own")
        await self.send("user", "POST", "/v1/users", {"email": email, "password": password, "name": name})
        tokens = await self.send("user", "POST", "/v1/auth/login", {"email": email, "password": password})
        access, refresh = tokens["access_token"], tokens["refresh_token"]
        basic = base64.b64encode(f"{email}:{password}".encode()).decode()
        for service, path in {"product": "products", "user": "users/me", "cart": "cart", "order": "orders"}.items():
            for authorization in (
                f"Bearer {access}",
                f"Bearer {access[:-9]}AAAAAAAAA",
                f"Bearer {access} {access}",
                f"Token {access}",
                f"Bearer {refresh}",
                f"Basic {basic}",
                f"Bearer {access * 12}",
            ):
                for method in ("GET", "POST"):
                    headers = {"Authorization": authorization, "Cookie": f"session={refresh}", "X-Cart-Token": access}
                    await self.send(service, method, f"/v1/{path}", headers=headers)
            await self.send(service, "GET", f"/v1/{path}", params={"access_token": access, "limit": access})
        for sent in ({"refresh_token": access}, {"refresh_token": password}):
            await self.send("user", "POST", "/v1/auth/refresh", sent)
        await self.misshapen("POST", "/v1/auth/refresh", {"refresh_token": refresh}, refresh)
        await self.send("user", "POST", "/v1/auth/refresh", {"refresh_token": refresh})
        again = await self.send("user", "POST", "/v1/auth/refresh", {"refresh_token": refresh})  # spent, a moment ago
        await self.misshapen("POST", "/v1/auth/logout", {"refresh_token": refresh}, refresh)
        await self.send("user", "POST", "/v1/auth/refresh", {"refresh_token": f"{again['refresh_token'][:-3]}AAA"})
        await self.send("user", "POST", "/v1/auth/logout", {"refresh_token": again["refresh_token"]})
        await self.send("user", "POST", "/v1/auth/logout-all", headers=bearer(access))

    async def guests(self, name: str) -> None:
        """The token of a guest's cart, wherever one could send it."""
        token = (await self.send("cart", "POST", "/v1/cart/guest"))["cart_token"]
        for sent in (token, f"{token[:-1]}-", token * 300):
            for headers in ({"X-Cart-Token": sent}, bearer(sent)):
                await self.send("cart", "GET", "/v1/cart", headers=headers)
                await self.send("cart", "POST", "/v1/cart/items", {"product_id": "x", "quantity": 1}, headers=headers)
                await self.send("cart", "DELETE", "/v1/cart", headers=headers)
        account = {"email": f"{name}-guest@example.com", "password": self.canaries.password(f"{name}'s as a guest")}
        await self.send("user", "POST", "/v1/users", {**account, "name": name})
        mine = bearer((await self.send("user", "POST", "/v1/auth/login", account))["access_token"])
        for body in ({"cart_token": [token]}, {"cart_token": f"{token}x"}, {"cart_token": token}):
            await self.send("cart", "POST", "/v1/cart/merge", body, headers=mine)
        await self.send("cart", "GET", "/v1/cart", headers={"X-Cart-Token": token})

    async def buying(self, name: str, product_id: str) -> None:
        """A customer fills a cart, orders and cancels; wrong, too."""
        account = {"email": f"{name}-buys@example.com", "password": self.canaries.password(f"{name}'s as a buyer")}
        await self.send("user", "POST", "/v1/users", {**account, "name": name})
        mine = bearer((await self.send("user", "POST", "/v1/auth/login", account))["access_token"])
        item = {"product_id": product_id, "quantity": 1}
        await self.send("cart", "POST", "/v1/cart/items", item, headers=mine)
        await self.send("cart", "POST", "/v1/cart/items", {**item, "quantity": 900}, headers=mine)
        for body in ({"expected_total": 1}, {"address_id": "x"}):
            await self.send("order", "POST", "/v1/orders", body, headers=mine)
        order = await self.send("order", "POST", "/v1/orders", {"shipping_address": ADDRESS}, headers=mine)
        await self.send("order", "GET", "/v1/orders", headers=mine)
        await self.send("order", "POST", f"/v1/orders/{order['id']}/cancel", headers=mine)

    async def services(self) -> None:
        """What services show each other, shown where it is right, and where it is not."""
        paths = {
            "product": "/internal/v1/stock",
            "user": "/internal/v1/users/x/addresses/y",
            "cart": "/internal/v1/carts/x",
            "order": "/internal/v1/orders",
        }
        for caller in ("order", "cart", "audit"):
            for audience in paths:
                token = self.service_token(caller, audience)
                self.canaries.add_token(f"{caller}'s token for {audience}", token)
                for service, path in paths.items():
                    await self.send(service, "GET", path, headers=bearer(token))
                    await self.send(service, "GET", path, headers=bearer(f"{token[:-4]}AAAA"))

    async def misshapen(self, method: str, path: str, body: Body, secret: str, **options: Any) -> None:
        """To the user service: each field of another kind, none of them, more of them, and what is no JSON at all."""
        for field in body:
            for value in ([secret], {"value": secret}, secret * 40, [[secret], secret], None, 7, True):
                await self.send("user", method, path, {**body, field: value}, **options)
            await self.send("user", method, path, {each: body[each] for each in body if each != field}, **options)
        await self.send("user", method, path, {**body, "remember": secret}, **options)
        text = json.dumps(body)
        for raw in (
            text[:-1],
            f"{text[:-1]}, {text[1:]}",
            f"[{text}]",
            json.dumps(secret),
            secret,
            text.replace(": ", ": \\", 1),
            json.dumps({name: f"{value}\0" for name, value in body.items()}),
            text.replace('"}', '\\ud800"}'),
            f"{'[' * 40}{text}{']' * 40}",
            f"{text}{' ' * 1_100_000}",
        ):
            await self.send("user", method, path, raw.encode(), **options)
        await self.send("user", method, path, json.dumps(body).encode("utf-16"), **options)
        form = {**options.get("headers", {}), "Content-Type": "application/x-www-form-urlencoded"}
        await self.send("user", method, path, json.dumps(body).encode(), headers=form)
        await self.send("user", method, path, params={name: str(value) for name, value in body.items()}, **options)

    def _carried(self, field: str, value: Any, path: str) -> Any:
        if field not in CARRIED[path]:
            return value
        name = f"{field} no. {len(self.canaries.names)}"
        if field == "access_token":
            self.canaries.add_token(name, value)
        else:  # a refresh token begins with its session's id, which is no secret
            self.canaries.add(name, value.rpartition(".")[2])
        return "carried"


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
