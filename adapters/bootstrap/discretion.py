"""What goes wrong as a service starts or ends is told with the discretion of all else that it writes."""

import logging
from typing import Any

_log = logging.getLogger(__name__)


def discreet_lifespan(app: Any) -> Any:
    """The ASGI app; what goes wrong as it starts or ends is logged as everything else is, not as Starlette's text."""

    async def served(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            await app(scope, receive, send)
            return
        try:
            await app(scope, receive, lambda message: send({"type": message["type"]}))
        except Exception:
            _log.exception("It could not start or end as it should.")
            raise

    return served
