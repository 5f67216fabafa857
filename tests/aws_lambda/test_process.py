"""The process of a function: it opens once what all its invocations use, outlives a database's absence, and copies."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT
from tests.aws_lambda.function import environment, function
from tests.database import free_port, mongo_url, secantus, secantus_url

SERVICES = ("product", "user", "cart", "order")
NOT_INSTALLED = ("aiohttp", "uvicorn", "uvloop", "httptools", "typer", "rich", "httpx", "yaml")
"""What functions do without: it is not among what they install."""
NOT_CHOSEN = ("boto3", "pymongo", "opentelemetry.sdk")
"""What no setting of these functions asks for."""
HAS_PRODUCTS = "'core.product' in sys.modules"


def over_mongo(service: str, url: str = "", **settings: str) -> dict[str, str]:
    return environment(
        service, STORE="mongo", MONGO_URL=url or mongo_url(), MONGO_DATABASE=f"fn_{os.getpid()}", **settings
    )


@pytest.mark.parametrize("service", SERVICES)
def test_a_function_needs_nothing_that_functions_do_not_install(service: str) -> None:
    with function(environment(service)) as it:
        assert it.asks("/health") == (200, {"status": "ok", "service": service, "version": "0.1.0"})
        assert it.does(f"[name for name in {NOT_INSTALLED + NOT_CHOSEN!r} if name in sys.modules]") == []


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_for_other_services_and_for_prometheus_is_not_served(service: str) -> None:
    internal = {
        "product": "/internal/v1/stock",
        "user": "/internal/v1/users/1/addresses/1",
        "cart": "/internal/v1/carts/1",
        "order": "/internal/v1/orders",
    }
    with function(environment(service)) as it:
        for path in (internal[service], "/metrics"):
            status, document = it.asks(path)
            assert (status, document["code"]) == (404, "not_found")
        assert it.asks("/livez")[0] == it.asks("/readyz")[0] == 200


def test_warm_invocations_share_a_loop_and_a_client_and_are_told_at_once() -> None:
    """Each of them reads what the one before wrote, over the one pool of connections."""
    with function(over_mongo("cart", LOG_FORMAT="json")) as it:
        token = it.asks("/v1/cart/guest", method="POST")[1]["cart_token"]
        headers = (("X-Cart-Token", token),)
        assert not it.does(HAS_PRODUCTS), "A cart with nothing in it needs none."
        seen = set()
        for _ in range(3):
            status, cart = it.asks("/v1/cart", headers=headers)
            assert (status, cart["items"]) == (200, [])
            seen.add(tuple(it.does("(id(process._loop), id(process._open), len(process.common.stores._connections))")))
        ((_, _, connections),) = seen
        assert connections == 1
    lines = [json.loads(line) for line in it.said.splitlines()]
    assert [line["message"] for line in lines if "http.route" in line] == [
        "POST /v1/cart/guest 201",
        *["GET /v1/cart 200"] * 3,
    ]


def test_without_its_database_a_function_says_so_and_the_next_invocation_tries_again(tmp_path: Path) -> None:
    port = free_port()
    with function(over_mongo("product", secantus_url(port))) as it:
        for _ in range(2):
            status, document = it.asks("/v1/categories")
            assert (status, document["code"]) == (503, "unavailable")
        with secantus(port, tmp_path):
            assert it.asks("/v1/categories")[0] == 200
    assert "Traceback" not in it.said
    assert "error.stack_trace" not in it.said


def test_a_copy_of_a_snapshot_opens_its_own_and_is_random_for_itself() -> None:
    """Two copies of one process, as SnapStart makes them; the twin does not do what is to be done after a restore."""
    with function(over_mongo("cart", AWS_LAMBDA_INITIALIZATION_TYPE="snap-start")) as it:
        assert it.does("process._open") is None
        assert it.does(HAS_PRODUCTS), "A snapshot has what is else made late."
        copies = "(__import__('tests.aws_lambda.copies', fromlist=['copies']).copies(process, restored={restored}))"
        first, second = it.does(copies.format(restored=True))
        assert (first["opened"], second["opened"]) == (True, True)
        for drawn in ("python", "trace", "id"):
            assert first[drawn] != second[drawn]
        twins = it.does(copies.format(restored=False))
        assert twins[0]["python"] == twins[1]["python"]
        assert twins[0]["id"] != twins[1]["id"], "Ids do not need it: their random bits are the system's."


@pytest.mark.parametrize(
    ("service", "settings", "fault"),
    [
        ("cart", {"PUBLIC_KEYS": ""}, "cart: PUBLIC_KEYS: There is none."),
        ("order", {"PUBLIC_KEYS": "changeme"}, "order: PUBLIC_KEYS: This is neither a JSON Web Key Set nor PEM"),
        ("product", {"STORE": "disk"}, "product: STORE is wrong."),
        ("user", {"BCRYPT_COST": "99"}, "BCRYPT_COST: "),
    ],
)
def test_a_function_that_cannot_be_says_why_in_a_line(service: str, settings: dict[str, str], fault: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import adapters.bootstrap.aws_lambda.http"],
        cwd=ROOT,
        env=environment(service, **settings),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done.stderr
    assert done.stderr.startswith(fault)
