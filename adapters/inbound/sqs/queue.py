"""Takes messages from a FIFO queue of Amazon SQS, as Lambda would hand them to a function."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from core.shared.errors import Unavailable
from core.shared.rounds import Report

MOST = 10
"""Messages that SQS gives at once."""
ROUND = 100
"""Messages after which a round ends, so that it is told."""
PATIENCE = 5
"""Seconds for which SQS waits for a message to come, which is one call; and a process that ends may wait so long."""

Message = Mapping[str, Any]


class Queue:
    """A round of consuming: what is in the queue at `queue_url` is handled, and deleted if that went well.

    SQS keeps the messages of a group in order, and gives no further ones of it while one is out. So once a message is
    left, the others of its group are left too, and come again behind it when the queue's visibility timeout is over;
    what comes too often, SQS moves to the dead-letter queue. All of it happens in a thread of its own, as boto3 blocks.
    """

    def __init__(
        self,
        queue_url: str,
        handle: Callable[[str], Awaitable[bool]],
        *,
        seconds: float = 5.0,
        patience: int = PATIENCE,
    ) -> None:
        """`handle` is given a message's body, and says whether it is done with."""
        self._queue_url = queue_url
        self._handle = handle
        self._patience = patience
        self._limits = Config(
            connect_timeout=seconds, read_timeout=seconds + patience, retries={"total_max_attempts": 1}
        )
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sqs")

    async def __call__(self) -> Report:
        """Raises: Unavailable; what was handled and not deleted then comes again."""
        done, left = 0, 0
        while done + left < ROUND and (messages := await self._receive()):
            handled = await self._handled(messages)
            await self._delete(handled)
            done, left = done + len(handled), left + len(messages) - len(handled)
        return Report(done=done, failures=(f"{left} messages are left in the queue",) if left else ())

    async def _handled(self, messages: Sequence[Message]) -> Sequence[Message]:
        handled, stuck = [], set()
        for message in messages:
            group = message["Attributes"]["MessageGroupId"]
            if group not in stuck and await self._handle(message["Body"]):
                handled.append(message)
            else:
                stuck.add(group)
        return handled

    async def _receive(self) -> Sequence[Message]:
        found = await self._asked(
            "receive_message",
            MaxNumberOfMessages=MOST,
            WaitTimeSeconds=self._patience,
            MessageSystemAttributeNames=["MessageGroupId"],
        )
        messages: Sequence[Message] = found.get("Messages", ())
        return messages

    async def _delete(self, messages: Sequence[Message]) -> None:
        if messages:
            entries = [
                {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
                for number, message in enumerate(messages)
            ]
            await self._asked("delete_message_batch", Entries=entries)

    async def _asked(self, operation: str, **request: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._ask, operation, request)

    def _ask(self, operation: str, request: Mapping[str, Any]) -> Any:
        try:
            return getattr(self._client, operation)(QueueUrl=self._queue_url, **request)
        except ClientError as error:
            raise Unavailable(f"SQS refused: {error.response['Error']['Code']}.") from error
        except BotoCoreError as error:
            raise Unavailable("SQS cannot be reached.") from error

    @cached_property
    def _client(self) -> Any:
        """Made at the first round: looking for credentials may take a while."""
        return boto3.session.Session().client("sqs", config=self._limits)
