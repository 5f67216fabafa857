"""An address in an account's address book."""

from dataclasses import dataclass

from core.shared.address import PostalAddress


@dataclass(frozen=True, slots=True, kw_only=True)
class Address(PostalAddress):
    """A postal address under an id of its own."""

    id: str
