"""What comes in: models that take nothing they were not told of, and convert nothing."""

from typing import Annotated

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from core.shared.errors import NotFound
from core.shared.ids import is_id
from core.shared.money import MAX_AMOUNT, Money

_MOST = 9 * 10**18  # a little less than 2**63, because FastAPI writes bounds as rounded floats

Count = Annotated[int, Field(ge=0, le=_MOST)]

Id = Annotated[
    str, Path(description="A UUIDv7; anything else is not found.", examples=["01980000-0000-7000-8000-000000000000"])
]


def known(id: str) -> str:
    """An id from a path. Raises: NotFound if it cannot be one of ours."""
    if not is_id(id):
        raise NotFound("There is no such thing.")
    return id


class Body(BaseModel):
    """A request's body, or a part of one: an unknown field is refused, and so is "5" or 5.5 or true for 5.

    Being strict, it takes JSON's own types only: use `list`, not `tuple`; `Literal`, not an enum. Text holds no NUL
    and integers fit 64 bits: the reader of JSON sees to that.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class MoneyIn(Body):
    """Money as whole minor units: 1999 is 19.99 USD."""

    amount: Annotated[int, Field(ge=0, le=MAX_AMOUNT, examples=[1999])]
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$", examples=["USD"])]

    def to_money(self) -> Money:
        return Money(amount=self.amount, currency=self.currency)
