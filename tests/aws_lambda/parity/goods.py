"""What is done with products: every good answer, every conflict, and an import as it streams in."""

import json

from tests.aws_lambda.parity.asking import Asking
from tests.security.shops import product_json

NDJSON = {"Content-Type": "application/x-ndjson"}


def goods(ask: Asking) -> None:
    boots = ask.product("BOOTS")
    price = {"amount": 900, "currency": "USD"}
    socks = ask.product("SOCKS", name="Socks", category="Hosiery & more", price=price, tags=["warm", "größe 42"])
    path, tagged = f"/v1/products/{boots['id']}", {**ask.admin, "If-Match": '"1"'}
    taken = {key: value for key, value in product_json("SOCKS").items() if key != "stock"}
    ask("a sku is taken", "product", "POST /v1/products", body=product_json("BOOTS"), headers=ask.admin)
    ask("a product", "product", f"GET {path}")
    ask("a product's head", "product", f"HEAD {path}")
    tag = ask("a product once more", "product", f"GET {path}").header("etag") or ""
    ask("a product that is known", "product", f"GET {path}", headers={"If-None-Match": tag})
    ask("a product that was known", "product", f"GET {path}", headers={"If-None-Match": '"0.0", W/"7"'})
    ask("a product whatever it is", "product", f"HEAD {path}", headers={"If-None-Match": "*"})
    ask("replaced by another's sku", "product", f"PUT {path}", body=taken, headers=tagged)
    ask("changed to another's sku", "product", f"PATCH {path}", body={"sku": "SOCKS"}, headers=tagged)
    ask("replaced", "product", f"PUT {path}", body={**taken, "sku": "BOOTS", "name": "Bottes"}, headers=tagged)
    merge = {**ask.admin, "If-Match": '"2"', "Content-Type": "application/merge-patch+json"}
    ask("changed", "product", f"PATCH {path}", body={"description": "<b>\u2028\U0001f97e</b>"}, headers=merge)
    adjust, keyed = f"POST {path}/stock-adjustments", {**ask.admin, "Idempotency-Key": "once & for all"}
    ask("stock adjusted", "product", adjust, body={"delta": 7, "reason": "found"}, headers=keyed)
    ask("stock adjusted again", "product", adjust, body={"delta": 7, "reason": "found"}, headers=keyed)
    ask("stock adjusted otherwise", "product", adjust, body={"delta": 8, "reason": "found"}, headers=keyed)
    ask("stock below zero", "product", adjust, body={"delta": -99, "reason": "lost"}, headers=ask.admin)
    _import(ask)
    _lists(ask, boots["id"], socks["id"])
    gone = {**ask.admin, "If-Match": '"3"'}
    ask("archived", "product", f"DELETE {path}", headers=gone)
    ask("an archived product", "product", f"GET {path}")
    again = {**ask.admin, "If-Match": '"4"'}
    ask("active again", "product", f"PATCH {path}", body={"status": "active"}, headers=again)


def _import(ask: Asking) -> None:
    lines = [json.dumps(product_json(f"LINE-{number}", name="Line")).encode() for number in range(30)]
    body = b"\n".join([*lines, b"{", b"\xff", b'{"sku": "LINE-1"}', b"", lines[0]])
    line = "POST /v1/products/import"
    ask("an import", "product", line, body=body, headers={**ask.admin, **NDJSON})
    ask(
        "an import as jsonl", "product", line, body=lines[0], headers={**ask.admin, "Content-Type": "application/jsonl"}
    )
    ask("an import of nothing", "product", line, body=b"", headers={**ask.admin, **NDJSON})
    long = b'{"sku": "' + b"a" * 70_000 + b'"}\n' + lines[2]
    ask("an import with a long line", "product", line, body=long, headers={**ask.admin, **NDJSON})


def _lists(ask: Asking, *ids: str) -> None:
    first = ask.made("a page", "product", "GET /v1/products?limit=2&sort=-price", status=200)
    cursor = first["next_cursor"]
    ask("the page behind it", "product", f"GET /v1/products?limit=2&sort=-price&cursor={cursor}")
    ask("a page of another sort", "product", f"GET /v1/products?limit=2&sort=name&cursor={cursor}")
    ask("a search", "product", "GET /v1/products?q=boots+socks&facets=category,tag,price&in_stock=true")
    ask("a search with a space", "product", "GET /v1/products?q=leather%20boots")
    ask("a search in German", "product", "GET /v1/products?tag=gr%C3%B6%C3%9Fe+42")
    ask("two tags", "product", "GET /v1/products?tag=warm&tag=gr%C3%B6%C3%9Fe%2042")
    ask("two tags, the first one nowhere", "product", "GET /v1/products?tag=nowhere&tag=warm")
    ask("two categories", "product", "GET /v1/products?category=Shoes&category=Hosiery+%26+more")
    ask("one by one", "product", f"GET /v1/products?ids={','.join(ids)}")
    ask("one by one, escaped", "product", f"GET /v1/products?ids={'%2C'.join(ids)}")
    ask("a price", "product", "GET /v1/products?min_price=900&max_price=900")
    ask("a price without a number", "product", "GET /v1/products?min_price=")
    ask("a name without a value", "product", "GET /v1/products?q&limit=1")
    ask("a query of separators", "product", "GET /v1/products?&&limit=1&")
    ask("a query that nobody knows", "product", "GET /v1/products?unknown=1")
    ask("a query that is no UTF-8", "product", "GET /v1/products?q=%FF%FE")
    ask("a query cut short", "product", "GET /v1/products?q=100%&limit=1")
    ask("a limit twice", "product", "GET /v1/products?limit=1&limit=2")
    ask("a limit out of bounds", "product", "GET /v1/products?limit=1000")
    ask("categories", "product", "GET /v1/categories")
    ask("categories' head", "product", "HEAD /v1/categories")
