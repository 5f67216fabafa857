"""Ends the processes of a parent that vanished without ending them itself, on Linux and macOS alike.

The parent starts this file as a small process of its own session and tells it by a pipe which processes it
holds. The pipe closes with the parent, however that ended; what is still held then is ended.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from types import TracebackType

GRACE = 10.0
"""Seconds between asking a held process to end and ending it."""


class Leash:
    """The parent's end: what is held when this process vanishes is ended with it."""

    def __enter__(self) -> "Leash":
        # In a session of its own, so that Ctrl-C in the terminal reaches the parent alone.
        watched, self._pipe = os.pipe()
        self._watcher = subprocess.Popen((sys.executable, "-I", __file__), stdin=watched, start_new_session=True)
        os.close(watched)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._pipe)
        self._watcher.wait()

    def hold(self, pid: int) -> None:
        """Hold the process `pid` and its group, whose leader it is."""
        self._tell(f"+{pid}\n")

    def drop(self, pid: int) -> None:
        """Hold it no longer: it has ended, and its number may be given to another."""
        self._tell(f"-{pid}\n")

    def _tell(self, line: str) -> None:
        with contextlib.suppress(BrokenPipeError):  # somebody ended the watcher; the shop runs as well without
            os.write(self._pipe, line.encode())


def _main() -> None:
    held: dict[int, None] = {}
    for line in sys.stdin:
        if line[0] == "+":
            held[int(line[1:])] = None
        else:
            held.pop(int(line[1:]), None)
    pids = list(reversed(held))
    until = time.monotonic() + GRACE
    left = [pid for pid in pids if _signalled(pid, signal.SIGTERM)]
    while left and time.monotonic() < until:
        time.sleep(0.05)
        left = [pid for pid in left if _signalled(pid, 0)]
    for pid in left:
        _signalled(pid, signal.SIGKILL)


def _signalled(pid: int, number: int) -> bool:
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    _main()
