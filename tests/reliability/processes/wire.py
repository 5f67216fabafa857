"""A wire to the database on which one command can be held up."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

Held = Callable[[], Awaitable[None]]


class Wire:
    """Passes bytes on, both ways; `before` has the first that have `word` in them wait for something."""

    def __init__(self, port: Callable[[], int]) -> None:
        """`port` says, for each connection anew, where it is to lead."""
        self._port = port
        self._word = b""
        self._held: Held | None = None

    def before(self, word: bytes, held: Held) -> None:
        self._word, self._held = word, held

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[int]:
        """The port to connect to."""
        connections = set[asyncio.Task[None]]()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            connections.add(task)
            with suppress(OSError, asyncio.CancelledError):
                there, back = await asyncio.open_connection("127.0.0.1", self._port())
                try:
                    await asyncio.gather(self._pass_on(reader, back), self._pass_on(there, writer))
                finally:
                    back.close()
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
            for task in connections:
                task.cancel()
            await asyncio.gather(*connections, return_exceptions=True)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(2**20):
            if self._held is not None and self._word in data:
                held, self._held = self._held, None
                await held()
            writer.write(data)
            await writer.drain()
        writer.close()
