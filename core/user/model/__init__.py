"""Accounts, their postal addresses, and the sessions in which their owners are signed in."""

from core.user.model.address import Address
from core.user.model.confirmed import ConfirmedOrder, OrderedLine
from core.user.model.mails import (
    NOTED_WITHIN,
    REMEMBERED_FOR,
    Letterhead,
    Occasion,
    PendingMail,
    confirmation,
    written,
)
from core.user.model.password import PASSWORD_MIN, PasswordRule, folded
from core.user.model.proof import LASTS, Proof, Purpose, digest_of
from core.user.model.session import GRACE, AccessToken, RefreshToken, Session, SignIn, Spent
from core.user.model.user import ADDRESSES_MAX, ROLES, Role, Status, User, normal_email

__all__ = [
    "ADDRESSES_MAX",
    "GRACE",
    "LASTS",
    "NOTED_WITHIN",
    "PASSWORD_MIN",
    "REMEMBERED_FOR",
    "ROLES",
    "AccessToken",
    "Address",
    "ConfirmedOrder",
    "Letterhead",
    "Occasion",
    "OrderedLine",
    "PasswordRule",
    "PendingMail",
    "Proof",
    "Purpose",
    "RefreshToken",
    "Role",
    "Session",
    "SignIn",
    "Spent",
    "Status",
    "User",
    "confirmation",
    "digest_of",
    "folded",
    "normal_email",
    "written",
]
