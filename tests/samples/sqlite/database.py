"""One SQLite file, reached from one thread: every step is a transaction, and what it commits stays."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Self, TypeVar

from core.shared.errors import Unavailable

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]

_BUSY_SECONDS = 2.0
"""How long to wait while another process writes to the file."""
_SCHEMA = """
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;

    CREATE TABLE IF NOT EXISTS products (
        id TEXT PRIMARY KEY, sku TEXT NOT NULL UNIQUE, category TEXT NOT NULL, status TEXT NOT NULL,
        version INTEGER NOT NULL, product TEXT NOT NULL);
    CREATE INDEX IF NOT EXISTS products_category ON products (status, category);

    CREATE TABLE IF NOT EXISTS stocks (
        product_id TEXT PRIMARY KEY REFERENCES products, available INTEGER NOT NULL, revision INTEGER NOT NULL,
        held INTEGER NOT NULL, stock TEXT NOT NULL);
    CREATE INDEX IF NOT EXISTS stocks_held ON stocks (held) WHERE held > 0;

    CREATE TABLE IF NOT EXISTS terms (
        product_id TEXT NOT NULL REFERENCES products, term TEXT NOT NULL, name_key TEXT NOT NULL,
        amount INTEGER NOT NULL, PRIMARY KEY (product_id, term)) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS terms_created ON terms (term, product_id);
    CREATE INDEX IF NOT EXISTS terms_name ON terms (term, name_key, product_id);
    CREATE INDEX IF NOT EXISTS terms_price ON terms (term, amount, product_id);
"""
"""An entity is kept as JSON; beside it are columns for what is asked. WAL with FULL survives a loss of power, too."""


class SqliteDatabase:
    """The file at `path`, made if it is not there; open it with `async with`.

    sqlite3 blocks, so all of it happens in a thread of its own, and the event loop goes on. One thread is enough, since
    SQLite lets one writer in at a time. A step once begun is finished, even if nobody waits for it any more.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sqlite")
        self._connection: sqlite3.Connection

    async def __aenter__(self) -> Self:
        await self._there(self._open)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._there(self._connection.close)
        self._thread.shutdown()

    async def read(self, work: Work[T]) -> T:
        """What `work` finds, all of it at one moment. Raises: Unavailable."""
        return await self._there(lambda: self._transaction("BEGIN", work))

    async def write(self, work: Work[T]) -> T:
        """Do all of `work`, or nothing if it raises; nobody else writes meanwhile. Raises: Unavailable."""
        return await self._there(lambda: self._transaction("BEGIN IMMEDIATE", work))

    async def _there(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except sqlite3.Error as error:
            raise Unavailable("The database file cannot answer now.") from error

    def _open(self) -> None:
        self._connection = sqlite3.connect(self._path, timeout=_BUSY_SECONDS, isolation_level=None)
        self._connection.executescript(_SCHEMA)

    def _transaction(self, begin: str, work: Work[T]) -> T:
        with self._connection as connection:  # which commits, or rolls back
            connection.execute(begin)
            return work(connection)
