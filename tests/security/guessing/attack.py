"""A user service whose every call outwards is counted, with its real limits, and those who guess at it."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from typing import Any

from adapters.bootstrap.accounts import account_limits
from adapters.bootstrap.settings import Settings, checked
from adapters.outbound.memory.tallies import MemoryTallies
from core.shared.errors import ShopError, TooManyRequests
from core.shared.throttle import Throttle
from core.user.errors import CredentialsWrong
from core.user.use_cases.guessing import Guessing
from tests.core.user.people import EMAIL, HERE, PASSWORD, Shop

DAY = 86_400
NOBODY = "nobody@example.com"


class Counted:
    """Hands every call on, and writes it down; whoever waits for an answer lets the others go on meanwhile."""

    def __init__(self, name: str, port: Any, calls: list[str]) -> None:
        self._name, self._port, self._calls = name, port, calls

    def __getattr__(self, method: str) -> Callable[..., Any]:
        found = getattr(self._port, method)
        if not asyncio.iscoroutinefunction(found):
            return found  # type: ignore[no-any-return]  # a method of the port

        async def counted(*arguments: Any, **named: Any) -> Any:
            self._calls.append(f"{self._name}.{method}")
            await asyncio.sleep(0)
            return await found(*arguments, **named)

        return counted


class Guarded(Shop):
    """The user service as people meet it, with Sam's account."""

    def __init__(self, **settings: object) -> None:
        super().__init__()
        self.settings = checked(Settings, settings)
        self.calls: list[str] = []
        self.tallies = MemoryTallies(self.clock)
        self.throttle = Throttle(tallies=self._counted("tallies", self.tallies), clock=self.clock)
        self.limits = account_limits(self.settings)
        self.guessing = Guessing(throttle=self.throttle, limits=self.limits)
        users, passwords = self._counted("users", self.users), self._counted("passwords", self.passwords)
        notes = self._counted("pending_mails", self.pending_mails)
        held: dict[str, Any] = {"throttle": self.throttle, "limits": self.limits}
        use = self.use
        self.use = replace(
            use,
            register=replace(use.register, users=users, passwords=passwords, **held),
            login=replace(
                use.login,
                users=users,
                passwords=passwords,
                sessions=self._counted("sessions", use.login.sessions),
                guessing=self.guessing,
            ),
            change_password=replace(use.change_password, passwords=passwords, guessing=self.guessing),
            request_password_reset=replace(use.request_password_reset, pending_mails=notes, **held),
            reset_password=replace(use.reset_password, passwords=passwords, guessing=self.guessing),
        )

    def _counted(self, name: str, port: Any) -> Any:
        return Counted(name, port, self.calls)

    def by(self, guessing: Guessing) -> None:
        """From now on, people are held by this."""
        self.use = replace(self.use, login=replace(self.use.login, guessing=guessing))

    async def guess(self, client: str, *, email: str = EMAIL, password: str = "a wrong guess") -> str:
        """What becomes of it: `in`, `wrong` if the password was looked at, or `held`."""
        try:
            await self.use.login(email=email, password=password, client=client)
        except CredentialsWrong:
            return "wrong"
        except TooManyRequests:
            return "held"
        return "in"

    async def guesses(self, clients: Iterable[str], *, seconds: float, email: str = EMAIL) -> Counter[str]:
        """One guess after the other, spread evenly over so much time."""
        clients, found = list(clients), Counter[str]()
        for client in clients:
            found[await self.guess(client, email=email)] += 1
            self.clock.advance(seconds / len(clients))
        return found

    async def meets(self, asked: Awaitable[object]) -> tuple[list[str], object]:
        """The calls that it took, and what came of it."""
        self.calls.clear()
        try:
            await asked
        except ShopError as error:
            return [*self.calls], (error.code, error.detail, error.facts, getattr(error, "retry_after", None))
        return [*self.calls], None


async def guarded(**settings: object) -> Guarded:
    """With Sam's account, which was opened and used at `HERE`."""
    shop = Guarded(**settings)
    await shop.sam()
    assert await shop.guess(HERE, password=PASSWORD) == "in"
    shop.calls.clear()
    return shop


def places(number: int) -> list[str]:
    return [f"198.51.{each // 256}.{each % 256}" for each in range(number)]
