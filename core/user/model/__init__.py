"""Accounts, their postal addresses, and the sessions in which their owners are signed in."""

from core.user.model.address import Address
from core.user.model.session import GRACE, AccessToken, RefreshToken, Session, SignedIn, SignIn, Spent
from core.user.model.user import ADDRESSES_MAX, ROLES, Role, Status, User, check_password, normal_email

__all__ = [
    "ADDRESSES_MAX",
    "GRACE",
    "ROLES",
    "AccessToken",
    "Address",
    "RefreshToken",
    "Role",
    "Session",
    "SignIn",
    "SignedIn",
    "Spent",
    "Status",
    "User",
    "check_password",
    "normal_email",
]
