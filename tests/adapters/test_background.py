"""Background work ends with what it belongs to, also where something that it waits for loses its cancellation."""

import asyncio
from contextlib import suppress

from adapters.background import Background
from tests.virtual_time import in_virtual_time


class HardOfHearing(Background):
    """Loses so many cancellations, as `asyncio.wait_for` of Python 3.11 loses one that comes just as it is done."""

    def __init__(self, losses: int) -> None:
        super().__init__("work")
        self._losses = losses
        self.ended = False

    async def run(self) -> None:
        try:
            for _ in range(self._losses):
                with suppress(asyncio.CancelledError):
                    await asyncio.Event().wait()
            await asyncio.Event().wait()
        finally:
            self.ended = True


@in_virtual_time
async def test_background_work_ends_however_many_cancellations_are_lost() -> None:
    for losses in range(4):
        work = HardOfHearing(losses)
        async with asyncio.timeout(60):
            async with work:
                await asyncio.sleep(0)
        assert work.ended


@in_virtual_time
async def test_background_work_that_failed_is_left_in_peace() -> None:
    class Failing(Background):
        async def run(self) -> None:
            raise ValueError

    async with Failing("work"):
        await asyncio.sleep(0)
