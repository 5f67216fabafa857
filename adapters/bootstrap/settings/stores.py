"""Where services keep their data, and where their neighbours are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import BaseModel, Field, SecretStr

from adapters.bootstrap.settings.reading import NOT_SET, READ

Service = Literal["product", "user", "cart", "order"]
PORTS: Mapping[Service, int] = {"product": 3001, "user": 3002, "cart": 3003, "order": 3004}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreChoice:
    """Where a service keeps its data: a technology, and where in that, if anything was said of it.

    `variable` is the setting that named the technology, `addressed_by` the one that named the address.
    """

    technology: str
    address: str = field(repr=False)
    variable: str
    addressed_by: str


class StoreSettings(BaseModel):
    """Of the places where data is, each service's own, and of the services."""

    model_config = READ

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

    def store_of(self, service: Service) -> StoreChoice:
        """Its own setting's, or else that of `STORE`."""
        own = f"{service}_store"
        name = own if getattr(self, own).get_secret_value() else "store"
        technology, _, address = getattr(self, name).get_secret_value().partition(":")
        by = name
        if technology == "mongo" and not address:
            address, by = self.mongo_url.get_secret_value(), "mongo_url"
        return StoreChoice(technology=technology, address=address, variable=name.upper(), addressed_by=by.upper())
