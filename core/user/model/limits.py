"""How often people may sign in, open accounts and ask for resets; nobody is locked out by what strangers do."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from core.shared.throttling import GrowingDelay, Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLimits:
    """The limits of the user service; each is asked before the work that it limits.

    `..._by_address` limits hold a caller's address, `..._by_account` the account that is named, whether there is one or
    not, and `login_by_pair` an account at one address. `login_by_account` is for those addresses alone from which the
    account was not signed in to for `known_for`: guessing from a thousand places never holds the owner at home.
    """

    login_by_address: Rate
    login_by_pair: GrowingDelay
    login_by_account: Rate
    registration_by_address: Rate
    registration_by_account: Rate
    reset_by_address: Rate
    reset_by_account: Rate
    known_for: timedelta


def account_subject(email: str) -> str:
    """An account as limits know it, by its normal e-mail address or whatever was typed for one.

    A digest: short, however long the text is, and tallies hold no addresses.
    """
    return hashlib.sha256(email.encode(errors="surrogatepass")).hexdigest()
