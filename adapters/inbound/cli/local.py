"""What a shop on this machine keeps in its folder: secrets for development, and how to reach it while it runs."""

import fcntl
import json
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from adapters.inbound.cli.errors import CommandFailed

Publish = Callable[[Mapping[str, str]], None]
"""Makes settings known to the other commands."""

_RUNNING = "running.json"
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


def development_secrets(folder: Path, generate_signing_key: Callable[[], str]) -> dict[str, str]:
    """The shop's secrets by their variables' names: made at the first call, and the same ever after.

    So tokens and passwords outlive a restart. Raises: CommandFailed if what is kept cannot be read.
    """
    path = folder / "secrets.json"
    try:
        return {name: str(value) for name, value in json.loads(path.read_text()).items()}
    except FileNotFoundError:
        made = {
            "SIGNING_KEYS": generate_signing_key(),
            "SERVICE_TOKEN_SECRET": secrets.token_urlsafe(48),
            "PASSWORD_PEPPER": secrets.token_urlsafe(48),
        }
        _write(path, made)
        return made
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


def _write(path: Path, values: Mapping[str, str]) -> None:
    """In one step, so that no crash leaves half a file."""
    draft = path.with_suffix(".new")
    with open(draft, "w", opener=_private) as file:
        json.dump(values, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
