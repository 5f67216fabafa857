"""Mails by Amazon SES, its API of version 2."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Any

from core.shared.errors import Unavailable
from core.shared.mail import Mail
from core.shared.ports import Notifier

REFUSED = frozenset({"BadRequestException", "InvalidParameterValue"})
"""What SES says to an address that it will never send to. Anything else may be mended, and is tried again."""

_log = logging.getLogger(__name__)


class SesNotifier(Notifier):
    """Sends as `sender`, an address (`Shop <shop@example.com>`) that SES knows to be ours.

    Region, credentials and endpoint are found where every program of AWS looks for them: `AWS_DEFAULT_REGION`, the
    pod's or function's role, `AWS_ENDPOINT_URL`. boto3 blocks, so all of it happens in a thread of its own.
    One try has `seconds` to connect and as many for the answer; another try is the caller's business.
    A mail to an address that SES refuses is logged, without the address, and is not sent.
    """

    def __init__(self, sender: str, *, seconds: float = 5.0) -> None:
        self._sender = sender
        self._seconds = seconds
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ses")

    async def send(self, mail: Mail) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._send, mail)

    def _send(self, mail: Mail) -> None:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - as `_client`

        try:
            self._client.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [mail.to]},
                Content={"Simple": {"Subject": _text(mail.subject), "Body": {"Text": _text(mail.text)}}},
            )
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code not in REFUSED:
                raise Unavailable(f"SES did not take a mail: {code}.") from error
            _log.warning("SES refuses the address of a mail, %r: %s", mail.subject, code)
        except BotoCoreError as error:
            raise Unavailable("SES cannot be reached.") from error

    @cached_property
    def _client(self) -> Any:
        """Made at the first mail: looking for credentials may take a while, and so does importing all this."""
        import boto3  # noqa: PLC0415 - a function that answers requests sends no mails
        from botocore.config import Config  # noqa: PLC0415 - likewise

        limits = Config(connect_timeout=self._seconds, read_timeout=self._seconds, retries={"total_max_attempts": 1})
        return boto3.session.Session().client("sesv2", config=limits)


def _text(data: str) -> dict[str, str]:
    return {"Data": data, "Charset": "UTF-8"}
