"""Keys rotate, and no good token is refused: at services that come to know it late, and with strangers at the door."""

import pytest

from adapters.outbound.security.bundle import SETTLED, Bundle
from tests.adapters.security.holders import key
from tests.fakes import FixedClock
from tests.figures import Figure
from tests.security.keys.replicas import Load, Rotate, UserService
from tests.security.keys.twins import dropping_the_last, rightly, signing_at_once

ROTATIONS = 4


async def rotated_under_load(rotate: Rotate, times: int) -> Load:
    clock = FixedClock()
    load = Load(UserService(Bundle.of(key(1).pem + key(2).pem), clock), clock)
    await load.goes_on(60)
    for _ in range(times):
        load.user.rotate(rotate)
        await load.goes_on(int(SETTLED.total_seconds()))
    return load


async def test_no_token_is_refused_in_any_rotation(figure: Figure) -> None:
    load = await rotated_under_load(rightly, ROTATIONS)
    figure(
        "Keys: {rotations} rotations under load at 3 services, {checked} good tokens shown, {failed} refused.",
        rotations=ROTATIONS,
        checked=load.checked,
        failed=load.failed,
    )
    assert load.checked > 5_000
    assert load.failed == 0


@pytest.mark.parametrize("twin", [signing_at_once, dropping_the_last])
async def test_a_rotation_that_takes_nobody_along_is_caught(twin: Rotate) -> None:
    assert (await rotated_under_load(twin, 1)).failed > 10
