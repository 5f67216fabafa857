"""What the commands say, and with which status they end."""

import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from adapters.inbound.cli import local
from adapters.inbound.cli.actions import Actions
from adapters.inbound.cli.app import create
from tests.adapters.cli.stand_ins import Accounts, actions

NOTHING_SET = {"STORE": None, "MONGO_URL": None, "SERVICE_TOKEN_SECRET": None, "SHOP_DATA": None}


def shop(*arguments: object, does: Actions | None = None, **environ: str) -> Result:
    runner = CliRunner(env={**NOTHING_SET, "COLUMNS": "120", "NO_COLOR": "1", "TERM": "dumb", **environ})
    return runner.invoke(create(does or actions()), [str(argument) for argument in arguments], prog_name="shop")


@pytest.mark.parametrize("command", ["up", "tour", "openapi", "grant-admin", "audit", "worker"])
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


@pytest.mark.parametrize("wrong", [["open"], ["up", "--store", "mysql"], ["up", "--base-port", "80"], ["grant-admin"]])
def test_a_misused_command_ends_with_status_2(wrong: list[str]) -> None:
    assert shop(*wrong).exit_code == 2


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


@pytest.mark.parametrize("command", [["grant-admin", "ada@example.com"], ["worker"]])
def test_what_needs_the_store_cannot_work_on_memory_and_says_so(command: list[str], tmp_path: Path) -> None:
    with local.claimed(tmp_path) as publish:
        publish({"STORE": "memory"})
        done = shop(*command, "--data", tmp_path)
    assert done.exit_code == 1
    assert done.stderr.startswith("shop: This shop keeps its data in memory, which no other process reaches: ")
    assert "--store mongo" in done.stderr


@pytest.mark.parametrize("command", [["grant-admin", "ada@example.com"], ["worker"], ["audit"]])
def test_without_a_shop_the_way_to_one_is_told(command: list[str], tmp_path: Path) -> None:
    done = shop(*command, "--data", tmp_path)
    assert done.exit_code == 1
    assert done.stderr.startswith(f"shop: No shop runs on {tmp_path}. Start one by `shop up`")


def test_a_refusal_is_one_line_and_status_1() -> None:
    done = shop("grant-admin", "nobody@example.com", MONGO_URL="mongodb://there")
    assert (done.exit_code, done.stderr) == (1, "shop: There is no account of nobody@example.com.\n")


def test_an_audit_without_a_difference_says_0(tmp_path: Path) -> None:
    done = shop("audit", SERVICE_TOKEN_SECRET="x")
    assert (done.exit_code, done.stdout) == (0, "0 differences\n")


def test_an_audit_names_every_difference_and_ends_with_status_1() -> None:
    done = shop("audit", does=actions(differences=["Order 1 is wrong.", "Order 2 is too."]), SERVICE_TOKEN_SECRET="x")
    assert (done.exit_code, done.stdout) == (1, "Order 1 is wrong.\nOrder 2 is too.\n2 differences\n")


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
