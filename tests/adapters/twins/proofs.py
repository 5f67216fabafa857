"""Stores of proofs as one could get them wrong."""

import asyncio
from dataclasses import replace

from adapters.outbound.memory.mails import MemoryProofs
from core.user.errors import ProofNotFound
from core.user.model import LASTS, Proof
from tests.adapters.twins.times import on_another_clock


class LookedUpBefore(MemoryProofs):
    """Looks whether it is there, then lets somebody else pass before it takes it away."""

    async def take(self, digest: str) -> bool:
        found = digest in self._proofs
        await asyncio.sleep(0)
        self._proofs.pop(digest, None)
        return found


class NeverTaken(MemoryProofs):
    """Leaves it where it is."""

    async def take(self, digest: str) -> bool:
        return digest in self._proofs


class AlwaysTaken(MemoryProofs):
    """Removes what is there or not, and says that it did."""

    async def take(self, digest: str) -> bool:
        await super().take(digest)
        return True


class TakenByLooking(MemoryProofs):
    """Removes it when it is looked at."""

    async def get(self, digest: str) -> Proof:
        proof = await super().get(digest)
        await super().take(digest)
        return proof


class TakenTogether(MemoryProofs):
    """Takes all others of the purpose along."""

    async def take(self, digest: str) -> bool:
        proof = self._proofs.get(digest)
        self._proofs = {key: each for key, each in self._proofs.items() if not proof or each.purpose != proof.purpose}
        return proof is not None


class Raising(MemoryProofs):
    """Complains of one that is gone."""

    async def take(self, digest: str) -> bool:
        await self.get(digest)
        return await super().take(digest)


class NoneForNotFound(MemoryProofs):
    """Gives nothing where it should raise."""

    async def get(self, digest: str) -> Proof:
        try:
            return await super().get(digest)
        except ProofNotFound:
            return None  # type: ignore[return-value]  # the fault


class OneEach(MemoryProofs):
    """Forgets the earlier proofs of an account."""

    async def add(self, proof: Proof) -> None:
        self._proofs = {key: each for key, each in self._proofs.items() if each.user_id != proof.user_id}
        await super().add(proof)


class AnyCase(MemoryProofs):
    """Takes capitals for small letters."""

    async def add(self, proof: Proof) -> None:
        await super().add(proof)
        self._proofs[proof.digest.upper()] = proof


class Beginnings(MemoryProofs):
    """Knows a proof by the first characters of its digest."""

    async def get(self, digest: str) -> Proof:
        for kept, proof in self._proofs.items():
            if digest and kept.startswith(digest[:2]):
                return proof
        return await super().get(digest)


class ForgottenTooEarly(MemoryProofs):
    """Keeps all for an hour."""

    async def add(self, proof: Proof) -> None:
        await super().add(replace(proof, expires_at=min(proof.expires_at, proof.made_at + LASTS["reset_password"])))
        self._proofs[proof.digest] = proof


class SignInsLost(MemoryProofs):
    """Leaves out a field."""

    async def add(self, proof: Proof) -> None:
        await super().add(replace(proof, sign_ins=1))


class WholeSeconds(MemoryProofs):
    """Cuts times to the second."""

    async def add(self, proof: Proof) -> None:
        await super().add(replace(proof, expires_at=proof.expires_at.replace(microsecond=0)))


class LocalTimes(MemoryProofs):
    """Tells the right moment on another clock."""

    async def add(self, proof: Proof) -> None:
        await super().add(replace(proof, made_at=on_another_clock(proof.made_at)))
