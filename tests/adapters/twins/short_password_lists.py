"""Lists of common passwords that are too short."""

from adapters.outbound.security.common_passwords import ShippedCommonPasswords
from tests.fakes import FewCommonPasswords


class Everybodys(FewCommonPasswords):
    """The ones that come to mind."""


class Words(ShippedCommonPasswords):
    """A dictionary: no run of keys, no digits."""

    def __contains__(self, password: object) -> bool:
        return str(password).isalpha() and super().__contains__(password)


class Numbers(ShippedCommonPasswords):
    """Dates and runs of digits."""

    def __contains__(self, password: object) -> bool:
        return str(password).isdigit() and super().__contains__(password)
