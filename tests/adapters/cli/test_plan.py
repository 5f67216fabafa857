"""Which processes a shop on this machine consists of, and what each is told."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import httpx

from adapters.bootstrap.settings import Settings
from adapters.inbound.cli.key_files import ServiceKeys
from adapters.inbound.cli.local import Secrets
from adapters.inbound.cli.plan import LIMITS, PRIVATE, Options, Plan, Store, needed_ports, plan
from adapters.inbound.cli.process import Program
from tests.adapters.cli.stand_ins import actions

SECRETS = Secrets(
    pepper="pepper",
    signing_keys_file=Path("/data/keys/signing.pem"),
    service_keys=ServiceKeys(
        own={name: f"key of {name}" for name in ("product", "user", "cart", "order", "audit")}, made=(), peers="peers"
    ),
)
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
        assert (environment["PASSWORD_PEPPER"], environment["PEER_KEYS"]) == ("pepper", "peers")


def test_every_service_has_its_own_key_and_the_user_service_the_file_of_those_that_sign() -> None:
    shop = programs(planned(environ={"SERVICE_KEY": "of nobody", "PEER_KEYS": "others", "SIGNING_KEYS": ""}))
    assert {name: shop[name].environment["SERVICE_KEY"] for name in ("product", "user", "cart", "order")} == {
        "product": "key of product", "user": "key of user", "cart": "key of cart", "order": "key of order",
    }  # fmt: skip
    files = {name: program.environment.get("SIGNING_KEYS_FILE") for name, program in programs(planned()).items()}
    assert {name for name, file in files.items() if file} == {"user"}
    assert files["user"] == "/data/keys/signing.pem"
    assert not PRIVATE & shop["gateway"].environment.keys()


def test_signing_keys_of_the_environment_win() -> None:
    for mine in ({"SIGNING_KEYS": "mine"}, {"SIGNING_KEYS_FILE": "/mine.pem"}):
        shop = programs(planned(environ=mine))
        told = {name: shop["user"].environment.get(name) for name in ("SIGNING_KEYS", "SIGNING_KEYS_FILE")}
        assert {name: value for name, value in told.items() if value} == mine


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
    assert shop.database is None
    assert {store.sentence for store in shop.stores.values()} == {"keeps its data in memory while it runs"}


def test_a_service_has_a_store_of_its_own_where_its_variable_says_so() -> None:
    shop = planned(environ={"CART_STORE": "memory", "USER_STORE": "sqlite:/users.db", "STORE": "memory"})
    assert [stage[0].name for stage in shop.stages] == ["database", "product", "gateway"]
    assert shop.stores["product"].sentence == "keeps its data in mongo"
    assert shop.stores["user"].sentence == "keeps its data in sqlite at /users.db"
    assert shop.stores["cart"].forgets
    told = programs(shop)["order"].environment
    assert [told[name] for name in ("STORE", "CART_STORE", "USER_STORE", "ORDER_STORE")] == [
        "mongo",
        "memory",
        "sqlite:/users.db",
        "",
    ]
    assert shop.looked_for == ()


def test_the_embedded_database_is_started_for_any_service_that_is_in_mongodb_and_does_not_say_where() -> None:
    memory = replace(OPTIONS, store=Store.memory)
    shop = planned(memory, {"ORDER_STORE": "mongo"})
    assert "database" in programs(shop)
    assert shop.environment["MONGO_URL"].startswith("mongodb://127.0.0.1:4005/")
    assert 4005 in [port.number for port in needed_ports(memory, {"ORDER_STORE": "mongo"})]
    elsewhere = {f"{name}_STORE": "mongo:mongodb://me:hush@there" for name in ("PRODUCT", "USER", "CART", "ORDER")}
    shop = planned(environ=elsewhere)
    assert "database" not in programs(shop)
    assert shop.stores["cart"].sentence == "keeps its data in mongo at mongodb://there"


def test_a_database_that_is_to_be_there_already_is_looked_for_once() -> None:
    one_there = {"CART_STORE": "mongo:mongodb://one", "ORDER_STORE": "mongo:mongodb://one"}
    assert planned(environ=one_there).looked_for == ("order",)
    assert set(planned(environ={**one_there, "MONGO_URL": "mongodb://two"}).looked_for) == {"user", "order"}
    assert planned(environ={"MONGO_URL": "mongodb://two"}).looked_for == ("order",)


def test_what_chooses_adapters_is_told_to_the_other_commands() -> None:
    shop = planned(environ={"EVENT_PUBLISHER": "memory", "LOG_LEVEL": "DEBUG"})
    assert shop.environment["EVENT_PUBLISHER"] == "memory"
    assert "COALESCE_READS" not in shop.environment
    assert "LOG_LEVEL" not in shop.environment


def test_who_registers_as_the_demo_admin_is_one_only_while_the_shop_is_seeded() -> None:
    admins = {name: program.environment.get("BOOTSTRAP_ADMIN_EMAIL") for name, program in programs(planned()).items()}
    assert {name for name, email in admins.items() if email} == {"user"}
    unseeded = programs(planned(replace(OPTIONS, seed=False)))
    assert not any("BOOTSTRAP_ADMIN_EMAIL" in program.environment for program in unseeded.values())


def test_it_is_a_development_shop_whatever_the_environment_says() -> None:
    shop = programs(planned(environ={"ENVIRONMENT": "production", "HOST": "my-computer", "LOG_LEVEL": "DEBUG"}))
    told = shop["product"].environment
    assert (told["ENVIRONMENT"], told["HOST"], told["LOG_LEVEL"]) == ("development", "127.0.0.1", "DEBUG")


def test_services_believe_the_gateway_about_addresses_and_nobody_else() -> None:
    shop = programs(planned(environ={"TRUSTED_HOPS": "0", "REQUESTS_PER_MINUTE": "30"}))
    for name in ("product", "user", "cart", "order"):
        told = shop[name].environment
        assert (told["TRUSTED_HOPS"], told["REQUESTS_PER_MINUTE"]) == ("1", "30")


def test_people_may_try_more_than_by_default_unless_the_environment_says_otherwise() -> None:
    told = programs(planned(environ={"LOGIN_TRIES": "7"}))["user"].environment
    assert (told["LOGIN_TRIES"], told["LOGINS_PER_ADDRESS"]) == ("7", LIMITS["LOGINS_PER_ADDRESS"])
    assert {name.lower() for name in LIMITS} <= Settings.model_fields.keys()


def test_a_shop_in_memory_that_counts_tries_in_a_database_brings_one() -> None:
    in_memory = replace(OPTIONS, store=Store.memory)
    assert planned(in_memory, {"THROTTLE": "mongo"}).environment["MONGO_URL"].startswith("mongodb://127.0.0.1:4005/")
    elsewhere = planned(in_memory, {"THROTTLE": "mongo", "USER_STORE": "mongo:mongodb://there"})
    assert "MONGO_URL" not in elsewhere.environment
