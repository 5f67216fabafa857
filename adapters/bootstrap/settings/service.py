"""What a service is told."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from adapters.bootstrap.settings import production
from adapters.bootstrap.settings.accounts import AccountSettings
from adapters.bootstrap.settings.edge import EdgeSettings
from adapters.bootstrap.settings.reading import READ
from adapters.bootstrap.settings.stored import StoredSettings
from adapters.bootstrap.settings.stores import Service, StoreChoice, StoreSettings
from core.cart import OFFERS_AGE_MAX

LINK = r"^(https?://\S+)?$"


class Settings(AccountSettings, StoreSettings, EdgeSettings, StoredSettings):
    """Of a service, read from the environment and from where that leads; docs/settings.md is the table of them all."""

    model_config = READ
    production_rules: ClassVar[Mapping[str, production.Rule]] = production.RULES

    service: Annotated[Service, Field(description="Which of the four services this process is.")] = "product"
    shop_name: Annotated[str, Field(min_length=1, description="The shop's name; no password may be made of it.")] = (
        "Portico"
    )
    # Well below the hour in which units can be held for an order.
    checkout_seconds: Annotated[
        int, Field(ge=1, le=1800, description="An order undecided for so long is cancelled.")
    ] = 30
    worker_seconds: Annotated[
        float,
        Field(
            gt=0,
            allow_inf_nan=False,
            description="The pause between two rounds of background work, in the order and user services.",
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
    notifier: Annotated[
        str,
        Field(description="Who sends mails: the name of an adapter. `console` prints them, `ses` is Amazon SES."),
    ] = "console"
    mail_from: Annotated[
        str,
        Field(
            pattern=r"^([^\r\n<>@]+ <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)?$",
            description="Whom mails by `ses` come from, as in `Shop <shop@example.com>`.",
        ),
    ] = ""
    verify_email_link: Annotated[
        str,
        Field(
            pattern=LINK,
            description="Your page for confirming an e-mail address, with `{token}` where the token is to be: best"
            " behind a `#`, where no server sees it.",
        ),
    ] = ""
    password_reset_link: Annotated[
        str, Field(pattern=LINK, description="Your page for choosing a new password, likewise.")
    ] = ""
    event_publisher: Annotated[
        str, Field(description="Where events go: the name of a publisher adapter. `sqs` is Amazon SQS.")
    ] = "log"
    events_queue_url: Annotated[
        str,
        Field(
            pattern=LINK,
            description="The URL of the FIFO queue: the order service publishes there by `sqs`, and the user service,"
            " where it is set, takes from it what it mails.",
        ),
    ] = ""

    def tallies_of(self, service: Service) -> StoreChoice:
        """That of `THROTTLE`: where the service's store is if it is of the same technology, else where others are."""
        store = self.store_of(service)
        if store.technology != self.throttle:
            mongo_url = self.mongo_url.get_secret_value()
            store = StoreChoice(
                technology=self.throttle, address=mongo_url, variable="THROTTLE", addressed_by="MONGO_URL"
            )
        return store

    @model_validator(mode="after")
    def _nothing_for_development_in_production(self) -> Self:
        if self.environment == "production":
            refused: list[InitErrorDetails] = [
                {"type": PydanticCustomError("production", "{fault}", {"fault": fault}), "loc": (name,), "input": None}
                for name, fault in production.faults(self, self.production_rules)
            ]
            if refused:
                raise ValidationError.from_exception_data("Settings", refused, hide_input=True)
        return self
