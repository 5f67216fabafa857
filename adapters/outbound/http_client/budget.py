"""How many repeats a peer is owed, so that a peer in trouble is not drowned by those who want to help."""


class RetryBudget:
    """A bucket of tokens: each call puts a tenth of one in, each repeat takes a whole one out.

    So repeats are a tenth of the calls at most, beyond a burst of as many as the bucket holds.
    """

    def __init__(self, *, burst: int = 10, calls_a_repeat: int = 10) -> None:
        self._most = self._parts = burst * calls_a_repeat
        self._calls_a_repeat = calls_a_repeat

    @property
    def left(self) -> int:
        """How many repeats are owed now."""
        return self._parts // self._calls_a_repeat

    def earn(self) -> None:
        """Count a call."""
        self._parts = min(self._most, self._parts + 1)

    def spend(self) -> bool:
        """Whether one repeat is still owed; it is counted then."""
        if not self.left:
            return False
        self._parts -= self._calls_a_repeat
        return True
