"""What a cold start costs each function: `make bench-cold`.

A process that has imported nothing imports the handler and answers one event, again and again, each function's
processes in turn with those of a function that does next to nothing (`hello.py`), among the same libraries. The clock
begins as Python is up. A ratio of two functions of one run says more than milliseconds, which depend on the machine and
on what else it does; and CPU says more than the time that went by. They run over the database of the tests, with the
settings of `sam/template.yaml` but for where secrets come from. What dominates is told of one more process each, with
Python's own account of imports, which takes longer by itself.
"""

import asyncio
import os
import re
import statistics
import sys
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from adapters.messages import body_of
from adapters.outbound.mongo.cart import MongoCartStore
from adapters.outbound.mongo.database import connect
from adapters.outbound.mongo.order import MongoOrderStore
from adapters.outbound.mongo.product import MongoProductStore
from adapters.outbound.mongo.user import MongoUserStore
from adapters.outbound.security.access_tokens import RsaAccessTokens
from adapters.outbound.security.keys import signing_keys
from adapters.outbound.system.clock import SystemClock
from adapters.outbound.system.ids import Uuid7
from core.cart.model import Owner
from core.user.model import RefreshToken, Session
from tests.aws_lambda.apart import run_apart
from tests.aws_lambda.events import Event, Sent, http_api
from tests.aws_lambda.function import bundle
from tests.aws_lambda.function import environment as settings_of
from tests.builders import an_entry, an_id
from tests.core.cart.carts import a_cart
from tests.core.order.orders import confirmed, placed
from tests.core.user.people import a_user
from tests.database import mongo_url

PROCESSES = 20
TARGET = 1.25
SHOWN = 6
ISSUER = "https://shop.invalid"
FUNCTIONS = "adapters.bootstrap.aws_lambda"
HELLO = "hello"
GUEST = "g" * 43

