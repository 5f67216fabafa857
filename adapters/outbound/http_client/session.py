"""The connections to one peer, as aiohttp keeps them."""

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientHandlerType,
    ClientOSError,
    ClientRequest,
    ClientResponse,
    ClientSession,
    DummyCookieJar,
    ServerDisconnectedError,
    TCPConnector,
)

CONNECTIONS = 100
"""To one peer; the others have their own, so a peer that hangs takes none from them."""
IDLE_SECONDS = 4.0
"""Less than servers wait before they close an idle connection (75 s), so that few calls meet a closed one."""


def new_session() -> ClientSession:
    """A session that belongs to the event loop which runs now. It sends what it is told to, once."""
    return ClientSession(
        connector=TCPConnector(limit=CONNECTIONS, keepalive_timeout=IDLE_SECONDS),
        cookie_jar=DummyCookieJar(),
        headers={"Accept-Encoding": "identity", "User-Agent": "portico"},
        auto_decompress=False,
        middlewares=(_once,),
    )


async def _once(request: ClientRequest, send: ClientHandlerType) -> ClientResponse:
    """Hides from aiohttp the two errors after which it would send an idempotent request again by itself."""
    try:
        return await send(request)
    except ClientConnectorError:
        raise
    except (ClientOSError, ServerDisconnectedError) as error:
        raise ClientError(f"The connection broke: {error}") from error
