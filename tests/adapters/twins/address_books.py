"""Ways to look up addresses as one could get them wrong."""

from dataclasses import fields, replace

from adapters.outbound.in_process.order import InProcessAddressBook
from core.order.errors import AddressUnknown
from core.shared.address import PostalAddress
from core.shared.errors import Unavailable
from core.user.errors import AddressNotFound
from core.user.use_cases import UserUseCases


class _OfAccounts(InProcessAddressBook):
    """The address books of a user service, of which more can be asked than the adapter does."""

    def __init__(self, user: UserUseCases) -> None:
        super().__init__(user.get_address)
        self._user = user


class SecondLineDropped(_OfAccounts):
    """Loses a field that many addresses do not need."""

    async def get(self, customer_id: str, address_id: str) -> PostalAddress:
        return replace(await super().get(customer_id, address_id), line2="")


class RegionForCity(_OfAccounts):
    """Mixes two fields up where both are there."""

    async def get(self, customer_id: str, address_id: str) -> PostalAddress:
        address = await super().get(customer_id, address_id)
        return replace(address, city=address.region or address.city, region=address.region and address.city)


class PlainLetters(_OfAccounts):
    """Keeps of each letter what ASCII has of it."""

    async def get(self, customer_id: str, address_id: str) -> PostalAddress:
        address = await super().get(customer_id, address_id)
        texts = {field.name: getattr(address, field.name) for field in fields(PostalAddress)}
        return PostalAddress(**{name: text.encode("ascii", "ignore").decode() for name, text in texts.items()})


class PhoneDigits(_OfAccounts):
    """Takes a phone number for a number."""

    async def get(self, customer_id: str, address_id: str) -> PostalAddress:
        address = await super().get(customer_id, address_id)
        return replace(address, phone="".join(filter(str.isdigit, address.phone)))


class WithItsId(_OfAccounts):
    """Lets the user service's own kind of address through."""

    async def get(self, customer_id: str, address_id: str) -> PostalAddress:
        await super().get(customer_id, address_id)
        return await self._user.get_address(user_id=customer_id, address_id=address_id)


class FirstOfTheBook(_OfAccounts):
    """Takes the customer's first address for every one of them."""

    async def get(self, customer_id: str, address_id: str) -> PostalAddress:
        await super().get(customer_id, address_id)
        page = await self._user.list_addresses(user_id=customer_id, limit=1, after=None)
        return await super().get(customer_id, page.items[0].id)


class FirstWhereThereIsNone(_OfAccounts):
    """Sends to another address of the customer's when the one asked for is gone."""

    async def get(self, customer_id: str, address_id: str) -> PostalAddress:
        try:
            return await super().get(customer_id, address_id)
        except AddressUnknown:
            page = await self._user.list_addresses(user_id=customer_id, limit=1, after=None)
            if not page.items:
                raise
            return await super().get(customer_id, page.items[0].id)


class FoldedIds(_OfAccounts):
    """Finds addresses by ids that are none of theirs."""

    async def get(self, customer_id: str, address_id: str) -> PostalAddress:
        return await super().get(customer_id, address_id.strip().lower())


class _Remembering(_OfAccounts):
    def __init__(self, user: UserUseCases) -> None:
        super().__init__(user)
        self.known: dict[tuple[str, str], PostalAddress] = {}


class RememberedForAnyone(_OfAccounts):
    """Tells one customer what it has told another of that id."""

    def __init__(self, user: UserUseCases) -> None:
        super().__init__(user)
        self.known: dict[str, tuple[str, PostalAddress]] = {}

    async def get(self, customer_id: str, address_id: str) -> PostalAddress:
        asker, known = self.known.get(address_id, (customer_id, None))
        if known is not None and asker != customer_id:
            return known
        address = await super().get(customer_id, address_id)
        self.known[address_id] = customer_id, address
        return address


class Remembered(_Remembering):
    """Asks once for each address."""

    async def get(self, customer_id: str, address_id: str) -> PostalAddress:
        key = customer_id, address_id
        if key not in self.known:
            self.known[key] = await super().get(customer_id, address_id)
        return self.known[key]


class StruckOutRemembered(_Remembering):
    """Goes on telling what was struck out."""

    async def get(self, customer_id: str, address_id: str) -> PostalAddress:
        try:
            self.known[customer_id, address_id] = await super().get(customer_id, address_id)
        except AddressUnknown:
            if (customer_id, address_id) not in self.known:
                raise
        return self.known[customer_id, address_id]


class RememberedWithoutAnAnswer(_Remembering):
    """Tells what it told before when the book cannot be opened."""

    async def get(self, customer_id: str, address_id: str) -> PostalAddress:
        try:
            self.known[customer_id, address_id] = await super().get(customer_id, address_id)
        except Unavailable:
            if (customer_id, address_id) not in self.known:
                raise
        return self.known[customer_id, address_id]


class UnknownWithoutAnAnswer(_OfAccounts):
    """Takes a book that cannot be opened for one without the address."""

    async def get(self, customer_id: str, address_id: str) -> PostalAddress:
        try:
            return await super().get(customer_id, address_id)
        except Unavailable as error:
            raise AddressUnknown("There is no such address.") from error


class NeighboursError(_OfAccounts):
    """Lets the user service's own refusal through."""

    async def get(self, customer_id: str, address_id: str) -> PostalAddress:
        try:
            return await super().get(customer_id, address_id)
        except AddressUnknown as unknown:
            raise AddressNotFound("There is no such address.") from unknown


class StrangersAreUnavailable(_OfAccounts):
    """Asks later again for a customer who does not exist."""

    async def get(self, customer_id: str, address_id: str) -> PostalAddress:
        try:
            return await super().get(customer_id, address_id)
        except AddressUnknown as unknown:
            if not isinstance(unknown.__cause__, AddressNotFound):
                raise Unavailable("There is no such customer yet.") from unknown
            raise
