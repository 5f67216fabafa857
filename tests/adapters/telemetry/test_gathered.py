"""Lines of a log wait for each other for a moment, and none is lost."""

import asyncio
import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from adapters.telemetry.gathered import MOMENT, GatheringHandler


class Written(io.StringIO):
    """Counts how often it is written to."""

    times = 0

    def write(self, text: str, /) -> int:
        self.times += 1
        return super().write(text)


@contextmanager
def log() -> Iterator[tuple[logging.Logger, Written, GatheringHandler]]:
    stream = Written()
    handler = GatheringHandler(stream)
    logger = logging.getLogger(__name__)
    logger.setLevel(logging.DEBUG)
    logger.addHandler(handler)
    yield logger, stream, handler
    logger.removeHandler(handler)
    handler.close()


async def test_lines_of_a_moment_are_one_write_in_their_order() -> None:
    with log() as (logger, stream, _):
        for number in range(5):
            logger.info("line %d", number)
        assert stream.times == 0
        await asyncio.sleep(2 * MOMENT)
        assert stream.getvalue() == "".join(f"line {number}\n" for number in range(5))
        assert stream.times == 1
        logger.info("later")
        await asyncio.sleep(2 * MOMENT)
        assert stream.getvalue().endswith("later\n")


async def test_what_is_out_of_the_ordinary_is_written_at_once_behind_what_was_before() -> None:
    with log() as (logger, stream, _):
        logger.info("a request")
        logger.warning("a fault")
        assert stream.getvalue() == "a request\na fault\n"


def test_without_an_event_loop_nothing_waits() -> None:
    with log() as (logger, stream, _):
        logger.info("a line")
        assert stream.getvalue() == "a line\n"


def test_a_loop_that_ends_leaves_its_lines_to_the_next_or_to_the_end() -> None:
    async def one(text: str) -> None:
        logger.info(text)

    with log() as (logger, stream, handler):
        asyncio.run(one("first"))
        assert stream.getvalue() == ""

        async def second() -> None:
            logger.info("second")
            await asyncio.sleep(2 * MOMENT)

        asyncio.run(second())
        assert stream.getvalue() == "first\nsecond\n"
        asyncio.run(one("third"))
        handler.flush()  # as logging.shutdown does
        assert stream.getvalue().endswith("third\n")
