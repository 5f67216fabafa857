"""A client as it has to be among processes that die: it asks again until it is answered."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.system.services import PASSWORD

TIMEOUT = 12.0
"""Seconds: more than a request may take (10), so that nothing which was asked for goes on after it is given up."""
PAUSE = 0.1
"""Seconds before asking again, where the answer does not say."""
PASSING = (502, 503, 504)


@dataclass(slots=True)
class Tally:
    """What all clients together have been through, and what must never be."""

    answers: int = 0
    retries: int = 0
    violations: list[str] = field(default_factory=list)
    _answered: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def answer(self) -> None:
        async with self._answered:
            self.answers += 1
            self._answered.notify_all()

    async def reach(self, answers: int) -> None:
        """Waits until so many requests have been answered in all."""
        async with self._answered:
            await self._answered.wait_for(lambda: self.answers >= answers)


class Persistent:
    """Somebody with an account, which they make when they first need it."""

    def __init__(self, http: httpx.AsyncClient, urls: Mapping[str, str], email: str, tally: Tally) -> None:
        self.email = email
        self.registered = False
        self._http = http
        self._urls = urls
        self._tally = tally
        self._token = ""

    async def once(
        self, method: str, service: str, path: str, *, json: Any = None, **headers: str
    ) -> httpx.Response | None:
        """The answer; `None` if there is none, or one that says to come back: then it may be done or not.

        Names of headers are written with underscores.
        """
        if not self._token:
            await self._sign_in()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = await self._send(method, service, path, json, {"Authorization": self._token, **named})
        if answer is not None and answer.status_code == 401:
            self._token = ""  # it has expired in a long run
            return None
        return answer

    async def ask(self, method: str, service: str, path: str, *, json: Any = None, **headers: str) -> httpx.Response:
        """The answer in the end, of what may be asked for again."""
        while (answer := await self.once(method, service, path, json=json, **headers)) is None:
            pass
        return answer

    async def _sign_in(self) -> None:
        who = {"email": self.email, "password": PASSWORD}
        while not self.registered:
            answer = await self._send("POST", "user", "/v1/users", {**who, "name": "A Customer"}, {})
            self.registered = answer is not None and answer.status_code in (201, 409)  # 409: by an earlier try
        while not self._token:
            answer = await self._send("POST", "user", "/v1/auth/login", who, {})
            if answer is not None and answer.status_code == 200:
                self._token = f"Bearer {answer.json()['access_token']}"
            else:
                assert answer is None, f"{self.email} has registered, and cannot sign in: {answer.text}"

    async def _send(
        self, method: str, service: str, path: str, json: Any, headers: Mapping[str, str]
    ) -> httpx.Response | None:
        pause = PAUSE
        try:
            answer = await self._http.request(method, self._urls[service] + path, json=json, headers=headers)
        except httpx.TransportError:
            pass
        else:
            if answer.status_code not in PASSING:
                if answer.status_code == 500:
                    self._tally.violations.append(f"{method} {path} failed: {answer.text}")
                await self._tally.answer()
                return answer
            pause = float(answer.headers.get("Retry-After", PAUSE))
        self._tally.retries += 1
        await asyncio.sleep(pause)
        return None
