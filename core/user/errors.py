"""How dealings with accounts and sessions can fail."""

from core.shared.errors import Conflict, Invalid, NotFound, Unauthenticated, Unavailable


class UserInvalid(Invalid):
    """An account's details break a rule."""


class PasswordUnacceptable(Invalid):
    """A new password breaks a rule."""


class PasswordWrong(Invalid):
    """The password asked for as a confirmation is not the account's."""


class TokenInvalid(Invalid):
    """A token from a mail is unknown, expired, used, or no longer fits the account; ask for another mail."""


class TooManyAddresses(Invalid):
    """The address book is full."""


class UserNotFound(NotFound):
    """There is no such account."""


class AddressNotFound(NotFound):
    """The account has no such address."""


class SessionNotFound(NotFound):
    """There is no such session: it was ended, has expired, or never was."""


class ProofNotFound(NotFound):
    """No token of this kind is out: it was used, has expired, or never was."""


class EmailTaken(Conflict):
    """Another account has this e-mail address."""


class AccountErased(Conflict):
    """The account's owner had it deleted; nothing about it changes any more."""


class CredentialsWrong(Unauthenticated):
    """E-mail address and password do not belong together, or to no account that may sign in."""


class RefreshTokenInvalid(Unauthenticated):
    """A refresh token is unknown, expired, spent, or of a session that has ended."""


class AccountInactive(Unauthenticated):
    """The account behind an access token is disabled or gone."""


class SessionEnded(Unauthenticated):
    """The session behind an access token was ended: by signing out, another password, or its own expiry."""


class SessionBusy(Unavailable):
    """Too many refreshes of one session at the same time."""
