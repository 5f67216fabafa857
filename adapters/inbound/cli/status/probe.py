"""Asks the services how they are."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import httpx

from adapters.telemetry.reading import Values, read

PATIENCE = 2.0
"""Seconds that a service may take to answer."""

State = Literal["ready", "starting", "draining", "not answering"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was seen of one service at the moment `at`, on a monotonic clock. `why` says what is missing, if it is."""

    at: float
    state: State
    why: str = ""
    values: Values | None = field(default=None, repr=False)


class Probe:
    """Looks at the services of a shop, by the address of each. `http` should keep no connection open between looks, so
    that each look also tells whether a service takes new ones.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        urls: Mapping[str, str],
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.urls = urls
        self._http = http
        self._monotonic = monotonic

    async def look(self) -> dict[str, Look]:
        """One look at each, all at once."""
        looks = await asyncio.gather(*(self._look(url.rstrip("/")) for url in self.urls.values()))
        return dict(zip(self.urls, looks, strict=True))

    async def _look(self, url: str) -> Look:
        (state, why), metrics = await asyncio.gather(self._state(f"{url}/readyz"), self._metrics(f"{url}/metrics"))
        at = self._monotonic()
        if state == "not answering":
            return Look(at=at, state=state, why=why)
        if isinstance(metrics, str):
            return Look(at=at, state=state, why=metrics)
        return Look(at=at, state=state, values=metrics)

    async def _state(self, url: str) -> tuple[State, str]:
        try:
            answer = await self._http.get(url)
            told = answer.json().get("status")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return "not answering", _words(error)
        except (ValueError, AttributeError):
            return "not answering", "what answers there is no service of a shop"
        if answer.is_success:
            return "ready", ""
        if told in ("starting", "draining"):
            return told, ""
        return "not answering", f"it answers with status {answer.status_code}"

    async def _metrics(self, url: str) -> Values | str:
        """The metrics, or why there are none."""
        try:
            answer = await self._http.get(url)
            if answer.status_code == httpx.codes.NOT_FOUND:
                return "its metrics are switched off (METRICS)"
            return read(answer.raise_for_status().text)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return f"its metrics cannot be had: {_words(error)}"
        except ValueError:
            return "its metrics cannot be read"


def client() -> httpx.AsyncClient:
    """For a probe. No proxy of the environment: the shop is one's own."""
    return httpx.AsyncClient(
        trust_env=False, timeout=PATIENCE, limits=httpx.Limits(max_keepalive_connections=0, max_connections=None)
    )


def _words(error: Exception) -> str:
    match error:
        case httpx.TimeoutException():
            return f"nothing comes within {PATIENCE:g} seconds"
        case httpx.ConnectError():
            return "nobody takes a connection"
        case httpx.HTTPStatusError():
            return f"it answers with status {error.response.status_code}"
        case httpx.NetworkError() | httpx.RemoteProtocolError():
            return "the connection broke"
        case _:
            return str(error)
