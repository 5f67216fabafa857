"""The one way in which our services call each other: with limits, and with repeats where these are safe."""

import asyncio
import logging
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from time import perf_counter
from types import TracebackType
from typing import Any, Self, TypeVar

import orjson
from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout
from yarl import URL

from adapters.outbound.http_client.budget import RetryBudget
from adapters.outbound.http_client.session import new_session
from adapters.telemetry.spans import Span
from adapters.telemetry.telemetry import Telemetry
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """What is asked of a peer, until `deadline` on `Clock.monotonic`'s scale."""

    method: str
    path: str
    body: bytes | None = None
    refusals: Refusals
    public: bool = False
    repeatable: bool
    deadline: float


class Channel:
    """Calls one peer, `audience`, at `base_url`. Entering it opens its connections in the event loop that runs then.

    Every call carries a service token (unless it is `public`), the request's id and trace, and how many milliseconds
    its answer is of use. It ends by `limits.total` or the request's deadline, whichever is first.

    Of each attempt, `telemetry` is told the outcome: `ok` if the peer answered what the caller knows, be it a refusal;
    `refused` for any other; `timeout`; `unavailable` for a 5xx, or nothing that can be read; `no_time` if there was
    none left to ask; `cancelled` if the caller gave up.
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
        telemetry: Telemetry | None = None,
    ) -> None:
        """`chance` is a number from 0 up to 1, which spreads repeats. Raises: ValueError if the URL is not absolute."""
        self._session: ClientSession | None = None
        origin = URL(base_url).origin()
        self._origin = str(origin)
        self._server: dict[str, str | int] = {"server.address": origin.host or "", "server.port": origin.port or 80}
        self._audience = audience
        self._tokens = tokens
        self._clock = clock
        self._limits = limits
        self._chance = chance
        self._budget = budget = RetryBudget()
        telemetry = telemetry or Telemetry.unread()
        self._spans = telemetry.spans
        self._attempts = cache(telemetry.metrics.calls.labels)
        self._retries = telemetry.metrics.retries.labels(audience)
        telemetry.metrics.retry_budget.labels(audience).set_function(lambda: budget.left)

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
        content = await self._answer(
            _Call(
                method="GET",
                path=path,
                refusals=refusals or {},
                public=public,
                repeatable=repeatable,
                deadline=self._deadline(),
            )
        )
        try:
            return read(orjson.loads(content))
        except (LookupError, TypeError, ValueError, AttributeError, ShopError) as error:
            raise Unavailable(f"The {self._audience} service gave an answer that cannot be understood.") from error

    async def tell(
        self, method: str, path: str, body: object, *, refusals: Refusals | None = None, repeatable: bool = False
    ) -> None:
        """Have the peer do something; `repeatable` if twice is as good as once. Raises: as `ask`."""
        await self._answer(
            _Call(
                method=method,
                path=path,
                body=orjson.dumps(body),
                refusals=refusals or {},
                repeatable=repeatable,
                deadline=self._deadline(),
            )
        )

    async def _answer(self, call: _Call) -> bytes:
        self._budget.earn()
        attempt = 1
        while True:
            try:
                return await self._attempt(call, attempt)
            except _Failure as failure:
                pause = self._chance() * BACKOFF * 2 ** (attempt - 1) + failure.retry_after
                in_time = self._clock.monotonic() + pause < call.deadline
                again = failure.passing and call.repeatable and attempt < ATTEMPTS and in_time
                if not (again and self._budget.spend()):
                    raise Unavailable(failure.sentence, retry_after=max(1, failure.retry_after)) from failure
                self._retries.inc()
                await asyncio.sleep(pause)
                attempt += 1

    async def _attempt(self, call: _Call, attempt: int) -> bytes:
        """The body of an answer. Raises: what `refusals` make of a no, _Failure."""
        told: dict[str, str | int] = {"http.request.method": call.method, **self._server}
        if attempt > 1:
            told["http.request.resend_count"] = attempt - 1
        with self._spans.work(f"{call.method} {self._audience}", kind="client", attributes=told) as span:
            began, outcome = perf_counter(), "cancelled"
            try:
                content = await self._exchange(call, span)
                outcome = "ok"
            except ShopError:
                outcome = "ok"
                raise
            except _Failure as failure:
                outcome = failure.outcome
                span.fail(outcome)
                raise
            finally:
                self._attempts(self._audience, outcome).observe(perf_counter() - began)
            return content

    async def _exchange(self, call: _Call, span: Span) -> bytes:
        left = call.deadline - self._clock.monotonic()
        if left <= 0:
            raise _Failure(f"There was no time left to ask the {self._audience} service.", outcome="no_time")
        if self._session is None:
            raise RuntimeError("This channel was not entered.")
        limits = self._limits
        timeout = ClientTimeout(total=left, sock_connect=limits.connect, sock_read=limits.read, ceil_threshold=left + 1)
        try:
            async with self._session.request(
                call.method,
                URL(self._origin + call.path, encoded=True),
                data=call.body,
                headers=self._headers(call, left, span.traceparent),
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                content = await self._content(response)
        except TimeoutError as error:
            sentence = f"The {self._audience} service did not answer in time."
            raise _Failure(sentence, outcome="timeout", passing=True) from error
        except ClientError as error:
            sentence = f"The {self._audience} service cannot be reached."
            raise _Failure(sentence, outcome="unavailable", passing=True) from error
        span.tell({"http.response.status_code": response.status})
        if response.status in (502, 503, 504):
            sentence = f"The {self._audience} service cannot answer now."
            after = _retry_after(response)
            raise _Failure(sentence, outcome="unavailable", passing=True, retry_after=after)
        if response.status >= 300:
            raise self._refusal(response.status, content, call.refusals)
        return content

    async def _content(self, response: ClientResponse) -> bytes:
        content = bytearray()
        async for chunk in response.content.iter_any():
            content += chunk
            if len(content) > self._limits.answer_bytes:
                sentence = f"The {self._audience} service gave an answer that is too long."
                raise _Failure(sentence, outcome="unavailable")
        return bytes(content)

    def _refusal(self, status: int, content: bytes, refusals: Refusals) -> Exception:
        """What an answer that is no success means to the caller, or that it was not to be expected."""
        if status in (401, 403):
            _log.error(
                "The %s service answered %d: are our SERVICE_KEY and its PEER_KEYS a pair, and are we let in there?",
                self._audience,
                status,
            )
        try:
            problem = orjson.loads(content)
            return refusals[problem["code"]](problem)
        except (LookupError, TypeError, ValueError) as error:
            sentence = f"The {self._audience} service answered {status}, which was not to be expected."
            unexpected = _Failure(sentence, outcome="refused" if status < 500 else "unavailable")
            unexpected.__cause__ = error
            return unexpected

    def _deadline(self) -> float:
        """On `Clock.monotonic`'s scale."""
        own = self._clock.monotonic() + self._limits.total
        request = REQUEST.get().deadline
        return own if request is None else min(own, request)

    def _headers(self, call: _Call, left: float, traceparent: str | None) -> dict[str, str]:
        request = REQUEST.get()
        traceparent = traceparent or request.traceparent
        headers = {"X-Request-Deadline-Ms": str(max(1, int(left * 1000)))}
        if request.request_id:
            headers["X-Request-Id"] = request.request_id
        if traceparent:
            headers["traceparent"] = traceparent
        if call.body is not None:
            headers["Content-Type"] = "application/json"
        if not call.public:
            headers["Authorization"] = f"Bearer {self._tokens.issue(self._audience)}"
        return headers


class _Failure(Exception):
    """No answer; if it is `passing` there may be one by the next attempt. `retry_after` is in seconds."""

    def __init__(self, sentence: str, *, outcome: str, passing: bool = False, retry_after: int = 0) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.outcome = outcome
        self.passing = passing
        self.retry_after = retry_after


def _retry_after(response: ClientResponse) -> int:
    """Seconds, as our services give them; the other form (RFC 9110, section 10.2.3), a date, is not waited for."""
    text = response.headers.get("Retry-After", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
