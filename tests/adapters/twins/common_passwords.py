"""Lists of common passwords that let some pass, or refuse others."""

import bisect

from tests.fakes import EVERYBODYS, FewCommonPasswords


class Nothing(FewCommonPasswords):
    """Knows none, as when the file was not found."""

    def __contains__(self, password: object) -> bool:
        return False


class OneText(FewCommonPasswords):
    """Looks for the password in the list's text: parts are found, and two lines together."""

    def __contains__(self, password: object) -> bool:
        return str(password) in "\n".join(EVERYBODYS)


class BeginsAlike(FewCommonPasswords):
    """Refuses whatever begins like a common one."""

    def __contains__(self, password: object) -> bool:
        return str(password).startswith(EVERYBODYS)


class HasOneInside(FewCommonPasswords):
    """Refuses what has a common one in it, however much there is beside."""

    def __contains__(self, password: object) -> bool:
        return any(common in str(password) for common in EVERYBODYS)


class WithoutTheLast(FewCommonPasswords):
    """Searches by halves, and one short."""

    def __contains__(self, password: object) -> bool:
        words = sorted(self._all)
        at = bisect.bisect_left(words, str(password), hi=len(words) - 1)
        return at < len(words) - 1 and words[at] == password


class AsTyped(FewCommonPasswords):
    """Holds capital letters, by which nobody asks."""

    def __contains__(self, password: object) -> bool:
        return password in {common.capitalize() for common in self._all}


class AsciiAlone(FewCommonPasswords):
    """Breaks on a password that its file could not hold."""

    def __contains__(self, password: object) -> bool:
        return str(password).encode() in {common.encode() for common in self._all}


class EmptyLine(FewCommonPasswords):
    """Holds the nothing behind the last line break."""

    def __contains__(self, password: object) -> bool:
        return password in {*self._all, ""}


class EndsAtNul(FewCommonPasswords):
    """Takes a password for a text of C."""

    def __contains__(self, password: object) -> bool:
        return str(password).split("\0")[0] in self._all


class ReadOnce(FewCommonPasswords):
    """Reads on in its file, and never from the beginning again."""

    def __contains__(self, password: object) -> bool:
        return self._all.pop() == password if self._all else False
