"""The same with real processes at LOG_LEVEL=DEBUG: what they write, what they answer, and what is in the database."""

import asyncio
import os
import re
import sys
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx
import pymongo
import pytest

from adapters.bootstrap.identities import CALLERS, own_key
from adapters.inbound.cli.plan import LIMITS
from adapters.outbound.console.mail import MARK
from adapters.outbound.security.keys import new_signing_key
from adapters.outbound.security.service_tokens import Ed25519ServiceTokens
from adapters.outbound.system.clock import SystemClock
from adapters.outbound.system.ids import Uuid7
from tests.database import free_port, mongo_url
from tests.figures import Figure
from tests.security.canaries.search import Canaries
from tests.security.canaries.spills import WAYS
from tests.security.canaries.visit import Visit, bearer
from tests.system.services import ADMIN, SERVICES, Services, add_product, services

ROOT = Path(__file__).parents[3]
SEARCHED = "{canaries} secrets searched for in {characters} characters that shops let out: {hits} found."
PATIENCE = 60
DRIVERS_WORDS = "Topology Description"
"""Words of an exception that is not ours, which hold no secret, but show whether such words are written."""


class Output:
    """What all processes of a test have written so far."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture
        self._text = ""
        self._seen = 0

    @property
    def text(self) -> str:
        self._text += "".join(self._capture.readouterr())
        return self._text

    @property
    def without_mails(self) -> str:
        """Those are for somebody's mailbox, which in development is the terminal."""
        return re.sub(rf"^{MARK} .*$", "", self.text, flags=re.MULTILINE)

    async def mailed(self, email: str) -> str:
        """The token in the next mail to this address."""
        mail = re.compile(rf"{MARK} To: {email}\n(?:{MARK} .*\n)*?{MARK} ([\w-]{{43}})\n(?:{MARK} .*\n)*")
        async with asyncio.timeout(PATIENCE):
            while (found := mail.search(self.text, self._seen)) is None:  # noqa: ASYNC110 - others write it
                await asyncio.sleep(0.05)
        self._seen = found.end()
        return found[1]


def secret_settings(canaries: Canaries) -> dict[str, str]:
    for name in CALLERS:
        canaries.add_key(f"the key of {name}", own_key(name, "").pem)
    return {
        "PASSWORD_PEPPER": canaries.random("the pepper"),
        "PASSWORD_PEPPERS_RETIRED": canaries.random("a retired pepper"),
        "SIGNING_KEYS": canaries.add_key("the first key", new_signing_key())
        + canaries.add_key("the next key", new_signing_key()),
        "LOG_LEVEL": "DEBUG",
        "EVENT_PUBLISHER": "log",
        "NOTIFIER": "console",
        "WORKER_SECONDS": "0.1",
        **LIMITS,
    }


@asynccontextmanager
async def visitor(running: Services, canaries: Canaries, output: Output) -> AsyncIterator[Visit]:
    clock = SystemClock()

    def service_token(caller: str, audience: str) -> str:
        key = own_key(caller, "")
        return Ed25519ServiceTokens(name=caller, key=key, clock=clock, new_id=Uuid7(clock)).issue(audience)

    async with AsyncExitStack() as stack:
        clients = {
            name: await stack.enter_async_context(httpx.AsyncClient(base_url=url, trust_env=False, timeout=PATIENCE))
            for name, url in running.urls.items()
        }
        yield Visit(clients, canaries, mailed=output.mailed, service_token=service_token)


async def test_no_secret_leaves_four_processes_or_lies_in_the_database(
    capfd: pytest.CaptureFixture[str], figure: Figure
) -> None:
    canaries, output = Canaries(), Output(capfd)
    async with services("mongo", environ=secret_settings(canaries)) as running:
        product = await add_product(await running.customer(ADMIN), "SKU-1", stock=5)
        async with visitor(running, canaries, output) as visit:
            await visit.everything("ada")
            await visit.buying("ben", product)
            for service in SERVICES:
                for path in (
                    "/health",
                    "/livez",
                    "/readyz",
                    "/metrics",
                    f"/docs/{service}",
                    f"/openapi/{service}.json",
                ):
                    await visit.send(service, "GET", path)
        kept = in_the_database(running.environment["MONGO_DATABASE"])
    said = output.without_mails
    assert "DEBUG" in said
    assert "order.confirmed" in said
    assert MARK in output.text
    assert "users" in kept
    found = {
        **{place: canaries.found_in(answer) for place, answer in visit.answers},
        "what they wrote": canaries.found_in(said),
        "the database": canaries.found_in(kept, shapes=False),
    }
    assert {place: names for place, names in found.items() if names} == {}
    assert canaries.found_in(output.text), "The mails hold their tokens, and so would be found."
    assert 500 not in visit.statuses
    figure(SEARCHED, canaries=len(canaries.names), characters=canaries.searched, hits=0)


