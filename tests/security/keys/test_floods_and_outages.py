"""Neither made-up key names nor a user service that is away do harm to whoever has a good token."""

from adapters.outbound.security.bundle import Bundle
from adapters.outbound.security.key_cache import FRESH, PAUSE, KeyCache
from core.shared.errors import ShopError, Unauthenticated
from tests.adapters.security.holders import forged, key
from tests.fakes import FixedClock
from tests.figures import Figure
from tests.security.keys.replicas import Service, UserService, badly
from tests.security.keys.twins import ClearedOnOutage, FetchesForEach, NeverLooksAgain

KIDS = 10_000
SECONDS = 100


class Stage:
    """A service with keys in a cache of that kind, which knows those of the user service."""

    def __init__(self, cache: type[KeyCache]) -> None:
        self.clock = FixedClock()
        self.user = UserService(Bundle.of(key(1).pem + key(2).pem), self.clock)
        self.service = Service(self.user, self.clock, cache)

    async def outcome(self, token: str) -> type[ShopError] | None:
        try:
            await self.service.verify(token)
        except ShopError as error:
            return type(error)
        return None

    async def is_let_in(self) -> bool:
        return await self.outcome(self.user.issue()) is None


async def flooded(cache: type[KeyCache]) -> tuple[int, int]:
    """How often the user service is asked, and how many customers are refused, while strangers make up key names."""
    stage = Stage(cache)
    assert await stage.is_let_in()
    refused = 0
    for number in range(KIDS):
        made_up = forged(stage.clock, header={"kid": f"made-up-{number}"}, sign=badly)
        assert await stage.outcome(made_up) is Unauthenticated
        if number % 100 == 0:
            refused += not await stage.is_let_in()
        stage.clock.advance(SECONDS / KIDS)
    return stage.user.asked, refused


async def test_ten_thousand_made_up_key_names_are_one_question_in_ten_seconds(figure: Figure) -> None:
    asked, refused = await flooded(KeyCache)
    figure(
        f"Keys: {KIDS:,} made-up key names in {SECONDS} s are {{asked}} fetches; {{refused}} customers refused.",
        asked=asked,
        refused=refused,
    )
    assert SECONDS / PAUSE - 1 <= asked <= SECONDS / PAUSE + 1
    assert refused == 0


async def test_a_question_for_each_unknown_key_is_caught() -> None:
    asked, _ = await flooded(FetchesForEach)
    assert asked > KIDS


async def without_the_user_service(cache: type[KeyCache]) -> tuple[int, int, int]:
    """How many customers come in an hour in which nobody publishes keys, how many of them are refused, and how often
    the user service is asked.
    """
    stage = Stage(cache)
    assert await stage.is_let_in()
    stage.user.is_down, stage.user.asked = True, 0
    come = refused = 0
    for _ in range(0, 3600, 2):
        stage.clock.advance(2)
        come += 1
        refused += not await stage.is_let_in()
    return come, refused, stage.user.asked


async def test_the_last_good_keys_are_kept_through_an_hours_outage(figure: Figure) -> None:
    come, refused, asked = await without_the_user_service(KeyCache)
    figure(
        "Keys: an hour without the user service, {come} customers at another, {refused} refused, {asked} fetches.",
        come=come,
        refused=refused,
        asked=asked,
    )
    assert refused == 0
    assert asked <= 3600 / PAUSE


async def test_keys_that_are_forgotten_in_an_outage_are_caught() -> None:
    _, refused, _ = await without_the_user_service(ClearedOnOutage)
    assert refused > 1000


async def withdrawn(cache: type[KeyCache]) -> float | None:
    """Seconds until a token of a stolen key is refused, once another bundle took its place; `None` if it never is."""
    stage = Stage(cache)
    stolen = stage.user.issue()
    assert await stage.outcome(stolen) is None
    stage.user.rotate(lambda bundle, clock: key(3).pem + key(4).pem)
    for second in range(900):
        if await stage.outcome(stolen) is Unauthenticated:
            return second
        stage.clock.advance(1)
    return None


async def test_a_key_that_is_withdrawn_is_trusted_for_minutes_at_most(figure: Figure) -> None:
    seconds = await withdrawn(KeyCache)
    assert seconds is not None
    figure("Keys: a withdrawn key is trusted for {seconds} s more at a service.", seconds=int(seconds))
    assert seconds <= FRESH + 100, "The second replica reads the bundle late."


async def test_a_key_that_is_trusted_for_good_is_caught() -> None:
    assert await withdrawn(NeverLooksAgain) is None
