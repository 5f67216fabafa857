"""Every port with the adapters there are for it, and what chooses among them; each is imported when it is chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Something that is needed from outside, and what there is for it; a path is `package.module:name`.

    An adapter is of the port's class, or it is a store, which has an attribute for each of its ports. `setting` chooses
    one by its name; where there are several and no setting, `decided` says what decides. `decorators` may stand round
    what is chosen, by the setting that switches them on.
    """

    ports: Sequence[str]
    adapters: Mapping[str, str]
    setting: str = ""
    decided: str = ""
    decorators: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def service(self) -> str:
        """Whose need it is; `shared` if every service has it."""
        return self.ports[0].split(".")[1]


_BETWEEN_SERVICES = "http_client between processes, in_process in one"

NEEDS: Mapping[str, Need] = {
    "product": Need(
        ports=("core.product.ports:Products", "core.product.ports:Stocks"),
        adapters={
            "memory": "adapters.outbound.memory.product:MemoryProductStore",
            "mongo": "adapters.outbound.mongo.product:MongoProductStore",
        },
        setting="product_store",
        decorators={"coalesce_reads": ("adapters.outbound.decorators.product:CoalescedProducts",)},
    ),
    "stemmer": Need(
        ports=("core.product.ports:Stemmer",),
        adapters={"snowball": "adapters.outbound.snowball.product:SnowballStemmer"},
    ),
    "user": Need(
        ports=(
            "core.user.ports:Users",
            "core.user.ports:Sessions",
            "core.user.ports:Proofs",
            "core.user.ports:PendingMails",
        ),
        adapters={
            "memory": "adapters.outbound.memory.user:MemoryUserStore",
            "mongo": "adapters.outbound.mongo.user:MongoUserStore",
        },
        setting="user_store",
    ),
    "passwords": Need(
        ports=("core.user.ports:Passwords",),
        adapters={"bcrypt": "adapters.outbound.security.passwords:BcryptPasswords"},
        decorators={"metrics": ("adapters.outbound.decorators.user:ObservedPasswords",)},
    ),
    "common_passwords": Need(
        ports=("core.user.ports:CommonPasswords",),
        adapters={"shipped": "adapters.outbound.security.common_passwords:ShippedCommonPasswords"},
    ),
    "access_tokens": Need(
        ports=("core.user.ports:AccessTokens",),
        adapters={"rsa": "adapters.outbound.security.access_tokens:RsaAccessTokens"},
    ),
    "cart": Need(
        ports=("core.cart.ports:Carts",),
        adapters={
            "memory": "adapters.outbound.memory.cart:MemoryCartStore",
            "mongo": "adapters.outbound.mongo.cart:MongoCartStore",
        },
        setting="cart_store",
    ),
    "cart.catalog": Need(
        ports=("core.cart.ports:Catalog",),
        adapters={
            "http_client": "adapters.outbound.http_client.cart:HttpCatalog",
            "in_process": "adapters.outbound.in_process.cart:InProcessCatalog",
        },
        decided=_BETWEEN_SERVICES,
        decorators={
            "catalog_cache_seconds": (
                "adapters.outbound.decorators.cart:CachedCatalog",
                "adapters.outbound.decorators.cart:FreshCatalog",
            ),
        },
    ),
    "order": Need(
        ports=("core.order.ports:Orders",),
        adapters={
            "memory": "adapters.outbound.memory.order:MemoryOrderStore",
            "mongo": "adapters.outbound.mongo.order:MongoOrderStore",
        },
        setting="order_store",
    ),
    "order.carts": Need(
        ports=("core.order.ports:Carts",),
        adapters={
            "http_client": "adapters.outbound.http_client.order:HttpCarts",
            "in_process": "adapters.outbound.in_process.order:InProcessCarts",
        },
        decided=_BETWEEN_SERVICES,
    ),
    "order.catalog": Need(
        ports=("core.order.ports:Catalog",),
        adapters={
            "http_client": "adapters.outbound.http_client.order:HttpCatalog",
            "in_process": "adapters.outbound.in_process.order:InProcessCatalog",
        },
        decided=_BETWEEN_SERVICES,
    ),
    "order.stock": Need(
        ports=("core.order.ports:Stock",),
        adapters={
            "http_client": "adapters.outbound.http_client.order:HttpStock",
            "in_process": "adapters.outbound.in_process.order:InProcessStock",
        },
        decided=_BETWEEN_SERVICES,
    ),
    "order.addresses": Need(
        ports=("core.order.ports:AddressBook",),
        adapters={
            "http_client": "adapters.outbound.http_client.order:HttpAddressBook",
            "in_process": "adapters.outbound.in_process.order:InProcessAddressBook",
        },
        decided=_BETWEEN_SERVICES,
    ),
    "publisher": Need(
        ports=("core.order.ports:EventPublisher",),
        adapters={
            "log": "adapters.outbound.log.order:LogPublisher",
            "memory": "adapters.outbound.memory.order:MemoryPublisher",
            "sqs": "adapters.outbound.sqs.order:SqsPublisher",
        },
        setting="event_publisher",
    ),
    "audit.orders": Need(
        ports=("core.order.ports:OrderRecords",),
        adapters={
            "http_client": "adapters.outbound.http_client.order:HttpOrderRecords",
            "in_process": "adapters.outbound.in_process.order:InProcessOrderRecords",
        },
        decided=_BETWEEN_SERVICES,
    ),
    "audit.stocks": Need(
        ports=("core.order.ports:StockRecords",),
        adapters={
            "http_client": "adapters.outbound.http_client.order:HttpStockRecords",
            "in_process": "adapters.outbound.in_process.order:InProcessStockRecords",
        },
        decided=_BETWEEN_SERVICES,
    ),
    "tallies": Need(
        ports=("core.shared.ports:Tallies",),
        adapters={
            "memory": "adapters.outbound.memory.tallies:MemoryTallies",
            "mongo": "adapters.outbound.mongo.tallies:MongoTallies",
        },
        setting="throttle",
    ),
    "notifier": Need(
        ports=("core.shared.ports:Notifier",),
        adapters={
            "console": "adapters.outbound.console.mail:ConsoleNotifier",
            "memory": "adapters.outbound.memory.mail:MemoryNotifier",
            "ses": "adapters.outbound.ses.mail:SesNotifier",
        },
        setting="notifier",
    ),
    "clock": Need(
        ports=("core.shared.ports:Clock",),
        adapters={"system": "adapters.outbound.system.clock:SystemClock"},
    ),
    "ids": Need(
        ports=("core.shared.ports:NewId",),
        adapters={"uuid7": "adapters.outbound.system.ids:Uuid7"},
    ),
    "secrets": Need(
        ports=("core.shared.ports:NewSecret",),
        adapters={"url_safe": "adapters.outbound.system.secret:UrlSafeSecret"},
    ),
    "verifier": Need(
        ports=("core.shared.ports:TokenVerifier",),
        adapters={
            "access_tokens": "adapters.outbound.security.access_token_verifier:AccessTokenVerifier",
            "active_accounts": "adapters.outbound.security.active_accounts:ActiveAccounts",
            "service_tokens": "adapters.outbound.security.service_tokens:ServiceTokenVerifier",
        },
        decided="access_tokens for customers, inside active_accounts in the user service; service_tokens for peers",
    ),
    "service_tokens": Need(
        ports=("core.shared.ports:ServiceTokens",),
        adapters={"ed25519": "adapters.outbound.security.service_tokens:Ed25519ServiceTokens"},
    ),
    "keys": Need(
        ports=("core.shared.ports:KeySource",),
        adapters={
            "http_client": "adapters.outbound.http_client.security:HttpKeySource",
            "own": "adapters.outbound.security.access_tokens:OwnKeys",
            "configured": "adapters.outbound.security.configured_keys:ConfiguredKeys",
        },
        decided="own in the user service; in the others http_client, and configured in functions",
    ),
}
"""A service's store has the service's name."""

CONNECTIONS: Mapping[str, str] = {"mongo": "adapters.outbound.mongo.database:connect"}
"""What makes the connection that all stores of a technology share; a technology without one is not named here."""


class UnknownAdapter(Exception):
    """There is no adapter of that name."""


def load(need: str, name: str, *, variable: str = "") -> Any:
    """The adapter itself, a class. Raises: UnknownAdapter, as `path`."""
    return resolve(path(need, name, variable=variable))


def path(need: str, name: str, *, variable: str = "") -> str:
    """The adapter's path. Raises: UnknownAdapter, which says what there is, and which variable chose another."""
    found = _among(NEEDS, need, "need")
    variable = variable or found.setting.upper()
    return _among(found.adapters, name, f"{need} adapter", f"{variable} is wrong. " if variable else "")


def resolve(path: str) -> Any:
    """What a dotted path such as `package.module:name` leads to, imported now."""
    module, _, attribute = path.partition(":")
    return getattr(import_module(module), attribute)


def _among(known: Mapping[str, T], name: str, kind: str, wrong: str = "") -> T:
    if name not in known:
        raise UnknownAdapter(f"{wrong}There is no {kind} {name!r}; there are: {', '.join(sorted(known))}.")
    return known[name]
