"""Commands of `shop` in an environment full of secrets: none is in what they say, or in what they leave behind."""

import asyncio
import os
import re
import signal
import stat
import sys
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest

from adapters.bootstrap.apps import new_app
from adapters.bootstrap.registry import UnknownAdapter
from adapters.bootstrap.settings import Settings, WrongSettings, checked
from adapters.outbound.console.mail import MARK
from adapters.outbound.security.keys import new_signing_key
from adapters.outbound.security.service_keys import ServiceKey
from tests.adapters.cli.running import free_ports, running
from tests.database import free_port
from tests.figures import Figure
from tests.security.canaries.search import Canaries
from tests.security.canaries.test_processes import DRIVERS_WORDS
from tests.security.canaries.visit import Visit
from tests.security.test_production import secret_fields
from tests.system.services import SERVICES

SHOP = (sys.executable, "-m", "adapters.bootstrap.cli")
SEARCHED = "{canaries} secrets searched for in {characters} characters that shops let out: {hits} found."
PATIENCE = 60


def secret_environment(canaries: Canaries) -> dict[str, str]:
    password, key = canaries.random("the password of the database"), ServiceKey.new()
    return {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        "PASSWORD_PEPPER": canaries.random("the pepper"),
        "PASSWORD_PEPPERS_RETIRED": canaries.random("a retired pepper"),
        "SIGNING_KEYS": canaries.add_key("the signing key", new_signing_key()),
        "SERVICE_KEY": canaries.add_key("a service's key", key.pem),
        "PEER_KEYS": f"order={key.public}",
        "MONGO_URL": f"mongodb://shop:{password}@127.0.0.1:{free_port()}/?directConnection=true",
        "LOG_LEVEL": "DEBUG",
        "COLUMNS": "1000",
    }


@pytest.mark.parametrize(
    ("arguments", "environ"),
    [
        (("adapters",), {}),
        (("adapters",), {"STORE": "mongo"}),
        (("adapters",), {"STORE": "mongo:{MONGO_URL}", "USER_STORE": "elsewhere:{MONGO_URL}"}),
        (("adapters",), {"STORE": "memory", "PASSWORD_PEPPER": "too short"}),
        (("audit",), {"ORDER_URL": "http://127.0.0.1:9", "PRODUCT_URL": "http://127.0.0.1:9"}),
        (("grant-admin", "ada@example.com"), {}),
        (("grant-admin", "ada@example.com"), {"USER_STORE": "mongo:{MONGO_URL}"}),
        (("grant-admin", "ada@example.com"), {"MONGO_URL": "{MONGO_URL}&tlsCAFile={PASSWORD_PEPPER}"}),
        (("up", "--no-seed"), {}),
        (("up", "--no-seed"), {"ENVIRONMENT": "production"}),
        (("up", "--no-seed"), {"SERVICE_KEY": "{PASSWORD_PEPPER}", "SIGNING_KEYS": "{PASSWORD_PEPPER}"}),
        (("keys", "show", "{DATA}/not-there"), {}),
        (("keys", "service", "{DATA}/keys"), {}),
        (("keys", "new", "{DATA}/signing.pem"), {}),
        (("openapi", "{DATA}/documents"), {}),
        (("nonsense", "--password", "none"), {}),
    ],
)
async def test_no_command_says_a_secret_of_its_environment(
    arguments: tuple[str, ...], environ: Mapping[str, str], tmp_path: Path, figure: Figure
) -> None:
    canaries = Canaries()
    known = {**secret_environment(canaries), "DATA": str(tmp_path)}
    environment = {**known, **{name: value.format(**known) for name, value in environ.items()}}
    typed = [each.format(**known) for each in arguments]
    base, gateway = free_ports()
    if arguments[0] == "up":
        typed += ["--base-port", str(base), "--gateway-port", str(gateway)]
    if arguments[0] in ("adapters", "audit", "grant-admin", "up"):
        typed += ["--data", str(tmp_path)]
    async with running((*SHOP, *typed), environment) as command:
        await command.ends()
    assert command.said
    assert canaries.found_in(command.said) == set()
    figure(SEARCHED, canaries=len(canaries.names), characters=canaries.searched, hits=0)


