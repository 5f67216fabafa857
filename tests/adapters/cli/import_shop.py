"""A shop that takes imports, as a transport and on a port, with faults to be had."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

from tests.adapters.cli.fake_shop import FakeShop

ADMIN, PASSWORD = "admin@example.com", "a password"
Answer = httpx.Response | httpx.TransportError


class ImportShop(FakeShop):
    """Takes a product by its sku; a line with the member `bad` fails, with that as its reason.

    `instead` has what is answered to the next imports in place of the truth, `None` for nothing special.
    """

    def __init__(self, *instead: Answer | None, token_lasts: int = 1_000) -> None:
        super().__init__()
        self.passwords = {ADMIN: PASSWORD, "shopper@example.com": PASSWORD}
        self.kept: dict[str, dict[str, Any]] = {}
        self.deliveries: list[int] = []
        self.instead = list(instead)
        self.before: Callable[[], object] = lambda: None
        self._token_lasts = token_lasts
        self._left = 0

    def answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path != "/v1/products/import":
            return super().answer(request)
        self.asked.append("import")
        if (special := self.instead.pop(0) if self.instead else None) is not None:
            if isinstance(special, httpx.TransportError):
                raise special
            return special
        self._left -= 1
        sender = request.headers.get("Authorization", "").removeprefix("Bearer token of ")
        if self._left < 0 or sender not in self.passwords:
            return httpx.Response(401)
        if sender not in self.admins:
            return httpx.Response(403)
        self.before()
        assert request.headers["Content-Type"] == "application/x-ndjson"
        return httpx.Response(200, json=self.imported(request.content))

    def login(self, email: str, password: str) -> httpx.Response:
        self._left = self._token_lasts
        return super().login(email, password)

    def imported(self, body: bytes) -> dict[str, Any]:
        products = [json.loads(line) for line in body.split(b"\n")]
        self.deliveries.append(len(products))
        good = [product for product in products if "bad" not in product]
        created = {product["sku"] for product in good if product["sku"] not in self.kept}
        self.kept |= {product["sku"]: product for product in good}
        failed = [
            {"line": number, "message": product["bad"]}
            for number, product in enumerate(products, 1)
            if "bad" in product
        ]
        return {"created": len(created), "updated": len(good) - len(created), "failed": failed}


@contextmanager
def listening(shop: FakeShop) -> Iterator[str]:
    """The shop's address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            url = f"http://shop.test{self.path}"
            answer = shop.answer(httpx.Request("POST", url, headers=dict(self.headers), content=body))
            self.send_response(answer.status_code)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if not answer.content:
                self.send_header("Content-Length", "0")
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
