"""Signing keys in a file are followed, and a broken file ends nothing."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.outbound.security.key_file import KeyFile
from tests.adapters.security.holders import key

PATIENCE = 20.0


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110 - a file has no event to wait for
            await asyncio.sleep(0.01)


def signing(file: KeyFile) -> str:
    return file.keys[0].kid


async def test_a_changed_file_is_read_again_also_if_another_took_its_place(tmp_path: Path) -> None:
    path = tmp_path / "signing.pem"
    path.write_text(key(1).pem)
    async with KeyFile(path, seconds=0.01) as file:
        assert signing(file) == key(1).kid
        path.write_text(key(2).pem + key(1).pem)
        await until(lambda: signing(file) == key(2).kid)
        (tmp_path / "new").write_text(key(3).pem)
        (tmp_path / "new").replace(path)
        await until(lambda: signing(file) == key(3).kid)
        assert [each.kid for each in file.keys] == [key(3).kid]


@pytest.mark.parametrize("broken", [b"", b"nonsense", b"\xff\xfe", None, b"-----BEGIN PRIVATE KEY-----\nCANARY"])
async def test_a_broken_file_keeps_the_last_good_keys_and_is_told_once(
    broken: bytes | None, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "signing.pem"
    path.write_text(key(1).pem)
    async with KeyFile(path, seconds=0.01) as file:
        path.unlink() if broken is None else path.write_bytes(broken)
        await until(lambda: len(caplog.records) == 1)
        await asyncio.sleep(0.1)
        assert signing(file) == key(1).kid
        path.write_text(key(2).pem)
        await until(lambda: signing(file) == key(2).kid)
    (told,) = (record for record in caplog.records if record.levelno == logging.ERROR)
    assert told.getMessage().startswith(f"SIGNING_KEYS_FILE, {path}")
    assert told.getMessage().endswith("The keys read last go on signing.")
    assert "CANARY" not in caplog.text


async def test_a_file_that_is_as_it_was_is_not_parsed_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    path = tmp_path / "signing.pem"
    path.write_text(key(1).pem)
    async with KeyFile(path, seconds=0.01) as file:
        first = file.keys
        path.write_text(key(1).pem)
        await asyncio.sleep(0.1)
        assert file.keys is first
    assert caplog.records == []


@pytest.mark.parametrize("content", [None, "nonsense"])
def test_at_start_a_broken_file_is_an_error(content: str | None, tmp_path: Path) -> None:
    path = tmp_path / "signing.pem"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ValueError, match=r"^SIGNING_KEYS_FILE, .*(cannot be read|no PEM private key)"):
        KeyFile(path)
