"""What each function does not import, as it starts and for a plain request: the cause of a short cold start."""

import secrets
from collections.abc import Collection, Mapping
from typing import Any

import pytest

from tests.aws_lambda.apart import run_apart
from tests.aws_lambda.events import Event, Sent, http_api
from tests.aws_lambda.function import environment
from tests.database import mongo_url
from tests.figures import Figure

EVERYWHERE = (
    "boto3",
    "botocore.session",
    "fastapi_swagger",
    "pydantic_settings",
    "opentelemetry.sdk",
    "opentelemetry.exporter",
    "aws_lambda_powertools.event_handler",
    "aws_lambda_powertools.utilities.idempotency",
    "aiohttp",
    "uvicorn",
    "httpx",
    "typer",
    "rich",
    "yaml",
    "prometheus_client",
    "pydantic.v1",
    "pydantic_settings",
    "pymongo.pyopenssl_context",
    "snowballstemmer",
    "adapters.outbound.http_client",
    "adapters.outbound.memory.product",
    "adapters.inbound.gateway",
    "adapters.inbound.cli",
)
"""What no function needs as it starts: of AWS until there is something to send, of words until there are some."""
KEYS = ("cryptography", "jwt", "bcrypt")
"""What checks tokens and passwords; the first imports the last."""
WEB = ("fastapi", "starlette", "mangum", "adapters.inbound.web")
MAILS = {"NOTIFIER": "ses", "MAIL_FROM": "shop@shop.invalid"}
QUEUE = {"EVENT_PUBLISHER": "sqs", "EVENTS_QUEUE_URL": "https://sqs.invalid/events.fifo"}

_IMPORT = """
import json, sys
from tests.aws_lambda.events import Context
told, extra = int(sys.argv[2]), sys.argv[3]
if extra:
    __import__(extra)
__import__(sys.argv[1])
def loaded():
    return [name for name, module in sys.modules.items() if module]
started = loaded()
answer = sys.modules[sys.argv[1]].handler(json.load(sys.stdin), Context())
with open(told, "w") as out:
    json.dump({"started": started, "used": loaded(), "answer": answer}, out)
"""


def imported(
    service: str, module: str, event: Event, settings: Mapping[str, str], *, extra: str = ""
) -> Mapping[str, Any]:
    """The modules that there are once it has started, and once it was used, with its answer; `extra` comes first."""
    environ = {
        **environment(service, **settings),
        "STORE": "mongo",
        "THROTTLE": "mongo",
        "DOCS": "false",
        "LOG_FORMAT": "json",
        "MONGO_URL": mongo_url(),
        "MONGO_DATABASE": f"imports_{secrets.token_hex(6)}",
    }
    found: Mapping[str, Any]
    found, _ = run_apart(_IMPORT, f"adapters.bootstrap.aws_lambda.{module}", extra, environment=environ, event=event)
    return found


def there(names: Collection[str], modules: Collection[str]) -> set[str]:
    """Which of them are, or have a part that is."""
    return {name for name in names if any(f"{module}.".startswith(f"{name}.") for module in modules)}


CASES: Mapping[str, tuple[str, str, Event, Mapping[str, str], tuple[str, ...]]] = {
    "product": (
        "product",
        "http",
        http_api(Sent(target="/v1/categories")),
        {},
        (
            *KEYS,
            "core.user",
            "core.order",
            "core.cart.model",
            "adapters.inbound.web.user",
            "adapters.outbound.mongo.user",
        ),
    ),
    "user": (
        "user",
        "http",
        http_api(Sent(target="/.well-known/jwks.json")),
        MAILS,
        ("core.order", "core.product", "adapters.outbound.ses.sending", "adapters.outbound.mongo.product"),
    ),
    "cart": (
        "cart",
        "http",
        http_api(Sent(method="POST", target="/v1/cart/guest")),
        {},
        (
            *KEYS,
            "core.product",
            "core.user",
            "core.order",
            "adapters.inbound.web.product",
            "adapters.outbound.mongo.user",
        ),
    ),
    "order": (
        "order",
        "http",
        http_api(Sent(target="/v1/none")),
        QUEUE,
        (*KEYS, "core.product", "core.user", "core.cart.model", "adapters.inbound.web.cart"),
    ),
    "events": ("user", "events", {"Records": []}, {}, (*KEYS, *WEB, "core.product", "core.order.use_cases")),
    "schedule": ("order", "schedule", {}, {**MAILS, **QUEUE}, (*KEYS, *WEB, "aws_lambda_powertools.utilities.batch")),
}
"""For each function its service, its module, an event as plain as can be, settings, and what it does without."""


@pytest.mark.parametrize("name", CASES)
def test_a_function_imports_nothing_that_it_does_not_need(name: str, figure: Figure) -> None:
    service, module, event, settings, needless = CASES[name]
    found = imported(service, module, event, settings)
    assert found["answer"].get("statusCode", 200) in (200, 201, 404), found["answer"]
    assert there((*EVERYWHERE, *needless), found["started"]) == set()
    assert there((*EVERYWHERE, *needless), found["used"]) == set()
    figure(
        "{functions} functions without {needless} modules and packages they do not need",
        functions=1,
        needless=len(EVERYWHERE) + len(needless),
    )


@pytest.mark.parametrize(
    ("extra", "caught"),
    [("boto3", {"boto3", "botocore.session"}), ("jwt", set(KEYS)), ("core.order.use_cases", {"core.order"})],
)
def test_what_is_imported_too_early_is_caught(extra: str, caught: set[str]) -> None:
    service, module, event, settings, needless = CASES["product"]
    found = imported(service, module, event, settings, extra=extra)
    assert there((*EVERYWHERE, *needless), found["started"]) == caught


def test_what_every_function_needs_is_there() -> None:
    """So that a name in the lists is one by which modules are called."""
    service, module, event, settings, _ = CASES["user"]
    found = imported(service, module, event, settings)
    assert there((*KEYS, *WEB, "pymongo", "core.user"), found["used"]) == {*KEYS, *WEB, "pymongo", "core.user"}
