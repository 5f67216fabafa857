"""Every setting of a process: its environment variable is the field's name in capitals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.cart.ports import OFFERS_AGE_MAX
from core.user.errors import UserInvalid
from core.user.model import normal_email

Service = Literal["product", "user", "cart", "order"]
PORTS: Mapping[Service, int] = {"product": 3001, "user": 3002, "cart": 3003, "order": 3004}

DEVELOPMENT_SECRET = "for-development-only-and-known-to-everyone"  # noqa: S105 - refused in production
"""What stands in for the secrets until somebody sets them."""
BCRYPT_COST_MIN = 10
"""In production; less is for tests."""

NOT_SET = SecretStr("")

S = TypeVar("S", bound=BaseSettings)
READ = SettingsConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)
"""A wrong value is named by its variable alone: it may be a secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreChoice:
    """Where a service keeps its data: a technology, and where in that, if anything was said of it.

    `variable` is the setting that named the technology, `addressed_by` the one that named the address.
    """

    technology: str
    address: str = field(repr=False)
    variable: str
    addressed_by: str


class Settings(BaseSettings):
    """Of a service, read from the environment; docs/settings.md is the table of them all."""

    model_config = READ

    service: Annotated[Service, Field(description="Which of the four services this process is.")] = "product"
    environment: Annotated[
        Literal["development", "production"],
        Field(description="In `production`, stand-ins for secrets and stores that forget are refused."),
    ] = "development"
    host: Annotated[str, Field(description="The address to listen on.")] = "127.0.0.1"
    port: Annotated[int | None, Field(ge=1, le=65535, description="The port to listen on; else the service's own.")] = (
        None
    )
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], Field(description="What is logged.")] = "INFO"
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$", description="The shop's one currency, by ISO 4217.")] = "USD"
    docs: Annotated[bool, Field(description="Whether `/docs/<service>` and `/openapi/<service>.json` are served.")] = (
        True
    )

    # An address may hold a password.
    store: Annotated[
        SecretStr,
        Field(description="Where data is kept: a storage adapter's name, or `name:address` if it is at an address."),
    ] = SecretStr("memory")
    product_store: Annotated[SecretStr, Field(description="`STORE` of the product service, if another.")] = NOT_SET
    user_store: Annotated[SecretStr, Field(description="`STORE` of the user service, if another.")] = NOT_SET
    cart_store: Annotated[SecretStr, Field(description="`STORE` of the cart service, if another.")] = NOT_SET
    order_store: Annotated[SecretStr, Field(description="`STORE` of the order service, if another.")] = NOT_SET
    mongo_url: Annotated[
        SecretStr, Field(description="MongoDB's connection string, for a store `mongo` without an address.")
    ] = SecretStr("mongodb://127.0.0.1:27017")
    mongo_database: Annotated[str, Field(description="The database's name.")] = "portico"

    product_url: Annotated[str, Field(description="Where the product service answers.")] = "http://127.0.0.1:3001"
    user_url: Annotated[str, Field(description="Where the user service answers.")] = "http://127.0.0.1:3002"
    cart_url: Annotated[str, Field(description="Where the cart service answers.")] = "http://127.0.0.1:3003"
    order_url: Annotated[str, Field(description="Where the order service answers.")] = "http://127.0.0.1:3004"

    service_token_secret: Annotated[
        SecretStr, Field(min_length=32, description="What the services sign their tokens for each other with.")
    ] = SecretStr(DEVELOPMENT_SECRET)
    password_pepper: Annotated[
        SecretStr, Field(min_length=32, description="The key of the HMAC that passwords go through before bcrypt.")
    ] = SecretStr(DEVELOPMENT_SECRET)
    signing_keys: Annotated[
        SecretStr,
        Field(description="PEM private keys for access tokens; the first signs. Without any, one is made at start."),
    ] = SecretStr("")
    token_issuer: Annotated[
        str, Field(min_length=1, description="The `iss` of access tokens: the shop's public address.")
    ] = "http://127.0.0.1:8080"  # noqa: S105 - an address
    token_audience: Annotated[str, Field(min_length=1, description="The `aud` of access tokens.")] = "portico"  # noqa: S105 - a name
    access_token_seconds: Annotated[int, Field(ge=300, le=900, description="How long an access token is good.")] = 900
    refresh_token_days: Annotated[int, Field(ge=1, le=90, description="How long one stays signed in.")] = 30
    bcrypt_cost: Annotated[
        int, Field(ge=4, le=16, description="bcrypt's cost, as a power of two; in `production` at least 10.")
    ] = 12
    bootstrap_admin_email: Annotated[
        str, Field(description="Who registers with this address becomes an admin; in development only.")
    ] = ""

    body_limit_bytes: Annotated[int, Field(ge=1024, description="The longest request body that is read.")] = 1_048_576
    import_limit_bytes: Annotated[
        int, Field(ge=1024, description="The longest body of an import, which is read line by line.")
    ] = 2**30
    request_seconds: Annotated[
        float, Field(gt=0, allow_inf_nan=False, description="How long a request may take, in all.")
    ] = 10
    # Well below the hour in which units can be held for an order.
    checkout_seconds: Annotated[
        int, Field(ge=1, le=1800, description="An order undecided for so long is cancelled.")
    ] = 30
    worker_seconds: Annotated[
        float,
        Field(
            gt=0,
            allow_inf_nan=False,
            description="The pause between two rounds of the order service's background work.",
        ),
    ] = 1
    coalesce_reads: Annotated[
        bool, Field(description="Whether the product service reads once for many who ask the same at the same time.")
    ] = True
    catalog_cache_seconds: Annotated[
        float,
        Field(
            ge=0, le=OFFERS_AGE_MAX, description="How old the prices are that a cart may be shown at; 0: not at all."
        ),
    ] = 0
    event_publisher: Annotated[str, Field(description="Where events go: the name of a publisher adapter.")] = "log"

    def store_of(self, service: Service) -> StoreChoice:
        """Its own setting's, or else that of `STORE`."""
        own = f"{service}_store"
        name = own if getattr(self, own).get_secret_value() else "store"
        technology, _, address = getattr(self, name).get_secret_value().partition(":")
        by = name
        if technology == "mongo" and not address:
            address, by = self.mongo_url.get_secret_value(), "mongo_url"
        return StoreChoice(technology=technology, address=address, variable=name.upper(), addressed_by=by.upper())

    @field_validator("bootstrap_admin_email")
    @classmethod
    def _as_accounts_are_found(cls, email: str) -> str:
        try:
            return normal_email(email) if email else ""
        except UserInvalid as error:
            raise ValueError(error.detail) from error

    @model_validator(mode="after")
    def _nothing_for_development_in_production(self) -> Self:
        if self.environment == "production":
            secrets = ("service_token_secret", "password_pepper")
            refused = [name for name in secrets if getattr(self, name).get_secret_value() == DEVELOPMENT_SECRET]
            store = self.store_of(self.service)
            refused += [store.variable.lower()] if store.technology == "memory" else []
            refused += ["event_publisher"] if self.event_publisher == "memory" else []
            if self.service == "user" and not self.signing_keys.get_secret_value():
                refused.append("signing_keys")
            if self.bootstrap_admin_email:
                refused.append("bootstrap_admin_email")
            if self.bcrypt_cost < BCRYPT_COST_MIN:
                refused.append("bcrypt_cost")
            if refused:
                raise ValueError(f"Not good enough for production: {', '.join(map(str.upper, refused))}")
        return self


