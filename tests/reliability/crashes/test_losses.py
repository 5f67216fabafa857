"""Each way to lose a command does to it what its name says; else all that is proven with it would prove nothing."""

from pathlib import Path

from tests.database import free_port, secantus_process
from tests.reliability.crashes.losses import WAYS, losing

ENDS = {
    "the reply is cut": ("AutoReconnect", 1, 1),
    "the reply is cut, and the driver tries again": ("done", 2, 1),
    "both replies are cut, as the driver tries again": ("AutoReconnect", 2, 1),
    "the caller is cancelled while the reply is awaited": ("cancelled", 1, 1),
    "the connection is closed before": ("AutoReconnect", 1, 0),
    "the connection is closed before, and the driver tries again": ("done", 2, 1),
    "the server refuses": ("OperationFailure", 1, 0),
    "the server shuts down, and the driver tries again": ("done", 2, 1),
    "the write is not made durable in time": ("WriteConcernError", 1, 1),
}
"""What an insert comes to: what its caller hears, how often it is sent, how many documents there are."""


async def test_every_way_to_lose_a_command_does_what_it_says(tmp_path: Path) -> None:
    port, seen = free_port(), {}
    with secantus_process(port, tmp_path, "--enable-test-commands"):
        for name, way in WAYS.items():
            async with losing(port, way) as database:
                seen[name] = await database.insert({"_id": name}, number=0)
    assert seen == ENDS
