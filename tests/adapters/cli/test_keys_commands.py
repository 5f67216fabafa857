"""`shop keys`, with the keys that it really makes."""

import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import Result

from adapters.bootstrap import keys
from adapters.bootstrap.identities import CALLERS, callers
from adapters.inbound.cli.key_files import KeyWork
from adapters.outbound.security.bundle import Bundle
from adapters.outbound.security.keys import signing_keys
from adapters.outbound.security.service_keys import ServiceKey
from tests.adapters.cli.stand_ins import actions
from tests.adapters.cli.test_commands import shop as run

REAL = KeyWork(
    new_bundle=keys.new_signing_keys,
    rotate=keys.rotated_signing_keys,
    roles=keys.signing_key_roles,
    callers=keys.callers,
    new_service_key=keys.new_service_key,
    public=keys.public_service_key,
    public_set=keys.public_signing_keys,
)


def shop(*arguments: object, **environ: str) -> Result:
    return run("keys", *arguments, does=replace(actions(), keys=REAL), **environ)


def roles(path: Path) -> dict[str, str]:
    return {role: kid for kid, role in Bundle.of(path.read_text()).roles}


@pytest.mark.parametrize("command", ["new", "rotate", "public", "show", "service"])
def test_every_command_teaches_by_example(command: str) -> None:
    assert command in shop("--help").stdout
    told = shop(command, "--help")
    assert told.exit_code == 0
    assert f"shop keys {command}" in told.stdout.partition("For example")[2]


def test_a_new_bundle_is_written_out_or_to_a_file_of_its_own(tmp_path: Path) -> None:
    assert len(signing_keys(shop("new").stdout)) == 2
    path = tmp_path / "folder" / "signing.pem"
    assert shop("new", path).exit_code == 0
    assert [*roles(path)] == ["signs", "next"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_text()
    refused = shop("new", path)
    assert (refused.exit_code, path.read_text()) == (1, before)
    assert "is there already" in refused.stderr


def test_a_rotation_is_told_and_the_next_one_is_too_early(tmp_path: Path) -> None:
    path = tmp_path / "signing.pem"
    shop("new", path)
    path.chmod(0o640)
    before = roles(path)
    done = shop("rotate", path)
    after = roles(path)
    assert (after["signs"], after["retired"]) == (before["next"], before["signs"])
    assert done.stdout.splitlines() == [
        f"{path}:",
        f"  {after['signs']}  signs now",
        f"  {after['next']}  signs after the next rotation; published already",
        f"  {after['retired']}  signed before the last rotation; published until the next one",
    ]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["signing.pem"]  # noqa: PTH208 - nothing is left beside it
    early = shop("rotate", path)
    assert (early.exit_code, roles(path)) == (1, after)
    assert "less than 20 minutes old" in early.stderr
    assert "--force" in early.stderr
    assert shop("rotate", path, "--force").exit_code == 0
    assert roles(path)["retired"] == after["signs"]


def test_what_is_shown_is_public(tmp_path: Path) -> None:
    path = tmp_path / "signing.pem"
    shop("new", path)
    shown = shop("show", SIGNING_KEYS_FILE=str(path)).stdout
    assert [line.split()[0] for line in shown.splitlines()[1:]] == [*roles(path).values()]
    assert not any(line in shown for line in path.read_text().splitlines() if line)


def test_the_shop_on_this_machine_is_meant_if_no_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "signing.pem"
    shop("new", path)
    before = roles(path)
    assert shop("rotate", "--data", tmp_path).exit_code == 0
    assert roles(path)["signs"] == before["next"]
    absent = shop("show", "--data", tmp_path / "elsewhere")
    assert absent.exit_code == 1
    assert "no shop was started there" in absent.stderr


@pytest.mark.parametrize(
    "content", [None, "nonsense", "-----BEGIN PRIVATE KEY-----\nCANARY\n-----END PRIVATE KEY-----"]
)
@pytest.mark.parametrize("command", ["rotate", "show"])
def test_what_is_no_bundle_is_left_as_it_is(command: str, content: str | None, tmp_path: Path) -> None:
    path = tmp_path / "signing.pem"
    if content is not None:
        path.write_text(content)
    refused = shop(command, path)
    assert refused.exit_code == 1
    assert refused.stderr.startswith("shop: ")
    assert "CANARY" not in refused.output
    assert not path.exists() or path.read_text() == content


def test_a_link_to_a_bundle_stays_one(tmp_path: Path) -> None:
    path, link = tmp_path / "signing.pem", tmp_path / "link"
    shop("new", path)
    link.symlink_to(path)
    before = roles(path)
    assert shop("rotate", link).exit_code == 0
    assert link.is_symlink()
    assert roles(path)["signs"] == before["next"]


def test_every_service_gets_a_key_and_all_get_the_public_halves(tmp_path: Path) -> None:
    done = shop("service", tmp_path / "keys")
    files = {path.stem: path for path in (tmp_path / "keys").iterdir()}
    assert files.keys() == {*CALLERS}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files.values()} == {0o600}
    known = {peer.name: public for public, peer in callers(done.stdout).items()}
    assert known == {name: ServiceKey.of(path.read_text()).public for name, path in files.items()}
    files["order"].unlink()
    again = {peer.name: public for public, peer in callers(shop("service", tmp_path / "keys").stdout).items()}
    assert {name for name in known if again[name] != known[name]} == {"order"}
