"""What a function is told."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from adapters.bootstrap.settings import production
from adapters.bootstrap.settings.service import Settings


class FunctionSettings(Settings):
    """Of a service in AWS Lambda: what a container is told, but for the keys by which containers call each other."""

    production_rules: ClassVar[Mapping[str, production.Rule]] = production.RULES_OF_FUNCTIONS

    public_keys: Annotated[
        str,
        Field(
            description="The keys to check access tokens by, in every function but the user service's: what"
            " `/.well-known/jwks.json` answers, or PEM public keys one after the other."
        ),
    ] = ""


class EventSettings(FunctionSettings):
    """Of the function that hears of orders, for the user service: it keeps notes, and has no secret but its store."""

    production_rules: ClassVar[Mapping[str, production.Rule]] = production.RULES_OF_EVENTS


class ScheduleSettings(FunctionSettings):
    """Of the function that does in rounds what the order service does, and writes the user service's mails."""

    production_rules: ClassVar[Mapping[str, production.Rule]] = production.RULES_OF_SCHEDULE
