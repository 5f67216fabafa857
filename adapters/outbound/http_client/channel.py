"""The one way in which our services call each other: with limits, and with repeats where these are safe."""

import asyncio
import logging
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar

import orjson
from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout
from yarl import URL

from adapters.outbound.http_client.budget import RetryBudget
from adapters.outbound.http_client.session import new_session
from core.shared.context import REQUEST
from core.shared.errors import ShopError, Unavailable
from core.shared.ports import Clock, ServiceTokens

ATTEMPTS = 3
BACKOFF = 0.05
"""Seconds: the longest pause before the second attempt; the one before the third may be twice as long."""

Refusals = Mapping[str, Callable[[Mapping[str, Any]], ShopError]]
"""By `code`, what the refusals of a peer mean to the caller; made of the problem document's members."""

T = TypeVar("T")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Seconds to connect, between two reads, and for a call with all its repeats; and the bytes of an answer."""

    connect: float = 0.3
    read: float = 1.0
    total: float = 1.8
    answer_bytes: int = 16 * 1024 * 1024


LIMITS = Limits()


class Channel:
    """Calls one peer, `audience`, at `base_url`. Entering it opens its connections in the event loop that runs then.

    Every call carries a service token (unless it is `public`), the request's id and trace, and how many milliseconds
    its answer is of use. It ends by `limits.total` or the request's deadline, whichever is first.
    """

    def __init__(
        self,
        base_url: str,
        *,
        audience: str,
        tokens: ServiceTokens,
        clock: Clock,
        limits: Limits = LIMITS,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """`chance` is a number from 0 up to 1, which spreads repeats. Raises: ValueError if the URL is not absolute."""
        self._session: ClientSession | None = None
        self._origin = str(URL(base_url).origin())
        self._audience = audience
        self._tokens = tokens
        self._clock = clock
        self._limits = limits
        self._chance = chance
        self._budget = RetryBudget()

    async def __aenter__(self) -> Self:
        self._session = new_session()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def ask(
        self,
        path: str,
        read: Callable[[Any], T],
        *,
        refusals: Refusals | None = None,
        public: bool = False,
        repeatable: bool = True,
    ) -> T:
        """What `read` makes of the JSON that the peer answers. Raises: what `refusals` make of a no, Unavailable."""
        content = await self._call("GET", path, None, refusals or {}, public=public, repeatable=repeatable)
        try:
            return read(orjson.loads(content))
        except (LookupError, TypeError, ValueError, AttributeError, ShopError) as error:
            raise Unavailable(f"The {self._audience} service gave an answer that cannot be understood.") from error

    async def tell(
        self, method: str, path: str, body: object, *, refusals: Refusals | None = None, repeatable: bool = False
    ) -> None:
        """Have the peer do something; `repeatable` if twice is as good as once. Raises: as `ask`."""
        await self._call(method, path, orjson.dumps(body), refusals or {}, public=False, repeatable=repeatable)

    async def _call(
        self, method: str, path: str, body: bytes | None, refusals: Refusals, *, public: bool, repeatable: bool
    ) -> bytes:
        deadline = self._deadline()
        self._budget.earn()
        attempt = 1
        while True:
            try:
                status, content = await self._attempt(method, path, body, deadline, public=public)
            except _Passing as failure:
                pause = self._chance() * BACKOFF * 2 ** (attempt - 1) + failure.retry_after
                in_time = self._clock.monotonic() + pause < deadline
                if not (repeatable and attempt < ATTEMPTS and in_time and self._budget.spend()):
                    raise Unavailable(failure.sentence, retry_after=max(1, failure.retry_after)) from failure
                await asyncio.sleep(pause)
                attempt += 1
            else:
                if status < 300:
                    return content
                raise self._refusal(status, content, refusals)

    async def _attempt(
        self, method: str, path: str, body: bytes | None, deadline: float, *, public: bool
    ) -> tuple[int, bytes]:
        """The status and the body of an answer. Raises: _Passing if there is none, or one that says to come back."""
        left = deadline - self._clock.monotonic()
        if left <= 0:
            raise Unavailable(f"There was no time left to ask the {self._audience} service.")
        if self._session is None:
            raise RuntimeError("This channel was not entered.")
        limits = self._limits
        timeout = ClientTimeout(total=left, sock_connect=limits.connect, sock_read=limits.read, ceil_threshold=left + 1)
        try:
            async with self._session.request(
                method,
                URL(self._origin + path, encoded=True),
                data=body,
                headers=self._headers(left, public=public, with_body=body is not None),
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                content = await self._content(response)
        except TimeoutError as error:
            raise _Passing(f"The {self._audience} service did not answer in time.") from error
        except ClientError as error:
            raise _Passing(f"The {self._audience} service cannot be reached.") from error
        if response.status in (502, 503, 504):
            raise _Passing(f"The {self._audience} service cannot answer now.", _retry_after(response))
        return response.status, content

    async def _content(self, response: ClientResponse) -> bytes:
        content = bytearray()
        async for chunk in response.content.iter_any():
            content += chunk
            if len(content) > self._limits.answer_bytes:
                raise Unavailable(f"The {self._audience} service gave an answer that is too long.")
        return bytes(content)

    def _refusal(self, status: int, content: bytes, refusals: Refusals) -> ShopError:
        """What the caller is told of an answer that is no success."""
        if status in (401, 403):
            _log.error(
                "The %s service answered %d: are our SERVICE_KEY and its PEER_KEYS a pair, and are we let in there?",
                self._audience,
                status,
            )
        unexpected = Unavailable(f"The {self._audience} service answered {status}, which was not to be expected.")
        try:
            problem = orjson.loads(content)
            return refusals[problem["code"]](problem)
        except (LookupError, TypeError, ValueError) as error:
            unexpected.__cause__ = error
            return unexpected

    def _deadline(self) -> float:
        """On `Clock.monotonic`'s scale."""
        own = self._clock.monotonic() + self._limits.total
        request = REQUEST.get().deadline
        return own if request is None else min(own, request)

    def _headers(self, left: float, *, public: bool, with_body: bool) -> dict[str, str]:
        request = REQUEST.get()
        headers = {"X-Request-Deadline-Ms": str(max(1, int(left * 1000)))}
        if request.request_id:
            headers["X-Request-Id"] = request.request_id
        if request.traceparent:
            headers["traceparent"] = request.traceparent
        if with_body:
            headers["Content-Type"] = "application/json"
        if not public:
            headers["Authorization"] = f"Bearer {self._tokens.issue(self._audience)}"
        return headers


class _Passing(Exception):
    """A failure that may be over by the next attempt; `retry_after` is in seconds."""

    def __init__(self, sentence: str, retry_after: int = 0) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.retry_after = retry_after


def _retry_after(response: ClientResponse) -> int:
    """Seconds, as our services give them; the other form (RFC 9110, section 10.2.3), a date, is not waited for."""
    text = response.headers.get("Retry-After", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
