"""What the folder of a local shop keeps, and for whom."""

import json
import stat
from pathlib import Path

import pytest

from adapters.inbound.cli import local
from adapters.inbound.cli.errors import CommandFailed
from tests.adapters.cli.stand_ins import PlainKeys

KEYS = PlainKeys().work


def test_secrets_are_made_once_and_for_the_owner_alone(tmp_path: Path) -> None:
    made = local.development_secrets(tmp_path, KEYS)
    assert made.signing_keys_file.read_text().count("key-") == 2
    assert made.service_keys.own.keys() == {"product", "user", "cart", "order", "audit"}
    assert made.service_keys.peers.split("\n")[3] == f"order={made.service_keys.own['order']}-public"
    assert local.service_key(tmp_path, "audit") == {"SERVICE_KEY": made.service_keys.own["audit"]}
    again = local.development_secrets(tmp_path, KEYS)
    assert (again.pepper, again.service_keys.own) == (made.pepper, made.service_keys.own)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) == 7
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_secrets_differ_from_shop_to_shop(tmp_path: Path) -> None:
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        local.prepare(folder)
    a, b = (local.development_secrets(folder, KEYS) for folder in folders)
    assert a.pepper != b.pepper
    assert not {*a.service_keys.own.values()} & {*b.service_keys.own.values()}


def test_a_shop_of_an_earlier_version_goes_on_signing_by_its_key(tmp_path: Path) -> None:
    earlier = {"SIGNING_KEYS": "first", "SERVICE_TOKEN_SECRET": "shared", "PASSWORD_PEPPER": "its own"}
    (tmp_path / "secrets.json").write_text(json.dumps(earlier))
    for _ in range(2):
        kept = local.development_secrets(tmp_path, KEYS)
        assert kept.pepper == "its own"
        signs, following = kept.signing_keys_file.read_text().split()
        assert (signs, following.startswith("key-")) == ("first", True)
        assert json.loads((tmp_path / "secrets.json").read_text()) == {"PASSWORD_PEPPER": "its own"}


def test_broken_secrets_are_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text('{"SIGNING_KEYS": ')
    with pytest.raises(CommandFailed, match=r"The secrets in .*secrets\.json cannot be read"):
        local.development_secrets(tmp_path, KEYS)
    assert (tmp_path / "secrets.json").read_text() == '{"SIGNING_KEYS": '


def test_a_folder_holds_one_running_shop(tmp_path: Path) -> None:
    with (
        local.claimed(tmp_path),
        pytest.raises(CommandFailed, match="A shop already runs on"),
        local.claimed(tmp_path),
    ):
        pass
    with local.claimed(tmp_path):
        pass


def test_a_running_shops_settings_are_found_until_it_ends(tmp_path: Path) -> None:
    assert local.running(tmp_path) == {}
    with local.claimed(tmp_path) as publish:
        assert local.running(tmp_path) == {}
        publish({"STORE": "mongo"})
        assert local.running(tmp_path) == {"STORE": "mongo"}
        assert stat.S_IMODE((tmp_path / "running.json").stat().st_mode) == 0o600
    assert local.running(tmp_path) == {}
    assert (tmp_path / "running.json").read_text() == ""


def test_what_a_killed_shop_left_is_no_running_shop(tmp_path: Path) -> None:
    (tmp_path / "running.json").write_text('{"STORE": "mongo"}')
    assert local.running(tmp_path) == {}


def test_a_folder_that_cannot_be_made_is_told_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CommandFailed, match=r"Cannot keep data in .*Choose a folder by --data"):
        local.prepare(tmp_path / "file" / "shop")


def test_in_a_checkout_the_folder_is_beside_the_code_wherever_one_stands() -> None:
    assert local.default_folder() == Path(__file__).parents[3] / ".shop"
