"""What `shop up` sets lets a load test from one address pass, and what a service has by itself does not."""

import asyncio

from adapters.inbound.cli.plan import LIMITS
from core.shared.errors import TooManyRequests
from tests.core.user.people import HERE, PASSWORD
from tests.figures import Figure
from tests.security.guessing.attack import Guarded

MINUTES, A_MINUTE = 5, 200
LOCAL = {name.lower(): value for name, value in LIMITS.items()}


async def held_of(shop: Guarded) -> int:
    """How many sign-ups and logins were held, of 200 of each a minute from one address."""
    held = 0
    for number in range(MINUTES * A_MINUTE):
        email = f"{number}@example.com"
        try:
            await shop.use.register(email=email, password=PASSWORD, name="Sam", client=HERE)
            await shop.use.login(email=email, password=PASSWORD, client=HERE)
        except TooManyRequests:
            held += 1
        shop.clock.advance(60 / A_MINUTE)
    return held


async def test_two_hundred_sign_ups_and_logins_a_minute_from_one_address_pass(figure: Figure) -> None:
    assert await held_of(Guarded(**LOCAL)) == 0
    figure(
        "load: {each} sign-ups and {each} logins from one address in {minutes} minutes passed what `shop up` sets",
        each=MINUTES * A_MINUTE,
        minutes=MINUTES,
    )


async def test_so_do_two_hundred_at_once_to_one_account() -> None:
    shop = Guarded(**LOCAL)
    await shop.sam()
    assert await asyncio.gather(*(shop.guess(HERE, password=PASSWORD) for _ in range(A_MINUTE))) == ["in"] * A_MINUTE


async def test_a_service_by_itself_would_have_held_them() -> None:
    assert await held_of(Guarded()) > MINUTES * A_MINUTE / 2
