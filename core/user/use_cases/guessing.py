"""Slows down whoever guesses passwords, and never the owner at home."""

from dataclasses import dataclass

from core.shared.throttle import Throttle
from core.user.errors import UserInvalid
from core.user.model import normal_email
from core.user.model.limits import AccountLimits, account_subject

KNOWN = "known"
"""The name under which the addresses are remembered that owners of accounts came from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guessing:
    """The limits of trying an account's password, whether there is such an account or not.

    What strangers do elsewhere never holds who comes from an address that the owner came from before: such a limit
    would let anyone lock anyone out (OWASP ASVS 5.0, 6.1.1 and 6.3.1; NIST SP 800-63B-3, 5.2.2).
    """

    throttle: Throttle
    limits: AccountLimits

    async def admit(self, *, email: str, client: str) -> bool:
        """Count a try before its password is looked at; true if it counts as a stranger's.

        Raises: TooManyRequests, Unavailable.
        """
        account, pair = _subjects(email, client)
        await self.throttle.take(self.limits.login_by_address, client)
        await self.throttle.take(self.limits.login_by_pair, pair)
        if await self.throttle.remembers(KNOWN, pair):
            return False
        await self.throttle.take(self.limits.login_by_account, account)
        return True

    async def proven(self, *, email: str, client: str, strange: bool = False) -> None:
        """The owner is at this address: begin anew with it, and know it for a while.

        `strange` is what `admit` said. What the owner did leaves nothing with what strangers did: how soon these are
        held would tell them that the account is used. Raises: Unavailable.
        """
        account, pair = _subjects(email, client)
        if strange:
            await self.throttle.give_back(self.limits.login_by_account, account)
        await self.throttle.forgive(self.limits.login_by_pair, pair)
        await self.throttle.remember(KNOWN, pair, lasts=self.limits.known_for)


def _subjects(email: str, client: str) -> tuple[str, str]:
    """The account, however its e-mail address is spelled, and the account at this address."""
    try:
        account = account_subject(normal_email(email))
    except UserInvalid:  # no account has this; it is counted all the same
        account = account_subject(email)
    return account, f"{account}:{client}"
