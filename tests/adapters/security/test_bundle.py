"""A bundle of signing keys moves on so that nobody meets a key they do not have."""

from datetime import timedelta

import pytest

from adapters.outbound.security.bundle import SETTLED, Bundle, Unsettled
from adapters.outbound.security.keys import signing_keys
from tests.adapters.security.holders import key
from tests.fakes import START


def kids(bundle: Bundle) -> list[str]:
    return [kid for kid, _ in bundle.roles]


def test_a_new_bundle_signs_by_its_first_key_and_has_the_next() -> None:
    bundle = Bundle.new()
    assert [role for _, role in bundle.roles] == ["signs", "next"]
    assert len({*kids(bundle)}) == 2
    assert bundle.changed_at is None


def test_a_rotation_moves_each_key_on_by_one_and_drops_the_last() -> None:
    before = Bundle.of(key(1).pem + key(2).pem + key(3).pem + key(4).pem)
    after = before.rotated(at=START)
    assert [role for _, role in after.roles] == ["signs", "next", "retired"]
    signs, following, retired = kids(after)
    assert (signs, retired) == (key(2).kid, key(1).kid)
    assert following not in kids(before)
    assert after.changed_at == START.replace(microsecond=0)


def test_a_key_that_is_alone_goes_on_signing_until_another_was_published() -> None:
    alone = Bundle.of(key(1).pem)
    after = alone.rotated(at=START)
    assert kids(after)[0] == key(1).kid
    assert [role for _, role in after.roles] == ["signs", "next"]
    assert kids(after.rotated(at=START + SETTLED))[0] == kids(after)[1]


def test_a_rotation_soon_after_the_last_is_refused_unless_it_is_forced() -> None:
    once = Bundle.of(key(1).pem + key(2).pem).rotated(at=START)
    for early in (timedelta(0), SETTLED - timedelta(seconds=1)):
        with pytest.raises(Unsettled) as refused:
            once.rotated(at=START + early)
        assert refused.value.settles == START.replace(microsecond=0) + SETTLED
        once.rotated(at=START + early, force=True)
    once.rotated(at=START + SETTLED)


def test_it_settles_for_longer_than_any_token_is_good() -> None:
    assert timedelta(seconds=900) < SETTLED


def test_the_text_is_read_as_a_bundle_of_any_origin_is() -> None:
    after = Bundle.of(key(1).pem + key(2).pem).rotated(at=START)
    assert [each.kid for each in signing_keys(after.text)] == kids(Bundle.of(after.text)) == kids(after)
    with pytest.raises(ValueError, match="no PEM private key"):
        Bundle.of("# Changed 2026-01-01T00:00:00Z")
