"""Proving by a mail that an address is one's own: to confirm it, or to get a new password."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from core.shared.errors import TooManyRequests, Unavailable, VersionStale
from core.shared.ports import Clock, NewId, NewSecret, Notifier
from core.shared.rounds import LOOKED_AT, Report, Waiting
from core.shared.throttle import Throttle
from core.user.errors import ProofNotFound, TokenInvalid, UserNotFound
from core.user.model import (
    Letterhead,
    PasswordRule,
    PendingMail,
    Proof,
    Purpose,
    User,
    confirmation,
    digest_of,
    normal_email,
    written,
)
from core.user.model.limits import AccountLimits, account_subject
from core.user.ports import Passwords, PendingMails, Proofs, Users
from core.user.use_cases.accounts import changed
from core.user.use_cases.guessing import Guessing


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPasswordReset:
    """Ask for a mail by which to get a new password."""

    pending_mails: PendingMails
    throttle: Throttle
    limits: AccountLimits
    clock: Clock
    new_id: NewId

    async def __call__(self, *, email: str, client: str) -> None:
        """Only leaves a note for `SendMails`, and so does the same work whether or not there is such an account.

        If the account had its mails for now, there is no further one, and nobody is told: an answer of its own would
        say that others asked. Raises: UserInvalid, TooManyRequests if this client asks too often, Unavailable.
        """
        normal = normal_email(email)
        await self.throttle.take(self.limits.reset_by_address, client)
        with contextlib.suppress(TooManyRequests):
            await self.throttle.take(self.limits.reset_by_account, account_subject(normal))
            await self.pending_mails.add(
                PendingMail.asked("reset_password", id=self.new_id(), email=normal, at=self.clock.now())
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """The tokens that were sent by mail, as those have them who come back with one."""

    users: Users
    proofs: Proofs
    clock: Clock

    async def look_at(self, token: str, purpose: Purpose) -> tuple[Proof, User]:
        """What the token proves now, and about whom, without spending it. Raises: TokenInvalid."""
        try:
            proof = await self.proofs.get(digest_of(token))
            user = await self.users.get(proof.user_id)
        except (ProofNotFound, UserNotFound) as absent:
            raise TokenInvalid from absent
        proof.require(purpose, user, at=self.clock.now())
        return proof, user

    async def spend(self, proof: Proof, change: Callable[[User], User]) -> None:
        """Change the account by what was proven; of many who come with one token, one has its use.

        Raises: TokenInvalid.
        """
        if not await self.proofs.take(proof.digest):
            raise TokenInvalid

        def still_proven(user: User) -> User:
            proof.require(proof.purpose, user, at=self.clock.now())
            return change(user)

        await changed(self.users, proof.user_id, still_proven)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyEmail:
    """Confirm an e-mail address by the token that was sent there."""

    tokens: Tokens

    async def __call__(self, *, token: str) -> None:
        """Raises: TokenInvalid, Unavailable."""
        proof, _ = await self.tokens.look_at(token, "verify_email")
        await self.tokens.spend(proof, User.verified)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetPassword:
    """Choose a new password by the token that was sent for it, and sign out everywhere."""

    tokens: Tokens
    passwords: Passwords
    password_rule: PasswordRule
    guessing: Guessing

    async def __call__(self, *, token: str, new_password: str, client: str) -> None:
        """Whoever read the mail has shown that the e-mail address is theirs, and is the owner wherever they are.

        The password is hashed before the token is spent: nobody loses it to a crowd at the hashes.
        Raises: TokenInvalid, PasswordUnacceptable, Unavailable.
        """
        proof, user = await self.tokens.look_at(token, "reset_password")
        self.password_rule.check(new_password, "new_password", user.email, user.name)
        hashed = await self.passwords.hash(new_password)
        await self.tokens.spend(proof, lambda user: user.recovered(hashed))
        with contextlib.suppress(Unavailable):
            await self.guessing.proven(email=user.email, client=client)


@dataclass(frozen=True, slots=True, kw_only=True)
class SendMails:
    """Write and send the mails that were asked for."""

    users: Users
    proofs: Proofs
    pending_mails: PendingMails
    notifier: Notifier
    letterhead: Letterhead
    clock: Clock
    new_secret: NewSecret

    async def __call__(self, *, limit: int = 50) -> Report:
        """One round; it stops when a mail cannot be handed over, which is tried again later, as are those behind it.

        Any number may run at once: a mail is claimed by putting off its next try. It may come twice if its sender ends
        between sending and noting that; each has a token of its own then. One about an order is remembered when it was
        sent or given up, so that no further event makes another.
        Raises: Unavailable if the store cannot answer.
        """
        done, failures = 0, []
        for found in await self.pending_mails.due(self.clock.now(), limit=limit):
            try:
                pending = found.claimed(at=self.clock.now())
                await self.pending_mails.save(pending)
            except VersionStale:
                continue
            if pending.is_too_late(at=self.clock.now()):
                failures.append(f"mail {pending.id}: given up after {pending.tries - 1} tries")
            else:
                try:
                    done += await self._sent(pending)
                except Unavailable as error:
                    failures.append(f"mail {pending.id}: {error.code}: {error.detail}")
                    break
            await self._strike_out(pending)
        return Report(done=done, failures=tuple(failures))

    async def _sent(self, pending: PendingMail) -> bool:
        """Whether there was anyone to send it to. Raises: Unavailable."""
        user = await self._reader(pending)
        if user is None:
            return False
        if pending.order is not None:
            mail = confirmation(pending.order, to=user.email, on=self.letterhead)
        else:
            token, purpose = self.new_secret(), cast("Purpose", pending.purpose)
            await self.proofs.add(Proof.made(purpose, token, user, at=self.clock.now()))
            mail = written(purpose, to=user.email, token=token, on=self.letterhead)
        await self.notifier.send(mail)
        return True

    async def _reader(self, pending: PendingMail) -> User | None:
        """Whose account it is about; an address without one that is in use gets no mail."""
        try:
            if pending.order is not None:
                user = await self.users.get(pending.order.customer_id)
            else:
                user = await self.users.by_email(pending.email)
        except UserNotFound:
            return None
        is_needed = pending.purpose != "verify_email" or not user.email_verified
        return user if user.status == "active" and is_needed else None

    async def _strike_out(self, pending: PendingMail) -> None:
        if pending.purpose != "order_confirmed":
            await self.pending_mails.remove(pending.id)
            return
        with contextlib.suppress(VersionStale):  # it took so long that another has it by now, and remembers it then
            await self.pending_mails.save(pending.remembered(at=self.clock.now()))


@dataclass(frozen=True, slots=True, kw_only=True)
class TellPendingMails:
    """Tell how many mails wait to be sent, and how long the oldest has waited."""

    pending_mails: PendingMails

    async def __call__(self, *, limit: int = LOOKED_AT) -> Waiting:
        """Raises: Unavailable."""
        return await self.pending_mails.waiting(limit=limit)
