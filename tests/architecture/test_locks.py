"""The locks are complete, agree with each other, and name no registry."""

import re

import pytest

from tests.architecture.source import ROOT

INSTALLED_TOGETHER = ("run", "local", "dev")
LOCKS = {"run": ["run"], "local": ["run", "local"], "dev": ["run", "local", "dev"], "tools": ["tools"]}
"""Each lock, and the lists that it must satisfy alone."""

PINNED = re.compile(
    r"^([a-z0-9-]+)==(\S+)((?: ;[^\\]*)?) \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.MULTILINE
)


def _pins(lock: str) -> set[tuple[str, str, str]]:
    """Name, version and marker of each requirement that has hashes."""
    return {(name, version, marker) for name, version, marker, _ in PINNED.findall(_read(f"{lock}.txt"))}


def _read(name: str) -> str:
    return (ROOT / "requirements" / name).read_text()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_hashes_and_nothing_else(lock: str) -> None:
    rest = "\n".join(line for line in PINNED.sub("", _read(f"{lock}.txt")).splitlines() if not line.startswith("    #"))
    assert rest.strip() == ""


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_all_that_was_asked_for(lock: str) -> None:
    asked = {
        re.split(r"[\[=<>;]", line)[0].strip()
        for name in LOCKS[lock]
        for line in _read(f"{name}.in").splitlines()
        if line and not line.startswith("#")
    }
    locked = {name for name, _, _ in _pins(lock)}
    print(f"{lock}: {len(asked)} asked for, {len(locked)} locked")
    assert asked <= locked


def test_the_locks_agree() -> None:
    versions = {lock: {(name, version) for name, version, _ in _pins(lock)} for lock in INSTALLED_TOGETHER}
    assert versions["run"] <= versions["local"] <= versions["dev"]


def test_what_is_run_now_and_then_is_in_no_lock_that_a_check_needs() -> None:
    tools = {line.strip() for line in _read("tools.in").splitlines() if line and not line.startswith("#")}
    assert tools
    assert not tools & {name for name, _, _ in _pins("dev")}
