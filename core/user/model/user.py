"""Accounts, and what may become of one."""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from core.shared.errors import VersionStale
from core.shared.text import broken, is_plain, line, phone, tidied
from core.user.errors import (
    AccountErased,
    AccountInactive,
    AddressNotFound,
    TooManyAddresses,
    UserInvalid,
)
from core.user.model.address import Address

ADDRESSES_MAX = 20
EMAIL_MAX = 254

_ATOM = r"[^\s@.\"(),:;<>\[\\\]]+"
_LABEL = r"(?!-)[^\s.\x00-\x2c/\x3a-\x60\x7b-\x7f]{1,63}(?<!-)"
_EMAIL = re.compile(rf"(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+")

Role = Literal["customer", "admin"]
Status = Literal["active", "disabled", "erased"]
ROLES: frozenset[Role] = frozenset({"customer", "admin"})


def normal_email(text: str) -> str:
    """The one spelling by which accounts are found: trimmed, NFC, in small letters on both sides of the @.

    Checks the outline alone (RFC 5321's lengths, a dotted domain, nothing quoted): only a mail shows that an address
    is alive. Names under `.invalid` (RFC 2606) are nobody's. Raises: UserInvalid.
    """
    email = tidied(tidied(text).lower())
    if len(email) > EMAIL_MAX or not _EMAIL.fullmatch(email) or not is_plain(email) or email.endswith(".invalid"):
        raise broken(UserInvalid, "email", "An e-mail address looks like name@example.com.")
    return email


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """An account; `version` counts its changes, from 1.

    `sign_ins` counts up whenever all sessions end at once: one that was begun under a lower number is over. So the
    change that ends them (a new password, say) and their end are one write.
    """

    id: str
    email: str
    email_verified: bool
    password_hash: str = field(repr=False)
    name: str
    phone: str
    roles: frozenset[Role]
    status: Status
    addresses: tuple[Address, ...]
    sign_ins: int
    created_at: datetime
    version: int

    @classmethod
    def registered(
        cls, *, id: str, email: str, name: str, password_hash: str, roles: frozenset[Role], at: datetime
    ) -> "User":
        """A new account. `email` is normal already. Raises: UserInvalid."""
        return cls(
            id=id,
            email=email,
            email_verified=False,
            password_hash=password_hash,
            name=line(name, "name", UserInvalid),
            phone="",
            roles=roles,
            status="active",
            addresses=(),
            sign_ins=1,
            created_at=at,
            version=1,
        )

    def require_active(self) -> None:
        """Raises: AccountInactive."""
        if self.status != "active":
            raise AccountInactive("This account cannot be used.")

    def require_version(self, version: int | None) -> None:
        """Raises: VersionStale if the caller saw another version; `None` is a caller who names none."""
        if version is not None and version != self.version:
            raise VersionStale(f"The account is at version {self.version}.")

    def with_profile(self, *, name: str | None, phone_number: str | None) -> "User":
        """`None` leaves a thing as it is, an empty number removes it. Raises: UserInvalid, AccountErased."""
        return self._next(
            name=self.name if name is None else line(name, "name", UserInvalid),
            phone=self.phone if phone_number is None else phone(phone_number, UserInvalid),
        )

    def with_password(self, password_hash: str) -> "User":
        """Another password; whoever signed in by the old one has to sign in again. Raises: AccountErased."""
        return self._next(password_hash=password_hash, sign_ins=self.sign_ins + 1)

    def recovered(self, password_hash: str) -> "User":
        """Another password, from who reads the mails to the address: that is proven, too. Raises: AccountErased."""
        return self._next(password_hash=password_hash, email_verified=True, sign_ins=self.sign_ins + 1)

    def verified(self) -> "User":
        """The e-mail address is its owner's. Raises: AccountErased."""
        return self._next(email_verified=True)

    def rehashed(self, password_hash: str) -> "User":
        """The same password, kept in the present way. Raises: AccountErased."""
        return self._next(password_hash=password_hash)

    def signed_out(self) -> "User":
        """All sessions ended. Raises: AccountErased."""
        return self._next(sign_ins=self.sign_ins + 1)

    def with_roles(self, roles: frozenset[Role]) -> "User":
        """Raises: UserInvalid if there are none, AccountErased."""
        if not roles:
            raise broken(UserInvalid, "roles", "At least one role.")
        return self._next(roles=roles)

    def enabled(self) -> "User":
        """May be used (again). Raises: AccountErased."""
        return self._next(status="active")

    def disabled(self) -> "User":
        """May not be used, and all sessions ended. Raises: AccountErased."""
        return self._next(status="disabled", sign_ins=self.sign_ins + 1)

    def erased(self) -> "User":
        """What stays when the owner leaves: that there was an account, and no word about whose. Raises: AccountErased.

        The e-mail address is free again; an address that nobody can have takes its place.
        """
        return self._next(
            email=f"{self.id}@erased.invalid",
            email_verified=False,
            password_hash="",
            name="",
            phone="",
            addresses=(),
            status="erased",
            sign_ins=self.sign_ins + 1,
        )

    def address(self, address_id: str) -> Address:
        """Raises: AddressNotFound."""
        for address in self.addresses:
            if address.id == address_id:
                return address
        raise AddressNotFound("There is no such address.")

    def with_address(self, address: Address) -> "User":
        """One address more. Raises: TooManyAddresses, AddressInvalid, AccountErased."""
        if len(self.addresses) >= ADDRESSES_MAX:
            raise TooManyAddresses(f"An account has up to {ADDRESSES_MAX} addresses.")
        return self._next(addresses=(*self.addresses, address.checked()))

    def with_changed_address(self, address: Address) -> "User":
        """The address of the same id replaced. Raises: AddressNotFound, AddressInvalid, AccountErased."""
        old, new = self.address(address.id), address.checked()
        return self._next(addresses=tuple(new if each is old else each for each in self.addresses))

    def without_address(self, address_id: str) -> "User":
        """Raises: AddressNotFound, AccountErased."""
        old = self.address(address_id)
        return self._next(addresses=tuple(each for each in self.addresses if each is not old))

    def _next(self, **changes: Any) -> "User":
        if self.status == "erased":
            raise AccountErased("The owner of this account had it deleted.")
        return replace(self, version=self.version + 1, **changes)