class GatewaySettings(BaseSettings):
    """Of the local gateway: where to listen, where the services are, and which ingress to follow."""

    model_config = READ

    host: Annotated[str, Field(description="The address to listen on.")] = "127.0.0.1"
    gateway_port: Annotated[int, Field(ge=0, le=65535, description="The port to listen on.")] = 8080
    product_url: Annotated[str, Field(description="Where the product service answers.")] = "http://127.0.0.1:3001"
    user_url: Annotated[str, Field(description="Where the user service answers.")] = "http://127.0.0.1:3002"
    cart_url: Annotated[str, Field(description="Where the cart service answers.")] = "http://127.0.0.1:3003"
    order_url: Annotated[str, Field(description="Where the order service answers.")] = "http://127.0.0.1:3004"
    ingress_file: Annotated[
        Path | None, Field(description="The ingress manifest to route by; else the one of this checkout.")
    ] = None


class WrongSettings(Exception):
    """Some variables have values that cannot be; `faults` names each with what is wrong, and without its value."""

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def checked(kind: type[S], values: Mapping[str, object]) -> S:
    """Settings by `values`, and for the rest by the environment. Raises: WrongSettings."""
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        found = (f"{'.'.join(map(str, each['loc'])).upper() or 'Settings'}: {each['msg']}" for each in error.errors())
        raise WrongSettings(*found) from None


def read(kind: type[S]) -> S:
    """The settings of a process, from its environment. Raises: SystemExit, with a line for each that is wrong."""
    try:
        return checked(kind, {})
    except WrongSettings as wrong:
        raise SystemExit(str(wrong)) from None
