"""An empty shop over memory that is the same by whichever way it is asked: one clock, one key, stores one can break."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from adapters.bootstrap.common import Common
from adapters.bootstrap.keys import public_signing_keys
from adapters.bootstrap.mails import links
from adapters.bootstrap.settings import FunctionSettings, Service, Settings, checked
from adapters.bootstrap.stores import Stores
from adapters.outbound.system.ids import Uuid7
from adapters.outbound.system.secret import UrlSafeSecret
from core.shared.errors import Unavailable
from core.user.model import Letterhead
from core.user.use_cases.mails import SendMails
from tests.fakes import FixedClock
from tests.security.shops import ADMIN, SERVICES, Mailbox, signing_key

ORIGIN = "https://shop.example"
IMPORT_LIMIT = 4 * 1024 * 1024
SETTINGS: Mapping[str, object] = {
    "bcrypt_cost": 4,
    "bootstrap_admin_email": ADMIN,
    "event_publisher": "memory",
    "notifier": "memory",
    "trusted_hops": 1,
    "import_limit_bytes": IMPORT_LIMIT,
    "requests_per_minute": 60_000,
    "cors_origins": ORIGIN,
    "worker_seconds": 3_600,
    "log_level": "ERROR",
}


class BreakableStores(Stores):
    """Real ones; what is `away` answers nothing: a service's store, or as little as one method, as `user.users.get`."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.away: set[str] = set()

    def of(self, service: Service) -> Any:
        return _Breakable(super().of(service), service, self.away)


class _Breakable:
    def __init__(self, real: Any, name: str, away: set[str]) -> None:
        self._real = real
        self._name = name
        self._away = away

    def __getattr__(self, name: str) -> Any:
        part, whole = getattr(self._real, name), f"{self._name}.{name}"
        if not callable(part):
            return _Breakable(part, whole, self._away)

        async def called(*arguments: Any, **more: Any) -> Any:
            if any(f"{whole}.".startswith(f"{each}.") for each in self._away):
                raise Unavailable("The store is away.")
            return await part(*arguments, **more)

        return called


@dataclass(kw_only=True)
class Shop:
    """What all services stand on; a way of asking makes its own apps of it."""

    settings: Mapping[Service, FunctionSettings]
    clock: FixedClock
    stores: BreakableStores
    mailbox: Mailbox = field(default_factory=Mailbox)

    @classmethod
    def new(cls, **settings: object) -> "Shop":
        chosen = {**SETTINGS, "public_keys": public_signing_keys(signing_key()), **settings}
        each = {
            service: checked(
                FunctionSettings,
                {**chosen, "service": service, "signing_keys": signing_key() if service == "user" else ""},
            )
            for service in SERVICES
        }
        return cls(settings=each, clock=FixedClock(), stores=BreakableStores(each["user"]))

    def common(self, service: Service, **urls: str) -> Common:
        """`urls` are those of the other services, as settings."""
        common = Common.of(service, self.settings[service].model_copy(update=urls))
        return replace(common, clock=self.clock, new_id=Uuid7(self.clock), stores=self.stores)

    def mailed_token(self, email: str) -> str:
        """The token in the last mail to this address, once every mail that waits was sent."""
        store, settings = self.stores.of("user"), self.settings["user"]
        send = SendMails(
            users=store.users,
            proofs=store.proofs,
            pending_mails=store.pending_mails,
            notifier=self.mailbox,
            letterhead=Letterhead(shop=settings.shop_name, links=links(settings)),
            clock=self.clock,
            new_secret=UrlSafeSecret(),
        )
        loop = asyncio.new_event_loop()  # beside that of functions, which stays the current one
        loop.run_until_complete(send())
        loop.close()
        text = next(mail.text for mail in reversed(self.mailbox.sent) if mail.to == email)
        token = re.search(r"^[\w-]{43}$", text, re.MULTILINE)
        assert token is not None, text
        return token[0]
