"""`shop adapters` tells what the settings plug into each port."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import Result

from adapters.bootstrap import plugged
from adapters.bootstrap.registry import NEEDS
from adapters.inbound.cli import local
from adapters.inbound.cli.stores import StoreName, ending, store_of, stores_of, told, torn
from tests.adapters.cli.running import ROOT
from tests.adapters.cli.stand_ins import actions
from tests.adapters.cli.test_commands import shop
from tests.adapters.test_contracts import ports

PRODUCT = ", ".join(NEEDS["product"].adapters)
CART = ", ".join(NEEDS["cart"].adapters)
ORDER = ", ".join(NEEDS["order"].adapters)
PUBLISHER = ", ".join(NEEDS["publisher"].adapters)
UP = "As `shop up` would run it in this environment, with --store mongo:"
UNSET = {"STORE": "memory", **dict.fromkeys(["PRODUCT_STORE", "USER_STORE", "CART_STORE", "ORDER_STORE"], "")}


def lines(*arguments: object, **environ: str) -> list[str]:
    """What the command shows with its real action, without the blanks that line it up."""
    told = shop("adapters", *arguments, does=replace(actions(), adapters=plugged.adapters), **environ)
    assert told.exit_code == 0, told.output
    return [" ".join(line.split()) for line in told.stdout.splitlines()]


def test_every_port_is_shown_with_its_adapters_and_what_chooses(tmp_path: Path) -> None:
    shown = lines("--data", tmp_path, STORE="memory", PRODUCT_STORE="mongo", CATALOG_CACHE_SECONDS="2")
    assert shown[0] == "In a service started by itself in this environment:"
    for line in (
        f"product Products, Stocks {PRODUCT} mongo, by PRODUCT_STORE",
        "inside CoalescedProducts, by COALESCE_READS",
        f"cart Carts {CART} memory, by STORE",
        "cart Catalog http_client, in_process http_client between processes, in_process in one",
        "inside CachedCatalog and FreshCatalog, by CATALOG_CACHE_SECONDS",
        f"order EventPublisher {PUBLISHER} log, by EVENT_PUBLISHER",
        "shared Clock system system, the only one",
    ):
        assert line in shown
    words = {word.strip(",") for line in shown for word in line.split()}
    assert {port.__name__ for port in ports()} <= words


def test_without_a_shop_it_is_what_shop_up_would_choose(tmp_path: Path) -> None:
    shown = lines("--data", tmp_path, CART_STORE="memory")
    assert shown[0] == UP
    assert f"order Orders {ORDER} mongo, by STORE" in shown
    assert f"cart Carts {CART} memory, by CART_STORE" in shown


def test_a_service_by_itself_has_other_settings_than_shop_up(tmp_path: Path) -> None:
    for environ in ({"STORE": "memory"}, {"ENVIRONMENT": "development"}):
        shown = lines("--data", tmp_path, **environ)
        assert shown[0] == "In a service started by itself in this environment:"
        assert f"order Orders {ORDER} memory, by STORE" in shown


def test_one_services_needs_are_shown_with_those_that_all_share(tmp_path: Path) -> None:
    shown = lines("--data", tmp_path, "--service", "cart", COALESCE_READS="false")
    assert {line.split()[0] for line in shown[2:]} == {"cart", "without", "shared"}
    assert "without CoalescedProducts, by COALESCE_READS" in lines("--data", tmp_path, COALESCE_READS="false")


def test_no_address_of_a_store_is_shown(tmp_path: Path) -> None:
    shown = lines("--data", tmp_path, STORE="mongo:mongodb://me:hush@there", MONGO_URL="mongodb://hush")
    assert "hush" not in str(shown)
    assert "there" not in str(shown)


def test_the_settings_are_those_of_the_running_shop_unless_others_are_typed(tmp_path: Path) -> None:
    with local.claimed(tmp_path) as publish:
        publish({**UNSET, "STORE": "mongo", "CART_STORE": "memory"})
        here = lines("--data", tmp_path)
        typed = lines("--data", tmp_path, ORDER_STORE="memory")
    assert here[0] == f"In the shop that runs on {tmp_path}:"
    assert f"order Orders {ORDER} mongo, by STORE" in here
    assert f"cart Carts {CART} memory, by CART_STORE" in here
    assert typed[0] == UP
    assert f"order Orders {ORDER} memory, by ORDER_STORE" in typed


def there_are(need: str) -> str:
    return ", ".join(sorted(NEEDS[need].adapters))


def refused(*arguments: object, **environ: str) -> Result:
    wrong = shop("adapters", *arguments, does=replace(actions(), adapters=plugged.adapters), **environ)
    assert wrong.exit_code == 1
    return wrong


def test_a_wrong_name_is_told_after_the_table_and_a_wrong_value_instead_of_it(tmp_path: Path) -> None:
    wrong = refused("--data", tmp_path, PRODUCT_STORE="disk", EVENT_PUBLISHER="pigeon")
    assert "disk, by PRODUCT_STORE" in wrong.stdout
    assert wrong.stderr == (
        f"shop: PRODUCT_STORE is wrong. There is no product adapter 'disk'; there are: {there_are('product')}."
        f" EVENT_PUBLISHER is wrong. There is no publisher adapter 'pigeon'; there are: {there_are('publisher')}.\n"
    )
    wrong = refused("--data", tmp_path, CHECKOUT_SECONDS="soon")
    assert wrong.stdout == ""
    assert wrong.stderr.startswith("shop: A setting is wrong. CHECKOUT_SECONDS: ")


def test_what_is_wrong_is_told_whichever_service_is_asked_for(tmp_path: Path) -> None:
    wrong = refused("--data", tmp_path, "--service", "cart", EVENT_PUBLISHER="pigeon")
    assert "pigeon" not in wrong.stdout
    assert wrong.stderr.startswith("shop: EVENT_PUBLISHER is wrong. ")


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"CART_STORE": "memory:hush"}, "CART_STORE is wrong. For the store memory, it is memory alone, "),
        ({"STORE": "memory:hush"}, "STORE is wrong. For the store memory, it is memory alone, without an address.\n"),
        (
            {"PRODUCT_STORE": "mongo://me:hush@there"},
            "PRODUCT_STORE is wrong. For the store mongo, a URL stands whole ",
        ),
    ],
)
def test_an_address_that_cannot_be_is_told_once_and_without_it(
    environ: dict[str, str], sentence: str, tmp_path: Path
) -> None:
    wrong = refused("--data", tmp_path, **environ)
    assert wrong.stderr.startswith(f"shop: {sentence}")
    assert wrong.stderr.count("is wrong") == 1
    assert "hush" not in wrong.output


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


@pytest.mark.parametrize(
    ("environ", "phrase"),
    [
        ({"STORE": "mongo"}, " and keeps the data"),
        ({"STORE": "memory"}, " and forgets everything"),
        ({"STORE": "mongo", "CART_STORE": "memory"}, "; the carts are forgotten, the rest is kept"),
        (
            {"STORE": "memory", "USER_STORE": "x:/a"},
            "; the products, carts and orders are forgotten, the rest is kept",
        ),
    ],
)
def test_what_is_forgotten_at_the_end_is_told(environ: dict[str, str], phrase: str) -> None:
    assert ending(stores_of(UNSET | environ)) == phrase


def test_a_shop_is_warned_if_of_products_and_orders_it_keeps_only_one() -> None:
    def warning(**environ: str) -> str:
        return torn(stores_of(UNSET | environ)) or ""

    assert warning(STORE="memory") == warning(STORE="mongo", CART_STORE="memory") == ""
    assert warning(STORE="mongo", PRODUCT_STORE="x:/a", ORDER_STORE="y:/b") == ""
    assert "units that are held for orders that are gone" in warning(STORE="mongo", ORDER_STORE="memory")
    assert "orders of products that are gone" in warning(STORE="mongo", PRODUCT_STORE="memory")
