"""`shop adapters` tells what the settings plug into each port."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.bootstrap import plugged
from adapters.inbound.cli import local
from adapters.inbound.cli.stores import StoreName, store_of, told
from tests.adapters.cli.running import ROOT
from tests.adapters.cli.stand_ins import actions
from tests.adapters.cli.test_commands import shop
from tests.adapters.test_contracts import ports

UNSET = {"STORE": "memory", **dict.fromkeys(["PRODUCT_STORE", "USER_STORE", "CART_STORE", "ORDER_STORE"], "")}


def lines(*arguments: object, **environ: str) -> list[str]:
    """What the command shows with its real action, without the blanks that line it up."""
    told = shop("adapters", *arguments, does=replace(actions(), adapters=plugged.adapters), **environ)
    assert told.exit_code == 0, told.output
    return [" ".join(line.split()) for line in told.stdout.splitlines()]


def test_every_port_is_shown_with_its_adapters_and_what_chooses(tmp_path: Path) -> None:
    shown = lines("--data", tmp_path, PRODUCT_STORE="mongo", CATALOG_CACHE_SECONDS="2")
    assert shown[0] == "In a service started in this environment:"
    for line in (
        "product Products, Stocks memory, mongo mongo, by PRODUCT_STORE",
        "inside CoalescedProducts, by COALESCE_READS",
        "cart Carts memory, mongo memory, by STORE",
        "cart Catalog http_client, in_process http_client between processes, in_process in one",
        "inside CachedCatalog and FreshCatalog, by CATALOG_CACHE_SECONDS",
        "order EventPublisher log, memory log, by EVENT_PUBLISHER",
        "shared Clock system system, the only one",
    ):
        assert line in shown
    words = {word.strip(",") for line in shown for word in line.split()}
    assert {port.__name__ for port in ports()} <= words


def test_one_services_needs_are_shown_with_those_that_all_share(tmp_path: Path) -> None:
    shown = lines("--data", tmp_path, "--service", "cart", COALESCE_READS="false")
    assert {line.split()[0] for line in shown[2:]} == {"cart", "without", "shared"}
    assert "without CoalescedProducts, by COALESCE_READS" in lines("--data", tmp_path, COALESCE_READS="false")


def test_no_address_of_a_store_is_shown(tmp_path: Path) -> None:
    shown = lines("--data", tmp_path, STORE="mongo:mongodb://me:hush@there", PRODUCT_STORE="memory:hush")
    assert "hush" not in str(shown)
    assert "there" not in str(shown)


def test_the_settings_are_those_of_the_running_shop_unless_others_are_typed(tmp_path: Path) -> None:
    with local.claimed(tmp_path) as publish:
        publish({**UNSET, "STORE": "mongo", "CART_STORE": "memory"})
        here = lines("--data", tmp_path)
        typed = lines("--data", tmp_path, ORDER_STORE="memory")
    assert here[0] == f"In the shop that runs on {tmp_path}:"
    assert "order Orders memory, mongo mongo, by STORE" in here
    assert "cart Carts memory, mongo memory, by CART_STORE" in here
    assert typed[0] == "In a service started in this environment:"
    assert "order Orders memory, mongo memory, by ORDER_STORE" in typed


def test_a_wrong_name_is_told_after_the_table_and_a_wrong_value_instead_of_it(tmp_path: Path) -> None:
    does = replace(actions(), adapters=plugged.adapters)
    wrong = shop("adapters", "--data", tmp_path, does=does, PRODUCT_STORE="disk", EVENT_PUBLISHER="pigeon")
    assert wrong.exit_code == 1
    assert "disk, by PRODUCT_STORE" in wrong.stdout
    assert wrong.stderr == (
        "shop: PRODUCT_STORE is wrong. There is no product adapter 'disk'; there are: memory, mongo."
        " EVENT_PUBLISHER is wrong. There is no publisher adapter 'pigeon'; there are: log, memory.\n"
    )
    wrong = shop("adapters", "--data", tmp_path, does=does, CHECKOUT_SECONDS="soon")
    assert (wrong.exit_code, wrong.stdout) == (1, "")
    assert wrong.stderr.startswith("shop: A setting is wrong. CHECKOUT_SECONDS: ")


def test_it_imports_no_driver(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from adapters.bootstrap.plugged import adapters\n"
        "assert adapters({'STORE': 'mongo'})\n"
        "print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not {"pymongo", "aiohttp", "bcrypt", "jwt", "fastapi", "snowballstemmer"} & loaded
    assert not any(name.startswith("adapters.outbound.") for name in loaded)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("mongodb://me:hush@db.example.com/shop?tlsCertificateKeyFilePassword=hush", "mongodb://db.example.com/shop"),
        ("mongodb://a,b:27017/?directConnection=true", "mongodb://a,b:27017/"),
        ("mongodb+srv://me@db.example.com", "mongodb+srv://db.example.com"),
        ("/var/lib/shop.db", "/var/lib/shop.db"),
        ("shop.db", "shop.db"),
        ("", ""),
        ("me:hush@there", "there"),
        ("mongodb://me:h/ush@there", "..."),
        ("mongodb://me:h?ush@there", "..."),
        ("mongodb://me:h#ush@there", "..."),
        ("mongodb://me:hu@sh@there", "..."),
        ("host=there password=hush", "..."),
    ],
)
def test_of_an_address_that_is_told_which_holds_no_secret(address: str, shown: str) -> None:
    assert told(address) == shown
    assert "hush" not in StoreName("x", address).sentence
    assert "hush" not in repr(StoreName("x", address))


def test_a_service_keeps_its_data_where_its_own_variable_says() -> None:
    environ = {**UNSET, "STORE": "mongo", "CART_STORE": "memory", "USER_STORE": "x:/a:b"}
    assert store_of("order", environ) == StoreName("mongo")
    assert store_of("cart", environ).forgets
    assert store_of("user", environ) == StoreName("x", "/a:b")
