"""The image is what docs/containers.md says, and four containers of it are a shop."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import uuid
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest

from adapters.inbound.cli.plan import ADMIN_EMAIL
from adapters.inbound.cli.seed import seed
from tests.deploy.image.contents import RULES, SPOILT, contents, faults
from tests.deploy.image.engine import BASE, REPOSITORY, ROOT, UNPRIVILEGED, alone, build, engine, image
from tests.deploy.image.outside import gateway, outside, production, surroundings
from tests.deploy.image.shop import GRACE, Shop, bridge, containers
from tests.figures import Figure

SIZE_MAX = 200_000_000
SERVICES = ("product", "user", "cart", "order")
SHOP = (sys.executable, "-m", "adapters.bootstrap.cli")
PASSWORD = "a password for tests"
LOADED = """
import json, os, sys
import adapters.bootstrap.asgi
cached = {m.__name__: m.__cached__ for m in list(sys.modules.values()) if getattr(m, "__cached__", None)}
print(json.dumps({"all": len(cached), "missing": [name for name, path in cached.items() if not os.path.exists(path)]}))
"""


def test_the_image_says_what_it_is_and_runs_as_nobody(figure: Figure) -> None:
    run, name = engine(), image()
    found, base = run.inspect(name), run.inspect(BASE)
    config = found["Config"]
    labels = {key.removeprefix("org.opencontainers.image."): value for key, value in config["Labels"].items()}
    assert config["User"] == "10001:10001"
    assert config["Entrypoint"] == ["python", "-m", "adapters.bootstrap"]
    assert not config.get("Cmd")
    assert not config.get("Healthcheck")
    assert set(config["ExposedPorts"]) == {f"{port}/tcp" for port in (3001, 3002, 3003, 3004)}
    assert labels["title"] == "Portico"
    assert labels["licenses"] == "Apache-2.0"
    assert labels["version"] == "test"
    assert labels["base.name"] == BASE
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", labels["created"])
    assert re.fullmatch(r"[0-9a-f]{40}(-changed)?|unknown(-changed)?", labels["revision"])
    added = found["Size"] - base["Size"]
    figure("image: {megabytes} MB over its base, of 200 that it may be", megabytes=round(added / 1e6))
    assert 0 < added < SIZE_MAX


def test_the_image_has_what_it_needs_and_nothing_to_break_in_with(figure: Figure) -> None:
    run = engine()
    base, ours = contents(run, BASE), contents(run, image())
    assert faults(base, ours) == {}
    figure(
        "image: {files} files looked at by {rules} rules, {packages} packages with their licences",
        files=len(ours.files),
        rules=len(RULES),
        packages=len(ours.licences),
    )


def test_an_image_that_breaks_the_rules_is_found_out(tmp_path: Path) -> None:
    run, name = engine(), f"{REPOSITORY}:spoilt-{uuid.uuid4().hex[:8]}"
    (tmp_path / "Dockerfile").write_text(SPOILT.format(image=image()), "utf-8")
    with alone():
        run("build", "--tag", name, str(tmp_path))
    try:
        assert set(faults(contents(run, BASE), contents(run, name))) == set(RULES)
    finally:
        run("rmi", name)


def test_the_same_sources_give_the_same_image_whoever_checks_them_out(tmp_path: Path) -> None:
    run, name = engine(), f"twin-{uuid.uuid4().hex[:8]}"
    one, other = f"{REPOSITORY}:{name}-one", f"{REPOSITORY}:{name}-other"
    image()
    with alone():
        before = run.unnamed()
        build(run.program, f"{name}-one", sources=_checkout(tmp_path / "one", 0o022))
        build(run.program, f"{name}-other", "--no-cache", sources=_checkout(tmp_path / "other", 0o077))
        left = run.unnamed() - before
    try:
        assert contents(run, one) == contents(run, other)
        if run.program == "podman":  # docker dates its layers by the clock
            assert run.inspect(one)["RootFS"] == run.inspect(other)["RootFS"]
    finally:
        run("rmi", one, other, *left)


@pytest.mark.parametrize("service", SERVICES)
def test_all_that_a_service_loads_is_compiled(service: str) -> None:
    loaded = engine().python(image(), LOADED, "--env", f"SERVICE={service}", *UNPRIVILEGED)
    assert loaded["missing"] == []
    assert loaded["all"] > 500


def test_a_container_without_what_production_needs_says_so_and_ends() -> None:
    name = f"{REPOSITORY}-{uuid.uuid4().hex[:8]}"
    run = engine()
    command = ("run", "--rm", "--name", name, "--network", "none", *UNPRIVILEGED, "--env", "ENVIRONMENT=production")
    ended = subprocess.run((run.program, *command, image()), capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == 1
    assert "SERVICE_KEY" in ended.stderr
    assert "Traceback" not in ended.stderr


async def test_a_container_that_is_told_to_stop_while_it_starts_ends_at_once() -> None:
    run, name = engine(), f"{REPOSITORY}-{uuid.uuid4().hex[:8]}"
    slowly = ("--cpus", "0.2")  # so that it is not done with its imports, whatever else this machine does
    run("run", "--detach", "--name", name, "--network", "none", *UNPRIVILEGED, *slowly, image())
    try:
        await _hears(run.inspect(name)["State"]["Pid"])
        run("stop", "--time", str(GRACE), name)
        assert run.inspect(name)["State"]["ExitCode"] == 0
        assert run.both("logs", name).stdout == "", "It had begun to serve, which another test looks at."
    finally:
        run("rm", "--force", name)


async def test_four_containers_are_a_shop_in_production(tmp_path: Path, figure: Figure) -> None:
    run = engine()
    name = image()
    with bridge(run) as network:
        world = outside(network)
        with containers(run, name, network, production(world)) as shop:
            async with surroundings(world, network, tmp_path):
                for service in SERVICES:
                    await shop.ready(service)
                async with gateway({service: shop.url(service) for service in SERVICES}) as url:
                    await _seed(url, world.mongo_url)
                    toured = _shop("tour", "--url", url)
                    await _is_closed(url)
                assert toured.splitlines()[-1] == "Every step was as it should be."
                statuses, stopped = _stopped(shop)
                began_again, _ = await _again(shop, "order"), shop.stop("order")
                assert statuses == dict.fromkeys(SERVICES, 0)
                lines = _lines(shop)
                assert len(world.mails) >= 2  # the admin's and the tourist's
                assert {mail["FromEmailAddress"] for mail in world.mails} == {"The shop <shop@shop.invalid>"}
    calls = toured.count("curl ")
    figure(
        "containers: a tour of {calls} calls through the gateway, {lines} lines, all JSON; {mails} mails; 4 of 4 ended",
        calls=calls,
        lines=lines,
        mails=len(world.mails),
    )
    figure(f"containers: ready {began_again:.1f} s after the start, ended in {max(stopped.values()):.1f} s at most")
    assert calls


def _checkout(folder: Path, umask: int) -> Path:
    """A copy of what the image is made of, of now, as somebody with this umask would have it."""
    for name in ("Dockerfile", ".dockerignore", "containers", "requirements", "core", "adapters"):
        for file in [path for path in (ROOT / name, *(ROOT / name).rglob("*")) if path.is_file()]:
            copy = folder / file.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
            copy.chmod(0o666 & ~umask)
            copy.parent.chmod(0o777 & ~umask)
    return folder


async def _hears(pid: int) -> None:
    """Waits until the process has a handler for SIGTERM."""
    async with asyncio.timeout(60):
        while not _caught(pid) & 1 << signal.SIGTERM - 1:  # noqa: ASYNC110 - it has no event for that
            await asyncio.sleep(0.01)


def _caught(pid: int) -> int:
    """The signals that a process has handlers for, each a bit."""
    (found,) = re.findall(r"^SigCgt:\s*(\w+)$", Path(f"/proc/{pid}/status").read_text("ascii"), re.MULTILINE)
    return int(found, 16)


async def _seed(url: str, mongo_url: str) -> None:
    """As one begins in production: somebody registers, is made an admin from aside, and fills the catalogue."""
    account = {"email": ADMIN_EMAIL, "password": PASSWORD, "name": "Ada Admin"}
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=30) as http:
        registered = await http.post("/v1/users", json=account)
        assert registered.status_code == 201, registered.text
        _shop("grant-admin", ADMIN_EMAIL, USER_STORE="mongo", MONGO_URL=mongo_url)
        await seed(http, password=PASSWORD, currency="USD")


async def _is_closed(url: str) -> None:
    """What is not for the world is not reached through the gateway, and docs are not served in production."""
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=30) as http:
        for path in ("/internal/orders", "/metrics", "/livez", "/readyz", "/docs/order", "/openapi/order.json"):
            assert (await http.get(path)).status_code == 404, path


def _shop(*command: str, **environ: str) -> str:
    """What a command `shop` said, which went well."""
    ended = subprocess.run(
        (*SHOP, *command), cwd=ROOT, env={**os.environ, "NO_COLOR": "1", **environ}, capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def _stopped(shop: Shop) -> tuple[Mapping[str, int], Mapping[str, float]]:
    """The status with which each service ended, and how long that took."""
    ends = {service: shop.stop(service) for service in SERVICES}
    return {name: end[0] for name, end in ends.items()}, {name: end[1] for name, end in ends.items()}


async def _again(shop: Shop, service: str) -> float:
    shop.start(service)
    return await shop.ready(service)


def _lines(shop: Shop) -> int:
    """How many lines all wrote; each is a JSON object that tells its service."""
    lines = [(service, json.loads(line)) for service in SERVICES for line in shop.lines(service)]
    assert [line for service, line in lines if line["service.name"] != service] == []
    assert [line for _, line in lines if line["log.level"] == "ERROR"] == []
    return len(lines)
