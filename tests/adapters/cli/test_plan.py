"""Which processes a shop on this machine consists of, and what each is told."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import httpx

from adapters.inbound.cli.plan import Options, Plan, Store, needed_ports, plan
from adapters.inbound.cli.process import Program
from tests.adapters.cli.stand_ins import actions

SECRETS = {"SIGNING_KEYS": "key", "SERVICE_TOKEN_SECRET": "secret", "PASSWORD_PEPPER": "pepper"}
OPTIONS = Options(
    store=Store.mongo,
    data=Path("/data"),
    base_port=4001,
    gateway_port=9090,
    seed=True,
    restart=False,
    verbose=False,
)


def planned(options: Options = OPTIONS, environ: Mapping[str, str] | None = None) -> Plan:
    does = replace(actions(), database=("/bin/sh", "--flag"))
    return plan(options, does, environ=environ or {}, secrets=SECRETS, http=httpx.AsyncClient())


def programs(shop: Plan) -> dict[str, Program]:
    return {program.name: program for stage in shop.stages for program in stage}


def test_the_database_comes_first_and_the_gateway_last() -> None:
    assert [[program.name for program in stage] for stage in planned().stages] == [
        ["database"],
        ["product", "user", "cart", "order"],
        ["gateway"],
    ]


def test_services_and_database_follow_the_base_port() -> None:
    shop = programs(planned())
    assert [shop[name].environment["PORT"] for name in ("product", "user", "cart", "order")] == [
        "4001",
        "4002",
        "4003",
        "4004",
    ]
    assert shop["database"].command == ("/bin/sh", "--flag", "--port", "4005", "--storage-path", "/data/database")
    assert shop["gateway"].environment["GATEWAY_PORT"] == "9090"
    assert [port.number for port in needed_ports(OPTIONS, {})] == [4001, 4002, 4003, 4004, 4005, 9090]


def test_every_service_knows_the_others_and_the_embedded_database() -> None:
    for name in ("product", "user", "cart", "order"):
        environment = programs(planned())[name].environment
        assert environment["SERVICE"] == name
        assert environment["USER_URL"] == "http://127.0.0.1:4002"
        assert environment["TOKEN_ISSUER"] == "http://127.0.0.1:9090"
        assert environment["MONGO_URL"] == "mongodb://127.0.0.1:4005/?directConnection=true&retryWrites=false"
        assert environment.items() >= SECRETS.items()


def test_a_mongodb_of_ones_own_is_used_and_its_secrets_not_shown() -> None:
    environ = {"MONGO_URL": "mongodb://me:hush@db.example.com/shop?tlsCertificateKeyFilePassword=hush"}
    shop = planned(environ=environ)
    assert "database" not in programs(shop)
    assert programs(shop)["cart"].environment["MONGO_URL"] == environ["MONGO_URL"]
    assert shop.database == "mongodb://db.example.com/shop"
    assert 4005 not in [port.number for port in needed_ports(OPTIONS, environ)]


def test_a_shop_in_memory_has_no_database() -> None:
    shop = planned(replace(OPTIONS, store=Store.memory))
    assert "database" not in programs(shop)
    assert programs(shop)["order"].environment["STORE"] == "memory"
    assert "MONGO_URL" not in shop.environment


def test_who_registers_as_the_demo_admin_is_one_only_while_the_shop_is_seeded() -> None:
    admins = {name: program.environment.get("BOOTSTRAP_ADMIN_EMAIL") for name, program in programs(planned()).items()}
    assert {name for name, email in admins.items() if email} == {"user"}
    unseeded = programs(planned(replace(OPTIONS, seed=False)))
    assert not any("BOOTSTRAP_ADMIN_EMAIL" in program.environment for program in unseeded.values())


def test_it_is_a_development_shop_whatever_the_environment_says() -> None:
    shop = programs(planned(environ={"ENVIRONMENT": "production", "HOST": "my-computer", "LOG_LEVEL": "DEBUG"}))
    told = shop["product"].environment
    assert (told["ENVIRONMENT"], told["HOST"], told["LOG_LEVEL"]) == ("development", "127.0.0.1", "DEBUG")
