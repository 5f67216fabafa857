"""Where the services other than the user service get the keys to check customers' tokens by."""

from collections.abc import Mapping

from adapters.outbound.http_client.channel import Channel
from core.shared.ports import KeySource


class HttpKeySource(KeySource):
    """The keys that the user service publishes."""

    def __init__(self, user: Channel) -> None:
        self._user = user

    async def fetch(self) -> Mapping[str, object]:
        """Asked once: whoever keeps the keys decides when to ask again."""
        return await self._user.ask("/.well-known/jwks.json", dict[str, object], public=True, repeatable=False)
