"""Which TCP ports of this machine are free."""

import asyncio
import errno
import socket
from collections import Counter
from dataclasses import dataclass

from adapters.inbound.cli.errors import CommandFailed

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Port:
    """A port that is needed: what for, and the option that moves it."""

    number: int
    purpose: str
    option: str


def require_free(ports: list[Port]) -> None:
    """Raises: CommandFailed, naming every port that is needed twice or taken, and the options to choose others by."""
    for number, times in Counter(port.number for port in ports).items():
        if times > 1:
            alike = [port for port in ports if port.number == number]
            purposes = " and for ".join(port.purpose for port in alike)
            raise CommandFailed(f"Port {number} is needed twice, for {purposes}. Choose another by {_options(alike)}.")
    taken = [port for port in ports if not _is_free(port.number)]
    if taken:
        which = " and ".join(f"{port.number} (for {port.purpose})" for port in taken)
        verb = "is" if len(taken) == 1 else "are"
        raise CommandFailed(f"Port {which} {verb} taken. Choose another by {_options(taken)}, or end what uses it.")


def _options(ports: list[Port]) -> str:
    return " or ".join(dict.fromkeys(port.option for port in ports))


def _is_free(number: int) -> bool:
    with socket.socket() as attempt:
        attempt.settimeout(1)
        if attempt.connect_ex((HOST, number)) == 0:
            return False  # where SO_REUSEADDR would let us take a port that another listens on
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((HOST, number))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            raise
    return True


async def accepts(number: int) -> bool:
    """Whether something accepts connections on the port."""
    try:
        _, writer = await asyncio.open_connection(HOST, number)
    except OSError:
        return False
    writer.close()
    return True
