"""What the machine's ids and secrets keep to beyond what their ports ask for."""

from concurrent.futures import ThreadPoolExecutor

from adapters.outbound.system.clock import SystemClock
from adapters.outbound.system.ids import Uuid7
from adapters.outbound.system.secret import UrlSafeSecret
from core.shared.ids import made_at
from tests.fakes import FixedClock


def test_ids_of_several_threads_are_never_the_same() -> None:
    new_id = Uuid7(SystemClock())
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda _: [new_id() for _ in range(2000)], range(8)))
    assert all(ids == sorted(ids) for ids in made)
    assert len({id for ids in made for id in ids}) == 16_000


def test_ids_of_one_moment_may_run_into_the_next() -> None:
    clock = FixedClock()
    new_id = Uuid7(clock)
    last = [new_id() for _ in range(5000)][-1]
    assert made_at(last) > clock.now()


def test_a_secret_has_43_characters() -> None:
    assert len(UrlSafeSecret()()) == 43