_COLD = """
import json, sys, time
module, out, event = sys.argv[1], int(sys.argv[2]), json.load(sys.stdin)
from tests.aws_lambda.events import Context
began, spent = time.perf_counter(), time.process_time()
__import__(module)
imported, imported_spent = time.perf_counter(), time.process_time()
answer = sys.modules[module].handler(event, Context())
ended, ended_spent = time.perf_counter(), time.process_time()
figures = {
    "imported": imported - began, "imported_cpu": imported_spent - spent,
    "answered": ended - began, "answered_cpu": ended_spent - spent,
}
open(out, "w").write(json.dumps({"answer": answer, "figures": figures}))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """One to be started cold, by an event that is sent to it often."""

    module: str
    environment: Mapping[str, str]
    event: Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Cold:
    """What a start took in milliseconds: until it was imported, and until it had answered; of time, and of CPU."""

    imported: float
    imported_cpu: float
    answered: float
    answered_cpu: float


def environment(service: str, database: str, **settings: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        **settings_of(service),
        "STORE": "mongo",
        "THROTTLE": "mongo",
        "MONGO_URL": mongo_url(),
        "MONGO_DATABASE": database,
        "TOKEN_ISSUER": ISSUER,
        "TRUSTED_HOPS": "1",
        "DOCS": "false",
        "LOG_FORMAT": "json",
        "PYDANTIC_DISABLE_PLUGINS": "__all__",
        **settings,
    }


async def functions() -> Mapping[str, Function]:
    """All of them, in a shop with a product, a customer who is signed in, and an order of theirs."""
    database = f"cold_{uuid.uuid4().hex}"
    clock = SystemClock()
    user, session_id = a_user(1), an_id(2)
    session = Session.begun(
        user, RefreshToken(session_id=session_id, secret="secret"), at=clock.now(), lasts=timedelta(days=1)
    )
    async with connect(mongo_url(), database) as opened:
        await MongoProductStore(opened).products.add(an_entry(1), units=10)
        await MongoUserStore(opened).users.add(user)
        await MongoUserStore(opened).sessions.add(session)
        await MongoOrderStore(opened).orders.add(placed(1, customer_id=user.id))
        await MongoCartStore(opened).carts.save(a_cart(owner=Owner.guest(GUEST), updated_at=clock.now()))
    tokens = RsaAccessTokens(
        keys=lambda: signing_keys(bundle()),
        issuer=ISSUER,
        audience="portico",
        lasts=timedelta(minutes=15),
        clock=clock,
        new_id=Uuid7(clock),
    )
    token = tokens.issue(user=user, session_id=session_id).text
    signed_in = (("authorization", f"Bearer {token}"),)
    guest = (("x-cart-token", GUEST),)
    event = replace(confirmed(1, customer_id=user.id).outbox[0], at=clock.now())
    batch = {"Records": [{"messageId": "1", "body": body_of(event), "attributes": {"MessageGroupId": event.subject}}]}
    http = f"{FUNCTIONS}.http"

    def of(service: str, sent: Sent, **settings: str) -> Function:
        return Function(module=http, environment=environment(service, database, **settings), event=http_api(sent))

    mails = {"NOTIFIER": "ses", "MAIL_FROM": "shop@shop.invalid"}
    queue = {"EVENT_PUBLISHER": "sqs", "EVENTS_QUEUE_URL": "https://sqs.invalid/events.fifo"}
    get_product = Sent(target=f"/v1/products/{an_id(1)}")
    return {
        HELLO: Function(
            module="tests.bench.hello", environment=environment("product", database), event=http_api(get_product)
        ),
        "product": of("product", get_product),
        "user": of("user", Sent(target="/v1/users/me", headers=signed_in), **mails),
        "cart": of("cart", Sent(target="/v1/cart", headers=guest)),
        "order": of("order", Sent(target=f"/v1/orders/{an_id(1)}", headers=signed_in)),
        "events": Function(module=f"{FUNCTIONS}.events", environment=environment("user", database), event=batch),
        "schedule": Function(
            module=f"{FUNCTIONS}.schedule",
            environment=environment("order", f"{database}_idle", **mails, **queue),
            event={"source": "aws.scheduler"},
        ),
    }


def start(function: Function, *options: str) -> tuple[Any, Cold, str]:
    """The answer, the figures, and what was said on stderr."""
    found, said = run_apart(
        _COLD, function.module, environment=function.environment, event=function.event, options=options
    )
    return found["answer"], Cold(**{name: 1000 * each for name, each in found["figures"].items()}), said


_TOLD = re.compile(r"import time: +(\d+) \| +\d+ \| +(\S+)")


def imports(function: Function) -> Sequence[tuple[str, float, int]]:
    """What importing and answering took by top-level package, the longest first: milliseconds, and modules."""
    spent: Counter[str] = Counter()
    modules: Counter[str] = Counter()
    for microseconds, module in _TOLD.findall(start(function, "-X", "importtime")[2]):
        top = module.split(".")[0]
        name = "Python's own" if top in sys.stdlib_module_names else top
        spent[name] += int(microseconds)
        modules[name] += 1
    return [(name, each / 1000, modules[name]) for name, each in spent.most_common(SHOWN)]


def answered(answer: Any) -> str:
    """How it ended, which is to be well: else it would be quick because it did nothing. Raises: AssertionError."""
    if "statusCode" in answer:
        assert answer["statusCode"] == 200, answer
        return "200"
    assert not answer.get("batchItemFailures"), answer
    return "done"


def measure(all_of_them: Mapping[str, Function], processes: int) -> Mapping[str, Sequence[Cold]]:
    """Of each so many, in turn."""
    found: dict[str, list[Cold]] = {name: [] for name in all_of_them}
    for each in all_of_them.values():
        start(each)  # what is compiled, and read from the disk, is so for all
    for _ in range(processes):
        for name, function in all_of_them.items():
            answer, figures, _ = start(function)
            answered(answer)
            found[name].append(figures)
    return found


def tell(found: Mapping[str, Sequence[Cold]]) -> None:
    middle = {
        name: Cold(**{each: statistics.median(getattr(start, each) for start in starts) for each in Cold.__slots__})
        for name, starts in found.items()
    }
    print(f"{'':<10}{'milliseconds of time':>22}{'of CPU':>18}{'to hello: time':>18}{'CPU':>7}")
    print(f"{'':<10}{'imported':>11}{'answered':>11}{'imported':>9}{'answered':>9}     the target is {TARGET} at most")
    for name, it in middle.items():
        print(
            f"{name:<10}{it.imported:>11.0f}{it.answered:>11.0f}{it.imported_cpu:>9.0f}{it.answered_cpu:>9.0f}"
            f"{ratio(found, name, 'answered'):>18.2f}{ratio(found, name, 'answered_cpu'):>7.2f}"
        )


def ratio(found: Mapping[str, Sequence[Cold]], name: str, figure: str) -> float:
    """The median of its starts, each to that of hello in the same turn: the machine is not the same all the time."""
    pairs = zip(found[name], found[HELLO], strict=True)
    return statistics.median([float(getattr(it, figure) / getattr(hello, figure)) for it, hello in pairs])


def main(processes: int) -> None:
    all_of_them = asyncio.run(functions())
    load = os.getloadavg()[0]
    tell(measure(all_of_them, processes))
    print(f"Medians of {processes}; load {load:.1f} before and {os.getloadavg()[0]:.1f} after, {os.cpu_count()} cores.")
    print("What dominates, in milliseconds (and modules):")
    for name, function in all_of_them.items():
        told = (f"{package} {milliseconds:.0f} ({count})" for package, milliseconds, count in imports(function))
        print(f"{name:<10}{', '.join(told)}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else PROCESSES)
