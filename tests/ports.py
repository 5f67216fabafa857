"""Ports that are tried and found free, and given to a process that takes them a little later."""

import os

_FIRST, _WORKERS, _EACH = 10_000, 8, 2_500


def own_ports() -> range:
    """Those of this test process alone: another of the same run finds none of them free in between.

    They are below those that outgoing calls take.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % _WORKERS
    first = _FIRST + worker * _EACH
    return range(first, first + _EACH)
