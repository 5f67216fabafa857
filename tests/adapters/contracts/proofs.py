"""The contract of `core.user.ports.Proofs`.

Proofs in here expire centuries from now: a store may forget one that has expired by the clock on the wall.
"""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.user.errors import ProofNotFound
from core.user.model import LASTS, Proof
from core.user.ports import Proofs
from tests.adapters.contracts.rivals import MANY
from tests.adapters.contracts.values import MOMENTS, TEXTS, is_utc
from tests.core.user.people import a_user

MADE = datetime(2999, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC)


def _made(number: int = 1, *, at: datetime = MADE) -> Proof:
    return Proof.made("reset_password", f"token {number}", a_user(number), at=at)


async def a_proof_comes_back_to_the_field_and_stays(proofs: Proofs) -> None:
    verify = Proof.made("verify_email", "another", a_user(2, sign_ins=2**31), at=MADE)
    for proof in (_made(), verify):
        await proofs.add(proof)
        for _ in range(2):
            assert await proofs.get(proof.digest) == proof
    assert await proofs.get(_made().digest) == _made()


async def every_text_comes_back_to_the_character(proofs: Proofs) -> None:
    for text in TEXTS:
        proof = replace(_made(), digest=f"{text}:digest", user_id=text, email=text)
        await proofs.add(proof)
        assert await proofs.get(proof.digest) == proof


async def every_time_comes_back_in_utc_to_the_millisecond(proofs: Proofs) -> None:
    for number, moment in enumerate(MOMENTS):
        proof = replace(_made(number), made_at=moment, expires_at=max(moment, MADE))
        await proofs.add(proof)
        found = await proofs.get(proof.digest)
        assert found == proof
        assert is_utc(found.made_at, found.expires_at)


async def a_proof_that_is_not_there_is_not_found(proofs: Proofs) -> None:
    await proofs.add(replace(_made(), digest="abc"))
    for digest in ("ABC", "ab", "abcd", "abc ", _made().digest, *TEXTS):
        with pytest.raises(ProofNotFound):
            await proofs.get(digest)
        assert not await proofs.take(digest)
    assert (await proofs.get("abc")).digest == "abc"


async def a_proof_is_taken_once_and_alone(proofs: Proofs) -> None:
    for number in (1, 2):
        await proofs.add(_made(number))
    assert await proofs.take(_made(1).digest) is True
    for _ in range(2):
        assert await proofs.take(_made(1).digest) is False
    with pytest.raises(ProofNotFound):
        await proofs.get(_made(1).digest)
    assert await proofs.get(_made(2).digest) == _made(2)


async def of_many_who_take_it_at_once_one_has_it(proofs: Proofs) -> None:
    for number in range(8):
        await proofs.add(_made(number))
        taken = await asyncio.gather(*(proofs.take(_made(number).digest) for _ in range(MANY)))
        assert sorted(taken) == [False] * (MANY - 1) + [True]


async def an_account_may_have_many_proofs(proofs: Proofs) -> None:
    several = [Proof.made("reset_password", f"token {number}", a_user(), at=MADE) for number in range(40)]
    for proof in several:
        await proofs.add(proof)
    for proof in several:
        assert await proofs.get(proof.digest) == proof


async def a_proof_is_kept_until_it_expires(proofs: Proofs) -> None:
    """Up to the last moment, while others expire and are made."""
    short, long = _made(1), Proof.made("verify_email", "long", a_user(2), at=MADE)
    for proof in (short, long):
        await proofs.add(proof)
    moment = timedelta(milliseconds=1)
    await proofs.add(_made(3, at=MADE + LASTS["reset_password"] - moment))
    assert await proofs.get(short.digest) == short
    await proofs.add(_made(4, at=MADE + LASTS["verify_email"] - moment))
    assert await proofs.get(long.digest) == long
