"""Copies of a process that has opened nothing: each goes on from the same memory, as from a snapshot."""

import json
import os
import random
from typing import Any

from snapshot_restore_py import get_after_restore


def copies(process: Any, *, restored: bool) -> list[dict[str, Any]]:
    """What two copies draw; with `restored`, each has done first what is registered to be done then."""
    state = random.getstate()
    return [_copy(process, state, restored=restored) for _ in range(2)]


def _copy(process: Any, state: Any, *, restored: bool) -> dict[str, Any]:
    reading, writing = os.pipe()
    if os.fork() == 0:
        random.setstate(state)  # which Python changes after a fork, and nobody changes in a snapshot
        for act, arguments, named in get_after_restore() if restored else ():
            act(*arguments, **named)
        drawn = {
            "opened": process._open is not None,
            "python": random.getrandbits(64),
            "trace": random.getrandbits(128),
            "id": process.common.new_id(),
        }
        os.write(writing, json.dumps(drawn).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        drawn_there: dict[str, Any] = json.load(told)
    os.wait()
    return drawn_there
