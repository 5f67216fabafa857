"""Mails and their tokens as they are made without thinking."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from core.user.errors import ProofNotFound, TokenInvalid, UserNotFound
from core.user.model import Letterhead, PendingMail, Proof, Purpose, User, digest_of, normal_email, written
from core.user.ports import Users
from core.user.use_cases.accounts import changed
from core.user.use_cases.mails import RequestPasswordReset, SendMails, Tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendsAfterwards(Tokens):
    """Looks at the token, does what was asked for, and strikes it out then."""

    async def spend(self, proof: Proof, change: Callable[[User], User]) -> None:
        await changed(self.users, proof.user_id, change)
        await self.proofs.take(proof.digest)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetsTheTime(Tokens):
    """Leaves it to the store to forget what has expired, which it does some time later."""

    async def look_at(self, token: str, purpose: Purpose) -> tuple[Proof, User]:
        try:
            proof = await self.proofs.get(digest_of(token))
        except ProofNotFound as absent:
            raise TokenInvalid from absent
        return proof, await self.users.get(proof.user_id)

    async def spend(self, proof: Proof, change: Callable[[User], User]) -> None:
        if not await self.proofs.take(proof.digest):
            raise TokenInvalid
        await changed(self.users, proof.user_id, change)


@dataclass(frozen=True, slots=True, kw_only=True)
class LooksUpFirst(RequestPasswordReset):
    """Asks for a mail only if somebody is there to read it."""

    users: Users

    async def __call__(self, *, email: str, client: str) -> None:
        try:
            await self.users.by_email(normal_email(email))
        except UserNotFound:
            return
        await RequestPasswordReset.__call__(self, email=email, client=client)


@dataclass(frozen=True, slots=True, kw_only=True)
class SendsAtOnce(RequestPasswordReset):
    """Writes and sends the mail while the request waits."""

    send: SendMails

    async def __call__(self, *, email: str, client: str) -> None:
        await RequestPasswordReset.__call__(self, email=email, client=client)
        await self.send()


@dataclass(frozen=True, slots=True, kw_only=True)
class WritesAtOnce(RequestPasswordReset):
    """Writes the mail when it is asked for, and has it wait with the token in it."""

    letterhead: Letterhead
    new_token: Callable[[], str]

    async def __call__(self, *, email: str, client: str) -> None:
        mail = written("reset_password", to=email, token=self.new_token(), on=self.letterhead)
        asked = PendingMail.asked("reset_password", id=self.new_id(), email=email, at=self.clock.now())
        await self.pending_mails.add(replace(asked, email=f"{mail.to} {mail.text}"))
