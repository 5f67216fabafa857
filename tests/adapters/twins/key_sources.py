"""Ways to fetch keys as one could get them wrong: wrappers round a source that has them right."""

from collections.abc import Mapping
from typing import Any

from core.shared.errors import Unavailable
from core.shared.ports import KeySource

Keys = Mapping[str, object]


class _Round(KeySource):
    """The keys as they are told by `source`, each read with `misread`."""

    def __init__(self, source: KeySource) -> None:
        self.source = source

    def misread(self, keys: list[Any]) -> list[Any]:
        return keys

    async def fetch(self) -> Keys:
        told: Any = await self.source.fetch()
        return {"keys": self.misread([*told["keys"]])}


class NewestKeyOnly(_Round):
    """Leaves out the keys that earlier tokens were signed by."""

    def misread(self, keys: list[Any]) -> list[Any]:
        return keys[:1]


class KnownMembersOnly(_Round):
    """Tells of each key what it knows to be of use."""

    def misread(self, keys: list[Any]) -> list[Any]:
        return [{name: key[name] for name in ("kty", "kid", "use", "alg", "n", "e") if name in key} for key in keys]


class RsaOnly(_Round):
    """Leaves out keys of a kind that it does not know."""

    def misread(self, keys: list[Any]) -> list[Any]:
        return [key for key in keys if key["kty"] == "RSA"]


class SortedByName(_Round):
    """Brings keys into an order of its own."""

    def misread(self, keys: list[Any]) -> list[Any]:
        return sorted(keys, key=lambda key: str(key["kid"]))


class KeysByName(_Round):
    """Tells keys by their names, which is no key set."""

    async def fetch(self) -> Keys:
        told: Any = await super().fetch()
        return {key["kid"]: key for key in told["keys"]}


class Remembered(_Round):
    """Asks once."""

    known: Keys | None = None

    async def fetch(self) -> Keys:
        if self.known is None:
            self.known = await super().fetch()
        return self.known


class OldKeysKept(_Round):
    """Goes on telling keys that were withdrawn."""

    def __init__(self, source: KeySource) -> None:
        super().__init__(source)
        self.known: list[Any] = []

    def misread(self, keys: list[Any]) -> list[Any]:
        self.known = [*keys, *(key for key in self.known if key not in keys)]
        return self.known


class LastKeysWithoutAnAnswer(_Round):
    """Tells what it told before when there is no answer: for how long, whoever asks must decide."""

    known: Keys | None = None

    async def fetch(self) -> Keys:
        try:
            self.known = await super().fetch()
        except Unavailable:
            if self.known is None:
                raise
        return self.known


class NoKeysWithoutAnAnswer(_Round):
    """Takes a service that cannot answer for one without keys: so every token would be forged."""

    async def fetch(self) -> Keys:
        try:
            return await super().fetch()
        except Unavailable:
            return {"keys": []}


class DriversError(_Round):
    """Lets its driver's own error through."""

    async def fetch(self) -> Keys:
        try:
            return await super().fetch()
        except Unavailable as error:
            raise OSError("refused") from error


class OneAnswerForAll(_Round):
    """Writes each answer over the one before."""

    def __init__(self, source: KeySource) -> None:
        super().__init__(source)
        self.answer: dict[str, object] = {}

    async def fetch(self) -> Keys:
        self.answer.update(await super().fetch())
        return self.answer
