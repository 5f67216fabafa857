"""A proxy before MongoDB that loses replies: the server has done what it was asked, and its client never hears of it.

Of the protocol it knows how messages are framed (https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/)
and where in an OP_MSG the name of the command is.
"""

import asyncio
import struct
from collections.abc import Awaitable, Callable, Collection
from typing import Literal, Self

HEADER = struct.Struct("<iiii")
"""Length with the header, request id, the id of the request that it answers, opcode."""
OP_MSG = 2013
_NAME_AT = 26
"""Behind the header: flags (4), kind of section (1), length of document (4), type of the first element (1)."""
_STRING = 2
UNCOUNTED = {"hello", "isMaster", "ismaster", "ping", "endSessions"}
"""What drivers say of their own accord, whenever they like."""

Loss = Literal["cut", "held"]
Before = Callable[[int], Awaitable[None]]


class WireCutter:
    """Listens on `port` once it is entered. Counts commands from 0, anew from each `lose`."""

    def __init__(self, host: str, port: int) -> None:
        self._upstream = host, port
        self._connections: set[asyncio.Task[None]] = set()
        self._numbers: frozenset[int] = frozenset()
        self._how: Loss = "cut"
        self._before: Before | None = None
        self.commands: list[str] = []
        self.lost = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    def lose(self, numbers: Collection[int] = (), *, how: Loss = "cut", before: Before | None = None) -> None:
        """From now on: for the replies to the commands of these numbers, cut the connection, or let clients wait.

        `before` is called with each command's number before it is sent on.
        """
        self._numbers, self._how, self._before = frozenset(numbers), how, before
        self.commands = []
        self.lost = asyncio.Event()

    async def _serve(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        server, to_server = await asyncio.open_connection(*self._upstream)
        doomed: set[int] = set()
        ways = [
            asyncio.create_task(self._requests(client, to_server, doomed)),
            asyncio.create_task(self._replies(server, to_client, doomed)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            to_server.close()
            to_client.transport.abort()
            self._connections.discard(task)

    async def _requests(self, client: asyncio.StreamReader, to_server: asyncio.StreamWriter, doomed: set[int]) -> None:
        while True:
            message = await _message(client)
            _, request, _, opcode = HEADER.unpack_from(message)
            if opcode == OP_MSG and (command := _command(message)).split()[0] not in UNCOUNTED:
                number = len(self.commands)
                self.commands.append(command)
                if number in self._numbers:
                    doomed.add(request)
                if self._before is not None:
                    await self._before(number)
            to_server.write(message)
            await to_server.drain()

    async def _replies(self, server: asyncio.StreamReader, to_client: asyncio.StreamWriter, doomed: set[int]) -> None:
        while True:
            message = await _message(server)
            if HEADER.unpack_from(message)[2] in doomed:
                self.lost.set()
                if self._how == "cut":
                    return
                continue
            to_client.write(message)
            await to_client.drain()


async def _message(stream: asyncio.StreamReader) -> bytes:
    """The next message as a whole. Raises: asyncio.IncompleteReadError at the end."""
    header = await stream.readexactly(HEADER.size)
    return header + await stream.readexactly(HEADER.unpack(header)[0] - HEADER.size)


def _command(message: bytes) -> str:
    """The name of an OP_MSG's command, with that of its collection."""
    end = message.index(0, _NAME_AT)
    name = message[_NAME_AT:end].decode()
    if message[_NAME_AT - 1] != _STRING:
        return name
    value = end + 1 + 4  # behind the string's length
    return f"{name} {message[value : message.index(0, value)].decode()}"
