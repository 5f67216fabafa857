"""Passwords of 8 to 128 characters of any Unicode, each for its own account alone (NIST SP 800-63B-4, 3.1.1.2)."""

import unicodedata

import pytest

from adapters.outbound.security.common_passwords import ShippedCommonPasswords
from adapters.outbound.security.passwords import BcryptPasswords
from core.user.model import PasswordRule
from core.user.ports import Passwords
from tests.adapters.twins.every import every_twin
from tests.figures import Figure
from tests.security.passwords import naive
from tests.security.passwords.pairs import different, judged, same


async def test_no_password_opens_another_and_each_spelling_opens_its_own(figure: Figure) -> None:
    async with BcryptPasswords(pepper="the pepper of this test", cost=4) as passwords:
        verdict = await judged(passwords)
    assert verdict.good, verdict
    told = "Passwords that are alike to some code: {asked} tries, {accepts} wrong accepts, {refusals} wrong refusals."
    figure(told, asked=verdict.asked, accepts=verdict.wrong_accepts, refusals=verdict.wrong_refusals)


@pytest.mark.parametrize("twin", every_twin(naive))
async def test_a_naive_way_to_hash_is_told(twin: type[Passwords], figure: Figure) -> None:
    verdict = await judged(twin())
    assert not verdict.good
    print(f"{twin.__name__}: {verdict}")
    figure("Of {twins} naive ways to hash passwords {told} are told.", twins=1, told=1)


def test_every_pair_could_be_an_accounts_password_or_ends_what_could_be_one() -> None:
    rule = PasswordRule(common=ShippedCommonPasswords(), shop="Portico")
    for pairs in ("equal in the first 72 bytes", "of other planes", "equal but for the last of 128 characters"):
        for password in (each for pair in different()[pairs] for each in pair):
            rule.check(password, "password", "sam@example.com", "Sam Shopper")
    for one, other in same():
        rule.check(one, "password")
        assert unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other)


def test_the_kinds_of_pairs_are_what_they_are_called() -> None:
    for one, other in different()["equal in the first 72 bytes"]:
        assert one.encode()[:72] == other.encode()[:72]
        assert one != other
    assert all(pairs for pairs in different().values())
