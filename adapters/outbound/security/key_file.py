"""The signing keys in a file, which are followed while the process runs: a rotation needs no restart."""

import asyncio
import hashlib
import logging
from collections.abc import Sequence
from pathlib import Path

from adapters.background import Background
from adapters.outbound.security.keys import SigningKey, signing_keys

LOOK_SECONDS = 2.0

_log = logging.getLogger(__name__)


class KeyFile(Background):
    """`keys` are those of the file. In the context, it is looked at every few seconds, on a thread.

    A file that cannot be read, or holds no signing keys, changes nothing, and is logged once.
    """

    def __init__(self, path: Path, *, seconds: float = LOOK_SECONDS) -> None:
        """Raises: ValueError, which echoes nothing of the file, if there are no signing keys in it now."""
        super().__init__("signing keys")
        self._path = path
        self._seconds = seconds
        self._fault = ""
        text = self._read()
        self._seen = _digest(text)
        self.keys: Sequence[SigningKey] = self._keys(text)

    async def run(self) -> None:
        while True:
            await asyncio.sleep(self._seconds)
            try:
                keys = await asyncio.to_thread(self._changed)
            except ValueError as error:
                fault = str(error)  # a sentence of ours
                if fault != self._fault:
                    _log.error("%s The keys read last go on signing.", fault)
                self._fault = fault
                continue
            self._fault = ""
            if keys is not None:
                self.keys = keys
                _log.info("The signing keys have changed: %s signs.", keys[0].kid)

    def _changed(self) -> Sequence[SigningKey] | None:
        """The keys, if they are others than were seen last. Raises: ValueError."""
        text = self._read()
        if _digest(text) == self._seen:
            return None
        keys = self._keys(text)
        self._seen = _digest(text)
        return keys

    def _read(self) -> str:
        try:
            return self._path.read_text("utf-8", "replace")
        except OSError as error:
            raise ValueError(f"SIGNING_KEYS_FILE, {self._path}, cannot be read: {error.strerror}.") from error

    def _keys(self, text: str) -> Sequence[SigningKey]:
        try:
            return signing_keys(text)
        except ValueError as error:
            raise ValueError(f"SIGNING_KEYS_FILE, {self._path}: {error}") from error


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
