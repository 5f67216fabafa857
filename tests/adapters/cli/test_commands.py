"""What the commands say, and with which status they end."""

import socket
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from adapters.inbound.cli import local
from adapters.inbound.cli.actions import Actions, Environment
from adapters.inbound.cli.app import create
from adapters.inbound.cli.errors import CommandFailed
from core import VERSION
from core.order.use_cases.audit import Audited
from tests.adapters.cli.running import free_ports
from tests.adapters.cli.stand_ins import Accounts, PlainKeys, actions

NOTHING_SET = dict.fromkeys(
    "STORE PRODUCT_STORE USER_STORE CART_STORE ORDER_STORE EVENT_PUBLISHER COALESCE_READS CATALOG_CACHE_SECONDS"
    " MONGO_URL SERVICE_KEY SIGNING_KEYS_FILE SHOP_DATA PRODUCT_URL USER_URL CART_URL ORDER_URL ENVIRONMENT HOST PORT"
    " GATEWAY_PORT SHOP_DEMO_PASSWORD".split()
)


def shop(*arguments: object, does: Actions | None = None, **environ: str) -> Result:
    runner = CliRunner(env={**NOTHING_SET, "COLUMNS": "120", "NO_COLOR": "1", "TERM": "dumb", **environ})
    return runner.invoke(create(does or actions()), [str(argument) for argument in arguments], prog_name="shop")


@pytest.mark.parametrize("command", ["up", "tour", "openapi", "adapters", "grant-admin", "audit", "worker"])
def test_every_command_is_listed_and_teaches_by_example(command: str) -> None:
    assert command in shop("--help").stdout
    help = shop(command, "--help")
    assert help.exit_code == 0
    assert "For example" in help.stdout
    assert f"shop {command}" in help.stdout.partition("For example")[2]


def test_help_names_what_up_can_be_told() -> None:
    text = shop("up", "--help").stdout
    for word in ("--store", "--data", "--base-port", "--gateway-port", "--no-seed", "--restart", "MONGO_URL", "3001"):
        assert word in text


@pytest.mark.parametrize(
    "wrong",
    [
        ["open"],
        ["up", "--store", "mysql"],
        ["up", "--base-port", "80"],
        ["grant-admin"],
        ["tour", "--url", "banana"],
        [],
    ],
)
def test_a_misused_command_ends_with_status_2(wrong: list[str]) -> None:
    assert shop(*wrong).exit_code == 2


def test_it_tells_its_version() -> None:
    told = shop("--version")
    assert (told.exit_code, told.stdout) == (0, f"shop {VERSION}\n")


def test_without_a_command_it_helps() -> None:
    assert "shop tour" in shop().output


def test_grant_admin_acts_on_the_shop_that_runs_on_the_folder(tmp_path: Path) -> None:
    accounts = Accounts()
    with local.claimed(tmp_path) as publish:
        publish({"STORE": "mongo", "MONGO_URL": "mongodb://here"})
        done = shop("grant-admin", "ada@example.com", "--data", tmp_path, does=actions(accounts=accounts))
    assert (done.exit_code, done.stdout) == (0, "ada@example.com is an admin from the next login on.\n")
    ((email, environment),) = accounts.granted
    assert (email, environment["MONGO_URL"]) == ("ada@example.com", "mongodb://here")


def test_a_database_named_by_the_environment_is_meant_and_not_the_one_running_here(tmp_path: Path) -> None:
    accounts = Accounts()
    with local.claimed(tmp_path) as publish:
        publish({"STORE": "mongo", "MONGO_URL": "mongodb://here", "PASSWORD_PEPPER": "local"})
        does = actions(accounts=accounts)
        shop("grant-admin", "ada@example.com", "--data", tmp_path, does=does, MONGO_URL="mongodb://there")
    ((_, environment),) = accounts.granted
    assert (environment["STORE"], environment["MONGO_URL"]) == ("mongo", "mongodb://there")
    assert "PASSWORD_PEPPER" not in environment


@pytest.mark.parametrize(
    ("command", "service", "others"),
    [(["grant-admin", "ada@example.com"], "user", ["ORDER_STORE"]), (["worker"], "order", ["USER_STORE"])],
)
def test_what_needs_a_store_cannot_work_on_memory_and_says_so(
    command: list[str], service: str, others: list[str], tmp_path: Path
) -> None:
    own = f"{service.upper()}_STORE"
    with local.claimed(tmp_path) as publish:
        for stores in ({"STORE": "memory"}, {"STORE": "mongo", own: "memory"}):
            publish(stores)
            done = shop(*command, "--data", tmp_path)
            assert done.exit_code == 1
            assert done.stderr.startswith(
                f"shop: The {service} service of this shop keeps its data in memory, which no other process reaches: "
            )
            assert "--store mongo" in done.stderr
        for stores in ({"STORE": "memory", own: "mongo"}, {"STORE": "mongo", **dict.fromkeys(others, "memory")}):
            publish(stores)
            assert shop(*command, "--data", tmp_path).exit_code == 0


@pytest.mark.parametrize(
    ("command", "variables"),
    [
        (["grant-admin", "ada@example.com"], "USER_STORE, MONGO_URL."),
        (["worker"], "ORDER_STORE, MONGO_URL, SERVICE_KEY, PRODUCT_URL, CART_URL, USER_URL."),
        (["audit"], "ORDER_URL, PRODUCT_URL, SERVICE_KEY."),
    ],
)
def test_without_a_shop_the_way_to_one_is_told(command: list[str], variables: str, tmp_path: Path) -> None:
    done = shop(*command, "--data", tmp_path)
    assert done.exit_code == 1
    assert done.stderr.startswith(f"shop: No shop runs on {tmp_path}. Start one by `shop up`")
    assert done.stderr.endswith(f" by the variables that its services have: {variables}\n")