async def test_a_worker_without_its_database_says_no_secret(tmp_path: Path, figure: Figure) -> None:
    canaries = Canaries()
    environment = {**secret_environment(canaries), "WORKER_SECONDS": "0.1", "ORDER_STORE": "mongo"}
    async with running((*SHOP, "worker", "--data", str(tmp_path)), environment) as command:
        await command.says("cannot be made now")
        await command.ends(signal.SIGTERM)
    assert "ServerSelectionTimeoutError (" in command.said
    assert DRIVERS_WORDS not in command.said
    assert canaries.found_in(command.said) == set()
    figure(SEARCHED, canaries=len(canaries.names), characters=canaries.searched, hits=0)


async def test_a_whole_shop_shows_no_secret_but_mails_and_publishes_none(tmp_path: Path, figure: Figure) -> None:
    """`shop up -v` shows what every process writes; other commands read `running.json`."""
    canaries = Canaries()
    base, gateway = free_ports()
    environment = {name: value for name, value in secret_environment(canaries).items() if name != "SERVICE_KEY"}
    ports = ("--base-port", str(base), "--gateway-port", str(gateway), "--data", str(tmp_path))
    async with running((*SHOP, "up", "-v", "--store", "memory", *ports), environment) as shop:
        await shop.says("The shop is open.")
        published = tmp_path / "running.json"
        told, mode = published.read_text(), stat.S_IMODE(published.stat().st_mode)
        audited = await asyncio.create_subprocess_exec(
            *(*SHOP, "audit", "--data", str(tmp_path)), env=environment, stdout=asyncio.subprocess.PIPE
        )
        said, _ = await audited.communicate()
        address = f"http://127.0.0.1:{gateway}"
        async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=PATIENCE) as http:
            visit = Visit(dict.fromkeys(SERVICES, http), canaries, mailed=_unread, service_token=lambda *_: "")
            await visit.tokens("ada")
            await visit.guests("ada")
        assert await shop.ends(signal.SIGTERM) == 0
    for key in (tmp_path / "keys").iterdir():
        if key.name != "signing.pem":
            canaries.add_key(f"the key {key.name}", key.read_text())
    shown = re.sub(rf"^.*{MARK} .*$", "", shop.said, flags=re.MULTILINE)
    logs = "\n".join(
        line
        for log in (tmp_path / "logs").iterdir()
        for line in log.read_text().splitlines()
        if not line.startswith(MARK)
    )
    assert "DEBUG" in logs or "INFO" in logs
    assert audited.returncode == 0, said
    assert mode == 0o600
    found = {
        **{place: canaries.found_in(answer) for place, answer in visit.answers},
        "the terminal": canaries.found_in(shown),
        "the logs": canaries.found_in(logs),
        "running.json": canaries.found_in(told),
        "the audit": canaries.found_in(said.decode()),
    }
    assert {place: names for place, names in found.items() if names} == {}
    figure(SEARCHED, canaries=len(canaries.names), characters=canaries.searched, hits=0)


def test_no_wrong_setting_is_repeated_by_what_refuses_it(figure: Figure) -> None:
    """Each secret, spoilt in many ways, for each service: the sentence that ends the process."""
    canaries, said = Canaries(), list[str]()
    for name in sorted(secret_fields(Settings)):
        for service in SERVICES:
            secret = canaries.random(name)
            pem = f"-----BEGIN PRIVATE KEY-----\n{secret}\n-----END PRIVATE KEY-----"
            url = f"mongodb://shop:{secret}/@there:99999/?x={secret}"
            values = [url, f"mongo:{url}", f"memory:{secret}", f"clay:{secret}"]
            if not name.endswith("store"):  # where the first word is an adapter's name, and is told
                values += [secret, f"{secret}:{secret}", f"\0{secret}", secret[:20], pem, f"{pem}{pem}"]
            for value in values:
                try:
                    new_app(checked(Settings, {"store": "mongo", "service": service, name: value}))
                except (WrongSettings, UnknownAdapter, ValueError) as error:
                    said.append(f"{name} of {service}: {error}")
    assert len(said) > 100
    assert canaries.found_in("\n".join(said), shapes=False) == set()
    figure(SEARCHED, canaries=len(canaries.names), characters=canaries.searched, hits=0)


async def _unread(email: str) -> str:
    raise AssertionError(f"Nobody reads the mails to {email} here.")
