"""Events by Amazon SQS: messages of a FIFO queue."""

import asyncio
import hashlib
import re
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Any

from adapters.messages import body_of
from core.order.ports import EventPublisher
from core.shared.errors import Unavailable
from core.shared.events import Event

_ID = re.compile(r"[!-~]{1,128}")
"""What SQS takes for a message group's id, and for one by which it knows a message again."""


class SqsPublisher(EventPublisher):
    """Sends to the FIFO queue at `queue_url`.

    Events of one order are a message group: they are delivered in the order of telling, and one that fails holds up no
    other order's. What is told twice within five minutes SQS knows by the event's id, and delivers once.
    Region, credentials and endpoint are found where every program of AWS looks for them. boto3 blocks, so all of it
    happens in a thread of its own; of which there is one, so that what was told first is sent first. One try has
    `seconds` to connect and as many for the answer; another try is the caller's business.
    """

    def __init__(self, queue_url: str, *, seconds: float = 5.0) -> None:
        self._queue_url = queue_url
        self._seconds = seconds
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sqs")

    async def publish(self, event: Event) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._send, event, body_of(event))

    def _send(self, event: Event, body: str) -> None:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - as `_client`

        try:
            self._client.send_message(
                QueueUrl=self._queue_url,
                MessageBody=body,
                MessageGroupId=_id(event.subject),
                MessageDeduplicationId=_id(event.id),
            )
        except ClientError as error:
            raise Unavailable(f"SQS did not take an event: {error.response['Error']['Code']}.") from error
        except BotoCoreError as error:
            raise Unavailable("SQS cannot be reached.") from error

    @cached_property
    def _client(self) -> Any:
        """Made at the first event: looking for credentials may take a while, and so does importing all this."""
        import boto3  # noqa: PLC0415 - a function that answers requests tells no events
        from botocore.config import Config  # noqa: PLC0415 - likewise

        limits = Config(connect_timeout=self._seconds, read_timeout=self._seconds, retries={"total_max_attempts": 1})
        return boto3.session.Session().client("sqs", config=limits)


def _id(text: str) -> str:
    """The text itself if SQS takes it, as it does any id of ours, else a hash of it."""
    return text if _ID.fullmatch(text) else hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
