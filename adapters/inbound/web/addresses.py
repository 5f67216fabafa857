"""Postal addresses as they come in: to an address book, or with an order. They go out as the core has them."""

from typing import Annotated

from pydantic import Field

from adapters.inbound.web.bodies import Body

Line = Annotated[str, Field(min_length=1, max_length=200)]
OptionalLine = Annotated[str | None, Field(max_length=200)]
Phone = Annotated[str | None, Field(max_length=30, examples=["+44 20 7946 0958"])]


class AddressIn(Body):
    """A postal address; a line that is not needed is left out, empty or null."""

    name: Annotated[Line, Field(examples=["Sam Shopper"])]
    line1: Annotated[Line, Field(examples=["12 Harbour Street"])]
    line2: OptionalLine = None
    city: Annotated[Line, Field(examples=["Bristol"])]
    region: OptionalLine = None
    postal_code: Annotated[OptionalLine, Field(examples=["BS1 4RW"])] = None
    country: Annotated[str, Field(pattern="^[A-Z]{2}$", description="ISO 3166-1 alpha-2.", examples=["GB"])]
    phone: Phone = None

    @property
    def lines(self) -> dict[str, str]:
        """Its members, by the names that the core has for them."""
        return {name: value or "" for name, value in self}
