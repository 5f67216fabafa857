"""The way of many products into a shop: signed in as an admin, over and over again while the shop cannot answer."""

import time
from collections.abc import Callable, Generator
from typing import Any

import httpx

from adapters.inbound.cli.errors import CommandFailed

ATTEMPTS = 8
LONGEST_PAUSE = 30.0
_PATH = "/v1/products/import"
_NDJSON = {"Content-Type": "application/x-ndjson"}
_NOT_NOW = (408, 429, 502, 503, 504)
_SECONDS = 60.0
"""Longer than the shop and what is in front of it ever take for one delivery."""


class SignedIn(httpx.Auth):
    """Logs in before the first request, and again when the shop takes its token no more."""

    requires_response_body = True

    def __init__(self, email: str, password: str) -> None:
        self._account = {"email": email, "password": password}
        self._token = ""

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """What is answered last is the answer, be it to the login."""
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"
            answer = yield request
            if answer.status_code != httpx.codes.UNAUTHORIZED:
                return
        login = yield httpx.Request("POST", request.url.join("/v1/auth/login"), json=self._account)
        if login.status_code == httpx.codes.OK:
            self._token = login.json()["access_token"]
            request.headers["Authorization"] = f"Bearer {self._token}"
            yield request


class Delivery:
    """Hands products over, some at a time."""

    def __init__(
        self,
        http: httpx.Client,
        *,
        email: str,
        say: Callable[[str], None],
        program: str = "shop",
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """`http` signs in as `email`; `say` is told when there is something to wait for."""
        self._http = http
        self._email = email
        self._say = say
        self._program = program
        self._pause = pause
        self._answered = False

    def __call__(self, body: bytes) -> dict[str, Any]:
        """What the shop answers to these lines of NDJSON. Handing them over twice does no harm.

        Raises: CommandFailed if it refuses them, or still cannot answer after `ATTEMPTS`.
        """
        why = ""
        for attempt in range(1, ATTEMPTS + 1):
            wait = min(2.0 ** (attempt - 1), LONGEST_PAUSE)
            try:
                answer = self._http.post(_PATH, content=body, headers=_NDJSON, timeout=_SECONDS)
            except httpx.TransportError as error:
                if not self._answered:
                    raise self._nobody(f"{error}") from error
                why = f"The shop at {self._http.base_url} does not answer ({error})."
            else:
                self._answered = True
                if answer.status_code not in _NOT_NOW:
                    return self._accepted(answer)
                why = f"The shop at {self._http.base_url} cannot take them now ({answer.status_code}{_detail(answer)})."
                wait = _retry_after(answer, wait)
            if attempt < ATTEMPTS:
                self._say(f"{why} Trying again in {wait:g} s.")
                self._pause(wait)
        raise CommandFailed(f"{why} It was asked {ATTEMPTS} times.")

    def _accepted(self, answer: httpx.Response) -> dict[str, Any]:
        match answer.status_code:
            case 200 if answer.headers.get("content-type") == "application/json":
                told: dict[str, Any] = answer.json()
                return told
            case 401:
                raise CommandFailed(
                    f"The shop does not let {self._email} in by this password. Set SHOP_PASSWORD, or name another"
                    " account by --email."
                )
            case 403:
                raise CommandFailed(
                    f"{self._email} is no admin of this shop. `{self._program} grant-admin {self._email}` changes that."
                )
            case 404:
                raise self._nobody(f"it answers 404 at {_PATH}")
        asked = f"{answer.request.method} {answer.request.url.path}"
        raise CommandFailed(f"The shop refuses to import: {asked} answered {answer.status_code}{_detail(answer)}.")

    def _nobody(self, why: str) -> CommandFailed:
        return CommandFailed(
            f"No shop that takes imports answers at {self._http.base_url} ({why}). Start one by `{self._program} up`,"
            " or name it by --url."
        )


def _retry_after(answer: httpx.Response, otherwise: float) -> float:
    """RFC 9110, 10.2.3, in seconds; no shop of ours sends a date."""
    sent = answer.headers.get("retry-after", "")
    return min(float(sent), LONGEST_PAUSE) if sent.isdecimal() else otherwise


def _detail(answer: httpx.Response) -> str:
    if answer.headers.get("content-type") != "application/problem+json":
        return ""
    return f": {answer.json().get('detail', '')}".rstrip(". ")
