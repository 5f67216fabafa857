"""What a shop on this machine keeps in its folder: secrets for development, and how to reach it while it runs."""

import fcntl
import json
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from adapters.inbound.cli.errors import CommandFailed
from adapters.inbound.cli.key_files import (
    SIGNING,
    KeyWork,
    ServiceKeys,
    read,
    service_key_file,
    service_keys,
    write,
    write_new,
)

Publish = Callable[[Mapping[str, str]], None]
"""Makes settings known to the other commands."""

_RUNNING = "running.json"
_KEYS = "keys"
_CHECKOUT = Path(__file__).parents[3]


def default_folder() -> Path:
    """`.shop` beside the code in a checkout, wherever the command is typed; else `.shop` in the current folder."""
    return (_CHECKOUT if (_CHECKOUT / "pyproject.toml").exists() else Path.cwd()) / ".shop"


def prepare(folder: Path) -> None:
    """Makes the folder, for its owner alone. Raises: CommandFailed."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise CommandFailed(f"Cannot keep data in {folder} ({error.strerror}). Choose a folder by --data.") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What a shop keeps to itself: the pepper of its passwords, the file of its signing keys, its services' keys."""

    pepper: str = field(repr=False)
    signing_keys_file: Path
    service_keys: ServiceKeys


def development_secrets(folder: Path, work: KeyWork) -> Secrets:
    """The shop's own: made at the first call, and the same ever after, but for keys that were rotated.

    So tokens and passwords outlive a restart. Raises: CommandFailed if what is kept cannot be read.
    """
    path, signing = folder / "secrets.json", folder / _KEYS / SIGNING
    kept = _kept(path)
    if not signing.exists():
        # A shop of an earlier version kept one key among its other secrets: it goes on signing.
        earlier = kept.get("SIGNING_KEYS")
        write_new(signing, work.rotate(earlier, True) if earlier else work.new_bundle())
    own = {"PASSWORD_PEPPER": kept.get("PASSWORD_PEPPER") or secrets.token_urlsafe(48)}
    if kept != own:
        write(path, json.dumps(own, indent=2))
    return Secrets(
        pepper=own["PASSWORD_PEPPER"],
        signing_keys_file=signing,
        service_keys=service_keys(folder / _KEYS, work),
    )


def service_key(folder: Path, name: str) -> dict[str, str]:
    """The variable with the key by which one is the service `name` of the shop on the folder, if it has any."""
    path = service_key_file(folder / _KEYS, name)
    return {"SERVICE_KEY": read(path)} if path.exists() else {}


def _kept(path: Path) -> dict[str, str]:
    """Raises: CommandFailed."""
    try:
        return {name: str(value) for name, value in json.loads(path.read_text()).items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError) as error:
        raise CommandFailed(
            f"The secrets in {path} cannot be read. Restore the file; without it, neither tokens nor passwords hold."
        ) from error


@contextmanager
def claimed(folder: Path) -> Iterator[Publish]:
    """Holds the folder for one running shop; what it gives publishes that shop's settings to the other commands.

    Raises: CommandFailed if another shop runs on the folder.
    """
    with open(folder / _RUNNING, "a", opener=_private) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise _claimed_already(folder) from error

        def publish(environment: Mapping[str, str]) -> None:
            lock.truncate(0)
            json.dump(dict(environment), lock)
            lock.flush()

        try:
            publish({})
            yield publish
        finally:
            lock.truncate(0)


def require_unclaimed(folder: Path) -> None:
    """Makes nothing. Raises: CommandFailed if a shop runs on the folder now."""
    if _published(folder) is not None:
        raise _claimed_already(folder)


def running(folder: Path) -> dict[str, str]:
    """The settings of the shop that runs on the folder; empty if none does."""
    try:
        return {name: str(value) for name, value in json.loads(_published(folder) or "{}").items()}
    except ValueError:
        return {}  # it is just being written


def _published(folder: Path) -> str | None:
    """What the shop that holds the folder says of itself, nothing yet while it starts; `None` if none does."""
    try:
        with (folder / _RUNNING).open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return file.read()
    except (FileNotFoundError, NotADirectoryError):
        pass
    return None


def _claimed_already(folder: Path) -> CommandFailed:
    return CommandFailed(
        f"A shop already runs on {folder}. End it first; or, to run another beside it, choose a folder and ports"
        " by --data, --base-port and --gateway-port."
    )


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
