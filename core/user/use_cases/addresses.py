"""Keeping an address book."""

from dataclasses import dataclass, replace

from core.shared.paging import Cursor, Page
from core.shared.ports import NewId
from core.user.model import Address
from core.user.ports import Users
from core.user.use_cases.accounts import changed


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAddresses:
    """Leaf through one's address book, in the order of writing."""

    users: Users

    async def __call__(self, *, user_id: str, limit: int, after: Cursor | None) -> Page[Address]:
        """The cursor's order is `address`. Raises: UserNotFound, CursorInvalid."""
        last = str(after.key_in("address", str)[0]) if after else ""
        behind = [address for address in (await self.users.get(user_id)).addresses if address.id > last]
        items = tuple(behind[:limit])
        return Page(items=items, next=Cursor(order="address", key=(items[-1].id,)) if behind[limit:] else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class GetAddress:
    """Look at one address of an account."""

    users: Users

    async def __call__(self, *, user_id: str, address_id: str) -> Address:
        """Raises: UserNotFound, AddressNotFound."""
        return (await self.users.get(user_id)).address(address_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddAddress:
    """Write an address into one's book."""

    users: Users
    new_id: NewId

    async def __call__(self, *, user_id: str, address: Address) -> Address:
        """The address under an id of its own. Raises: UserNotFound, TooManyAddresses, AddressInvalid."""
        added = replace(address, id=self.new_id())
        user = await changed(self.users, user_id, lambda user: user.with_address(added))
        return user.address(added.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeAddress:
    """Correct an address in one's book."""

    users: Users

    async def __call__(self, *, user_id: str, address: Address) -> Address:
        """The address as it is kept. Raises: UserNotFound, AddressNotFound, AddressInvalid."""
        user = await changed(self.users, user_id, lambda user: user.with_changed_address(address))
        return user.address(address.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveAddress:
    """Strike an address out of one's book."""

    users: Users

    async def __call__(self, *, user_id: str, address_id: str) -> None:
        """Raises: UserNotFound, AddressNotFound."""
        await changed(self.users, user_id, lambda user: user.without_address(address_id))
