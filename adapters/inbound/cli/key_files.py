"""Files with keys: for their owner alone, written in one step, and never written over by accident."""

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from adapters.inbound.cli.errors import CommandFailed

SIGNING = "signing.pem"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyWork:
    """What is done with keys by those who know what they are; all raise CommandFailed for a text that holds none.

    `roles` are a bundle's, for each key its name and what it does; `rotate` may be forced. `callers` are the names of
    those who have a service key, `public` is the other half of one. `public_set` are the public halves of a bundle.
    """

    new_bundle: Callable[[], str]
    rotate: Callable[[str, bool], str]
    roles: Callable[[str], Sequence[tuple[str, str]]]
    callers: Callable[[], Sequence[str]]
    new_service_key: Callable[[], str]
    public: Callable[[str], str]
    public_set: Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceKeys:
    """Everyone's private key by their name, those of them that were just `made`, and the value of PEER_KEYS."""

    own: Mapping[str, str] = field(repr=False)
    made: Sequence[Path]
    peers: str


def service_keys(folder: Path, work: KeyWork) -> ServiceKeys:
    """A key for each service in a file of its name; one that is there stays. Raises: CommandFailed."""
    own, made = {}, []
    for name in work.callers():
        path = service_key_file(folder, name)
        if not path.exists():
            write_new(path, work.new_service_key())
            made.append(path)
        own[name] = read(path)
    return ServiceKeys(own=own, made=made, peers="\n".join(f"{name}={work.public(pem)}" for name, pem in own.items()))


def service_key_file(folder: Path, name: str) -> Path:
    return folder / f"{name}.pem"


def read(path: Path) -> str:
    """Raises: CommandFailed."""
    try:
        return path.read_text("utf-8", "replace")
    except OSError as error:
        raise CommandFailed(f"{path} cannot be read: {error.strerror}.") from error


def write_new(path: Path, text: str) -> None:
    """Makes its folder, too. Raises: CommandFailed, if it is there already or cannot be written."""
    if path.exists():
        raise CommandFailed(f"{path} is there already, and its keys may be in use: name another file.")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write(path, text)
    except OSError as error:
        raise CommandFailed(f"{path} cannot be written: {error.strerror}.") from error


def replace(path: Path, text: str) -> None:
    """It goes on belonging to whom it did, who has to read it. Raises: CommandFailed."""
    path = path.resolve()
    try:
        write(path, text, owner=path.stat())
    except OSError as error:
        raise CommandFailed(f"{path} cannot be written: {error.strerror}.") from error


def write(path: Path, text: str, *, owner: os.stat_result | None = None) -> None:
    """In one step, so that no reader and no crash meets half a file."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with open(draft, "x", encoding="utf-8", opener=_private) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    if owner is not None:
        with suppress(PermissionError):
            os.chown(draft, owner.st_uid, owner.st_gid)
    draft.replace(path)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