def test_a_running_shop_in_memory_is_meant_whatever_database_the_environment_names(tmp_path: Path) -> None:
    audited: list[Environment] = []

    async def audit(environment: Environment) -> Audited:
        audited.append(environment)
        return Audited(differences=(), orders=0, products=0)

    with local.claimed(tmp_path) as publish:
        publish({"STORE": "memory", "ORDER_URL": "http://here"})
        local.development_secrets(tmp_path, PlainKeys().work)
        does = replace(actions(), audit=audit)
        assert shop("audit", "--data", tmp_path, does=does, MONGO_URL="mongodb://x").exit_code == 0
        assert shop("audit", "--data", tmp_path, does=does, ORDER_URL="http://there").exit_code == 0
        refused = shop("worker", "--data", tmp_path, MONGO_URL="mongodb://x")
    assert [it["ORDER_URL"] for it in audited] == ["http://here", "http://there"]
    assert audited[0]["SERVICE_KEY"] == (tmp_path / "keys" / "audit.pem").read_text()
    assert "SERVICE_KEY" not in audited[1]
    assert "keeps its data in memory" in refused.stderr


def test_a_worker_says_how_to_end_it() -> None:
    assert shop("worker", MONGO_URL="mongodb://there").stdout == "Working until Ctrl-C.\n"


def test_on_a_terminal_no_option_is_broken_apart() -> None:
    command = ("up", "--base-port", "9086", "--gateway-port", "9090", "--store", "mongo")
    for columns in range(20, 80):
        told = shop(*command, FORCE_COLOR="1", COLUMNS=str(columns))
        assert "--base-port" in told.stderr
        assert "--gateway-port" in told.stderr
        assert max(map(len, told.stderr.splitlines())) <= columns


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"ENVIRONMENT": "production"}, "`shop up` is for development; "),
        (
            {"SHOP_DEMO_PASSWORD": "short"},
            "SHOP_DEMO_PASSWORD, the password of the demo accounts: 8 to 128 characters.",
        ),
        (
            {"SHOP_DEMO_PASSWORD": "Password1"},
            "SHOP_DEMO_PASSWORD, the password of the demo accounts: This one is known from other people's stolen",
        ),
        (
            {"SHOP_DEMO_PASSWORD": "admin-2026"},
            "SHOP_DEMO_PASSWORD, the password of the demo accounts: Nothing but names that anybody knows",
        ),
    ],
)
def test_up_refuses_what_it_cannot_do_before_anything_else(
    environ: dict[str, str], sentence: str, tmp_path: Path
) -> None:
    done = shop("up", "--data", tmp_path / "shop", does=actions(), **environ)
    assert done.exit_code == 1
    assert done.stderr.startswith(f"shop: {sentence}")
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "shop").exists()


def test_a_setting_that_no_service_would_take_is_told_before_one_starts(tmp_path: Path) -> None:
    def refuse(environment: Environment) -> None:
        raise CommandFailed(f"{environment['SERVICE']} will not have LOG_LEVEL={environment['LOG_LEVEL']}.")

    base, gateway = free_ports()
    ports = ("--base-port", base, "--gateway-port", gateway, "--data", tmp_path)
    done = shop("up", "--store", "memory", *ports, does=replace(actions(), check_settings=refuse), LOG_LEVEL="banana")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == "shop: product will not have LOG_LEVEL=banana.\n"


def test_a_database_that_is_not_there_is_told_before_a_service_starts(tmp_path: Path) -> None:
    async def refuse(environment: Environment) -> None:
        raise CommandFailed(f"{environment['MONGO_URL']} is not there.")

    base, gateway = free_ports()
    ports = ("--base-port", base, "--gateway-port", gateway, "--data", tmp_path)
    done = shop("up", *ports, does=replace(actions(), check_database=refuse), MONGO_URL="banana")
    assert (done.exit_code, done.stdout) == (1, "Looking for MongoDB ...\n")
    assert done.stderr == "shop: banana is not there.\n"


def test_a_refusal_is_one_line_and_status_1() -> None:
    done = shop("grant-admin", "nobody@example.com", MONGO_URL="mongodb://there")
    assert (done.exit_code, done.stderr) == (1, "shop: There is no account of nobody@example.com.\n")


def test_an_audit_without_a_difference_says_0(tmp_path: Path) -> None:
    done = shop("audit", SERVICE_KEY="x")
    assert (done.exit_code, done.stdout) == (0, "0 differences in 1,204 orders and 72 products\n")


def test_an_audit_names_every_difference_and_ends_with_status_1() -> None:
    done = shop("audit", does=actions(differences=["Order 1 is wrong.", "Order 2 is too."]), SERVICE_KEY="x")
    summary = "2 differences in 1,204 orders and 72 products"
    assert (done.exit_code, done.stdout) == (1, f"Order 1 is wrong.\nOrder 2 is too.\n{summary}\n")


def test_openapi_names_the_files_it_wrote(tmp_path: Path) -> None:
    done = shop("openapi", tmp_path)
    assert (done.exit_code, done.stdout) == (0, f"{tmp_path / 'product.json'}\n")


def test_up_says_which_port_is_taken_before_it_starts_anything(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        taken = listener.getsockname()[1]
        done = shop("up", "--store", "memory", "--gateway-port", taken, "--data", tmp_path / "shop")
    assert done.exit_code == 1
    assert f"{taken} (for the gateway)" in done.stderr
    assert "--gateway-port" in done.stderr
    assert not (tmp_path / "shop").exists()
