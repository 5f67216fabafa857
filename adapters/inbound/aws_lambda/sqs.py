"""Batches of a FIFO queue of Amazon SQS, which reach a function as one event each."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from aws_lambda_powertools.utilities.batch.sqs_fifo_partial_processor import SqsFifoPartialProcessor

Handle = Callable[[str], Awaitable[bool]]
Run = Callable[[Coroutine[Any, Any, bool]], bool]


class MessageLeft(Exception):
    """A message is to come again; why, is told already."""


class QueueEvents:
    """Handles each message, and answers with those that are to come again, as `ReportBatchItemFailures` has it.

    Once a message is left, the later ones of its group are left too, unhandled, and no others: SQS gives them again
    behind it, and what came too often it moves to the dead-letter queue.
    """

    def __init__(self, handle: Handle, run: Run) -> None:
        """`handle` is given a message's body, and says whether it is done with; `run` has it done, in the loop."""
        self._handle = handle
        self._run = run
        self._processor = SqsFifoPartialProcessor(skip_group_on_error=True)
        # Else it raises with everything in its words, and Lambda writes that into the log; the outcome is the same.
        self._processor.raise_on_entire_batch_failure = False

    def __call__(self, event: dict[str, Any]) -> dict[str, Any]:
        with self._processor(records=event["Records"], handler=self._done):
            self._processor.process()
        return {**self._processor.response()}

    def _done(self, record: Any) -> None:
        async def handled() -> bool:
            return await self._handle(record.body)

        if not self._run(handled()):
            raise MessageLeft
