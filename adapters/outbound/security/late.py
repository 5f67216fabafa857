"""A verifier that is made when it is needed."""

from collections.abc import Callable
from functools import cached_property

from core.shared.context import Caller
from core.shared.ports import TokenVerifier


class LateVerifier(TokenVerifier):
    """Another, made when the first token comes.

    What checks a token takes long to import, which a function pays as it starts; and it may start for a request that
    has none.
    """

    def __init__(self, make: Callable[[], TokenVerifier]) -> None:
        self._make = make

    @cached_property
    def _made(self) -> TokenVerifier:
        return self._make()

    async def verify(self, token: str) -> Caller:
        return await self._made.verify(token)