async def test_a_database_that_is_away_takes_its_password_along(
    capfd: pytest.CaptureFixture[str], figure: Figure
) -> None:
    canaries, output = Canaries(), Output(capfd)
    password = canaries.random("the password of the database")
    away = f"mongodb://shop:{password}@127.0.0.1:{free_port()}/?directConnection=true"
    environ = {**secret_settings(canaries), "MONGO_URL": away, "THROTTLE": "mongo"}
    async with services("mongo", environ=environ) as running, visitor(running, canaries, output) as visit:
        account = {"email": "ada@example.com", "password": canaries.password("hers"), "name": "Ada"}
        await visit.send("user", "POST", "/v1/users", account)
        await visit.send(
            "user", "POST", "/v1/auth/refresh", {"refresh_token": f"{uuid.uuid4()}.{canaries.random('r')}"}
        )
        await visit.send("product", "GET", "/v1/products")
        await visit.send("cart", "GET", "/v1/cart", headers={"X-Cart-Token": canaries.random("a cart token")})
        order = bearer(visit.service_token("order", "cart"))
        await visit.send("cart", "GET", f"/internal/v1/carts/{uuid.uuid4()}", headers=order)
    assert {503} <= set(visit.statuses) <= {401, 403, 404, 503}
    assert "ServerSelectionTimeoutError (" in output.text
    assert DRIVERS_WORDS not in output.text
    found = {place: names for place, answer in visit.answers if (names := canaries.found_in(answer))}
    assert (found, canaries.found_in(output.text)) == ({}, set())
    figure(SEARCHED, canaries=len(canaries.names), characters=canaries.searched, hits=0)


@pytest.mark.parametrize(
    ("at", "says"),
    [
        ("nothing", "Request "),
        ("start", "It could not start or end as it should."),
        ("end", "It could not start or end as it should."),
        ("task", "Task exception was never retrieved"),
        ("program", "This ends the process."),
    ],
)
async def test_a_process_that_fails_anywhere_quotes_nothing(at: str, says: str, figure: Figure) -> None:
    canaries = Canaries()
    said, answers = await spilt(at, canaries)
    assert says in said
    assert "DriverError 13" in said
    assert (canaries.found_in(said), canaries.found_in(answers)) == (set(), set())
    figure(SEARCHED, canaries=len(canaries.names), characters=canaries.searched, hits=0)


@pytest.mark.parametrize("at", ["nothing", "start", "end", "task", "program"])
async def test_one_without_discretion_does_and_is_found(at: str) -> None:
    canaries = Canaries()
    said, _ = await spilt(at, canaries, NAIVE="yes")
    assert {"the pepper", "the password of the database"} <= canaries.found_in(said)


async def spilt(at: str, canaries: Canaries, **environ: str) -> tuple[str, str]:
    """What such a process wrote and answered until it was told to end, or ended by itself."""
    port = free_port()
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        **secret_settings(canaries),
        "MONGO_URL": f"mongodb://shop:{canaries.random('the password of the database')}@127.0.0.1:9/",
        "SERVICE": "user",
        "PORT": str(port),
        "SPILL_AT": at,
        **environ,
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.security.canaries.spilling_user"),
        cwd=ROOT,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(PATIENCE):
            output = asyncio.create_task(process.communicate())
            answers = await _asked(port, canaries) if at not in ("start", "program") else ""
            if answers:
                process.terminate()
            said, _ = await output
    finally:
        if process.returncode is None:
            process.kill()
    return said.decode(), answers


async def _asked(port: int, canaries: Canaries) -> str:
    """Every way to fail, and what was answered."""
    answers = []
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=PATIENCE) as http:
        while True:
            try:
                await http.get("/livez")
                break
            except httpx.TransportError:
                await asyncio.sleep(0.05)
        for _ in WAYS:
            body = {"email": "a@example.com", "password": canaries.password("a password")}
            answer = await http.post("/v1/auth/login", json=body)
            answers.append(f"{answer.headers}\n{answer.text}")
    return "\n".join(answers)


def in_the_database(name: str) -> str:
    """Every document, in the database's own words; then it is dropped."""
    client = pymongo.MongoClient[Mapping[str, object]](mongo_url())
    with client:
        names = client[name].list_collection_names()
        documents = [f"{each}: {document}" for each in names for document in client[name][each].find()]
        client.drop_database(name)
    return "\n".join(documents)
