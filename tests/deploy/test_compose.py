"""compose.yaml is a whole shop: what is set is read, who waits for whom gets well, and only the gateway is reached."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from adapters.bootstrap.settings import PORTS, Settings, checked
from tests.figures import Figure

ROOT = Path(__file__).parents[2]
SERVICES = frozenset(map(str, PORTS))
OURS = "portico:compose"
PINNED = re.compile(r"docker\.io/library/[a-z]+:\d+\.\d+\.\d+(-[a-z]+)?")
DRAIN = int(Settings.model_fields["request_seconds"].default) + 5
"""Seconds that a service may take to end."""

Compose = dict[str, Any]


def compose() -> Compose:
    found: Compose = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    return found


def _settings(shop: Compose) -> Iterator[str]:
    """Every variable is one that a service reads, and good; each is the service that it is called, on its port."""
    for name in SERVICES:
        given = shop[name]["environment"]
        settings = checked(Settings, {}, environment=given)
        unread = {key.lower() for key in given} - Settings.model_fields.keys()
        if unread or settings.service != name or settings.port != PORTS[settings.service]:
            yield name


def _addresses(shop: Compose) -> Iterator[str]:
    """Each neighbour is asked for at its name and port, and so is the database."""
    for name in SERVICES:
        given = shop[name]["environment"]
        for peer, port in PORTS.items():
            if given[f"{peer.upper()}_URL"] != f"http://{peer}:{port}":
                yield f"{name} -> {peer}"
        if urlsplit(given["MONGO_URL"]).hostname not in shop:
            yield f"{name} -> database"


def _replica_set(shop: Compose) -> Iterator[str]:
    """The set is called by one name where it is begun, initiated and asked for."""
    begun = shop["mongo"]["command"][2]
    asked = {urlsplit(shop[name]["environment"]["MONGO_URL"]).query for name in SERVICES}
    if asked != {f"replicaSet={begun}"} or f'_id: "{begun}"' not in shop["mongo"]["healthcheck"]["test"][-1]:
        yield "mongo"


def _images(shop: Compose) -> Iterator[str]:
    """One image of ours, which is built here, and others by their full version."""
    for name, each in shop.items():
        ours = name in SERVICES
        if not (each["image"] == OURS and "build" in each if ours else PINNED.fullmatch(each["image"])):
            yield name


def _waiting(shop: Compose) -> Iterator[str]:
    """Whoever waits for another waits until it is well, and the other can be told to be."""
    for name, each in shop.items():
        for other, how in each.get("depends_on", {}).items():
            if how != {"condition": "service_healthy"} or "test" not in shop[other].get("healthcheck", {}):
                yield f"{name} -> {other}"
    if set(shop["gateway"]["depends_on"]) != SERVICES:
        yield "gateway"


def _ports(shop: Compose) -> Iterator[str]:
    """Nobody but the gateway is reached from outside, and that from this machine alone."""
    for name, each in shop.items():
        allowed = ["127.0.0.1:8080:8080"] if name == "gateway" else []
        if each.get("ports", []) != allowed:
            yield name


def _confined(shop: Compose) -> Iterator[str]:
    """What needs to write nothing cannot, and has no privilege."""
    for name in (*SERVICES, "gateway"):
        each = shop[name]
        held = each.get("read_only"), each.get("cap_drop"), each.get("security_opt")
        if held != (True, ["ALL"], ["no-new-privileges:true"]):
            yield name


def _limited(shop: Compose) -> Iterator[str]:
    return (name for name, each in shop.items() if "mem_limit" not in each)


def _grace(shop: Compose) -> Iterator[str]:
    """Longer than a service may take to end."""
    return (name for name in SERVICES if int(shop[name].get("stop_grace_period", "10s")[:-1]) <= DRAIN)


RULES: Mapping[str, tuple[Callable[[Compose], Iterator[str]], Callable[[Compose], object]]] = {
    "variables": (_settings, lambda shop: shop["cart"]["environment"].update(CHECKOUT_SECOND="30")),
    "service": (_settings, lambda shop: shop["cart"]["environment"].update(SERVICE="order")),
    "port": (_settings, lambda shop: shop["cart"]["environment"].update(PORT="3004")),
    "addresses": (_addresses, lambda shop: shop["order"]["environment"].update(CART_URL="http://cart:3004")),
    "database": (_addresses, lambda shop: shop["order"]["environment"].update(MONGO_URL="mongodb://database/")),
    "replica set": (_replica_set, lambda shop: shop["mongo"].update(command=["mongod", "--replSet", "rs0"])),
    "images": (_images, lambda shop: shop["mongo"].update(image="docker.io/library/mongo:latest")),
    "our image": (_images, lambda shop: shop["user"].pop("build")),
    "waiting": (_waiting, lambda shop: shop["mongo"].pop("healthcheck")),
    "waiting for all": (_waiting, lambda shop: shop["gateway"]["depends_on"].pop("cart")),
    "ports": (_ports, lambda shop: shop["mongo"].update(ports=["27017:27017"])),
    "this machine": (_ports, lambda shop: shop["gateway"].update(ports=["8080:8080"])),
    "confined": (_confined, lambda shop: shop["product"].pop("read_only")),
    "limited": (_limited, lambda shop: shop["gateway"].pop("mem_limit")),
    "grace": (_grace, lambda shop: shop["order"].update(stop_grace_period="15s")),
}
"""By name: a rule, and a change that breaks it."""


@pytest.mark.parametrize("name", RULES)
def test_a_rule_of_the_shop_in_containers_is_kept_and_noticed(name: str, figure: Figure) -> None:
    rule, change = RULES[name]
    assert list(rule(compose()["services"])) == []
    changed = compose()["services"]  # as YAML has it, what is shared is copied into each
    change(changed)
    assert list(rule(changed)) != []
    figure("compose.yaml: {rules} rules kept, and a change that breaks it noticed by each", rules=1)


def test_a_shop_in_containers_holds_no_secret() -> None:
    secret = {name.upper() for name, each in Settings.model_fields.items() if "SecretStr" in str(each.annotation)}
    given = {key for name in SERVICES for key in compose()["services"][name]["environment"]}
    assert given & secret <= {"STORE", "MONGO_URL"}
    assert all("@" not in compose()["services"][name]["environment"]["MONGO_URL"] for name in SERVICES)
