"""A stand-in for MongoDB that answers the wire at once: what a service costs shows, and not what its database does.

It keeps documents by `_id`, finds them by that alone, and answers every aggregation with the first ones it has. Sent
`{counted: 1}`, it tells how often it was asked for what since the last time.
"""

import asyncio
import struct
import sys
from collections import Counter
from collections.abc import Mapping
from typing import Any

from bson import decode, decode_all, encode

Document = Mapping[str, Any]
OP_MSG, OP_QUERY, OP_REPLY = 2013, 2004, 1
HEADER = struct.Struct("<iiii")
HELLO = {
    "ok": 1.0,
    "helloOk": True,
    "isWritablePrimary": True,
    "ismaster": True,
    "maxBsonObjectSize": 16 * 2**20,
    "maxMessageSizeBytes": 48_000_000,
    "maxWriteBatchSize": 100_000,
    "logicalSessionTimeoutMinutes": 30,
    "minWireVersion": 0,
    "maxWireVersion": 21,
    "setName": "stub",
    "readOnly": False,
}


class Stub:
    def __init__(self, address: str) -> None:
        self._hello = {**HELLO, "hosts": [address], "me": address, "primary": address}
        self._kept: dict[str, dict[str, Any]] = {}
        self._counted: Counter[str] = Counter()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                length, request, _, kind = HEADER.unpack(await reader.readexactly(HEADER.size))
                body = await reader.readexactly(length - HEADER.size)
                writer.write(self._reply(request, kind, body))
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def _reply(self, request: int, kind: int, body: bytes) -> bytes:
        if kind == OP_QUERY:
            content = struct.pack("<iqii", 8, 0, 0, 1) + encode(self._hello)
            return HEADER.pack(HEADER.size + len(content), 0, request, OP_REPLY) + content
        content = struct.pack("<iB", 0, 0) + encode(self._answer(_command(body)))
        return HEADER.pack(HEADER.size + len(content), 0, request, OP_MSG) + content

    def _answer(self, command: dict[str, Any]) -> Document:
        name = next(iter(command))
        self._counted[name] += 1
        match name:
            case "hello" | "ismaster" | "isMaster":
                return self._hello
            case "insert":
                self._kept.update((document["_id"], document) for document in command["documents"])
                return {"ok": 1.0, "n": len(command["documents"])}
            case "find":
                wanted = command["filter"]["_id"]
                ids = wanted["$in"] if isinstance(wanted, dict) else [wanted]
                return _batch(command, [self._kept[id] for id in ids if id in self._kept], command["projection"])
            case "aggregate":
                stages = {name: value for stage in command["pipeline"] for name, value in stage.items()}
                return _batch(command, list(self._kept.values())[: stages["$limit"]], stages["$project"])
            case "counted":
                counted, self._counted = self._counted, Counter()
                return {"ok": 1.0, "counted": dict(counted)}
            case _:
                return {"ok": 1.0}


def _command(body: bytes) -> dict[str, Any]:
    """The command of an OP_MSG, with the documents that follow on it."""
    command: dict[str, Any] = {}
    position = 4
    while position < len(body):
        kind, size = struct.unpack_from("<Bi", body, position)
        section = body[position + 1 : position + 1 + size]
        if kind == 0:
            command = {**decode(section), **command}
        else:
            name, _, documents = section[4:].partition(b"\0")
            command[name.decode()] = decode_all(documents)
        position += 1 + size
    return command


def _batch(command: dict[str, Any], found: list[dict[str, Any]], projection: Document) -> Document:
    name = next(iter(command))
    kept = [{field: value for field, value in document.items() if field not in projection} for document in found]
    return {"ok": 1.0, "cursor": {"id": 0, "ns": f"{command['$db']}.{command[name]}", "firstBatch": kept}}


async def main(port: int) -> None:
    server = await asyncio.start_server(Stub(f"127.0.0.1:{port}").serve, "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
